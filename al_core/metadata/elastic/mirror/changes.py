"""Changes of single rows: from the queue of a catalog to Elasticsearch."""

import json
from collections.abc import Mapping
from functools import partial
from typing import Any

from elasticsearch import Elasticsearch

from al_core.metadata.catalog import Catalog
from al_core.metadata.elastic.documents import changed_parts, mirrored_fields
from al_core.metadata.elastic.mapping import properties_of
from al_core.metadata.elastic.mirror.pushing import ROWS_AT_ONCE, MakePart, push_parts
from al_core.progress import Progress, no_progress


def push_changes(
    client: Elasticsearch, physical: str, catalog: Catalog, *, waits: bool = False, progress: Progress = no_progress
) -> int:
    """Bring everything that waits in the queue of a catalog; return how many rows that were."""
    done, total = 0, catalog.changes.n_waiting()
    while waiting := catalog.changes.waiting(ROWS_AT_ONCE):
        progress(done, max(total, done), "Changes")
        written = {one.row_id: one.version for one in waiting}
        push_parts(
            client,
            physical,
            list(written),
            ["f.ra", "f.dec"],
            partial(_maker, catalog, int(waiting[0].version) - 1, written),
            waits=waits and total <= ROWS_AT_ONCE,
        )
        catalog.changes.mark_mirrored(written.items())
        done += len(written)
    if waits and total > ROWS_AT_ONCE:
        client.indices.refresh(index=physical)
    return done


def _maker(catalog: Catalog, after: int, written: dict[str, str], ids: list[str]) -> MakePart:
    """Return what makes the parts of rows from the changes of this moment; it notes their versions in `written`."""
    schema = catalog.schema
    changes = {one.row_id: one for one in catalog.changes.waiting(ROWS_AT_ONCE, after) if one.row_id in set(ids)}

    def make(row_id: str, seen: Mapping[str, Any]) -> str | None:
        change = changes.get(row_id)
        if change is None:  # changed once more a moment ago: it waits on, and comes with the next ones
            return None
        written[row_id] = change.version
        position = (seen.get("_source") or {}).get("f") or {}
        return json.dumps({"version": change.version, **changed_parts(change.values, schema, position)})

    return make


def ensure_fields(client: Elasticsearch, physical: str, catalog: Catalog) -> None:
    """Add the fields to the mapping that the catalog has and the index lacks."""
    answer = client.indices.get_mapping(index=physical)
    known = answer[physical]["mappings"]["properties"].get("f", {}).get("properties", {})
    missing = [field for field in mirrored_fields(catalog.schema) if field.name not in known]
    if missing:
        client.indices.put_mapping(index=physical, properties=properties_of(missing))
