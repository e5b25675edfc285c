"""The layouts that can be exported, by name; a new one is a file of its own and a line here."""

from collections.abc import Mapping
from types import MappingProxyType

from ledgersync.errors import InvalidInput
from ledgersync.exports.acs_csv_11 import ACS_CSV_11
from ledgersync.exports.acs_csv_journal import ACS_CSV_JOURNAL
from ledgersync.exports.acs_csv_legacy import ACS_CSV_LEGACY
from ledgersync.exports.acs_xlsx import ACS_XLSX
from ledgersync.exports.layouts import CellKind, Column, Content, FileFormat, Layout
from ledgersync.exports.ofx import OFX
from ledgersync.exports.qbo_csv import QBO_CSV
from ledgersync.exports.qif import QIF
from ledgersync.exports.xero_csv import XERO_CSV

__all__ = [
    "DEFAULT_LAYOUT",
    "LAYOUTS",
    "CellKind",
    "Column",
    "Content",
    "FileFormat",
    "Layout",
    "find_layout",
]

DEFAULT_LAYOUT = ACS_XLSX.name

LAYOUTS: Mapping[str, Layout] = MappingProxyType(
    {
        layout.name: layout
        for layout in (
            ACS_XLSX,
            ACS_CSV_11,
            ACS_CSV_JOURNAL,
            ACS_CSV_LEGACY,
            QBO_CSV,
            XERO_CSV,
            QIF,
            OFX,
        )
    }
)


def find_layout(name: str) -> Layout:
    """The layout of that name.

    Raises:
        InvalidInput: when there is none, naming those there are.
    """
    if name not in LAYOUTS:
        raise InvalidInput(
            f"There is no export layout named {name[:40]!r}.",
            f"Choose one of {', '.join(LAYOUTS)}.",
        )
    return LAYOUTS[name]
