"""What a reader is; one file per format implements it."""

from pathlib import Path
from typing import NamedTuple, Protocol

from al_core.spectrum import Spectrum


class Recognition(NamedTuple):
    """Whether a reader recognises a file, and why (not): the reason is quoted in the error when none does."""

    recognised: bool
    reason: str


class Reader(Protocol):
    """Reads one file format.

    Attributes
    ----------
    name : str
        Short name, as stored in the metadata (`"lamost-image"`).
    label : str
        For the user ("LAMOST low resolution, image").
    """

    name: str
    label: str

    def identify(self, path: Path) -> Recognition:
        """Look at the content (never only at the extension) and say whether `read` is the right function for it."""
        ...

    def read(self, path: Path) -> list[Spectrum]:
        """Return every spectrum of the file; most files hold one.

        Raises
        ------
        CorruptFileError
            If the file is truncated, empty or contradicts itself.
        NoSpectrumError
            If the file is sound but holds no spectrum.
        """
        ...
