"""Exporting: a file and its record in one piece, the same bytes for ever, no row out unaware."""

import hashlib
import json
import threading
from dataclasses import replace
from datetime import date

import pytest
from sqlalchemy import func, select

from ledgersync.config import Mode
from ledgersync.domain.decisions import Edit, Standing
from ledgersync.domain.periods import Period
from ledgersync.domain.transactions import Status
from ledgersync.errors import (
    DecisionsChanged,
    ExportRefused,
    InvalidInput,
    NotFound,
    NothingToExport,
    NotPermitted,
)
from ledgersync.exports import writing
from ledgersync.services import client_records, exporting, reviewing, suggesting
from ledgersync.services.exporting import ExportRequest, FindingKind
from ledgersync.storage import audit
from ledgersync.storage.exports import ExportBatch
from ledgersync.storage.tables import EXPORT_ITEMS, EXPORTS
from tests.services.conftest import OCTOBER, Office
from tests.services.scripted_ledgersync import row

CSV = "acs-csv-11"
EVERY_WARNING = frozenset(FindingKind)


@pytest.fixture
def coded(loaded: Office) -> Office:
    """October is reviewed and may leave."""
    loaded.code_all()
    return loaded


def request(office: Office, **changes: object) -> ExportRequest:
    """A request of somebody who has seen every warning, unless it says otherwise."""
    usual = {"account_id": office.account().id, "period": OCTOBER, "confirmed": EVERY_WARNING}
    values = {**usual, **changes}
    return ExportRequest(**values)  # type: ignore[arg-type]


def export(office: Office, **changes: object) -> ExportBatch:
    return exporting.export(office.admin, office.workspace, request(office, **changes))


def batches(office: Office) -> list[tuple[ExportBatch, int]]:
    return exporting.list_exports(office.admin, office.workspace)


def test_an_export_is_a_file_and_its_record(coded: Office) -> None:
    batch = export(coded)
    assert (batch.number, batch.rows, batch.total) == (1, 2, -4250)
    assert (batch.start, batch.end) == (OCTOBER.start, OCTOBER.end)
    assert (batch.created_by, batch.client_name) == (coded.admin.name, "Client C1")
    file = exporting.download(coded.admin, coded.workspace, batch.id)
    assert file.name == batch.file_name
    assert file.name.endswith(".xlsx")
    assert hashlib.sha256(file.data).hexdigest() == batch.sha256
    with coded.workspace.database.reading() as tx:
        items = tx.execute(select(EXPORT_ITEMS.c.transaction_id, EXPORT_ITEMS.c.version)).all()
    assert {tuple(item) for item in items} == {(r.id, r.version) for r in coded.rows()}
    assert {r.status for r in coded.rows()} == {Status.EXPORTED}
    assert {r.export_number for r in coded.rows()} == {1}
    newest = coded.audit()[0]
    assert (newest.action, newest.subject_id) == ("export", batch.id)
    assert json.loads(newest.detail)["sha256"] == batch.sha256


def test_a_download_gives_the_same_bytes_whatever_happened_since(coded: Office) -> None:
    batch = export(coded)
    first = exporting.download(coded.admin, coded.workspace, batch.id)
    row_id = coded.rows()[0].id
    reviewing.unlock(coded.admin, coded.workspace, coded.account().id, [row_id])
    coded.save(Edit(row_id, 1, gl_code="6200"))
    assert exporting.download(coded.admin, coded.workspace, batch.id) == first
    [(_, changed)] = batches(coded)
    assert changed == 1
    with pytest.raises(NotFound, match="no such export"):
        exporting.download(coded.admin, coded.workspace, "other")


def test_what_was_changed_in_texts_is_recorded_with_the_export(loaded: Office) -> None:
    loaded.feed.rows["A1"][0]["description"] = "ZAŻÓŁĆ COFFEE " + "X" * 40
    loaded.load()
    loaded.code_all()
    batch = export(loaded, layout="ofx")
    assert exporting.changed_texts(batch) == (
        "Texts that were cut to what their cell or field holds: 1.",
        "Texts that had characters that became ?, as such files can't hold them: 2.",
    )
    assert not {sentence for *_, sentence in exporting.found_before(batch)}.intersection(
        exporting.changed_texts(batch)
    )
    assert exporting.changed_texts(export(loaded, again=True)) == ()


