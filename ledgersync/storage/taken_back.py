"""Exports that were taken back, and which export a row counts with then."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, ScalarSelect, func, select, update

from ledgersync.domain.taking_back import SentRow
from ledgersync.storage.columns import in_parts
from ledgersync.storage.tables import DECISIONS, EXPORT_ITEMS, EXPORTS

_D, _E = DECISIONS.c, EXPORTS.c
# Other exports of the same rows, beside the one that is asked about.
_ITEMS = EXPORT_ITEMS.alias("all_items")
_ALL = EXPORTS.alias("all_exports")


def sent_rows(tx: Connection, export_id: str) -> list[SentRow]:
    """The rows of an export as they stand now, in the order of their ids."""
    i = EXPORT_ITEMS.c
    query = (
        select(
            i.transaction_id,
            _E.number,
            _standing_number(except_for=export_id),
            _D.unlocked.is_(False),
            _D.version != i.version,
        )
        .join(DECISIONS, _D.transaction_id == i.transaction_id)
        .outerjoin(EXPORTS, _E.id == _D.export_id)
        .where(i.export_id == export_id)
        .order_by(i.transaction_id)
    )
    return [SentRow(*row) for row in tx.execute(query)]


def _standing_number(except_for: str) -> ScalarSelect[int | None]:
    query = (
        select(func.max(_ALL.c.number))
        .join(_ITEMS, _ITEMS.c.export_id == _ALL.c.id)
        .where(_ITEMS.c.transaction_id == _D.transaction_id)
        .where(_ALL.c.taken_back_with == "", _ALL.c.id != except_for)
    )
    return query.correlate(DECISIONS).scalar_subquery()


def mark_taken_back(
    tx: Connection, export_id: str, when: datetime, who: str, why: str, batch_id: str
) -> None:
    """Say who took an export back, when, why, and with which batch; its rows no longer count."""
    values = {"taken_back_at": when, "taken_back_by": who, "taken_back_reason": why}
    query = update(EXPORTS).where(_E.id == export_id)
    tx.execute(query.values(**values, taken_back_with=batch_id))
    _follow_the_newest(tx, export_id)


def let_stand(tx: Connection, export_id: str) -> None:
    """Let an export that was taken back stand again; its rows count with it, still unlocked."""
    values = {"taken_back_at": None, "taken_back_by": "", "taken_back_reason": ""}
    query = update(EXPORTS).where(_E.id == export_id)
    tx.execute(query.values(**values, taken_back_with=""))
    _follow_the_newest(tx, export_id)


def _follow_the_newest(tx: Connection, export_id: str) -> None:
    """Let the rows of an export count with the newest that stands, where that is another now."""
    newest, version = _newest(_ALL.c.id), _newest(_ITEMS.c.version)
    its_rows = select(EXPORT_ITEMS.c.transaction_id).where(EXPORT_ITEMS.c.export_id == export_id)
    tx.execute(
        update(DECISIONS)
        .where(_D.transaction_id.in_(its_rows))
        .where(func.coalesce(_D.export_id, "") != func.coalesce(newest, ""))
        .values(export_id=newest, exported_version=version, unlocked=True)
    )


def _newest(column: ColumnElement[Any]) -> ScalarSelect[Any]:
    """What the newest standing export of a decision's row says."""
    query = (
        select(column)
        .select_from(_ALL.join(_ITEMS, _ITEMS.c.export_id == _ALL.c.id))
        .where(_ITEMS.c.transaction_id == _D.transaction_id, _ALL.c.taken_back_with == "")
        .order_by(_ALL.c.number.desc())
        .limit(1)
    )
    return query.correlate(DECISIONS).scalar_subquery()


def exports_taken_back(tx: Connection, batch_ids: Sequence[str]) -> dict[str, str]:
    """The exports that these batches have taken back and that do not stand again, by batch id."""
    found: dict[str, str] = {}
    for some in in_parts(batch_ids):
        query = select(_E.taken_back_with, _E.id).where(_E.taken_back_with.in_(some))
        found |= dict(tx.execute(query).all())
    return found
