"""The editor of recipes and its preview."""

from typing import TYPE_CHECKING, Any

from dash import ALL, Dash, Input, Output, State, ctx, no_update

from al_core.errors import ALCoreError
from al_core.library.preview import Previewed, preview, sample_ids, sources_of_files, sources_of_pool
from al_core.preprocessing import RECIPES, Recipe
from al_core.preprocessing.form import parameters_of, problems_of
from callbacks import ids
from callbacks.data import choosing
from callbacks.data.figures import Line, stacked_figure
from callbacks.figures import empty_figure
from callbacks.messages import beside, message_of
from pages._components.data_plots import lines_table
from pages._components.data_recipe import NO_STEP, left_out_note, recipe_detail, step_fields
from pages._components.figure_cards import plot_data_id, plot_sentence_id
from pages._components.states import error_text
from pages._components.toasts import toast

if TYPE_CHECKING:
    from al_core.services import Services

Shown = dict[str, Any]
Draft = dict[str, Any]
N_SPECTRA = 4
NOTHING = "No spectra to try the recipe on"


def register(app: Dash, services: "Services") -> None:
    """Register the callbacks."""

    @app.callback(
        Output(ids.DATA_RECIPE_STORE, "data"),
        Input(ids.DATA_IMPORT_RECIPE_SELECT, "value"),
        Input({"type": "data-step-field", "step": ALL, "parameter": ALL}, "value"),
        Input({"type": "data-step-button", "step": ALL, "action": ALL}, "n_clicks"),
        Input(ids.DATA_RECIPE_ADD_SELECT, "value"),
        State(ids.DATA_RECIPE_STORE, "data"),
        State(ids.DATA_SHOWN_STORE, "data"),
    )
    def edit(name: str, _values: Any, _clicks: Any, added: str, draft: Draft | None, shown: Shown) -> Any:
        cause = ctx.triggered_id
        if draft is None or cause == ids.DATA_IMPORT_RECIPE_SELECT:
            return opened(services, name, shown if draft is None else {})
        if cause == ids.DATA_RECIPE_ADD_SELECT:
            return no_update if added in (None, NO_STEP) else with_step(draft, added)
        if isinstance(cause, dict) and cause["type"] == "data-step-button":
            return moved(draft, cause["step"], cause["action"]) if ctx.triggered[0]["value"] else no_update
        if isinstance(cause, dict):
            changed = with_value(draft, cause["step"], cause["parameter"], ctx.triggered[0]["value"])
            return changed if changed != draft else no_update
        return no_update

    @app.callback(
        Output(ids.DATA_RECIPE_STEPS, "children"),
        Output(ids.DATA_RECIPE_ERROR, "children"),
        Output(ids.DATA_RECIPE_ADD_SELECT, "value"),
        Input(ids.DATA_RECIPE_STORE, "data"),
        prevent_initial_call=True,
    )
    def show_steps(draft: Draft | None) -> Any:
        steps = (draft or {}).get("steps", [])
        problems = problems_of(steps)
        whole = [error_text(one.message) for one in problems if one.step is None]
        return step_fields(steps, problems), whole, NO_STEP

    @app.callback(
        Output(ids.DATA_PREVIEW_BEFORE_GRAPH, "figure"),
        Output(ids.DATA_PREVIEW_AFTER_GRAPH, "figure"),
        Output(plot_sentence_id(ids.DATA_PREVIEW_BEFORE_GRAPH), "children"),
        Output(plot_sentence_id(ids.DATA_PREVIEW_AFTER_GRAPH), "children"),
        Output(plot_data_id(ids.DATA_PREVIEW_BEFORE_GRAPH), "children"),
        Output(plot_data_id(ids.DATA_PREVIEW_AFTER_GRAPH), "children"),
        Output(ids.DATA_PREVIEW, "children"),
        Input(ids.DATA_RECIPE_STORE, "data"),
        Input(ids.DATA_RECIPE_SEED_STORE, "data"),
        State(ids.DATA_SHOWN_STORE, "data"),
        prevent_initial_call=True,
    )
    def show_preview(draft: Draft | None, choices: Any, shown: Shown) -> Any:
        return previewed(services, draft or {}, choices or {}, shown)

    @app.callback(
        Output(ids.DATA_RECIPE_SEED_STORE, "data"),
        Input(ids.DATA_PREVIEW_NEXT_BUTTON, "n_clicks"),
        prevent_initial_call=True,
    )
    def show_others(n_clicks: int | None) -> Any:
        return {"seed": n_clicks or 0}

    @app.callback(
        Output(ids.DATA_RECIPE_SEED_STORE, "data", allow_duplicate=True),
        Input(ids.DATA_RECIPE_SOURCE_SELECT, "value"),
        Input(ids.DATA_IMPORT_RESAMPLE_CHECK, "value"),
        State(ids.DATA_RECIPE_SEED_STORE, "data"),
        prevent_initial_call=True,
    )
    def change_source(source: str | None, resample: bool, choices: Any) -> Any:
        return {**(choices or {}), "source": source, "resample": bool(resample)}

    @app.callback(
        Output(ids.DATA_CHANGED_STORE, "data", allow_duplicate=True),
        Output(ids.DATA_IMPORT_RECIPE_SELECT, "options"),
        Output(ids.TOAST_STORE, "data", allow_duplicate=True),
        Input(ids.DATA_RECIPE_SAVE_BUTTON, "n_clicks"),
        State(ids.DATA_RECIPE_NAME_INPUT, "value"),
        State(ids.DATA_RECIPE_STORE, "data"),
        State(ids.DATA_CHANGED_STORE, "data"),
        prevent_initial_call=True,
    )
    @beside(ids.DATA_RECIPE_ERROR)
    def save(n_clicks: int | None, name: str, draft: Draft | None, changed: int) -> Any:
        if not n_clicks:
            return no_update, no_update, no_update
        recipe = services.library.recipes.save(name or "", (draft or {}).get("steps", []))
        return changed + 1, names(services), toast(f"Recipe {recipe.name} saved")


