"""A session that is labeled through the journal trains: iteration 0, labels, iteration 1, labels, iteration 2."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any
from uuid import uuid4

import polars as pl
import pytest

from al_core.labeling import QueueOptions
from al_core.sessions.running import run_parameters
from al_core.settings import APPLICATION_DIR
from tests.core.labeling_made import IDS, LABELS, SESSION, Place

QUICK: dict[str, Any] = {"max_epochs": 2, "balance": "class_weights", "batch_size": 10, "random_sample_size": 5}


def train(place: Place, tmp_path: Path, **keys: Any) -> Path:
    """Run the next iteration as the command line does, from what the session gives to it."""
    session = place.sessions.get(SESSION)
    parameters = run_parameters(place.sessions, place.settings, session, QUICK | keys)
    path = tmp_path / f"{uuid4().hex}.json"
    path.write_text(json.dumps(parameters["configuration"]))
    environment = os.environ | {"SPECTROLABE_WORKSPACE": str(place.folder), "CUDA_VISIBLE_DEVICES": "-1"}
    command = [sys.executable, "-m", "al_core", "run", str(path), "--output", parameters["output"]]
    done = subprocess.run(command, cwd=APPLICATION_DIR, env=environment, capture_output=True, text=True, timeout=400)
    assert done.returncode == 0, done.stderr
    return Path(parameters["output"])


def label_all(place: Place) -> list[str]:
    """Label the whole queue with the truth, as the page would."""
    queue, _ = place.labeling.queue(SESSION)
    events = [
        {
            "event_id": uuid4().hex,
            "kind": "label",
            "spectrum_id": item.spectrum_id,
            "class_id": place.class_id(int(LABELS[IDS.index(item.spectrum_id)])),
            "queue": item.queue,
            "iteration": queue.iteration,
            "duration_ms": 1500,
        }
        for item in queue.items
    ]
    posted = place.labeling.post(SESSION, events, "eva")
    assert len(posted.stored) == len(events)
    assert place.labeling.queue(SESSION)[0].position == len(events)
    return [item.spectrum_id for item in queue.items]


@pytest.mark.slow
def test_labels_of_the_journal_train_two_iterations(place: Place, tmp_path: Path) -> None:
    train(place, tmp_path, batch_size=25, random_sample_size=0)
    queue, _ = place.labeling.queue(SESSION)
    assert (queue.iteration, {item.kind for item in queue.items}, len(queue.items)) == (0, {"initial"}, 25)
    first = label_all(place)

    output = train(place, tmp_path)
    assert sorted(pl.read_csv(output / "training-set.csv")["id"]) == sorted(first)
    queue, _ = place.labeling.queue(SESSION, QueueOptions(order="thesis"))
    assert [item.kind for item in queue.items] == ["uncertain"] * 10 + ["random"] * 5
    assert queue.items[0].n_ranked == 35
    utilities = [item.utility or 0.0 for item in queue.items[:10]]
    assert utilities == sorted(utilities, reverse=True)
    oracle = pl.read_csv(output / "oracle.csv", has_header=False)
    assert [item.spectrum_id for item in queue.items[:10]] == oracle[oracle.columns[0]].to_list()
    assert utilities == pytest.approx(oracle[oracle.columns[2]].to_list(), abs=1e-3)
    label_all(place)
    assert place.labeling.progress(SESSION).agreement.n == 5  # type: ignore[union-attr]

    output = train(place, tmp_path)
    trained = set(pl.read_csv(output / "training-set.csv")["id"])
    assert trained == {*first, *(item.spectrum_id for item in queue.items if item.kind == "uncertain")}
    assert json.loads((output / "manifest.json").read_text())["iteration"] == 2
    assert place.labeling.queue(SESSION)[0].iteration == 2
