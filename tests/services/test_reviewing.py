"""Reviewing: decisions are saved once, in order, by people who saw what they changed."""

import json
import threading

import pytest

from ledgersync.domain.actors import Actor
from ledgersync.domain.charts import Vendor
from ledgersync.domain.decisions import Edit, Standing
from ledgersync.domain.transactions import Method, Status
from ledgersync.errors import InvalidInput, NotFound
from ledgersync.services import client_records, exporting, reviewing
from ledgersync.services.exporting import ExportRequest
from ledgersync.storage import audit, charts, decisions
from ledgersync.storage.engine import Database
from tests.services.conftest import OCTOBER, Office
from tests.services.scripted_ledgersync import row

WRITERS = 16


def test_a_decision_is_saved_signed_and_shown(loaded: Office) -> None:
    first, second = loaded.rows()
    version = loaded.account().data_version
    saved = loaded.save(Edit(first.id, 0, gl_code="6100"))
    assert (saved.saved, saved.stale, saved.locked) == (1, (), ())
    shown, untouched = loaded.rows()
    assert (shown.gl_code, shown.gl_name, shown.status) == ("6100", "Meals", Status.REVIEWED)
    assert (shown.version, shown.decided_by, shown.method) == (1, loaded.admin.name, Method.MANUAL)
    assert shown.decided_at is not None
    assert untouched == second
    assert loaded.account().data_version == version + 1


def test_what_changed_is_in_the_audit_trail_with_codes_before_and_after(loaded: Office) -> None:
    first = loaded.rows()[0]
    loaded.save(Edit(first.id, 0, gl_code="6100"))
    loaded.save(Edit(first.id, 1, gl_code="6200"))
    newest = loaded.audit()[0]
    assert (newest.action, newest.subject, newest.subject_id) == ("edit", "transaction", first.id)
    assert newest.user_name == loaded.admin.name
    assert json.loads(newest.detail) == {"gl_code": ["6100", "6200"]}


def test_the_same_edit_again_is_nothing_new(loaded: Office) -> None:
    edit = Edit(loaded.rows()[0].id, 0, gl_code="6100")
    assert loaded.save(edit).saved == 1
    entries = len(loaded.audit())
    assert loaded.save(edit).saved == 0
    assert len(loaded.audit()) == entries
    assert loaded.rows()[0].version == 1


def test_a_colleagues_newer_decision_is_kept_and_shown(loaded: Office) -> None:
    dana = loaded.hire("Dana")
    first, second = loaded.rows()
    loaded.save(Edit(first.id, 0, gl_code="6100"), actor=dana)
    late = Edit(first.id, 0, gl_code="6200")
    saved = loaded.save(late, Edit(second.id, 0, gl_code="6200"))
    assert saved.saved == 1
    [stale] = saved.stale
    assert (stale.theirs.gl_code, stale.theirs.decided_by) == ("6100", "Dana")
    assert stale.yours == late
    assert [r.gl_code for r in loaded.rows()] == ["6100", "6200"]


def test_two_edits_of_one_row_in_one_save_both_count(loaded: Office) -> None:
    sheet = reviewing.review_sheet(loaded.admin, loaded.workspace, loaded.account().id, OCTOBER)
    [harbor] = sheet.vendors
    first = sheet.rows[0]
    saved = loaded.save(Edit(first.id, 0, vendor_id=harbor.id), Edit(first.id, 0, gl_code="6200"))
    assert (saved.saved, saved.stale) == (1, ())
    shown = loaded.rows()[0]
    assert (shown.vendor_name, shown.gl_code) == ("Harbor Coffee", "6200")
    assert loaded.save(Edit(first.id, shown.version, gl_code="6100")).saved == 1


