"""What the firm adds to clients: codes and descriptions of Accounting CS, vendors, GL accounts."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace

from ledgersync.domain.actors import Actor
from ledgersync.domain.charts import GlAccount, Vendor
from ledgersync.domain.clients import BankAccount, Client
from ledgersync.services import access, coding_lists, suggesting
from ledgersync.services.access import Permission
from ledgersync.services.list_recording import record_by_hand
from ledgersync.services.typed_texts import CODE_LENGTH, NAME_LENGTH, one_line
from ledgersync.services.workspace import Workspace
from ledgersync.storage import audit, charts, clients, loads
from ledgersync.storage.engine import Tx
from ledgersync.storage.loads import AccountLoad
from ledgersync.storage.turns import Turn, take_turn


@dataclass(frozen=True, slots=True)
class AccountRecord:
    """A bank account with its newest load."""

    account: BankAccount
    load: AccountLoad | None


@dataclass(frozen=True, slots=True)
class ClientRecord:
    """A client with its bank accounts, vendors and chart."""

    client: Client
    accounts: tuple[AccountRecord, ...]
    vendors: tuple[Vendor, ...]
    chart: tuple[GlAccount, ...]


def client_record(actor: Actor, workspace: Workspace, client_id: str) -> ClientRecord:
    """Everything that Clients shows of one client.

    Raises:
        NotFound: when there is no such client in the actor's scope.
    """
    with access.reading(workspace, actor, Permission.SEE_CLIENTS) as tx:
        client = access.client_in_scope(tx, client_id)
        newest = loads.latest_loads(tx)
        accounts = clients.list_accounts(tx, client.id)
        return ClientRecord(
            client=client,
            accounts=tuple(AccountRecord(a, newest.get(a.id)) for a in accounts),
            vendors=tuple(charts.vendors_for(tx, client.id)),
            chart=tuple(charts.chart_for(tx, client.id)),
        )


def set_acs_code(actor: Actor, workspace: Workspace, client_id: str, code: str) -> None:
    """Keep the client's code in Accounting CS."""
    with access.writing(workspace, actor, Permission.CHANGE_CLIENT) as tx:
        client = access.client_in_scope(tx, client_id)
        code = one_line(code, "client code", CODE_LENGTH)
        clients.change_client(tx, client.id, acs_code=code)
        change = [client.acs_code, code]
        audit.record(tx, audit.entry(actor, "set", "client", client.id, acs_code=change))


def set_acs_description(
    actor: Actor, workspace: Workspace, account_id: str, description: str
) -> None:
    """Keep what Accounting CS calls a bank account: its Description there, not its number."""
    with access.writing(workspace, actor, Permission.CHANGE_CLIENT) as tx:
        account = access.account_in_scope(tx, account_id)
        description = one_line(description, "bank account description", NAME_LENGTH)
        clients.change_account(tx, account.id, acs_description=description)
        change = [account.acs_description, description]
        entry = audit.entry(actor, "set", "bank account", account.id, acs_description=change)
        audit.record(tx, entry)


def add_vendor(
    actor: Actor, workspace: Workspace, client_id: str, name: str, code: str, default_gl: str = ""
) -> Vendor:
    """Add a vendor to a client, or to the whole firm where `client_id` is "".

    Raises:
        InvalidInput: when the name is empty, the code is taken, or the default GL is unknown.
    """
    with _changing_list(actor, workspace, client_id) as tx:
        vendor = coding_lists.checked_vendor(tx, Vendor("", client_id, code, name, default_gl))
        [vendor_id] = charts.add_vendors(tx, [vendor])
        detail = {"code": vendor.code, "name": vendor.name, "client": client_id}
        audit.record(tx, audit.entry(actor, "add", "vendor", vendor_id, **detail))
        added = replace(vendor, id=vendor_id)
        record_by_hand(tx, actor, None, added)
        return added


def add_gl_account(
    actor: Actor, workspace: Workspace, client_id: str, code: str, name: str
) -> GlAccount:
    """Add a GL account to a client's chart, or to the firm's where `client_id` is "".

    The code is text, as Accounting CS shows it.

    Raises:
        InvalidInput: when the code is empty or already in the chart.
    """
    with _changing_list(actor, workspace, client_id) as tx:
        account = coding_lists.checked_gl_account(tx, GlAccount("", client_id, code, name, ""))
        [account_id] = charts.add_gl_accounts(tx, [account])
        audit.record(tx, audit.entry(actor, "add", "gl account", account.code, client=client_id))
        added = replace(account, id=account_id)
        record_by_hand(tx, actor, None, added)
        return added


@contextmanager
def _changing_list(actor: Actor, workspace: Workspace, client_id: str) -> Iterator[Tx]:
    permission = access.to_change_list(client_id)
    with access.writing(workspace, actor, permission) as tx:
        take_turn(tx, Turn.FIRM_LISTS)
        if client_id:
            access.client_in_scope(tx, client_id)
        yield tx
    suggesting.note_lists(workspace, client_id)
