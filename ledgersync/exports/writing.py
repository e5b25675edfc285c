"""From lines to the bytes of a file, with the figures that are kept beside it."""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from ledgersync.domain.export_lines import ExportAccount, ExportLine
from ledgersync.errors import ExportRefused
from ledgersync.exports.csv_files import csv_files, zipped
from ledgersync.exports.layouts import FileFormat, Layout, stamped
from ledgersync.exports.ofx_files import ofx_file
from ledgersync.exports.qif_files import qif_file
from ledgersync.exports.record_cells import ENCODING
from ledgersync.exports.texts import CELL_LIMIT, Guard, TextWriter
from ledgersync.exports.xlsx_files import xlsx_file

__all__ = ["Guard", "Rendered", "render"]


_NO_ACCOUNT = ExportAccount()


@dataclass(frozen=True)
class Rendered:
    """A finished export: its bytes and what can be said of them.

    `extension` is without a dot. `rows` counts rows below the headers, `total` is the sum of the
    transactions in cents, each counted once, negative is money out. The `..._cells` count texts
    that had to be changed: an apostrophe before what looks like a formula, line breaks replaced by
    spaces, unwritable characters removed (or rich-text markup disarmed by a space), texts cut at a
    cell's or field's limit, characters replaced that the file's encoding lacks. `files` is more
    than one in a .zip.
    """

    data: bytes = field(repr=False)
    extension: str
    media_type: str
    rows: int
    total: int
    guarded_cells: int
    sha256: str
    files: int
    joined_cells: int = 0
    cleaned_cells: int = 0
    shortened_cells: int = 0
    replaced_cells: int = 0

    @property
    def changes(self) -> tuple[str, ...]:
        """What was changed in texts beside the apostrophes, in words; empty when nothing was."""
        counted = (
            (self.joined_cells, "had line breaks, which became spaces"),
            (
                self.cleaned_cells,
                "had control characters or markup that a file can't hold as it is",
            ),
            (self.shortened_cells, "were cut to what their cell or field holds"),
            (self.replaced_cells, "had characters that became ?, as such files can't hold them"),
        )
        return tuple(f"Texts that {what}: {count:,}." for count, what in counted if count)


def render(
    layout: Layout,
    lines: Iterable[ExportLine],
    guard: Guard = Guard.EXCEL_SAFE,
    watermark: str = "",
    account: ExportAccount = _NO_ACCOUNT,
) -> Rendered:
    """Write the lines in the given layout; the same arguments give the same bytes.

    Rows keep the order of the lines. A layout without GL codes takes one row per transaction,
    others one per line. The guard works on CSV only: in a workbook texts are texts, and in a bank
    file each stands behind its tag. A watermark such as "DEMO" stands in front of a free text of
    every row, and in a workbook's page header and properties, so that people see it and an importer
    still reads the file. `account` is named in bank files.

    Raises:
        ExportRefused: for a pending transaction, a split that does not add up to its transaction,
            or a value that does not fit its column.
    """
    lines = tuple(lines)
    whole = _one_per_transaction(lines)
    _require_posted(lines)
    _require_whole(lines, whole)
    rows = lines if layout.carries_gl else whole
    texts = TextWriter(
        guard=guard is Guard.EXCEL_SAFE and layout.format is FileFormat.CSV,
        one_line=layout.one_line,
        limit=CELL_LIMIT if layout.format is FileFormat.XLSX else None,
        encoding=ENCODING if layout.format.is_records else "",
    )
    files = _files(layout, rows, texts, watermark, account)
    data, file_format = _joined(layout, files)
    return Rendered(
        data=data,
        extension=file_format.value,
        media_type=file_format.media_type,
        rows=len(rows),
        total=sum(line.amount for line in whole),
        guarded_cells=texts.guarded,
        sha256=hashlib.sha256(data).hexdigest(),
        files=len(files),
        joined_cells=texts.joined,
        cleaned_cells=texts.cleaned,
        shortened_cells=texts.shortened,
        replaced_cells=texts.replaced,
    )


def _files(
    layout: Layout,
    rows: Sequence[ExportLine],
    texts: TextWriter,
    watermark: str,
    account: ExportAccount,
) -> list[bytes]:
    layout = stamped(layout, watermark)
    match layout.format:
        case FileFormat.XLSX:
            return [xlsx_file(layout, rows, texts, watermark)]
        case FileFormat.QIF:
            return [qif_file(layout, rows, texts, account)]
        case FileFormat.OFX:
            return [ofx_file(layout, rows, texts, account)]
        case _:
            return csv_files(layout, rows, texts)


def _joined(layout: Layout, files: Sequence[bytes]) -> tuple[bytes, FileFormat]:
    if len(files) == 1:
        return files[0], layout.format
    return zipped(files), FileFormat.ZIP


def _one_per_transaction(lines: Iterable[ExportLine]) -> tuple[ExportLine, ...]:
    first: dict[str, ExportLine] = {}
    for line in lines:
        first.setdefault(line.transaction_id, line)
    return tuple(first.values())


def _require_posted(lines: Iterable[ExportLine]) -> None:
    pending = next((line for line in lines if line.pending), None)
    if pending:
        raise ExportRefused(
            f"The transaction of {pending.date:%m/%d/%Y}, {pending.description[:40]!r}, is still "
            "pending at the bank.",
            "Leave it out until the bank has posted it.",
        )


def _require_whole(lines: Iterable[ExportLine], whole: Iterable[ExportLine]) -> None:
    """Refuse a file whose distributions would not add up to what the bank moved."""
    shares: dict[str, int] = {}
    for line in lines:
        shares[line.transaction_id] = shares.get(line.transaction_id, 0) + line.distribution
    for line in whole:
        if shares[line.transaction_id] != line.amount:
            raise ExportRefused(
                f"The split of {line.date:%m/%d/%Y}, {line.description[:40]!r}, does not add up "
                "to its transaction.",
                "Correct the split in Review, then export again.",
            )
