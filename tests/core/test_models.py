"""Classifiers: balancing, splitting, the network and the logistic regression."""

import json
from pathlib import Path

import numpy as np
import pytest

from al_core.errors import ConfigurationError, GridMismatchError, ModelError, TooFewSpectraError, TrainingError
from al_core.models import TrainingOptions, TrainingSet
from al_core.models.balance import class_weights, oversample
from al_core.models.factory import model_factory
from al_core.models.splitting import folds, validation_split
from tests.conftest import made_training_set

QUICK = TrainingOptions(max_epochs=2)


def shortened(n_points: int, n_classes: int = 2) -> TrainingSet:
    """Noise on a grid of any length: what is learned does not matter."""
    labels = np.repeat(np.arange(n_classes), 7)
    flux = np.random.default_rng(0).standard_normal((labels.size, n_points)).astype(np.float32)
    ids = np.array([f"s{k}" for k in range(labels.size)], dtype=object)
    return TrainingSet(ids, flux, labels, np.linspace(6519, 6732, n_points), tuple(f"c{k}" for k in range(n_classes)))


def test_smote_makes_all_classes_as_large_as_the_largest() -> None:
    training = made_training_set((20, 9, 6))
    flux, labels = oversample(training, 5, 1)
    assert np.bincount(labels).tolist() == [20, 20, 20]
    assert (flux.dtype, labels.dtype) == (np.float32, np.int64)
    np.testing.assert_array_equal(flux[:35], training.flux)
    np.testing.assert_array_equal(labels[:35], training.labels)


def test_new_spectra_lie_between_two_of_their_class() -> None:
    training = made_training_set((20, 6, 6))
    flux, labels = oversample(training, 5, 1)
    given = training.flux[training.labels == 2].astype(np.float64)
    lengths = np.linalg.norm(given[:, None] - given[None], axis=2)
    for new in flux[32:][labels[32:] == 2].astype(np.float64):
        distances = np.linalg.norm(given - new, axis=1)
        detour = distances[:, None] + distances[None] - lengths + 1e6 * np.eye(6)
        assert detour.min() < 1e-3


def test_the_same_seed_gives_the_same_new_spectra() -> None:
    training = made_training_set((20, 9, 6))
    first, again, other = (oversample(training, 5, seed)[0] for seed in (1, 1, 2))
    np.testing.assert_array_equal(first, again)
    assert not np.array_equal(first, other)


def test_too_few_spectra_for_smote_are_named_with_how_many_are_needed() -> None:
    with pytest.raises(TooFewSpectraError) as caught:
        oversample(made_training_set((20, 5, 2)), 5, 1)
    message = str(caught.value)
    assert "at least 6 spectra of every class; 'single peak' has 5, 'double peak' has 2" in message
    assert "Label 4 more" in message


def test_a_balanced_set_needs_no_smote_however_small() -> None:
    training = made_training_set((3, 3))
    flux, labels = oversample(training, 5, 1)
    assert flux is training.flux
    assert labels is training.labels


def test_class_weights_by_hand() -> None:
    # 30 spectra, 3 classes: 30 / (3 * 20), 30 / (3 * 8), 30 / (3 * 2)
    assert class_weights(made_training_set((20, 8, 2))) == {0: 0.5, 1: 1.25, 2: 5.0}


@pytest.mark.parametrize(
    ("counts", "message"), [((5, 0, 3), "no spectrum of class 'single peak'; it has 5 'other'"), ((5,), "two classes")]
)
def test_a_training_set_that_teaches_nothing_is_named(counts: tuple[int, ...], message: str) -> None:
    with pytest.raises(TrainingError, match=message):
        made_training_set(counts).check()


def test_counts_and_subsets() -> None:
    training = made_training_set((4, 3, 2))
    assert training.counts == {"other": 4, "single peak": 3, "double peak": 2}
    assert training.subset(training.labels == 2).counts == {"other": 0, "single peak": 0, "double peak": 2}


def test_folds_keep_groups_whole_and_test_every_spectrum_once() -> None:
    rng = np.random.default_rng(3)
    labels, groups = rng.integers(0, 3, 200), [f"star {k}" for k in rng.integers(0, 60, 200)]
    tested: list[int] = []
    for train, test in folds(labels, groups, 5, 1):
        assert not {groups[k] for k in train} & {groups[k] for k in test}
        assert sorted([*train, *test]) == list(range(200))
        tested += list(test)
    assert sorted(tested) == list(range(200))


