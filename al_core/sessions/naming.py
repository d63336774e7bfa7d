"""From a name that a person gives to the folder of a session, and from an id back to the folder, safely."""

import re
import unicodedata
from pathlib import Path

from al_core.errors import SessionError, SessionNotFoundError

LONGEST_NAME = 80
LONGEST_ID = 60


def checked_name(name: str) -> str:
    """Return the name without blanks around it.

    Raises
    ------
    SessionError
        If nothing is left, it is too long, or it holds a line break or another character that cannot be shown.
    """
    text = " ".join(name.split(" ")).strip()
    if not text:
        raise SessionError("A session needs a name. Give it one, for instance “Be stars”.")
    if len(text) > LONGEST_NAME:
        raise SessionError(f"The name has {len(text)} characters; at most {LONGEST_NAME} are allowed. Shorten it.")
    if not text.isprintable():
        raise SessionError(f"The name {text!r} holds a line break or a control character. Take it out.")
    return text


def slug_of(name: str) -> str:
    """Return the part of a name that can name a folder everywhere: lower-case letters, digits and hyphens.

    Examples
    --------
    >>> slug_of("Be stars, no SMOTE (Ondřejov)")
    'be-stars-no-smote-ondrejov'
    """
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:LONGEST_ID].rstrip("-") or "session"


def session_folder(root: Path, session_id: str) -> Path:
    """Return the folder of a session below `root`; an id from an address never leads out of it.

    Raises
    ------
    SessionNotFoundError
        If there is none.
    """
    folder = root / session_id
    is_name = bool(session_id) and not session_id.startswith(".") and not set(session_id) & set("/\\\0")
    if not is_name or not folder.is_dir():
        raise SessionNotFoundError(f"Expected a session {session_id!r}, found none. Choose one from the list.")
    return folder
