"""The truth of a simulated survey as a table."""

from typing import Any

import numpy as np
import numpy.typing as npt
import polars as pl

from al_core.simulation.config import (
    CLASS_NAMES,
    CONSTANT,
    DOUBLE,
    GALAXY,
    HIDDEN,
    KINDS,
    QUASAR,
    SINGLE,
    WHITE_DWARF,
    ZERO,
)
from al_core.simulation.discs import photosphere_profiles
from al_core.simulation.sources import SourceArray, type_letter
from al_core.simulation.truth import equivalent_width

#: Every column of truth.csv and what it means. Columns of discs are empty for sources without one.
TRUTH_COLUMNS = {
    "id": "spectrum id",
    "label": "0 other, 1 single peak, 2 double peak, by the visibility rule",
    "label_name": "the class as a word",
    "kind": "what the source physically is",
    "profile": "disc, shell, wind or envelope for emission stars, else empty",
    "spectral_type": "O0 to M9, DA; empty for galaxies, quasars and dead fibres",
    "rv": "radial velocity, km/s, positive receding",
    "z": "redshift",
    "snr": "signal to noise per pixel in r as the header states it",
    "halpha_ew": "equivalent width of Hα within 10 Å, Å, noise-free, negative in emission",
    "emission_ew": "emission of the disc alone, Å, before its absorber, positive",
    "inclination": "degrees, 0 is pole on",
    "peak_separation": "twice the projected velocity of the disc's outer edge, km/s",
    "vr_ratio": "violet over red peak",
    "emission_snr": "matched-filter signal to noise of the emission",
    "peak_sigma": "height of the highest bump over the noise of a pixel",
    "dip_sigma": "depth of the dip between two bumps over the noise of a pixel",
    "dip_share": "depth of that dip over the height of the lower bump",
    "visible": "whether the rule sees stellar emission",
    "has_emission_lines": "whether the source has any Hα emission, seen or not, stellar or not",
    "resolution": "resolving power of this spectrum",
    "simulated": "true in every row",
}


def truth_table(spectrum_ids: list[str], sources: SourceArray) -> pl.DataFrame:
    """Return one row per source with the columns of `TRUTH_COLUMNS`."""
    kind, labels = sources["kind"], sources["label"].astype(int)
    is_disc = np.isin(kind, (SINGLE, DOUBLE, HIDDEN))
    columns: dict[str, Any] = {
        "id": spectrum_ids,
        "label": labels,
        "label_name": [CLASS_NAMES[label] for label in labels],
        "kind": [KINDS[code] for code in kind],
        "profile": _or_null(profile_names(sources)),
        "spectral_type": _or_null(spectral_types(sources)),
        "rv": _rounded(sources["rv"], 2, is_stellar(sources)),
        "z": _rounded(redshifts(sources), 6),
        "snr": _rounded(sources["snr"], 2),
        "halpha_ew": _rounded(_halpha_ew(sources), 3, is_stellar(sources)),
        "emission_ew": _rounded(sources["emission_ew"], 3, is_disc),
        "inclination": _rounded(sources["inclination"], 1, is_disc),
        "peak_separation": _rounded(2 * sources["outer_velocity"], 1, is_disc),
        "vr_ratio": _rounded(sources["vr_ratio"], 3, is_disc),
        "emission_snr": _rounded(sources["matched_snr"], 2, is_disc),
        "peak_sigma": _rounded(sources["peak_sigma"], 2, is_disc),
        "dip_sigma": _rounded(sources["dip_sigma"], 2, is_disc),
        "dip_share": _rounded(sources["dip_share"], 3, is_disc),
        "visible": labels > 0,
        "has_emission_lines": is_disc | (sources["narrow_height"] > 0),
        "resolution": _rounded(6564.61 / sources["lsf_fwhm"], 0),
        "simulated": np.ones(len(sources), dtype=bool),
    }
    return pl.DataFrame(columns).select(list(TRUTH_COLUMNS))


def is_stellar(sources: SourceArray) -> npt.NDArray[np.bool_]:
    """Return whether each source shows the spectrum of a star."""
    return ~np.isin(sources["kind"], (GALAXY, QUASAR, ZERO, CONSTANT))


def redshifts(sources: SourceArray) -> npt.NDArray[np.float64]:
    """Return z of each source: its own, or its radial velocity over c."""
    return np.where(np.isin(sources["kind"], (GALAXY, QUASAR)), sources["z"], sources["rv"] / 299792.458)


def spectral_types(sources: SourceArray) -> list[str]:
    """Return spectral types such as "B5"; "DA" for white dwarfs, "" for what is no star."""
    stellar = is_stellar(sources)
    white = sources["kind"] == WHITE_DWARF
    return [
        ("DA" if w else type_letter(float(code))) if s else ""
        for code, w, s in zip(sources["type_code"], white, stellar, strict=True)
    ]


def profile_names(sources: SourceArray) -> list[str]:
    """Return disc, shell, wind or envelope for emission stars, "" for all others."""
    is_disc = np.isin(sources["kind"], (SINGLE, DOUBLE, HIDDEN))
    has_absorber = sources["absorber_depth"] > 0
    is_wind = has_absorber & (sources["absorber_velocity"] < -60)
    is_envelope = sources["outer_velocity"] <= 12
    names = np.select([~is_disc, is_wind, has_absorber, is_envelope], ["", "wind", "shell", "envelope"], "disc")
    return [str(name) for name in names]


def _halpha_ew(sources: SourceArray) -> npt.NDArray[np.float64]:
    """Hα as measured with the truth for emission stars; elsewhere the photosphere minus an unresolved line."""
    plain = equivalent_width(photosphere_profiles(sources))
    narrow = sources["narrow_height"] * sources["lsf_fwhm"] * 1.0645
    is_disc = np.isin(sources["kind"], (SINGLE, DOUBLE, HIDDEN))
    return np.where(is_disc, sources["halpha_ew"], plain - narrow)


def _or_null(names: list[str]) -> pl.Series:
    return pl.Series([name or None for name in names], dtype=pl.String)


def _rounded(values: npt.NDArray[Any], digits: int, where: npt.NDArray[np.bool_] | None = None) -> pl.Series:
    series = pl.Series(np.round(values.astype(float), digits))
    if where is None:
        return series
    return series.set(pl.Series(~where), None)
