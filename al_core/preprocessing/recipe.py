"""A recipe: an ordered list of steps with their parameters, stored as JSON."""

import inspect
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
from pydantic import BaseModel, ConfigDict, ValidationError, create_model

from al_core.errors import ExcludedSpectrumError, GridMismatchError, RecipeError
from al_core.preprocessing.steps import GRID_STEPS, SPECTRUM_STEPS, STEPS, Samples
from al_core.spectrum import FloatArray, Spectrum

SCHEMA = 1
#: Two grids are one if no point differs by more than this, Å: a hundredth of a LAMOST pixel at Hα.
GRID_TOLERANCE = 0.015


class GridFlux(NamedTuple):
    """Rows on the grid: `flux` (float32, shape (n_kept, n_points)), `kept` (row numbers), `excluded` (row, reason)."""

    flux: npt.NDArray[np.float32]
    kept: npt.NDArray[np.int64]
    excluded: list[tuple[int, str]]


@dataclass(frozen=True)
class Step:
    """The name of a step and all its parameters, defaults included."""

    name: str
    parameters: Mapping[str, Any]


@dataclass(frozen=True)
class Recipe:
    """What is done to every spectrum, in order: steps on its own pixels, `resample`, steps on the grid.

    `grid` replaces the even grid of `resample` for spectra that arrive on a grid of their own (a pool CSV).
    """

    name: str
    steps: tuple[Step, ...]
    given_grid: tuple[float, ...] | None = None

    @classmethod
    def from_dict(cls, content: object, source: str = "recipe") -> "Recipe":
        """Check a recipe as read from JSON.

        Raises
        ------
        RecipeError
            If a step, parameter or value is not known, or the order is impossible.
        """
        if not isinstance(content, dict) or not isinstance(content.get("steps"), list):
            raise RecipeError(f'{source}: expected {{"name": ..., "steps": [...]}}, found {type(content).__name__}.')
        unknown = set(content) - {"name", "steps", "schema", "grid"}
        if unknown:
            raise RecipeError(f"{source}: unknown key {sorted(unknown)[0]!r}; allowed: name, schema, steps, grid.")
        steps = tuple(check_step(step, f"{source}, step {i + 1}") for i, step in enumerate(content["steps"]))
        check_order([step.name for step in steps], source)
        grid = content.get("grid")
        return cls(str(content.get("name", "unnamed")), steps, None if grid is None else tuple(map(float, grid)))

    def to_dict(self) -> dict[str, Any]:
        """Return what `from_dict` takes, with every default written out."""
        content: dict[str, Any] = {
            "schema": SCHEMA,
            "name": self.name,
            "steps": [{"step": step.name, **step.parameters} for step in self.steps],
        }
        return content if self.given_grid is None else {**content, "grid": list(self.given_grid)}

    @cached_property
    def grid(self) -> npt.NDArray[np.float64]:
        """Wavelengths of the grid, vacuum Å, shape (n_points,)."""
        if self.given_grid is not None:
            return np.array(self.given_grid)
        p = self._parameters("resample")
        return np.linspace(p["start"], p["stop"], p["n_points"])

    @property
    def scaling(self) -> str:
        """Name of the last scaling step, or `none`."""
        names = [step.name for step in self.steps if step.name.startswith("scale_")]
        return names[-1].removeprefix("scale_") if names else "none"

    def fits(self, wavelength: FloatArray) -> bool:
        """Whether these wavelengths are the recipe's grid."""
        return wavelength.shape == self.grid.shape and bool(
            np.allclose(wavelength, self.grid, rtol=0, atol=GRID_TOLERANCE)
        )

    def on_grid(self, wavelength: FloatArray) -> "Recipe":
        """Return the recipe for spectra that are already on the grid `wavelength`: no step before it is applied."""
        if self.fits(wavelength):
            return self
        steps = tuple(step for step in self.steps if step.name in GRID_STEPS)
        return Recipe(self.name, steps, tuple(map(float, wavelength)))

    def with_scaling(self, scaling: str) -> "Recipe":
        """Return the recipe with another last step: `zscore`, `minmax` or `none`."""
        steps = [step for step in self.steps if not step.name.startswith("scale_")]
        if scaling != "none":
            steps.append(check_step({"step": f"scale_{scaling}"}, self.name))
        name = self.name if scaling == self.scaling else f"{self.name.split('+')[0]}+{scaling}"
        return Recipe(name, tuple(steps), self.given_grid)

    def apply(self, spectrum: Spectrum) -> npt.NDArray[np.float32]:
        """Take one spectrum through all steps.

        Returns
        -------
        ndarray of float32, shape (n_points,)

        Raises
        ------
        ExcludedSpectrumError
            If the spectrum does not cover the grid, is constant there, or a step leaves it out; the text is the reason.
        """
        rows = self.finish(self.resample(spectrum)[None, :])
        if rows.excluded:
            raise ExcludedSpectrumError(rows.excluded[0][1])
        first: npt.NDArray[np.float32] = rows.flux[0]
        return first

    def resample(self, spectrum: Spectrum) -> npt.NDArray[np.float64]:
        """Take one spectrum as far as the grid, unscaled: float64, shape (n_points,)."""
        if self.given_grid is not None:
            raise RecipeError(f"Recipe {self.name!r} is bound to a given grid; it has no step that resamples.")
        samples = Samples.of(spectrum)
        for step in self.steps:
            if step.name == "resample":
                break
            samples = SPECTRUM_STEPS[step.name](samples, **step.parameters)
        return np.asarray(STEPS["resample"](samples, **self._parameters("resample")), dtype=np.float64)

    def finish(self, flux: FloatArray) -> GridFlux:
        """Apply the steps after `resample` to rows that are on the grid, leaving out what is constant or not finite.

        Parameters
        ----------
        flux : ndarray, shape (n_spectra, n_points)
            Any unit.

        Raises
        ------
        GridMismatchError
            If the number of points is not the grid's.
        """
        if flux.ndim != 2 or flux.shape[1] != self.grid.size:
            raise GridMismatchError(f"Expected rows of {self.grid.size} points, found an array of shape {flux.shape}.")
        reasons = self._reasons(flux)
        kept = np.flatnonzero(reasons == "")
        result = flux[kept]
        for step in self.steps:
            if step.name in GRID_STEPS:
                result = GRID_STEPS[step.name](result, self.grid, **step.parameters)
        lost = ~np.isfinite(result).all(axis=1)
        reasons[kept[lost]] = "has no continuum above zero to divide by"
        excluded = [(int(row), str(reasons[row])) for row in np.flatnonzero(reasons != "")]
        return GridFlux(result[~lost].astype(np.float32), kept[~lost], excluded)

    def _reasons(self, flux: FloatArray) -> npt.NDArray[np.object_]:
        """Why a row cannot be used, empty where it can, shape (n_spectra,)."""
        reasons = np.full(flux.shape[0], "", dtype=object)
        with np.errstate(invalid="ignore"):
            span = flux.max(axis=1, initial=-np.inf) - flux.min(axis=1, initial=np.inf)
            largest = np.abs(flux).max(axis=1, initial=0)
            constant = span <= 1e-6 * largest
        finite = np.isfinite(flux).all(axis=1)
        where = f"{self.grid[0]:g}-{self.grid[-1]:g} Å"
        for row in np.flatnonzero(constant & finite):
            reasons[row] = f"is constant ({flux[row, 0]:g}) over {where}"
        for row in np.flatnonzero(~finite):
            count = int(np.sum(~np.isfinite(flux[row])))
            reasons[row] = f"has no finite flux at {count} of {flux.shape[1]} points of {where}"
        return reasons

    def _parameters(self, name: str) -> Mapping[str, Any]:
        return next(step.parameters for step in self.steps if step.name == name)

    def save(self, path: Path) -> None:
        """Write the recipe as JSON, the old file staying until the new one is complete."""
        temporary = path.with_name(path.name + ".part")
        temporary.write_text(json.dumps(self.to_dict(), indent=2) + "\n", encoding="utf-8")
        temporary.replace(path)


