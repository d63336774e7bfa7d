"""Import files into a pool, once; an interrupted import goes on when the same command is given again."""

import time
from collections.abc import Sequence
from dataclasses import replace as replaced
from itertools import islice
from pathlib import Path

from al_core.errors import PoolError
from al_core.pools.appending import append_blocks
from al_core.pools.finishing import finish
from al_core.pools.folder import claimed, remove_all, remove_working_files
from al_core.pools.layout import MANIFEST
from al_core.pools.manifest import read_manifest, report_of, write_manifest
from al_core.pools.plan import Options, Plan, make_plan
from al_core.pools.report import ImportReport
from al_core.pools.writing import PoolWriter, different_import, rejections
from al_core.preprocessing import Recipe
from al_core.progress import Progress, no_progress


def import_pool(
    paths: Sequence[Path],
    pool_dir: Path,
    *,
    recipe: Recipe,
    name: str,
    metadata_csv: Path | None = None,
    keep_grid: bool | None = None,
    workers: int | None = None,
    remove_duplicates: bool = False,
    exposures: bool = False,
    replace: bool = False,
    progress: Progress = no_progress,
) -> ImportReport:
    """Read spectra, take them through the recipe, and write a pool.

    Parameters
    ----------
    paths : sequence of Path
        Files and folders, in any mixture of formats. Folders are searched to the bottom.
    pool_dir : Path
        Folder of the pool; created.
    recipe : Recipe
        What is done to each spectrum.
    name : str
        Name of the pool.
    metadata_csv : Path, optional
        Table whose columns are added to those of the spectra with the same id; see `al_core.pools.catalog`.
    keep_grid : bool, optional
        Whether tables of spectra keep their own grid, so that only the steps on the grid are applied. By default they
        do, unless files of one spectrum are imported with them.
    workers : int, optional
        Processes that read files of one spectrum; by default one per core.
    remove_duplicates : bool
        Leave out spectra whose id was there before. By default they are kept under `ID~2`, `ID~3` and so on.
    exposures : bool
        Import single exposures too where a file has them.
    replace : bool
        Remove whatever pool or unfinished import is in `pool_dir` first.
    progress : Progress
        Called with files or rows done; may raise `CancelledError`, after which the import can be resumed.

    Returns
    -------
    ImportReport
        If the same inputs, recipe and options were imported before and are unchanged: the report of that import.

    Raises
    ------
    PoolError
        If nothing could be imported, the folder belongs to another import, or writing failed.
    GridMismatchError
        If tables with different grids are to keep them.
    """
    started = time.monotonic()
    plan = make_plan(paths, pool_dir, recipe, keep_grid, Options(exposures, remove_duplicates, metadata_csv))
    with claimed(pool_dir):
        if replace:
            remove_all(pool_dir)
        if (pool_dir / MANIFEST).exists():
            report = _earlier_report(pool_dir, plan)
        else:
            report = _import(plan, pool_dir, name, workers, progress)
    return replaced(report, seconds=time.monotonic() - started)


def _import(plan: Plan, folder: Path, name: str, workers: int | None, progress: Progress) -> ImportReport:
    writer = PoolWriter(folder, plan)
    resumed_at = writer.n_rows
    append_blocks(writer, plan, workers, progress)
    if writer.n_rows == 0:
        raise _nothing_imported(writer)
    counts = finish(writer, plan, progress)
    write_manifest(writer, plan, name, counts)
    remove_working_files(folder)
    return replaced(report_of(folder), resumed_at=resumed_at)


def _earlier_report(folder: Path, plan: Plan) -> ImportReport:
    found = read_manifest(folder)["plan"]
    if found["fingerprint"] != plan.fingerprint:
        raise different_import(folder, found, plan)
    remove_working_files(folder)
    return replaced(report_of(folder), already_imported=True)


def _nothing_imported(writer: PoolWriter) -> PoolError:
    """Return the error with the first reasons, leaving nothing behind."""
    first = [
        ": ".join(filter(None, rejection)) for rejection in islice(rejections(writer.folder, len(writer.entries)), 3)
    ]
    remove_all(writer.folder)
    return PoolError(f"None of {writer.n_rejected} files and spectra could be imported. The first: {'; '.join(first)}")
