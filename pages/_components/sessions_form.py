"""The dialog in which a session is made or edited, with its classes."""

from collections.abc import Sequence
from typing import Any

from dash import html
from dash.development.base_component import Component

from al_core.sessions import SessionClass
from al_core.sessions.palette import KEYS, PALETTE, SHAPES
from callbacks import ids
from pages._components.buttons import button, dom_id, icon_button
from pages._components.dialogs import dialog
from pages._components.fields import checkbox, error_slot, field, fields, number_input, select, text_input

#: What the colors of the palette are called.
COLOR_NAMES = (
    *("gray", "orange", "blue", "teal", "purple", "olive"),
    *("light blue", "dark red", "indigo", "green", "rose", "brown"),
)


def sessions_form() -> Component:
    """Return the dialog, closed; a callback fills it in."""
    preset = field("Start from", select(ids.SESSIONS_FORM_PRESET), hint="A configuration for the first run.")
    body = [
        field("Name", text_input(ids.SESSIONS_FORM_NAME, placeholder="Be stars", autofocus=True)),
        fields(
            field("Pool", select(ids.SESSIONS_FORM_POOL), hint="The spectra that are searched."),
            field("Training set", select(ids.SESSIONS_FORM_TRAINING_SET), hint="Labeled spectra to begin with."),
        ),
        html.Div(
            [
                html.Div([html.H3("Classes", className="section-title"), _legend()], className="section-head"),
                html.Div(id=ids.SESSIONS_FORM_CLASSES, className="class-rows"),
                button("Add a class", kind="soft", icon="plus", small=True, id=ids.SESSIONS_FORM_ADD_BUTTON),
            ],
            className="class-editor",
        ),
        fields(
            field("Query strategy", select(ids.SESSIONS_FORM_STRATEGY), hint="What the network asks you next."),
            field("Seed", number_input(ids.SESSIONS_FORM_SEED, least=0), hint="Same seed, same choices."),
        ),
        html.Div(preset, id=ids.SESSIONS_FORM_PRESET_FIELD),
    ]
    return dialog(
        ids.SESSIONS_FORM_DIALOG,
        "New session",
        html.Div(body, className="stack"),
        error_slot(ids.SESSIONS_FORM_ERROR),  # beside the button: the form scrolls
        button("Cancel", kind="soft", id=ids.SESSIONS_FORM_CANCEL_BUTTON),
        button("Save the session", kind="primary", id=ids.SESSIONS_FORM_SAVE_BUTTON),
        title_id=ids.SESSIONS_FORM_TITLE,
        wide=True,
    )


def _legend() -> Component:
    text = "In this order. Mark those you are looking for; the key labels a spectrum with the class."
    return html.Span(text, className="small quiet")


def class_rows(classes: Sequence[SessionClass]) -> list[Component]:
    """Return the editor's rows, one a class; its controls carry the id of the class."""
    last = len(classes) - 1
    return [_class_row(one, k == 0, k == last, len(classes)) for k, one in enumerate(classes)]


def _class_row(one: SessionClass, is_first: bool, is_last: bool, n_classes: int) -> Component:
    name = one.name or "new class"
    colors = [{"label": f"{k + 1} {text}", "value": str(k + 1)} for k, text in enumerate(COLOR_NAMES)]
    label = text_input(ids.sessions_class("name", one.class_id), one.name, placeholder="Name", maxlength=40)
    parts = [
        html.Div(
            shape_mark(one.color_row, one.shape),
            className="class-row-mark",
            id=ids.sessions_class("mark", one.class_id),
        ),
        _named(label, "Name", f"Name of {name}", "class-row-name"),
        _choice("color", one.class_id, colors, str(one.color_row), f"Color of {name}"),
        _choice("shape", one.class_id, list(SHAPES), one.shape, f"Shape of {name}"),
        _choice("key", one.class_id, list(KEYS), one.key, f"Key of {name}"),
        html.Div(
            checkbox(ids.sessions_class("candidate", one.class_id), "of interest", value=one.is_candidate),
            className="class-row-candidate",
        ),
        html.Div(
            [
                _move("up", "chevron-up", f"Move {name} up", one, disabled=is_first),
                _move("down", "chevron-down", f"Move {name} down", one, disabled=is_last),
                _move("remove", "x", f"Remove {name}", one, disabled=n_classes <= 2),
            ],
            className="class-row-moves",
        ),
    ]
    return html.Div(parts, className="class-row", role="group", **{"aria-label": f"Class {name}"})


def _choice(part: str, row: str, options: list[Any], value: str, name: str) -> Component:
    made = select(ids.sessions_class(part, row), options, value)
    return _named(made, part.capitalize(), name, f"class-row-{part}")


def _named(control: Component, short: str, name: str, class_name: str) -> Component:
    label = html.Label([html.Span(short, className="class-row-label"), html.Span(name, className="visually-hidden")])
    label.htmlFor = dom_id(control.id)
    return html.Div([label, control], className=class_name)


def _move(step: str, symbol: str, name: str, one: SessionClass, *, disabled: bool) -> Component:
    return icon_button(symbol, name, id=ids.sessions_class_move(step, one.class_id), disabled=disabled)


def shape_mark(color_row: int, shape: str) -> Component:
    """Return the mark of a class whose shape is not that of its color's row."""
    row = next(k + 1 for k, one in enumerate(PALETTE) if one.shape == shape)
    style = {"--class": f"var(--class-{color_row})"}
    return html.Span(className=f"class-mark class-{row}", style=style, **{"aria-hidden": "true"})
