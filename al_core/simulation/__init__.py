"""A physically grounded survey with known truth, for the demo, the tests and for training where no labels exist.

>>> parameters = SurveyParameters(n_spectra=100, seed=7, emission_fraction=0.05)
>>> chunk = next(simulate(parameters))
>>> chunk.spectrum_ids[0], chunk.flux.shape[0], int((chunk.truth["label"] > 0).sum())
('simulated-7-0000001', 100, 5)
"""

from al_core.simulation.config import CLASS_NAMES, KINDS, SurveyParameters
from al_core.simulation.originals import write_originals
from al_core.simulation.survey import LabeledSet, SimulatedChunk, make_training_set, simulate
from al_core.simulation.truth_table import TRUTH_COLUMNS
from al_core.simulation.writers import write_csv_survey, write_fits_survey

__all__ = [
    "CLASS_NAMES",
    "KINDS",
    "TRUTH_COLUMNS",
    "LabeledSet",
    "SimulatedChunk",
    "SurveyParameters",
    "make_training_set",
    "simulate",
    "write_csv_survey",
    "write_fits_survey",
    "write_originals",
]
