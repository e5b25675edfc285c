"""A month on Review from a wrong balance to a closed period, and open again."""

import re
from pathlib import Path

from playwright.sync_api import Locator, Page, expect

from ledgersync import clock, money
from ledgersync.domain.periods import Period, last_month
from tests.browser.books import query
from tests.browser.conftest import OpenPage
from tests.browser.servers import Home, running_app
from tests.browser.steps import Grid, close_popover, press, says, settled, titled

_ACCOUNT = """
    SELECT b.id, b.client_id FROM bank_accounts b JOIN clients c ON c.id = b.client_id
     WHERE c.name = 'Marigold Lane Boutique' AND b.type = 'savings'
"""
_CLOSING = "SELECT closing FROM statements WHERE account_id = ? AND end = ?"
_PERIODS = "SELECT closed_by, reopened_by, reopen_reason FROM closings"


def test_a_month_is_tied_closed_and_reopened(
    prepared_demo: Home, tmp_path: Path, open_page: OpenPage
) -> None:
    demo = prepared_demo.copy_to(tmp_path / "home")
    [account] = query(demo.database, _ACCOUNT)
    month = last_month(last_month(clock.today()).start)
    [paper] = query(demo.database, _CLOSING, (account["id"], month.end.isoformat()))
    with running_app(demo) as url:
        days = f"start={month.start}&end={month.end}"
        place = f"{url}/review?client={account['client_id']}&account={account['id']}&{days}"
        page = titled(open_page(place), "Review")
        says(page, f"Ties to the statement of {month.end:%m/%d/%Y}.")
        _type_a_wrong_balance_and_correct_it(page, paper["closing"])
        _close_once_all_is_reviewed(page, month)
        _see_an_edit_refused(page)
        _reopen(page)
        page.close()
    [record] = query(demo.database, _PERIODS)
    assert record == {
        "closed_by": "Demo admin",
        "reopened_by": "Demo admin",
        "reopen_reason": "A late fee",
    }


def _statements(page: Page) -> Locator:
    """The pop-over Statements, open."""
    body = page.get_by_test_id("stPopoverBody")
    if not body.count():
        press(page, "Statements")
    expect(body).to_be_visible()
    return body


def _act_on_the_first_row(page: Page, button: str) -> None:
    """Tick it, wait until that is said, and press one of the buttons above the grid."""
    settled(page)
    if page.get_by_text("No rows ticked").count():  # what is refused leaves its row ticked
        Grid(page).tick(0)
    says(page, re.compile(r"^1 row, .* ticked$"))
    wanted = settled(page).locator(f".st-key-review_{button} button")
    if not wanted.count():  # the rarer ones stand under More
        press(page, "More")
        wanted.click()
        close_popover(page)
    else:
        wanted.click()
    settled(page)


def _type_a_wrong_balance_and_correct_it(page: Page, right: int) -> None:
    for cents, button, words in (
        (right - 4217, "Save statement", "Off by $42.17: the statement has more money out."),
        (right, "Save correction", "Ties to the statement"),
    ):
        body = _statements(page)
        body.get_by_label("Closing balance", exact=True).fill(money.plain(cents))
        press(body, button)
        says(page.locator(".st-key-review_ties"), words)
        settled(page)
    close_popover(page)


def _close_once_all_is_reviewed(page: Page, month: Period) -> None:
    _act_on_the_first_row(page, "return")
    says(page, re.compile(r"To review \(1\)"))
    body = _statements(page)
    says(body, re.compile(r"1 row is still to review\."))
    expect(body.get_by_role("button", name="Close period")).to_be_disabled()
    close_popover(page)
    _act_on_the_first_row(page, "reviewed")
    says(page, re.compile(r"To review \(0\)"))
    body = _statements(page)
    press(body, "Close period")
    says(page, re.compile(r"Closed \d\d/\d\d/\d{4} by Demo admin"))
    says(body, f"{month.words()} was closed by Demo admin")
    close_popover(page)


def _see_an_edit_refused(page: Page) -> None:
    _act_on_the_first_row(page, "exclude")
    says(page, re.compile("is closed since .* by Demo admin, so nothing was changed"))


def _reopen(page: Page) -> None:
    body = _statements(page)
    body.get_by_label("Reason for reopening").fill("A late fee")
    press(body, "Reopen period")
    says(body, re.compile("reopened by Demo admin.*A late fee"))
    close_popover(page)
    _act_on_the_first_row(page, "exclude")
    says(page, "1 excluded row counts: it moved money at the bank.")
