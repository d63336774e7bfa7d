"""What the command `mirror` and the job of that kind do: indices of the workspace to Elasticsearch."""

from dataclasses import dataclass

from al_core.errors import ConfigurationError, MetadataError
from al_core.metadata.elastic.store import ElasticStore
from al_core.progress import Progress
from al_core.settings import Settings


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
