"""Statements: fetched from LedgerSync beside the rows, or typed in from paper."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date

from ledgersync import clock
from ledgersync.bankfeed.client import Listing, Session
from ledgersync.domain.actors import Actor
from ledgersync.domain.clients import AccountKey, BankAccount, FeedStatement
from ledgersync.domain.statements import Statement, owes
from ledgersync.errors import (
    FeedError,
    InvalidInput,
    ListChanged,
    NotFound,
    StoredPasswordRefused,
)
from ledgersync.imports.amounts import read_amount
from ledgersync.services import access
from ledgersync.services.access import Permission
from ledgersync.services.closing import require_open
from ledgersync.services.feed_sessions import Progress, Step, quiet, session
from ledgersync.services.workspace import Workspace
from ledgersync.storage import audit, clients, statements
from ledgersync.storage.engine import Tx

# Loads of more accounts than one client has leave statements out: they must stay fast.
AT_MOST = 20


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


def load_statements(
    actor: Actor, workspace: Workspace, account_ids: Sequence[str], progress: Progress = quiet
) -> tuple[str, ...]:
    """Bring the statements of accounts from LedgerSync; returns what went wrong, in words.

    Raises:
        FeedError: when LedgerSync can't be asked at all.
        VaultError: when the stored log-in can't be opened.
    """
    with access.reading(workspace, actor, Permission.LOAD) as tx:
        accounts = access.accounts_in_scope(tx, account_ids)
        owners = {client.id: client.source_id for client in clients.list_clients(tx)}
    keys = {AccountKey(owners[a.client_id], a.source_id): a for a in accounts}
    with session(workspace, actor) as feed:
        return take_statements(workspace, actor, feed, keys, progress)


def take_statements(
    workspace: Workspace,
    actor: Actor,
    feed: Session,
    accounts: dict[AccountKey, BankAccount],
    progress: Progress = quiet,
) -> tuple[str, ...]:
    """`load_statements` on a session that is open, by somebody who was let in already.

    Raises:
        StoredPasswordRefused: LedgerSync will answer nothing more.
    """
    if feed.profile.statements is None:
        return ()
    problems = []
    for done, (key, outcome) in enumerate(feed.each_statements(accounts), start=1):
        if isinstance(outcome, StoredPasswordRefused):
            raise outcome
        label = accounts[key].label
        if isinstance(outcome, FeedError):
            problems.append(f"{label}: the statements could not be read. {outcome}")
        else:
            with workspace.database.writing() as tx:
                _keep(tx, actor, accounts[key].id, outcome)
            problems += _said_of(label, outcome)
        progress(Step("Asking for statements", done, len(accounts)))
    return tuple(problems)


def _said_of(label: str, listing: Listing[FeedStatement]) -> list[str]:
    said = [f"{label}, statements: {listing.note}"] if listing.note else []
    unreadable = [row.reason for row in listing.set_aside]
    unreadable += [
        f"The statement of {s.end:%m/%d/%Y} ends before it starts."
        for s in listing.rows
        if s.end < s.start
    ]
    return [*said, *(f"{label}: a statement was left out. {reason}" for reason in unreadable)]


def _keep(tx: Tx, actor: Actor, account_id: str, listing: Listing[FeedStatement]) -> None:
    """Bring an account's stored statements up to what LedgerSync lists."""
    clients.lock_accounts(tx, [account_id])
    listed = {_key(s): s for s in listing.rows if s.start <= s.end}
    stored = statements.fed_statements(tx, account_id)
    statements.add_fed(tx, account_id, ((k, s) for k, s in listed.items() if k not in stored))
    entries = []
    for key in listed.keys() & stored.keys():
        if _figures(stored[key]) != _fed_figures(listed[key]):
            statements.change_fed(tx, stored[key], listed[key])
            entries.append(_entry(actor, "change", stored[key], _fed_figures(listed[key])))
    for gone in _gone(stored, listed) if listing.complete and not listing.set_aside else ():
        statements.delete_statement(tx, gone.id)
        entries.append(_entry(actor, "no longer listed", gone))
    audit.record(tx, *entries)


def _gone(stored: dict[str, Statement], listed: dict[str, FeedStatement]) -> list[Statement]:
    """Stored statements that are missing from a list which reaches back to them."""
    first = min((statement.end for statement in listed.values()), default=date.max)
    return [s for key, s in stored.items() if key not in listed and s.end >= first]


def _key(statement: FeedStatement) -> str:
    """What a statement is known by: LedgerSync's id, or its days where it has none."""
    return statement.source_id or f"{statement.start}/{statement.end}"


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
    audit.record(tx, _entry(actor, action, before or statement, _figures(statement)))


def _entry(
    actor: Actor, action: str, before: Statement, after: Iterable[object] | None = None
) -> dict[str, object]:
    figures: dict[str, object] = {"account": before.account_id, "figures": list(_figures(before))}
    if after is not None and (new := list(after)) != figures["figures"]:
        figures["after"] = new
    return audit.entry(actor, action, "statement", before.id, **figures)


def _figures(s: Statement) -> tuple[date, date, int | None, int | None]:
    return s.start, s.end, s.opening, s.closing


def _fed_figures(s: FeedStatement) -> tuple[date, date, int | None, int | None]:
    return s.start, s.end, s.opening_balance, s.closing_balance
