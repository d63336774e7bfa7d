"""What stories on the page Candidates do again and again."""

import re
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
from playwright.sync_api import Locator, Page, expect

from al_core.metadata.catalog import CatalogWriter
from al_core.metadata.fields import Field, FieldType
from al_core.pools import Pool
from al_core.sessions import Session
from tests.browser.server import Server
from tests.browser.steps import LONG_MS
from tests.browser.workspaces import CLASSES, POOL, services_of
from tests.core.candidates_made import write_predictions

#: An index is read when it is asked first.
FOUND_MS = 40_000
Browse = Callable[..., Page]
HOSTILE = '<img src=x onerror="window.hurt = true"><script>window.hurt = true</script>'


def add_predicted(workspace: Path, name: str = "Emission", iterations: Iterable[int] = (1, 2)) -> Session:
    """Make a session whose iterations predict the pool: every fifth spectrum a peak, half of these a double one."""
    services = services_of(workspace)
    session = services.sessions.create(name, classes=CLASSES, candidate_classes=CLASSES[1:], pool=POOL)
    pool = Pool.open(workspace / "pools" / POOL)
    names = pool.spectrum_ids.to_list()
    for number in iterations:
        rng = np.random.default_rng(number)
        kinds = [1 + (k // 5 + number) % 2 if k % 5 == 0 else 0 for k in range(len(names))]
        proba = [rng.dirichlet(np.where(np.arange(3) == kind, 9.0, 0.4)).tolist() for kind in kinds]
        write_predictions(
            services.sessions.folder(session.session_id), number, names, proba, classes=CLASSES,
            pool=workspace / "pools" / POOL, sample={names[number]: 0, names[10 + number]: 0},
        )  # fmt: skip
    return services.sessions.get(session.session_id)


def write_index(workspace: Path, name: str, frames: Iterable[pl.DataFrame]) -> None:
    """Make an index of rows that are not in any pool; types of columns are those of the frames."""
    kinds = {pl.String: FieldType.STRING, pl.Float64: FieldType.NUMBER, pl.Int64: FieldType.INTEGER}
    writer, first = None, 1
    for frame in frames:
        if writer is None:
            fields = [Field(column, kinds[type(kind)]) for column, kind in frame.schema.items() if column != "id"]
            writer = CatalogWriter.open(workspace, name, fields, "made")
        writer.append(frame, "made", first)
        first += frame.height
        writer.commit("made", first - 1)
    assert writer is not None
    with writer:
        writer.finish()


def open_candidates(browse: Browse, server: Server, path: str, **options: Any) -> Page:
    """Open the page and wait until its first rows are there."""
    page = browse(server, f"/candidates?{path}", **options)
    expect_count(page, r"of")
    expect(row(page, 0).locator(".candidates-cell").first).to_be_visible(timeout=LONG_MS)
    return page


def expect_count(page: Page, text: str) -> None:
    """Expect what the page says of the number of results."""
    expect(page.locator("#candidates-count")).to_contain_text(re.compile(text), timeout=FOUND_MS)


def row(page: Page, index: int) -> Locator:
    """Return the cells of a row that are not pinned."""
    return page.locator(f'.ag-center-cols-container .ag-row[row-index="{index}"]')


def ids_shown(page: Page) -> list[str]:
    """Return the ids of the rows in view."""
    return [text.strip() for text in page.locator('.ag-row [col-id="id"] .candidates-cell').all_inner_texts()]


def facet(page: Page, field: str) -> Locator:
    """Return a facet."""
    return page.locator(f'.facet[data-field="{field}"]')


def search(page: Page, text: str) -> None:
    """Type a search and ask for it."""
    page.keyboard.press("/")
    expect(page.locator("#candidates-input")).to_be_focused()
    page.locator("#candidates-input").fill(text)
    page.keyboard.press("Enter")


def act(page: Page, name: str) -> None:
    """Press a button of the bar at the bottom."""
    page.locator("#candidates-act").get_by_role("button", name=name).click()


def dialog(page: Page) -> Locator:
    """Return the dialog that is open."""
    return page.locator("dialog[open]")