def test_no_row_leaves_twice_unaware(coded: Office) -> None:
    export(coded)
    with pytest.raises(NothingToExport, match=r"10/01/2026 to 10/31/2026.*exported before") as told:
        export(coded)
    assert told.value.next_step.startswith("Export again rows")
    coded.feed.rows["A1"].append(row("t3", "2026-10-20", -1.0))
    coded.load()
    coded.save(Edit(coded.rows()[-1].id, 0, gl_code="6200"))
    second = export(coded)
    assert (second.number, second.rows, second.total) == (2, 1, -100)
    assert [b.number for b, _ in batches(coded)] == [2, 1]


def test_exporting_again_is_asked_for_and_recorded(coded: Office) -> None:
    export(coded)
    again = export(coded, again=True)
    assert (again.number, again.rows, again.again) == (2, 2, True)
    assert coded.audit()[0].action == "export again"
    assert {r.export_number for r in coded.rows()} == {2}


def test_a_changed_row_leaves_again_alone(coded: Office) -> None:
    export(coded)
    changed, other = coded.rows()
    reviewing.unlock(coded.admin, coded.workspace, coded.account().id, [changed.id])
    coded.save(Edit(changed.id, changed.version, gl_code="6200"))
    again = export(coded, again=True, only=frozenset({changed.id}))
    assert (again.rows, again.total) == (1, changed.amount)
    assert {r.id: r.export_number for r in coded.rows()} == {changed.id: 2, other.id: 1}


def test_a_row_that_was_returned_to_review_leaves_again_only_unreviewed(coded: Office) -> None:
    export(coded)
    back, other = coded.rows()
    reviewing.unlock(coded.admin, coded.workspace, coded.account().id, [back.id])
    coded.save(Edit(back.id, back.version, standing=Standing.TO_REVIEW))
    asked = request(coded, again=True)
    found = exporting.check_export(coded.admin, coded.workspace, asked)
    [waiting] = [f for f in found.findings if f.kind is FindingKind.NOT_REVIEWED]
    assert (found.rows, waiting.transaction_ids) == (1, (back.id,))
    assert "stays out of this file" in waiting.sentence
    asked = request(coded, again=True, include_unreviewed=True)
    found = exporting.check_export(coded.admin, coded.workspace, asked)
    assert found.rows == 2
    assert FindingKind.NOT_REVIEWED in found.warned_of
    assert other.id in next(
        f.transaction_ids for f in found.findings if f.kind is FindingKind.ALREADY_EXPORTED
    )


def test_no_picked_row_is_not_the_whole_period(coded: Office) -> None:
    with pytest.raises(NothingToExport, match="No row is ticked"):
        export(coded, only=frozenset())
    assert not batches(coded)


def test_staff_export_but_not_a_second_time(coded: Office) -> None:
    dana = coded.hire("Dana")
    exporting.export(dana, coded.workspace, request(coded))
    with pytest.raises(NotPermitted, match="Dana may not export rows a second time"):
        exporting.export(dana, coded.workspace, request(coded, again=True))
    assert len(batches(coded)) == 1


def test_a_file_that_acs_would_refuse_is_not_written_without_a_reason(loaded: Office) -> None:
    loaded.save(*[Edit(r.id, 0, standing=Standing.REVIEWED) for r in loaded.rows()])
    found = exporting.check_export(loaded.admin, loaded.workspace, request(loaded))
    assert found.blocking
    assert (found.rows, found.total) == (2, -4250)
    with pytest.raises(ExportRefused) as refused:
        export(loaded, override_reason="  ")
    assert found.blocking[0].sentence in refused.value.sentence
    assert batches(loaded) == []
    assert {r.status for r in loaded.rows()} == {Status.REVIEWED}
    batch = export(loaded, override_reason="Coded in Accounting CS itself")
    assert batch.override_reason == "Coded in Accounting CS itself"
    assert json.loads(loaded.audit()[0].detail)["override"] == batch.override_reason
    assert json.loads(batch.findings)


