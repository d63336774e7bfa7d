"""Progress: bar, ring, named stages."""

from collections.abc import Sequence

from dash import html
from dash.development.base_component import Component


def progress_bar(done: float | None, *, name: str, kind: str = "accent") -> Component:
    """Return a bar; `done` is a share from 0 to 1, None while the total is unknown. `name` says of what."""
    share = None if done is None else min(max(done, 0.0), 1.0)
    value = {} if share is None else {"aria-valuenow": f"{100 * share:.0f}"}
    inside = html.Span(className="progress-fill", style={} if share is None else {"width": f"{100 * share:.2f}%"})
    class_name = f"progress-line progress-{kind}" + (" progress-unknown" if share is None else "")
    limits = {"aria-valuemin": "0", "aria-valuemax": "100", "aria-label": name}
    return html.Div(inside, className=class_name, role="progressbar", **limits, **value)


def progress_ring(done: float | None, *, size: int = 14) -> Component:
    """Return a ring; the word beside it says what it means, so it is hidden from screen readers."""
    share = 0.25 if done is None else min(max(done, 0.0), 1.0)
    style = {"--share": f"{100 * share:.1f}%", "--ring-size": f"{size}px"}
    class_name = "progress-ring" + (" progress-ring-unknown" if done is None else "")
    return html.Span(className=class_name, style=style, **{"aria-hidden": "true"})


def working(text: str, done: float | None, left: str | None = None) -> Component:
    """Return ring, word, time left and bar of something that is going on."""
    head = [progress_ring(done), html.Span(text, className="working-text"), html.Span(left, className="quiet")]
    return html.Div([html.Div(head, className="working-head"), progress_bar(done, name=text)], className="working")


def stages(
    names: Sequence[str], current: str | None, *, detail: str | None = None, done: float | None = None
) -> Component:
    """Return the line of a run's stages.

    Parameters
    ----------
    names : sequence of str
        All stages, in order.
    current : str or None
        The stage that is going on; None when all are done.
    detail : str or None
        What to say after the name of the current stage, such as "epoch 37".
    done : float or None
        Share of the current stage, 0 to 1.
    """
    at = len(names) if current is None else list(names).index(current) if current in names else -1
    made = [
        _stage(name, k - at, detail if k == at else None, done if k == at else None) for k, name in enumerate(names)
    ]
    return html.Ol(made, className="stages")


def _stage(name: str, step: int, detail: str | None, done: float | None) -> Component:
    state = "done" if step < 0 else "now" if step == 0 else "next"
    style = {"--share": f"{100 * min(max(done or 0.0, 0.0), 1.0):.1f}%"} if step == 0 else {}
    text = f"{name}, {detail}" if detail else name
    said = {"now": "going on", "done": "done", "next": "to come"}[state]
    inside = [html.Span(text, className="stage-name"), html.Span(f", {said}", className="visually-hidden")]
    known = {"aria-current": "step"} if step == 0 else {}
    return html.Li(inside, className=f"stage stage-{state}", style=style, **known)
