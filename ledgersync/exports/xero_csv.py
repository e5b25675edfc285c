"""Xero's CSV of statement lines, with the account code for those that are coded already."""

from ledgersync.exports import acs_fields
from ledgersync.exports.guides import KEEP_AS_IT_IS, TRY_ONE_CLIENT, Guide
from ledgersync.exports.layouts import CellKind, Column, Content, FileFormat, Layout

# Xero takes 1,000 lines a file, and the header is one of them.
_LINES, _HEADER = 1_000, 1

XERO_CSV = Layout(
    name="xero-csv",
    title="Xero CSV",
    format=FileFormat.CSV,
    columns=(
        Column("*Date", CellKind.DATE, lambda line: line.date, "Date", "as MM/DD/YYYY"),
        Column(
            "*Amount",
            CellKind.AMOUNT,
            lambda line: line.distribution,
            "Amount",
            "money out is negative",
        ),
        Column("Payee", CellKind.TEXT, acs_fields.named_payee, "Payee"),
        Column("Description", CellKind.TEXT, acs_fields.distribution_text, "Description"),
        Column("Reference", CellKind.TEXT, lambda line: line.memo.strip(), "Reference", "the memo"),
        Column(
            "Check Number",
            CellKind.CODE,
            lambda line: line.check_number.strip(),
            "Cheque Number",
        ),
        Column(
            "Account Code",
            CellKind.CODE,
            lambda line: line.gl_code,
            "Account Code",
            "only where Xero offers it, in an import of lines that are coded already",
        ),
    ),
    carries=frozenset({Content.OPTIONAL_GL}),
    watermark_column="Description",
    guide=Guide(
        receiver="Xero",
        steps=(
            "If the download is a .zip, unpack it: each file in it is imported by itself.",
            "In Xero, open the bank account and choose to import a statement.",
            "Choose the file.",
            (
                "Say that the first line holds headings and that dates are MM/DD/YYYY, then assign "
                "the columns as listed below."
            ),
            "Look at the preview, then import.",
        ),
        checks=(
            TRY_ONE_CLIENT,
            KEEP_AS_IT_IS,
            "The account codes are those of this client's chart here: Xero must have the same.",
        ),
        choices=(
            (
                "A split gives one line per GL code, so that each can carry its code; together "
                "they are what the bank moved."
            ),
        ),
        mapping_step=4,
    ),
    max_rows=_LINES - _HEADER,
    notes=(
        "Account Code is the GL code of the client's chart here; Xero must have the same codes.",
        "A file has at most 1,000 lines with its header: more come as numbered files in one .zip.",
        "A split gives one line per GL code.",
    ),
)
