"""Copies of a PostgreSQL database, made by PostgreSQL's own pg_dump where it is installed."""

import os
import shutil
import subprocess
from pathlib import Path

from sqlalchemy.engine import URL

from ledgersync.errors import DatabaseUnavailable

ENDING = ".dump"


def dump(url: URL, target: Path) -> Path:
    """Write pg_dump's custom format; pg_restore reads it.

    The password goes by the environment, never on a command line.

    Raises:
        DatabaseUnavailable: when pg_dump is not here, or does not succeed; then there is no file.
    """
    program = shutil.which("pg_dump")
    if program is None:
        raise DatabaseUnavailable(
            "No backup was made: pg_dump, PostgreSQL's own tool for it, is not installed here.",
            "Install PostgreSQL's client tools, or back up where the database runs.",
        )
    partial = target.with_name(target.name + ".partial")
    try:
        target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        partial.unlink(missing_ok=True)
        partial.touch(mode=0o600)
        _run(program, url, partial)
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


def _run(program: str, url: URL, target: Path) -> None:
    address = url.set(drivername="postgresql", password=None).render_as_string()
    password = {"PGPASSWORD": str(url.password)} if url.password else {}
    done = subprocess.run(  # noqa: S603  pg_dump, with arguments of our own
        [program, "--format=custom", "--no-owner", f"--file={target}", f"--dbname={address}"],
        env=os.environ | password,
        capture_output=True,
        text=True,
        errors="replace",
        check=False,
    )
    if done.returncode:
        said = " ".join(done.stderr.split())[:300].rstrip(".")
        raise DatabaseUnavailable(
            f"No backup was made: pg_dump failed ({said}).",
            "Check that pg_dump is at least as new as the server, then try again.",
        )
