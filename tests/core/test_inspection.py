"""A look into a stored network: the file is written by hand as Keras documents it; one test compares with Keras."""

import io
import json
import zipfile
from contextlib import suppress
from pathlib import Path
from typing import Any

import h5py
import numpy as np
import pytest
from numpy.testing import assert_allclose

from al_core.errors import ModelError
from al_core.models.inspection import inspect_network

KERNEL = np.array([[[0.5, -1.0]], [[0.0, 2.0]], [[-0.5, 0.0]]], dtype=np.float32)  # 3 points, 1 channel, 2 filters


def layer(kind: str, **config: Any) -> dict[str, Any]:
    # A second network of a process has layers named conv1d_6 and so on; the weights file counts anew.
    return {"class_name": kind, "config": {"name": f"{kind.lower()}_6", **config}}


LAYERS = [
    layer("InputLayer", batch_shape=[None, 11, 1]),
    layer("Conv1D", filters=2, kernel_size=[3], strides=[1], activation="relu"),
    layer("MaxPooling1D", pool_size=[2], strides=[2]),
    layer("Flatten"),
    layer("Dense", units=4, activation="relu"),
    layer("Dropout", rate=0.5),
    layer("Dense", units=3, activation="softmax"),
]


def write_network(folder: Path, **changes: Any) -> Path:
    arrays = {
        "conv1d": [KERNEL, np.zeros(2)],
        "dense": [np.ones((8, 4)), np.zeros(4)],
        "dense_1": [np.full((4, 3), -0.25), np.arange(3.0)],
    } | changes
    stored = io.BytesIO()
    with h5py.File(stored, "w") as file:
        for name, parts in arrays.items():
            for number, part in enumerate(parts):
                file[f"layers/{name}/vars/{number}"] = np.asarray(part, dtype=np.float32)
        file.require_group("layers/flatten/vars")
    with zipfile.ZipFile(folder / "model.keras", "w") as archive:
        archive.writestr("config.json", json.dumps({"config": {"layers": LAYERS}}))
        archive.writestr("model.weights.h5", stored.getvalue())
    (folder / "model.json").write_text(json.dumps({"classes": ["a", "b", "c"], "seed": 5}))
    return folder


def test_layers_have_their_shapes_and_parameters(tmp_path: Path) -> None:
    view = inspect_network(write_network(tmp_path))
    assert [(one.name, one.output_shape, one.n_parameters) for one in view.layers] == [
        ("input_layer", (11, 1), 0),
        ("conv1d", (9, 2), 8),
        ("max_pooling1d", (4, 2), 0),
        ("flatten", (8,), 0),
        ("dense", (4,), 36),
        ("dropout", (4,), 0),
        ("dense_1", (3,), 15),
    ]
    assert view.n_parameters == 59
    assert view.layers[1].details == "2 filters of 3 points, relu"
    assert view.layers[5].details == "50% left out while training"


def test_weights_are_summed_up(tmp_path: Path) -> None:
    kernel = inspect_network(write_network(tmp_path)).layers[1].weights[0]
    values = [0.5, -1.0, 0.0, 2.0, -0.5, 0.0]
    assert (kernel.name, kernel.shape, kernel.minimum, kernel.maximum) == ("kernel", (3, 1, 2), -1.0, 2.0)
    assert kernel.mean == pytest.approx(1 / 6)  # by hand: the sum is 1
    assert kernel.std == pytest.approx((5.5 / 6 - (1 / 6) ** 2) ** 0.5)  # by hand: the squares sum to 5.5
    assert kernel.zero_share == pytest.approx(2 / 6)
    assert sum(kernel.counts) == len(values)


def test_filters_are_those_of_the_first_convolution(tmp_path: Path) -> None:
    view = inspect_network(write_network(tmp_path))
    assert_allclose(view.filters, [[0.5, 0.0, -0.5], [-1.0, 2.0, 0.0]], rtol=0)
    assert view.card["classes"] == ["a", "b", "c"]
    assert view.size_bytes == (tmp_path / "model.keras").stat().st_size


def test_an_iteration_without_a_network_says_so(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match=r"found no model\.keras. Iterations that only draw spectra have none"):
        inspect_network(tmp_path)
    write_network(tmp_path)
    (tmp_path / "model.json").unlink()
    with pytest.raises(ModelError, match=r"found no model\.json"):
        inspect_network(tmp_path)


@pytest.mark.parametrize("size", [0, 10, 700, 1500])
def test_a_truncated_file_is_named(tmp_path: Path, size: int) -> None:
    path = write_network(tmp_path) / "model.keras"
    path.write_bytes(path.read_bytes()[:size])
    with pytest.raises(ModelError, match=r"model\.keras: expected a stored network, found a damaged file"):
        inspect_network(tmp_path)


def test_flipped_bytes_end_in_a_clear_error_or_a_view(tmp_path: Path) -> None:
    path = write_network(tmp_path) / "model.keras"
    sound = path.read_bytes()
    rng = np.random.default_rng(3)
    for _ in range(60):
        broken = bytearray(sound)
        for place in rng.integers(0, len(sound), 8):
            broken[place] ^= int(rng.integers(1, 256))
        path.write_bytes(bytes(broken))
        with suppress(ModelError):
            inspect_network(tmp_path)


@pytest.mark.parametrize("card", ["[1]", "{", "\udcff"])
def test_a_damaged_card_is_named(tmp_path: Path, card: str) -> None:
    write_network(tmp_path)
    (tmp_path / "model.json").write_bytes(card.encode("utf-8", "surrogateescape"))
    with pytest.raises(ModelError, match="damaged"):
        inspect_network(tmp_path)


def test_weights_that_are_no_numbers_are_named(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="no numbers"):
        inspect_network(write_network(tmp_path, dense=[np.full((8, 4), np.nan), np.zeros(4)]))


@pytest.mark.slow
def test_a_network_of_this_program_is_seen_as_keras_sees_it(tmp_path: Path) -> None:
    from al_core.models.base import TrainingOptions
    from al_core.models.cnn import ConvolutionalNetwork
    from tests.conftest import made_training_set

    network = ConvolutionalNetwork()
    network.fit(made_training_set((10, 8, 7)), TrainingOptions(max_epochs=1), seed=1)
    network.save(tmp_path)
    view, truth = inspect_network(tmp_path), network._network
    assert truth is not None
    assert view.n_parameters == truth.count_params()
    shapes = [tuple(one.output.shape[1:]) for one in truth.layers]
    assert [one.output_shape for one in view.layers[1:]] == shapes
    kernel = truth.layers[0].get_weights()[0]
    assert_allclose(view.filters, kernel[:, 0, :].T, rtol=0)
