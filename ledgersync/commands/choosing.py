"""Finding the client and the bank account that somebody named on the command line."""

from collections.abc import Iterable, Sequence
from difflib import get_close_matches

from ledgersync.domain.actors import Actor
from ledgersync.domain.clients import BankAccount, Client
from ledgersync.errors import NotFound
from ledgersync.services import reviewing
from ledgersync.services.workspace import Workspace

_NEAR = 3
_LIKENESS = 0.5


def find_client(everyone: Sequence[Client], text: str) -> Client:
    """The client with that id, LedgerSync id or exact name.

    Raises:
        NotFound: when there is none, with the nearest names, or when several have the name.
    """
    for found in (
        [c for c in everyone if text in {c.id, c.source_id}],
        [c for c in everyone if c.name == text],
    ):
        if len(found) == 1:
            return found[0]
        if found:
            ids = ", ".join(client.id for client in found)
            raise NotFound(f"{len(found)} clients are named {text!r}.", f"Use an id: {ids}.")
    raise NotFound(f"There is no client {text[:60]!r}.", _near(text, (c.name for c in everyone)))


def find_account(accounts: Sequence[BankAccount], text: str) -> BankAccount:
    """The bank account with that id or LedgerSync id.

    Raises:
        NotFound: when there is none, naming those there are, or when several have the id.
    """
    found = [a for a in accounts if a.id == text] or [a for a in accounts if a.source_id == text]
    if len(found) == 1:
        return found[0]
    if found:
        ids = ", ".join(account.id for account in found)
        raise NotFound(f"{len(found)} bank accounts have the id {text[:60]!r}.", f"Use: {ids}.")
    near = get_close_matches(text, [a.source_id for a in accounts], _NEAR, _LIKENESS)
    labels = [f"{a.source_id} ({a.label})" for a in accounts if a.source_id in near]
    raise NotFound(
        f"There is no bank account {text[:60]!r}.",
        f"Did you mean {' or '.join(labels)}?"
        if labels
        else "List them with `ledgersync accounts --client NAME`.",
    )


def chosen_client(actor: Actor, workspace: Workspace, text: str) -> Client:
    return find_client(reviewing.list_clients(actor, workspace), text)


def chosen_account(
    actor: Actor, workspace: Workspace, client: str, account: str
) -> tuple[Client, BankAccount]:
    """A client and one of its bank accounts."""
    found = chosen_client(actor, workspace, client)
    return found, find_account(reviewing.list_accounts(actor, workspace, found.id), account)


def _near(text: str, names: Iterable[str]) -> str:
    by_lower = {name.lower(): name for name in names}
    inside = [name for name in by_lower if text.lower() in name]
    near = inside[:_NEAR] or get_close_matches(text.lower(), by_lower, _NEAR, _LIKENESS)
    if near:
        return f"Did you mean {' or '.join(repr(by_lower[name]) for name in near)}?"
    if not by_lower:
        return "No clients are loaded yet: run `ledgersync sync` first."
    return "List them with `ledgersync clients`."
