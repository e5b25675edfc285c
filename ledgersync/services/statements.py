"""Statements from paper: typed in, corrected and deleted by people."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date

from ledgersync import clock
from ledgersync.domain.actors import Actor
from ledgersync.domain.clients import BankAccount
from ledgersync.domain.statements import Statement, owes
from ledgersync.errors import InvalidInput, ListChanged, NotFound
from ledgersync.imports.amounts import read_amount
from ledgersync.services import access
from ledgersync.services.access import Permission
from ledgersync.services.closing import require_open
from ledgersync.services.workspace import Workspace
from ledgersync.storage import audit, clients, statements
from ledgersync.storage.engine import Tx


@dataclass(frozen=True, slots=True)
class TypedStatement:
    """A statement as a person reads it from paper; amounts are texts, "" for no opening balance.

    On an account that holds a debt the amounts are what is owed.
    """

    start: date
    end: date
    closing: str
    opening: str = ""


def add_statement(
    actor: Actor, workspace: Workspace, account_id: str, typed: TypedStatement
) -> str:
    """Keep a statement that a person typed in; returns what else there is to know, or "".

    Raises:
        InvalidInput: for amounts or days that can't be, or a second statement of the same end, and
            where its last day is in a closed period.
        NotFound: when there is no such account in the actor's scope.
    """
    with access.writing(workspace, actor, Permission.REVIEW) as tx:
        account = access.account_in_scope(tx, account_id, lock=True)
        new = _read(account, typed, actor)
        require_open(tx, account.id, [new.end])
        said = _checked(tx, new)
        id_ = statements.add_typed(tx, new)
        _noted(tx, actor, "add", replace(new, id=id_))
        return said


def change_statement(
    actor: Actor, workspace: Workspace, statement_id: str, version: int, typed: TypedStatement
) -> str:
    """Correct a typed-in statement, like `add_statement`.

    Raises:
        ListChanged: when somebody changed it since `version`.
    """
    with access.writing(workspace, actor, Permission.REVIEW) as tx:
        before = _typed_in_scope(tx, statement_id, version)
        account = access.account_in_scope(tx, before.account_id)
        new = replace(_read(account, typed, actor), id=before.id, version=before.version)
        require_open(tx, account.id, [before.end, new.end])
        said = _checked(tx, new)
        statements.change_typed(tx, new)
        _noted(tx, actor, "change", new, before)
        return said


def delete_statement(actor: Actor, workspace: Workspace, statement_id: str, version: int) -> None:
    """Delete a typed-in statement; the audit trail keeps its figures.

    Raises:
        ListChanged: when somebody changed it since `version`.
    """
    with access.writing(workspace, actor, Permission.REVIEW) as tx:
        before = _typed_in_scope(tx, statement_id, version)
        require_open(tx, before.account_id, [before.end])
        statements.delete_statement(tx, before.id)
        _noted(tx, actor, "delete", before)


def _read(account: BankAccount, typed: TypedStatement, actor: Actor) -> Statement:
    """A typed-in statement in this program's sign.

    Raises:
        InvalidInput: for what can't be.
    """
    if typed.end < typed.start:
        raise InvalidInput(
            f"The statement ends on {typed.end:%m/%d/%Y}, before it starts.", "Correct the days."
        )
    if typed.end > clock.today():
        raise InvalidInput(
            f"The statement ends on {typed.end:%m/%d/%Y}, in the future.", "Correct the last day."
        )
    closing = _cents(account, typed.closing, "closing")
    opening = _cents(account, typed.opening, "opening") if typed.opening.strip() else None
    return Statement(
        id="",
        account_id=account.id,
        start=typed.start,
        end=typed.end,
        opening=opening,
        closing=closing,
        typed=True,
        by=actor.name,
        version=1,
    )


def _cents(account: BankAccount, text: str, which: str) -> int:
    try:
        cents = read_amount(text)
    except ValueError as wrong:
        raise InvalidInput(f"The {which} balance: {wrong}", "Type it as 1,234.50.") from None
    return -cents if owes(account.type) else cents


def _checked(tx: Tx, new: Statement) -> str:
    """Refuse a second statement of the same end; say which others the days overlap.

    LedgerSync's own of that end is overruled by a person who read another figure.
    """
    found = statements.list_statements(tx, [new.account_id], new.start, new.end)
    others = [s for s in found.get(new.account_id, ()) if s.id != new.id]
    for other in others:
        if other.typed and other.end == new.end:
            raise InvalidInput(
                f"{other.by} has typed in a statement of {new.end:%m/%d/%Y} already.",
                "Correct that one instead.",
            )
    twice = [s.days.words() for s in others if s.end != new.end]
    return f"Its days overlap the statement of {twice[0]}." if twice else ""


def _typed_in_scope(tx: Tx, statement_id: str, version: int) -> Statement:
    found = statements.find_statement(tx, statement_id)
    if found is None:
        raise NotFound("There is no such statement any more.", "Reload the page.")
    access.account_in_scope(tx, found.account_id, lock=True)
    found = statements.find_statement(tx, statement_id)
    if found is None or found.version != version:
        raise ListChanged(
            "Somebody changed this statement in between.", "Look at its figures and try again."
        )
    if not found.typed:
        raise InvalidInput(
            "LedgerSync's own statements can't be changed here.",
            "Type in the balance that the paper has: it counts instead.",
        )
    return found


def _noted(
    tx: Tx, actor: Actor, action: str, statement: Statement, before: Statement | None = None
) -> None:
    """Keep the change in the audit trail, and let pages look at the account anew."""
    clients.touch_account(tx, statement.account_id)
    audit.record(tx, statement_entry(before or statement, actor, action, figures(statement)))


def statement_entry(
    before: Statement, actor: Actor, action: str, after: Iterable[object] | None = None
) -> dict[str, object]:
    """The audit entry of a changed statement, with its figures before and after."""
    detail: dict[str, object] = {"account": before.account_id, "figures": list(figures(before))}
    if after is not None and (new := list(after)) != detail["figures"]:
        detail["after"] = new
    return audit.entry(actor, action, "statement", before.id, **detail)


def figures(s: Statement) -> tuple[date, date, int | None, int | None]:
    """First and last day, opening and closing balance."""
    return s.start, s.end, s.opening, s.closing
