"""Fingers and the wheel on a plot."""

from typing import Any

import pytest
from playwright.sync_api import Page

from al_core.sessions import Session
from tests.browser.conftest import Browse
from tests.browser.labeling import add_labeling, open_label
from tests.browser.server import Server

Point = tuple[float, float]


@pytest.fixture
def session(server: Server) -> Session:
    return add_labeling(server)


@pytest.fixture
def phone(browse: Browse, server: Server, session: Session) -> Page:
    page = open_label(browse, server, session, width=390, height=844, has_touch=True, is_mobile=True)
    page.wait_for_function("() => document.querySelector('#label-window-chart .line-trace')?.getAttribute('d')")
    return page


def view_of(page: Page) -> Any:
    return page.evaluate("spectrolabe.label.charts.window.view")


def on_window(page: Page, share: Point) -> dict[str, float]:
    """Return a place in the window by its share of width and height."""
    left, top, width, height = page.evaluate(
        "(() => { const c = spectrolabe.label.charts.window, b = c.host.getBoundingClientRect();"
        " return [b.left + c.margins.left, b.top + c.margins.top, c.size.width, c.size.height]; })()"
    )
    return {"x": left + share[0] * width, "y": top + share[1] * height}


def two_fingers(page: Page, start: tuple[Point, Point], stop: tuple[Point, Point]) -> None:
    """Put two fingers down, one after the other, move them and take them off."""
    hand = page.context.new_cdp_session(page)

    def touch(kind: str, *places: Point) -> None:
        points = [on_window(page, place) | {"id": k} for k, place in enumerate(places)]
        hand.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})

    touch("touchStart", start[0])
    touch("touchStart", *start)
    for step in range(1, 5):
        share = step / 4
        touch(
            "touchMove",
            *((a + (c - a) * share, b + (d - b) * share) for (a, b), (c, d) in zip(start, stop, strict=True)),
        )
    touch("touchEnd")


def test_two_fingers_zoom_and_move_and_a_double_tap_resets(phone: Page) -> None:
    # The window is 6519 to 6732 Å: fingers that are three times as far apart show a third of its 213 Å.
    two_fingers(phone, ((0.4, 0.5), (0.6, 0.5)), ((0.2, 0.5), (0.8, 0.5)))
    view = view_of(phone)
    assert (view["x0"], view["x1"]) == pytest.approx((6590, 6661), abs=0.1)
    two_fingers(phone, ((0.4, 0.4), (0.6, 0.6)), ((0.5, 0.5), (0.7, 0.7)))
    moved = view_of(phone)
    assert (moved["x0"], moved["x1"]) == pytest.approx((view["x0"] - 7.1, view["x1"] - 7.1), abs=0.1)
    assert moved["y0"] > view["y0"]
    assert phone.evaluate("[scrollY, document.getElementById('label-main').scrollTop]") == [0, 0]
    for _ in range(2):
        phone.touchscreen.tap(**on_window(phone, (0.7, 0.8)))
    assert view_of(phone) is None


def test_two_fingers_never_show_more_than_there_is(phone: Page) -> None:
    two_fingers(phone, ((0.2, 0.5), (0.8, 0.5)), ((0.4, 0.5), (0.6, 0.5)))
    view = view_of(phone)
    assert view["x1"] - view["x0"] == pytest.approx(213, abs=0.1)


def test_the_wheel_zooms_where_nothing_scrolls_and_else_with_ctrl(
    browse: Browse, server: Server, session: Session
) -> None:
    page = open_label(browse, server, session)
    page.wait_for_function("() => document.querySelector('#label-window-chart .line-trace')?.getAttribute('d')")
    page.mouse.move(**on_window(page, (0.5, 0.5)))
    page.mouse.wheel(0, -100)
    page.wait_for_function("() => spectrolabe.label.charts.window.view")
    page.evaluate("spectrolabe.label.run('reset')")
    page.evaluate("document.getElementById('label-plots').style.minHeight = '2000px'")
    page.evaluate("document.getElementById('label-main').style.overflowY = 'auto'")
    page.mouse.wheel(0, 100)
    page.wait_for_function("() => document.getElementById('label-main').scrollTop > 50")
    assert view_of(page) is None
    page.keyboard.down("Control")
    page.mouse.wheel(0, -100)
    page.keyboard.up("Control")
    page.wait_for_function("() => spectrolabe.label.charts.window.view")
