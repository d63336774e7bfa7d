"""Scores of predictions against known labels."""

from collections.abc import Sequence

import numpy as np
from sklearn.metrics import accuracy_score, f1_score

from al_core.models.base import LabelArray


def score(truth: LabelArray, predicted: LabelArray, classes: Sequence[str]) -> dict[str, float]:
    """Return accuracy, macro-F1 and the F1 of each class.

    Macro-F1 is the mean over the classes that occur in `truth` or `predicted`; an undefined F1 (no spectrum of the
    class among them) counts as NaN for the class and is left out of the mean.
    """
    present = np.union1d(truth, predicted)
    each = f1_score(truth, predicted, labels=present, average=None, zero_division=0)
    by_class = dict(zip(present.tolist(), map(float, each), strict=True))
    return {
        "accuracy": float(accuracy_score(truth, predicted)),
        "macro_f1": float(np.mean(each)),
        **{f"f1_{name}": by_class.get(k, float("nan")) for k, name in enumerate(classes)},
    }
