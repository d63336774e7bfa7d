"""Who may talk to the server. What a browser sends is taken from the Fetch standard (Sec-Fetch-Site, Origin)."""

import base64
from types import SimpleNamespace
from typing import Any

import pytest
from dash import Dash, Input, Output, html
from flask import Flask
from flask.testing import FlaskClient

from al_core.errors import ConfigurationError
from callbacks import access
from callbacks.access import current_user, guard, is_this_machine, system_user
from callbacks.security_headers import DIRECTIVES, digest, page_script_hashes, policy

PASSWORD = "häß:lich und lang"
LOCAL = "http://localhost:8050"


def made_client(password: str | None = None, host: str = "127.0.0.1") -> FlaskClient:
    server = Flask(__name__)
    guard(server, SimpleNamespace(host=host, access_password=password))  # type: ignore[arg-type]

    @server.route("/", methods=["GET", "POST", "DELETE"])
    def user() -> str:
        return current_user()

    return server.test_client()


def basic(name: str, password: str) -> dict[str, str]:
    return {"Authorization": "Basic " + base64.b64encode(f"{name}:{password}".encode()).decode()}


def ask(client: FlaskClient, method: str = "GET", base: str = LOCAL, address: str = "127.0.0.1", **headers: str) -> Any:
    names = {key.replace("_", "-"): value for key, value in headers.items()}
    return client.open("/", method=method, base_url=base, headers=names, environ_base={"REMOTE_ADDR": address})


@pytest.mark.parametrize("host", ["127.0.0.1", "127.0.0.5", "localhost", "LOCALHOST", "::1", "[::1]"])
def test_this_machine_needs_no_password(host: str) -> None:
    assert is_this_machine(host)
    assert ask(made_client(host=host)).status_code == 200


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.168.1.7", "spectra.example.org", "", "localhost.example.org"])
def test_another_address_without_a_password_is_refused_at_start(host: str) -> None:
    with pytest.raises(ConfigurationError, match=r"SPECTROLABE_HOST=.*needs\s+SPECTROLABE_ACCESS_PASSWORD"):
        made_client(host=host)


def test_another_address_with_a_password_starts() -> None:
    assert ask(made_client(PASSWORD, "0.0.0.0")).status_code == 401


def test_without_a_password_the_user_is_the_account_of_the_machine() -> None:
    assert ask(made_client()).text == system_user() == current_user()


def test_an_account_without_a_name_is_shown_by_its_number(monkeypatch: pytest.MonkeyPatch) -> None:
    def nameless() -> str:
        raise KeyError("getpwuid(): uid not found: 1234")

    monkeypatch.setattr(access.getpass, "getuser", nameless)
    assert system_user().startswith("user ")


@pytest.mark.parametrize(
    "base", ["http://attacker.example", "http://127.0.0.1.attacker.example:8050", "http://192.168.1.7"]
)
def test_a_name_that_was_turned_to_this_machine_is_refused(base: str) -> None:
    answer = ask(made_client(), base=base)
    assert answer.status_code == 403
    assert "SPECTROLABE_ACCESS_PASSWORD" in answer.text


@pytest.mark.parametrize(
    "base", ["http://127.0.0.1:8050", "http://[::1]:8050", "http://localhost.", "http://LocalHost"]
)
def test_the_names_of_this_machine_are_let_through(base: str) -> None:
    assert ask(made_client(), base=base).status_code == 200


def test_another_machine_is_refused_even_when_it_claims_to_ask_for_localhost() -> None:
    assert ask(made_client(), address="192.168.1.9").status_code == 403


@pytest.mark.parametrize("method", ["GET", "POST", "DELETE"])
def test_nothing_is_answered_without_the_password(method: str) -> None:
    answer = ask(made_client(PASSWORD), method)
    assert answer.status_code == 401
    assert answer.headers["WWW-Authenticate"] == 'Basic realm="Spectrolabe", charset="UTF-8"'


def test_the_right_password_lets_in_from_anywhere_under_the_given_name() -> None:
    answer = ask(made_client(PASSWORD, "0.0.0.0"), base="http://lab", address="10.1.1.1", **basic("Zoë", PASSWORD))
    assert (answer.status_code, answer.text) == (200, "Zoë")


@pytest.mark.parametrize("given", ["", "haess:lich", PASSWORD[:-1], PASSWORD + "x", PASSWORD.upper()])
def test_a_wrong_password_is_refused(given: str) -> None:
    assert ask(made_client(PASSWORD), **basic("me", given)).status_code == 401


@pytest.mark.parametrize("header", ["Basic", "Basic !!!", "Bearer abc", "Basic //46eA=="])
def test_a_damaged_authorization_asks_again(header: str) -> None:
    assert ask(made_client(PASSWORD), Authorization=header).status_code == 401


