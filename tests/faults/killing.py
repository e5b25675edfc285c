"""Processes that work on a firm's books and are killed: what they did, and what has to hold then.

Each job tells through a pipe what was acknowledged. After the kill the books are opened anew: what
was acknowledged is there, the rest is whole or absent, and the audit trail is intact.
"""

import hashlib
import multiprocessing
import shutil
import signal
import sys
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from itertools import count
from multiprocessing.connection import Connection
from pathlib import Path

from sqlalchemy import func, select

from ledgersync import clock
from ledgersync.config import Settings
from ledgersync.domain.actors import Actor
from ledgersync.domain.decisions import Edit
from ledgersync.domain.periods import Period
from ledgersync.errors import LedgerSyncError
from ledgersync.services import (
    audit_trail,
    credentials,
    exporting,
    key_rotation,
    loading,
    reviewing,
    workspace,
)
from ledgersync.services.exporting import ExportRequest
from ledgersync.services.workspace import Workspace, local_actor, open_workspace
from ledgersync.storage import audit_search, connections, upgrading
from ledgersync.storage.engine import Database
from ledgersync.storage.tables import ACCOUNT_LOADS, EXPORTS, TRANSACTIONS
from tests.conftest import settings_in
from tests.services.earlier_seals import seal_as_before
from tests.services.scripted_ledgersync import PASSWORD

OCTOBER = Period(date(2026, 10, 1), date(2026, 10, 31))
SEPTEMBER = Period(date(2026, 9, 1), date(2026, 9, 30))
CODES = ("6100", "6200")
_PROCESSES = multiprocessing.get_context("forkserver")
_PROCESSES.set_forkserver_preload(["tests.faults.killing"])
_STARTING_SECONDS = 120.0
_NOTICING_SECONDS = 60.0
TOLD = 3
"""How a job's process ends that could say what went wrong."""

Tell = Callable[[int], None]


@dataclass(frozen=True)
class Books:
    """An installation in a folder, and where its LedgerSync listens; "" is SQLite in the folder."""

    folder: Path
    feed_address: str
    database_url: str = ""

    @property
    def settings(self) -> Settings:
        return settings_in(
            self.folder, key_file=self.folder / "firm.key", database_url=self.database_url
        )

    def copied_to(self, folder: Path, database_url: str = "") -> "Books":
        """A copy of the folder; of a PostgreSQL database somebody else made one, at that URL."""
        shutil.copytree(self.folder, folder)
        return replace(self, folder=folder, database_url=database_url)

    def open(self) -> tuple[Actor, Workspace]:
        opened = open_workspace(self.settings, feed_address=self.feed_address)
        return local_actor(opened), opened


def save(books: Books, tell: Tell) -> None:
    """Code one row to and fro; a number told is the version that was acknowledged."""
    actor, opened = books.open()
    row = reviewing.review_sheet(actor, opened, _account(actor, opened), OCTOBER).rows[0]
    tell(row.version)
    for version in count(row.version):
        edit = Edit(row.id, version, gl_code=CODES[version % 2])
        saved = reviewing.save_edits(actor, opened, _account(actor, opened), [edit])
        assert saved.saved == 1
        tell(version + 1)


def export(books: Books, tell: Tell) -> None:
    """Export the month again and again; a number told is the newest export's."""
    actor, opened = books.open()
    account = _account(actor, opened)
    request = ExportRequest(
        account, OCTOBER, include_unreviewed=True, again=True, override_reason="Not coded yet"
    )
    tell(0)
    while True:
        asked = exporting.check_export(actor, opened, request).warned_of
        tell(exporting.export(actor, opened, replace(request, confirmed=asked)).number)


def rotate(books: Books, tell: Tell) -> None:
    """Change the key again and again; a number told is how often by now."""
    actor, opened = books.open()
    tell(0)
    while True:
        tell(int(key_rotation.rotate_keys(actor, opened).key_id[1:]) - 1)


def migrate(books: Books, tell: Tell) -> None:
    """Bring an older database up to this program's schema; 1 is told when it is there."""
    tell(0)
    books.open()
    tell(1)


def sync(books: Books, tell: Tell) -> None:
    """Load a month that is not there yet; 1 is told when it is."""
    actor, opened = books.open()
    tell(0)
    loading.load_transactions(actor, opened, [_account(actor, opened)], SEPTEMBER)
    tell(1)


JOBS: dict[str, Callable[[Books, Tell], None]] = {
    job.__name__: job for job in (save, export, rotate, migrate, sync)
}


def live_in_november() -> None:
    """For a process of one's own: the books' day, and nobody's keychain."""
    vars(clock)["today"] = lambda: date(2026, 11, 2)
    vars(workspace)["open_keychain"] = lambda: None


def _run(job: str, books: Books, pipe: Connection) -> None:
    live_in_november()
    try:
        JOBS[job](books, pipe.send)
    except LedgerSyncError:
        sys.exit(TOLD)


