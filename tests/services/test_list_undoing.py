"""Undoing changes of lists: values before come back, what was added goes, what is needed stays."""

from dataclasses import replace

import pytest

from ledgersync.domain.actors import Actor
from ledgersync.domain.decisions import Edit
from ledgersync.domain.firm_lists import ListKind
from ledgersync.domain.list_changes import ListedChange, ListSubject, Why
from ledgersync.domain.rules import Rule
from ledgersync.domain.spellings import VendorSpellings
from ledgersync.errors import InvalidInput, NotFound, NotPermitted
from ledgersync.services import (
    client_matching,
    client_records,
    coding_lists,
    firm_lists,
    list_undoing,
    rule_writing,
    spellings,
)
from ledgersync.services.coding_lists import CodingList
from ledgersync.storage import acs_clients
from tests.services.conftest import Office

VENDORS = """Vendor Name,Vendor Code,Default GL Code
Harbor Coffee Roasters,HARBOR,6200
Shell Oil,SHELL,6200
Night Owl,OWL,
"""
CHART = "Account,Account Description\n6100,Client meals\n7000,Rent\n7100,Repairs\n"
CLIENTS = "Client Name,Client Code,Status\nPine LLC,PINE,Active\nOak Inc,OAK,Active\n"


def own(office: Office) -> str:
    return office.account().client_id


def take_in(office: Office, kind: ListKind, text: str, client_id: str = "") -> str:
    preview = firm_lists.preview_list(
        office.admin, office.workspace, kind, client_id, "list.csv", text.encode()
    )
    done = firm_lists.confirm_list(office.admin, office.workspace, preview)
    assert done.applied
    return done.change_id


def undo(office: Office, change_id: str, client_id: str = "") -> ListedChange:
    return list_undoing.undo_list_change(office.admin, office.workspace, change_id, client_id)


def imports(office: Office, who: Actor | None = None) -> list[ListedChange]:
    found = list_undoing.changes_of_lists(who or office.admin, office.workspace)
    return [one for one in found if one.change.words.startswith("Imported")]


def by_hand(office: Office, subject: ListSubject) -> ListedChange:
    """The newest change of the client's list."""
    of = (subject, own(office))
    return list_undoing.changes_of_lists(office.admin, office.workspace, of=of)[0]


def lists(office: Office, client_id: str = "") -> CodingList:
    return coding_lists.coding_list(office.admin, office.workspace, client_id)


def stays(done: ListedChange) -> dict[str, Why]:
    return {stay.name: stay.why for stay in done.outlook.stay}


def test_an_import_is_listed_and_taken_back_with_an_audit_line_each(loaded: Office) -> None:
    client_id = own(loaded)
    before, version = lists(loaded, client_id), loaded.account().data_version
    change_id = take_in(loaded, ListKind.VENDORS, VENDORS, client_id)
    [listed] = imports(loaded)
    change = listed.change
    assert (change.id, change.user_name, change.words) == (
        change_id, loaded.admin.name, "Imported list.csv"
    )  # fmt: skip
    assert (change.added, change.changed, change.removed) == (2, 1, 0)
    assert listed.owner == loaded.clients()[0].name
    assert (listed.can_be_undone, listed.outlook.stay) == (True, ())
    entries = len(loaded.audit())
    assert len(undo(loaded, change_id, client_id).outlook.back) == 3
    assert lists(loaded, client_id) == before
    assert loaded.account().data_version > version + 1
    fresh = loaded.audit()[: len(loaded.audit()) - entries]
    assert sorted(entry.action for entry in fresh) == ["delete", "delete", "edit", "undo"]
    [listed] = imports(loaded)
    assert (listed.change.undone_by, listed.can_be_undone) == (loaded.admin.name, False)
    with pytest.raises(InvalidInput, match="has undone this already"):
        undo(loaded, change_id, client_id)


