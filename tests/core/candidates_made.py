"""Iterations that predict spectra by id, without a run."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import polars as pl

from al_core.runs.sets import SET_NAMES
from tests.core.sessions_made import CLASSES, write_iteration


def write_predictions(
    folder: Path,
    number: int,
    ids: Sequence[str],
    proba: Sequence[Sequence[float]],
    *,
    sets: Sequence[str] | None = None,
    classes: Sequence[str] = CLASSES,
    **more: object,
) -> Path:
    """Write an iteration with these probabilities, in the form of `al_core.runs.outputs`; return its folder."""
    target = write_iteration(folder, number, classes=classes, candidate_classes=classes[1:], **more)  # type: ignore[arg-type]
    values = np.array(proba, dtype=np.float32).reshape(len(ids), len(classes))
    predicted = values.argmax(axis=1)
    frame = pl.DataFrame(
        {
            "spectrum_id": list(ids),
            "prediction": predicted.astype(np.int16),
            "class": pl.Series([classes[k] for k in predicted], dtype=pl.Enum(classes)),
            **{f"proba_{k}": values[:, k] for k in range(len(classes))},
            "entropy_nats": -(values * np.log(np.maximum(values, 1e-30))).sum(axis=1),
            "set": pl.Series(sets or ["pool"] * len(ids), dtype=pl.Enum(SET_NAMES)),
        },
        schema_overrides={"spectrum_id": pl.String},
    )
    frame.write_parquet(target / "predictions.parquet")
    return target
