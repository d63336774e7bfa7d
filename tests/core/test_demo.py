"""The demo, as the dashboard and the command line build it."""

from pathlib import Path

import pytest

from al_core.demo import CLASSES, ensure_demo
from al_core.errors import CancelledError
from al_core.jobs import JobRegistry, Phase
from al_core.labeling import Labeling
from al_core.library import Library
from al_core.progress import Progress
from al_core.sessions import Sessions
from al_core.settings import Settings


def test_a_demo_that_was_stopped_while_it_was_simulated_begins_again(workspace: Path) -> None:
    settings, steps = Settings(workspace=workspace), []

    def stop_at(word: str) -> Progress:
        def stop(_done: int, _total: int | None, message: str) -> None:
            steps.append(message)
            if message.startswith(word):
                raise CancelledError("stop")

        return stop

    for word in ("Simulating", "Reading"):
        with pytest.raises(CancelledError):
            ensure_demo(settings, stop_at(word), n_spectra=600)
    assert [step for step in steps if step.startswith("Reading")], "it came as far as the import"


@pytest.mark.slow
def test_the_demo_is_a_session_with_one_iteration_whose_queue_waits(workspace: Path) -> None:
    settings = Settings(workspace=workspace)

    def stop_at_the_import(_done: int, _total: int | None, message: str) -> None:
        if message.startswith("Reading"):
            raise CancelledError("stop")

    with pytest.raises(CancelledError):
        ensure_demo(settings, stop_at_the_import, n_spectra=600)
    assert Sessions(workspace).entries() == []
    steps: list[str] = []
    session = ensure_demo(settings, lambda _done, _total, message: steps.append(message), n_spectra=600)
    assert not any(step.startswith("Simulating") for step in steps), "what was finished is kept"
    assert any(step.startswith("Training") for step in steps)
    assert (session.session_id, session.name, session.simulated) == ("demo", "Demo survey", True)
    assert session.class_names == CLASSES

    jobs = JobRegistry(workspace, settings)
    [job] = jobs.list(kind="run", session_id="demo")
    assert (job.phase, job.title) == (Phase.COMPLETED, "Demo survey, iteration 1")
    summary = Sessions(workspace, jobs).summary("demo")
    assert (summary.iteration, summary.waiting) == (1, {"oracle": 100, "perf-est": 100})
    assert summary.last is not None
    assert summary.last.simulated
    assert Library(workspace, settings).pool_info("demo").plate is not None
    [training] = Library(workspace, settings).training_sets()
    assert session.training_set == training.path

    labeling = Labeling(Sessions(workspace), Library(workspace, settings))
    names = [item.spectrum_id for item in labeling.queue("demo")[0].items]
    assert len(names) == 200
    for start in range(0, 200, 20):
        views = labeling.spectra("demo", names[start : start + 20], is_blind=False)
        assert not [view for view in views.values() if "error" in view["full"] or view["window"]["sigma"] is None]

    again: list[str] = []
    assert ensure_demo(settings, lambda _done, _total, message: again.append(message)) == session
    assert again == []
    assert len(jobs.list()) == 1
