"""Rows of an answer, read into the words of the domain - or set aside with the reason.

A reader is built once per list from the profile, so that reading a row asks no questions about
names. A row that can't be read never stops the others and is never guessed at.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from typing import Generic, TypeAlias, TypeVar

from ledgersync.bankfeed.documents import Number, compact, has_doubled, kind, storable
from ledgersync.bankfeed.paths import MISSING, find
from ledgersync.bankfeed.profiles import (
    Accounts,
    Clients,
    DateFormat,
    Profile,
    Statements,
    TransactionFields,
    Transactions,
)
from ledgersync.domain.clients import FeedAccount, FeedClient, FeedStatement
from ledgersync.domain.transactions import FeedTransaction, SetAside
from ledgersync.money import parse_cents

T = TypeVar("T")
V = TypeVar("V")

Fields: TypeAlias = dict[str, object]
Take: TypeAlias = Callable[[Fields], V]

_WHOLE = re.compile(r"-?\d+", re.ASCII)
_CLOCK = r"(?:[Tt ]\d\d:\d\d(?::\d\d(?:[.,]\d+)?)? ?(?:[Zz]|[+-]\d\d:?(?:\d\d)?)?)?"
_ISO = re.compile(rf"(\d{{4}})-(\d\d)-(\d\d){_CLOCK}", re.ASCII)
_US = re.compile(r"(\d{1,2})/(\d{1,2})/(\d{4})", re.ASCII)
_EPOCH = date(1970, 1, 1)
_DAY_IN_MS = 86_400_000
_PENDING = {"true": True, "pending": True, "false": False, "posted": False}


@dataclass(frozen=True, slots=True)
class Row(Generic[T]):
    """One row of a list: the feed's id ("" where it has none), its JSON text, and its meaning."""

    source_id: str
    raw: str
    value: T | SetAside


class Unreadable(Exception):  # noqa: N818  a finding about one row, never an error for the caller
    """Why a row can't be read, in a sentence."""


def client_reader(section: Clients) -> Callable[[object], Row[FeedClient]]:
    fields = section.fields_
    source_id, name = _identifier(fields.id), _text(fields.name, required=True)
    email, status = _text(fields.email), _text(fields.status)

    def build(row: Fields, _: str) -> FeedClient:
        return FeedClient(source_id(row), name(row), email(row), status(row))

    return _reader(build, source_id)


def account_reader(section: Accounts, profile: Profile) -> Callable[[object], Row[FeedAccount]]:
    fields = section.fields_
    source_id, name = _identifier(fields.id), _text(fields.name, required=True)
    institution, type_ = _text(fields.institution), _text(fields.type)
    mask, currency = _text(fields.mask, numbers=True), _text(fields.currency)
    balance, status = _optional_cents(fields.balance), _text(fields.status)
    balance_date = _optional_day(fields.balance_date, profile.transactions.date_format)

    def build(row: Fields, _: str) -> FeedAccount:
        return FeedAccount(
            source_id(row),
            name(row),
            institution(row),
            type_(row),
            mask(row),
            currency(row),
            balance(row),
            balance_date(row),
            status(row),
        )

    return _reader(build, source_id)


def transaction_reader(section: Transactions) -> Callable[[object], Row[FeedTransaction]]:
    fields = section.fields_
    source_id = _identifier(fields.id) if fields.id else _no_text
    day, description = (
        _day(fields.date, section.date_format),
        _text(fields.description, required=True),
    )
    amount, payee, memo = _amount(section), _text(fields.payee), _text(fields.memo)
    check_number, pending = _text(fields.check_number, numbers=True), _flag(fields.pending)

    def build(row: Fields, raw: str) -> FeedTransaction:
        return FeedTransaction(
            source_id(row),
            day(row),
            description(row),
            amount(row),
            payee(row),
            check_number(row),
            memo(row),
            pending(row),
            raw,
        )

    return _reader(build, source_id)


def statement_reader(
    section: Statements, profile: Profile
) -> Callable[[object], Row[FeedStatement]]:
    fields, written = section.fields_, profile.transactions.date_format
    source_id = _identifier(fields.id) if fields.id else _no_text
    start, end = _day(fields.start_date, written), _day(fields.end_date, written)
    opening, closing = (
        _optional_cents(fields.opening_balance),
        _optional_cents(fields.closing_balance),
    )

    def build(row: Fields, _: str) -> FeedStatement:
        return FeedStatement(source_id(row), start(row), end(row), opening(row), closing(row))

    return _reader(build, source_id)


