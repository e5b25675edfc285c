"""Export to ACS Format: the spreadsheet import of transactions, as Thomson Reuters documents it."""

from ledgersync.exports import acs_fields
from ledgersync.exports.layouts import CellKind, Column, Content, FileFormat, Layout

ACS_XLSX = Layout(
    name="acs-xlsx",
    title="Export to ACS Format",
    format=FileFormat.XLSX,
    columns=(
        Column("Transaction Type", CellKind.CODE, acs_fields.transaction_type),
        Column("Bank Account", CellKind.TEXT, lambda line: line.bank_account),
        Column("Reference", CellKind.CODE, lambda line: line.check_number.strip()),
        Column("Date", CellKind.DATE, lambda line: line.date),
        Column("Vendor ID", CellKind.CODE, lambda line: line.vendor_code),
        Column("Payee Name/Description", CellKind.TEXT, acs_fields.payee),
        Column("Total Amount", CellKind.AMOUNT, acs_fields.total_amount),
        Column("General Ledger Account", CellKind.CODE, lambda line: line.gl_code),
        Column("Distribution Description", CellKind.TEXT, acs_fields.distribution_text),
        Column("Distribution Amount", CellKind.AMOUNT, acs_fields.distribution_amount),
        Column("Memo", CellKind.TEXT, lambda line: line.memo),
    ),
    carries=frozenset(Content),
    watermark_column="Memo",
    notes=(
        "Total Amount is positive, the type tells the direction: the sign is not documented.",
        "How rows of a split are grouped, and how long texts may be, is not documented.",
    ),
)
