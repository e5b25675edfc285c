"""Whether anybody has a SQLite database open: a lock on a file beside it, kept as long as it is.

SQLite lets a file be exchanged under those who have it open, and they would go on in the old one.
"""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from ledgersync.errors import DatabaseUnavailable

_ENDING = ".in-use"


def take(database: Path, *, alone: bool = False) -> int | None:
    """Say that one has the database open, until `leave`; None where the system can't keep count.

    Raises:
        DatabaseUnavailable: while somebody has it alone; for `alone`, while anybody has it.
    """
    if alone:
        return _locked(database, shared=False, why=f"The database {database} is in use.")
    return _locked(
        database, shared=True, why="The database is being restored or moved at this moment."
    )


def leave(held: int | None) -> None:
    if held is not None:
        os.close(held)  # gives the lock back


@contextmanager
def alone(database: Path) -> Iterator[None]:
    """Have the database alone: nobody has it open, and nobody can open it meanwhile.

    Raises:
        DatabaseUnavailable: when somebody has it open.
    """
    held = take(database, alone=True)
    try:
        yield
    finally:
        leave(held)


def _locked(database: Path, *, shared: bool, why: str) -> int | None:
    if sys.platform == "win32":
        return None  # there, an open file can't be exchanged in the first place
    import fcntl  # noqa: PLC0415  exists on the other systems only

    mark = database.with_name(database.name + _ENDING)
    descriptor = os.open(mark, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(descriptor, (fcntl.LOCK_SH if shared else fcntl.LOCK_EX) | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(descriptor)
        raise DatabaseUnavailable(why, "Stop the app and every command, then try again.") from None
    except OSError:
        os.close(descriptor)  # a file system without locks
        return None
    return descriptor
