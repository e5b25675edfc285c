"""Two clients with bank lines of the last year, as the tests of rules need them."""

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import insert

from ledgersync import clock
from ledgersync.domain.actors import Actor, Role
from ledgersync.domain.charts import GlAccount, Vendor
from ledgersync.domain.clients import FeedAccount, FeedClient
from ledgersync.domain.decisions import Edit, Standing
from ledgersync.domain.rules import Rule
from ledgersync.services import reviewing, rule_writing
from ledgersync.services.workspace import Workspace, local_actor
from ledgersync.storage import audit, charts, clients, users
from ledgersync.storage.audit import AuditEntry
from ledgersync.storage.columns import new_id
from ledgersync.storage.engine import Tx
from ledgersync.storage.matching_tables import SUGGESTIONS
from ledgersync.storage.rules import StoredRule
from ledgersync.storage.tables import TRANSACTIONS

TODAY = date(2026, 11, 15)
LAST_MONTH = date(2026, 10, 5)
UBER = Rule("", 0, ("UBER",), gl_code="6550")


class Firm:
    """Pine has codes 6250 and 6550 and the vendor Uber, Birch 6250 alone; Lyft is the firm's."""

    def __init__(self, workspace: Workspace) -> None:
        self.workspace = workspace
        self.admin = local_actor(workspace)
        with workspace.database.writing() as tx:
            listed = [FeedClient(name, name, "", "") for name in ("Birch", "Pine")]
            clients.save_clients(tx, listed, complete=True)
            self.birch, self.pine = (client.id for client in clients.list_clients(tx))
            self.birch_checking = _set_up(tx, self.birch, ("6250",))
            self.checking = _set_up(tx, self.pine, ("6250", "6550"))
            uber = Vendor("", self.pine, "U1", "Uber", "6550")
            lyft = Vendor("", "", "L1", "Lyft", "6550")
            self.uber, self.lyft = charts.add_vendors(tx, [uber, lyft])

    def write(self, rule: Rule = UBER, version: int = 0) -> StoredRule:
        return rule_writing.save_rule(self.admin, self.workspace, rule, version)

    def hire(self, name: str = "Dana", role: Role = Role.STAFF) -> Actor:
        """Somebody who sees all clients."""
        with self.workspace.database.writing() as tx:
            users.add_user(tx, users.User(name.lower(), name, role, disabled=False))
        return Actor(name.lower(), name)

    def add_lines(
        self,
        *descriptions: str,
        amount: int = -1250,
        day: date = LAST_MONTH,
        account_id: str = "",
    ) -> list[str]:
        """New rows, in Pine's account unless told otherwise; returns their ids."""
        rows = [
            {
                "id": (row_id := new_id()),
                "account_id": account_id or self.checking,
                "source_key": row_id,
                "date": day,
                "description": description,
                "amount": amount,
                "raw": "{}",
            }
            for description in descriptions
        ]
        with self.workspace.database.writing() as tx:
            defaults = {"source_id": "", "payee": "", "check_number": "", "memo": ""}
            tx.execute(
                insert(TRANSACTIONS),
                [{**defaults, "pending": False, "source_note": "", **row} for row in rows],
            )
            clients.change_account(tx, account_id or self.checking, last_loaded_at=clock.now())
        return [str(row["id"]) for row in rows]

    def decide(
        self, row_id: str, gl_code: str | None = None, standing: Standing | None = None
    ) -> None:
        edit = Edit(row_id, 0, gl_code=gl_code, standing=standing)
        reviewing.save_edits(self.admin, self.workspace, self.checking, [edit])

    def suggest(self, row_id: str, gl_code: str) -> None:
        values = {"transaction_id": row_id, "gl_code": gl_code, "method": "ai", "others": "[]"}
        more = {"confidence": 0.9, "why": "It is.", "made_at": clock.now()}
        with self.workspace.database.writing() as tx:
            tx.execute(insert(SUGGESTIONS), [values | more])

    def audit(self) -> Sequence[AuditEntry]:
        with self.workspace.database.reading() as tx:
            return [entry for entry in audit.latest(tx, 50) if entry.subject == "rule"]


def moment(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 12, tzinfo=clock.now().tzinfo)


def _set_up(tx: Tx, client_id: str, codes: Sequence[str]) -> str:
    """Give a client a bank account and a chart, and return the account's id."""
    account = FeedAccount("A1", "Checking", "", "", "4821", "USD", None, None, "")
    clients.save_accounts(tx, [(client_id, [account], True)])
    charts.add_gl_accounts(
        tx, [GlAccount("", client_id, code, f"Code {code}", "") for code in codes]
    )
    return clients.list_accounts(tx, client_id)[0].id
