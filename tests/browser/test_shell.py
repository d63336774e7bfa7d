"""What is around every page: navigation, theme, headers."""

import pytest
from playwright.sync_api import Page, expect

PAGES = ("Sessions", "Data", "Train", "Jobs")


@pytest.mark.parametrize("name", PAGES)
def test_the_navigation_leads_to_every_page(page: Page, name: str) -> None:
    page.get_by_role("navigation").get_by_role("link", name=name, exact=True).click()
    expect(page).to_have_title(f"{name} · Spectrolabe")