@pytest.mark.parametrize("where", ["decided before", "undecided"])
def test_a_save_with_one_wrong_edit_saves_nothing(loaded: Office, where: str) -> None:
    first, second = loaded.rows()
    if where == "decided before":
        loaded.save(Edit(first.id, 0, gl_code="6100"))
        first = loaded.rows()[0]
    before = loaded.rows()
    good = Edit(second.id, 0, gl_code="6200")
    for wrong, error in (
        (Edit(first.id, first.version, gl_code="9999"), InvalidInput),
        (Edit(first.id, first.version, vendor_id="nobody"), InvalidInput),
        (Edit("no such row", 0, gl_code="6100"), NotFound),
    ):
        with pytest.raises(error) as refused:
            loaded.save(good, wrong)
        assert refused.value.next_step
    assert loaded.rows() == before


def test_another_clients_rows_vendors_and_codes_are_not_there(office: Office) -> None:
    office.feed.clients["C2"] = ["B1"]
    office.feed.rows["B1"] = [row("b1")]
    office.sync()
    office.set_up()
    office.load()
    other = office.account("B1").client_id
    theirs = client_records.add_vendor(office.admin, office.workspace, other, "Other Co", "OTH")
    client_records.add_gl_account(office.admin, office.workspace, other, "7777", "Theirs")
    mine, foreign = office.rows("A1")[0], office.rows("B1")[0]
    for edit in (
        Edit(foreign.id, 0, gl_code="6100"),
        Edit(mine.id, 0, vendor_id=theirs.id),
        Edit(mine.id, 0, gl_code="7777"),
    ):
        with pytest.raises((NotFound, InvalidInput)):
            office.save(edit)
    assert office.rows("B1")[0].version == 0
    with pytest.raises(NotFound):
        reviewing.save_edits(office.admin, office.workspace, "no such account", [])
    with pytest.raises(NotFound):
        reviewing.list_accounts(office.admin, office.workspace, "no such client")


def test_a_vendors_default_code_that_is_in_no_chart_is_not_taken(loaded: Office) -> None:
    with loaded.workspace.database.writing() as tx:
        [stray] = charts.add_vendors(tx, [Vendor("", "", "STRAY", "Stray Co", "9999")])
        [known] = charts.add_vendors(tx, [Vendor("", "", "KNOWN", "Known Co", "6200")])
    first, second = loaded.rows()
    loaded.save(Edit(first.id, 0, vendor_id=stray), Edit(second.id, 0, vendor_id=known))
    assert [r.gl_code for r in loaded.rows()] == ["", "6200"]
    assert [r.status for r in loaded.rows()] == [Status.TO_REVIEW] * 2


def test_excluding_and_taking_that_back(loaded: Office) -> None:
    def mark(standing: Standing) -> list[Status]:
        seen = [(r.id, r.version) for r in loaded.rows()]
        saved = reviewing.set_standing(
            loaded.admin, loaded.workspace, loaded.account().id, seen, standing
        )
        assert saved.saved == 2
        return [r.status for r in loaded.rows()]

    assert mark(Standing.EXCLUDED) == [Status.EXCLUDED] * 2
    assert mark(Standing.TO_REVIEW) == [Status.TO_REVIEW] * 2
    assert mark(Standing.REVIEWED) == [Status.REVIEWED] * 2


def test_exported_rows_are_locked_until_unlocked(loaded: Office) -> None:
    loaded.code_all()
    exporting.export(loaded.admin, loaded.workspace, ExportRequest(loaded.account().id, OCTOBER))
    first, second = loaded.rows()
    assert {r.status for r in loaded.rows()} == {Status.EXPORTED}
    change = Edit(first.id, first.version, gl_code="6200")
    assert loaded.save(change).locked == (first.id,)
    assert loaded.rows()[0] == first
    count = reviewing.unlock(loaded.admin, loaded.workspace, loaded.account().id, [first.id])
    assert count == 1
    assert loaded.audit()[0].action == "unlock"
    assert loaded.save(change).saved == 1
    changed, still = loaded.rows()
    assert (changed.gl_code, changed.status) == ("6200", Status.REVIEWED)
    assert changed.exported
    assert changed.changed_since_export
    assert still == second


