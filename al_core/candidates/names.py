"""What the classes of a session are called in a search."""

from al_core.metadata.language import ClassName, Names
from al_core.sessions import Session


def names_of(session: Session | None) -> Names:
    """Return the classes of a session in order; none without one."""
    return Names(() if session is None else tuple(ClassName(one.class_id, one.name) for one in session.classes))
