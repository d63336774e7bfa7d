"""What a job has written into its folder, for those who follow it."""

import json
from pathlib import Path

#: Bytes of the log that are given at once.
_LOG_BYTES = 1 << 20


def read_log(path: Path, offset: int) -> tuple[str, int]:
    """Return complete lines from a byte on, and the byte to go on from (of a log that shrank, the start)."""
    try:
        with path.open("rb") as file:
            size = file.seek(0, 2)
            start = offset if 0 <= offset <= size else 0
            file.seek(start)
            content = file.read(_LOG_BYTES)
    except FileNotFoundError:
        return "", 0
    complete = content[: content.rfind(b"\n") + 1]
    if not complete and len(content) == _LOG_BYTES:
        complete = content
    return complete.decode("utf-8", errors="replace"), start + len(complete)


def read_history(path: Path) -> list[dict[str, float]]:
    """Return the epochs in order; where an attempt went back to a checkpoint, the later lines count."""
    epochs: list[dict[str, float]] = []
    try:
        lines = path.read_bytes().split(b"\n")[:-1]
    except FileNotFoundError:
        return []
    for line in lines:
        try:
            numbers = json.loads(line)
        except ValueError:
            continue  # cut short by a kill; the attempt after it wrote the epoch again
        epochs = [known for known in epochs if known["epoch"] < numbers["epoch"]] + [numbers]
    return epochs
