"""The rows of one HDF5 group of spectraml or active-cnn."""

import re
from collections.abc import Iterator
from pathlib import PurePath
from typing import Any

import h5py
import numpy as np
import numpy.typing as npt
import polars as pl

from al_core.errors import CorruptFileError, NoSpectrumError, ReadError
from al_core.readers.axis import HALPHA_GRID, WAVELENGTH_RANGE, Vector, check_increasing
from al_core.readers.base import CHUNK_ROWS, MatrixChunk, RejectedRow
from al_core.readers.file_head import FileHead
from al_core.readers.hdf5_strings import read_strings
from al_core.readers.matrix_metadata import common_of_ids
from al_core.spectrum import spectrum_id_of

_ITERATION = re.compile(r"iteration_\d+\Z")
#: What h5py raises on a damaged file.
_H5PY_ERRORS = (OSError, RuntimeError, ValueError, TypeError, LookupError, AttributeError, MemoryError, ArithmeticError)


class OpenedHdf5:
    """Open a file with h5py; every failure inside becomes a `CorruptFileError`."""

    def __init__(self, head: FileHead) -> None:
        self._head = head
        self._file: Any = None

    def __enter__(self) -> Any:
        try:
            self._file = h5py.File(self._head.path, "r")
        except _H5PY_ERRORS as error:
            raise self._damaged(error) from error
        return self._file

    def __exit__(self, kind: Any, error: BaseException | None, trace: Any) -> None:
        self._file.close()
        if isinstance(error, _H5PY_ERRORS):
            raise self._damaged(error) from error

    def _damaged(self, error: BaseException) -> CorruptFileError:
        return CorruptFileError(
            f"{self._head.path}: expected a whole HDF5 file, found {self._head.size} bytes that HDF5 cannot read "
            f"({error}). Fetch it again."
        )


def group_name(head: FileHead, file: Any, wanted: str | None) -> str:
    """Return the group to read: the wanted one, that of spectraml, or the last iteration of active-cnn."""
    groups: list[str] = [name for name, item in file.items() if isinstance(item, h5py.Group)]
    if wanted is not None:
        if wanted not in groups:
            raise ReadError(f"{head.path}: expected a group {wanted!r}, found {', '.join(groups) or 'none'}.")
        return wanted
    spectraml = [name for name in groups if "spectra" in file[name]]
    iterations = sorted(name for name in groups if _ITERATION.match(name) and {"X", "X_train"} & set(file[name]))
    if len(spectraml) > 1:
        raise ReadError(f"{head.path}: expected one group of spectra, found {', '.join(spectraml)}. Name the group.")
    if not spectraml and not iterations:
        raise NoSpectrumError(
            f"{head.path}: expected a group with spectra (spectraml) or iteration_NN with X (active-cnn), found "
            f"{', '.join(groups) or 'none'}."
        )
    return spectraml[0] if spectraml else iterations[-1]


