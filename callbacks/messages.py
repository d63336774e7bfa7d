"""An error becomes what the user reads: the core's own text, or the id of a report in the log. Never a traceback."""

import functools
import logging
import secrets
from collections.abc import Callable
from typing import Any, TypeVar

from dash import ctx, no_update, set_props

from al_core.errors import ALCoreError
from callbacks import ids
from pages._components.buttons import button
from pages._components.states import banner, error_text

log = logging.getLogger(__name__)

UNEXPECTED = "Something went wrong that Spectrolabe did not expect. The server’s log has it under {}."
Callback = TypeVar("Callback", bound=Callable[..., Any])


def message_of(error: BaseException) -> str:
    """Return what the user reads; an error that is not the core's is logged under an id, which the text names."""
    if isinstance(error, ALCoreError):
        return str(error) or type(error).__name__
    return UNEXPECTED.format(report(error))


def report(error: BaseException) -> str:
    """Log an unexpected error with its traceback; return the id under which it stands there."""
    report_id = secrets.token_hex(4)
    log.error("Report %s", report_id, exc_info=(type(error), error, error.__traceback__))
    return report_id


def on_error(error: Exception) -> None:
    """Show an error that no callback turned into a message, as a banner below the top bar; nothing else changes."""
    title = "That was not done." if isinstance(error, ALCoreError) else "That failed."
    close = button("Close", kind="soft", id=ids.SHELL_NOTICE_CLOSE_BUTTON)
    set_props(ids.SHELL_NOTICES, {"children": banner("failed", title, message_of(error), close)})


def beside(component_id: str | dict[str, Any]) -> Callable[[Callback], Callback]:
    """Show an `ALCoreError` of a callback in a component beside its control, and clear it when the callback succeeds.

    Stands below `@app.callback`::

        @app.callback(Output(...), Input(ids.TRAIN_RUN_BUTTON, "n_clicks"))
        @beside(ids.TRAIN_RUN_ERROR)
        def start(n_clicks): ...

    The component is any container, such as ``error_slot(ids.TRAIN_RUN_ERROR)``.
    """

    def decorate(callback: Callback) -> Callback:
        @functools.wraps(callback)
        def wrapped(*args: Any, **kwargs: Any) -> Any:
            try:
                answer = callback(*args, **kwargs)
            except ALCoreError as error:
                set_props(component_id, {"children": error_text(message_of(error))})
                return no_update if ctx.outputs_list else None
            if ctx.triggered:
                set_props(component_id, {"children": None})
            return answer

        return wrapped  # type: ignore[return-value]

    return decorate