def test_rows_to_review_stay_out_unless_asked_for(loaded: Office) -> None:
    first = loaded.rows()[0]
    loaded.save(Edit(first.id, 0, gl_code="6100"))
    assert export(loaded).rows == 1
    with_all = export(loaded, include_unreviewed=True, override_reason="as it is")
    assert with_all.rows == 1
    assert {r.status for r in loaded.rows()} == {Status.EXPORTED}
    assert loaded.rows()[1].version == 0


def test_pending_excluded_and_problem_rows_stay_out(coded: Office) -> None:
    first, second = coded.rows()
    coded.save(Edit(first.id, 1, standing=Standing.EXCLUDED))
    coded.feed.rows["A1"].append(row("p1", "2026-10-20", -5.0, pending=True))
    coded.feed.rows["A1"][1]["amount"] = -31.0
    coded.load()
    assert coded.rows()[1].id == second.id
    with pytest.raises(NothingToExport):
        export(coded, include_unreviewed=True)


def test_an_exported_row_that_changes_at_ledgersync_is_flagged_not_sent_again(
    coded: Office,
) -> None:
    export(coded)
    coded.feed.rows["A1"][0]["amount"] = -14.0
    coded.load()
    changed = coded.rows()[0]
    assert changed.status is Status.PROBLEM
    coded.save(Edit(changed.id, changed.version, standing=Standing.REVIEWED))
    assert coded.rows()[0].changed_since_export
    [(_, count)] = batches(coded)
    assert count == 1
    with pytest.raises(NothingToExport):
        export(coded)


@pytest.mark.parametrize("vanished", [False, True])
def test_an_exported_row_stays_locked_when_it_changes_or_vanishes_at_ledgersync(
    coded: Office, *, vanished: bool
) -> None:
    export(coded)
    if vanished:
        del coded.feed.rows["A1"][0]
    else:
        coded.feed.rows["A1"][0]["amount"] = -14.0
    coded.load()
    changed = coded.rows()[0]
    assert (changed.status, changed.locked) == (Status.PROBLEM, True)
    for edit in (
        Edit(changed.id, 1, gl_code="6200"),
        Edit(changed.id, 1, vendor_id=""),
        Edit(changed.id, 1, gl_code="", standing=Standing.REVIEWED),
        Edit(changed.id, 1, standing=Standing.EXCLUDED),
        Edit(changed.id, 1, standing=Standing.TO_REVIEW),
    ):
        saved = coded.save(edit)
        unchanged = edit.vendor_id == ""  # it has no vendor
        assert (saved.saved, saved.locked) == (0, () if unchanged else (changed.id,))
    assert reviewing.unlock(
        coded.admin, coded.workspace, coded.account().id, [changed.id], "Posted by hand"
    )
    assert coded.audit()[0].action == "unlock"
    assert coded.save(Edit(changed.id, 1, gl_code="6200")).saved == 1


def test_a_changed_row_that_left_unreviewed_is_stood_by_without_unlocking(loaded: Office) -> None:
    suggesting.suggest(loaded.admin, loaded.workspace, [loaded.account().id])
    export(loaded, include_unreviewed=True, override_reason="As agreed")
    for one in loaded.feed.rows["A1"]:
        one["amount"] -= 1
    loaded.load()
    for left in loaded.rows():
        loaded.save(Edit(left.id, left.version, standing=Standing.REVIEWED))
    assert {(r.status, r.gl_code, r.locked) for r in loaded.rows()} == {
        (Status.EXPORTED, "6100", True),
        (Status.EXPORTED, "", True),
    }


