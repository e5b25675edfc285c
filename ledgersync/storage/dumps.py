"""Copies of a PostgreSQL database, made and put back by PostgreSQL's own programs."""

import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Connection, text
from sqlalchemy.engine import URL

from ledgersync.errors import DatabaseUnavailable, InvalidInput
from ledgersync.storage.engine import Database
from ledgersync.storage.postgresql import is_pooled

ENDING = ".dump"
_LONGEST_WORDS = 300
_PROGRAMS = ("pg_dump", "pg_restore", "psql")
_NO_POOLER = "does not work through a pooler: name the database server itself in the address"
_CUT_OFF = "pg_restore could not read it to its end"
# As a pattern that fits nothing else.
_OWN_SCHEMA = text("SELECT quote_ident(coalesce(current_schema(), 'public'))")
_ADMINISTRATORS = re.compile(r"\d+; \d+ \d+ (?:COMMENT - )?(?:EXTENSION|SCHEMA) ")
# Told of an error, people need not read which tables went before it.
_BEGIN = "BEGIN; SET LOCAL client_min_messages = error; SET LOCAL statement_timeout = 0;"
# Of whoever runs this database, whatever is in it: tables with all that hangs on them, functions.
_OWN_OBJECTS = text(
    "SELECT format('DROP TABLE IF EXISTS %I.%I CASCADE;', schemaname, tablename)"
    " FROM pg_tables WHERE schemaname = current_schema()"
    " UNION ALL SELECT format('DROP FUNCTION IF EXISTS %s CASCADE;', p.oid::regprocedure)"
    " FROM pg_proc p WHERE p.pronamespace = current_schema()::regnamespace AND p.prokind = 'f'"
    " AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.objid = p.oid AND d.deptype = 'e')"
)
# Of what another user's session is, only a superuser is told.
_OTHERS = text(
    "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
    " AND pid <> pg_backend_pid() AND usesysid IS NOT NULL"
    " AND coalesce(backend_type, 'client backend') = 'client backend'"
)


@dataclass(frozen=True, slots=True)
class Tool:
    """One of PostgreSQL's programs; `problem` says why it can't be used, "" when it can."""

    name: str
    version: str
    problem: str = ""


def dump(database: Database, target: Path) -> Path:
    """Write pg_dump's custom format; pg_restore has read it to its end before it gets its name.

    Only the program's own schema is in it: others of the same database may be nobody's to read.
    The password goes by the environment, never on a command line.

    Raises:
        DatabaseUnavailable: when one of both is not here, or does not succeed; then there is no
            file.
    """
    pg_dump, pg_restore = _backup_program("pg_dump"), _backup_program("pg_restore")
    partial = target.with_name(target.name + ".partial")
    with database.reading() as tx:
        require_no_pooler(tx)
        schema = str(tx.execute(_OWN_SCHEMA).scalar_one())
    try:
        target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        partial.unlink(missing_ok=True)
        partial.touch(mode=0o600)
        _write([pg_dump, f"--schema={schema}"], database.url, partial)
        _read_through(pg_restore, partial)
        with partial.open("rb") as file:
            os.fsync(file.fileno())
        return partial.rename(target)
    except OSError as error:
        raise DatabaseUnavailable(
            f"No backup was made: {error.strerror}.",
            "Check that the backup's folder may be written to and has space, then try again.",
        ) from None
    finally:
        partial.unlink(missing_ok=True)


def require_no_pooler(tx: Connection) -> None:
    """What PostgreSQL's programs set for their session, a pooler would leave to the next.

    Raises:
        DatabaseUnavailable: when there is one.
    """
    if is_pooled(tx):
        raise DatabaseUnavailable(
            "PostgreSQL's own programs for backups don't work through a pooler.",
            "Run this as a command, with the address of the database server itself in "
            "LEDGERSYNC_DATABASE_URL.",
        )


def _backup_program(name: str) -> str:
    program = shutil.which(name)
    if program is None:
        raise DatabaseUnavailable(
            f"No backup was made: {name}, PostgreSQL's own tool for it, is not installed here.",
            "Install PostgreSQL's client tools, or back up where the database runs.",
        )
    return program


def _write(pg_dump: Sequence[str], url: URL, target: Path) -> None:
    where = (f"--file={target}", f"--dbname={_address(url)}")
    done = _ran([*pg_dump, "--format=custom", "--no-owner", *where], _environment(url))
    if done.returncode:
        raise DatabaseUnavailable(
            f"No backup was made: pg_dump failed ({_said(done.stderr)}).",
            "Check that pg_dump is at least as new as the server, then try again.",
        )


def _read_through(program: str, file: Path) -> None:
    """Read a dump as a restore would, all of its rows, without a database."""
    done = _ran([program, f"--file={os.devnull}", str(file)])
    if done.returncode:
        raise DatabaseUnavailable(
            f"No backup was made: pg_restore can't read what was written ({_said(done.stderr)}).",
            "Check the disk of the backup's folder, and that pg_restore is as new as pg_dump; then "
            "try again.",
        )


