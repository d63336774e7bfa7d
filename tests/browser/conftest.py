"""A browser, servers and small data for stories. Pictures and traces of failed tests: .cache/browser-tests."""

import os
import re
import shutil
import signal
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from al_core.settings import APPLICATION_DIR
from tests.browser.server import Server
from tests.browser.watching import Watcher
from tests.browser.workspaces import made_survey, with_pool

KEPT = APPLICATION_DIR / ".cache" / "browser-tests"
QUIET = "no-sandbox disable-gpu disable-quic no-first-run disable-background-networking disable-component-update"
ARGUMENTS = [f"--{name}" for name in f"{QUIET} disable-sync disable-dev-shm-usage".split()]
PATIENCE_MS = 15_000
REPORT = pytest.StashKey[pytest.TestReport]()

Browse = Callable[..., Page]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker("browser")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Any:
    report = yield
    if report.when == "call":
        item.stash[REPORT] = report
    return report


@pytest.fixture(scope="session", autouse=True)
def _no_orphans() -> None:
    """Let a test run that is told to stop end its servers first, as Ctrl+C does."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)


@pytest.fixture(scope="session")
def chromium() -> str:
    """Path of the browser; without one the test is skipped, or fails where SPECTROLABE_REQUIRE_BROWSER is set."""
    found = subprocess.run(["scripts/find-chromium"], cwd=APPLICATION_DIR, capture_output=True, text=True, check=False)
    if found.returncode == 0:
        return found.stdout.strip()
    if os.environ.get("SPECTROLABE_REQUIRE_BROWSER"):
        pytest.fail(found.stderr)
    pytest.skip(found.stderr)


@pytest.fixture(scope="session")
def browser(chromium: str) -> Iterator[Browser]:
    expect.set_options(timeout=PATIENCE_MS)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def survey(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Folder with pool.csv (200 simulated spectra), training-set.csv (60), metadata.csv and truth.csv."""
    return made_survey(tmp_path_factory.mktemp("survey"))


@pytest.fixture(scope="session")
def pool_workspace(survey: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Workspace with the pool `survey` and its training set; copy it, do not use it."""
    return with_pool(tmp_path_factory.mktemp("template") / "workspace", survey)


@pytest.fixture
def serve(tmp_path: Path) -> Iterator[Callable[..., Server]]:
    """Start servers; each is stopped at the end, with its jobs. None may hold TensorFlow, whatever a story did."""
    servers: list[Server] = []

    def start(template: Path | None = None, **settings: object) -> Server:
        workspace = tmp_path / f"workspace-{len(servers)}"
        if template is not None:
            shutil.copytree(template, workspace)
        servers.append(Server(workspace, **settings))
        servers[-1].start()
        return servers[-1]

    yield start
    loaded = [library for server in servers if server.is_running() for library in server.networks_loaded()]
    for server in servers:
        server.close()
    assert not loaded, f"TensorFlow entered the web process: {loaded}"


@pytest.fixture
def empty_server(serve: Callable[..., Server]) -> Server:
    """Server on an empty workspace."""
    return serve()


@pytest.fixture
def server(serve: Callable[..., Server], pool_workspace: Path) -> Server:
    """Server on a workspace of its own with the pool `survey`."""
    return serve(pool_workspace)


@pytest.fixture
def browse(
    browser: Browser,
    request: pytest.FixtureRequest,
    serve: Callable[..., Server],  # pages are closed before their servers
) -> Iterator[Browse]:
    """Open a page of a server, each time as another person: `browse(server, "/data", width=390)`.

    `page.watcher` takes what is announced. At the end nothing else may have gone wrong in any of the pages.
    """
    watchers: list[Watcher] = []
    contexts: list[BrowserContext] = []

    def open_page(server: Server, path: str = "/", *, width: int = 1440, height: int = 900, **options: Any) -> Page:
        context = browser.new_context(
            base_url=server.url, viewport={"width": width, "height": height}, locale="en-US",
            reduced_motion=options.pop("reduced_motion", "reduce"), **options,
        )  # fmt: skip
        contexts.append(context)
        context.set_default_timeout(PATIENCE_MS)
        context.tracing.start(snapshots=True)
        watchers.append(Watcher(context))
        page = context.new_page()
        page.watcher = watchers[-1]  # type: ignore[attr-defined]
        page.goto(path)
        return page

    yield open_page
    report = request.node.stash.get(REPORT, None)
    is_failed = report is None or report.failed or any(watcher.problems for watcher in watchers)
    for number, context in enumerate(contexts):
        close(context, KEPT / re.sub(r"\W+", "-", request.node.name) / str(number) if is_failed else None)
    for watcher in watchers:
        watcher.check()


def close(context: BrowserContext, folder: Path | None) -> None:
    """Close a context; keep a picture of each of its pages and the trace where there is a folder."""
    if folder is not None:
        shutil.rmtree(folder, ignore_errors=True)
        for number, page in enumerate(context.pages):
            page.screenshot(path=folder / f"page-{number}.png", timeout=PATIENCE_MS)
        context.tracing.stop(path=folder / "trace.zip")
    context.close()


@pytest.fixture
def page(browse: Browse, server: Server) -> Page:
    """First page of the server with a pool."""
    return browse(server)
