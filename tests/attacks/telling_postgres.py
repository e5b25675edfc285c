"""A PostgreSQL that writes down whatever it is told, as a company's may, and what it keeps."""

import os
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from sqlalchemy.engine import make_url

from tests.attacks.canaries import in_files, sightings
from tests.conftest import PostgresServer, postgres_running

# Every statement with its values, every error with all that belongs to it, every session.
_TELLING = {
    "log_statement": "all",
    "log_duration": "on",
    "log_min_duration_statement": "0",
    "log_parameter_max_length": "-1",
    "log_parameter_max_length_on_error": "-1",
    "log_min_messages": "debug1",
    "log_min_error_statement": "debug5",
    "log_error_verbosity": "verbose",
    "log_connections": "on",
    "log_disconnections": "on",
}
_PROGRAMS = ("pg_dump", "pg_restore", "psql")


@dataclass(frozen=True)
class TellingPostgres:
    """The server, and the address of its one database."""

    server: PostgresServer
    url: str

    @property
    def password(self) -> str:
        return str(make_url(self.url).password)

    @property
    def log(self) -> str:
        return (self.server.folder / "log").read_text(errors="replace")

    def sightings(self, canaries: Mapping[str, str]) -> list[str]:
        """Where in its folder a secret is: in tables, what is written ahead, or the log."""
        self.server.write_out()
        return in_files(self.server.folder, canaries)

    def sightings_in_dumps(self, folder: Path, canaries: Mapping[str, str]) -> list[str]:
        """Which of the dumps below a folder hold a secret, once nothing of them is packed."""
        return [
            f"{name} in {dump.name}"
            for dump in sorted(folder.rglob("*.dump"))
            for name in sightings(self._unpacked(dump), canaries)
        ]

    def _unpacked(self, dump: Path) -> bytes:
        program = str(self.server.tools / "pg_restore")
        done = subprocess.run([program, "--file=-", str(dump)], capture_output=True, check=True)  # noqa: S603  of the wheel
        return done.stdout


@contextmanager
def telling_postgres() -> Iterator[TellingPostgres]:
    with postgres_running() as server:
        url = server.url(server.create())
        server.set_up(**_TELLING)
        yield TellingPostgres(server, url)


@dataclass(frozen=True)
class Programs:
    """PostgreSQL's programs, each of which first notes how it was called."""

    folder: Path

    @property
    def command_lines(self) -> str:
        return (self.folder / "command-lines").read_text()

    @property
    def environments(self) -> str:
        return (self.folder / "environments").read_text()


def noting_programs(
    server: PostgresServer, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> Programs:
    """Put such programs where the app looks for them."""
    for name in _PROGRAMS:
        program = folder / name
        program.write_text(
            "#!/bin/sh\n"
            f'printf "%s\\n" "$0" "$@" >> {folder}/command-lines\n'
            f"env >> {folder}/environments\n"
            f'exec {server.tools / name} "$@"\n'
        )
        program.chmod(0o700)
    monkeypatch.setenv("PATH", f"{folder}{os.pathsep}{os.environ['PATH']}")
    return Programs(folder)