def load_recipe(name_or_path: str) -> Recipe:
    """Return a predefined recipe by name, or one from a JSON file.

    Raises
    ------
    RecipeError
        If there is neither, or the file is not a recipe.
    """
    if name_or_path in RECIPES:
        return RECIPES[name_or_path]
    path = Path(name_or_path)
    if not path.is_file():
        raise RecipeError(f"{name_or_path!r} is neither a recipe file nor one of: {', '.join(RECIPES)}.")
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except (ValueError, OSError) as error:
        raise RecipeError(f"{path}: expected a recipe in JSON, found {error}.") from error
    return Recipe.from_dict(content, str(path))


def check_step(content: object, where: str) -> Step:
    """Return a step with its defaults; a mistake is a `RecipeError` that begins with `where`."""
    name = content.get("step") if isinstance(content, dict) else None
    if not isinstance(content, dict) or name not in STEPS:
        raise RecipeError(f"{where}: unknown step {name!r}; allowed: {', '.join(STEPS)}.")
    given = {key: value for key, value in content.items() if key != "step"}
    model = _parameter_model(name)
    try:
        parameters = model.model_validate(given).model_dump()
    except ValidationError as error:
        first = error.errors()[0]
        key = ".".join(map(str, first["loc"]))
        allowed = ", ".join(model.model_fields) or "none"
        raise RecipeError(f"{where} ({name}): parameter {key!r}: {first['msg']}; parameters: {allowed}.") from error
    _check_values(parameters, f"{where} ({name})")
    return Step(name, parameters)


