"""What is done with all results: labels, taken back as they were given, and queues."""

from flask import Response

from al_core.candidates.labels import label_results, undo_act
from al_core.labeling.lists import LONGEST_LIST
from al_core.services import Services
from callbacks.access import current_user
from callbacks.api.candidates.asking import answering, number, question, session_of, text
from callbacks.api.labels.answers import BadRequestError, Routes, answer, body

LONGEST_COMMENT = 2000


@answering
def label(services: Services) -> Response:
    """Give all results one label; the answer names the act, by which it is taken back."""
    asked = question(services)
    content = asked.content
    asked.require_session()
    comment = content.get("comment") or ""
    if not isinstance(comment, str) or len(comment) > LONGEST_COMMENT:
        raise BadRequestError(f"Expected a comment of at most {LONGEST_COMMENT} characters.")
    done = label_results(
        services.labeling,
        services.metadata,
        asked.scope,
        asked.meant,
        text(content, "class_id"),
        annotator=current_user(),
        expected=number(content, "expected", -1, 0, 2**53),
        comment=comment.strip(),
        search=str(content.get("q", "")),
    )
    return answer({"bulk": done.bulk, "n": done.n, "n_left_out": done.n_sample, "n_missing": done.n_missing})


@answering
def undo(services: Services) -> Response:
    """Take back an act, as far as its labels still count."""
    content = body()
    session = session_of(services, text(content, "session"))
    if session is None:
        raise BadRequestError("Expected a session, found none.")
    n = undo_act(services.labeling, session.session_id, text(content, "bulk"), current_user())
    return answer({"n": n})


@answering
def queue(services: Services) -> Response:
    """Store the results as a list to be labeled one by one."""
    asked = question(services)
    session = asked.require_session()
    n = services.metadata.count(asked.scope, asked.meant)
    if n > LONGEST_LIST:
        raise BadRequestError(f"A queue has at most {LONGEST_LIST:,} spectra, these are {n:,}. Narrow the search.")
    pool = services.labeling.require_pool(session)
    frames = services.metadata.all_rows(asked.scope, asked.meant, (), asked.sort)
    ids = [name for frame in frames for name in frame["id"].to_list()]
    known = [name for name, row in zip(ids, pool.find(ids).tolist(), strict=True) if row >= 0]
    name, origin = str(asked.content.get("name") or ""), f"search: {asked.content.get('q', '')}"
    stored = services.labeling.store_list(session.session_id, name, known, owner=current_user(), origin=origin)
    source = f"list:{stored.list_id}"
    return answer({"name": stored.name, "n": stored.n_spectra, "n_missing": len(ids) - len(known), "source": source})


ROUTES: Routes = (("/label", "POST", label), ("/undo", "POST", undo), ("/queue", "POST", queue))
