"""Statements from LedgerSync: fetched beside the rows of one client, or for all accounts alone."""

from collections.abc import Sequence
from datetime import date

from ledgersync.bankfeed.client import Listing, Session
from ledgersync.domain.actors import Actor
from ledgersync.domain.clients import AccountKey, BankAccount, FeedStatement
from ledgersync.domain.statements import Statement
from ledgersync.errors import FeedError
from ledgersync.services import access
from ledgersync.services.access import Permission
from ledgersync.services.feed_sessions import Progress, Step, quiet, session
from ledgersync.services.statements import figures, statement_entry
from ledgersync.services.workspace import Workspace
from ledgersync.storage import audit, clients, statements
from ledgersync.storage.engine import Tx

# Loads of more accounts than one client has leave statements out: they must stay fast.
AT_MOST = 20


def load_statements(
    actor: Actor, workspace: Workspace, account_ids: Sequence[str], progress: Progress = quiet
) -> tuple[str, ...]:
    """Bring the statements of accounts from LedgerSync; returns what went wrong, in words.

    Raises:
        FeedError: when LedgerSync can't be asked at all.
        VaultError: when the stored log-in can't be opened.
    """
    with access.reading(workspace, actor, Permission.LOAD) as tx:
        listed = access.accounts_in_scope(tx, account_ids)
        accounts = [account for account in listed if not account.by_hand]
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

    Nothing that goes wrong with statements is an error: the transactions are there without them.
    """
    if feed.profile.statements is None:
        return ()
    problems = []
    for done, (key, outcome) in enumerate(feed.each_statements(accounts), start=1):
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
        if figures(stored[key]) != _fed_figures(listed[key]):
            statements.change_fed(tx, stored[key], listed[key])
            entries.append(statement_entry(stored[key], actor, "change", _fed_figures(listed[key])))
    for gone in _gone(stored, listed) if listing.complete and not listing.set_aside else ():
        statements.delete_statement(tx, gone.id)
        entries.append(statement_entry(gone, actor, "no longer listed"))
    audit.record(tx, *entries)


def _gone(stored: dict[str, Statement], listed: dict[str, FeedStatement]) -> list[Statement]:
    """Stored statements that are missing from a list which reaches back to them."""
    first = min((statement.end for statement in listed.values()), default=date.max)
    return [s for key, s in stored.items() if key not in listed and s.end >= first]


def _key(statement: FeedStatement) -> str:
    """What a statement is known by: LedgerSync's id, or its days where it has none."""
    return statement.source_id or f"{statement.start}/{statement.end}"


def _fed_figures(s: FeedStatement) -> tuple[date, date, int | None, int | None]:
    return s.start, s.end, s.opening_balance, s.closing_balance
