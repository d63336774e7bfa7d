"""What an import did: counts, what was left out and why, and which ids were there twice."""

from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

#: A report names at most this many rejections and duplicates; the files in the pool's folder list all.
LISTED = 1000


class Rejection(NamedTuple):
    """A file, or one spectrum of it (`spectrum_id`, else empty), that is not in the pool, and why."""

    source: str
    spectrum_id: str
    reason: str


class Duplicate(NamedTuple):
    """A spectrum whose id was there before; `kept_as` is its own id in the pool, empty if it was removed."""

    spectrum_id: str
    kept_as: str
    source: str


@dataclass(frozen=True)
class ImportReport:
    """The outcome of an import.

    Parameters
    ----------
    pool : Path
        Folder of the pool.
    n_spectra, n_rejected, n_duplicates : int
        Spectra in the pool; files and spectra left out; spectra whose id was there before.
    rejected, duplicates : tuple
        The first 1000 of each; all of them are in `rejected.csv` and `duplicates.csv` of the pool's folder.
    n_metadata_matched, n_metadata_unmatched : int
        Rows of the metadata CSV that describe a spectrum of the pool, and those that do not.
    seconds : float
        Duration of this call.
    resumed_at : int
        Spectra that an earlier, interrupted call had imported.
    already_imported : bool
        Whether the same inputs were in the pool already, so that nothing was done.
    """

    pool: Path
    n_spectra: int
    n_rejected: int
    n_duplicates: int
    rejected: tuple[Rejection, ...] = ()
    duplicates: tuple[Duplicate, ...] = ()
    n_metadata_matched: int = 0
    n_metadata_unmatched: int = 0
    seconds: float = 0.0
    resumed_at: int = 0
    already_imported: bool = False
