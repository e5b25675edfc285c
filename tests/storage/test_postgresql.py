"""PostgreSQL as companies run it: their settings work, or one sentence says what to do."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.engine import URL, make_url

from ledgersync.domain.actors import Role
from ledgersync.errors import LedgerSyncError
from ledgersync.storage import reasons, sign_ins, upgrading, users
from ledgersync.storage.engine import Database
from tests.conftest import ROLE, ROLE_PASSWORD, PostgresServer
from tests.storage.pooling import pooled

SECRET = "hunter2-secret"
Opens = Callable[[str], Database]


@pytest.fixture
def opens() -> Iterator[Opens]:
    """Opens a database at some address, and closes it after the test."""
    with ExitStack() as stack:

        def open_one(url: str) -> Database:
            database = Database(url)
            stack.callback(database.close)
            return database

        yield open_one


@pytest.fixture
def name(postgres: PostgresServer, postgres_template: str) -> Iterator[str]:
    """A migrated database of the test's own."""
    made = postgres.create(postgres_template)
    yield made
    postgres.drop(made)


@contextmanager
def _one_sentence(words: str) -> Iterator[None]:
    with pytest.raises(LedgerSyncError, match=words) as refused:
        yield
    error = refused.value
    assert error.sentence.endswith(".")
    assert error.next_step.endswith(".")
    assert error.__cause__ is None
    for unwanted in ("\n", "SELECT", SECRET, ROLE_PASSWORD):
        assert unwanted not in str(error)


def _add_user(database: Database, name: str = "u1") -> None:
    with database.writing() as tx:
        users.add_user(tx, users.User(name, "Robin", Role.ADMIN, disabled=False))


def _another_password(url: URL) -> URL:
    return url.set(password=SECRET)


def _no_password(url: URL) -> URL:
    return url._replace(password=None)


def _another_database(url: URL) -> URL:
    return url.set(database="nowhere")


def _another_host(url: URL) -> URL:
    return url.set(host="nowhere.invalid", query={})


def _another_folder(url: URL) -> URL:
    return url.update_query_dict({"host": "/nowhere"})


def _encrypted(url: URL) -> URL:
    return url.set(host="127.0.0.1", port=1, query={"sslmode": "reqire"})


def _misspelt(url: URL) -> URL:
    return url.update_query_dict({"conect_timeout": "3"})


def _unknown_setting(url: URL) -> URL:
    return url.update_query_dict({"options": "-c nonsense=1"})


@pytest.mark.parametrize(
    ("other", "words"),
    [
        (_another_password, "does not take the user or the password.*test_"),
        (_no_password, "does not take the user or the password"),
        (_another_database, 'knows no such database.*nowhere.*"nowhere" does not exist'),
        (_another_host, "does not answer.*test_\\d+ at nowhere.invalid"),
        (_another_folder, "does not answer.*test_\\d+ at /nowhere"),
        (_encrypted, 'does not let this program in.*sslmode value: "reqire"'),
        (_misspelt, 'does not let this program in.*option "conect_timeout"'),
        (_unknown_setting, 'does not let this program in.*"nonsense"'),
    ],
)
def test_an_address_that_leads_nowhere_says_why_and_never_the_password(
    postgres: PostgresServer, opens: Opens, name: str, other: Callable[[URL], URL], words: str
) -> None:
    address = other(make_url(postgres.url(name)))
    database = opens(address.render_as_string(hide_password=False))
    with _one_sentence(words), database.reading():
        pass
    with _one_sentence(words):
        upgrading.upgrade(database)


@pytest.mark.parametrize(
    "address",
    [
        f"postgresql+psycopg://books:{SECRET}@x@db.example/books",
        f"postgresql+psycopg://books:p@{SECRET}@db.example/books",
        f"postgresql+psycopg://books:p@{SECRET}/q@db.example/books",
        f"postgresql+psycopg://books:p@q:{SECRET}@db.example/books",
        f"postgresql+psycopg://books:{SECRET}@db.example:port/books",
        f"postgresql+psycopg://books:{SECRET}@/books?host=db.example&port=port",
    ],
)
def test_a_password_that_breaks_the_address_is_not_shown(address: str) -> None:
    with _one_sentence("can't be read.* @ as %40"):
        Database(address)


