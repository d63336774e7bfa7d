"""Metadata on Elasticsearch: searched by its official client, filled from the catalogs of the workspace."""