@pytest.mark.parametrize("name", ["", "  ", "x" * 65, "a\tb", "a\x1bb"])
def test_a_name_that_cannot_stand_beside_a_label_is_refused(name: str) -> None:
    answer = ask(made_client(PASSWORD), **basic(name, PASSWORD))
    assert answer.status_code == 401
    assert "name of 1 to 64 characters" in answer.text


def test_guessing_is_stopped_and_does_not_lock_out_who_was_in() -> None:
    client = made_client(PASSWORD)
    assert ask(client, **basic("me", PASSWORD)).status_code == 200
    guesses = [ask(client, **basic("me", f"guess {k}")).status_code for k in range(12)]
    assert guesses == [401] * 10 + [429] * 2
    assert ask(client, **basic("new", PASSWORD)).headers["Retry-After"] == "60"
    assert ask(client, address="10.0.0.2", **basic("new", PASSWORD)).status_code == 200
    assert ask(client, **basic("me", PASSWORD)).status_code == 200


def test_guessing_is_allowed_again_after_a_minute(monkeypatch: pytest.MonkeyPatch) -> None:
    client = made_client(PASSWORD)
    for k in range(10):
        ask(client, **basic("me", f"guess {k}"))
    now = access.time.monotonic()
    monkeypatch.setattr(access.time, "monotonic", lambda: now + 61)
    assert ask(client, **basic("me", PASSWORD)).status_code == 200


OTHER_SITES = [
    {"Sec_Fetch_Site": "cross-site"},
    {"Sec_Fetch_Site": "same-site"},
    {"Origin": "http://attacker.example"},
    {"Origin": "http://localhost:9999"},
    {"Origin": "http://localhost.attacker.example:8050"},
    {"Origin": "null"},
    {"Origin": "http://[::1"},
    {"Origin": LOCAL, "Sec_Fetch_Site": "cross-site"},
]


@pytest.mark.parametrize("method", ["POST", "DELETE"])
@pytest.mark.parametrize("headers", OTHER_SITES, ids=str)
def test_a_change_that_another_site_asks_for_is_refused(method: str, headers: dict[str, str]) -> None:
    answer = ask(made_client(), method, **headers)
    assert answer.status_code == 403
    assert "Another web site" in answer.text


def test_a_password_does_not_help_another_site() -> None:
    headers = basic("me", PASSWORD) | {"Sec_Fetch_Site": "cross-site"}
    assert ask(made_client(PASSWORD), "POST", **headers).status_code == 403


OWN = [{}, {"Origin": LOCAL}, {"Sec_Fetch_Site": "same-origin"}, {"Sec_Fetch_Site": "none"}]


@pytest.mark.parametrize("headers", OWN, ids=str)
def test_own_pages_and_programs_may_change(headers: dict[str, str]) -> None:
    assert ask(made_client(), "POST", **headers).status_code == 200


def test_a_proxy_may_speak_tls_in_front() -> None:
    headers = basic("me", PASSWORD) | {"Origin": "https://spectra.example.org"}
    assert ask(made_client(PASSWORD), "POST", base="http://spectra.example.org", **headers).status_code == 200


def test_a_link_from_another_site_may_open_a_page() -> None:
    assert ask(made_client(), Sec_Fetch_Site="cross-site").status_code == 200


@pytest.mark.parametrize("password", [None, PASSWORD])
def test_every_answer_carries_the_headers(password: str | None) -> None:
    headers = ask(made_client(password)).headers
    assert "frame-ancestors 'none'" in headers["Content-Security-Policy"]
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"
    assert headers["X-Frame-Options"] == "DENY"


def test_the_policy_names_no_other_place_and_no_inline_script() -> None:
    assert not any("http" in value or "*" in value for value in DIRECTIVES.values())
    assert "unsafe" not in DIRECTIVES["script-src"]


def test_the_policy_allows_the_scripts_of_the_page_and_no_other() -> None:
    app = Dash(__name__, index_string=Dash(__name__).index_string.replace("<head>", "<head><script>first()</script>"))
    app.layout = html.Div([html.Div(id="a"), html.Div(id="b")])
    app.clientside_callback("function (x) { return x; }", Output("a", "children"), Input("b", "children"))
    hashes = page_script_hashes(app)
    assert digest("first()") in hashes
    assert len(hashes) == 4  # the callback, the renderer and two of the index string
    assert all(value in policy(hashes) for value in hashes)


def test_a_digest_is_the_one_of_the_standard() -> None:
    # CSP level 3, section 2.3.1: the hash of alert('Hello, world.');
    assert digest("alert('Hello, world.');") == "'sha256-qznLcsROx4GACP2dm0UCKCzCG+HiZ1guq6ZZDob/Tng='"
