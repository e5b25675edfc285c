"""Rows that people took out as duplicates: excluded by a click of that kind that still stands."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import chain

from sqlalchemy import Connection, select

from ledgersync.domain.batches import BatchKind
from ledgersync.domain.decisions import Standing
from ledgersync.domain.periods import Period
from ledgersync.domain.undoing import Step, trace
from ledgersync.storage.columns import among, in_parts
from ledgersync.storage.matching_tables import BATCH_ITEMS, BATCHES
from ledgersync.storage.tables import DECISIONS, TRANSACTIONS

_EXCLUDED = Standing.EXCLUDED.value


@dataclass(frozen=True, slots=True)
class Duplicate:
    """A posted row that is at the bank only once; `version` is its decision's."""

    id: str
    account_id: str
    date: date
    amount: int
    version: int


def duplicates(tx: Connection, account_ids: Sequence[str], period: Period) -> list[Duplicate]:
    """The accounts' posted rows of a period that were taken out as duplicates.

    One that was put back later and then excluded for another reason is none any more. What stands
    is told row by row: a click on several may be undone for some of them alone.
    """
    rows = (_rows(tx, some, account_ids, period) for some in in_parts(_clicks(tx)))
    found = {row.id: row for row in chain.from_iterable(rows)}
    taken_out = _taken_out(tx, found)
    return [row for row in found.values() if row.id in taken_out]


def _clicks(tx: Connection) -> list[str]:
    """First the clicks: there are few, and their rows are found by them."""
    query = select(BATCHES.c.id).where(BATCHES.c.kind == BatchKind.DUPLICATE.value)
    return list(tx.execute(query).scalars())


def _rows(
    tx: Connection, clicks: Sequence[str], account_ids: Sequence[str], period: Period
) -> Iterable[Duplicate]:
    t, items, d = TRANSACTIONS.c, BATCH_ITEMS.c, DECISIONS.c
    query = (
        select(t.id, t.account_id, t.date, t.amount, d.version)
        .join(BATCH_ITEMS, items.transaction_id == t.id)
        .join(DECISIONS, d.transaction_id == t.id)
        .where(items.batch_id.in_(clicks), d.standing == _EXCLUDED)
        .where(among(t.account_id, account_ids), t.date.between(period.start, period.end))
        .where(t.removed_at.is_(None), t.pending.is_(False))
    )
    return [Duplicate(*row) for row in tx.execute(query)]


def _taken_out(tx: Connection, rows: dict[str, Duplicate]) -> set[str]:
    """Those of these excluded rows that a click on duplicates excluded, of the changes that stand.

    Of those it is the last one before which the row was not excluded.
    """
    items, clicks = BATCH_ITEMS.c, BATCHES.c
    steps: defaultdict[str, list[Step]] = defaultdict(list)
    excludes: defaultdict[str, dict[str, str]] = defaultdict(dict)
    query = select(
        items.transaction_id, clicks.id, items.version, clicks.undoes, clicks.kind, items.standing
    ).join(BATCHES, clicks.id == items.batch_id)
    query = query.where(clicks.kind.not_in([kind.value for kind in BatchKind if kind.opens_rows]))
    for some in in_parts(rows):
        for id_, click, version, undoes, kind, standing in tx.execute(
            query.where(items.transaction_id.in_(some))
        ):
            steps[id_].append(Step(click, version, undoes))
            if standing != _EXCLUDED:
                excludes[id_][click] = kind
    return {
        id_
        for id_, row in rows.items()
        if _last_of(trace(steps[id_], row.version)[1], excludes[id_]) == BatchKind.DUPLICATE.value
    }


def _last_of(state: Sequence[str], kinds: dict[str, str]) -> str:
    return next((kinds[click] for click in reversed(state) if click in kinds), "")
