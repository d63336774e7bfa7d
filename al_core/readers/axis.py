"""Wavelength axes: from header cards to vacuum ångström, in increasing order."""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from al_core.errors import CorruptFileError
from al_core.readers.survey_metadata import number
from al_core.wavelength import air_to_vacuum

Vector = npt.NDArray[np.float64]

#: Wavelengths of any spectrum that this program could want, Å: X-rays and radio are given in other units.
WAVELENGTH_RANGE = (100.0, 1e7)

#: The published grid of the Hα window: 140 even points, Å, vacuum (Škoda, Podsztavek & Tvrdík 2020, A&A 643, A122).
HALPHA_GRID = np.linspace(6519.0, 6732.0, 140)

_UNIT_ANGSTROM = {
    "": 1.0,
    "a": 1.0,
    "angstrom": 1.0,
    "angstroms": 1.0,
    "ångström": 1.0,
    "å": 1.0,
    "0.1nm": 1.0,
    "nm": 10.0,
    "nanometer": 10.0,
    "nanometers": 10.0,
    "um": 1e4,
    "micron": 1e4,
    "microns": 1e4,
    "µm": 1e4,
    "m": 1e10,
    "meter": 1e10,
    "meters": 1e10,
}


class Axis(NamedTuple):
    """A spectral axis in ångström: the wavelengths, "air" or "vacuum", and whether that is only assumed."""

    wavelength: Vector
    medium: str
    medium_assumed: bool


class Pixels(NamedTuple):
    """Arrays of one spectrum in order of increasing vacuum wavelength; `others` keep their order of arguments."""

    wavelength: Vector
    others: list[npt.NDArray[Any]]


def angstrom_per_unit(unit: str | None, path: Path) -> float:
    """Return how many ångström a unit has; no unit is ångström.

    Raises
    ------
    CorruptFileError
        If the unit is not one of wavelength.
    """
    factor = _UNIT_ANGSTROM.get((unit or "").strip().lower())
    if factor is None:
        known = ", ".join(sorted(u for u in _UNIT_ANGSTROM if u))
        raise CorruptFileError(f"{path}: expected wavelengths in one of {known}, found the unit {unit!r}.")
    return factor


def in_vacuum(path: Path, axis: Axis, *others: npt.NDArray[Any]) -> Pixels:
    """Return the axis in vacuum and increasing, with the arrays that belong to it in the same order.

    Raises
    ------
    CorruptFileError
        If wavelengths repeat, are out of order, not finite or outside of 100 Å to 1 mm, or lengths differ.
    """
    wavelength = axis.wavelength
    check_lengths(path, wavelength, *others)
    low, high = WAVELENGTH_RANGE
    if not np.all(np.isfinite(wavelength)) or wavelength.min() < low or wavelength.max() > high:
        raise CorruptFileError(
            f"{path}: expected wavelengths of {low:g} to {high:g} Å, found {wavelength[0]:g} to {wavelength[-1]:g}."
        )
    if wavelength[0] > wavelength[-1]:
        wavelength, others = wavelength[::-1], tuple(other[::-1] for other in others)
    check_increasing(path, wavelength)
    vacuum = air_to_vacuum(wavelength) if axis.medium == "air" else np.array(wavelength, dtype=np.float64)
    return Pixels(vacuum, [np.ascontiguousarray(other) for other in others])


def check_lengths(path: Path, wavelength: Vector, *others: npt.NDArray[Any]) -> None:
    """Raise `CorruptFileError` unless there are at least two pixels and all arrays have as many."""
    found = [wavelength.shape, *(other.shape for other in others)]
    if wavelength.ndim != 1 or wavelength.size < 2 or len(set(found)) != 1:
        raise CorruptFileError(
            f"{path}: expected wavelengths and fluxes of one length of at least 2, found the shapes {found}."
        )


