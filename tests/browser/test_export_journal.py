"""Exporting with certainty: a journal leaves, is locked, can be corrected, and comes again."""

import csv
import io
import json
import re
from decimal import Decimal
from pathlib import Path

from playwright.sync_api import Page

from tests.browser.books import query
from tests.browser.conftest import OpenPage
from tests.browser.servers import Home, running_app
from tests.browser.steps import Grid, close_popover, press, says, settled, shown_as, titled

_HALF_DONE = """
    SELECT b.id, b.client_id FROM bank_accounts b JOIN clients c ON c.id = b.client_id
     WHERE c.name = 'Marigold Lane Boutique' AND b.mask = '3077'
"""
_SIDES = ("Debit", "Credit")
_OTHER_CODE = """
    SELECT code, name FROM gl_accounts WHERE client_id =
           (SELECT client_id FROM gl_accounts WHERE code = ? LIMIT 1)
     ORDER BY code DESC LIMIT 1
"""
_UNLOCKED = "SELECT detail FROM audit_entries WHERE action = 'unlock'"
_STILL_EXPORTED = "SELECT transaction_id FROM decisions WHERE export_id = ?"
_NEWEST = "SELECT * FROM exports ORDER BY number DESC LIMIT 1"


def test_a_journal_leaves_once_its_warnings_were_seen(
    prepared_demo: Home, open_page: OpenPage, tmp_path: Path
) -> None:
    home = prepared_demo.copy_to(tmp_path / "home")
    [place] = query(home.database, _HALF_DONE)
    with running_app(home) as url:
        link = f"{url}/review?client={place['client_id']}&account={place['id']}"
        page = titled(open_page(link), "Review")
        first = _export_a_journal(page, home, tmp_path)
        _unlock_a_row_and_change_it(page, home)
        page.goto(f"{url}/exports")
        titled(page, "Exports")
        assert _download_again(page, home, tmp_path) == first
        _take_it_back(page, home)
        page.close()


def _export_a_journal(page: Page, home: Home, folder: Path) -> bytes:
    press(page, "More formats")
    press(page, "ACS journal CSV")
    close_popover(page)
    says(page, "are still to review and stay out of this file")
    press(page, "I have seen")
    says(page, "Kept in Exports")
    [batch] = query(home.database, _NEWEST)
    assert batch["layout"] == "acs-csv-journal"
    assert "not_reviewed" in json.loads(batch["confirmed"])
    data = _saved(page, f"Download export {batch['number']}", folder)
    rows = list(csv.DictReader(io.StringIO(data.decode("utf-8-sig"), newline="")))
    assert len(rows) == batch["rows"]
    assert all(row["GL Debit Account"] and row["GL Credit Account"] for row in rows)
    sides = {name: sum(Decimal(row[f"{name} Amount"]) for row in rows) for name in _SIDES}
    assert sides["Debit"] == sides["Credit"] > 0
    return data


def _unlock_a_row_and_change_it(page: Page, home: Home) -> None:
    grid = Grid(page)
    [newest] = query(home.database, _NEWEST)
    shown_as(page, "All")
    row = next(at for at in range(15) if "Exported" in grid.text(at, "Status"))
    [other] = query(home.database, _OTHER_CODE, (grid.text(row, "GL code").split(" - ")[0],))
    whole = f"{other['code']} - {other['name']}"
    grid.tick(row)
    says(page, re.compile(rf"Exported \d\d:\d\d by .+ in export {newest['number']} - locked"))
    press(page, "More")
    page.get_by_label("Reason (optional)", exact=True).fill("Wrong account")
    press(page, "Unlock 1 row")
    says(page, "Unlocked 1 row. Make the same change in Accounting CS.")
    [entry] = query(home.database, _UNLOCKED)
    assert json.loads(entry["detail"]) == {"reason": "Wrong account"}
    grid.edit(row, "GL code", other["code"], whole)
    press(page, "Changes")
    changes = page.get_by_role("dialog")
    says(changes, "Unlocked 1 row")
    says(changes, re.compile(rf"GL code .*{other['code']}"))
    page.keyboard.press("Escape")


def _download_again(page: Page, home: Home, folder: Path) -> bytes:
    [batch] = query(home.database, _NEWEST)
    field = page.get_by_role("combobox", name="Export", exact=True)
    field.click()
    field.fill(f"No. {batch['number']} ")
    field.press("Enter")
    settled(page)
    says(page, "Warning, confirmed")
    says(page, "1 row changed since export")
    return _saved(page, "Download again", folder)


def _take_it_back(page: Page, home: Home) -> None:
    page.get_by_text("Take back this export").click()
    says(page, "1 row changed since the export: its codes as they are now stay.")
    page.get_by_label("Reason for taking it back", exact=True).fill("Imported twice")
    press(page, re.compile(r"Take back \d+ rows"))
    says(page, re.compile(r"Taken back \d\d:\d\d by .+: Imported twice"))
    [batch] = query(home.database, _NEWEST)
    assert query(home.database, _STILL_EXPORTED, (batch["id"],)) == []
    assert batch["taken_back_reason"] == "Imported twice"


def _saved(page: Page, button: str, folder: Path) -> bytes:
    with page.expect_download() as download:
        press(page, button)
    file = folder / download.value.suggested_filename
    download.value.save_as(file)
    return file.read_bytes()
