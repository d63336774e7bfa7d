"""From a session to a run: what its configuration says, which labels teach, and what is refused before it starts."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest
from numpy.testing import assert_allclose

from al_core.errors import ALCoreError, ConfigurationError
from al_core.pools import Pool, import_pool
from al_core.preprocessing import RECIPES
from al_core.progress import no_progress
from al_core.runs.configuration import load_configuration, require_valid
from al_core.runs.inputs import Inputs, gather
from al_core.sessions.journal import CURRENT_SCHEMA
from al_core.sessions.running import check_draft, default_draft, prepare_run, run_basis, run_parameters
from al_core.sessions.session import Session, SessionClass
from al_core.settings import Settings
from tests.conftest import made_flux, write_spectra

CLASSES = tuple(
    SessionClass(f"c{k}", name, k + 1, shape, str(k + 1), k > 0)
    for k, (name, shape) in enumerate([("other", "ring"), ("single peak", "triangle"), ("double peak", "diamond")])
)


class Store:
    """A session's folder and labels, without its database."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.rows: list[dict[str, Any]] = []
        self.said: dict[str, str] = {}

    def folder(self, session_id: str) -> Path:
        return self._folder / session_id

    def journal(self, _session_id: str) -> "Store":
        return self

    def current(self) -> pl.DataFrame:
        return pl.DataFrame(self.rows, schema=CURRENT_SCHEMA)

    def comments(self) -> dict[str, str]:
        return self.said

    def label(self, spectrum_id: str, number: int, queue: str = "oracle", kind: str = "label") -> None:
        class_id = f"c{number}" if kind == "label" else None
        row = dict.fromkeys(CURRENT_SCHEMA) | {"spectrum_id": spectrum_id, "kind": kind, "class_id": class_id}
        self.rows.append(row | {"queue": queue})


class Place:
    """A workspace with a pool of 60 spectra, a training set of 24, and a session."""

    def __init__(self, folder: Path) -> None:
        self.settings = Settings(workspace=folder)
        rng = np.random.default_rng(5)
        labels = rng.permutation(np.repeat([0, 1, 2], (40, 10, 10)))
        self.ids = [f"spec-{k:03d}" for k in range(60)]
        (folder / "pools").mkdir()
        source = write_spectra(folder / "pool.csv", self.ids, made_flux(labels, rng))
        import_pool([source], folder / "pools" / "lamost", recipe=RECIPES["halpha"], name="lamost", workers=1)
        known = np.repeat([0, 1, 2], (10, 8, 6))
        names = [f"known-{k}" for k in range(24)]
        self.base = write_spectra(folder / "base.csv", names, made_flux(known, rng), known)
        self.store = Store(folder / "sessions")
        self.store.folder("be-stars").mkdir(parents=True)
        self.session = Session(
            "be-stars", "Be stars", "", "", False, "lamost", self.base, CLASSES, "margin", 7, {}, True, None
        )

    def iteration(self, number: int, estimated: list[str]) -> Path:
        folder = self.store.folder("be-stars") / "iterations" / f"{number:03d}"
        folder.mkdir(parents=True)
        (folder / "manifest.json").write_text(json.dumps({"estimated_so_far": estimated}))
        return folder

    def prepare(self, draft: dict[str, Any] | None = None, **fields: Any) -> dict[str, Any]:
        return prepare_run(self.store, self.settings, replace(self.session, **fields), draft or {})

    def problems(self, draft: dict[str, Any] | str, **fields: Any) -> dict[str | None, str]:
        basis = run_basis(self.store, self.settings, replace(self.session, **fields))
        if isinstance(draft, dict):
            draft = default_draft(basis) | draft
        return {problem.key: problem.message for problem in check_draft(draft, basis, self.settings).problems}


@pytest.fixture
def place(tmp_path: Path) -> Place:
    return Place(tmp_path)


def test_a_run_gets_what_the_session_says(place: Place, tmp_path: Path) -> None:
    keys = place.prepare({"batch_size": 12})
    assert keys["learning_session_name"] == "be-stars"
    assert keys["classes"] == ["other", "single peak", "double peak"]
    assert keys["candidate_classes"] == ["single peak", "double peak"]
    assert (keys["iteration_num"], keys["batch_size"], keys["strategy"], keys["seed"]) == (1, 12, "margin", 7)
    assert keys["pool_csv"] == str(tmp_path / "pools" / "lamost")
    assert keys["training_set_csv"] == str(place.base)
    assert not {"training_set_addition_csv", "labels2add_csv", "previous_output"} & set(keys)


