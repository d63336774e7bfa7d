"""The runs of a session: their results, two of them compared, and the network that each stored."""

from typing import Any

from dash import Dash, Input, Output, State, ctx, html, no_update
from dash.dependencies import ALL

from al_core.errors import ALCoreError, SessionError
from al_core.jobs import Job, Phase
from al_core.models.inspection import inspect_network
from al_core.services import Services
from al_core.sessions.comparison import compare_runs, performance_of
from al_core.sessions.iterations import IterationInfo, read_manifest
from callbacks import ids
from callbacks.messages import message_of
from callbacks.train.comparison_views import comparison_view
from callbacks.train.network_views import network_view
from callbacks.train.urls import files_of
from pages._components.states import failed_state
from pages._components.train_history import HistoryRow, history_table

#: Runs without results that the history shows.
N_ENDED_EARLY = 5


def register(app: Dash, services: Services) -> None:
    """Register history, comparison and network."""

    @app.callback(
        Output(ids.TRAIN_HISTORY, "children"),
        Input(ids.TRAIN_SESSION_STORE, "data"),
        Input(ids.TRAIN_LATEST_STORE, "data"),
        Input(ids.TRAIN_FOLLOWED_STORE, "data"),
        State({"type": "train-history-check", "folder": ALL}, "value"),
        State({"type": "train-history-check", "folder": ALL}, "id"),
    )
    def show_history(session_id: str, _latest: Any, _ended: Any, values: list[bool], names: list[Any]) -> Any:
        checked = {name["folder"] for name, value in zip(names, values, strict=True) if value}
        try:
            return history_table(history_rows(services, session_id), checked)
        except ALCoreError as error:
            return html.Div(failed_state("The history cannot be shown", message_of(error)), className="panel-body")

    @app.callback(
        Output(ids.TRAIN_COMPARE_BUTTON, "disabled"),
        Output(ids.TRAIN_COMPARE_LABEL, "children"),
        Input({"type": "train-history-check", "folder": ALL}, "value"),
    )
    def count_checked(values: list[bool]) -> tuple[bool, str]:
        return compare_state(sum(map(bool, values)))

    @app.callback(
        Output(ids.TRAIN_COMPARE_DIALOG, "is_open"),
        Output(ids.TRAIN_COMPARE_BODY, "children"),
        Input(ids.TRAIN_COMPARE_BUTTON, "n_clicks"),
        State({"type": "train-history-check", "folder": ALL}, "value"),
        State({"type": "train-history-check", "folder": ALL}, "id"),
        State(ids.TRAIN_SESSION_STORE, "data"),
        prevent_initial_call=True,
    )
    def compare(clicks: int | None, values: list[bool], names: list[Any], session_id: str) -> tuple[Any, Any]:
        chosen = [name["folder"] for name, value in zip(names, values, strict=True) if value]
        if not clicks or len(chosen) != 2:
            return no_update, no_update
        try:
            return True, comparison_of(services, session_id, *reversed(chosen))
        except ALCoreError as error:
            return True, failed_state("The runs cannot be compared", message_of(error))

    @app.callback(
        Output(ids.TRAIN_NETWORK_DRAWER, "is_open"),
        Output(ids.TRAIN_NETWORK_DRAWER, "title"),
        Output(ids.TRAIN_NETWORK_BODY, "children"),
        Input({"type": "train-action", "action": "network", "target": ALL}, "n_clicks"),
        State(ids.TRAIN_SESSION_STORE, "data"),
        prevent_initial_call=True,
    )
    def show_network(clicks: list[int | None], session_id: str) -> tuple[Any, Any, Any]:
        if not any(clicks) or not ctx.triggered_id:
            return no_update, no_update, no_update
        folder = ctx.triggered_id["target"]
        try:
            return True, f"Network of {title_of(folder)}", network_of(services, session_id, folder)
        except ALCoreError as error:
            return True, f"Network of {title_of(folder)}", failed_state("It cannot be shown", message_of(error))


