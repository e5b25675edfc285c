"""QIF files: one letter and a text a line, a caret after each transaction."""

from collections.abc import Iterable

from ledgersync.domain.export_lines import ExportAccount, ExportLine
from ledgersync.exports.cells import date_text
from ledgersync.exports.layouts import Layout
from ledgersync.exports.record_cells import ENCODING, record
from ledgersync.exports.texts import TextWriter


def qif_file(
    layout: Layout, lines: Iterable[ExportLine], texts: TextWriter, account: ExportAccount
) -> bytes:
    """The transactions of a bank account or card.

    Raises:
        ExportRefused: when a value does not fit its field.
    """
    written = [f"!Type:{'CCard' if account.is_card else 'Bank'}"]
    for line in lines:
        written += [f"{tag}{text}" for tag, text in record(layout, line, texts, date_text)]
        written.append("^")
    return "".join(f"{one}\r\n" for one in written).encode(ENCODING)
