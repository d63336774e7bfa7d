"""The dashboard: settings in, a wired application out. `python app.py` serves it."""

import argparse
import logging
import sys
from collections.abc import Callable
from functools import partial, wraps
from pathlib import Path
from threading import Lock
from typing import Any

import diskcache
from dash import CeleryManager, Dash, DiskcacheManager
from flask import Flask
from gunicorn.app.base import BaseApplication

from al_core.errors import ALCoreError, ConfigurationError
from al_core.services import Services, build_services
from al_core.settings import APPLICATION_DIR, Settings, load_settings
from callbacks import register_all
from callbacks.access import check_address, current_user, guard
from callbacks.api import register_blueprints
from callbacks.caching import let_browsers_keep
from callbacks.messages import on_error
from callbacks.plain_errors import register_plain_errors
from callbacks.security_headers import page_script_hashes
from pages._components.index import index_string
from pages._components.shell import shell

log = logging.getLogger(__name__)

THREADS = 8


def create_app(settings: Settings | None = None) -> Dash:
    """Build the dashboard of a workspace; several may live in one process."""
    settings = settings or load_settings()
    services = build_services(settings)
    services.keep_mirror()
    app = Dash(
        "spectrolabe",
        use_pages=True,
        pages_folder=str(APPLICATION_DIR / "pages"),
        assets_folder=str(APPLICATION_DIR / "assets"),
        # theme.js runs in the head, before the first paint, instead of with the other scripts at the end.
        assets_ignore=r"^theme\.js$",
        title="Spectrolabe",
        include_pages_meta=False,
        update_title="",
        serve_locally=True,
        compress=True,
        suppress_callback_exceptions=True,
        background_callback_manager=background_manager(settings),
        on_error=on_error,
        enable_mcp=False,
    )
    app.index_string = index_string(app.get_asset_url("theme.js"), app.get_asset_url("icons/mark.svg"))
    app.layout = shell
    guard(app.server, settings, partial(page_script_hashes, app))
    let_browsers_keep(app.server)
    register_plain_errors(app.server)
    register_blueprints(app.server, services)
    register_all(app, services)
    let_one_set_up(app.server)
    return app


def let_one_set_up(server: Flask) -> None:
    """Let requests wait while the first one sets Dash up; else they find half of its scripts and callbacks."""
    lock = Lock()

    def alone(hook: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(hook)
        def run(*arguments: Any) -> Any:
            with lock:
                return hook(*arguments)

        return run

    hooks = server.before_request_funcs[None]
    hooks[:] = [alone(hook) if hook.__module__.startswith("dash.") else hook for hook in hooks]


def background_manager(settings: Settings) -> DiskcacheManager | CeleryManager:
    """Return what runs background callbacks: Celery where a broker is set, else processes of this machine."""
    if settings.broker_url is None:
        return DiskcacheManager(diskcache.Cache(str(private_folder(settings.workspace / "cache" / "callbacks"))))
    try:
        from celery import Celery
    except ImportError as error:
        raise ConfigurationError(
            "SPECTROLABE_BROKER_URL is set, but Celery is not installed. Run: pip install 'celery[redis]'."
        ) from error
    return CeleryManager(Celery("spectrolabe", broker=settings.broker_url, backend=settings.broker_url))


def private_folder(folder: Path) -> Path:
    """Make a folder that only its owner can enter: the cache holds pickles, which are code to whoever loads them."""
    folder.mkdir(parents=True, exist_ok=True)
    folder.chmod(0o700)
    return folder


class Server(BaseApplication):  # type: ignore[misc]
    """Gunicorn inside Python: one process, so that jobs have one parent, and threads for many pages."""

    def __init__(self, settings: Settings, *, with_demo: bool = False) -> None:
        self._settings = settings
        self._with_demo = with_demo
        super().__init__()

    def load_config(self) -> None:
        """Tell gunicorn where to listen."""
        host = f"[{self._settings.host}]" if ":" in self._settings.host else self._settings.host
        self.cfg.set("bind", f"{host}:{self._settings.port}")
        self.cfg.set("workers", 1)
        self.cfg.set("worker_class", "gthread")
        self.cfg.set("threads", THREADS)
        self.cfg.set("timeout", 120)
        self.cfg.set("graceful_timeout", 5)
        self.cfg.set("loglevel", "warning")
        # Its place is one for each user: a second dashboard would take it from the first.
        self.cfg.set("control_socket_disable", True)
        self.cfg.set("when_ready", lambda _: log.info("Spectrolabe is at %s", address(self._settings)))
        self.cfg.set("on_exit", lambda _: log.info("Spectrolabe has stopped; jobs go on."))

    def load(self) -> Flask:
        """Build the application, in the process that serves it."""
        server = create_app(self._settings).server
        if self._with_demo:
            start_demo(build_services(self._settings))
        return server


def start_demo(services: Services) -> None:
    """Build the demo in the background, once, where the workspace has no session yet."""
    if not services.sessions.list(include_archived=True) and not services.jobs.list(kind="demo", last=1):
        services.jobs.submit("demo", "Demo survey", {}, owner=current_user())


def address(settings: Settings) -> str:
    """Return the URL of the first page."""
    host = f"[{settings.host}]" if ":" in settings.host else settings.host
    return f"http://{host}:{settings.port}"


def set_up_logging() -> None:
    """Write what happens to the standard error, one line each."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s  %(levelname)s  %(message)s", datefmt="%H:%M:%S")


def main(arguments: list[str] | None = None) -> int:
    """Serve the dashboard until it is stopped; return the exit code."""
    parser = argparse.ArgumentParser(description="Serve the dashboard.")
    parser.add_argument(
        "--demo", action="store_true", help="build the demo survey in the background, if nothing is there"
    )
    options = parser.parse_args(arguments)
    set_up_logging()
    try:
        settings = load_settings()
        check_address(settings)
    except ALCoreError as error:
        log.error("%s", error)
        return 2
    Server(settings, with_demo=options.demo).run()
    return 0


if __name__ == "__main__":
    sys.exit(main())
