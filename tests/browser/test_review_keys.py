"""Every key that the help of Review lists is pressed, and what it did is looked up."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.books import query
from tests.browser.conftest import OpenPage
from tests.browser.servers import Home, running_app
from tests.browser.steps import Grid, box, close_popover, press, says, settled, shown_as, titled

_ACCOUNT = """
    SELECT b.id, b.client_id FROM bank_accounts b JOIN clients c ON c.id = b.client_id
     WHERE c.name = ? AND b.mask = ?
"""
_DECIDED = """
    SELECT d.transaction_id AS id, t.description, d.standing, d.gl_code
      FROM decisions d JOIN transactions t ON t.id = d.transaction_id WHERE t.account_id = ?
"""
_CLICKS = "SELECT id FROM batches WHERE account_id = ?"
_OFFICE = "6250 - Office Supplies"
# What the help lists, and the tests below press.
_IN_THE_LIST = {
    "F8", "F9", "F2", "Ctrl+Enter", "F4",
    "Arrow keys", "Enter, or just type", "Enter", "Space", "Esc",
}  # fmt: skip
_IN_THE_DRAWER = {"A", "X", "U", "N", "P", "S", "1 2 3", "Esc"}


@dataclass(frozen=True)
class Account:
    """A bank account of the demo, and what is decided of its rows."""

    home: Home
    id: str
    link: str

    def decided(self) -> dict[str, tuple[str, str, str]]:
        """Each decision as description, standing and GL code, by the row's id."""
        rows = query(self.home.database, _DECIDED, (self.id,))
        return {row["id"]: (row["description"], row["standing"], row["gl_code"]) for row in rows}

    def changed(self, before: dict[str, tuple[str, str, str]]) -> list[tuple[str, str, str]]:
        """What is decided otherwise than before."""
        return sorted(new for id_, new in self.decided().items() if before.get(id_) != new)

    def clicks(self) -> int:
        return len(query(self.home.database, _CLICKS, (self.id,)))


@pytest.fixture(scope="module")
def demo(prepared_demo: Home, tmp_path_factory: pytest.TempPathFactory) -> Home:
    return prepared_demo.copy_to(tmp_path_factory.mktemp("keys") / "home")


@pytest.fixture(scope="module")
def url(demo: Home) -> Iterator[str]:
    with running_app(demo) as address:
        yield address


def _account(demo: Home, url: str, client: str, mask: str) -> Account:
    [place] = query(demo.database, _ACCOUNT, (client, mask))
    link = f"{url}/review?client={place['client_id']}&account={place['id']}"
    return Account(demo, place["id"], link)


@dataclass(frozen=True)
class Drawer:
    """One transaction at a time, gone through by keys alone."""

    page: Page
    account: Account

    @property
    def part(self) -> Locator:
        return self.page.get_by_role("dialog")

    @property
    def description(self) -> str:
        return self.part.get_by_role("heading", level=2).last.inner_text()

    def open(self) -> "Drawer":
        press(self.page, "One at a time")
        self.part.wait_for()
        settled(self.page)
        return self

    def press(self, key: str, place: int, left: int) -> "Drawer":
        """Press a key; then it stands at this place of the list with so many left to review."""
        self.page.keyboard.press(key)
        self.stands_at(place, left)
        return self

    def place(self) -> tuple[int, int]:
        """Where it stands in the list, and how many are left to review."""
        words = self.part.get_by_text(re.compile(r"^\d+ of \d+ in the list, \d+ left"))
        place, _, left = map(int, re.findall(r"\d+", words.inner_text()))
        return place, left

    def stands_at(self, place: int, left: int) -> None:
        words = f"{left} left to review" if left else "none left to review"
        says(self.part, re.compile(rf"^{place} of \d+ in the list, {words}$"))
        settled(self.page)

    def codes_offered(self) -> list[str]:
        buttons = self.part.locator(".st-key-review_drawer_candidates").get_by_role("button")
        return buttons.all_inner_texts()


