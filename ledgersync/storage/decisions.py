"""Decisions: read under lock, saved with a version that must still be the one people saw."""

from collections.abc import Iterable, Mapping, Sequence

from sqlalchemy import Connection, Row, bindparam, insert, select, update

from ledgersync.domain.decisions import Decision, Standing
from ledgersync.domain.splits import NO_SPLIT, read_split, split_text
from ledgersync.storage.columns import in_parts
from ledgersync.storage.tables import DECISIONS, EXPORTS, TRANSACTIONS


def lock_decisions(tx: Connection, transaction_ids: Sequence[str]) -> dict[str, Decision]:
    """The stored decisions of these transactions, locked in id order until the transaction ends."""
    found: dict[str, Decision] = {}
    for some in in_parts(sorted(transaction_ids)):
        # The transaction row is locked, not the decision: a first decision has no row yet.
        tx.execute(
            select(TRANSACTIONS.c.id)
            .where(TRANSACTIONS.c.id.in_(some))
            .order_by(TRANSACTIONS.c.id)
            .with_for_update()
        )
        found |= stored_decisions(tx, some)
    return found


def stored_decisions(tx: Connection, transaction_ids: Iterable[str]) -> dict[str, Decision]:
    """The stored decisions of these transactions, to be looked at only."""
    found: dict[str, Decision] = {}
    for some in in_parts(transaction_ids):
        query = select(DECISIONS).where(DECISIONS.c.transaction_id.in_(some))
        found |= {row.transaction_id: _decision(row) for row in tx.execute(query)}
    return found


def locking_exports(tx: Connection, transaction_ids: Iterable[str]) -> dict[str, int]:
    """The numbers of the exports that lock these transactions, by id of those that are locked."""
    d = DECISIONS.c
    query = select(d.transaction_id, EXPORTS.c.number).join(EXPORTS, EXPORTS.c.id == d.export_id)
    found: dict[str, int] = {}
    for some in in_parts(transaction_ids):
        locked = query.where(d.transaction_id.in_(some), d.unlocked.is_(False))
        found |= dict(tx.execute(locked).all())
    return found


def counting_exports(tx: Connection, transaction_ids: Iterable[str]) -> set[str]:
    """Those of these transactions that count as exported, locked or not."""
    query = select(DECISIONS.c.transaction_id).where(DECISIONS.c.export_id.is_not(None))
    return {
        id_
        for some in in_parts(transaction_ids)
        for id_ in tx.execute(query.where(DECISIONS.c.transaction_id.in_(some))).scalars()
    }


def _decision(row: Row[tuple[object, ...]]) -> Decision:
    return Decision(
        transaction_id=row.transaction_id,
        vendor_id=row.vendor_id or "",
        gl_code=row.gl_code,
        standing=Standing(row.standing),
        version=row.version,
        decided_by=row.decided_by,
        decided_at=row.decided_at,
        cleared=row.cleared,
        split=read_split(row.split),
        transfer_with=row.transfer_with,
    )


def coded_transactions(tx: Connection, transaction_ids: Sequence[str]) -> set[str]:
    """Which of these transactions a person coded and did not exclude."""
    coded = (DECISIONS.c.gl_code != "") | (DECISIONS.c.split != NO_SPLIT)
    found: set[str] = set()
    for some in in_parts(sorted(transaction_ids)):
        query = select(DECISIONS.c.transaction_id).where(
            DECISIONS.c.transaction_id.in_(some),
            DECISIONS.c.standing != Standing.EXCLUDED.value,
            coded,
        )
        found |= set(tx.execute(query).scalars())
    return found


def save_decisions(
    tx: Connection,
    decisions: Iterable[Decision],
    known: Iterable[str],
    descriptors: Mapping[str, str] | None = None,
) -> None:
    """Write decisions; `known` are the transactions that already had one.

    Args:
        descriptors: the normalised descriptions of new ones, by transaction id, where they are
            known already.
    """
    texts = descriptors or {}
    had_one = set(known)
    fresh: list[dict[str, object]] = []
    newer: list[dict[str, object]] = []
    for decision in decisions:
        if decision.transaction_id in had_one:
            newer.append({"id_": decision.transaction_id, **_values(decision)})
        else:
            id_ = decision.transaction_id
            text = texts.get(id_, "")
            fresh.append({"transaction_id": id_, "descriptor": text, **_values(decision)})
    if fresh:
        tx.execute(insert(DECISIONS), fresh)
    if newer:
        tx.execute(update(DECISIONS).where(DECISIONS.c.transaction_id == bindparam("id_")), newer)


def _values(decision: Decision) -> dict[str, object]:
    return {
        "vendor_id": decision.vendor_id or None,
        "gl_code": decision.gl_code,
        "standing": decision.standing.value,
        "version": decision.version,
        "decided_by": decision.decided_by,
        "decided_at": decision.decided_at,
        "cleared": decision.cleared,
        "split": split_text(decision.split),
        "transfer_with": decision.transfer_with,
    }


def set_unlocked(tx: Connection, transaction_ids: Sequence[str], *, unlocked: bool) -> None:
    """Let exported rows be edited again, or no longer; the record of their export stays."""
    if transaction_ids:
        decision = DECISIONS.c.transaction_id == bindparam("id_")
        rows = [{"id_": transaction_id} for transaction_id in transaction_ids]
        tx.execute(update(DECISIONS).where(decision).values(unlocked=unlocked), rows)
