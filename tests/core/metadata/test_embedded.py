"""The embedded backend: what it keeps in memory, and how exactly."""

import threading
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from al_core.metadata import Equal, Exists, Field, FieldType, Patch, Query, Range, Scope, Sort, Words
from al_core.metadata.catalog import Catalogs, CatalogWriter
from al_core.metadata.embedded import EmbeddedStore
from al_core.metadata.embedded.memory import HotMemory
from al_core.metadata.embedded.numbers import NumberColumn
from al_core.metadata.embedded.word_search import similar_words
from al_core.metadata.query import EVERYTHING
from tests.support.session_frames import FixedSessions

SCOPE = Scope(("made",))
NUMBER, INTEGER, TIME = (Field("x", kind) for kind in (FieldType.NUMBER, FieldType.INTEGER, FieldType.TIME))
DECIMALS = st.integers(-(10**7), 10**7).flatmap(lambda k: st.sampled_from([k / 100, k / 10**6, float(k)]))
SINGLES = st.floats(width=32, allow_nan=False, allow_infinity=False)
DOUBLES = st.floats(allow_nan=False, allow_infinity=False)


def store_of(workspace: Path, frame: pl.DataFrame, sessions: Any = None, memory_mb: int = 64) -> EmbeddedStore:
    kinds = {pl.String(): FieldType.STRING, pl.Float64(): FieldType.NUMBER, pl.Int64(): FieldType.INTEGER}
    fields = [Field(name, kinds[dtype]) for name, dtype in frame.schema.items()]
    with CatalogWriter.open(workspace, "made", fields, str(frame.hash_rows().sum())) as writer:
        writer.append(frame)
        writer.finish()
    return EmbeddedStore(Catalogs(workspace), sessions, memory_mb)


@example(values=[0.0], limit=0.01, excluded=False)
@settings(deadline=None)
@given(
    values=st.one_of(st.lists(st.none() | one, min_size=1, max_size=20) for one in (DECIMALS, SINGLES, DOUBLES)),
    limit=st.one_of(DECIMALS, SINGLES, DOUBLES),
    excluded=st.booleans(),
)
def test_numbers_are_kept_and_compared_exactly(values: list[float | None], limit: float, excluded: bool) -> None:
    column = NumberColumn.of(NUMBER, pl.Series(values, dtype=pl.Float64))
    assert column.gather(np.arange(len(values))).to_list() == values
    for limits in (limit, *(value for value in values if value is not None)):
        above = [v is not None and (v > limits if excluded else v >= limits) for v in values]
        below = [v is not None and (v < limits if excluded else v <= limits) for v in values]
        assert column.between(limits, None, excludes_low=excluded).tolist() == above
        assert column.between(None, limits, excludes_high=excluded).tolist() == below
        assert column.is_in([limits, 7.5]).tolist() == [v in (limits, 7.5) and v is not None for v in values]


@settings(deadline=None)
@given(
    values=st.lists(st.none() | st.integers(-(2**63), 2**63 - 1) | st.integers(-200, 200), min_size=1, max_size=20),
    limit=st.one_of(st.integers(-(2**70), 2**70), DOUBLES, st.sampled_from([float("inf"), float("-inf"), 0.5])),
)
def test_whole_numbers_are_kept_and_compared_exactly(values: list[int | None], limit: float) -> None:
    column = NumberColumn.of(INTEGER, pl.Series(values, dtype=pl.Int64))
    assert column.gather(np.arange(len(values))).to_list() == values
    assert column.between(limit, None).tolist() == [v is not None and v >= limit for v in values]
    assert column.between(None, limit).tolist() == [v is not None and v <= limit for v in values]
    assert column.equal(limit).tolist() == [v is not None and v == limit for v in values]
    assert column.is_in([limit]).tolist() == column.equal(limit).tolist()


