"""Bank accounts that LedgerSync does not list: added by hand, and fed from files alone."""

import re
from dataclasses import dataclass

from ledgersync.domain.actors import Actor
from ledgersync.domain.clients import BankAccount
from ledgersync.errors import InvalidInput
from ledgersync.services import access
from ledgersync.services.access import Permission
from ledgersync.services.typed_texts import NAME_LENGTH, one_line, required
from ledgersync.services.workspace import Workspace
from ledgersync.storage import audit, clients
from ledgersync.storage.engine import Tx

TYPES = ("checking", "savings", "credit card", "loan")

_CURRENCY = re.compile(r"[A-Z]{3}", re.ASCII)
_MASK = re.compile(r"\d{0,4}", re.ASCII)


@dataclass(frozen=True, slots=True)
class HandAccount:
    """A bank account as a person describes it; `mask` are its last digits, or ""."""

    name: str
    type: str
    currency: str = "USD"
    mask: str = ""


def add_account(
    actor: Actor, workspace: Workspace, client_id: str, described: HandAccount
) -> BankAccount:
    """Add a bank account to a client whose bank is not on the feed.

    LedgerSync's lists leave it alone, and nothing is ever loaded for it.

    Raises:
        InvalidInput: for a description that can't be, or where the client has such an account.
        NotFound: when there is no such client in the actor's scope.
    """
    with access.writing(workspace, actor, Permission.CHANGE_CLIENT) as tx:
        client = access.client_in_scope(tx, client_id)
        values = _checked(described)
        _require_new(tx, client.id, values)
        account_id = clients.add_by_hand(tx, client.id, **values)
        audit.record(
            tx, audit.entry(actor, "add", "bank account", account_id, client=client.id, **values)
        )
        return access.account_in_scope(tx, account_id)


def _checked(described: HandAccount) -> dict[str, str]:
    name = one_line(described.name, "name of the bank account", NAME_LENGTH)
    currency, mask = described.currency.strip().upper(), described.mask.strip()
    if described.type not in TYPES:
        raise InvalidInput("This is no type of bank account.", f"Choose {', '.join(TYPES)}.")
    if not _CURRENCY.fullmatch(currency):
        raise InvalidInput("A currency has three letters.", "Type it as USD.")
    if not _MASK.fullmatch(mask):
        raise InvalidInput("The last digits are up to four digits.", "Type them as 4821.")
    return {
        "name": required(name, "a name for the bank account"),
        "type": described.type,
        "currency": currency,
        "mask": mask,
    }


def _require_new(tx: Tx, client_id: str, values: dict[str, str]) -> None:
    same = (values["name"].casefold(), values["mask"])
    for account in clients.list_accounts(tx, client_id):
        if (account.name.casefold(), account.mask) == same:
            raise InvalidInput(
                f"The client has a bank account {account.label} already.", "Choose that one."
            )
