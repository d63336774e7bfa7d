"""What an upload may be called: a relative path that stays in its folder on every system."""

import unicodedata
from pathlib import PurePosixPath

from al_core.errors import UploadError

#: Longest name of one file or folder, bytes in UTF-8, as on common file systems; longest path; deepest folder.
LONGEST_NAME, LONGEST_PATH, DEEPEST = 255, 1024, 12


def safe_path(name: object) -> str:
    """Return the name as a relative path with slashes.

    Raises
    ------
    UploadError
        If it is absolute, leaves its folder, is hidden, too long, or has a character that no file name should have.
    """
    if not isinstance(name, str) or not name:
        raise UploadError("A file needs a name.", "bad-name")
    text = unicodedata.normalize("NFC", name).replace("\\", "/")
    parts = text.split("/")
    if len(text.encode("utf-8", "replace")) > LONGEST_PATH or len(parts) > DEEPEST:
        raise UploadError(f"The path {text[:60]!r}... is too long or too deep.", "bad-name")
    for part in parts:
        _check_part(part, text)
    return str(PurePosixPath(*parts))


def _check_part(part: str, text: str) -> None:
    if part in ("", ".", ".."):
        raise UploadError(f"{text!r} is not a path inside a folder. Use the plain name of the file.", "bad-name")
    if part.startswith("."):
        raise UploadError(f"{text!r} is hidden: a name that begins with a dot is not taken.", "bad-name")
    if part.endswith((" ", ".")) or part.startswith(" "):
        raise UploadError(f"{text!r}: a name may not begin with a blank or end with a blank or dot.", "bad-name")
    if any(unicodedata.category(character) in ("Cc", "Cs") or character in '<>:"|?*' for character in part):
        raise UploadError(f"{text!r} has a character that no file name may have.", "bad-name")
    if len(part.encode()) > LONGEST_NAME:
        raise UploadError(f"The name {part[:40]!r}... has more than {LONGEST_NAME} bytes.", "bad-name")
