"""A look into a stored network: layers, statistics of their weights, filters; without TensorFlow.

A `.keras` file is a zip archive of `config.json` (the layers) and `model.weights.h5` (their weights), see
https://keras.io/guides/serialization_and_saving/. Both are read as they are, so a web process can do it.
"""

import io
import json
import re
import zipfile
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from math import prod
from pathlib import Path
from typing import Any

import h5py
import numpy as np
import numpy.typing as npt

from al_core.errors import ModelError

MODEL_FILE = "model.keras"
CARD_FILE = "model.json"
N_BINS = 40


@dataclass(frozen=True)
class WeightStatistics:
    """What the weights of one array are like.

    Attributes
    ----------
    name : str
        `kernel` or `bias`.
    shape : tuple of int
    minimum, maximum, mean, std : float
    zero_share : float
        Share of weights that are exactly zero, 0 to 1.
    counts : tuple of int
        Histogram in 40 bins of equal width from `minimum` to `maximum`.
    """

    name: str
    shape: tuple[int, ...]
    minimum: float
    maximum: float
    mean: float
    std: float
    zero_share: float
    counts: tuple[int, ...]


@dataclass(frozen=True)
class LayerInfo:
    """One layer: `kind` is its class in Keras, `details` what it was built with; shapes are without the minibatch."""

    name: str
    kind: str
    details: str
    output_shape: tuple[int, ...]
    n_parameters: int
    weights: tuple[WeightStatistics, ...]


@dataclass(frozen=True, eq=False)
class NetworkView:
    """A stored network.

    Attributes
    ----------
    layers : tuple of LayerInfo
    card : dict
        What `model.json` says: classes, grid (vacuum Å), scaling, seed, options, history, versions.
    filters : ndarray of float32, shape (n_filters, n_points)
        Kernels of the first convolution, one a row; empty where there is none.
    size_bytes : int
        Of the file.
    """

    layers: tuple[LayerInfo, ...]
    card: dict[str, Any]
    filters: npt.NDArray[np.float32]
    size_bytes: int

    @property
    def n_parameters(self) -> int:
        """Number of trained weights."""
        return sum(layer.n_parameters for layer in self.layers)


def inspect_network(folder: Path) -> NetworkView:
    """Look into the network that an iteration stored.

    Parameters
    ----------
    folder : Path
        With `model.keras` and `model.json`.

    Raises
    ------
    ModelError
        If a file is missing, damaged, or not what a run writes.
    """
    path = folder / MODEL_FILE
    try:
        configs, weights = _read(path)
        card = json.loads((folder / CARD_FILE).read_text(encoding="utf-8"))
        layers = _layers(configs, weights)
        size = path.stat().st_size
    except FileNotFoundError as error:
        raise ModelError(
            f"{folder}: expected a stored network ({MODEL_FILE}, {CARD_FILE}), found no "
            f"{Path(str(error.filename)).name}. Iterations that only draw spectra have none."
        ) from error
    # zipfile and h5py answer damage with errors of many kinds.
    except (OSError, ValueError, KeyError, TypeError, IndexError, AttributeError, RuntimeError, EOFError) as error:
        raise _damaged(path, error) from error
    except (zipfile.BadZipFile, NotImplementedError) as error:
        raise _damaged(path, error) from error
    if not isinstance(card, dict):
        raise _damaged(folder / CARD_FILE, ValueError(f"expected an object, found {type(card).__name__}"))
    return NetworkView(layers, card, _filters(configs, weights), size)


def _damaged(path: Path, error: Exception) -> ModelError:
    return ModelError(f"{path}: expected a stored network, found a damaged file: {error}. Train the iteration again.")


def _read(path: Path) -> tuple[list[dict[str, Any]], dict[str, list[npt.NDArray[np.float32]]]]:
    """Return the configurations of the layers, and their arrays under the names that the file gives them."""
    with zipfile.ZipFile(path) as archive:
        config = json.loads(archive.read("config.json"))
        stored = io.BytesIO(archive.read("model.weights.h5"))
    with h5py.File(stored, "r") as file:
        groups = {str(name): group["vars"] for name, group in file["layers"].items() if "vars" in group}
        arrays = {
            name: [np.asarray(group[str(k)], dtype=np.float32) for k in range(len(group))]
            for name, group in groups.items()
        }
    return list(config["config"]["layers"]), arrays


