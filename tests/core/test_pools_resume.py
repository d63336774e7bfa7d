"""An import that is interrupted goes on where it was, and its pool is that of an uninterrupted one."""

import errno
import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from al_core.errors import CancelledError, PoolError
from al_core.pools import Pool, appending, import_pool, plan, writing
from al_core.preprocessing import RECIPES
from al_core.progress import Progress, no_progress
from al_core.readers import MatrixChunk
from al_core.readers.matrix_csv import CsvMatrix
from tests.make.matrices import csv_rows, matrix, pool_csv, wavelength_names

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(autouse=True)
def small_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    for module in (plan, appending):
        monkeypatch.setattr(module, "ROWS_PER_BLOCK", 5)
        monkeypatch.setattr(module, "FILES_PER_BLOCK", 3)


def write_inputs(folder: Path, ids: list[str], n_files: int) -> Path:
    """Write a table with a constant row and text files; one file is bad."""
    folder.mkdir()
    flux = matrix(len(ids))
    flux[len(ids) // 2] = 1
    (folder / "pool.csv").write_text(
        "\n".join([f"id,flag,{wavelength_names()}", *csv_rows([f"{i},x" for i in ids], flux)])
    )
    wavelength = np.arange(6500.0, 6750.0, 0.5)
    for number in range(n_files):
        flux = 1 + np.cos(wavelength * (number + 1) / 50)
        lines = [f"{w!r} {f!r}" for w, f in zip(wavelength.tolist(), flux.tolist(), strict=True)]
        (folder / f"file-{number:02d}.txt").write_text("\n".join(lines))
    (folder / "file-02.txt").write_text("broken")
    return folder


def run(folder: Path, pool: Path, progress: Progress = no_progress, workers: int = 1) -> Pool:
    import_pool([folder], pool, recipe=RECIPES["halpha"], name="p", progress=progress, workers=workers)
    return Pool.open(pool)


def assert_same(first: Pool, second: Pool) -> None:
    for name in ("flux.npy", "rejected.csv", "duplicates.csv", "ids.index.npy", "ids.text.npy", "ids.offsets.npy"):
        assert (first.path / name).read_bytes() == (second.path / name).read_bytes(), name
    assert_frame_equal(first.metadata.collect(), second.metadata.collect())


def cancel_after(n_calls: int) -> Progress:
    calls = iter(range(n_calls))

    def progress(done: int, total: int | None, message: str) -> None:
        if next(calls, None) is None:
            raise CancelledError("stop")

    return progress


def leave_traces_of_a_crash(pool: Path) -> None:
    """Add what a process killed between two writes may leave."""
    with (pool / "flux.npy.part").open("ab") as file:
        file.write(b"half a row")
    (pool / "parts" / "0000099.parquet.part").write_bytes(b"PAR1")
    with (pool / "import.journal").open("ab") as file:
        file.write(b'{"block": 17, "un')


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    ids=st.lists(st.sampled_from(["a", "b", "c~2", "a~2", "file-01", "é", "x" * 70]), min_size=2, max_size=17),
    n_files=st.integers(3, 8),
    stops=st.lists(st.integers(0, 12), min_size=1, max_size=3),
    crash=st.booleans(),
)
def test_interruptions_at_any_block_change_nothing(ids: list[str], n_files: int, stops: list[int], crash: bool) -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = write_inputs(Path(name) / "in", ids, n_files)
        whole = run(folder, Path(name) / "whole")
        for n_calls in stops:
            try:
                run(folder, Path(name) / "pool", cancel_after(n_calls))
            except CancelledError:
                if crash and (Path(name) / "pool" / "flux.npy.part").exists():
                    leave_traces_of_a_crash(Path(name) / "pool")
        assert_same(run(folder, Path(name) / "pool"), whole)


def test_an_interrupted_import_says_that_it_is_unfinished(tmp_path: Path) -> None:
    folder = write_inputs(tmp_path / "in", ["a", "b", "c"], 4)
    with pytest.raises(CancelledError):
        run(folder, tmp_path / "pool", cancel_after(1))
    with pytest.raises(PoolError, match=r"not finished. Give the same import command again"):
        Pool.open(tmp_path / "pool")
    report = import_pool([folder], tmp_path / "pool", recipe=RECIPES["halpha"], name="p", workers=1)
    assert report.resumed_at == 3


def test_other_inputs_do_not_go_on_with_an_unfinished_import(tmp_path: Path) -> None:
    folder = write_inputs(tmp_path / "in", ["a", "b", "c"], 4)
    with pytest.raises(CancelledError):
        run(folder, tmp_path / "pool", cancel_after(1))
    (folder / "file-99.txt").write_bytes((folder / "file-01.txt").read_bytes())
    with pytest.raises(PoolError, match=r"unfinished import of 4 files .* this import is of 5 files"):
        run(folder, tmp_path / "pool")


def test_any_number_of_processes_gives_the_same_pool(tmp_path: Path) -> None:
    folder = write_inputs(tmp_path / "in", ["a", "file-01", "a"], 14)
    one, three = run(folder, tmp_path / "one"), run(folder, tmp_path / "three", workers=3)
    assert_same(one, three)


def test_cancelling_stops_the_processes(tmp_path: Path) -> None:
    folder = write_inputs(tmp_path / "in", ["a", "b"], 14)
    with pytest.raises(CancelledError):
        run(folder, tmp_path / "pool", cancel_after(2), workers=2)
    assert_same(run(folder, tmp_path / "pool", workers=2), run(folder, tmp_path / "whole"))


