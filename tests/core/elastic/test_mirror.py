"""The mirror on a real Elasticsearch: built, followed, rebuilt, interrupted."""

import logging
import threading
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from al_core.errors import CancelledError, MetadataError, StoreUnavailableError
from al_core.metadata import Equal, Exists, Field, FieldType, Patch, Query, Range, Scope, Words
from al_core.metadata.catalog import Catalogs
from al_core.metadata.elastic.keeper import Keeper
from al_core.metadata.elastic.mirror import building
from al_core.metadata.query import EVERYTHING
from al_core.settings import Settings
from tests.core.elastic.conftest import opened, patched, write_rows
from tests.support.session_frames import FixedSessions

pytestmark = pytest.mark.elasticsearch
DEMO = Scope(("demo",))


def said(rows: pl.DataFrame, **columns: Any) -> pl.DataFrame:
    return rows.select("id", **columns)


def test_an_index_that_was_not_built_is_told_of(rows: pl.DataFrame, elastic_settings: Settings) -> None:
    with opened(elastic_settings) as store:
        with pytest.raises(
            StoreUnavailableError, match=r"does not hold demo yet\. Build it: python -m al_core mirror demo"
        ):
            store.count(DEMO)
        report = store.report()
        assert report.trouble is None
        assert (report.indices[0].n_rows, report.indices[0].n_source) == (0, 3000)
        store.mirror.build("demo")
        assert store.count(DEMO) == 3000
        found = store.report().indices[0]
        assert (found.n_rows, found.n_source, found.n_pending) == (3000, 3000, 0)
        assert found.bytes > 0
        assert found.refreshed_utc


def test_all_rows_come_over_unchanged(rows: pl.DataFrame, elastic_settings: Settings) -> None:
    with opened(elastic_settings) as store:
        store.mirror.build("demo")
        there = pl.concat(store.all_rows(DEMO, EVERYTHING, rows.columns)).drop("index")
    assert there.select(rows.columns).equals(rows.sort("id"))


def test_a_patch_is_seen_by_the_next_search_and_survives_a_rebuild(
    rows: pl.DataFrame, elastic_settings: Settings
) -> None:
    with opened(elastic_settings) as store:
        store.mirror.build("demo")
        store.add_fields("demo", [Field("note", FieldType.STRING)])
        (outcome,) = store.patch("demo", [Patch(rows["id"][7], {"note": "Look again", "class": None, "snrg": 5})])
        for _ in range(2):
            assert store.count(DEMO, Words("look again")) == 1
            seen = store.get(DEMO, [rows["id"][7]], ("note", "class", "snrg"))
            assert seen.row(0)[2:] == (outcome.version, "Look again", None, 5.0)
            store.mirror.build("demo", afresh=True)
        assert store.patch("demo", [Patch(rows["id"][7], {"note": "x"}, version="0")])[0].is_conflict


