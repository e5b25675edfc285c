"""People who may act."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, Row, Select, bindparam, delete, func, insert, select, update

from ledgersync import clock
from ledgersync.domain.actors import Role
from ledgersync.storage.people_tables import CLIENT_ASSIGNMENTS
from ledgersync.storage.tables import USERS

_U = USERS.c


@dataclass(frozen=True, slots=True)
class User:
    """A person as stored; `issuer` and `subject` are "" until the first sign-in."""

    id: str
    name: str
    role: Role
    disabled: bool
    email: str = ""
    issuer: str = ""
    subject: str = ""
    all_clients: bool = True
    valid_after: datetime | None = None
    last_seen_at: datetime | None = None

    @property
    def sees_all(self) -> bool:
        """Whether every client is in this person's scope; admins always see all."""
        return self.all_clients or self.role is Role.ADMIN


_COLUMNS = [_U[name] for name in User.__dataclass_fields__]
_FIND_USER = select(*_COLUMNS).where(_U.id == bindparam("id"))


def find_user(tx: Connection, user_id: str) -> User | None:
    row = tx.execute(_FIND_USER, {"id": user_id}).one_or_none()
    return _user(row) if row else None


def find_by_subject(tx: Connection, issuer: str, subject: str) -> User | None:
    """Who signs in as this, by the two claims that never change."""
    query = select(*_COLUMNS).where(_U.issuer == issuer, _U.subject == subject)
    row = tx.execute(query).one_or_none()
    return _user(row) if row else None


def find_invited(tx: Connection, email: str) -> User | None:
    """The open invitation of an address, as `people.address_key` writes it."""
    return _first(tx, select(*_COLUMNS).where(_U.email == email, _U.issuer == ""))


def find_by_email(tx: Connection, email: str) -> User | None:
    """Whoever was invited with an address, whether they came or not."""
    return _first(tx, select(*_COLUMNS).where(_U.email == email))


def _first(tx: Connection, query: Select[tuple[object, ...]]) -> User | None:
    row = tx.execute(query.order_by(_U.created_at.desc()).limit(1)).one_or_none()
    return _user(row) if row else None


def list_users(tx: Connection) -> list[User]:
    """Everybody by name."""
    query = select(*_COLUMNS).order_by(func.lower(_U.name), _U.id)
    return [_user(row) for row in tx.execute(query)]


def add_user(tx: Connection, user: User) -> None:
    values = {name: getattr(user, name) for name in User.__dataclass_fields__}
    values |= {"role": user.role.value, "created_at": clock.now()}
    tx.execute(insert(USERS), [values])


def change_user(tx: Connection, user_id: str, **values: object) -> None:
    tx.execute(update(USERS).where(_U.id == user_id).values(**values))


def assignments(tx: Connection) -> dict[str, frozenset[str]]:
    """The clients that people are assigned to, by user id."""
    found: dict[str, set[str]] = {}
    for user_id, client_id in tx.execute(select(CLIENT_ASSIGNMENTS)):
        found.setdefault(user_id, set()).add(client_id)
    return {user_id: frozenset(ids) for user_id, ids in found.items()}


def assign(tx: Connection, user_id: str, client_ids: frozenset[str]) -> None:
    """Make these the person's clients, and no others."""
    tx.execute(delete(CLIENT_ASSIGNMENTS).where(CLIENT_ASSIGNMENTS.c.user_id == user_id))
    rows = [{"user_id": user_id, "client_id": client_id} for client_id in sorted(client_ids)]
    if rows:
        tx.execute(insert(CLIENT_ASSIGNMENTS), rows)


def _user(row: Row[tuple[object, ...]]) -> User:
    values = dict(row._mapping)  # noqa: SLF001  SQLAlchemy's public name for a row as a mapping
    return User(**{**values, "role": Role(values["role"])})
