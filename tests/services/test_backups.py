"""Backups and their way back: what fits is restored, what doesn't touches nothing."""

import shutil
import sqlite3
import stat
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
from pydantic import SecretStr

from ledgersync import clock
from ledgersync.config import Settings
from ledgersync.domain.connections import ConnectionState
from ledgersync.errors import DatabaseUnavailable, InvalidInput, LedgerSyncError, SignedOut
from ledgersync.services import (
    audit_trail,
    backups,
    connecting,
    key_care,
    key_rotation,
    people,
    restoring,
    signing_in,
    syncing,
    upkeep,
)
from ledgersync.services.workspace import local_actor
from ledgersync.storage import backups as copies
from ledgersync.storage import health, occupancy, upgrading
from ledgersync.storage.engine import Database
from ledgersync.vault.masterkey import new_key, written
from tests.conftest import OpenAt
from tests.services.company import claims
from tests.services.conftest import Office, require_restore_on_record
from tests.services.earlier_seals import seal_as_before

ONLY_SQLITE = pytest.mark.parametrize("backend", ["sqlite"], indirect=True)


@pytest.fixture
def closed(office: Office) -> Office:
    """An office with a stored log-in, one vendor of the firm's, and nobody at work."""
    office.connect()
    _write(office, "INSERT INTO vendors (id, code, name, default_gl) VALUES ('v', '', 'Pine', '')")
    office.workspace.close()
    return office


def _write(office: Office, statement: str) -> None:
    with office.workspace.database.writing() as tx:
        tx.exec_driver_sql(statement)


def _settings(office: Office) -> Settings:
    return office.workspace.settings


def _file(office: Office) -> Path:
    file = _settings(office).database_file
    assert file
    return file


def _vendors(file: Path) -> list[str]:
    with closing(sqlite3.connect(file)) as connection:
        return [name for (name,) in connection.execute("SELECT name FROM vendors ORDER BY name")]


def _change(file: Path, statement: str) -> None:
    with closing(sqlite3.connect(file)) as connection, connection:
        connection.execute(statement)


@ONLY_SQLITE
def test_a_restore_brings_no_sign_in_back_that_was_ended_since(
    closed: Office, open_at: OpenAt
) -> None:
    workspace = open_at(closed.server.url)
    admin, began = local_actor(workspace), int(clock.now().timestamp()) - 100
    people.invite(admin, workspace, "dana@firm.com")
    before, since = (claims("dana@firm.com", iat=began + later) for later in (0, 50))
    dana = signing_in.welcome(workspace, before)
    made = backups.back_up_now(admin, workspace)
    signing_in.welcome(workspace, since)
    people.sign_out_everywhere(admin, workspace, dana.user_id)
    workspace.close()
    restoring.restore(_settings(closed), made)
    again = open_at(closed.server.url)
    for old in (before, since):
        with pytest.raises(SignedOut):
            signing_in.welcome(again, old)
    assert signing_in.welcome(again, claims("dana@firm.com")).user_id == dana.user_id


@ONLY_SQLITE
def test_a_backup_is_made_while_others_work_and_is_private(office: Office) -> None:
    office.connect()
    with office.workspace.database.writing() as tx:
        tx.exec_driver_sql("UPDATE users SET name = 'Half done'")
        made = backups.make_backup(
            office.workspace.database, backups.backups_folder(_settings(office))
        )
    assert stat.S_IMODE(made.stat().st_mode) == 0o600
    assert stat.S_IMODE(made.parent.stat().st_mode) == 0o700
    assert [file.name for file in made.parent.iterdir()] == [made.name]
    with closing(sqlite3.connect(made)) as copy:
        assert copy.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        assert copy.execute("SELECT name FROM users").fetchall() != [("Half done",)]
    key = (_settings(office).config_folder / "ledgersync.key").read_text().split()[1]
    assert key.encode() not in made.read_bytes()
    listed = backups.list_backups(office.admin, office.workspace)
    assert [(one.file, one.size) for one in listed] == [(made, made.stat().st_size)]


