"""Training sets: from a pool, a table, lists of labels, files, a session."""

from pathlib import Path

import numpy as np
import polars as pl
import pytest

from al_core.errors import GridMismatchError, LibraryError, ReadError
from al_core.library import Library
from al_core.library.label_files import base_id, checked_mapping, count_labels, read_labels, suggested_mapping
from al_core.library.training_orders import TrainingOrder, make_training_set, order_training_set
from al_core.library.training_sets import Rows
from al_core.pools import import_pool
from al_core.preprocessing import RECIPES
from al_core.runs.training import read_labeled_spectra
from al_core.settings import Settings
from tests.data_location import TEST_DATA, needs_test_data

CLASSES = ("other", "single peak", "double peak")
PLAIN = {"0": "other", "1": "single peak", "2": "double peak"}


@pytest.fixture
def library(workspace: Path, survey: Path) -> Library:
    (workspace / "pools").mkdir()
    import_pool([survey / "pool.csv"], workspace / "pools" / "stars", recipe=RECIPES["halpha"], name="stars")
    return Library(workspace, Settings())


def make(library: Library, **told: object):  # type: ignore[no-untyped-def]
    order = TrainingOrder(classes=CLASSES, **{"name": "set", **told})  # type: ignore[arg-type]
    return make_training_set(Settings(), order_training_set(library, order))


def test_a_random_sample_is_not_labeled_and_repeats_with_its_seed(library: Library) -> None:
    first, _ = make(library, name="a", source="sample", pool="stars", n_spectra=20, seed=3)
    again, _ = make(library, name="b", source="sample", pool="stars", n_spectra=20, seed=3)
    other, _ = make(library, name="c", source="sample", pool="stars", n_spectra=20, seed=4)
    ids = [pl.read_csv(info.path)["id"].to_list() for info in (first, again, other)]
    assert ids[0] == ids[1] != ids[2]
    assert len(set(ids[0])) == 20
    assert (first.n_spectra, first.n_labeled, first.n_unlabeled) == (20, 0, 20)


def test_a_table_with_labels_becomes_a_set_that_a_run_reads(library: Library, survey: Path) -> None:
    info, left_out = make(library, source="table", paths=(str(survey / "training-set.csv"),), mapping=PLAIN)
    assert (info.counts, left_out) == ({"other": 10, "single peak": 10, "double peak": 10}, [])
    spectra, _ = read_labeled_spectra(info.path, CLASSES, RECIPES["halpha"])
    assert (len(spectra.labels), spectra.labels[0], spectra.excluded) == (30, 0, [])


def test_labels_without_a_class_are_left_out_by_name(library: Library, survey: Path) -> None:
    mapping = {"0": "other", "1": "single peak", "2": None}
    info, left_out = make(library, source="table", paths=(str(survey / "training-set.csv"),), mapping=mapping)
    assert (info.n_spectra, len(left_out)) == (20, 10)
    assert "its label '2' has no class" in left_out[0].reason


def test_a_list_of_labels_finds_spectra_of_the_pool_by_id(library: Library, survey: Path) -> None:
    labels = pl.read_csv(survey / "truth.csv")[:5].vstack(pl.DataFrame({"id": ["not-there"], "label": [1]}))
    labels.write_csv(survey / "list.csv")
    info, left_out = make(library, source="pool", pool="stars", label_files=(str(survey / "list.csv"),), mapping=PLAIN)
    assert info.n_spectra == 5
    assert [(one.spectrum_id, one.reason) for one in left_out] == [("not-there", "is not in pool 'stars'")]
    written = pl.read_csv(info.path)
    expected = library.pool("stars").rows(written["id"].to_list())
    np.testing.assert_allclose(written.drop("id", "label").to_numpy(), expected, rtol=1e-6)


@needs_test_data
def test_chosen_files_go_through_the_recipe(library: Library) -> None:
    paths = (str(TEST_DATA / "ondrejov-fits-bintable"),)
    labels = (str(TEST_DATA / "label-lists" / "ondrejov-ccd700-labels.csv"),)
    mapping = {"0": "single peak", "1": "other", "2": None, "3": "double peak"}
    recipe = RECIPES["halpha"].to_dict()
    info, _ = make(library, source="files", paths=paths, label_files=labels, mapping=mapping, recipe=recipe)
    assert info.n_spectra == 15
    assert info.n_labeled > 0
    spectra, _ = read_labeled_spectra(info.path, CLASSES, RECIPES["halpha"])
    assert len(spectra.labels) == info.n_labeled


@needs_test_data
def test_the_published_form_of_labels_is_understood(library: Library) -> None:
    path = TEST_DATA / "csv" / "ondrejov-halpha-140.csv"
    counts = count_labels(read_labels(path).values())
    assert counts == {"absorption": 13, "emission": 1, "double-peak": 1}  # README of the data
    mapping = suggested_mapping(counts, CLASSES)
    assert mapping == {"absorption": "other", "emission": "single peak", "double-peak": "double peak"}
    info, _ = make(library, source="table", paths=(str(path),), mapping=mapping)
    assert info.counts == {"other": 13, "single peak": 1, "double peak": 1}


