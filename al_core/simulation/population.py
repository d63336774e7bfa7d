"""Draws the objects of one block of a survey.

A block has a fixed size and its own generator, so the survey does not depend on how it is read. The share of visible
emission is exact by construction: the kinds of all spectra are dealt out first, and an emission star of a given kind
(single peak, double peak, hidden) is then drawn from the one natural population of emission stars under the condition
that the visibility rule gives it that label (rejection sampling). Within a class all distributions are thereby
natural; only the shares of the classes are as asked.
"""

import numpy as np
import numpy.typing as npt

from al_core.errors import ConfigurationError
from al_core.simulation.config import DOUBLE, HIDDEN, SINGLE, SurveyParameters
from al_core.simulation.contaminants import draw_contaminants
from al_core.simulation.discs import draw_emission_stars
from al_core.simulation.instrument import draw_instrument
from al_core.simulation.photospheres import draw_photospheres
from al_core.simulation.sources import Generator, SourceArray, empty_sources
from al_core.simulation.truth import measure_emission

#: Truth label that an emission star of each kind must have.
WANTED_LABEL = {HIDDEN: 0, SINGLE: 1, DOUBLE: 2}

#: Emission stars drawn at a time, and how often, before the search for a kind is given up.
_BATCH, _ROUNDS = 256, 400


def draw_block(
    kinds: npt.NDArray[np.int8], parameters: SurveyParameters, rng: Generator, *, near_window: bool = False
) -> SourceArray:
    """Return the sources of a block whose kinds are given, shape of `kinds`."""
    sources = empty_sources(kinds.size)
    sources["kind"] = kinds
    draw_photospheres(sources, parameters, rng)
    draw_instrument(sources, parameters, rng)
    draw_contaminants(sources, parameters, rng, near_window)
    _draw_emission(sources, parameters, rng)
    return sources


def _draw_emission(sources: SourceArray, parameters: SurveyParameters, rng: Generator) -> None:
    """Replace every emission star by one whose truth is the wanted one, in place."""
    pending = {kind: np.flatnonzero(sources["kind"] == kind) for kind in WANTED_LABEL}
    for _ in range(_ROUNDS):
        if not any(rows.size for rows in pending.values()):
            return
        candidates = emission_candidates(parameters, rng)
        for kind, label in WANTED_LABEL.items():
            found = candidates[candidates["label"] == label][: pending[kind].size]
            found["kind"] = kind
            rows, pending[kind] = np.split(pending[kind], [found.size])
            sources[rows] = found
    raise ConfigurationError(
        f"No emission stars of the wanted kinds were found among {_ROUNDS * _BATCH} at resolution "
        f"{parameters.resolution:g} and S/N {parameters.snr_median:g}. Raise one of them, or ask for fewer doubles."
    )


def emission_candidates(parameters: SurveyParameters, rng: Generator) -> SourceArray:
    """Return emission stars from the natural population with their measured truth, shape (256,)."""
    candidates = empty_sources(_BATCH)
    candidates["kind"] = SINGLE
    draw_instrument(candidates, parameters, rng)
    draw_emission_stars(candidates, parameters, rng)
    measure_emission(candidates)
    return candidates
