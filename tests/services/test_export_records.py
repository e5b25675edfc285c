"""What stays of an export: what was confirmed, what changed since, and the file for its time."""

import json
from collections.abc import Iterator
from datetime import timedelta

import pytest
import time_machine

from ledgersync import clock
from ledgersync.domain.decisions import Edit, Standing
from ledgersync.domain.exported_rows import Change, differences, read_left
from ledgersync.errors import ExportRefused, InvalidInput, NotFound
from ledgersync.services import acs_settings, changed_exports, export_keeping, exporting, reviewing
from ledgersync.services.changed_exports import ChangedRow
from ledgersync.services.exporting import ExportRequest, FindingKind
from ledgersync.storage.exports import ExportBatch
from ledgersync.storage.tables import DECISIONS, EXPORT_ITEMS
from tests.services.conftest import OCTOBER, Office
from tests.services.scripted_ledgersync import row

EXTENSIONS = {
    "acs-xlsx": ".xlsx",
    "acs-csv-11": ".csv",
    "acs-csv-journal": ".csv",
    "acs-csv-legacy": ".csv",
    "qbo-csv": ".csv",
    "xero-csv": ".csv",
    "qif": ".qif",
    "ofx": ".ofx",
}


@pytest.fixture
def coded(loaded: Office) -> Office:
    """October is reviewed and may leave."""
    loaded.code_all()
    return loaded


def export(office: Office, *confirmed: FindingKind, **changes: object) -> ExportBatch:
    values = {"account_id": office.account().id, "period": OCTOBER, **changes}
    request = ExportRequest(confirmed=frozenset(confirmed), **values)  # type: ignore[arg-type]
    return exporting.export(office.admin, office.workspace, request)


def changed(office: Office) -> dict[str, list[ChangedRow]]:
    return changed_exports.changed_since_export(office.admin, office.workspace)


def unlocked(office: Office) -> str:
    """The first row, opened for changes again after its export."""
    row_id = office.rows()[0].id
    reviewing.unlock(office.admin, office.workspace, office.account().id, [row_id])
    return row_id


def test_warnings_are_confirmed_before_a_file_is_written_and_kept_with_it(coded: Office) -> None:
    coded.feed.rows["A1"].append(row("t3", "2026-10-20", -1.0))
    coded.load()
    with pytest.raises(
        ExportRefused, match=r"nobody has confirmed this yet\. 1 transaction is still"
    ):
        export(coded)
    with pytest.raises(ExportRefused, match="still to review"):
        export(coded, FindingKind.AMOUNT_ZERO)
    batch = export(coded, FindingKind.NOT_REVIEWED, FindingKind.AMOUNT_ZERO)
    assert json.loads(batch.confirmed) == ["not_reviewed"]
    assert json.loads(coded.audit()[0].detail)["confirmed"] == ["not_reviewed"]


def test_a_reason_lets_errors_pass_but_not_warnings_that_nobody_saw(loaded: Office) -> None:
    with pytest.raises(ExportRefused, match="not reviewed"):
        export(loaded, include_unreviewed=True, override_reason="By hand")
    done = export(
        loaded, FindingKind.NOT_REVIEWED, include_unreviewed=True, override_reason="By hand"
    )
    assert done.rows == 2


def test_a_transfer_whose_other_leg_is_coded_too_is_blocked(coded: Office) -> None:
    first, second = coded.rows()
    with coded.workspace.database.writing() as tx:
        for one, other in ((first, second), (second, first)):
            query = DECISIONS.update().where(DECISIONS.c.transaction_id == one.id)
            tx.execute(query.values(transfer_with=other.id))
    with pytest.raises(ExportRefused, match="2 transactions are legs of transfers"):
        export(coded)
    coded.save(Edit(first.id, first.version, standing=Standing.EXCLUDED))
    coded.save(Edit(second.id, second.version, standing=Standing.REVIEWED))
    assert export(coded).rows == 1


def test_every_layout_gives_a_file_of_the_same_sum(coded: Office) -> None:
    acs_settings.set_bank_gl(coded.admin, coded.workspace, coded.account().id, "6200")
    for name, extension in EXTENSIONS.items():
        batch = export(coded, FindingKind.ALREADY_EXPORTED, layout=name, again=True)
        assert (batch.rows, batch.total) == (2, -4250)
        file = exporting.download(coded.admin, coded.workspace, batch.id)
        assert file.name.endswith(extension)
        assert file.data
    assert set(EXTENSIONS) == {layout.name for layout in exporting.layouts()}


def test_a_change_after_the_export_is_told_with_before_and_now(coded: Office) -> None:
    batch = export(coded)
    row_id = unlocked(coded)
    assert changed(coded) == {}
    coded.save(Edit(row_id, 1, gl_code="6200"))
    [one] = changed(coded)[batch.id]
    assert one.transaction_id == row_id
    assert one.changes == (Change("GL code", "6100", "6200"),)
    assert one.changed_by == coded.admin.name
    coded.save(Edit(row_id, 2, gl_code="6100"))
    assert changed(coded) == {}


