"""`simulate`: a survey with known truth."""

import argparse
from pathlib import Path

from al_core.commands.printing import console_progress, show
from al_core.settings import load_settings

NAME = "simulate"
HELP = "simulate a survey of stellar spectra around Hα, with known truth"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument("--spectra", type=int, required=True, metavar="N", help="spectra in the pool")
    parser.add_argument("--output", type=Path, required=True, metavar="DIR", help="folder of the survey")
    parser.add_argument("--format", choices=("csv", "fits"), default="csv", help="140 points, or LAMOST-like files")
    parser.add_argument(
        "--seed", type=int, metavar="S", help="the same seed gives the same survey (default: the setting)"
    )
    parser.add_argument(
        "--emission",
        type=float,
        default=0.003,
        metavar="SHARE",
        help="visible emission (default: 0.003, as in the sky)",
    )
    parser.add_argument(
        "--double-peaks", type=float, default=0.1, metavar="SHARE", help="of the emission (default: 0.1, as in the sky)"
    )
    parser.add_argument("--training", type=int, default=600, metavar="N", help="labeled spectra besides (default: 600)")


def run(arguments: argparse.Namespace) -> None:
    """Simulate and say what was written."""
    from al_core.simulation import SurveyParameters, write_csv_survey, write_fits_survey

    parameters = SurveyParameters(
        n_spectra=arguments.spectra,
        seed=load_settings().seed if arguments.seed is None else arguments.seed,
        emission_fraction=arguments.emission,
        double_fraction=arguments.double_peaks,
        n_training=arguments.training,
    )
    write = write_fits_survey if arguments.format == "fits" else write_csv_survey
    with console_progress() as progress:
        write(arguments.output, parameters, progress)
    show([f"{arguments.spectra} simulated spectra in {arguments.output}"])
    show(f"  {path.name}" for path in sorted(arguments.output.iterdir()))
