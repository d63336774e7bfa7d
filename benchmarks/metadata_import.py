"""Importing metadata into an index against merely reading the file, and the memory it takes.

    python benchmarks/metadata_import.py csv --rows 1000000
    python benchmarks/metadata_import.py parquet --rows 4000000
    python benchmarks/metadata_import.py votable --rows 100000      (also fits, gz)

The catalogue is simulated, with the 38 columns of LAMOST's. Each measurement runs in a process of its own, so that its
peak memory is its own; the file is in the page cache. "read" is what plain Polars takes (for the other kinds: astropy).
Rates per second of processor time stand beside those of the clock: they tell what the clock says on a busy machine.
"""

import argparse
import multiprocessing
import os
import resource
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

KINDS = ("csv", "gz", "parquet", "fits", "votable")


class Took(NamedTuple):
    """Seconds of the clock and of the processor, peak memory in MiB."""

    clock: float
    processor: float
    peak: float


def main() -> None:
    """Write the catalogue, measure, print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("kind", choices=KINDS)
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--folder", type=Path, help="where files are written and kept (default: a temporary folder)")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        folder = arguments.folder or Path(temporary)
        path = folder / f"catalog-{arguments.rows}.{arguments.kind}"
        if not path.exists():
            apart(make, path, arguments.kind, arguments.rows)
        workspace = Path(temporary) / "workspace"
        read = apart(plain, path, arguments.kind)
        imported = apart(import_it, path, workspace)
        size = sum(file.stat().st_size for file in (workspace / "indices").rglob("*") if file.is_file())
    print(f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}; {arguments.rows:,} rows of {arguments.kind}")
    for name, took in (("read", read), ("import", imported)):
        rate, by_processor = arguments.rows / took.clock, arguments.rows / took.processor
        print(
            f"{name:7} {took.clock:8.2f} s {rate:12,.0f} rows/s {by_processor:12,.0f} a CPU second {took.peak:8.0f} MiB"
        )
    print(f"ratio of the clock {imported.clock / read.clock:.2f}; index {size / 2**20:.0f} MiB")


def make(path: Path, kind: str, n_rows: int) -> None:
    """Write the catalogue."""
    import polars as pl
    from polars.io.plugins import register_io_source

    from al_core.simulation.catalog import simulate_catalog

    schema = next(iter(simulate_catalog(1))).schema
    frames = register_io_source(lambda *_: simulate_catalog(n_rows), schema=schema)
    if kind == "csv":
        frames.sink_csv(path)
    elif kind == "gz":
        import gzip
        import shutil

        plain_path = path.with_suffix(".plain")
        frames.sink_csv(plain_path)
        with plain_path.open("rb") as source, gzip.open(path, "wb", compresslevel=1) as target:
            shutil.copyfileobj(source, target, 2**20)
        plain_path.unlink()
    elif kind == "parquet":
        frames.sink_parquet(path)
    else:
        import numpy as np
        from astropy.table import Table

        whole = frames.with_columns(pl.col(pl.String).fill_null("")).collect()
        table = Table({name: np.array(whole[name].to_list()) for name in whole.columns})
        table.write(path, format=kind)


def plain(path: Path, kind: str) -> None:
    """Read the file and nothing else."""
    import polars as pl

    if kind in ("csv", "gz"):
        pl.read_csv(path)
    elif kind == "parquet":
        pl.read_parquet(path)
    else:
        from astropy.table import Table

        Table.read(path, format=kind)


def import_it(path: Path, workspace: Path) -> None:
    """Import the file."""
    from al_core.metadata.importing import import_metadata, open_source, suggest

    source = open_source(path)
    import_metadata(workspace, "catalog", [source], suggest(source).mapping)


def apart(function: Callable[..., None], *arguments: object) -> Took:
    """Run a function in a process of its own; imports are made before the clock starts."""
    context = multiprocessing.get_context("spawn")
    receiver, sender = context.Pipe(duplex=False)
    child = context.Process(target=_timed, args=(sender, function, *arguments))
    child.start()
    took: Took = receiver.recv()
    child.join()
    return took


def _timed(sender: object, function: Callable[..., None], *arguments: object) -> None:
    import polars  # noqa: F401 - loaded before the clock starts

    import al_core.metadata.importing  # noqa: F401

    clock, processor = time.perf_counter(), time.process_time()
    function(*arguments)
    took = time.perf_counter() - clock, time.process_time() - processor
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    sender.send(Took(*took, peak))  # type: ignore[attr-defined]


if __name__ == "__main__":
    main()
