"""Matching on the demo firm: load, look at the methods, correct a row, make a rule, load again."""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from ledgersync import clock
from ledgersync.config import Mode
from ledgersync.domain.actors import Actor
from ledgersync.domain.clients import BankAccount
from ledgersync.domain.periods import last_month
from ledgersync.domain.transactions import Method, Status, Transaction
from ledgersync.services import reviewing, rule_lists, rule_report
from ledgersync.services.workspace import Workspace, local_actor, open_workspace
from ledgersync.storage.rules import StoredRule
from tests.browser.conftest import OpenPage
from tests.browser.servers import Home, running_app
from tests.browser.steps import Grid, filter_counts, press, says, search_for, settled, titled
from tests.conftest import settings_in

CLIENT, MASK = "Cobalt Fern Software LLC", "1288"
PAYEE, CODE, GL = "STARBUCKS", "6250", "6250 - Office Supplies"
THRESHOLD = 0.9
FILTERS = {
    "Rule": Method.RULE,
    "AI": Method.AI,
    "Semantic": Method.SEMANTIC,
    "Unmatched": Method.NONE,
}
NOWHERE = "http://127.0.0.1:9/"  # the test asks the database, never the feed


@dataclass(frozen=True)
class Books:
    """What is stored for the account, as the services tell it."""

    workspace: Workspace
    admin: Actor
    account: BankAccount

    def rows(self) -> dict[str, Transaction]:
        """Last month's rows by id, in the order of the page."""
        month = last_month(clock.today())
        sheet = reviewing.review_sheet(self.admin, self.workspace, self.account.id, month)
        return {row.id: row for row in sheet.rows}

    def open_rows(self) -> list[Transaction]:
        return [row for row in self.rows().values() if row.status is Status.TO_REVIEW]

    def newest_rule(self) -> StoredRule:
        found = rule_lists.list_rules(self.admin, self.workspace).entries
        return max((entry.stored for entry in found), key=lambda stored: stored.rule.number)

    def hits(self, stored: StoredRule) -> int:
        report = rule_report.rule_report(self.admin, self.workspace)
        return report.hits[stored.rule.id].count


@pytest.fixture
def demo(prepared_demo: Home, tmp_path: Path) -> Home:
    """The demo's folders, for one test alone."""
    return prepared_demo.copy_to(tmp_path / "home")


@pytest.fixture
def books(demo: Home) -> Iterator[Books]:
    settings = settings_in(demo.root, mode=Mode.DEMO)
    workspace = open_workspace(settings, feed_address=NOWHERE)
    admin = local_actor(workspace)
    [client] = [c for c in reviewing.list_clients(admin, workspace) if c.name == CLIENT]
    accounts = reviewing.list_accounts(admin, workspace, client.id)
    yield Books(workspace, admin, next(one for one in accounts if one.mask == MASK))
    workspace.close()


def test_a_correction_becomes_a_rule_and_stays_one(
    demo: Home, books: Books, open_page: OpenPage
) -> None:
    account = books.account
    with running_app(demo) as url:
        place = f"{url}/review?client={account.client_id}&account={account.id}"
        page = titled(open_page(place, width=1600), "Review")
        _load_and_see_the_methods(page, books)
        corrected = _correct_a_row(page, books)
        rule = _make_a_rule_of_it(page, books, corrected)
        _see_its_effect(page, books, rule, corrected)
        _load_again(page, books)
        _accept_what_is_sure_and_undo_it(page, books)
        _find_the_rule_on_its_page(page, books, rule)
        page.close()


def _load_and_see_the_methods(page: Page, books: Books) -> None:
    assert not books.rows()
    press(page, "Load Transactions")
    says(page, re.compile(r"Loaded: \d+ new, .* of \d+ open rows have a suggestion\."))
    settled(page)
    stored = books.open_rows()
    methods = Counter(row.method for row in stored)
    shown = filter_counts(page)
    assert {name: shown[name] for name in FILTERS} == {
        name: methods[method] for name, method in FILTERS.items()
    }
    assert shown["To review"] == shown["All"] == len(stored)
    assert all(methods[method] for method in FILTERS.values())


def _correct_a_row(page: Page, books: Books) -> Transaction:
    """Give the first row of a payee another code than is suggested."""
    search_for(page, PAYEE)
    grid = Grid(page)
    grid.rows_are(sum(_found(row) for row in books.rows().values()))
    row = next(row for row in books.open_rows() if row.description.startswith(PAYEE))
    assert row.suggested
    assert row.gl_code != CODE
    at = _places(grid)[0]
    assert grid.text(at, "Description") == row.description
    assert grid.text(at, "Date") == row.date.isoformat()
    grid.edit(at, "GL code", "office", GL)
    says(page, f"GL code {GL} for {PAYEE}")
    after = books.rows()[row.id]
    assert (after.gl_code, after.method, after.status) == (CODE, Method.MANUAL, Status.REVIEWED)
    return after


