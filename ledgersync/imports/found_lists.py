"""Where in a file a list of Accounting CS stands: below which header, in which sheet."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import cached_property

from ledgersync.domain.firm_lists import FIELDS, ListKind
from ledgersync.errors import ImportRejected
from ledgersync.imports.headers import Header, are_transactions, read_header
from ledgersync.imports.report_lines import is_report_line
from ledgersync.imports.tables import EMPTY, Cell, Row, Table, TableFile

REQUIRED = ("code", "name")
_HEADER_WITHIN = 10
_COLUMNS_SHOWN = 8


@dataclass(frozen=True)
class FoundList:
    """Where a list begins: its table, its header, and what is above and below.

    `above` are the texts of the titles and of the header itself.
    """

    table: Table
    header: Header
    above: Collection[Sequence[str]]
    rows: Sequence[Row]

    def cell(self, row: Row, place: int) -> Cell:
        return row.cells[place] if place < len(row.cells) else EMPTY

    @cached_property
    def entries(self) -> list[Row]:
        """The rows that are meant as entries."""
        around = set(self.report_lines)
        return [row for row in self.rows if row.number not in around]

    @cached_property
    def report_lines(self) -> list[int]:
        """Lines that are a total, a page number, or the header and titles of another page."""
        return [row.number for row in self.rows if self._is_report_line(row)]

    def _is_report_line(self, row: Row) -> bool:
        first = row.cells[0].text
        if first in self._firsts and [cell.text for cell in row.cells] in self.above:
            return True
        code, name = (
            " ".join(self.cell(row, self.header.places[field]).text.split()) for field in REQUIRED
        )
        return is_report_line(code, name)

    @cached_property
    def _firsts(self) -> frozenset[str]:
        """What titles and header begin with."""
        return frozenset(texts[0] for texts in self.above if texts)

    def is_inactive(self, row: Row) -> bool:
        """Whether a row says in a column of its own that its entry is no longer used."""
        return any(
            self.cell(row, place).text.strip().casefold() in marks
            for place, marks in self.header.inactive.items()
        )


def find_list(file: TableFile, kind: ListKind) -> FoundList:
    """The first header of that kind in the first visible sheet that has one.

    Raises:
        ImportRejected: when there is none within the first ten rows, when the file is another list
            or holds transactions, or when two columns have the same header.
    """
    others = []
    for table in file.tables:
        for at, row in enumerate(table.rows[:_HEADER_WITHIN]):
            texts = [cell.text for cell in row.cells]
            header = read_header(texts, kind)
            if header is not None:
                _refuse_transactions(texts, kind)
                above = [[cell.text for cell in row.cells] for row in table.rows[: at + 1]]
                return FoundList(table, header, above, table.rows[at + 1 :])
            others += [
                other for other in ListKind if other is not kind and read_header(texts, other)
            ]
    raise _another_list(kind, others[0]) if others else _no_header(file, kind)


def _refuse_transactions(texts: Sequence[str], kind: ListKind) -> None:
    """A ledger names accounts too, once for every transaction."""
    if are_transactions(texts):
        raise ImportRejected(
            f"This file holds transactions, not a {kind.words}: it has dates and amounts.",
            f"Export the {kind.words} itself, then choose that file.",
        )


def _another_list(kind: ListKind, other: ListKind) -> ImportRejected:
    return ImportRejected(
        f"This file is a {other.words}, not a {kind.words}.",
        f"Import it as a {other.words}, or choose another file.",
    )


def _no_header(file: TableFile, kind: ListKind) -> ImportRejected:
    code, name = (FIELDS[kind][field] for field in REQUIRED)
    first = next((table.rows[0] for table in file.tables if table.rows), None)
    if first is None:
        return ImportRejected("The file has no rows.", "Choose the file with the list.")
    begins = ", ".join(cell.text.strip()[:40] for cell in first.cells[:_COLUMNS_SHOWN])
    return ImportRejected(
        f"No header of a {kind.words} is in the first {_HEADER_WITHIN} rows; "
        f"the file begins with: {' '.join(begins.split())}.",
        f"It needs a row with the columns {code} and {name}.",
    )
