"""The audit trail: written in the same transaction as the change it tells of, as a chain.

Entries wait until their transaction is about to be kept. Only then is the turn at the chain taken:
writers hold it for a moment, and always as the last of their locks.
"""

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any, TypeAlias

from sqlalchemy import Connection, exists, insert, select, update

from ledgersync import clock
from ledgersync.domain.actors import Actor
from ledgersync.domain.audit_trails import (
    START,
    Anchor,
    AuditEntry,
    AuditHead,
    Check,
    entry_message,
    head_message,
    link,
)
from ledgersync.storage.tables import (
    AUDIT_ENTRIES,
    AUDIT_HEAD,
    CLIENTS,
    EXPORTS,
    OF_SEALED,
    USERS,
)
from ledgersync.storage.turns import Turn, take_turn

__all__ = ["AuditEntry"]

_WAITING = "audit_waiting"
_READ_AT_ONCE = 1_000


@dataclass(frozen=True, slots=True)
class Signature:
    """Signs with the key of that id: a message in, 64 hexadecimal digits out.

    `fits` tells of any key's signature whether it belongs to a message.
    """

    key_id: str
    sign: Callable[[str], str]
    fits: Check


# Who signs the entries of a transaction; None where no key is here.
Signing: TypeAlias = Callable[[Connection], Signature | None]


def entry(
    actor: Actor, action: str, subject: str, subject_id: str, **detail: object
) -> dict[str, object]:
    """One entry, such as (actor, "edit", "transaction", id, gl_code=["", "6250"])."""
    return {
        "at": clock.now(),
        "user_id": actor.user_id,
        "user_name": actor.name,
        "action": action,
        "subject": subject,
        "subject_id": subject_id,
        "detail": json.dumps(detail, default=str),
    }


def record(tx: Connection, *entries: dict[str, object]) -> None:
    """Add entries made by `entry`, in order; they are written when the transaction is kept."""
    waiting: list[dict[str, object]] = tx.get_execution_options()[_WAITING]
    waiting.extend(entries)


def expect_entries(tx: Connection) -> None:
    """Make a place for the entries of a transaction that has begun."""
    tx.execution_options(**{_WAITING: []})


def write_waiting(tx: Connection, signing: Signing | None) -> None:
    """Chain and sign what waits, as the last thing before a transaction is kept."""
    waiting = tx.get_execution_options()[_WAITING]
    if not waiting:
        return
    take_turn(tx, Turn.AUDIT)
    signature = signing(tx) if signing else None
    entries = list(_chained(*_last(tx, signature), waiting, signature))
    tx.execute(insert(AUDIT_ENTRIES), [_as_row(one) for one in entries])
    newest = entries[-1]
    mac = signature.sign(head_message(newest.seq, newest.chain)) if signature else ""
    tx.execute(
        update(AUDIT_HEAD).values(seq=newest.seq, chain=newest.chain, key_id=newest.key_id, mac=mac)
    )


def _last(tx: Connection, signature: Signature | None) -> tuple[int, str]:
    """The number that the next entry comes after, and the link that it goes on from.

    Where somebody tampered with the end of the trail the app goes on, but leaves a number out: a
    new signature must not make good what was done, and a check finds the gap for ever after.
    """
    known, newest = head(tx), next(iter(latest(tx, 1)), None)
    if newest is None and known == AuditHead(0, START):
        return 0, START
    seq = max(known.seq if known else 0, newest.seq if newest else 0)
    if known and newest and _belong(known, newest) and not _is_forged(known, signature):
        return seq, known.chain
    return seq + 1, newest.chain if newest else START


def _belong(known: AuditHead, newest: AuditEntry) -> bool:
    """Whether the record of the newest entry is about this entry; an old one has no link yet."""
    chain = newest.chain or known.chain
    return (known.seq, known.chain, known.key_id) == (newest.seq, chain, newest.key_id)


def _is_forged(known: AuditHead, signature: Signature | None) -> bool:
    if not known.key_id or signature is None:
        return False
    return signature.fits(known.key_id, head_message(known.seq, known.chain), known.mac) is False


def _chained(
    seq: int, chain: str, waiting: Sequence[dict[str, Any]], signature: Signature | None
) -> Iterator[AuditEntry]:
    """The entries with their numbers, links and signatures."""
    key_id = signature.key_id if signature else ""
    for number, values in enumerate(waiting, start=seq + 1):
        bare = AuditEntry(seq=number, key_id=key_id, **values)
        chain = link(chain, bare)
        mac = signature.sign(entry_message(chain)) if signature else ""
        yield replace(bare, chain=chain, mac=mac)


