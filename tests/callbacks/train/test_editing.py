"""The configuration of the page Train: form, JSON, presets and files."""

import json
from pathlib import Path

import pytest

from al_core.errors import ConfigurationError
from al_core.runs.form import FIELDS
from al_core.services import Services
from al_core.sessions.presets import Presets
from callbacks import ids
from callbacks.train import editing, presets, saved
from pages._components.train_presets import preset_items
from pages._components.train_validity import validity_view
from tests.callbacks.train.reading import SESSION, draft, ids_in, text_of


def test_the_form_has_a_control_and_a_place_for_its_error_for_every_field(services: Services) -> None:
    form, schema, _ = editing.load_form(services, SESSION)
    found = ids_in(form)
    for field in FIELDS:
        assert {"type": "train-field", "key": field.key} in found
        assert {"type": "train-field-error", "key": field.key} in found
    assert sorted(schema) == sorted(field.key for field in FIELDS)


def test_the_draft_starts_as_what_the_session_says(services: Services) -> None:
    _, schema, loaded = editing.load_form(services, SESSION)
    keys = json.loads(loaded["text"])
    assert (keys["learning_session_name"], keys["iteration_num"], keys["pool_csv"]) == (SESSION, 1, "lamost")
    assert keys["candidate_classes"] == ["single peak", "double peak"]
    assert schema["seed"]["default"] == 7
    assert schema["pool_csv"]["names"] == ["pool_csv", "csv_spectra_file"]


def test_a_reload_shows_the_text_as_it_was_typed(services: Services) -> None:
    odd = draft(services).replace('"patience": 10', '"patience":    10')
    editing.check_text(services, SESSION, odd)
    assert editing.load_form(services, SESSION)[2]["text"] == odd
    broken = odd + ","
    seen = editing.check_text(services, SESSION, broken)
    assert not seen.data["valid"]
    assert editing.load_form(services, SESSION)[2]["text"] == broken


def test_a_valid_draft_becomes_the_sessions_and_survives_a_change_of_classes(services: Services) -> None:
    editing.check_text(services, SESSION, draft(services, batch_size=42))
    session = services.sessions.get(SESSION)
    assert session.configuration["batch_size"] == 42
    assert not {"classes", "learning_session_name", "iteration_num", "pool_csv"} & set(session.configuration)
    services.sessions.update(SESSION, classes=(*session.classes[:2], "shell"))
    keys = json.loads(editing.load_form(services, SESSION)[2]["text"])
    assert keys["batch_size"] == 42
    assert keys["classes"] == ["other", "single peak", "shell"]


def test_an_error_stands_at_its_line_and_beside_its_field(services: Services) -> None:
    text = draft(services, patience=0)
    seen = editing.check_text(services, SESSION, text)
    line = next(k for k, row in enumerate(text.splitlines(), 1) if "patience" in row)
    message = "Found 0; allowed: a whole number, 1 or more."
    assert seen.data["problems"] == [{"key": "patience", "line": line, "message": message}]
    assert text_of(seen.error_of("patience")) == message
    assert seen.error_of("seed") is None
    assert f"Line {line}" in text_of(validity_view(seen.checked))


def test_an_unknown_key_is_named_without_the_list_of_all(services: Services) -> None:
    seen = editing.check_text(services, SESSION, draft(services, batch_sizes=3))
    assert [problem["message"] for problem in seen.data["problems"]] == ["Unknown key. Did you mean 'batch_size'?"]


def test_a_valid_draft_says_what_it_would_do(services: Services) -> None:
    seen = editing.check_text(services, SESSION, draft(services))
    assert (seen.data["valid"], seen.data["iteration"], seen.data["trains"]) == (True, 1, True)
    assert "Form and JSON are the same object" in text_of(validity_view(seen.checked))
    assert not editing.check_text(services, SESSION, draft(services, iteration_num=0)).data["trains"]


