"""The manifest of an iteration: everything that it followed from."""

import platform
from collections.abc import Mapping
from dataclasses import asdict
from datetime import UTC, datetime
from importlib.metadata import distributions
from pathlib import Path
from typing import Any

import al_core
from al_core.learner import IterationResult
from al_core.pools.layout import sha256_of
from al_core.runs.configuration import Configuration
from al_core.runs.inputs import Inputs, estimated_before

_PACKAGES = frozenset(
    ("astropy", "imbalanced-learn", "keras", "numpy", "polars", "scikit-learn", "scipy", "tensorflow", "tensorflow-cpu")
)


def manifest(
    configuration: Configuration,
    inputs: Inputs,
    queue: Mapping[str, list[str]],
    result: IterationResult | None,
    seed: int,
    seconds: float,
    files: Mapping[str, Path],
    summary: list[str],
    job_id: str | None,
) -> dict[str, Any]:
    """Return configuration, versions, hashes, seed and queue: enough to repeat the iteration and get the same queue."""
    training = inputs.training
    return {
        "schema": 1,
        "software": {"name": "spectrolabe", "version": al_core.__version__},
        "python": platform.python_version(),
        "packages": {d.name: d.version for d in distributions() if d.name in _PACKAGES},
        "created_utc": datetime.now(UTC).isoformat(timespec="seconds"),
        "seconds": round(seconds, 1),
        "job_id": job_id,
        "summary": summary,
        "notices": [*configuration.notices, *inputs.notices],
        "simulated": inputs.pool.simulated,
        "configuration": configuration.keys.model_dump(mode="json", exclude_unset=True),
        "inputs": {
            name: {"path": str(path), "sha256": sha256_of(path) if path.is_file() else None}
            for name, path in configuration.paths.items()
        },
        "pool": {
            "path": str(inputs.pool.path),
            "n_spectra": inputs.pool.n_spectra,
            "sha256": inputs.pool.manifest["sha256"],
        },
        "recipe": inputs.pool.recipe.to_dict(),
        "seed": seed,
        "iteration": configuration.keys.iteration_num,
        "classes": list(configuration.keys.classes),
        "candidate_classes": list(configuration.candidate_classes),
        "training_set": None if training is None else {"n_spectra": len(training.labels), "counts": training.counts},
        "training": None
        if result is None
        else {"options": asdict(configuration.training_options), **result.history._asdict()},
        "strategy": "random" if result is None else configuration.keys.strategy,
        "entropy_unit": "nats",
        "estimation_sample": "simple random sample of the unlabeled pool, drawn before prediction",
        "queue": dict(queue),
        "estimated_so_far": sorted({*estimated_before(configuration), *queue["perf-est"]}),
        "shadow_queried": [] if result is None else inputs.ids_of(result.shadow_queried),
        "labels": inputs.label_list.labels,
        "comments": inputs.label_list.comments,
        "files": {name: sha256_of(path) for name, path in files.items()},
    }