def strike(
    job: str, books: Books, seconds: float, kill_server: Callable[[], None] | None = None
) -> int:
    """Start a job, kill it so long after its start; returns the last number that it told.

    With `kill_server`, that is called in its place, and the job may end with a sentence of ours.
    """
    ours, theirs = _PROCESSES.Pipe(duplex=False)
    process = _PROCESSES.Process(target=_run, args=(job, books, theirs), daemon=True)
    process.start()
    theirs.close()
    try:
        assert ours.poll(_STARTING_SECONDS), f"{job} did not start"
        told = int(ours.recv())
        process.join(seconds)
        if kill_server:
            kill_server()
            process.join(_NOTICING_SECONDS)
    finally:
        process.kill()
        process.join()
    fine = {0, TOLD} if kill_server else {0, -signal.SIGKILL}
    assert process.exitcode in fine, f"{job} ended by itself, or hung"
    return _last(ours, told)


def _last(pipe: Connection, told: int) -> int:
    try:
        while True:
            told = int(pipe.recv())
    except EOFError:
        return told
    finally:
        pipe.close()


def require_whole(job: str, books: Books, told: int) -> None:
    """See that the books are as before or after, with all that was acknowledged."""
    actor, opened = books.open()
    try:
        verdict = audit_trail.verify_trail(actor, opened)
        assert verdict.intact, verdict.bad
        assert not verdict.unsigned
        _CHECKS[job](actor, opened, told)
        _require_log_in(actor, opened)
    finally:
        opened.close()


def _saved(actor: Actor, opened: Workspace, told: int) -> None:
    row = reviewing.review_sheet(actor, opened, _account(actor, opened), OCTOBER).rows[0]
    assert row.version in {told, told + 1}
    assert row.gl_code == (CODES[(row.version - 1) % 2] if row.version else "")
    wanted = audit_trail.TrailFilter(action="edit", words=row.id)
    with opened.database.reading() as tx:
        assert audit_search.count(tx, wanted) == row.version


def _exported(_actor: Actor, opened: Workspace, told: int) -> None:
    with opened.database.reading() as tx:
        kept = tx.execute(select(EXPORTS.c.number, EXPORTS.c.data, EXPORTS.c.sha256)).all()
        entries = audit_search.count(tx, audit_trail.TrailFilter(action="export again"))
    assert len(kept) in {told, told + 1}
    assert entries == len(kept)
    assert sorted(number for number, _, _ in kept) == list(range(1, len(kept) + 1))
    assert all(hashlib.sha256(data).hexdigest() == sha256 for _, data, sha256 in kept)


def _rotated(_actor: Actor, opened: Workspace, told: int) -> None:
    with opened.database.reading() as tx:
        newest = len(connections.key_checks(tx))
        used = {value.split(":")[1] for value in connections.sealed_values(tx)}
    assert newest - 1 in {told, told + 1}
    assert used == {f"K{newest}"}


def _migrated(actor: Actor, opened: Workspace, _told: int) -> None:
    upgrading.require_newest(opened.database)
    assert len(reviewing.review_sheet(actor, opened, _account(actor, opened), OCTOBER).rows) == 2


def _synced(_actor: Actor, opened: Workspace, told: int) -> None:
    month = TRANSACTIONS.c.date.between(SEPTEMBER.start, SEPTEMBER.end)
    loads = ACCOUNT_LOADS.c.state == "done", ACCOUNT_LOADS.c.start <= SEPTEMBER.start
    with opened.database.reading() as tx:
        rows = tx.execute(select(func.count()).select_from(TRANSACTIONS).where(month)).scalar_one()
        done = tx.execute(select(func.count()).select_from(ACCOUNT_LOADS).where(*loads))
        assert (rows, done.scalar_one()) in ({(3, 1)} if told else {(0, 0), (3, 1)})


_CHECKS: dict[str, Callable[[Actor, Workspace, int], None]] = {
    "save": _saved,
    "export": _exported,
    "rotate": _rotated,
    "migrate": _migrated,
    "sync": _synced,
}


def _require_log_in(actor: Actor, opened: Workspace) -> None:
    with opened.database.reading() as tx:
        stored = connections.find_connection(tx, actor.user_id)
        assert stored
        opener = credentials.opener(opened, tx, stored)
        assert opener.credentials().password.get_secret_value() == PASSWORD


def _account(actor: Actor, opened: Workspace) -> str:
    return reviewing.list_all_accounts(actor, opened)[0].id


def make_older(books: Books) -> None:
    """Take the books back to before the audit trail was a chain and log-ins had marks."""
    actor, opened = books.open()
    seal_as_before(actor, opened)
    opened.close()
    database = Database(books.settings.effective_database_url)
    upgrading.migrate(database, "0003")
    database.close()
