"""Overview in the browser: numbers that lead to their rows, filters of the board, drawn charts."""

import re
from contextlib import suppress

import pytest
from playwright.sync_api import Locator, Page, expect

from ledgersync import clock
from ledgersync.domain.periods import last_month
from tests.browser.books import query
from tests.browser.conftest import OpenPage
from tests.browser.servers import Home
from tests.browser.steps import Grid, filter_counts, says, settled, titled

# The board's columns and how wide they are.
_WIDTHS = {
    "Client": 180, "Open": 72, "Loaded": 70, "Rows": 70, "Matched": 76, "To review": 80,
    "Reviewed": 80, "Exported": 78,
}  # fmt: skip
_HEADING = 18
# Into the last digit of a number, which stands on the right.
_FROM_RIGHT = 20
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


def test_numbers_of_the_filtered_board_lead_to_the_rows_in_the_books(
    demo_url: str, shared_home: Home, open_page: OpenPage
) -> None:
    page = titled(open_page(demo_url), "Overview")
    board = Grid(page)
    pill = page.get_by_test_id("stButtonGroup").get_by_text(re.compile(r"^To review \(\d+\)"))
    clients = int(re.sub(r"\D", "", pill.text_content() or ""))
    pill.click()
    board.rows_are(clients)
    settled(page)
    numbers = {board.text(at, "Client"): _number(board, at, "To review") for at in range(clients)}
    assert clients > 1
    assert 0 not in numbers.values()
    page.get_by_label("Find a client", exact=True).fill("north ridge")
    page.keyboard.press("Enter")
    board.rows_are(1)
    name = board.text(0, "Client")
    listed = _follow(page, 0, "To review")
    month = last_month(clock.today())
    found = query(shared_home.database, _WAITING, (name, f"{month.start}", f"{month.end}"))
    assert [rows for _, rows in listed] == [one["rows"] for one in found]
    assert sum(one["rows"] for one in found) == numbers[name]
    listed[0][0].click()
    titled(page, "Review")
    assert _client(page).startswith(name)
    assert f"account={found[0]['account']}" in page.url
    assert filter_counts(page)["To review"] == found[0]["rows"]
    Grid(page).rows_are(found[0]["rows"])


def test_numbers_of_the_sorted_board_open_lists_of_just_as_many_rows(
    demo_url: str, open_page: OpenPage
) -> None:
    page = titled(open_page(demo_url), "Overview")
    for column in ("To review", "Rows", "Matched", "Reviewed", "Exported"):
        board = _sorted_by(page, column)
        name, number = board.text(1, "Client"), board.text(1, column).strip()
        whole = _number(board, 1, "Rows")
        listed = _follow(page, 1, column)
        total = sum(rows for _, rows in listed)
        assert number == (f"{100 * total // whole}%" if "%" in number else f"{total:,}")
        link, rows = listed[-1]
        link.click()
        titled(page, "Review")
        assert _client(page).startswith(name)
        Grid(page).rows_are(rows)
        page.go_back()
        titled(page, "Overview")


def test_the_button_of_a_row_opens_its_client_also_where_the_board_is_sorted(
    demo_url: str, open_page: OpenPage
) -> None:
    page = titled(open_page(demo_url), "Overview")
    opened = set()
    for row in (0, 2):
        board = _sorted_by(page, "To review")
        name = board.text(row, "Client")
        board.click(row, _left("Open") + _WIDTHS["Open"] // 2)
        titled(page, "Review")
        assert _client(page).startswith(name)
        opened.add(name)
        page.go_back()
        titled(page, "Overview")
    assert len(opened) == 2


@pytest.mark.parametrize(("width", "scheme"), [(1280, "light"), (800, "dark")])
def test_a_figure_opens_the_accounts_that_it_adds_up(
    demo_url: str, open_page: OpenPage, width: int, scheme: str
) -> None:
    page = titled(open_page(demo_url, width, scheme), "Overview")
    for figure in ("Transactions", "Exported", "To review"):
        tile = page.get_by_test_id("stVerticalBlock").filter(has=_button(page, figure)).last
        number = int(re.sub(r"\D", "", tile.get_by_test_id("stMetricValue").inner_text()))
        _button(page, figure).click()
        listed = _listed(page)
        assert sum(rows for _, rows in listed) == number
        page.keyboard.press("Escape")
        expect(page.get_by_role("dialog")).to_have_count(0)
        settled(page)
    _button(page, "To review").click()
    link, rows = _listed(page)[-1]
    link.click()
    titled(page, "Review")
    Grid(page).rows_are(rows)


def test_the_figure_of_clients_opens_their_page(demo_url: str, open_page: OpenPage) -> None:
    page = titled(open_page(demo_url), "Overview")
    _button(page, "Clients").click()
    titled(page, "Clients")
    says(page, "12 clients")


def _button(page: Page, name: str) -> Locator:
    return page.get_by_role("button", name=name, exact=True)


def _left(column: str) -> int:
    """How far right a column of the board begins."""
    names = list(_WIDTHS)
    return sum(_WIDTHS[name] for name in names[: names.index(column)])


def _number(board: Grid, row: int, column: str) -> int:
    return int(board.text(row, column).replace(",", "").replace("%", "").strip() or 0)


def _sorted_by(page: Page, column: str) -> Grid:
    """The board with the largest of a column on top."""
    board = Grid(settled(page))
    for sign in ("↑", "↓"):
        settled(page).locator(".dvn-scroller").first.click(
            position={"x": _left(column) + _HEADING, "y": _HEADING}
        )
        heading = page.locator("[role=columnheader]").get_by_text(f"{sign} {column}", exact=True)
        expect(heading).to_be_attached()
    largest = max(_number(board, row, column) for row in range(board.row_count()))
    expect(board.cell(0, column)).to_have_text(re.compile(rf"^\s*{largest:,}%?$"))
    numbers = [_number(board, row, column) for row in range(board.row_count())]
    assert numbers == sorted(numbers, reverse=True)
    return board


def _follow(page: Page, row: int, column: str) -> list[tuple[Locator, int]]:
    """Click a number of the board that is in several accounts, and read what is listed of it.

    Right after it was filtered, the board may miss a first click, as any grid may.
    """
    for _ in range(3):
        Grid(page).click(row, _left(column) + _WIDTHS[column] - _FROM_RIGHT)
        with suppress(AssertionError):
            expect(page.get_by_role("dialog")).to_be_visible(timeout=3_000)
            break
    return _listed(page)


def _listed(page: Page) -> list[tuple[Locator, int]]:
    """The dialog's links to Review, and how many rows each says there are."""
    dialog = settled(page).get_by_role("dialog")
    links = dialog.get_by_role("link").filter(has_text=re.compile(r"^\D*[\d,]+ · "))
    links.first.wait_for()
    texts = links.all_inner_texts()
    numbers = [re.search(r"([\d,]+) · ", text) for text in texts]
    found = [int(one[1].replace(",", "")) for one in numbers if one]
    assert len(found) == len(texts)
    return [(links.nth(at), rows) for at, rows in enumerate(found)]


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
