"""An error becomes what the user reads."""

import logging
import re

import pytest
from dash import Dash, Input, Output, html

from al_core.errors import ALCoreError, PoolError
from al_core.settings import Settings
from app import create_app
from callbacks.messages import beside, message_of

ID = re.compile(r"\b[0-9a-f]{8}\b")


def all_errors(base: type[ALCoreError] = ALCoreError) -> list[type[ALCoreError]]:
    return [base, *(found for child in base.__subclasses__() for found in all_errors(child))]


@pytest.mark.parametrize("error", all_errors(), ids=lambda error: error.__name__)
def test_an_error_of_the_core_speaks_for_itself(error: type[ALCoreError]) -> None:
    made = error.__new__(error)
    made.args = ("“carbon” has 4 spectra; SMOTE needs 6.",)
    assert message_of(made)


def test_any_other_error_is_logged_under_the_id_that_the_user_reads(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.ERROR):
        words = message_of(KeyError("secret"))
    found = ID.search(words)
    assert found is not None
    assert found[0] in caplog.text
    assert "secret" in caplog.text
    assert "secret" not in words


def pressed(app: Dash, output: str) -> dict[str, object]:
    """Answer of the server when `button` is pressed."""
    body = {
        "output": output,
        "outputs": {"id": output.split(".")[0], "property": output.split(".")[1]},
        "inputs": [{"id": "button", "property": "n_clicks", "value": 1}],
        "changedPropIds": ["button.n_clicks"],
    }
    answer = app.server.test_client().post("/_dash-update-component", json=body)
    assert answer.status_code == 200
    return dict(answer.json)


@pytest.fixture
def app(workspace) -> Dash:
    app = create_app(Settings(workspace=workspace))
    app.layout = html.Div([html.Button(id="button"), html.Div(id="out"), html.Div(id="slot")])
    return app


def test_an_error_of_the_core_is_shown_beside_its_control(app: Dash) -> None:
    @app.callback(Output("out", "children"), Input("button", "n_clicks"))
    @beside("slot")
    def press(n_clicks: int) -> str:
        raise PoolError("The pool has no spectra.")

    answer = pressed(app, "out.children")
    assert "The pool has no spectra." in str(answer["sideUpdate"]["slot"])
    assert "out" not in answer["response"]


def test_success_clears_the_error_beside_the_control(app: Dash) -> None:
    @app.callback(Output("out", "children"), Input("button", "n_clicks"))
    @beside("slot")
    def press(n_clicks: int) -> str:
        return "done"

    assert pressed(app, "out.children")["sideUpdate"] == {"slot": {"children": None}}


def test_an_unexpected_error_becomes_a_banner_and_no_traceback(app: Dash) -> None:
    @app.callback(Output("out", "children"), Input("button", "n_clicks"))
    def press(n_clicks: int) -> str:
        raise KeyError("secret")

    answer = pressed(app, "out.children")
    assert ID.search(str(answer["sideUpdate"]["shell-notices"]))
    assert "secret" not in str(answer)
    assert "Traceback" not in str(answer)


def test_a_broken_route_answers_people_with_a_page_and_programs_with_json(app: Dash) -> None:
    def broken() -> str:
        raise KeyError("secret")

    app.server.add_url_rule("/broken", "broken", broken)
    app.server.add_url_rule("/api/broken", "api-broken", broken)
    client = app.server.test_client()
    page, route = client.get("/broken", headers={"Accept": "text/html"}), client.get("/api/broken")
    assert (page.status_code, route.status_code) == (500, 500)
    assert "That failed" in page.get_data(as_text=True)
    assert ID.search(route.json["error"])
    assert "secret" not in page.get_data(as_text=True) + route.get_data(as_text=True)
