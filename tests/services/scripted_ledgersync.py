"""A LedgerSync whose clients, rows and moods a test writes; it speaks the default profile."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import unquote

from tests.bankfeed.feed_server import Call, Reply, plain

EMAIL = "bookkeeping@northgate-cpa.example"
PASSWORD = "Quill&Ledger-77"


def row(source_id: str, day: str = "2026-10-05", amount: float = -12.5, **more: Any) -> Any:
    """A transaction as LedgerSync writes it; `source_id` "" leaves its id out."""
    values = {"postedDate": day, "description": "HARBOR COFFEE 0042", "amount": amount, **more}
    return {"id": source_id, **values} if source_id else values


def statement(source_id: str, start: str, end: str, opening: Any, closing: Any) -> Any:
    """A bank statement as LedgerSync writes it; a balance of None is left out."""
    balances = {"openingBalance": opening, "closingBalance": closing}
    given = {name: value for name, value in balances.items() if value is not None}
    return {"id": source_id, "startDate": start, "endDate": end, **given}


def refusal(status: int, words: str) -> Reply:
    return plain({"error": words}, status)


@dataclass
class ScriptedLedgerSync:
    """Clients with their accounts, accounts with their rows; `faults` answer for a path instead.

    Every log-in gives another token; only those in `tokens` are taken.
    """

    clients: dict[str, list[str]] = field(default_factory=dict)
    rows: dict[str, list[Any]] = field(default_factory=dict)
    statements: dict[str, list[Any]] = field(default_factory=dict)
    account_values: dict[str, dict[str, Any]] = field(default_factory=dict)
    faults: dict[str, Reply] = field(default_factory=dict)
    password: str = PASSWORD
    tokens: set[str] = field(default_factory=set)
    total_is_off_by: int = 0
    _given: Iterator[int] = field(default_factory=lambda: iter(range(1, 1000)))

    def __call__(self, call: Call) -> Reply:
        path = unquote(call.path)
        if path in self.faults:
            return self.faults[path]
        if path == "/authenticate":
            return self._log_in(call)
        if call.token not in self.tokens:
            return refusal(401, "token expired")
        return self._answer(path, call)

    def _answer(self, path: str, call: Call) -> Reply:
        match path.strip("/").split("/"):
            case ["clients"]:
                return self._listed([{"id": c, "name": f"Client {c}"} for c in self.clients])
            case ["clients", client, "accounts"]:
                accounts = [_account(name) for name in self.clients[client]]
                return self._listed([a | self.account_values.get(a["id"], {}) for a in accounts])
            case ["accounts", account, "transactions"]:
                return self._listed(self._asked_for(account, call))
            case ["accounts", account, "statements"]:
                papers = self.statements.get(account, [])
                return plain({"items": papers, "total": len(papers)})
        return refusal(404, "no such path")

    def _log_in(self, call: Call) -> Reply:
        if self.password.encode() not in call.body:
            return refusal(401, "invalid email or password")
        token = f"token-{next(self._given)}-of-northgate"
        self.tokens.add(f"Bearer {token}")
        return plain({"token": token})

    def _listed(self, items: list[Any]) -> Reply:
        return plain({"items": items, "total": len(items) + self.total_is_off_by})

    def _asked_for(self, account: str, call: Call) -> list[Any]:
        start, end = call.params["startDate"], call.params["endDate"]
        rows = self.rows.get(account, [])
        return [r for r in rows if not isinstance(r, dict) or start <= r["postedDate"] <= end]


def _account(name: str) -> dict[str, Any]:
    return {"id": name, "name": f"Checking {name}", "institution": "Pine Bank", "mask": name[-4:]}
