"""The learning curves as a picture."""

from collections.abc import Sequence
from pathlib import Path

import matplotlib as mpl
import numpy as np
import numpy.typing as npt
import polars as pl

from al_core.evaluation.loop import Row
from al_core.strategies import STRATEGIES

#: Okabe & Ito (2008): told apart also by readers who confuse red and green.
_COLORS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#000000")
_MARKERS = "osD^vPX"


def plot_learning_curves(rows: Sequence[Row], path: Path, title: str) -> None:
    """Draw accuracy and macro-F1 against the number of labels: mean over the seeds, band from least to greatest."""
    mpl.use("Agg")
    from matplotlib import pyplot as plt

    frame = pl.DataFrame(list(rows), infer_schema_length=None)
    figure, axes = plt.subplots(1, 2, figsize=(10, 4.2), layout="constrained", sharex=True)
    for axis, (column, label) in zip(axes, (("accuracy", "Accuracy"), ("macro_f1", "Macro-F1")), strict=True):
        for k, name in enumerate(frame["strategy"].unique(maintain_order=True)):
            curve = _curve(frame.filter(pl.col("strategy") == name), column)
            color = _COLORS[k % len(_COLORS)]
            axis.fill_between(curve[0], curve[2], curve[3], color=color, alpha=0.18, linewidth=0)
            axis.plot(curve[0], curve[1], color=color, marker=_MARKERS[k % 7], ms=4, label=STRATEGIES[name].label)
        axis.set(xlabel="Labels in the training set", ylabel=label)
        axis.grid(alpha=0.3)
    axes[0].legend(frameon=False, fontsize="small")
    n_seeds = frame["seed"].n_unique()
    figure.suptitle(
        f"{title}: mean of {n_seeds} seed{'s' * (n_seeds > 1)}, band from least to greatest", fontsize="medium"
    )
    temporary = path.with_name(path.name + ".part")
    figure.savefig(temporary, dpi=150, format="png")
    temporary.replace(path)
    plt.close(figure)


def _curve(frame: pl.DataFrame, column: str) -> list[npt.NDArray[np.float64]]:
    value = pl.col(column)
    table = frame.group_by("n_labels").agg(
        value.mean().alias("mean"), value.min().alias("low"), value.max().alias("high")
    )
    table = table.sort("n_labels")
    return [table[name].cast(pl.Float64).to_numpy() for name in ("n_labels", "mean", "low", "high")]