def test_a_preset_makes_a_valid_draft_of_this_session(services: Services) -> None:
    for preset in Presets(services.settings.workspace).all():
        made = presets.preset_source(services, SESSION, preset.name)
        keys = json.loads(made["text"])
        assert keys["pool_csv"] == "lamost"
        assert keys["learning_session_name"] == SESSION
        if "folder" not in keys:
            seen = editing.check_text(services, SESSION, made["text"])
            assert seen.data["valid"], (preset.name, seen.data["problems"])


def test_a_configuration_is_saved_without_what_is_the_sessions_and_comes_back(services: Services) -> None:
    store = Presets(services.settings.workspace)
    saved.save_preset(store, "night", draft(services, batch_size=33), replace=False)
    kept = next(preset for preset in store.all() if preset.is_saved)
    assert not {"classes", "pool_csv", "iteration_num"} & set(kept.keys())
    assert json.loads(presets.preset_source(services, SESSION, kept.name)["text"])["batch_size"] == 33
    with pytest.raises(ConfigurationError, match="already"):
        saved.save_preset(store, "night", draft(services), replace=False)
    saved.save_preset(store, "night", draft(services), replace=True)
    with pytest.raises(ConfigurationError, match="without slashes"):
        saved.save_preset(store, "../up", draft(services), replace=False)


def test_a_deleted_configuration_can_be_brought_back(services: Services) -> None:
    store = Presets(services.settings.workspace)
    kept = saved.save_preset(store, "night", draft(services, batch_size=33), replace=False)
    before = kept.keys()
    said = saved.delete_preset(store, kept.name)
    assert (said["action"], said["target"]) == ("Undo", ids.TRAIN_PRESET_UNDO_STORE)
    assert not [preset for preset in store.all() if preset.is_saved]
    with pytest.raises(ConfigurationError, match="any more"):
        saved.delete_preset(store, kept.name)
    assert saved.save_preset(store, said["data"]["title"], said["data"]["text"], replace=False).keys() == before


def test_saved_configurations_alone_can_be_deleted(services: Services) -> None:
    store = Presets(services.settings.workspace)
    saved.save_preset(store, "night", draft(services), replace=False)
    offered = [found["name"] for found in ids_in(preset_items(store.all())) if found["type"] == "train-preset-delete"]
    assert offered == ["saved/night"]
    with pytest.raises(ConfigurationError, match="belongs to the application and stays"):
        store.delete("own/few_labels")
    assert store.get("own/few_labels").path.is_file()


def test_a_file_of_the_old_server_becomes_a_draft_and_says_what_changed(services: Services) -> None:
    old = {
        "run_active_learning": "yes",
        "learning_session_name": "x",
        "csv_spectra_file": "/data/vocloud/pool.csv",
        "labels2database_csv": "labels.csv",
        "iteration_num": 7,
        "batch_size": 20,
    }
    made, notices = presets.imported(services, SESSION, "old.json", json.dumps(old))
    keys = json.loads(made["text"])
    assert (keys["learning_session_name"], keys["iteration_num"], keys["batch_size"]) == (SESSION, 1, 20)
    assert keys["pool_csv"] == "lamost"
    assert len(notices) == 4
    assert editing.check_text(services, SESSION, made["text"]).data["valid"]


def test_a_file_that_is_no_configuration_stays_to_be_mended(services: Services) -> None:
    made, notices = presets.imported(services, SESSION, "a.json", '{"seed": 1,,}')
    assert (made["text"], notices) == ('{"seed": 1,,}', [])
    with pytest.raises(ConfigurationError, match="no text"):
        presets.uploaded_text("data:application/json;base64,/////w==")
    with pytest.raises(ConfigurationError, match="larger than 1 MB"):
        presets.dropped_text({"name": "big.json", "size": 2_000_000, "text": ""})


def test_an_export_is_what_the_run_gets(services: Services) -> None:
    keys = json.loads(presets.exported(services, SESSION, draft(services)))
    assert Path(keys["pool_csv"]).is_dir()
    assert Path(keys["training_set_csv"]).is_file()
    assert presets.exported(services, SESSION, "{") == "{"
