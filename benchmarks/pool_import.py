"""Importing a pool against merely reading its files, and the memory it takes.

    python benchmarks/pool_import.py csv --rows 200000
    python benchmarks/pool_import.py fits --files 4000 --like FILE.fits
    python benchmarks/pool_import.py lookup --rows 4000000

Each measurement runs in a process of its own, so that its peak memory is its own. Both sides read the same files, which
were just written and are in the page cache. Ratios of one run compare; absolute times do not between machines.
"""

import argparse
import multiprocessing
import os
import resource
import shutil
import sys
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import NamedTuple

import numpy as np
import polars as pl
from astropy.io import fits

from al_core.pools import import_pool
from al_core.pools.idindex import IdIndex
from al_core.preprocessing import RECIPES

N_PIXELS = 140


class Cost(NamedTuple):
    """Seconds on the clock, seconds of all cores together (helper processes included), peak memory of the process."""

    seconds: float
    cpu_s: float
    peak_mb: float

    def __str__(self) -> str:
        return f"{self.seconds:.1f} s ({self.cpu_s:.1f} CPU-s, {self.peak_mb:.0f} MB)"


def measured(function: Callable[..., object], *arguments: object) -> Cost:
    """Return the cost of a call in a fresh process."""
    with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn")) as pool:
        return pool.submit(_measure, function, arguments).result()


def _measure(function: Callable[..., object], arguments: tuple[object, ...]) -> Cost:
    started, cpu_before = time.perf_counter(), _cpu_s()
    function(*arguments)
    seconds, cpu_s = time.perf_counter() - started, _cpu_s() - cpu_before
    unit = 2**20 if sys.platform == "darwin" else 2**10
    return Cost(seconds, cpu_s, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / unit)


def _cpu_s() -> float:
    usages = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(usage.ru_utime + usage.ru_stime for usage in usages)


def write_csv(path: Path, n_rows: int) -> None:
    """Write a pool CSV of random spectra, 20 000 rows at a time."""
    rng = np.random.default_rng(1)
    names = [repr(float(value)) for value in np.linspace(6519, 6732, N_PIXELS)]
    with path.open("wb") as file:
        for start in range(0, n_rows, 20_000):
            n = min(20_000, n_rows - start)
            flux = pl.DataFrame(rng.normal(500, 50, (n, N_PIXELS)).round(4), schema=names)
            ids = pl.Series("id", [f"spec-55862-B6212_sp06-{row:08d}" for row in range(start, start + n)])
            flux.insert_column(0, ids).write_csv(file, include_header=start == 0)


def read_csv(path: Path) -> None:
    pl.read_csv(path)


def import_all(path: Path, pool: Path) -> None:
    import_pool([path], pool, recipe=RECIPES["halpha"], name="benchmark", workers=1 if path.is_file() else None)


def read_fits(folder: Path) -> None:
    for path in folder.iterdir():
        with fits.open(path) as hdus:
            np.asarray(hdus[0].data)


def benchmark_csv(folder: Path, n_rows: int) -> None:
    for n in (n_rows // 2, n_rows):
        path = folder / "pool.csv"
        write_csv(path, n)
        os.sync()  # or the import would wait for the disk to take the CSV first
        size = path.stat().st_size / 1e6
        read = measured(read_csv, path)
        imported = measured(import_all, path, folder / "pool")
        shutil.rmtree(folder / "pool")
        print(f"CSV {n} x {N_PIXELS}, {size:.0f} MB: polars reads in {read}; import {imported};", end=" ")
        print(f"ratio {imported.seconds / read.seconds:.2f}, of CPU {imported.cpu_s / read.cpu_s:.2f}")


def benchmark_fits(folder: Path, n_files: int, like: Path) -> None:
    for n in (n_files // 2, n_files):
        files = folder / f"files-{n}"
        files.mkdir()
        for number in range(n):
            (files / f"spec-{number:07d}.fits").write_bytes(like.read_bytes())
        os.sync()
        read = measured(read_fits, files)
        imported = measured(import_all, files, folder / "pool")
        shutil.rmtree(folder / "pool")
        shutil.rmtree(files)
        print(f"FITS {n} files: astropy reads in one process in {read}; import {imported};", end=" ")
        print(f"ratio {imported.seconds / read.seconds:.2f}, of CPU {imported.cpu_s / read.cpu_s:.2f}")


def benchmark_lookup(folder: Path, n_rows: int) -> None:
    ids = pl.Series("spectrum_id", [f"spec-55862-B6212_sp06-{row:08d}" for row in range(n_rows)])
    started = time.perf_counter()
    IdIndex.of(ids).save(folder)
    print(f"Index of {n_rows} ids: built and written in {time.perf_counter() - started:.1f} s")
    wanted = ids.sample(1000, seed=1).to_list()
    for attempt in ("first", "second"):
        started = time.perf_counter()
        IdIndex.open(folder).find(wanted)
        print(f"1000 of {n_rows} ids found, {attempt} time, in {1000 * (time.perf_counter() - started):.1f} ms")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=["csv", "fits", "lookup"])
    parser.add_argument("--rows", type=int, default=200_000)
    parser.add_argument("--files", type=int, default=4000)
    parser.add_argument("--like", type=Path, help="a FITS file that is copied")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        if options.what == "csv":
            benchmark_csv(Path(name), options.rows)
        elif options.what == "fits":
            benchmark_fits(Path(name), options.files, options.like)
        else:
            benchmark_lookup(Path(name), options.rows)


if __name__ == "__main__":
    main()
