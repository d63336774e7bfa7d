"""What stands on the right for a pool, a training set or a job."""

from collections.abc import Sequence
from typing import Any
from urllib.parse import quote

from dash import html
from dash.development.base_component import Component

from al_core.jobs import Job, Phase
from al_core.library import PoolInfo, TrainingSetInfo
from al_core.preprocessing import Recipe
from callbacks import ids
from pages._components.buttons import button
from pages._components.cards import card, facts, key_figure, key_figures
from pages._components.chips import class_name, phase_chip, simulated_chip
from pages._components.data_lists import job_progress
from pages._components.data_plots import stacked_plot
from pages._components.fields import error_slot
from pages._components.graphics import plate
from pages._components.states import banner, empty_state, failed_state
from pages._components.tables import data_table
from pages._components.text import count, counted, decimal, file_size

#: Rejected spectra that the page lists; the CSV has all.
MOST_REJECTED = 200


def nothing_chosen(has_pools: bool) -> Component:
    """Return what stands on the right before anything is chosen."""
    if has_pools:
        text = "Its facts, a few of its spectra and what was left out of it stand here then."
        return card(None, empty_state("database", "Choose a pool, a training set or a recipe", text))
    text = (
        "Upload files, or take a folder of the server. Spectrolabe recognizes the formats, brings every spectrum onto "
        "one grid, and says which ones it had to leave out."
    )
    add = button("Add data", kind="outline", icon="plus", id=ids.data_action("show", "add"))
    return card(None, empty_state("upload", "No data yet", text, add))


def pool_detail(
    info: PoolInfo,
    recipe: Recipe | None,
    rejected: Sequence[Sequence[str]],
    session: str | None,
    used_by: Sequence[str],
) -> Component:
    """Return a pool: facts, plate, spectra, recipe, what was left out."""
    if info.problem:
        return _broken_pool(info)
    parts = [_pool_facts(info, session, used_by), _samples()]
    parts += [recipe_card(recipe, info.name)] if recipe is not None else []
    parts += [rejected_card(info, rejected)] if info.n_rejected else []
    return html.Div(parts, className="stack")


def _broken_pool(info: PoolInfo) -> Component:
    remove = button(f"Delete {info.name}", kind="danger", id=ids.data_action("delete", "pool", info.name))
    title = "This import was interrupted" if info.is_unfinished else "This pool cannot be used"
    text = info.problem + (
        " Open it among the jobs to go on, or import the same files again." if info.is_unfinished else ""
    )
    return card(info.name, failed_state(title, text, remove))


def _pool_facts(info: PoolInfo, session: str | None, used_by: Sequence[str]) -> Component:
    figures = key_figures(
        key_figure("Spectra", count(info.n_spectra), "simulated" if info.simulated else None),
        key_figure("Points", count(info.n_points), f"{info.start:,.0f} to {info.stop:,.0f} Å, vacuum"),
        key_figure("Left out", count(info.n_rejected), "with reasons, below" if info.n_rejected else "nothing"),
        key_figure("On disk", file_size(info.n_bytes), info.created_utc[:10]),
    )
    about: list[tuple[Any, Any]] = [("Recipe", info.recipe), ("Scaling", info.scaling)]
    about += [("Ids that came twice", count(info.n_duplicates))] if info.n_duplicates else []
    about += [("Rows of metadata joined", count(info.n_metadata_matched))] if info.n_metadata_matched else []
    about += [("Used by", ", ".join(used_by) if used_by else "no session")]
    strip = [plate(info.plate.values, name=plate_sentence(info), height=16), _plate_note(info)] if info.plate else []
    tools = [
        use_button("pool", info.name, session),
        button("Make a training set", kind="soft", id=ids.data_action("show", "make", f"pool:{info.name}")),
        button("Delete", kind="danger", id=ids.data_action("delete", "pool", info.name)),
    ]
    head = [info.name, " ", simulated_chip()] if info.simulated else info.name
    body = [figures, *strip, facts(about), error_slot(ids.DATA_USE_ERROR)]
    return card(head, html.Div(body, className="stack"), tools=[tool for tool in tools if tool is not None])


def use_button(kind: str, name: str, session: str | None) -> Component | None:
    """Return the button that gives a data set to the session of the page; None without a session."""
    if not session:
        return None
    return button("Use in this session", kind="primary", id=ids.data_action("use", kind, name))


def plate_sentence(info: PoolInfo) -> str:
    """Say what the plate of a pool shows."""
    strip = info.plate
    if strip is None:
        return ""
    what = "continuum-divided mean" if strip.is_whole else "mean of the window"
    return f"Plate of {info.name}: {what} of {strip.n_spectra} spectra, {strip.start:,.0f} to {strip.stop:,.0f} Å"


def _plate_note(info: PoolInfo) -> Component:
    text = plate_sentence(info).partition(": ")[2]
    return html.P(f"{text[:1].upper()}{text[1:]}.", className="field-hint data-plate-note")


def _samples() -> Component:
    more = button("Show others", kind="soft", small=True, icon="shuffle", id=ids.DATA_SAMPLE_BUTTON)
    body = stacked_plot(ids.DATA_SAMPLE_GRAPH)
    return card("Four of its spectra", body, subtitle="drawn at random", tools=more)


def recipe_card(recipe: Recipe, pool: str) -> Component:
    """Return the steps that a pool went through."""
    steps = [html.Li([html.Strong(step.name), html.Span(_parameters(step.parameters))]) for step in recipe.steps]
    if recipe.given_grid is not None:
        steps.insert(0, html.Li("Its tables were on a grid of their own; only the steps on the grid were applied."))
    edit = button(
        "Open in the editor", kind="soft", small=True, icon="pencil", id=ids.data_action("show", "recipe", "", pool)
    )
    return card("Recipe", html.Ol(steps, className="data-steps"), subtitle=recipe.name, tools=edit)


