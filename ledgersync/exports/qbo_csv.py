"""QuickBooks Online's three-column CSV, within the size that its upload takes."""

from ledgersync.exports.layouts import CellKind, Column, FileFormat, Layout

QBO_CSV = Layout(
    name="qbo-csv",
    title="QuickBooks Online CSV",
    format=FileFormat.CSV,
    columns=(
        Column("Date", CellKind.DATE, lambda line: line.date),
        Column("Description", CellKind.TEXT, lambda line: line.description),
        Column("Amount", CellKind.AMOUNT, lambda line: line.amount),
    ),
    carries=frozenset(),
    watermark_column="Description",
    one_line=False,
    max_rows=1_000,
    max_bytes=350_000,
    notes=(
        "Carries no vendor and no GL code; money out is negative.",
        "More than 1,000 transactions or 350 KB come as numbered files in one .zip: upload each.",
    ),
)
