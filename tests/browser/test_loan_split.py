"""A loan payment is split by its template, corrected by hand, and leaves as two distributions."""

import re
from pathlib import Path

from playwright.sync_api import expect
from python_calamine import CalamineWorkbook

from tests.browser.books import query
from tests.browser.conftest import OpenPage
from tests.browser.servers import Home, running_app
from tests.browser.steps import Grid, press, says, search_for, settled, titled


def test_a_loan_payment_leaves_as_principal_and_interest(
    prepared_demo: Home, tmp_path: Path, open_page: OpenPage
) -> None:
    home = prepared_demo.copy_to(tmp_path / "home")
    [account] = query(
        home.database, "SELECT id, client_id FROM bank_accounts WHERE mask = ?", ["5190"]
    )
    with running_app(home) as url:
        place = f"{url}/review?client={account['client_id']}&account={account['id']}"
        page = titled(open_page(place), "Review")
        search_for(page, "roadway")
        grid = Grid(page)
        grid.rows_are(1)
        grid.tick(0)
        says(page, re.compile(r"^1 row, .* ticked$"))
        press(settled(page), "Split by template")
        cell = grid.cell(0, "GL code")
        expect(cell).to_have_text("Split: 2500 $631.78, 6230 $112.40", timeout=30_000)
        page.get_by_role("button", name="Split", exact=True).click()
        dialog = page.get_by_role("dialog")
        field = dialog.get_by_label("Amount of line 2")
        field.fill("100.20")
        field.press("Enter")
        says(dialog, "Left to place: $12.20")
        expect(dialog.get_by_role("button", name="Save split")).to_be_disabled()
        dialog.get_by_role("button", name="Rest").first.click()
        says(dialog, "Left to place: $0.00")
        press(dialog, "Save split")
        expect(cell).to_have_text("Split: 2500 $643.98, 6230 $100.20", timeout=30_000)
        settled(page)
        press(page, "Export to ACS Format")
        says(page, re.compile(r": 1 row, "))
        press(page, "I have seen")
        with page.expect_download() as download:
            press(page, re.compile(r"^Download export \d+"))
        file = tmp_path / download.value.suggested_filename
        download.value.save_as(file)
        page.close()
    head, *rows = CalamineWorkbook.from_path(file).get_sheet_by_index(0).to_python()
    lines = [dict(zip(map(str, head), row, strict=True)) for row in rows]
    told = ("General Ledger Account", "Distribution Amount", "Total Amount")
    assert [tuple(line[name] for name in told) for line in lines] == [
        ("2500", 643.98, 744.18),
        ("6230", 100.2, 744.18),
    ]
