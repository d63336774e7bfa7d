"""Keeping Elasticsearch in step while a server runs: labels, comments and changes as they arise."""

import logging
import threading
import time
from collections.abc import Callable, Hashable

from al_core.errors import ALCoreError
from al_core.metadata.assessments import SessionSource
from al_core.metadata.catalog import Catalogs
from al_core.metadata.elastic.mirror.mirror import LITTLE, Mirror
from al_core.metadata.elastic.mirror.sessions import sessions_of

log = logging.getLogger(__name__)

#: How often it looks; what it finds is seen by searches a second later at most.
SECONDS_BETWEEN_LOOKS = 1.0
#: How long it leaves Elasticsearch alone after it did not answer.
SECONDS_AFTER_TROUBLE = 10.0


class Keeper:
    """A thread that brings small changes to Elasticsearch, and hands what is much to a job.

    Parameters
    ----------
    mirror : Mirror
    catalogs : Catalogs
    source : SessionSource
    on_much : callable
        Takes the name of an index that was never built, is of an older generation, or has much to be brought.
    """

    def __init__(
        self, mirror: Mirror, catalogs: Catalogs, source: SessionSource, on_much: Callable[[str], None]
    ) -> None:
        self._mirror, self._catalogs, self._source, self._on_much = mirror, catalogs, source, on_much
        self._is_over = threading.Event()
        self._thread = threading.Thread(target=self._run, name="elasticsearch-mirror", daemon=True)
        self._settled: dict[str, Hashable] = {}

    def start(self) -> None:
        """Begin to look."""
        self._thread.start()

    def stop(self) -> None:
        """Look no more; what is on its way arrives."""
        self._is_over.set()
        if self._thread.is_alive():
            self._thread.join()

    def look(self) -> None:
        """Look once at every index.

        Raises
        ------
        ALCoreError
            If Elasticsearch does not answer, or does not take something.
        """
        for name in self._catalogs.names():
            stamp = self._stamp(name)
            if self._settled.get(name) != stamp:
                self._bring(name)
                self._settled[name] = stamp

    def _bring(self, name: str) -> None:
        if self._mirror.needs_build(name) or self._mirror.standing(name).n_pending > LITTLE:
            self._on_much(name)
        else:
            self._mirror.sync(name)

    def _stamp(self, name: str) -> Hashable:
        """Return what changes with everything that an index mirrors; it costs Elasticsearch nothing."""
        sessions = sessions_of(self._source, name)
        return self._catalogs.open(name).stamp, tuple((one, self._source.stamp(one)) for one in sessions)

    def _run(self) -> None:
        pause, told = 0.0, ""
        while not self._is_over.wait(pause):
            began, pause = time.monotonic(), SECONDS_BETWEEN_LOOKS
            try:
                self.look()
                told = ""
            except ALCoreError as error:
                pause = SECONDS_AFTER_TROUBLE
                if str(error) != told:
                    log.warning("Changes wait for Elasticsearch: %s", error)
                told = str(error)
            except Exception:
                pause = SECONDS_AFTER_TROUBLE
                log.exception("The mirror of Elasticsearch stumbled; it goes on")
            pause = max(pause - (time.monotonic() - began), 0.05)
