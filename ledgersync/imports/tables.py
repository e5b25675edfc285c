"""Tables out of files, before anybody knows what they mean: rows of cells with their line."""

from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

LONGEST_FILE = 10 * 1024 * 1024
# A list of a firm has some thousand entries. This many are read in one or two seconds; four times
# as many kept everybody else at the server waiting for five.
MOST_ROWS = 50_000
MOST_COLUMNS = 100
MOST_CELLS = 300_000
# Transactions of years, as `categorise` takes them.
MOST_TRANSACTIONS = 200_000
MOST_TRANSACTION_CELLS = 1_000_000  # in a workbook; one that unpacks to 50 MB has about as many
LONGEST_CELL = 32 * 1024


class Most(NamedTuple):
    """What a workbook may have at most, over all its sheets."""

    rows: int
    cells: int


class CellKind(StrEnum):
    """What a spreadsheet holds in a cell; in a text file every cell is text.

    A NUMBER reads as the sheet shows it. A FRACTION is a number that lost its ending zeros, if it
    had any: 1000.1 may have been typed as 1000.10.
    """

    TEXT = "text"
    NUMBER = "number"
    FRACTION = "fraction"
    DATE = "date"
    BOOLEAN = "boolean"
    FORMULA = "formula"
    ERROR = "error"


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell's text as it came, and what it is. Dates read as 2026-10-31."""

    text: str
    kind: CellKind = CellKind.TEXT


EMPTY = Cell("")


@dataclass(frozen=True, slots=True)
class Row:
    """A row that is not blank, with the line or row number that people see in the file."""

    number: int
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """One worksheet, or a whole text file.

    `name` is the worksheet's, "" for a text file. In a `delimited` text a row with more cells than
    the header has most likely lost its place: a comma inside a name, without quotation marks.
    """

    name: str
    rows: tuple[Row, ...]
    delimited: bool


@dataclass(frozen=True, slots=True)
class TableFile:
    """The tables of a file, and what a person should know of how it was read."""

    tables: tuple[Table, ...]
    remarks: tuple[str, ...] = ()
