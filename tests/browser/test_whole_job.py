"""A firm's whole job on its own installation: from nothing to a file that Accounting CS takes."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from python_calamine import CalamineWorkbook

from ledgersync import clock
from ledgersync.demo.server import DEMO_EMAIL, DEMO_PASSWORD
from ledgersync.domain.periods import last_month
from tests.browser.books import ACS_HEADERS, expected_acs_rows, query
from tests.browser.conftest import OpenPage
from tests.browser.servers import Home, running_app
from tests.browser.steps import (
    Grid,
    box,
    choose,
    close_popover,
    press,
    says,
    settled,
    shown_as,
    titled,
)

CLIENT, MASK = "Cobalt Fern Software LLC", "1288"
GL, VENDOR = "61999 - Browser Testing", "Elm & Ash Supplies (ELMASH)"


@pytest.fixture
def app(firm: Home) -> Iterator[str]:
    with running_app(firm) as url:
        yield url


def test_from_an_empty_installation_to_an_exported_file(
    app: str, firm: Home, open_page: OpenPage, tmp_path: Path
) -> None:
    page = titled(open_page(app), "Overview")
    _go_to_settings_by_the_gear(page)
    _are_refused_for_a_wrong_password(page)
    _connect(page)
    _choose_the_account(page)
    _load_twice(page, firm)
    _add_vendor_and_gl_account(page, firm)
    _code_in_the_grid(page, firm)
    _code_with_buttons(page, firm)
    _come_back_to_the_same_view(page)
    _name_the_account_in_accounting_cs(page, app, firm)
    _export(page, firm, tmp_path)
    _cannot_export_twice(page)


def _go_to_settings_by_the_gear(page: Page) -> None:
    says(page, "Set-up: 0 of 6 done")
    says(page, "Not connected")
    page.get_by_test_id("stMain").get_by_role("link", name="Settings", exact=True).click()
    titled(page, "Settings")


def _sign_in(page: Page, password: str) -> None:
    page.get_by_label("LedgerSync Email", exact=True).fill(DEMO_EMAIL)
    page.get_by_label("LedgerSync Password", exact=True).fill(password)
    press(page, "Save Integration")


def _are_refused_for_a_wrong_password(page: Page) -> None:
    _sign_in(page, "not-the-password")
    badge = page.locator(".stMarkdownBadge").first
    expect(badge).to_contain_text("Failed")
    trouble = page.get_by_test_id("stAlertContentError")
    expect(trouble).to_contain_text("did not accept this e-mail and password")
    expect(trouble).to_contain_text("app.ledgersync.com")
    _shows_no_password(page, "not-the-password")


def _connect(page: Page) -> None:
    _sign_in(page, DEMO_PASSWORD)
    says(page, re.compile(r"Connected · checked \d\d:\d\d by .+ · 12 clients"))
    says(page, "12 clients and 36 bank accounts found")
    _shows_no_password(page, DEMO_PASSWORD)


def _shows_no_password(page: Page, password: str) -> None:
    settled(page)
    expect(page.get_by_label("LedgerSync Password", exact=True)).to_have_value("")
    values = page.locator("input, textarea").evaluate_all("all => all.map(one => one.value)")
    assert password not in "\n".join([page.content(), page.url, *values])


def _choose_the_account(page: Page) -> None:
    page.get_by_role("link", name="Review", exact=True).click()
    titled(page, "Review")
    says(page, "Choose a client")
    choose(page, "Client", "cobalt", CLIENT)
    choose(page, "Bank account", MASK, re.compile(MASK))
    expect(page.get_by_role("radio", name="Last month")).to_be_checked()
    says(page, "Press Load Transactions")


def _load_twice(page: Page, firm: Home) -> None:
    press(page, "Load Transactions")
    says(page, re.compile(r"Loaded: \d+ new, 0 updated, 0 removed, 0 set aside"))
    loaded = _stored(firm)
    says(page, f"Loaded: {loaded} new, ")
    Grid(page).rows_are(loaded)
    press(page, "Load Transactions")
    says(page, "Loaded: 0 new, 0 updated, 0 removed, 0 set aside")
    assert _stored(firm) == loaded


def _stored(firm: Home) -> int:
    return len(query(firm.database, "SELECT id FROM transactions"))


def _add_vendor_and_gl_account(page: Page, firm: Home) -> None:
    press(page, "New GL account")
    page.get_by_label("GL code", exact=True).fill("61999")
    page.get_by_label("Account name", exact=True).fill("Browser Testing")
    press(page, "Add GL account")
    says(page, f"Added {GL}.")
    close_popover(page)
    press(page, "New vendor")
    page.get_by_label("Vendor name", exact=True).fill("Elm & Ash Supplies")
    page.get_by_label("Vendor code in Accounting CS", exact=True).fill("ELMASH")
    press(page, "Add vendor")
    says(page, "Added vendor Elm & Ash Supplies.")
    close_popover(page)
    assert query(firm.database, "SELECT code FROM vendors") == [{"code": "ELMASH"}]


def _code_in_the_grid(page: Page, firm: Home) -> None:
    grid = Grid(page)
    description = grid.text(2, "Description")
    grid.edit(2, "Vendor", "elm", VENDOR)
    grid.edit(2, "GL code", "brows", GL)
    expect(grid.cell(2, "Status")).to_have_text("✓ Reviewed")
    [row] = _decided(firm)
    assert row["description"] == description
    assert (row["gl_code"], row["standing"], row["vendor"]) == ("61999", "reviewed", "ELMASH")


def _decided(firm: Home) -> list[dict[str, str]]:
    return query(
        firm.database,
        "SELECT t.description, d.gl_code, d.standing, v.code AS vendor FROM decisions d"
        " JOIN transactions t ON t.id = d.transaction_id LEFT JOIN vendors v ON v.id = d.vendor_id",
    )


def _code_with_buttons(page: Page, firm: Home) -> None:
    shown_as(page, "To review")
    grid = Grid(page)
    for row in range(4):
        grid.tick(row)
        says(page, re.compile(rf"^{row + 1} rows?, .* in total ticked$"))
    press(page, "GL code or vendor")
    choose(page, "GL code", "brow", GL)
    press(page, "Set on 4 rows")
    says(page, f"Set GL code {GL.split(maxsplit=1)[0]} on 4 rows.")
    says(page, "Reviewed (5)")
    press(page, "Clear ticks")
    press(page, "Update list")
    expect(page.get_by_role("button", name="Update list")).to_be_disabled(timeout=30_000)
    settled(page)
    grid.tick(0)
    says(page, re.compile(r"^1 row, .* in total ticked$"))
    settled(page)
    press(page, re.compile("^More$"))
    press(page, "Mark reviewed")
    says(page, "Reviewed (6)")
    close_popover(page)
    assert len(_decided(firm)) == 6


def _come_back_to_the_same_view(page: Page) -> None:
    shown_as(page, "Reviewed")
    page.get_by_label("Search", exact=True).fill("brow")
    page.get_by_label("Search", exact=True).press("Enter")
    Grid(page).rows_are(5)
    expect(page).to_have_url(re.compile("search=brow"))
    before = _view(page)
    page.reload()
    titled(page, "Review")
    Grid(page).rows_are(5)
    assert _view(page) == before


def _view(page: Page) -> list[object]:
    settled(page)
    grid = Grid(page)
    cells = [grid.text(row, name) for row in range(5) for name in ("Date", "GL code", "Vendor")]
    fields = [box(page, label).input_value() for label in ("Client", "Bank account")]
    chosen = page.get_by_role("radio", checked=True).all_text_contents()
    return [*cells, *fields, chosen, page.get_by_label("Search", exact=True).input_value()]


def _name_the_account_in_accounting_cs(page: Page, app: str, firm: Home) -> None:
    [client] = query(firm.database, "SELECT id FROM clients WHERE name = ?", [CLIENT])
    link_to_review = page.url
    page.goto(f"{app}/clients?client={client['id']}")
    titled(page, "Clients")
    field = page.get_by_role("textbox", name=re.compile(rf"{MASK}$"))
    field.fill("Operating - Cascadia")
    field.press("Enter")
    says(page, "Saved at ")
    page.goto(link_to_review)
    titled(page, "Review")


def _export(page: Page, firm: Home, folder: Path) -> None:
    period = last_month(clock.today())
    [account] = query(firm.database, "SELECT id FROM bank_accounts WHERE mask = ?", [MASK])
    wanted = expected_acs_rows(firm.database, account["id"], period.start, period.end)
    press(page, "Export to ACS Format")
    says(page, re.compile(r"Export to ACS Format: 6 rows"))
    says(page, "no GL code")
    page.get_by_label(re.compile("^Reason for exporting")).fill("The codes follow")
    page.keyboard.press("Enter")
    press(page, "Export anyway")
    says(page, re.compile(r"Export 1: 6 rows, "))
    with page.expect_download() as download:
        press(page, "Download export 1")
    file = folder / download.value.suggested_filename
    download.value.save_as(file)
    book = CalamineWorkbook.from_path(file)
    assert book.sheet_names == ["Transactions"]
    head, *rows = book.get_sheet_by_index(0).to_python(skip_empty_area=False)
    assert tuple(head) == ACS_HEADERS
    assert sorted(map(repr, map(tuple, rows))) == sorted(map(repr, wanted))
    assert len(rows) == 6


def _cannot_export_twice(page: Page) -> None:
    page.get_by_label("Search", exact=True).fill("")
    page.get_by_label("Search", exact=True).press("Enter")
    shown_as(page, "Exported")
    grid = Grid(page)
    grid.rows_are(6)
    expect(grid.cell(0, "Status")).to_have_text(re.compile(r"Exported \(locked\)"))
    before = grid.text(0, "GL code")
    grid.type_into(0, "Vendor", "elm")
    expect(page.get_by_role("option").first).to_contain_text(VENDOR)
    page.keyboard.press("Enter")
    says(page.get_by_test_id("stToast"), re.compile("Exported and locked.*Unlock"))
    settled(page)
    expect(grid.cell(0, "GL code")).to_have_text(before)
    press(page, "Export to ACS Format")
    says(page, "There is nothing to export")
    expect(page.get_by_text("There is nothing to export").first).to_be_in_viewport()