def test_a_pending_decision_survives_loads_that_change_the_row(loaded: Office) -> None:
    loaded.code_all("6200")
    for amount in (-12.6, -12.7):
        loaded.feed.rows["A1"][0]["amount"] = amount
        loaded.load()
    assert [r.gl_code for r in loaded.rows()] == ["6200", "6200"]


def test_the_choices_are_the_clients_own_and_the_firms(loaded: Office) -> None:
    found = reviewing.coding(loaded.admin, loaded.workspace, loaded.account().client_id)
    assert [gl.label for gl in found.chart] == ["6100 - Meals", "6200 - Fuel"]
    assert [vendor.code for vendor in found.vendors] == ["HARBOR"]


@pytest.mark.parametrize("backend", ["postgresql"], indirect=True)
def test_rows_are_locked_in_the_order_of_their_ids_however_they_lie_and_are_named(
    loaded: Office,
) -> None:
    """Two bulk saves that name the same rows in opposite orders therefore never wait in a ring."""
    low, high = sorted(r.id for r in loaded.rows())
    database = loaded.workspace.database

    def lock_both() -> None:
        with database.writing() as tx:
            for way in ("indexscan", "bitmapscan"):  # rows are found as they lie
                tx.exec_driver_sql(f"SET LOCAL enable_{way} = off")
            decisions.lock_decisions(tx, [high, low])

    saving = threading.Thread(target=lock_both)
    with database.writing() as tx:  # the low one lies behind the high one from now on
        tx.exec_driver_sql("UPDATE transactions SET memo = 'x' WHERE id = %s", (low,))
    with database.writing() as colleague:
        decisions.lock_decisions(colleague, [high])
        saving.start()
        while not _waits(database):
            assert saving.is_alive()
        with database.writing() as looking:
            query = "SELECT id FROM transactions WHERE id IN (%s, %s) FOR UPDATE SKIP LOCKED"
            assert looking.exec_driver_sql(query, (low, high)).all() == []
    saving.join()


def _waits(database: Database) -> bool:
    """Whether somebody waits for a lock."""
    with database.reading() as tx:
        query = "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'"
        return bool(tx.exec_driver_sql(f"{query} AND datname = current_database()").scalar())


@pytest.mark.parametrize("edits", [8, pytest.param(40, marks=pytest.mark.long)])
def test_sixteen_people_at_once_lose_nothing(loaded: Office, edits: int) -> None:
    """Each edit names the version that its writer saw; who comes late looks again and retries."""
    people = [loaded.hire(f"Person{number:02}") for number in range(WRITERS)]
    rows = [r.id for r in loaded.rows()]
    account, errors = loaded.account().id, []
    start = threading.Barrier(WRITERS)

    def work(actor: Actor, number: int) -> None:
        start.wait(30)
        versions = dict.fromkeys(rows, 0)
        codes = ("6100", "6200")
        done = 0
        while done < edits:
            row_id = rows[(number + done) % 2]
            standing = Standing.EXCLUDED if versions[row_id] % 2 else Standing.REVIEWED
            edit = Edit(
                row_id, versions[row_id], gl_code=codes[versions[row_id] % 2], standing=standing
            )
            saved = reviewing.save_edits(actor, loaded.workspace, account, [edit])
            done += saved.saved
            versions[row_id] = (
                saved.stale[0].theirs.version if saved.stale else versions[row_id] + 1
            )

    def safely(actor: Actor, number: int) -> None:
        try:
            work(actor, number)
        except Exception as error:  # noqa: BLE001  shown by the assertion below
            errors.append(error)

    threads = [
        threading.Thread(target=safely, args=(actor, number)) for number, actor in enumerate(people)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []
    assert sum(r.version for r in loaded.rows()) == WRITERS * edits
    with loaded.workspace.database.reading() as tx:
        trail = [e for e in audit.latest(tx, 10_000) if e.action == "edit"]
    assert len(trail) == WRITERS * edits
    assert {e.user_name for e in trail} == {person.name for person in people}
    assert all(sum(e.user_name == p.name for e in trail) == edits for p in people)
