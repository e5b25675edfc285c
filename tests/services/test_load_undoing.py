"""Undoing a load: what it brought goes again, and nothing that people have worked on."""

from datetime import date

import pytest

from ledgersync.domain.changes import Blocked, Change
from ledgersync.domain.decisions import Edit
from ledgersync.domain.periods import Period
from ledgersync.domain.transactions import Status
from ledgersync.domain.undoing import Why
from ledgersync.errors import InvalidInput, NotFound
from ledgersync.services import changes, exporting, load_undoing, suggesting
from ledgersync.services.exporting import ExportRequest
from ledgersync.services.load_undoing import LoadUndone
from ledgersync.storage import loads
from tests.services.conftest import OCTOBER, Office
from tests.services.scripted_ledgersync import row

SEPTEMBER = Period(date(2026, 9, 1), date(2026, 9, 30))


def loads_listed(office: Office) -> list[Change]:
    found = changes.list_changes(office.admin, office.workspace, office.account().id)
    return [change for change in found if change.load]


def undo_newest(office: Office) -> LoadUndone:
    [newest, *_] = [one for one in loads_listed(office) if not one.undone_at]
    return load_undoing.undo_load(office.admin, office.workspace, newest.id, office.account().id)


def picture(office: Office) -> list[tuple[object, ...]]:
    """What Review shows of the rows, without their own ids."""
    return [
        (r.source_id, r.date, r.description, r.amount, r.memo, r.pending, r.status, r.problem)
        for r in office.rows()
    ]


def days_loaded(office: Office) -> list[Period]:
    with office.workspace.database.reading() as tx:
        return loads.complete_loads(tx, OCTOBER).get(office.account().id, [])


def test_rows_that_it_added_go_again_with_their_suggestions(loaded: Office) -> None:
    suggesting.suggest(loaded.admin, loaded.workspace, [loaded.account().id])
    assert any(r.suggested for r in loaded.rows())
    before = picture(loaded)
    undone = undo_newest(loaded)
    assert (undone.taken_away, undone.given_back) == (2, 0)
    assert loaded.rows() == []
    assert days_loaded(loaded) == []
    assert loaded.account().last_loaded_at is None
    loaded.load()
    assert picture(loaded) == before
    assert days_loaded(loaded) == [OCTOBER]


def test_changed_and_vanished_rows_are_as_before_it(loaded: Office) -> None:
    before, first = picture(loaded), loaded.account().last_loaded_at
    loaded.feed.rows["A1"] = [row("t1", amount=-99.0, memo="corrected"), row("t3")]
    report = loaded.load()
    assert (report.total("new"), report.total("updated"), report.total("removed")) == (1, 1, 1)
    assert picture(loaded) != before
    undone = undo_newest(loaded)
    assert (undone.taken_away, undone.given_back) == (1, 2)
    assert picture(loaded) == before
    assert loaded.account().last_loaded_at == first
    loaded.load()
    assert {r.source_id: r.amount for r in loaded.rows()}["t1"] == -9900


def test_a_row_that_came_back_has_vanished_again(loaded: Office) -> None:
    listed = loaded.feed.rows["A1"]
    loaded.feed.rows["A1"] = listed[:1]
    loaded.load()
    gone = picture(loaded)
    loaded.feed.rows["A1"] = listed
    loaded.load()
    undo_newest(loaded)
    assert picture(loaded) == gone


def test_the_note_of_a_change_after_review_goes_with_the_change(loaded: Office) -> None:
    loaded.code_all()
    loaded.feed.rows["A1"][0] = row("t1", amount=-99.0)
    loaded.load()
    assert [r.status for r in loaded.rows()].count(Status.PROBLEM) == 1
    undone = undo_newest(loaded)
    assert undone.given_back == 1
    assert {r.status for r in loaded.rows()} == {Status.REVIEWED}


def test_rows_that_people_decided_since_stay_and_are_said(loaded: Office) -> None:
    robin = loaded.hire("Robin")
    loaded.save(Edit(loaded.rows()[0].id, 0, gl_code="6200"), actor=robin)
    [listed] = loads_listed(loaded)
    [stay] = listed.outlook.stay
    assert (len(listed.outlook.back), stay.why, stay.who) == (1, Why.CHANGED, "Robin")
    undo_newest(loaded)
    assert [(r.source_id, r.gl_code) for r in loaded.rows()] == [("t1", "6200")]
    assert loaded.load().total("new") == 1


