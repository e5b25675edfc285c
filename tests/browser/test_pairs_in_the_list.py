"""Pairs in the browser: a transfer is booked once, and a row listed twice is asked about."""

from pathlib import Path

from playwright.sync_api import Page, expect

from tests.browser.books import query
from tests.browser.conftest import OpenPage
from tests.browser.servers import Home, running_app
from tests.browser.steps import Grid, filter_counts, press, says, settled, shown_as, titled

_ACCOUNT = """
    SELECT b.id, b.client_id FROM bank_accounts b JOIN clients c ON c.id = b.client_id
     WHERE c.name = 'Harbor Light Food Pantry' AND b.mask = '6402'
"""
_STANDINGS = "SELECT standing, gl_code FROM decisions WHERE transfer_with != '' ORDER BY standing"
_ALIKE = "SELECT id FROM transactions WHERE description LIKE ? AND amount = ? ORDER BY date, id"
_STANDING = "SELECT transaction_id, standing FROM decisions WHERE transaction_id IN (?, ?)"
_ANSWERS = "SELECT kind FROM pair_answers"
_DINNER, _GROCERIES = ("%WHOLEFDS L6S%", -4399), ("%TRADER JOE S #825%", -2095)


def test_pairs_are_decided_in_the_list(
    prepared_demo: Home, open_page: OpenPage, tmp_path: Path
) -> None:
    home = prepared_demo.copy_to(tmp_path / "home")
    [place] = query(home.database, _ACCOUNT)
    with running_app(home) as url:
        page = open_page(f"{url}/review?client={place['client_id']}&account={place['id']}")
        titled(page, "Review")
        page.get_by_text("1 possible transfer, 2 possible duplicates").click()
        _confirm_a_transfer_and_undo_it(page, home)
        _say_that_both_are_real(page, home)
        _say_that_two_are_one(page, home)
        page.close()


def _confirm_a_transfer_and_undo_it(page: Page, home: Home) -> None:
    before = len(query(home.database, _STANDINGS))
    says(page, "DEPOSIT HOME BANKING TRANSFER FROM SHARE 6402")
    press(page, "Confirm transfer")
    says(page, "Confirmed 1 transfer.")
    assert len(query(home.database, _STANDINGS)) == before + 2
    assert filter_counts(page)["Reviewed"] == 1
    press(page, "Undo last change")
    says(page, "Undid: Confirmed transfer")
    assert len(query(home.database, _STANDINGS)) == before


def _say_that_both_are_real(page: Page, home: Home) -> None:
    rows = filter_counts(page)["All"]
    pair = page.locator("[class*=st-key-review_duplicate_]").filter(has_text="$43.99")
    expect(pair).to_contain_text("and again 10/")
    press(pair, "Both are real")
    says(page, "1 possible transfer, 1 possible duplicate")
    expect(pair).to_have_count(0)
    says(page, "1 pair decided: not one thing.")
    assert query(home.database, _ANSWERS) == [{"kind": "duplicate"}]
    assert (filter_counts(page)["All"], _standings_of(home, _DINNER)) == (rows, {})


def _say_that_two_are_one(page: Page, home: Home) -> None:
    pair = page.locator("[class*=st-key-review_duplicate_]").filter(has_text="$20.95")
    press(pair, "Exclude the second")
    says(page, "Excluded the second row.")
    expect(pair).to_have_count(0)
    _, second = query(home.database, _ALIKE, _GROCERIES)
    assert _standings_of(home, _GROCERIES) == {second["id"]: "excluded"}
    settled(page)
    shown_as(page, "Excluded")
    assert "TRADER JOE S #825" in Grid(page).text(0, "Description")
    press(page, "Changes")
    says(page.get_by_role("dialog"), "Excluded as listed twice")


def _standings_of(home: Home, alike: tuple[str, int]) -> dict[str, str]:
    """What is decided of the two rows alike, by id."""
    ids = [row["id"] for row in query(home.database, _ALIKE, alike)]
    found = query(home.database, _STANDING, ids)
    return {row["transaction_id"]: row["standing"] for row in found}