def test_the_same_file_again_changes_nothing_and_is_no_import(loaded: Office) -> None:
    take_in(loaded, ListKind.VENDORS, VENDORS, own(loaded))
    assert take_in(loaded, ListKind.VENDORS, VENDORS, own(loaded)) == ""
    assert len(imports(loaded)) == 1


def test_vendors_in_use_or_changed_since_stay_and_can_go_later(loaded: Office) -> None:
    client_id = own(loaded)
    change_id = take_in(loaded, ListKind.VENDORS, VENDORS, client_id)
    named = {vendor.code: vendor for vendor in lists(loaded, client_id).vendors}
    harbor = replace(named["HARBOR"], default_gl="6100")
    coding_lists.change_vendor(loaded.admin, loaded.workspace, named["HARBOR"], harbor)
    row = loaded.rows()[0]
    loaded.save(Edit(row.id, row.version, vendor_id=named["SHELL"].id))
    [listed] = imports(loaded)
    done = undo(loaded, change_id, client_id)
    assert done.outlook == listed.outlook
    assert stays(done) == {"Harbor Coffee Roasters": Why.CHANGED_LATER, "Shell Oil": Why.USED}
    assert {vendor.code for vendor in lists(loaded, client_id).vendors} == {"HARBOR", "SHELL"}
    with pytest.raises(InvalidInput, match="Nothing of this change can be taken back"):
        undo(loaded, change_id, client_id)
    undo(loaded, by_hand(loaded, ListSubject.VENDORS).change.id, client_id)
    assert [item.name for item in undo(loaded, change_id, client_id).outlook.back] == [
        "Harbor Coffee Roasters"
    ]


def test_a_vendor_of_a_rule_or_of_an_undoable_change_stays(loaded: Office) -> None:
    client_id = own(loaded)
    change_id = take_in(loaded, ListKind.VENDORS, VENDORS, client_id)
    named = {vendor.code: vendor.id for vendor in lists(loaded, client_id).vendors}
    rule = Rule("", 0, ("OWL",), client_id=client_id, vendor_id=named["OWL"])
    rule_writing.save_rule(loaded.admin, loaded.workspace, rule)
    for vendor_id in (named["SHELL"], named["HARBOR"]):
        row = loaded.rows()[0]
        loaded.save(Edit(row.id, row.version, vendor_id=vendor_id))
    outlook = undo(loaded, change_id, client_id).outlook
    assert {stay.name: stay.words for stay in outlook.stay} == {
        "Night Owl": "rules",
        "Shell Oil": "changes on Review that can be undone",
    }


def test_a_later_import_of_the_same_entry_is_in_the_way_until_it_is_undone(loaded: Office) -> None:
    client_id = own(loaded)
    before = lists(loaded, client_id)
    first = take_in(loaded, ListKind.VENDORS, VENDORS, client_id)
    later = "Vendor Name,Vendor Code\nShell USA,SHELL\n"
    second = take_in(loaded, ListKind.VENDORS, later, client_id)
    assert stays(imports(loaded)[1]) == {"Shell Oil": Why.CHANGED_LATER}
    undo(loaded, second, client_id)
    undo(loaded, first, client_id)
    assert lists(loaded, client_id) == before


def test_a_chart_goes_back_except_for_codes_in_use(loaded: Office) -> None:
    client_id = own(loaded)
    change_id = take_in(loaded, ListKind.CHART, CHART, client_id)
    loaded.code_all("7000")
    done = undo(loaded, change_id, client_id)
    assert stays(done) == {"7000 Rent": Why.USED}
    chart = {account.code: account.name for account in lists(loaded, client_id).chart}
    assert chart == {"6100": "Meals", "6200": "Fuel", "7000": "Rent"}
    assert done.outlook.stay[0].words == "coded transactions"


def test_a_code_of_the_firm_is_in_use_where_a_client_has_none_of_its_own(loaded: Office) -> None:
    change_id = take_in(loaded, ListKind.CHART, CHART)
    first, second = loaded.rows()
    loaded.save(Edit(first.id, first.version, gl_code="6100"))
    loaded.save(Edit(second.id, second.version, gl_code="7100"))
    assert stays(undo(loaded, change_id)) == {"7100 Repairs": Why.USED}


