"""Pages of transactions whose rows are all alike, read a column at a time.

Nearly all pages are: the same fields in every row, each field of one type. That takes a third of
the time that reading row by row takes. Whatever is unusual - a field that is missing once, a date
that can't be read - makes the page no table, and its rows are read one by one.
"""

from collections.abc import Callable, Sequence
from datetime import date
from itertools import repeat
from typing import Any, cast

from ledgersync.bankfeed.days import read_day
from ledgersync.bankfeed.documents import Number, storable, written_alike
from ledgersync.bankfeed.fields import LONGEST_ID
from ledgersync.bankfeed.profiles import Transactions
from ledgersync.bankfeed.rows import Row, each, transaction_reader
from ledgersync.domain.transactions import FeedTransaction
from ledgersync.money import parse_cents

_Column = Sequence[Any]
_Columns = dict[str, _Column]

_Types = frozenset[type]

_TEXT: _Types = frozenset({str})
_TEXT_OR_NOTHING: _Types = frozenset({str, type(None)})
_TEXT_OR_NUMBER: _Types = frozenset({str, Number})
_YES_OR_NO: _Types = frozenset({bool})


class _Unusual(Exception):  # noqa: N818  a finding about one page, never an error for the caller
    """The page is to be read row by row."""


def transactions_reader(
    section: Transactions,
) -> Callable[[list[object]], list[Row[FeedTransaction]]]:
    """A reader of whole pages; each row comes out as `rows.transaction_reader` would read it."""
    one_by_one = each(transaction_reader(section))
    if not _can_be_a_table(section):
        return one_by_one

    def read(items: list[object]) -> list[Row[FeedTransaction]]:
        try:
            return _rows(section, items)
        except _Unusual:
            return one_by_one(items)

    return read


def _can_be_a_table(section: Transactions) -> bool:
    """Whether every field is one of the row's own, and the amount is in one of them."""
    named = section.fields_.model_dump(by_alias=True).values()
    signed = section.amount_sign in {"negative_is_money_out", "positive_is_money_out"}
    return signed and not any("." in path for path in named)


def _rows(section: Transactions, items: list[object]) -> list[Row[FeedTransaction]]:
    fields, count = section.fields_, len(items)
    no = [False] * count
    columns = _columns(items)
    raws = written_alike(columns)
    if raws is None:
        raise _Unusual
    ids = _ids(columns, fields.id) if fields.id else [""] * count
    values = map(
        FeedTransaction,
        ids,
        _days(columns, section),
        _texts(columns, fields.description, _TEXT),
        _cents(columns, section),
        *(
            _texts(columns, path, _TEXT_OR_NOTHING) if path in columns else [""] * count
            for path in (fields.payee, fields.check_number, fields.memo)
        ),
        _column(columns, fields.pending, _YES_OR_NO) if fields.pending in columns else no,
        raws,
    )
    return list(map(Row, ids, raws, values))


def _columns(items: list[object]) -> _Columns:
    if set(map(type, items)) != {dict}:
        raise _Unusual
    rows = cast("list[dict[str, object]]", items)
    keys, *others = {tuple(row) for row in rows}
    if others:
        raise _Unusual
    return dict(zip(keys, zip(*map(dict.values, rows), strict=True), strict=True))


def _column(columns: _Columns, path: str, types: _Types) -> _Column:
    column = columns.get(path, ())
    if not column or not types.issuperset(map(type, column)):
        raise _Unusual
    return column


def _texts(columns: _Columns, path: str, types: _Types) -> list[str]:
    found = [text or "" for text in _column(columns, path, types)]
    if not storable("".join(found)):
        raise _Unusual
    return found


def _ids(columns: _Columns, path: str) -> list[str]:
    found = _texts(columns, path, _TEXT)
    if not all(map(str.strip, found)) or max(map(len, found)) > LONGEST_ID:
        raise _Unusual
    return found


def _days(columns: _Columns, section: Transactions) -> list[date | None]:
    column = _column(columns, section.fields_.date, _TEXT_OR_NUMBER)
    found = list(map(read_day, column, repeat(section.date_format)))
    if None in found:
        raise _Unusual
    return found


def _cents(columns: _Columns, section: Transactions) -> list[int]:
    try:
        found = list(map(parse_cents, _column(columns, section.fields_.amount, _TEXT_OR_NUMBER)))
    except ValueError:
        raise _Unusual from None
    return found if section.amount_sign == "negative_is_money_out" else [-cents for cents in found]
