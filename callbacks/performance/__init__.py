"""The page Performance: the figures of an iteration, its errors, and how both came about over the iterations."""

from typing import Any

from dash import Dash, Input, Output, State, no_update

from al_core.errors import ALCoreError
from al_core.performance.gathering import blindness_of, session_performance
from al_core.services import Services
from callbacks import ids
from callbacks.messages import message_of
from callbacks.performance.curves import curve_view
from callbacks.performance.freshness import stamp_of
from callbacks.performance.views import body_of, no_run, note_of, selector_of
from pages._components.figure_cards import plot_data_id, plot_sentence_id
from pages._components.states import failed_state

#: Puts the iteration that is shown into the address, without a step in the history.
_REMEMBER = """function (number) {
    const address = new URL(window.location);
    if (number === undefined || number === null || address.pathname !== "/performance") return;
    address.searchParams.set("iteration", number);
    window.history.replaceState(window.history.state, "", address);
}"""
#: Says that labels or an iteration have come since the figures were computed; nothing moves until one asks for it.
_NEWS = """function (status, stamp, session) {
    const now = status && status.session === session && status.stamp;
    const hasRun = Boolean(now && stamp && now.iterations !== stamp.iterations);
    const hasLabels = Boolean(now && stamp && now.labels !== stamp.labels);
    const text = hasRun ? "An iteration has been trained since." : "Labels have come since.";
    return [!(hasRun || hasLabels), hasRun || hasLabels ? text : ""];
}"""
_VIEW = 'function (view) { return "perf-matrix view-" + view; }'


def register(app: Dash, services: Services) -> None:
    """Register the callbacks of the page."""
    app.clientside_callback(_REMEMBER, Input(ids.PERFORMANCE_ITERATION, "value"))
    app.clientside_callback(
        _NEWS,
        Output(ids.PERFORMANCE_NEWS, "hidden"),
        Output(ids.PERFORMANCE_NEWS_TEXT, "children"),
        Input(ids.STATUS_STORE, "data"),
        Input(ids.PERFORMANCE_STAMP_STORE, "data"),
        State(ids.PERFORMANCE_SESSION_STORE, "data"),
    )
    app.clientside_callback(
        _VIEW, Output(ids.PERFORMANCE_MATRIX, "className"), Input(ids.PERFORMANCE_MATRIX_VIEW, "value")
    )

    @app.callback(
        Output(ids.PERFORMANCE_SELECTOR, "children"),
        Output(ids.PERFORMANCE_BODY, "children"),
        Output(ids.PERFORMANCE_NOTE, "children"),
        Output(ids.PERFORMANCE_SHOWN_STORE, "data"),
        Output(ids.PERFORMANCE_STAMP_STORE, "data"),
        Input(ids.PERFORMANCE_SESSION_STORE, "data"),
        Input(ids.PERFORMANCE_REFRESH, "n_clicks"),
        State(ids.PERFORMANCE_ITERATION_STORE, "data"),
        State(ids.PERFORMANCE_SHOWN_STORE, "data"),
    )
    def show_page(session_id: str, _clicks: Any, iteration: str | None, shown: str | None) -> tuple[Any, ...]:
        stamp = stamp_of(services, session_id)  # before the figures: what comes meanwhile is told
        return *page_of(services, session_id, shown or iteration), stamp

    @app.callback(
        Output(ids.PERFORMANCE_BODY, "children", allow_duplicate=True),
        Output(ids.PERFORMANCE_NOTE, "children", allow_duplicate=True),
        Output(ids.PERFORMANCE_SHOWN_STORE, "data", allow_duplicate=True),
        Output(ids.PERFORMANCE_STAMP_STORE, "data", allow_duplicate=True),
        Input(ids.PERFORMANCE_ITERATION, "value"),
        State(ids.PERFORMANCE_SESSION_STORE, "data"),
        State(ids.PERFORMANCE_SHOWN_STORE, "data"),
        prevent_initial_call=True,
    )
    def show_iteration(iteration: Any, session_id: str, shown: str | None) -> tuple[Any, ...]:
        if str(iteration) == shown:  # the control has just been made
            return no_update, no_update, no_update, no_update
        stamp = stamp_of(services, session_id)
        return *page_of(services, session_id, iteration)[1:], stamp

    @app.callback(
        Output(ids.PERFORMANCE_CURVE, "figure"),
        Output(plot_sentence_id(ids.PERFORMANCE_CURVE), "children"),
        Output(plot_data_id(ids.PERFORMANCE_CURVE), "children"),
        Output(ids.PERFORMANCE_CURVE_LEGEND, "children"),
        Input(ids.PERFORMANCE_CURVE_VIEW, "value"),
        State(ids.PERFORMANCE_SESSION_STORE, "data"),
    )
    def show_curve(view: str, session_id: str) -> tuple[Any, Any, Any, Any]:
        found = session_performance(services.sessions, session_id, with_predictions=False)
        return curve_view(found, view)


def page_of(services: Services, session_id: str, iteration: Any) -> tuple[Any, Any, Any, str | None]:
    """Return selector, body and note of the page, and which iteration is shown.

    What cannot be read stands in the body as an error.
    """
    try:
        found = session_performance(services.sessions, session_id)
    except ALCoreError as error:
        return None, failed_state("The performance cannot be shown", message_of(error)), None, None
    text = str(iteration)
    chosen = found.chosen(int(text) if text.isascii() and text.isdecimal() else None)
    if chosen is None:
        return None, no_run(found), None, None
    blindness = blindness_of(services.sessions, session_id, chosen)
    body, note = body_of(found, chosen, blindness), note_of(chosen, blindness)
    return selector_of(found, chosen), body, note, str(chosen.number)
