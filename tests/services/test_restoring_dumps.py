"""Backups of PostgreSQL and their way back, by PostgreSQL's own programs: as one step, or not."""

import hashlib
import json
import os
import stat
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.engine import make_url

from ledgersync.config import Settings
from ledgersync.errors import DatabaseUnavailable, LedgerSyncError
from ledgersync.services import backups, restoring, upkeep
from ledgersync.storage import dumps, moving, upgrading
from ledgersync.storage.engine import Database
from ledgersync.vault.masterkey import new_key, written
from tests.conftest import OpenAt, PostgresServer
from tests.services.conftest import Office, require_restore_on_record
from tests.storage.pooling import pooled

pytestmark = pytest.mark.parametrize("backend", ["postgresql"], indirect=True)


@pytest.fixture(autouse=True)
def _tools(postgres: PostgresServer, monkeypatch: pytest.MonkeyPatch) -> None:
    """The programs that the server brings along, of its own version."""
    monkeypatch.setenv("PATH", f"{postgres.tools}{os.pathsep}{os.environ['PATH']}")


@pytest.fixture
def closed(office: Office) -> Office:
    """An office with a stored log-in and a vendor of the firm's, and nobody at work."""
    office.connect()
    office.workspace.close()
    _write(
        _settings(office),
        "INSERT INTO vendors (id, code, name, default_gl) VALUES ('v', '', 'Pine\\Co', '')",
    )
    return office


def _settings(office: Office) -> Settings:
    return office.workspace.settings


def _write(settings: Settings, *statements: str) -> None:
    database = Database(settings.effective_database_url)
    with database.writing() as tx:
        for statement in statements:
            tx.execute(text(statement))
    database.close()


def _vendors(settings: Settings) -> list[str]:
    database = Database(settings.effective_database_url)
    with database.reading() as tx:
        found = list(tx.execute(text("SELECT name FROM vendors ORDER BY name")).scalars())
    database.close()
    return found


def test_the_trail_tells_of_every_backup(office: Office) -> None:
    office.connect()
    pressed = backups.back_up_now(office.admin, office.workspace)
    office.workspace.close()
    commanded = upkeep.back_up(_settings(office), pressed.with_name("b.dump"))
    assert commanded.unnoted == ""
    assert pressed.read_bytes()[:5] == b"PGDMP"
    assert stat.S_IMODE(pressed.stat().st_mode) == 0o600
    for entry, file in zip(office.audit(), (commanded.file, pressed), strict=False):
        sha256 = hashlib.sha256(file.read_bytes()).hexdigest()
        assert (entry.action, entry.subject_id) == ("back up", file.name)
        assert json.loads(entry.detail) == {"sha256": sha256}


