"""FIRMADMIN lists out of tables: clients, vendors and the chart of accounts.

Columns are told by their headers, in any order and case; other columns are left out and named.
Sources of the headers: LedgerSync's help (clients.csv, vendors.csv) and Thomson Reuters' help on
importing a chart of accounts.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ledgersync.domain.firm_lists import (
    FIELDS,
    Entry,
    Fate,
    ListKind,
    ListLine,
    ParsedList,
    same_code,
)
from ledgersync.errors import ImportRejected
from ledgersync.imports.headers import Header, read_header
from ledgersync.imports.tables import EMPTY, Cell, CellKind, Row, Table, TableFile

LONGEST: Mapping[str, int] = {"code": 40, "default_gl": 40, "acs_id": 40, "type": 40}
_LONGEST_NAME = 200
_HEADER_WITHIN = 10
_REQUIRED = ("code", "name")
_CODES = ("code", "default_gl", "acs_id")
_COLUMNS_SHOWN = 8

_UNREADABLE = {
    CellKind.DATE: "holds a date; format the cell as text and type it again",
    CellKind.BOOLEAN: "holds TRUE or FALSE; format the cell as text and type it again",
    CellKind.FORMULA: "holds a formula; copy the column and paste it back as values",
    CellKind.ERROR: "holds an error such as #N/A; type what belongs there",
}
_FRACTION = (
    "may have lost ending zeros as a number ({text}); format the cell as text, type it again"
)


@dataclass(frozen=True, slots=True)
class _Found:
    """Where a list begins: its table, its header, and what is below."""

    table: Table
    header: Header
    rows: Sequence[Row]


def parse_list(file: TableFile, kind: ListKind) -> ParsedList:
    """Read a list of that kind.

    Lines that can't be taken come back as rejected, each with its reason.

    Raises:
        ImportRejected: when no header of such a list is within the first ten rows, when the file
            is another list, or when two columns have the same header.
    """
    found = _find(file, kind)
    entries: list[Entry] = []
    rejected: list[ListLine] = []
    for row in found.rows:
        entry, reasons = _read(found, row)
        if reasons:
            rejected.append(_rejected(entry, ". ".join(reasons) + "."))
        else:
            entries.append(entry)
    entries, twice = _without_repeats(kind, entries)
    remarks = [*file.remarks, *_remarks(file, found, entries)]
    return ParsedList(kind, tuple(entries), (*rejected, *twice), tuple(remarks))


def _find(file: TableFile, kind: ListKind) -> _Found:
    """The first header of that kind in the first visible sheet that has one."""
    others = []
    for table in file.tables:
        for at, row in enumerate(table.rows[:_HEADER_WITHIN]):
            texts = [cell.text for cell in row.cells]
            header = read_header(texts, kind)
            if header is not None:
                return _Found(table, header, table.rows[at + 1 :])
            others += [
                other for other in ListKind if other is not kind and read_header(texts, other)
            ]
    raise _another_list(kind, others[0]) if others else _no_header(file, kind)


def _another_list(kind: ListKind, other: ListKind) -> ImportRejected:
    return ImportRejected(
        f"This file is a {other.words}, not a {kind.words}.",
        f"Import it as a {other.words}, or choose another file.",
    )


def _no_header(file: TableFile, kind: ListKind) -> ImportRejected:
    code, name = (FIELDS[kind][field] for field in _REQUIRED)
    first = next((table.rows[0] for table in file.tables if table.rows), None)
    if first is None:
        return ImportRejected("The file has no rows.", "Choose the file with the list.")
    begins = ", ".join(cell.text.strip()[:40] for cell in first.cells[:_COLUMNS_SHOWN])
    return ImportRejected(
        f"No header of a {kind.words} is in the first {_HEADER_WITHIN} rows; "
        f"the file begins with: {' '.join(begins.split())}.",
        f"It needs a row with the columns {code} and {name}.",
    )


def _read(found: _Found, row: Row) -> tuple[Entry, list[str]]:
    """The values of a row, and what is wrong with them."""
    names = FIELDS[found.header.kind]
    values: dict[str, str] = {}
    reasons: list[str] = []
    for field, place in found.header.places.items():
        cell = row.cells[place] if place < len(row.cells) else EMPTY
        values[field] = " ".join(cell.text.split())
        reason = _reason(field, cell, values[field])
        if reason:
            reasons.append(f"{names[field]} {reason}")
    if found.table.delimited and len(row.cells) > found.header.width:
        reasons = [_shifted(len(row.cells), found.header.width)]
    if [cell.text for cell in row.cells] == list(found.header.texts):
        reasons = ["The header stands here once more; delete this line"]
    return Entry(row.number, values), reasons


def _reason(field: str, cell: Cell, text: str) -> str:
    """Why a cell can't be taken, to be read after its column's name; "" when it can."""
    if cell.kind in _UNREADABLE:
        return _UNREADABLE[cell.kind]
    if cell.kind is CellKind.FRACTION and field in _CODES:
        return _FRACTION.format(text=text[:30])
    if field in _REQUIRED and not text:
        return "is empty; fill it in"
    return _text_reason(text, LONGEST.get(field, _LONGEST_NAME))


def _text_reason(text: str, longest: int) -> str:
    if text.startswith("="):
        return _UNREADABLE[CellKind.FORMULA]
    if not text.isprintable():
        return "holds an invisible control character; type it again"
    if len(text) > longest:
        return f"is longer than {longest} characters; shorten it"
    return ""


def _shifted(cells: int, width: int) -> str:
    return (
        f"The line has {cells} cells, the header {width}; put quotation marks around text that "
        "holds the separator"
    )


def _rejected(entry: Entry, words: str) -> ListLine:
    """The line as it is shown: nothing unprintable, nothing endless."""
    code, name = (
        "".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in text[:_LONGEST_NAME])
        for text in (entry.values.get(field, "") for field in _REQUIRED)
    )
    return ListLine(entry.line, code, name, Fate.REJECTED, words)


def _without_repeats(
    kind: ListKind, entries: Sequence[Entry]
) -> tuple[list[Entry], list[ListLine]]:
    """Lines whose code no other line has, and the others: which of them is right, nobody knows."""
    lines: defaultdict[str, list[int]] = defaultdict(list)
    for entry in entries:
        lines[same_code(kind, entry.values["code"])].append(entry.line)
    alone, repeated = [], []
    for entry in entries:
        same = lines[same_code(kind, entry.values["code"])]
        if len(same) == 1:
            alone.append(entry)
            continue
        numbers = ", ".join(map(str, same[:_COLUMNS_SHOWN]))
        column = FIELDS[kind]["code"]
        words = f"{column} {entry.values['code']} is on lines {numbers}; keep one of them."
        repeated.append(_rejected(entry, words))
    return alone, repeated


def _remarks(file: TableFile, found: _Found, entries: Sequence[Entry]) -> list[str]:
    """What of the file was left out, and what was taken for what."""
    remarks = []
    header = found.header
    if sum(bool(table.rows) for table in file.tables) > 1:
        remarks.append(f"The sheet {found.table.name!r} was read, the others were not.")
    if header.ignored:
        shown = ", ".join(text[:40] for text in header.ignored[:_COLUMNS_SHOWN])
        more = len(header.ignored) - _COLUMNS_SHOWN
        tail = f" and {more} more" if more > 0 else ""
        remarks.append(f"Columns left out: {shown}{tail}.")
    if header.stand_in:
        meant = FIELDS[header.kind]["code"]
        remarks.append(f"There is no column {meant}; {header.stand_in} was taken for it.")
    if not entries and not found.rows:
        remarks.append("There are no lines below the header.")
    return remarks