def test_the_results_go_to_the_folder_of_the_iteration(place: Place) -> None:
    parameters = run_parameters(place.store, place.settings, place.session, {})
    assert parameters["output"] == str(place.store.folder("be-stars") / "iterations" / "001")
    assert parameters["configuration"]["iteration_num"] == 1


def test_labels_that_count_now_are_added_with_the_flux_of_the_pool(place: Place) -> None:
    place.iteration(1, [])
    for name, number in (("spec-003", 1), ("spec-001", 2)):
        place.store.label(name, number)
    place.store.label("spec-009", 0, kind="unsure")
    place.store.said["spec-003"] = "Hα, strong"
    keys = place.prepare()
    added = pl.read_csv(keys["training_set_addition_csv"])
    assert added["id"].to_list() == ["spec-001", "spec-003"]
    assert added["label"].to_list() == ["double peak", "single peak"]
    pool = Pool.open(Path(keys["pool_csv"]))
    assert_allclose(added.drop("id", "label").to_numpy(), pool.rows(["spec-001", "spec-003"]), rtol=1e-6)
    listed = pl.read_csv(keys["labels2add_csv"])
    assert listed.rows() == [("spec-001", "double peak", ""), ("spec-003", "single peak", "Hα, strong")]


def test_a_corrected_label_counts_in_the_next_run_and_leaves_the_files_of_the_last(place: Place) -> None:
    place.store.label("spec-003", 1)
    first = Path(place.prepare()["training_set_addition_csv"])
    assert place.prepare()["training_set_addition_csv"] == str(first)
    before = first.read_bytes()
    place.store.rows[0]["class_id"] = "c2"
    second = Path(place.prepare()["training_set_addition_csv"])
    assert pl.read_csv(second)["label"].to_list() == ["double peak"]
    assert first.read_bytes() == before


def test_labels_of_estimation_samples_never_teach(place: Place) -> None:
    place.iteration(1, ["spec-010"])
    place.iteration(2, ["spec-010", "spec-011"])
    for name in ("spec-010", "spec-011", "spec-012", "spec-013"):
        place.store.label(name, 1)
    place.store.rows[-1]["queue"] = "perf-est"
    keys = place.prepare()
    assert pl.read_csv(keys["training_set_addition_csv"])["id"].to_list() == ["spec-012"]
    assert pl.read_csv(keys["labels2add_csv"]).height == 4


def test_labels_of_spectra_that_are_not_in_the_pool_are_told_of(place: Place) -> None:
    """A session got another pool: what was labeled in the one before has no flux here."""
    place.iteration(1, ["sampled-before"])
    for name in ("sampled-before", place.ids[0], place.ids[1]):
        place.store.label(name, 1)
    assert gathered(place).notices == []
    place.store.label("elsewhere-0", 2)
    assert gathered(place).notices == [
        "1 label was left out of training: not in this pool or training set (elsewhere-0)."
    ]
    for k in range(1, 5):
        place.store.label(f"elsewhere-{k}", 2)
    inputs = gathered(place)
    assert inputs.notices == [
        "5 labels were left out of training: not in this pool or training set "
        "(elsewhere-0, elsewhere-1, elsewhere-2, …)."
    ]
    assert inputs.training is not None
    assert set(inputs.training.spectrum_ids) >= {place.ids[0], place.ids[1]}


def gathered(place: Place) -> Inputs:
    """Read what the next run of the session reads."""
    keys = place.prepare({"batch_size": 5, "random_sample_size": 5})
    path = place.settings.workspace / "configuration.json"
    path.write_text(json.dumps(keys))
    return gather(load_configuration(path), place.settings.workspace, 1, no_progress)


def test_without_a_training_set_the_labels_are_the_training_set(place: Place) -> None:
    place.iteration(0, [])
    for k in range(18):
        place.store.label(f"spec-{k:03d}", k % 3)
    keys = place.prepare(training_set=None)
    assert "training_set_addition_csv" not in keys
    assert pl.read_csv(keys["training_set_csv"]).height == 18


def test_iterations_are_counted_and_an_earlier_one_may_be_trained_again(place: Place) -> None:
    first = place.iteration(1, [])
    second = place.iteration(2, [])
    (place.store.folder("be-stars") / "iterations" / "002.1").mkdir()
    assert (place.prepare()["iteration_num"], place.prepare()["previous_output"]) == (3, str(second))
    again = place.prepare({"iteration_num": 2})
    assert again["previous_output"] == str(first)
    assert place.problems({"iteration_num": 5}) == {"iteration_num": "found 5; the next one is 3."}


