"""The rows of a file of transactions below its header, out of delimited text or a workbook."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import islice

from ledgersync.imports.bank_headers import BankHeader, find_header, known_places, missing
from ledgersync.imports.delimited import (
    DELIMITERS,
    Record,
    decoded,
    records,
    said_delimiter,
    too_many_columns,
    too_many_rows,
)
from ledgersync.imports.row_faults import NO_VALUE, VALUELESS, too_wide
from ledgersync.imports.statement_headers import HEADER_WITHIN, several_sheets
from ledgersync.imports.tables import (
    MOST_COLUMNS,
    MOST_TRANSACTION_CELLS,
    MOST_TRANSACTIONS,
    Most,
    Row,
    Table,
)
from ledgersync.imports.tabular import WORKBOOKS, read_tables

_LINE = re.compile(r"\S[^\r\n]*")

Whole = tuple[int, Sequence[str], str]
"""The line that a row begins on, its cells, as many as the header has, and what is wrong there."""


@dataclass(frozen=True, slots=True)
class BankSheet:
    """A header and the rows below it, which are read from the file one after the other."""

    header: BankHeader
    rows: Sequence[Whole]
    remarks: tuple[str, ...]


def read_sheet(data: bytes) -> BankSheet:
    """Read the rows of a .csv, .xlsx or .xls file.

    Raises:
        ImportRejected: when it is no table, has no header or more than one sheet with one, has more
            than 100 columns or 200,000 rows, or when a quotation mark stays open.
    """
    return _workbook(data) if data.startswith(WORKBOOKS) else _text(data)


def _text(data: bytes) -> BankSheet:
    text, remarks = decoded(data)
    text, said = said_delimiter(text)
    delimiter = said or _delimiter(text)
    found = (record for record in records(text, delimiter) if _holds_something(record))
    header = _bounded_header(find_header(found))
    width = len(header.titles)
    rows = [(number, *_fitted(cells, width, delimiter)) for number, cells in _bounded(found)]
    return BankSheet(header, rows, (*remarks, *header.remarks))


def _delimiter(text: str) -> str:
    """The mark that parts the first line that is a header, else the first one, into most columns.

    Only columns that we know count: a comma in most descriptions tells nothing.
    """
    first = ""
    for line in islice(_LINE.finditer(text), HEADER_WITHIN):
        found = {mark: known_places(line[0].split(mark)) for mark in DELIMITERS}
        best = max(DELIMITERS, key=lambda mark, found=found: len(found[mark]))  # type: ignore[misc]
        if not missing(found[best]):
            return best
        first = first or best
    return first or DELIMITERS[0]


def _holds_something(record: Record) -> bool:
    cells = record[1]
    return len(cells) > 1 or (len(cells) == 1 and bool(cells[0].strip()))


def _bounded_header(header: BankHeader) -> BankHeader:
    if len(header.titles) > MOST_COLUMNS:
        raise too_many_columns(header.number, len(header.titles))
    return header


def _bounded(found: Iterable[Record]) -> Iterator[Record]:
    for count, record in enumerate(found, start=1):
        if count > MOST_TRANSACTIONS:
            raise too_many_rows(MOST_TRANSACTIONS)
        yield record


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
    return kept, too_wide(len(cells), width)


def _workbook(data: bytes) -> BankSheet:
    file = read_tables(data, Most(MOST_TRANSACTIONS, MOST_TRANSACTION_CELLS))
    tables = [table for table in file.tables if _is_headed(table)]
    if len(tables) > 1:
        raise several_sheets([table.name for table in tables])
    filled = [table for table in file.tables if table.rows]
    table = (tables or filled or [Table("", (), delimited=False)])[0]
    header = find_header(iter(_texts(row) for row in table.rows))
    below = [row for row in table.rows if row.number > header.number]
    width = max([len(header.titles), *(len(row.cells) for row in below)])
    more = ("",) * (width - len(header.titles))  # cells beside the table are kept as well
    header = replace(header, titles=(*header.titles, *more))
    remarks = (*file.remarks, *header.remarks, *_not_told(below, header.places))
    return BankSheet(header, [_whole(row, width, header.places) for row in below], remarks)


def _is_headed(table: Table) -> bool:
    rows = table.rows[:HEADER_WITHIN]
    return any(not missing(known_places(_texts(row)[1])) for row in rows)


def _texts(row: Row) -> Record:
    return row.number, [cell.text for cell in row.cells]


def _whole(row: Row, width: int, places: Mapping[str, int]) -> Whole:
    texts = [cell.text for cell in row.cells]
    faulty = any(at < len(texts) and row.cells[at].kind in VALUELESS for at in places.values())
    fault = NO_VALUE if faulty else ""
    return row.number, texts + [""] * (width - len(texts)), fault


def _not_told(rows: Sequence[Row], places: Mapping[str, int]) -> list[str]:
    """What to say of formulas and errors in columns that nothing is read from."""
    used = set(places.values())
    count = sum(
        cell.kind in VALUELESS
        for row in rows
        for at, cell in enumerate(row.cells)
        if at not in used
    )
    if not count:
        return []
    cells = "1 cell" if count == 1 else f"{count:,} cells"
    return [f"{cells} of other columns with a formula or an error: left blank."]