def compare_state(n_checked: int) -> tuple[bool, str]:
    """Return whether the button is disabled, and its words."""
    return n_checked != 2, "Compare 2" if n_checked == 2 else "Check 2 to compare"


def title_of(folder: str) -> str:
    """Return what an iteration is called by the name of its folder."""
    number, _, older = folder.partition(".")
    return f"iteration {int(number)}" + (f", version {older}" if older else "")


def history_rows(services: Services, session_id: str) -> list[HistoryRow]:
    """Return the finished iterations and the last runs that ended early, newest first."""
    session = services.sessions.get(session_id)
    labels = current_labels(services, session_id)
    rows = []
    for info in services.sessions.iterations(session_id):
        performance = performance_of(session, info, labels)
        files = files_of(session_id, info.folder)
        rows.append(_iteration_row(info, performance.precision, files))
    rows += [_job_row(job) for job in _ended_early(services, session_id)]
    return sorted(rows, key=lambda row: row.created_utc, reverse=True)


def _iteration_row(info: IterationInfo, precision: Any, files: list[Any]) -> HistoryRow:
    options = (read_manifest(info.folder).get("training") or {}).get("options") or {}
    balance = {"smote": "SMOTE", "class_weights": "class weights", "none": "none"}.get(options.get("balance", ""))
    return HistoryRow(
        folder=info.folder.name,
        title=title_of(info.folder.name).capitalize(),
        balance=balance,
        n_labels=sum(info.training_counts.values()) or None,
        precision=precision,
        seconds=info.seconds,
        state="done",
        created_utc=info.created_utc,
        has_network=info.n_epochs > 0,
        files=tuple(files),
    )


def _ended_early(services: Services, session_id: str) -> list[Job]:
    return services.jobs.list(
        phases=(Phase.ERROR, Phase.ABORTED), kind="run", session_id=session_id, last=N_ENDED_EARLY
    )


def _job_row(job: Job) -> HistoryRow:
    number = (job.parameters.get("configuration") or {}).get("iteration_num", "?")
    state = "canceled" if job.phase == Phase.ABORTED else "lost" if job.is_lost else "failed"
    return HistoryRow(
        folder=None,
        title=f"Iteration {number}",
        balance=None,
        n_labels=None,
        precision=None,
        seconds=None,
        state=state,
        created_utc=job.ended_utc or job.created_utc,
        has_network=False,
        files=(),
    )


def current_labels(services: Services, session_id: str) -> dict[str, str | None]:
    """Return the class of every spectrum that was answered, None for bad data; unsure is a missing answer."""
    session = services.sessions.get(session_id)
    names = {one.class_id: one.name for one in session.classes}
    rows = services.sessions.journal(session_id).current().select("spectrum_id", "kind", "class_id").iter_rows()
    return {str(name): names.get(class_id) for name, kind, class_id in rows if kind != "unsure"}


def iteration_of(services: Services, session_id: str, folder: str) -> IterationInfo:
    """Return an iteration by the name of its folder.

    Raises
    ------
    SessionError
        If it is gone.
    """
    found = next((info for info in services.sessions.iterations(session_id) if info.folder.name == folder), None)
    if found is None:
        raise SessionError(f"There is no {title_of(folder)} any more. Load the page again.")
    return found


def comparison_of(services: Services, session_id: str, first: str, second: str) -> Any:
    """Return the comparison of two iterations."""
    session = services.sessions.get(session_id)
    infos = [iteration_of(services, session_id, name) for name in (first, second)]
    compared = compare_runs(session, infos[0], infos[1], current_labels(services, session_id))
    return comparison_view(compared, (title_of(first).capitalize(), title_of(second).capitalize()))


def network_of(services: Services, session_id: str, folder: str) -> Any:
    """Return what is to be seen of the network of an iteration."""
    info = iteration_of(services, session_id, folder)
    files = [file for file in files_of(session_id, info.folder) if file.name.startswith("model.")]
    return network_view(inspect_network(info.folder), info, files)
