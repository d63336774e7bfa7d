"""Progress on a terminal and off it."""

import io

import pytest

from al_core.console import ConsoleProgress


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    now = [1000.0]
    monkeypatch.setattr("al_core.console.time.monotonic", lambda: now[0])
    return now


def test_plain_lines_where_there_is_no_terminal(clock: list[float]) -> None:
    stream = io.StringIO()
    progress = ConsoleProgress(stream)
    for done in range(0, 101, 10):
        progress(done, 100, "Scoring")
    progress(100, 100, "Scoring")
    progress.close()
    assert stream.getvalue() == "Scoring 0/100\nScoring 100/100\n"


def test_a_line_now_and_then_during_a_long_step(clock: list[float]) -> None:
    stream = io.StringIO()
    progress = ConsoleProgress(stream)
    for done in range(5):
        progress(done, 100, "Importing")
        clock[0] += 6
    assert stream.getvalue().splitlines() == ["Importing 0/100", "Importing 2/100", "Importing 4/100"]


def test_each_step_gets_its_line(clock: list[float]) -> None:
    stream = io.StringIO()
    progress = ConsoleProgress(stream)
    progress(1, 3, "Training, epoch 1: loss 0.5")
    progress(2, 3, "Training, epoch 2: loss 0.4")
    progress(0, None, "Writing results")
    progress(7, None, "Reading")
    assert stream.getvalue().splitlines() == ["Training, epoch 1: loss 0.5 1/3", "Writing results", "Reading 7"]


def test_plain_lines_hold_no_control_characters(clock: list[float]) -> None:
    stream = io.StringIO()
    progress = ConsoleProgress(stream)
    progress(1, 2, "Scoring")
    progress.close()
    assert stream.getvalue().replace("\n", "").isprintable()


def test_a_bar_on_a_terminal() -> None:
    stream = Terminal()
    progress = ConsoleProgress(stream)
    progress(0, 4, "Training")
    progress(2, 4, "Training, epoch 2: loss 0.4")
    shown = stream.getvalue()
    assert "\r" in shown
    assert "Training:  50%" in shown
    assert "2/4" in shown
    assert "epoch 2: loss 0.4" in shown
    progress(0, 9, "Scoring")
    progress.close()
    progress.close()
    assert "Scoring:   0%" in stream.getvalue()
    assert stream.getvalue().endswith("\n")


def test_standard_error_is_the_default(capsys: pytest.CaptureFixture[str]) -> None:
    ConsoleProgress()(1, 2, "Scoring")
    captured = capsys.readouterr()
    assert (captured.out, captured.err) == ("", "Scoring 1/2\n")
