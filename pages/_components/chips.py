"""Chips: a word that is a state, a queue or a fact, never told by color alone."""

from typing import Literal

from dash import html
from dash.development.base_component import Component

from pages._components.icons import icon as icon_of

Kind = Literal["neutral", "outline", "waiting", "failed", "done", "uncertain", "random", "candidate"]
ICONS: dict[str, str | None] = {
    "neutral": None,
    "outline": None,
    "waiting": "pen-line",
    "failed": "circle-x",
    "done": "check",
    "uncertain": "target",
    "random": "shuffle",
    "candidate": "star",
}


def chip(kind: Kind, word: str, detail: str | None = None, *, icon: str | None = None) -> Component:
    """Return a chip: icon, word, detail in lighter weight. `icon` replaces the icon of the kind; "" shows none."""
    name = ICONS[kind] if icon is None else icon
    inside = [icon_of(name) if name else None, html.Span(word, className="chip-word")]
    inside.append(html.Span(detail, className="chip-detail") if detail else None)
    return html.Span([child for child in inside if child is not None], className=f"chip chip-{kind}")


def simulated_chip() -> Component:
    """Return the chip that stands on every page that shows simulated data."""
    return chip("outline", "Simulated")


#: Phase of a job: kind of chip, word, icon.
PHASES: dict[str, tuple[Kind, str, str]] = {
    "PENDING": ("neutral", "Not started", "clock"),
    "QUEUED": ("neutral", "Waits its turn", "clock"),
    "EXECUTING": ("waiting", "Running", "play"),
    "COMPLETED": ("done", "Done", "check"),
    "ERROR": ("failed", "Failed", "circle-x"),
    "ABORTED": ("neutral", "Canceled", "ban"),
}


def phase_chip(phase: str, *, is_lost: bool = False) -> Component:
    """Return the chip of a job's phase; a lost job says that its process is gone."""
    if is_lost:
        return chip("failed", "Lost", "its process ended", icon="triangle-alert")
    kind, word, icon = PHASES[phase]
    return chip(kind, word, icon=icon)


def class_mark(row: int) -> Component:
    """Return the shape of a class in its color; `row` is its row of the palette, 1 to 12. The name stands beside it."""
    return html.Span(className=f"class-mark class-{row}", **{"aria-hidden": "true"})


def class_name(row: int, name: str) -> Component:
    """Return shape and name of a class."""
    return html.Span([class_mark(row), html.Span(name)], className="class-name")
