"""Undoing: one click takes back what one click decided, and nothing that came later."""

import pytest

from ledgersync.domain.batches import BatchKind
from ledgersync.domain.decisions import Edit, Standing
from ledgersync.domain.periods import Period
from ledgersync.domain.transactions import Status
from ledgersync.errors import InvalidInput, NotFound
from ledgersync.services import changes, exporting, reviewing, suggesting, undoing
from ledgersync.services.clicks import Click
from ledgersync.services.exporting import ExportRequest
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


def test_a_row_that_has_left_in_an_export_stays_as_it_left(loaded: Office) -> None:
    saved = loaded.save(*[Edit(r.id, 0, gl_code="6200") for r in loaded.rows()])
    request = ExportRequest(loaded.account().id, Period(OCTOBER.start, OCTOBER.end))
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
