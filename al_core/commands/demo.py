"""`demo`: the demo workspace, from a simulated survey to the results of a first iteration."""

import argparse
import json
from pathlib import Path

from al_core.commands.printing import console_progress, show
from al_core.settings import Settings, load_settings

NAME = "demo"
HELP = "build the demo workspace: a simulated survey, its pool, and one iteration of active learning"

#: The demo survey: as rare as in the sky, so about 30 emission stars among 10 000 spectra.
N_SPECTRA, SEED = 10_000, 2020
SESSION = "demo"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument("--spectra", type=int, default=N_SPECTRA, metavar="N", help=f"(default: {N_SPECTRA})")


def run(arguments: argparse.Namespace) -> None:
    """Simulate, import, train and query; what is there already is kept."""
    settings = load_settings()
    survey = settings.workspace / "demo"
    output = settings.workspace / "sessions" / SESSION / "iterations" / "001"
    if (output / "manifest.json").is_file() and _is_demo(survey, arguments.spectra):
        show([f"The demo is there already: {output}"])
    else:
        _build(survey, output, arguments.spectra, settings)
    show(
        [
            "All of its spectra are simulated, with known truth.",
            f"  survey and truth:      {survey}",
            f"  results of iteration:  {output}",
            f"  spectra to label:      {output / 'to_label.csv'}",
            f"  the next iteration:    python -m al_core run {output / 'new_config.json'}",
        ]
    )


def _is_demo(survey: Path, n_spectra: int) -> bool:
    try:
        content = json.loads((survey / "manifest.json").read_text(encoding="utf-8"))
        return bool(content["parameters"]["n_spectra"] == n_spectra)
    except (OSError, ValueError, KeyError, TypeError):
        return False


def _build(survey: Path, output: Path, n_spectra: int, settings: Settings) -> None:
    from al_core.pools import import_pool
    from al_core.preprocessing import load_recipe
    from al_core.runs.run import run_configuration
    from al_core.simulation import SurveyParameters, write_csv_survey

    pool = settings.workspace / "pools" / SESSION
    with console_progress() as progress:
        write_csv_survey(survey, SurveyParameters(n_spectra=n_spectra, seed=SEED), progress)
        import_pool(
            [survey / "pool.csv"],
            pool,
            recipe=load_recipe("halpha"),
            name=SESSION,
            metadata_csv=survey / "metadata.csv",
            replace=True,
            progress=progress,
        )
        config = _write_configuration(survey / "iteration1.json", survey, pool)
        summary = run_configuration(config, settings, output, progress)
    show(summary.lines)


def _write_configuration(path: Path, survey: Path, pool: Path) -> Path:
    content = {
        "run_active_learning": "yes",
        "learning_session_name": SESSION,
        "iteration_num": 1,
        "classes": ["other", "single peak", "double peak"],
        "candidate_classes": ["single peak", "double peak"],
        "training_set_csv": str(survey / "training-set.csv"),
        "pool_csv": str(pool),
        "batch_size": 100,
        "random_sample_size": 100,
        "seed": SEED,
    }
    path.write_text(json.dumps(content, indent=2) + "\n", encoding="utf-8")
    return path
