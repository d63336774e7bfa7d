"""What is around every page: navigation, theme, headers."""

from typing import Any

import pytest
from playwright.sync_api import Page, expect

PAGES = ("Sessions", "Data", "Train", "Jobs")


@pytest.mark.parametrize("name", PAGES)
def test_the_navigation_leads_to_every_page(page: Page, name: str) -> None:
    page.get_by_role("navigation").get_by_role("link", name=name, exact=True).click()
    expect(page).to_have_title(f"{name} · Spectrolabe")


RUN: dict[str, Any] = {
    "job_id": "a",
    "kind": "run",
    "session": "be-stars",
    "title": "Be stars, iteration 1",
    "phase": "EXECUTING",
    "attempt": 1,
    "stage": "Train",
    "done": 2,
    "total": 50,
    "message": "Training, epoch 3: minibatch 4 of 9",
    "share": 0.25,
    "seconds_left": 118,
}
IMPORT = {
    "kind": "import",
    "session": None,
    "title": "Pool survey",
    "stage": "Import",
    "message": "Reading spectra",
    "share": None,
    "seconds_left": None,
}
SCORING = {"stage": "Score", "message": "Scoring the pool", "share": 0.4, "seconds_left": None}
NAMES: dict[str, dict[str, Any]] = {
    "Be stars, iteration 1: training, epoch 3 of at most 50, about 2 min left. Open the run": {},
    "Be stars, iteration 1: scoring the pool, 40 %. Open the run": SCORING,
    "Be stars, iteration 1: waits its turn. Open the run": {"phase": "QUEUED"},
    "Pool survey: reading spectra. Open the jobs": IMPORT,
}


@pytest.mark.parametrize("name", NAMES)
def test_the_run_in_the_bar_says_whose_it_is_and_how_far(page: Page, name: str) -> None:
    answer = {"session": None, "active": 1, "latest": None, "run": RUN | NAMES[name], "waiting": {}}
    page.route("**/api/status*", lambda route: route.fulfill(json=answer))
    page.reload()
    expect(page.get_by_role("link", name=name, exact=True)).to_be_visible()