def test_the_first_iteration_of_a_session_without_training_set_draws_spectra(place: Place) -> None:
    keys = place.prepare(training_set=None)
    assert (keys["iteration_num"], "training_set_csv" in keys) == (0, False)


def test_training_without_labels_is_refused_with_what_to_do(place: Place) -> None:
    assert place.problems({"iteration_num": 0}, training_set=None) == {}
    place.iteration(0, [])
    assert place.problems({}, training_set=None)["training_set_csv"] == (
        "No labels yet. Label the spectra of iteration 0, or choose a training set."
    )


def test_too_few_spectra_for_smote_are_counted(place: Place, tmp_path: Path) -> None:
    labels = np.repeat([0, 1, 2], (10, 8, 4))
    flux = made_flux(labels, np.random.default_rng(1))
    base = write_spectra(tmp_path / "few.csv", [f"k-{k}" for k in range(22)], flux, labels)
    message = "“double peak” has 4 spectra; SMOTE needs 6. Label 2 more or turn it off."
    assert place.problems({}, training_set=base) == {"balance": message}
    with pytest.raises(ConfigurationError, match=r"SMOTE needs 6\. Label 2 more"):
        place.prepare(training_set=base)
    assert place.problems({"balance": "class_weights"}, training_set=base) == {}
    for k in range(2):
        place.store.label(f"spec-{k:03d}", 2)
    assert place.problems({}, training_set=base) == {}


def test_a_class_without_spectra_is_named(place: Place, tmp_path: Path) -> None:
    labels = np.repeat([0, 1], (10, 8))
    flux = made_flux(labels, np.random.default_rng(1))
    base = write_spectra(tmp_path / "two.csv", [f"k-{k}" for k in range(18)], flux, labels)
    assert "“double peak” has no labeled spectrum" in place.problems({}, training_set=base)["classes"]


def test_a_draft_of_another_session_is_refused_by_key(place: Place) -> None:
    found = place.problems({"learning_session_name": "giants", "classes": ["other", "double peak", "single peak"]})
    assert found["learning_session_name"] == "found 'giants'; this is the session 'be-stars'."
    assert "in this order" in found["classes"]


def test_files_that_a_run_writes_itself_are_not_looked_for(place: Place) -> None:
    basis = run_basis(place.store, place.settings, place.session)
    draft = default_draft(basis) | {"labels2database_csv": "gone.csv", "previous_output": "gone"}
    checked = check_draft(draft, basis, place.settings)
    assert checked.is_valid
    assert checked.notices == (
        "labels2add_csv, previous_output: not used; every run takes the labels of this session.",
    )
    assert "labels2add_csv" not in place.prepare(draft)


def test_problems_stand_at_the_lines_of_the_given_text(place: Place) -> None:
    basis = run_basis(place.store, place.settings, place.session)
    text = '{\n  "pool_csv": "lamost",\n  "patience": 0,\n  "training_set_csv": "none.csv"\n}'
    found = {problem.key: problem.line for problem in check_draft(text, basis, place.settings).problems}
    assert found == {"patience": 3, "training_set_csv": 4}


def test_a_pool_may_stand_under_its_name(place: Place, tmp_path: Path) -> None:
    basis = run_basis(place.store, place.settings, place.session, {"Ondřejov": place.base})
    draft = default_draft(basis)
    assert (draft["pool_csv"], draft["training_set_csv"]) == ("lamost", "Ondřejov")
    configuration = require_valid(check_draft(draft, basis, place.settings))
    assert configuration.paths["pool_csv"] == tmp_path / "pools" / "lamost"


def test_the_draft_of_the_session_changes_its_keys_alone(place: Place) -> None:
    stored = {"batch_size": 50, "iteration_num": 1, "classes": ["x", "y"], "labels2add_csv": "old.csv"}
    place.iteration(1, [])
    draft = default_draft(run_basis(place.store, place.settings, replace(place.session, configuration=stored)))
    assert draft["batch_size"] == 50
    assert draft["iteration_num"] == 2
    assert draft["classes"] == ["other", "single peak", "double peak"]
    assert "labels2add_csv" not in draft


def test_a_damaged_iteration_is_named(place: Place) -> None:
    (place.iteration(1, []) / "manifest.json").write_text("{")
    with pytest.raises(ALCoreError, match=r"001: expected the results of an iteration"):
        place.prepare()
