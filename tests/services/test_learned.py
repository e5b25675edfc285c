"""What was learned: seen with its counts, stopped and taken up again, off; spellings of vendors."""

import json
from itertools import pairwise

import pytest

from ledgersync.domain.actors import Role
from ledgersync.domain.charts import Vendor
from ledgersync.domain.decisions import Edit, Standing
from ledgersync.domain.learned import LearnedText, Stop
from ledgersync.domain.past_rows import NamedRows, Whose
from ledgersync.domain.rules import Rule
from ledgersync.domain.spellings import VendorSpellings
from ledgersync.domain.transactions import Method, Transaction
from ledgersync.errors import InvalidInput, ListChanged, NotFound, NotPermitted
from ledgersync.services import (
    client_records,
    coding_lists,
    learned,
    people,
    reviewing,
    rule_writing,
    spellings,
    suggesting,
)
from ledgersync.services.learned import LearnedPage
from ledgersync.services.past_rows import LearnedPlace, learned_place
from ledgersync.storage import charts
from tests.services.conftest import Office
from tests.services.scripted_ledgersync import row

SHELL = "SHELL OIL"


class Desk:
    """Twelve lines of Shell, eight of them reviewed: five as 6200, three as 6100."""

    def __init__(self, office: Office) -> None:
        self.office, self.actor, self.workspace = office, office.admin, office.workspace
        self.client_id = office.account().client_id
        shells = [
            row(f"s{n}", f"2026-10-{n + 10}", -20.0 - n, description=f"SHELL OIL 55{n}2")
            for n in range(11)
        ]
        office.feed.rows["A1"] += shells
        office.load()
        for n, code in enumerate(["6200", "6200", "6100", "6200", "6100", "6200", "6100", "6200"]):
            self.code(f"s{n}", code)
        self.suggest()

    def named(self, source_id: str) -> Transaction:
        return next(r for r in self.office.rows() if r.source_id == source_id)

    def code(
        self, source_id: str, gl_code: str | None = None, vendor_id: str | None = None
    ) -> None:
        found = self.named(source_id)
        self.office.save(Edit(found.id, found.version, vendor_id, gl_code, Standing.REVIEWED))

    def suggest(self) -> None:
        ids = [account.id for account in self.office.accounts()]
        suggesting.suggest(self.actor, self.workspace, ids)

    def page(self, search: str = "") -> LearnedPage:
        return learned.learned(self.actor, self.workspace, self.client_id, search)

    def text(self, descriptor: str = SHELL) -> LearnedText:
        return next(one for one in self.page().texts if one.descriptor == descriptor)

    def forget(self, gl_code: str = "", vendor_id: str = "", descriptor: str = SHELL) -> int:
        return learned.forget(
            self.actor, self.workspace, self.client_id, descriptor, vendor_id, gl_code
        )

    def remember(self, gl_code: str = "", vendor_id: str = "", descriptor: str = SHELL) -> int:
        return learned.remember_again(
            self.actor, self.workspace, self.client_id, descriptor, vendor_id, gl_code
        )

    def spelt(self, name: str) -> VendorSpellings:
        listed = spellings.list_spellings(self.actor, self.workspace, self.client_id)
        return next(one for one in listed if one.vendor.name == name)

    def spell(self, name: str, *wanted: str) -> VendorSpellings:
        return spellings.set_spellings(self.actor, self.workspace, self.spelt(name), wanted)

    def vendor(self, name: str, client_id: str | None = None, default_gl: str = "") -> str:
        if client_id is None:
            client_id = self.client_id
        return client_records.add_vendor(
            self.actor, self.workspace, client_id, name, "", default_gl
        ).id

    def logged(self, subject: str) -> list[tuple[str, dict[str, object]]]:
        entries = [entry for entry in self.office.audit() if entry.subject == subject]
        return [(entry.action, json.loads(entry.detail)) for entry in entries]


@pytest.fixture
def desk(loaded: Office) -> Desk:
    return Desk(loaded)


