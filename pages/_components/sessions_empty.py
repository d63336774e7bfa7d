"""The page Sessions of a workspace without sessions."""

from functools import lru_cache

from dash import html
from dash.development.base_component import Component

from al_core.jobs.job import Job
from callbacks import ids
from pages._components.buttons import button, key_hint
from pages._components.graphics import plate
from pages._components.icons import FOLDER, svg_url
from pages._components.progress import working

#: The star BT CMi as LAMOST DR1 observed it, divided by its continuum, 3850 to 7000 Å, two digits a gray value.
_STRIP = (
    "de2200e0a2ff009a0f00e2e78b0dc6958895d0d3c79dbfc0242bbf31c7ad8e00dd7ba5c6baa8adb0a5c6a59de3bfd4b7bade2a0cecbaadb0"
    "d8af9bd1bda1d9b1c2cec3cec8d1ded9cea79aebd1a58aa47ccaceb7c2d0c8b0c1b2c19495ccb0a1b6b8bd949839f4f1c4d9b47c8cbac889"
    "9b9ead97afb17eceb082ceb9c0bea4a08a8dacac91b1a4ff6a9c9e959f3faaa7b7ccc1aba8a6a8a780a983a8907f"
)
STEPS = (
    ("Add a pool", "CSV, FITS folders, HDF5 or VOTable. Imported once, then instant."),
    ("Label a few", "One key per spectrum. Every answer is on disk before the next one shows."),
    ("Train and look", "The network ranks the pool; intervals say how far to trust it."),
)


def sessions_empty(demo: Component) -> Component:
    """Return the empty page; `demo` is what the demo offers now, or how far it is."""
    text = (
        "A session holds one search: a pool, a few labels, and a network that learns from each answer which spectra to "
        "show you next."
    )
    inside = [
        _star(),
        html.H1("Start with a pool of spectra", className="empty-title-big"),
        html.P(text, className="empty-text"),
        html.Div(demo, className="sessions-demo"),
        html.Ol([_step(k + 1, *step) for k, step in enumerate(STEPS)], className="sessions-steps"),
    ]
    return html.Div(inside, className="sessions-empty")


def demo_offer() -> Component:
    """Return the two ways to begin, and what the demo is."""
    buttons = [
        button("Open the demo survey", kind="primary", icon="telescope", id=ids.sessions_action("demo", "")),
        button("New session", icon="plus", id=ids.sessions_action("new", "first")),
    ]
    hint = "The demo holds 10,000 simulated spectra with known truth. It takes a minute or two and needs no network."
    return html.Div([html.Div(buttons, className="empty-actions"), html.P(hint, className="sessions-hint")])


def demo_progress(job: Job) -> Component:
    """Return how far the demo is that is being built."""
    step = job.message.partition(":")[0] or "Starting"
    share = job.done / job.total if job.total and not step.startswith("Training") else None
    inside = [
        html.Div("Building the demo survey", className="card-title"),
        working(step, share),
        html.P("It goes on if you leave this page.", className="sessions-hint"),
        button("Stop", kind="plain", id=ids.sessions_action("stop-demo", job.job_id)),
    ]
    return html.Div(inside, className="panel sessions-building", **{"aria-live": "polite"})


def _star() -> Component:
    values = list(bytes.fromhex(_STRIP))
    said = "Spectrum of the Be star BT CMi, LAMOST DR1: Balmer lines in absorption, Hα in emission"
    curve = html.Div(className="sessions-curve", style={"--icon": _curve_url()}, role="img", **{"aria-label": said})
    return html.Div([curve, plate(values, name="The same spectrum as a plate", height=18)], className="sessions-star")


@lru_cache
def _curve_url() -> str:
    return svg_url((FOLDER.parent / "art" / "bt-cmi.svg").read_text(encoding="utf-8").strip())


def _step(number: int, title: str, text: str) -> Component:
    head = html.Div([key_hint(str(number)), html.H2(title, className="card-title")], className="sessions-step-head")
    return html.Li([head, html.P(text)], className="sessions-step")
