"""Bank transactions out of a CSV file, with whatever other columns it has.

Columns are told by their headers. A row that can't be read stays in its place, with the reason.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple, TypeVar

from ledgersync.domain.suggestions import BankLine
from ledgersync.errors import ImportRejected
from ledgersync.imports.amounts import read_amount
from ledgersync.imports.dates import DateColumn
from ledgersync.imports.delimited import (
    DELIMITERS,
    Record,
    as_text,
    decoded,
    records,
    said_delimiter,
    too_many_columns,
    too_many_rows,
)
from ledgersync.imports.tables import MOST_COLUMNS, MOST_TRANSACTIONS

REQUIRED = ("date", "description", "amount")

# How people head each column, without case, blanks and marks; what comes first is preferred.
_SPELLINGS: Mapping[str, tuple[str, ...]] = {
    "date": (
        *("date", "transactiondate", "transdate", "txndate", "postingdate", "posteddate"),
        *("postdate", "dateposted", "bookingdate"),
    ),
    "description": (
        *("description", "transactiondescription", "bankdescription", "originaldescription"),
        *("descriptor", "desc", "details", "transactiondetails", "narrative", "merchant"),
        *("merchantname", "payee", "payeename", "memo"),
    ),
    "amount": ("amount", "transactionamount", "transamount", "amountusd", "amt"),
    "client": ("client", "clientname", "clientcode", "clientid"),
    "account": (
        *("account", "bankaccount", "accountname", "accountid", "accountnumber", "accountno"),
        "card",
    ),
    "vendor": ("vendor", "vendorcode", "vendorid", "vendorname"),
    "gl_code": ("glcode", "gl", "glaccount", "glaccountcode", "glaccountnumber", "glnumber"),
}
_WORKBOOKS = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")
_FIRST_LINE = re.compile(r"\S[^\r\n]*")
_SHOWN = 8
# A few lines of a statement may be spoiled; where this many are, another column was meant, and a
# sentence for each would take more memory than the file.
_MOST_UNREADABLE = 20_000

Value = TypeVar("Value")
_Whole = tuple[int, list[str], str]  # the line, its cells, and what is wrong with their number


class BankRow(NamedTuple):
    """A row of the file, which begins on line `number`.

    `cells` are as many as the header has. `line` is None where it can't be read, and `problem` says
    why. `vendor` and `gl_code` are what the row was coded to, where the file has such columns.
    """

    number: int
    cells: Sequence[str]
    line: BankLine | None
    problem: str = ""
    vendor: str = ""
    gl_code: str = ""


@dataclass(frozen=True, slots=True)
class BankTable:
    """A file's header as it came, its rows, the columns that were understood, and remarks."""

    header: tuple[str, ...]
    rows: list[BankRow]
    columns: frozenset[str]
    remarks: tuple[str, ...] = ()


def read_bank_rows(data: bytes) -> BankTable:
    """Read a file of transactions; a header of date, description and amount is needed.

    Clients and accounts are taken for the same where only case or blanks differ: their ids are
    without both. A line without any cell is no row.

    Raises:
        ImportRejected: when it is no CSV file, lacks a column or has one twice, has more than 100
            columns or 200,000 rows, or when a quotation mark stays open.
    """
    text, remarks = _text(data)
    text, said = said_delimiter(text)
    delimiter = said or _delimiter(text)
    found = (record for record in records(text, delimiter) if _holds_something(record))
    begins, titles = next(found, (0, []))
    if len(titles) > MOST_COLUMNS:
        raise too_many_columns(begins, len(titles))
    places = _places(titles)
    whole = [(number, *_fitted(cells, len(titles), delimiter)) for number, cells in _bounded(found)]
    nothing = [""] * len(titles)  # a line with too many cells tells nothing of its date or amount
    columns = _columns([nothing if fault else cells for _, cells, fault in whole], places)
    dates = DateColumn.of(set(columns["date"]))
    if dates.day_first:
        remarks = (*remarks, "The dates were read day first, as some can only be meant so.")
    rows = list(_rows(whole, columns, dates))
    return BankTable(tuple(titles), rows, frozenset(places), remarks)


def _text(data: bytes) -> tuple[str, tuple[str, ...]]:
    if data.startswith(_WORKBOOKS):
        raise ImportRejected(
            "The file is a spreadsheet, not a CSV file.", "Save it as .csv, then give that file."
        )
    return decoded(data)


def _delimiter(text: str) -> str:
    """The mark that parts the header into most of the columns we know."""
    header = _FIRST_LINE.search(text)
    titles = header[0] if header else ""
    return max(DELIMITERS, key=lambda mark: len(_known(titles.split(mark))))


