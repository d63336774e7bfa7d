"""What stories on the page Label do again and again."""

from collections.abc import Callable
from typing import Any

import polars as pl
from playwright.sync_api import Page, expect

from al_core.sessions import LabelJournal, Session
from tests.browser.server import Server
from tests.browser.steps import LONG_MS
from tests.browser.workspaces import CLASSES, POOL, services_of

#: Twelve classes have the keys 1 to 9, 0, Q and W.
TWELVE = tuple(f"kind {number}" for number in range(1, 13))
TWELVE_KEYS = "1234567890QW"
Browse = Callable[..., Page]
#: The outbox tries again after 15 s at most.
SAVED_MS = 30_000


def add_labeling(server: Server, name: str = "Be stars", classes: tuple[str, ...] = CLASSES) -> Session:
    """Make a session that labels the pool `survey`, without a network."""
    return services_of(server.workspace).sessions.create(name, classes=classes, pool=POOL)


def journal_of(server: Server, session: Session) -> LabelJournal:
    """Return the journal as it is on disk."""
    return services_of(server.workspace).sessions.journal(session.session_id)


def events_of(server: Server, session: Session) -> pl.DataFrame:
    """Return the events of a session, in order."""
    return journal_of(server, session).events()


def said(server: Server, session: Session) -> dict[str, str]:
    """Return what counts: the class of a spectrum, or unsure or bad."""
    rows = journal_of(server, session).current().iter_rows(named=True)
    return {row["spectrum_id"]: row["class_name"] or row["kind"] for row in rows}


def open_label(browse: Browse, server: Server, session: Session, **options: Any) -> Page:
    """Open the page Label and wait until its first spectrum is drawn."""
    page = browse(server, f"/label?session={session.session_id}", **options)
    wait_for_spectrum(page)
    return page


def wait_for_spectrum(page: Page) -> None:
    """Wait until a spectrum is shown and the journal of the session was read."""
    is_there = "() => window.spectrolabe?.label?.state.current && spectrolabe.label.journal.state.isWhole"
    page.wait_for_function(is_there, timeout=LONG_MS)


def shown(page: Page) -> str:
    """Return the id of the spectrum that is shown."""
    return str(page.evaluate("spectrolabe.label.state.current?.id ?? ''"))


def queue_of(page: Page) -> list[str]:
    """Return the ids of the queue, in order."""
    return [str(one) for one in page.evaluate("spectrolabe.label.state.items.map((item) => item.id)")]


def press(page: Page, *keys: str) -> None:
    """Press keys, one after the other."""
    for key in keys:
        page.keyboard.press(key)


def expect_saved(page: Page) -> None:
    """Expect that nothing waits, and that the page says so."""
    expect(page.locator("#label-saved")).to_have_attribute("data-waiting", "0", timeout=SAVED_MS)
    expect(page.locator("#label-saved")).to_contain_text("Saved", timeout=SAVED_MS)


def expect_shown(page: Page, spectrum_id: str) -> None:
    """Expect that a spectrum is the one that is shown."""
    page.wait_for_function("(id) => spectrolabe.label.state.current?.id === id", arg=spectrum_id)
