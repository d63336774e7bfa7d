"""Parts of rows that change: read what is there, write if nobody else did meanwhile, else read again."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import islice
from typing import Any

from elasticsearch import Elasticsearch

from al_core.errors import MetadataError
from al_core.metadata.elastic.bulk import Item, part_of_row, send

#: Rows that are read and written at once.
ROWS_AT_ONCE = 1000
#: How often a row is read again before the push gives up.
_ATTEMPTS = 20
#: Takes what `mget` told of a row, returns the part of the document that is to replace its own; None: leave it.
MakePart = Callable[[str, Mapping[str, Any]], str | None]


def push_parts(
    client: Elasticsearch,
    physical: str,
    row_ids: Sequence[str],
    source: Sequence[str],
    make: Callable[[list[str]], MakePart],
    *,
    waits: bool = False,
) -> None:
    """Replace parts of rows; rows that are not there are passed over.

    Parameters
    ----------
    client : Elasticsearch
    physical : str
    row_ids : sequence of str
        At most `ROWS_AT_ONCE`.
    source : sequence of str
        What to read of each row.
    make : callable
        Called with ids after they were read: from that moment on nothing that changes is lost, because who changes it
        reads the rows later. Returns what makes a part.
    waits : bool
        Return once a search sees it.

    Raises
    ------
    MetadataError
        If Elasticsearch refuses a part.
    """
    waiting = list(row_ids)
    for _ in range(_ATTEMPTS):
        if not waiting:
            return
        seen = _seen(client, physical, waiting, source)
        make_part = make(list(seen))
        parts = ((row_id, told, make_part(row_id, told)) for row_id, told in seen.items())
        items: list[Item] = [part_of_row(row_id, told, part) for row_id, told, part in parts if part is not None]
        refused = send(client, physical, items, waits=waits)
        wrong = next((one for one in refused if one.status not in (404, 409)), None)
        if wrong is not None:
            raise MetadataError(f"Elasticsearch refuses row {wrong.row_id!r} ({wrong.status}): {wrong.reason}.")
        waiting = [one.row_id for one in refused if one.status == 409]
    raise MetadataError(f"Row {waiting[0]!r} is changed all the time by somebody else; it could not be written.")


def _seen(
    client: Elasticsearch, physical: str, row_ids: Sequence[str], source: Sequence[str]
) -> dict[str, Mapping[str, Any]]:
    answer = client.mget(index=physical, ids=list(row_ids), source_includes=list(source))
    return {one["_id"]: one for one in answer["docs"] if one.get("found")}


def parts_of(row_ids: Iterable[str], size: int = ROWS_AT_ONCE) -> Iterable[list[str]]:
    """Return ids in lists of up to `size`."""
    pending = iter(row_ids)
    while part := list(islice(pending, size)):
        yield part
