"""Reading and checking a configuration: everything that can be wrong is said before anything is written."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from al_core.errors import ConfigurationError
from al_core.models.base import TrainingOptions
from al_core.preprocessing import Recipe
from al_core.runs import checking
from al_core.runs.keys import DEFAULT_CLASSES, Keys
from al_core.runs.paths import Places, find_file, find_files
from al_core.runs.problems import ConfigurationText, Problem
from al_core.settings import Settings

#: What the original program raises smaller numbers to when it trains.
LEAST_BATCH_SIZE = 10
LEAST_RANDOM_SAMPLE_SIZE = 3
#: Spectra drawn for an initial training set where the configuration gives no number.
INITIAL_SAMPLE_SIZE = 100


@dataclass(frozen=True)
class Configuration:
    """A checked configuration: `keys` as written, `paths` that exist, and what follows from them.

    Attributes
    ----------
    source : Path
        The file it came from, or would have come from.
    paths : dict
        Input files by key; only those given.
    notices : tuple of str
        What the user should know about how keys were understood.
    """

    source: Path
    keys: Keys
    paths: dict[str, Path]
    recipe: Recipe
    candidate_classes: tuple[str, ...]
    batch_size: int
    random_sample_size: int
    notices: tuple[str, ...]

    @property
    def trains(self) -> bool:
        """Whether a network is trained; otherwise random spectra are chosen for labeling only."""
        return self.keys.run_active_learning and self.keys.iteration_num > 0 and "training_set_csv" in self.paths

    @property
    def training_options(self) -> TrainingOptions:
        """The options of training that the keys name."""
        k = self.keys
        return TrainingOptions(
            balance=k.balance,
            smote_neighbors=k.smote_neighbors,
            stopping=k.stopping,
            validation_fraction=k.validation_fraction,
            max_epochs=k.max_epochs,
            patience=k.patience,
            min_delta=k.min_delta,
            minibatch_size=k.minibatch_size,
        )


@dataclass(frozen=True)
class Checked:
    """What a check found.

    Attributes
    ----------
    written : dict
        The keys as they stand in the text, in their order; empty where it is no JSON object.
    configuration : Configuration or None
        What would be run; None while anything is wrong.
    problems : tuple of Problem
        Everything that is wrong, in the order in which it was found.
    notices : tuple of str
    """

    written: dict[str, Any]
    configuration: Configuration | None
    problems: tuple[Problem, ...]
    notices: tuple[str, ...]

    @property
    def is_valid(self) -> bool:
        """Whether it can be run."""
        return self.configuration is not None


def check_configuration(
    content: Mapping[str, Any] | str,
    settings: Settings,
    base_dir: Path,
    *,
    named: Mapping[str, Mapping[str, Path]] | None = None,
    unused: frozenset[str] = frozenset(),
    defaults: Mapping[str, Any] | None = None,
) -> Checked:
    """Check a configuration without a file of it on disk.

    Parameters
    ----------
    content : mapping or str
        The keys, or the JSON text that holds them; lines of problems count in that text, of a mapping in the text
        that `configuration_text` makes of it.
    settings : Settings
        `data_root` says where paths of another server are looked for.
    base_dir : Path
        The folder that relative paths start from.
    named : mapping, optional
        By key: names that stand for a file or folder.
    unused : frozenset of str, optional
        Keys whose files are not looked up.
    defaults : mapping, optional
        Values that count where the keys are not given, instead of those of `Keys`.

    Returns
    -------
    Checked
        With every problem, not only the first.
    """
    text = ConfigurationText(content) if isinstance(content, str) else ConfigurationText.of(content)
    root = settings.data_root or base_dir.resolve()
    return _check(
        text, base_dir / "configuration.json", Places(base_dir, root, named or {}, unused), {}, defaults or {}
    )


def load_configuration(
    path: Path, data_root: Path | None = None, overrides: Mapping[str, object] | None = None
) -> Configuration:
    """Read and check a configuration file.

    Parameters
    ----------
    path : Path
        JSON, as the thesis (3.2.2) and the public program write it.
    data_root : Path, optional
        Where paths of another server are looked for; by default the folder of the file.
    overrides : mapping, optional
        Keys that count instead of those in the file.

    Raises
    ------
    ConfigurationError
        If it is not JSON, has an unknown key, a wrong type, an impossible value or a missing file. The message names
        the line and key, what was found and what is allowed.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigurationError(f"{path}: expected a configuration file in JSON, found: {error}.") from error
    places = Places(path.parent, data_root or path.resolve().parent)
    checked = _check(ConfigurationText(text), path, places, overrides or {})
    return require_valid(checked, path)


