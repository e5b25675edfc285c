"""FIRMADMIN import and the lists it fills: previewed, confirmed whole, edited, never lost."""

from dataclasses import replace

import pytest

from ledgersync.domain.actors import Actor
from ledgersync.domain.charts import GlAccount, Vendor
from ledgersync.domain.rules import Rule
from ledgersync.errors import ImportRejected, InvalidInput, ListChanged, NotFound, NotPermitted
from ledgersync.services import client_records, coding_lists, firm_lists
from ledgersync.services.coding_lists import CodingList
from ledgersync.services.firm_lists import Confirmed, Fate, ListKind, ListPreview
from ledgersync.storage import clients, rules
from tests.services.conftest import Office

VENDORS, CHART, CLIENTS = ListKind.VENDORS, ListKind.CHART, ListKind.CLIENTS
FILE = """Vendor Name,Vendor Code,Default GL Code,Phone
Harbor Coffee Roasters,HARBOR,6200,555
Shell Oil,SHELL,6200,
Ghost,GHOST,9999,
"""


def own(office: Office) -> str:
    return office.account().client_id


def preview(
    office: Office,
    text: str,
    kind: ListKind = VENDORS,
    client_id: str = "",
    who: Actor | None = None,
) -> ListPreview:
    actor, data = who or office.admin, text.encode()
    return firm_lists.preview_list(actor, office.workspace, kind, client_id, "list.csv", data)


def confirm(office: Office, shown: ListPreview) -> Confirmed:
    return firm_lists.confirm_list(office.admin, office.workspace, shown)


def take_in(office: Office, text: str, kind: ListKind = VENDORS, client_id: str = "") -> str:
    done = confirm(office, preview(office, text, kind, client_id))
    assert done.applied
    return done.preview.words()


def lists(office: Office, client_id: str = "") -> CodingList:
    return coding_lists.coding_list(office.admin, office.workspace, client_id)


def vendor(office: Office, code: str, client_id: str = "") -> Vendor:
    return next(one for one in lists(office, client_id).vendors if one.code == code)


def gl(office: Office, code: str, client_id: str = "") -> GlAccount:
    return next(one for one in lists(office, client_id).chart if one.code == code)


def test_a_preview_changes_nothing_and_says_each_line(loaded: Office) -> None:
    before = (lists(loaded, own(loaded)), loaded.audit())
    shown = preview(loaded, FILE, client_id=own(loaded))
    assert (lists(loaded, own(loaded)), loaded.audit()) == before
    assert [(line.line, line.fate) for line in shown.lines] == [
        (2, Fate.CHANGED),
        (3, Fate.NEW),
        (4, Fate.REJECTED),
    ]
    assert shown.lines[0].words == (
        "Vendor Name: Harbor Coffee → Harbor Coffee Roasters; Default GL Code: 6100 → 6200"
    )
    assert shown.words() == "1 new, 1 changed, 0 unchanged, 1 rejected"
    assert shown.parsed.remarks == ("Columns left out: Phone.",)


def test_confirming_writes_the_good_lines_once_with_an_audit_line_each(loaded: Office) -> None:
    client_id, before = own(loaded), len(loaded.audit())
    harbor = vendor(loaded, "HARBOR", client_id)
    version = loaded.account().data_version
    take_in(loaded, FILE, client_id=client_id)
    assert vendor(loaded, "HARBOR", client_id) == Vendor(
        harbor.id, client_id, "HARBOR", "Harbor Coffee Roasters", "6200"
    )
    assert vendor(loaded, "SHELL", client_id).default_gl == "6200"
    entries = loaded.audit()[: len(loaded.audit()) - before]
    assert [entry.action for entry in reversed(entries)] == ["import", "edit", "add"]
    seen = loaded.account().data_version
    assert seen > version
    assert take_in(loaded, FILE, client_id=client_id) == "0 new, 0 changed, 2 unchanged, 1 rejected"
    assert len(loaded.audit()) == before + 3
    assert loaded.account().data_version == seen


def test_what_changed_since_the_preview_is_shown_anew_and_nothing_is_written(
    loaded: Office,
) -> None:
    client_id = own(loaded)
    shown = preview(loaded, FILE, client_id=client_id)
    client_records.add_vendor(loaded.admin, loaded.workspace, client_id, "Shell", "shell")
    done = confirm(loaded, shown)
    assert not done.applied
    assert done.preview.lines[1].fate is Fate.CHANGED
    assert vendor(loaded, "HARBOR", client_id).name == "Harbor Coffee"
    assert confirm(loaded, done.preview).applied
    assert vendor(loaded, "SHELL", client_id).name == "Shell Oil"