@ONLY_SQLITE
def test_a_backup_never_overwrites_a_file(closed: Office, tmp_path: Path) -> None:
    taken = tmp_path / "taken.db"
    taken.write_text("something else")
    with pytest.raises(InvalidInput, match="already"):
        upkeep.back_up(_settings(closed), taken)
    with pytest.raises(InvalidInput, match="no folder"):
        upkeep.back_up(_settings(closed), tmp_path / "nowhere" / "x.db")
    assert taken.read_text() == "something else"


@ONLY_SQLITE
def test_a_backup_comes_back_with_all_it_held(closed: Office, open_at: OpenAt) -> None:
    made = upkeep.back_up(_settings(closed), None).file
    _change(_file(closed), "UPDATE vendors SET name = 'Spoiled'")
    done = restoring.restore(_settings(closed), made)
    assert _vendors(_file(closed)) == ["Pine"]
    assert done.kept
    assert _vendors(done.kept) == ["Spoiled"]
    again = open_at(closed.server.url)
    require_restore_on_record(again, made)


@ONLY_SQLITE
def test_an_older_backup_is_upgraded_and_whole(
    loaded: Office, tmp_path: Path, open_at: OpenAt
) -> None:
    loaded.code_all()
    seal_as_before(loaded.admin, loaded.workspace)
    loaded.workspace.close()
    before = _at_revision(loaded, "0003")
    made = copies.back_up(_file(loaded), tmp_path / "b.db")
    bytes_before = made.read_bytes()
    _at_revision(loaded, "head")
    _change(_file(loaded), "DELETE FROM decisions")
    done = restoring.restore(_settings(loaded), made)
    assert done.revision == upgrading.newest_revision()
    assert made.read_bytes() == bytes_before
    after = _at_revision(loaded, "head")
    grown = {"audit_entries": before["audit_entries"] + 1}
    assert {table: after[table] for table in before} == before | grown
    again = replace(loaded, workspace=open_at(loaded.server.url))
    assert {row.gl_code for row in again.rows()} == {"6100"}
    require_restore_on_record(again.workspace, made)
    asked = loaded.log_ins
    syncing.sync_clients(local_actor(again.workspace), again.workspace)
    assert loaded.log_ins == asked + 1  # with the log-in that came back


def _at_revision(office: Office, revision: str) -> dict[str, int]:
    """Bring the database to a revision; the rows of each of its tables."""
    database = Database(_settings(office).effective_database_url)
    upgrading.migrate(database, revision)
    with database.reading() as tx:
        counts = dict(health.row_counts(tx))
    database.close()
    return counts


@ONLY_SQLITE
def test_a_damaged_database_is_put_aside_and_replaced(closed: Office) -> None:
    made = upkeep.back_up(_settings(closed), None).file
    _file(closed).write_bytes(b"SQLite format 3\0" + bytes(5000))
    done = restoring.restore(_settings(closed), made)
    assert done.kept
    assert "damaged" in done.kept.name
    assert _vendors(_file(closed)) == ["Pine"]


def _not_a_database(_office: Office, backup: Path) -> None:
    backup.write_bytes(b"nothing of the kind" * 100)


def _of_something_else(_office: Office, backup: Path) -> None:
    backup.unlink()
    _change(backup, "CREATE TABLE other (a)")


def _damaged(_office: Office, backup: Path) -> None:
    data = bytearray(backup.read_bytes())
    data[4096:40960] = bytes(36864)
    backup.write_bytes(data)


def _of_the_demo(_office: Office, backup: Path) -> None:
    _change(backup, "UPDATE installation SET value = 'demo' WHERE key = 'kind'")


def _newer(_office: Office, backup: Path) -> None:
    _change(backup, "UPDATE alembic_version SET version_num = '9999'")


def _key_gone(office: Office, _backup: Path) -> None:
    (_settings(office).config_folder / "ledgersync.key").unlink()


