"""Moving from SQLite to PostgreSQL: everything arrives, or nothing does."""

from collections.abc import Iterator
from dataclasses import replace

import pytest

from ledgersync import cli
from ledgersync.errors import DatabaseUnavailable, InvalidInput, StorageError
from ledgersync.services import (
    audit_trail,
    client_records,
    moving,
    statement_files,
    taking_back,
)
from ledgersync.services.exporting import ExportRequest, export, list_exports
from ledgersync.services.workspace import local_actor
from ledgersync.storage import moving as copying
from ledgersync.storage.engine import Database
from tests.conftest import OpenAt, PostgresServer
from tests.services.conftest import OCTOBER, Office
from tests.services.statement_samples import HARBOR, ofx

pytestmark = pytest.mark.parametrize("backend", ["sqlite"], indirect=True)


@pytest.fixture
def target(postgres: PostgresServer) -> Iterator[str]:
    name = postgres.create()
    yield postgres.url(name)
    postgres.drop(name)


@pytest.fixture
def closed(loaded: Office) -> Office:
    """An office that has coded and exported October, and nobody at work."""
    loaded.code_all()
    request = ExportRequest(loaded.account().id, OCTOBER, include_unreviewed=True)
    export(loaded.admin, loaded.workspace, request)
    loaded.workspace.close()
    return loaded


def _tables(url: str) -> bool:
    database = Database(url)
    with database.reading() as tx:
        empty = copying.is_empty(tx)
    database.close()
    return not empty


def test_everything_arrives_and_work_goes_on(closed: Office, target: str, open_at: OpenAt) -> None:
    done = moving.move_database(closed.workspace.settings, target)
    assert (done.rows["transactions"], done.rows["exports"]) == (2, 1)
    moved = open_at(closed.server.url, database_url=target)
    here = replace(closed, workspace=moved, admin=local_actor(moved))
    there = open_at(closed.server.url)
    stayed = replace(closed, workspace=there)
    assert here.rows() == stayed.rows()
    assert here.audit()[1:] == stayed.audit()
    assert here.audit()[0].action == "move"
    client = here.account().client_id
    client_records.add_vendor(here.admin, moved, client, "Cedar Supply", "CEDAR")
    verdict = audit_trail.verify_trail(here.admin, moved)
    assert (verdict.intact, verdict.warnings) == (True, ())


def test_a_statement_file_and_an_export_taken_back_arrive(
    closed: Office, target: str, open_at: OpenAt
) -> None:
    there = open_at(closed.server.url)
    office = replace(closed, workspace=there, admin=local_actor(there))
    account_id = office.account().id
    shown = statement_files.preview_file(office.admin, there, account_id, "one.ofx", ofx(HARBOR))
    statement_files.confirm_file(office.admin, there, shown)
    batch = list_exports(office.admin, there)[0][0]
    taking_back.take_back(office.admin, there, batch.id, "Wrong month")
    there.close()
    assert moving.move_database(there.settings, target).rows["statement_files"] == 1
    moved = open_at(closed.server.url, database_url=target)
    taken = list_exports(local_actor(moved), moved)[0][0]
    assert (taken.taken_back_reason, bool(taken.taken_back_at)) == ("Wrong month", True)


def test_a_table_that_was_not_copied_is_missed(closed: Office, target: str) -> None:
    source = Database(closed.workspace.settings.effective_database_url)
    with source.writing() as tx:
        tx.exec_driver_sql("CREATE TABLE overlooked (a integer)")
        tx.exec_driver_sql("INSERT INTO overlooked VALUES (1)")
    source.close()
    with pytest.raises(StorageError, match="0 instead of 1 rows of overlooked"):
        moving.move_database(closed.workspace.settings, target)
    assert not _tables(target)


def test_a_database_that_is_not_empty_is_refused(closed: Office, target: str) -> None:
    database = Database(target)
    with database.writing() as tx:
        tx.exec_driver_sql("CREATE TABLE somebody_elses (a integer)")
    database.close()
    with pytest.raises(InvalidInput, match="is not empty"):
        moving.move_database(closed.workspace.settings, target)


@pytest.mark.parametrize(
    ("kind", "name", "words"),
    [
        ("cents", "transactions.amount", r"cents in transactions\.amount"),
        ("rows", "decisions", "3 instead of 2 rows of decisions"),
    ],
)
def test_a_difference_leaves_the_new_database_empty(
    closed: Office, target: str, monkeypatch: pytest.MonkeyPatch, kind: str, name: str, words: str
) -> None:
    real, seen = copying.figures, []

    def one_more(tx: object) -> copying.Figures:
        seen.append(tx)
        found = real(tx)  # type: ignore[arg-type]
        figures = getattr(found, kind)
        return replace(found, **{kind: figures | {name: figures[name] + len(seen) - 1}})

    monkeypatch.setattr(copying, "figures", one_more)
    with pytest.raises(StorageError, match=words):
        moving.move_database(closed.workspace.settings, target)
    assert not _tables(target)


def test_a_broken_audit_trail_does_not_move(closed: Office, target: str) -> None:
    source = Database(closed.workspace.settings.effective_database_url)
    with source.writing() as tx:
        tx.exec_driver_sql("DROP TRIGGER audit_entries_no_update")
        tx.exec_driver_sql("UPDATE audit_entries SET user_name = 'Nobody' WHERE seq = 2")
    source.close()
    with pytest.raises(StorageError, match="Entry 2 was changed") as refused:
        moving.move_database(closed.workspace.settings, target)
    assert "Nothing was moved" in refused.value.sentence
    assert not _tables(target)


def test_the_command_moves_and_tells_what(
    closed: Office,
    target: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    settings = closed.workspace.settings
    monkeypatch.setenv("LEDGERSYNC_DATABASE_URL", settings.database_url)
    monkeypatch.setenv("LEDGERSYNC_DATA_DIR", str(settings.data_dir))
    monkeypatch.setenv("LEDGERSYNC_CONFIG_DIR", str(settings.config_dir))
    assert cli.main(("db", "move", "--to", target)) == 0
    said = capsys.readouterr().out
    assert "transactions: 2\n" in said
    assert "entries checked" in said
    assert cli.main(("db", "move", "--to", target)) == 1
    told = capsys.readouterr()
    assert (told.out, "is not empty" in told.err) == ("", True)


@pytest.mark.parametrize(
    "change", ["memo = 'a' || char(0) || 'b'", "source_key = source_key || hex(randomblob(9000))"]
)
def test_what_postgresql_cannot_hold_is_named_and_nothing_moves(
    closed: Office, target: str, change: str
) -> None:
    source = Database(closed.workspace.settings.effective_database_url)
    with source.writing() as tx:
        tx.exec_driver_sql(f"UPDATE transactions SET {change}")  # noqa: S608  of this test
    source.close()
    with pytest.raises(InvalidInput, match="A row of transactions can't be stored"):
        moving.move_database(closed.workspace.settings, target)
    assert not _tables(target)


def test_nothing_moves_under_those_who_work(office: Office, target: str) -> None:
    with pytest.raises(DatabaseUnavailable, match="is in use"):
        moving.move_database(office.workspace.settings, target)
    office.workspace.close()
    with pytest.raises(InvalidInput, match="not one of PostgreSQL"):
        moving.move_database(office.workspace.settings, "mysql://x/y")
