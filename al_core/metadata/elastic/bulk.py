"""Sending many documents at once: every item's answer is looked at, what was refused for a moment is sent again."""

import json
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from elastic_transport import TransportError
from elasticsearch import ApiError, Elasticsearch

from al_core.errors import StoreUnavailableError
from al_core.metadata.elastic.client import BUSY

T = TypeVar("T")

#: How long a request goes on trying while the server is away or busy.
PATIENCE_S = 30.0
_FIRST_PAUSE_S = 0.2
_LONGEST_PAUSE_S = 4.0


@dataclass(frozen=True)
class Item:
    """One document to be sent: the line of its action, and that of its content."""

    row_id: str
    action: str
    content: str


@dataclass(frozen=True)
class Refused:
    """A document that was not taken: the code of HTTP (409: it was changed meanwhile) and the reason."""

    row_id: str
    status: int
    reason: str


def send(client: Elasticsearch, index: str, items: Sequence[Item], *, waits: bool = False) -> list[Refused]:
    """Send documents; return those that were refused for good.

    With `waits`, it returns once a search sees them.

    Raises
    ------
    ApiError, TransportError
        As the client does, once it has been refused or the server away for `PATIENCE_S` seconds.
    StoreUnavailableError
        If single documents were refused for that long, because the server is busy or a shard is missing.
    """
    deadline, pause = time.monotonic() + PATIENCE_S, _FIRST_PAUSE_S
    waiting, refused = list(items), []
    while waiting:
        try:
            waiting, more = _send_once(client, index, waiting, waits=waits)
            refused += more
            reason = "it is busy"
        except (ApiError, TransportError) as error:
            if not _passes(error) or time.monotonic() > deadline:
                raise
        if waiting and time.monotonic() > deadline:
            raise StoreUnavailableError(f"Elasticsearch takes no documents for {PATIENCE_S:g} s: {reason}. Try again.")
        if waiting:
            time.sleep(pause)
            pause = min(2 * pause, _LONGEST_PAUSE_S)
    return refused


def _passes(error: ApiError | TransportError) -> bool:
    """Whether what went wrong may be well in a moment."""
    return not isinstance(error, ApiError) or error.status_code in BUSY


def patiently(call: Callable[[], T]) -> T:
    """Return what a request returns; while the server is away or busy, it is sent again for `PATIENCE_S` seconds."""
    deadline, pause = time.monotonic() + PATIENCE_S, _FIRST_PAUSE_S
    while True:
        try:
            return call()
        except (ApiError, TransportError) as error:
            if not _passes(error) or time.monotonic() > deadline:
                raise
        time.sleep(pause)
        pause = min(2 * pause, _LONGEST_PAUSE_S)


def _send_once(
    client: Elasticsearch, index: str, items: Sequence[Item], *, waits: bool
) -> tuple[list[Item], list[Refused]]:
    """Return what is to be sent again, and what was refused."""
    body = "\n".join(line for item in items for line in (item.action, item.content)) + "\n"
    answer = client.bulk(
        index=index,
        operations=body.encode(),  # type: ignore[arg-type]
        refresh="wait_for" if waits else False,
        filter_path="errors,items.*.status,items.*.error",
    )
    if not answer["errors"]:
        return [], []
    again, refused = [], []
    for item, told in zip(items, answer["items"], strict=True):
        (found,) = told.values()
        if found["status"] in BUSY:
            again.append(item)
        elif found["status"] >= 300:
            refused.append(Refused(item.row_id, found["status"], _reason(found.get("error"))))
    return again, refused


def _reason(error: Any) -> str:
    if not isinstance(error, dict):
        return str(error)
    inner = error.get("caused_by") or error
    return str(inner.get("reason") or error.get("reason"))[:300]


def whole_row(row_id: str, content: str) -> Item:
    """Return an item that puts a row, whatever was there before."""
    return Item(row_id, f'{{"index":{{"_id":{json.dumps(row_id)}}}}}', content)


def part_of_row(row_id: str, seen: Mapping[str, Any], content: str) -> Item:
    """Return an item that replaces parts of a row, refused (409) unless the row is still as it was seen by `mget`."""
    head = {"_id": row_id, "if_seq_no": seen["_seq_no"], "if_primary_term": seen["_primary_term"]}
    return Item(row_id, json.dumps({"update": head}), f'{{"doc":{content}}}')
