"""The server is killed (-9) in the middle of a bulk update: after recovery both sides agree."""

import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from al_core.errors import MetadataError
from al_core.metadata import Scope
from al_core.metadata.catalog import Catalogs
from al_core.metadata.elastic import bulk
from al_core.metadata.elastic.local import LocalElasticsearch
from al_core.metadata.elastic.mirror import building
from al_core.metadata.elastic.store import ElasticStore
from al_core.metadata.embedded import EmbeddedStore
from al_core.metadata.query import EVERYTHING
from al_core.settings import Settings
from tests.core.elastic.conftest import opened, patched, write_rows
from tests.elasticsearch.servers import running
from tests.support.elasticsearch import settings_on
from tests.support.session_frames import FixedSessions

DEMO = Scope(("demo",))


@pytest.fixture(scope="module")
def server() -> Any:
    with running(heap_mb=512) as cluster:
        yield cluster


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bulk, "PATIENCE_S", 1.0)
    monkeypatch.setattr(building, "_ROWS_AT_ONCE", 200)
    monkeypatch.setattr(building, "_SECONDS_BETWEEN_NOTES", 0.0)


def killed_during(server: LocalElasticsearch, work: Callable[[Callable[..., None]], None], after: int) -> bool:
    """Kill the server once a work has reported so much; return whether the work noticed."""

    def progress(done: int, total: int | None, message: str) -> None:
        if done >= after and server.nodes[0].is_running:
            server.nodes[0].kill()

    try:
        work(progress)
    except MetadataError:
        return True
    return False


def rows_of(store: Any, scope: Scope, columns: list[str]) -> pl.DataFrame:
    return pl.concat(store.all_rows(scope, EVERYTHING, columns))


def require_agreement(store: ElasticStore, settings: Settings, sessions: FixedSessions | None = None) -> None:
    """Compare every value of every row, and what the session says of it, with the source of truth."""
    truth = EmbeddedStore(Catalogs(settings.workspace), sessions)
    scope = DEMO if sessions is None else replace(DEMO, session="s")
    said = [] if sessions is None else ["@label", "@probability"]
    columns = [*truth.schema(["demo"]).names, *said]
    assert rows_of(store, scope, columns).equals(rows_of(truth, scope, columns))
    assert store.report().indices[0].n_pending == 0


def test_changes_that_a_crash_interrupts_arrive_after_it(server: LocalElasticsearch, workspace: Path) -> None:
    settings = settings_on(server.url, workspace)
    rows = write_rows(workspace, "demo", 6000)
    with opened(settings) as store:
        store.mirror.build("demo")
        Catalogs(workspace).open("demo").patch(patched(rows, "tcomment", "changed by somebody"))
        assert killed_during(server, lambda progress: store.mirror.sync("demo", progress), after=2000)
        assert 0 < store.report().indices[0].n_pending <= 4000
        server.start()
        store.mirror.sync("demo", waits=True)
        require_agreement(store, settings)


def test_labels_and_predictions_that_a_crash_interrupts_arrive_after_it(
    server: LocalElasticsearch, workspace: Path
) -> None:
    settings = settings_on(server.url, workspace)
    rows = write_rows(workspace, "demo", 6000)
    first = rows.select("id", probability=pl.lit(0.5))
    sessions = FixedSessions({"s": first}, {"s": ("demo",)})
    with opened(settings, sessions) as store:
        store.mirror.build("demo")
        sessions.replace("s", rows[1000:].select("id", probability=pl.lit(0.75), label=pl.lit("c1")))
        assert killed_during(server, lambda progress: store.mirror.sync("demo", progress), after=2000)
        server.start()
        store.mirror.sync("demo", waits=True)
        require_agreement(store, settings, sessions)


def test_a_build_that_a_crash_interrupts_goes_on(server: LocalElasticsearch, workspace: Path) -> None:
    settings = settings_on(server.url, workspace)
    write_rows(workspace, "demo", 6000)
    seen: list[int] = []
    with opened(settings) as store:
        assert killed_during(server, lambda progress: store.mirror.build("demo", progress), after=3000)
        server.start()
        store.mirror.build("demo", lambda done, _, message: seen.append(done) if message == "Rows" else None)
        assert min(seen) >= 1000
        require_agreement(store, settings)


def test_a_short_absence_is_waited_for(
    server: LocalElasticsearch, workspace: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bulk, "PATIENCE_S", 120.0)
    settings = settings_on(server.url, workspace)
    write_rows(workspace, "demo", 4000)
    restarted: list[int] = []

    def kill_and_restart(done: int, total: int | None, message: str) -> None:
        if done >= 1000 and not restarted:
            restarted.append(done)
            server.nodes[0].kill()
            time.sleep(1)  # requests of other threads find nobody
            server.start()

    with opened(settings) as store:
        store.mirror.build("demo", kill_and_restart)
        assert restarted
        require_agreement(store, settings)
