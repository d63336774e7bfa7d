"""What the right side shows, and where clicks on the page lead."""

from typing import TYPE_CHECKING, Any

from dash import ALL, Dash, Input, Output, State, clientside_callback, ctx, no_update

from callbacks import ids

if TYPE_CHECKING:
    from al_core.services import Services

Shown = dict[str, Any]
#: Divides the parts of the value of a button.
DIVIDER = "\x1f"


def register(app: Dash, services: "Services") -> None:
    """Register the callbacks."""

    @app.callback(
        Output(ids.DATA_SHOWN_STORE, "data"),
        Input({"type": "data-action", "action": "show", "value": ALL}, "n_clicks"),
        State(ids.DATA_SHOWN_STORE, "data"),
        prevent_initial_call=True,
    )
    def show(_clicks: list[int | None], shown: Shown) -> Any:
        values = clicked_values()
        return no_update if values is None else shown_by(values, shown)

    # Apart from `show`, which is called anew when the lists come and would make Dash drop the answer to this click.
    @app.callback(
        Output(ids.DATA_SHOWN_STORE, "data", allow_duplicate=True),
        Input(ids.DATA_ADD_BUTTON, "n_clicks"),
        prevent_initial_call=True,
    )
    def show_add_from_head(n_clicks: int | None) -> Any:
        return {"kind": "add"} if n_clicks else no_update

    @app.callback(
        Output(ids.DATA_SHOWN_STORE, "data", allow_duplicate=True),
        Input(ids.DATA_EMPTY_ADD_BUTTON, "n_clicks"),
        prevent_initial_call=True,
    )
    def show_add(n_clicks: int | None) -> Any:
        return {"kind": "add"} if n_clicks else no_update

    @app.callback(
        Output(ids.DATA_SHOWN_STORE, "data", allow_duplicate=True),
        Input(ids.DATA_UPLOAD_STORE, "data"),
        State(ids.DATA_SHOWN_STORE, "data"),
        prevent_initial_call=True,
    )
    def show_arrived(change: dict[str, Any] | None, shown: Shown) -> Any:
        return after_upload(services, change, shown) or no_update

    # On a narrow page the details stand below the lists: bring them into view once something is chosen.
    clientside_callback(
        """function (shown) {
            const detail = document.getElementById("data-detail");
            if (detail && shown && shown.kind && window.innerWidth < 900) {
                window.setTimeout(() => detail.scrollIntoView({ block: "start" }), 300);
            }
            return window.dash_clientside.no_update;
        }""",
        Output(ids.DATA_DETAIL, "title"),
        Input(ids.DATA_SHOWN_STORE, "data"),
        prevent_initial_call=True,
    )


def clicked_values() -> list[str] | None:
    """Return what stands in the id of the button that was clicked; None when a button has only appeared."""
    found = ctx.triggered_id
    if not isinstance(found, dict) or not ctx.triggered or not ctx.triggered[0]["value"]:
        return None
    return str(found["value"]).split(DIVIDER)


def shown_by(values: list[str], shown: Shown) -> Shown:
    """Return what a button `show` leads to."""
    kind, first, second = [*values, "", ""][:3]
    if kind == "choice":
        return {"kind": "choice", "upload": first or None, "path": second if not first else None}
    if kind == "recipe":
        return {"kind": "recipe", "name": first, "pool": second} if second else {"kind": "recipe", "name": first}
    if kind == "make":
        choice = shown if first == "choice" and shown.get("kind") == "choice" else None
        return {"kind": "make", "source": first, "choice": choice}
    if kind == "index-new":
        return {"kind": kind, "choice": shown if shown.get("kind") == "choice" else None}
    return {"kind": kind, "name": first} if first else {"kind": kind}


def after_upload(services: "Services", change: dict[str, Any] | None, shown: Shown) -> Shown | None:
    """Return where an upload that has arrived leads: to what it holds, or to its unpacking; None: stay."""
    upload_id = (change or {}).get("finished")
    if not upload_id or shown.get("kind") not in (None, "add"):
        return None
    jobs = [job for job in services.jobs.list(kind="unpack") if job.parameters.get("upload_id") == upload_id]
    if jobs and jobs[0].is_active:
        return {"kind": "job", "name": jobs[0].job_id}
    return {"kind": "choice", "upload": upload_id, "path": None}
