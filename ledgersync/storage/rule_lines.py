"""What rules are tried on: the bank lines of many accounts, read in one go and few columns."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import islice
from typing import Any, NamedTuple

from sqlalchemy import (
    ColumnElement,
    Connection,
    LargeBinary,
    Select,
    and_,
    cast,
    false,
    func,
    or_,
    select,
)

from ledgersync.domain.codes import Coding
from ledgersync.domain.decisions import Standing
from ledgersync.domain.splits import NO_SPLIT, read_split
from ledgersync.domain.suggestions import BankLine
from ledgersync.storage.columns import VALUES_AT_ONCE
from ledgersync.storage.matching_tables import SUGGESTIONS
from ledgersync.storage.scopes import clients_seen
from ledgersync.storage.statement_file_tables import STATEMENT_FILES
from ledgersync.storage.tables import ACCOUNT_LOADS, BANK_ACCOUNTS, DECISIONS, TRANSACTIONS

# Databases fold case for these signs alike; what else a description holds, they leave to us.
_SURE_WORD = re.compile(r"[!-)+-~]+")
_WORDS_ASKED = 6
_T = TRANSACTIONS.c


@dataclass(frozen=True, slots=True)
class Scope:
    """Which lines: from a day on, of one client and one bank account, or of all where ""."""

    since: date
    client_id: str = ""
    account_id: str = ""


class LineNow(NamedTuple):
    """A line, what it is coded to at this moment, and whether a person has decided that."""

    id: str
    line: BankLine
    coding: Coding
    by_hand: bool


def bank_lines(tx: Connection, scope: Scope) -> list[tuple[str, BankLine]]:
    """The lines in scope with their ids, oldest first."""
    query = _in_scope(tx, select(_T.id, *_line()), scope)
    return [(row[0], BankLine(*row[1:])) for row in tx.execute(query)]


def codes_by_hand(tx: Connection, scope: Scope) -> dict[str, str]:
    """The GL codes that people chose for lines in scope, by the lines' ids."""
    coded = select(_T.id, DECISIONS.c.gl_code).join(DECISIONS, DECISIONS.c.transaction_id == _T.id)
    return dict(tx.execute(_in_scope(tx, coded, scope).where(DECISIONS.c.gl_code != "")).all())


def lines_with(tx: Connection, scope: Scope, patterns: Sequence[str]) -> list[LineNow]:
    """The lines in scope that could fit one of the patterns; the rule engine decides.

    None that fits is left out: the database looks for the words of each pattern, in any order, and
    gives every line whose description goes beyond ASCII.
    """
    d, s = DECISIONS.c, SUGGESTIONS.c
    decided = or_(
        d.standing != Standing.TO_REVIEW.value,
        d.gl_code != "",
        d.split != NO_SPLIT,
        d.vendor_id.is_not(None),
        d.export_id.is_not(None),
    )
    query = (
        select(_T.id, *_line(), func.coalesce(decided, false()))
        .add_columns(d.vendor_id, d.gl_code, d.split, s.vendor_id, s.gl_code, s.split)
        .outerjoin(DECISIONS, d.transaction_id == _T.id)
        .outerjoin(SUGGESTIONS, s.transaction_id == _T.id)
    )
    could_fit = _could_fit(tx, patterns)
    query = _in_scope(tx, query, scope).where(*could_fit)
    codings: dict[tuple[str, str, str], Coding] = {}
    return [_line_now(row, codings) for row in tx.execute(query)]


def lines_by_id(tx: Connection, ids: Iterable[str]) -> dict[str, BankLine]:
    """These lines, by id."""
    found: dict[str, BankLine] = {}
    wanted = iter(ids)
    seen = clients_seen(tx, BANK_ACCOUNTS.c.client_id)
    while some := list(islice(wanted, VALUES_AT_ONCE)):
        query = _joined(select(_T.id, *_line())).where(_T.id.in_(some), *seen)
        found |= {row[0]: BankLine(*row[1:]) for row in tx.execute(query)}
    return found


def loads_stamp(tx: Connection) -> str:
    """Another text after every load and every imported file of any account, for caches."""
    loads = select(func.count(), func.max(BANK_ACCOUNTS.c.last_loaded_at))
    its_load = ACCOUNT_LOADS.c.run_id == STATEMENT_FILES.c.run_id
    files = select(func.count(), func.max(ACCOUNT_LOADS.c.undone_at)).select_from(
        STATEMENT_FILES.join(ACCOUNT_LOADS, its_load)
    )
    return ".".join(map(str, (*tx.execute(loads).one(), *tx.execute(files).one())))


def _line() -> tuple[ColumnElement[Any], ...]:
    """The columns of BankLine, in its order."""
    return (BANK_ACCOUNTS.c.client_id, _T.account_id, _T.date, _T.description, _T.amount)


def _joined(query: Select[Any]) -> Select[Any]:
    return query.join(BANK_ACCOUNTS, BANK_ACCOUNTS.c.id == _T.account_id)


def _in_scope(tx: Connection, query: Select[Any], scope: Scope) -> Select[Any]:
    query = _joined(query).where(_T.date >= scope.since, _T.removed_at.is_(None))
    query = query.where(*clients_seen(tx, BANK_ACCOUNTS.c.client_id))
    if scope.client_id:
        query = query.where(BANK_ACCOUNTS.c.client_id == scope.client_id)
    if scope.account_id:
        query = query.where(_T.account_id == scope.account_id)
    # By date alone: rows lie in the file as they were loaded, month by month.
    return query.order_by(_T.date)


def _could_fit(tx: Connection, patterns: Sequence[str]) -> list[ColumnElement[bool]]:
    words = [_SURE_WORD.findall(pattern) for pattern in patterns]
    if not all(words):
        return []
    holds = (and_(*map(_holds, of_pattern[:_WORDS_ASKED])) for of_pattern in words)
    return [or_(*holds, _beyond_ascii(tx))]


def _holds(word: str) -> ColumnElement[bool]:
    return _T.description.icontains(word, autoescape=True)


def _beyond_ascii(tx: Connection) -> ColumnElement[bool]:
    if tx.dialect.name == "sqlite":
        return func.length(cast(_T.description, LargeBinary)) != func.length(_T.description)
    return func.octet_length(_T.description) != func.length(_T.description)


def _line_now(row: Sequence[Any], codings: dict[tuple[str, str, str], Coding]) -> LineNow:
    """One row of `lines_with`; `codings` keeps one coding for the many rows that have it."""
    vendor_id, gl_code, split = row[7:10] if row[6] else row[10:13]
    coded = (vendor_id or "", gl_code or "", split or NO_SPLIT)
    if coded not in codings:
        codings[coded] = Coding(coded[0], coded[1], read_split(split))
    return LineNow(row[0], BankLine(*row[1:6]), codings[coded], bool(row[6]))
