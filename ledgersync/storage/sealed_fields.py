"""Sealed values one by one: read, exchanged, and counted without knowing what they are for."""

from dataclasses import dataclass

from sqlalchemy import Connection, func, select, update

from ledgersync.storage.workspace_tables import METADATA

_ENDING = "_sealed"


@dataclass(frozen=True, slots=True)
class Address:
    """A sealed column of one row."""

    table: str
    row_id: str
    column: str


def read(tx: Connection, address: Address) -> str | None:
    table = METADATA.tables[address.table]
    query = select(table.c[address.column]).where(table.c.id == address.row_id)
    return tx.execute(query).scalar_one_or_none()


def exchange(tx: Connection, address: Address, before: str, after: str) -> bool:
    """Put a sealed text in the place of another; False when that is not there any more."""
    table = METADATA.tables[address.table]
    column = table.c[address.column]
    change = update(table).where(table.c.id == address.row_id, column == before)
    return tx.execute(change.values({column: after})).rowcount == 1


def count(tx: Connection) -> int:
    """How many sealed values any table holds: every column whose name says so."""
    columns = [c for t in METADATA.sorted_tables for c in t.c if c.name.endswith(_ENDING)]
    return sum(tx.execute(select(func.count(column))).scalar_one() for column in columns)
