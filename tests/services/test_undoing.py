"""Undoing: one click takes back what one click decided, and nothing that came later."""

import json

import pytest
from sqlalchemy import event

from ledgersync.domain.batches import BatchKind
from ledgersync.domain.decisions import Edit, Standing
from ledgersync.domain.splits import SplitLine
from ledgersync.domain.transactions import Status
from ledgersync.domain.undoing import Why
from ledgersync.errors import InvalidInput, NotFound
from ledgersync.services import changes, coding_lists, exporting, reviewing, suggesting, undoing
from ledgersync.services.clicks import Click
from ledgersync.services.exporting import ExportRequest, FindingKind
from tests.services.conftest import OCTOBER, Office


def codes(office: Office) -> dict[str, tuple[str, Status]]:
    return {r.source_id: (r.gl_code, r.status) for r in office.rows()}


def test_a_batch_goes_back_to_what_was_before(loaded: Office) -> None:
    suggesting.suggest(loaded.admin, loaded.workspace, [loaded.account().id])
    before = codes(loaded)
    saved = loaded.save(*[Edit(r.id, 0, gl_code="6200") for r in loaded.rows()])
    undone = undoing.undo(loaded.admin, loaded.workspace, saved.batch_id)
    assert len(undone.restored) == 2
    assert codes(loaded) == before


def test_an_accepted_suggestion_is_a_suggestion_again(loaded: Office) -> None:
    suggesting.suggest(loaded.admin, loaded.workspace, [loaded.account().id])
    [coffee] = [r for r in loaded.rows() if r.suggested]
    click = Click(BatchKind.ACCEPT, "Accepted 1 suggestion at 50% or more")
    edit = Edit(coffee.id, 0, coffee.vendor_id, coffee.gl_code, Standing.REVIEWED)
    saved = reviewing.save_edits(loaded.admin, loaded.workspace, loaded.account().id, [edit], click)
    undoing.undo(loaded.admin, loaded.workspace, saved.batch_id)
    [again] = [r for r in loaded.rows() if r.id == coffee.id]
    assert (again.suggested, again.status, again.gl_code) == (True, Status.TO_REVIEW, "6100")


def test_a_row_that_was_changed_since_stays_as_it_is(loaded: Office) -> None:
    first, second = loaded.rows()
    saved = loaded.save(Edit(first.id, 0, gl_code="6200"), Edit(second.id, 0, gl_code="6200"))
    loaded.save(Edit(first.id, 1, gl_code="6100"), actor=loaded.hire("Robin"))
    undone = undoing.undo(loaded.admin, loaded.workspace, saved.batch_id)
    assert (undone.restored, undone.changed_since) == ((second.id,), (first.id,))
    assert [r.gl_code for r in loaded.rows()] == ["6100", ""]


def test_many_changes_are_listed_with_as_many_queries_as_one(loaded: Office) -> None:
    row, account = loaded.rows()[0], loaded.account()
    asked: list[str] = []
    engine = loaded.workspace.database.engine
    event.listen(engine, "before_cursor_execute", lambda *given: asked.append(given[2]))
    numbers = []
    for version, gl_code in enumerate(("6100", "6200", "6100")):
        loaded.save(Edit(row.id, version, gl_code=gl_code))
        asked.clear()
        changes.list_changes(loaded.admin, loaded.workspace, account.id)
        numbers.append(len(asked))
    # What the first was coded to before, which was nothing, needs no look at the lists.
    assert numbers[1] == numbers[2] > 0


def test_codes_that_were_deleted_since_do_not_come_back(loaded: Office) -> None:
    row = loaded.rows()[1]
    account = loaded.account()
    lists = reviewing.coding(loaded.admin, loaded.workspace, account.client_id)
    [vendor], meals = lists.vendors, lists.chart[0]
    with_vendor = loaded.save(Edit(row.id, 0, vendor_id=vendor.id, gl_code="6200"))
    with_meals = loaded.save(Edit(row.id, 1, vendor_id="", gl_code="6100"))
    loaded.save(Edit(row.id, 2, gl_code="6200"))
    coding_lists.delete_vendor(loaded.admin, loaded.workspace, vendor)
    coding_lists.delete_gl_account(loaded.admin, loaded.workspace, meals)
    [newest, *_] = changes.list_changes(loaded.admin, loaded.workspace, account.id)
    assert not newest.can_be_undone
    for batch_id in (newest.id, with_meals.batch_id, with_vendor.batch_id):
        assert undoing.undo(loaded.admin, loaded.workspace, batch_id).restored == ()
    [stay] = newest.outlook.stay
    assert (stay.transaction_id, stay.why) == (row.id, Why.CODES_GONE)
    assert codes(loaded)["t2"] == ("6200", Status.REVIEWED)


