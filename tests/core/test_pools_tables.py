"""Columns of mixed types, and processes that end before their work."""

import os
import subprocess
import sys
from concurrent.futures.process import BrokenProcessPool
from pathlib import Path

import polars as pl
import pytest

from al_core.pools import parallel
from al_core.pools.tables import common_schema, common_type, conform, own_name, table_of
from al_core.readers import open_matrix
from tests.make.matrices import pool_csv

ROOT = Path(__file__).resolve().parents[2]


def test_a_column_has_the_type_that_holds_all_its_values() -> None:
    rows = [
        {"spectrum_id": "a", "i": 1, "f": 1, "b": True, "t": 1, "big": 2**70, "none": None},
        {"spectrum_id": "b", "i": None, "f": 0.5, "b": False, "t": "x", "big": 1, "none": None},
    ]
    table = table_of(rows)
    expected = {"i": pl.Int64, "f": pl.Float64, "b": pl.Boolean, "t": pl.String, "big": pl.String}
    assert dict(table.schema) == {"spectrum_id": pl.String} | expected
    assert table["big"].to_list() == [str(2**70), "1"]


@pytest.mark.parametrize(
    ("first", "second", "both"),
    [
        (pl.Int64(), pl.Float64(), pl.Float64()),
        (pl.Int64(), pl.String(), pl.String()),
        (pl.Boolean(), pl.Int64(), pl.String()),
        (pl.Null(), pl.Int64(), pl.Int64()),
        (pl.Boolean(), pl.Null(), pl.Boolean()),
        (pl.Int32(), pl.Int64(), pl.Int64()),
    ],
)
def test_types_meet_in_either_order(first: pl.DataType, second: pl.DataType, both: pl.DataType) -> None:
    assert common_type(first, second) == common_type(second, first) == both


def test_tables_of_different_columns_conform_to_one_schema() -> None:
    tables = [
        pl.DataFrame({"spectrum_id": ["a"], "x": [1]}),
        pl.DataFrame({"spectrum_id": ["b"], "x": ["t"], "y": [1.5]}),
    ]
    schema = common_schema([dict(table.schema) for table in tables])
    joined = pl.concat([conform(table, schema) for table in tables])
    assert joined["x"].to_list() == ["1", "t"]
    assert joined["y"].to_list() == [None, 1.5]
    assert joined.columns[-2:] == ["x", "y"]


def test_a_survey_column_never_replaces_one_of_the_pool() -> None:
    assert own_name("source") == "source_survey"
    assert own_name("RA") == "RA"


def double(number: int) -> int:
    return 2 * number


def end_process(number: int) -> int:
    if number == 3:
        os._exit(1)
    return number


def test_results_come_in_the_order_of_the_tasks() -> None:
    waits: list[int] = []
    assert list(parallel.map_ordered(double, range(20), 2, lambda: waits.append(1))) == list(range(0, 40, 2))
    assert list(parallel.map_ordered(double, range(20), 1, lambda: None)) == list(range(0, 40, 2))


def test_a_process_that_ends_early_is_an_error() -> None:
    with pytest.raises(BrokenProcessPool):
        list(parallel.map_ordered(end_process, range(9), 2, lambda: None))


def test_processes_are_told_to_use_one_thread(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("OMP_NUM_THREADS", raising=False)
    assert list(parallel.map_ordered(os.getenv, ["OMP_NUM_THREADS"], 2, lambda: None)) == ["1"]
    assert "OMP_NUM_THREADS" not in os.environ


PEAK = """
import resource, sys
from pathlib import Path
from al_core.pools import import_pool
from al_core.preprocessing import RECIPES
import_pool([Path(sys.argv[1])], Path(sys.argv[2]), recipe=RECIPES["halpha"], name="p")
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
"""


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="peak memory is not stated on Windows")
def test_memory_does_not_grow_with_the_table(tmp_path: Path) -> None:
    unit = 2**20 if sys.platform == "darwin" else 2**10
    peaks = []
    for n_copies in (1, 3):
        path = tmp_path / f"{n_copies}.csv"
        write_many(path, 40_000 * n_copies)
        command = [sys.executable, "-c", PEAK, str(path), str(tmp_path / f"pool-{n_copies}")]
        done = subprocess.run(
            command, check=True, stdout=subprocess.PIPE, env=os.environ | {"PYTHONPATH": str(ROOT)}, text=True
        )
        peaks.append(int(done.stdout) / unit)
    assert peaks[1] - peaks[0] < 60  # MB; the flux alone of the larger one is 45 MB more, its text 200 MB


def write_many(path: Path, n_rows: int) -> None:
    lines = pool_csv(path.parent, f"like-{n_rows}.csv").path.read_text().splitlines()
    cells = lines[1].partition(",")[2]
    with path.open("w") as file:
        file.write(lines[0] + "\n")
        file.writelines(f"s{row},{cells}\n" for row in range(n_rows))
    assert open_matrix(path).wavelength.size == 140