def test_what_ledgersync_changes_after_the_export_is_told_too(coded: Office) -> None:
    batch = export(coded)
    coded.feed.rows["A1"][0]["amount"] = -14.0
    coded.load()
    [one] = changed(coded)[batch.id]
    assert Change("Amount", "-12.50", "-14.00") in one.changes


def test_another_payee_and_another_check_number_are_changes(coded: Office) -> None:
    batch = export(coded)
    given = coded.feed.rows["A1"][0]
    given |= {"description": "PINE STREET BAKERY", "checkNumber": "1203"}
    coded.load()
    [one] = changed(coded)[batch.id]
    assert Change("Payee", "HARBOR COFFEE 0042", "PINE STREET BAKERY") in one.changes
    assert Change("Check number", "none", "1203") in one.changes


def test_of_an_older_record_only_what_it_holds_is_compared() -> None:
    kept = '{"vendor": "", "lines": [["6100", -1250]], "amount": -1250, "date": "2026-10-05"}'
    before = read_left(kept)
    assert before
    now = before._replace(check_number="1203", paid_to="Harbor")
    assert differences(before, now) == ()
    assert differences(now, before._replace(paid_to="Pine", check_number="")) == (
        Change("Payee", "Harbor", "Pine"),
        Change("Check number", "1203", "none"),
    )


def test_an_excluded_row_and_one_without_codes_are_changes(coded: Office) -> None:
    batch = export(coded)
    row_id = unlocked(coded)
    coded.save(Edit(row_id, 1, standing=Standing.EXCLUDED))
    [one] = changed(coded)[batch.id]
    assert one.changes[0] == Change("Standing", "exported", "excluded")
    coded.save(Edit(row_id, 2, standing=Standing.TO_REVIEW, gl_code="", vendor_id=""))
    [one] = changed(coded)[batch.id]
    assert Change("GL code", "6100", "none") in one.changes


def test_a_row_that_left_again_counts_with_its_newest_export(coded: Office) -> None:
    first = export(coded)
    row_id = unlocked(coded)
    coded.save(Edit(row_id, 1, gl_code="6200"))
    assert set(changed(coded)) == {first.id}
    export(coded, FindingKind.ALREADY_EXPORTED, FindingKind.CHANGED_SINCE_EXPORT, again=True)
    assert changed(coded) == {}


def test_a_row_of_an_older_export_is_listed_without_saying_what_it_was(coded: Office) -> None:
    batch = export(coded)
    with coded.workspace.database.writing() as tx:
        tx.execute(EXPORT_ITEMS.update().values(left="{}"))
    coded.save(Edit(unlocked(coded), 1, gl_code="6200"))
    assert [one.changes for one in changed(coded)[batch.id]] == [()]


@pytest.fixture
def later() -> Iterator[time_machine.Traveller]:
    """A clock that a test may turn on."""
    with time_machine.travel(clock.now(), tick=False) as traveller:
        yield traveller


def test_a_file_is_removed_after_its_time_and_its_record_stays(
    coded: Office, later: time_machine.Traveller
) -> None:
    export_keeping.keep_for(coded.admin, coded.workspace, 90)
    batch = export(coded)
    later.shift(timedelta(days=90))
    assert export_keeping.remove_expired(coded.workspace) == 0
    assert exporting.download(coded.admin, coded.workspace, batch.id).data
    later.shift(timedelta(seconds=1))
    [(kept, _)] = exporting.list_exports(coded.admin, coded.workspace)
    assert kept.expired_at == clock.now()
    assert (kept.sha256, kept.rows) == (batch.sha256, batch.rows)
    newest = coded.audit()[0]
    assert (newest.action, newest.subject_id) == ("remove file", batch.id)
    with pytest.raises(NotFound, match=r"The file of export 1 was removed .*; its record stays"):
        exporting.download(coded.admin, coded.workspace, batch.id)
    assert export_keeping.remove_expired(coded.workspace) == 0
    assert {r.export_number for r in coded.rows()} == {1}


def test_files_are_kept_for_a_year_unless_an_admin_says_otherwise(office: Office) -> None:
    assert export_keeping.days_kept(office.admin, office.workspace) == 365
    for days in (89, 3_651):
        with pytest.raises(InvalidInput, match="Export files can't be kept for"):
            export_keeping.keep_for(office.admin, office.workspace, days)
    export_keeping.keep_for(office.admin, office.workspace, 120)
    export_keeping.keep_for(office.admin, office.workspace, 150)
    assert export_keeping.days_kept(office.admin, office.workspace) == 150
    assert json.loads(office.audit()[0].detail) == {"days": [120, 150]}
