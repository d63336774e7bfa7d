"""Indices of the workspace to Elasticsearch: at a command, after an import, after a deletion, and all the time."""

from dataclasses import dataclass

from al_core.errors import ALCoreError, CancelledError, ConfigurationError, MetadataError
from al_core.jobs import JobRegistry, Phase
from al_core.metadata.assessments import SessionSource
from al_core.metadata.catalog import Catalogs
from al_core.metadata.elastic.keeper import Keeper
from al_core.metadata.elastic.store import ElasticStore
from al_core.progress import Progress, no_progress
from al_core.settings import Settings

#: Whose the jobs are that nobody asked for.
_OWNER = "elasticsearch"


@dataclass(frozen=True)
class Mirrored:
    """An index that is in step: its rows, and whether it was built anew."""

    name: str
    n_rows: int
    was_built: bool


def mirror(settings: Settings, name: str | None, progress: Progress, *, afresh: bool = False) -> list[Mirrored]:
    """Bring an index, or all of them, to Elasticsearch; what is there already stays unless `afresh`.

    Raises
    ------
    ConfigurationError
        If no Elasticsearch is set.
    MetadataError
        If there is no such index, or Elasticsearch refuses something.
    """
    from al_core.services import build_services

    if not settings.elasticsearch_url:
        raise ConfigurationError("Expected the address of Elasticsearch in SPECTROLABE_ELASTICSEARCH_URL, found none.")
    services = build_services(settings)
    store = ElasticStore.open(settings, services.catalogs, services.assessments)
    known = store.indices()
    if name is not None and name not in known:
        raise MetadataError(f"There is no index {name!r}. Indices: {', '.join(known) or 'none'}.")
    try:
        return [_mirror_one(store, one, progress, afresh) for one in (known if name is None else [name])]
    finally:
        store.close()


def _mirror_one(store: ElasticStore, name: str, progress: Progress, afresh: bool) -> Mirrored:
    is_new = afresh or store.mirror.needs_build(name)
    if is_new:
        store.mirror.build(name, progress, afresh=afresh)
    else:
        store.mirror.sync(name, progress)
    return Mirrored(name, store.mirror.standing(name).n_rows, is_new)


def keep_in_step(store: ElasticStore, catalogs: Catalogs, source: SessionSource, jobs: JobRegistry) -> Keeper:
    """Start the keeper of a server; what is much becomes a job `mirror`, one at a time for each index."""

    def submit(name: str) -> None:
        active = jobs.list(kind="mirror", phases=[Phase.PENDING, Phase.QUEUED, Phase.EXECUTING])
        if not any(job.parameters.get("index") in (name, None) for job in active):
            jobs.submit("mirror", f"Elasticsearch: {name}", {"index": name}, owner=_OWNER)

    keeper = Keeper(store.mirror, catalogs, source, submit)
    keeper.start()
    return keeper


def bring_to_backend(settings: Settings, name: str, progress: Progress = no_progress) -> str:
    """Bring an index to Elasticsearch, where one is set; return why it is not there, "" if it is.

    The index on disk is the source of truth: it is whole in any case, and can be brought later.
    """
    if not settings.elasticsearch_url:
        return ""
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
    try:
        store = ElasticStore.open(settings, Catalogs(settings.workspace))
        try:
            store.mirror.remove(name)
        finally:
            store.close()
    except ALCoreError as error:
        return f"The index {name} is deleted, but Elasticsearch has it still: {error}"
    return ""
