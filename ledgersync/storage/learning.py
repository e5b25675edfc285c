"""What is kept of learning itself: how old it is, what was unlearned, spellings of vendors."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, delete, func, insert, or_, select, union, update

from ledgersync.storage.columns import new_id
from ledgersync.storage.matching_tables import FORGOTTEN, RULES, VENDOR_ALIASES
from ledgersync.storage.tables import CLIENTS, GL_ACCOUNTS, VENDORS


@dataclass(frozen=True, slots=True)
class LearningState:
    """Whether the app may learn from a client's rows, and the version of what it could learn."""

    off: bool
    coded_version: int


@dataclass(frozen=True, slots=True)
class StoredForgotten:
    """What is no longer suggested for a client's descriptor; "" for either code means none."""

    id: str
    client_id: str
    descriptor: str
    vendor_id: str
    gl_code: str
    at: datetime
    by: str


@dataclass(frozen=True, slots=True)
class VendorAlias:
    """A spelling of a vendor on statements."""

    id: str
    vendor_id: str
    spelling: str


def learning_state(tx: Connection, client_id: str) -> LearningState:
    query = select(CLIENTS.c.learning_off, CLIENTS.c.coded_version)
    row = tx.execute(query.where(CLIENTS.c.id == client_id)).one()
    return LearningState(row.learning_off, row.coded_version)


def clients_with_lists(tx: Connection) -> set[str]:
    """The clients that have vendors, a chart or rules of their own; "" for the firm's."""
    own = union(
        select(VENDORS.c.client_id),
        select(GL_ACCOUNTS.c.client_id),
        select(RULES.c.client_id).where(RULES.c.deleted_at.is_(None)),
    )
    return {client_id or "" for client_id in tx.execute(own).scalars()}


def coded_version_of_others(tx: Connection, client_id: str) -> int:
    """Another number after every decision on any other client's rows."""
    query = select(func.coalesce(func.sum(CLIENTS.c.coded_version), 0))
    return int(tx.execute(query.where(CLIENTS.c.id != client_id)).scalar_one())


def note_coding(tx: Connection, client_id: str) -> None:
    """A decision on one of the client's rows changed, so what was learned is out of date."""
    version = CLIENTS.c.coded_version + 1
    tx.execute(update(CLIENTS).where(CLIENTS.c.id == client_id).values(coded_version=version))


def set_learning(tx: Connection, client_id: str, *, off: bool) -> None:
    tx.execute(update(CLIENTS).where(CLIENTS.c.id == client_id).values(learning_off=off))


def list_forgotten(tx: Connection, client_id: str) -> list[StoredForgotten]:
    """What a client's people unlearned, the newest first."""
    query = select(FORGOTTEN).where(FORGOTTEN.c.client_id == client_id)
    return [_forgotten(row) for row in tx.execute(query.order_by(FORGOTTEN.c.at.desc()))]


def add_forgotten(tx: Connection, one: StoredForgotten) -> None:
    values = {name: getattr(one, name) for name in StoredForgotten.__dataclass_fields__}
    tx.execute(insert(FORGOTTEN), [values])


def remove_forgotten(tx: Connection, forgotten_id: str) -> None:
    tx.execute(delete(FORGOTTEN).where(FORGOTTEN.c.id == forgotten_id))


def _forgotten(row: Row[Any]) -> StoredForgotten:
    names = StoredForgotten.__dataclass_fields__
    return StoredForgotten(**{name: getattr(row, name) for name in names})


def aliases_for(tx: Connection, client_id: str) -> list[VendorAlias]:
    """The spellings of the firm's vendors, then those of the client's own, which go before them."""
    own = or_(VENDORS.c.client_id == client_id, VENDORS.c.client_id.is_(None))
    query = (
        select(VENDOR_ALIASES.c.id, VENDOR_ALIASES.c.vendor_id, VENDOR_ALIASES.c.spelling)
        .join(VENDORS, VENDORS.c.id == VENDOR_ALIASES.c.vendor_id)
        .where(own)
        .order_by(VENDORS.c.client_id.is_not(None), VENDOR_ALIASES.c.spelling)
    )
    return [VendorAlias(*row) for row in tx.execute(query)]


def spellings_of(tx: Connection, vendor_id: str) -> list[str]:
    """The spellings that people gave a vendor."""
    query = select(VENDOR_ALIASES.c.spelling).where(VENDOR_ALIASES.c.vendor_id == vendor_id)
    return list(tx.execute(query.order_by(VENDOR_ALIASES.c.spelling)).scalars())


def replace_aliases(
    tx: Connection, vendor_id: str, spellings: Sequence[str], who: str, when: datetime
) -> None:
    """Give a vendor exactly these spellings."""
    tx.execute(delete(VENDOR_ALIASES).where(VENDOR_ALIASES.c.vendor_id == vendor_id))
    rows = list(_alias_rows(vendor_id, spellings, who, when))
    if rows:
        tx.execute(insert(VENDOR_ALIASES), rows)


def _alias_rows(
    vendor_id: str, spellings: Iterable[str], who: str, when: datetime
) -> Iterable[dict[str, object]]:
    for spelling in dict.fromkeys(spellings):
        yield {
            "id": new_id(),
            "vendor_id": vendor_id,
            "spelling": spelling,
            "created_at": when,
            "created_by": who,
        }
