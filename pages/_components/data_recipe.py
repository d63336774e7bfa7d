"""The editor of a recipe: its steps as fields, and a few spectra before and after."""

from collections.abc import Sequence
from typing import Any

from dash import dcc, html
from dash.development.base_component import Component

from al_core.preprocessing import STEPS
from al_core.preprocessing.form import Parameter, RecipeProblem, parameters_of
from callbacks import ids
from pages._components.buttons import button, icon_button
from pages._components.cards import card
from pages._components.data_plots import stacked_plot
from pages._components.fields import error_slot, field, number_input, select, text_input
from pages._components.states import error_text

Steps = list[dict[str, Any]]
#: Value of the selection of a new step while none is chosen.
NO_STEP = "none"
#: What each step does, in a few words.
STEP_WORDS = {
    "convert_air": "Air to vacuum",
    "treat_bad_pixels": "Bad pixels",
    "gaussian_blur": "Gaussian blur",
    "resample": "Resample onto a grid",
    "divide_continuum": "Divide by the continuum",
    "scale_zscore": "Scale to zero mean, unit variance",
    "scale_minmax": "Scale to −1 to 1",
}
PARAMETER_WORDS = {
    "formula": ("Formula", None),
    "action": ("Action", None),
    "max_fraction": ("Largest share of bad pixels", None),
    "sigma_pixels": ("Sigma", "pixels"),
    "finer_than_angstrom": ("Only pixels finer than", "Å"),
    "start": ("From", "Å"),
    "stop": ("To", "Å"),
    "n_points": ("Points", None),
    "method": ("Method", None),
    "max_gap_angstrom": ("Largest gap", "Å"),
    "degree": ("Degree", None),
    "line_half_width": ("Half width of the line", "Å"),
    "n_passes": ("Passes", None),
}


def recipe_detail(
    name: str, recipes: Sequence[str], sources: list[dict[str, str]], source: str, is_own: bool
) -> Component:
    """Return a recipe with its editor, and spectra of a pool to try it on."""
    choose = select(ids.DATA_RECIPE_SOURCE_SELECT, sources, source, small=True) if sources else None
    tools: list[Component] = []
    if choose is not None:
        tools = [html.Label("Try it on", htmlFor=ids.DATA_RECIPE_SOURCE_SELECT, className="secondary"), choose]
    if is_own:
        tools.append(button("Delete", kind="danger", small=True, id=ids.data_action("delete", "recipe", name)))
    return card("Recipe", html.Div(recipe_editor(recipes, name), className="stack"), tools=tools)


def recipe_editor(recipes: Sequence[str], name: str, *, is_open: bool = True) -> Component:
    """Return the choice of a recipe, its steps, and the preview; callbacks fill in steps and plots."""
    add = [{"label": f"Add a step: {STEP_WORDS[step]}", "value": step} for step in STEPS]
    choice = field("Recipe", select(ids.DATA_IMPORT_RECIPE_SELECT, list(recipes), name))
    more = select(ids.DATA_RECIPE_ADD_SELECT, [{"label": "Add a step", "value": NO_STEP}, *add], NO_STEP, small=True)
    steps = html.Details(
        [
            html.Summary("Steps and parameters", className="data-summary"),
            html.Div(id=ids.DATA_RECIPE_STEPS),
            html.Div([html.Label("Add a step", htmlFor=ids.DATA_RECIPE_ADD_SELECT, className="visually-hidden"), more]),
            error_slot(ids.DATA_RECIPE_ERROR),
            _save_line(),
        ],
        open=is_open,
        className="data-steps-editor",
    )
    return html.Div(
        [
            dcc.Store(id=ids.DATA_RECIPE_STORE),
            dcc.Store(id=ids.DATA_RECIPE_SEED_STORE, data=0),
            choice,
            steps,
            preview_part(),
        ],
        className="stack",
    )


def _save_line() -> Component:
    name = text_input(ids.DATA_RECIPE_NAME_INPUT, "", placeholder="Name of your recipe")
    save = button("Save recipe", kind="outline", small=True, icon="save", id=ids.DATA_RECIPE_SAVE_BUTTON)
    return html.Div([field("Save as", name, hide_label=True), save], className="data-save-line")


def preview_part() -> Component:
    """Return the plots before and after, side by side where there is room."""
    after_head = html.Div(["After ", html.Span("what the network sees", className="card-subtitle")], className="strong")
    before_head = html.Div(["Before ", html.Span("as the file has it", className="card-subtitle")], className="strong")
    more = button("Other spectra", kind="soft", small=True, icon="shuffle", id=ids.DATA_PREVIEW_NEXT_BUTTON)
    return html.Div(
        [
            html.Div([html.H3("Preview", className="section-title"), more], className="between"),
            html.Div(id=ids.DATA_PREVIEW),
            html.Div(
                [
                    html.Div([before_head, stacked_plot(ids.DATA_PREVIEW_BEFORE_GRAPH)]),
                    html.Div([after_head, stacked_plot(ids.DATA_PREVIEW_AFTER_GRAPH)]),
                ],
                className="data-before-after",
            ),
        ],
        className="stack-small",
    )


def step_fields(steps: Steps, problems: Sequence[RecipeProblem]) -> Component:
    """Return the steps in order, each with its parameters, errors beside them, and buttons to move and remove it."""
    return html.Ol(
        [
            _step(number, step, steps, [one for one in problems if one.step == number])
            for number, step in enumerate(steps)
        ],
        className="data-step-list",
    )


def _step(number: int, step: dict[str, Any], steps: Steps, problems: Sequence[RecipeProblem]) -> Component:
    name = str(step.get("step"))
    words = STEP_WORDS.get(name, name)
    tools = [
        icon_button("chevron-up", f"Move {words} up", id=ids.data_step_button(number, "up"), disabled=number == 0),
        icon_button(
            "chevron-down",
            f"Move {words} down",
            id=ids.data_step_button(number, "down"),
            disabled=number == len(steps) - 1,
        ),
        icon_button("x", f"Remove {words}", id=ids.data_step_button(number, "remove")),
    ]
    head = html.Div(
        [html.Span([words, " ", html.Code(name)]), html.Span(tools, className="tools")], className="between"
    )
    wrong = {one.parameter: one.message for one in problems}
    inside = [_parameter(number, one, step.get(one.name, one.default), wrong.get(one.name)) for one in _known(name)]
    whole = [error_text(wrong[None])] if None in wrong else []
    return html.Li([head, html.Div(inside, className="fields") if inside else None, *whole], className="data-step")


def _known(step: str) -> tuple[Parameter, ...]:
    return parameters_of(step) if step in STEPS else ()


def _parameter(number: int, parameter: Parameter, value: Any, problem: str | None) -> Component:
    label, unit = PARAMETER_WORDS.get(parameter.name, (parameter.name, None))
    field_id = ids.data_step_field(number, parameter.name)
    if parameter.kind == "choice":
        return field(label, select(field_id, list(parameter.choices), value), error=problem)
    step: Any = 1 if parameter.kind == "whole" else "any"
    hint = "empty: all" if parameter.is_optional else None
    control = number_input(field_id, value, step=step, debounce=True, invalid=bool(problem))
    return field(label, control, unit=unit, error=problem, hint=hint)


def left_out_note(reasons: Sequence[tuple[str, str]]) -> list[Component]:
    """Say which spectra of the preview the recipe leaves out."""
    return [
        html.P([html.Code(name), " is left out: ", reason], className="data-left-out small") for name, reason in reasons
    ]