def test_a_backup_that_can_not_be_read_to_its_end_is_none(
    closed: Office, postgres: PostgresServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken = tmp_path / "tools" / "pg_dump"
    broken.parent.mkdir()
    broken.write_text(
        f'#!/bin/sh\n"{postgres.tools}/pg_dump" "$@" || exit\n'
        'for one; do case "$one" in --file=*) truncate --size=-300 "${one#--file=}";; esac; done\n'
    )
    broken.chmod(0o700)
    target = tmp_path / "copies" / "b.dump"
    target.parent.mkdir()
    with monkeypatch.context() as patch:
        patch.setenv("PATH", f"{broken.parent}{os.pathsep}{os.environ['PATH']}")
        with pytest.raises(DatabaseUnavailable, match="can't read what was written"):
            upkeep.back_up(_settings(closed), target)
    assert list(target.parent.iterdir()) == []
    assert upkeep.back_up(_settings(closed), target).file == target


def test_a_backup_comes_back_with_all_it_held(closed: Office, open_at: OpenAt) -> None:
    made = upkeep.back_up(_settings(closed), None).file
    _write(
        _settings(closed),
        "UPDATE vendors SET name = 'Spoiled'",
        "CREATE TABLE of_a_newer_version (id integer)",
    )
    done = restoring.restore(_settings(closed), made)
    assert _vendors(_settings(closed)) == ["Pine\\Co"]
    assert done.kept
    assert "before-restore" in done.kept.name
    again = open_at(closed.server.url)
    require_restore_on_record(again, made)
    again.close()
    restoring.restore(_settings(closed), done.kept)
    assert _vendors(_settings(closed)) == ["Spoiled"]


def test_what_the_server_s_administrator_made_stays_and_stops_nothing(
    closed: Office, postgres: PostgresServer
) -> None:
    url = make_url(_settings(closed).effective_database_url)
    with postgres.administering(str(url.database)) as administrator:
        administrator.execute("CREATE EXTENSION vector")
        administrator.execute("CREATE SCHEMA monitoring CREATE TABLE nobodys (id integer)")
    made = upkeep.back_up(_settings(closed), None).file
    _write(_settings(closed), "UPDATE vendors SET name = 'Spoiled'")
    restoring.restore(_settings(closed), made)
    assert _vendors(_settings(closed)) == ["Pine\\Co"]
    _write(_settings(closed), "SELECT '[1, 2]'::vector")


def test_nothing_is_backed_up_or_restored_through_a_pooler(closed: Office, tmp_path: Path) -> None:
    settings = _settings(closed)
    made = upkeep.back_up(settings, None).file
    _write(settings, "UPDATE vendors SET name = 'Kept'")
    with pooled(settings.effective_database_url, tmp_path) as url:
        through = settings.model_copy(update={"database_url": url})
        for act in (
            lambda: upkeep.back_up(through, None),
            lambda: restoring.restore(through, made),
        ):
            with pytest.raises(DatabaseUnavailable, match="don't work through a pooler"):
                act()
    assert _vendors(settings) == ["Kept"]


def test_an_older_backup_goes_into_an_empty_database_and_is_upgraded(
    closed: Office, postgres: PostgresServer
) -> None:
    older = Database(_settings(closed).effective_database_url)
    upgrading.migrate(older, "0003")
    made = dumps.dump(older, _settings(closed).data_folder / "b.dump")
    older.close()
    empty = postgres.create()
    settings = _settings(closed).model_copy(update={"database_url": postgres.url(empty)})
    done = restoring.restore(settings, made)
    assert (done.kept, done.revision) == (None, upgrading.newest_revision())
    assert _vendors(settings) == ["Pine\\Co"]
    postgres.drop(empty)


def _not_a_dump(_settings: Settings, backup: Path) -> None:
    backup.write_bytes(b"nothing of the kind" * 100)


def _cut_short(_settings: Settings, backup: Path) -> None:
    backup.write_bytes(backup.read_bytes()[:-2_000])


def _of_something_else(settings: Settings, backup: Path) -> None:
    _dump_changed(
        settings,
        backup,
        "ALTER TABLE alembic_version RENAME TO versions",
        "ALTER TABLE versions RENAME TO alembic_version",
    )


def _newer(settings: Settings, backup: Path) -> None:
    revision = "UPDATE alembic_version SET version_num = '{}'"
    newest = upgrading.newest_revision()
    _dump_changed(settings, backup, revision.format("9999"), revision.format(newest))


def _of_the_demo(settings: Settings, backup: Path) -> None:
    kind = "UPDATE installation SET value = '{}' WHERE key = 'kind'"
    _dump_changed(settings, backup, kind.format("demo"), kind.format("firm"))


def _key_gone(settings: Settings, _backup: Path) -> None:
    (settings.config_folder / "ledgersync.key").unlink()


def _other_key(settings: Settings, _backup: Path) -> None:
    key = f"K1 {written(new_key('K1'))}\n"
    (settings.config_folder / "ledgersync.key").write_text(key)


def _dump_changed(settings: Settings, backup: Path, change: str, back: str) -> None:
    _write(settings, change)
    backup.unlink()
    database = Database(settings.effective_database_url)
    dumps.dump(database, backup)
    database.close()
    _write(settings, back)


@pytest.mark.parametrize(
    ("harm", "words"),
    [
        (_not_a_dump, "is no sound backup of a PostgreSQL database"),
        (_cut_short, "is no sound backup of a PostgreSQL database"),
        (_of_something_else, "is no backup of this program"),
        (_newer, "newer version of this program"),
        (_of_the_demo, "holds the demo's data, and this is a firm"),
        (_key_gone, "key K1 was not found"),
        (_other_key, "K1 that is here is not the one of this backup"),
    ],
)
def test_a_backup_that_does_not_fit_touches_nothing(
    closed: Office, tmp_path: Path, harm: Callable[[Settings, Path], None], words: str
) -> None:
    settings = _settings(closed)
    made = upkeep.back_up(settings, tmp_path / "b.dump").file
    harm(settings, made)
    _write(settings, "UPDATE vendors SET name = 'Since'")
    before, files = _figures(settings), _files(settings)
    with pytest.raises(LedgerSyncError, match=words) as refused:
        restoring.restore(settings, made)
    assert refused.value.next_step
    assert (_figures(settings), _files(settings)) == (before, files)
    assert _vendors(settings) == ["Since"]


def _figures(settings: Settings) -> object:
    database = Database(settings.effective_database_url)
    with database.reading() as tx:
        found = moving.figures(tx)
    database.close()
    return found


def _files(settings: Settings) -> dict[Path, bytes]:
    folders = (settings.data_folder, settings.config_folder)
    found = (file for folder in folders for file in folder.rglob("*"))
    return {file: file.read_bytes() for file in found if file.is_file()}


def test_what_breaks_half_way_leaves_the_database_as_it_was(closed: Office, tmp_path: Path) -> None:
    settings = _settings(closed)
    made = upkeep.back_up(settings, tmp_path / "b.dump").file
    _cut_short(settings, made)
    before = _figures(settings)
    database = Database(settings.effective_database_url)
    with database.reading() as tx:
        first = dumps.clearing(tx)
    programs = dumps.restoring_programs()
    for statements in (first, [*first, "SELECT 1 / 0;"]):
        with pytest.raises(DatabaseUnavailable, match="the database is as it was"):
            dumps.put_in_place(database.url, made, programs, statements)
    database.close()
    assert _figures(settings) == before


def test_contents_that_can_not_be_listed_are_not_taken_for_none(
    closed: Office, tmp_path: Path, postgres: PostgresServer
) -> None:
    settings = _settings(closed)
    made = upkeep.back_up(settings, tmp_path / "b.dump").file
    dying = tmp_path / "pg_restore"
    dying.write_text(
        f'#!/bin/sh\n[ "$1" = --list ] && exit 1\nexec "{postgres.tools}/pg_restore" "$@"\n'
    )
    dying.chmod(0o700)
    before = _figures(settings)
    database = Database(settings.effective_database_url)
    with database.reading() as tx:
        first = dumps.clearing(tx)
    _, psql = dumps.restoring_programs()
    with pytest.raises(DatabaseUnavailable, match="the database is as it was"):
        dumps.put_in_place(database.url, made, (str(dying), psql), first)
    database.close()
    assert _figures(settings) == before


def test_nothing_is_restored_under_those_who_work_or_over_other_tables(
    closed: Office, tmp_path: Path, postgres: PostgresServer
) -> None:
    settings = _settings(closed)
    made = upkeep.back_up(settings, tmp_path / "b.dump").file
    at_work = Database(settings.effective_database_url)
    with at_work.reading(), pytest.raises(DatabaseUnavailable, match="is in use"):
        restoring.restore(settings, made)
    at_work.close()
    with (  # who is not told what a colleague's session is for counts it, too
        postgres.administering(str(at_work.url.database)),
        pytest.raises(DatabaseUnavailable, match="is in use"),
    ):
        restoring.restore(settings, made)
    other = postgres.create()
    elsewhere = settings.model_copy(update={"database_url": postgres.url(other)})
    _write(elsewhere, "CREATE TABLE somebody_elses (id integer)")
    with pytest.raises(LedgerSyncError, match="holds other tables"):
        restoring.restore(elsewhere, made)
    postgres.drop(other)
