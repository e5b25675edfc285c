"""FIRMADMIN lists out of tables: clients, vendors and the chart of accounts.

Columns are told by their headers, in any order and case; other columns are left out and named.
Sources of the headers: LedgerSync's help (clients.csv, vendors.csv) and Thomson Reuters' help on
importing a chart of accounts.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence

from ledgersync.domain.firm_lists import (
    FIELDS,
    Entry,
    Fate,
    ListKind,
    ListLine,
    ParsedList,
    same_code,
)
from ledgersync.imports.found_lists import REQUIRED, FoundList, find_list
from ledgersync.imports.report_lines import lines_words
from ledgersync.imports.row_faults import too_wide
from ledgersync.imports.tables import Cell, CellKind, Row, TableFile

LONGEST: Mapping[str, int] = {"code": 40, "default_gl": 40, "acs_id": 40, "type": 40}
_LONGEST_NAME = 200
_CODES = ("code", "default_gl", "acs_id")
_SHOWN = 8

_UNREADABLE = {
    CellKind.DATE: "holds a date; format the cell as text and type it again",
    CellKind.BOOLEAN: "holds TRUE or FALSE; format the cell as text and type it again",
    CellKind.FORMULA: "holds a formula; copy the column and paste it back as values",
    CellKind.ERROR: "holds an error such as #N/A; type what belongs there",
}
_FRACTION = (
    "may have lost ending zeros as a number ({text}); format the cell as text, type it again"
)


def parse_list(file: TableFile, kind: ListKind) -> ParsedList:
    """Read a list of that kind.

    Lines that can't be taken come back as rejected, each with its reason. What a report prints
    around its list - totals, page numbers, its header once more - is left out with a remark.

    Raises:
        ImportRejected: when no header of such a list is within the first ten rows, when the file
            is another list or holds transactions, or when two columns have the same header.
    """
    found = find_list(file, kind)
    entries: list[Entry] = []
    rejected: list[ListLine] = []
    for row in found.entries:
        entry, reasons = _read(found, row)
        if reasons:
            rejected.append(_rejected(entry, ". ".join(reasons) + "."))
        else:
            entries.append(entry)
    entries, copies = _without_copies(entries)
    entries, twice = _without_repeats(kind, entries)
    remarks = [*file.remarks, *_remarks(file, found), *_line_remarks(found, copies)]
    return ParsedList(kind, tuple(entries), (*rejected, *twice), tuple(remarks))


def _read(found: FoundList, row: Row) -> tuple[Entry, list[str]]:
    """The values of a row, and what is wrong with them."""
    names = FIELDS[found.header.kind]
    values: dict[str, str] = {}
    reasons: list[str] = []
    for field, place in found.header.places.items():
        cell = found.cell(row, place)
        values[field] = " ".join(cell.text.split())
        reason = _reason(field, cell, values[field])
        if reason:
            reasons.append(f"{names[field]} {reason}")
    if found.table.delimited and len(row.cells) > found.header.width:
        reasons = [too_wide(len(row.cells), found.header.width).removesuffix(".")]
    return Entry(row.number, values), reasons


def _reason(field: str, cell: Cell, text: str) -> str:
    """Why a cell can't be taken, to be read after its column's name; "" when it can."""
    if cell.kind in _UNREADABLE:
        return _UNREADABLE[cell.kind]
    if cell.kind is CellKind.FRACTION and field in _CODES:
        return _FRACTION.format(text=text[:30])
    if field in REQUIRED and not text:
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


def _rejected(entry: Entry, words: str) -> ListLine:
    """The line as it is shown: nothing unprintable, nothing endless."""
    code, name = (_shown(entry.values.get(field, "")) for field in REQUIRED)
    return ListLine(entry.line, code, name, Fate.REJECTED, words)


def _shown(text: str) -> str:
    text = text[:_LONGEST_NAME]
    if text.isprintable():
        return text
    return "".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in text)


def _without_copies(entries: Sequence[Entry]) -> tuple[list[Entry], list[int]]:
    """Entries that no earlier line gives word for word, and the lines of the others."""
    first: dict[tuple[str, ...], Entry] = {}
    for entry in entries:
        first.setdefault(tuple(entry.values.values()), entry)
    kept = {entry.line for entry in first.values()}
    return list(first.values()), [entry.line for entry in entries if entry.line not in kept]


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
        numbers = ", ".join(map(str, same[:_SHOWN]))
        column = FIELDS[kind]["code"]
        words = f"{column} {entry.values['code']} is on lines {numbers}; keep one of them."
        repeated.append(_rejected(entry, words))
    return alone, repeated


def _remarks(file: TableFile, found: FoundList) -> list[str]:
    """What of the file was left out, and what was taken for what."""
    remarks = []
    header = found.header
    if sum(bool(table.rows) for table in file.tables) > 1:
        remarks.append(f"The sheet {found.table.name!r} was read, the others were not.")
    if header.ignored:
        shown = ", ".join(text[:40] for text in header.ignored[:_SHOWN])
        more = len(header.ignored) - _SHOWN
        tail = f" and {more} more" if more > 0 else ""
        remarks.append(f"Columns left out: {shown}{tail}.")
    if header.stand_in:
        meant = FIELDS[header.kind]["code"]
        remarks.append(f"There is no column {meant}; {header.stand_in} was taken for it.")
    if not found.rows:
        remarks.append("There are no lines below the header.")
    return remarks


def _line_remarks(found: FoundList, copies: Sequence[int]) -> list[str]:
    """Which lines were left out, and which a person may want to leave out."""
    around = found.report_lines
    inactive = [row.number for row in found.entries if found.is_inactive(row)]
    remarks = []
    if around:
        remarks.append(f"Left out as totals, page numbers or headings: {lines_words(around)}.")
    if copies:
        remarks.append(f"Left out, for an earlier line says the same: {lines_words(copies)}.")
    if inactive:
        remarks.append(
            f"Marked as inactive, and taken in like the others: {lines_words(inactive)}. "
            "Delete them from the file if they are no longer used."
        )
    return remarks
