"""Hostile texts of colleagues, files and banks on every page of a hosted app.

Whoever looks is an administrator with such a name. A request to another host, a script, a dialog of
the browser or a violation of the page's policy fails each test (see watching.py).
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from playwright.sync_api import Locator, Page, expect
from streamlit.web.server.starlette.starlette_server_config import USER_COOKIE_NAME

from tests.attacks.hosted_office import HostedOffice, founded_office
from tests.browser.conftest import OpenPage
from tests.browser.hostile_feed import HOST, TEXTS, answer
from tests.browser.hostile_office import NAME, fill
from tests.browser.servers import running_app
from tests.browser.steps import Grid, says, settled, titled
from tests.browser.test_hostile_texts import is_harmless

_POPOVERS = "[data-testid=stPopover] button:visible:enabled"
_LISTS = (
    "[data-testid=stSelectbox] input:visible:enabled, [data-testid=stMultiSelect] input:visible"
)
DIALOGS = (
    "GL code or vendor",
    "Split",
    "Changes",
    "One at a time",
    "By group",
    "Accept suggestions",
)


@dataclass(frozen=True)
class Filled:
    """The office, and how addresses name Review of its accounts: one decided on, one not yet."""

    made: HostedOffice
    decided: str
    undecided: str


@pytest.fixture(scope="module")
def office(chromium: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Filled]:
    del chromium
    with founded_office(tmp_path_factory.mktemp("hostile"), answer) as made:
        days = fill(made)
        places = [
            f"client={one.client_id}&account={one.id}&start={days.start}&end={days.end}"
            for one in (made.office.account("a0"), made.office.account("a2"))
        ]
        with running_app(made.home, made.port):
            yield Filled(made, *places)


def test_no_text_of_a_colleague_becomes_code_a_link_or_a_request(
    office: Filled, open_page: OpenPage
) -> None:
    """The pages as they open, Review with a row ticked, and the gate."""
    made = office.made
    page = _signed_in(open_page(f"{made.address}/help"), made, "ann", name=NAME)
    for path, title in _pages(office):
        _look_at(page, f"{made.address}/{path}", title)
    Grid(page).tick(5)
    says(page, "1 row, ")
    is_harmless(page)
    _look_at_the_gate(page, made)
    page.close()


@pytest.mark.long
def test_nothing_that_can_be_opened_holds_such_a_text(office: Filled, open_page: OpenPage) -> None:
    """Every expander, pop-over, list and dialog of every page and tab."""
    made = office.made
    page = _signed_in(open_page(f"{made.address}/help"), made, "ann", name=NAME)
    opened = 0
    for path, title in _pages(office):
        _look_at(page, f"{made.address}/{path}", title)
        opened += _open_everything(page) + 1
    dialogs = set()
    for place in (office.undecided, office.decided):
        _look_at(page, f"{made.address}/review?{place}", "Review")
        dialogs |= _open_dialogs(page)
    assert dialogs == set(DIALOGS)
    assert opened > 135
    page.close()


def _pages(office: Filled) -> list[tuple[str, str]]:
    """Every page with its title; Review is the last."""
    client = office.decided.partition("&")[0]
    views = [(f"clients?view={view}", "Clients") for view in ("lists", "matching", "firm")]
    return [
        ("", "Overview"),
        ("exports", "Exports"),
        (f"clients?{client}", "Clients"),
        *views,
        ("rules", "Rules"),
        (f"import?{client}", "Import"),
        ("settings", "Settings"),
        ("help", "Help"),
        (f"review?{office.undecided}", "Review"),
        (f"review?{office.decided}", "Review"),
    ]


def _signed_in(page: Page, made: HostedOffice, who: str, **claims: str) -> Page:
    cookie = {"name": USER_COOKIE_NAME, "value": made.cookie(who, **claims), "url": made.address}
    page.context.add_cookies([cookie])  # type: ignore[list-item]
    return page


def _look_at(page: Page, url: str, title: str) -> None:
    page.goto(url)
    titled(page, title)
    if (entries := page.get_by_text("Show the entries", exact=True)).count():
        entries.click()
        says(page, re.compile(r"\d+ entries"))
    is_harmless(page)


def _open_dialogs(page: Page) -> set[str]:
    """Those of Review that there is something for, with a row ticked; returns which."""
    Grid(page).tick(5)
    says(page, "1 row, ")
    opened = set()
    for name in DIALOGS:
        button = page.get_by_role("button", name=re.compile(rf"^{name}( Shortcut F2)?$"))
        if not button.is_enabled():
            continue
        button.click()
        expect(page.get_by_role("dialog")).to_be_visible()
        is_harmless(page)
        _open_expanders(page.get_by_role("dialog"))
        is_harmless(page)
        page.keyboard.press("Escape")
        expect(page.get_by_role("dialog")).to_have_count(0)
        opened.add(name)
    return opened


def _open_everything(page: Page) -> int:
    """What a page and each of its tabs can open; returns how many things."""
    tabs, opened = page.get_by_role("tab"), _open_parts(page)
    for n in range(1, tabs.count()):
        tabs.nth(n).click()
        opened += 1 + _open_parts(page)
    return opened


def _open_parts(page: Page) -> int:
    """Every expander, pop-over and list of a page."""
    opened = _open_expanders(page)
    is_harmless(page)
    opened += _open_each(page, page.locator(_POPOVERS))
    return opened + _open_each(page, page.locator(_LISTS))


def _open_expanders(part: Page | Locator) -> int:
    expanders = part.locator("[data-testid=stExpander] summary:visible")
    for n in range(expanders.count()):
        expanders.nth(n).click()
    return expanders.count()


def _open_each(page: Page, doors: Locator) -> int:
    """Open what there is, one after the other; what one of them takes away is not waited for."""
    opened = 0
    while opened < _number(page, doors):
        doors.nth(opened).click()
        is_harmless(page)
        page.keyboard.press("Escape")
        opened += 1
    return opened


def _number(page: Page, doors: Locator) -> int:
    settled(page)
    return doors.count()


def _look_at_the_gate(page: Page, made: HostedOffice) -> None:
    """Somebody whom nobody has invited, and whose address is hostile, too."""
    _signed_in(page, made, "eve", email=f"{TEXTS[0]} {TEXTS[2]}@{HOST}")
    page.goto(f"{made.address}/settings")
    says(page, "Nobody has invited")
    is_harmless(page)
