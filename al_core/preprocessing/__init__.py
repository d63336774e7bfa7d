"""From a spectrum as observed to a row on the common grid: pure steps, and recipes that list them."""

from al_core.preprocessing.recipe import RECIPES, GridFlux, Recipe, load_recipe
from al_core.preprocessing.steps import STEPS, Samples

__all__ = ["RECIPES", "STEPS", "GridFlux", "Recipe", "Samples", "load_recipe"]
