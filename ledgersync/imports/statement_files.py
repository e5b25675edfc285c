"""Statement files of any kind that is read: told by what is in them, not by their names."""

from ledgersync.domain.statement_files import Reading, StatementFile
from ledgersync.errors import ImportRejected
from ledgersync.imports.delimited import decoded
from ledgersync.imports.ofx import NO_BANK_FILE, read_ofx
from ledgersync.imports.ofx_tags import is_ofx
from ledgersync.imports.qif import is_qif, read_qif
from ledgersync.imports.statement_tables import read_statement_table
from ledgersync.imports.tables import LONGEST_FILE

_WORKBOOKS = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")


def read_statement_file(data: bytes, reading: Reading) -> StatementFile:
    """Read an OFX, QFX, QBO, QIF, CSV or Excel file, at most 10 MB.

    Raises:
        ImportRejected: when the file as a whole can't be read; one sentence says why.
    """
    if len(data) > LONGEST_FILE:
        raise ImportRejected(
            f"The file has {len(data) / 1024 / 1024:.1f} MB; at most "
            f"{LONGEST_FILE // 1024 // 1024} MB are read.",
            "Download shorter periods, one file each.",
        )
    if not data.strip(b"\xef\xbb\xbf \t\r\n\x00"):
        raise ImportRejected("The file is empty.", "Download it from the bank again.")
    if data.startswith(b"%PDF"):
        raise ImportRejected(
            "The file is a PDF, which is not read here.",
            "Download the transactions from the bank as OFX, QFX, QBO, QIF or CSV.",
        )
    if data.startswith(_WORKBOOKS):
        return read_statement_table(data, reading)
    text, _ = decoded(data, NO_BANK_FILE)
    if is_ofx(text):
        return read_ofx(data, reading)
    return read_qif(data, reading) if is_qif(text) else read_statement_table(data, reading)
