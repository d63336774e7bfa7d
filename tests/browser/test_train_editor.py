"""Form and JSON of the page Train: two views of one object that never fight, with errors where they belong."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from al_core.sessions.presets import Presets
from tests.browser.conftest import Browse
from tests.browser.server import Server
from tests.browser.workspaces import add_session

TRAIN = "/train?session=be-stars"
VALID = "Valid. Form and JSON are the same object."


@pytest.fixture
def train(server: Server, browse: Browse) -> Page:
    add_session(server.workspace, "Be stars")
    page = browse(server, TRAIN)
    expect(page.get_by_text(VALID)).to_be_visible()
    return page


def editor(page: Page) -> Locator:
    return page.get_by_label("Configuration as JSON")


def text(page: Page) -> str:
    return editor(page).input_value()


def keys(page: Page) -> Any:
    return json.loads(text(page))


def test_the_form_changes_one_value_and_leaves_the_rest_as_typed(train: Page) -> None:
    editor(train).fill(text(train).replace('"patience": 10', '"patience":    7'))
    expect(train.get_by_label("Patience")).to_have_value("7")
    train.get_by_label("Batch size").fill("55")
    expect(editor(train)).to_have_value(re.compile(r'"batch_size": 55'))
    assert '"patience":    7' in text(train)
    train.get_by_label("Balance").select_option("class_weights")
    expect(editor(train)).to_have_value(re.compile('"balance": "class_weights"'))
    train.get_by_label("single peak").uncheck()
    expect(editor(train)).not_to_have_value(re.compile(r'"candidate_classes": \[\s*"single peak"'))
    assert keys(train)["candidate_classes"] == ["double peak"]


def test_an_emptied_field_takes_its_key_away_and_comes_back_at_the_end(train: Page) -> None:
    train.get_by_label("Batch size").fill("")
    expect(editor(train)).not_to_have_value(re.compile('"batch_size"'))
    train.get_by_label("Batch size").fill("12")
    expect(editor(train)).to_have_value(re.compile('"batch_size": 12\n}$'))
    expect(train.get_by_text(VALID)).to_be_visible()


def test_unfinished_json_is_kept_and_the_form_waits(train: Page) -> None:
    broken = text(train).replace('"seed"', '"seed')
    editor(train).fill(broken)
    expect(train.get_by_text("1 problem to mend")).to_be_visible()
    expect(train.get_by_label("Batch size")).to_be_disabled()
    expect(train.get_by_text("Mend the configuration first.")).to_be_visible()
    train.reload()
    expect(train.get_by_text("1 problem to mend")).to_be_visible()
    assert text(train) == broken
    editor(train).fill(broken.replace('"seed', '"seed"'))
    expect(train.get_by_text(VALID)).to_be_visible()
    expect(train.get_by_label("Batch size")).to_be_enabled()


def test_an_error_stands_beside_its_field_and_at_its_line(train: Page) -> None:
    train.get_by_label("Patience").fill("0")
    message = "Found 0; allowed: a whole number, 1 or more."
    expect(train.locator(".field", has=train.get_by_label("Patience"))).to_contain_text(message)
    line = next(k for k, row in enumerate(text(train).splitlines(), 1) if "patience" in row)
    expect(train.locator(".json-lines .json-wrong")).to_have_text(str(line))
    expect(train.locator(".json-paint .json-wrong")).to_contain_text(message)
    expect(train.get_by_role("button", name="Run", exact=True)).to_be_disabled()


def test_a_predefined_configuration_is_taken_and_one_is_saved(train: Page) -> None:
    train.locator("summary", has_text="Predefined").click()
    train.get_by_role("button", name="Few labels, class weights").click()
    expect(editor(train)).to_have_value(re.compile("class_weights"))
    assert keys(train)["pool_csv"] == "survey"
    train.get_by_role("button", name="Save as…").click()
    dialog = train.get_by_role("dialog", name="Save the configuration")
    expect(dialog.get_by_label("Name")).to_be_focused()
    train.keyboard.type("Night one")
    dialog.get_by_role("button", name="Save", exact=True).click()
    expect(dialog).to_be_hidden()
    train.locator("summary", has_text="Few labels").click()
    expect(train.get_by_role("button", name="Night one", exact=True)).to_be_visible()


def test_a_saved_configuration_is_deleted_after_a_question_and_comes_back(server: Server, train: Page) -> None:
    saved = Presets(server.workspace)
    saved.save("Night one", {"batch_size": 33})
    train.reload()
    menu, item = (
        train.locator("summary", has_text="Predefined"),
        train.get_by_role("button", name="Night one", exact=True),
    )
    delete = train.get_by_role("button", name="Delete “Night one”…")
    menu.click()
    expect(train.get_by_role("button", name=re.compile("^Delete “"))).to_have_count(1)
    delete.click()
    dialog = train.get_by_role("dialog", name="Delete the configuration “Night one”?")
    dialog.get_by_role("button", name="Keep it").click()
    expect(dialog).to_be_hidden()
    menu.click()
    delete.click()
    dialog.get_by_role("button", name="Delete the configuration").click()
    expect(train.get_by_text("Configuration “Night one” is deleted")).to_be_visible()
    menu.click()
    expect(train.get_by_role("button", name="Few labels, class weights")).to_be_visible()
    expect(item).to_have_count(0)
    assert not [preset for preset in saved.all() if preset.is_saved]
    train.get_by_role("button", name="Undo").click()
    menu.click()
    expect(item).to_be_visible()
    assert saved.get("saved/Night one").keys() == {"batch_size": 33}


def test_a_file_is_imported_and_the_configuration_exported(train: Page, tmp_path: Path) -> None:
    old = {"run_active_learning": "yes", "learning_session_name": "x", "iteration_num": 1, "batch_size": 21}
    content = json.dumps(old).encode()
    chosen = {"name": "old.json", "mimeType": "application/json", "buffer": content}
    train.locator("input[type=file]").set_input_files(chosen)
    expect(editor(train)).to_have_value(re.compile('"batch_size": 21'))
    expect(train.get_by_text("learning_session_name: that of this session.")).to_be_visible()
    expect(train.get_by_text(VALID)).to_be_visible()
    with train.expect_download() as download:
        train.get_by_role("button", name="Export the configuration").click()
    path = tmp_path / download.value.suggested_filename
    download.value.save_as(path)
    exported = json.loads(path.read_text())
    assert path.name == "be-stars.json"
    assert exported["batch_size"] == 21
    assert Path(exported["pool_csv"]).is_dir()


def test_the_views_are_form_both_and_json(train: Page) -> None:
    train.get_by_text("JSON", exact=True).click()
    expect(train.get_by_label("Batch size")).to_be_hidden()
    expect(editor(train)).to_be_visible()
    train.get_by_text("Form", exact=True).click()
    expect(train.get_by_label("Batch size")).to_be_visible()
    expect(editor(train)).to_be_hidden()
