"""The ACS CSV of LedgerSync's older help, for firms whose mapping templates are made for it."""

from ledgersync.exports import acs_fields, guides
from ledgersync.exports.layouts import CellKind, Column, Content, FileFormat, Layout

ACS_CSV_LEGACY = Layout(
    name="acs-csv-legacy",
    title="ACS CSV (older)",
    format=FileFormat.CSV,
    columns=(
        Column("Date", CellKind.DATE, lambda line: line.date, "Date"),
        Column(
            "Transaction ID",
            CellKind.CODE,
            lambda line: line.transaction_id,
            hint="this app's own, the same in every file; keep it for looking a row up",
        ),
        Column("Vendor Code", CellKind.CODE, lambda line: line.vendor_code, "Vendor ID"),
        Column(
            "Description",
            CellKind.TEXT,
            lambda line: line.description,
            "Payee Name/Description",
            "the bank's own text",
        ),
        Column(
            "Debit",
            CellKind.AMOUNT,
            acs_fields.debit,
            "Debit Distribution Amount",
            "money out, as the bank sees it",
        ),
        Column(
            "Credit",
            CellKind.AMOUNT,
            acs_fields.credit,
            "Credit Distribution Amount",
            "money in, as the bank sees it",
        ),
        Column("GL Code", CellKind.CODE, lambda line: line.gl_code, "General Ledger Account"),
        Column(
            "Reference",
            CellKind.CODE,
            lambda line: line.check_number.strip(),
            "Reference",
            "the check number, otherwise empty",
        ),
        Column("Department", CellKind.CODE, lambda _: "", hint="always empty: nothing is guessed"),
        Column("Class", CellKind.CODE, lambda _: "", hint="always empty: nothing is guessed"),
    ),
    carries=frozenset({Content.GL, Content.VENDOR, Content.PERIOD}),
    watermark_column="Description",
    guide=guides.accounting_cs(
        "",
        (
            (
                "This layout has no Transaction Type, which Accounting CS requires: set a fixed "
                "value in the wizard, or use a layout that has it."
            ),
            (
                "Thomson Reuters documents .xlsx and .xls only. Where the wizard does not offer "
                "CSV files, use **Export to ACS Format**."
            ),
            guides.KEEP_AS_IT_IS,
        ),
        (
            "Transaction ID is this app's own id of the transaction.",
            (
                "Department and Class stay empty: a department that is part of the GL code is in "
                "GL Code."
            ),
            "Which field each column is meant for is not documented; the mapping below is ours.",
        ),
    ),
    bom=True,
    notes=(
        "For mapping templates made after LedgerSync's older help; has no Transaction Type.",
        "Department and Class are always empty.",
        "Transaction ID is this app's own and never changes.",
    ),
)
