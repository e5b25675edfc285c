"""People who may act."""

from dataclasses import dataclass

from sqlalchemy import Connection, bindparam, insert, select

from ledgersync import clock
from ledgersync.domain.actors import Role
from ledgersync.storage.tables import USERS


@dataclass(frozen=True, slots=True)
class User:
    id: str
    name: str
    role: Role
    disabled: bool


_FIND_USER = select(USERS).where(USERS.c.id == bindparam("id"))


def find_user(tx: Connection, user_id: str) -> User | None:
    row = tx.execute(_FIND_USER, {"id": user_id}).one_or_none()
    return User(row.id, row.name, Role(row.role), row.disabled) if row else None


def add_user(tx: Connection, user: User) -> None:
    tx.execute(
        insert(USERS),
        [
            {
                "id": user.id,
                "name": user.name,
                "role": user.role.value,
                "disabled": user.disabled,
                "created_at": clock.now(),
            }
        ],
    )
