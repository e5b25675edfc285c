"""Exporting with certainty: a warning is seen, a journal leaves, and the same bytes come again."""

import csv
import io
import json
from decimal import Decimal
from pathlib import Path

from playwright.sync_api import Page

from tests.browser.books import query
from tests.browser.conftest import OpenPage
from tests.browser.servers import Home, running_app
from tests.browser.steps import close_popover, press, says, settled, titled

_HALF_DONE = """
    SELECT b.id, b.client_id FROM bank_accounts b JOIN clients c ON c.id = b.client_id
     WHERE c.name = 'Marigold Lane Boutique' AND b.mask = '3077'
"""
_SIDES = ("Debit", "Credit")
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
        page.goto(f"{url}/exports")
        titled(page, "Exports")
        again = _download_again(page, home, tmp_path)
        page.close()
    assert again == first


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


def _download_again(page: Page, home: Home, folder: Path) -> bytes:
    [batch] = query(home.database, _NEWEST)
    field = page.get_by_role("combobox", name="Export", exact=True)
    field.click()
    field.fill(f"No. {batch['number']} ")
    field.press("Enter")
    settled(page)
    says(page, "Warning, confirmed")
    return _saved(page, "Download again", folder)


def _saved(page: Page, button: str, folder: Path) -> bytes:
    with page.expect_download() as download:
        press(page, button)
    file = folder / download.value.suggested_filename
    download.value.save_as(file)
    return file.read_bytes()
