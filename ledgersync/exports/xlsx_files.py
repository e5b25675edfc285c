"""Excel workbooks of one sheet: true dates, exact amounts, and texts that stay texts."""

import io
from collections.abc import Callable, Iterable
from datetime import UTC, datetime

from xlsxwriter import Workbook  # type: ignore[import-untyped]
from xlsxwriter.format import Format  # type: ignore[import-untyped]
from xlsxwriter.worksheet import Worksheet  # type: ignore[import-untyped]

from ledgersync.domain.export_lines import ExportLine
from ledgersync.errors import ExportRefused
from ledgersync.exports.cells import require_cents, require_date, require_text
from ledgersync.exports.layouts import CellKind, Column, Layout
from ledgersync.exports.texts import CELL_LIMIT, TextWriter

SHEET_NAME = "Transactions"
_OPTIONS = {
    "constant_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
}
# A workbook carries the moment it was made; a fixed one lets the same batch give the same bytes.
_CREATED = datetime(2000, 1, 1, tzinfo=UTC)
_NUMBER_FORMATS = {
    CellKind.DATE: "mm/dd/yyyy",
    CellKind.AMOUNT: "0.00",
    CellKind.CODE: "@",
    CellKind.TEXT: "@",
}
_WIDTHS = {CellKind.DATE: 11, CellKind.AMOUNT: 14, CellKind.CODE: 16, CellKind.TEXT: 32}

CellWriter = Callable[[int, ExportLine], object]


def xlsx_file(
    layout: Layout, lines: Iterable[ExportLine], texts: TextWriter, watermark: str
) -> bytes:
    """The rows as a workbook; a watermark also stands in the page header and the properties.

    Raises:
        ExportRefused: when a value does not fit its column, or the rows don't fit one sheet.
    """
    buffer = io.BytesIO()
    with Workbook(buffer, _OPTIONS) as book:
        book.set_properties({"title": layout.title, "comments": watermark, "created": _CREATED})
        sheet = book.add_worksheet(SHEET_NAME)
        _write_head(book, sheet, layout, watermark)
        _write_rows(_cell_writers(book, sheet, layout, texts), lines)
    return buffer.getvalue()


def _write_head(book: Workbook, sheet: Worksheet, layout: Layout, watermark: str) -> None:
    bold = book.add_format({"bold": True})
    for index, column in enumerate(layout.columns):
        sheet.set_column(index, index, _WIDTHS[column.kind])
    sheet.freeze_panes(1, 0)
    if watermark:
        sheet.set_header("&C" + watermark.replace("&", "&&"))
    for index, column in enumerate(layout.columns):
        sheet.write_string(0, index, column.header, bold)


def _write_rows(writers: list[CellWriter], lines: Iterable[ExportLine]) -> None:
    for row, line in enumerate(lines, start=1):
        for write in writers:
            if write(row, line):  # the library reports what it left out by a number, not an error
                raise ExportRefused(
                    f"The file would end at row {row:,}: an Excel sheet holds no more.",
                    "Choose a shorter period, then export again.",
                )


def _cell_writers(
    book: Workbook, sheet: Worksheet, layout: Layout, texts: TextWriter
) -> list[CellWriter]:
    formats = {
        kind: book.add_format({"num_format": text}) for kind, text in _NUMBER_FORMATS.items()
    }
    return [
        _cell_writer(sheet, index, column, formats[column.kind], texts)
        for index, column in enumerate(layout.columns)
    ]


def _cell_writer(
    sheet: Worksheet, index: int, column: Column, style: Format, texts: TextWriter
) -> CellWriter:
    value_of, header = column.value, column.header

    def day(row: int, line: ExportLine) -> object:
        return sheet.write_datetime(row, index, require_date(value_of(line), header), style)

    def amount(row: int, line: ExportLine) -> object:
        value = value_of(line)
        if value is None:
            return None
        # Python divides to the nearest number there is, which shows these cents when read back.
        return sheet.write_number(row, index, require_cents(value, header) / 100, style)

    def text(row: int, line: ExportLine) -> object:
        content = texts.write(require_text(value_of(line), header))
        if _taken_for_rich_text(content):
            texts.cleaned += 1
            content = f"{content} "[-CELL_LIMIT:]
        return sheet.write_string(row, index, content, style) if content else None

    return {CellKind.DATE: day, CellKind.AMOUNT: amount}.get(column.kind, text)


def _taken_for_rich_text(text: str) -> bool:
    """Whether the library would copy the text into the sheet as XML instead of writing it."""
    return text.startswith("<r>") and text.endswith("</r>")
