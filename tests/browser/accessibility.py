"""Checks of a page that need no knowledge of what it shows: axe, focus, width."""

from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

THEMES = ("light", "dark")
#: What WCAG 2.2 AA asks for, and what axe adds as good practice.
OPTIONS = {"resultTypes": ["violations"]}
GRAVE = ("serious", "critical")

#: Where the focus is: its name, and whether one can see that it is there (outline, or shadow, of the thing itself).
FOCUS = """() => {
  const element = document.activeElement;
  if (!element || element === document.body) return null;
  const style = getComputedStyle(element), box = element.getBoundingClientRect();
  const outlined = (s) => s.outlineStyle !== 'none' && parseFloat(s.outlineWidth) >= 1;
  // A field may leave the ring to the frame right around it.
  const ring = outlined(style) || outlined(getComputedStyle(element.parentElement));
  const named = element.getAttribute('aria-label') || element.textContent || element.value || element.id || '';
  const label = element.labels && element.labels.length ? element.labels[0].textContent : '';
  return {
    tag: element.tagName.toLowerCase(),
    name: (label || named).trim().replace(/\\s+/g, ' ').slice(0, 60),
    visible: ring || style.boxShadow !== 'none',
    inside: box.width > 0 && box.height > 0,
  };
}"""

WIDER = """() => {
  const width = document.documentElement.clientWidth;
  if (document.documentElement.scrollWidth <= width) return [];
  const scrolls = (e) => e && e !== document.body && e !== document.documentElement &&
    (['auto', 'scroll', 'hidden', 'clip'].includes(getComputedStyle(e).overflowX) || scrolls(e.parentElement));
  const found = [...document.body.querySelectorAll('*')].filter(
    (e) => e.getBoundingClientRect().right > width + 1 && !scrolls(e.parentElement));
  return [`${document.documentElement.scrollWidth} px`, ...found.slice(0, 5).map(
    (e) => `${e.tagName.toLowerCase()}#${e.id}.${e.className}`)];
}"""


def findings(page: Page) -> list[str]:
    """Serious and critical findings of axe, one line each with the first places."""
    violations: list[dict[str, Any]] = Axe().run(page, options=OPTIONS).response["violations"]
    return [line(violation) for violation in violations if violation["impact"] in GRAVE]


def line(violation: dict[str, Any]) -> str:
    places = "; ".join(f"{' '.join(map(str, n['target']))}: {n['html'][:120]}" for n in violation["nodes"][:3])
    return f"{violation['impact']} {violation['id']} ({len(violation['nodes'])}): {violation['help']} [{places}]"


def set_theme(page: Page, theme: str) -> None:
    """Show a theme by the button of the top bar, as a person does."""
    if page.locator("html").get_attribute("data-bs-theme") != theme:
        page.get_by_role("banner").get_by_role("button", name="Switch between light and dark").click()
        page.wait_for_function("t => document.documentElement.dataset.bsTheme === t", arg=theme)


def tab_stops(page: Page, most: int = 120) -> list[dict[str, Any]]:
    """Return what the tab key reaches from the top of the page, until it comes round."""
    page.evaluate("() => { document.activeElement?.blur(); window.scrollTo(0, 0); }")
    stops: list[dict[str, Any]] = []
    for _ in range(most):
        page.keyboard.press("Tab")
        stop = page.evaluate(FOCUS)
        if stop is None or (stops and stop == stops[0]):
            return stops
        stops.append(stop)
    return stops


def too_wide(page: Page) -> list[str]:
    """Return what makes the page scroll sideways; empty if nothing does."""
    return list(page.evaluate(WIDER))
