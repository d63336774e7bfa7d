"""What the page begins with: session, indices and their fields, backend, saved searches, what can be downloaded."""

from typing import Any

from flask import Response, request

from al_core.errors import QueryError, StoreUnavailableError
from al_core.lines import HALPHA
from al_core.metadata.fields import MAX_CLASSES, SESSION_FIELDS, Field, FieldType, Schema
from al_core.metadata.language import Names
from al_core.metadata.query import EVERYTHING, Scope
from al_core.metadata.results import StorageReport
from al_core.metadata.sky import HEALPIX_FIELD
from al_core.services import Services
from al_core.sessions import Session
from callbacks.api.candidates.asking import answering, indices_of, names_of, session_of
from callbacks.api.candidates.rows import BLIND
from callbacks.api.candidates.searches import saved_searches
from callbacks.api.candidates.spectra import pool_of
from callbacks.api.candidates.statistics import downloads
from callbacks.api.labels.answers import Routes, answer
from callbacks.api.labels.views import class_of

#: What fields are called on the page, where their own name is not it.
TITLES = {
    "id": "Id", "class": "Survey class", "subclass": "Subclass", "snru": "S/N u", "snrg": "S/N g", "snrr": "S/N r",
    "snri": "S/N i", "snrz": "S/N z", "snr": "S/N", "ra": "RA", "dec": "Dec", "obsdate": "Observed", "z": "z",
    "designation": "Designation", "mag1": "mag 1", "mag2": "mag 2", "mag3": "mag 3", "obsid": "obsid",
    "@label": "Your label", "@predicted": "Predicted class", "@probability": "Probability", "@entropy": "Entropy",
    "@p_candidate": "p(candidate)", "@margin": "Margin", "@confidence": "Confidence", "@comment": "Comment",
    "@answer": "Answer", "@annotator": "Labeled by", "@labeled": "Labeled on", "@queue": "Queue",
    "@iteration": "Iteration", "@set": "Set",
}  # fmt: skip
#: Heads of columns are shorter.
SHORT = {"@p_candidate": "p", "@predicted": "Predicted", "@label": "Label"}
COLUMNS = (
    *("id", "window", "@p_candidate", "@entropy", "mag1", "@predicted", "subclass", "@label"),
    *("snrr", "snrg", "snr"),
)
FACETS = ("@predicted", "@label", "class", "subclass", "snrr", "snrg", "snr")
#: Of several fields that say the same of a spectrum one is enough at first.
NOISES = ("snrr", "snrg", "snr")
#: Numbers that count things: as facets they have values, not limits.
WHOLE = ("@confidence", "@iteration")


@answering
def state(services: Services) -> Response:
    """Return what the page begins with; a backend that is away is told of, not an error."""
    session = session_of(services, request.args.get("session") or None)
    report = services.metadata.report()
    known = [one.name for one in report.indices]
    asked = [name for name in request.args.get("index", "").split(",") if name]
    chosen = [name for name in dict.fromkeys(asked) if name in known] or indices_of(services, session, known)
    trouble, schema = report.trouble, Schema([])
    if chosen:
        try:
            schema = services.metadata.schema(chosen)
        except StoreUnavailableError as error:
            trouble = str(error)
    is_predicted = trouble is None and bool(chosen) and predicted(services, session, chosen)
    pool = pool_of(services, session)
    fields = fields_of(schema, session, names_of(session), is_predicted=is_predicted)
    names = [one["name"] for one in fields]
    return answer(
        {
            "session": None if session is None else session_about(session),
            "indices": [vars(one) | {"fields": None} for one in report.indices],
            "chosen": chosen,
            "backend": backend_about(report, trouble),
            "fields": fields,
            "columns": usual(COLUMNS, names, also=["window"] if pool is not None else []),
            "facets": usual(FACETS, names),
            "whole": WHOLE,
            "blind": BLIND,
            "sort": [{"field": "@p_candidate", "descending": True}] if is_predicted else [],
            "histogram": first_number(fields),
            "has_sky": HEALPIX_FIELD.name in schema or {"ra", "dec"} <= set(names),
            "has_spectra": pool is not None,
            "window_title": window_title(pool),
            "saved": saved_searches(services, session),
            "downloads": downloads(services, session),
        }
    )


def session_about(session: Session) -> dict[str, Any]:
    """Return what the page says of a session."""
    names = ("session_id", "name", "pool", "simulated")
    return {name: getattr(session, name) for name in names} | {"classes": [class_of(one) for one in session.classes]}


def backend_about(report: StorageReport, trouble: str | None) -> dict[str, Any]:
    """Return which backend answers."""
    return {"backend": report.backend, "version": report.version, "trouble": trouble}


def predicted(services: Services, session: Session | None, chosen: list[str]) -> bool:
    """Whether a network of the session has predicted any of the rows."""
    if session is None:
        return False
    scope = Scope(tuple(chosen), session.session_id)
    try:
        return services.metadata.statistics(scope, EVERYTHING, "@p_candidate").count > 0
    except (QueryError, StoreUnavailableError):
        return False


def fields_of(schema: Schema, session: Session | None, names: Names, *, is_predicted: bool) -> list[dict[str, Any]]:
    """Return the fields that the page offers, those of the session behind those of the index."""
    own = [field for field in schema if not field.name.startswith("_")]
    ofs = [] if session is None else [field for field in SESSION_FIELDS if _is_offered(field, names, is_predicted)]
    return [_about(field, names) for field in [*own, *ofs]]


def _about(field: Field, names: Names) -> dict[str, Any]:
    place = _class_place(field)
    title = (
        f"p({names.classes[place].name})" if place is not None else TITLES.get(field.name, field.original or field.name)
    )
    return {
        "name": field.name,
        "type": str(field.type),
        "title": title,
        "short": SHORT.get(field.name, title),
        "unit": field.unit,
        "description": field.description,
    }


def _class_place(field: Field) -> int | None:
    number = field.name[2:]
    return int(number) if field.name.startswith("@p") and number.isdigit() else None


def _is_offered(field: Field, names: Names, is_predicted: bool) -> bool:
    place = _class_place(field)
    if place is not None:
        return is_predicted and place < min(len(names.classes), MAX_CLASSES)
    of_network = ("@iteration", "@set", "@predicted", "@probability", "@p_candidate", "@entropy", "@margin")
    return is_predicted or field.name not in of_network


def usual(wanted: tuple[str, ...], known: list[str], also: list[str] | None = None) -> list[str]:
    """Return those of some fields that there are; of those that say the same, the first."""
    found = [name for name in wanted if name in known or name in (also or [])]
    noises = [name for name in found if name in NOISES][1:]
    return [name for name in found if name not in noises]


def first_number(fields: list[dict[str, Any]]) -> str | None:
    """Return the number that is most worth a look, None where there is none."""
    kinds = (str(FieldType.NUMBER), str(FieldType.INTEGER))
    known = [one["name"] for one in fields if one["type"] in kinds]
    return next((name for name in ("@p_candidate", *NOISES, "mag1", *known) if name in known), None)


def window_title(pool: Any) -> str:
    """Return what the column of pictures is called."""
    return "Hα window" if pool is not None and pool.grid[0] <= HALPHA <= pool.grid[-1] else "Window"


ROUTES: Routes = (("/state", "GET", state),)