def _as_row(one: AuditEntry) -> dict[str, object]:
    return {name: getattr(one, name) for name in AuditEntry.__dataclass_fields__}


def head(tx: Connection) -> AuditHead | None:
    """The newest entry's number and link as they are recorded; None when the record is gone."""
    c = AUDIT_HEAD.c
    row = tx.execute(select(c.seq, c.chain, c.key_id, c.mac)).one_or_none()
    return AuditHead(*row) if row else None


def newest_key(tx: Connection) -> str:
    """The id of the key that signed the newest signed entry; "" where none is signed."""
    c = AUDIT_ENTRIES.c
    query = select(c.key_id).where(c.key_id != "").order_by(c.seq.desc()).limit(1)
    return tx.execute(query).scalar_one_or_none() or ""


def in_order(tx: Connection) -> Iterator[AuditEntry]:
    """Every entry, the oldest first, read part by part."""
    query = select(AUDIT_ENTRIES).order_by(AUDIT_ENTRIES.c.seq).limit(_READ_AT_ONCE)
    after = None
    while True:
        part = query if after is None else query.where(AUDIT_ENTRIES.c.seq > after)
        entries = [AuditEntry(*row) for row in tx.execute(part)]
        yield from entries
        if len(entries) < _READ_AT_ONCE:
            return
        after = entries[-1].seq


def anchors(tx: Connection) -> list[Anchor]:
    """What exports recorded of the trail when they left."""
    c = EXPORTS.c
    query = select(c.number, c.audit_seq, c.audit_chain).where(c.audit_chain != "")
    return [Anchor(*row) for row in tx.execute(query.order_by(c.number.desc()))]


def lacks_its_beginning(tx: Connection) -> bool:
    """Whether something is there that never came without an entry, and none tells of it.

    A trail that was emptied, and its record with it, begins anew in good order.
    """
    c = AUDIT_ENTRIES.c
    invited = exists().where(c.subject == "user", c.action == "invite", c.subject_id == USERS.c.id)
    uninvited = select(USERS.c.id).where(USERS.c.email != "", ~invited).limit(1)
    clients = select(CLIENTS.c.id).where(~exists(select(c.seq))).limit(1)
    return any(tx.execute(query).first() is not None for query in (uninvited, clients))


def newest_of(
    tx: Connection, subject: str, subject_id: str, actions: Sequence[str]
) -> AuditEntry | None:
    """The newest entry that tells one of these things of something that holds sealed values."""
    c = AUDIT_ENTRIES.c
    query = select(AUDIT_ENTRIES).where(OF_SEALED, c.subject_id == subject_id)
    query = query.where(c.subject == subject, c.action.in_(actions))
    row = tx.execute(query.order_by(c.seq.desc()).limit(1)).one_or_none()
    return AuditEntry(*row) if row else None


def last_by(tx: Connection, subject: str, subject_id: str, action: str) -> str:
    """Who did that to something last; "" where nobody has."""
    c = AUDIT_ENTRIES.c
    query = select(c.user_name).where(c.subject == subject, c.subject_id == subject_id)
    query = query.where(c.action == action).order_by(c.seq.desc()).limit(1)
    return tx.execute(query).scalar_one_or_none() or ""


def tells_of(
    tx: Connection, subject: str, subject_id: str, actions: Sequence[str], *, after: int
) -> bool:
    """Whether any entry after that number tells one of these things of something."""
    c = AUDIT_ENTRIES.c
    query = select(c.seq).where(c.seq > after, c.subject == subject, c.subject_id == subject_id)
    return tx.execute(query.where(c.action.in_(actions)).limit(1)).first() is not None


def entry_before(tx: Connection, seq: int) -> AuditEntry | None:
    """The entry that the one of this number comes after."""
    c = AUDIT_ENTRIES.c
    query = select(AUDIT_ENTRIES).where(c.seq < seq).order_by(c.seq.desc()).limit(1)
    row = tx.execute(query).one_or_none()
    return AuditEntry(*row) if row else None


def latest(tx: Connection, limit: int) -> list[AuditEntry]:
    """The newest entries first."""
    query = select(AUDIT_ENTRIES).order_by(AUDIT_ENTRIES.c.seq.desc()).limit(limit)
    return [AuditEntry(*row) for row in tx.execute(query)]
