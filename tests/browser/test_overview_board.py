"""Overview in the browser: numbers that lead to their rows, filters of the board, drawn charts."""

import re
from contextlib import suppress

import pytest
from playwright.sync_api import Page, expect

from ledgersync import clock
from ledgersync.domain.periods import last_month
from tests.browser.books import query
from tests.browser.conftest import OpenPage
from tests.browser.servers import Home
from tests.browser.steps import Grid, filter_counts, says, settled, titled

# The middle of the board's column "To review", after client, button, loaded, rows and matched.
_TO_REVIEW = 190 + 76 + 70 + 62 + 76 + 40
_WAITING = """
    SELECT t.account_id AS account, count(*) AS rows FROM transactions t
      JOIN bank_accounts b ON b.id = t.account_id JOIN clients c ON c.id = b.client_id
      LEFT JOIN decisions d ON d.transaction_id = t.id
     WHERE c.name = ? AND t.date BETWEEN ? AND ? AND t.removed_at IS NULL AND t.source_note = ''
       AND coalesce(d.standing, 'to_review') = 'to_review' AND d.export_id IS NULL
     GROUP BY t.account_id ORDER BY rows DESC
"""
# The charts by name, and how each begins for those who don't see it.
_CHARTS = {
    "Progress by client": "Progress of each client as stacked bars",
    "Review through the month": "Reviewed transactions by day",
    "How rows were matched": "Share of transactions by how they were matched",
    "Spending by GL code": "Money out by GL code",
}
# Marks that take up room and have a colour which the page's background has not.
_DRAWN = """svg => {
    const ground = getComputedStyle(document.querySelector(".stApp")).backgroundColor;
    const seen = colour => !["none", "transparent", "rgba(0, 0, 0, 0)", ground].includes(colour);
    return [...svg.querySelectorAll(".role-mark path")].filter(mark => {
        const box = mark.getBBox();
        const {fill, stroke} = getComputedStyle(mark);
        return Math.max(box.width, box.height) > 1 && (seen(fill) || seen(stroke));
    }).length;
}"""


def test_a_row_opens_its_client(demo_url: str, open_page: OpenPage) -> None:
    page = titled(open_page(demo_url), "Overview")
    page.get_by_role("link", name="Marigold Lane Boutique").click()
    titled(page, "Review")
    says(page, "Load Transactions")
    assert _client(page).startswith("Marigold Lane Boutique")


def test_a_number_of_the_filtered_board_opens_the_rows_behind_it(
    demo_url: str, shared_home: Home, open_page: OpenPage
) -> None:
    page = titled(open_page(demo_url), "Overview")
    board = Grid(page)
    pill = page.get_by_test_id("stButtonGroup").get_by_text(re.compile(r"^To review \(\d+\)"))
    clients = int(re.sub(r"\D", "", pill.text_content() or ""))
    pill.click()
    board.rows_are(clients)
    settled(page)
    numbers = {board.text(at, "Client"): board.text(at, "To review") for at in range(clients)}
    assert clients > 1
    assert not {"", "0"} & set(numbers.values())
    page.get_by_label("Find a client", exact=True).fill("north ridge")
    page.keyboard.press("Enter")
    board.rows_are(1)
    name = board.text(0, "Client")
    _click_the_number(page, board)
    assert "show=to_review" in page.url
    assert _client(page).startswith(name)
    month = last_month(clock.today())
    found = query(shared_home.database, _WAITING, (name, f"{month.start}", f"{month.end}"))
    assert int(numbers[name].replace(",", "")) == sum(one["rows"] for one in found)
    assert f"account={found[0]['account']}" in page.url
    assert filter_counts(page)["To review"] == found[0]["rows"]
    Grid(page).rows_are(found[0]["rows"])


def _click_the_number(page: Page, board: Grid) -> None:
    """Right after it was filtered, the board may miss a first click, as any grid may."""
    heading = page.get_by_role("heading", name="Review", level=1, exact=True)
    for _ in range(3):
        board.click(0, _TO_REVIEW)
        with suppress(AssertionError):
            expect(heading).to_be_visible(timeout=3_000)
            break
    titled(page, "Review")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_chart_has_drawn_marks(demo_url: str, open_page: OpenPage, scheme: str) -> None:
    page = titled(open_page(demo_url, 1280, scheme), "Overview")
    for name, words in _CHARTS.items():
        page.get_by_test_id("stButtonGroup").get_by_text(name, exact=True).click()
        chart = page.locator(f"[data-testid=stVegaLiteChart][aria-label^='{words}'] svg.marks")
        expect(chart).to_have_count(1)
        assert chart.evaluate(_DRAWN) >= 1, name


def _client(page: Page) -> str:
    return page.get_by_role("combobox", name="Client", exact=True).input_value()
