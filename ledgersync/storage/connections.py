"""Stored LedgerSync log-ins: sealed values in, sealed values out. Nothing here can open them."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Column, Connection, Row, delete, insert, or_, select, update

from ledgersync import clock
from ledgersync.domain.connections import ConnectionState, Failure
from ledgersync.storage.columns import new_id
from ledgersync.storage.matching_tables import OUTSIDE_AI
from ledgersync.storage.people_tables import CONNECTION_SHARES
from ledgersync.storage.tables import CONNECTIONS, SEALING_KEYS
from ledgersync.storage.turns import Turn, take_turn

# A column that is missing here would lose its values when a key is replaced or taken away.
_SEALED = (
    (CONNECTIONS.c.email_sealed, CONNECTIONS.c.password_sealed, CONNECTIONS.c.token_sealed),
    (OUTSIDE_AI.c.key_sealed,),
)


@dataclass(frozen=True, slots=True)
class StoredConnection:
    """A row of connections as it is stored, secrets sealed."""

    id: str
    owner_id: str
    email_sealed: str | None
    password_sealed: str | None
    token_sealed: str | None
    token_expires_at: datetime | None
    state: ConnectionState
    failure: Failure | None
    sentence: str
    next_step: str
    checked_at: datetime | None
    checked_by: str
    client_count: int
    attempt_sentence: str
    attempt_at: datetime | None
    checking_since: datetime | None
    shared: bool
    seal_mark: str
    token_mark: str

    @property
    def has_credentials(self) -> bool:
        return self.email_sealed is not None and self.password_sealed is not None

    @property
    def is_refused(self) -> bool:
        """Whether LedgerSync refused the stored log-in, and nobody saved or tested it since."""
        return self.state is ConnectionState.NEEDS_ATTENTION


def find_connection(
    tx: Connection, owner_id: str, *, lock: bool = False
) -> StoredConnection | None:
    query = select(CONNECTIONS).where(CONNECTIONS.c.owner_id == owner_id)
    row = tx.execute(query.with_for_update() if lock else query).one_or_none()
    return None if row is None else _stored(row)


def lock_all(tx: Connection) -> list[StoredConnection]:
    """Everybody's connection, locked until the transaction ends."""
    query = select(CONNECTIONS).order_by(CONNECTIONS.c.id).with_for_update()
    return [_stored(row) for row in tx.execute(query)]


def _stored(row: Row[Any]) -> StoredConnection:
    values = dict(row._mapping)  # noqa: SLF001  SQLAlchemy's public name for a row as a mapping
    values["state"] = ConnectionState(values["state"])
    values["failure"] = Failure(values["failure"]) if values["failure"] else None
    return StoredConnection(**values)


def list_connections(tx: Connection) -> list[StoredConnection]:
    """Everybody's, the one that was checked last first."""
    query = select(CONNECTIONS).order_by(CONNECTIONS.c.checked_at.desc(), CONNECTIONS.c.id)
    return [_stored(row) for row in tx.execute(query)]


def shares(tx: Connection, connection_id: str) -> frozenset[str]:
    """The people who were named to load with a connection, by id."""
    s = CONNECTION_SHARES.c
    query = select(s.user_id).where(s.connection_id == connection_id)
    return frozenset(tx.execute(query).scalars())


def share(tx: Connection, connection_id: str, user_ids: frozenset[str]) -> None:
    """Let these people load with a connection, and no others."""
    s = CONNECTION_SHARES
    tx.execute(delete(s).where(s.c.connection_id == connection_id))
    rows = [{"connection_id": connection_id, "user_id": user_id} for user_id in sorted(user_ids)]
    if rows:
        tx.execute(insert(s), rows)


def ensure_connection(tx: Connection, owner_id: str) -> StoredConnection:
    """The person's connection row, made on first use and locked until the transaction ends."""
    found = find_connection(tx, owner_id, lock=True)
    if found is None:
        take_turn(tx, Turn.CONNECTION)
        found = find_connection(tx, owner_id, lock=True)
    if found is None:
        state = ConnectionState.NOT_CONNECTED.value
        tx.execute(insert(CONNECTIONS), [{"id": new_id(), "owner_id": owner_id, "state": state}])
        found = find_connection(tx, owner_id, lock=True)
    assert found is not None  # noqa: S101  inserted above
    return found


def change_connection(tx: Connection, connection_id: str, **values: object) -> None:
    tx.execute(update(CONNECTIONS).where(CONNECTIONS.c.id == connection_id).values(**values))


def sealed_values(tx: Connection) -> list[str]:
    """Every sealed value in the database, whoever owns it."""
    return [value for columns in _SEALED for value in _present(tx, columns)]


def _present(tx: Connection, columns: tuple[Column[Any], ...]) -> list[str]:
    query = select(*columns).where(or_(*(column.is_not(None) for column in columns)))
    return [value for row in tx.execute(query) for value in row if value is not None]


def key_checks(tx: Connection) -> dict[str, str]:
    """The check value of every key that ever sealed something here, by key id."""
    return {row.key_id: row.check_value for row in tx.execute(select(SEALING_KEYS))}


def live_key_checks(tx: Connection) -> dict[str, str]:
    """The check values of the keys that may still be used: all but the retired ones."""
    query = select(SEALING_KEYS).where(SEALING_KEYS.c.retired_at.is_(None))
    return {row.key_id: row.check_value for row in tx.execute(query)}


def add_key_check(tx: Connection, key_id: str, check_value: str) -> None:
    tx.execute(
        insert(SEALING_KEYS),
        [{"key_id": key_id, "check_value": check_value, "created_at": clock.now()}],
    )


def retire_key(tx: Connection, key_id: str) -> None:
    """Note that a key is not used any more; its check value stays, and its id is never reused."""
    change = update(SEALING_KEYS).where(SEALING_KEYS.c.key_id == key_id)
    tx.execute(change.values(retired_at=clock.now()))
