"""The embedded backend of metadata: no server, the indices of the workspace are searched in memory."""

from al_core.metadata.embedded.store import EmbeddedStore

__all__ = ["EmbeddedStore"]