@pytest.mark.parametrize(
    ("values", "dtype", "scale"),
    [
        ([12.25, 99.0, -0.5], np.int16, 100),
        ([1.0, 2.0, 3.0], np.int8, 1),
        ([100.23792, 9.8989399], np.int32, 10**5),
        ([0.5, 1e-30], np.float32, 1),
        ([1 / 3, 1e300], np.float64, 1),
    ],
)
def test_numbers_take_as_little_memory_as_they_need(values: list[float], dtype: Any, scale: int) -> None:
    column = NumberColumn.of(NUMBER, pl.Series([float(np.float32(v)) if dtype is np.float32 else v for v in values]))
    if dtype is np.int32:
        assert column.stored.dtype in (np.int32, np.float64)
    else:
        assert (column.stored.dtype, column.scale) == (dtype, scale)


def test_days_take_two_bytes() -> None:
    days = [datetime(2012, 1, 1, tzinfo=UTC) + timedelta(days=k) for k in range(300)]
    column = NumberColumn.of(TIME, pl.Series(days, dtype=pl.Datetime("ms", "UTC")))
    assert column.stored.dtype == np.int16
    assert column.gather(np.array([7])).to_list() == [days[7]]


@settings(deadline=None)
@given(
    values=st.lists(st.none() | DECIMALS, min_size=3, max_size=10),
    new=st.lists(st.none() | DECIMALS | DOUBLES, min_size=2, max_size=2),
)
def test_a_column_with_other_values_in_some_rows(values: list[float | None], new: list[float | None]) -> None:
    column = NumberColumn.of(NUMBER, pl.Series(values, dtype=pl.Float64))
    changed = column.replaced(np.array([2, 0]), pl.Series(new, dtype=pl.Float64))
    assert changed.gather(np.arange(len(values))).to_list() == [new[1], values[1], new[0], *values[3:]]
    assert column.gather(np.arange(len(values))).to_list() == values


def test_memory_forgets_what_was_used_longest_ago() -> None:
    memory = HotMemory(100)
    for key in "abc":
        memory.get(key, lambda: np.zeros(40, dtype=np.uint8))
        memory.get("a", lambda: np.zeros(40, dtype=np.uint8))
    assert [key in memory for key in "abc"] == [True, False, True]
    assert memory.n_bytes == 80


