"""Lists as other programs write them, for tests: workbooks and delimited text."""

from collections.abc import Sequence
from datetime import datetime
from io import BytesIO

import xlsxwriter  # type: ignore[import-untyped]

from ledgersync.domain.firm_lists import ListKind, ParsedList
from ledgersync.imports.firm_lists import parse_list
from ledgersync.imports.tabular import read_tables

Rows = Sequence[Sequence[object]]


def workbook(
    rows: Rows, *, formats: dict[tuple[int, int], str] | None = None, sheets: int = 1
) -> bytes:
    """A workbook of one sheet, or several alike.

    `formats` are number formats by row and column, from 0.
    Texts stay texts, dates become date cells, and a text that begins with "=" a formula.
    """
    out = BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as book:
        for name in (None if at else "List" for at in range(sheets)):
            _fill(book, book.add_worksheet(name), rows, formats or {})
    return out.getvalue()


def _fill(
    book: xlsxwriter.Workbook,
    sheet: xlsxwriter.worksheet.Worksheet,
    rows: Rows,
    formats: dict[tuple[int, int], str],
) -> None:
    for y, row in enumerate(rows):
        for x, value in enumerate(row):
            code = formats.get((y, x)) or ("mm/dd/yyyy" if isinstance(value, datetime) else "")
            style = book.add_format({"num_format": code}) if code else None
            if value is not None:
                sheet.write(y, x, value, style)


def parsed(text: str | bytes, kind: ListKind = ListKind.VENDORS) -> ParsedList:
    """A file as `parse_list` reads it."""
    return parse_list(read_tables(text.encode() if isinstance(text, str) else text), kind)


def reasons(found: ParsedList) -> dict[int, str]:
    """Why lines were rejected, by their numbers."""
    return {line.line: line.words for line in found.rejected}
