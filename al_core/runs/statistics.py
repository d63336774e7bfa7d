"""`statistics.csv`: how the pool divides into the predicted classes, iteration by iteration."""

import csv
from pathlib import Path

import numpy as np
import numpy.typing as npt

from al_core.errors import ConfigurationError
from al_core.learner import IterationResult
from al_core.runs.configuration import Configuration
from al_core.runs.inputs import Inputs

STATISTICS_FILE = "statistics.csv"


def statistics_table(
    configuration: Configuration, inputs: Inputs, result: IterationResult, in_pool: npt.NDArray[np.bool_]
) -> list[list[str]]:
    """Return the table with this iteration's row: `iteration`, a column a class, `performance`.

    `performance` of a row is the share of its random sample that the oracle labeled as the network had predicted. The
    sample is of the whole unlabeled pool, so this is an accuracy; the predecessor drew it from the spectra predicted
    interesting, and its figure of this name was a precision. It is known one iteration later; until then the cell is
    empty.
    """
    classes = configuration.keys.classes
    counts = np.bincount(result.predictions[in_pool], minlength=len(classes))
    rows = previous_rows(configuration)
    if rows:
        rows[-1][-1] = rows[-1][-1] or agreement(configuration, inputs.label_list.labels)
    row = [str(configuration.keys.iteration_num), *map(str, counts.tolist()), ""]
    return [["iteration", *classes, "performance"], *rows, row]


def previous_rows(configuration: Configuration) -> list[list[str]]:
    """Return the rows of the iterations before, from the folder that `previous_output` names.

    Raises
    ------
    ConfigurationError
        If they were made with other classes.
    """
    folder = configuration.paths.get("previous_output")
    path = None if folder is None else folder / STATISTICS_FILE
    if path is None or not path.is_file():
        return []
    header, *rows = _read(path) or [[]]
    expected = ["iteration", *configuration.keys.classes, "performance"]
    if header != expected:
        raise ConfigurationError(f"{path}: expected the columns {', '.join(expected)}, found {', '.join(header)}.")
    return [row for row in rows if row and row[0] != str(configuration.keys.iteration_num)]


def agreement(configuration: Configuration, labels: dict[str, int]) -> str:
    """Return the share of the previous random sample whose label is the prediction; empty without labels."""
    folder = configuration.paths.get("previous_output")
    path = None if folder is None else folder / configuration.keys.performance_estimation_csv
    if path is None or not path.is_file():
        return ""
    predictions = {row[0]: row[1] for row in _read(path) if len(row) > 1}
    judged = [str(labels[name]) == predicted for name, predicted in predictions.items() if name in labels]
    return str(sum(judged) / len(judged)) if judged else ""


def _read(path: Path) -> list[list[str]]:
    with path.open(newline="", encoding="utf-8") as file:
        return list(csv.reader(file))
