"""CSV files, and numbered ones in a .zip where a receiver takes only so much at once."""

import csv
import io
import zipfile
from collections.abc import Callable, Iterable, Iterator, Sequence

from ledgersync.domain.export_lines import ExportLine
from ledgersync.errors import ExportRefused
from ledgersync.exports.cells import amount_text, date_text, require_text
from ledgersync.exports.layouts import CellKind, Column, Layout
from ledgersync.exports.texts import TextWriter

_ZIP_EPOCH = (1980, 1, 1, 0, 0, 0)  # the same files give the same bytes, whenever they are made


def csv_files(layout: Layout, lines: Iterable[ExportLine], texts: TextWriter) -> list[bytes]:
    """The rows as one or more complete CSV files, each within the layout's limits.

    Raises:
        ExportRefused: when a value does not fit its column, or one row is larger than a file.
    """
    row_text = _row_writer()
    header = row_text([column.header for column in layout.columns])
    cells = [_cell_writer(column, texts) for column in layout.columns]
    rows = (row_text([cell(line) for cell in cells]) for line in lines)
    if layout.max_rows is None and layout.max_bytes is None:
        return [_encoded(layout, [header, *rows])]
    return [_encoded(layout, [header, *part]) for part in _parts(layout, header, rows)]


def zipped(files: Sequence[bytes]) -> bytes:
    """The files in one .zip, named transactions_01.csv and so on."""
    digits = max(2, len(str(len(files))))
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for number, data in enumerate(files, start=1):
            entry = zipfile.ZipInfo(f"transactions_{number:0{digits}d}.csv", _ZIP_EPOCH)
            entry.create_system = 3
            entry.external_attr = 0o600 << 16
            archive.writestr(entry, data, compress_type=zipfile.ZIP_DEFLATED)
    return buffer.getvalue()


def _cell_writer(column: Column, texts: TextWriter) -> Callable[[ExportLine], str]:
    value_of, header = column.value, column.header

    def amount(line: ExportLine) -> str:
        value = value_of(line)
        return "" if value is None else amount_text(value, header)

    match column.kind:
        case CellKind.DATE:
            return lambda line: date_text(value_of(line), header)
        case CellKind.AMOUNT:
            return amount
        case CellKind.CODE | CellKind.TEXT:
            return lambda line: texts.write(require_text(value_of(line), header))


class _Echo:
    """A file that keeps nothing: a writer's `writerow` then returns the row's own text."""

    @staticmethod
    def write(text: str) -> str:
        return text


def _row_writer() -> Callable[[Sequence[str]], str]:
    return csv.writer(_Echo(), lineterminator="\r\n").writerow


def _encoded(layout: Layout, rows: Iterable[str]) -> bytes:
    text = "".join(rows)
    return text.encode("utf-8-sig" if layout.bom and not text.isascii() else "utf-8")


def _parts(layout: Layout, header: str, rows: Iterable[str]) -> Iterator[list[str]]:
    """Rows in file-sized parts; one part, perhaps without rows, at least."""
    part: list[str] = []
    empty = size = _size(layout, header)
    for row in rows:
        weight = len(row.encode())
        if part and _over(layout, len(part) + 1, size + weight):
            yield part
            part, size = [], empty
        if _over(layout, 1, size + weight):
            raise ExportRefused(
                f"One transaction alone is larger than a file for {layout.title} may be.",
                "Shorten its description or exclude it, then export again.",
            )
        part.append(row)
        size += weight
    yield part


def _size(layout: Layout, header: str) -> int:
    mark = 3 if layout.bom else 0
    return mark + len(header.encode())


def _over(layout: Layout, rows: int, size: int) -> bool:
    too_many = layout.max_rows is not None and rows > layout.max_rows
    return too_many or (layout.max_bytes is not None and size > layout.max_bytes)
