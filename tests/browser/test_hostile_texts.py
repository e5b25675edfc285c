"""Texts of banks and clients that try to be more than texts, on every page of the real app."""

from collections.abc import Iterator
from html import escape
from pathlib import Path

import pytest
from playwright.sync_api import FilePayload, Page, expect

from ledgersync import clock
from ledgersync.domain.periods import last_month
from tests.bankfeed.feed_server import FeedServer
from tests.browser.books import query
from tests.browser.conftest import OpenPage
from tests.browser.hostile_feed import EMAIL, HOST, MORE, PASSWORD, TEXTS, answer, client_name
from tests.browser.servers import Home, run_command, running_app
from tests.browser.steps import Grid, press, says, settled, titled
from tests.services.statement_samples import ofx


@pytest.fixture
def firm(chromium: str, tmp_path: Path) -> Iterator[Home]:
    """A firm that is connected to the hostile LedgerSync, has loaded it and exported a file."""
    del chromium
    with FeedServer(answer) as server:
        home = Home(tmp_path / "firm", "local", server.url)
        run_command(home, "connect", "--email", EMAIL, "--password-stdin", typed=PASSWORD)
        period = last_month(clock.today())
        days = ("--from", period.start.isoformat(), "--to", period.end.isoformat())
        [account] = query(home.database, "SELECT id FROM bank_accounts WHERE source_id = 'a0'")
        where = ("--client", client_name(), "--account", account["id"], *days)
        run_command(home, "sync", *where)
        options = ("--layout", "acs-xlsx", "--include-unreviewed", "--override", TEXTS[2])
        run_command(home, "export", *where, *options, "--out", str(tmp_path / "out"))
        yield home


def test_no_text_becomes_code_a_link_or_a_request(firm: Home, open_page: OpenPage) -> None:
    with running_app(firm) as url:
        page = titled(open_page(url), "Overview")
        is_harmless(page)
        _look_at_review(page, url, firm)
        _look_at_clients(page, url)
        _look_at_exports(page, url)
        _import_a_file(page, url, firm)
        for name in ("Rules", "Settings", "Help"):
            titled(_gone_to(page, f"{url}/{name.lower()}"), name)
            is_harmless(page)
        page.close()


def _gone_to(page: Page, url: str) -> Page:
    page.goto(url)
    return page


def _look_at_review(page: Page, url: str, firm: Home) -> None:
    accounts = query(firm.database, "SELECT id, client_id FROM bank_accounts ORDER BY source_id")
    good, broken, _ = (f"{url}/review?client={a['client_id']}&account={a['id']}" for a in accounts)
    titled(_gone_to(page, good), "Review")
    Grid(page).rows_are(len(TEXTS))
    Grid(page).tick(2)
    says(page, "1 row, ")
    press(page, "Tick one")
    page.get_by_role("combobox", name="Row to tick").click()
    expect(page.get_by_role("option")).to_have_count(len(TEXTS))
    is_harmless(page)
    titled(_gone_to(page, broken), "Review")
    press(page, "Load Transactions")
    says(page, "1 set aside")
    is_harmless(page)


def _look_at_clients(page: Page, url: str) -> None:
    titled(_gone_to(page, f"{url}/clients"), "Clients")
    for tab, name, add in (
        ("Vendors", "Vendor name", "Add vendor"),
        ("Chart of accounts", "Account name", "Add GL account"),
    ):
        page.get_by_role("tab", name=tab).click()
        panel = page.get_by_role("tabpanel", name=tab)
        panel.get_by_label(name, exact=True).fill(TEXTS[2])
        panel.get_by_label("GL code" if "GL" in add else "Vendor code", exact=True).fill("1")
        press(panel, add)
        expect(panel.get_by_text("Added ")).to_be_visible()  # the tab is still the open one
        settled(page)
        is_harmless(page)


def _import_a_file(page: Page, url: str, firm: Home) -> None:
    """A bank's file whose name and rows are such texts: previewed, confirmed, and on Review."""
    [account] = query(firm.database, "SELECT id, client_id FROM bank_accounts WHERE source_id='a0'")
    place = f"client={account['client_id']}&account={account['id']}"
    days = last_month(clock.today())
    texts = (*TEXTS, *MORE[:3])
    rows = [
        (f"F{number}", f"{days.end:%Y%m%d}", f"-{number + 1}.77", escape(text, quote=False))
        for number, text in enumerate(texts)
    ]
    file: FilePayload = {
        "name": f"{TEXTS[0]} {TEXTS[2]}.qfx".replace("/", ":"),
        "mimeType": "application/x-ofx",
        "buffer": ofx(*rows, start=f"{days.start:%Y%m%d}", end=f"{days.end:%Y%m%d}"),
    }
    titled(_gone_to(page, f"{url}/import?{place}"), "Import")
    page.locator("input[type=file]").set_input_files(file)
    says(page, f"{len(texts)} rows will go in.")
    is_harmless(page)
    press(page, "Confirm Import")
    says(page, "Imported ")
    is_harmless(page)
    place = f"{place}&start={days.start}&end={days.end}"
    titled(_gone_to(page, f"{url}/review?{place}"), "Review")
    grid = Grid(page)
    grid.rows_are(len(TEXTS) + len(texts))
    listed = {grid.text(row, "Description") for row in range(grid.row_count())}
    assert any(f"https://{HOST}/a.png onerror=window.hacked=1>" in text for text in listed), listed
    is_harmless(page)


def _look_at_exports(page: Page, url: str) -> None:
    titled(_gone_to(page, f"{url}/exports"), "Exports")
    field = page.get_by_role("combobox", name="Export", exact=True)
    field.click()
    field.press("ArrowDown")
    field.press("Enter")
    says(page, "Export no. 1")
    says(page, "Override reason")
    is_harmless(page)


# What such a text would become if it were read as Markdown.
_READ = (
    ".katex", "[data-testid=stMarkdown] del", "[data-testid=stMarkdown] strong:text-is('bold')",
    "[data-testid=stIconMaterial]:text-is('skull')", "iframe", "a:text-is('click')",
    "a:text-is('pay')", "a:text-is('[x]')", ".stMarkdownBadge:text-is('paid')",
    "[data-testid=stMarkdown] :text-is('gone')", "[data-testid=stMarkdown] :text-is('late')",
)  # fmt: skip


def is_harmless(page: Page) -> None:
    """Nothing ran, nothing links to the hostile host, nothing would be fetched from it."""
    settled(page)
    assert page.evaluate("window.hacked") is None
    for attribute in ("href", "src", "srcset", "action", "data", "style"):
        assert page.locator(f"[{attribute}*='{HOST}' i]").count() == 0, attribute
    assert page.locator("[href^='javascript:' i], a[href^='data:' i], [srcdoc]").count() == 0
    for read in _READ:
        assert page.locator(read).count() == 0, read
    assert HOST not in page.title()
