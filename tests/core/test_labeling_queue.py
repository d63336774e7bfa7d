"""What is served, in which order, why, and where one was."""

import json
import shutil

import numpy as np
import pytest

from al_core.errors import ALCoreError, SessionError
from al_core.labeling import LabelQueue, QueueOptions
from al_core.labeling.items import JOURNAL_QUEUES, QUEUES, WORDS, QueueItem, described
from al_core.labeling.ordering import in_order, with_repeats
from al_core.strategies import shannon_entropy
from tests.core.labeling_made import IDS, LABELS, SESSION, Place

BATCH, SAMPLE = IDS[10:20], IDS[30:36]


def served(place: Place, **options: object) -> LabelQueue:
    return place.labeling.queue(SESSION, QueueOptions(**options))[0]  # type: ignore[arg-type]


def ids_of(queue: LabelQueue) -> list[str]:
    return [item.spectrum_id for item in queue.items]


def test_every_kind_has_a_word_and_a_queue_that_the_journal_takes() -> None:
    assert set(WORDS) == set(JOURNAL_QUEUES)
    assert {"oracle", "perf-est", "candidates", "picked", "repeat", "import"} == set(QUEUES)


def test_the_last_iteration_is_served_with_the_reason(place: Place) -> None:
    place.iteration(1, IDS[:3])
    place.iteration(2, BATCH, SAMPLE, left_pool=IDS[:5])
    queue = served(place, order="thesis")
    assert (queue.iteration, queue.guess_iteration, queue.strategy, queue.pool) == (2, 2, "entropy", "survey")
    assert ids_of(queue) == [*BATCH, *SAMPLE]
    assert [item.kind for item in queue.items] == ["uncertain"] * 10 + ["random"] * 6
    first = queue.items[0]
    assert (first.utility_name, first.rank, first.n_ranked) == ("entropy", 1, 55)
    proba = np.array([[0.3, 0.3, 0.4]])
    assert first.utility == pytest.approx(float(shannon_entropy(proba)[0]), abs=1e-4)


def test_the_estimation_sample_is_blind_until_it_is_answered_and_never_says_how_sure_the_network_is(
    place: Place,
) -> None:
    place.iteration(1, BATCH, SAMPLE)
    place.say(SAMPLE[0], queue="perf-est")
    place.say(SAMPLE[1], "unsure", queue="perf-est")
    place.say(SAMPLE[2], "skip", queue="perf-est")
    items = {item.spectrum_id: item for item in served(place).items}
    assert [items[name].is_blind for name in SAMPLE[:4]] == [False, False, True, True]
    assert not any(items[name].is_blind for name in BATCH)
    assert all(items[name].utility is None and items[name].rank is None for name in SAMPLE)
    assert not any(item.is_blind for item in served(place, is_blind=False).items)


def test_orders_are_those_of_the_issue(place: Place) -> None:
    place.iteration(1, BATCH, SAMPLE)
    mixed = served(place)
    assert ids_of(mixed) == ids_of(served(place))
    assert ids_of(mixed) != [*BATCH, *SAMPLE]
    assert [name for name in ids_of(mixed) if name in BATCH] == BATCH
    assert [name for name in ids_of(mixed) if name in SAMPLE] == SAMPLE
    assert ids_of(served(place, order="uncertain")) == [*BATCH, *SAMPLE]
    items = [QueueItem("a", "uncertain", 0.2), QueueItem("b", "random"), QueueItem("c", "candidate", 0.9)]
    assert [item.spectrum_id for item in in_order(items, "uncertain", 1, 1)] == ["c", "a", "b"]
    with pytest.raises(SessionError, match="mixed, uncertain, thesis, found 'best'"):
        served(place, order="best")


def test_the_draw_of_the_mixed_order_follows_from_seed_and_iteration() -> None:
    items = [QueueItem(str(k), "uncertain") for k in range(20)] + [QueueItem(f"r{k}", "random") for k in range(20)]
    orders = {tuple(item.spectrum_id for item in in_order(items, "mixed", *pair)) for pair in ((1, 1), (1, 2), (2, 1))}
    assert len(orders) == 3


def test_a_spectrum_is_served_once_and_the_sample_wins(place: Place) -> None:
    place.iteration(1, BATCH, [BATCH[3], *SAMPLE])
    queue = served(place)
    assert len(ids_of(queue)) == len(set(ids_of(queue))) == 16
    assert next(item.kind for item in queue.items if item.spectrum_id == BATCH[3]) == "random"


