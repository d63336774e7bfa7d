"""What is looked at: queue, spectra, overlays, lines."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from flask import Response, request

from al_core.labeling import LabelQueue, QueueOptions
from al_core.labeling.decimation import thumbnails
from al_core.labeling.items import WORDS, described
from al_core.labeling.ordering import ORDERS
from al_core.labeling.spectra import shown_columns
from al_core.labeling.window import window_of
from al_core.lines import load_lines
from al_core.services import Services
from al_core.sessions import Session
from callbacks.api.labels.answers import (
    BadRequestError,
    Routes,
    answer,
    answering,
    body,
    ids_of,
    is_on,
    number_of,
    required,
    session_of,
    share_of,
)
from callbacks.api.labels.lines import families
from callbacks.theme import class_color


def options_of() -> QueueOptions:
    """Return what the address asks to be served."""
    arguments = request.args
    return QueueOptions(
        source=arguments.get("source") or "auto",
        iteration=number_of("iteration"),
        order=arguments.get("order") or "mixed",
        repeats=share_of("repeats"),
        is_blind=is_on("blind", True),
        limit=number_of("limit"),
        is_shuffled=is_on("shuffled", True),
        offset=number_of("offset", 0) or 0,
    )


@answering
def queue(services: Services) -> Response:
    """Return the queue of a session."""
    session_id, options = session_of(), options_of()
    found, state = services.labeling.queue(session_id, options)
    session, choices = services.sessions.get(session_id), services.labeling.choices(session_id)
    pool = services.labeling.pool(session, found.pool if found.pool != session.pool else None)
    rows = np.empty(0, np.int64) if pool is None else pool.find([item.spectrum_id for item in found.items])
    flux = np.empty((0, 0), np.float32) if pool is None else np.asarray(pool.flux[np.maximum(rows, 0)])
    thumbs = thumbnails(flux) if found.items and pool is not None else []
    items = [described(item) for item in found.items]
    for item, row, thumb in zip(items, rows, thumbs, strict=False):
        item["thumb"] = thumb if row >= 0 else None
    return answer(
        {
            **about(session, found),
            "window": None if pool is None else window_of(pool, flux[rows >= 0]),
            "columns": columns_of(session, pool, choices.columns),
            "repeats": choices.repeats,
            "items": items,
            "sequence": state.sequence,
            "position": found.position,
            "blind_estimation": options.is_blind,
        }
    )


def about(session: Session, found: LabelQueue) -> dict[str, Any]:
    """Return what the page says above the queue."""
    return {
        "session": session.session_id,
        "name": session.name,
        "simulated": session.simulated,
        "iteration": found.iteration,
        "guess_iteration": found.guess_iteration,
        "source": found.source,
        "pool": found.pool,
        "strategy": found.strategy,
        "classes": [class_of(one) for one in session.classes],
        "orders": ORDERS,
        "words": WORDS,
        "counts": found.counts(),
        "n_available": found.n_available,
        "notices": found.notices,
    }


def class_of(one: Any) -> dict[str, Any]:
    """Return a class with its colors."""
    colors = {theme: class_color(one.color_row, theme) for theme in ("light", "dark")}
    names = ("class_id", "name", "color_row", "shape", "key", "is_candidate")
    return {name: getattr(one, name) for name in names} | {"color": colors}


def columns_of(session: Session, pool: Any, chosen: Sequence[str] | None) -> dict[str, list[str]]:
    """Return the columns of metadata that the pool has, those that are shown, and those that the session names."""
    known = [] if pool is None else pool.metadata.collect_schema().names()
    usual = shown_columns(session, known)
    shown = usual if chosen is None else [name for name in chosen if name in known]
    return {"all": known, "shown": shown, "usual": usual}


@answering
def sources(services: Services) -> Response:
    """Return what a queue can be made of."""
    return answer({"sources": [vars(one) for one in services.labeling.sources(session_of())]})


@answering
def choose(services: Services) -> Response:
    """Change how spectra of a session are labeled."""
    content = body()
    session_id = content.pop("session", None)
    if not isinstance(session_id, str) or not session_id:
        raise BadRequestError("Expected a session, found none.")
    return answer(vars(services.labeling.choose(session_id, content)))


@answering
def spectra(services: Services) -> Response:
    """Return what is shown of up to 20 spectra."""
    ids = ids_of("ids")
    if not ids:
        raise BadRequestError("Expected ?ids= with up to 20 ids, found none.")
    found = services.labeling.spectra(
        session_of(),
        ids,
        pool_name=request.args.get("pool") or None,
        iteration=number_of("iteration"),
        hidden=ids_of("hide"),
        is_blind=is_on("blind", True),
    )
    return answer({"spectra": found})


@answering
def overlays(services: Services) -> Response:
    """Return class means and the nearest labeled spectra."""
    return answer(services.labeling.overlays(session_of(), required("id"), request.args.get("pool") or None))


@answering
def lines(_services: Services) -> Response:
    """Return the spectral lines by family."""
    return answer({"families": families(load_lines())})


ROUTES: Routes = (
    ("/queue", "GET", queue),
    ("/sources", "GET", sources),
    ("/choices", "POST", choose),
    ("/spectra", "GET", spectra),
    ("/overlays", "GET", overlays),
    ("/lines", "GET", lines),
)
