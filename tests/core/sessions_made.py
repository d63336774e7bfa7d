"""Sessions with iterations as runs write them, without a run."""

import csv
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

CLASSES = ("other", "single peak", "double peak")


def write_iteration(
    folder: Path,
    number: int,
    *,
    name: str | None = None,
    oracle: Sequence[str] = (),
    sample: dict[str, int] | None = None,
    classes: Sequence[str] = CLASSES,
    candidate_classes: Sequence[str] = CLASSES[1:],
    pool: Path = Path("/data/pool"),
    trained: bool = True,
    **more: Any,
) -> Path:
    """Write the folder of an iteration: manifest, `perf-est.csv` with predictions, statistics, `new_config.json`.

    `sample` is the estimation sample with the position of the class predicted; `more` replaces keys of the manifest.
    """
    target = folder / "iterations" / (name or f"{number:03d}")
    target.mkdir(parents=True)
    sample = sample or {}
    counts = dict.fromkeys(classes, 10)
    manifest: dict[str, Any] = {
        "schema": 1,
        "created_utc": f"2026-01-{number + 1:02d}T12:00:00+00:00",
        "seconds": 12.5,
        "simulated": False,
        "configuration": {"learning_session_name": folder.name, "iteration_num": number, "batch_size": 50},
        "inputs": {"training_set_csv": {"path": "/data/training-set.csv", "sha256": None}} if trained else {},
        "pool": {"path": str(pool), "n_spectra": 1000, "sha256": {}},
        "seed": 5,
        "iteration": number,
        "classes": list(classes),
        "candidate_classes": list(candidate_classes),
        "training_set": {"n_spectra": 30, "counts": counts} if trained else None,
        "training": {"options": {}, "epochs": [{}, {}, {}], "best_epoch": 3} if trained else None,
        "strategy": "entropy",
        "queue": {"oracle": list(oracle), "perf-est": list(sample)},
        "estimated_so_far": sorted(sample),
        "labels": {},
        "comments": {},
    }
    (target / "manifest.json").write_text(json.dumps(manifest | more))
    with (target / "perf-est.csv").open("w", newline="") as file:
        csv.writer(file).writerows((spectrum_id, k, 0.1) for spectrum_id, k in sample.items())
    rows = [["iteration", *classes, "performance"], [number, *(100 * (k + 1) for k in range(len(classes))), ""]]
    with (target / "statistics.csv").open("w", newline="") as file:
        csv.writer(file).writerows(rows)
    draft = {"learning_session_name": folder.name, "iteration_num": number + 1, "batch_size": 50, "seed": 5}
    (target / "new_config.json").write_text(json.dumps(draft))
    (target / "model.keras").write_bytes(b"weights")
    return target
