"""Classes of the results by iteration, what changed class between two of them, and predictions as files."""

from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode

from flask import Response, request

from al_core.candidates.changes import changes_between, changes_file
from al_core.candidates.files import STREAMED
from al_core.candidates.predicted import Network, networks_of
from al_core.candidates.predictions import prediction_file
from al_core.candidates.statistics import result_ids, statistics_of
from al_core.services import Services
from al_core.sessions import Session
from callbacks.api.candidates.asking import answering, number, question, session_of
from callbacks.api.labels.answers import BadRequestError, Routes, answer, number_of, required

#: Spectra that changed class, in the answer; all of them are in the matrix.
MOST_CHANGED = 200
NAMES = {"csv": "CSV", "parquet": "Parquet", "votable": "VOTable"}
TYPES = {
    "csv": "text/csv; charset=utf-8",
    "parquet": "application/vnd.apache.parquet",
    "votable": "application/x-votable+xml",
}


@answering
def statistics(services: Services) -> Response:
    """Count the classes of the results, as every iteration predicted them and as they were labeled."""
    asked = question(services)
    session = asked.require_session()
    networks = networks_of(services.sessions, session)
    journal = services.sessions.journal(session.session_id)
    found = statistics_of(services.metadata, asked.scope, asked.meant, networks, journal)
    known = [one.class_id for one in session.classes]
    classes: list[str | None] = [*known]
    if any(None in one.counts for one in found.iterations):
        classes.append(None)
    numbers = sorted({key for one in found.labels for key in one.counts}, key=lambda key: (key is None, key or 0))
    return answer(
        {
            "classes": classes,
            "iterations": [
                {"iteration": one.iteration, "n": one.n, "counts": [one.counts.get(key, 0) for key in classes]}
                for one in found.iterations
            ],
            "label_iterations": numbers,
            "labels": [
                {"class_id": one.class_id, "counts": [one.counts.get(key, 0) for key in numbers]}
                for one in found.labels
            ],
        }
    )


@answering
def changes(services: Services) -> Response:
    """Compare the classes of the results in two iterations."""
    asked = question(services)
    networks = {one.info.number: one for one in networks_of(services.sessions, asked.require_session())}
    before, after = (_network(networks, number(asked.content, name, -1, -1, 10**6)) for name in ("from", "to"))
    ids = result_ids(services.metadata, asked.scope, asked.meant) if asked.parts or asked.content.get("only") else None
    found = changes_between(before, after, ids)
    return answer(
        {
            "from": before.info.number,
            "to": after.info.number,
            "classes": found.classes,
            "matrix": found.matrix,
            "n": found.n,
            "n_changed": found.n_changed,
            "rows": found.rows.head(MOST_CHANGED).to_dicts(),
        }
    )


def _network(networks: dict[int, Network], wanted: int) -> Network:
    found = networks.get(wanted)
    if found is None:
        raise BadRequestError(f"No iteration {wanted} has predicted. Iterations: {', '.join(map(str, networks))}.")
    return found


def downloads(services: Services, session: Session | None) -> list[dict[str, Any]]:
    """Return the files of predictions of every iteration of a session, the newest first."""
    if session is None:
        return []
    found = []
    for one in reversed(networks_of(services.sessions, session)):
        about = {"session": session.session_id, "iteration": one.info.number}
        files = [
            {"format": NAMES[form], "url": f"/api/candidates/predictions?{urlencode(about | {'format': form})}"}
            for form in STREAMED
        ]
        found.append({"name": f"Iteration {one.info.number}", "files": files})
    return found


@answering
def predictions(services: Services) -> Response:
    """Return what an iteration said of its whole pool, as a file that is sent while it is written."""
    session = session_of(services, required("session"))
    form = request.args.get("format") or "csv"
    if session is None or form not in STREAMED:
        raise BadRequestError(f"Expected one of the formats {', '.join(STREAMED)}, found {form!r:.40}.")
    networks = {one.info.number: one for one in networks_of(services.sessions, session)}
    wanted = number_of("iteration")
    network = _network(networks, max(networks, default=-1) if wanted is None else wanted)
    name = f"{session.session_id}-{network.info.number:03d}-predictions"
    return _file(prediction_file(network, form), name, form)


@answering
def changed(services: Services) -> Response:
    """Return all spectra of the pool that changed class between two iterations, as a file."""
    session = session_of(services, required("session"))
    form = request.args.get("format") or "csv"
    if session is None or form not in STREAMED:
        raise BadRequestError(f"Expected one of the formats {', '.join(STREAMED)}, found {form!r:.40}.")
    networks = {one.info.number: one for one in networks_of(services.sessions, session)}
    before, after = (_network(networks, number_of(name, -1) or 0) for name in ("from", "to"))
    name = f"{session.session_id}-{before.info.number:03d}-{after.info.number:03d}-changed"
    return _file(changes_file(changes_between(before, after), after, form), name, form)


def _file(pieces: Iterator[bytes], name: str, form: str) -> Response:
    made = Response(pieces, mimetype=TYPES[form])
    made.headers["Content-Disposition"] = f'attachment; filename="{name}.{STREAMED[form]}"'
    made.headers["Cache-Control"] = "no-store"
    return made


ROUTES: Routes = (
    ("/statistics", "POST", statistics),
    ("/changes", "POST", changes),
    ("/predictions", "GET", predictions),
    ("/changed", "GET", changed),
)
