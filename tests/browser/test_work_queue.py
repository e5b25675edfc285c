"""The work queue on the demo: what needs judgement first and why, large amounts, a view by name."""

import re

from playwright.sync_api import Page, expect

from tests.browser.books import query
from tests.browser.conftest import OpenPage
from tests.browser.servers import Home
from tests.browser.steps import (
    Grid,
    close_popover,
    filter_counts,
    press,
    says,
    search_for,
    settled,
    titled,
)

_ACCOUNT = """
    SELECT b.id, b.client_id FROM bank_accounts b JOIN clients c ON c.id = b.client_id
     WHERE c.name = 'Greenfold Landscaping LLC' AND b.mask = '5190'
"""


def test_needs_judgement_first_with_search_and_a_view_by_name_and_by_link(
    prepared_demo: Home, demo_url: str, open_page: OpenPage
) -> None:
    [place] = query(prepared_demo.database, _ACCOUNT)
    link = f"{demo_url}/review?client={place['client_id']}&account={place['id']}"
    page = titled(open_page(link), "Review")
    grid = Grid(page)
    _sort_by_need(page, grid)
    _read_why(page, grid)
    large = _search_large(page, grid)
    press(page, re.compile("^bookmark Views|^Views|Views"))
    page.get_by_label("Name for the present filter").fill("Large, worst first")
    press(page, "Save view")
    says(page, "Saved the view Large, worst first.")
    close_popover(page)
    _go_back_to_all(page, grid)
    again = titled(open_page(large), "Review")
    says(again, "View: Large, worst first")
    expect(Grid(again).cell(0, "Needs a look")).to_have_text(re.compile(r"\w"))


def _sort_by_need(page: Page, grid: Grid) -> None:
    needy = filter_counts(page)["Needs judgement"]
    assert needy
    page.get_by_text("Needs judgement first", exact=True).click()
    settled(page)
    expect(grid.cell(0, "Needs a look")).to_have_text(re.compile(r"\w"))
    assert "order=judgement" in page.url


def _read_why(page: Page, grid: Grid) -> None:
    grid.tick(0)
    says(page, "Needs a look:")
    grid.tick(0)
    says(page, "No rows ticked")
    settled(page)


def _search_large(page: Page, grid: Grid) -> str:
    search_for(page, ">500")
    expect(page).to_have_url(re.compile("=%3E500"))
    settled(page)
    says(page, re.compile(r"\d+ rows: in "))
    for row in range(3):
        amount = re.sub(r"[^\d.]", "", grid.text(row, "Amount"))
        assert float(amount) > 500
    return page.url


def _go_back_to_all(page: Page, grid: Grid) -> None:
    page.go_back()
    expect(page.get_by_label("Search", exact=True)).to_have_value("")
    settled(page)
    grid.rows_are(filter_counts(page)["All"])
    press(page, re.compile("Views"))
    press(page, re.compile("Large, worst first"))
    expect(page.get_by_label("Search", exact=True)).to_have_value(">500")
    close_popover(page)
