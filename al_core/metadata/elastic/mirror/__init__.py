"""Keeping Elasticsearch in step with the catalogs and the sessions of a workspace."""

from al_core.metadata.elastic.mirror.mirror import Mirror

__all__ = ["Mirror"]
