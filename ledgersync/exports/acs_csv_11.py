"""ACS CSV with eleven columns, as LedgerSync's help lists them."""

from ledgersync.exports import acs_fields, guides
from ledgersync.exports.layouts import CellKind, Column, Content, FileFormat, Layout

ACS_CSV_11 = Layout(
    name="acs-csv-11",
    title="ACS CSV (11 columns)",
    format=FileFormat.CSV,
    columns=(
        Column("Date", CellKind.DATE, lambda line: line.date, "Date"),
        Column(
            "Description",
            CellKind.TEXT,
            lambda line: line.description,
            "Payee Name/Description",
            "the bank's own text",
        ),
        Column(
            "Vendor Name",
            CellKind.TEXT,
            lambda line: line.vendor_name,
            hint="for reading; the code names the vendor",
        ),
        Column("Vendor Code", CellKind.CODE, lambda line: line.vendor_code, "Vendor ID"),
        Column("GL Code", CellKind.CODE, lambda line: line.gl_code, "General Ledger Account"),
        Column(
            "Debit Amount",
            CellKind.AMOUNT,
            acs_fields.debit,
            "Debit Distribution Amount",
            "money out, as the bank sees it",
        ),
        Column(
            "Credit Amount",
            CellKind.AMOUNT,
            acs_fields.credit,
            "Credit Distribution Amount",
            "money in, as the bank sees it",
        ),
        Column(
            "Reference Number",
            CellKind.CODE,
            lambda line: line.check_number.strip(),
            "Reference",
            "the check number; required for checks",
        ),
        Column("Memo", CellKind.TEXT, lambda line: line.memo, "Memo", "leave out if not offered"),
        Column(
            "Transaction Type",
            CellKind.CODE,
            acs_fields.transaction_type,
            "Transaction Type",
            "Check, Payment or Deposit",
        ),
        Column(
            "Account Number",
            CellKind.CODE,
            lambda line: line.account_number,
            hint="not the Description that Bank Account asks for: choose the account in the wizard",
        ),
    ),
    carries=frozenset({Content.GL, Content.VENDOR, Content.TRANSACTION_TYPE, Content.PERIOD}),
    watermark_column="Memo",
    guide=guides.accounting_cs(
        "",
        (
            (
                "Thomson Reuters documents .xlsx and .xls only. Where the wizard does not offer "
                "CSV files, use **Export to ACS Format**."
            ),
            guides.KEEP_AS_IT_IS,
            "Money out must arrive as payments and checks, money in as deposits.",
        ),
        (
            (
                "Which field LedgerSync means each of its eleven columns for is not documented; "
                "the mapping below is ours."
            ),
            (
                "Money out with a check number is a Check, other money out a Payment, money in a "
                "Deposit."
            ),
        ),
    ),
    # Excel takes UTF-8 without a mark for the PC's own code page and garbles names. The mark
    # touches only the header row, which the import wizard omits; pure ASCII needs none.
    bom=True,
    notes=(
        "LedgerSync's CSV with 11 columns; Accounting CS itself documents Excel files only.",
        "Debit is money out and credit is money in, as the bank sees it.",
        "Written in UTF-8, with a byte order mark when a text needs more than ASCII.",
    ),
)