def test_fewer_groups_than_folds_are_named() -> None:
    with pytest.raises(TrainingError, match="at least 5 groups for 5 folds, found 2"):
        list(folds(np.array([0, 1, 0]), ["a", "b", "a"], 5, 1))


@pytest.mark.parametrize("fraction", [0.1, 0.2, 0.5])
def test_the_validation_split_keeps_groups_whole(fraction: float) -> None:
    training = made_training_set((60, 30, 30))
    groups = [f"star {k // 3}" for k in range(120)]
    star = dict(zip(training.spectrum_ids, groups, strict=True))
    fitted, held_out = validation_split(training, fraction, 1, groups)
    assert not {star[i] for i in fitted.spectrum_ids} & {star[i] for i in held_out.spectrum_ids}
    assert len(fitted.labels) + len(held_out.labels) == 120
    assert abs(len(held_out.labels) / 120 - fraction) < 0.06
    assert min(held_out.counts.values()) > 0


def test_layers_of_the_network_are_those_of_the_thesis() -> None:
    from al_core.models.cnn import build_network

    network = build_network(140, 3)
    found = [(type(layer).__name__, tuple(layer.output.shape[1:])) for layer in network.layers]
    assert found == [
        ("Conv1D", (138, 64)),
        ("Conv1D", (136, 64)),
        ("MaxPooling1D", (68, 64)),
        ("Conv1D", (66, 128)),
        ("Conv1D", (64, 128)),
        ("MaxPooling1D", (32, 128)),
        ("Conv1D", (30, 256)),
        ("Conv1D", (28, 256)),
        ("MaxPooling1D", (14, 256)),
        ("Flatten", (14 * 256,)),
        ("Dense", (512,)),
        ("Dropout", (512,)),
        ("Dense", (512,)),
        ("Dropout", (512,)),
        ("Dense", (3,)),
    ]
    convolutions = 256 + 12_352 + 24_704 + 49_280 + 98_560 + 196_864  # (3 * inputs + 1) * filters each
    dense = (3584 + 1) * 512 + (512 + 1) * 512 + (512 + 1) * 3
    assert network.count_params() == convolutions + dense == 2_481_731
    assert [layer.rate for layer in network.layers if type(layer).__name__ == "Dropout"] == [0.5, 0.5]
    assert network.layers[-1].activation.__name__ == "softmax"
    assert type(network.optimizer).__name__ == "Adam"


@pytest.mark.parametrize("n_points", [36, 37, 40, 141, 1000])
@pytest.mark.parametrize("n_classes", [2, 3, 7])
def test_the_network_takes_any_grid_and_number_of_classes(n_points: int, n_classes: int) -> None:
    from al_core.models.cnn import build_network

    assert build_network(n_points, n_classes).output_shape == (None, n_classes)


@pytest.mark.parametrize("n_points", [1, 35])
def test_a_grid_that_is_too_short_is_named(n_points: int) -> None:
    from al_core.models.cnn import build_network

    with pytest.raises(GridMismatchError, match=f"at least 36 points, found {n_points}"):
        build_network(n_points, 3)


def test_the_shortest_grid_trains_and_predicts() -> None:
    training = shortened(36, 4)
    model = model_factory("cnn")()
    history = model.fit(training, QUICK, 1)
    proba = model.predict_proba(training.flux)
    assert len(history.epochs) == 2
    assert proba.shape == (28, 4)
    np.testing.assert_allclose(proba.sum(axis=1), 1, atol=1e-5)


def test_the_same_seed_gives_the_same_probabilities_and_another_others() -> None:
    training, flux = made_training_set((12, 8, 6)), made_training_set((30, 30, 30), seed=9).flux
    proba = []
    for seed in (1, 1, 2):
        model = model_factory("cnn")()
        model.fit(training, QUICK, seed)
        proba.append(model.predict_proba(flux))
    np.testing.assert_array_equal(proba[0], proba[1])
    assert np.abs(proba[0] - proba[2]).max() > 1e-4


def test_a_stored_network_predicts_as_before(tmp_path: Path) -> None:
    from al_core.models.cnn import ConvolutionalNetwork

    training, flux = made_training_set((12, 8, 6)), made_training_set((30, 30, 30), seed=9).flux
    model = ConvolutionalNetwork("minmax")
    model.fit(training, QUICK, 4)
    files = model.save(tmp_path)
    assert {path.name for path in files} == {path.name for path in tmp_path.iterdir()} == {"model.keras", "model.json"}
    again = ConvolutionalNetwork.load(tmp_path)
    np.testing.assert_array_equal(again.predict_proba(flux), model.predict_proba(flux))
    assert again.card == model.card
    assert again.scaling == "minmax"
    assert again.card.classes == training.classes
    assert again.card.seed == 4


