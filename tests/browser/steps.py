"""What a person does on the app's pages, for its tests: choose by typing, click, edit the grid."""

import re
from contextlib import suppress
from dataclasses import dataclass

from playwright.sync_api import Locator, Page, expect

_HEADER, _ROW = 36, 35
_TICK_WIDTH, _DATE_MIDDLE = 70, 115
_CLICKS = 3
_SORTED = "↑↓ "  # before the heading that a grid is sorted by
# Between a click and the run that it asks for lies a message to the app and one back.
_BREATH = 100
_QUIET = """breath => {
    const app = document.querySelector("[data-testid=stApp]")?.dataset ?? {};
    const quiet = app.testConnectionState === "CONNECTED" && app.testScriptState === "notRunning";
    window.quietSince = quiet ? (window.quietSince ?? performance.now()) : undefined;
    return quiet && performance.now() - window.quietSince >= breath;
}"""
_FILTER = re.compile(r"(\w[\w ]*\w) \(([\d,]+)\)$")


def settled(page: Page) -> Page:
    """Wait until the page stands: connected, and no run of the app under way or about to begin."""
    page.evaluate("window.quietSince = undefined")
    page.wait_for_function(_QUIET, arg=_BREATH, timeout=60_000)
    return page


def titled(page: Page, title: str) -> Page:
    """Wait until the page of that title stands."""
    expect(page.get_by_role("heading", name=title, level=1, exact=True)).to_be_visible(
        timeout=30_000
    )
    return settled(page)


def says(page: Page | Locator, words: str | re.Pattern[str]) -> None:
    """Wait until these words can be seen."""
    expect(page.get_by_text(words).first).to_be_visible(timeout=30_000)


def box(page: Page | Locator, label: str) -> Locator:
    """The field of that label that one can type into."""
    return page.get_by_role("combobox", name=label, exact=True)


def choose(page: Page | Locator, label: str, typed: str, whole: str | re.Pattern[str]) -> None:
    """Choose in a list by typing some letters and pressing Enter."""
    field = box(page, label)
    field.click()
    field.fill(typed)
    expect(field.page.get_by_role("option").first).to_contain_text(whole)
    field.press("Enter")
    expect(field).to_have_value(whole if isinstance(whole, re.Pattern) else re.compile(whole))
    settled(field.page)


def press(page: Page | Locator, name: str | re.Pattern[str]) -> None:
    """Press the button of that name once it can be pressed."""
    page.get_by_role("button", name=name).first.click()


def close_popover(page: Page) -> None:
    """Leave an open pop-over with Escape."""
    settled(page)
    page.keyboard.press("Escape")
    expect(page.get_by_test_id("stPopoverBody")).to_have_count(0)


def shown_as(page: Page, name: str) -> None:
    """Choose one of Review's filters, "To review" and so on, and wait for as many rows."""
    pill = page.get_by_test_id("stButtonGroup").get_by_text(re.compile(rf"^(\W )?{name} \("))
    number = int(re.sub(r"\D", "", pill.text_content() or ""))
    pill.click()
    if number:
        Grid(page).rows_are(number)
    else:
        says(page, "No rows match.")
    settled(page)


def filter_counts(page: Page) -> dict[str, int]:
    """Review's filters and how many rows each has: {"To review": 12, "Rule": 3, ...}."""
    texts = page.get_by_test_id("stButtonGroup").get_by_text(re.compile(r"\([\d,]+\)$"))
    texts.first.wait_for()
    found = (_FILTER.search(text) for text in texts.all_text_contents())
    return {one[1]: int(one[2].replace(",", "")) for one in found if one}


def search_for(page: Page, words: str) -> None:
    """Type into the page's search and wait for what it finds."""
    field = settled(page).get_by_label("Search", exact=True)
    field.fill(words)
    field.press("Enter")
    settled(page)


@dataclass(frozen=True)
class Grid:
    """Review's grid: read as a screen reader reads it, edited by mouse and keyboard."""

    page: Page

    @property
    def _canvas(self) -> Locator:
        return self.page.get_by_test_id("data-grid-canvas").first

    @property
    def _table(self) -> Locator:
        """The grid as a screen reader meets it, inside of what is painted."""
        return self._canvas.locator("[role=grid]")

    def column(self, name: str) -> int:
        heads = self._canvas.locator("[role=columnheader]")
        expect(heads.filter(has_text=name).first).to_be_attached()
        return [head.lstrip(_SORTED) for head in heads.all_text_contents()].index(name)

    def cell(self, row: int, column: str) -> Locator:
        return self._canvas.get_by_test_id(f"glide-cell-{self.column(column)}-{row}")

    def text(self, row: int, column: str) -> str:
        return self.cell(row, column).text_content() or ""

    def row_count(self) -> int:
        return int(self._table.get_attribute("aria-rowcount") or 0) - 1

    def rows_are(self, number: int) -> None:
        """Wait until the grid holds so many rows, with its heading."""
        expect(self._table).to_have_attribute("aria-rowcount", f"{number + 1}")

    def tick(self, row: int) -> None:
        """Click a row's check box."""
        self.click(row, _TICK_WIDTH // 2)

    def edit(self, row: int, column: str, typed: str, whole: str) -> None:
        """Pick from a cell's list: click into the row, go there, type, Enter."""
        self.type_into(row, column, typed)
        self.page.locator("#portal").get_by_text(whole, exact=True).wait_for()
        self.page.keyboard.press("Enter")
        expect(self.cell(row, column)).to_have_text(whole)
        settled(self.page)

    def type_into(self, row: int, column: str, typed: str) -> None:
        """Open a cell's list and type into it."""
        self.go_to(row, column)
        self.page.keyboard.press("Enter")
        field = self.page.locator("#portal").get_by_role("combobox")
        expect(field).to_be_visible()
        field.fill(typed)

    def go_to(self, row: int, column: str) -> None:
        """Click into a row, and go to a cell with the arrow keys."""
        self.select(row)
        for _ in range(self.column(column) - self.column("Date")):
            self.page.keyboard.press("ArrowRight")
        expect(self.cell(row, column)).to_have_attribute("aria-selected", "true")

    def select(self, row: int) -> None:
        """Click into a row; right after the page was scrolled, the grid may miss a first click."""
        date = self.cell(row, "Date")
        for _ in range(_CLICKS):
            self.click(row, _DATE_MIDDLE)
            with suppress(AssertionError):
                expect(date).to_have_attribute("aria-selected", "true", timeout=2_000)
                return
        raise AssertionError(f"row {row} could not be selected")

    def click(self, row: int, across: int) -> None:
        settled(self.page)
        surface = self.page.locator(".dvn-scroller").first
        surface.click(position={"x": across, "y": _HEADER + _ROW * row + _ROW // 2})
