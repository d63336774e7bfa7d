"""The files of an iteration, as the thesis (3.4) and the public program name them, and those that they lack."""

import csv
import json
import time
import zipfile
from collections.abc import Iterable, Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt
import polars as pl

from al_core.learner import IterationResult
from al_core.models.base import TrainingSet
from al_core.progress import Progress
from al_core.runs.configuration import Configuration
from al_core.runs.inputs import ITERATION_MANIFEST, Inputs
from al_core.runs.manifest import manifest
from al_core.runs.metadata import shown_metadata
from al_core.runs.next_configuration import TRAINING_FILE, next_configuration, template_name
from al_core.runs.sets import SET_NAMES, TRAINING, Queue, set_codes
from al_core.runs.statistics import STATISTICS_FILE, statistics_table


def write_results(
    folder: Path,
    target: Path,
    configuration: Configuration,
    inputs: Inputs,
    queue: Queue,
    result: IterationResult | None,
    seed: int,
    started: float,
    progress: Progress,
    job_id: str | None = None,
) -> list[str]:
    """Write every file into `folder`, which becomes `target`; return lines for the user."""
    progress(0, None, "Writing results")
    keys = configuration.keys
    sets = set_codes(inputs, queue)
    candidates = _candidates(configuration, sets, result)
    lists = {keys.oracle_csv: queue.oracle, "to_label.csv": np.concatenate([queue.oracle, queue.estimation])}
    if result is not None:
        lists |= {keys.performance_estimation_csv: queue.estimation, keys.candidates_csv: candidates}
        _write_predictions(folder, configuration, inputs, result, sets)
        _write_training_set(folder / TRAINING_FILE, inputs.training)
        _write_rows(folder / STATISTICS_FILE, statistics_table(configuration, inputs, result, sets != TRAINING))
    if keys.show_candidates:
        shown = candidates[~np.isin(candidates, lists["to_label.csv"])]
        lists["to_label.csv"] = np.concatenate([lists["to_label.csv"], shown])
    progress(1, None, "Writing results")
    for name, rows in lists.items():
        _write_rows(folder / name, _list_rows(inputs, rows, result))
    _write_templates(folder, configuration, inputs, queue, lists["to_label.csv"])
    _write_rows(folder / "metadata.csv", shown_metadata(configuration, inputs, lists["to_label.csv"], sets, result))
    _write_exclusions(folder / "excluded.csv", inputs)
    _write_json(folder / "new_config.json", next_configuration(configuration, target, result is not None, seed))
    progress(2, None, "Writing results")
    queued = {"oracle": inputs.ids_of(queue.oracle), "perf-est": inputs.ids_of(queue.estimation)}
    files = {path.name: path for path in sorted(folder.iterdir())}
    seconds = time.monotonic() - started
    summary = _summary(configuration, inputs, queue, result, candidates)
    content = manifest(configuration, inputs, queued, result, seed, seconds, files, summary, job_id)
    _write_json(folder / ITERATION_MANIFEST, content)
    progress(3, None, "Writing results")
    _write_archive(folder)
    return summary


def _candidates(
    configuration: Configuration, sets: npt.NDArray[np.uint8], result: IterationResult | None
) -> npt.NDArray[np.int64]:
    """Rows predicted as a class of interest that have not left the pool."""
    if result is None:
        return np.empty(0, np.int64)
    wanted = [configuration.keys.classes.index(name) for name in configuration.candidate_classes]
    return np.flatnonzero(np.isin(result.predictions, wanted) & (sets != TRAINING)).astype(np.int64)


def _list_rows(
    inputs: Inputs, rows: npt.NDArray[np.int64], result: IterationResult | None
) -> Iterable[Sequence[object]]:
    """`id,label,entropy` without a header; the entropy is in nats. Without a network there is the id alone."""
    ids = inputs.ids_of(rows)
    if result is None:
        return ([spectrum_id] for spectrum_id in ids)
    return zip(ids, result.predictions[rows].tolist(), result.entropies[rows].tolist(), strict=True)


