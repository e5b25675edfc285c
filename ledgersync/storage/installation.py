"""Facts about the database as a whole."""

from sqlalchemy import Connection, insert, select, update

from ledgersync.storage.tables import INSTALLATION


def read(tx: Connection, key: str) -> str | None:
    query = select(INSTALLATION.c.value).where(INSTALLATION.c.key == key)
    return tx.execute(query).scalar_one_or_none()


def write_once(tx: Connection, key: str, value: str) -> None:
    tx.execute(insert(INSTALLATION), [{"key": key, "value": value}])


def write(tx: Connection, key: str, value: str) -> None:
    """Keep a fact in place of what was known before; the caller keeps others from writing it."""
    change = update(INSTALLATION).where(INSTALLATION.c.key == key).values(value=value)
    if not tx.execute(change).rowcount:
        write_once(tx, key, value)
