"""Legs of confirmed transfers in queries."""

from sqlalchemy import ColumnElement, and_, exists, func, not_

from ledgersync.storage.tables import DECISIONS, EXPORT_ITEMS, EXPORTS

_OTHER = DECISIONS.alias("other_leg")
_SENT = EXPORTS.alias("sent")


def lost_leg() -> ColumnElement[bool]:
    """Whether the other leg of a row's transfer was decided otherwise since; never NULL.

    For queries that have decisions joined. An other leg that had left in an export before the
    transfer was confirmed does not point back, also after that export was taken back. Most rows are
    no leg, and are not looked up.
    """
    d, other = DECISIONS.c, _OTHER.c
    had_left = exists().where(
        EXPORT_ITEMS.c.transaction_id == other.transaction_id,
        EXPORT_ITEMS.c.export_id == _SENT.c.id,
        _SENT.c.created_at < d.decided_at,
    )
    gone_its_way = exists().where(
        other.transaction_id == d.transfer_with,
        other.transfer_with != d.transaction_id,
        not_(had_left.correlate(_OTHER, DECISIONS)),
    )
    # Without `correlate`, a query that selects from decisions alone would list them here anew.
    looked_up = gone_its_way.correlate(DECISIONS)
    return and_(func.coalesce(d.transfer_with, "") != "", looked_up)
