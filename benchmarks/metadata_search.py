"""Time the embedded index of metadata on a simulated catalogue: import, size, memory, and every kind of query.

Run `python benchmarks/metadata_search.py --rows 1000000 4000000`. Every repetition asks something else, so no answer is
found ready; columns are in memory, as they are after the first look at a page.
"""

import argparse
import itertools
import random
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import polars as pl
import psutil

from al_core.metadata import (
    And,
    Cone,
    Equal,
    Field,
    FieldType,
    In,
    Not,
    Patch,
    Prefix,
    Query,
    Range,
    Scope,
    Sort,
    Words,
)
from al_core.metadata.catalog import Catalogs, CatalogWriter
from al_core.metadata.embedded import EmbeddedStore
from al_core.metadata.query import EVERYTHING, Condition
from al_core.metadata.sky import N_CELLS
from al_core.simulation.catalog import index_rows, simulate_catalog

SCOPE = Scope(("sim",))
FACETS = ["class", "subclass", "objtype", "tsource", "magtype", "spid"]
SHOWN = ("designation", "ra", "dec", "class", "subclass", "snrg", "mag1", "z")
_CHUNK = 100_000


def field_type(dtype: pl.DataType) -> FieldType:
    if dtype.is_integer():
        return FieldType.INTEGER
    return next(kind for kind in FieldType if kind.dtype == dtype)


def write_source(path: Path, n_rows: int) -> float:
    """Write the catalogue as Parquet; return the bytes that a row takes as CSV."""
    size, parts = 0, []
    for number, frame in enumerate(simulate_catalog(n_rows)):
        size += len(frame.head(1000).write_csv(include_header=False).encode())
        parts.append(path / f"part-{number:05d}.parquet")
        index_rows(frame).write_parquet(parts[-1])
    return size / sum(min(1000, n_rows - k * _CHUNK) for k in range(len(parts)))


def frames(path: Path) -> Iterator[pl.DataFrame]:
    for part in sorted(path.glob("*.parquet")):
        yield pl.read_parquet(part)


def import_all(workspace: Path, source: Path) -> None:
    fields = [Field(name, field_type(dtype)) for name, dtype in next(frames(source)).schema.items()]
    with CatalogWriter.open(workspace, "sim", fields, "benchmark") as writer:
        for number, frame in enumerate(frames(source)):
            writer.append(frame, "catalog", number * _CHUNK)
            writer.commit("catalog", number * _CHUNK + len(frame))
        writer.finish()


class Kinds:
    """Kinds of queries; each call asks something new."""

    def __init__(self, store: EmbeddedStore, ids: list[str], rng: random.Random) -> None:
        self.store, self.ids, self.rng = store, ids, rng
        self._numbers = itertools.count()

    def limit(self, low: float, high: float) -> float:
        return self.rng.uniform(low, high)

    def some(self) -> Condition:
        return Range("snrg", self.limit(2, 60))

    def facet_click(self) -> None:
        """Do what the page does when a value is clicked: all rows but a few, to all rows of a class."""
        parts = (Range("snrg", self.limit(0, 30)), In("class", self.rng.choice([("STAR",), ("STAR", "GALAXY")])))
        condition = And(parts)
        self.store.facets(SCOPE, condition, FACETS)
        self.store.histogram(SCOPE, condition, "mag1", 50, 8, 22)
        self.store.facets(SCOPE, condition, ["_hpx"], size=N_CELLS)
        self.store.search(Query(SCOPE, condition, (Sort("mag1"),), columns=SHOWN))

    def count(self) -> None:
        self.store.count(SCOPE, And((self.some(), Not(Equal("class", "STAR")))))

    def six_facets(self) -> None:
        self.store.facets(SCOPE, self.some(), FACETS)

    def histogram(self) -> None:
        self.store.histogram(SCOPE, self.some(), "mag1", 50, 8, 22)

    def sky(self) -> None:
        self.store.facets(SCOPE, self.some(), ["_hpx"], size=N_CELLS)

    def cone(self) -> None:
        self.store.search(Query(SCOPE, Cone(self.limit(0, 360), self.limit(-10, 60), 1.0), columns=SHOWN))

    def wide_cone(self) -> None:
        self.store.count(SCOPE, Cone(self.limit(0, 360), self.limit(-10, 60), 60.0))

    def first_page(self) -> None:
        self.store.search(Query(SCOPE, self.some(), (Sort("z", descending=True),), columns=SHOWN))

    def next_page(self) -> None:
        query = Query(SCOPE, EVERYTHING, (Sort("snrg"),), (self.limit(0, 100), self.rng.choice(self.ids), "sim"))
        self.store.search(query)

    def deep_page(self) -> None:
        self.store.rows_at(
            Query(SCOPE, self.some(), (Sort("mag1"),), columns=SHOWN), self.rng.randrange(10_000, 90_000)
        )

    def get_100(self) -> None:
        self.store.get(SCOPE, self.rng.sample(self.ids, 100), SHOWN)

    def one_id(self) -> None:
        self.store.search(Query(SCOPE, Equal("id", self.rng.choice(self.ids)), columns=SHOWN))

    def id_prefix(self) -> None:
        self.store.count(SCOPE, Prefix("id", self.rng.choice(self.ids)[:12]))

    def words(self) -> None:
        self.store.count(SCOPE, Words(f"{self.rng.choice(self.ids)[5:10]} star"))

    def fuzzy(self) -> None:
        self.store.count(SCOPE, Words(self.rng.choice(self.ids)[11:19] + "x", edits=None))

    def patch_and_count(self) -> None:
        row_id, number = self.rng.choice(self.ids), next(self._numbers)
        self.store.patch("sim", [Patch(row_id, {"mag1": 10.0 + number / 100, "subclass": f"odd {number}"})])
        self.store.facets(SCOPE, Range("mag1", 9, self.limit(11, 20)), ["subclass"])