def test_one_goes_on_where_one_was_and_skipped_ones_come_back(place: Place) -> None:
    place.iteration(1, IDS[:4])
    assert served(place).position == 0
    place.say(IDS[0])
    place.say(IDS[1], "skip")
    queue = served(place)
    assert (queue.position, queue.items[1].is_skipped) == (2, True)
    place.say(IDS[2], "bad")
    place.say(IDS[3], "unsure")
    assert served(place).position == 1
    assert served(place).counts() == {"uncertain": {"n": 4, "answered": 3, "skipped": 1, "left": 1}}
    place.say(IDS[1])
    assert served(place).position == 4


def test_iteration_0_is_a_first_sample(place: Place) -> None:
    place.iteration(0, IDS[:5], trained=False)
    queue = served(place)
    assert {item.kind for item in queue.items} == {"initial"}
    assert {item.queue for item in queue.items} == {"oracle"}
    assert all(item.utility is None for item in queue.items)
    assert queue.guess_iteration is None


def test_candidates_come_most_probable_first_without_batch_and_sample(place: Place) -> None:
    place.iteration(1, BATCH, SAMPLE, left_pool=[IDS[0]])
    wanted = [n for n, k in zip(IDS, LABELS, strict=True) if k > 0 and n not in {*BATCH, *SAMPLE, IDS[0]}]
    queue = served(place, source="candidates", order="thesis")
    assert ids_of(queue) == wanted
    assert {(item.kind, item.queue, item.utility_name) for item in queue.items} == {
        ("candidate", "candidates", "probability")
    }
    assert queue.items[0].utility == pytest.approx(0.95)
    assert any("estimation sample" in notice for notice in queue.notices)
    few = served(place, source="candidates", order="thesis", limit=3)
    assert ids_of(few) == wanted[:3]
    assert few.notices[0].startswith("The 3 most probable of ")


def test_candidates_are_in_the_queue_where_the_configuration_shows_them(place: Place) -> None:
    place.iteration(1, BATCH, SAMPLE, configuration={"iteration_num": 1, "show_candidates": "yes"})
    kinds = [item.kind for item in served(place, order="thesis").items]
    assert kinds[:16] == ["uncertain"] * 10 + ["random"] * 6
    assert set(kinds[16:]) == {"candidate"}


def test_a_pool_is_labeled_without_a_network(place: Place) -> None:
    queue = served(place)
    assert (queue.source, queue.iteration, len(queue.items)) == ("pool", None, 60)
    assert ids_of(queue) == ids_of(served(place)) != IDS
    assert ids_of(served(place, is_shuffled=False)) == IDS
    part = served(place, limit=7, offset=14)
    assert part.notices == ("Spectra 15 to 21 of 60.",)
    pages = [ids_of(served(place, limit=20, offset=k)) for k in (0, 20, 40)]
    assert sorted(name for page in pages for name in page) == IDS
    assert ids_of(served(place, source="pool:survey")) == ids_of(queue)
    with pytest.raises(SessionError, match="1 to 5,000 spectra at a time, found 5,001"):
        served(place, limit=5001)
    with pytest.raises(ALCoreError, match="nowhere"):
        served(place, source="pool:nowhere")


def test_members_of_a_sample_stay_blind_wherever_they_come_from(place: Place) -> None:
    place.iteration(1, BATCH, SAMPLE)
    stored = place.labeling.store_list(SESSION, "Near M 31", [SAMPLE[0], IDS[0]], owner="eva")
    for source in ("pool", f"list:{stored.list_id}"):
        items = {item.spectrum_id: item for item in served(place, source=source).items}
        assert (items[SAMPLE[0]].kind, items[SAMPLE[0]].is_blind) == ("random", True)
        assert (items[IDS[0]].kind, items[IDS[0]].is_blind) == ("picked", False)


