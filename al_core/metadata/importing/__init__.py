"""Metadata into an index: sources, the mapping of their columns to fields, types, rejected rows."""

from al_core.metadata.importing.importing import IndexReport, checked_index_name, import_metadata, preview
from al_core.metadata.importing.logstash import logstash_mapping, read_logstash
from al_core.metadata.importing.mapping import MappedColumn, Mapping
from al_core.metadata.importing.pools import index_pool, index_pool_quietly, remove_pool_index
from al_core.metadata.importing.sources import Reading, Source, open_source, pool_table
from al_core.metadata.importing.suggesting import Suggestion, suggest

__all__ = [
    "IndexReport",
    "MappedColumn",
    "Mapping",
    "Reading",
    "Source",
    "Suggestion",
    "checked_index_name",
    "import_metadata",
    "index_pool",
    "index_pool_quietly",
    "logstash_mapping",
    "open_source",
    "pool_table",
    "preview",
    "read_logstash",
    "remove_pool_index",
    "suggest",
]
