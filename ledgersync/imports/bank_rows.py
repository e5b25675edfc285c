"""Bank transactions out of a CSV file or a workbook, with whatever other columns it has.

Columns are told by their headers. A row that can't be read stays in its place, with the reason.
"""

from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import NamedTuple, TypeVar

from ledgersync.domain.suggestions import BankLine
from ledgersync.errors import ImportRejected
from ledgersync.imports.bank_amounts import BankAmounts, Written, written_amounts
from ledgersync.imports.bank_headers import PAIR
from ledgersync.imports.bank_manners import NOTHING_TOLD, BankDates, Manners
from ledgersync.imports.bank_sheets import BankSheet, Whole, read_sheet
from ledgersync.imports.delimited import as_text

_TEXTS = ("description", "client", "account", "vendor", "gl_code")
# A few lines of a statement may be spoiled; where this many are, another column was meant, and a
# sentence for each would take more memory than the file.
_MOST_UNREADABLE = 20_000

Text = TypeVar("Text", bound=Hashable)
Value = TypeVar("Value")
_Understood = dict[Text, tuple[Value | None, str]]
"""What each text stands for, or else what is wrong with it."""


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
    """A file's header as it came, its rows, the columns that were understood, and remarks.

    `manners` are what the file itself tells of them.
    """

    header: tuple[str, ...]
    rows: list[BankRow]
    columns: frozenset[str]
    manners: Manners
    remarks: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class BankFile:
    """A file whose columns are known, before its dates and amounts are read."""

    sheet: BankSheet
    columns: Mapping[str, Sequence[str]]
    written: Sequence[Written]

    @property
    def manners(self) -> Manners:
        """What the file itself tells of how it writes dates and amounts."""
        dates, amounts = self._manners(NOTHING_TOLD)
        return Manners(dates.day_first, amounts.decimal_comma)

    def table(self, other: Manners = NOTHING_TOLD) -> BankTable:
        """The rows, read as the file itself or else the other one tells."""
        dates, amounts = self._manners(other)
        days = _understood("date", self.columns["date"], dates.column.read)
        cents = _understood("amount", self.written, amounts.read)
        header = self.sheet.header
        return BankTable(
            header.titles,
            list(_rows(self, days, cents)),
            frozenset("amount" if name in PAIR else name for name in header.places),
            Manners(dates.day_first, amounts.decimal_comma),
            (*self.sheet.remarks, *amounts.remarks, *dates.remarks),
        )

    def _manners(self, other: Manners) -> tuple[BankDates, BankAmounts]:
        dates = BankDates.of(dict.fromkeys(self.columns["date"]), other)
        return dates, BankAmounts.of(dict.fromkeys(self.written), other)


def open_bank_file(data: bytes) -> BankFile:
    """Find the rows and columns of a .csv, .xlsx or .xls file of transactions.

    A header of date, description and amount is needed; a debit and a credit may stand for the
    amount, and lines above the header are left out. A line without any cell is no row.

    Raises:
        ImportRejected: when it is no table, lacks a column or has one twice, has more than 100
            columns or 200,000 rows, or when a quotation mark stays open.
    """
    sheet = read_sheet(data)
    columns = _columns(sheet.rows, sheet.header.places, len(sheet.header.titles))
    return BankFile(sheet, columns, written_amounts(columns))


def read_bank_rows(data: bytes) -> BankTable:
    """Read a file of transactions by itself, like `open_bank_file`.

    Clients and accounts are taken for the same where only case or blanks differ: their ids are
    without both.

    Raises:
        ImportRejected: when the file can't be taken.
    """
    return open_bank_file(data).table()


def _columns(
    rows: Sequence[Whole], places: Mapping[str, int], width: int
) -> dict[str, Sequence[str]]:
    """The texts of every column that is read, blank ones for names that the file lacks."""
    nothing = [""] * width  # a line that lost its place tells nothing of its date or amount
    cells = [nothing if fault else cells for _, cells, fault in rows]
    columns: dict[str, Sequence[str]] = {name: [""] * len(rows) for name in _TEXTS}
    return columns | {name: [as_text(row[at]) for row in cells] for name, at in places.items()}


def _rows(
    file: BankFile, days: _Understood[str, date], amounts: _Understood[Written, int]
) -> Iterator[BankRow]:
    named = (file.columns[name] for name in _TEXTS)
    for (
        number,
        cells,
        fault,
    ), day_text, amount_text, text, client, account, vendor, gl_code in zip(
        file.sheet.rows, file.columns["date"], file.written, *named, strict=True
    ):
        day, no_day = days[day_text]
        amount, no_amount = amounts[amount_text]
        if fault or day is None or amount is None:
            yield BankRow(number, cells, None, fault or f"{no_day} {no_amount}".strip())
            continue
        line = BankLine(name_id(client), name_id(account), day, text.strip(), amount)
        yield BankRow(number, cells, line, "", vendor.strip(), gl_code.strip())


def _understood(
    column: str, texts: Iterable[Text], read: Callable[[Text], Value]
) -> _Understood[Text, Value]:
    """What each text stands for, or else what is wrong with it."""
    found: _Understood[Text, Value] = {}
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


def _another_column(column: str, found: Mapping[Text, tuple[Value | None, str]]) -> ImportRejected:
    first = next(wrong for _, wrong in found.values() if wrong)
    return ImportRejected(
        f"The column {column} holds more than {_MOST_UNREADABLE:,} different texts that can't be "
        f"read. {first}",
        "Check that the header names the right columns, and that the file is the one you mean.",
    )


@lru_cache(maxsize=10_000)
def name_id(text: str) -> str:
    """What spellings of a client's or an account's name share: blanks and case don't count."""
    return " ".join(text.split()).casefold()
