"""Adding data: choose, see what was recognized, choose the recipe, name, import."""

from collections.abc import Sequence
from typing import Any

from dash import dcc, html
from dash.development.base_component import Component

from al_core.library.recognition import Format, Recognized
from callbacks import ids
from pages._components.buttons import button
from pages._components.cards import card, section
from pages._components.chips import chip
from pages._components.data_files import upload_zone
from pages._components.data_indices import index_button
from pages._components.data_recipe import recipe_editor
from pages._components.fields import checkbox, error_slot, field, fields, select, text_input
from pages._components.states import banner, failed_state, skeleton
from pages._components.tables import data_table
from pages._components.text import count, counted, file_size

#: Kind of a format: word and look of its chip.
KINDS: dict[str, tuple[Any, str]] = {
    "spectrum": ("done", "Spectra"),
    "pool": ("done", "Spectra"),
    "training": ("done", "Labeled spectra"),
    "archive": ("neutral", "Archive"),
    "list": ("neutral", "Metadata or labels"),
    "unknown": ("failed", "Not recognized"),
}


def add_detail(has_root: bool) -> Component:
    """Return where data are chosen: files of one's own, or a folder of the server."""
    if has_root:
        browse: Component = html.Div(skeleton("rows", 3), id=ids.DATA_FOLDER_LIST)
    else:
        browse = html.P(
            ["Set ", html.Code("SPECTROLABE_DATA_ROOT"), " to a folder of the server to choose from it here."],
            className="secondary small",
        )
    parts = [
        section("From this computer", upload_zone()),
        section("From the server", html.Div([browse, dcc.Store(id=ids.DATA_FOLDER_STORE, data="")])),
    ]
    return card("Add data", parts)


def choice_detail(
    name: str,
    recognized: Recognized,
    recipes: Sequence[str],
    recipe: str,
    metadata: Sequence[dict[str, str]],
    suggested: str,
    left_out: Sequence[str] = (),
    can_index: bool = False,
) -> Component:
    """Return what a choice was recognized as, and the form that imports it; `left_out` of its zip file.

    `can_index`: it has a table whose metadata can be indexed.
    """
    subtitle = f"{counted(recognized.n_files, 'file')}, {file_size(recognized.n_bytes)}"
    parts = [section("Recognized", _recognized(recognized, left_out))]
    if recognized.has_spectra:
        parts.append(section("Recipe", _recipe_part(recipes, recipe, recognized)))
        parts.append(section("Import", _import_form(metadata, suggested)))
        foot = html.Div(
            [
                error_slot(ids.DATA_IMPORT_ERROR),
                html.Div(
                    [
                        *([index_button()] if can_index else []),
                        button("Make a training set", kind="outline", id=ids.data_action("show", "make", "choice")),
                        button("Import", kind="primary", id=ids.DATA_IMPORT_BUTTON),
                    ],
                    className="tools data-end",
                ),
            ]
        )
        return card(name, parts, subtitle=subtitle, foot=foot)
    parts.append(html.Div(_no_spectra(recognized, can_index), className="section"))
    foot = html.Div(index_button(), className="tools data-end") if can_index else None
    return card(name, parts, subtitle=subtitle, foot=foot)


def _recognized(recognized: Recognized, left_out: Sequence[str]) -> Component:
    rows = [[_kind(one), html.Span([one.label, _detail(one)]), count(one.n_looked_at)] for one in recognized.formats]
    table = data_table("Formats", ["Content", "Format", ("Files", "number")], rows)
    looked_at = sum(one.n_looked_at for one in recognized.formats)
    notes = []
    if recognized.is_sampled:
        notes.append(f"{count(looked_at)} of {count(recognized.n_files)} files were looked at; the import reads all.")
    if recognized.passed_over:
        notes.append(f"{counted(recognized.passed_over, 'document')} passed over.")
    written = [html.P(note, className="field-hint") for note in notes]
    written += [html.P(f"Not unpacked: {text}.", className="data-left-out small") for text in left_out]
    return html.Div([table, *written])


def _kind(one: Format) -> Component:
    look, word = KINDS[one.kind]
    return chip(look, word, icon="" if look == "neutral" else None)


def _detail(one: Format) -> Component:
    text = f"{one.example}: {one.detail}" if one.detail else one.example
    return html.Div(text, className="quiet small data-format-detail")


def _recipe_part(recipes: Sequence[str], recipe: str, recognized: Recognized) -> Component:
    keep = [
        checkbox(
            ids.DATA_IMPORT_RESAMPLE_CHECK, "Bring the tables onto the recipe's grid, instead of keeping their own"
        )
    ]
    hidden = [html.Div(checkbox(ids.DATA_IMPORT_RESAMPLE_CHECK, ""), hidden=True)]
    return html.Div(
        [recipe_editor(recipes, recipe, is_open=False), *(keep if recognized.is_on_grid else hidden)], className="stack"
    )


def _import_form(metadata: Sequence[dict[str, str]], suggested: str) -> Component:
    tables = [{"label": "None", "value": "none"}, *metadata]
    name = text_input(ids.DATA_IMPORT_NAME_INPUT, suggested)
    chosen = select(ids.DATA_IMPORT_METADATA_SELECT, tables, "none", disabled=not metadata)
    hint = "Joined by id, file name or obsid" if metadata else "Upload a table with one row for each spectrum"
    return html.Div(
        [
            fields(field("Name of the pool", name), field("Table of metadata", chosen, hint=hint)),
            checkbox(ids.DATA_IMPORT_DUPLICATES_CHECK, "Leave out spectra whose id came before (else kept as id~2)"),
            checkbox(ids.DATA_IMPORT_EXPOSURES_CHECK, "Import single exposures too, where files hold them"),
        ],
        className="stack",
    )


def _no_spectra(recognized: Recognized, can_index: bool) -> Component:
    if can_index or any(one.kind == "list" for one in recognized.formats):
        text = "Index it to search it, or choose it when you import spectra or labels of a training set."
        return banner("waiting", "This holds no spectra, but names some.", text)
    first = recognized.formats[0] if recognized.formats else None
    reason = first.detail if first else "There is no file that could hold spectra."
    return failed_state("Nothing in it can be imported", reason)


def failed_choice(name: str, text: str) -> Component:
    """Return what stands in place of a choice that cannot be looked at."""
    again = button("Add data", kind="outline", id=ids.data_action("show", "add"))
    return card(name, failed_state("This choice cannot be used", text, again))
