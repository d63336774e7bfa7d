"""Training sets of a workspace: labeled spectra on one grid, in the form that runs read.

A folder `WORKSPACE/training-sets/NAME/` holds `training-set.csv` (`id,label`, then wavelengths; a label is the name of
a class, empty where nobody has labeled yet) and `manifest.json`.
"""

import json
import shutil
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import polars as pl

from al_core import __version__
from al_core.errors import GridMismatchError, LibraryError
from al_core.files import sync_file, sync_folder
from al_core.library.names import checked_name
from al_core.pools.layout import sha256_of
from al_core.preprocessing.recipe import GRID_TOLERANCE

SCHEMA = 1
TABLE, MANIFEST = "training-set.csv", "manifest.json"


class Rows(NamedTuple):
    """Labeled spectra on one grid: ids, flux (n, n_points), labels (None: not labeled), wavelengths (vacuum Å)."""

    spectrum_ids: Sequence[str]
    flux: npt.NDArray[np.floating[Any]]
    labels: Sequence[str | None]
    wavelength: npt.NDArray[np.floating[Any]]


@dataclass(frozen=True)
class TrainingSetInfo:
    """A training set as lists show it.

    `path` is the CSV; `counts` how many spectra each class has, in the order of `classes`; `origin` says where
    they came from; `problem` why it cannot be used, "" if it can.
    """

    name: str
    path: Path
    problem: str = ""
    n_spectra: int = 0
    n_points: int = 0
    start: float = 0.0
    stop: float = 0.0
    classes: tuple[str, ...] = ()
    counts: dict[str, int] = field(default_factory=dict)
    origin: str = ""
    notes: tuple[str, ...] = ()
    simulated: bool = False
    created_utc: str = ""

    @property
    def n_labeled(self) -> int:
        """Spectra that have a label."""
        return sum(self.counts.values())

    @property
    def n_unlabeled(self) -> int:
        """Spectra that nobody has labeled yet."""
        return self.n_spectra - self.n_labeled


class TrainingSets:
    """The training sets of a workspace."""

    def __init__(self, workspace: Path) -> None:
        self.root = workspace / "training-sets"

    def all(self) -> list[TrainingSetInfo]:
        """Return all of them, the newest first."""
        if not self.root.is_dir():
            return []
        folders = [one for one in self.root.iterdir() if one.is_dir() and not one.name.startswith(".")]
        return sorted((_read(one) for one in folders), key=lambda info: info.created_utc, reverse=True)

    def get(self, name: str) -> TrainingSetInfo:
        """Return a training set by name.

        Raises
        ------
        LibraryError
            If there is none.
        """
        folder = self._folder(name)
        if not folder.is_dir():
            raise LibraryError(f"There is no training set {name!r} any more. Choose another one.")
        return _read(folder)

    def require_free(self, name: str) -> str:
        """Return the name as a folder's, if no training set has it.

        Raises
        ------
        LibraryError
            If it is taken or not allowed.
        """
        folder = self._folder(name)
        if folder.exists():
            raise LibraryError(f"There is a training set {folder.name!r} already. Choose another name.")
        return folder.name

    def create(
        self, name: str, rows: Iterable[Rows], classes: Sequence[str], *, origin: str, simulated: bool = False
    ) -> TrainingSetInfo:
        """Write a training set; it appears when it is whole. Of spectra with one id the first counts.

        Raises
        ------
        LibraryError
            If the name is taken, a label is no class, or there is no spectrum.
        GridMismatchError
            If not all rows are on one grid.
        """
        name = self.require_free(name)
        partial = self.root / f".{name}.part"
        shutil.rmtree(partial, ignore_errors=True)
        partial.mkdir(parents=True)
        try:
            content = _write_table(partial / TABLE, rows, tuple(classes))
            _write_manifest(partial, {"name": name, "origin": origin, "simulated": simulated, **content})
            partial.replace(self.root / name)
            sync_folder(self.root)
        finally:
            shutil.rmtree(partial, ignore_errors=True)
        return self.get(name)

    def delete(self, name: str) -> None:
        """Remove a training set with its folder."""
        shutil.rmtree(self.get(name).path.parent)

    def _folder(self, name: str) -> Path:
        return self.root / checked_name(name, "training set")


