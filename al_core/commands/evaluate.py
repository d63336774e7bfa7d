"""`evaluate`: strategies against known labels, or classifiers by cross-validation."""

import argparse
import csv
from collections.abc import Iterable, Sequence
from pathlib import Path

from al_core.commands.printing import console_progress, show
from al_core.errors import ConfigurationError
from al_core.evaluation.loop import Row
from al_core.strategies import STRATEGIES

NAME = "evaluate"
HELP = "compare query strategies against known labels, or classifiers by cross-validation"
MODELS = ("cnn", "logistic")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    loop = parser.add_argument_group("the loop with a simulated oracle")
    loop.add_argument("--training", type=Path, metavar="CSV", help="first training set (id, label, flux)")
    loop.add_argument("--pool", type=Path, metavar="CSV", help="spectra to query (id, flux)")
    loop.add_argument("--truth", type=Path, metavar="CSV", help="their labels (id, label)")
    loop.add_argument("--strategy", action="append", choices=list(STRATEGIES), help="may be repeated (default: all)")
    loop.add_argument("--iterations", type=int, default=5, metavar="N", help="queries (default: 5)")
    loop.add_argument("--batch-size", type=int, default=20, metavar="N", help="spectra in a query (default: 20)")
    cross = parser.add_argument_group("cross-validation")
    cross.add_argument("--cross-validate", type=Path, metavar="CSV", help="labeled spectra")
    cross.add_argument("--label", default="label", metavar="COLUMN", help="column of the label (default: label)")
    cross.add_argument("--group", metavar="COLUMN", help="column whose equal values stay together (default: the id)")
    cross.add_argument("--folds", type=int, default=5, metavar="N", help="(default: 5)")
    cross.add_argument("--min-class", type=int, default=10, metavar="N", help="leave out rarer classes (default: 10)")
    both = parser.add_argument_group("both")
    both.add_argument("--model", action="append", choices=MODELS, help="(default: cnn; cross-validation: both)")
    both.add_argument("--seeds", type=int, default=3, metavar="N", help="repetitions (default: 3)")
    both.add_argument("--classes", metavar="A,B,...", help="names of the classes in order (default: from the labels)")
    both.add_argument("--balance", choices=("smote", "class_weights", "none"), default="smote", help="(default: smote)")
    both.add_argument("--max-epochs", type=int, default=1000, metavar="N", help="(default: 1000, stopping early)")
    both.add_argument("--output", type=Path, metavar="FILE.csv", help="table; the plot goes beside it as FILE.png")


def run(arguments: argparse.Namespace) -> None:
    """Compare, write table and plot, and show the last scores."""
    for name in ("iterations", "batch_size", "seeds", "folds", "max_epochs"):
        if getattr(arguments, name) < 1:
            raise ConfigurationError(
                f"--{name.replace('_', '-')}: expected 1 or more, found {getattr(arguments, name)}."
            )
    if arguments.cross_validate is not None:
        _cross_validate(arguments)
        return
    missing = [f"--{name}" for name in ("training", "pool", "truth") if getattr(arguments, name) is None]
    if missing:
        raise ConfigurationError(
            f"Expected --training, --pool and --truth, or --cross-validate; missing: {missing[0]}."
        )
    _loop(arguments)


def _loop(arguments: argparse.Namespace) -> None:
    from al_core.evaluation.inputs import load_problem
    from al_core.evaluation.loop import Plan, evaluate
    from al_core.evaluation.plot import plot_learning_curves
    from al_core.models.factory import model_factory

    problem = load_problem(arguments.training, arguments.pool, arguments.truth, _classes(arguments))
    plan = Plan(
        strategies=arguments.strategy or list(STRATEGIES),
        n_iterations=arguments.iterations,
        batch_size=arguments.batch_size,
        n_seeds=arguments.seeds,
        options=_options(arguments),
    )
    if len(arguments.model or []) > 1:
        raise ConfigurationError(
            "--model: the loop takes one classifier. Run it once for each; --cross-validate takes both."
        )
    model = (arguments.model or ["cnn"])[0]
    output = arguments.output or Path("evaluation.csv")
    _require_writable(output)
    with console_progress() as progress:
        rows = list(evaluate(problem, plan, model_factory(model), progress))
    _write(output, rows)
    plot = output.with_suffix(".png")
    plot_learning_curves(rows, plot, f"{arguments.pool.name}, {model}")
    last = [row for row in rows if row["iteration"] == plan.n_iterations]
    show(_table(last, "strategy", ("n_labels", "accuracy", "macro_f1")))
    show([f"Table: {output}", f"Plot: {plot}"])


def _cross_validate(arguments: argparse.Namespace) -> None:
    from al_core.evaluation.crossvalidation import cross_validate
    from al_core.evaluation.inputs import load_labeled
    from al_core.models.factory import model_factory

    labeled, groups, left_out = load_labeled(
        arguments.cross_validate, arguments.label, arguments.group, _classes(arguments), arguments.min_class
    )
    models = {name: model_factory(name) for name in arguments.model or MODELS}
    output = arguments.output or Path("cross-validation.csv")
    _require_writable(output)
    with console_progress() as progress:
        results = list(
            cross_validate(
                labeled,
                groups,
                models,
                n_folds=arguments.folds,
                n_seeds=arguments.seeds,
                options=_options(arguments),
                progress=progress,
            )
        )
    rows = [row for row, _ in results]
    _write(output, rows)
    counts = ", ".join(f"{count} {name}" for name, count in labeled.counts.items())
    show([f"{len(labeled.labels)} spectra of {len(set(groups))} groups: {counts}", *left_out])
    show(_table(rows, "model", ("accuracy", "macro_f1", *(f"f1_{name}" for name in labeled.classes))))
    show([f"Table: {output}"])


def _options(arguments: argparse.Namespace):  # type: ignore[no-untyped-def]
    from al_core.models.base import TrainingOptions

    return TrainingOptions(balance=arguments.balance, max_epochs=arguments.max_epochs)


def _classes(arguments: argparse.Namespace) -> tuple[str, ...] | None:
    if arguments.classes is None:
        return None
    names = tuple(name.strip() for name in arguments.classes.split(","))
    if len(set(names)) < max(len(names), 2) or "" in names:
        raise ConfigurationError(f"--classes {arguments.classes!r}: expected two or more different names with commas.")
    return names


def _require_writable(path: Path) -> None:
    """Say before hours of work that the result cannot be written."""
    if path.suffix != ".csv":
        raise ConfigurationError(f"--output {path}: expected a name that ends in .csv.")
    if not path.resolve().parent.is_dir():
        raise ConfigurationError(f"--output {path}: there is no folder {path.resolve().parent}.")


def _write(path: Path, rows: Sequence[Row]) -> None:
    temporary = path.with_name(path.name + ".part")
    with temporary.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
    temporary.replace(path)


def _table(rows: Sequence[Row], key: str, columns: Sequence[str]) -> Iterable[str]:
    """Return lines: one for each value of `key`, mean and least to greatest over the seeds."""
    yield f"{key:<18}" + "".join(f"{name:>24}" for name in columns)
    for value in dict.fromkeys(row[key] for row in rows):
        cells = [[float(row[name]) for row in rows if row[key] == value] for name in columns]
        yield f"{value:<18}" + "".join(f"{_cell(numbers):>24}" for numbers in cells)


def _cell(numbers: Sequence[float]) -> str:
    mean = sum(numbers) / len(numbers)
    if mean >= 10:
        return f"{mean:.0f}"
    return f"{mean:.3f} ({min(numbers):.3f}-{max(numbers):.3f})"
