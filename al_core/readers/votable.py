"""VOTable spectra, as SSAP services return them.

Standard: VOTable 1.4 (https://www.ivoa.net/documents/VOTable), names of the Spectrum Data Model 1.1. A list of spectra
(an SSAP answer) and an error answer are told apart from a spectrum before astropy parses the table.
"""

import io
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import numpy as np
import numpy.typing as npt
from astropy.io import votable

from al_core.errors import CorruptFileError, NoSpectrumError
from al_core.readers.axis import Axis, angstrom_per_unit, in_vacuum
from al_core.readers.base import Recognition
from al_core.readers.file_head import FileHead
from al_core.readers.survey_metadata import (
    declination,
    iso_of_mjd,
    number,
    recognised_head,
    right_ascension,
    survey_value,
    text,
)
from al_core.spectrum import CommonMetadata, MetadataValue, Spectrum, bad_pixels, common_metadata, spectrum_id_of

_SPECTRAL_NAMES = frozenset({"spectral", "wavelength", "wave", "lambda"})
_FLUX_NAMES = frozenset({"flux", "flux_density"})
#: What astropy raises on a table whose cells do not fit its fields; some of its warnings are raised as errors.
_PARSE_ERRORS = (
    ArithmeticError,
    AttributeError,
    LookupError,
    MemoryError,
    OSError,
    RuntimeError,
    SyntaxError,
    TypeError,
    ValueError,
    Warning,
)


class VOTableReader:
    """Reads one table with a spectral and a flux field."""

    name = "votable"
    label = "VOTable spectrum"

    def identify(self, path: Path | FileHead) -> Recognition:
        """Recognise XML whose root is VOTABLE."""
        head = FileHead.of(path)
        start = head.start.lstrip(b"\xef\xbb\xbf \t\r\n")
        if not start.startswith(b"<"):
            return Recognition(False, "no XML")
        if b"<VOTABLE" not in start[:4096]:
            return Recognition(False, "XML without a VOTABLE element")
        return Recognition(True, "VOTable")

    def read(self, path: Path | FileHead) -> list[Spectrum]:
        """Return the one spectrum of the file."""
        head = recognised_head(self, path)
        fields = _spectrum_fields(head, _parse(head))
        stated, values = (_column(head, fields, which) for which in (0, 1))
        factor = angstrom_per_unit(fields[0].get("unit"), head.path)
        medium = _medium(fields[0])
        axis = Axis(stated * factor, medium or "air", medium is None)
        wavelength, (flux,) = in_vacuum(head.path, axis, values)
        spectrum_id, metadata = spectrum_id_of(head.path), _params(head)
        if axis.medium_assumed:
            metadata["medium_assumed"] = True
        return [
            Spectrum(
                spectrum_id,
                wavelength,
                flux,
                None,
                bad_pixels(flux),
                metadata,
                _common(spectrum_id, metadata),
                medium=axis.medium,
                reader=self.name,
                source=head.path,
            )
        ]


def _parse(head: FileHead) -> ET.Element:
    try:
        return ET.fromstring(head.content)
    except (ET.ParseError, ValueError, LookupError) as error:
        raise CorruptFileError(
            f"{head.path}: expected a whole VOTable, found XML that breaks off or is damaged ({error}). Fetch it again."
        ) from error


def _spectrum_fields(head: FileHead, root: ET.Element) -> tuple[ET.Element, ET.Element]:
    """Return the spectral and the flux FIELD of the first table that has both."""
    for table in _elements(root, "TABLE"):
        fields = list(_elements(table, "FIELD"))
        spectral = next((field for field in fields if _is_spectral(field)), None)
        flux = next((field for field in fields if _is_flux(field)), None)
        if spectral is not None and flux is not None:
            return spectral, flux
    raise NoSpectrumError(f"{head.path}: {_why_not(root)}")


def _why_not(root: ET.Element) -> str:
    for info in _elements(root, "INFO"):
        if info.get("name") == "QUERY_STATUS" and (info.get("value") or "").upper() == "ERROR":
            return f"expected a spectrum, found the error answer of a service: {(info.text or '').strip()!r}"
    names = [field.get("name") or "" for field in _elements(root, "FIELD")]
    n_rows = sum(1 for _ in _elements(root, "TR"))
    if any("accref" in name.lower() or "acref" in name.lower() for name in names):
        rows = f" ({n_rows} rows)" if n_rows else ""
        return f"expected a spectrum, found a query answer that lists spectra{rows}. Fetch the spectra it names."
    return f"expected a table with a wavelength and a flux field, found the fields {', '.join(names) or 'none'}."