def test_a_vendor_that_was_deleted_since_does_not_come_back(loaded: Office) -> None:
    row = loaded.rows()[1]
    lists = reviewing.coding(loaded.admin, loaded.workspace, loaded.account().client_id)
    [vendor] = lists.vendors
    loaded.save(Edit(row.id, 0, vendor_id=vendor.id, gl_code="6200"))
    saved = loaded.save(Edit(row.id, 1, vendor_id=""))
    coding_lists.delete_vendor(loaded.admin, loaded.workspace, vendor)
    undone = undoing.undo(loaded.admin, loaded.workspace, saved.batch_id)
    assert [stay.why for stay in undone.outlook.stay] == [Why.CODES_GONE]


def test_what_says_the_same_as_its_export_again_did_not_change(loaded: Office) -> None:
    loaded.code_all()
    request = ExportRequest(loaded.account().id, OCTOBER)
    exporting.export(loaded.admin, loaded.workspace, request)
    here = (loaded.admin, loaded.workspace, loaded.account().id)
    row, other = loaded.rows()
    reviewing.unlock(*here, [row.id, other.id])
    [unlocking, *_] = changes.list_changes(*here)
    saved = loaded.save(Edit(row.id, row.version, gl_code="6200"))
    assert found_changed(loaded) == [row.id]
    undoing.undo(loaded.admin, loaded.workspace, saved.batch_id)
    loaded.save(Edit(other.id, other.version, gl_code="6200"))
    loaded.save(Edit(other.id, other.version + 1, gl_code="6100"))
    assert found_changed(loaded) == []
    assert not any(row.changed_since_export for row in loaded.rows())
    # What was chosen anew by hand is a change that stands; what was undone is none.
    assert undoing.undo(loaded.admin, loaded.workspace, unlocking.id).restored == (row.id,)
    assert [r.locked for r in loaded.rows()] == [True, False]


def found_changed(office: Office) -> list[str]:
    """The rows that pre-flight calls changed since their export."""
    request = ExportRequest(office.account().id, OCTOBER)
    found = exporting.check_export(office.admin, office.workspace, request).findings
    kind = FindingKind.CHANGED_SINCE_EXPORT
    return [id_ for finding in found if finding.kind is kind for id_ in finding.transaction_ids]


def test_what_ledgersync_changed_is_told_again_after_an_undo(loaded: Office) -> None:
    loaded.code_all()
    loaded.feed.rows["A1"][0]["amount"] = -20.0
    loaded.load()
    row = loaded.rows()[0]
    assert (row.status, "was -$12.50" in row.problem) == (Status.PROBLEM, True)
    saved = loaded.save(Edit(row.id, row.version, standing=Standing.REVIEWED))
    assert loaded.rows()[0].status is Status.REVIEWED
    batch_id = saved.batch_id
    for problem in (row.problem, "", row.problem, ""):
        undoing.undo(loaded.admin, loaded.workspace, batch_id)
        assert loaded.rows()[0].problem == problem
        [newest, *_] = changes.list_changes(loaded.admin, loaded.workspace, loaded.account().id)
        batch_id = newest.id
    undoing.undo(loaded.admin, loaded.workspace, batch_id)
    loaded.feed.rows["A1"][0]["amount"] = -30.0
    loaded.load()
    news = loaded.rows()[0].problem
    [newest, *_] = [
        one
        for one in changes.list_changes(loaded.admin, loaded.workspace, loaded.account().id)
        if not one.load
    ]
    undoing.undo(loaded.admin, loaded.workspace, newest.id)
    assert loaded.rows()[0].problem == news != row.problem


def test_a_split_does_not_come_back_for_another_amount(loaded: Office) -> None:
    row = loaded.rows()[0]
    halves = (SplitLine("6100", -625), SplitLine("6200", -625))
    loaded.save(Edit(row.id, 0, split=halves))
    other = loaded.save(Edit(row.id, 1, gl_code="6200"))
    loaded.feed.rows["A1"][0]["amount"] = -20.0
    loaded.load()
    undone = undoing.undo(loaded.admin, loaded.workspace, other.batch_id)
    assert [stay.why for stay in undone.outlook.stay] == [Why.OTHER_AMOUNT]
    loaded.feed.rows["A1"][0]["amount"] = -12.5
    loaded.load()
    undoing.undo(loaded.admin, loaded.workspace, other.batch_id)
    assert loaded.rows()[0].split == halves