def _ran(
    command: Sequence[str], environment: Mapping[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    """One of PostgreSQL's programs, run to its end, with what it said."""
    return subprocess.run(  # noqa: S603  with arguments of our own
        command, env=environment, capture_output=True, text=True, errors="replace", check=False
    )


def restoring_programs() -> tuple[str, str]:
    """Where pg_restore and psql are.

    Raises:
        InvalidInput: when one of them is not here.
    """
    found = [shutil.which(name) for name in ("pg_restore", "psql")]
    pg_restore, psql = found
    if pg_restore is None or psql is None:
        raise InvalidInput(
            "A PostgreSQL database is restored with PostgreSQL's own pg_restore and psql, and they "
            "are not installed here.",
            "Install PostgreSQL's client tools, or restore where the database runs.",
        )
    return pg_restore, psql


def tools(tx: Connection) -> tuple[Tool, ...]:
    """pg_dump, pg_restore and psql, each with what it lacks to work with this server."""
    if is_pooled(tx):
        return tuple(Tool(name, "", _NO_POOLER) for name in _PROGRAMS)
    server = int(tx.execute(text("SHOW server_version_num")).scalar_one()) // 10_000
    return tuple(_tool(name, server) for name in _PROGRAMS)


def _tool(name: str, server: int) -> Tool:
    program = shutil.which(name)
    if program is None:
        return Tool(name, "", "is not installed here: install PostgreSQL's client tools")
    said = _ran([program, "--version"]).stdout
    found = re.search(r"\d+(?:\.\d+)?", said)
    version = found[0] if found else "?"
    if not found or int(version.split(".")[0]) < server:
        return Tool(name, version, f"{version} is older than the server's version {server}")
    return Tool(name, version)


def clearing(tx: Connection) -> list[str]:
    """The statements that take everything out of the database's schema."""
    return list(tx.execute(_OWN_OBJECTS).scalars())


def others_at_work(tx: Connection) -> int:
    """How many other sessions the database has."""
    return int(tx.execute(_OTHERS).scalar_one())


def _ours(pg_restore: str, file: Path) -> str:
    """The dump's list of contents without what only an administrator makes, and has made.

    A schema is there, and so are extensions, which a company's own tools may have in any database.
    """
    listed = _ran([pg_restore, "--list", str(file)])
    if listed.returncode:
        raise _not_restored(_said(listed.stderr) or _CUT_OFF)
    lines = listed.stdout.splitlines(keepends=True)
    return "".join(line for line in lines if not _ADMINISTRATORS.match(line))


def put_in_place(url: URL, file: Path, programs: tuple[str, str], first: Sequence[str]) -> None:
    """Run the statements, then the dump, as one transaction: all of it happens, or nothing.

    Raises:
        DatabaseUnavailable: when it did not; the database is as it was.
    """
    pg_restore, psql = programs
    command = [psql, "--no-psqlrc", "--quiet", "--set=ON_ERROR_STOP=1", f"--dbname={_address(url)}"]
    with tempfile.TemporaryFile() as said, tempfile.NamedTemporaryFile("w") as listed:
        listed.write(_ours(pg_restore, file))
        listed.flush()
        running = subprocess.Popen(  # noqa: S603  psql, with arguments of our own
            command,
            env=_environment(url),
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=said,
        )
        with running, suppress(BrokenPipeError):  # it ended early, and says why
            reading = [pg_restore, f"--use-list={listed.name}", str(file)]
            _tell(running, reading, first)
        if running.returncode == 0:
            return
        said.seek(0)
        words = _said(said.read().decode(errors="replace")) or _CUT_OFF
    raise _not_restored(words)


def _not_restored(words: str) -> DatabaseUnavailable:
    return DatabaseUnavailable(
        f"The backup was not restored, and the database is as it was ({words}).",
        "Check that psql is at least as new as the server, and that the server has space; then "
        "try again.",
    )


def _tell(psql: subprocess.Popen[bytes], pg_restore: Sequence[str], first: Sequence[str]) -> None:
    """Feed psql; only what was told whole is committed, whoever of the three dies on the way."""
    assert psql.stdin is not None  # noqa: S101  piped by the caller
    with psql.stdin as script:
        script.write("\n".join([_BEGIN, *first, ""]).encode())
        with subprocess.Popen(  # noqa: S603  pg_restore, with arguments of our own
            [*pg_restore, "--no-owner", "--no-privileges", "--file=-"],
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        ) as reading:
            assert reading.stdout is not None  # noqa: S101  piped above
            shutil.copyfileobj(reading.stdout, script)
        if reading.returncode == 0:
            script.write(b"\nCOMMIT;\n")
        else:
            psql.kill()


def _address(url: URL) -> str:
    """Without the password: in an address it would go before the one of the environment."""
    there = URL.create(
        "postgresql", url.username, None, url.host, url.port, url.database, url.query
    )
    return there.render_as_string()


def _environment(url: URL) -> dict[str, str]:
    return os.environ | ({"PGPASSWORD": str(url.password)} if url.password else {})


def _said(words: str) -> str:
    return " ".join(words.split())[:_LONGEST_WORDS].rstrip(".")
