"""Cross-validation on labeled spectra, one star never on both sides, several classifiers on the same folds."""

from collections.abc import Callable, Iterator, Mapping, Sequence

import numpy as np

from al_core.evaluation.loop import Row
from al_core.evaluation.scores import score
from al_core.models.base import Classifier, LabelArray, TrainingOptions, TrainingSet
from al_core.models.splitting import folds
from al_core.progress import Progress, no_progress
from al_core.randomness import Stream, derived_seed


def cross_validate(
    labeled: TrainingSet,
    groups: Sequence[str],
    models: Mapping[str, Callable[[], Classifier]],
    *,
    n_folds: int = 5,
    n_seeds: int = 1,
    options: TrainingOptions,
    progress: Progress = no_progress,
) -> Iterator[tuple[Row, LabelArray]]:
    """Yield the scores of every classifier over all spectra, each predicted when its fold was left out.

    Parameters
    ----------
    labeled : TrainingSet
    groups : sequence of str
        Names that are never divided, one a spectrum.
    models : mapping
        Classifiers by name; every one sees the same folds.
    n_seeds : int
        Repetitions with other folds and other starting weights.

    Yields
    ------
    row : dict
        `model`, `seed`, `n_spectra`, accuracy, macro-F1, F1 of each class.
    predictions : ndarray of int64, shape (n_spectra,)
    """
    total = len(models) * n_seeds * n_folds
    done = 0
    for seed in range(n_seeds):
        split = list(folds(labeled.labels, groups, n_folds, derived_seed(seed, 0, Stream.SPLIT)))
        for name, new_model in models.items():
            predictions = np.full(len(labeled.labels), -1, dtype=np.int64)
            for number, (train, test) in enumerate(split):
                progress(done, total, f"{name}, seed {seed}, fold {number + 1}")
                model = new_model()
                fitted = labeled.subset(train)
                inner = [groups[row] for row in train]
                model.fit(fitted, options, derived_seed(seed, number, Stream.TRAINING), groups=inner)
                predictions[test] = np.argmax(model.predict_proba(labeled.flux[test]), axis=1)
                done += 1
            scores = score(labeled.labels, predictions, labeled.classes)
            yield {"model": name, "seed": seed, "n_spectra": len(predictions), **scores}, predictions
    progress(total, total, "Cross-validation")
