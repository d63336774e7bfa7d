"""Pools: spectra imported once into a memory-mapped matrix with a table of metadata in the same order."""

from al_core.pools.importing import import_pool
from al_core.pools.pool import Pool
from al_core.pools.report import Duplicate, ImportReport, Rejection

__all__ = ["Duplicate", "ImportReport", "Pool", "Rejection", "import_pool"]
