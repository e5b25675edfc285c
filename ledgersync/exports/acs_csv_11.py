"""ACS CSV with eleven columns, as LedgerSync's help lists them."""

from ledgersync.exports import acs_fields
from ledgersync.exports.layouts import CellKind, Column, Content, FileFormat, Layout

ACS_CSV_11 = Layout(
    name="acs-csv-11",
    title="ACS CSV (11 columns)",
    format=FileFormat.CSV,
    columns=(
        Column("Date", CellKind.DATE, lambda line: line.date),
        Column("Description", CellKind.TEXT, lambda line: line.description),
        Column("Vendor Name", CellKind.TEXT, lambda line: line.vendor_name),
        Column("Vendor Code", CellKind.CODE, lambda line: line.vendor_code),
        Column("GL Code", CellKind.CODE, lambda line: line.gl_code),
        Column("Debit Amount", CellKind.AMOUNT, acs_fields.debit),
        Column("Credit Amount", CellKind.AMOUNT, acs_fields.credit),
        Column("Reference Number", CellKind.CODE, lambda line: line.check_number.strip()),
        Column("Memo", CellKind.TEXT, lambda line: line.memo),
        Column("Transaction Type", CellKind.CODE, acs_fields.transaction_type),
        Column("Account Number", CellKind.CODE, lambda line: line.account_number),
    ),
    carries=frozenset({Content.GL, Content.VENDOR, Content.TRANSACTION_TYPE}),
    watermark_column="Memo",
    # Excel takes UTF-8 without a mark for the PC's own code page and garbles names. The mark
    # touches only the header row, which the import wizard omits; pure ASCII needs none.
    bom=True,
    notes=(
        "Thomson Reuters documents .xlsx and .xls only; LedgerSync's help describes this CSV.",
        "Debit is money out and credit is money in, as the bank sees it.",
        "Written in UTF-8, with a byte order mark when a text needs more than ASCII.",
    ),
)
