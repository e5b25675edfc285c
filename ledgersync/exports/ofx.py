"""OFX 1.0.2: a bank file with an id for each transaction, which an importer knows again."""

from ledgersync.exports import bank_fields
from ledgersync.exports.guides import TRY_ONE_CLIENT, Guide
from ledgersync.exports.layouts import CellKind, Column, FileFormat, Layout

# The headers are the tags, in the order that the standard fixes; the lengths are its own.
OFX = Layout(
    name="ofx",
    title="OFX bank file",
    format=FileFormat.OFX,
    columns=(
        Column("TRNTYPE", CellKind.CODE, bank_fields.ofx_type, "Type", "CHECK, CREDIT or DEBIT"),
        Column("DTPOSTED", CellKind.DATE, lambda line: line.date, "Date"),
        Column(
            "TRNAMT", CellKind.AMOUNT, lambda line: line.amount, "Amount", "money out is negative"
        ),
        Column(
            "FITID",
            CellKind.CODE,
            lambda line: line.transaction_id,
            "Id",
            "the same in every file, so that an importer can know a row again",
        ),
        Column(
            "CHECKNUM",
            CellKind.CODE,
            lambda line: line.check_number.strip(),
            "Check number",
            longest=12,
        ),
        Column("NAME", CellKind.TEXT, bank_fields.name, "Payee", "32 characters", longest=32),
        Column("MEMO", CellKind.TEXT, bank_fields.memo, "Memo", "the bank's own text", longest=255),
    ),
    carries=frozenset(),
    watermark_column="MEMO",
    guide=Guide(
        receiver="a program that takes bank files",
        steps=(
            "Open the import of bank or card files in the program.",
            "Choose the file; nothing has to be mapped, the fields are fixed by the standard.",
            (
                "Assign it to its bank account the first time: the file names it by its last "
                "digits and this app's id."
            ),
            "Look at the preview, then import.",
        ),
        checks=(
            TRY_ONE_CLIENT,
            "The file carries no GL code and no vendor code: rows are coded in the program again.",
        ),
        choices=(
            "The bank's routing number is not known to this app: the file has nine zeros there.",
        ),
    ),
    notes=(
        "Carries no GL code and no vendor code: a bank file has no place for them.",
        "Each transaction has the same FITID in every file.",
        "The bank's routing number is not known here: nine zeros stand in its place.",
    ),
)
