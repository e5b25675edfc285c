"""Review's drawer, its dialog for codes and the pre-flight, wide and narrow, light and dark."""

import re

from playwright.sync_api import Locator, Page, expect

from tests.browser.books import query
from tests.browser.conftest import OpenPage
from tests.browser.looks import every_look, looks_well
from tests.browser.servers import Home
from tests.browser.steps import Grid, close_popover, press, says, settled, shown_as, titled

_ACCOUNT = """
    SELECT b.id, b.client_id FROM bank_accounts b JOIN clients c ON c.id = b.client_id
     WHERE c.name = ? AND b.mask = ?
"""


def _review(demo_url: str, demo: Home, client: str, mask: str) -> str:
    [place] = query(demo.database, _ACCOUNT, (client, mask))
    return f"{demo_url}/review?client={place['client_id']}&account={place['id']}"


def _looks_well_everywhere(part: Locator) -> None:
    for look in every_look(part.page):
        part.scroll_into_view_if_needed()
        looks_well(part, look)


def test_the_drawer_and_its_help_fit_and_can_be_read(
    prepared_demo: Home, demo_url: str, open_page: OpenPage
) -> None:
    """At a row for which three codes with long names are offered, and at one that is coded."""
    link = _review(demo_url, prepared_demo, "Harbor Light Food Pantry", "6402")
    page = titled(open_page(f"{link}&show=unmatched"), "Review")
    drawer = page.get_by_role("dialog")
    press(page, "One at a time")
    offered = drawer.locator(".st-key-review_drawer_candidates").get_by_role("button")
    expect(offered).to_have_count(3)
    _looks_well_everywhere(drawer)
    press(drawer, "Keys")
    says(page, "Close the drawer, back to the list")
    _looks_well_everywhere(page.get_by_test_id("stPopoverBody"))
    close_popover(page)
    page.keyboard.press("Escape")
    expect(drawer).to_have_count(0)
    shown_as(page, "AI")
    press(page, "One at a time")
    says(drawer, re.compile(r"\d% sure\. "))
    _looks_well_everywhere(drawer)
    page.close()


def test_codes_and_pre_flight_fit_and_can_be_read(
    prepared_demo: Home, demo_url: str, open_page: OpenPage
) -> None:
    link = _review(demo_url, prepared_demo, "Marigold Lane Boutique", "3077")
    page = titled(open_page(link), "Review")
    _look_at_the_codes(page)
    press(page, "Export to ACS Format")
    asked = page.locator(".st-key-review_preflight")
    says(asked, "are still to review and stay out of this file")
    _looks_well_everywhere(asked)
    page.close()


def _look_at_the_codes(page: Page) -> None:
    Grid(page).tick(1)
    says(page, "1 row, ")
    settled(page)
    page.keyboard.press("F2")
    says(page.get_by_role("dialog"), "For 1 row, ")
    _looks_well_everywhere(page.get_by_role("dialog"))
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)
    settled(page)
