"""Labels in, and what others did: POST /api/labels, GET /api/labels/events."""

from datetime import UTC, datetime
from typing import Any

from flask import Response

from al_core.labeling.posting import Posted
from al_core.services import Services
from callbacks.access import current_user
from callbacks.api.labels.answers import (
    BadRequestError,
    Routes,
    answer,
    answering,
    body,
    number_of,
    session_of,
    states,
)


@answering
def post(services: Services) -> Response:
    """Store events; 200 is sent when they are on disk."""
    content = body()
    session_id, events, after = content.get("session"), content.get("events", []), content.get("after")
    if not isinstance(session_id, str) or not session_id:
        raise BadRequestError("Expected a session, found none.")
    if not isinstance(events, list) or not all(isinstance(event, dict) for event in events):
        raise BadRequestError("Expected a list of events.")
    if after is not None and (isinstance(after, bool) or not isinstance(after, int) or not 0 <= after < 2**53):
        raise BadRequestError("Expected a whole number for after.")
    pool = content.get("pool")
    if pool is not None and not isinstance(pool, str):
        raise BadRequestError("Expected the name of a pool.")
    posted = services.labeling.post(session_id, events, current_user(), after=after, pool_name=pool or None)
    return answer(
        {
            "stored": [
                {"event_id": one.event_id, "sequence": one.sequence, "is_repeated": one.is_repeated}
                for one in posted.stored
            ],
            "rejected": [{"event_id": event_id, "error": reason} for event_id, reason in posted.rejected],
            **news(posted),
            "saved_utc": datetime.now(UTC).isoformat(timespec="milliseconds"),
        }
    )


@answering
def follow(services: Services) -> Response:
    """Return what happened behind a sequence number."""
    return answer(news(services.labeling.follow(session_of(), number_of("after", 0) or 0)))


def news(posted: Posted) -> dict[str, Any]:
    """Return what the sender has not seen, what counts now, and who asks."""
    return {
        "events": posted.others,
        "is_more": posted.is_more,
        "states": states(posted.states),
        "sequence": posted.sequence,
        "annotator": current_user(),
    }


ROUTES: Routes = (("", "POST", post), ("/events", "GET", follow))
