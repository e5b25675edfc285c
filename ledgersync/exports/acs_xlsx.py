"""Export to ACS Format: the spreadsheet import of transactions, as Thomson Reuters documents it."""

from ledgersync.exports import acs_fields, guides
from ledgersync.exports.layouts import CellKind, Column, Content, FileFormat, Layout

ACS_XLSX = Layout(
    name="acs-xlsx",
    title="Export to ACS Format",
    format=FileFormat.XLSX,
    columns=(
        Column(
            "Transaction Type",
            CellKind.CODE,
            acs_fields.transaction_type,
            "Transaction Type",
            "Check, Payment or Deposit; spelled as Accounting CS accepts it",
        ),
        Column(
            "Bank Account",
            CellKind.TEXT,
            lambda line: line.bank_account,
            "Bank Account",
            "must equal the bank account's Description in Accounting CS; set it on Clients",
        ),
        Column(
            "Reference",
            CellKind.CODE,
            lambda line: line.check_number.strip(),
            "Reference",
            "the check number; required for checks",
        ),
        Column("Date", CellKind.DATE, lambda line: line.date, "Date"),
        Column(
            "Vendor ID",
            CellKind.CODE,
            lambda line: line.vendor_code,
            "Vendor ID",
            "the vendor's code, as text",
        ),
        Column(
            "Payee Name/Description",
            CellKind.TEXT,
            acs_fields.payee,
            "Payee Name/Description",
            "required for checks",
        ),
        Column(
            "Total Amount",
            CellKind.AMOUNT,
            acs_fields.total_amount,
            "Total Amount",
            "always positive; the type carries the direction",
        ),
        Column(
            "General Ledger Account",
            CellKind.CODE,
            lambda line: line.gl_code,
            "General Ledger Account",
            "as text, so that 100-00 stays 100-00",
        ),
        Column(
            "Distribution Description",
            CellKind.TEXT,
            acs_fields.distribution_text,
            "Distribution Description",
        ),
        Column(
            "Distribution Amount",
            CellKind.AMOUNT,
            acs_fields.distribution_amount,
            "Distribution Amount",
            "the row's share of the total; documented for Workpapers CS",
        ),
        Column("Memo", CellKind.TEXT, lambda line: line.memo, "Memo", "leave out if not offered"),
    ),
    carries=frozenset(
        {
            Content.GL,
            Content.VENDOR,
            Content.TRANSACTION_TYPE,
            Content.BANK_ACCOUNT,
            Content.PERIOD,
        }
    ),
    watermark_column="Memo",
    guide=guides.accounting_cs(
        "Transactions",
        (
            "Each Bank Account must read exactly as its Description in Accounting CS.",
            "Nothing may land in Undistributed: the export blocks rows without a GL code.",
        ),
        (
            (
                "Money out with a check number is a Check, other money out a Payment, money in a "
                "Deposit."
            ),
            "Total Amount is positive: its sign is not documented.",
            (
                "A split gives one row per GL code, all with the same reference, date and total. "
                "How Accounting CS puts such rows together is not documented."
            ),
        ),
    ),
    notes=(
        "The Excel file for File > Import > Spreadsheet in Accounting CS.",
        "Total Amount is always positive; the Transaction Type tells money in from money out.",
        "Accounting CS does not document how rows of a split are put together.",
    ),
)