def test_a_changed_row_that_was_decided_since_keeps_its_new_values(loaded: Office) -> None:
    loaded.feed.rows["A1"] = [row("t1", amount=-99.0), row("t2", amount=-77.0)]
    loaded.load()
    first = loaded.rows()[0]
    loaded.save(Edit(first.id, first.version, gl_code="6200"))
    undone = undo_newest(loaded)
    assert (undone.given_back, [s.transaction_id for s in undone.outlook.stay]) == (1, [first.id])
    assert {r.source_id: r.amount for r in loaded.rows()}["t1"] == -9900


def test_exported_rows_stay_even_when_all_did(loaded: Office) -> None:
    loaded.code_all()
    exporting.export(loaded.admin, loaded.workspace, ExportRequest(loaded.account().id, OCTOBER))
    [listed] = loads_listed(loaded)
    assert not listed.can_be_undone
    assert {(s.why, s.export) for s in listed.outlook.stay} == {(Why.EXPORTED, 1)}
    with pytest.raises(InvalidInput, match="nothing was taken back"):
        undo_newest(loaded)
    assert len(loaded.rows()) == 2
    assert days_loaded(loaded) == [OCTOBER]


def test_a_newer_load_of_the_same_days_goes_first(loaded: Office) -> None:
    loaded.load()
    newer, older = loads_listed(loaded)
    assert older.block is not None
    assert (older.block.why, older.block.at) == (Blocked.NEWER_LOAD, newer.at)
    with pytest.raises(InvalidInput, match="can't be undone"):
        load_undoing.undo_load(loaded.admin, loaded.workspace, older.id, loaded.account().id)
    undo_newest(loaded)
    undo_newest(loaded)
    assert loaded.rows() == []


def test_a_load_of_other_days_is_not_in_the_way(loaded: Office) -> None:
    loaded.load(SEPTEMBER)
    _, older = loads_listed(loaded)
    assert older.block is None
    load_undoing.undo_load(loaded.admin, loaded.workspace, older.id, loaded.account().id)
    assert loaded.rows() == []


def test_a_load_that_changed_nothing_only_stops_counting(loaded: Office) -> None:
    loaded.load(SEPTEMBER)
    assert undo_newest(loaded) == LoadUndone(0, 0, loads_listed(loaded)[0].outlook)
    with loaded.workspace.database.reading() as tx:
        assert loads.complete_loads(tx, SEPTEMBER) == {}
    assert len(loaded.rows()) == 2


def test_a_load_of_an_earlier_version_can_not_be_told_apart(loaded: Office) -> None:
    with loaded.workspace.database.writing() as tx:
        tx.exec_driver_sql("UPDATE transactions SET load_id = ''")
    [listed] = loads_listed(loaded)
    assert listed.block is not None
    assert (listed.block.why, listed.can_be_undone) == (Blocked.NOT_RECORDED, False)


def test_a_load_is_undone_once_and_only_where_it_was(loaded: Office) -> None:
    undo_newest(loaded)
    [listed] = loads_listed(loaded)
    assert (listed.undone_by, listed.can_be_undone) == (loaded.admin.name, False)
    account_id = loaded.account().id
    with pytest.raises(InvalidInput, match="has undone this already"):
        load_undoing.undo_load(loaded.admin, loaded.workspace, listed.id, account_id)
    with pytest.raises(NotFound):
        load_undoing.undo_load(loaded.admin, loaded.workspace, "another", account_id)
    newest = loaded.audit()[0]
    assert (newest.action, newest.subject, newest.subject_id) == ("undo", "load", listed.id)


def test_a_suggestion_for_a_row_that_went_meanwhile_is_dropped(
    loaded: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Matching reads rows, thinks, and writes: in between the load may have been undone."""
    keep = suggesting._keep

    def keep_late(*given: object) -> object:
        undo_newest(loaded)
        return keep(*given)  # type: ignore[arg-type]

    monkeypatch.setattr(suggesting, "_keep", keep_late)
    suggesting.suggest(loaded.admin, loaded.workspace, [loaded.account().id])
    assert loaded.rows() == []