def milliseconds(call: Callable[[], None], repetitions: int) -> str:
    call()
    times, cpu = [], []
    for _ in range(repetitions):
        begin, begin_cpu = time.perf_counter(), time.process_time()
        call()
        times.append((time.perf_counter() - begin) * 1000)
        cpu.append((time.process_time() - begin_cpu) * 1000)
    last = statistics.quantiles(times, n=20)[-1] if repetitions > 1 else times[0]
    return f"{statistics.median(times):8.1f} {last:8.1f} {statistics.median(cpu):8.1f}"


def measure(n_rows: int, repetitions: int, folder: Path) -> None:
    source, workspace, process = folder / "source", folder / "workspace", psutil.Process()
    source.mkdir(parents=True)
    csv = write_source(source, n_rows) * n_rows
    begin, cpu = time.perf_counter(), sum(process.cpu_times()[:2])
    import_all(workspace, source)
    wall, cpu = time.perf_counter() - begin, sum(process.cpu_times()[:2]) - cpu
    catalogs = Catalogs(workspace)
    size = catalogs.open("sim").n_bytes
    print(f"\n{n_rows:,} rows, {datetime.now(UTC):%Y-%m-%d}, load {psutil.getloadavg()[0]:.1f}")
    print(f"import from Parquet: {n_rows / wall:,.0f} rows/s ({cpu / n_rows * 1e6:.2f} µs of CPU a row)")
    print(f"index: {size / 1e6:,.0f} MB, {100 * size / csv:.1f} % of the CSV ({csv / 1e6:,.0f} MB)")
    before = process.memory_info().rss
    store = EmbeddedStore(catalogs, memory_mb=2048)
    ids = catalogs.open("sim").identities.ids.sample(1000, seed=1).to_list()
    kinds = Kinds(store, ids, random.Random(1))
    print(f"{'milliseconds':20} {'p50':>8} {'p95':>8} {'CPU p50':>8}")
    names = [name for name in vars(Kinds) if not name.startswith("_") and name not in ("limit", "some")]
    for name in names:
        print(f"{name.replace('_', ' '):20} {milliseconds(getattr(kinds, name), repetitions)}")
    begin = time.perf_counter()
    n_read = sum(frame.height for frame in store.all_rows(SCOPE, Equal("class", "STAR"), SHOWN, (Sort("mag1"),)))
    print(f"all rows: {n_read / (time.perf_counter() - begin):,.0f} rows/s")
    print(f"memory: {(process.memory_info().rss - before) / 1e6:,.0f} MB more after all of it")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, nargs="+", default=[1_000_000])
    parser.add_argument("--repetitions", type=int, default=20)
    parser.add_argument("--folder", type=Path, default=None, help="where to work; a temporary folder by default")
    options = parser.parse_args()
    for n_rows in options.rows:
        with tempfile.TemporaryDirectory(dir=options.folder) as folder:
            measure(n_rows, options.repetitions, Path(folder))


if __name__ == "__main__":
    main()
