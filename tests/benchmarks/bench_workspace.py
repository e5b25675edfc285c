"""Review and Overview of a firm with 100,000 transactions, as a person waits for them in Chromium.

    python -m tests.benchmarks.bench_workspace

The app runs in a process of its own on SQLite. Each figure is the median of some rounds, from the
click, the key or the address to what the person waits for. A page that says three words, served by
Streamlit alone, is opened in each round, too: no page of Streamlit opens faster than that. Exit 1
when a median without the first, which is cold, misses its goal.
"""

import argparse
import re
import shutil
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from statistics import median
from urllib.parse import quote

from playwright.sync_api import Page, expect, sync_playwright
from pydantic import SecretStr

from ledgersync import clock
from ledgersync.config import Settings
from ledgersync.demo.firm import DemoFirm
from ledgersync.demo.records import Scale
from ledgersync.demo.server import DemoServer
from ledgersync.domain.charts import GlAccount, Vendor
from ledgersync.domain.clients import BankAccount
from ledgersync.domain.decisions import Edit
from ledgersync.domain.periods import Period
from ledgersync.domain.transactions import Status
from ledgersync.services import connecting, loading, reviewing, suggesting, syncing
from ledgersync.services.workspace import Workspace, local_actor, open_workspace
from ledgersync.storage import charts
from tests.browser.servers import Home, running_app, running_script
from tests.browser.steps import Grid, press, settled

CLIENTS, ACCOUNTS, ROWS = 20, 2, 2_500
CODES, VENDORS = 60, 80
BULK, BULKS = 1_000, 3
_EDIT, _OVERVIEW, _REVIEW = (
    "An edit is saved and shown",
    "Overview opens, by its address",
    "Review opens, by its address",
)
GOALS = {_OVERVIEW: 1.0, _REVIEW: 1.5, _EDIT: 0.3}  # seconds
BULK_GOAL = 1.0
_EMPTY = 'import streamlit as st\n\nst.write("Nothing stands here")\n'

# Asked by the page itself at every frame: from outside it would be asked some times a second.
_STANDS = """([part, words]) => [...document.querySelectorAll(part)].some(
    found => found.textContent.includes(words) && found.getBoundingClientRect().height > 0
        && found.checkVisibility())"""
_GRID, _TOAST, _TEXT = (
    f"[data-testid={part}]" for part in ("data-grid-canvas", "stToast", "stMarkdown")
)


@dataclass(frozen=True)
class Place:
    """The link to an account of Review, and a search that leaves about 1,000 of its open rows."""

    link: str
    search: str


@dataclass(frozen=True)
class Firm:
    """The app and the empty page in a browser."""

    page: Page
    url: str
    empty: str

    def review(self, place: Place, search: str = "") -> str:
        return f"{self.url}/review?{place.link}&show=to_review&search={quote(search)}"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    rounds = parser.parse_args().rounds
    chromium = next(filter(None, map(shutil.which, ("chromium", "google-chrome"))), None)
    if chromium is None:
        raise SystemExit(
            "No Chromium found. Install it, for example with: apt-get install chromium"
        )
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        home = Home(Path(folder) / "home")
        places = _make(home)
        script = Path(folder) / "empty.py"
        script.write_text(_EMPTY)
        options = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
        with (
            playwright.chromium.launch(executable_path=chromium, args=options) as browser,
            running_app(home) as url,
            running_script(script) as empty,
        ):
            page = browser.new_page(viewport={"width": 1280, "height": 860})
            page.set_default_timeout(60_000)
            met = _measure(Firm(page, url, empty), places, rounds)
    sys.exit(not met)


def _make(home: Home) -> list[Place]:
    """A firm of 100,000 transactions, half of them coded; returns some of its accounts."""
    home.root.mkdir(parents=True)
    firm = DemoFirm(7, clock.today(), Scale(CLIENTS, ACCOUNTS, ROWS))
    with DemoServer(firm) as server:
        settings = Settings(
            data_dir=home.root / "data",
            config_dir=home.root / "config",
            key_file=home.root / "firm.key",
            api_url=server.url,
        )
        workspace = open_workspace(settings)
        try:
            return _fill(workspace)
        finally:
            workspace.close()


def _fill(workspace: Workspace) -> list[Place]:
    actor, today = local_actor(workspace), clock.today()
    email, password = SecretStr(DemoServer.email), SecretStr(DemoServer.password)
    connecting.save_integration(actor, workspace, email, password)
    syncing.sync_clients(actor, workspace)
    accounts = reviewing.list_all_accounts(actor, workspace)
    period = Period(today - timedelta(days=3 * 365), today)
    report = loading.load_transactions(actor, workspace, [a.id for a in accounts], period)
    print(f"{report.total('new'):,} transactions in {len(accounts)} bank accounts")
    for client_id in {account.client_id for account in accounts}:
        _give_lists(workspace, client_id)
    for account in accounts:
        _code_half(workspace, account.id, period)
    suggesting.suggest(actor, workspace, [account.id for account in accounts])
    return [
        _place(workspace, account, period) for account in accounts[: ACCOUNTS * BULKS : ACCOUNTS]
    ]


