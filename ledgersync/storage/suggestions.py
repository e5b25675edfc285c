"""Suggestions: the rows that wait for one, and what the matcher proposed for them."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, Select, delete, insert, or_, select

from ledgersync.domain.decisions import Standing
from ledgersync.domain.splits import NO_SPLIT, read_split, split_text
from ledgersync.domain.suggestions import BankLine, Choice, Suggestion
from ledgersync.domain.transactions import Method
from ledgersync.storage.columns import in_parts
from ledgersync.storage.matching_tables import SUGGESTIONS
from ledgersync.storage.tables import BANK_ACCOUNTS, DECISIONS, TRANSACTIONS


@dataclass(frozen=True, slots=True)
class Waiting:
    """A row that no person has coded yet."""

    transaction_id: str
    line: BankLine


def waiting_lines(tx: Connection, client_id: str) -> list[Waiting]:
    """A client's rows that nobody has coded, oldest first.

    A row that a person emptied is not among them, nor one that LedgerSync no longer lists.
    """
    query = _waiting().where(BANK_ACCOUNTS.c.client_id == client_id)
    return [_as_waiting(row) for row in tx.execute(query)]


def all_waiting(tx: Connection) -> list[Waiting]:
    """Every row of the firm that nobody has coded."""
    return [_as_waiting(row) for row in tx.execute(_waiting())]


def waiting_among(tx: Connection, transaction_ids: Iterable[str]) -> list[Waiting]:
    """Those of these rows that nobody has coded."""
    return [
        _as_waiting(row)
        for some in in_parts(transaction_ids)
        for row in tx.execute(_waiting().where(TRANSACTIONS.c.id.in_(some)))
    ]


def rows_suggested_by(tx: Connection, rule_ids: Sequence[str]) -> list[str]:
    """The rows for which these rules spoke last."""
    return [
        id_
        for some in in_parts(rule_ids)
        for id_ in tx.execute(
            select(SUGGESTIONS.c.transaction_id).where(SUGGESTIONS.c.rule_id.in_(some))
        ).scalars()
    ]


def _waiting() -> Select[Any]:
    t, d = TRANSACTIONS.c, DECISIONS.c
    return (
        select(t.id, BANK_ACCOUNTS.c.client_id, t.account_id, t.date, t.description, t.amount)
        .join(BANK_ACCOUNTS, BANK_ACCOUNTS.c.id == t.account_id)
        .outerjoin(DECISIONS, d.transaction_id == t.id)
        .where(t.removed_at.is_(None), or_(d.transaction_id.is_(None), _put_aside_and_taken_back()))
        .order_by(t.date, t.id)
    )


def _put_aside_and_taken_back() -> ColumnElement[bool]:
    d = DECISIONS.c
    empty = d.vendor_id.is_(None) & (d.gl_code == "") & (d.split == NO_SPLIT)
    return (d.standing == Standing.TO_REVIEW.value) & empty & d.cleared.is_(False)


def _as_waiting(row: Row[Any]) -> Waiting:
    line = BankLine(row.client_id, row.account_id, row.date, row.description, row.amount)
    return Waiting(row.id, line)


def suggestions_for(tx: Connection, transaction_ids: Iterable[str]) -> dict[str, Suggestion]:
    """The stored suggestions of these rows, by transaction id."""
    return {
        row.transaction_id: _suggestion(row)
        for some in in_parts(transaction_ids)
        for row in tx.execute(select(SUGGESTIONS).where(SUGGESTIONS.c.transaction_id.in_(some)))
    }


def _suggestion(row: Row[Any]) -> Suggestion:
    return Suggestion(
        vendor_id=row.vendor_id or "",
        gl_code=row.gl_code,
        method=Method(row.method),
        confidence=row.confidence,
        why=row.why,
        rule_id=row.rule_id or "",
        others=read_others(row.others),
        split=read_split(row.split),
    )


def read_others(text: str) -> tuple[Choice, ...]:
    return tuple(Choice(code, confidence) for code, confidence in json.loads(text or "[]"))


def save_suggestions(
    tx: Connection, made: Mapping[str, Suggestion | None], when: datetime
) -> list[str]:
    """Keep what the matcher says now, None for nothing; returns the rows where that is news."""
    before = suggestions_for(tx, made)
    changed = [id_ for id_, now in made.items() if before.get(id_) != now]
    for some in in_parts(id_ for id_ in changed if id_ in before):
        tx.execute(delete(SUGGESTIONS).where(SUGGESTIONS.c.transaction_id.in_(some)))
    there = _still_there(tx, changed)
    fresh = [_values(id_, now, when) for id_ in there if (now := made[id_]) is not None]
    if fresh:
        tx.execute(insert(SUGGESTIONS), fresh)
    return there


def _still_there(tx: Connection, transaction_ids: Iterable[str]) -> list[str]:
    """Those of these rows that no undone load has taken away meanwhile; they stay until the end."""
    t = TRANSACTIONS.c
    query = select(t.id).order_by(t.id).with_for_update(read=True, key_share=True)
    return [
        id_
        for some in in_parts(transaction_ids)
        for id_ in tx.execute(query.where(t.id.in_(some))).scalars()
    ]


def _values(transaction_id: str, suggestion: Suggestion, when: datetime) -> dict[str, object]:
    return {
        "transaction_id": transaction_id,
        "vendor_id": suggestion.vendor_id or None,
        "gl_code": suggestion.gl_code,
        "method": suggestion.method.value,
        "confidence": suggestion.confidence,
        "why": suggestion.why,
        "rule_id": suggestion.rule_id or None,
        "others": json.dumps([[choice.gl_code, choice.confidence] for choice in suggestion.others]),
        "split": split_text(suggestion.split),
        "made_at": when,
    }
