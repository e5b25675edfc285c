"""The guarantees of the engine, and one sentence for each way a database can be away."""

import socket
import sqlite3
import stat
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from ledgersync.domain.actors import Role
from ledgersync.errors import DatabaseUnavailable
from ledgersync.storage import upgrading, users
from ledgersync.storage.engine import Database
from tests.conftest import PostgresServer

on_sqlite = pytest.mark.parametrize("backend", ["sqlite"], indirect=True)
on_postgresql = pytest.mark.parametrize("backend", ["postgresql"], indirect=True)


def _add_user(database: Database, name: str = "u1") -> None:
    with database.writing() as tx:
        users.add_user(tx, users.User(name, "Robin", Role.ADMIN, disabled=False))


@contextmanager
def _one_sentence(words: str) -> Iterator[None]:
    with pytest.raises(DatabaseUnavailable, match=words) as refused:
        yield
    error = refused.value
    assert error.sentence.endswith(".")
    assert error.next_step.endswith((".", "Help.", "_DIR."))
    assert error.__cause__ is None
    assert "\n" not in str(error)
    assert "SELECT" not in str(error)


@on_sqlite
@pytest.mark.parametrize("writes", [True, False])
def test_sqlite_is_told_what_keeps_data_safe(database: Database, *, writes: bool) -> None:
    with database.writing() if writes else database.reading() as tx:
        found = {
            name: tx.exec_driver_sql(f"PRAGMA {name}").scalar()
            for name in ("journal_mode", "synchronous", "foreign_keys", "busy_timeout")
        }
    full = 2
    assert found == {
        "journal_mode": "wal",
        "synchronous": full,
        "foreign_keys": 1,
        "busy_timeout": 15_000,
    }


@pytest.mark.parametrize("encoding", ["SQL_ASCII", "LATIN1"])
def test_postgresql_in_another_encoding_is_refused(postgres: PostgresServer, encoding: str) -> None:
    database = Database(postgres.url(postgres.create(encoding=encoding)))
    with _one_sentence(f"keeps texts as {encoding}"), database.reading():
        pass
    database.close()


@on_sqlite
def test_the_file_and_its_side_files_are_private(database: Database) -> None:
    assert database.file
    database.file.chmod(0o644)
    database.close()
    again = Database(str(database.url))
    _add_user(again)
    files = {file.name: file for file in database.file.parent.glob("ledgersync.db*")}
    sides = {"ledgersync.db", "ledgersync.db-wal", "ledgersync.db-shm", "ledgersync.db.in-use"}
    assert set(files) == sides
    assert {stat.S_IMODE(file.stat().st_mode) for file in files.values()} == {0o600}
    again.close()


def test_a_new_folder_is_private(tmp_path: Path) -> None:
    Database(f"sqlite:///{tmp_path / 'made' / 'ledgersync.db'}").close()
    assert stat.S_IMODE((tmp_path / "made").stat().st_mode) == 0o700


def test_all_of_a_transaction_is_kept_or_none(database: Database) -> None:
    def half() -> None:
        with database.writing() as tx:
            users.add_user(tx, users.User("u1", "Robin", Role.ADMIN, disabled=False))
            raise RuntimeError("the power went out")

    with pytest.raises(RuntimeError, match="the power went out"):
        half()
    with database.reading() as tx:
        assert users.find_user(tx, "u1") is None


def test_a_reading_sees_one_moment(database: Database) -> None:
    with database.reading() as tx:
        assert users.find_user(tx, "u1") is None
        _add_user(database)
        assert users.find_user(tx, "u1") is None
    with database.reading() as tx:
        assert users.find_user(tx, "u1") is not None


@on_postgresql
def test_a_reading_cannot_write(database: Database) -> None:
    with pytest.raises(Exception, match="read-only transaction"), database.reading() as tx:
        users.add_user(tx, users.User("u1", "Robin", Role.ADMIN, disabled=False))
    _add_user(database)


def test_a_database_that_stays_locked(database_url: str) -> None:
    first = Database(database_url)
    second = Database(database_url, busy_timeout_ms=50)
    _add_user(first)
    change = text("UPDATE users SET name = 'Alex' WHERE id = 'u1'")
    with first.writing() as tx:
        tx.execute(change)
        with _one_sentence("busy with another change"), second.writing() as other:
            other.execute(change)
    with second.writing() as tx:
        tx.execute(change)
    first.close()
    second.close()