def test_a_server_that_speaks_another_language_is_told_in_its_words() -> None:
    words = "FATAL:  Passwort-Authentifizierung für Benutzer »books« fehlgeschlagen"
    way = 'connection to server at "127.0.0.1", port 5432 failed: '
    told = reasons.refused(OSError(f"connection failed: {way}{words}\n{way}{words}"), "books at db")
    assert told.sentence == "The database does not let this program in."
    assert told.details == f"(books at db: {words.replace('  ', ' ')}.)"
    assert "user" in told.next_step


def test_what_only_the_driver_knows_is_not_for_an_address() -> None:
    with _one_sentence("sets prepare_threshold, which is not"):
        Database(f"postgresql+psycopg://books:{SECRET}@db.example/books?prepare_threshold=0")


def test_a_password_among_the_options_of_the_address_is_one_too(
    postgres: PostgresServer, opens: Opens, name: str
) -> None:
    bare = make_url(postgres.url(name))._replace(username=None, password=None)
    told = bare.update_query_dict({"user": ROLE, "password": ROLE_PASSWORD})
    database = opens(told.render_as_string(hide_password=False))
    _add_user(database)
    assert database.url.password == ROLE_PASSWORD
    assert "password" not in database.url.query


def test_a_user_without_rights_is_told_who_gives_them(
    postgres: PostgresServer, opens: Opens, name: str
) -> None:
    postgres.do("CREATE DATABASE of_somebody_else TEMPLATE template0 STRATEGY file_copy")
    with _one_sentence("may not do.*permission denied for schema public.*OWNER TO"):
        upgrading.upgrade(opens(postgres.url("of_somebody_else")))
    postgres.drop("of_somebody_else")
    with opens(postgres.url(name)).writing() as tx:
        tx.execute(text(f"REVOKE INSERT ON users FROM {ROLE}"))
    with _one_sentence("may not do.*permission denied for table users"):
        _add_user(opens(postgres.url(name)))


def test_a_schema_that_is_not_there_is_told(postgres: PostgresServer, opens: Opens) -> None:
    made = postgres.create()
    postgres.do(f"ALTER DATABASE {made} SET search_path = nowhere")
    with _one_sentence("has no schema.*search_path = public"):
        upgrading.upgrade(opens(postgres.url(made)))
    postgres.drop(made)


def test_a_database_that_takes_no_more_connections(
    postgres: PostgresServer, opens: Opens, name: str
) -> None:
    database = opens(postgres.url(name))
    postgres.do(f"ALTER DATABASE {name} CONNECTION LIMIT 0")
    with _one_sentence("as many connections as it takes"), database.reading():
        pass
    postgres.do(f"ALTER DATABASE {name} CONNECTION LIMIT 1")
    _add_user(database)


def test_whoever_waits_sees_what_came_before_whatever_isolation_is_the_servers(
    postgres: PostgresServer, opens: Opens, name: str
) -> None:
    postgres.do(f"ALTER DATABASE {name} SET default_transaction_isolation = 'serializable'")
    database, colleague = opens(postgres.url(name)), opens(postgres.url(name))
    _add_user(database)
    rename = text("UPDATE users SET name = name || ' ' || :more")
    with database.writing() as tx:
        assert users.find_user(tx, "u1")
        with colleague.writing() as first:
            first.execute(rename, {"more": "Pine"})
        tx.execute(rename, {"more": "Hill"})
    with database.reading() as tx:
        assert tx.execute(text("SELECT name FROM users")).scalar() == "Robin Pine Hill"


def test_a_database_that_takes_no_changes_is_read_and_says_so(
    postgres: PostgresServer, opens: Opens, name: str
) -> None:
    postgres.do(f"ALTER DATABASE {name} SET default_transaction_read_only = on")
    database = opens(postgres.url(name))
    for _ in range(2):  # a session that has only read before is no other one
        with _one_sentence("takes no changes.*default_transaction_read_only"):
            _add_user(database)
        with database.reading() as tx:
            assert users.find_user(tx, "u1") is None


def test_what_takes_too_long_for_the_server_is_told(
    postgres: PostgresServer, opens: Opens, name: str
) -> None:
    postgres.do(f"ALTER DATABASE {name} SET statement_timeout = '100ms'")
    with (
        _one_sentence("broke off what takes longer than its statement_timeout"),
        opens(postgres.url(name)).reading() as tx,
    ):
        tx.execute(text("SELECT pg_sleep(30)"))


