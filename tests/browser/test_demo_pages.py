"""The demo's pages: each opens, by navigation and by a cold link, wide and narrow."""

import pytest
from playwright.sync_api import expect

from ledgersync import clock
from ledgersync.domain.periods import last_month
from tests.browser.conftest import OpenPage
from tests.browser.looks import GROUNDS, too_wide
from tests.browser.servers import Home, running_app
from tests.browser.steps import Grid, says, settled, titled

PAGES = ("Overview", "Review", "Clients", "Rules", "Import", "Exports", "Settings", "Help")
# What only the page itself would say, once it has everything to show.
WORDS = {
    "Overview": "Review through the month",
    "Review": "Load Transactions",
    "Clients": "12 clients",
    "Rules": "30 rules, in the order in which they apply",
    "Import": "Choose a client to see its bank accounts",
    "Exports": "6 exports",
    "Settings": "LedgerSync Integration",
    "Help": "Importing the file into Accounting CS",
}


@pytest.mark.parametrize(("width", "scheme"), [(1280, "light"), (800, "dark")])
def test_every_page_opens_and_fits(
    demo_url: str, open_page: OpenPage, width: int, scheme: str
) -> None:
    page = titled(open_page(demo_url, width, scheme), "Overview")
    for name in PAGES:
        page.get_by_role("link", name=name, exact=True).first.click()
        titled(page, name)
        says(page, WORDS[name])
        settled(page)
        assert page.get_by_test_id("stAlertContentError").count() == 0
        assert page.get_by_test_id("stException").count() == 0
        assert not too_wide(page), f"{name} scrolls sideways at {width} px"
        expect(page.locator(".stApp")).to_have_css("background-color", GROUNDS[scheme])


def test_a_cold_link_shows_its_page_in_the_navigation(
    prepared_demo: Home, open_page: OpenPage, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """Of one page; tests/ui opens every page in a session that never ran the router."""
    home = prepared_demo.copy_to(tmp_path_factory.mktemp("cold") / "home")
    with running_app(home) as url:
        page = open_page(f"{url}/review")
        titled(page, "Review")
        says(page, WORDS["Review"])
        assert page.get_by_test_id("stException").count() == 0
        for other in PAGES:
            assert page.get_by_role("link", name=other, exact=True).first.is_visible()
        page.close()


def test_the_first_look_at_review_has_rows(demo_url: str, open_page: OpenPage) -> None:
    page = titled(open_page(f"{demo_url}/review"), "Review")
    assert Grid(page).row_count() > 0
    month = last_month(clock.today())
    assert f"start={month.start}" in page.url
    assert f"end={month.end}" in page.url
