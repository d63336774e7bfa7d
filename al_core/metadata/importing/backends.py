"""What was imported or deleted, brought to Elasticsearch where one is set; else there is nothing to do."""

from al_core.errors import ALCoreError, CancelledError
from al_core.progress import Progress, no_progress
from al_core.settings import Settings


def bring_to_backend(settings: Settings, name: str, progress: Progress = no_progress) -> str:
    """Bring an index to Elasticsearch, where one is set; return why it is not there, "" if it is.

    The index on disk is the source of truth: it is whole in any case, and can be brought later.
    """
    if not settings.elasticsearch_url:
        return ""
    from al_core.metadata.elastic.mirroring import mirror

    try:
        mirror(settings, name, progress)
    except CancelledError:
        raise
    except ALCoreError as error:
        return f"The index {name} is whole, but Elasticsearch does not have it yet: {error} Then: al_core mirror {name}"
    return ""


def remove_from_backend(settings: Settings, name: str) -> str:
    """Remove an index from Elasticsearch, where one is set; return why it is still there, "" if it is not."""
    if not settings.elasticsearch_url:
        return ""
    from al_core.metadata.catalog import Catalogs
    from al_core.metadata.elastic.store import ElasticStore

    try:
        store = ElasticStore.open(settings, Catalogs(settings.workspace))
        try:
            store.mirror.remove(name)
        finally:
            store.close()
    except ALCoreError as error:
        return f"The index {name} is deleted, but Elasticsearch has it still: {error}"
    return ""
