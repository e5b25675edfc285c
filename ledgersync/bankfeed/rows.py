"""Rows of an answer, read into the words of the domain - or set aside with the reason.

A reader is built once per list from the profile, so that reading a row asks no questions about
names. A row that can't be read never stops the others and is never guessed at.
"""

from collections.abc import Callable
from typing import Generic, NamedTuple, TypeVar

from ledgersync.bankfeed.documents import compact, has_doubled, kind
from ledgersync.bankfeed.fields import (
    Fields,
    Take,
    Unreadable,
    calendar_day,
    flag,
    identifier,
    no_text,
    optional_calendar_day,
    optional_cents,
    signed_cents,
    text,
    texts,
)
from ledgersync.bankfeed.profiles import Accounts, Clients, Profile, Statements, Transactions
from ledgersync.domain.clients import FeedAccount, FeedClient, FeedStatement
from ledgersync.domain.transactions import FeedTransaction, SetAside

T = TypeVar("T")


class Row(NamedTuple, Generic[T]):
    """One row of a list: the feed's id ("" where it has none), its JSON text, and its meaning."""

    source_id: str
    raw: str
    value: T | SetAside


def client_reader(section: Clients) -> Callable[[object], Row[FeedClient]]:
    fields = section.fields_
    source_id, name = identifier(fields.id), text(fields.name, required=True)
    email, status = text(fields.email), text(fields.status)

    def build(id_: str, row: Fields, _: str) -> FeedClient:
        return FeedClient(id_, name(row), email(row), status(row))

    return _reader(build, source_id)


def account_reader(section: Accounts, profile: Profile) -> Callable[[object], Row[FeedAccount]]:
    fields = section.fields_
    source_id, name = identifier(fields.id), text(fields.name, required=True)
    institution, type_ = text(fields.institution), text(fields.type)
    mask, currency = text(fields.mask, numbers=True), text(fields.currency)
    balance, status = optional_cents(fields.balance), text(fields.status)
    balance_date = optional_calendar_day(fields.balance_date, profile.transactions.date_format)

    def build(id_: str, row: Fields, _: str) -> FeedAccount:
        return FeedAccount(
            id_,
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
    source_id = identifier(fields.id) if fields.id else no_text
    day, amount = calendar_day(fields.date, section.date_format), signed_cents(section)
    words = texts(
        (fields.description, text(fields.description, required=True)),
        (fields.payee, text(fields.payee)),
        (fields.check_number, text(fields.check_number, numbers=True)),
        (fields.memo, text(fields.memo)),
    )
    pending = flag(fields.pending)

    def build(id_: str, row: Fields, raw: str) -> FeedTransaction:
        date = day(row)
        description, payee, check_number, memo = words(row)
        return FeedTransaction(
            id_, date, description, amount(row), payee, check_number, memo, pending(row), raw
        )

    return _reader(build, source_id)


def statement_reader(
    section: Statements, profile: Profile
) -> Callable[[object], Row[FeedStatement]]:
    fields, written = section.fields_, profile.transactions.date_format
    source_id = identifier(fields.id) if fields.id else no_text
    start, end = calendar_day(fields.start_date, written), calendar_day(fields.end_date, written)
    opening, closing = (
        optional_cents(fields.opening_balance),
        optional_cents(fields.closing_balance),
    )

    def build(id_: str, row: Fields, _: str) -> FeedStatement:
        return FeedStatement(id_, start(row), end(row), opening(row), closing(row))

    return _reader(build, source_id)


def each(read_row: Callable[[object], Row[T]]) -> Callable[[list[object]], list[Row[T]]]:
    """A reader of all rows of a page, one by one."""
    return lambda items: [read_row(item) for item in items]


def _reader(
    build: Callable[[str, Fields, str], T], source_id: Take[str]
) -> Callable[[object], Row[T]]:
    def read(row: object) -> Row[T]:
        raw = compact(row)
        try:
            fields = _fields(row)
            name = source_id(fields)
        except Unreadable as problem:
            return Row("", raw, SetAside(str(problem), raw))
        try:
            return Row(name, raw, build(name, fields, raw))
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
