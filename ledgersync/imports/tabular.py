"""Rows out of a file, whatever kind of table it is: told by its first bytes, not by its name."""

from ledgersync.errors import ImportRejected
from ledgersync.imports.delimited import read_text
from ledgersync.imports.tables import LONGEST_FILE, Most, TableFile
from ledgersync.imports.workbooks import read_workbook

WORKBOOKS = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")
"""How .xlsx and .xls files begin."""

_OTHER_KINDS = {
    b"%PDF": "a PDF",
    b"{\\rtf": "a text document (RTF)",
    b"\x89PNG": "a picture",
    b"\xff\xd8\xff": "a picture",
    b"GIF8": "a picture",
    b"\x1f\x8b": "a compressed file",
    b"Rar!": "a compressed file",
    b"7z\xbc\xaf": "a compressed file",
}
_HOW_TO_SAVE = "Save the list as .xlsx or .csv, then choose that file."


def read_tables(data: bytes, most: Most | None = None) -> TableFile:
    """Read a .csv, .tsv, .xlsx or .xls file.

    Args:
        data: the file, at most 10 MB; more than 50,000 rows or 100 columns are refused.
        most: what a workbook may have instead, where it is more than a list.

    Raises:
        ImportRejected: when the file is empty, too large, damaged, protected by a password, or
            something else; one sentence says which.
    """
    if len(data) > LONGEST_FILE:
        raise ImportRejected(
            f"The file has {len(data) / 1024 / 1024:.1f} MB; at most "
            f"{LONGEST_FILE // 1024 // 1024} MB are read.",
            "Split the list into several files.",
        )
    if not data.strip(b"\xef\xbb\xbf \t\r\n\x00"):
        raise ImportRejected("The file is empty.", "Choose the file with the list.")
    for mark, kind in _OTHER_KINDS.items():
        if data.startswith(mark):
            raise ImportRejected(f"The file is {kind}, not a table.", _HOW_TO_SAVE)
    if data.startswith(WORKBOOKS):
        return read_workbook(data, most)
    return read_text(data)