def _parameters(parameters: Any) -> str:
    written = ", ".join(f"{name} {_value(value)}" for name, value in parameters.items())
    return f"  {written}" if written else ""


def _value(value: Any) -> str:
    return "none" if value is None else f"{value:g}" if isinstance(value, float) else str(value)


def rejected_card(info: PoolInfo, rejected: Sequence[Sequence[str]]) -> Component:
    """Return the spectra that were left out, with their reasons."""
    href = f"/api/data/pools/{quote(info.name)}/rejected.csv"
    save = button("Download CSV", kind="soft", small=True, icon="download", href=href)
    rows = [[_origin(source, spectrum_id), _short(reason)] for source, spectrum_id, reason in rejected]
    table = data_table(f"Left out of {info.name}", [("File", "mono"), "Reason"], rows)
    note = f"the first {count(len(rows))}" if info.n_rejected > len(rows) else None
    return card(f"{counted(info.n_rejected, 'left out', 'left out')}", table, subtitle=note, tools=save, flush=True)


def _origin(source: str, spectrum_id: str) -> str:
    """Name the file, and the spectrum where the file does not say which."""
    name = source.rsplit("/", 1)[-1]
    return f"{name}: {spectrum_id}" if spectrum_id and not name.startswith(spectrum_id) else name


def _short(reason: str) -> str:
    """Leave out what each reader says of a file that none of them knows; the CSV has it."""
    return reason.partition(" Tried: ")[0]


def training_detail(info: TrainingSetInfo, session: str | None, used_by: Sequence[str]) -> Component:
    """Return a training set: classes with their counts, facts, what can be done with it."""
    remove = button("Delete", kind="danger", id=ids.data_action("delete", "training", info.name))
    if info.problem:
        return card(info.name, failed_state("This training set cannot be used", info.problem, remove))
    rows = [
        [class_name(row, name), count(info.counts[name]), _share(info.counts[name], info.n_spectra)]
        for row, name in enumerate(info.classes, start=1)
    ]
    rows += (
        [["not labeled yet", count(info.n_unlabeled), _share(info.n_unlabeled, info.n_spectra)]]
        if info.n_unlabeled
        else []
    )
    table = data_table(f"Classes of {info.name}", ["Class", ("Spectra", "number"), ("Share", "number")], rows)
    about = [
        ("From", info.origin),
        ("Grid", f"{count(info.n_points)} points, {info.start:,.0f} to {info.stop:,.0f} Å, vacuum"),
        ("Made", info.created_utc[:10]),
        ("Used by", ", ".join(used_by) if used_by else "no session"),
    ]
    href = f"/api/data/training-sets/{quote(info.name)}/training-set.csv"
    tools = [
        use_button("training", info.name, session),
        button("Download CSV", kind="soft", icon="download", href=href),
        remove,
    ]
    body: list[Any] = [_to_label(info)] if info.n_unlabeled else []
    body += [table, facts(about), *[html.P(note, className="secondary small") for note in info.notes]]
    body.append(error_slot(ids.DATA_USE_ERROR))
    head = [info.name, " ", simulated_chip()] if info.simulated else info.name
    return card(head, html.Div(body, className="stack"), tools=[tool for tool in tools if tool is not None])


def _to_label(info: TrainingSetInfo) -> Component:
    label = button(
        "Label them in a session", kind="outline", icon="pen-line", id=ids.data_action("label-training", info.name)
    )
    return banner(
        "waiting",
        f"{counted(info.n_unlabeled, 'spectrum has', 'spectra have')} no label.",
        "Training leaves them out.",
        label,
    )


def _share(part: int, whole: int) -> str:
    return f"{decimal(100 * part / whole, 1)} %" if whole else "—"


def job_detail(job: Job, outlook: str) -> Component:
    """Return an import, unpacking or the like: how far it is, or how it ended; `outlook` says what resuming does."""
    tools: list[Component] = []
    if job.is_active:
        tools = [
            button("Cancel", kind="danger", id=ids.data_action("cancel", job.job_id), disabled=job.cancel_requested)
        ]
    body: list[Any] = [html.Div(job_state(job), id=ids.DATA_JOB_PROGRESS)]
    if job.is_ended and job.phase is not Phase.COMPLETED:
        body.append(_ended(job, outlook))
    body.append(error_slot(ids.DATA_JOB_ERROR))
    return card(job.title, html.Div(body, className="stack"), tools=tools)


def job_state(job: Job) -> list[Any]:
    """Return progress while it goes on, the result when it is complete."""
    if job.is_active:
        stopping = html.P("It stops; what is done is kept.", className="secondary") if job.cancel_requested else None
        safe = html.P("It is safe to close this page.", className="secondary")
        return [job_progress(job), stopping or safe]
    lines = [html.P(line) for line in job.result.get("lines", [])]
    notices = job.result.get("notices", [])
    listed = [html.Ul([html.Li(text) for text in notices], className="data-notices")] if notices else []
    return [phase_chip(str(job.phase), is_lost=job.is_lost), *lines, *listed]


def _ended(job: Job, outlook: str) -> Component:
    title = "It was canceled" if job.phase is Phase.ABORTED else "It stopped"
    go_on = (
        button("Resume", kind="outline", icon="play", id=ids.data_action("resume", job.job_id))
        if job.is_resumable
        else None
    )
    log = button("Log", kind="plain", href=f"/jobs?job={job.job_id}")
    text = [job.error or "What was done before is kept.", html.Br(), f"To {outlook}." if job.is_resumable else ""]
    return failed_state(title, text, *[one for one in (go_on, log) if one is not None])
