"""A network that has seen simulated spectra only, tried on real ones.

The real spectra are LAMOST low-resolution and Ondřejov files with measured labels; the folder is
`SPECTROLABE_TEST_DATA`. Among the LAMOST spectra is one whose K star carries a residual of the sky at Hα and a quasar
with a narrow line 7 Å from it: the hardest ones.
"""

import os
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import polars as pl
import pytest

from al_core.simulation import SurveyParameters, make_training_set
from al_core.simulation.grids import standardized

DATA = Path(os.environ.get("SPECTROLABE_TEST_DATA", Path(__file__).parents[2].parent / "shared" / "data"))

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not (DATA / "csv").is_dir(), reason=f"no real spectra in {DATA}: set SPECTROLABE_TEST_DATA"),
    pytest.mark.filterwarnings("default"),  # those of the deep-learning library are not ours
]


def real_spectra(name: str) -> tuple[pl.DataFrame, npt.NDArray[np.float32]]:
    table = pl.read_csv(DATA / "csv" / name, infer_schema_length=None)
    flux = table.select(table.columns[-140:]).cast(pl.Float64).fill_null(0).to_numpy()
    return table, standardized(np.nan_to_num(flux))


@pytest.fixture(scope="module")
def trained_on_simulation() -> Any:
    """Train a compact network on 8000 simulated spectra: about half a minute on two cores."""
    keras = pytest.importorskip("keras")
    layers = keras.layers
    keras.utils.set_random_seed(1)
    network = keras.Sequential([keras.Input((140, 1))])
    for n_filters in (16, 32, 48):
        network.add(layers.Conv1D(n_filters, 5, activation="relu", padding="same"))
        network.add(layers.MaxPooling1D(2))
    network.add(layers.Flatten())
    network.add(layers.Dense(64, activation="relu"))
    network.add(layers.Dropout(0.3))
    network.add(layers.Dense(3, activation="softmax"))
    network.compile("adam", "sparse_categorical_crossentropy")
    labeled = make_training_set(SurveyParameters(n_training=8000, seed=1))
    network.fit(labeled.flux[..., None], labeled.labels, batch_size=64, epochs=15, verbose=0)
    return network


def predicted(network: Any, flux: npt.NDArray[np.float32]) -> npt.NDArray[np.int64]:
    return np.asarray(network.predict(flux[..., None], verbose=0)).argmax(axis=1)


def test_it_finds_the_three_real_emission_spectra_with_at_most_one_false_positive(trained_on_simulation: Any) -> None:
    _, flux = real_spectra("lamost-halpha-140.csv")
    labels = pl.read_csv(DATA / "csv" / "lamost-labels.csv", infer_schema_length=None)
    is_emission = (labels["halpha_flag"].fill_null("") == "emission").to_numpy()
    found = predicted(trained_on_simulation, flux) > 0
    assert is_emission.sum() == 3
    assert found[is_emission].all()
    assert found[~is_emission].sum() <= 1, labels.filter(pl.Series(found & ~is_emission))["file"].to_list()


def test_it_finds_emission_and_double_peak_of_another_telescope_and_no_absorption(trained_on_simulation: Any) -> None:
    table, flux = real_spectra("ondrejov-halpha-140.csv")
    found = predicted(trained_on_simulation, flux) > 0
    label = table["label"].fill_null("").to_numpy()
    assert found[np.isin(label, ("emission", "double-peak"))].all()
    assert found[label == "absorption"].sum() == 0


def test_it_tells_simulated_classes_apart(trained_on_simulation: Any) -> None:
    other = make_training_set(SurveyParameters(n_training=2000, seed=77))
    right = predicted(trained_on_simulation, other.flux) == other.labels
    assert right.mean() > 0.88