def _is_spectral(field: ET.Element) -> bool:
    """Whether a field is the wavelength of a pixel; `em.wl;stat.min` and the like describe a whole spectrum."""
    utype, ucd = (field.get("utype") or "").lower(), (field.get("ucd") or "").lower()
    name = (field.get("name") or "").lower()
    return utype.endswith("spectralaxis.value") or ucd in ("em.wl", "em.wl;meta.main") or name in _SPECTRAL_NAMES


def _is_flux(field: ET.Element) -> bool:
    utype, ucd = (field.get("utype") or "").lower(), (field.get("ucd") or "").lower()
    name = (field.get("name") or "").lower()
    return utype.endswith("fluxaxis.value") or ucd.startswith("phot.flux") or name in _FLUX_NAMES


def _medium(field: ET.Element) -> str | None:
    """Return the medium that the description, the UCD or the utype of the wavelength states."""
    described = " ".join([*(e.text or "" for e in _elements(field, "DESCRIPTION")), *field.attrib.values()]).lower()
    if "vacuum" in described or "em.wl.vac" in described:
        return "vacuum"
    return "air" if "air" in described.replace("pair", "").split() or "air wavelength" in described else None


def _column(head: FileHead, fields: tuple[ET.Element, ET.Element], which: int) -> npt.NDArray[np.float64]:
    """Return one column as float64; an empty cell is NaN."""
    columns = _table_columns(head, [field.get("name") or field.get("ID") or "" for field in fields])
    column = columns[which]
    if column.dtype.kind not in "iuf" or column.ndim != 1:
        raise CorruptFileError(
            f"{head.path}: expected numbers in the field {fields[which].get('name')!r}, found {column.dtype}."
        )
    return np.ma.filled(column.astype(np.float64), np.nan)


def _table_columns(head: FileHead, names: list[str]) -> list[Any]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            parsed = votable.parse(io.BytesIO(head.content), verify="ignore", invalid="mask")
            for table in parsed.iter_tables():
                by_name = {field.name: field.ID for field in table.fields}
                if all(name in by_name for name in names):
                    return [table.array[by_name[name]] for name in names]
        except _PARSE_ERRORS as error:
            raise CorruptFileError(
                f"{head.path}: expected a VOTable that astropy can read, found: {error}. Fetch it again."
            ) from error
    raise CorruptFileError(f"{head.path}: expected data in the fields {names}, found none.")


def _params(head: FileHead) -> dict[str, MetadataValue]:
    """Return every PARAM with a value; numbers as numbers, several of them as text."""
    metadata: dict[str, MetadataValue] = {}
    for param in _elements(_parse(head), "PARAM"):
        name, value = param.get("name") or "", param.get("value") or ""
        if name:
            is_single = param.get("arraysize") in (None, "1") and param.get("datatype") in _NUMBER_TYPES
            metadata[name] = survey_value(name, _number_or_text(value) if is_single else value)
    return metadata


_NUMBER_TYPES = {"short": int, "int": int, "long": int, "float": float, "double": float}


def _number_or_text(value: str) -> int | float | str:
    try:
        return int(value)
    except ValueError:
        found = number(value)
        return value if found is None else found


def _common(spectrum_id: str, metadata: dict[str, MetadataValue]) -> CommonMetadata:
    """Return what the SSAP names state; `ssa_dateObs` is a Modified Julian Date."""
    position = str(metadata.get("ssa_targetpos") or metadata.get("ssa_location") or "").split()
    ra, dec = position if len(position) == 2 else (None, None)
    target_class = text(metadata.get("ssa_targclass"))
    return common_metadata(
        spectrum_id,
        ra=right_ascension(ra),
        dec=declination(dec),
        object_class=target_class.upper() if target_class else None,
        z=number(metadata.get("ssa_redshift")),
        snr=number(metadata.get("ssa_snr")),
        obsdate=iso_of_mjd(metadata.get("ssa_dateObs")),
    )


def _elements(root: ET.Element, name: str) -> Iterator[ET.Element]:
    """Yield the descendants of that name in any version's namespace."""
    return (element for element in root.iter() if element.tag.rpartition("}")[2] == name)