def test_what_was_learned_comes_with_counts_the_last_day_and_its_rows(desk: Desk) -> None:
    page = desk.page()
    [shell] = page.texts
    assert (page.on, page.rows, page.stopped) == (True, 8, ())
    assert (shell.descriptor, shell.example, shell.rows) == (SHELL, "SHELL OIL 5572", 8)
    assert [choice.words for choice in shell.gl_codes] == [
        "6200 - Fuel in 5 of 8",
        "6100 - Meals in 3 of 8",
    ]
    assert [choice.last_on.day for choice in shell.gl_codes] == [17, 16]
    assert (shell.vendors, shell.stopped) == ((), False)
    rows = learned.learned_rows(desk.actor, desk.workspace, desk.client_id, shell.row_ids[:2])
    assert [(one.description, one.gl_label, one.amount) for one in rows] == [
        ("SHELL OIL 5572", "6200 - Fuel", -2700),
        ("SHELL OIL 5562", "6100 - Meals", -2600),
    ]
    assert {one.decided_by for one in rows} == {desk.actor.name}
    assert {one.account_label for one in rows} == {desk.office.account().label}


def test_most_rows_come_first_and_a_search_needs_all_its_words(desk: Desk) -> None:
    desk.code("t1", "6100")
    assert [one.descriptor for one in desk.page().texts] == [SHELL, "HARBOR COFFEE"]
    assert [one.descriptor for one in desk.page("harbor meals").texts] == ["HARBOR COFFEE"]
    assert desk.page("harbor fuel").texts == ()
    assert desk.page("harbor fuel").rows == 9


def test_the_stamp_is_another_after_each_change(desk: Desk) -> None:
    def stamp() -> str:
        return learned.learned_stamp(desk.actor, desk.workspace, desk.client_id)

    seen = [stamp()]
    for change in (
        lambda: desk.code("s8", "6100"),
        lambda: desk.forget("6200", descriptor="nothing reads like this"),
        lambda: desk.remember("6200", descriptor="nothing reads like this"),
        lambda: learned.set_learning(desk.actor, desk.workspace, desk.client_id, on=False),
    ):
        change()
        assert stamp() == stamp()
        seen.append(stamp())
    assert all(before != after for before, after in pairwise(seen))


def test_rows_of_another_client_are_not_shown(desk: Desk) -> None:
    desk.office.feed.clients["C2"] = ["B1"]
    desk.office.sync()
    other = desk.office.account("B1").client_id
    ids = desk.text().row_ids
    assert learned.learned_rows(desk.actor, desk.workspace, other, ids) == ()
    assert learned.learned(desk.actor, desk.workspace, other).texts == ()


def test_the_rows_that_a_reason_names_have_a_place(desk: Desk) -> None:
    desk.office.feed.clients["C2"] = ["B1"]
    desk.office.sync()
    own, other = desk.client_id, desk.office.account("B1").client_id

    def place(client_id: str, whose: Whose, text: str = "") -> LearnedPlace | None:
        named = NamedRows(whose, "6200", desk.text().last_on, text)
        line = "SHELL OIL 5512"
        return learned_place(desk.actor, desk.workspace, client_id, line, named)

    assert place(own, Whose.CLIENT) == place(own, Whose.WORDING) == LearnedPlace(own, SHELL)
    assert place(own, Whose.HEAD) == place(own, Whose.AMOUNT)
    assert place(own, Whose.HEAD) == LearnedPlace(own, search="SHELL OIL")
    assert place(own, Whose.CLIENT_ANY) == LearnedPlace(own, search="6200")
    assert place(other, Whose.FIRM) == place(other, Whose.ALIKE, SHELL) == LearnedPlace(own, SHELL)
    assert place(other, Whose.ALIKE, "SHALE OIL") is None
    desk.office.feed.rows["B1"] = [row("b1", "2026-10-30", description="SHELL OIL 1")]
    desk.office.load()
    client_records.add_gl_account(desk.actor, desk.workspace, other, "6300", "Oil")
    [newest] = desk.office.rows("B1")
    edit = Edit(newest.id, 0, gl_code="6300", standing=Standing.REVIEWED)
    reviewing.save_edits(desk.actor, desk.workspace, newest.account_id, [edit])
    assert place(other, Whose.FIRM) == LearnedPlace(own, SHELL)  # where the code is
    dana = desk.office.hire("Dana")
    people.assign_clients(desk.actor, desk.workspace, dana.user_id, [other])
    named = NamedRows(Whose.FIRM, "6200", desk.text().last_on)
    seen = learned_place(dana, desk.workspace, other, "SHELL OIL 5512", named)
    assert seen == LearnedPlace(other, SHELL)


