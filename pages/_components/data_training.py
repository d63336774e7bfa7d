"""The form that makes a training set."""

from collections.abc import Mapping, Sequence

from dash import html
from dash.development.base_component import Component

from callbacks import ids
from pages._components.buttons import button, dom_id
from pages._components.cards import card, section
from pages._components.fields import error_slot, field, fields, number_input, select, text_input
from pages._components.text import count

Options = Sequence[dict[str, str]]
#: Value of a label that no class gets.
LEAVE_OUT = "\x00"


def make_detail(sources: Options, source: str | None, classes: Sequence[str]) -> Component:
    """Return the form; what depends on the source is filled in by a callback."""
    parts = [
        section("Spectra", field("From", select(ids.DATA_MAKE_SOURCE_SELECT, sources, source, placeholder="Choose"))),
        html.Div(make_options(), id=ids.DATA_MAKE_OPTIONS, className="section stack"),
        section(
            "Classes",
            html.Div(
                [
                    field(
                        "Names, in order, divided by commas",
                        text_input(ids.DATA_MAKE_CLASSES_INPUT, ", ".join(classes), debounce=True),
                        hint="Those of the session that will use it. Their order is that of its palette.",
                    ),
                    html.Div(id=ids.DATA_MAKE_MAPPING),
                ]
            ),
        ),
        section("Name", field("Name of the training set", text_input(ids.DATA_MAKE_NAME_INPUT, ""), hide_label=True)),
    ]
    make = button("Make training set", kind="primary", id=ids.DATA_MAKE_BUTTON)
    foot = html.Div([error_slot(ids.DATA_MAKE_ERROR), html.Div(make, className="tools data-end")])
    return card("New training set", parts, subtitle="labeled spectra to start from", foot=foot)


def make_options(
    *,
    sample: int | None = None,
    seed: int = 0,
    labels: Options | None = None,
    labels_value: str = "",
    recipes: Sequence[str] = (),
) -> list[Component]:
    """Return the fields of a source: how many at random (of `sample`), which labels, which recipe; hidden ones too."""
    n_default = None if sample is None else min(100, sample)
    number = field(
        "Spectra",
        number_input(ids.DATA_MAKE_N_INPUT, n_default, least=1, most=sample, step=1),
        hint=f"of {count(sample)}, drawn at random without repetition",
    )
    seeded = field(
        "Seed", number_input(ids.DATA_MAKE_SEED_INPUT, seed, least=0, step=1), hint="The same seed draws the same"
    )
    chosen = field("Labels", select(ids.DATA_MAKE_LABELS_SELECT, labels or [], labels_value))
    recipe = field("Recipe", select(ids.DATA_MAKE_RECIPE_SELECT, list(recipes), next(iter(recipes), None)))
    return [
        html.Div(fields(number, seeded), hidden=sample is None),
        html.Div(
            fields(html.Div(chosen, hidden=labels is None), html.Div(recipe, hidden=not recipes)),
            hidden=labels is None and not recipes,
        ),
    ]


def mapping_table(counts: Mapping[str, int], suggested: Mapping[str, str | None], classes: Sequence[str]) -> Component:
    """Return what each label of the source becomes, for the person to confirm."""
    options = [{"label": "Leave out", "value": LEAVE_OUT}, *[{"label": name, "value": name} for name in classes]]
    rows = []
    for label, n in counts.items():
        chosen = select(ids.data_mapping_select(label), options, suggested.get(label) or LEAVE_OUT, small=True)
        named = html.Label(label, htmlFor=dom_id(ids.data_mapping_select(label)), className="mono")
        rows.append(html.Tr([html.Td(named), html.Td(count(n), className="cell-number"), html.Td(chosen)]))
    heads = [html.Th("Label in the file", scope="col"), html.Th("Spectra", scope="col", className="cell-number")]
    top = html.Thead(html.Tr([*heads, html.Th("Class", scope="col")]))
    caption = html.Caption("Which class each label of the file is", className="visually-hidden")
    note = html.P("Look through these: a wrong class teaches the network something wrong.", className="field-hint")
    return html.Div([html.Table([caption, top, html.Tbody(rows)], className="data-table data-mapping"), note])