def test_a_row_that_has_left_in_an_export_stays_as_it_left(loaded: Office) -> None:
    saved = loaded.save(*[Edit(r.id, 0, gl_code="6200") for r in loaded.rows()])
    request = ExportRequest(loaded.account().id, OCTOBER)
    exporting.export(loaded.admin, loaded.workspace, request)
    undone = undoing.undo(loaded.admin, loaded.workspace, saved.batch_id)
    assert (len(undone.restored), len(undone.exported)) == (0, 2)
    assert {r.gl_code for r in loaded.rows()} == {"6200"}


def test_an_undo_can_be_undone(loaded: Office) -> None:
    saved = loaded.save(*[Edit(r.id, 0, gl_code="6200") for r in loaded.rows()])
    undoing.undo(loaded.admin, loaded.workspace, saved.batch_id)
    newest = changes.list_changes(loaded.admin, loaded.workspace, loaded.account().id)[0]
    assert newest.what == "Undid: Set GL code 6200 on 2 rows"
    undoing.undo(loaded.admin, loaded.workspace, newest.id)
    assert {r.gl_code for r in loaded.rows()} == {"6200"}


@pytest.mark.parametrize("changed", [0, 1])
def test_a_change_is_offered_as_long_as_one_row_of_it_can_go_back(
    loaded: Office, changed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(undoing, "_FEW", 1)
    saved = loaded.save(*[Edit(r.id, 0, gl_code="6200") for r in loaded.rows()])
    edit = Edit(loaded.rows()[changed].id, 1, gl_code="6100")
    loaded.save(edit, actor=loaded.hire("Robin"))
    last = undoing.last_change(loaded.admin, loaded.workspace, loaded.account().id)
    assert last is not None
    assert last.id == saved.batch_id


def test_nothing_is_undone_twice(loaded: Office) -> None:
    saved = loaded.save(Edit(loaded.rows()[0].id, 0, gl_code="6200"))
    undoing.undo(loaded.admin, loaded.workspace, saved.batch_id)
    with pytest.raises(InvalidInput, match=f"{loaded.admin.name} has undone this already"):
        undoing.undo(loaded.admin, loaded.workspace, saved.batch_id)
    with pytest.raises(NotFound):
        undoing.undo(loaded.admin, loaded.workspace, "nobody's")


def test_changes_are_listed_with_who_and_how_many(loaded: Office) -> None:
    loaded.save(Edit(loaded.rows()[0].id, 0, gl_code="6200"))
    loaded.save(
        *[Edit(r.id, r.version, gl_code="6100") for r in loaded.rows()],
        actor=loaded.hire("Robin"),
    )
    found = changes.list_changes(loaded.admin, loaded.workspace, loaded.account().id)
    assert [(c.who, c.rows, c.what) for c in found if not c.load] == [
        ("Robin", 2, "Set GL code 6100 on 2 rows"),
        (loaded.admin.name, 1, "GL code 6200 - Fuel for HARBOR COFFEE 0042"),
    ]


def test_the_list_goes_back_to_the_accounts_first_change(loaded: Office) -> None:
    first, second = loaded.rows()
    for version, code in enumerate(("6200", "6100", "6200")):
        loaded.save(Edit(first.id, version, gl_code=code))
    loaded.load()
    loaded.save(Edit(second.id, 0, gl_code="6100"))
    here = (loaded.admin, loaded.workspace, loaded.account().id)
    everything = changes.list_changes(*here)
    assert changes.count_changes(*here) == len(everything) == 6
    pages = [changes.list_changes(*here, skip=skip, most=2) for skip in (0, 2, 4, 6)]
    assert [change for page in pages for change in page] == everything
    assert everything[-1].what.startswith("Loaded 2 new")


def test_the_last_change_that_can_go_back_is_found_however_old_it_is(
    loaded: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(undoing, "_TRIED", 1)
    monkeypatch.setattr(undoing, "_AT_A_TIME", 1)
    here = (loaded.admin, loaded.workspace, loaded.account().id)
    first, second = loaded.rows()
    oldest = loaded.save(Edit(first.id, 0, gl_code="6200"))
    for version, code in enumerate(("6200", "6100", "6200")):
        loaded.save(Edit(second.id, version, gl_code=code))
    loaded.save(Edit(second.id, 3, gl_code="6100"), actor=loaded.hire("Robin"))
    last = undoing.last_change(*here)
    assert last is not None
    assert last.id == oldest.batch_id
    exporting.export(*here[:2], ExportRequest(here[2], OCTOBER))
    assert undoing.last_change(*here) is None


def test_what_changed_nothing_is_no_batch(loaded: Office) -> None:
    first = loaded.rows()[0]
    loaded.save(Edit(first.id, 0, gl_code="6200"))
    again = loaded.save(Edit(first.id, 1, gl_code="6200"))
    assert again.batch_id == ""
    found = changes.list_changes(loaded.admin, loaded.workspace, loaded.account().id)
    assert len([change for change in found if not change.load]) == 1


def test_an_undo_is_in_the_audit_trail(loaded: Office) -> None:
    saved = loaded.save(Edit(loaded.rows()[0].id, 0, gl_code="6200"))
    undoing.undo(loaded.admin, loaded.workspace, saved.batch_id)
    assert loaded.audit()[0].action == "undo"


def test_ones_changes_of_one_row_are_undone_one_after_the_other(loaded: Office) -> None:
    second = loaded.rows()[1].id
    loaded.save(Edit(second, 0, gl_code="6200"))
    loaded.save(Edit(second, 1, gl_code="6100"))
    for expected in ("6200", ""):
        last = undoing.last_change(loaded.admin, loaded.workspace, loaded.account().id)
        assert last is not None
        undoing.undo(loaded.admin, loaded.workspace, last.id)
        assert loaded.rows()[1].gl_code == expected
    assert undoing.last_change(loaded.admin, loaded.workspace, loaded.account().id) is None


def test_the_list_says_what_stands_in_the_way(loaded: Office) -> None:
    first, second = loaded.rows()
    loaded.save(Edit(first.id, 0, gl_code="6200"), Edit(second.id, 0, gl_code="6200"))
    loaded.save(Edit(first.id, 1, gl_code="6100"), actor=loaded.hire("Robin"))
    older = changes.list_changes(loaded.admin, loaded.workspace, loaded.account().id)[1]
    [stay] = older.outlook.stay
    assert older.outlook.back == (second.id,)
    assert (stay.why, stay.who) == (Why.CHANGED, "Robin")
    assert stay.words == "GL code 6100 - Meals for HARBOR COFFEE 0042"


def test_what_could_not_go_back_can_later(loaded: Office) -> None:
    first, second = loaded.rows()
    saved = loaded.save(Edit(first.id, 0, gl_code="6200"), Edit(second.id, 0, gl_code="6200"))
    newer = loaded.save(Edit(first.id, 1, gl_code="6100"))
    for batch_id in (saved.batch_id, newer.batch_id, saved.batch_id):
        undoing.undo(loaded.admin, loaded.workspace, batch_id)
    assert {r.status for r in loaded.rows()} == {Status.TO_REVIEW}


def test_unlocking_is_recorded_with_its_reason_and_can_be_undone(loaded: Office) -> None:
    loaded.code_all()
    exporting.export(loaded.admin, loaded.workspace, ExportRequest(loaded.account().id, OCTOBER))
    account_id, ids = loaded.account().id, [r.id for r in loaded.rows()]
    assert reviewing.unlock(loaded.admin, loaded.workspace, account_id, ids, " wrong vendor ") == 2
    entry = loaded.audit()[0]
    assert (entry.action, json.loads(entry.detail)) == ("unlock", {"reason": "wrong vendor"})
    assert {r.status for r in loaded.rows()} == {Status.REVIEWED}
    unlocking = changes.list_changes(loaded.admin, loaded.workspace, account_id)[0]
    assert (unlocking.what, unlocking.rows) == ("Unlocked 2 rows", 2)
    loaded.save(Edit(ids[0], 1, gl_code="6200"))
    undone = undoing.undo(loaded.admin, loaded.workspace, unlocking.id)
    assert (undone.restored, undone.changed_since) == ((ids[1],), (ids[0],))
    assert [r.status for r in loaded.rows()] == [Status.REVIEWED, Status.EXPORTED]
    assert loaded.audit()[0].action == "lock"