def test_an_import_that_fails_half_way_leaves_nothing(
    loaded: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fall(*_: object) -> None:
        raise RuntimeError("out of power")

    client_id = own(loaded)
    before = lists(loaded, client_id)
    shown = preview(loaded, FILE, client_id=client_id)
    monkeypatch.setattr(firm_lists, "_record", fall)
    with pytest.raises(RuntimeError):
        confirm(loaded, shown)
    assert lists(loaded, client_id) == before


def test_a_chart_comes_first_then_its_vendors(loaded: Office) -> None:
    chart = "Account,Account Description,Type Code\n0100-00,Cash,A\n9999,Ghosts,E\n"
    assert take_in(loaded, chart, CHART, own(loaded)).startswith("2 new")
    assert gl(loaded, "0100-00", own(loaded)).type == "A"
    assert take_in(loaded, FILE, client_id=own(loaded)).startswith("2 new, 1 changed")


def test_the_firms_lists_serve_every_client_unless_it_has_its_own(loaded: Office) -> None:
    client_id = own(loaded)
    take_in(loaded, "Account,Description\n6100,Firm meals\n7000,Rent\n", CHART)
    take_in(loaded, "Vendor Code,Vendor Name,GL Code\nharbor,Harbor Inc,7000\nLL,Landlord,7000\n")
    assert {one.code for one in lists(loaded).vendors} == {"harbor", "LL"}
    seen = client_records.client_record(loaded.admin, loaded.workspace, client_id)
    assert [(v.code, v.name) for v in seen.vendors] == [
        ("HARBOR", "Harbor Coffee"),
        ("LL", "Landlord"),
    ]
    assert {one.code: one.name for one in seen.chart}["6100"] == "Meals"
    assert [one.code for one in lists(loaded, client_id).firm_vendors] == ["LL"]
    assert [one.code for one in lists(loaded, client_id).firm_chart] == ["7000"]


def test_a_firm_vendor_may_bring_a_code_that_only_clients_have(loaded: Office) -> None:
    file = "Vendor Code,Vendor Name,Default GL\nA,Ann,6100\nB,Bob,1\n"
    assert take_in(loaded, file) == "1 new, 0 changed, 0 unchanged, 1 rejected"


def test_clients_are_the_whole_firms(loaded: Office) -> None:
    file = "Client Name,Client ID,Client Code,Status\nPine LLC,11,PINE,Active\n"
    with pytest.raises(InvalidInput, match="whole firm's"):
        preview(loaded, file, CLIENTS, own(loaded))
    assert take_in(loaded, file, CLIENTS).startswith("1 new")
    changed = take_in(loaded, file.replace("Active", "Inactive"), CLIENTS)
    assert changed.startswith("0 new, 1 changed")
    assert take_in(loaded, file.replace("Active", "Inactive"), CLIENTS).startswith("0 new, 0 ch")


def test_staff_change_a_clients_lists_but_not_the_firms(loaded: Office) -> None:
    dana = loaded.hire("Dana")
    shown = preview(loaded, FILE, client_id=own(loaded), who=dana)
    assert firm_lists.confirm_list(dana, loaded.workspace, shown).applied
    with pytest.raises(NotPermitted, match="whole firm's lists"):
        preview(loaded, FILE, who=dana)
    with pytest.raises(NotPermitted):
        firm_lists.confirm_list(dana, loaded.workspace, replace(shown, client_id=""))
    with pytest.raises(NotPermitted):
        client_records.add_vendor(dana, loaded.workspace, "", "Firm vendor", "F")
    firms = client_records.add_vendor(loaded.admin, loaded.workspace, "", "Firm vendor", "F")
    claimed = replace(firms, client_id=own(loaded))
    with pytest.raises(NotFound):
        coding_lists.delete_vendor(dana, loaded.workspace, claimed)


def test_an_unknown_client_and_a_file_that_is_no_list_are_refused(loaded: Office) -> None:
    with pytest.raises(NotFound):
        preview(loaded, FILE, client_id="nobody")
    with pytest.raises(ImportRejected, match="list of vendors"):
        preview(loaded, FILE, CHART, own(loaded))


def test_a_vendor_is_edited_by_id_and_a_colleagues_change_is_kept(loaded: Office) -> None:
    client_id = own(loaded)
    seen = vendor(loaded, "HARBOR", client_id)
    change = coding_lists.change_vendor
    once = change(loaded.admin, loaded.workspace, seen, replace(seen, name="Harbor  Cafe"))
    assert once.name == "Harbor Cafe"
    entries = len(loaded.audit())
    assert change(loaded.admin, loaded.workspace, seen, once) == once
    assert len(loaded.audit()) == entries
    with pytest.raises(ListChanged, match="Harbor Coffee"):
        change(loaded.admin, loaded.workspace, seen, replace(seen, default_gl="6200"))
    with pytest.raises(InvalidInput, match="9999 is not in this client's chart"):
        change(loaded.admin, loaded.workspace, once, replace(once, default_gl="9999"))
    with pytest.raises(InvalidInput, match="needs a vendor name"):
        change(loaded.admin, loaded.workspace, once, replace(once, name=" "))
    other = client_records.add_vendor(loaded.admin, loaded.workspace, client_id, "Other", "OTHER")
    with pytest.raises(InvalidInput, match="belongs to Harbor Cafe"):
        change(loaded.admin, loaded.workspace, other, replace(other, code="harbor"))
    assert vendor(loaded, "HARBOR", client_id) == once


def test_a_new_name_shows_on_review_at_once(loaded: Office) -> None:
    loaded.code_all("6100")
    account, seen = loaded.account(), gl(loaded, "6100", own(loaded))
    wanted = replace(seen, name="Client meals")
    coding_lists.change_gl_account(loaded.admin, loaded.workspace, seen, wanted)
    assert loaded.account().data_version == account.data_version + 1
    assert {row.gl_name for row in loaded.rows()} == {"Client meals"}


def test_a_code_in_use_is_neither_renamed_nor_deleted(loaded: Office) -> None:
    loaded.code_all("6100")
    client_id = own(loaded)
    with loaded.workspace.database.writing() as tx:
        clients.change_account(tx, loaded.account().id, gl_code="6200")
    meals, fuel = gl(loaded, "6100", client_id), gl(loaded, "6200", client_id)
    with pytest.raises(InvalidInput) as refused:
        coding_lists.delete_gl_account(loaded.admin, loaded.workspace, meals)
    assert refused.value.sentence == (
        f"GL code 6100 can't be deleted: 2 coded transactions ({loaded.clients()[0].name}); "
        "1 vendor's default (Harbor Coffee)."
    )
    change = replace(fuel, code="6201")
    with pytest.raises(InvalidInput, match=r"can't be changed: .*1 bank account"):
        coding_lists.change_gl_account(loaded.admin, loaded.workspace, fuel, change)


def test_the_firms_account_of_that_code_frees_a_clients_own(loaded: Office) -> None:
    loaded.code_all("6100")
    meals = gl(loaded, "6100", own(loaded))
    client_records.add_gl_account(loaded.admin, loaded.workspace, "", "6100", "Firm meals")
    firms = gl(loaded, "6100")
    coding_lists.delete_gl_account(loaded.admin, loaded.workspace, firms)  # its own is in use
    client_records.add_gl_account(loaded.admin, loaded.workspace, "", "6100", "Firm meals")
    coding_lists.delete_gl_account(loaded.admin, loaded.workspace, meals)
    assert {row.gl_name for row in loaded.rows()} == {"Firm meals"}
    with pytest.raises(InvalidInput, match="2 coded transactions"):
        coding_lists.delete_gl_account(loaded.admin, loaded.workspace, gl(loaded, "6100"))


def test_a_vendor_goes_only_when_nothing_uses_it(loaded: Office) -> None:
    client_id = own(loaded)
    harbor = vendor(loaded, "HARBOR", client_id)
    with loaded.workspace.database.writing() as tx:
        rule = Rule("", 0, ("HARBOR",), vendor_id=harbor.id)
        rules.add_rules(tx, [rule], "Ann", loaded.audit()[0].at)
    with pytest.raises(InvalidInput, match=r"Harbor Coffee can't be deleted: 1 rule \(rule 1\)"):
        coding_lists.delete_vendor(loaded.admin, loaded.workspace, harbor)
    free = client_records.add_vendor(loaded.admin, loaded.workspace, client_id, "Free", "FREE")
    stale = replace(free, name="Other")
    with pytest.raises(ListChanged):
        coding_lists.delete_vendor(loaded.admin, loaded.workspace, stale)
    coding_lists.delete_vendor(loaded.admin, loaded.workspace, free)
    with pytest.raises(NotFound):
        coding_lists.delete_vendor(loaded.admin, loaded.workspace, free)
    assert [one.code for one in lists(loaded, client_id).vendors] == ["HARBOR"]
