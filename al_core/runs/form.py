"""The configuration as a form: which key is shown how. What is allowed stands in `Keys` and is only read here."""

from dataclasses import dataclass
from typing import Any, Literal, get_args

from annotated_types import Ge, Gt, Le, Lt

from al_core.runs.keys import Keys
from al_core.strategies import STRATEGIES

Widget = Literal["number", "choice", "yes_no", "boolean", "text", "names", "classes", "pool", "training_set"]

#: Groups in order; those of `ADVANCED` are folded away at first.
GROUPS = ("Data", "Query", "Training", "Results", "Names and files")
ADVANCED = ("Results", "Names and files")


@dataclass(frozen=True)
class FormField:
    """One field.

    Attributes
    ----------
    key : str
        The key that it writes.
    group, label, help, unit : str
        Words for the person; `unit` may be empty.
    widget : str
        Kind of control. `names` is a list written with commas, `classes` a choice of several classes.
    choices : tuple of (value, label)
        Of `choice`.
    least, most : float or None
        Limits of a `number`; exclusive ones are left to the check.
    is_whole : bool
        Whether a `number` must be whole.
    """

    key: str
    group: str
    label: str
    help: str
    widget: Widget
    unit: str = ""
    choices: tuple[tuple[str, str], ...] = ()

    @property
    def default(self) -> Any:
        """What counts where the key is not given."""
        return Keys.model_fields[self.key].default

    @property
    def least(self) -> float | None:
        """The smallest allowed number."""
        return _limit(self.key, Ge, "ge", Gt, "gt")

    @property
    def most(self) -> float | None:
        """The largest allowed number."""
        return _limit(self.key, Le, "le", Lt, "lt")

    @property
    def is_whole(self) -> bool:
        """Whether a number must be whole."""
        return float not in (Keys.model_fields[self.key].annotation, *get_args(Keys.model_fields[self.key].annotation))


def _limit(key: str, closed: Any, closed_name: str, opened: Any, opened_name: str) -> float | None:
    for rule in Keys.model_fields[key].metadata:
        if isinstance(rule, closed):
            return float(getattr(rule, closed_name))
        if isinstance(rule, opened):
            return float(getattr(rule, opened_name))
    return None


_STRATEGY_CHOICES = tuple((name, strategy.label) for name, strategy in STRATEGIES.items())
_BALANCES = (("smote", "SMOTE"), ("class_weights", "Class weights"), ("none", "None"))
_STOPPINGS = (("loss", "Training loss"), ("validation", "Validation loss"))
_SCALINGS = (("zscore", "Z-score"), ("minmax", "−1 to 1"), ("none", "None"))

FIELDS: tuple[FormField, ...] = (
    FormField("pool_csv", "Data", "Pool", "The spectra that are searched.", "pool"),
    FormField(
        "training_set_csv",
        "Data",
        "Training set",
        "Labeled spectra to start from. Your own labels are added at every run.",
        "training_set",
    ),
    FormField("candidate_classes", "Data", "Classes of interest", "The classes you search for.", "classes"),
    FormField("strategy", "Query", "Strategy", "How the batch is chosen.", "choice", choices=_STRATEGY_CHOICES),
    FormField("batch_size", "Query", "Batch size", "Spectra that the strategy chooses to label.", "number", "spectra"),
    FormField(
        "random_sample_size",
        "Query",
        "Random sample",
        "Random spectra to label for an honest estimate of performance. They never teach the network.",
        "number",
        "spectra",
    ),
    FormField(
        "iteration_num",
        "Query",
        "Iteration",
        "0 draws random spectra; from 1 on a network is trained. An earlier one may be trained again.",
        "number",
    ),
    FormField("show_candidates", "Query", "List the candidates for review", "Adds them to what is labeled.", "yes_no"),
    FormField(
        "balance",
        "Training",
        "Balance",
        "SMOTE makes spectra of rare classes by interpolation; class weights count the rare ones more.",
        "choice",
        choices=_BALANCES,
    ),
    FormField(
        "smote_neighbors",
        "Training",
        "SMOTE neighbors",
        "Each class needs one spectrum more than this.",
        "number",
    ),
    FormField("stopping", "Training", "Stop on", "The loss that decides when to stop.", "choice", choices=_STOPPINGS),
    FormField(
        "patience",
        "Training",
        "Patience",
        "Epochs without improvement before training stops. The best weights are kept.",
        "number",
        "epochs",
    ),
    FormField("min_delta", "Training", "Improvement", "Smaller falls of the loss do not count.", "number"),
    FormField("max_epochs", "Training", "At most", "Training ends after so many epochs.", "number", "epochs"),
    FormField(
        "validation_fraction",
        "Training",
        "Set aside",
        "Share of the training set kept for the validation loss.",
        "number",
        "of the set",
    ),
    FormField("minibatch_size", "Training", "Minibatch", "Spectra in one step of training.", "number", "spectra"),
    FormField("seed", "Training", "Seed", "Everything random follows from it.", "number"),
    FormField("run_active_learning", "Training", "Train a network", "Without it spectra are only drawn.", "yes_no"),
    FormField("predictions_csv", "Results", "Predictions as CSV", "Beside predictions.parquet.", "yes_no"),
    FormField("metadata2show", "Results", "Columns of metadata.csv", "Names, with commas.", "names"),
    FormField("metadata2import", "Results", "Columns to import", "Of the metadata file; empty: all.", "names"),
    FormField("csv_metadata_file", "Results", "Metadata file", "CSV with metadata by id.", "text"),
    FormField("recipe", "Names and files", "Recipe", "Preprocessing; that of the pool.", "text"),
    FormField("scaling", "Names and files", "Scaling", "Last step of the recipe.", "choice", choices=_SCALINGS),
    FormField("oracle_csv", "Names and files", "Batch", "Name of the file.", "text"),
    FormField("performance_estimation_csv", "Names and files", "Random sample", "Name of the file.", "text"),
    FormField("candidates_csv", "Names and files", "Candidates", "Name of the file.", "text"),
    FormField("csv_spectra_file2", "Names and files", "Spectra to label", "Name of the file.", "text"),
    FormField("out_file", "Names and files", "Spectra, without header", "Name of a further file.", "text"),
    FormField("poolnames_csv", "Names and files", "Names of the pool", "Only compared with the pool.", "text"),
    FormField(
        "remove_duplicates",
        "Names and files",
        "Drop repeated ids",
        "When a pool file is imported by the run.",
        "boolean",
    ),
)

#: Keys that stand in the JSON only, each with the reason that is shown.
JSON_ONLY: dict[str, str] = {
    "learning_session_name": "is this session",
    "classes": "are those of this session; change them on Sessions",
    "training_set_addition_csv": "is written at every run from your labels",
    "labels2add_csv": "is written at every run from your labels",
    "previous_output": "is the iteration before",
    "folder": "stands for the pool where there is none; a session has one",
    "normalize": "is understood and not used: the recipe decides",
    "binning": "is understood and not used: the recipe decides",
    "database_index": "is understood and not used by a run",
    "raw_spectra_source": "is understood and not used by a run",
}


def field_of(key: str) -> FormField | None:
    """Return the field of a key, None for one that stands in the JSON only."""
    return next((field for field in FIELDS if field.key == key), None)
