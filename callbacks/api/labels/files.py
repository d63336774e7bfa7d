"""Labels as files, out and in; lists of picked spectra; the figures at the end of a list."""

from dataclasses import asdict
from typing import Any

from flask import Response, request

from al_core.labeling.exports import FORMATS
from al_core.labeling.grid import OWN_COLUMNS
from al_core.labeling.importing import LARGEST_FILE
from al_core.labeling.ordering import ORDERS
from al_core.services import Services
from al_core.sessions import Share
from callbacks.access import current_user
from callbacks.api.labels.answers import (
    BadRequestError,
    Routes,
    answer,
    answering,
    body,
    ids_of,
    is_on,
    required,
    session_of,
    texts_of,
)
from callbacks.api.labels.views import options_of

#: Rejected rows of an import that are listed.
MOST_LISTED = 1000


@answering
def export(services: Services) -> Response:
    """Return labels, spectra or the journal as a file, sent while it is written."""
    file_format = request.args.get("format") or "csv"
    name, pieces = services.labeling.export(
        session_of(), required("what"), file_format, has_sample=is_on("sample", True)
    )
    response = Response(pieces, mimetype=FORMATS[file_format])
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    response.headers["Cache-Control"] = "no-store"
    return response


@answering
def import_file(services: Services) -> Response:
    """Add the labels of a file, sent as the body or as the field `file` of a form, to the journal."""
    request.max_content_length = LARGEST_FILE
    sent = request.files.get("file")
    content = request.get_data() if sent is None else sent.stream.read()
    name = request.args.get("name") or (sent.filename if sent is not None else None) or "labels.csv"
    found = services.labeling.import_labels(
        session_of(), content, annotator=current_user(), name=name, replaces=is_on("replace", False)
    )
    rejected = [row._asdict() for row in found.rejected[:MOST_LISTED]]
    return answer(asdict(found) | {"rejected": rejected, "n_rejected": len(found.rejected)})


@answering
def progress(services: Services) -> Response:
    """Return the figures at the end of a list."""
    found = services.labeling.progress(session_of(), options_of())
    shares = {"agreement": share(found.agreement), "consistency": share(found.consistency)}
    return answer(vars(found) | shares)


def share(found: Share | None) -> dict[str, Any] | None:
    """Return a share with its interval."""
    if found is None:
        return None
    names = ("n_right", "n", "low", "high", "value", "is_enough")
    return {name: getattr(found, name) for name in names}


@answering
def table(services: Services) -> Response:
    """Return every spectrum of a queue with label, prediction and metadata."""
    rows = services.labeling.grid(session_of(), options_of(), ids_of("columns") or None)
    return answer({"columns": OWN_COLUMNS, "orders": ORDERS, "rows": rows})


@answering
def lists(services: Services) -> Response:
    """Return the lists of picked spectra of a session."""
    return answer({"lists": [vars(one) for one in services.labeling.lists(session_of())]})


@answering
def store_list(services: Services) -> Response:
    """Store a list of picked spectra."""
    content = body()
    session_id, name, origin = (str(content.get(key) or "") for key in ("session", "name", "origin"))
    if not session_id:
        raise BadRequestError("Expected a session, found none.")
    ids = texts_of(content, "ids")
    stored = services.labeling.store_list(session_id, name, ids, owner=current_user(), origin=origin)
    return answer(vars(stored), 201)


@answering
def delete_list(services: Services) -> Response:
    """Delete a list; labels of its spectra stay."""
    services.labeling.delete_list(session_of(), required("list"))
    return answer({})


ROUTES: Routes = (
    ("/export", "GET", export),
    ("/import", "POST", import_file),
    ("/progress", "GET", progress),
    ("/table", "GET", table),
    ("/lists", "GET", lists),
    ("/lists", "POST", store_list),
    ("/lists", "DELETE", delete_list),
)
