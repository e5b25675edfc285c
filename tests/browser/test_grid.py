"""Editing in the real grid: an edit belongs to its transaction, whatever is shown later."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.browser.books import query
from tests.browser.conftest import OpenPage
from tests.browser.servers import Home, running_app
from tests.browser.steps import Grid, says, settled, shown_as, titled

_ACCOUNT = """
    SELECT b.id, b.client_id FROM bank_accounts b JOIN clients c ON c.id = b.client_id
     WHERE c.name = 'Marigold Lane Boutique' AND b.mask = '3077'
"""
_CODES = "SELECT transaction_id, gl_code, vendor_id, standing, version FROM decisions"


@pytest.fixture
def demo(prepared_demo: Home, tmp_path: Path) -> Home:
    """The demo's folders, for one test alone."""
    return prepared_demo.copy_to(tmp_path / "home")


@pytest.fixture
def review(demo: Home) -> Iterator[str]:
    """A link to Review of an account that is reviewed half-way."""
    [place] = query(demo.database, _ACCOUNT)
    with running_app(demo) as url:
        yield f"{url}/review?client={place['client_id']}&account={place['id']}"


def _codes(demo: Home) -> dict[str, tuple[object, ...]]:
    return {row["transaction_id"]: tuple(row.values()) for row in query(demo.database, _CODES)}


def test_an_edit_stays_with_its_row_when_the_filter_changes(
    demo: Home, review: str, open_page: OpenPage
) -> None:
    page = titled(open_page(review), "Review")
    before = _codes(demo)
    shown_as(page, "To review")
    grid = Grid(page)
    grid.edit(2, "GL code", "office", "6250 - Office Supplies")
    says(page, "GL code 6250 - Office Supplies for ")
    edited = {key for key, row in _codes(demo).items() if before.get(key) != row}
    assert len(edited) == 1
    for name in ("Reviewed", "All", "Unmatched", "To review"):
        shown_as(page, name)
        settled(page)
    after = _codes(demo)
    assert {key for key, row in after.items() if before.get(key) != row} == edited


def test_two_quick_edits_are_both_kept(demo: Home, review: str, open_page: OpenPage) -> None:
    page = titled(open_page(f"{review}&show=to_review"), "Review")
    before = _codes(demo)
    grid = Grid(page)
    grid.edit(0, "GL code", "office", "6250 - Office Supplies")
    grid.edit(1, "GL code", "office", "6250 - Office Supplies")
    expect(grid.cell(0, "GL code")).to_have_text("6250 - Office Supplies")
    changed = [row for key, row in _codes(demo).items() if before.get(key) != row]
    assert [(row[1], row[3]) for row in changed] == [("6250", "reviewed")] * 2
