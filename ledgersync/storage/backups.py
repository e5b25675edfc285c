"""Copies of a SQLite database: made while it is in use, and checked before they get their name."""

import os
import sqlite3
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import datetime
from itertools import count
from pathlib import Path

from ledgersync import clock
from ledgersync.errors import DatabaseUnavailable

FOLDER = "backups"
ENDING = ".backup.db"
_SOUND = "ok"
_SIDE_FILES = ("-wal", "-shm")


@dataclass(frozen=True, slots=True)
class Contents:
    """What a copy says of itself: revision, firm or demo, key check values, sealed values."""

    revision: str
    kind: str
    key_checks: dict[str, str]
    sealed: tuple[str, ...]


def backup_name(stem: str, label: str, ending: str = ENDING) -> str:
    """A file name such as ledgersync-manual-20261031T180000.backup.db, in UTC."""
    return f"{stem}-{label}-{clock.now():%Y%m%dT%H%M%S}{ending}"


def free_name(folder: Path, stem: str, label: str, ending: str = ENDING) -> Path:
    """A file of such a name that is not there yet: two in one second must not be one."""
    for number in count(1):
        more = label if number == 1 else f"{label}-{number}"
        file = folder / backup_name(stem, more, ending)
        if not file.exists():
            break
    return file


def back_up(source: Path, target: Path) -> Path:
    """Copy a database as it is at one moment, while others work in it.

    Raises:
        DatabaseUnavailable: when no sound copy could be made; then there is none.
    """
    try:
        with _partial(target) as partial:
            verdict = copy_of(source, partial)
            if verdict == _SOUND:
                _settle(partial)
                partial.rename(target)
                _settle(target.parent)
                return target
    except (OSError, sqlite3.Error) as error:
        verdict = str(error)
    raise DatabaseUnavailable(
        f"No backup of the database could be made, so nothing was changed: {verdict}.",
        "Check that the backup's folder may be written to and has space, then try again.",
    )


@contextmanager
def _partial(target: Path) -> Iterator[Path]:
    """A private, empty file beside the target, gone afterwards unless it was renamed."""
    partial = target.with_name(target.name + ".partial")
    if not target.parent.is_dir():
        target.parent.mkdir(mode=0o700)
    partial.unlink(missing_ok=True)
    partial.touch(mode=0o600)
    try:
        yield partial
    finally:
        for side in ("", "-journal", *_SIDE_FILES):
            partial.with_name(partial.name + side).unlink(missing_ok=True)


def copy_of(source: Path, target: Path) -> str:
    """Copy the pages; returns what the copy's own check says of it, "ok" when it is sound.

    The copy is one file, whatever side files the source has.
    """
    if not source.is_file():
        raise FileNotFoundError(f"there is no file {source}")
    with closing(sqlite3.connect(source)) as old, closing(sqlite3.connect(target)) as new:
        old.backup(new)
        new.execute("PRAGMA journal_mode = DELETE")
        return str(new.execute("PRAGMA integrity_check").fetchone()[0])


def is_of_the_disk(error: sqlite3.Error) -> bool:
    """Whether it is the disk that failed or is full, and not the database."""
    kind = getattr(error, "sqlite_errorcode", 0) & 0xFF
    return kind in {sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR}


def contents(file: Path) -> Contents | None:
    """What a copy says of itself; None when it is no database of this program."""
    try:
        with closing(sqlite3.connect(f"{file.as_uri()}?mode=ro", uri=True)) as connection:
            [(revision,)] = connection.execute("SELECT version_num FROM alembic_version")
            kinds = connection.execute("SELECT value FROM installation WHERE key = 'kind'")
            checks = connection.execute("SELECT key_id, check_value FROM sealing_keys")
            return Contents(
                revision=revision,
                kind=next(iter(kinds), ("",))[0],
                key_checks=dict(checks.fetchall()),
                sealed=tuple(_sealed(connection)),
            )
    except (sqlite3.Error, ValueError):
        return None


def _sealed(connection: sqlite3.Connection) -> Iterator[str]:
    """Every value of a column whose name says that it is sealed, in whatever schema."""
    columns = connection.execute(
        "SELECT m.name, c.name FROM sqlite_master m JOIN pragma_table_info(m.name) c"
        r" WHERE m.type = 'table' AND c.name LIKE '%\_sealed' ESCAPE '\'"
    ).fetchall()
    for table, column in columns:
        query = f'SELECT "{column}" FROM "{table}" WHERE "{column}" IS NOT NULL'  # noqa: S608  names of our own tables
        yield from (value for (value,) in connection.execute(query))


def put_in_place(copy: Path, database: Path) -> None:
    """Let a copy take the database's place; at every moment one of the two is there.

    The caller has the database alone. What its side files hold belongs to the old database and
    must not meet the new one.
    """
    if database.exists():
        _empty_side_files(database)
    _settle(copy)
    copy.replace(database)
    _settle(database.parent)


def _empty_side_files(database: Path) -> None:
    try:
        with closing(sqlite3.connect(database)) as old:
            old.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    except sqlite3.Error:
        pass  # a damaged database; its copy was put aside with all side files
    for side in _SIDE_FILES:
        database.with_name(database.name + side).unlink(missing_ok=True)


def put_aside(database: Path, target: Path) -> Path:
    """Copy a damaged database as it is, byte for byte, with its side files: all, or nothing."""
    target.parent.mkdir(mode=0o700, exist_ok=True)
    try:
        for side in ("", *_SIDE_FILES):
            source = database.with_name(database.name + side)
            if source.exists():
                copy = target.with_name(target.name + side)
                copy.touch(mode=0o600)
                copy.write_bytes(source.read_bytes())
    except OSError:
        for side in ("", *_SIDE_FILES):
            target.with_name(target.name + side).unlink(missing_ok=True)
        raise
    return target


def newest_first(folder: Path, endings: tuple[str, ...]) -> list[tuple[Path, datetime, int]]:
    """The backups in a folder: file, when it was made, and its size in bytes."""
    if not folder.is_dir():
        return []
    files = [file for file in folder.iterdir() if file.name.endswith(endings) and file.is_file()]
    found = [(file, file.stat()) for file in files]
    found.sort(key=lambda one: one[1].st_mtime, reverse=True)
    return [
        (file, datetime.fromtimestamp(status.st_mtime).astimezone(), status.st_size)
        for file, status in found
    ]


def _settle(path: Path) -> None:
    """See that a file, or the names in a folder, are on the disk."""
    if sys.platform == "win32" and path.is_dir():
        return  # folders can't be opened there, and NTFS journals their entries
    flags = os.O_RDONLY if path.is_dir() or sys.platform != "win32" else os.O_RDWR
    descriptor = os.open(path, flags)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
