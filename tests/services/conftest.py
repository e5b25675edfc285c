"""An office: a workspace and its people, on a LedgerSync that the test writes."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pytest
from pydantic import SecretStr

from ledgersync import clock
from ledgersync.domain.actors import Actor, Role
from ledgersync.domain.charts import Vendor
from ledgersync.domain.clients import BankAccount, Client
from ledgersync.domain.connections import Connection
from ledgersync.domain.decisions import Edit
from ledgersync.domain.periods import Period
from ledgersync.domain.transactions import Transaction
from ledgersync.services import (
    audit_trail,
    client_records,
    connecting,
    loading,
    reviewing,
    syncing,
)
from ledgersync.services.deciding import Saved
from ledgersync.services.loading import LoadReport
from ledgersync.services.workspace import Workspace, local_actor
from ledgersync.storage import audit, users
from ledgersync.storage.audit import AuditEntry
from tests.bankfeed.feed_server import FeedServer
from tests.conftest import OpenAt
from tests.services.scripted_ledgersync import EMAIL, PASSWORD, ScriptedLedgerSync, row

OCTOBER = Period(date(2026, 10, 1), date(2026, 10, 31))


@dataclass(frozen=True)
class Office:
    """What a test says in a word: connect, sync, load, look, decide."""

    workspace: Workspace
    admin: Actor
    feed: ScriptedLedgerSync
    server: FeedServer

    def connect(self, password: str = PASSWORD, email: str = EMAIL) -> Connection:
        return connecting.save_integration(
            self.admin, self.workspace, SecretStr(email), SecretStr(password)
        )

    def state(self) -> Connection:
        return connecting.connection_state(self.admin, self.workspace)

    def sync(self) -> None:
        self.connect()
        syncing.sync_clients(self.admin, self.workspace)

    def load(self, period: Period = OCTOBER, accounts: Sequence[str] = ()) -> LoadReport:
        ids = [a.id for a in self.accounts() if not accounts or a.source_id in accounts]
        return loading.load_transactions(self.admin, self.workspace, ids, period)

    def clients(self) -> list[Client]:
        return reviewing.list_clients(self.admin, self.workspace)

    def accounts(self) -> list[BankAccount]:
        return reviewing.list_all_accounts(self.admin, self.workspace)

    def account(self, source_id: str = "A1") -> BankAccount:
        return next(a for a in self.accounts() if a.source_id == source_id)

    def rows(self, source_id: str = "A1", period: Period = OCTOBER) -> list[Transaction]:
        account = self.account(source_id)
        return list(reviewing.review_sheet(self.admin, self.workspace, account.id, period).rows)

    def set_up(self) -> Vendor:
        """Give the first client a chart of two codes, a vendor, and its account a description."""
        client = self.account().client_id
        for code, name in (("6100", "Meals"), ("6200", "Fuel")):
            client_records.add_gl_account(self.admin, self.workspace, client, code, name)
        client_records.set_acs_description(
            self.admin, self.workspace, self.account().id, "Pine Checking"
        )
        return client_records.add_vendor(
            self.admin, self.workspace, client, "Harbor Coffee", "HARBOR", "6100"
        )

    def save(self, *edits: Edit, actor: Actor | None = None) -> Saved:
        return reviewing.save_edits(actor or self.admin, self.workspace, self.account().id, edits)

    def code_all(self, gl_code: str = "6100") -> None:
        self.save(*[Edit(r.id, r.version, gl_code=gl_code) for r in self.rows()])

    def hire(self, name: str, role: Role = Role.STAFF, *, disabled: bool = False) -> Actor:
        with self.workspace.database.writing() as tx:
            users.add_user(tx, users.User(name.lower(), name, role, disabled=disabled))
        return Actor(name.lower(), name)

    def audit(self) -> list[AuditEntry]:
        with self.workspace.database.reading() as tx:
            return audit.latest(tx, 100)

    @property
    def log_ins(self) -> int:
        return self.server.count("/authenticate")


@pytest.fixture(autouse=True)
def _after_october(monkeypatch: pytest.MonkeyPatch) -> None:
    """The rows of these tests lie in the past, whatever the machine's clock says."""
    real = clock.today
    monkeypatch.setattr(clock, "today", lambda: max(real(), date(2026, 11, 2)))


@pytest.fixture
def feed() -> ScriptedLedgerSync:
    """One client with one account and two transactions in October 2026."""
    return ScriptedLedgerSync(
        clients={"C1": ["A1"]},
        rows={"A1": [row("t1"), row("t2", "2026-10-06", -30.0, description="SHELL OIL 5521")]},
    )


@pytest.fixture
def server(feed: ScriptedLedgerSync) -> Iterator[FeedServer]:
    with FeedServer(feed) as running:
        yield running


@pytest.fixture
def office(feed: ScriptedLedgerSync, server: FeedServer, open_at: OpenAt) -> Office:
    """An office that is not connected yet."""
    workspace = open_at(server.url)
    return Office(workspace, local_actor(workspace), feed, server)


@pytest.fixture
def loaded(office: Office) -> Office:
    """An office that is set up and has loaded October."""
    office.sync()
    office.set_up()
    office.load()
    return office


def require_restore_on_record(workspace: Workspace, backup: Path) -> None:
    """The audit trail that came back is intact, and names the one restore after it."""
    admin = local_actor(workspace)
    found = audit_trail.verify_trail(admin, workspace)
    assert (found.intact, found.warnings) == (True, ())
    only = audit_trail.TrailFilter(action="restore")
    [entry] = audit_trail.trail(admin, workspace, only).entries
    assert (entry.subject_id, entry.key_id) == (backup.name, "K1")
