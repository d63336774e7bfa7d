"""The index of a pool: it has the pool's name and goes with the pool."""

from pathlib import Path

from al_core.errors import MetadataError
from al_core.metadata.catalog import Catalogs
from al_core.metadata.importing.import_record import read_record
from al_core.metadata.importing.importing import IndexReport, import_metadata
from al_core.metadata.importing.sources import open_pool, pool_table
from al_core.metadata.importing.suggesting import suggest
from al_core.progress import Progress, no_progress


def index_pool(
    workspace: Path, pool: str, progress: Progress = no_progress, name: str = "", *, replace: bool = False
) -> IndexReport:
    """Make the index of a pool from its table, in the place of an earlier one that was made from it.

    Parameters
    ----------
    workspace : Path
    pool : str
    progress : Progress
    name : str
        Of the index, if not that of the pool.
    replace : bool
        Whether to replace one that was made from something else, too.

    Raises
    ------
    MetadataError
        If there is no such pool, or an index of that name that was made from something else.
    """
    table, name = pool_table(workspace, pool), name or pool
    if table is None:
        raise MetadataError(f"There is no pool {pool!r}.")
    source = open_pool(table)
    mapping = suggest(source).mapping.with_id("spectrum_id")
    may_replace = replace or is_of_pool(workspace, name, pool)
    return import_metadata(workspace, name, [source], mapping, replace=may_replace, pool=pool, progress=progress)


def is_of_pool(workspace: Path, name: str, pool: str) -> bool:
    """Whether an index was made from a pool."""
    record = read_record(workspace, name)
    return record is not None and record.pool == pool


def index_pool_quietly(workspace: Path, pool: str, progress: Progress = no_progress) -> str:
    """Make the index of a pool that was just imported; return why there is none, "" if there is."""
    try:
        index_pool(workspace, pool, progress)
    except (MetadataError, OSError) as error:
        return f"The pool is imported; its metadata cannot be searched yet: {error}"
    return ""


def remove_pool_index(workspace: Path, pool: str) -> bool:
    """Remove the index that was made from a pool, if there is one; return whether there was."""
    if not is_of_pool(workspace, pool, pool):
        return False
    Catalogs(workspace).remove(pool)
    return True