def test_a_session_that_pauses_too_long_for_the_server_is_told_and_found_again(
    postgres: PostgresServer, opens: Opens, name: str
) -> None:
    watching = opens(postgres.url(name))
    postgres.do(f"ALTER DATABASE {name} SET idle_in_transaction_session_timeout = '50ms'")
    database = opens(postgres.url(name))
    at_work = text("SELECT count(*) FROM pg_stat_activity WHERE pid = :pid")
    with _one_sentence("ended a session that took longer"), database.reading() as tx:
        pid = tx.execute(text("SELECT pg_backend_pid()")).scalar_one()
        still = 1
        while still:
            with watching.reading() as other:
                still = other.execute(at_work, {"pid": pid}).scalar_one()
        tx.execute(text("SELECT 1"))
    _add_user(database)


def test_what_the_address_sets_is_set_and_so_is_what_the_program_needs(
    postgres: PostgresServer, opens: Opens, name: str
) -> None:
    asked = make_url(postgres.url(name)).update_query_dict({"options": "-c work_mem=5MB"})
    with opens(asked.render_as_string(hide_password=False)).reading() as tx:
        found = [tx.execute(text(f"SHOW {it}")).scalar() for it in ("work_mem", "lock_timeout")]
    assert found == ["5MB", "15s"]


def test_days_and_moments_are_the_same_whatever_the_server_writes(
    postgres: PostgresServer, opens: Opens, name: str
) -> None:
    for setting in ("datestyle = 'German'", "timezone = 'Asia/Kolkata'"):
        postgres.do(f"ALTER DATABASE {name} SET {setting}")
    database = opens(postgres.url(name))
    _add_user(database)
    late = datetime(2026, 2, 1, 23, 30, tzinfo=UTC)
    with database.writing() as tx:
        sign_ins.add_sign_in(tx, sign_ins.SignIn("s1", "u1", late, late))
    with database.reading() as tx:
        assert sign_ins.find_sign_in(tx, "s1") == sign_ins.SignIn("s1", "u1", late, late)
        assert tx.execute(text("SELECT DATE '2026-02-01'")).scalar() == late.date()


@pytest.fixture
def pooler(postgres: PostgresServer, name: str, tmp_path: Path) -> Iterator[str]:
    """The address of the database through a pooler."""
    with pooled(postgres.url(name), tmp_path) as url:
        yield url


def test_through_a_pooler_nothing_is_prepared_that_another_session_would_miss(
    postgres: PostgresServer, opens: Opens, name: str, pooler: str
) -> None:
    prepared = text("SELECT count(*) FROM pg_prepared_statements WHERE statement LIKE '%users%'")
    for url, expected in ((postgres.url(name), 1), (pooler, 0)):
        with opens(url).reading() as tx:
            for _ in range(10):
                users.find_user(tx, "u1")
            assert tx.execute(prepared).scalar() == expected


def test_through_a_pooler_locks_and_days_are_as_without_it(opens: Opens, pooler: str) -> None:
    database = opens(pooler)
    with database.engine.connect() as session:  # as it is where a pooler passes nothing on
        session.execute(text("SET lock_timeout = 0"))
        session.execute(text("SET datestyle = 'German'"))
        session.execute(text("SET search_path = ''"))
        session.commit()
    with database.writing() as tx:
        found = [tx.execute(text(f"SHOW {it}")).scalar() for it in ("lock_timeout", "datestyle")]
        assert users.find_user(tx, "u1") is None
    assert found == ["15s", "ISO, DMY"]


def test_through_a_pooler_no_copy_is_made_before_an_upgrade(
    opens: Opens, pooler: str, tmp_path: Path
) -> None:
    database = opens(pooler)
    upgrading.migrate(database, "0009")
    assert "pg_dump does not work through a pooler" in upgrading.upgrade(database, tmp_path).why_not


def test_a_pooler_that_mixes_up_what_is_prepared_is_told(
    postgres: PostgresServer, opens: Opens, name: str
) -> None:
    with _one_sentence("mixes up.*pool_mode"), opens(postgres.url(name)).reading() as tx:
        tx.execute(text("EXECUTE of_another_session"))
