"""Sign-ins: when each began, when it was last used, and that it is over."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, bindparam, insert, select, update

from ledgersync.storage.people_tables import SIGN_INS
from ledgersync.storage.tables import USERS

_S = SIGN_INS.c


@dataclass(frozen=True, slots=True)
class SignIn:
    id: str
    user_id: str
    began_at: datetime
    seen_at: datetime
    ended_at: datetime | None = None


_FIND = select(SIGN_INS).where(_S.id == bindparam("id"))


def find_sign_in(tx: Connection, sign_in_id: str) -> SignIn | None:
    row = tx.execute(_FIND, {"id": sign_in_id}).one_or_none()
    return SignIn(*row) if row else None


def add_sign_in(tx: Connection, sign_in: SignIn) -> None:
    names = SignIn.__dataclass_fields__
    tx.execute(insert(SIGN_INS), [{name: getattr(sign_in, name) for name in names}])


def note_seen(tx: Connection, sign_in_id: str, when: datetime) -> None:
    tx.execute(update(SIGN_INS).where(_S.id == sign_in_id).values(seen_at=when))


def end_sign_in(tx: Connection, sign_in_id: str, when: datetime) -> None:
    """End one; one that is over stays as it ended."""
    query = update(SIGN_INS).where(_S.id == sign_in_id, _S.ended_at.is_(None))
    tx.execute(query.values(ended_at=when))


def end_all(tx: Connection, user_id: str, when: datetime) -> int:
    """End all of a person's; returns how many were open."""
    query = update(SIGN_INS).where(_S.user_id == user_id, _S.ended_at.is_(None))
    return tx.execute(query.values(ended_at=when)).rowcount


def end_everybodys(tx: Connection, when: datetime) -> None:
    """End all of everybody's, those too that this database does not know of."""
    tx.execute(update(USERS).values(valid_after=when.replace(microsecond=0)))
    tx.execute(update(SIGN_INS).where(_S.ended_at.is_(None)).values(ended_at=when))