def _reader(build: Callable[[Fields, str], T], source_id: Take[str]) -> Callable[[object], Row[T]]:
    def read(row: object) -> Row[T]:
        raw = compact(row)
        try:
            fields = _fields(row)
            name = source_id(fields)
        except Unreadable as problem:
            return Row("", raw, SetAside(str(problem), raw))
        try:
            return Row(name, raw, build(fields, raw))
        except Unreadable as problem:
            return Row(name, raw, SetAside(str(problem), raw, name))

    return read


def _fields(row: object) -> Fields:
    if not isinstance(row, dict):
        raise Unreadable(f"The row is {kind(row)}, not an object with fields.")
    try:
        doubled = has_doubled(row)
    except RecursionError:
        raise Unreadable("The row is nested too deeply to be read.") from None
    if doubled:
        raise Unreadable("The row names a field twice, so nobody can say which value counts.")
    return row


def _unreadable(path: str, seen: object, expected: str) -> Unreadable:
    return Unreadable(f"The field {path} holds {kind(seen)} where {expected} is expected.")


def _get(path: str) -> Take[object]:
    if "." in path:
        return lambda row: find(row, path)
    return lambda row: row.get(path, MISSING)


def _no_text(_: Fields) -> str:
    return ""


def _identifier(path: str) -> Take[str]:
    """Ids are text or whole numbers, and never blank: rows are recognised by them."""
    get = _get(path)

    def take(row: Fields) -> str:
        value = get(row)
        if isinstance(value, Number):
            if _WHOLE.fullmatch(value):
                return str(value)
        elif isinstance(value, str) and value.strip() and storable(value):
            return value
        raise _unreadable(path, value, "an id (text or a whole number)")

    return take


def _text(path: str, *, required: bool = False, numbers: bool = False) -> Take[str]:
    """Text as it came; `numbers` also takes whole numbers, for check numbers and masks."""
    if not path:
        return _no_text
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


def _cents(path: str) -> Take[int]:
    """Money in cents from a number or from text, digit by digit: no fraction is ever rounded."""
    get = _get(path)

    def take(row: Fields) -> int:
        value = get(row)
        if isinstance(value, str) and value.isascii():
            try:
                return parse_cents(value)
            except ValueError:
                pass
        raise _unreadable(path, value, "a plain amount such as 42.17")

    return take


def _optional_cents(path: str) -> Take[int | None]:
    if not path:
        return lambda _: None
    get, cents = _get(path), _cents(path)

    def take(row: Fields) -> int | None:
        value = get(row)
        return None if value is None or value is MISSING or value == "" else cents(row)

    return take


def _amount(section: Transactions) -> Take[int]:
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
    debit, credit = _optional_cents(fields.debit), _optional_cents(fields.credit)
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


def _flag(path: str) -> Take[bool]:
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


def _day(path: str, written: DateFormat) -> Take[date]:
    get = _get(path)

    def take(row: Fields) -> date:
        value = get(row)
        day = read_day(value, written) if isinstance(value, str) else None
        if day is None:
            raise _unreadable(path, value, _EXAMPLE[written])
        return day

    return take


def _optional_day(path: str, written: DateFormat) -> Take[date | None]:
    if not path:
        return lambda _: None
    get, day = _get(path), _day(path, written)

    def take(row: Fields) -> date | None:
        value = get(row)
        return None if value is None or value is MISSING or value == "" else day(row)

    return take


@lru_cache(maxsize=4096)
def read_day(text: str, written: DateFormat) -> date | None:
    """The calendar day that `text` names, None when it names none.

    A time of day and an offset beside an ISO date are passed over: the bank wrote that day, and
    shifting it into another zone would move it. Milliseconds have no day of their own; they are
    read in UTC, as whoever made them out of a plain date most likely wrote them.
    """
    try:
        if written == "epoch_ms":
            return _from_milliseconds(text)
        if written == "us":
            found = _US.fullmatch(text)
            return date(int(found[3]), int(found[1]), int(found[2])) if found else None
        found = _ISO.fullmatch(text)
        return date(int(found[1]), int(found[2]), int(found[3])) if found else None
    except (ValueError, OverflowError):
        return None


def _from_milliseconds(text: str) -> date | None:
    if len(text) > 18 or not _WHOLE.fullmatch(text):  # noqa: PLR2004  beyond every calendar
        return None
    return _EPOCH + timedelta(days=int(text) // _DAY_IN_MS)


def write_day(day: date, written: DateFormat, *, end: bool = False) -> str:
    """A day as a parameter; as milliseconds, an `end` is the last of its day, to include it."""
    if written == "us":
        return f"{day:%m/%d/%Y}"
    if written == "iso":
        return day.isoformat()
    midnight = int(datetime.combine(day, time(), UTC).timestamp()) * 1000
    return str(midnight + _DAY_IN_MS - 1 if end else midnight)
