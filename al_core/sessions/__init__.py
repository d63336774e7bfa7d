"""Sessions: one search each, with its classes, its journal of labels and its iterations."""

from al_core.performance.intervals import Share, exact_share
from al_core.sessions.events import LabelEvent, StoredEvent
from al_core.sessions.finding import DamagedSession
from al_core.sessions.iterations import IterationInfo
from al_core.sessions.journal import LabelJournal
from al_core.sessions.session import Session, SessionClass
from al_core.sessions.sessions import Sessions
from al_core.sessions.summary import SessionSummary

__all__ = [
    "DamagedSession",
    "IterationInfo",
    "LabelEvent",
    "LabelJournal",
    "Session",
    "SessionClass",
    "SessionSummary",
    "Sessions",
    "Share",
    "StoredEvent",
    "exact_share",
]
