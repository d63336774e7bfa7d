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
    listed = html.Ul([html.Li(_words(problem)) for problem in checked.problems], className="train-problems")
    return html.Div([head, listed, *notices])


def _words(problem: Problem) -> list[Component | str]:
    place = [f"line {problem.line}"] if problem.line else []
    place += [f"column {problem.column}"] if problem.column else []
    key = [html.Code(problem.name), " "] if problem.name else []
    where = [html.Span(", ".join(place).capitalize(), className="quiet"), " "] if place else []
    return [*where, *key, problem.message[:1].upper() + problem.message[1:]]
