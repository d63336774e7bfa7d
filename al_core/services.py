"""The one place that chooses implementations: what the dashboard, the workers and the command line work with."""

from dataclasses import dataclass
from functools import cached_property

from al_core.candidates import SessionAssessments
from al_core.jobs import JobRegistry
from al_core.labeling import Labeling
from al_core.labeling.caching import Cache
from al_core.library import Library
from al_core.metadata.base import MetadataStore
from al_core.metadata.catalog import Catalogs
from al_core.metadata.embedded import EmbeddedStore
from al_core.sessions import Sessions
from al_core.settings import Settings


@dataclass(frozen=True)
class Services:
    """Everything that a callback may ask; built once for each process, it holds no state of a user."""

    settings: Settings
    jobs: JobRegistry
    sessions: Sessions
    library: Library

    @cached_property
    def labeling(self) -> Labeling:
        """Queues, spectra and labels; it keeps what was read last."""
        return Labeling(self.sessions, self.library)

    @cached_property
    def assessments(self) -> SessionAssessments:
        """What sessions say of spectra."""
        return SessionAssessments(self.sessions)

    @cached_property
    def catalogs(self) -> Catalogs:
        """The indices of metadata as they stand on disk."""
        return Catalogs(self.settings.workspace)

    @cached_property
    def metadata(self) -> MetadataStore:
        """Searches of these indices: by Elasticsearch where one is set, else embedded."""
        if self.settings.elasticsearch_url:
            from al_core.metadata.elastic.store import ElasticStore

            return ElasticStore.open(self.settings, self.catalogs, self.assessments)
        return EmbeddedStore(self.catalogs, self.assessments, self.settings.metadata_memory_mb)

    def keep_mirror(self) -> None:
        """Keep Elasticsearch in step for as long as this process lives; nothing where none is set."""
        if self.settings.elasticsearch_url:
            from al_core.metadata.elastic.store import ElasticStore
            from al_core.mirroring import keep_in_step

            store = self.metadata
            if isinstance(store, ElasticStore):
                keep_in_step(store, self.catalogs, self.assessments, self.jobs)

    @cached_property
    def axes(self) -> Cache[tuple[float, float]]:
        """Limits of the axes of fields; they change with the rows of an index alone."""
        return Cache(256)


def build_services(settings: Settings) -> Services:
    """Build the services of a workspace; the folder is made where it is missing."""
    settings.workspace.mkdir(parents=True, exist_ok=True)
    jobs = JobRegistry(settings.workspace, settings)
    return Services(settings, jobs, Sessions(settings.workspace, jobs), Library(settings.workspace, settings))
