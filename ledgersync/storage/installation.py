"""Facts about the database as a whole."""

from sqlalchemy import Connection, insert, select

from ledgersync.storage.tables import INSTALLATION


def read(tx: Connection, key: str) -> str | None:
    query = select(INSTALLATION.c.value).where(INSTALLATION.c.key == key)
    return tx.execute(query).scalar_one_or_none()


def write_once(tx: Connection, key: str, value: str) -> None:
    tx.execute(insert(INSTALLATION), [{"key": key, "value": value}])
