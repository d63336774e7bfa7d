"""The metadata shown beside the spectra to label: the columns of `metadata2show`."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import numpy.typing as npt
import polars as pl

from al_core.errors import ConfigurationError
from al_core.learner import IterationResult
from al_core.runs.configuration import Configuration
from al_core.runs.inputs import Inputs
from al_core.runs.sets import SET_NAMES
from al_core.spectrum import spectrum_id_of

_ID_COLUMNS = ("id", "spectrum_id", "filename", "file")


def shown_metadata(
    configuration: Configuration,
    inputs: Inputs,
    rows: npt.NDArray[np.int64],
    sets: npt.NDArray[np.uint8],
    result: IterationResult | None,
) -> list[list[object]]:
    """Return a header and one row for each spectrum; what no source states stays empty.

    `prediction`, `entropy`, `label`, `comment`, `iteration` and `set` come from the run, all else from the pool and,
    where it has none, from `csv_metadata_file`. Names are compared without regard to case.
    """
    keys = configuration.keys
    ids = inputs.ids_of(rows)
    table = _table(configuration, inputs, ids)
    names = {name.lower(): name for name in reversed(table.columns)}
    computed = _computed(configuration, inputs, result)
    header: list[object] = ["id", *(name for name in keys.metadata2show if name != "id")]
    content: list[list[object]] = [header]
    for position, row in enumerate(rows):
        cells: list[object] = [ids[position]]
        for name in map(str, header[1:]):
            if name in computed:
                cells.append(computed[name](ids[position], int(row), SET_NAMES[sets[row]]))
            elif name.lower() in names:
                value = table[names[name.lower()]][position]
                cells.append("" if value is None else value)
            else:
                cells.append(ids[position] if name == "filename" else "")
        content.append(cells)
    return content


def _computed(
    configuration: Configuration, inputs: Inputs, result: IterationResult | None
) -> dict[str, Callable[[str, int, str], object]]:
    classes, known = configuration.keys.classes, inputs.label_list

    def label(spectrum_id: str, _row: int, _set: str) -> object:
        return classes[known.labels[spectrum_id]] if spectrum_id in known.labels else ""

    return {
        "prediction": lambda _id, row, _set: "" if result is None else classes[result.predictions[row]],
        "entropy": lambda _id, row, _set: "" if result is None else float(result.entropies[row]),
        "label": label,
        "comment": lambda spectrum_id, _row, _set: known.comments.get(spectrum_id, ""),
        "iteration": lambda _id, _row, _set: configuration.keys.iteration_num,
        "set": lambda _id, _row, name: name,
    }


def _table(configuration: Configuration, inputs: Inputs, ids: list[str]) -> pl.DataFrame:
    """Return what is known of these spectra, in their order."""
    wanted = pl.DataFrame({"spectrum_id": pl.Series(ids, dtype=pl.String)})
    stored = inputs.pool.metadata.filter(pl.col("spectrum_id").is_in(ids)).collect()
    table = wanted.join(stored, on="spectrum_id", how="left", maintain_order="left")
    path = configuration.paths.get("csv_metadata_file")
    if path is None:
        return table
    extra = _from_csv(configuration, set(ids))
    return table.join(extra, on="spectrum_id", how="left", maintain_order="left", suffix="_csv")


def check_metadata_file(configuration: Configuration) -> None:
    """Raise ConfigurationError, before hours of training, if `csv_metadata_file` cannot be used."""
    if "csv_metadata_file" in configuration.paths:
        _from_csv(configuration, set())


def _from_csv(configuration: Configuration, ids: set[str]) -> pl.DataFrame:
    path = configuration.paths["csv_metadata_file"]
    try:
        frame = pl.scan_csv(path, infer_schema=False)
        columns = frame.collect_schema().names()
    except (pl.exceptions.PolarsError, OSError) as error:
        raise ConfigurationError(f"{path}: expected a CSV of metadata, found: {error}.") from error
    id_column = next((name for name in _ID_COLUMNS if name in columns), None)
    if id_column is None:
        raise ConfigurationError(f"{path}: expected a column {' or '.join(_ID_COLUMNS)}, found {', '.join(columns)}.")
    missing = [name for name in configuration.keys.metadata2import or () if name not in columns]
    if missing:
        raise ConfigurationError(f"{path}: metadata2import names {missing[0]!r}; the columns are {', '.join(columns)}.")
    chosen = list(configuration.keys.metadata2import or columns)
    names = pl.col(id_column).map_elements(_name, return_dtype=pl.String).alias("spectrum_id")
    found = frame.select(names, *(pl.col(c) for c in chosen if c != "spectrum_id"))
    return found.filter(pl.col("spectrum_id").is_in(list(ids))).unique("spectrum_id", keep="first").collect()


def _name(text: str) -> str:
    return spectrum_id_of(Path(text))