def _parameter_model(name: str) -> type[BaseModel]:
    """Return a pydantic model of the keyword parameters of a step."""
    fields: dict[str, Any] = {
        p.name: (p.annotation, p.default)
        for p in inspect.signature(STEPS[name]).parameters.values()
        if p.kind is inspect.Parameter.KEYWORD_ONLY
    }
    return create_model(name, __config__=ConfigDict(extra="forbid", strict=True), **fields)


_POSITIVE = ("sigma_pixels", "max_gap_angstrom", "line_half_width", "n_passes", "start", "finer_than_angstrom")


def _check_values(parameters: Mapping[str, Any], where: str) -> None:
    for key, value in parameters.items():
        if key in _POSITIVE and value is not None and not 0 < value < float("inf"):
            raise RecipeError(f"{where}: expected {key} above 0, found {value}.")
    if "stop" in parameters and not parameters["stop"] > parameters["start"]:
        raise RecipeError(f"{where}: expected stop above start, found {parameters['start']} to {parameters['stop']}.")
    if not 2 <= parameters.get("n_points", 2) <= 100_000:
        raise RecipeError(f"{where}: expected 2 to 100000 points, found {parameters['n_points']}.")
    if not 0 <= parameters.get("max_fraction", 0.5) <= 1:
        raise RecipeError(f"{where}: expected max_fraction from 0 to 1, found {parameters['max_fraction']}.")
    if not 0 <= parameters.get("degree", 0) <= 10:
        raise RecipeError(f"{where}: expected degree from 0 to 10, found {parameters['degree']}.")


def check_order(names: Sequence[str], source: str) -> None:
    """Raise `RecipeError` unless steps of these names can follow each other."""
    if "resample" not in names and any(name in SPECTRUM_STEPS for name in names):
        raise RecipeError(f"{source}: expected one step 'resample', found none.")
    if names.count("resample") > 1:
        raise RecipeError(f"{source}: expected one step 'resample', found {names.count('resample')}.")
    stages = [0 if name in SPECTRUM_STEPS else 1 if name == "resample" else 2 for name in names]
    if stages != sorted(stages):
        raise RecipeError(f"{source}: steps on pixels come before 'resample', steps on the grid after it.")


def _predefined(name: str, *grid_steps: str, **resampling: Any) -> Recipe:
    steps = [{"step": "convert_air"}, {"step": "treat_bad_pixels", "action": "keep"}, {"step": "gaussian_blur"}]
    steps += [{"step": "resample", **resampling}, *({"step": step} for step in grid_steps)]
    return Recipe.from_dict({"name": name, "steps": steps})


#: Recipes by name. `halpha` is the thesis's: 140 points, 6519-6732 Å, linear, zero mean and unit variance.
RECIPES: dict[str, Recipe] = {
    recipe.name: recipe
    for recipe in (
        _predefined("halpha", "scale_zscore"),
        _predefined("halpha-minmax", "scale_minmax"),
        _predefined("halpha-continuum", "divide_continuum", "scale_zscore"),
        _predefined("halpha-flux-conserving", "scale_zscore", method="flux_conserving"),
    )
}
