"""A hosted firm's first steps: its administrator connects and invites, a colleague exports."""

import re
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Page, expect
from python_calamine import CalamineWorkbook

from ledgersync.demo.server import DEMO_EMAIL, DEMO_PASSWORD
from tests.browser.company import sign_in
from tests.browser.steps import Grid, box, choose, close_popover, press, says, settled, titled

CLIENT, MASK = "Cobalt Fern Software LLC", "1288"


def first_export(visit: Callable[[], Page], address: str, file: Path) -> None:
    """From Ann's first sign-in to Dana's first export, which is kept in `file`."""
    ann = visit()
    ann.goto(address)
    titled(sign_in(ann, "ann"), "Overview")
    ann.goto(f"{address}/settings")
    titled(ann, "Settings")
    _connect(ann)
    _share_with_everybody(ann)
    _invite_for_one_client(ann)

    dana = visit()
    dana.goto(address)
    titled(sign_in(dana, "dana"), "Overview")
    dana.get_by_role("link", name="Review", exact=True).first.click()
    titled(dana, "Review")
    expect(box(dana, "Client")).to_have_value(re.compile(CLIENT))
    choose(dana, "Bank account", MASK, re.compile(MASK))
    press(dana, "Load Transactions")
    says(dana, re.compile(r"Loaded: \d+ new, 0 updated"))
    _code_one_row(dana)
    _export(dana, file)


def _connect(ann: Page) -> None:
    ann.get_by_label("LedgerSync Email", exact=True).fill(DEMO_EMAIL)
    ann.get_by_label("LedgerSync Password", exact=True).fill(DEMO_PASSWORD)
    press(ann, "Save Integration")
    says(ann, re.compile(r"Connected · checked .+ by Ann · 12 clients"))
    says(ann, "12 clients and 36 bank accounts found")


def _share_with_everybody(ann: Page) -> None:
    settled(ann).get_by_text("Everybody", exact=True).click()
    press(ann, "Save sharing")
    says(ann, "Saved who may load with this connection")


def _invite_for_one_client(ann: Page) -> None:
    press(settled(ann), "Invite somebody")
    ann.get_by_label("E-mail that they sign in with", exact=True).fill("dana@firm.com")
    ann.keyboard.press("Tab")
    settled(ann)
    press(ann.get_by_test_id("stPopoverBody"), re.compile("^Invite$"))
    says(ann, re.compile("^Invited dana"))
    close_popover(ann)
    expect(box(ann, "Person")).to_have_value("dana@firm.com")
    clients = box(ann, "Assigned clients")
    clients.click()
    clients.fill("cobalt")
    clients.press("Enter")
    ann.keyboard.press("Escape")
    press(settled(ann), "Save clients")
    says(ann, "works on 1 client now")


def _code_one_row(dana: Page) -> None:
    press(settled(dana), "New GL account")
    dana.get_by_label("GL code", exact=True).fill("61999")
    dana.get_by_label("Account name", exact=True).fill("Browser Testing")
    press(dana, "Add GL account")
    says(dana, "Added 61999 - Browser Testing.")
    close_popover(dana)
    grid = Grid(dana)
    grid.edit(0, "GL code", "brows", "61999 - Browser Testing")
    expect(grid.cell(0, "Status")).to_have_text("✓ Reviewed")


def _export(dana: Page, file: Path) -> None:
    press(settled(dana), "Export to ACS Format")
    says(dana, re.compile("Export to ACS Format: 1 row"))
    press(dana, re.compile("^I have seen these 2 warnings"))
    says(dana, re.compile(r"Export 1: 1 row, "))
    with dana.expect_download() as download:
        press(dana, "Download export 1")
    download.value.save_as(file)
    [_, row] = CalamineWorkbook.from_path(file).get_sheet_by_index(0).to_python()
    assert "61999" in map(str, row)
