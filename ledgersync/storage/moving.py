"""Copying everything from one database into an empty one, and comparing the two."""

from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import BigInteger, Connection, Integer, Table, func, insert, inspect, select, text
from sqlalchemy.exc import DataError

from ledgersync.errors import InvalidInput
from ledgersync.storage import health
from ledgersync.storage.statement_file_tables import METADATA
from ledgersync.storage.tables import AUDIT_HEAD

_AT_ONCE = 1_000


@dataclass(frozen=True, slots=True)
class Figures:
    """What has to be the same on both sides: rows of each table, sums of each column of cents."""

    rows: dict[str, int]
    cents: dict[str, int]


def is_empty(tx: Connection) -> bool:
    """Whether a database has no table at all."""
    return not inspect(tx).get_table_names()


def figures(tx: Connection) -> Figures:
    """Of every table that the database has, so that one which nobody copied shows."""
    return Figures(
        rows=health.row_counts(tx),
        cents={name: total for table in METADATA.sorted_tables for name, total in _sums(tx, table)},
    )


def _sums(tx: Connection, table: Table) -> Iterator[tuple[str, int]]:
    for column in table.c:
        if isinstance(column.type, BigInteger):
            total = tx.execute(select(func.sum(column))).scalar_one()
            yield f"{table.name}.{column.name}", int(total or 0)


def copy_all(source: Connection, target: Connection) -> None:
    """Copy every table, parents before children, into a fresh schema.

    Raises:
        InvalidInput: when a row holds what the other database can't store, naming the table.
    """
    target.execute(AUDIT_HEAD.delete())  # the fresh schema's own
    for table in METADATA.sorted_tables:
        try:
            _copy(source, target, table)
        except (DataError, InvalidInput) as error:
            raise InvalidInput(
                f"A row of {table.name} can't be stored in the other database: {_why(error)}.",
                "Nothing was moved; correct the row or send this line to support.",
            ) from None
        _set_sequence(target, table)


def _why(error: DataError | InvalidInput) -> str:
    said = error.sentence if isinstance(error, InvalidInput) else str(error.orig)
    return said.splitlines()[0].rstrip(".")


def _copy(source: Connection, target: Connection, table: Table) -> None:
    found = source.execute(select(table).execution_options(yield_per=_AT_ONCE))
    for part in found.mappings().partitions():
        target.execute(insert(table), [dict(row) for row in part])


def _set_sequence(target: Connection, table: Table) -> None:
    """Let numbers that the database gives go on after the highest one that was copied."""
    column = table.autoincrement_column
    if column is None or not isinstance(column.type, Integer):
        return
    highest = target.execute(select(func.max(column))).scalar_one()
    if highest is not None:
        target.execute(
            text("SELECT setval(pg_get_serial_sequence(:table, :column), :highest)"),
            {"table": table.name, "column": column.name, "highest": highest},
        )
