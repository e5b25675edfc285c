"""The rows of Review: transactions with what people decided, or else what is suggested."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import Any, NamedTuple

from sqlalchemy import Connection, Select, select

from ledgersync.domain.decisions import Standing
from ledgersync.domain.exported_rows import differences, now_of
from ledgersync.domain.periods import Period
from ledgersync.domain.splits import Split, read_split
from ledgersync.domain.transactions import Method, Status, Transaction
from ledgersync.storage import exports
from ledgersync.storage.columns import in_parts
from ledgersync.storage.matching_tables import SUGGESTIONS
from ledgersync.storage.tables import BANK_ACCOUNTS, DECISIONS, EXPORTS, TRANSACTIONS, VENDORS
from ledgersync.storage.transfer_legs import lost_leg

# A row may have two vendors: the one that a person chose, and the one that is suggested.
_SUGGESTED_VENDORS = VENDORS.alias("suggested_vendors")


def review_rows(
    tx: Connection, account_id: str, period: Period, gl_names: Mapping[str, str]
) -> list[Transaction]:
    """One account's transactions in a period with their decisions, oldest first.

    `gl_names` are the names of the client's chart of accounts, by code.
    """
    query = _review_query().where(
        TRANSACTIONS.c.account_id == account_id,
        TRANSACTIONS.c.date.between(period.start, period.end),
    )
    return _as_they_left(tx, [_transaction(row, gl_names) for row in _found(tx, query)])


def rows_by_id(
    tx: Connection, account_id: str, ids: Sequence[str], gl_names: Mapping[str, str]
) -> list[Transaction]:
    """The named transactions of one account, as Review shows them."""
    rows: list[Transaction] = []
    for some in in_parts(ids):
        query = _review_query().where(
            TRANSACTIONS.c.account_id == account_id, TRANSACTIONS.c.id.in_(some)
        )
        rows += [_transaction(row, gl_names) for row in _found(tx, query)]
    return _as_they_left(tx, rows)


def _as_they_left(tx: Connection, rows: list[Transaction]) -> list[Transaction]:
    """A row that was saved since its export and says the same counts as it left: nothing changed.

    Somebody took back what was changed, or chose the former code again.
    """
    saved = {row.id: row for row in rows if row.changed_since_export}
    left = exports.left_lately(tx, saved)
    same = {
        id_
        for id_, row in saved.items()
        if (before := left.get(id_)) and not differences(before, now_of(row))
    }
    if not same:
        return rows
    return [row._replace(exported_version=row.version) if row.id in same else row for row in rows]


def _found(tx: Connection, query: Select[Any]) -> Iterator["_Found"]:
    return map(_Found._make, tx.execute(query))


class _Found(NamedTuple):
    """What `_review_query` gives of one transaction, column by column.

    A row of the database library looks its columns up by name each time, and a year of a large
    account has millions of such looks.
    """

    id: str
    account_id: str
    source_id: str
    date: date
    description: str
    amount: int
    payee: str
    check_number: str
    memo: str
    pending: bool
    source_note: str
    removed_at: datetime | None
    currency: str
    vendor_id: str | None
    vendor_code: str | None
    vendor_name: str | None
    gl_code: str | None
    standing: str | None
    version: int | None
    decided_by: str | None
    decided_at: datetime | None
    cleared: bool | None
    split: str | None
    transfer_with: str | None
    lost_leg: bool
    suggested_vendor_id: str | None
    suggested_vendor_code: str | None
    suggested_vendor_name: str | None
    suggested_gl: str | None
    method: str | None
    confidence: float | None
    why: str | None
    rule_id: str | None
    suggested_split: str | None
    exported_version: int | None
    unlocked: bool | None
    export_number: int | None
    exported_at: datetime | None
    exported_by: str | None


def _review_query() -> Select[tuple[object, ...]]:
    """The columns of `_Found`, in its order."""
    t, d, s, v = TRANSACTIONS.c, DECISIONS.c, SUGGESTIONS.c, _SUGGESTED_VENDORS.c
    return (
        select(
            t.id,
            t.account_id,
            t.source_id,
            t.date,
            t.description,
            t.amount,
            t.payee,
            t.check_number,
            t.memo,
            t.pending,
            t.source_note,
            t.removed_at,
            BANK_ACCOUNTS.c.currency,
            d.vendor_id,
            VENDORS.c.code,
            VENDORS.c.name,
            d.gl_code,
            d.standing,
            d.version,
            d.decided_by,
            d.decided_at,
            d.cleared,
            d.split,
            d.transfer_with,
            lost_leg(),
            s.vendor_id,
            v.code,
            v.name,
            s.gl_code,
            s.method,
            s.confidence,
            s.why,
            s.rule_id,
            s.split,
            d.exported_version,
            d.unlocked,
            EXPORTS.c.number,
            EXPORTS.c.created_at,
            EXPORTS.c.created_by,
        )
        .join(BANK_ACCOUNTS, BANK_ACCOUNTS.c.id == t.account_id)
        .outerjoin(DECISIONS, d.transaction_id == t.id)
        .outerjoin(VENDORS, VENDORS.c.id == d.vendor_id)
        .outerjoin(EXPORTS, EXPORTS.c.id == d.export_id)
        .outerjoin(SUGGESTIONS, s.transaction_id == t.id)
        .outerjoin(_SUGGESTED_VENDORS, v.id == s.vendor_id)
        .order_by(t.date, t.id)
    )


def _transaction(row: _Found, gl_names: Mapping[str, str]) -> Transaction:
    problem = _problem(row)
    coding = _coding(row)
    return Transaction(
        id=row.id,
        account_id=row.account_id,
        source_id=row.source_id,
        date=row.date,
        description=row.description,
        amount=row.amount,
        currency=row.currency,
        payee=row.payee,
        check_number=row.check_number,
        memo=row.memo,
        pending=row.pending,
        vendor_id=coding.vendor_id,
        vendor_code=coding.vendor_code,
        vendor_name=coding.vendor_name,
        gl_code=coding.gl_code,
        gl_name=gl_names.get(coding.gl_code, ""),
        suggested=coding.suggested,
        method=coding.method,
        confidence=coding.confidence,
        why=coding.why,
        rule_id=coding.rule_id,
        status=_status(row, problem),
        problem=problem,
        version=row.version or 0,
        decided_by=row.decided_by or "",
        decided_at=row.decided_at,
        export_number=row.export_number,
        exported_version=row.exported_version,
        exported_at=row.exported_at,
        exported_by=row.exported_by or "",
        split=coding.split,
        transfer_with="" if row.lost_leg else row.transfer_with or "",
        locked=_locked(row),
    )


def _locked(row: _Found) -> bool:
    return row.export_number is not None and not row.unlocked


class _Coding(NamedTuple):
    """What a row shows as its vendor and GL code, and where they come from."""

    vendor_id: str
    vendor_code: str
    vendor_name: str
    gl_code: str
    suggested: bool
    method: Method
    confidence: float | None
    why: str
    rule_id: str
    split: Split = ()


_NOTHING = _Coding("", "", "", "", False, Method.NONE, None, "", "")  # noqa: FBT003  a field's value


def _coding(row: _Found) -> _Coding:
    """A person's codes where there are any, else those that are suggested."""
    split = read_split(row.split)
    if row.vendor_id or row.gl_code or split:
        return _decided(row, split)
    if row.method is None or row.cleared:
        return _NOTHING
    proposed = read_split(row.suggested_split)
    return _Coding(
        row.suggested_vendor_id or "",
        row.suggested_vendor_code or "",
        row.suggested_vendor_name or "",
        row.suggested_gl or "",
        bool(row.suggested_vendor_id or row.suggested_gl or proposed),
        Method(row.method),
        row.confidence,
        row.why or "",
        row.rule_id or "",
        proposed,
    )


