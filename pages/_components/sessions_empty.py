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
    "e82400eaa9ff00a11000ecf1910ecf9c8f9bd9ddd0a4c7c8252dc733d0b59400e780accfc2afb5b8accfaca4edc7ddbfc2e82c0cf7c2b4b8"
    "e1b7a2dbc6a8e2b9cad7ccd7d1dae8e3d8afa0f5daad91ab81d3d7c0cbd9d1b8c9baca9b9cd5b7a9bec1c59a9f3cfffbcce3bc8193c3d190"
    "a2a5b59eb7b983d7b888d7c2c9c6aca89498baba9ebfb2f974a6a79ca641b2afc0d5cab2afadafae86b089af9785"
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
    values = [value / 255 for value in bytes.fromhex(_STRIP)]
    said = "Spectrum of the Be star BT CMi, LAMOST DR1: Balmer lines in absorption, Hα in emission"
    curve = html.Div(className="sessions-curve", style={"--icon": _curve_url()}, role="img", **{"aria-label": said})
    return html.Div([curve, plate(values, name="The same spectrum as a plate", height=18)], className="sessions-star")


@lru_cache
def _curve_url() -> str:
    return svg_url((FOLDER.parent / "art" / "bt-cmi.svg").read_text(encoding="utf-8").strip())


def _step(number: int, title: str, text: str) -> Component:
    head = html.Div([key_hint(str(number)), html.H2(title, className="card-title")], className="sessions-step-head")
    return html.Li([head, html.P(text)], className="sessions-step")