def test_a_list_of_files_is_one_label(tmp_path: Path) -> None:
    (tmp_path / "emission.csv").write_text("/lamost/a/spec-1.fits\n/lamost/b/spec-2.fits.gz\n")
    assert read_labels(tmp_path / "emission.csv") == {"spec-1": "emission", "spec-2": "emission"}
    (tmp_path / "other.csv").write_text("a,b\n1,2\n")
    with pytest.raises(ReadError, match="expected columns 'id' and 'label'"):
        read_labels(tmp_path / "other.csv")


def test_ids_are_found_in_paths_and_addresses() -> None:
    assert base_id("/lamost/x/spec-1.fits.gz") == "spec-1"
    assert base_id("C:\\data\\spec-1.fits") == "spec-1"


def test_numbers_are_no_classes() -> None:
    with pytest.raises(LibraryError, match="100 different labels"):
        count_labels(map(str, range(100)))


def test_a_mapping_names_known_classes() -> None:
    with pytest.raises(LibraryError, match="not among the classes"):
        checked_mapping({"a": "carbon"}, CLASSES)
    with pytest.raises(LibraryError, match="No label has a class"):
        checked_mapping({"a": None}, CLASSES)
    assert suggested_mapping(["Single_Peak", "carbon"], CLASSES) == {"Single_Peak": "single peak", "carbon": None}


@pytest.mark.parametrize(
    ("told", "message"),
    [
        ({"source": "magic"}, "Unknown source"),
        ({"source": "sample"}, "Choose a pool"),
        ({"source": "sample", "pool": "stars", "n_spectra": 0}, "1 to 120"),
        ({"source": "sample", "pool": "stars", "n_spectra": 121}, "1 to 120"),
        ({"source": "table"}, "Choose files"),
        ({"source": "session"}, "Choose a session"),
        ({"source": "table", "paths": ("/gone.csv",)}, "not there any more"),
        ({"source": "sample", "name": "../x"}, "cannot be the name"),
        ({"source": "sample", "classes": ("one",)}, "two or more"),
    ],
)
def test_an_order_that_cannot_be_carried_out_says_so(library: Library, told: dict[str, object], message: str) -> None:
    order = TrainingOrder(**{"name": "set", "classes": CLASSES, **told})  # type: ignore[arg-type]
    with pytest.raises(LibraryError, match=message):
        order_training_set(library, order)


def test_what_fails_leaves_nothing(library: Library) -> None:
    grid = np.arange(6500.0, 6510)
    rows = [Rows(["a"], np.ones((1, 10)), ["other"], grid), Rows(["b"], np.ones((1, 9)), [None], grid[:9])]
    with pytest.raises(GridMismatchError, match="Expected 10 points"):
        library.training.create("x", rows, CLASSES, origin="test")
    with pytest.raises(LibraryError, match="none of the classes"):
        library.training.create("x", [Rows(["a"], np.ones((1, 10)), ["no"], grid)], CLASSES, origin="test")
    with pytest.raises(LibraryError, match="no spectrum"):
        library.training.create("x", [], CLASSES, origin="test")
    assert library.training_sets() == []
    assert list(library.training.root.iterdir()) == []


def test_repeated_ids_are_left_out_and_counted(library: Library) -> None:
    grid = np.arange(6500.0, 6510)
    rows = [Rows(["a", "a"], np.ones((2, 10)), ["other", None], grid), Rows(["a"], np.ones((1, 10)), [None], grid)]
    info = library.training.create("x", rows, CLASSES, origin="test")
    assert (info.n_spectra, info.counts["other"]) == (1, 1)
    assert info.notes == ("2 spectra with an id that was there before were left out.",)
    with pytest.raises(LibraryError, match="already"):
        library.training.require_free("x")
    library.training.delete("x")
    assert library.training_sets() == []


def test_labels_of_a_session_become_a_set(library: Library, survey: Path) -> None:
    from al_core.sessions import Sessions
    from al_core.sessions.events import LabelEvent

    sessions = Sessions(library.workspace)
    session = sessions.create("First", classes=list(CLASSES), pool="stars")
    with pytest.raises(LibraryError, match="nothing is labeled yet"):
        make(library, source="session", session_id=session.session_id)
    chosen = session.classes[1].class_id
    event = LabelEvent(event_id="e1", kind="label", spectrum_id="spec-00003", class_id=chosen, annotator="ada")
    sessions.journal(session.session_id).append([event])
    info, _ = make(library, source="session", session_id=session.session_id)
    assert info.counts == {"other": 0, "single peak": 1, "double peak": 0}


def test_a_damaged_set_says_what_is_wrong(library: Library) -> None:
    folder = library.training.root / "broken"
    folder.mkdir(parents=True)
    (folder / "manifest.json").write_text("{}")
    (info,) = library.training_sets()
    assert "cannot be used" in info.problem