def _write_table(path: Path, rows: Iterable[Rows], classes: tuple[str, ...]) -> dict[str, Any]:
    seen: set[str] = set()
    counts: Counter[str] = Counter()
    grid: npt.NDArray[np.floating[Any]] | None = None
    n_repeated = 0
    with path.open("wb") as file:
        for part in rows:
            grid = _same_grid(grid, part.wavelength)
            table = _table(part, seen, grid, classes)
            n_repeated += len(part.spectrum_ids) - len(table)
            counts.update(table["label"].drop_nulls().to_list())
            table.write_csv(file, include_header=file.tell() == 0)
    if grid is None or not seen:
        raise LibraryError("There is no spectrum to put into the training set.")
    sync_file(path)
    return {
        "n_spectra": len(seen),
        "n_repeated": n_repeated,
        "grid": grid.tolist(),
        "classes": list(classes),
        "counts": {name: counts[name] for name in classes},
        "sha256": {TABLE: sha256_of(path)},
    }


def _table(part: Rows, seen: set[str], grid: npt.NDArray[np.floating[Any]], classes: tuple[str, ...]) -> pl.DataFrame:
    unknown = {label for label in part.labels if label is not None} - set(classes)
    if unknown:
        raise LibraryError(f"Label {sorted(unknown)[0]!r} is none of the classes {', '.join(classes)}.")
    kept = []
    for place, spectrum_id in enumerate(part.spectrum_ids):
        if spectrum_id not in seen:
            seen.add(spectrum_id)
            kept.append(place)
    flux = np.asarray(part.flux)[kept]
    columns = {repr(float(wavelength)): flux[:, column] for column, wavelength in enumerate(grid)}
    head = {
        "id": pl.Series([part.spectrum_ids[place] for place in kept], dtype=pl.String),
        "label": pl.Series([part.labels[place] for place in kept], dtype=pl.String),
    }
    return pl.DataFrame({**head, **columns})


def _same_grid(
    grid: npt.NDArray[np.floating[Any]] | None, wavelength: npt.NDArray[np.floating[Any]]
) -> npt.NDArray[np.floating[Any]]:
    if grid is None:
        return wavelength
    if grid.shape != wavelength.shape or not np.allclose(grid, wavelength, rtol=0, atol=GRID_TOLERANCE):
        raise GridMismatchError(
            f"Expected {grid.size} points from {grid[0]:g} to {grid[-1]:g} Å, found {wavelength.size} from "
            f"{wavelength[0]:g} to {wavelength[-1]:g} Å. Bring all spectra onto one grid with a recipe."
        )
    return grid


def _write_manifest(folder: Path, content: dict[str, Any]) -> None:
    about = {
        "schema": SCHEMA,
        "created_utc": datetime.now(UTC).isoformat(timespec="seconds"),
        "software": f"spectrolabe {__version__}",
        "wavelength_unit": "Angstrom, vacuum",
    }
    path = folder / MANIFEST
    path.write_text(json.dumps({**about, **content}, indent=1) + "\n", encoding="utf-8")
    sync_file(path)


def _read(folder: Path) -> TrainingSetInfo:
    path = folder / TABLE
    try:
        content = json.loads((folder / MANIFEST).read_bytes())
        if content["schema"] > SCHEMA or not path.is_file():
            raise ValueError("a newer version wrote it" if path.is_file() else f"{TABLE} is missing")
        repeated = int(content["n_repeated"])
        return TrainingSetInfo(
            name=folder.name,
            path=path,
            n_spectra=int(content["n_spectra"]),
            n_points=len(content["grid"]),
            start=float(content["grid"][0]),
            stop=float(content["grid"][-1]),
            classes=tuple(content["classes"]),
            counts={str(name): int(n) for name, n in content["counts"].items()},
            origin=str(content["origin"]),
            notes=(f"{repeated} spectra with an id that was there before were left out.",) if repeated else (),
            simulated=bool(content["simulated"]),
            created_utc=str(content["created_utc"]),
        )
    except (OSError, ValueError, KeyError, TypeError, IndexError) as error:
        return TrainingSetInfo(folder.name, path, problem=f"Its manifest cannot be used: {error}.")