def _write_predictions(
    folder: Path, configuration: Configuration, inputs: Inputs, result: IterationResult, sets: npt.NDArray[np.uint8]
) -> None:
    classes = configuration.keys.classes
    frame = pl.DataFrame(
        {
            "spectrum_id": inputs.pool.spectrum_ids,
            "prediction": result.predictions.astype(np.int16),
            "class": pl.Series(result.predictions.astype(np.uint32)).cat.to(pl.Enum(classes)),
            **{f"proba_{k}": result.proba[:, k] for k in range(len(classes))},
            "entropy_nats": result.entropies,
            "set": pl.Series(sets.astype(np.uint32)).cat.to(pl.Enum(SET_NAMES)),
        }
    )
    note = {
        "schema": "1",
        "classes": json.dumps(classes),
        "entropy": "nats",
        "iteration": str(configuration.keys.iteration_num),
    }
    frame.write_parquet(folder / "predictions.parquet", compression="zstd", metadata=note)
    if configuration.keys.predictions_csv:
        frame.write_csv(folder / "predictions.csv")


def _write_training_set(path: Path, training: TrainingSet | None) -> None:
    """Write the training set that was used, in the form that it is read: the next iteration adds to it."""
    if training is not None:
        ids = [str(name) for name in training.spectrum_ids]
        _write_spectra(path, ids, training.labels.tolist(), training.flux, training.grid)


def _write_spectra(
    path: Path,
    spectrum_ids: Sequence[str],
    labels: Sequence[int | None],
    flux: npt.NDArray[np.float32],
    grid: npt.NDArray[np.float64],
) -> None:
    """Write `id,label`, then one column a wavelength: the form of a training set."""
    columns = {repr(float(wavelength)): flux[:, k] for k, wavelength in enumerate(grid)}
    head = {"id": pl.Series(spectrum_ids, dtype=pl.String), "label": pl.Series(labels, dtype=pl.Int64)}
    pl.DataFrame({**head, **columns}).write_csv(path)


def _write_templates(
    folder: Path, configuration: Configuration, inputs: Inputs, queue: Queue, to_label: npt.NDArray[np.int64]
) -> None:
    """Write the batch with an empty label, and the list of everything shown, for label and comment."""
    batch, grid = queue.oracle, inputs.pool.grid
    names, shown = inputs.ids_of(batch), inputs.ids_of(to_label)
    known = inputs.label_list
    _write_spectra(folder / template_name(configuration), names, [None] * len(names), inputs.pool.flux[batch], grid)
    labels: list[Sequence[object]] = [("id", "label", "comment")]
    labels += [(name, known.labels.get(name, ""), known.comments.get(name, "")) for name in shown]
    _write_rows(folder / f"labels2add_{configuration.keys.iteration_num}.csv", labels)
    if configuration.keys.out_file is not None:
        _write_rows(
            folder / configuration.keys.out_file,
            ([name, *inputs.pool.flux[row].tolist()] for name, row in zip(shown, to_label, strict=True)),
        )


def _write_exclusions(path: Path, inputs: Inputs) -> None:
    rows: list[Sequence[object]] = [("id", "source", "reason"), *inputs.excluded]
    rows += [(r["spectrum_id"] or "", r["source"], r["reason"]) for r in inputs.pool.rejected.iter_rows(named=True)]
    _write_rows(path, rows)


def _write_rows(path: Path, rows: Iterable[Sequence[object]]) -> None:
    with path.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file, lineterminator="\n").writerows(rows)


def _write_json(path: Path, content: object) -> None:
    path.write_text(json.dumps(content, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")


def _write_archive(folder: Path) -> None:
    """Everything in one file; what is compressed already is only stored."""
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    with zipfile.ZipFile(folder / "results.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        for path in files:
            stored = path.suffix in (".parquet", ".keras")
            archive.write(path, path.relative_to(folder), zipfile.ZIP_STORED if stored else zipfile.ZIP_DEFLATED)


def _summary(
    configuration: Configuration,
    inputs: Inputs,
    queue: Queue,
    result: IterationResult | None,
    candidates: npt.NDArray[np.int64],
) -> list[str]:
    word = "simulated spectra" if inputs.pool.simulated else "spectra"
    lines = [f"Pool: {inputs.pool.n_spectra} {word}, {len(inputs.pool.rejected)} left out (excluded.csv says why)."]
    if result is None or inputs.training is None:
        return [*lines, f"To label: {queue.oracle.size} spectra drawn at random."]
    counts = ", ".join(f"{count} {name}" for name, count in inputs.training.counts.items())
    epochs = result.history
    return [
        *lines,
        f"Trained on {len(inputs.training.labels)} labeled spectra ({counts}); {len(epochs.epochs)} epochs, "
        f"weights of epoch {epochs.best_epoch}.",
        f"To label: {queue.oracle.size} chosen by {configuration.keys.strategy}, {queue.estimation.size} at random "
        f"for the performance estimate. Candidates: {candidates.size}.",
    ]
