"""Taking an export back: its rows leave again like others, its record stays, undo restores it."""

import json

import pytest

from ledgersync import clock
from ledgersync.domain.actors import Role
from ledgersync.domain.changes import Block, Blocked
from ledgersync.domain.closings import Closing
from ledgersync.domain.decisions import Edit
from ledgersync.domain.taking_back import TakingBack
from ledgersync.domain.transactions import Status
from ledgersync.errors import InvalidInput, NotFound, NothingToExport, NotPermitted
from ledgersync.services import (
    changed_exports,
    changes,
    exporting,
    overview,
    people,
    reviewing,
    taking_back,
    undoing,
)
from ledgersync.services.exporting import ExportRequest, FindingKind
from ledgersync.storage import closings
from ledgersync.storage.columns import new_id
from ledgersync.storage.exports import ExportBatch
from tests.services.conftest import OCTOBER, Office


@pytest.fixture
def coded(loaded: Office) -> Office:
    """October is reviewed and may leave."""
    loaded.code_all()
    return loaded


def export(office: Office, **changes: object) -> ExportBatch:
    values = {"account_id": office.account().id, "period": OCTOBER, **changes}
    request = ExportRequest(confirmed=frozenset(FindingKind), **values)  # type: ignore[arg-type]
    return exporting.export(office.admin, office.workspace, request)


def take_back(office: Office, batch: ExportBatch, reason: str = "Wrong month") -> TakingBack:
    return taking_back.take_back(office.admin, office.workspace, batch.id, reason)


def preview(office: Office, batch: ExportBatch) -> TakingBack:
    return taking_back.preview_taking_back(office.admin, office.workspace, batch.id)


def unlock_and_recode(office: Office, row_id: str) -> None:
    reviewing.unlock(office.admin, office.workspace, office.account().id, [row_id])
    version = next(row.version for row in office.rows() if row.id == row_id)
    assert office.save(Edit(row_id, version, gl_code="6200")).saved == 1


def now(office: Office, batch: ExportBatch) -> ExportBatch:
    made = exporting.list_exports(office.admin, office.workspace)
    return next(one for one, _ in made if one.id == batch.id)


def standing(office: Office) -> list[tuple[Status, bool, int | None]]:
    return [(row.status, row.locked, row.export_number) for row in office.rows()]


def undo(office: Office, batch: ExportBatch) -> undoing.Undone:
    return undoing.undo(office.admin, office.workspace, now(office, batch).taken_back_with)


def test_rows_of_an_export_that_was_taken_back_leave_again_like_others(coded: Office) -> None:
    first = export(coded)
    file = exporting.download(coded.admin, coded.workspace, first.id)
    assert len(preview(coded, first).locked) == 2
    plan = take_back(coded, first, "  Wrong   month ")
    assert (len(plan.going), plan.staying, plan.refusal) == (2, (), "")
    assert standing(coded) == [(Status.REVIEWED, False, None)] * 2
    kept = now(coded, first)
    assert (kept.taken_back_by, kept.taken_back_reason) == (coded.admin.name, "Wrong month")
    assert exporting.download(coded.admin, coded.workspace, first.id) == file
    [whole, *rows] = coded.audit()[:3]
    assert (whole.action, whole.subject_id) == ("take back", first.id)
    assert json.loads(whole.detail) == {"number": 1, "reason": "Wrong month", "rows": 2}
    assert {(row.action, row.detail) for row in rows} == {("unlock", '{"reason": "Wrong month"}')}
    changed = coded.rows()[0]
    assert coded.save(Edit(changed.id, changed.version, gl_code="6200")).saved == 1
    assert changed_exports.changed_since_export(coded.admin, coded.workspace) == {}
    [client] = overview.firm_standing(coded.admin, coded.workspace, OCTOBER).clients
    assert (client.reviewed, client.exported) == (2, 0)
    again = export(coded)
    assert (again.number, again.rows, again.again) == (2, 2, False)
    assert standing(coded) == [(Status.EXPORTED, True, 2)] * 2


def test_rows_that_left_again_later_stay_and_changed_ones_keep_their_codes(coded: Office) -> None:
    first = export(coded)
    changed, again = (row.id for row in coded.rows())
    unlock_and_recode(coded, changed)
    second = export(coded, again=True, only=frozenset({again}))
    plan = take_back(coded, first)
    assert (len(plan.going), plan.locked, plan.changed) == (1, (), 1)
    assert plan.later == ((2, 1),)
    by_id = {row.id: row for row in coded.rows()}
    assert (by_id[changed].gl_code, by_id[changed].exported) == ("6200", False)
    assert (by_id[again].locked, by_id[again].export_number) == (True, second.number)


