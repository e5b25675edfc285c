"""QIF: the older bank file, for programs that take nothing newer."""

from ledgersync.exports import bank_fields
from ledgersync.exports.guides import TRY_ONE_CLIENT, Guide
from ledgersync.exports.layouts import CellKind, Column, FileFormat, Layout

# The headers are the letters that each line of a record begins with.
QIF = Layout(
    name="qif",
    title="QIF bank file",
    format=FileFormat.QIF,
    columns=(
        Column("D", CellKind.DATE, lambda line: line.date, "Date", "as MM/DD/YYYY"),
        Column("T", CellKind.AMOUNT, lambda line: line.amount, "Amount", "money out is negative"),
        Column("N", CellKind.CODE, lambda line: line.check_number.strip(), "Check number"),
        Column("P", CellKind.TEXT, bank_fields.name, "Payee"),
        Column("M", CellKind.TEXT, bank_fields.memo, "Memo", "the bank's own text"),
    ),
    carries=frozenset(),
    watermark_column="M",
    guide=Guide(
        receiver="a program that takes bank files",
        steps=(
            "Open the import of QIF files in the program.",
            "Choose the file and the bank account that it is of: a QIF file does not name it.",
            "Say that dates are month first, if the program asks.",
            "Look at the preview, then import.",
        ),
        checks=(
            (
                "Import each file once: QIF has no id by which a program could know a row again. "
                "Where OFX is taken, use that."
            ),
            TRY_ONE_CLIENT,
            "The file carries no GL code and no vendor code: rows are coded in the program again.",
        ),
    ),
    notes=(
        "Carries no GL code and no vendor code.",
        "Has no id per transaction: importing the same file twice doubles its rows. OFX is safer.",
    ),
)
