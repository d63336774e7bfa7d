"""Who may talk to the server: one shared password, this machine alone without it, and no other web site ever.

Without a password the server answers only requests that come from this machine and name it, so a web page that points
its own name at 127.0.0.1 (DNS rebinding) reads nothing. Requests that change something are refused when a browser says
that another site sent them. Programs such as uws-client say nothing about a site and are let through.
"""

import getpass
import hmac
import ipaddress
import os
import secrets
import time
from collections import defaultdict, deque
from collections.abc import Callable, Iterable
from urllib.parse import urlsplit

from flask import Flask, Request, Response, g, has_request_context, request

from al_core.errors import ConfigurationError
from al_core.settings import Settings
from callbacks.security_headers import add_security_headers

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS", "TRACE"})
#: What a browser says of a request that one's own page or the person at the keyboard made.
OWN_SITES = frozenset({"same-origin", "none"})
DEFAULT_PORTS = {"http": "80", "https": "443"}
WRONG_PASSWORDS = 10
WINDOW_S = 60.0
LONGEST_NAME = 64
NO_PASSWORD_YET = "This server answers requests from its own machine only. Set SPECTROLABE_ACCESS_PASSWORD to open it."


def guard(server: Flask, settings: Settings, script_hashes: Callable[[], Iterable[str]] = tuple) -> None:
    """Let only those in who may be, and send the headers that keep other sites out.

    Parameters
    ----------
    server : Flask
        The server behind the app; every route of it is guarded, also those added later.
    settings : Settings
        `host` and `access_password` are used.
    script_hashes : callable
        Gives the hashes of the scripts that stand in the page itself: `partial(page_script_hashes, app)`.

    Raises
    ------
    ConfigurationError
        If the server would be reachable from other machines without a password.
    """
    check_address(settings)
    doorkeeper = Doorkeeper(settings)
    server.before_request(doorkeeper.refuse)
    add_security_headers(server, script_hashes)


def check_address(settings: Settings) -> None:
    """Refuse to open the server to other machines without a password.

    Raises
    ------
    ConfigurationError
        If `host` is not this machine alone and there is no `access_password`.
    """
    if not settings.access_password and not is_this_machine(settings.host):
        raise ConfigurationError(
            f"Setting SPECTROLABE_HOST={settings.host!r} opens the server to other machines; that needs "
            "SPECTROLABE_ACCESS_PASSWORD. Set one, or leave the host at 127.0.0.1."
        )


def current_user() -> str:
    """Name of who asks: the user name of the request where there is a password, else the user of this machine."""
    name = g.get("user") if has_request_context() else None
    return str(name) if name else system_user()


def system_user() -> str:
    """Name of the account that the server runs under."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):  # a container may run under a number without a name
        return f"user {os.getuid()}"


def is_this_machine(host: str | None) -> bool:
    """Say whether a name or address means this machine alone."""
    name = (host or "").strip("[]").rstrip(".").lower()
    if name == "localhost":
        return True
    try:
        return ipaddress.ip_address(name).is_loopback
    except ValueError:
        return False


class Doorkeeper:
    """Decides on each request; keeps no more than who was let in and who guessed wrong lately."""

    def __init__(self, settings: Settings) -> None:
        self._host = settings.host.strip("[]").lower()
        self._password = settings.access_password or ""
        self._attempts = Attempts()

    def refuse(self) -> Response | None:
        """Answer a request that may not go on; None lets it through."""
        if self._password:
            answer = self._unknown_user()
        else:
            answer = None if self._is_local(request) else _text(403, NO_PASSWORD_YET)
        return answer or _other_site(request)

    def _is_local(self, asked: Request) -> bool:
        name = _host_name(asked.host)
        # A Unix socket has no address; who may open it is up to its file.
        from_here = not asked.remote_addr or is_this_machine(asked.remote_addr)
        return from_here and (is_this_machine(name) or name == self._host)

    def _unknown_user(self) -> Response | None:
        given = request.authorization
        if given is None or given.type != "basic":
            return _ask("Enter your name and the password of this server.")
        name, password = (given.username or "").strip(), given.password or ""
        if not self._attempts.may_try(request.remote_addr, name, password):
            return _text(429, "Too many wrong passwords from this address. Try again in a minute.", wait=int(WINDOW_S))
        if not hmac.compare_digest(password.encode(), self._password.encode()):
            self._attempts.note_wrong(request.remote_addr)
            return _ask("The password is wrong.")
        if not _is_name(name):
            return _ask(f"Enter a name of 1 to {LONGEST_NAME} characters; it is kept with your labels and runs.")
        self._attempts.note_right(name, password)
        g.user = name
        return None


class Attempts:
    """Wrong passwords by address; who was let in before is never locked out by another's guesses."""

    def __init__(self) -> None:
        self._key = secrets.token_bytes(32)
        self._known: set[bytes] = set()
        self._wrong: defaultdict[str, deque[float]] = defaultdict(lambda: deque(maxlen=WRONG_PASSWORDS))

    def may_try(self, address: str | None, name: str, password: str) -> bool:
        """Say whether the address has guesses left in this minute, or the pair was right before."""
        times = self._wrong.get(address or "")
        is_spent = times is not None and len(times) == WRONG_PASSWORDS and time.monotonic() - times[0] < WINDOW_S
        return not is_spent or self._digest(name, password) in self._known

    def note_wrong(self, address: str | None) -> None:
        """Count a wrong password; forget all when guesses come from very many addresses."""
        if len(self._wrong) > 10_000:
            self._wrong.clear()
        self._wrong[address or ""].append(time.monotonic())

    def note_right(self, name: str, password: str) -> None:
        """Remember a pair that was right, as a keyed digest."""
        if len(self._known) < 10_000:
            self._known.add(self._digest(name, password))

    def _digest(self, name: str, password: str) -> bytes:
        return hmac.digest(self._key, f"{name}\0{password}".encode(), "sha256")


def _other_site(asked: Request) -> Response | None:
    """Refuse a change that a browser says another site asked for."""
    if asked.method in SAFE_METHODS:
        return None
    site, origin = asked.headers.get("Sec-Fetch-Site"), asked.headers.get("Origin")
    is_own = site in OWN_SITES if site else origin is None or _place(origin) == _place(f"{asked.scheme}://{asked.host}")
    return None if is_own else _text(403, "Another web site asked for this change. Open Spectrolabe itself to make it.")


def _place(origin: str) -> tuple[str | None, str | None]:
    """Host and port of an origin; the scheme is left out, for a proxy may speak TLS in front of us."""
    try:
        parts = urlsplit(origin)
        port = str(parts.port) if parts.port else None
    except ValueError:
        return None, "none"
    return parts.hostname, None if port in DEFAULT_PORTS.values() else port


def _host_name(host: str) -> str:
    try:
        return (urlsplit(f"//{host}").hostname or "").rstrip(".")
    except ValueError:
        return ""


def _is_name(name: str) -> bool:
    return 0 < len(name) <= LONGEST_NAME and name.isprintable()


def _ask(text: str) -> Response:
    answer = _text(401, text)
    answer.headers["WWW-Authenticate"] = 'Basic realm="Spectrolabe", charset="UTF-8"'
    return answer


def _text(status: int, text: str, wait: int | None = None) -> Response:
    answer = Response(text + "\n", status, mimetype="text/plain")
    if wait is not None:
        answer.headers["Retry-After"] = str(wait)
    return answer