class Hdf5Matrix:
    """The rows of one group (a `MatrixSource`).

    Attributes
    ----------
    group : str
        Where they are.
    """

    def __init__(
        self,
        head: FileHead,
        reader: str,
        *,
        group: str | None = None,
        part: str | None = None,
        wavelength: npt.ArrayLike | None = None,
    ) -> None:
        if part not in (None, "pool", "training"):
            raise ValueError(f'Expected a part of "pool" or "training", found {part!r}.')
        self._head = head
        self.reader = reader
        with OpenedHdf5(head) as file:
            self.group = group_name(head, file, group)
            self._choose(file[self.group], part)
            found = file[self.group]
            spectra = self._dataset(found, self._flux_name)
            self.n_rows: int | None = int(spectra.shape[0])
            self._check_lengths(found)
            self.wavelength = self._grid(found, int(spectra.shape[1]), wavelength)

    def _choose(self, group: Any, part: str | None) -> None:
        """Set the names of the datasets of flux, ids, labels and rejection."""
        self._label_name, self._corrupted_name = "", ""
        if "spectra" in group:
            self._flux_name, self._id_name = "spectra", "filenames"
            self._corrupted_name = "corrupted" if "corrupted" in group else ""
            self.kind = "pool"
            return
        self.kind = part or ("pool" if "X" in group else "training")
        suffix = "_train" if self.kind == "training" else ""
        self._flux_name, self._id_name = f"X{suffix}", f"ids{suffix}"
        self._label_name = "y_train" if suffix else ""

    def _dataset(self, group: Any, name: str) -> Any:
        found = group.get(name)
        if not isinstance(found, h5py.Dataset) or found.ndim < 1:
            raise CorruptFileError(
                f"{self._head.path}: expected a dataset {name!r} in group {self.group!r}, found {', '.join(group)}."
            )
        if name == self._flux_name and (
            found.dtype.kind not in "iuf" or found.ndim not in (2, 3) or found.shape[2:] not in ((), (1,))
        ):
            raise CorruptFileError(
                f"{self._head.path}: expected {name!r} of numbers and shape (spectra, wavelengths), found "
                f"{found.dtype} {found.shape}."
            )
        return found

    def _check_lengths(self, group: Any) -> None:
        for name in (self._id_name, self._label_name, self._corrupted_name):
            if name and self._dataset(group, name).shape[0] != self.n_rows:
                raise CorruptFileError(
                    f"{self._head.path}: expected {self.n_rows} rows in {name!r} as in {self._flux_name!r}, found "
                    f"{group[name].shape[0]}."
                )

    def _grid(self, group: Any, n_pixels: int, stated: npt.ArrayLike | None) -> Vector:
        if stated is not None:
            wavelength = np.asarray(stated, dtype=np.float64)
        elif "wavelengths" in group:
            wavelength = np.asarray(self._dataset(group, "wavelengths")[()], dtype=np.float64)
        elif n_pixels == HALPHA_GRID.size:
            wavelength = HALPHA_GRID.copy()
        else:
            raise ReadError(
                f"{self._head.path}: expected {HALPHA_GRID.size} pixels, the grid of active-cnn, found {n_pixels} and "
                "no wavelengths. State the wavelength grid."
            )
        if wavelength.shape != (n_pixels,):
            raise CorruptFileError(
                f"{self._head.path}: expected {n_pixels} wavelengths, found the shape {wavelength.shape}."
            )
        low, high = WAVELENGTH_RANGE
        if not np.all((wavelength >= low) & (wavelength <= high)):
            raise CorruptFileError(f"{self._head.path}: expected wavelengths of {low:g} to {high:g} Å, found others.")
        self._reverse = bool(wavelength[0] > wavelength[-1])
        wavelength = wavelength[::-1].copy() if self._reverse else wavelength
        check_increasing(self._head.path, wavelength)
        return wavelength

    def chunks(
        self,
        start_row: int = 0,
        chunk_rows: int = CHUNK_ROWS,
        *,
        start_byte: int | None = None,  # noqa: ARG002 - rows are found by number here
    ) -> Iterator[MatrixChunk]:
        """Yield chunks; see `MatrixSource.chunks`."""
        for start in range(start_row, self.n_rows or 0, chunk_rows):
            with OpenedHdf5(self._head) as file:
                chunk = self._chunk(file[self.group], start, min(start + chunk_rows, self.n_rows or 0))
            yield chunk

    def _chunk(self, group: Any, start: int, stop: int) -> MatrixChunk:
        with np.errstate(over="ignore"):  # too large for float32 becomes infinite and is rejected
            flux = np.asarray(group[self._flux_name][start:stop]).reshape(stop - start, -1).astype(np.float32)
        ids = [_id(name) for name in read_strings(self._head.path, group[self._id_name], start, stop)]
        corrupted = self._flags(group, start, stop)
        finite: npt.NDArray[np.bool_] = np.asarray(np.isfinite(flux).all(axis=1))
        named = np.array([bool(spectrum_id) for spectrum_id in ids], dtype=bool)
        good = ~corrupted & finite & named
        reasons = [
            RejectedRow(ids[i], f"row {start + i}: {_reason(bool(corrupted[i]), bool(finite[i]))}")
            for i in np.flatnonzero(~good)
        ]
        kept = np.array(ids, dtype=object)[good]
        labels = _labels(group[self._label_name][start:stop])[good] if self._label_name else None
        flux = flux[good, ::-1] if self._reverse else flux[good]
        return MatrixChunk(
            start,
            stop - start,
            kept,
            np.ascontiguousarray(flux),
            pl.DataFrame(),
            common_of_ids(kept),
            labels,
            reasons,
        )

    def _flags(self, group: Any, start: int, stop: int) -> npt.NDArray[np.bool_]:
        if not self._corrupted_name:
            return np.zeros(stop - start, dtype=bool)
        return np.asarray(group[self._corrupted_name][start:stop]).astype(bool)


def _id(name: Any) -> str:
    text = name.decode("utf-8", "replace") if isinstance(name, bytes) else str(name)
    return spectrum_id_of(PurePath(text.strip())) if text.strip() else ""


def _reason(is_corrupted: bool, is_finite: bool) -> str:
    if is_corrupted:
        return "expected a spectrum, found one marked corrupted"
    return "expected an id, found an empty one" if is_finite else "expected finite fluxes, found NaN or infinity"


def _labels(stored: Any) -> npt.NDArray[Any]:
    """Return class indices as int; one column a class (one-hot) is the index of its largest."""
    values = np.asarray(stored)
    if values.ndim == 2:
        values = values.argmax(axis=1) if values.shape[1] > 1 else values[:, 0]
    labels = np.empty(len(values), dtype=object)
    labels[:] = [value.decode() if isinstance(value, bytes) else _integer(value) for value in values.tolist()]
    return labels


def _integer(value: Any) -> Any:
    return int(value) if isinstance(value, float) and value.is_integer() else value