def test_more_people_than_connections(database: Database) -> None:
    database.engine.pool._timeout = 0.05  # type: ignore[attr-defined]
    database.engine.pool._max_overflow = 0  # type: ignore[attr-defined]
    inside, leave = threading.Semaphore(0), threading.Event()

    def stay() -> None:
        with database.reading():
            inside.release()
            leave.wait(20)

    people = [threading.Thread(target=stay) for _ in range(10)]
    for person in people:
        person.start()
        inside.acquire(timeout=20)
    try:
        with _one_sentence("Too many people"), database.reading():
            pass
    finally:
        leave.set()
        for person in people:
            person.join()
    with database.reading():
        pass


def test_postgresql_that_does_not_listen() -> None:
    with closing(socket.socket()) as taken:
        taken.bind(("127.0.0.1", 0))
        url = f"postgresql+psycopg://ledger:s3cret@127.0.0.1:{taken.getsockname()[1]}/books"
        database = Database(url)
        with _one_sentence("does not answer") as _, database.reading():
            pass
        with _one_sentence("does not answer"):
            upgrading.migrate(database, "head")
        database.close()


@on_postgresql
def test_postgresql_that_ends_a_session_is_found_again(database: Database) -> None:
    kill = "SELECT pg_terminate_backend(pg_backend_pid())"
    with _one_sentence("does not answer"), database.reading() as tx:
        tx.execute(text(kill))
    with database.reading() as tx:
        assert tx.execute(text("SELECT 1")).scalar() == 1


@pytest.mark.parametrize("content", [b"Dear diary, this is no database at all.\n" * 30])
def test_a_file_that_is_no_database(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "notes.db").write_bytes(content)
    database = Database(f"sqlite:///{tmp_path / 'notes.db'}")
    with _one_sentence("damaged"), database.reading():
        pass
    database.close()
    assert (tmp_path / "notes.db").read_bytes() == content


@on_sqlite
def test_a_database_with_overwritten_pages(database: Database) -> None:
    assert database.file
    with database.writing() as tx:
        for number in range(300):
            users.add_user(tx, users.User(f"u{number}", "R" * 200, Role.ADMIN, disabled=False))
    database.close()
    with closing(sqlite3.connect(database.file)) as raw:
        raw.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    content = database.file.read_bytes()
    half = len(content) // 2
    database.file.write_bytes(content[:half] + b"\xff" * (len(content) - half))
    with _one_sentence("damaged"), Database(str(database.url)).reading() as tx:
        tx.execute(text("SELECT sum(length(name)) FROM users")).all()


@pytest.mark.parametrize("place", ["a file/ledgersync.db", "a folder"])
def test_a_place_that_can_hold_no_file(tmp_path: Path, place: str) -> None:
    (tmp_path / "a file").write_text("")
    (tmp_path / "a folder").mkdir()
    with _one_sentence("can't be opened") as _:
        Database(f"sqlite:///{tmp_path / place}")


@on_sqlite
def test_a_database_that_may_only_be_read(database: Database) -> None:
    with (
        _one_sentence("can't be written"),
        database.writing() as tx,
    ):
        tx.exec_driver_sql("PRAGMA query_only = ON")
        users.add_user(tx, users.User("u1", "Robin", Role.ADMIN, disabled=False))


@on_sqlite
def test_a_full_disk_keeps_what_was_there(database: Database) -> None:
    _add_user(database)
    with _one_sentence("is full"), database.writing() as tx:
        pages = tx.exec_driver_sql("PRAGMA page_count").scalar()
        tx.exec_driver_sql(f"PRAGMA max_page_count = {pages}")
        for number in range(2_000):
            users.add_user(tx, users.User(f"x{number}", "R" * 200, Role.ADMIN, disabled=False))
    database.close()
    again = Database(str(database.url))
    with again.reading() as tx:
        assert users.find_user(tx, "u1") is not None
        assert users.find_user(tx, "x0") is None
    again.close()


def test_secrets_stay_out_of_errors_and_of_what_the_engine_shows(
    database: Database, caplog: pytest.LogCaptureFixture
) -> None:
    _add_user(database)
    again = users.User("u1", "hunter2-secret", Role.ADMIN, disabled=False)
    with (
        caplog.at_level("INFO", "sqlalchemy.engine"),
        pytest.raises(IntegrityError) as refused,
        database.writing() as tx,
    ):
        users.add_user(tx, again)
    for told in (str(refused.value), caplog.text):
        assert "INSERT INTO users" in told
        assert "hunter2-secret" not in told


def test_an_address_shows_no_password() -> None:
    assert "s3cret" not in repr(Database("postgresql+psycopg://ledger:s3cret@localhost/x").url)
