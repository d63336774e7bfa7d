"""Names of data sets: what may become a folder of the workspace."""

import re
import unicodedata

from al_core.errors import LibraryError

#: Longest name of a data set, characters.
LONGEST = 80
_ALLOWED = re.compile(r"\w[\w .,+()-]*\Z")
#: Names that Windows keeps for devices; a workspace may be copied there.
_DEVICES = frozenset({"con", "prn", "aux", "nul", *(f"{kind}{n}" for kind in ("com", "lpt") for n in range(1, 10))})


def checked_name(name: object, what: str = "data set") -> str:
    """Return the name without blanks around it, if it can be the name of a folder on every system.

    Raises
    ------
    LibraryError
        If it cannot; the text says which characters are allowed.
    """
    text = unicodedata.normalize("NFC", name).strip() if isinstance(name, str) else ""
    if not text:
        raise LibraryError(f"The {what} needs a name.")
    if len(text) > LONGEST:
        raise LibraryError(f"The name of the {what} has {len(text)} characters; at most {LONGEST} are allowed.")
    if not _ALLOWED.match(text) or text.endswith("."):
        raise LibraryError(
            f"{text!r} cannot be the name of a {what}: begin with a letter or digit and use letters, digits, blanks "
            "and . , + ( ) - _ only."
        )
    if text.split(".")[0].lower() in _DEVICES:
        raise LibraryError(f"{text!r} cannot be the name of a {what}: some systems keep it for a device.")
    return text


def suggested_name(text: str) -> str:
    """Return a name made of whatever `text` has that is allowed, "data" if it has nothing.

    >>> suggested_name("LAMOST/dr5: B-stars.zip")
    'LAMOST dr5 B-stars.zip'
    """
    kept = re.sub(r"[^\w .,+()-]+", " ", unicodedata.normalize("NFC", text))
    return re.sub(r"\s+", " ", kept).strip(" .,+()-_")[:LONGEST].strip() or "data"
