"""What lists show of a pool, from its manifest alone."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from al_core.errors import PoolError
from al_core.library.plate import Plate
from al_core.pools.layout import FLUX, JOURNAL, MANIFEST, SPECTRA
from al_core.pools.manifest import read_manifest


@dataclass(frozen=True)
class PoolInfo:
    """A pool of the workspace.

    Attributes
    ----------
    name : str
        Name of its folder, by which sessions and runs find it.
    path : Path
    problem : str
        Why it cannot be used, "" if it can; then all below is empty.
    is_unfinished : bool
        Whether an import into it was interrupted.
    n_spectra, n_points : int
    start, stop : float
        First and last point of the grid, vacuum Å.
    recipe, scaling : str
    simulated : bool
    created_utc : str
    n_rejected, n_duplicates, n_metadata_matched : int
    n_files : int
        Files of one spectrum each that it was made from.
    n_bytes : int
        Size of flux and table.
    plate : Plate or None
        None where none is stored yet; see `Library.plate`.
    """

    name: str
    path: Path
    problem: str = ""
    is_unfinished: bool = False
    n_spectra: int = 0
    n_points: int = 0
    start: float = 0.0
    stop: float = 0.0
    recipe: str = ""
    scaling: str = ""
    simulated: bool = False
    created_utc: str = ""
    n_rejected: int = 0
    n_duplicates: int = 0
    n_metadata_matched: int = 0
    n_files: int = 0
    n_bytes: int = 0
    plate: Plate | None = None

    @property
    def grid(self) -> str:
        """The grid in words."""
        return f"{self.n_points} points, {self.start:,.0f} to {self.stop:,.0f} Å"


def read_pool_info(folder: Path, plate: Plate | None = None) -> PoolInfo:
    """Read the manifest of a pool; whatever is wrong with it is said in `problem`."""
    if not (folder / MANIFEST).is_file():
        unfinished = (folder / JOURNAL).is_file()
        reason = "Its import was interrupted and can go on." if unfinished else f"{folder} has no {MANIFEST}."
        return PoolInfo(folder.name, folder, problem=reason, is_unfinished=unfinished)
    try:
        return _info(folder, read_manifest(folder), plate)
    except (PoolError, OSError, KeyError, TypeError, ValueError, IndexError) as error:
        return PoolInfo(folder.name, folder, problem=f"Its manifest cannot be used: {error}")


def _info(folder: Path, content: dict[str, Any], plate: Plate | None) -> PoolInfo:
    grid = content["grid"]
    return PoolInfo(
        name=folder.name,
        path=folder,
        n_spectra=int(content["n_spectra"]),
        n_points=int(content["n_pixels"]),
        start=float(grid[0]),
        stop=float(grid[-1]),
        recipe=str(content["recipe"].get("name", "")),
        scaling=str(content["scaling"]),
        simulated=bool(content["simulated"]),
        created_utc=str(content["created_utc"]),
        n_rejected=int(content["n_rejected"]),
        n_duplicates=int(content["n_duplicates"]),
        n_metadata_matched=int(content["n_metadata_matched"]),
        n_files=int(content.get("plan", {}).get("n_files", 0)),
        n_bytes=sum((folder / name).stat().st_size for name in (FLUX, SPECTRA)),
        plate=plate,
    )
