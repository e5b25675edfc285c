"""Review and Overview of a firm with 100,000 transactions, as a person waits for them in Chromium.

    python -m tests.benchmarks.bench_workspace

The app runs in a process of its own on SQLite. Each figure is the median of some rounds, from the
click, the key or the address to what the person waits for.
"""

import argparse
import shutil
import tempfile
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from statistics import median

from playwright.sync_api import Page, expect, sync_playwright
from pydantic import SecretStr

from ledgersync import clock
from ledgersync.config import Settings
from ledgersync.demo.firm import DemoFirm
from ledgersync.demo.records import Scale
from ledgersync.demo.server import DemoServer
from ledgersync.domain.charts import GlAccount, Vendor
from ledgersync.domain.decisions import Edit
from ledgersync.domain.periods import Period
from ledgersync.services import connecting, loading, reviewing, suggesting, syncing
from ledgersync.services.workspace import Workspace, local_actor, open_workspace
from ledgersync.storage import charts
from tests.browser.servers import Home, running_app
from tests.browser.steps import Grid, press, settled

CLIENTS, ACCOUNTS, ROWS = 20, 2, 2_500
CODES, VENDORS = 60, 80


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
        place = _make(home)
        options = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
        with (
            playwright.chromium.launch(executable_path=chromium, args=options) as browser,
            running_app(home) as url,
        ):
            page = browser.new_page(viewport={"width": 1280, "height": 860})
            page.set_default_timeout(60_000)
            _measure(page, url, place, rounds)


def _make(home: Home) -> str:
    """A firm of 100,000 transactions, half of them coded; returns the link to its first account."""
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


def _fill(workspace: Workspace) -> str:
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
    first = accounts[0]
    days = f"start={period.start.isoformat()}&end={period.end.isoformat()}"
    return f"client={first.client_id}&account={first.id}&{days}"


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


def _measure(page: Page, url: str, place: str, rounds: int) -> None:
    review = f"{url}/review?{place}&show=to_review"
    _report("Overview opens", [_timed(lambda: _open_overview(page, url)) for _ in range(rounds)])
    _report("Review opens", [_timed(lambda: _open_review(page, review)) for _ in range(rounds)])
    edits = [_edit(page, row) for row in range(rounds)]
    _report("An edit is saved and shown", edits)
    _open_review(page, review)
    _report("A bulk change of all open rows", [_bulk(page)])


def _report(what: str, seconds: list[float]) -> None:
    worst = max(seconds)
    print(f"{what:34} {median(seconds):5.2f} s (first {seconds[0]:.2f} s, worst {worst:.2f} s)")


def _timed(work: Callable[[], None]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def _open_overview(page: Page, url: str) -> None:
    page.goto(url)
    page.get_by_test_id("data-grid-canvas").first.wait_for()
    expect(page.get_by_text("Clients in ").first).to_be_visible()


def _open_review(page: Page, link: str) -> None:
    page.goto(link)
    page.get_by_test_id("data-grid-canvas").first.wait_for()


def _edit(page: Page, row: int) -> float:
    """From Enter in a cell's list to the toast that says it is saved."""
    settled(page)
    grid, label = Grid(page), f"{6000 + row + 7} - Expense {row + 7}"
    grid.type_into(row, "GL code", str(6000 + row + 7))
    page.locator("#portal").get_by_text(label, exact=True).wait_for()
    toast = page.get_by_test_id("stToast").filter(has_text=label)

    def save() -> None:
        page.keyboard.press("Enter")
        toast.first.wait_for()

    return _timed(save)


def _bulk(page: Page) -> float:
    """From the button to the toast, for the open rows of the account that a search leaves."""
    code = 6020
    label = f"{code} - Expense 20"
    settled(page)
    press(page, "Tick all")
    settled(page)
    press(page, "GL code or vendor")
    field = page.get_by_role("combobox", name="GL code", exact=True)
    field.click()
    field.fill(label)
    field.press("Enter")
    settled(page)
    toast = page.get_by_test_id("stToast").filter(has_text=f"GL code {code} on ")

    def save() -> None:
        press(page, "Set GL code")
        toast.first.wait_for()

    took = _timed(save)
    page.keyboard.press("Escape")
    return took


if __name__ == "__main__":
    main()
