"""What was said of a random sample, against what the network had said: the confusion counts."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

#: What a person can say of a spectrum; see `al_core.sessions.events`.
LABEL, BAD, UNSURE = "label", "bad", "unsure"


class Answer(NamedTuple):
    """What a person said of a spectrum: `kind` is label, bad or unsure; only a label has a class."""

    kind: str
    class_id: str | None = None


@dataclass(frozen=True, eq=False)
class SampleCounts:
    """Counts of a simple random sample of the unlabeled pool.

    Attributes
    ----------
    classes : tuple of str
        Ids of the classes, in the order of rows and columns.
    labeled : ndarray of int64, shape (n_classes, n_classes)
        Rows: class of the label; columns: class predicted.
    bad : ndarray of int64, shape (n_classes,)
        Spectra called bad data, by class predicted: a class of its own, which no network predicts.
    unsure : ndarray of int64, shape (n_classes,)
        Spectra about which the person was unsure, by class predicted: missing answers.
    n_waiting : int
        Members of the sample without an answer.
    """

    classes: tuple[str, ...]
    labeled: npt.NDArray[np.int64]
    bad: npt.NDArray[np.int64]
    unsure: npt.NDArray[np.int64]
    n_waiting: int

    @property
    def n_answered(self) -> int:
        """Spectra with a label or called bad data: what the figures rest on."""
        return int(self.labeled.sum() + self.bad.sum())

    @property
    def n_unsure(self) -> int:
        """Spectra about which the person was unsure."""
        return int(self.unsure.sum())

    @property
    def n_right(self) -> int:
        """Spectra whose label is the class predicted."""
        return int(np.trace(self.labeled))

    @property
    def n_sample(self) -> int:
        """Size of the sample as drawn."""
        return self.n_answered + self.n_unsure + self.n_waiting

    def position(self, class_id: str) -> int:
        """Return row and column of a class."""
        return self.classes.index(class_id)

    def n_predicted(self, class_ids: Sequence[str]) -> int:
        """Return how many answered spectra are predicted to be of these classes."""
        columns = [self.position(class_id) for class_id in class_ids]
        return int(self.labeled[:, columns].sum() + self.bad[columns].sum())

    def n_labeled(self, class_ids: Sequence[str]) -> int:
        """Return how many answered spectra are labeled with these classes."""
        return int(self.labeled[[self.position(class_id) for class_id in class_ids]].sum())

    def n_confirmed(self, class_ids: Sequence[str], wanted: Sequence[str]) -> int:
        """Return how many spectra that are predicted to be of some classes are labeled with one of `wanted`."""
        rows, columns = [self.position(c) for c in wanted], [self.position(c) for c in class_ids]
        return int(self.labeled[np.ix_(rows, columns)].sum())

    def n_unsure_predicted(self, class_ids: Sequence[str]) -> int:
        """Return how many spectra without a sure answer are predicted to be of these classes."""
        return int(self.unsure[[self.position(class_id) for class_id in class_ids]].sum())


def count_sample(predictions: Mapping[str, str], answers: Mapping[str, Answer], classes: Sequence[str]) -> SampleCounts:
    """Count labels against predictions.

    Parameters
    ----------
    predictions : mapping
        Class predicted for each member of the sample, by spectrum_id.
    answers : mapping
        What was said, by spectrum_id; of other spectra, too.
    classes : sequence of str
        Ids; those that occur elsewhere are appended.

    Returns
    -------
    SampleCounts
    """
    said = {name: answers[name] for name in predictions if name in answers}
    labels = (answer.class_id for answer in said.values() if answer.kind == LABEL and answer.class_id)
    names = tuple(dict.fromkeys([*classes, *predictions.values(), *labels]))
    place = {class_id: k for k, class_id in enumerate(names)}
    labeled = np.zeros((len(names), len(names)), np.int64)
    bad, unsure = np.zeros(len(names), np.int64), np.zeros(len(names), np.int64)
    for name, answer in said.items():
        column = place[predictions[name]]
        if answer.kind == LABEL and answer.class_id:
            labeled[place[answer.class_id], column] += 1
        else:
            (bad if answer.kind == BAD else unsure)[column] += 1
    return SampleCounts(names, labeled, bad, unsure, len(predictions) - len(said))
