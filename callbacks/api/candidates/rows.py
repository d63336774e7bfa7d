"""Rows of the results, a block at any place, and everything that is known of one."""

import time
from typing import Any

import polars as pl
from flask import Response

from al_core.errors import QueryError
from al_core.labeling.links import links_of
from al_core.labeling.spectra import subtitle_of, title_of
from al_core.labeling.state import states_of
from al_core.metadata.fields import SESSION_FIELDS, SESSION_MARK
from al_core.metadata.query import EVERYTHING, MAX_PAGE, Query, Scope
from al_core.metadata.results import Page
from al_core.services import Services
from al_core.sessions import Session
from al_core.sessions.database import session_database
from callbacks.api.candidates.asking import Question, answering, number, question, text
from callbacks.api.candidates.spectra import spectrum_of
from callbacks.api.labels.answers import BadRequestError, Routes, answer

MOST_COLUMNS = 200
#: Counting the stars of more results than this would take longer than finding them.
MOST_FOR_STARS = 20_000
#: What a network says, and what must not be seen of a spectrum that is to be labeled blind.
BLIND = tuple(
    one.name for one in SESSION_FIELDS
    if one.name in ("@predicted", "@probability", "@p_candidate", "@entropy", "@margin") or one.name[1:2] == "p"
)  # fmt: skip


@answering
def rows(services: Services) -> Response:
    """Return the rows of a search from a place on, with the number of all of them."""
    began = time.perf_counter()
    asked = question(services)
    start = number(asked.content, "start", 0, 0, 2**53)
    size = number(asked.content, "size", 100, 1, MAX_PAGE)
    columns = columns_of(asked)
    wanted = Query(asked.scope, asked.condition, asked.sort, size=size, columns=columns)
    page = services.metadata.search(wanted) if start == 0 else services.metadata.rows_at(wanted, start)
    ms = (time.perf_counter() - began) * 1000
    found = row_dicts(services, asked.session, page.rows)
    everything = services.metadata.count(asked.scope, EVERYTHING)
    stars = stars_of(services, asked, page) if start == 0 else None
    return answer({"rows": found, "total": page.total, "all": everything, "ms": round(ms, 1), "stars": stars})


def columns_of(asked: Question) -> tuple[str, ...]:
    """Return the columns that are asked for; the page names fields only."""
    given = asked.content.get("columns") or []
    if not isinstance(given, list) or len(given) > MOST_COLUMNS:
        raise BadRequestError(f"Expected a list of up to {MOST_COLUMNS} columns.")
    # A column that is gone, from an old address, is no reason to show nothing.
    return tuple(dict.fromkeys(str(name) for name in given if name in asked.schema and name != "id"))


def row_dicts(services: Services, session: Session | None, frame: pl.DataFrame) -> list[dict[str, Any]]:
    """Return rows as the page reads them; what must stay unseen is left out."""
    blind = blind_of(services, session, frame["id"].to_list()) if session is not None and len(frame) else set()
    found = []
    for row in frame.to_dicts():
        row["key"] = f"{row['index']}/{row['id']}"
        if row["id"] in blind:
            row["is_blind"] = True
            row.update({name: None for name in BLIND if name in row})
        found.append(row)
    return found


def blind_of(services: Services, session: Session, ids: list[str]) -> set[str]:
    """Return those of some spectra that a sample measures the network with and nobody has labeled."""
    members = services.labeling.estimated(session.session_id).intersection(ids)
    if not members:
        return set()
    with session_database(services.sessions.folder(session.session_id)) as connection:
        return {name for name, state in states_of(connection, members).items() if state.label is None}


def stars_of(services: Services, asked: Question, page: Page) -> int | None:
    """Return how many different stars the results are, None where that is not known or would take long."""
    if "designation" not in asked.schema.names or not 0 < page.total <= MOST_FOR_STARS:
        return None
    facet = services.metadata.facets(asked.scope, asked.condition, ["designation"], size=1)["designation"]
    return facet.n_values + facet.n_missing if facet.n_values < page.total else None


@answering
def one(services: Services) -> Response:
    """Return everything about one row, with its spectrum where the pool of the session has it."""
    asked = question(services)
    index, row_id = text(asked.content, "index_of"), text(asked.content, "id", 500)
    if index not in asked.scope.indices:
        raise QueryError(f"There is no index {index[:60]!r} in this search.")
    names = [*asked.schema.names, *(field.name for field in SESSION_FIELDS if asked.session is not None)]
    scope = Scope((index,), asked.scope.session)
    own = services.metadata.schema([index])
    frame = services.metadata.get(scope, [row_id], [name for name in names if name in own and name != "id"])
    if not len(frame):
        raise QueryError(f"{index} has no row {row_id[:80]!r}. It may have been imported anew; search again.")
    values = frame.drop("version").to_dicts()[0]
    blind = asked.session is not None and row_id in blind_of(services, asked.session, [row_id])
    if blind:
        values.update({name: None for name in BLIND if name in values})
    facts = {name: value for name, value in values.items() if name not in ("id", "index") and name[0] != "_"}
    said = {name: values.get(SESSION_MARK + name) for name in ("label", "answer", "comment", "confidence")}
    view = spectrum_of(services, asked.session, row_id)
    return answer(
        {
            "title": title_of(row_id, values),
            "subtitle": subtitle_of(row_id, values),
            "values": facts,
            "said": said,
            "links": links_of(values),
            "is_blind": blind,
            **view,
        }
    )


ROUTES: Routes = (("/rows", "POST", rows), ("/spectrum", "POST", one))