def require_valid(checked: Checked, source: object = "The configuration") -> Configuration:
    """Return the configuration of a check, or raise its first problem as ConfigurationError."""
    if checked.configuration is None:
        raise checked.problems[0].error(source)
    return checked.configuration


def _check(
    text: ConfigurationText,
    source: Path,
    places: Places,
    overrides: Mapping[str, object],
    defaults: Mapping[str, object] | None = None,
) -> Checked:
    written, problems = checking.parse(text.text)
    if problems and not written:
        return Checked({}, None, tuple(problems), ())
    named, unknown = checking.without_aliases(written, text)
    keys, wrong = checking.validate({**(defaults or {}), **named, **overrides}, text)
    problems += unknown + wrong
    already = {problem.key for problem in problems}
    paths, missing = find_files(keys, text, places)
    recipe, unreadable = checking.check_recipe(keys, text, places.beside, places.root)
    later = [*missing, *checking.check_choices(keys, text), *unreadable]
    if "classes" in already:
        already.add("candidate_classes")
    problems += [problem for problem in later if problem.key not in already]
    notices: list[str] = []
    batch_size, sample_size = _sizes(keys, _trains(keys, paths, notices), notices)
    notices += _ignored(written, keys)
    if problems or recipe is None:
        return Checked(written, None, tuple(problems), tuple(notices))
    candidates = keys.candidate_classes or (keys.classes[-1],)
    found = Configuration(source, keys, paths, recipe, tuple(candidates), batch_size, sample_size, tuple(notices))
    return Checked(written, found, (), found.notices)


def _trains(keys: Keys, paths: Mapping[str, Path], notices: list[str]) -> bool:
    trains = keys.run_active_learning and keys.iteration_num > 0
    if trains and "training_set_csv" not in paths and keys.training_set_csv is None:
        notices.append("No training_set_csv: nothing is trained, random spectra are chosen for labeling only.")
        return False
    return trains


def _ignored(written: Mapping[str, Any], keys: Keys) -> list[str]:
    if any(name in written for name in ("normalize", "binning")):
        return [f"normalize, binning: the recipe {keys.recipe!r} puts all spectra on one grid and scales them."]
    return []


def _sizes(keys: Keys, trains: bool, notices: list[str]) -> tuple[int, int]:
    """Return the sizes of the batch and of the random sample, by the rules of the original program."""
    if not trains:
        given = {"batch_size", "random_sample_size"} & keys.model_fields_set
        total = sum(getattr(keys, name) for name in given)
        return total or INITIAL_SAMPLE_SIZE, 0
    for name, least in (("batch_size", LEAST_BATCH_SIZE), ("random_sample_size", LEAST_RANDOM_SAMPLE_SIZE)):
        if getattr(keys, name) < least:
            notices.append(f"{name} raised from {getattr(keys, name)} to {least}, the least that is used in training.")
    return max(keys.batch_size, LEAST_BATCH_SIZE), max(keys.random_sample_size, LEAST_RANDOM_SAMPLE_SIZE)


__all__ = [
    "DEFAULT_CLASSES",
    "Checked",
    "Configuration",
    "Problem",
    "check_configuration",
    "find_file",
    "load_configuration",
    "require_valid",
]
