"""What the firm adds to clients: codes and descriptions of Accounting CS, vendors, GL accounts."""

from dataclasses import dataclass

from ledgersync.domain.actors import Actor
from ledgersync.domain.charts import GlAccount, Vendor
from ledgersync.domain.clients import BankAccount, Client
from ledgersync.errors import InvalidInput
from ledgersync.services import access
from ledgersync.services.access import Permission
from ledgersync.services.workspace import Workspace
from ledgersync.storage import audit, charts, clients, loads
from ledgersync.storage.loads import AccountLoad

_CODE_LENGTH = 40
_NAME_LENGTH = 200


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
        code = _text(code, "client code", _CODE_LENGTH)
        clients.change_client(tx, client.id, acs_code=code)
        change = [client.acs_code, code]
        audit.record(tx, audit.entry(actor, "set", "client", client.id, acs_code=change))


def set_acs_description(
    actor: Actor, workspace: Workspace, account_id: str, description: str
) -> None:
    """Keep what Accounting CS calls a bank account: its Description there, not its number."""
    with access.writing(workspace, actor, Permission.CHANGE_CLIENT) as tx:
        account = access.account_in_scope(tx, account_id)
        description = _text(description, "bank account description", _NAME_LENGTH)
        clients.change_account(tx, account.id, acs_description=description)
        change = [account.acs_description, description]
        entry = audit.entry(actor, "set", "bank account", account.id, acs_description=change)
        audit.record(tx, entry)


def add_vendor(
    actor: Actor, workspace: Workspace, client_id: str, name: str, code: str, default_gl: str = ""
) -> Vendor:
    """Add a vendor to a client.

    Raises:
        InvalidInput: when the name is empty, the code is taken, or the default GL is unknown.
    """
    with access.writing(workspace, actor, Permission.CHANGE_CLIENT) as tx:
        client = access.client_in_scope(tx, client_id)
        name = _required(_text(name, "vendor name", _NAME_LENGTH), "a vendor name")
        code = _text(code, "vendor code", _CODE_LENGTH)
        for other in charts.vendors_for(tx, client.id):
            if code and other.code.lower() == code.lower():
                raise InvalidInput(
                    f"Vendor code {code} belongs to {other.name}.", "Choose another code."
                )
        if default_gl and default_gl not in {gl.code for gl in charts.chart_for(tx, client.id)}:
            raise InvalidInput(
                f"GL code {default_gl} is not in this client's chart.", "Add it there first."
            )
        vendor = Vendor("", client.id, code, name, default_gl)
        [vendor_id] = charts.add_vendors(tx, [vendor])
        audit.record(tx, audit.entry(actor, "add", "vendor", vendor_id, code=code, name=name))
        return Vendor(vendor_id, client.id, code, name, default_gl)


def add_gl_account(
    actor: Actor, workspace: Workspace, client_id: str, code: str, name: str
) -> GlAccount:
    """Add a GL account to a client's chart; the code is text, as Accounting CS shows it.

    Raises:
        InvalidInput: when the code is empty or already in the chart.
    """
    with access.writing(workspace, actor, Permission.CHANGE_CLIENT) as tx:
        client = access.client_in_scope(tx, client_id)
        code = _required(_text(code, "GL code", _CODE_LENGTH), "a GL code")
        if code in {gl.code for gl in charts.chart_for(tx, client.id) if gl.client_id}:
            raise InvalidInput(f"GL code {code} is in the chart already.", "Choose it there.")
        account = GlAccount("", client.id, code, _text(name, "account name", _NAME_LENGTH), "")
        charts.add_gl_accounts(tx, [account])
        audit.record(tx, audit.entry(actor, "add", "gl account", code, client=client.id))
        return account


def _text(value: str, what: str, longest: int) -> str:
    """A person's text on one line, without control characters around or inside it."""
    text = " ".join("".join(c if c.isprintable() else " " for c in value).split())
    if len(text) > longest:
        raise InvalidInput(f"The {what} is longer than {longest} characters.", "Shorten it.")
    return text


def _required(value: str, what: str) -> str:
    if not value:
        raise InvalidInput(f"This needs {what}.", "Fill it in, then save again.")
    return value
