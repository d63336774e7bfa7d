"""The configuration of the next iteration, which a run leaves behind."""

from pathlib import Path
from typing import Any

from al_core.runs.configuration import Configuration

TRAINING_FILE = "training-set.csv"
_YES_NO = ("run_active_learning", "show_candidates", "predictions_csv")


def template_name(configuration: Configuration) -> str:
    """Return the name of the file of spectra whose labels are to be filled in."""
    return configuration.keys.csv_spectra_file2 or f"spectra2add_{configuration.keys.iteration_num}.csv"


def next_configuration(configuration: Configuration, target: Path, trained: bool, seed: int) -> dict[str, Any]:
    """Return the configuration of the next iteration: same keys, one higher, with the labels still to be given."""
    keys, here = configuration.keys, target.resolve()
    given = {name: getattr(keys, name) for name in keys.model_fields_set}
    given = {name: "yes" if value is True and name in _YES_NO else value for name, value in given.items()}
    given = {name: "no" if value is False and name in _YES_NO else value for name, value in given.items()}
    given |= {name: str(path) for name, path in configuration.paths.items()}
    template = str(here / template_name(configuration))
    given |= {
        "learning_session_name": keys.learning_session_name,
        "run_active_learning": "yes",
        "iteration_num": keys.iteration_num + 1,
        "classes": list(keys.classes),
        "training_set_csv": str(here / TRAINING_FILE) if trained else template,
        "training_set_addition_csv": template if trained else "",
        "labels2add_csv": str(here / f"labels2add_{keys.iteration_num}.csv"),
        "seed": seed,
        "previous_output": str(here),
    }
    if not trained and "training_set_csv" in configuration.paths:
        given |= {
            "training_set_csv": str(configuration.paths["training_set_csv"]),
            "training_set_addition_csv": template,
        }
    return {name: given[name] for name in type(keys).model_fields if name in given and given[name] is not None}
