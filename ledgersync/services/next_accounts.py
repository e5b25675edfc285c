"""Where to go on: the bank accounts that still have rows to review in a period."""

from collections.abc import Sequence
from dataclasses import dataclass

from ledgersync.domain.actors import Actor
from ledgersync.domain.clients import BankAccount
from ledgersync.domain.periods import Period
from ledgersync.services import access
from ledgersync.services.access import Permission
from ledgersync.services.workspace import Workspace
from ledgersync.storage import clients, counts


@dataclass(frozen=True, slots=True)
class OpenAccount:
    """A bank account with its client's name and how many of its rows are still to review."""

    account: BankAccount
    client_name: str
    to_review: int


def open_accounts(actor: Actor, workspace: Workspace, period: Period) -> list[OpenAccount]:
    """The bank accounts with rows to review in the period, by client."""
    with access.reading(workspace, actor, Permission.REVIEW) as tx:
        found = counts.standings(tx, period)
        names = {client.id: client.name for client in clients.list_clients(tx)}
        accounts = clients.list_accounts(tx)
    open_ones = [
        OpenAccount(account, names[account.client_id], found[account.id].to_review)
        for account in accounts
        if account.id in found and account.client_id in names and found[account.id].to_review
    ]
    return sorted(open_ones, key=lambda one: one.client_name.lower())


def ways_on(open_ones: Sequence[OpenAccount], account: BankAccount) -> list[OpenAccount]:
    """Where to go from this account: on with its client, and where the most rows wait."""
    others = [one for one in open_ones if one.account.id != account.id]
    own = [one for one in others if one.account.client_id == account.client_id]
    ways = [*own[:1], *sorted(others, key=lambda one: -one.to_review)[:1]]
    return list({one.account.id: one for one in ways}.values())