def recipe(services: "Services", shown: Shown) -> Any:
    """Return a recipe in its editor, with pools to try it on."""
    pools = [info.name for info in services.library.pools() if not info.problem]
    sources = [{"label": name, "value": name} for name in pools]
    name = shown.get("name") or services.library.pool_info(shown["pool"]).recipe
    known = [one["value"] for one in names(services)]
    source = shown.get("pool") or next(iter(pools), "")
    is_own = name in known and name not in RECIPES
    return recipe_detail(name if name in known else choosing.DEFAULT_RECIPE, known, sources, source, is_own)


def names(services: "Services") -> list[dict[str, str]]:
    """Return the recipes that can be chosen, as options."""
    stored = services.library.recipes.all()
    return [{"label": one.name, "value": one.name} for one in stored if one.recipe is not None]


def opened(services: "Services", name: str, shown: Shown) -> Draft:
    """Return a recipe as a draft: that of a pool as the pool has it, where it still has the steps of its own."""
    found = services.library.recipes.get(name)
    if shown.get("kind") == "recipe" and shown.get("pool"):
        of_pool = services.library.pool(shown["pool"]).recipe
        found = of_pool if of_pool.given_grid is None else found
    content = found.to_dict()
    return {"name": content["name"], "steps": content["steps"]}


def with_step(draft: Draft, name: str) -> Draft:
    """Return the draft with a step more, where its kind belongs."""
    order = list(_ORDER)
    defaults = {one.name: one.default for one in parameters_of(name)}
    steps = list(draft["steps"])
    place = next((k for k, one in enumerate(steps) if order.index(one["step"]) > order.index(name)), len(steps))
    return {**draft, "name": "unnamed", "steps": [*steps[:place], {"step": name, **defaults}, *steps[place:]]}


#: Steps in the order in which recipes usually have them.
_ORDER = (
    *("convert_air", "treat_bad_pixels", "gaussian_blur", "resample"),
    *("divide_continuum", "scale_zscore", "scale_minmax"),
)


