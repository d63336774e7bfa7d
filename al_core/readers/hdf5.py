"""HDF5 files of spectraml and active-cnn.

spectraml: one group (of any name) with `filenames` (n,), `spectra` (n, n_wavelengths), `corrupted` (n,) and
`wavelengths` (n_wavelengths,). active-cnn: groups `iteration_NN` with `X_train`, `y_train`, `ids_train` (labelled) and
`X`, `ids` (pool), without wavelengths: https://github.com/podondra/active-cnn.
"""

from pathlib import Path

import numpy.typing as npt

from al_core.readers.base import Recognition
from al_core.readers.file_head import FileHead
from al_core.readers.hdf5_matrix import Hdf5Matrix, OpenedHdf5, group_name
from al_core.readers.matrix_csv import spectra_of_matrix
from al_core.readers.survey_metadata import recognised_head
from al_core.spectrum import Spectrum

MAGIC = b"\x89HDF\r\n\x1a\n"


class Hdf5Reader:
    """Reads the pool of a file, or what else `part` and `group` name."""

    name = "hdf5"
    label = "HDF5 of spectraml or active-cnn"

    def identify(self, path: Path | FileHead) -> Recognition:
        """Recognise the signature of HDF5; what the groups hold is checked by `open_matrix`."""
        head = FileHead.of(path)
        found = head.start.startswith(MAGIC) and not head.is_gzip
        return Recognition(found, "HDF5" if found else "no HDF5 signature")

    def read(self, path: Path | FileHead) -> list[Spectrum]:
        """Return all spectra of the group: of active-cnn the labelled ones, then the pool."""
        head = recognised_head(self, path)
        parts = _parts(head, None)
        return [
            spectrum
            for part in parts
            for spectrum in spectra_of_matrix(Hdf5Matrix(head, self.name, part=part), head.path)
        ]

    def open_matrix(
        self,
        path: Path | FileHead,
        *,
        group: str | None = None,
        part: str | None = None,
        wavelength: npt.ArrayLike | None = None,
    ) -> "Hdf5Matrix":
        """Return the rows of one group, unread.

        Parameters
        ----------
        path : Path
            The file.
        group : str, optional
            Group; by default the only one of spectraml, the last iteration of active-cnn.
        part : {"pool", "training"}, optional
            Which spectra of active-cnn; by default the pool if the group has one.
        wavelength : array_like of float, shape (n_pixels,), optional
            Vacuum ångström, for active-cnn files that are not on the 140-point grid of 6519 to 6732 Å.
        """
        return Hdf5Matrix(recognised_head(self, path), self.name, group=group, part=part, wavelength=wavelength)


def _parts(head: FileHead, group: str | None) -> list[str | None]:
    """Return the parts that `read` reads."""
    with OpenedHdf5(head) as file:
        found = file[group_name(head, file, group)]
        if "spectra" in found:
            return [None]
        return [part for part, name in (("training", "X_train"), ("pool", "X")) if name in found]
