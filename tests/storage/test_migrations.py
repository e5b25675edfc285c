"""Migrations: up and down on both databases, with nothing lost and nothing newer touched."""

import os
import sqlite3
import stat
import subprocess
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
import pytest_alembic
from alembic.config import Config
from alembic.script import ScriptDirectory
from pytest_alembic import tests as alembic_checks
from sqlalchemy import Connection, inspect, text

import ledgersync.storage
from ledgersync.domain.actors import Role
from ledgersync.errors import DatabaseUnavailable, SchemaMismatch
from ledgersync.storage import upgrading, users
from ledgersync.storage.engine import Database
from ledgersync.storage.upgrading import CopyBefore
from tests.conftest import PostgresServer

MIGRATIONS = Path(ledgersync.storage.__file__).parent / "migrations"


@pytest.fixture
def empty(empty_url: str) -> Iterator[Database]:
    database = Database(empty_url)
    yield database
    database.close()


@pytest.mark.parametrize(
    "check",
    [
        alembic_checks.test_single_head_revision,
        alembic_checks.test_upgrade,
        alembic_checks.test_model_definitions_match_ddl,
        alembic_checks.test_up_down_consistency,
    ],
)
def test_the_history_is_whole_and_gives_what_the_tables_say(
    empty: Database, check: Callable[[Any], None]
) -> None:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    with (
        empty.engine.connect() as connection,
        pytest_alembic.runner(
            pytest_alembic.Config(alembic_config=config), engine=connection
        ) as migrations,
    ):
        check(migrations)


def test_up_from_nothing_down_to_nothing_and_up_again(empty: Database, tmp_path: Path) -> None:
    assert upgrading.upgrade(empty, tmp_path) == CopyBefore()
    upgrading.require_newest(empty)
    upgrading.migrate(empty, "base")
    with empty.reading() as tx:
        assert upgrading.current_revision(tx) is None
        assert set(inspect(tx).get_table_names()) <= {"alembic_version"}
    upgrading.upgrade(empty)
    upgrading.require_newest(empty)


def test_a_second_upgrade_finds_nothing_to_do(database: Database) -> None:
    assert upgrading.upgrade(database) == CopyBefore()


def test_an_empty_database_is_refused_until_it_is_upgraded(empty: Database) -> None:
    with pytest.raises(SchemaMismatch, match="revision none") as refused:
        upgrading.require_newest(empty)
    assert refused.value.next_step == "Run: ledgersync db upgrade"


@pytest.mark.parametrize("do", [upgrading.upgrade, upgrading.require_newest])
def test_a_newer_database_is_refused_and_left_alone(
    database: Database, do: Callable[[Database], object]
) -> None:
    _write(database, "UPDATE alembic_version SET version_num = '9999'")
    with pytest.raises(SchemaMismatch, match=r"newer version of this program \(revision 9999\)"):
        do(database)
    with database.reading() as tx:
        assert tx.execute(text("SELECT version_num FROM alembic_version")).scalar() == "9999"
    if database.file:
        assert list(database.file.parent.glob("*.backup.db")) == []


