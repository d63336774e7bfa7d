"""The configuration as a form: one control for each field of `al_core.runs.form`."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import dash_bootstrap_components as dbc
from dash import html
from dash.development.base_component import Component

from al_core.runs.form import ADVANCED, FIELDS, GROUPS, JSON_ONLY, FormField
from al_core.runs.keys import ALIASES
from callbacks import ids
from pages._components.cards import section
from pages._components.fields import checkbox, error_slot, field, fields, number_input, select, text_input
from pages._components.text import count

#: Fields that take the whole width.
_WIDE = ("pool_csv", "training_set_csv", "candidate_classes", "metadata2show", "metadata2import", "csv_metadata_file")


@dataclass(frozen=True)
class FormChoices:
    """What the session offers: data sets as (name, number of spectra), and classes in order."""

    pools: Sequence[tuple[str, int | None]]
    training_sets: Sequence[tuple[str, int | None]]
    classes: Sequence[str]


def form_schema(classes: Sequence[str], defaults: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """Return what the browser must know of each field to bring form and JSON together; `defaults` are the session's."""
    return {one.key: _schema(one, classes, defaults) for one in FIELDS}


def _schema(one: FormField, classes: Sequence[str], defaults: Mapping[str, Any]) -> dict[str, Any]:
    names = [one.key, *(alias for alias, key in ALIASES.items() if key == one.key)]
    default = defaults.get(one.key, one.default)
    return {"names": names, "widget": one.widget, "default": default, "order": list(classes)}


def configuration_form(draft: Mapping[str, Any], choices: FormChoices) -> list[Component]:
    """Return the groups of the form; those that are needed rarely are folded away."""
    shown = [_group(name, draft, choices) for name in GROUPS if name not in ADVANCED]
    folded = [_group(name, draft, choices) for name in ADVANCED]
    summary = html.Summary("More: results, names and files", className="section-title")
    return [*shown, html.Details([summary, *folded, _json_only()], className="section train-more")]


def _group(name: str, draft: Mapping[str, Any], choices: FormChoices) -> Component:
    own = [one for one in FIELDS if one.group == name]
    wide = [_field(one, draft, choices) for one in own if one.key in _WIDE]
    checks = [_field(one, draft, choices) for one in own if one.widget in ("yes_no", "boolean")]
    rest = [
        _field(one, draft, choices) for one in own if one.key not in _WIDE and one.widget not in ("yes_no", "boolean")
    ]
    return section(name, html.Div([*wide, *([fields(*rest)] if rest else []), *checks], className="train-fields"))


def _field(one: FormField, draft: Mapping[str, Any], choices: FormChoices) -> Component:
    error_id = ids.train_field_error(one.key)
    if one.widget in ("yes_no", "boolean"):
        control = checkbox(ids.train_field(one.key), one.label)
        return html.Div([control, error_slot(error_id)], title=one.help)
    if one.widget == "classes":
        return _classes(one, choices.classes, error_id)
    made = field(one.label, _control(one, draft, choices), unit=one.unit or None, error_id=error_id)
    return html.Div(made, title=one.help)


def _control(one: FormField, draft: Mapping[str, Any], choices: FormChoices) -> Component:
    identity = ids.train_field(one.key)
    if one.widget == "number":
        # No limits here: a field that the browser finds invalid says nothing, the check says what is wrong.
        return number_input(identity, step="any", placeholder="" if one.default is None else f"{one.default:g}")
    if one.widget in ("pool", "training_set"):
        named = choices.pools if one.widget == "pool" else choices.training_sets
        none = [{"label": "None", "value": ""}] if one.widget == "training_set" else []
        return select(identity, [*none, *_data_sets(named, draft.get(one.key))])
    if one.widget == "choice":
        unset = [{"label": "As the recipe says", "value": ""}] if one.default is None else []
        return select(identity, [*unset, *({"label": _short(label), "value": value} for value, label in one.choices)])
    return text_input(identity, placeholder="" if one.default is None else _joined(one.default))


def _short(label: str) -> str:
    """Leave out the explanation in parentheses, which does not fit into a field."""
    return label.partition(" (")[0]


def _joined(value: Any) -> str:
    return ", ".join(value) if isinstance(value, tuple) else str(value)


def _data_sets(named: Sequence[tuple[str, int | None]], current: Any) -> list[dict[str, Any]]:
    known = [{"label": name if n is None else f"{name}  ({count(n)})", "value": name} for name, n in named]
    if isinstance(current, str) and current and current not in [name for name, _ in named]:
        known.append({"label": current.rstrip("/").rsplit("/", 1)[-1], "value": current})
    return known


def _classes(one: FormField, classes: Sequence[str], error_id: dict[str, str]) -> Component:
    boxes = dbc.Checklist(
        options=[{"label": name, "value": name} for name in classes],
        id=ids.train_field(one.key),
        inline=True,
        class_name="train-classes",
    )
    legend = html.Legend(one.label, className="field-label")
    return html.Fieldset([legend, boxes, error_slot(error_id)], className="field", title=one.help)


def _json_only() -> Component:
    facts = [html.Div([html.Code(key), f" {reason}"]) for key, reason in JSON_ONLY.items()]
    head = html.Div("Only in the JSON", className="section-title")
    return html.Div([head, *facts], className="section small secondary train-json-only")