def test_what_is_forgotten_is_no_longer_suggested_and_the_other_code_is(desk: Desk) -> None:
    assert (desk.named("s8").gl_code, desk.named("s8").method) == ("6200", Method.AI)
    assert desk.forget("6200") >= 4
    assert desk.named("s8").gl_code == "6100"
    desk.office.feed.rows["A1"].append(row("new", "2026-10-28", description="SHELL OIL 7"))
    desk.office.load()
    desk.suggest()
    new = desk.named("new")
    assert (new.gl_code, new.method, new.suggested) == ("6100", Method.AI, True)
    assert all(choice.stopped == (choice.stop.gl_code == "6200") for choice in desk.text().choices)


def test_the_forgotten_does_not_come_back_by_decisions_or_a_restart(desk: Desk) -> None:
    desk.forget("6200")
    desk.forget("6100")
    for source_id in ("s8", "s9"):
        desk.code(source_id, "6200")
    assert desk.named("s10").gl_code == ""
    desk.workspace.knowledge.drop(desk.client_id)
    desk.suggest()
    assert desk.named("s10").gl_code == ""


def test_a_stopped_code_that_is_chosen_again_teaches_no_other_row_either(desk: Desk) -> None:
    alike = row("m1", "2026-10-28", description="SHELL OIL MARKET")
    desk.office.feed.rows["A1"].append(alike)
    desk.office.load()
    desk.suggest()
    assert desk.named("m1").gl_code == "6200"
    desk.forget("6200")
    desk.forget("6100")
    for source_id in ("s8", "s9"):
        desk.code(source_id, "6200")
    at_once = desk.named("m1")
    desk.workspace.knowledge.drop(desk.client_id)
    desk.suggest()
    assert (at_once.gl_code, desk.named("m1").gl_code) == ("", "")


def test_remembered_again_it_is_suggested_again(desk: Desk) -> None:
    before = desk.named("s8")
    desk.forget("6200")
    assert desk.remember("6200") >= 4
    assert desk.named("s8") == before
    assert desk.page().stopped == ()
    assert not desk.text().stopped


def test_people_s_decisions_are_never_touched(desk: Desk) -> None:
    def decided() -> list[Transaction]:
        return [one for one in desk.office.rows() if one.version]

    before = decided()
    desk.forget("6200")
    learned.set_learning(desk.actor, desk.workspace, desk.client_id, on=False)
    learned.set_learning(desk.actor, desk.workspace, desk.client_id, on=True)
    desk.remember("6200")
    assert len(before) == 8
    assert decided() == before


def test_what_was_stopped_says_by_whom_and_when_and_is_audited_once(desk: Desk) -> None:
    dana = desk.office.hire("Dana")
    learned.forget(dana, desk.workspace, desk.client_id, "Shell Oil 9912", gl_code="6200")
    assert desk.forget("6200") == 0
    [stopped] = desk.page().stopped
    assert (stopped.stop, stopped.name, stopped.by) == (
        Stop(SHELL, "", "6200"),
        "6200 - Fuel",
        "Dana",
    )
    detail = {"descriptor": SHELL, "vendor_id": "", "gl_code": "6200"}
    assert desk.logged("suggestion") == [("forget", detail)]
    desk.remember("6200")
    assert desk.remember("6200") == 0
    assert desk.logged("suggestion") == [("remember", detail), ("forget", detail)]


def test_a_vendor_that_is_stopped_is_not_read_from_its_name_either(desk: Desk) -> None:
    coffee = desk.named("t1")
    assert (coffee.vendor_name, coffee.gl_code) == ("Harbor Coffee", "6100")
    desk.forget(vendor_id=coffee.vendor_id, descriptor=coffee.description)
    after = desk.named("t1")
    assert (after.vendor_name, after.gl_code) == ("", "")