def test_values_that_name_a_code_that_is_gone_do_not_come_back(loaded: Office) -> None:
    client_id = own(loaded)
    change_id = take_in(loaded, ListKind.VENDORS, VENDORS, client_id)
    [meals] = [one for one in lists(loaded, client_id).chart if one.code == "6100"]
    coding_lists.delete_gl_account(loaded.admin, loaded.workspace, meals)
    [stay] = undo(loaded, change_id, client_id).outlook.stay
    assert (stay.why, stay.words) == (Why.LACKING, "GL code 6100 is no longer in the chart")


def test_clients_go_unless_matched_and_a_matched_ones_code_is_as_before(loaded: Office) -> None:
    take_in(loaded, ListKind.CLIENTS, CLIENTS.replace("OAK,Active", "OAK,Old"))
    first = imports(loaded)[0].change.id
    with loaded.workspace.database.reading() as tx:
        acs = {one.code: one.id for one in acs_clients.list_acs_clients(tx)}
    client_matching.link_clients(loaded.admin, loaded.workspace, [(acs["PINE"], own(loaded))])
    second = take_in(loaded, ListKind.CLIENTS, CLIENTS.replace("PINE", "Pine"))
    assert loaded.clients()[0].acs_code == "Pine"
    assert stays(undo(loaded, second)) == {}
    assert loaded.clients()[0].acs_code == "PINE"
    assert stays(undo(loaded, first)) == {"Pine LLC": Why.USED}


def test_staff_undo_a_clients_import_and_see_the_firms(loaded: Office) -> None:
    dana, client_id = loaded.hire("Dana"), own(loaded)
    firms = take_in(loaded, ListKind.CHART, "Account,Description\n9000,Other\n")
    its = take_in(loaded, ListKind.VENDORS, VENDORS, client_id)
    assert [bool(one.refusal) for one in imports(loaded, dana)] == [False, True]
    with pytest.raises(NotPermitted):
        list_undoing.undo_list_change(dana, loaded.workspace, firms, "")
    with pytest.raises(NotFound):
        list_undoing.undo_list_change(dana, loaded.workspace, firms, client_id)
    assert list_undoing.undo_list_change(dana, loaded.workspace, its, client_id).outlook.back


def test_each_edit_by_hand_is_a_change_that_goes_back(loaded: Office) -> None:
    admin, workspace, client_id = loaded.admin, loaded.workspace, own(loaded)
    before = lists(loaded, client_id)
    seen = before.vendors[0]
    renamed = coding_lists.change_vendor(admin, workspace, seen, replace(seen, name="Harbor"))
    owl = client_records.add_vendor(admin, workspace, client_id, "Night Owl", "OWL", "6200")
    coding_lists.delete_vendor(admin, workspace, renamed)
    rent = client_records.add_gl_account(admin, workspace, client_id, "7000", "Rent")
    coding_lists.change_gl_account(admin, workspace, rent, replace(rent, code="7010"))
    for subject, words, counts in [
        (ListSubject.CHART, "Changed 7010 - Rent", (0, 1, 0)),
        (ListSubject.CHART, "Added 7000 - Rent", (1, 0, 0)),
        (ListSubject.VENDORS, "Deleted Harbor", (0, 0, 1)),
        (ListSubject.VENDORS, "Added Night Owl", (1, 0, 0)),
        (ListSubject.VENDORS, "Changed Harbor", (0, 1, 0)),
    ]:
        of = (subject, client_id)
        found = list_undoing.changes_of_lists(admin, workspace, of=of)
        change = next(one.change for one in found if not one.change.undone_by)
        assert (change.words, change.user_name) == (words, admin.name)
        assert (change.added, change.changed, change.removed) == counts
        undo(loaded, change.id, client_id)
    assert lists(loaded, client_id) == before
    assert owl not in before.vendors


