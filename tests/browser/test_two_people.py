"""Two people on one account: a colleague's change, the choice, the list of changes and its undo."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import expect

from ledgersync import clock
from ledgersync.config import Mode
from ledgersync.domain.actors import Actor, Role
from ledgersync.domain.clients import BankAccount
from ledgersync.domain.decisions import Edit
from ledgersync.domain.periods import last_month
from ledgersync.domain.transactions import Status, Transaction
from ledgersync.services import presence, reviewing
from ledgersync.services.workspace import Workspace, local_actor, open_workspace
from ledgersync.storage import users
from tests.browser.conftest import OpenPage
from tests.browser.servers import Home, running_app
from tests.browser.steps import Grid, press, says, settled, shown_as, titled
from tests.conftest import settings_in

CLIENT, MASK = "Marigold Lane Boutique", "3077"
MINE, THEIRS = "6250 - Office Supplies", "6400 - Rent"
DANA = Actor("dana", "Dana White")
NOWHERE = "http://127.0.0.1:9/"  # the test asks the database, never the feed


@dataclass(frozen=True)
class Colleague:
    """Dana, who works on the account past the browser."""

    workspace: Workspace
    account: BankAccount

    def rows(self) -> list[Transaction]:
        month = last_month(clock.today())
        return list(reviewing.review_sheet(DANA, self.workspace, self.account.id, month).rows)

    def first_open(self) -> Transaction:
        return next(row for row in self.rows() if row.status is Status.TO_REVIEW)

    def code(self, row: Transaction, gl_code: str) -> None:
        edit = Edit(row.id, row.version, gl_code=gl_code)
        assert reviewing.save_edits(DANA, self.workspace, self.account.id, [edit]).saved == 1

    def gl_code(self, row: Transaction) -> str:
        return next(one.gl_code for one in self.rows() if one.id == row.id)


@pytest.fixture
def demo(prepared_demo: Home, tmp_path: Path) -> Home:
    """The demo's folders, for one test alone."""
    return prepared_demo.copy_to(tmp_path / "home")


@pytest.fixture
def dana(demo: Home) -> Iterator[Colleague]:
    workspace = open_workspace(settings_in(demo.root, mode=Mode.DEMO), feed_address=NOWHERE)
    with workspace.database.writing() as tx:
        users.add_user(tx, users.User(DANA.user_id, DANA.name, Role.STAFF, disabled=False))
    admin = local_actor(workspace)
    [client] = [c for c in reviewing.list_clients(admin, workspace) if c.name == CLIENT]
    accounts = reviewing.list_accounts(admin, workspace, client.id)
    yield Colleague(workspace, next(one for one in accounts if one.mask == MASK))
    workspace.close()


def test_a_colleague_is_seen_their_change_is_shown_and_the_choice_is_kept(
    demo: Home, dana: Colleague, open_page: OpenPage
) -> None:
    presence.note(DANA, dana.workspace, dana.account.id)
    with running_app(demo) as url:
        place = f"{url}/review?client={dana.account.client_id}&account={dana.account.id}"
        page = titled(open_page(place), "Review")
        says(page, "Dana White is working on this account, last seen")
        shown_as(page, "To review")
        row = dana.first_open()
        grid = Grid(settled(page))
        dana.code(row, THEIRS.split(maxsplit=1)[0])
        grid.type_into(0, "GL code", "office")
        page.locator("#portal").get_by_text(MINE, exact=True).wait_for()
        page.keyboard.press("Enter")
        says(page, re.compile(f"Dana White set this row to {re.escape(THEIRS)}"))
        says(page, f"You wanted {MINE}.")
        assert dana.gl_code(row) == THEIRS.split(maxsplit=1)[0]
        press(page, "Use mine")
        says(page, f"GL code {MINE} for ")
        assert dana.gl_code(row) == MINE.split(maxsplit=1)[0]
        other = titled(open_page(place), "Review")
        press(settled(other), "Changes")
        dialog = other.get_by_role("dialog")
        expect(dialog).to_contain_text(f"GL code {MINE} for ")
        press(dialog, "Undo")
        says(other, re.compile(f"Undid: GL code {re.escape(MINE)} for .*"))
        says(other, re.compile("Undone by Demo admin"))
        expect(other.get_by_role("dialog")).to_be_visible()
        assert dana.gl_code(row) == THEIRS.split(maxsplit=1)[0]
        page.close()
        other.close()