def test_changes_made_while_elasticsearch_was_away_are_kept_and_brought(
    rows: pl.DataFrame, elastic_settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    with opened(elastic_settings) as store:
        store.mirror.build("demo")
    away = elastic_settings.model_copy(update={"elasticsearch_url": "http://127.0.0.1:9"})
    with opened(away) as store, caplog.at_level(logging.WARNING):
        assert all(one.error is None for one in store.patch("demo", patched(rows[:20], "class", "Nova")))
        assert "wait for Elasticsearch" in caplog.text
        assert "does not answer" in str(store.report().trouble)
        assert store.report().indices[0].n_pending == 20
        with pytest.raises(StoreUnavailableError, match="does not answer"):
            store.count(DEMO)
    with opened(elastic_settings) as store:
        assert store.count(DEMO, Equal("class", "nova")) == 0
        assert store.report().indices[0].n_pending == 20
        store.mirror.sync("demo", waits=True)
        assert store.report().indices[0].n_pending == 0
        assert store.count(DEMO, Equal("class", "nova")) == 20


def test_what_a_session_says_comes_with_the_next_search(rows: pl.DataFrame, elastic_settings: Settings) -> None:
    frame = said(rows, p_candidate=pl.lit(0.25), predicted=pl.lit("c1"))
    sessions = FixedSessions({"s": frame, "other": frame.head(5)}, {"s": ("demo",), "other": ("demo",)})
    scope = replace(DEMO, session="s")
    with opened(elastic_settings, sessions) as store:
        store.mirror.build("demo")
        assert store.count(scope, Equal("@predicted", "C1")) == 3000
        sessions.change("s", said(rows[:3], label=pl.lit("c2")))
        assert store.count(scope, Equal("@label", "c2")) == 3
        assert store.count(scope, Exists("@p_candidate")) == 3000
        sessions.change("s", said(rows[:2], label=pl.lit(None, dtype=pl.String)))
        assert store.count(scope, Exists("@label")) == 1
        assert store.count(replace(DEMO, session="other"), Exists("@predicted")) == 5
        assert store.report().indices[0].n_pending == 0


def test_a_new_iteration_replaces_all_that_was_said(rows: pl.DataFrame, elastic_settings: Settings) -> None:
    sessions = FixedSessions({"s": said(rows[:300], probability=pl.lit(0.5))}, {"s": ("demo",)})
    scope = replace(DEMO, session="s")
    with opened(elastic_settings, sessions) as store:
        store.mirror.build("demo")
        sessions.replace("s", said(rows[200:400], probability=pl.lit(0.75, dtype=pl.Float32)))
        assert store.report().indices[0].n_pending == 200
        store.mirror.sync("demo", waits=True)
        assert store.count(scope, Exists("@probability")) == 200
        assert store.count(scope, Range("@probability", 0.75, 0.75)) == 200


def test_nothing_is_pushed_twice(rows: pl.DataFrame, elastic_settings: Settings) -> None:
    sessions = FixedSessions({"s": said(rows[:300], probability=pl.lit(0.5))}, {"s": ("demo",)})
    with opened(elastic_settings, sessions) as store:
        store.mirror.build("demo")
        for _ in range(3):
            store.mirror.sync("demo")
            assert not store.mirror.is_behind("demo")
    assert sessions.n_frames["s"] == 1


def test_a_session_that_is_gone_leaves_nothing(rows: pl.DataFrame, elastic_settings: Settings) -> None:
    frame = said(rows[:30], label=pl.lit("c1"))
    with opened(elastic_settings, FixedSessions({"s": frame}, {"s": ("demo",)})) as store:
        store.mirror.build("demo")
    sessions = FixedSessions({"t": frame}, {"t": ("demo",)})
    with opened(elastic_settings, sessions) as store:
        store.mirror.sync("demo", waits=True)
        assert store.count(replace(DEMO, session="s"), Exists("@label")) == 0
        assert store.count(replace(DEMO, session="t"), Exists("@label")) == 30


def test_an_interrupted_build_goes_on(
    rows: pl.DataFrame, elastic_settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(building, "_ROWS_AT_ONCE", 100)
    monkeypatch.setattr(building, "_SECONDS_BETWEEN_NOTES", 0.0)

    def stop(done: int, total: int | None, message: str) -> None:
        if done >= 1500:
            raise CancelledError("enough")

    seen: list[int] = []
    with opened(elastic_settings) as store:
        with pytest.raises(CancelledError):
            store.mirror.build("demo", stop)
        with pytest.raises(StoreUnavailableError, match="does not hold demo yet"):
            store.count(DEMO)
        store.mirror.build("demo", lambda done, _, message: seen.append(done) if message == "Rows" else None)
        assert store.count(DEMO) == 3000
    assert min(seen) >= 1500


def test_searches_go_on_while_an_index_is_built_anew(rows: pl.DataFrame, elastic_settings: Settings) -> None:
    with opened(elastic_settings) as store:
        store.mirror.build("demo")
        write_rows(elastic_settings.workspace, "demo", 4000, seed=2)
        assert store.mirror.needs_build("demo")
        assert store.count(DEMO) == 3000
        assert store.report().indices[0].n_source == 4000
        store.patch("demo", [Patch(rows["id"][0], {"class": "x"})])
        counts: list[int] = []
        is_over = threading.Event()

        def watch() -> None:
            while not is_over.is_set():
                counts.append(store.count(DEMO))

        watcher = threading.Thread(target=watch)
        watcher.start()
        store.mirror.build("demo")
        is_over.set()
        watcher.join()
        assert set(counts) <= {3000, 4000}
        assert store.count(DEMO) == 4000


def test_two_do_not_build_the_same_index_at_once(rows: pl.DataFrame, elastic_settings: Settings) -> None:
    with opened(elastic_settings) as store, opened(elastic_settings) as other:

        def try_too(done: int, total: int | None, message: str) -> None:
            with pytest.raises(MetadataError, match="Another process is building this index"):
                other.mirror.build("demo")

        store.mirror.build("demo", try_too)


def test_other_indices_of_the_server_are_left_alone(rows: pl.DataFrame, elastic_settings: Settings) -> None:
    neighbor = elastic_settings.model_copy(update={"elasticsearch_prefix": elastic_settings.elasticsearch_prefix + "x"})
    with opened(elastic_settings) as store, opened(neighbor) as other:
        other.mirror.build("demo")
        store.mirror.build("demo")
        store.mirror.build("demo", afresh=True)
        store.mirror.remove("demo")
        assert other.count(DEMO) == 3000
        other.mirror.remove("demo")


def test_the_keeper_brings_labels_by_itself(rows: pl.DataFrame, elastic_settings: Settings) -> None:
    sessions = FixedSessions({"s": said(rows[:5], label=pl.lit("c1"))}, {"s": ("demo",)})
    catalogs = Catalogs(elastic_settings.workspace)
    asked: list[str] = []
    with opened(elastic_settings, sessions) as store, opened(elastic_settings) as onlooker:
        keeper = Keeper(store.mirror, catalogs, sessions, asked.append)
        keeper.look()
        assert asked == ["demo"]
        store.mirror.build("demo")
        keeper.start()
        try:
            sessions.change("s", said(rows[10:12], label=pl.lit("c9")))
            deadline = time.monotonic() + 30  # two seconds on a machine that has nothing else to do
            while onlooker.count(replace(DEMO, session="s"), Equal("@label", "c9")) < 2:
                assert time.monotonic() < deadline
                time.sleep(0.05)
        finally:
            keeper.stop()
        assert asked == ["demo"]


def test_rows_far_behind_are_reached_by_their_number(
    workspace: Path, elastic_settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = write_rows(workspace, "demo", 3000)
    monkeypatch.setattr("al_core.metadata.elastic.store.MAX_PAGE", 100)
    with opened(elastic_settings) as store:
        store.mirror.build("demo")
        page = store.rows_at(Query(DEMO, size=50), 2980)
        assert page.rows["id"].to_list() == sorted(rows["id"])[2980:]
        assert (page.after, page.total) == (None, 3000)
        assert store.rows_at(Query(DEMO, size=50), 5000).rows.is_empty()
