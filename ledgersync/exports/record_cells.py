"""A line's values as the tagged texts of a bank file's record."""

from collections.abc import Callable, Iterator

from ledgersync.domain.export_lines import ExportLine
from ledgersync.exports.cells import amount_text, require_text
from ledgersync.exports.layouts import CellKind, Column, Layout, Value
from ledgersync.exports.texts import TextWriter

# Bank files say nothing of their encoding, or name this one: programs for Windows read it.
ENCODING = "cp1252"

DateText = Callable[[Value, str], str]


def record(
    layout: Layout, line: ExportLine, texts: TextWriter, date_text: DateText
) -> Iterator[tuple[str, str]]:
    """Tag and text of each field that has one, in the layout's order.

    Raises:
        ExportRefused: when a value does not fit its field.
    """
    for column in layout.columns:
        if text := _text(column, line, texts, date_text):
            yield column.header, text


def _text(column: Column, line: ExportLine, texts: TextWriter, date_text: DateText) -> str:
    value = column.value(line)
    match column.kind:
        case CellKind.DATE:
            return date_text(value, column.header)
        case CellKind.AMOUNT:
            return amount_text(value, column.header)
        case CellKind.CODE | CellKind.TEXT:
            written = texts.write(require_text(value, column.header)).strip()
            return texts.cut(written, column.longest)