def check_increasing(path: Path, wavelength: Vector) -> None:
    """Raise `CorruptFileError` with the first pair that repeats or is out of order."""
    steps = np.diff(wavelength)
    if np.all(steps > 0):
        return
    at = int(np.argmax(~(steps > 0)))
    what = "the same wavelength twice" if steps[at] == 0 else "wavelengths out of order"
    raise CorruptFileError(
        f"{path}: expected wavelengths in order, found {what}: {wavelength[at]:.10g}, {wavelength[at + 1]:.10g} "
        f"(pixels {at} and {at + 1})."
    )


def linear_axis(path: Path, cards: Mapping[str, Any], n_pixels: int, medium: str | None = None) -> Axis:
    """Return the axis of a 1-D image from its world coordinate system.

    Linear, log10 (IRAF: DC-FLAG = 1) and the natural logarithm of FITS paper III (CTYPE1 = "WAVE-LOG", Greisen et al.
    2006, A&A 446, 747) are known. `medium` overrides what the cards say.
    """
    start, step, reference = _linear_cards(path, cards)
    offset = (np.arange(n_pixels) - (reference - 1)) * step
    ctype = str(cards.get("CTYPE1") or "").upper()
    with np.errstate(all="ignore"):
        if cards.get("DC-FLAG") == 1 or ctype.startswith("LOG"):
            native = np.power(10.0, start + offset)
        elif ctype.endswith("-LOG"):
            native = start * np.exp(offset / start) if start else np.zeros(n_pixels)
        else:
            native = start + offset
        wavelength = native * angstrom_per_unit(_unit(cards), path)
    stated = medium or medium_of(cards)
    return Axis(wavelength, stated or "air", stated is None)


def _linear_cards(path: Path, cards: Mapping[str, Any]) -> tuple[float, float, float]:
    """Return wavelength of the reference pixel, step and reference pixel (from 1; 1 if it is not stated)."""
    start, reference = number(cards.get("CRVAL1")), number(cards.get("CRPIX1"))
    steps = [step for name in ("CDELT1", "CD1_1") if (step := number(cards.get(name)))]
    if start is None or not steps:
        raise CorruptFileError(
            f"{path}: expected CRVAL1 and CDELT1 or CD1_1 not 0, found CRVAL1 = {cards.get('CRVAL1')}, "
            f"CDELT1 = {cards.get('CDELT1')}, CD1_1 = {cards.get('CD1_1')}."
        )
    if len(steps) == 2 and abs(steps[0] - steps[1]) > 1e-6 * abs(steps[0]):
        raise CorruptFileError(f"{path}: expected CDELT1 equal to CD1_1, found {steps[0]} and {steps[1]}.")
    return start, steps[0], 1.0 if reference is None else reference


def _unit(cards: Mapping[str, Any]) -> str:
    stated = str(cards.get("CUNIT1") or "").strip()
    in_wat = re.search(r"units=(\w+)", str(cards.get("WAT1_001") or ""))
    return stated or (in_wat[1] if in_wat else "")


def medium_of(cards: Mapping[str, Any]) -> str | None:
    """Return "air" or "vacuum" if the cards say it: VACUUM, AIRORVAC or CTYPE1 = AWAV (air), WAVE (vacuum)."""
    if isinstance(cards.get("VACUUM"), bool):
        return "vacuum" if cards["VACUUM"] else "air"
    stated = str(cards.get("AIRORVAC") or cards.get("VACUUM") or "").strip().lower()
    ctype = str(cards.get("CTYPE1") or "").upper()
    # WAVELENGTH and WAVELENG are free words; WAVE, WAVE-LOG, WAVE-TAB are the codes of FITS paper III, table 1.
    code = re.match(r"(AWAV|WAVE)(-[A-Z0-9]{3})?\s*\Z", ctype)
    if stated.startswith(("air", "vac")):
        return "air" if stated.startswith("air") else "vacuum"
    return None if code is None else {"AWAV": "air", "WAVE": "vacuum"}[code[1]]