def _other_key(office: Office, _backup: Path) -> None:
    key = f"K1 {written(new_key('K1'))}\n"
    (_settings(office).config_folder / "ledgersync.key").write_text(key)


@pytest.mark.parametrize(
    ("harm", "words"),
    [
        (_not_a_database, "is no sound database"),
        (_of_something_else, "is no backup of this program"),
        (_damaged, "is no"),
        (_of_the_demo, "holds the demo's data, and this is a firm"),
        (_newer, "newer version of this program"),
        (_key_gone, "key K1 was not found"),
        (_other_key, "K1 that is here is not the one of this backup"),
    ],
)
@ONLY_SQLITE
def test_a_backup_that_does_not_fit_touches_nothing(
    closed: Office, tmp_path: Path, harm: Callable[[Office, Path], None], words: str
) -> None:
    made = upkeep.back_up(_settings(closed), tmp_path / "b.db").file
    harm(closed, made)
    before = {file.name: file.read_bytes() for file in _file(closed).parent.iterdir()}
    with pytest.raises(LedgerSyncError, match=words) as refused:
        restoring.restore(_settings(closed), made)
    assert refused.value.next_step
    assert {file.name: file.read_bytes() for file in _file(closed).parent.iterdir()} == before


@ONLY_SQLITE
def test_on_a_new_computer_data_come_back_first_and_the_key_from_paper(
    office: Office, tmp_path: Path, open_at: OpenAt
) -> None:
    office.connect()
    kit = SecretStr(key_care.recovery_kit(office.admin, office.workspace))
    made = backups.make_backup(office.workspace.database, tmp_path / "b.db")
    office.workspace.close()
    shutil.rmtree(_settings(office).data_folder)
    shutil.rmtree(_settings(office).config_folder)
    restoring.restore(_settings(office), made, without_key=True)
    again = open_at(office.server.url)
    admin = local_actor(again)
    assert connecting.connection_state(admin, again).state is ConnectionState.LOCKED
    assert again.keys.ids() == ()
    assert key_care.restore_key(admin, again, kit) == "K1"
    assert connecting.connection_state(admin, again).state is ConnectionState.CONNECTED
    found = audit_trail.verify_trail(admin, again)
    assert (found.intact, found.unsigned) == (True, 1)  # the note of the restoring itself


@ONLY_SQLITE
def test_nothing_is_restored_under_those_who_work(office: Office, tmp_path: Path) -> None:
    office.connect()
    made = backups.make_backup(office.workspace.database, tmp_path / "b.db")
    with pytest.raises(DatabaseUnavailable, match="is in use"):
        restoring.restore(_settings(office), made)
    office.workspace.close()
    assert restoring.restore(_settings(office), made).kept


@ONLY_SQLITE
def test_a_backup_from_before_a_change_of_keys_needs_the_key_of_its_time(
    office: Office, tmp_path: Path
) -> None:
    office.connect()
    made = backups.make_backup(office.workspace.database, tmp_path / "b.db")
    key_rotation.rotate_keys(office.admin, office.workspace)
    key_rotation.retire_key(office.admin, office.workspace, "K1")
    office.workspace.close()
    with pytest.raises(LedgerSyncError, match="K1 was not found"):
        restoring.restore(_settings(office), made)


@pytest.mark.parametrize("backend", ["postgresql"], indirect=True)
def test_without_postgresqls_tools_one_sentence_says_so(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", "")
    with pytest.raises(DatabaseUnavailable, match="pg_dump, PostgreSQL's own tool"):
        backups.back_up_now(office.admin, office.workspace)
    with pytest.raises(InvalidInput, match="pg_restore"):
        restoring.restore(_settings(office), Path("x"))


@ONLY_SQLITE
def test_a_database_that_is_being_restored_is_not_opened(closed: Office) -> None:
    with (
        occupancy.alone(_file(closed)),
        pytest.raises(DatabaseUnavailable, match="at this moment"),
    ):
        Database(_settings(closed).effective_database_url)