def _decided(row: _Found, split: Split) -> _Coding:
    """A decision keeps the method that had suggested it; otherwise it was made by hand."""
    same = (
        row.vendor_id == row.suggested_vendor_id
        and row.gl_code == row.suggested_gl
        and split == read_split(row.suggested_split)
    )
    return _Coding(
        row.vendor_id or "",
        row.vendor_code or "",
        row.vendor_name or "",
        row.gl_code or "",
        suggested=False,
        method=Method(row.method) if same and row.method else Method.MANUAL,
        confidence=row.confidence if same else None,
        why=(row.why or "") if same else _decided_why(row),
        rule_id=(row.rule_id or "") if same else "",
        split=split,
    )


def _decided_why(row: _Found) -> str:
    if row.transfer_with:
        return f"Transfer to or from another account of the client, confirmed by {row.decided_by}"
    return f"Coded by {row.decided_by}"


def _problem(row: _Found) -> str:
    if row.lost_leg:
        return "The other side of this transfer was decided otherwise since: decide this one anew."
    if row.removed_at is not None:
        return "LedgerSync no longer lists this transaction."
    return row.source_note


def _status(row: _Found, problem: str) -> Status:
    if row.standing == Standing.EXCLUDED and not row.lost_leg:
        return Status.EXCLUDED
    if problem:
        return Status.PROBLEM
    if _locked(row):
        return Status.EXPORTED
    return Status.REVIEWED if row.standing == Standing.REVIEWED else Status.TO_REVIEW
