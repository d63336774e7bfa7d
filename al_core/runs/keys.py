"""The keys of a configuration file, what is allowed for each, and where it comes from.

Keys and meanings are those of the thesis (3.2.1) and of the public program tomasma/vocloud-active-learning; the keys
below "own keys" are this program's, and old programs ignore them.
"""

from collections.abc import Iterable
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field

DEFAULT_CLASSES = ("other", "single peak", "double peak")
DEFAULT_METADATA = ("filename", "class", "subclass", "mag1", "ra", "dec", "prediction", "label", "iteration", "set")

#: Other names that the thesis and the public program accept for a key.
ALIASES = {
    "categories": "classes",
    "csv_spectra_file": "pool_csv",
    "csv_spectra_file_names": "poolnames_csv",
    "labels2database_csv": "labels2add_csv",
}
_YES = ("yes", "y", "ano", "true")
_NO = ("no", "n", "ne", "false")


def _yes_or_no(value: Any) -> bool:
    if isinstance(value, bool):
        return value
    if isinstance(value, str) and value.strip().lower() in _YES + _NO:
        return value.strip().lower() in _YES
    raise ValueError


def _names(value: Any) -> tuple[str, ...]:
    names = tuple(value) if isinstance(value, list | tuple) else ()
    if not names or not all(isinstance(name, str) and name.strip() for name in names) or len(set(names)) < len(names):
        raise ValueError
    return tuple(name.strip() for name in names)


def _name_or_names(value: Any) -> tuple[str, ...]:
    return _names([value] if isinstance(value, str) else value)


def _path(value: Any) -> str | None:
    if not isinstance(value, str):
        raise ValueError
    return value.strip() or None


def _folder_name(value: str) -> str:
    if value.strip() in ("", ".", "..") or any(c in value for c in "/\\\0\n") or len(value) > 100:
        raise ValueError
    return value.strip()


def _file_name(value: str) -> str:
    """Take the name alone: results are written into the output folder, wherever the old server had them."""
    name = value.strip().replace("\\", "/").rsplit("/", 1)[-1]
    if name in ("", ".", "..") or "\0" in name:
        raise ValueError
    return name


YesNo = Annotated[bool, BeforeValidator(_yes_or_no)]
InputPath = Annotated[str | None, BeforeValidator(_path)]
OutputName = Annotated[str, AfterValidator(_file_name)]
Names = Annotated[tuple[str, ...], BeforeValidator(_names)]
_YES_NO = '"yes" or "no"'
_PATH = "the path of a file, as text"
_NAME = "a file name, as text"
_NAMES = "a list of different names"
_COUNT = "a whole number, 1 or more"


class Keys(BaseModel):
    """Every key with its type and default; a field's description says what is allowed."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)

    learning_session_name: Annotated[str, AfterValidator(_folder_name)] = Field(
        "single_double_peak", description="text that can name a folder (no slashes, at most 100 characters)"
    )
    run_active_learning: YesNo = Field(False, description=_YES_NO)
    iteration_num: int = Field(0, ge=0, description="a whole number: 0 for an initial training set, then 1, 2, ...")
    classes: Annotated[Names, Field(min_length=2)] = Field(
        DEFAULT_CLASSES, description="a list of two or more different class names"
    )
    candidate_classes: Annotated[tuple[str, ...] | None, BeforeValidator(_name_or_names)] = Field(
        None, description="the name of a class or a list of them, out of 'classes'"
    )
    show_candidates: YesNo = Field(False, description=_YES_NO)
    training_set_csv: InputPath = Field(None, description=_PATH)
    training_set_addition_csv: InputPath = Field(None, description=_PATH)
    pool_csv: InputPath = Field(None, description="the path of a CSV, HDF5 file or pool folder, as text")
    poolnames_csv: InputPath = Field(None, description=_PATH)
    labels2add_csv: InputPath = Field(None, description=_PATH)
    performance_estimation_csv: OutputName = Field("perf-est.csv", description=_NAME)
    oracle_csv: OutputName = Field("oracle.csv", description=_NAME)
    candidates_csv: OutputName = Field("candidates.csv", description=_NAME)
    csv_spectra_file2: Annotated[str | None, AfterValidator(lambda v: v and _file_name(v))] = Field(
        None, description=_NAME
    )
    batch_size: int = Field(10, ge=1, description=_COUNT)
    random_sample_size: int = Field(3, ge=0, description="a whole number, 0 or more")
    metadata2show: Names = Field(DEFAULT_METADATA, description=_NAMES)
    metadata2import: Names | None = Field(None, description=_NAMES)
    csv_metadata_file: InputPath = Field(None, description=_PATH)
    database_index: str = Field("lamost-dr5-v3", description="the name of an index, as text")
    folder: InputPath = Field(None, description="the path of a folder, as text")
    out_file: Annotated[str | None, AfterValidator(lambda v: v and _file_name(v))] = Field(None, description=_NAME)
    normalize: bool | None = Field(None, description="true or false")
    binning: bool | None = Field(None, description="true or false")
    remove_duplicates: bool = Field(False, description="true or false")
    raw_spectra_source: int | str = Field(1, description="1 or 0, or the path of a folder, as text")

    # own keys
    seed: int | None = Field(None, ge=0, description="a whole number, 0 or more")
    strategy: str = Field("entropy", description="the name of a query strategy")
    recipe: str = Field("halpha", description="the name of a recipe, or the path of a recipe file")
    scaling: Literal["zscore", "minmax", "none"] | None = Field(None, description='"zscore", "minmax" or "none"')
    balance: Literal["smote", "class_weights", "none"] = Field(
        "smote", description='"smote", "class_weights" or "none"'
    )
    smote_neighbors: int = Field(5, ge=1, description=_COUNT)
    stopping: Literal["loss", "validation"] = Field("loss", description='"loss" or "validation"')
    validation_fraction: float = Field(0.2, gt=0, le=0.5, description="a number above 0, at most 0.5")
    max_epochs: int = Field(1000, ge=1, description=_COUNT)
    patience: int = Field(10, ge=1, description=_COUNT)
    min_delta: float = Field(1e-3, ge=0, allow_inf_nan=False, description="a number, 0 or more")
    minibatch_size: int = Field(64, ge=1, description=_COUNT)
    predictions_csv: YesNo = Field(False, description=_YES_NO)
    previous_output: InputPath = Field(None, description="the path of the previous iteration's output folder, as text")


def allowed_keys() -> list[str]:
    """Return every key, other names included, in alphabetical order."""
    return sorted([*Keys.model_fields, *ALIASES])


def describe(names: Iterable[str]) -> str:
    """Join names for a message."""
    return ", ".join(repr(name) for name in names)