def test_a_stored_list_is_served_in_its_order(place: Place) -> None:
    wanted = [IDS[7], IDS[3], IDS[7], IDS[50]]
    stored = place.labeling.store_list(SESSION, "  From  the map ", wanted, owner="eva", origin="map")
    queue = served(place, source=f"list:{stored.list_id}", order="thesis")
    assert ids_of(queue) == [IDS[7], IDS[3], IDS[50]]
    assert {item.kind for item in queue.items} == {"picked"}
    [found] = place.labeling.lists(SESSION)
    assert (found.name, found.n_spectra, found.owner, found.origin) == ("From the map", 3, "eva", "map")
    clone = place.sessions.clone(SESSION, "Again")
    assert [one.list_id for one in place.labeling.lists(clone.session_id)] == [stored.list_id]
    assert len(place.labeling.queue(clone.session_id, QueueOptions(source=f"list:{stored.list_id}"))[0].items) == 3
    place.labeling.delete_list(SESSION, stored.list_id)
    with pytest.raises(SessionError, match="no list"):
        served(place, source=f"list:{stored.list_id}")
    with pytest.raises(ALCoreError, match="gone"):
        place.labeling.store_list(SESSION, "x", ["gone"], owner="eva")
    with pytest.raises(SessionError, match="a name of 1 to"):
        place.labeling.store_list(SESSION, " ", [IDS[0]], owner="eva")


def test_the_pool_of_an_upload_is_found_by_its_manifest(place: Place) -> None:
    uploads = place.labeling.library.uploads
    upload = uploads.create([("x.csv", 3)], name="x", kind="auto", fingerprint="", owner="eva")
    with pytest.raises(SessionError, match="Nothing of this upload has been imported"):
        served(place, source=f"upload:{upload.upload_id}")
    path = place.folder / "pools" / "survey" / "manifest.json"
    manifest = json.loads(path.read_text())
    manifest["inputs"]["tables"][0]["path"] = str(upload.folder / "x.csv")
    path.write_text(json.dumps(manifest))
    assert served(place, source=f"upload:{upload.upload_id}").pool == "survey"


def test_blind_repeats_come_later_and_say_nothing(place: Place) -> None:
    items = [QueueItem(str(k), "uncertain", 0.5, "entropy", 1, 9) for k in range(100)]
    served_items = with_repeats(items, 0.05, 3, 1)
    assert served_items == with_repeats(items, 0.05, 3, 1)
    repeats = [(k, item) for k, item in enumerate(served_items) if item.kind == "repeat"]
    assert len(repeats) == 5
    assert len({item.key for item in served_items}) == 105
    for place_of_repeat, item in repeats:
        first = next(k for k, one in enumerate(served_items) if one.spectrum_id == item.spectrum_id)
        assert place_of_repeat - first >= 20
        assert (item.utility, item.rank, item.queue) == (None, None, "repeat")
    with pytest.raises(SessionError, match=r"0 to 0\.05, found 0\.2"):
        with_repeats(items, 0.2, 3, 1)
    assert with_repeats([], 0.05, 3, 1) == []
    assert len(with_repeats(items[:1], 0.05, 3, 1)) == 1


def test_the_answer_to_a_repeat_is_kept_beside_the_first_and_replaces_it_only_outside(place: Place) -> None:
    place.iteration(1, IDS)
    queue = served(place, repeats=0.05)
    again = next(item for item in queue.items if item.kind == "repeat")
    assert again.is_blind
    name = again.spectrum_id
    first = place.say(name, position=1, comment="strong")
    second = place.say(name, position=2, queue="repeat")
    journal = place.sessions.journal(SESSION).current()
    assert journal.select("spectrum_id", "class_id", "event_id").rows() == [(name, place.class_id(1), first)]
    now = [item for item in served(place, repeats=0.05).items if item.spectrum_id == name]
    assert [(item.kind, item.answer and item.answer.event_id) for item in now] == [
        ("uncertain", first), ("repeat", second),
    ]  # fmt: skip
    assert place.labeling.progress(SESSION, QueueOptions(repeats=0.05)).consistency.n_right == 0  # type: ignore[union-attr]
    resolved = place.say(name, position=2)
    assert place.sessions.journal(SESSION).current()["event_id"].to_list() == [resolved]
    assert place.labeling.progress(SESSION).consistency.n_right == 1  # type: ignore[union-attr]
    place.say(name, "undo", undoes=second)
    assert place.labeling.progress(SESSION).consistency is None


def test_an_iteration_that_is_not_there_is_named(place: Place) -> None:
    place.iteration(1, BATCH)
    with pytest.raises(SessionError, match=r"iterations \(1\), found 4"):
        served(place, iteration=4)
    with pytest.raises(SessionError, match="found 'nonsense'"):
        served(place, source="nonsense")


def test_an_iteration_that_was_trained_again_is_served_anew(place: Place) -> None:
    place.iteration(1, IDS[:3])
    assert ids_of(served(place, order="thesis")) == IDS[:3]
    folder = place.session_folder / "iterations"
    (folder / "001").rename(folder / "001.1")
    place.iteration(1, IDS[4:6])
    assert ids_of(served(place, order="thesis")) == IDS[4:6]


