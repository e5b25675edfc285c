"""Fields of a row: each taken as what the profile says it is, or the row is unreadable.

A taker is built once for a field and then applied to every row.
"""

import re
from collections.abc import Callable
from datetime import date
from operator import itemgetter
from typing import TypeAlias, TypeVar

from ledgersync.bankfeed.days import read_day, stands_for_none
from ledgersync.bankfeed.documents import Number, kind, storable
from ledgersync.bankfeed.paths import MISSING, find
from ledgersync.bankfeed.profiles import DateFormat, TransactionFields, Transactions
from ledgersync.money import parse_cents

V = TypeVar("V")

Fields: TypeAlias = dict[str, object]
Take: TypeAlias = Callable[[Fields], V]

LONGEST_ID = 500  # characters: rows are found by their ids, and no index holds endless ones

_TEXT = frozenset({str})
_WHOLE = re.compile(r"-?\d+", re.ASCII)
_PENDING = {"true": True, "pending": True, "false": False, "posted": False}


class Unreadable(Exception):  # noqa: N818  a finding about one row, never an error for the caller
    """Why a row can't be read, in a sentence."""


def _unreadable(path: str, seen: object, expected: str) -> Unreadable:
    return Unreadable(f"The field {path} holds {kind(seen)} where {expected} is expected.")


def _get(path: str) -> Take[object]:
    if "." in path:
        return lambda row: find(row, path)
    return lambda row: row.get(path, MISSING)


def no_text(_: Fields) -> str:
    return ""


def identifier(path: str) -> Take[str]:
    """Ids are text or whole numbers, and never blank: rows are recognised by them."""
    get = _get(path)

    def take(row: Fields) -> str:
        value = get(row)
        if isinstance(value, str) and len(value) > LONGEST_ID:
            raise Unreadable(f"The field {path} is longer than an id can be.")
        if isinstance(value, Number):
            if _WHOLE.fullmatch(value):
                return str(value)
        elif isinstance(value, str) and value.strip() and storable(value):
            return value
        raise _unreadable(path, value, "an id (text or a whole number)")

    return take


def text(path: str, *, required: bool = False, numbers: bool = False) -> Take[str]:
    """Text as it came; `numbers` also takes whole numbers, for check numbers and masks."""
    if not path:
        return no_text
    get = _get(path)

    def take(row: Fields) -> str:
        value = get(row)
        if type(value) is str and storable(value):
            return value
        if not required and (value is None or value is MISSING):
            return ""
        if numbers and isinstance(value, Number) and _WHOLE.fullmatch(value):
            return str(value)
        expected = "text without unprintable marks" if type(value) is str else "text"
        raise _unreadable(path, value, expected)

    return take


def texts(*wanted: tuple[str, Take[str]]) -> Take[tuple[str, ...]]:
    """Two texts or more at once: paths, each with the taker for what is not plain text there."""
    paths, takers = zip(*wanted, strict=True)

    def one_by_one(row: Fields) -> tuple[str, ...]:
        return tuple([take(row) for take in takers])

    if any(not path or "." in path for path in paths):
        return one_by_one
    pick = itemgetter(*paths)

    def take_all(row: Fields) -> tuple[str, ...]:
        try:
            found: tuple[str, ...] = pick(row)
        except KeyError:
            return one_by_one(row)
        if _TEXT.issuperset(map(type, found)) and "".join(found).isprintable():
            return found
        return one_by_one(row)

    return take_all


def _cents(path: str) -> Take[int]:
    """Money in cents from a number or from text, digit by digit: no fraction is ever rounded."""
    get = _get(path)

    def take(row: Fields) -> int:
        value = get(row)
        if isinstance(value, str):
            try:
                return parse_cents(value)
            except ValueError:
                pass
        raise _unreadable(path, value, "a plain amount such as 42.17")

    return take


def optional_cents(path: str) -> Take[int | None]:
    if not path:
        return lambda _: None
    get, cents = _get(path), _cents(path)

    def take(row: Fields) -> int | None:
        value = get(row)
        return None if value is None or value is MISSING or value == "" else cents(row)

    return take


def signed_cents(section: Transactions) -> Take[int]:
    """The signed amount: negative is money out, whichever way the feed says so."""
    fields = section.fields_
    if section.amount_sign == "debit_credit_fields":
        return _from_two_columns(fields)
    cents = _cents(fields.amount)
    if section.amount_sign == "type_field":
        return _signed_by_type(fields)
    if section.amount_sign == "positive_is_money_out":
        return lambda row: -cents(row)
    return cents


def _unsigned(path: str, cents: int) -> int:
    if cents < 0:
        raise Unreadable(f"The field {path} is negative, although its sign is said elsewhere.")
    return cents


def _from_two_columns(fields: TransactionFields) -> Take[int]:
    debit, credit = optional_cents(fields.debit), optional_cents(fields.credit)
    both = f"{fields.debit} and {fields.credit}"

    def take(row: Fields) -> int:
        money_out, money_in = debit(row), credit(row)
        if money_out is None and money_in is None:
            raise Unreadable(f"The fields {both} are both empty.")
        money_out = _unsigned(fields.debit, money_out or 0)
        money_in = _unsigned(fields.credit, money_in or 0)
        if money_out and money_in:
            raise Unreadable(f"The fields {both} are both filled.")
        return money_in - money_out

    return take


def _signed_by_type(fields: TransactionFields) -> Take[int]:
    cents, get = _cents(fields.amount), _get(fields.type)

    def take(row: Fields) -> int:
        word, amount = get(row), _unsigned(fields.amount, cents(row))
        if isinstance(word, str) and word.strip().lower() in ("debit", "credit"):
            return amount if word.strip().lower() == "credit" else -amount
        raise _unreadable(fields.type, word, '"debit" or "credit"')

    return take


def flag(path: str) -> Take[bool]:
    """Pending or not: true, false, or the words true, false, pending, posted; absent is posted.

    Other values set the row aside: a pending row taken for posted would be exported.
    """
    if not path:
        return lambda _: False
    get = _get(path)

    def take(row: Fields) -> bool:
        value = get(row)
        if value is True or value is False:
            return value
        if value is None or value is MISSING or value == "":
            return False
        if isinstance(value, str) and value.strip().lower() in _PENDING:
            return _PENDING[value.strip().lower()]
        raise _unreadable(path, value, 'true, false, "pending" or "posted"')

    return take


_EXAMPLE: dict[DateFormat, str] = {
    "iso": "a date such as 2026-10-31",
    "us": "a date such as 10/31/2026",
    "epoch_ms": "a whole number of milliseconds since 1970",
}


def calendar_day(path: str, written: DateFormat) -> Take[date]:
    get = _get(path)

    def take(row: Fields) -> date:
        value = get(row)
        day = read_day(value, written) if isinstance(value, str) else None
        if day is None:
            raise _unreadable(path, value, _EXAMPLE[written])
        return day

    return take


def optional_calendar_day(path: str, written: DateFormat) -> Take[date | None]:
    if not path:
        return lambda _: None
    get, day = _get(path), calendar_day(path, written)

    def take(row: Fields) -> date | None:
        value = get(row)
        if value is None or value is MISSING or value == "":
            return None
        return None if isinstance(value, str) and stands_for_none(value, written) else day(row)

    return take