def test_a_row_of_an_earlier_export_counts_with_that_one_again(coded: Office) -> None:
    first = export(coded)
    second = export(coded, again=True)
    assert preview(coded, first).refusal.startswith("Every row of export 1 left again")
    with pytest.raises(InvalidInput, match="left again with a later export"):
        take_back(coded, first)
    assert take_back(coded, second).earlier == ((1, 2),)
    assert standing(coded) == [(Status.REVIEWED, False, 1)] * 2
    with pytest.raises(NothingToExport):
        export(coded)
    take_back(coded, first)
    assert standing(coded) == [(Status.REVIEWED, False, None)] * 2
    assert export(coded).rows == 2


def test_an_undo_lets_the_export_stand_again(coded: Office) -> None:
    batch = export(coded)
    take_back(coded, batch)
    changed, other = coded.rows()
    coded.save(Edit(changed.id, changed.version, gl_code="6200"))
    assert undo(coded, batch).restored == (other.id,)
    assert now(coded, batch).taken_back_at is None
    assert standing(coded) == [(Status.REVIEWED, False, 1), (Status.EXPORTED, True, 1)]
    told = changed_exports.changed_since_export(coded.admin, coded.workspace)
    assert [row.transaction_id for row in told[batch.id]] == [changed.id]
    assert "let stand again" in {entry.action for entry in coded.audit()[:3]}
    take_back(coded, batch)
    listed = changes.list_changes(coded.admin, coded.workspace, coded.account().id)
    taken = [one for one in listed if one.what == "Took back export 1"]
    assert [one.can_be_undone for one in taken] == [True, False]


def test_that_undo_is_offered_to_administrators_alone(coded: Office) -> None:
    lee = coded.hire("Lee", Role.ADMIN)
    batch = export(coded)
    taking_back.take_back(lee, coded.workspace, batch.id, "Wrong month")
    place = (coded.workspace, coded.account().id)
    assert undoing.last_change(lee, *place) is not None
    people.change_role(coded.admin, coded.workspace, lee.user_id, Role.STAFF)
    [taken, *_] = changes.list_changes(lee, *place)
    assert (taken.what, taken.can_be_undone) == ("Took back export 1", False)
    assert taken.block == Block(Blocked.FOR_ADMINISTRATORS)
    assert undoing.last_change(lee, *place) is None
    [taken, *_] = changes.list_changes(coded.admin, *place)
    assert (taken.block, taken.can_be_undone) == (None, True)
    undo(coded, batch)
    [taken, *_] = changes.list_changes(lee, *place)
    assert (taken.block, taken.undone_by) == (None, coded.admin.name)


def test_nothing_is_undone_once_the_rows_left_anew(coded: Office) -> None:
    batch = export(coded)
    take_back(coded, batch)
    export(coded)
    assert len(undo(coded, batch).exported) == 2
    assert now(coded, batch).taken_back_at
    assert standing(coded) == [(Status.EXPORTED, True, 2)] * 2


def test_a_reason_an_open_period_and_a_standing_export_are_asked_for(coded: Office) -> None:
    batch = export(coded)
    with pytest.raises(InvalidInput, match="a reason why the export is taken back"):
        take_back(coded, batch, " ")
    closing = Closing(new_id(), coded.account().id, OCTOBER, 0, 2, clock.now(), "Ann")
    with coded.workspace.database.writing() as tx:
        closings.add_closing(tx, closing)
    assert "is closed since" in preview(coded, batch).refusal
    with pytest.raises(InvalidInput, match=r"is closed since .* by Ann"):
        take_back(coded, batch)
    assert standing(coded) == [(Status.EXPORTED, True, 1)] * 2
    with coded.workspace.database.writing() as tx:
        closings.reopen(tx, closing.id, clock.now(), "Ann", "A late fee")
    take_back(coded, batch)
    with pytest.raises(InvalidInput, match="has taken export 1 back already"):
        take_back(coded, batch)
    with pytest.raises(NotFound, match="no such export"):
        taking_back.take_back(coded.admin, coded.workspace, "nobody's", "Why")


def test_staff_who_may_not_export_again_may_not_take_back(coded: Office) -> None:
    batch = export(coded)
    dana = coded.hire("Dana")
    assert not taking_back.may_take_back(dana, coded.workspace)
    with pytest.raises(NotPermitted, match="Dana may not export rows a second time"):
        taking_back.take_back(dana, coded.workspace, batch.id, "Why")
    assert standing(coded) == [(Status.EXPORTED, True, 1)] * 2
    take_back(coded, batch)
    with pytest.raises(NotPermitted, match="Dana may not export rows a second time"):
        undoing.undo(dana, coded.workspace, now(coded, batch).taken_back_with)
    assert now(coded, batch).taken_back_with


def test_an_unlocking_before_an_export_was_taken_back_has_nothing_to_lock(coded: Office) -> None:
    batch = export(coded)
    ids = [row.id for row in coded.rows()]
    reviewing.unlock(coded.admin, coded.workspace, coded.account().id, ids)
    [unlocking, *_] = changes.list_changes(coded.admin, coded.workspace, coded.account().id)
    take_back(coded, batch)
    assert undoing.undo(coded.admin, coded.workspace, unlocking.id).restored == ()
    assert not any(row.locked for row in coded.rows())