def test_an_iteration_keeps_its_pool_when_the_session_gets_another(place: Place) -> None:
    place.iteration(1, BATCH, SAMPLE)
    pools = place.folder / "pools"
    shutil.copytree(pools / "survey", pools / "new")
    place.sessions.update(SESSION, pool="new")
    queue = served(place)
    assert (queue.pool, queue.guess_iteration, len(queue.items)) == ("survey", 1, 16)
    assert place.labeling.spectra(SESSION, [BATCH[0]], pool_name="survey")[BATCH[0]]["guess"] is not None
    assert place.labeling.spectra(SESSION, [BATCH[0]])[BATCH[0]]["guess"] is None
    assert place.labeling.progress(SESSION).agreement is not None
    assert served(place, source="pool").guess_iteration is None


def test_a_guess_is_never_that_of_another_spectrum(place: Place) -> None:
    scored = place.pool.manifest["sha256"]
    place.iteration(1, BATCH, SAMPLE, sha256=scored)
    assert served(place).guess_iteration == 1
    place.iteration(2, BATCH, SAMPLE, sha256=dict.fromkeys(scored, "0" * 64))
    with pytest.raises(SessionError, match="imported anew since this iteration scored it"):
        served(place)


def test_repeats_seem_to_be_of_the_sample_until_they_are_answered(place: Place) -> None:
    place.iteration(1, BATCH, SAMPLE)
    place.labeling.choose(SESSION, {"repeats": 0.05})
    queue = served(place)
    [again] = [item for item in queue.items if item.kind == "repeat"]
    assert (again.is_blind, again.queue) == (True, "repeat")
    told = described(again)
    assert (told["kind"], told["word"], told["asked_as"]) == ("random", "Random sample", "random")
    [row] = [row for row in place.labeling.grid(SESSION) if row["key"] == again.key]
    assert (row["kind"], row["set"], row["prediction"]) == ("random", "perf-est", None)
    place.say(again.spectrum_id, queue="repeat")
    told = next(described(item) for item in served(place).items if item.key == again.key)
    assert (told["kind"], told["word"], told["is_blind"]) == ("repeat", "Asked again", False)


def test_a_repeat_among_picked_spectra_seems_picked() -> None:
    items = with_repeats([QueueItem(name, "picked") for name in IDS], 0.05, 7, 0)
    assert {item.asked_as for item in items if item.kind == "repeat"} == {"picked"}


def test_a_greater_share_adds_repeats_and_moves_none() -> None:
    items = [QueueItem(f"s{k}", "picked") for k in range(200)]

    def repeats(share: float) -> dict[str, str]:
        made = with_repeats(items, share, 3, 1)
        firsts = [item.spectrum_id for item in made if item.kind != "repeat"]
        return {
            item.key: firsts[sum(other.kind != "repeat" for other in made[:k]) - 1]
            for k, item in enumerate(made)
            if item.kind == "repeat"
        }

    few, many = repeats(0.02), repeats(0.05)
    assert (len(few), len(many)) == (4, 10)
    assert few.items() <= many.items()


def test_sources_are_listed_with_their_counts(place: Place) -> None:
    assert [(one.source, one.n_spectra) for one in place.labeling.sources(SESSION)] == [("pool", 60)]
    place.iteration(1, BATCH, SAMPLE)
    place.say(BATCH[0])
    stored = place.labeling.store_list(SESSION, "Bright ones", IDS[:4], owner="eva", origin="search: mag < 12")
    shutil.copytree(place.folder / "pools" / "survey", place.folder / "pools" / "other")
    found = place.labeling.sources(SESSION)
    assert [(one.source, one.kind, one.name, one.iteration) for one in found] == [
        ("iteration", "iteration", "1", 1),
        ("candidates", "candidates", "of iteration 1", None),
        ("pool", "pool", "survey", None),
        (f"list:{stored.list_id}", "list", "Bright ones", None),
        ("pool:other", "data", "other", None),
    ]
    assert [(one.n_spectra, one.n_left) for one in found[:1]] == [(16, 15)]
    assert (found[3].n_spectra, found[3].note) == (4, "search: mag < 12")
    for one in found:
        queue = served(place, source=one.source, iteration=one.iteration)
        assert queue.n_available == one.n_spectra
