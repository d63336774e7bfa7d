"""Sending many documents at once: every item's answer is looked at, what was refused for a moment is sent again."""

import json
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from elastic_transport import TransportError
from elasticsearch import ApiError, Elasticsearch

from al_core.errors import StoreUnavailableError
from al_core.metadata.elastic.client import BUSY

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


def send(
    client: Elasticsearch, index: str, items: Sequence[Item], *, waits: bool = False, patience_s: float = PATIENCE_S
) -> list[Refused]:
    """Send documents; return those that were refused for good.

    With `waits`, it returns once a search sees them.

    Raises
    ------
    ApiError, TransportError
        As the client does, once it has been refused or the server away for `patience_s` seconds.
    StoreUnavailableError
        If single documents were refused for that long, because the server is busy or a shard is missing.
    """
    deadline, pause = time.monotonic() + patience_s, _FIRST_PAUSE_S
    waiting, refused = list(items), []
    while waiting:
        try:
            waiting, more = _send_once(client, index, waiting, waits=waits)
            refused += more
            reason = "it is busy"
        except (ApiError, TransportError) as error:
            status = error.status_code if isinstance(error, ApiError) else 503
            if status not in BUSY or time.monotonic() > deadline:
                raise
        if waiting and time.monotonic() > deadline:
            raise StoreUnavailableError(f"Elasticsearch takes no documents for {patience_s:g} s: {reason}. Try again.")
        if waiting:
            time.sleep(pause)
            pause = min(2 * pause, _LONGEST_PAUSE_S)
    return refused


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