def _found(row: Transaction) -> bool:
    """Whether a search for the payee shows the row."""
    return PAYEE in f"{row.description} {row.vendor_name}".upper()


def _places(grid: Grid) -> list[int]:
    """Where the grid has the payee's rows, from the top."""
    rows = range(grid.row_count())
    return [at for at in rows if grid.text(at, "Description").startswith(PAYEE)]


def _make_a_rule_of_it(page: Page, books: Books, corrected: Transaction) -> StoredRule:
    press(page, re.compile(rf"Always do this for {PAYEE}"))
    dialog = page.get_by_role("dialog")
    says(dialog, re.compile(r"Would change \d+ rows"))
    says(dialog, GL)
    press(dialog, "Save as rule")
    expect(dialog).to_have_count(0)
    settled(page)
    rule = books.newest_rule()
    assert rule.rule.gl_code == CODE
    assert rule.rule.client_id == books.account.client_id
    assert books.rows()[corrected.id] == corrected
    return rule


def _see_its_effect(page: Page, books: Books, stored: StoredRule, corrected: Transaction) -> None:
    rule, grid = stored.rule, Grid(page)
    others = [row for row in books.open_rows() if row.description.startswith(PAYEE)]
    assert others
    assert {(row.method, row.rule_id, row.gl_code) for row in others} == {
        (Method.RULE, rule.id, CODE)
    }
    first, *following = _places(grid)
    expect(grid.cell(first, "Status")).to_contain_text("Reviewed")
    assert grid.text(first, "Description") == corrected.description
    assert len(following) == len(others)
    for at in following:
        expect(grid.cell(at, "GL code")).to_have_text(GL)
        expect(grid.cell(at, "Status")).to_contain_text("Rule")
        expect(grid.cell(at, "Why")).to_contain_text(f"Rule {rule.number}: ")


def _load_again(page: Page, books: Books) -> None:
    before = books.rows()
    press(page, "Load Transactions")
    says(page, "Loaded: 0 new, 0 updated, 0 removed, 0 set aside")
    settled(page)
    after = books.rows()
    assert after.keys() == before.keys()
    assert [_decided(row) for row in after.values()] == [_decided(row) for row in before.values()]


def _decided(row: Transaction) -> tuple[object, ...]:
    """What people said of a row, by hand or with a rule; what is learned may shift a little."""
    codes = (row.rule_id, row.gl_code) if row.rule_id or row.version else ()
    return (row.status, row.version, *codes)


def _accept_what_is_sure_and_undo_it(page: Page, books: Books) -> None:
    before = books.rows()
    sure = {
        row.id
        for row in books.open_rows()
        if row.suggested and row.gl_code and not row.pending and (row.confidence or 0) >= THRESHOLD
    }
    assert sure
    press(page, "Accept suggestions")
    dialog = page.get_by_role("dialog")
    says(dialog, re.compile(rf"{len(sure)} rows?, .* in total"))
    press(dialog, f"Accept {len(sure)} suggestion")
    says(page, re.compile(rf"Accepted {len(sure)} suggestions? at 90% or more"))
    settled(page)
    after = books.rows()
    assert {key for key, row in after.items() if row.status is not before[key].status} == sure
    assert all(after[key].gl_code == before[key].gl_code for key in sure)
    page.get_by_role("button", name="Undo", exact=True).click()
    says(page, re.compile(rf"Undid: Accepted {len(sure)} suggestion"))
    settled(page)
    assert {row.id for row in books.open_rows()} == {
        key for key, row in before.items() if row.status is Status.TO_REVIEW
    }


def _find_the_rule_on_its_page(page: Page, books: Books, stored: StoredRule) -> None:
    page.get_by_role("link", name="Rules", exact=True).first.click()
    titled(page, "Rules")
    search_for(page, f"{PAYEE} {stored.rule.number}")
    says(page, "1 rule, in the order in which they apply")
    grid = Grid(page)
    expect(grid.cell(0, "Sets")).to_contain_text(CODE)
    expect(grid.cell(0, "For")).to_contain_text(CLIENT)
    assert books.hits(stored) > 0
    expect(grid.cell(0, "Hits")).to_have_text(str(books.hits(stored)))
