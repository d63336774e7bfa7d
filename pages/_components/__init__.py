"""Pieces of layout that pages and callbacks compose: pure functions that return Dash components.

Import from here: ``from pages._components import button, card, chip, page_head``.
"""

from pages._components.buttons import (
    button,
    dom_id,
    icon_button,
    key_hint,
    menu,
    menu_line,
    row_menu,
    segmented,
    toggle_pill,
)
from pages._components.cards import card, facts, key_figure, key_figures, page_head, section
from pages._components.chips import chip, class_mark, class_name, phase_chip, simulated_chip
from pages._components.dialogs import confirm_dialog, dialog, drawer
from pages._components.fields import (
    checkbox,
    error_slot,
    field,
    fields,
    number_input,
    search_field,
    select,
    text_area,
    text_input,
)
from pages._components.figure_cards import figure_card, plot, plot_data_id, plot_sentence_id
from pages._components.graphics import interval, plate, share_bar, sparkline
from pages._components.icons import icon
from pages._components.progress import progress_bar, progress_ring, stages, working
from pages._components.states import banner, empty_state, error_text, failed_state, note_text, skeleton
from pages._components.tables import data_table, grid
from pages._components.toasts import toast

__all__ = [
    "banner",
    "button",
    "card",
    "checkbox",
    "chip",
    "class_mark",
    "class_name",
    "confirm_dialog",
    "data_table",
    "dialog",
    "dom_id",
    "drawer",
    "empty_state",
    "error_slot",
    "error_text",
    "facts",
    "failed_state",
    "field",
    "fields",
    "figure_card",
    "grid",
    "icon",
    "icon_button",
    "interval",
    "key_figure",
    "key_figures",
    "key_hint",
    "menu",
    "menu_line",
    "note_text",
    "number_input",
    "page_head",
    "phase_chip",
    "plate",
    "plot",
    "plot_data_id",
    "plot_sentence_id",
    "progress_bar",
    "progress_ring",
    "row_menu",
    "search_field",
    "section",
    "segmented",
    "select",
    "share_bar",
    "simulated_chip",
    "skeleton",
    "sparkline",
    "stages",
    "text_area",
    "text_input",
    "toast",
    "toggle_pill",
    "working",
]