def test_a_stopped_code_is_not_brought_back_by_the_vendor_s_default(desk: Desk) -> None:
    coffee = desk.named("t1")
    desk.forget("6100", descriptor=coffee.description)
    after = desk.named("t1")
    assert (after.vendor_name, after.gl_code) == ("Harbor Coffee", "")
    assert "stopped" in after.why


def test_vendor_and_code_can_be_stopped_at_once(desk: Desk) -> None:
    coffee = desk.named("t1")
    desk.forget("6100", coffee.vendor_id, coffee.description)
    assert {one.name for one in desk.page().stopped} == {"6100 - Meals", "Harbor Coffee"}
    desk.remember("6100", coffee.vendor_id, coffee.description)
    assert desk.page().stopped == ()
    assert desk.named("t1").gl_code == "6100"


def test_rules_still_say_what_was_stopped(desk: Desk) -> None:
    desk.forget("6200")
    rule = Rule("", 0, ("SHELL",), client_id=desk.client_id, gl_code="6200")
    rule_writing.save_rule(desk.actor, desk.workspace, rule)
    desk.suggest()
    assert (desk.named("s8").gl_code, desk.named("s8").method) == ("6200", Method.RULE)


def test_with_learning_off_only_rules_and_vendor_names_speak(desk: Desk) -> None:
    def turn(*, on: bool) -> int:
        return learned.set_learning(desk.actor, desk.workspace, desk.client_id, on=on)

    assert turn(on=False) >= 4
    assert desk.named("s8").gl_code == ""
    assert (desk.named("t1").gl_code, desk.named("t1").method) == ("6100", Method.SEMANTIC)
    assert not desk.page().on
    assert len(desk.page().texts) == 1
    assert turn(on=False) == 0
    assert turn(on=True) >= 4
    assert desk.named("s8").gl_code == "6200"
    assert desk.logged("client")[:2] == [
        ("edit", {"learning": [False, True]}),
        ("edit", {"learning": [True, False]}),
    ]


def test_stopping_needs_something_of_the_client_s(desk: Desk) -> None:
    with pytest.raises(InvalidInput, match="neither a vendor nor a GL code"):
        desk.forget()
    with pytest.raises(InvalidInput, match="not one of the client's"):
        desk.forget(vendor_id="made up")
    with pytest.raises(NotFound, match="no such client"):
        learned.forget(desk.actor, desk.workspace, "made up", SHELL, gl_code="6200")
    assert desk.logged("suggestion") == []


def test_a_spelling_names_open_rows_at_once_and_is_audited(desk: Desk) -> None:
    desk.forget("6200")
    desk.forget("6100")
    desk.vendor("Equinor Fuels", default_gl="6200")
    assert desk.named("s8").vendor_name == ""
    assert desk.spell("Equinor Fuels", "  shell   oil ", "SHELL OIL", "").spellings == (
        "shell oil",
    )
    assert desk.named("s8").vendor_name == "Equinor Fuels"
    assert desk.logged("vendor")[0] == ("edit", {"spellings": [[], ["shell oil"]]})
    desk.spell("Equinor Fuels")
    assert desk.named("s8").vendor_name == ""
    assert desk.spelt("Equinor Fuels").spellings == ()


@pytest.mark.parametrize(
    ("spelling", "sentence"),
    [
        ("7", "fewer than 3 letters and digits"),
        ("H&", "fewer than 3 letters and digits"),
        ("Payment", "names nobody"),
        ("CHECK 1002", "names nobody"),
        ("harbor coffee #12", "belongs to Harbor Coffee"),
        ("EXXN", "belongs to Exxon Mobil"),
        ("x" * 201, "longer than 200"),
    ],
)
@pytest.mark.parametrize("backend", ["sqlite"], indirect=True)
def test_a_spelling_that_can_not_tell_vendors_apart_is_refused(
    desk: Desk, spelling: str, sentence: str
) -> None:
    desk.vendor("Exxon Mobil")
    desk.spell("Exxon Mobil", "exxn")
    desk.vendor("Equinor Fuels")
    with pytest.raises(InvalidInput, match=sentence):
        desk.spell("Equinor Fuels", "EQNR", spelling)
    assert desk.spelt("Equinor Fuels").spellings == ()


