"""QuickBooks Online's three-column CSV, within the size that its upload takes."""

from ledgersync.exports.guides import TRY_ONE_CLIENT, Guide
from ledgersync.exports.layouts import CellKind, Column, FileFormat, Layout

QBO_CSV = Layout(
    name="qbo-csv",
    title="QuickBooks Online CSV",
    format=FileFormat.CSV,
    columns=(
        Column("Date", CellKind.DATE, lambda line: line.date, "Date", "as MM/DD/YYYY"),
        Column("Description", CellKind.TEXT, lambda line: line.description, "Description"),
        Column(
            "Amount",
            CellKind.AMOUNT,
            lambda line: line.amount,
            "Amount",
            "one column with signs; money out is negative",
        ),
    ),
    carries=frozenset(),
    watermark_column="Description",
    guide=Guide(
        receiver="QuickBooks Online",
        steps=(
            "If the download is a .zip, unpack it: each file in it is uploaded by itself.",
            "In QuickBooks Online, open the bank transactions and choose to upload from a file.",
            "Choose the file and the account that it is of.",
            (
                "Say that the first row holds headers, that amounts stand in one column, and that "
                "dates are MM/DD/YYYY. Map the columns as listed below."
            ),
            "Look at the preview: money out must be shown as spent. Then finish the upload.",
        ),
        checks=(
            TRY_ONE_CLIENT,
            "QuickBooks codes these rows itself: the file carries no vendor and no GL code.",
        ),
        mapping_step=4,
    ),
    one_line=False,
    max_rows=1_000,
    max_bytes=350_000,
    notes=(
        "Carries no vendor and no GL code; money out is negative.",
        "More than 1,000 transactions or 350 KB come as numbered files in one .zip: upload each.",
    ),
)