def test_a_deleted_vendor_has_its_spellings_again_but_for_one_that_another_has(
    loaded: Office,
) -> None:
    client_id = own(loaded)
    owl, tern = (
        client_records.add_vendor(loaded.admin, loaded.workspace, client_id, name, "", "")
        for name in ("Night Owl", "Tern Supply")
    )

    def spell(vendor_id: str, *texts: str) -> None:
        one = next(one for one in spelled() if one.vendor.id == vendor_id)
        spellings.set_spellings(loaded.admin, loaded.workspace, one, texts)

    def spelled() -> tuple[VendorSpellings, ...]:
        return spellings.list_spellings(loaded.admin, loaded.workspace, client_id)

    spell(owl.id, "NGHT OWL CAFE", "OWL NIGHT BAR")
    coding_lists.delete_vendor(loaded.admin, loaded.workspace, owl)
    spell(tern.id, "OWL NIGHT BAR")
    undo(loaded, by_hand(loaded, ListSubject.VENDORS).change.id, client_id)
    had = {one.vendor.name: one.spellings for one in spelled()}
    assert had["Night Owl"] == ("NGHT OWL CAFE",)
    assert had["Tern Supply"] == ("OWL NIGHT BAR",)


def test_what_changes_nothing_is_no_change(loaded: Office) -> None:
    seen = lists(loaded, own(loaded)).vendors[0]
    count = len(list_undoing.changes_of_lists(loaded.admin, loaded.workspace))
    coding_lists.change_vendor(loaded.admin, loaded.workspace, seen, seen)
    assert len(list_undoing.changes_of_lists(loaded.admin, loaded.workspace)) == count


def test_a_new_gl_code_that_is_in_use_does_not_become_the_former_one(loaded: Office) -> None:
    admin, workspace, client_id = loaded.admin, loaded.workspace, own(loaded)
    rent = client_records.add_gl_account(admin, workspace, client_id, "7000", "Rent")
    coding_lists.change_gl_account(admin, workspace, rent, replace(rent, code="7010"))
    loaded.code_all("7010")
    listed = by_hand(loaded, ListSubject.CHART)
    assert stays(listed) == {"7010 - Rent": Why.USED}
    with pytest.raises(InvalidInput, match="7010 - Rent is in use: coded transactions"):
        undo(loaded, listed.change.id, client_id)


def test_what_was_deleted_stays_so_where_another_has_its_code(loaded: Office) -> None:
    admin, workspace, client_id = loaded.admin, loaded.workspace, own(loaded)
    owl = client_records.add_vendor(admin, workspace, client_id, "Night Owl", "OWL", "")
    coding_lists.delete_vendor(admin, workspace, owl)
    deleted = by_hand(loaded, ListSubject.VENDORS).change.id
    client_records.add_vendor(admin, workspace, client_id, "Owl Works", "owl", "")
    with pytest.raises(InvalidInput, match="vendor code OWL belongs to Owl Works by now"):
        undo(loaded, deleted, client_id)
    rent = client_records.add_gl_account(admin, workspace, client_id, "7000", "Rent")
    coding_lists.delete_gl_account(admin, workspace, rent)
    deleted = by_hand(loaded, ListSubject.CHART).change.id
    client_records.add_gl_account(admin, workspace, client_id, "7000", "Leases")
    with pytest.raises(InvalidInput, match="GL code 7000 is in the chart already"):
        undo(loaded, deleted, client_id)


def test_a_name_goes_back_also_where_the_firm_has_the_same_code_by_now(loaded: Office) -> None:
    admin, workspace, client_id = loaded.admin, loaded.workspace, own(loaded)
    owl = client_records.add_vendor(admin, workspace, client_id, "Night Owl", "OWL", "")
    coding_lists.change_vendor(admin, workspace, owl, replace(owl, name="Owl"))
    renamed = by_hand(loaded, ListSubject.VENDORS).change.id
    client_records.add_vendor(admin, workspace, "", "Owl Works", "OWL", "")
    undo(loaded, renamed, client_id)
    assert owl in lists(loaded, client_id).vendors
