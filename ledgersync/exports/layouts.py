"""What a layout is: a description of a file's columns and limits, without any code that writes."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from enum import Enum, StrEnum, auto

from ledgersync.domain.export_lines import ExportLine
from ledgersync.exports.guides import Guide

Value = date | int | str | None


class CellKind(Enum):
    """How a column's values become cells, whatever they look like."""

    DATE = auto()  # a date
    AMOUNT = auto()  # whole cents; None leaves the cell empty
    CODE = auto()  # text that may look like a number and must not become one
    TEXT = auto()  # free text


class FileFormat(StrEnum):
    """The kind of file; the value is its extension."""

    XLSX = "xlsx"
    CSV = "csv"
    QIF = "qif"
    OFX = "ofx"
    ZIP = "zip"

    @property
    def media_type(self) -> str:
        return _MEDIA_TYPES[self]

    @property
    def is_records(self) -> bool:
        """Records of tagged lines instead of a table: a layout's headers are the tags."""
        return self in {FileFormat.QIF, FileFormat.OFX}


_MEDIA_TYPES = {
    FileFormat.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    FileFormat.CSV: "text/csv",
    FileFormat.QIF: "application/qif",
    FileFormat.OFX: "application/x-ofx",
    FileFormat.ZIP: "application/zip",
}


class Content(StrEnum):
    """What a file tells its receiver; pre-flight checks only what a layout carries."""

    GL = "gl"
    OPTIONAL_GL = "optional_gl"  # a GL code that may be missing: the receiver asks for it then
    BANK_GL = "bank_gl"
    VENDOR = "vendor"
    TRANSACTION_TYPE = "transaction_type"
    BANK_ACCOUNT = "bank_account"
    PERIOD = "period"  # a date that the receiver posts to a fiscal period by


@dataclass(frozen=True)
class Column:
    """One column: its header, how it is written, and where its value comes from.

    `field` is what the receiver calls it, "" where it is not mapped; `hint` says what to know of
    it. `longest` is the most characters that a record's field may have.
    """

    header: str
    kind: CellKind
    value: Callable[[ExportLine], Value]
    field: str = ""
    hint: str = ""
    longest: int | None = None


@dataclass(frozen=True)
class Layout:
    """A file that can be exported.

    Order and headers of `columns` never change: people save mappings against them. `notes` are
    for the page that offers the layout: what its receiver does not document, or can't take.

    Attributes:
        watermark_column: header of the free-text column that carries a watermark.
        guide: how the file is imported the first time.
        one_line: line breaks in texts become spaces, so that a row is one line.
        bom: a CSV with other than ASCII characters starts with a byte order mark.
        max_rows: transactions per file; more are split into numbered files in a .zip.
        max_bytes: size of one such file, header included.
    """

    name: str
    title: str
    format: FileFormat
    columns: tuple[Column, ...]
    carries: frozenset[Content]
    watermark_column: str
    guide: Guide
    one_line: bool = True
    bom: bool = False
    max_rows: int | None = None
    max_bytes: int | None = None
    notes: tuple[str, ...] = ()

    @property
    def extension(self) -> str:
        return self.format.value

    @property
    def media_type(self) -> str:
        return self.format.media_type

    @property
    def carries_gl(self) -> bool:
        """A file without GL codes has one row per transaction, split or not."""
        return bool(self.carries & {Content.GL, Content.OPTIONAL_GL})


def stamped(layout: Layout, watermark: str) -> Layout:
    """The layout with the watermark in front of one free text of every row; as it is for ""."""
    if not watermark:
        return layout
    columns = tuple(
        _stamped_column(column, watermark) if column.header == layout.watermark_column else column
        for column in layout.columns
    )
    return replace(layout, columns=columns)


def _stamped_column(column: Column, watermark: str) -> Column:
    def value(line: ExportLine) -> str:
        text = column.value(line)
        return f"{watermark} - {text}" if text else watermark

    return replace(column, value=value)
