"""A simulated survey, block by block, and the labeled set that goes with it."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import polars as pl

from al_core.simulation.config import (
    KINDS,
    STREAM_KINDS,
    STREAM_NOISE,
    STREAM_SOURCES,
    STREAM_TRAINING,
    SurveyParameters,
    kind_counts,
)
from al_core.simulation.grids import WINDOW_SIZE, native_window, standardized, to_window_grid
from al_core.simulation.population import draw_block
from al_core.simulation.sources import SourceArray, empty_sources
from al_core.simulation.truth_table import truth_table
from al_core.simulation.window import observed_window

#: Spectra that share one random generator; also the size of a chunk.
BLOCK_SIZE = 1024


class SourceBlock(NamedTuple):
    """The sources of one block and what identifies them."""

    number: int
    spectrum_ids: list[str]
    sources: SourceArray


@dataclass(frozen=True, slots=True, eq=False)
class SimulatedChunk:
    """Some spectra of a simulated survey around Hα, as the instrument delivers them.

    Parameters
    ----------
    spectrum_ids : list of str, length n
        "simulated-SEED-0000001" and on.
    wavelength : ndarray of float64, shape (n_pixels,)
        Vacuum Å, native log-linear pixels.
    flux, ivar : ndarray of float32, shape (n, n_pixels)
        Relative flux at an arbitrary level, and 1/flux²; an inverse variance of 0 marks a bad pixel.
    truth : polars.DataFrame, n rows
        The columns of `truth_table.TRUTH_COLUMNS`.
    block : SourceBlock
        The physical parameters that everything was made from.
    """

    spectrum_ids: list[str]
    wavelength: npt.NDArray[np.float64]
    flux: npt.NDArray[np.float32]
    ivar: npt.NDArray[np.float32]
    truth: pl.DataFrame
    block: SourceBlock

    def on_window_grid(self) -> npt.NDArray[np.float32]:
        """Return the flux on the 140 points of the Hα window, standardized, shape (n, 140); dead spectra unscaled."""
        return standardized(to_window_grid(self.flux, self.wavelength))


class LabeledSet(NamedTuple):
    """A labeled set on the grid of the Hα window."""

    spectrum_ids: list[str]
    flux: npt.NDArray[np.float32]
    labels: npt.NDArray[np.int64]
    truth: pl.DataFrame


def source_blocks(parameters: SurveyParameters, *, training: bool = False) -> Iterator[SourceBlock]:
    """Yield the sources of the pool, or of the labeled set, block by block."""
    if training:
        n, shares, stream, name = parameters.n_training, parameters.training_shares(), STREAM_TRAINING, "training-"
    else:
        n, shares, stream, name = parameters.n_spectra, parameters.kind_shares(), 0, ""
    dealt = np.repeat(np.arange(len(KINDS), dtype=np.int8), kind_counts(n, shares))
    np.random.default_rng([parameters.seed, stream + STREAM_KINDS]).shuffle(dealt)
    parameters = effective_parameters(parameters, training)
    for number, start in enumerate(range(0, n, BLOCK_SIZE)):
        kinds = dealt[start : start + BLOCK_SIZE]
        rng = np.random.default_rng([parameters.seed, stream + STREAM_SOURCES, number])
        ids = [f"simulated-{parameters.seed}-{name}{start + i + 1:07d}" for i in range(kinds.size)]
        yield SourceBlock(number, ids, draw_block(kinds, parameters, rng, near_window=training))


def effective_parameters(parameters: SurveyParameters, training: bool) -> SurveyParameters:
    """Return what the pool, or the more diverse labeled set, is drawn with; with defects more frequent."""
    if not training:
        return parameters
    factor = max(parameters.training_diversity, 1.0) ** 2
    names = ("cosmic_ray_rate", "sky_residual_rate", "geocoronal_rate", "hole_rate")
    rates = {name: min(factor * getattr(parameters, name), 1.0) for name in names}
    rates["hole_rate"] = min(2 * rates["hole_rate"], 1.0)
    return replace(parameters, diversity=parameters.training_diversity, type_mix=parameters.training_type_mix, **rates)


def simulate(parameters: SurveyParameters, *, training: bool = False) -> Iterator[SimulatedChunk]:
    """Yield the Hα window of a simulated survey, 1024 spectra at a time.

    Parameters
    ----------
    parameters : SurveyParameters
        The same parameters give the same bytes.
    training : bool
        Yield the labeled set, which has other spectra and is rich in emission, instead of the pool.
    """
    wavelength = native_window()
    stream = STREAM_NOISE + (STREAM_TRAINING if training else 0)
    drawn_with = effective_parameters(parameters, training)
    for block in source_blocks(parameters, training=training):
        rng = np.random.default_rng([parameters.seed, stream, block.number])
        flux, ivar = observed_window(block.sources, wavelength, drawn_with, rng)
        truth = truth_table(block.spectrum_ids, block.sources)
        yield SimulatedChunk(block.spectrum_ids, wavelength, flux, ivar, truth, block)


def make_training_set(parameters: SurveyParameters) -> LabeledSet:
    """Return the labeled set of a survey on the 140 points of the Hα window, standardized.

    It is independent of the pool, has the class shares of `training_mix`, contaminants as frequent as plain stars
    among "other", and wider continua, blends and resolutions than the sky (`training_diversity`), so that a model
    trained on it alone also works on real spectra.
    """
    chunks = list(simulate(parameters, training=True))
    if not chunks:
        empty = truth_table([], empty_sources(0))
        return LabeledSet([], np.zeros((0, WINDOW_SIZE), np.float32), np.zeros(0, np.int64), empty)
    truth = pl.concat([chunk.truth for chunk in chunks])
    flux = np.concatenate([chunk.on_window_grid() for chunk in chunks])
    ids = [spectrum_id for chunk in chunks for spectrum_id in chunk.spectrum_ids]
    return LabeledSet(ids, flux, truth["label"].to_numpy().astype(np.int64), truth)
