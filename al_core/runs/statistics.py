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

    Columns are found by the names of the classes: a class that had another name then, or was not there, has an empty
    cell.

    Raises
    ------
    ConfigurationError
        If the file is no such table.
    """
    header, *rows = _previous_table(configuration) or [[]]
    places = {name: place for place, name in enumerate(header)}
    columns = ["iteration", *configuration.keys.classes, "performance"]
    found = [[row[places[name]] if name in places else "" for name in columns] for row in rows if row]
    return [row for row in found if row[0] != str(configuration.keys.iteration_num)]


def agreement(configuration: Configuration, labels: dict[str, int]) -> str:
    """Return the share of the previous random sample whose label is the prediction.

    It is empty without labels, and where a predicted class is not there any more: nobody can say what it became.
    """
    folder = configuration.paths.get("previous_output")
    path = None if folder is None else folder / configuration.keys.performance_estimation_csv
    table = _previous_table(configuration)
    if path is None or not path.is_file() or not table:
        return ""
    then, now = table[0][1:-1], configuration.keys.classes
    predictions = {row[0]: then[int(row[1])] for row in _read(path) if len(row) > 1 and int(row[1]) < len(then)}
    judged = {name: predicted for name, predicted in predictions.items() if name in labels}
    if not judged or any(predicted not in now for predicted in judged.values()):
        return ""
    return str(sum(now[labels[name]] == predicted for name, predicted in judged.items()) / len(judged))


def _previous_table(configuration: Configuration) -> list[list[str]]:
    folder = configuration.paths.get("previous_output")
    path = None if folder is None else folder / STATISTICS_FILE
    if path is None or not path.is_file():
        return []
    table = _read(path)
    if not table or len(table[0]) < 4 or (table[0][0], table[0][-1]) != ("iteration", "performance"):
        found = ", ".join(table[0]) if table else "nothing"
        raise ConfigurationError(f"{path}: expected the columns iteration, classes, performance; found {found}.")
    if any(row and len(row) != len(table[0]) for row in table):
        raise ConfigurationError(f"{path}: expected {len(table[0])} cells in every row.")
    return table


def _read(path: Path) -> list[list[str]]:
    with path.open(newline="", encoding="utf-8") as file:
        return list(csv.reader(file))
