"""A recipe as a form: what each parameter may be, and every mistake beside the field that has it."""

import inspect
import types
import typing
from collections.abc import Mapping, Sequence
from typing import Any, Literal, NamedTuple

from al_core.errors import RecipeError
from al_core.preprocessing.recipe import Recipe, check_order, check_step
from al_core.preprocessing.steps import STEPS

#: What a parameter is tried with when it is tried alone: the default of the other one may be on its wrong side.
_BESIDE = {"start": {"stop": 1e300}, "stop": {"start": 1e-300}}


class Parameter(NamedTuple):
    """A parameter of a step: `kind` is `number`, `whole` or `choice`; None is allowed where it `is_optional`."""

    name: str
    kind: str
    default: Any
    choices: tuple[str, ...] = ()
    is_optional: bool = False


class RecipeProblem(NamedTuple):
    """What is wrong, and where: number of the step from 0 and name of the parameter, None where it is neither."""

    step: int | None
    parameter: str | None
    message: str


def parameters_of(step: str) -> tuple[Parameter, ...]:
    """Return the parameters of a step in the order of its documentation.

    >>> [parameter.name for parameter in parameters_of("gaussian_blur")]
    ['sigma_pixels', 'finer_than_angstrom']
    """
    function = STEPS[step]
    hints = typing.get_type_hints(function)
    found = inspect.signature(function).parameters.values()
    return tuple(
        _parameter(p.name, hints[p.name], p.default) for p in found if p.kind is inspect.Parameter.KEYWORD_ONLY
    )


def _parameter(name: str, hint: Any, default: Any) -> Parameter:
    if typing.get_origin(hint) is Literal:
        return Parameter(name, "choice", default, tuple(typing.get_args(hint)))
    is_optional = isinstance(hint, types.UnionType) and type(None) in typing.get_args(hint)
    plain = next((one for one in typing.get_args(hint) if one is not type(None)), hint)
    return Parameter(name, "whole" if plain is int else "number", default, is_optional=is_optional)


def problems_of(steps: Sequence[Mapping[str, Any]]) -> list[RecipeProblem]:
    """Return every mistake in the steps of a recipe, empty if `Recipe.from_dict` takes them."""
    problems = [problem for number, step in enumerate(steps) for problem in _step_problems(number, step)]
    if not problems:
        try:
            check_order([str(step.get("step")) for step in steps], "recipe")
            Recipe.from_dict({"steps": [dict(step) for step in steps]})
        except RecipeError as error:
            problems.append(RecipeProblem(None, None, _plain(error)))
    return problems


def _step_problems(number: int, step: Mapping[str, Any]) -> list[RecipeProblem]:
    name = step.get("step")
    if name not in STEPS:
        return [RecipeProblem(number, None, f"There is no step {name!r}.")]
    given = {key: value for key, value in step.items() if key != "step"}
    alone = {key: _problem({"step": name, **_BESIDE.get(key, {}), key: value}) for key, value in given.items()}
    problems = [RecipeProblem(number, key, text) for key, text in alone.items() if text]
    together = "" if problems else _problem(step)
    if together:  # start and stop, each fine alone
        problems.append(RecipeProblem(number, "stop" if "stop" in given else None, together))
    return problems


def _problem(step: Mapping[str, Any]) -> str:
    try:
        check_step(dict(step), "step")
    except RecipeError as error:
        return _plain(error)
    return ""


def _plain(error: RecipeError) -> str:
    """Return the text for the place beside the field, which need not name step and parameter again."""
    text = str(error).removeprefix("recipe: ")
    if text.startswith("step ("):
        text = text.split("): ", 1)[1]
    if text.startswith("parameter "):
        text = text.split(": ", 1)[1].split("; parameters:")[0]
    return text[:1].upper() + text[1:].rstrip(".") + "."