def moved(draft: Draft, number: int, action: str) -> Draft:
    """Return the draft with a step moved up or down, or removed."""
    steps = list(draft["steps"])
    if not 0 <= number < len(steps):
        return draft
    step = steps.pop(number)
    if action != "remove":
        steps.insert(max(0, number - 1) if action == "up" else number + 1, step)
    return {**draft, "name": "unnamed", "steps": steps}


def with_value(draft: Draft, number: int, parameter: str, value: Any) -> Draft:
    """Return the draft with one parameter changed, as the type that the step wants."""
    steps = [dict(step) for step in draft["steps"]]
    if not 0 <= number < len(steps):
        return draft
    known = next((one for one in parameters_of(steps[number]["step"]) if one.name == parameter), None)
    if known is None:
        return draft
    new = typed(value, known.kind)
    if new == steps[number].get(parameter, known.default):
        return draft
    steps[number][parameter] = new
    return {**draft, "name": "unnamed", "steps": steps}


def typed(value: Any, kind: str) -> Any:
    """Return what a field holds as the type of its parameter; what does not fit stays, and is marked as a mistake."""
    if value in ("", None):
        return None
    if kind == "whole" and float(value).is_integer():
        return int(value)
    return float(value) if kind in ("number", "whole") else value


def previewed(services: "Services", draft: Draft, choices: dict[str, Any], shown: Shown) -> Any:
    """Return both figures, their sentences and notes; with a mistake in the recipe the figures stay."""
    steps = draft.get("steps", [])
    if not steps or problems_of(steps):
        return (no_update,) * 7
    recipe = Recipe.from_dict({"name": draft.get("name", "unnamed"), "steps": steps})
    try:
        sources = sources_for(services, choices, shown)
    except (ALCoreError, OSError) as error:
        return empty_figure(), empty_figure(), "", "", None, None, error_text(message_of(error))
    results = preview(sources, recipe, keep_grid=not choices.get("resample"))
    return *figures(results), notes(results)


def sources_for(services: "Services", choices: dict[str, Any], shown: Shown) -> Any:
    """Return the spectra of the preview: of the chosen files, or of a pool."""
    seed = int(choices.get("seed") or 0)
    if shown.get("kind") == "choice":
        return sources_of_files(choosing.paths_of(services, shown), N_SPECTRA, seed)
    name = choices.get("source") or shown.get("pool")
    if not name:
        usable = [info.name for info in services.library.pools() if not info.problem]
        name = next(iter(usable), None)
    if not name:
        return []
    pool = services.library.pool(name)
    return sources_of_pool(pool, sample_ids(pool, N_SPECTRA, seed))


def figures(results: list[Previewed]) -> tuple[Any, ...]:
    """Return the figures before and after, their sentences, and their numbers."""
    if not results:
        return empty_figure(), empty_figure(), NOTHING, NOTHING, None, None
    kept = [one for one in results if one.result is not None]
    window = (float(kept[0].grid[0]), float(kept[0].grid[-1])) if kept else None
    is_full = any(one.wavelength[-1] - one.wavelength[0] > 1000 for one in results)
    before = [Line(one.spectrum_id, one.wavelength, one.flux) for one in results]
    after = [Line(one.spectrum_id, one.grid, one.result) for one in results]
    raw = "Flux (as in the file)" if all(one.is_raw for one in results) else "Flux (as stored)"
    listed = ", ".join(one.spectrum_id for one in results)
    return (
        stacked_figure(before, raw, window=window if is_full else None, is_full=is_full),
        stacked_figure(after, "Flux (scaled)"),
        f"Before the recipe: {listed}",
        f"After the recipe: {len(kept)} of {len(results)} spectra can be used",
        lines_table(before),
        lines_table(after),
    )


def notes(results: list[Previewed]) -> list[Any]:
    """Say which spectra are left out, and where no file is left to begin with."""
    from dash import html

    made = left_out_note([(one.spectrum_id, one.reason) for one in results if one.result is None])
    if results and not all(one.is_raw for one in results):
        made.append(
            html.P(
                "No files of its spectra are left: the steps on the grid are tried on the stored flux.",
                className="field-hint",
            )
        )
    if not results:
        made.append(html.P("Add data to try a recipe on its spectra.", className="field-hint"))
    return made