class NextRevision:
    """A migration after the newest one, with an upgrade that the test writes."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        newest = upgrading.newest_revision()
        self.head = f'revision = "next"\ndown_revision = "{newest}"\n'
        self.head += "branch_labels = None\ndepends_on = None\n"

    def does(self, statement: str) -> None:
        body = f"from alembic import op\n{self.head}\ndef upgrade():\n    {statement}\n"
        (self.folder / "versions" / "next.py").write_text(body)


@pytest.fixture
def next_revision(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> NextRevision:
    folder = tmp_path / "migrations"
    (folder / "versions").mkdir(parents=True)
    for source in MIGRATIONS.rglob("*.py"):
        (folder / source.relative_to(MIGRATIONS)).write_text(source.read_text())
    made = NextRevision(folder)
    monkeypatch.setattr(upgrading, "_MIGRATIONS", folder)
    return made


@pytest.mark.parametrize("backend", ["sqlite"], indirect=True)
def test_a_backup_with_all_data_is_verified_before_an_upgrade(
    database: Database, next_revision: NextRevision
) -> None:
    _add_user(database)
    next_revision.does("op.execute('DELETE FROM installation')")
    copy = upgrading.upgrade(database).file
    with database.reading() as tx:
        assert upgrading.current_revision(tx) == "next"
    assert copy is not None
    assert stat.S_IMODE(copy.stat().st_mode) == 0o600
    with closing(sqlite3.connect(copy)) as backup:
        assert backup.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        assert backup.execute("SELECT name FROM users").fetchall() == [("Robin",)]
        [(revision,)] = backup.execute("SELECT version_num FROM alembic_version").fetchall()
        assert revision == ScriptDirectory(str(MIGRATIONS)).get_current_head()


@pytest.mark.parametrize("backend", ["postgresql"], indirect=True)
def test_postgresql_is_dumped_before_an_upgrade(
    database: Database,
    next_revision: NextRevision,
    postgres: PostgresServer,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    _add_user(database)
    next_revision.does("op.execute('DELETE FROM users')")
    monkeypatch.setenv("PATH", f"{postgres.tools}{os.pathsep}{os.environ['PATH']}")
    with pytest.raises(SchemaMismatch, match="would lose 1 rows of users"):
        upgrading.upgrade(database, tmp_path)
    [dump] = (tmp_path / "backups").iterdir()
    newest = ScriptDirectory(str(MIGRATIONS)).get_current_head()
    assert dump.name.startswith(f"ledgersync-{newest}-")
    assert stat.S_IMODE(dump.stat().st_mode) == 0o600
    contents = subprocess.run(  # noqa: S603  of the wheel
        [str(postgres.tools / "pg_restore"), "--data-only", "--table=users", "--file=-", str(dump)],
        check=True,
        capture_output=True,
        text=True,
    ).stdout
    assert "Robin" in contents


@pytest.mark.parametrize("backend", ["postgresql"], indirect=True)
def test_an_upgrade_takes_longer_than_the_server_lets_people_wait(
    database: Database, next_revision: NextRevision, postgres: PostgresServer
) -> None:
    postgres.do(f"ALTER DATABASE {database.url.database} SET statement_timeout = '300ms'")
    database.engine.dispose()
    next_revision.does("op.execute('SELECT pg_sleep(0.5)')")
    upgrading.upgrade(database)
    with database.reading() as tx:
        assert upgrading.current_revision(tx) == "next"


@pytest.mark.parametrize("backend", ["postgresql"], indirect=True)
def test_without_pg_dump_an_upgrade_says_that_there_is_no_copy(
    database: Database, next_revision: NextRevision, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    next_revision.does("op.execute('DELETE FROM installation')")
    monkeypatch.setenv("PATH", "")
    done = upgrading.upgrade(database, tmp_path)
    assert done.file is None
    assert done.why_not.startswith("No copy was made first: pg_dump is not installed here")
    with database.reading() as tx:
        assert upgrading.current_revision(tx) == "next"


@pytest.mark.parametrize(
    ("statement", "words"),
    [
        ("op.execute('DELETE FROM users')", "would lose 1 rows of users"),
        ("op.execute('SELECT nothing FROM nowhere')", "could not be upgraded"),
    ],
)
def test_an_upgrade_that_fails_or_loses_rows_changes_nothing(
    database: Database, next_revision: NextRevision, statement: str, words: str
) -> None:
    _add_user(database)
    next_revision.does(statement)
    with pytest.raises(SchemaMismatch, match=words):
        upgrading.upgrade(database)
    with database.reading() as tx:
        assert upgrading.current_revision(tx) != "next"
        assert users.find_user(tx, "u1") is not None
        _require_foreign_keys_on(tx)


@pytest.mark.parametrize("backend", ["sqlite"], indirect=True)
def test_an_upgrade_that_orphans_rows_changes_nothing(
    database: Database, next_revision: NextRevision
) -> None:
    next_revision.does(
        'op.execute("INSERT INTO vendors (id, client_id, code, name, default_gl) "\n'
        "        \"VALUES ('v', 'nobody', '', 'Stray', '')\")"
    )
    with pytest.raises(SchemaMismatch, match="1 rows without their parent"):
        upgrading.upgrade(database)
    with database.reading() as tx:
        assert tx.execute(text("SELECT count(*) FROM vendors")).scalar() == 0


@pytest.mark.parametrize("backend", ["sqlite"], indirect=True)
def test_rebuilding_a_parent_table_keeps_its_children(
    database: Database, next_revision: NextRevision
) -> None:
    """SQLite alters a table by making it anew: with foreign keys on, that empties its children."""
    _add_user(database)
    _write(
        database,
        "INSERT INTO sync_runs (id, user_id, started_at, state, accounts_wanted, sentence) "
        "VALUES ('r', 'u1', '2026-10-01', 'done', 0, '')",
    )
    next_revision.does(
        "with op.batch_alter_table('users', recreate='always') as users:\n"
        "        users.drop_column('created_at')"
    )
    upgrading.upgrade(database)
    with database.reading() as tx:
        assert tx.execute(text("SELECT user_id FROM sync_runs")).scalars().all() == ["u1"]
        assert tx.exec_driver_sql("PRAGMA foreign_key_check").fetchall() == []
        _require_foreign_keys_on(tx)


@pytest.mark.parametrize("backend", ["sqlite"], indirect=True)
def test_a_backup_that_cannot_be_written_stops_the_upgrade_in_words(
    database: Database, next_revision: NextRevision, monkeypatch: pytest.MonkeyPatch
) -> None:
    next_revision.does("op.execute('DELETE FROM installation')")
    assert database.file
    missing = database.file.parent / "gone" / "ledgersync.db"
    monkeypatch.setattr(Database, "file", property(lambda _: missing))
    with pytest.raises(
        DatabaseUnavailable, match="No backup of the database could be made"
    ) as stopped:
        upgrading.upgrade(database)
    assert stopped.value.next_step
    monkeypatch.undo()
    with database.reading() as tx:
        assert upgrading.current_revision(tx) != "next"


def test_the_audit_trail_refuses_to_be_changed(database: Database) -> None:
    _write(
        database,
        "INSERT INTO audit_entries (at, user_id, user_name, action, subject, subject_id, detail) "
        "VALUES ('2026-10-01 00:00:00+00:00', 'u', 'Robin', 'edit', 'transaction', 't', '{}')",
    )
    for change in ("UPDATE audit_entries SET user_name = 'Nobody'", "DELETE FROM audit_entries"):
        with pytest.raises(Exception, match="the audit trail can only be added to"):
            _write(database, change)
    with database.reading() as tx:
        assert tx.execute(text("SELECT user_name FROM audit_entries")).scalars().all() == ["Robin"]


def _write(database: Database, statement: str) -> None:
    with database.writing() as tx:
        tx.execute(text(statement))


def _add_user(database: Database) -> None:
    with database.writing() as tx:
        users.add_user(tx, users.User("u1", "Robin", Role.ADMIN, disabled=False))


def _require_foreign_keys_on(tx: Connection) -> None:
    if tx.dialect.name == "sqlite":
        assert tx.exec_driver_sql("PRAGMA foreign_keys").scalar() == 1
