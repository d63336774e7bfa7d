"""Every component of the kit on one page, for tests; it is not part of the product."""

import plotly.graph_objects as go
from dash import html
from dash.development.base_component import Component

from callbacks.figures import apply_theme
from callbacks.theme import class_color, color
from pages import _components as kit

CLASSES = ("other", "single peak", "double peak", "P Cygni", "shell", "nebular")
MORE = ("T Tauri", "carbon", "white dwarf", "binary", "flare", "bad flux")
STAGES = ("Load", "Balance", "Train", "Score pool", "Choose batch", "Publish")


def gallery() -> Component:
    """Return the page."""
    tools = (kit.search_field("g-search", "Find a session"), kit.button("New session", kind="primary", icon="plus"))
    parts = [_buttons(), _chips(), _fields(), _graphics(), _progress(), _tables(), _figure(), _grid(), *_states()]
    return html.Div(
        [
            kit.page_head("Components and states", *tools, note=kit.simulated_chip()),
            *_banners(),
            html.Div(parts, className="columns"),
            _dialogs(),
        ],
        className="page page-reading stack",
    )


def _buttons() -> Component:
    first = [
        kit.button("Run", kind="primary", id="g-run", key="R"),
        kit.button("Open"),
        kit.button("Compare", kind="soft"),
        kit.button("More", kind="plain"),
        kit.button("Cancel run", kind="danger"),
        kit.button("Run", disabled=True, why="One run per session."),
        kit.button("Train", kind="soft", href="/train", small=True),
        kit.icon_button("download", "Download the configuration"),
        kit.row_menu(
            kit.button("Clone", kind="plain", icon="copy"),
            kit.menu_line(),
            kit.button("Delete", kind="danger"),
            name="More about Be stars",
        ),
    ]
    second = [
        kit.segmented("g-view", ["Form", "Both", "JSON"], "Both", name="View"),
        kit.toggle_pill("g-lines", "Lines", value=True, key="L"),
        kit.toggle_pill("g-near", "Nearest", key="N"),
    ]
    return kit.card(
        "Buttons",
        html.Div([html.Div(first, className="tools"), html.Div(second, className="tools")], className="stack"),
    )


def _chips() -> Component:
    chips = [
        kit.chip("uncertain", "Uncertain", "margin 0.93"),
        kit.chip("random", "Random sample"),
        kit.chip("candidate", "Candidate", "p 0.97"),
        kit.chip("neutral", "Blind repeat", icon="repeat"),
        kit.simulated_chip(),
        kit.chip("waiting", "Label 88 spectra"),
        *(kit.phase_chip(phase) for phase in ("PENDING", "QUEUED", "EXECUTING", "COMPLETED", "ERROR", "ABORTED")),
        kit.phase_chip("ERROR", is_lost=True),
    ]
    classes = [kit.class_name(row, name) for row, name in enumerate(CLASSES + MORE, start=1)]
    notes = [
        kit.note_text("Saved 21:04:37", kind="done"),
        kit.note_text("7 labels waiting", kind="waiting"),
        kit.note_text("Not saved", kind="failed"),
    ]
    rows = [html.Div(row, className="tools") for row in (chips, classes, notes)]
    return kit.card("Chips and classes", html.Div(rows, className="stack"))


def _fields() -> Component:
    form = kit.fields(
        kit.field("Pool", kit.select("g-pool", ["LAMOST DR2, Hα window", "Ondřejov"], "Ondřejov"), unit="14,636"),
        kit.field("Batch size", kit.number_input("g-batch", 100, least=1), unit="spectra", hint="At least 3."),
        kit.field("Random sample", kit.number_input("g-random", 0), error="Take at least 3. 150 gives ±0.05."),
        kit.field("Name", kit.text_input("g-name", "Be stars", mono=True)),
        kit.field("Comment", kit.text_area("g-comment")),
    )
    boxes = html.Div(
        [kit.checkbox("g-warm", "Warm start", value=True), kit.checkbox("g-smote", "SMOTE")], className="tools"
    )
    body = [kit.section("Data", form), kit.section("Training", boxes, count="2")]
    return kit.card("Fields", body, subtitle="with labels", foot=kit.note_text("Valid.", kind="done"))