def _layers(
    configs: list[dict[str, Any]], arrays: Mapping[str, list[npt.NDArray[np.float32]]]
) -> tuple[LayerInfo, ...]:
    names = _stored_names(configs)
    found: list[LayerInfo] = []
    shape: tuple[int, ...] = ()
    for config, stored in zip(configs, names, strict=True):
        kind, keys = str(config["class_name"]), config["config"]
        shape = _output_shape(kind, keys, shape)
        weights = tuple(
            _statistics(name, array) for name, array in zip(("kernel", "bias"), arrays.get(stored, []), strict=False)
        )
        parameters = sum(prod(one.shape) for one in weights)
        found.append(LayerInfo(stored, kind, _details(kind, keys), shape, parameters, weights))
    return tuple(found)


def _stored_names(configs: list[dict[str, Any]]) -> list[str]:
    """Return the names in the weights file: class in snake case, numbered from its second layer on.

    A layer's own name counts on over all networks of a process, the one in the file does not.
    """
    seen: Counter[str] = Counter()
    names = []
    for config in configs:
        base = re.sub(r"(?<=[a-z])(?=[A-Z])", "_", str(config["class_name"])).lower()
        names.append(f"{base}_{seen[base]}" if seen[base] else base)
        seen[base] += 1
    return names


def _output_shape(kind: str, keys: Mapping[str, Any], before: tuple[int, ...]) -> tuple[int, ...]:
    """Return the shape behind a layer of the kinds that the network is made of."""
    if kind == "InputLayer":
        return tuple(int(n) for n in keys["batch_shape"][1:])
    if kind == "Conv1D":
        return ((before[0] - int(keys["kernel_size"][0])) // int(keys["strides"][0]) + 1, int(keys["filters"]))
    if kind == "MaxPooling1D":
        return ((before[0] - int(keys["pool_size"][0])) // int(keys["strides"][0]) + 1, before[1])
    if kind == "Flatten":
        return (prod(before),)
    if kind == "Dense":
        return (*before[:-1], int(keys["units"]))
    return before


def _details(kind: str, keys: Mapping[str, Any]) -> str:
    activation = str(keys.get("activation", "linear"))
    if kind == "Conv1D":
        return f"{keys['filters']} filters of {keys['kernel_size'][0]} points, {activation}"
    if kind == "MaxPooling1D":
        return f"largest of {keys['pool_size'][0]}"
    if kind == "Dense":
        return f"{keys['units']} units, {activation}"
    if kind == "Dropout":
        return f"{keys['rate']:.0%} left out while training"
    return ""


def _statistics(name: str, array: npt.NDArray[np.float32]) -> WeightStatistics:
    values = array.astype(np.float64).ravel()
    if not values.size or not np.isfinite(values).all():
        raise ValueError(f"{name} of shape {array.shape} has weights that are no numbers")
    counts, _ = np.histogram(values, bins=N_BINS)
    return WeightStatistics(
        name,
        tuple(array.shape),
        float(values.min()),
        float(values.max()),
        float(values.mean()),
        float(values.std()),
        float((values == 0).mean()),
        tuple(int(n) for n in counts),
    )


def _filters(
    configs: list[dict[str, Any]], arrays: Mapping[str, list[npt.NDArray[np.float32]]]
) -> npt.NDArray[np.float32]:
    """Return the kernels of the first convolution on the spectrum itself, which has one channel."""
    for config, name in zip(configs, _stored_names(configs), strict=True):
        if config["class_name"] == "Conv1D" and arrays.get(name):
            kernel = arrays[name][0]
            return np.ascontiguousarray(kernel[:, 0, :].T)
    return np.empty((0, 0), np.float32)