def _known(titles: Sequence[str]) -> dict[str, str]:
    """The columns among the titles, each with the spelling that is meant."""
    squeezed = {_squeezed(title) for title in titles}
    return {
        name: spelling
        for name, spellings in _SPELLINGS.items()
        if (spelling := next((s for s in spellings if s in squeezed), ""))
    }


def _places(titles: Sequence[str]) -> dict[str, int]:
    """Where each column is, from 0."""
    if not titles:
        raise ImportRejected("The file is empty.", "Give a file with a header and rows.")
    known = _known(titles)
    if missing := [name for name in REQUIRED if name not in known]:
        begins = ", ".join(" ".join(title.split())[:40] for title in titles[:_SHOWN])
        raise ImportRejected(
            f"There is no column {' or '.join(missing)}; the file begins with: {begins}.",
            "Its first line must name the columns date, description and amount.",
        )
    squeezed = [_squeezed(title) for title in titles]
    for name, spelling in known.items():
        if squeezed.count(spelling) > 1:
            raise ImportRejected(f"Two columns stand for {name}.", "Keep the one that is meant.")
    return {name: squeezed.index(spelling) for name, spelling in known.items()}


def _squeezed(title: str) -> str:
    spelled = title.casefold().replace("#", "number")
    return "".join(sign for sign in spelled if sign.isalnum())


def _holds_something(record: Record) -> bool:
    cells = record[1]
    return len(cells) > 1 or (len(cells) == 1 and bool(cells[0].strip()))


def _bounded(found: Iterable[Record]) -> Iterator[Record]:
    for count, record in enumerate(found, start=1):
        if count > MOST_TRANSACTIONS:
            raise too_many_rows(MOST_TRANSACTIONS)
        yield record


def _columns(cells: Sequence[Sequence[str]], places: Mapping[str, int]) -> dict[str, Sequence[str]]:
    """The texts of every column that we know, blank ones where the file has no such column."""
    blank = [""] * len(cells)
    return {
        name: [as_text(row[places[name]]) for row in cells] if name in places else blank
        for name in _SPELLINGS
    }


def _rows(
    whole: Sequence[_Whole], columns: Mapping[str, Sequence[str]], dates: DateColumn
) -> Iterator[BankRow]:
    days = _understood("date", columns["date"], dates.read)
    amounts = _understood("amount", columns["amount"], read_amount)
    for (number, cells, fault), *texts in zip(whole, *columns.values(), strict=True):
        day_text, description, amount_text, client, account, vendor, gl_code = texts
        day, no_day = days[day_text]
        amount, no_amount = amounts[amount_text]
        if fault or day is None or amount is None:
            yield BankRow(number, cells, None, fault or f"{no_day} {no_amount}".strip())
            continue
        line = BankLine(name_id(client), name_id(account), day, description.strip(), amount)
        yield BankRow(number, cells, line, "", vendor.strip(), gl_code.strip())


def _understood(
    column: str, texts: Iterable[str], read: Callable[[str], Value]
) -> dict[str, tuple[Value | None, str]]:
    """What each text stands for, or else what is wrong with it."""
    found: dict[str, tuple[Value | None, str]] = {}
    wrong_ones = 0
    for text in dict.fromkeys(texts):
        try:
            found[text] = read(text), ""
        except ValueError as wrong:
            found[text] = None, str(wrong)
            wrong_ones += 1
            if wrong_ones > _MOST_UNREADABLE:
                raise _another_column(column, found) from None
    return found


def _another_column(column: str, found: Mapping[str, tuple[object, str]]) -> ImportRejected:
    first = next(wrong for _, wrong in found.values() if wrong)
    return ImportRejected(
        f"The column {column} holds more than {_MOST_UNREADABLE:,} different texts that can't be "
        f"read. {first}",
        "Check that the header names the right columns, and that the file is the one you mean.",
    )


def _fitted(cells: list[str], width: int, delimiter: str) -> tuple[list[str], str]:
    """As many cells as the header has, and what is wrong where there are more.

    Those stay, within the last cell: nothing of a file is lost.
    """
    if len(cells) == width:
        return cells, ""
    kept, more = cells[:width] + [""] * (width - len(cells)), cells[width:]
    if not any(cell.strip() for cell in more):
        return kept, ""
    kept[-1] = delimiter.join([kept[-1], *more])
    fault = (
        f"The line has {len(cells)} cells, the header {width}; put quotation marks around text "
        "that holds the separator."
    )
    return kept, fault


@lru_cache(maxsize=10_000)
def name_id(text: str) -> str:
    """What spellings of a client's or an account's name share: blanks and case don't count."""
    return " ".join(text.split()).casefold()
