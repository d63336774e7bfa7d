"""Spectra of rows: small pictures for many, all of one."""

from typing import Any

import numpy as np
from flask import Response

from al_core.errors import ALCoreError, PoolError
from al_core.labeling.window import flux_range, window_of
from al_core.pools import Pool
from al_core.services import Services
from al_core.sessions import Session
from callbacks.api.candidates.asking import answering, session_of
from callbacks.api.labels.answers import BadRequestError, Routes, answer, body, texts_of

MOST_THUMBS = 500
#: Spectra that the common axis is taken from.
_SAMPLE = 600


def pool_of(services: Services, session: Session | None) -> Pool | None:
    """Return the pool of a session, None without one; one that cannot be opened is as good as none here."""
    if session is None:
        return None
    try:
        return services.labeling.pool(session)
    except PoolError:
        return None


@answering
def thumbs(services: Services) -> Response:
    """Return the window of up to `MOST_THUMBS` spectra, and the range that all of them are drawn in."""
    content = body()
    ids = texts_of(content, "ids")
    if len(ids) > MOST_THUMBS:
        raise BadRequestError(f"Expected at most {MOST_THUMBS} ids, found {len(ids)}.")
    pool = pool_of(services, session_of(services, content.get("session")))
    if pool is None or not ids:
        return answer({"thumbs": {}, "range": [0, 1]})
    places = pool.find(ids)
    known = [(name, row) for name, row in zip(ids, places.tolist(), strict=True) if row >= 0]
    flux = np.round(np.asarray(pool.flux[np.array([row for _, row in known], dtype=np.int64)], dtype=np.float64), 2)
    found = {name: values for (name, _), values in zip(known, flux, strict=True)}
    return answer({"thumbs": found, "range": sample_range(pool)})


def sample_range(pool: Pool) -> tuple[float, float]:
    """Return the limits of the flux that nearly all spectra of a pool keep, from some spread over it."""
    return flux_range(_sample(pool))


def _sample(pool: Pool) -> Any:
    rows = np.unique(np.linspace(0, pool.n_spectra - 1, min(_SAMPLE, pool.n_spectra)).astype(np.int64))
    return np.asarray(pool.flux[rows])


def spectrum_of(services: Services, session: Session | None, row_id: str) -> dict[str, Any]:
    """Return what is drawn of one spectrum, or why there is nothing to draw."""
    pool = pool_of(services, session)
    if session is None or pool is None:
        why = "No session is open, so there is no pool to draw from." if session is None else "The session has no pool."
        return {"spectrum": None, "why": why}
    if pool.find([row_id]).tolist() == [-1]:
        why = f"The pool “{pool.name}” has no spectrum of this id: the row is metadata alone."
        return {"spectrum": None, "why": why}
    try:
        view = services.labeling.spectra(session.session_id, [row_id])[row_id]
    except ALCoreError as error:
        return {"spectrum": None, "why": str(error)}
    return {"spectrum": {"window": view["window"], "full": view["full"]}, "window": window_of(pool, _sample(pool))}


ROUTES: Routes = (("/thumbs", "POST", thumbs),)