def _graphics() -> Component:
    strip = [230 if k % 13 else 40 for k in range(315)]
    rows = [
        kit.plate(strip, name="Plate of LAMOST DR2"),
        kit.interval(0.87, 0.81, 0.92, axis=(0.5, 1.0), mark=0.9),
        kit.sparkline([0.6, 0.7, 0.74, 0.78, 0.81, None, 0.84, 0.85], name="Macro-F1 by iteration, last 0.85"),
        html.Div(
            [kit.class_name(2, "single peak"), kit.share_bar(0.52, class_row=2), html.Span("0.52")], className="tools"
        ),
        kit.facts([("RA", "119.265840°"), ("S/N r", "64.14")]),
    ]
    return kit.card("Small graphics", html.Div(rows, className="stack"))


def _progress() -> Component:
    rows = [
        kit.stages(STAGES, "Train", detail="epoch 37", done=0.6),
        kit.key_figures(
            kit.key_figure("Time left", "6 min", "of about 13"),
            kit.key_figure("Loss", "0.0841", "best 0.0836, epoch 35"),
        ),
        kit.working("Exporting 1,284 spectra", 0.64, "64 %, 12 s left"),
        kit.progress_bar(None, name="Import"),
    ]
    return kit.card("Progress", html.Div(rows, className="stack"), tools=kit.button("Cancel run", kind="danger"))


def _tables() -> Component:
    columns = [("Run", "text"), ("Labels", "number"), ("Spectrum", "mono")]
    rows = [["Iteration 1", "1,742", "sp01-092"], ["Iteration 0", None, "sp06-199"]]
    return kit.card("History", kit.data_table("Runs of this session", columns, rows), flush=True)


def _states() -> list[Component]:
    empty = kit.empty_state(
        "list-checks", "The queue is empty", "All 130 are labeled.", kit.button("Train iteration 3", kind="primary")
    )
    failed = kit.failed_state(
        "This spectrum’s file cannot be read",
        "Expected flux around Hα, found 140 zeros.",
        kit.button("Next spectrum"),
        report_id="7f3a21c0",
    )
    return [
        kit.card(None, empty),
        kit.card("Failed, in place", failed),
        *(kit.card(f"Loading, {shape}", kit.skeleton(shape)) for shape in ("text", "rows", "plot", "figures")),
    ]


def _banners() -> list[Component]:
    return [
        kit.banner(
            "away",
            "The server is away.",
            "7 labels wait in this browser.",
            kit.button("Try now", kind="soft", icon="refresh-cw"),
        ),
        kit.banner(
            "failed",
            "The run stopped in “Balance”.",
            "“double peak” has 4 spectra; SMOTE needs 6.",
            kit.button("Turn it off and run"),
        ),
    ]


def _figure() -> Component:
    window = go.Figure(
        go.Scatter(x=[6520, 6560, 6565, 6570, 6730], y=[0, 0.2, 5.3, 0.2, -0.3], line={"color": color("trace")})
    )
    window.add_scatter(x=[6520, 6565, 6730], y=[0, 4, 0], line={"color": class_color(2), "dash": "dot"})
    figure = apply_theme(window, x="Wavelength (Å, vacuum)", y="Flux (z-score)", grid=False)
    data = kit.data_table(
        "Flux of this spectrum", [("Wavelength (Å)", "number"), ("Flux", "number")], [["6565", "5.3"]]
    )
    sentence = "Hα window, emission, peak 5.3 at 6565 Å."
    return kit.figure_card("Hα window", "g-plot", sentence, figure=figure, subtitle="what the network sees", data=data)


def _grid() -> Component:
    columns = [
        {"field": "id", "headerName": "Spectrum", "cellClass": "mono"},
        {"field": "snr", "headerName": "S/N", "type": "rightAligned"},
    ]
    rows = [{"id": f"sp{k:02d}-092", "snr": k * 1.5} for k in range(8)]
    return kit.card("Grid", kit.grid("g-grid", columns, rows, row_id="id", height="240px"), flush=True)


def _dialogs() -> Component:
    confirm = kit.confirm_dialog(
        "g-dialog", "Delete “Be stars”", "1,842 labels and 3 iterations go with it.",
        confirm="Delete “Be stars”", confirm_id="g-delete", cancel_id="g-keep",
    )  # fmt: skip
    return html.Div([confirm, kit.drawer("g-drawer", "Nearest labeled", html.P("None yet."))])
