"""What is around every page: session, status, footer."""

from dataclasses import replace
from pathlib import Path

import pytest
from dash.development.base_component import Component

from al_core.services import Services, build_services
from al_core.settings import Settings
from callbacks import shell
from callbacks.api.status import status_of


@pytest.fixture
def services(workspace: Path) -> Services:
    return build_services(Settings(workspace=workspace))


def test_the_session_stands_in_the_address() -> None:
    assert shell.session_of("?session=be-stars&view=json") == "be-stars"
    assert shell.session_of("") is None
    assert shell.session_of(None) is None
    assert shell.with_session("/train", "be stars") == "/train?session=be+stars"
    assert shell.with_session("/train", None) == "/train"


def test_the_menu_leads_to_the_same_page_of_other_sessions(services: Services) -> None:
    made = services.sessions.create("Be stars", classes=["other", "single peak"], candidate_classes=["single peak"])
    menu = shell.session_menu(services.sessions.list(), made.session_id, "/train")
    links = [item for item in menu.children[1].children if isinstance(item, Component) and hasattr(item, "href")]
    assert [link.href for link in links] == [f"/train?session={made.session_id}", "/"]
    assert shell.session_name(services.sessions.list(), made.session_id) == "Be stars"


def test_a_session_that_is_not_there_is_shown_by_its_id() -> None:
    assert shell.session_name([], "gone") == "gone"


def test_simulated_spectra_are_called_so_beside_the_session(services: Services) -> None:
    made = services.sessions.create("Be stars", classes=["other", "single peak"], candidate_classes=["single peak"])
    simulated = replace(made, simulated=True)
    assert "Simulated" in str(shell.session_menu([simulated], made.session_id, "/train").to_plotly_json())
    assert "Simulated" not in str(shell.session_menu([made], made.session_id, "/train").to_plotly_json())
    assert shell.session_title([simulated], made.session_id) == "Be stars · simulated"
    assert shell.session_title([made], made.session_id) == "Be stars"


def test_the_footer_tells_workspace_pools_and_space(services: Services) -> None:
    words = [str(part.children) for part in shell.footer(services)]
    assert words[1] == "no pools yet"
    assert words[2].endswith(" free")


def test_an_idle_workspace_has_no_run(services: Services) -> None:
    answer = status_of(services, None)
    assert answer == {"session": None, "active": 0, "latest": None, "run": None, "waiting": {}, "stamp": None}


def test_the_pill_shows_the_run_of_the_session_before_others(
    services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(type(services.jobs), "dispatch", lambda _registry: None)
    first = services.jobs.submit("run", "Iteration 0", {}, owner="jan", session_id="a")
    second = services.jobs.submit("run", "Iteration 1", {}, owner="jan", session_id="b")
    answer = status_of(services, "a")
    assert answer["active"] == 2
    assert answer["run"]["job_id"] == first.job_id
    assert status_of(services, "b")["run"]["job_id"] == second.job_id
    assert answer["latest"] == second.queued_utc
