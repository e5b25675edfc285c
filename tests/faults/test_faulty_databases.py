"""A full disk and somebody else's lock: one sentence, nothing half-done, and the next try works."""

from collections.abc import Callable
from contextlib import AbstractContextManager, ExitStack
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import select

from ledgersync.commands import saving
from ledgersync.domain.decisions import Edit
from ledgersync.domain.periods import Period
from ledgersync.errors import DatabaseUnavailable, InvalidInput
from ledgersync.services import (
    backups,
    export_keeping,
    exporting,
    key_rotation,
    loading,
    restoring,
)
from ledgersync.services.exporting import ExportRequest
from ledgersync.services.loading import LoadReport
from ledgersync.storage.engine import BUSY_TIMEOUT_MS
from ledgersync.storage.tables import SYNC_RUNS
from tests.bankfeed.feed_server import Call, Reply
from tests.conftest import PostgresServer
from tests.faults.faulty_databases import (
    StoppedPostgresql,
    contents,
    full_disk,
    impatient,
    locked,
    no_file_grows,
)
from tests.services.conftest import Office
from tests.services.scripted_ledgersync import row

SEPTEMBER = Period(date(2026, 9, 1), date(2026, 9, 30))
OCTOBER = Period(date(2026, 10, 1), date(2026, 10, 31))

Work = Callable[[Office], object]


def _load(office: Office) -> LoadReport:
    account = office.account().id
    return loading.load_transactions(office.admin, office.workspace, [account], SEPTEMBER)


def _save(office: Office) -> object:
    return office.save(*[Edit(r.id, r.version, gl_code="6200") for r in office.rows()])


def _export(office: Office) -> object:
    asked = ExportRequest(
        office.account().id, OCTOBER, include_unreviewed=True, override_reason="Not coded yet"
    )
    found = exporting.check_export(office.admin, office.workspace, asked)
    asked = replace(asked, confirmed=found.warned_of)
    return exporting.export(office.admin, office.workspace, asked)


def _keep_files(office: Office) -> None:
    export_keeping.keep_for(office.admin, office.workspace, 120)


def _rotate(office: Office) -> object:
    return key_rotation.rotate_keys(office.admin, office.workspace)


WORKS = (_load, _save, _export, _keep_files, _rotate)


@pytest.fixture
def more(loaded: Office) -> Office:
    """The office, with a month that is still to be loaded."""
    loaded.feed.rows["A1"] += [row(f"s{n}", f"2026-09-{n:02}", -5.0) for n in range(1, 20)]
    return loaded


def _fails_whole(
    office: Office, fault: AbstractContextManager[None], words: str, *works: Work
) -> None:
    before = contents(office.workspace)
    with fault:
        for work in works:
            with pytest.raises(DatabaseUnavailable, match=words) as refused:
                work(office)
            assert refused.value.next_step.startswith("Nothing was saved. ")
    assert contents(office.workspace) == before
    for work in works:
        work(office)
        assert contents(office.workspace) != before
        before = contents(office.workspace)


def test_a_full_disk_is_told_and_leaves_everything_whole(more: Office) -> None:
    _fails_whole(more, full_disk(more.workspace.database), "The disk", *WORKS)


def test_a_database_that_others_keep_is_told_and_leaves_everything_whole(more: Office) -> None:
    hasty = replace(more, workspace=impatient(more.workspace))
    _fails_whole(hasty, locked(hasty.workspace), "is busy with another change", *WORKS)
    hasty.workspace.database.close()


@pytest.mark.long
def test_a_lock_of_thirty_seconds_is_outlasted_by_nobody(loaded: Office) -> None:
    assert BUSY_TIMEOUT_MS < 30_000
    _fails_whole(loaded, locked(loaded.workspace), "is busy with another change", _save)


def _load_through(office: Office, fault: AbstractContextManager[None], words: str) -> None:
    """The fault comes while LedgerSync is asked for rows, and goes when the load has ended."""
    before = contents(office.workspace)
    with ExitStack() as going_on:
        answers = office.server.script

        def answer(call: Call) -> Reply:
            if call.path.endswith("/transactions"):
                office.server.script = answers
                going_on.enter_context(fault)
            return answers(call)

        office.server.script = answer
        with pytest.raises(DatabaseUnavailable, match=words):
            _load(office)
    assert contents(office.workspace) == before
    assert _load(office).state == "done"
    with office.workspace.database.reading() as tx:
        runs = tx.execute(select(SYNC_RUNS.c.state, SYNC_RUNS.c.sentence)).all()
    assert sorted(state for state, _ in runs) == ["done", "done", "failed"]
    assert any(words in sentence for _, sentence in runs)


def test_a_load_that_a_full_disk_cuts_off_is_told_and_closed(more: Office) -> None:
    _load_through(more, full_disk(more.workspace.database), "The disk")


def test_a_load_that_a_lock_cuts_off_is_told_and_closed(more: Office) -> None:
    hasty = replace(more, workspace=impatient(more.workspace))
    _load_through(hasty, locked(hasty.workspace), "is busy with another change")
    hasty.workspace.database.close()


@pytest.mark.parametrize("how", ["fast", "immediate"])
@pytest.mark.parametrize("backend", ["postgresql"], indirect=True)
def test_postgresql_that_is_restarted_is_told_and_found_again(
    more: Office, postgres: PostgresServer, how: str
) -> None:
    _load_through(more, StoppedPostgresql(postgres, how), "does not answer")
    _fails_whole(more, StoppedPostgresql(postgres, how), "does not answer", _save, _export)


def test_files_that_a_full_disk_does_not_take_leave_nothing_behind(
    loaded: Office, tmp_path: Path
) -> None:
    before = contents(loaded.workspace)
    with no_file_grows():
        with pytest.raises(InvalidInput, match="could not be written: file too large"):
            saving.save(tmp_path, "export.csv", b"x" * 20_000)
        if loaded.workspace.database.is_sqlite:
            with pytest.raises(DatabaseUnavailable, match="No backup of the database"):
                backups.back_up_now(loaded.admin, loaded.workspace)
    assert list(tmp_path.rglob("*.partial")) == []
    assert not (tmp_path / "export.csv").exists()
    assert contents(loaded.workspace) == before
    assert saving.save(tmp_path, "export.csv", b"x" * 20_000).stat().st_size == 20_000


@pytest.mark.parametrize("backend", ["sqlite"], indirect=True)
def test_a_full_disk_takes_no_backup_back_and_leaves_what_is_there(loaded: Office) -> None:
    settings = loaded.workspace.settings
    made = backups.back_up_now(loaded.admin, loaded.workspace)
    loaded.code_all()
    before = contents(loaded.workspace)
    loaded.workspace.close()
    with (
        no_file_grows(),
        pytest.raises(DatabaseUnavailable, match="could not be put in place: disk I/O error"),
    ):
        restoring.restore(settings, made)
    assert contents(loaded.workspace) == before
    loaded.workspace.close()
    assert restoring.restore(settings, made).kept
