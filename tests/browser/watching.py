"""What must not happen in a browser unless a test says that it will."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit

from playwright.sync_api import BrowserContext, ConsoleMessage, Request, Response, WebError

#: Browsers drop requests of a page that is left or reloaded.
LEFT = "net::ERR_ABORTED"
OWN = {"127.0.0.1", "localhost"}


class Watcher:
    """Collects console errors, page errors, failed requests, refusals and requests to other machines."""

    def __init__(self, context: BrowserContext) -> None:
        self.problems: list[str] = []
        self._statuses: list[tuple[int, str]] = []
        self._console: list[str] = []
        self._is_away = False
        context.on("console", self._on_console)
        context.on("weberror", self._on_error)
        context.on("request", self._on_request)
        context.on("requestfailed", self._on_failed)
        context.on("response", self._on_response)

    def expect_http(self, status: int, path: str = "") -> None:
        """Announce answers of this status from addresses that hold `path`."""
        self._statuses.append((status, path))

    def expect_console(self, pattern: str) -> None:
        """Announce a console error by a regular expression."""
        self._console.append(pattern)

    @contextmanager
    def server_away(self) -> Iterator[None]:
        """Announce that the server cannot be reached meanwhile; what a page writes about it is no fault."""
        self._is_away = True
        yield
        self._is_away = False

    def check(self) -> None:
        """Fail with all that was seen."""
        assert not self.problems, "The browser reports:\n" + "\n".join(self.problems)

    def _on_console(self, message: ConsoleMessage) -> None:
        # "Failed to load resource" repeats what the watchers of answers and of failed requests see.
        if message.type != "error" or self._is_away or message.text.startswith("Failed to load resource"):
            return
        if not any(re.search(pattern, message.text) for pattern in self._console):
            self.problems.append(f"console: {message.text} ({message.location.get('url', '')})")

    def _on_error(self, error: WebError) -> None:
        if not self._is_away:
            self.problems.append(f"page error: {error.error}")

    def _on_request(self, request: Request) -> None:
        address = urlsplit(request.url)
        if address.scheme in ("http", "https", "ws", "wss") and address.hostname not in OWN:
            self.problems.append(f"request to another machine: {request.url}")

    def _on_failed(self, request: Request) -> None:
        if not self._is_away and request.failure != LEFT:
            self.problems.append(f"request failed: {request.method} {request.url}: {request.failure}")

    def _on_response(self, response: Response) -> None:
        announced = any(response.status == status and path in response.url for status, path in self._statuses)
        if response.status >= 400 and not announced and not self._is_away:
            self.problems.append(f"HTTP {response.status}: {response.request.method} {response.url}")