def test_scores_do_not_depend_on_how_many_are_scored_together() -> None:
    training, flux = made_training_set((8, 8, 8)), made_training_set((300, 300, 100), seed=9).flux
    model = model_factory("cnn")()
    model.fit(training, QUICK, 1)
    together = model.predict_proba(flux)
    np.testing.assert_array_equal(
        np.concatenate([model.predict_proba(flux[:513]), model.predict_proba(flux[513:])]), together
    )
    assert model.predict_proba(flux[:0]).shape == (0, 3)


def test_wrong_arrays_and_folders_are_named(tmp_path: Path) -> None:
    from al_core.models.cnn import ConvolutionalNetwork

    model = ConvolutionalNetwork()
    with pytest.raises(ModelError, match="not been trained"):
        model.predict_proba(np.zeros((2, 140), np.float32))
    with pytest.raises(ModelError, match=r"expected a stored network \(model\.keras, model\.json\)"):
        ConvolutionalNetwork.load(tmp_path)
    model.fit(shortened(36), QUICK, 1)
    with pytest.raises(GridMismatchError, match=r"trained on 36 points, found an array of shape \(2, 40\)"):
        model.predict_proba(np.zeros((2, 40), np.float32))
    model.save(tmp_path)
    (tmp_path / "model.keras").write_bytes(b"cut off")
    with pytest.raises(ModelError, match="expected a stored network"):
        ConvolutionalNetwork.load(tmp_path)


def test_validation_watches_spectra_that_are_not_trained_on() -> None:
    training = made_training_set((30, 20, 20))
    options = TrainingOptions(max_epochs=2, stopping="validation", balance="none")
    history = model_factory("cnn")().fit(training, options, 1, groups=[f"star {k // 2}" for k in range(70)])
    assert "val_loss" in history.epochs[0]
    assert history.n_trained == 56


@pytest.mark.parametrize(("balance", "n_trained"), [("smote", 36), ("class_weights", 26), ("none", 26)])
@pytest.mark.parametrize("name", ["cnn", "logistic"])
def test_balance_decides_what_is_trained_on(name: str, balance: str, n_trained: int) -> None:
    options = TrainingOptions(max_epochs=1, balance=balance)
    assert model_factory(name)().fit(made_training_set((12, 8, 6)), options, 1).n_trained == n_trained


def test_early_stopping_keeps_the_best_epoch() -> None:
    options = TrainingOptions(max_epochs=30, patience=1, min_delta=0.5)
    history = model_factory("cnn")().fit(made_training_set((12, 12, 12)), options, 1)
    assert len(history.epochs) < 30
    assert history.best_epoch == len(history.epochs) - 1


@pytest.mark.slow
def test_the_network_learns_what_can_be_learned() -> None:
    training, other = made_training_set((60, 20, 20)), made_training_set((50, 50, 50), seed=5)
    model = model_factory("cnn")()
    model.fit(training, TrainingOptions(max_epochs=40), 1)
    assert (np.argmax(model.predict_proba(other.flux), axis=1) == other.labels).mean() > 0.95


def test_the_logistic_regression_learns_and_is_stored(tmp_path: Path) -> None:
    training, other = made_training_set((60, 20, 20)), made_training_set((50, 50, 50), seed=5)
    model = model_factory("logistic", "minmax")()
    with pytest.raises(ModelError, match="not been trained"):
        model.predict_proba(other.flux)
    with pytest.raises(ModelError, match="not been trained"):
        model.save(tmp_path)
    model.fit(training, TrainingOptions(), 1)
    proba = model.predict_proba(other.flux)
    assert (np.argmax(proba, axis=1) == other.labels).mean() > 0.95
    np.testing.assert_allclose(proba.sum(axis=1), 1, atol=1e-5)
    (path,) = model.save(tmp_path)
    content = json.loads(path.read_text())
    logits = other.flux @ np.array(content["coefficients"]).T + content["intercepts"]
    np.testing.assert_array_equal(np.argmax(logits, axis=1), np.argmax(proba, axis=1))
    assert (content["classes"], content["scaling"]) == (list(training.classes), "minmax")


def test_an_unknown_classifier_is_named() -> None:
    with pytest.raises(ConfigurationError, match="'forest'; allowed: cnn, logistic"):
        model_factory("forest")
