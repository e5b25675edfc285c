"""Inserting very many rows at once."""

from collections.abc import Sequence

from sqlalchemy import Connection, Table, insert


def insert_as_given(
    tx: Connection, table: Table, columns: Sequence[str], rows: Sequence[tuple[object, ...]]
) -> None:
    """Insert rows whose values the driver takes as they are: text, integers, booleans, None.

    Dates are given as ISO text. SQLAlchemy's own way looks at every value of every row, which
    takes longer than writing it.
    """
    statement = insert(table).compile(dialect=tx.dialect, column_keys=list(columns))
    if tx.dialect.positional:
        tx.exec_driver_sql(str(statement), list(rows))
    else:
        named = [dict(zip(columns, row, strict=True)) for row in rows]
        tx.exec_driver_sql(str(statement), named)
