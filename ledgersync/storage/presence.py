"""Who looks at which bank account, and when last."""

from datetime import datetime

from sqlalchemy import Connection, insert, select, update

from ledgersync.domain.presence import Colleague
from ledgersync.storage.tables import USERS
from ledgersync.storage.workspace_tables import PRESENCE


def note_presence(tx: Connection, account_id: str, user_id: str, when: datetime) -> None:
    c = PRESENCE.c
    seen = update(PRESENCE).where(c.account_id == account_id, c.user_id == user_id)
    if not tx.execute(seen.values(seen_at=when)).rowcount:
        values = {"account_id": account_id, "user_id": user_id, "seen_at": when}
        tx.execute(insert(PRESENCE), [values])


def others_present(
    tx: Connection, account_id: str, user_id: str, since: datetime
) -> list[Colleague]:
    """Who else was seen at an account since then, the latest first."""
    c = PRESENCE.c
    query = (
        select(USERS.c.name, c.seen_at)
        .join(USERS, USERS.c.id == c.user_id)
        .where(c.account_id == account_id, c.user_id != user_id, c.seen_at >= since)
        .order_by(c.seen_at.desc(), USERS.c.name)
    )
    return [Colleague(*row) for row in tx.execute(query)]
