"""Whether a database is sound, and how much is in it."""

from sqlalchemy import Connection, func, inspect, select, table

SOUND = "ok"


def integrity(tx: Connection) -> str:
    """SOUND, or the first thing that SQLite finds wrong; PostgreSQL checks its pages itself."""
    if tx.dialect.name != "sqlite":
        return SOUND
    return str(tx.exec_driver_sql("PRAGMA integrity_check(1)").scalar_one())


def orphans(tx: Connection) -> int:
    """How many rows refer to one that is not there; PostgreSQL never lets it come to that."""
    if tx.dialect.name != "sqlite":
        return 0
    return len(tx.exec_driver_sql("PRAGMA foreign_key_check").fetchall())


def row_counts(tx: Connection) -> dict[str, int]:
    """The rows of each table, by its name."""
    names = sorted(name for name in inspect(tx).get_table_names() if name != "alembic_version")
    return {
        name: tx.execute(select(func.count()).select_from(table(name))).scalar_one()
        for name in names
    }