def test_a_colleague_s_spellings_are_not_overwritten(desk: Desk) -> None:
    seen = desk.spelt("Harbor Coffee")
    desk.spell("Harbor Coffee", "HRBR")
    with pytest.raises(ListChanged, match="spellings of Harbor Coffee"):
        spellings.set_spellings(desk.actor, desk.workspace, seen, ["HARB CFE"])
    gone = VendorSpellings(Vendor("gone", desk.client_id, "", "Gone", ""), ())
    with pytest.raises(NotFound, match="no such vendor"):
        spellings.set_spellings(desk.actor, desk.workspace, gone, ["GONE"])
    assert desk.spelt("Harbor Coffee").spellings == ("HRBR",)


def test_the_firm_s_spellings_need_an_administrator_and_reach_every_client(desk: Desk) -> None:
    with desk.workspace.database.writing() as tx:
        charts.add_vendors(tx, [Vendor("", "", "", "Equinor Fuels", "6200")])
    for code in ("6200", "6100"):
        desk.forget(code)
    dana = desk.office.hire("Dana", Role.STAFF)
    seen = desk.spelt("Equinor Fuels")
    with pytest.raises(NotPermitted):
        spellings.set_spellings(dana, desk.workspace, seen, ["SHELL OIL"])
    in_disguise = VendorSpellings(
        Vendor(seen.vendor.id, desk.client_id, "", "Equinor Fuels", ""), ()
    )
    with pytest.raises(NotFound):
        spellings.set_spellings(dana, desk.workspace, in_disguise, ["SHELL OIL"])
    spellings.set_spellings(desk.actor, desk.workspace, seen, ["SHELL OIL"])
    assert desk.named("s8").vendor_name == "Equinor Fuels"


def test_a_client_s_own_spelling_goes_before_the_firm_s(desk: Desk) -> None:
    with desk.workspace.database.writing() as tx:
        charts.add_vendors(tx, [Vendor("", "", "", "Equinor Fuels", "6200")])
    desk.spell("Harbor Coffee", "SHELL OIL")
    [firm] = spellings.list_spellings(desk.actor, desk.workspace, "")
    spellings.set_spellings(desk.actor, desk.workspace, firm, ["SHELL OIL"])
    assert desk.named("s8").vendor_name == "Harbor Coffee"


def test_repeated_corrections_propose_a_spelling_that_is_taken_with_one_click(desk: Desk) -> None:
    def proposed() -> list[tuple[str, str, int]]:
        found = spellings.propose_spellings(desk.actor, desk.workspace, desk.client_id)
        return [(one.vendor_id, one.spelling, one.rows) for one in found]

    fuels = desk.vendor("Equinor Fuels")
    desk.code("s0", vendor_id=fuels)
    assert proposed() == []
    desk.code("s1", vendor_id=fuels)
    assert proposed() == [(fuels, SHELL, 2)]
    desk.spell("Equinor Fuels", SHELL)
    assert proposed() == []
    assert desk.named("s8").vendor_name == "Equinor Fuels"


def test_nothing_is_proposed_that_was_stopped_or_while_learning_is_off(desk: Desk) -> None:
    fuels = desk.vendor("Equinor Fuels")
    for source_id in ("s0", "s1"):
        desk.code(source_id, vendor_id=fuels)
    desk.forget(vendor_id=fuels)
    assert spellings.propose_spellings(desk.actor, desk.workspace, desk.client_id) == ()
    desk.remember(vendor_id=fuels)
    learned.set_learning(desk.actor, desk.workspace, desk.client_id, on=False)
    assert spellings.propose_spellings(desk.actor, desk.workspace, desk.client_id) == ()


def test_a_deleted_vendor_s_stop_still_has_a_name(desk: Desk) -> None:
    fuels = desk.vendor("Equinor Fuels")
    desk.forget(vendor_id=fuels)
    lists = coding_lists.coding_list(desk.actor, desk.workspace, desk.client_id)
    [vendor] = [one for one in lists.vendors if one.id == fuels]
    coding_lists.delete_vendor(desk.actor, desk.workspace, vendor)
    assert [one.name for one in desk.page().stopped] == ["A vendor that was deleted"]
    desk.remember(vendor_id=fuels)
    assert desk.page().stopped == ()