def test_what_several_threads_ask_for_is_made_once() -> None:
    memory, made, barrier = HotMemory(100), [], threading.Barrier(8)

    def make() -> np.ndarray:
        made.append(1)
        return np.zeros(8)

    def ask() -> None:
        barrier.wait()
        memory.get("key", make)

    threads = [threading.Thread(target=ask) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(made) == 1


def test_what_could_not_be_made_is_tried_again() -> None:
    memory = HotMemory(100)
    with pytest.raises(ZeroDivisionError):
        memory.get("key", lambda: np.zeros(1 // 0))
    assert memory.get("key", lambda: np.zeros(2)).size == 2


def test_similar_words_are_found_among_all() -> None:
    words = pl.Series(["star", "satr", "stars", "tsra", "st", "straße", "sta r"])
    assert similar_words(words, "star", 1) == ["satr", "sta r", "star", "stars"]


def frame_of(n_rows: int) -> pl.DataFrame:
    rng = np.random.default_rng(n_rows)
    return pl.DataFrame(
        {
            "id": [f"s{k:06d}" for k in range(n_rows)],
            "x": rng.integers(0, 50, n_rows) / 10,
            "kind": [f"kind {k % 7}" for k in range(n_rows)],
        }
    )


def test_searches_go_on_while_indices_are_written_anew_and_changed(workspace: Path) -> None:
    store, errors, stop = store_of(workspace, frame_of(2000)), [], threading.Event()

    def search() -> None:
        while not stop.is_set():
            page = store.search(Query(SCOPE, Range("x", 1.0), (Sort("x", descending=True),), size=20))
            values = page.rows["x"].to_list()
            if values != sorted(values, reverse=True) or page.total != store_total(store, page.total):
                errors.append(values)

    def store_total(store: EmbeddedStore, total: int) -> int:
        facet = store.facets(SCOPE, EVERYTHING, ["kind"])["kind"]
        return total if sum(count for _, count in facet.values) in (2000, 2500, 3000) else -1

    threads = [threading.Thread(target=search) for _ in range(3)]
    for thread in threads:
        thread.start()
    for n_rows in (2500, 3000):
        store_of(workspace, frame_of(n_rows))
        store.patch("made", [Patch("s000001", {"x": float(n_rows)})])
    stop.set()
    for thread in threads:
        thread.join()
    assert not errors
    assert store.count(SCOPE) == 3000
    assert store.count(SCOPE, Equal("x", 3000.0)) == 1


def test_labels_do_not_make_the_whole_session_be_read_again(workspace: Path) -> None:
    said = pl.DataFrame({"id": [f"s{k:06d}" for k in range(500)], "p_candidate": [k / 500 for k in range(500)]})
    sessions = FixedSessions({"s": said})
    store, scope = store_of(workspace, frame_of(600), sessions), Scope(("made",), "s")
    assert store.count(scope, Range("@p_candidate", 0.5)) == 250
    for number in range(5):
        sessions.change("s", pl.DataFrame({"id": [f"s{number:06d}"], "label": ["c1"]}))
        assert store.count(scope, Equal("@label", "c1")) == number + 1
        assert store.count(scope, Range("@p_candidate", 0.5)) == 250
    assert sessions.n_frames["s"] == 1
    sessions.replace("s", said.head(10))
    assert store.count(scope, Exists("@p_candidate")) == 10
    assert store.count(scope, Equal("@label", "c1")) == 0


def test_many_changed_words_are_compared_with_edits(workspace: Path) -> None:
    store = store_of(workspace, frame_of(700))
    store.patch("made", [Patch(f"s{k:06d}", {"kind": f"word{k:03d}"}) for k in range(700)])
    assert store.count(SCOPE, Words("word000", "kind", edits=2)) == sum(f"{k:03d}".count("0") >= 1 for k in range(700))


def test_one_changed_row_is_seen_in_its_neighborhood_alone(workspace: Path) -> None:
    store = store_of(workspace, frame_of(100))
    before = store.facets(SCOPE, EVERYTHING, ["kind"])["kind"]
    store.patch("made", [Patch("s000000", {"kind": "Zebra"})])
    after = store.facets(SCOPE, EVERYTHING, ["kind"])["kind"]
    assert before.n_values + 1 == after.n_values
    assert store.search(Query(SCOPE, sort=(Sort("kind", descending=True),), size=1)).rows["id"].item() == "s000000"
    assert store.search(Query(SCOPE, Words("zebra"))).total == 1


def all_ids(store: EmbeddedStore, sort: Sequence[Sort]) -> list[str]:
    frames = store.all_rows(SCOPE, EVERYTHING, ["x", "kind"], tuple(sort))
    return [one for frame in frames for one in frame["id"]]


def test_all_rows_come_in_order_out_of_the_file_too(workspace: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in (("fetching.ROW_GROUP", 300), ("store._BLOCK", 700), ("store.MAX_PAGE", 250)):
        monkeypatch.setattr(f"al_core.metadata.embedded.{name}", value)
    frame = frame_of(3000)
    store = store_of(workspace, frame)
    store.patch("made", [Patch("s000042", {"kind": "patched"})])
    assert all_ids(store, ()) == frame["id"].to_list()
    assert (
        all_ids(store, [Sort("x", descending=True)])
        == frame.sort("x", descending=True, maintain_order=True)["id"].to_list()
    )
    frames = list(store.all_rows(SCOPE, EVERYTHING, ["kind"]))
    assert max(map(len, frames)) <= 250
    kinds = dict(pl.concat(frames).select("id", "kind").rows())
    assert kinds == dict(frame.select("id", "kind").rows()) | {"s000042": "patched"}
