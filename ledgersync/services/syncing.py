"""Bringing clients and bank accounts from LedgerSync into the database.

Everything is fetched and checked before anything is written.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from ledgersync.bankfeed.client import Listing, Session
from ledgersync.domain.actors import Actor
from ledgersync.domain.clients import Client, FeedAccount
from ledgersync.domain.transactions import SetAside
from ledgersync.errors import FeedError, StoredPasswordRefused
from ledgersync.services import access, connecting
from ledgersync.services.access import Permission
from ledgersync.services.feed_sessions import Progress, Step, quiet, session
from ledgersync.services.workspace import Workspace
from ledgersync.storage import clients


@dataclass(frozen=True, slots=True)
class ClientReport:
    """What a sync of clients and accounts found; `problems` are sentences for people."""

    clients: int
    accounts: int
    new_clients: int
    new_accounts: int
    set_aside: tuple[SetAside, ...]
    problems: tuple[str, ...]


def sync_clients(
    actor: Actor, workspace: Workspace, progress: Progress = quiet, only: Sequence[str] = ()
) -> ClientReport:
    """Bring the list of clients and their bank accounts up to date.

    Args:
        only: ids of the clients whose accounts are wanted; none means all.

    Raises:
        FeedError: when LedgerSync can't be asked at all; the database stays as it was.
        VaultError: when the stored log-in can't be opened.
    """
    with session(workspace, actor) as feed:
        progress(Step("Asking LedgerSync for clients", 0, 0))
        listed = feed.clients()
        with access.writing(workspace, actor, Permission.LOAD) as tx:
            new_clients, _, _ = clients.save_clients(tx, listed.rows, complete=_is_whole(listed))
            stored = [c for c in clients.list_clients(tx) if not c.removed]
        connecting.note_success(actor, workspace, len(listed.rows))
        wanted = [client for client in stored if not only or client.id in only]
        fetched, problems = _fetch_accounts(feed, wanted, progress)
    new_accounts = _save_accounts(actor, workspace, fetched)
    aside = [row for _, listing in fetched for row in listing.set_aside]
    return ClientReport(
        clients=len(stored),
        accounts=sum(len(listing.rows) for _, listing in fetched),
        new_clients=new_clients,
        new_accounts=new_accounts,
        set_aside=(*listed.set_aside, *aside),
        problems=(*((listed.note,) if listed.note else ()), *problems),
    )


def _is_whole(listing: Listing[Any]) -> bool:
    """Whether a row missing from the listing is really gone at LedgerSync."""
    return listing.complete and not listing.set_aside


def _fetch_accounts(
    feed: Session, wanted: Sequence[Client], progress: Progress
) -> tuple[list[tuple[Client, Listing[FeedAccount]]], list[str]]:
    by_source = {client.source_id: client for client in wanted}
    fetched, problems = [], []
    for done, (source_id, outcome) in enumerate(feed.each_accounts(by_source), start=1):
        client = by_source[source_id]
        if isinstance(outcome, StoredPasswordRefused):
            raise outcome
        if isinstance(outcome, FeedError):
            problems.append(f"{client.name}: {outcome}")
        else:
            fetched.append((client, outcome))
            problems += [f"{client.name}: {outcome.note}"] if outcome.note else []
        progress(Step("Listing bank accounts", done, len(by_source)))
    return fetched, problems


def _save_accounts(
    actor: Actor, workspace: Workspace, fetched: list[tuple[Client, Listing[FeedAccount]]]
) -> int:
    with access.writing(workspace, actor, Permission.LOAD) as tx:
        return clients.save_accounts(
            tx, [(client.id, listing.rows, _is_whole(listing)) for client, listing in fetched]
        )
