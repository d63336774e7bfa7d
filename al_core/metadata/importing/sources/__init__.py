"""Files and pools that metadata come from; each is read in batches, from any place on."""

from al_core.metadata.importing.sources.base import Batch, RejectedRow, Source, SourceColumn
from al_core.metadata.importing.sources.opening import Reading, open_pool, open_source, pool_table

__all__ = ["Batch", "Reading", "RejectedRow", "Source", "SourceColumn", "open_pool", "open_source", "pool_table"]