KILLED = """
import sys, time
from pathlib import Path
from al_core.pools import appending, import_pool, plan
from al_core.preprocessing import RECIPES

def progress(done, total, message):
    if done:
        print(done, flush=True)
        time.sleep(0.05)

if __name__ == "__main__":
    plan.ROWS_PER_BLOCK = appending.ROWS_PER_BLOCK = 5
    plan.FILES_PER_BLOCK = appending.FILES_PER_BLOCK = 3
    folder, pool, workers = Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3])
    import_pool([folder], pool, recipe=RECIPES["halpha"], name="p", progress=progress, workers=workers)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="there is no SIGKILL on Windows")
@pytest.mark.parametrize(("workers", "n_lines"), [(1, 2), (1, 7), (2, 2)])
def test_a_killed_import_resumes_to_the_same_pool(tmp_path: Path, workers: int, n_lines: int) -> None:
    folder = write_inputs(tmp_path / "in", [f"s{i}" for i in range(20)] + ["s1"], 12)
    (tmp_path / "killed.py").write_text(KILLED)
    command = [sys.executable, str(tmp_path / "killed.py"), str(folder), str(tmp_path / "pool"), str(workers)]
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    with subprocess.Popen(command, stdout=subprocess.PIPE, env=environment) as process:
        assert process.stdout is not None
        for _ in range(n_lines):
            assert process.stdout.readline()
        process.send_signal(signal.SIGKILL)
        process.stdout.read()  # ends when the processes that read files have ended too
    assert not (tmp_path / "pool" / "manifest.json").exists()
    report = import_pool([folder], tmp_path / "pool", recipe=RECIPES["halpha"], name="p", workers=1)
    assert report.resumed_at > 0
    assert_same(Pool.open(tmp_path / "pool"), run(folder, tmp_path / "whole"))


def test_a_full_disk_leaves_what_can_be_resumed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = write_inputs(tmp_path / "in", [f"s{i}" for i in range(20)], 4)
    calls = iter(range(3))

    def full(path: Path, content: bytes) -> None:
        if next(calls, None) is None:
            raise OSError(errno.ENOSPC, "No space left on device")
        path.write_bytes(content)

    with monkeypatch.context() as patched:
        patched.setattr(writing, "write_durably", full)
        with pytest.raises(PoolError, match=r"No space left on device.*Free space"):
            run(folder, tmp_path / "pool")
    assert_same(run(folder, tmp_path / "pool"), run(folder, tmp_path / "whole"))


def test_a_disk_that_is_full_when_the_table_is_written_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = write_inputs(tmp_path / "in", [f"s{i}" for i in range(20)], 4)

    sink = pl.LazyFrame.sink_parquet

    def full(frame: pl.LazyFrame, target: Any, **options: Any) -> Any:
        if not isinstance(target, Path):  # tables in memory are written the same way
            return sink(frame, target, **options)
        raise pl.exceptions.ComputeError("underlying IO error: No space left on device (os error 28)")

    with monkeypatch.context() as patched:
        patched.setattr(pl.LazyFrame, "sink_parquet", full)
        with pytest.raises(PoolError, match=r"No space left on device.*Free space"):
            run(folder, tmp_path / "pool")
    assert_same(run(folder, tmp_path / "pool"), run(folder, tmp_path / "whole"))


def test_an_error_while_finishing_is_resumed_too(tmp_path: Path) -> None:
    folder = write_inputs(tmp_path / "in", ["a", "b", "a"], 4)

    def progress(done: int, total: int | None, message: str) -> None:
        if message == "Checking what was written":
            raise CancelledError("stop")

    with pytest.raises(CancelledError):
        run(folder, tmp_path / "pool", progress)
    assert (tmp_path / "pool" / "flux.npy").exists()
    assert_same(run(folder, tmp_path / "pool"), run(folder, tmp_path / "whole"))


@pytest.mark.skipif(sys.platform == "win32", reason="folders are not locked on Windows")
def test_two_imports_do_not_write_to_one_folder(tmp_path: Path) -> None:
    path = pool_csv(tmp_path).path
    errors: list[str] = []

    def second(done: int, total: int | None, message: str) -> None:
        try:
            import_pool([path], tmp_path / "pool", recipe=RECIPES["halpha"], name="q")
        except PoolError as error:
            errors.append(str(error))

    import_pool([path], tmp_path / "pool", recipe=RECIPES["halpha"], name="p", progress=second)
    assert "Another import is writing" in errors[0]


def test_a_table_that_breaks_off_keeps_its_first_rows(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = write_inputs(tmp_path / "in", [f"s{i}" for i in range(20)], 3)
    content = (folder / "pool.csv").read_bytes().splitlines(keepends=True)
    (folder / "pool.csv").write_bytes(b"".join(content[:14]) + content[14][:300])
    pool = run(folder, tmp_path / "pool")
    rejected = pl.read_csv(pool.path / "rejected.csv")
    assert "s12" in pool.spectrum_ids.to_list()
    assert rejected["reason"].str.contains("line 15").any()


def test_an_error_of_the_disk_in_a_table_is_raised_and_resumed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = write_inputs(tmp_path / "in", [f"s{i}" for i in range(20)], 3)
    chunks = CsvMatrix.chunks

    def failing(*arguments: Any, **options: Any) -> Iterator[MatrixChunk]:
        yield from islice(chunks(*arguments, **options), 2)
        raise OSError(errno.EIO, "Input/output error")

    with monkeypatch.context() as patched:
        patched.setattr(CsvMatrix, "chunks", failing)
        with pytest.raises(PoolError, match=r"Input/output error.*goes on where it stopped"):
            run(folder, tmp_path / "pool")
    assert_same(run(folder, tmp_path / "pool"), run(folder, tmp_path / "whole"))
