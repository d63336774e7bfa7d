"""What may follow while a search is typed: names of fields, and values of the field before the colon."""

import re
from typing import Any

from al_core.metadata.base import MetadataStore
from al_core.metadata.fields import SESSION_FIELDS, Field, FieldType
from al_core.metadata.language.names import CANDIDATE_FIELD, CLASS_FIELDS, FieldNames
from al_core.metadata.language.source import quote
from al_core.metadata.query import EVERYTHING
from callbacks.api.candidates.asking import Question
from callbacks.api.candidates.chips import name_of

MOST = 10
#: Unfinished conditions at the end of what was typed.
_VALUE = re.compile(r"(@?[A-Za-z]\w*)\s*(:|=|!=)\s*(?:\(?(?:[^()\"]*(?:OR|,)\s*)?)(\"?)([^\s()\"]*)$")
_NAME = re.compile(r"(?:^|[\s(])-?(@?[A-Za-z][\w(]*)$")
_SAFE = re.compile(r"\w[\w.+/:\-]*")
_NUMBERED = re.compile(r"@p\d+")


def suggestions(store: MetadataStore, asked: Question) -> list[dict[str, Any]]:
    """Return suggestions for `text` at `position`: what is shown, and which part of the text it replaces."""
    whole = str(asked.content.get("text", ""))[:2000]
    position = asked.content.get("position")
    at = min(position, len(whole)) if isinstance(position, int) and position >= 0 else len(whole)
    before = whole[:at]
    found = _VALUE.search(before)
    if found is not None:
        field = FieldNames(asked.schema).find(found[1])
        if field is None:
            return []
        start = found.start(4) - len(found[3])
        return _values(store, asked, field, found[4], start, at)
    named = _NAME.search(before)
    return [] if named is None else _names(asked, named[1], named.start(1), at)


def _names(asked: Question, typed: str, start: int, end: int) -> list[dict[str, Any]]:
    wanted = typed.lower().lstrip("@")
    session = [one for one in SESSION_FIELDS if asked.session is not None and not _NUMBERED.fullmatch(one.name)]
    ranked: list[tuple[int, str, Field]] = []
    for field in [*session, *asked.schema]:
        name = name_of(field.name, asked.schema)
        plain = name.lower().lstrip("@")
        texts = [plain, field.original.lower(), field.description.lower()]
        if name.startswith("_") or not any(wanted in text for text in texts):
            continue
        rank = 0 if plain.startswith(wanted) else 1 if wanted in plain else 2
        ranked.append((rank, name, field))
    ranked.sort(key=lambda one: one[:2])
    made = []
    for _, name, field in ranked[:MOST]:
        detail = ", ".join(part for part in (field.description or field.original, field.unit) if part)
        ending = ">=" if field.name == CANDIDATE_FIELD else ":"
        made.append(_made("field", name, f"{name}{ending}", detail or str(field.type), start, end))
    return made


def _values(
    store: MetadataStore, asked: Question, field: Field, typed: str, start: int, end: int
) -> list[dict[str, Any]]:
    if field.name in CLASS_FIELDS:
        classes = [one for one in asked.names.classes if typed.lower() in one.name.lower()]
        return [
            _made("value", one.name, f"{_quoted(one.name)} ", "class", start, end) | {"class_id": one.class_id}
            for one in classes[:MOST]
        ]
    if field.type is FieldType.BOOLEAN:
        return [_made("value", one, f"{one} ", "", start, end) for one in ("true", "false") if one.startswith(typed)]
    if field.type is not FieldType.STRING:
        about = store.statistics(asked.scope, EVERYTHING, field.name)
        if about.low is None or about.high is None or field.type is FieldType.TIME or typed:
            return []
        low, high = f"{about.low:g}", f"{about.high:g}"
        return [_made("field", f"{low}..{high}", f"{low}..{high}", f"all {about.count:,} values", start, end)]
    facet = store.facets(asked.scope, EVERYTHING, [field.name], size=MOST, containing=typed)[field.name]
    return [
        _made("value", str(value), f"{_quoted(str(value))} ", f"{count:,}", start, end) for value, count in facet.values
    ]


def _made(kind: str, shown: str, text: str, detail: str, start: int, end: int) -> dict[str, Any]:
    return {"kind": kind, "shown": shown, "text": text, "detail": detail, "start": start, "end": end}


def _quoted(text: str) -> str:
    return text if _SAFE.fullmatch(text) else quote(text)
