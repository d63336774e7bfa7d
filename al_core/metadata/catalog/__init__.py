"""Indices of metadata as they stand on disk: the source of truth of every backend."""

from al_core.metadata.catalog.catalog import Catalog, Catalogs
from al_core.metadata.catalog.changes import UNCHANGED, Change, Changes
from al_core.metadata.catalog.identities import Identities
from al_core.metadata.catalog.layout import CELL, ID_FIELD, RANK, Manifest, Source
from al_core.metadata.catalog.writing import CatalogWriter

__all__ = [
    "CELL",
    "ID_FIELD",
    "RANK",
    "UNCHANGED",
    "Catalog",
    "CatalogWriter",
    "Catalogs",
    "Change",
    "Changes",
    "Identities",
    "Manifest",
    "Source",
]