def test_every_key_of_the_drawer_is_listed_and_does_what_the_help_says(
    demo: Home, url: str, open_page: OpenPage
) -> None:
    account = _account(demo, url, "Harbor Light Food Pantry", "6402")
    page = titled(open_page(f"{account.link}&show=ai"), "Review")
    drawer = Drawer(page, account).open()
    _go_and_decide_by_keys(drawer)
    assert _hints(drawer.part) - {"1", "2", "3"} == {"A", "X", "U", "N", "P", "S"}
    press(drawer.part, "Keys")
    assert _listed(page) == _IN_THE_DRAWER
    close_popover(page)
    _type_letters_into_a_field(drawer)
    page.keyboard.press("Escape")
    expect(drawer.part).to_have_count(0)
    shown_as(page, "Unmatched")
    _take_each_code_offered(drawer.open())
    page.close()


def _go_and_decide_by_keys(drawer: Drawer) -> None:
    """Rows 1 to 3 of a list of open rows that all have a code."""
    account = drawer.account
    before = account.decided()
    place, left = drawer.place()
    assert place == 1
    names = [drawer.description]
    drawer.press("n", 2, left)
    names.append(drawer.description)
    drawer.press("p", 1, left).press("a", 2, left - 1)
    [accepted] = account.changed(before)
    assert accepted[:2] == (names[0], "reviewed")
    assert accepted[2], "with the code that it showed"
    drawer.press("x", 3, left - 2)
    assert sorted(account.changed(before)) == sorted([accepted, (names[1], "excluded", "")])
    drawer.press("p", 2, left - 2).press("n", 3, left - 2).press("p", 2, left - 2)
    drawer.press("p", 1, left - 2).press("s", 3, left - 2)  # past the one that is decided
    drawer.press("u", 3, left - 1)
    assert [one for one in account.changed(before) if one[1] != "to_review"] == [accepted]


def _type_letters_into_a_field(drawer: Drawer) -> None:
    before = drawer.account.clicks()
    field = drawer.part.get_by_role("combobox", name=re.compile("^GL code"))
    field.click()
    field.press_sequentially("axnpsu123")
    expect(field).to_have_value("axnpsu123")
    settled(drawer.page)
    assert drawer.account.clicks() == before
    drawer.page.keyboard.press("Tab")


def _take_each_code_offered(drawer: Drawer) -> None:
    """Of the rows without a suggestion: 1, 2 and 3 take the code of their button, and go on."""
    for number in (1, 2, 3):
        place, left = _go_to_three_codes(drawer)
        before, name = drawer.account.decided(), drawer.description
        assert _hints(drawer.part) >= {"1", "2", "3"}
        code = drawer.codes_offered()[number - 1].split(" - ")[0]
        drawer.press(str(number), place + 1, left - 1)
        assert drawer.account.changed(before) == [(name, "reviewed", code)]


def _go_to_three_codes(drawer: Drawer) -> tuple[int, int]:
    """Leave rows for which fewer codes are offered; returns the place, and how many are left."""
    place, left = drawer.place()
    while len(drawer.codes_offered()) < 3:
        place += 1
        drawer.press("s", place, left)
    return place, left


def _hints(part: Page | Locator) -> set[str]:
    """The keys that buttons show which can be seen."""
    return set(part.locator("kbd:visible").all_inner_texts())


def _listed(page: Page) -> set[str]:
    """The first column of the open help."""
    cells = page.get_by_test_id("stPopoverBody").locator("td:first-child")
    cells.first.wait_for()
    return set(cells.all_inner_texts())


def test_every_key_of_the_list_is_listed_and_acts_on_ticked_rows(
    demo: Home, url: str, open_page: OpenPage
) -> None:
    account = _account(demo, url, "Marigold Lane Boutique", "3077")
    page = titled(open_page(f"{account.link}&show=ai"), "Review")
    grid = Grid(page)
    before = account.decided()
    names = _tick_by_keys(grid)
    _press_keys_while_typing(page, grid)
    assert account.decided() == before
    _accept_and_exclude(page, account, names)
    _set_codes(page, account, names)
    _type_into_the_grid(page, account)
    assert _hints(page) == {"F2", "F4", "F8", "F9"}
    press(page, "Keys")
    assert _listed(page) == _IN_THE_LIST | _IN_THE_DRAWER
    close_popover(page)
    page.close()


