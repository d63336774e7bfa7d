"""The application: built twice, served from here alone, without the network library."""

import re
import stat
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import dash
import pytest
from dash import Dash

from al_core.errors import ConfigurationError
from al_core.services import build_services
from al_core.settings import APPLICATION_DIR, Settings
from app import Server, address, create_app, start_demo

PATHS = ("/", "/data", "/train", "/performance", "/jobs")


@pytest.fixture
def app(workspace: Path) -> Dash:
    return create_app(Settings(workspace=workspace))


def test_two_applications_live_in_one_process(tmp_path: Path) -> None:
    for name in ("one", "two"):
        client = create_app(Settings(workspace=tmp_path / name)).server.test_client()
        assert [client.get(path).status_code for path in PATHS] == [200] * len(PATHS)
        assert client.get("/_dash-layout").status_code == 200
        assert client.get("/_dash-dependencies").status_code == 200


def test_the_first_requests_may_come_all_at_once(app: Dash) -> None:
    script = "/_dash-component-suites/dash/deps/prop-types@15.8.1.min.js"
    with ThreadPoolExecutor(9) as threads:
        answers = threads.map(lambda path: app.server.test_client().get(path).status_code, ["/", script] * 6)
    assert set(answers) == {200}


def test_the_document_names_its_language_and_loads_nothing_from_elsewhere(app: Dash) -> None:
    document = app.server.test_client().get("/").get_data(as_text=True)
    assert '<html lang="en"' in document
    assert "<title>Spectrolabe</title>" in document
    assert not re.findall(r'(?:src|href)="(?!/)[^"]*"', document)


def test_the_theme_is_known_before_anything_is_painted(app: Dash) -> None:
    document = app.server.test_client().get("/").get_data(as_text=True)
    assert document.index("theme.js") < document.index(".css") < document.index("<body>")
    assert document.count("theme.js") == 1


def test_every_asset_of_the_document_is_served(app: Dash) -> None:
    client = app.server.test_client()
    for url in re.findall(r'(?:src|href)="(/assets/[^"]+)"', client.get("/").get_data(as_text=True)):
        with client.get(url) as answer:
            assert answer.status_code == 200, url


def test_every_page_has_a_name_a_title_and_a_layout_that_needs_no_session(app: Dash) -> None:
    for page in dash.page_registry.values():
        assert page["title"].endswith("Spectrolabe")
        assert page["layout"]() is not None


def test_answers_are_compressed(app: Dash) -> None:
    answer = app.server.test_client().get("/_dash-layout", headers={"Accept-Encoding": "gzip"})
    assert answer.headers["Content-Encoding"] == "gzip"


def test_the_cache_of_callbacks_is_closed_to_others(app: Dash, workspace: Path) -> None:
    assert stat.S_IMODE((workspace / "cache" / "callbacks").stat().st_mode) == 0o700


def test_an_unknown_address_is_not_found(app: Dash) -> None:
    client = app.server.test_client()
    page, route = client.get("/nowhere"), client.get("/api/nowhere")
    assert (page.status_code, page.mimetype) == (404, "text/html")
    assert (route.status_code, route.json) == (404, {"error": "There is nothing at /api/nowhere."})


def test_a_broker_without_celery_says_what_to_install(tmp_path: Path) -> None:
    pytest.importorskip("dash")
    if "celery" in sys.modules:
        pytest.skip("Celery is installed")
    with pytest.raises(ConfigurationError, match="pip install"):
        create_app(Settings(workspace=tmp_path, broker_url="redis://localhost"))


def test_the_server_is_one_process_with_threads(tmp_path: Path) -> None:
    settings = Settings(workspace=tmp_path, port=8123)
    configuration = Server(settings).cfg
    assert configuration.bind == ["127.0.0.1:8123"]
    assert (configuration.workers, configuration.threads) == (1, 8)
    assert address(settings) == "http://127.0.0.1:8123"


def test_the_web_process_never_loads_the_network_library(tmp_path: Path) -> None:
    code = (
        "import dash, sys, wsgi; client = wsgi.server.test_client()\n"
        "for page in list(dash.page_registry.values()): client.get(page['path']), page['layout']()\n"
        "client.get('/_dash-layout'), client.get('/api/status')\n"
        "print(*sorted({'tensorflow', 'keras'} & set(sys.modules)))"
    )
    environment = {"SPECTROLABE_WORKSPACE": str(tmp_path), "PATH": "/usr/bin:/bin"}
    done = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        check=True,
        cwd=APPLICATION_DIR,
        env=environment,
        timeout=120,
    )
    assert done.stdout.strip() == ""


def test_the_demo_is_started_once_and_only_where_nothing_is(workspace: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    services = build_services(Settings(workspace=workspace))
    monkeypatch.setattr(type(services.jobs), "dispatch", lambda _registry: None)
    for _ in range(2):
        start_demo(services)
    assert [job.kind for job in services.jobs.list()] == ["demo"]


def test_browsers_keep_what_cannot_change_under_its_address(app: Dash) -> None:
    client = app.server.test_client()
    for url, is_kept in (("/assets/20-components.css?m=1", True), ("/assets/theme.js", False), ("/", False)):
        with client.get(url) as answer:
            assert ("immutable" in answer.headers.get("Cache-Control", "")) == is_kept, url