def _place(workspace: Workspace, account: BankAccount, period: Period) -> Place:
    """An account with the amount that about 1,000 of its open rows don't exceed."""
    sheet = reviewing.review_sheet(local_actor(workspace), workspace, account.id, period)
    sizes = sorted(abs(row.amount) for row in sheet.rows if row.status is Status.TO_REVIEW)
    days = f"start={period.start.isoformat()}&end={period.end.isoformat()}"
    link = f"client={account.client_id}&account={account.id}&{days}"
    return Place(link, f"<={sizes[:BULK][-1] / 100:.2f}")


def _give_lists(workspace: Workspace, client_id: str) -> None:
    with workspace.database.writing() as tx:
        codes = (GlAccount("", client_id, str(6000 + n), f"Expense {n}", "") for n in range(CODES))
        charts.add_gl_accounts(tx, codes)
        names = (Vendor("", client_id, f"V{n}", f"Vendor {n}", "") for n in range(VENDORS))
        charts.add_vendors(tx, names)


def _code_half(workspace: Workspace, account_id: str, period: Period) -> None:
    actor = local_actor(workspace)
    sheet = reviewing.review_sheet(actor, workspace, account_id, period)
    edits = [
        Edit(row.id, 0, sheet.vendors[at % VENDORS].id, sheet.chart[at % CODES].code)
        for at, row in enumerate(sheet.rows[::2])
        if not row.pending
    ]
    reviewing.save_edits(actor, workspace, account_id, edits)


def _measure(firm: Firm, places: list[Place], rounds: int) -> bool:
    """Print the figures; whether those that have a goal meet it."""
    first = firm.review(places[0])
    opening = {
        "An empty page of Streamlit opens": lambda: _open_empty(firm),
        _OVERVIEW: lambda: _open_overview(firm),
        _REVIEW: lambda: _open_review(firm.page, first),
        "... Overview, from a click on it": lambda: _click_overview(firm.page),
        "... Review, from a click on it": lambda: _click_review(firm.page),
    }
    took: dict[str, list[float]] = {what: [] for what in opening}
    for _ in range(rounds):
        for what, work in opening.items():
            took[what].append(_timed(work))
            settled(firm.page)
    took[_EDIT] = [_edit(firm.page, row) for row in range(rounds)]
    met = [report(what, seconds, GOALS.get(what)) for what, seconds in took.items()]
    changes = [_bulk(firm, place) for place in places]
    rows = " / ".join(f"{rows:,}" for rows, _ in changes)
    bulk = [seconds for _, seconds in changes]
    return all([*met, report(f"A bulk change of {rows} rows", bulk, BULK_GOAL)])


def report(what: str, seconds: list[float], goal: float | None) -> bool:
    """Print a figure; whether the median of those after the first meets the goal."""
    met = goal is None or median(seconds[1:] or seconds) <= goal
    judged = "" if goal is None else f", goal {goal} s: {'met' if met else 'NOT met'}"
    print(
        f"{what:44} {median(seconds):5.2f} s "
        f"(first {seconds[0]:.2f} s, worst {max(seconds):.2f} s){judged}"
    )
    return met


def _timed(work: Callable[[], None]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def _stands(page: Page, part: str, words: str = "") -> None:
    """Wait until a part of the page that says these words can be seen."""
    page.wait_for_function(_STANDS, arg=[part, words])


def _open_empty(firm: Firm) -> None:
    firm.page.goto(firm.empty)
    _stands(firm.page, _TEXT, "Nothing stands here")


def _open_overview(firm: Firm) -> None:
    firm.page.goto(firm.url)
    _overview_stands(firm.page)


def _open_review(page: Page, link: str) -> None:
    page.goto(link)
    _stands(page, _GRID)


def _click_overview(page: Page) -> None:
    page.get_by_role("link", name="Overview", exact=True).first.click()
    _overview_stands(page)


def _click_review(page: Page) -> None:
    page.get_by_role("link", name="Review", exact=True).first.click()
    _stands(page, "button", "Load Transactions")
    _stands(page, _GRID)


def _overview_stands(page: Page) -> None:
    _stands(page, "[data-testid=stMain] *", "Clients in ")
    _stands(page, _GRID)


def _edit(page: Page, row: int) -> float:
    """From Enter in a cell's list to the toast that says it is saved."""
    settled(page)
    grid, label = Grid(page), f"{6000 + row + 7} - Expense {row + 7}"
    grid.type_into(row, "GL code", str(6000 + row + 7))
    page.locator("#portal").get_by_text(label, exact=True).wait_for()

    def save() -> None:
        page.keyboard.press("Enter")
        _stands(page, _TOAST, label)

    return _timed(save)


def _bulk(firm: Firm, place: Place) -> tuple[int, float]:
    """How many rows a search left, and from the button to the toast that says so many are coded."""
    page, code = firm.page, 6020
    _open_review(page, firm.review(place, place.search))
    settled(page)
    press(page, re.compile(r"^Tick all [\d,]+$"))
    ticked = page.get_by_text(re.compile(r"^[\d,]+ rows, .* ticked$"))
    rows = int((ticked.text_content() or "").split()[0].replace(",", ""))
    settled(page)
    press(page, "GL code or vendor")
    field = page.get_by_role("combobox", name="GL code", exact=True)
    field.click()
    field.fill(f"{code} - Expense 20")
    field.press("Enter")
    button = re.compile(r"Set on [\d,]+ rows")
    expect(page.get_by_role("button", name=button)).to_be_enabled()
    settled(page)

    def save() -> None:
        press(page, button)
        _stands(page, _TOAST, f"on {rows:,} rows")

    return rows, _timed(save)


if __name__ == "__main__":
    main()
