"""Fields of forms: each has its label, and its error stands below it."""

from collections.abc import Sequence
from typing import Any

import dash_bootstrap_components as dbc
from dash import html
from dash.development.base_component import Component

from pages._components.buttons import Id, dom_id, key_hint
from pages._components.icons import icon as icon_of
from pages._components.states import error_text


def field(
    label: str,
    control: Component,
    *,
    unit: str | Component | None = None,
    hint: Any = None,
    error: str | None = None,
    error_id: Id | None = None,
    hide_label: bool = False,
) -> Component:
    """Return a control with its label, unit, hint and error.

    With `error_id` the place of the error is there from the start: write its children with `error_text(...)`, or let
    `callbacks.messages.beside(error_id)` do it.
    """
    name = html.Label(label, htmlFor=dom_id(control.id), className="visually-hidden" if hide_label else "field-label")
    inside = [control] + ([html.Span(unit, className="field-unit")] if unit is not None else [])
    parts = [name, html.Div(inside, className="field-control")]
    parts += [html.Div(hint, className="field-hint")] if hint is not None else []
    parts += [error_slot(error_id, error)] if error_id is not None or error else []
    return html.Div(parts, className="field field-wrong" if error else "field")


def error_slot(id: Id | None = None, error: str | None = None) -> Component:
    """Return the place beside a control where its error is shown."""
    known = {} if id is None else {"id": id}
    return html.Div(error_text(error) if error else None, className="error-slot", **known)


def fields(*columns: Component) -> Component:
    """Return fields side by side, two where there is room."""
    return html.Div(list(columns), className="fields")


def text_input(
    id: Id,
    value: str | None = None,
    *,
    placeholder: str | None = None,
    mono: bool = False,
    debounce: bool | float = False,
    kind: str = "text",
    invalid: bool = False,
    disabled: bool = False,
    **more: Any,
) -> Component:
    """Return a text field; `debounce` waits for Enter or leaving (True), or for so many ms."""
    return dbc.Input(
        id=id,
        value=value if value is not None else "",
        type=kind,
        placeholder=placeholder,
        debounce=debounce,
        invalid=invalid,
        disabled=disabled,
        autocomplete="off",
        class_name="mono" if mono else "",
        **more,
    )


def number_input(
    id: Id,
    value: float | None = None,
    *,
    least: float | None = None,
    most: float | None = None,
    step: float | str = 1,
    debounce: bool | float = False,
    placeholder: str | None = None,
    invalid: bool = False,
    disabled: bool = False,
) -> Component:
    """Return a field for a number. `step="any"` for decimals."""
    limits = {name: limit for name, limit in {"min": least, "max": most}.items() if limit is not None}
    known = limits | ({} if value is None else {"value": value})
    return dbc.Input(
        id=id,
        type="number",
        step=step,
        debounce=debounce,
        placeholder=placeholder,
        invalid=invalid,
        disabled=disabled,
        inputmode="numeric",
        **known,
    )


def select(
    id: Id,
    options: Sequence[str | dict[str, Any]] = (),
    value: Any = None,
    *,
    placeholder: str | None = None,
    invalid: bool = False,
    disabled: bool = False,
    small: bool = False,
) -> Component:
    """Return a native selection; options are texts or `{"label", "value", "disabled"}`. Values come back as text."""
    made = [{"label": option, "value": option} if isinstance(option, str) else option for option in options]
    return dbc.Select(
        id=id,
        options=made,
        value=value,
        placeholder=placeholder,
        invalid=invalid,
        disabled=disabled,
        class_name="select-small" if small else "",
    )


def text_area(id: Id, value: str = "", *, rows: int = 3, placeholder: str | None = None) -> Component:
    """Return a field of several lines."""
    return dbc.Textarea(id=id, value=value, rows=rows, placeholder=placeholder)


def checkbox(id: Id, label: Any, *, value: bool = False, disabled: bool = False) -> Component:
    """Return a checkbox with its label; the id has a boolean `value`."""
    return dbc.Checkbox(id=id, label=label, value=value, disabled=disabled)


def search_field(id: Id, label: str, *, key: str | None = "/") -> Component:
    """Return a field with a magnifier; the key `/` goes into the first one of a page."""
    control = dbc.Input(id=id, type="search", placeholder=label, debounce=150, autocomplete="off", value="")
    name = html.Label(label, htmlFor=dom_id(id), className="visually-hidden")
    return html.Div([icon_of("search"), name, control, key_hint(key) if key else None], className="search-field")
