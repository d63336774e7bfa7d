"""What a check of the configuration found, in words."""

from dash import html
from dash.development.base_component import Component

from al_core.runs.configuration import Checked
from al_core.runs.problems import Problem
from pages._components.states import note_text
from pages._components.text import counted


def validity_view(checked: Checked) -> Component:
    """Return one line where all is well, else every problem with its line; notices below."""
    notices = [html.Div(notice, className="quiet small") for notice in checked.notices]
    if not checked.problems:
        return html.Div([note_text("Valid. Form and JSON are the same object.", kind="done"), *notices])
    head = note_text(f"{counted(len(checked.problems), 'problem')} to mend", kind="failed")
    in_order = sorted(checked.problems, key=lambda problem: problem.line or 0)
    listed = html.Ul([html.Li(_words(problem)) for problem in in_order], className="train-problems")
    return html.Div([head, listed, *notices])


def _words(problem: Problem) -> list[Component | str]:
    place = [f"line {problem.line}"] if problem.line else []
    place += [f"column {problem.column}"] if problem.column else []
    key = [html.Code(problem.name), " "] if problem.name else []
    where = [html.Span(", ".join(place).capitalize(), className="quiet"), " "] if place else []
    return [*where, *key, problem_text(problem)]


def problem_text(problem: Problem) -> str:
    """Return the problem as a sentence; the list of all keys, which a file's reader needs, is left out here."""
    text = problem.message
    if text.startswith("unknown key."):
        text = text.partition(" Allowed: ")[0]
    return text[:1].upper() + text[1:]
