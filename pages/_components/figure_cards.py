"""A plot with its text twin: a sentence for who does not see it, and the data as a table on demand."""

from typing import Any

from dash import dcc, html
from dash.development.base_component import Component

from pages._components.buttons import Id, dom_id
from pages._components.cards import card

#: Mode bar on hover; assets/figures.js puts zoom, pan, reset, PNG and SVG into it.
PLOT_CONFIG: dict[str, Any] = {"displaylogo": False, "responsive": True, "showTips": False, "scrollZoom": False}

#: What a graph shows until its data come: nothing, instead of axes without meaning.
EMPTY_FIGURE: dict[str, Any] = {
    "data": [],
    "layout": {
        "paper_bgcolor": "rgba(0,0,0,0)",
        "plot_bgcolor": "rgba(0,0,0,0)",
        "xaxis": {"visible": False},
        "yaxis": {"visible": False},
    },
}


def plot(id: Id, sentence: Any = None, *, figure: Any = None, height: int = 280, data: Any = None) -> Component:
    """Return a graph with its text twin.

    The graph's id is `id`. The sentence (`plot_sentence_id(id)`) says what the plot shows, the data
    (`plot_data_id(id)`, usually a `data_table`) hold its numbers; callbacks write both as `children` with the figure.
    """
    shown = EMPTY_FIGURE if figure is None else figure
    graph = dcc.Graph(id=id, config=PLOT_CONFIG, figure=shown, style={"height": f"{height}px"})
    sentence_id = plot_sentence_id(id)
    # The drawing inside gets the role of an image from assets/figures.js; the group also holds the mode bar.
    seen = html.Div(graph, role="group", className="plot", **{"aria-labelledby": dom_id(sentence_id)})
    twin = [html.Summary("Data as a table"), html.Div(data, id=plot_data_id(id))]
    return html.Figure(
        [
            seen,
            html.Figcaption(sentence, id=sentence_id, className="visually-hidden"),
            html.Details(twin, className="twin"),
        ],
        className="plot-figure",
    )


def figure_card(
    title: Any,
    id: Id,
    sentence: Any = None,
    *,
    figure: Any = None,
    subtitle: Any = None,
    tools: Any = None,
    height: int = 280,
    data: Any = None,
) -> Component:
    """Return a card with a plot and its text twin."""
    made = plot(id, sentence, figure=figure, height=height, data=data)
    return card(title, made, subtitle=subtitle, tools=tools)


def plot_sentence_id(id: Id) -> Id:
    """Id of the sentence that stands for a plot; write its children."""
    return {**id, "part": "sentence"} if isinstance(id, dict) else f"{id}-sentence"


def plot_data_id(id: Id) -> Id:
    """Id of the place of a plot's data; write its children."""
    return {**id, "part": "data"} if isinstance(id, dict) else f"{id}-data"