def _tick_by_keys(grid: Grid) -> list[str]:
    """Tick the first two rows with arrow keys and Space; returns their descriptions."""
    keyboard = grid.page.keyboard
    grid.select(0)
    keyboard.press("ArrowLeft")
    for rows in ("1 row", "2 rows"):
        keyboard.press("Space")
        says(grid.page, re.compile(rf"^{rows}, .* ticked$"))
        keyboard.press("ArrowDown")
    settled(grid.page)
    return sorted(grid.text(row, "Description") for row in range(2))


def _press_keys_while_typing(page: Page, grid: Grid) -> None:
    """In an open cell, in the search, and in a dialog over the page."""
    grid.type_into(0, "Vendor", "zz")
    _press_all(page)
    expect(page.locator("#portal").get_by_role("combobox")).to_have_value("zz")
    page.keyboard.press("Escape")
    page.get_by_label("Search", exact=True).click()
    _press_all(page)
    press(page, "Changes")
    says(page.get_by_role("dialog"), "the newest first")
    settled(page)  # the dialog shows before the buttons below it have let go of their keys
    _press_all(page)
    settled(page)
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)
    settled(page)


def _press_all(page: Page) -> None:
    for key in ("F8", "F9", "F2", "F4"):
        page.keyboard.press(key)


def _accept_and_exclude(page: Page, account: Account, names: list[str]) -> None:
    """Each with its key, and taken back with the key for that."""
    for key, said, standing in (
        ("F8", "Marked 2 rows reviewed.", "reviewed"),
        ("F9", "Excluded 2 rows.", "excluded"),
    ):
        before = account.decided()
        page.keyboard.press(key)
        says(page, said)
        settled(page)
        changed = account.changed(before)
        assert [one[:2] for one in changed] == [(name, standing) for name in names]
        assert key != "F8" or all(code for *_, code in changed), "with the codes they showed"
        page.keyboard.press("F4")
        says(page, f"Undid: {said}")
        settled(page)
        assert {one[1] for one in account.changed(before)} <= {"to_review"}
        assert _tick_by_keys(Grid(page)) == names


def _set_codes(page: Page, account: Account, names: list[str]) -> None:
    """Without the mouse: open, go to the field, search, take, set; the focus comes back."""
    page.keyboard.press("F2")
    dialog = page.get_by_role("dialog")
    says(dialog, "For 2 rows, ")
    settled(page)
    for _ in range(2):
        page.keyboard.press("Tab")
    expect(box(dialog, "GL code")).to_be_focused()
    page.keyboard.type("office")
    expect(page.get_by_role("option").first).to_contain_text(_OFFICE)
    page.keyboard.press("Enter")
    expect(box(dialog, "GL code")).to_have_value(_OFFICE)
    settled(page)
    before = account.decided()
    page.keyboard.press("Control+Enter")
    says(page, "Set GL code 6250 on 2 rows.")
    expect(dialog).to_have_count(0)
    assert account.changed(before) == [(name, "reviewed", "6250") for name in names]


def _type_into_the_grid(page: Page, account: Account) -> None:
    """Arrow keys to the GL code; letters open its list, Escape leaves it, Enter takes."""
    grid, before = Grid(settled(page)), account.decided()
    grid.go_to(2, "GL code")
    field = page.locator("#portal").get_by_role("combobox")
    page.keyboard.type("o")
    expect(field).to_be_visible()
    page.keyboard.press("Escape")
    expect(field).to_have_count(0)
    assert account.decided() == before
    page.keyboard.press("Enter")
    field.fill("office")
    page.locator("#portal").get_by_text(_OFFICE, exact=True).wait_for()
    page.keyboard.press("Enter")
    expect(grid.cell(2, "GL code")).to_have_text(_OFFICE)
    settled(page)
    [coded] = account.changed(before)
    assert coded[2] == "6250"
