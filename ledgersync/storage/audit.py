"""The audit trail: written in the same transaction as the change it tells of."""

import json
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, insert, select

from ledgersync import clock
from ledgersync.domain.actors import Actor
from ledgersync.storage.tables import AUDIT_ENTRIES


@dataclass(frozen=True, slots=True)
class AuditEntry:
    """Who did what to which thing; `detail` holds ids and codes before and after, no secrets."""

    seq: int
    at: datetime
    user_id: str
    user_name: str
    action: str
    subject: str
    subject_id: str
    detail: str


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
    """Add entries made by `entry`, in order."""
    if entries:
        tx.execute(insert(AUDIT_ENTRIES), list(entries))


def latest(tx: Connection, limit: int) -> list[AuditEntry]:
    """The newest entries first."""
    query = select(AUDIT_ENTRIES).order_by(AUDIT_ENTRIES.c.seq.desc()).limit(limit)
    return [AuditEntry(*row) for row in tx.execute(query)]
