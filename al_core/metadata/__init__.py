"""Metadata of spectra: indices that are searched, filtered and counted, embedded or on Elasticsearch."""

from al_core.metadata.base import MetadataStore
from al_core.metadata.fields import SESSION_FIELDS, Field, FieldType, Schema
from al_core.metadata.query import (
    And,
    Condition,
    Cone,
    Equal,
    Everything,
    Exists,
    In,
    Not,
    Or,
    Prefix,
    Query,
    Range,
    Scope,
    Sort,
    Words,
)
from al_core.metadata.results import Facet, Histogram, IndexInfo, Outcome, Page, Patch, Statistics, StorageReport

__all__ = [
    "SESSION_FIELDS",
    "And",
    "Condition",
    "Cone",
    "Equal",
    "Everything",
    "Exists",
    "Facet",
    "Field",
    "FieldType",
    "Histogram",
    "In",
    "IndexInfo",
    "MetadataStore",
    "Not",
    "Or",
    "Outcome",
    "Page",
    "Patch",
    "Prefix",
    "Query",
    "Range",
    "Schema",
    "Scope",
    "Sort",
    "Statistics",
    "StorageReport",
    "Words",
]
