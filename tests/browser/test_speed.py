"""Speed of hand: a month of several accounts reviewed and exported with few clicks and keys."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect
from python_calamine import CalamineWorkbook

from ledgersync import clock
from ledgersync.domain.periods import last_month
from tests.browser.books import expected_acs_rows, query
from tests.browser.conftest import OpenPage
from tests.browser.servers import Home, running_app
from tests.browser.steps import says, settled, titled

ROWS, INTERACTIONS = 300, 60
_OPEN_ROWS = """
    SELECT t.account_id, t.id FROM transactions t LEFT JOIN decisions d ON d.transaction_id = t.id
     WHERE t.date BETWEEN ? AND ? AND coalesce(d.standing, 'to_review') = 'to_review'
"""


@dataclass
class Hand:
    """A person's hand on a page: every click, key and typed text counts as one."""

    page: Page
    interactions: int = 0

    def press(self, name: str | re.Pattern[str], within: Locator | None = None) -> None:
        self.interactions += 1
        (within or self.page).get_by_role("button", name=name).first.click()
        settled(self.page)

    def choose(self, label: str, typed: str, whole: str, within: Locator) -> None:
        """Click into a list, type, take what is found: three."""
        self.interactions += 3
        field = within.get_by_role("combobox", name=label, exact=True)
        field.click()
        field.fill(typed)
        expect(self.page.get_by_role("option").first).to_contain_text(whole)
        field.press("Enter")
        settled(self.page)

    def download(self, name: re.Pattern[str], folder: Path) -> Path:
        self.interactions += 1
        with self.page.expect_download() as download:
            self.page.get_by_role("button", name=name).click()
        file = folder / download.value.suggested_filename
        download.value.save_as(file)
        return file


@pytest.fixture
def demo(prepared_demo: Home, tmp_path: Path) -> Home:
    """The demo's folders, for one test alone."""
    return prepared_demo.copy_to(tmp_path / "home")


@pytest.fixture
def url(demo: Home) -> Iterator[str]:
    with running_app(demo) as address:
        yield address


def _open_rows(demo: Home) -> dict[str, set[str]]:
    """Last month's rows to review, by bank account."""
    month = last_month(clock.today())
    found: dict[str, set[str]] = {}
    for row in query(demo.database, _OPEN_ROWS, (str(month.start), str(month.end))):
        found.setdefault(row["account_id"], set()).add(row["id"])
    return found


def test_a_month_is_reviewed_and_exported_with_few_interactions(
    demo: Home, url: str, open_page: OpenPage, tmp_path: Path
) -> None:
    before = _open_rows(demo)
    page = titled(open_page(url), "Overview")
    hand = Hand(page)
    hand.interactions += 1
    page.get_by_role("link", name="Review", exact=True).first.click()
    titled(page, "Review")
    done: set[str] = set()
    while sum(len(before[account]) for account in done) < ROWS:
        if done:
            _go_where_most_rows_wait(hand)
        account = _account(page, done)
        _review(hand, demo, account)
        assert account not in _open_rows(demo)
        _export(hand, demo, account, tmp_path)
        done.add(account)
    rows = sum(len(before[account]) for account in done)
    assert hand.interactions < INTERACTIONS, f"{rows} rows, {len(done)} accounts"
    page.close()


def _go_where_most_rows_wait(hand: Hand) -> None:
    hand.interactions += 1
    hand.page.get_by_role("button", name=re.compile(r" \(\d+ rows?\)$")).last.click()


def _account(page: Page, done: set[str]) -> str:
    """The bank account that the page is at: another one than before."""
    pattern = re.compile(rf"account=(?!{'|'.join(done) or '-'})(\w+)")
    expect(page).to_have_url(pattern, timeout=30_000)
    settled(page)
    found = pattern.search(page.url)
    assert found
    return found[1]


def _review(hand: Hand, demo: Home, account: str) -> None:
    """Take what is sure, look at the rest by group, and code what nothing is suggested for."""
    page = hand.page
    hand.press("Accept suggestions")
    hand.press(re.compile(r"^Accept \d+ suggestion"), page.get_by_role("dialog"))
    says(page, re.compile("Accepted .* at 90% or more"))
    if page.get_by_role("button", name="By group").is_disabled():
        return
    hand.press("By group")
    dialog = page.get_by_role("dialog")
    accept = dialog.get_by_role("button", name=re.compile(r"^Accept \d+ suggested group"))
    expect(accept).to_be_visible()
    if accept.is_enabled():
        hand.press(re.compile(r"^Accept \d+ suggested group"), dialog)
    settled(page)
    if account in _open_rows(demo):  # else the dialog closes by itself
        hand.press(re.compile(r"^Tick (all|the group)"), dialog)
        hand.choose("GL code for ticked groups", "office", "Office Supplies", dialog)
    expect(dialog).to_have_count(0)
    says(page, "Nothing is left to review here.")


def _export(hand: Hand, demo: Home, account: str, folder: Path) -> None:
    month = last_month(clock.today())
    wanted = expected_acs_rows(demo.database, account, month.start, month.end)
    hand.press("Export to ACS Format")
    go_on = hand.page.get_by_role("button", name=re.compile("^I have seen"))
    ready = re.compile(r"^Download export \d+")
    expect(go_on.or_(hand.page.get_by_role("button", name=ready)).first).to_be_visible()
    if go_on.count():
        hand.press(re.compile("^I have seen"))
    file = hand.download(ready, folder)
    sheet = CalamineWorkbook.from_path(file).get_sheet_by_index(0)
    _, *rows = sheet.to_python(skip_empty_area=False)
    assert _sorted(rows) == _sorted(wanted)


def _sorted(rows: Iterable[Sequence[object]]) -> list[str]:
    """Rows in one order, without the memo: there the demo's files say that they are a demo's."""
    return sorted(repr(tuple(row[:-1])) for row in rows)
