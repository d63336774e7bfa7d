"""By what a page knows that its figures are out of date: labels have come since, or an iteration has."""

from typing import TypedDict

from al_core.errors import ALCoreError
from al_core.labeling.state import last_sequence
from al_core.services import Services
from al_core.sessions.database import session_database
from al_core.sessions.iterations import iteration_folders


class Stamp(TypedDict):
    """A moment of a session: the last event of its journal, and its finished iterations with their older versions."""

    labels: int
    iterations: int


def stamp_of(services: Services, session_id: str | None) -> Stamp | None:
    """Return the moment of a session; None where there is none. It is asked for every two seconds, so it is cheap."""
    if session_id is None:
        return None
    try:
        folder = services.sessions.folder(session_id)
        with session_database(folder) as connection:
            labels = last_sequence(connection)
    except ALCoreError:
        return None
    return {"labels": labels, "iterations": sum(1 for _ in iteration_folders(folder))}
