"""ACS journal CSV, as LedgerSync's page of benefits lists it: each line balances in itself."""

from ledgersync.domain.export_lines import ExportLine
from ledgersync.exports import acs_fields, guides
from ledgersync.exports.layouts import CellKind, Column, Content, FileFormat, Layout

# JE is a spelling of Transaction Type that Accounting CS accepts for a journal entry.
SOURCE_CODE = "JE"
JOURNAL_CODE = "GJ"


def debit_account(line: ExportLine) -> str:
    """The account that this line's share is debited to: what was paid for, or else the bank."""
    return line.gl_code if line.distribution < 0 else line.bank_gl


def credit_account(line: ExportLine) -> str:
    return line.bank_gl if line.distribution < 0 else line.gl_code


def either_side(line: ExportLine) -> int:
    """This line's share in cents without a sign: both sides have it, so the line balances."""
    return abs(line.distribution)


ACS_CSV_JOURNAL = Layout(
    name="acs-csv-journal",
    title="ACS journal CSV",
    format=FileFormat.CSV,
    columns=(
        Column(
            "Source Code",
            CellKind.CODE,
            lambda _: SOURCE_CODE,
            "Transaction Type",
            f"always {SOURCE_CODE}, which Accounting CS reads as Journal Entry",
        ),
        Column(
            "Journal Code",
            CellKind.CODE,
            lambda _: JOURNAL_CODE,
            hint=f"always {JOURNAL_CODE}, the general journal; map it if the wizard asks for one",
        ),
        Column(
            "Reference",
            CellKind.CODE,
            lambda line: line.check_number.strip(),
            "Reference",
            "the check number, otherwise empty",
        ),
        Column("Date", CellKind.DATE, lambda line: line.date, "Date"),
        Column(
            "Description",
            CellKind.TEXT,
            acs_fields.distribution_text,
            "Distribution Description",
        ),
        Column(
            "GL Debit Account",
            CellKind.CODE,
            debit_account,
            "General Ledger Account",
            "of the debit side",
        ),
        Column(
            "GL Credit Account",
            CellKind.CODE,
            credit_account,
            "General Ledger Account",
            "of the credit side",
        ),
        Column("Debit Amount", CellKind.AMOUNT, either_side, "Debit Distribution Amount"),
        Column("Credit Amount", CellKind.AMOUNT, either_side, "Credit Distribution Amount"),
        Column(
            "Name (Vendor)",
            CellKind.TEXT,
            acs_fields.payee,
            hint="do not map: with a payee, each journal entry is split into two transactions",
        ),
        Column("Memo", CellKind.TEXT, lambda line: line.memo, "Memo", "leave out if not offered"),
    ),
    carries=frozenset({Content.GL, Content.BANK_GL, Content.PERIOD}),
    watermark_column="Memo",
    guide=guides.accounting_cs(
        "",
        (
            (
                "Leave **Name (Vendor)** without a field: Thomson Reuters says that a payee splits "
                "a journal entry into two transactions."
            ),
            "Debits and credits of the import must be equal; each line has both.",
            (
                "Thomson Reuters documents .xlsx and .xls only. Where the wizard does not offer "
                "CSV files, or takes one account a line only, use **Export to ACS Format**."
            ),
            guides.KEEP_AS_IT_IS,
        ),
        (
            (
                f"Source Code {SOURCE_CODE} and Journal Code {JOURNAL_CODE}: LedgerSync's page "
                "names the columns, not what goes into them."
            ),
            (
                "Money out debits the GL code and credits the bank's own account, money in the "
                "other way round; a card's own account is used like a bank's."
            ),
            "A split gives one line per GL code, each balanced in itself.",
            "Whether the wizard takes two accounts on one line is not documented.",
        ),
    ),
    bom=True,
    notes=(
        (
            "Each line balances: the GL code on one side, the bank account's own GL account on the "
            "other. Set that account on Clients."
        ),
        (
            f"Source Code is always {SOURCE_CODE} and Journal Code {JOURNAL_CODE}: our choice, as "
            "nobody documents them."
        ),
        "Do not map Name (Vendor) in the wizard.",
    ),
)
