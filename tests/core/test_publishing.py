"""Results take their place at once, whatever happens meanwhile."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from al_core.errors import CancelledError, ConfigurationError, StorageError
from al_core.runs import publishing
from al_core.runs.publishing import staging


def nothing() -> None:
    pass


def publish(target: Path, text: str, keeps_previous: bool = True) -> None:
    with staging(target, keeps_previous, nothing) as folder:
        (folder / "manifest.json").write_text(text)
        (folder / "more").mkdir()
        (folder / "more" / "file").write_text(text)


def content(folder: Path) -> dict[str, str]:
    return {
        str(p.relative_to(folder)): p.read_text() for p in folder.rglob("*") if p.is_file() and p.name != ".replaced"
    }


def of(text: str) -> dict[str, str]:
    return {"manifest.json": text, "more/file": text}


@pytest.mark.parametrize("swaps", [True, False], ids=["exchange", "two renames"])
def test_earlier_results_are_kept_under_numbers(swaps: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    if not swaps:
        monkeypatch.setattr(publishing, "_swap", lambda *_: False)
    target = tmp_path / "iterations" / "001"
    for text in ("first", "second", "third"):
        publish(target, text)
    assert sorted(path.name for path in target.parent.iterdir()) == ["001", "001.1", "001.2"]
    assert content(target) == of("third")
    assert content(target.with_name("001.1")) == of("first")
    assert content(target.with_name("001.2")) == of("second")


def test_an_empty_folder_is_taken_and_other_files_in_a_folder_stay(tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    publish(tmp_path / "out", "first", keeps_previous=False)
    (tmp_path / "out" / "mine").write_text("mine")
    (tmp_path / "out" / "more" / "file").unlink()
    (tmp_path / "out" / "more").rmdir()
    publish(tmp_path / "out", "second", keeps_previous=False)
    assert content(tmp_path / "out") == of("second") | {"mine": "mine"}
    assert sorted(path.name for path in tmp_path.iterdir()) == ["out"]


def test_the_present_folder_can_be_the_target(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "job").mkdir()
    monkeypatch.chdir(tmp_path / "job")
    publish(Path(), "first", keeps_previous=False)
    assert content(Path.cwd()) == of("first")
    assert [path.name for path in tmp_path.iterdir()] == ["job"]


def test_what_fails_or_is_cancelled_leaves_the_old_results_alone(tmp_path: Path) -> None:
    target = tmp_path / "001"
    publish(target, "old")

    def cancelled() -> None:
        raise CancelledError("stop")

    with pytest.raises(CancelledError), staging(target, True, cancelled) as folder:
        (folder / "manifest.json").write_text("new")
    with pytest.raises(StorageError, match="cannot be written"), staging(target, True, nothing):
        raise OSError(28, "No space left on device")
    assert content(target) == of("old")
    assert [path.name for path in tmp_path.iterdir()] == ["001"]


def test_two_runs_do_not_write_to_one_place_at_once(tmp_path: Path) -> None:
    with staging(tmp_path / "001", True, nothing) as folder:
        (folder / "manifest.json").write_text("first")
        with pytest.raises(ConfigurationError, match=r"Another run is writing to .*001"):
            publish(tmp_path / "001", "second")
        assert (folder / "manifest.json").exists()
    assert content(tmp_path / "001") == {"manifest.json": "first"}


def die_at(target: Path, step: int) -> None:
    """Publish, and end the process without a farewell right before the step of this number."""
    left = [step]

    def counted(real: object) -> object:
        def call(*arguments: object, **named: object) -> object:
            left[0] -= 1
            if left[0] < 0:
                os._exit(9)
            return real(*arguments, **named)  # type: ignore[operator]

        return call

    for owner, name in ((Path, "rename"), (Path, "touch"), (Path, "unlink"), (publishing, "_swap")):
        setattr(owner, name, counted(getattr(owner, name)))
    publish(target, "new")


def die_everywhere(folder: Path) -> None:
    """Publish over old results in one process for each step, which dies there; print how each ended."""
    for step in range(8):
        target = folder / str(step) / "001"
        publish(target, "old")
        if (pid := os.fork()) == 0:
            die_at(target, step)
            os._exit(0)
        print(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))  # noqa: T201


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
def test_a_kill_at_any_step_leaves_the_old_results_or_the_new_ones(tmp_path: Path) -> None:
    code = f"from tests.core.test_publishing import *; die_everywhere(Path({str(tmp_path)!r}))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60)
    seen = set()
    for step, exit_code in enumerate(done.stdout.split()):
        target = tmp_path / str(step) / "001"
        found = content(target)
        assert found in (of("old"), of("new"))
        seen.add((exit_code, found["manifest.json"]))
        publish(target, "next")
        kept = [content(path) for path in sorted(target.parent.iterdir()) if path != target]
        assert content(target) == of("next")
        assert kept == ([of("old")] if found == of("old") else [of("old"), of("new")])
    assert seen == {("9", "old"), ("9", "new"), ("0", "new")}