def test_rows_that_change_while_the_file_is_written_are_not_kept(
    coded: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    render = writing.render

    def interrupted(*given: object) -> object:
        first = coded.rows()[0]
        coded.save(Edit(first.id, first.version, gl_code="6200"))
        return render(*given)  # type: ignore[arg-type]

    monkeypatch.setattr(exporting, "render", interrupted)
    with pytest.raises(DecisionsChanged) as refused:
        export(coded)
    assert refused.value.next_step == "Export again."
    assert batches(coded) == []
    monkeypatch.undo()
    assert export(coded).rows == 2


def test_a_record_that_fails_half_way_leaves_nothing(
    coded: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object, **__: object) -> None:
        raise RuntimeError("the power went out")

    monkeypatch.setattr(audit, "record", broken)
    with pytest.raises(RuntimeError, match="power"):
        export(coded)
    monkeypatch.undo()
    with coded.workspace.database.reading() as tx:
        for kept in (EXPORTS, EXPORT_ITEMS):
            assert tx.execute(select(func.count()).select_from(kept)).scalar_one() == 0
    assert {r.status for r in coded.rows()} == {Status.REVIEWED}


def test_the_demo_marks_its_files(coded: Office) -> None:
    settings = coded.workspace.settings.model_copy(update={"mode": Mode.DEMO})
    demo = replace(coded.workspace, settings=settings)
    batch = exporting.export(coded.admin, demo, request(coded, layout=CSV))
    assert "DEMO" in batch.file_name
    assert b"DEMO" in exporting.download(coded.admin, demo, batch.id).data


def test_a_firms_files_carry_no_mark(coded: Office) -> None:
    batch = export(coded, layout=CSV)
    assert "DEMO" not in batch.file_name
    assert b"DEMO" not in exporting.download(coded.admin, coded.workspace, batch.id).data


def test_what_is_not_there_cannot_be_exported(coded: Office) -> None:
    with pytest.raises(InvalidInput):
        export(coded, layout="lotus-123")
    with pytest.raises(NotFound):
        export(coded, account_id="nobody's")
    with pytest.raises(NothingToExport):
        export(coded, period=Period(date(2020, 1, 1), date(2020, 1, 31)))


def test_two_accounts_exported_at_once_get_two_numbers(office: Office) -> None:
    names = [f"A{number}" for number in range(1, 7)]
    office.feed.clients = {"C1": names}
    office.feed.rows = {name: [row(f"{name}-1")] for name in names}
    office.sync()
    office.set_up()
    office.load()
    for account in office.accounts():
        client_records.set_acs_description(office.admin, office.workspace, account.id, "Pine")
        first = office.rows(account.source_id)[0]
        reviewing.save_edits(
            office.admin, office.workspace, account.id, [Edit(first.id, 0, gl_code="6100")]
        )
    requests = [ExportRequest(account.id, OCTOBER) for account in office.accounts()]
    errors, start = [], threading.Barrier(len(requests))

    def run(wanted: ExportRequest) -> None:
        start.wait(30)
        try:
            exporting.export(office.admin, office.workspace, wanted)
        except Exception as error:  # noqa: BLE001  shown by the assertion below
            errors.append(error)

    threads = [threading.Thread(target=run, args=(wanted,)) for wanted in requests]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []
    assert [b.number for b, _ in batches(office)] == [6, 5, 4, 3, 2, 1]


def test_one_account_exported_twice_at_once_leaves_once(coded: Office) -> None:
    outcomes: list[object] = []
    start = threading.Barrier(4)

    def run() -> None:
        start.wait(30)
        try:
            outcomes.append(export(coded).number)
        except (NothingToExport, DecisionsChanged) as error:
            outcomes.append(type(error))

    threads = [threading.Thread(target=run) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [o for o in outcomes if isinstance(o, int)] == [1]
    assert len(outcomes) == 4


def test_a_suggested_row_keeps_the_codes_it_left_with(loaded: Office) -> None:
    ids = [loaded.account().id]
    suggesting.suggest(loaded.admin, loaded.workspace, ids)
    [coffee] = [r for r in loaded.rows() if r.suggested]
    export(loaded, include_unreviewed=True, override_reason="As agreed")
    [left] = [r for r in loaded.rows() if r.id == coffee.id]
    assert (left.vendor_id, left.gl_code, left.suggested) == (
        coffee.vendor_id,
        coffee.gl_code,
        False,
    )
    assert (left.status, left.changed_since_export) == (Status.EXPORTED, False)
