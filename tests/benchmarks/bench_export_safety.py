"""Hostile texts by the million: cells that a spreadsheet would run, and amounts that changed.

python tests/benchmarks/bench_export_safety.py --cells 1000000
"""

import argparse
import csv
import io
import random
import re
import sys
import zipfile
from collections.abc import Iterable, Iterator
from datetime import date
from typing import Any
from unicodedata import category, normalize

from python_calamine import CalamineWorkbook

from ledgersync import money
from ledgersync.domain.export_lines import ExportLine
from ledgersync.domain.transactions import Status
from ledgersync.exports.registry import LAYOUTS
from ledgersync.exports.writing import render

LEADS = "=+-@ \t\r\n\xa0\ufeff\u200b\u2060\u202e\uff1d\uff0b\uff0d\uff20\ufe63'\""
TAILS = ("1+1", "cmd|' /C calc'!A0", 'HYPERLINK("http://x","y")', "<r><t>x</t></r>", "12.50", "é")
BLANK = ExportLine(
    transaction_id="", version=1, date=date(2026, 10, 5), description="", payee="", vendor_name="",
    vendor_code="", gl_code="", amount=0, distribution=0, check_number="", memo="",
    distribution_description="", bank_account="", account_number="", status=Status.REVIEWED,
    pending=False, export_number=None, exported_version=None, has_vendor=True,
)  # fmt: skip
TEXTS = [
    name
    for name, kind in ExportLine.__annotations__.items()
    if kind is str and name != "transaction_id"
]


def hostile_lines(count: int) -> Iterator[ExportLine]:
    dice = random.Random(11)  # noqa: S311  test data
    for number in range(count):
        amount = dice.randint(-99_999_999_999, 99_999_999_999)
        texts: dict[str, Any] = {name: _hostile_text(dice) for name in TEXTS}
        made = BLANK._replace(transaction_id=str(number), amount=amount, distribution=amount)
        yield made._replace(**texts)


def _hostile_text(dice: random.Random) -> str:
    lead = "".join(dice.choices(LEADS, k=dice.randrange(4)))
    return lead + dice.choice(TAILS)


def could_run(text: str) -> bool:
    """Whether a spreadsheet that opens a CSV might take the text for a formula."""
    seen = "".join(char for char in text if not (char.isspace() or category(char) in {"Cc", "Cf"}))
    return normalize("NFKC", seen[:1]) in {"=", "+", "-", "@"} or text[:1] in {"\t", "\r"}


def csv_faults(lines: list[ExportLine]) -> tuple[int, int]:
    """Cells that could run, and amounts that are not the source's."""
    text = render(LAYOUTS["acs-csv-11"], lines).data.decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(text, newline="")))
    formulas = sum(could_run(cell) for row in rows for cell in row.values())
    amounts = (
        f"-{row['Debit Amount']}" if row["Debit Amount"] else row["Credit Amount"] for row in rows
    )
    return formulas, _altered(amounts, (money.plain(line.amount) for line in lines))


def xlsx_faults(lines: list[ExportLine]) -> tuple[int, int]:
    """Cells with a formula or a link, and amounts that are not the source's."""
    data = render(LAYOUTS["acs-xlsx"], lines).data
    with zipfile.ZipFile(io.BytesIO(data)) as book:
        sheet = book.read("xl/worksheets/sheet1.xml")
    formulas = len(re.findall(rb"<(?:f|hyperlink)[ >/]", sheet))
    table = CalamineWorkbook.from_filelike(io.BytesIO(data)).get_sheet_by_index(0).to_python()
    amounts = (f"{row[6]:.2f}" for row in table[1:])
    return formulas, _altered(amounts, (money.plain(abs(line.amount)) for line in lines))


def _altered(written: Iterable[str], expected: Iterable[str]) -> int:
    return sum(one != other for one, other in zip(written, expected, strict=True))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cells", type=int, default=1_000_000, help="in each of two layouts")
    rows = -(-parser.parse_args().cells // 11)
    lines, bad = list(hostile_lines(rows)), 0
    for name, faults in (("acs-csv-11", csv_faults), ("acs-xlsx", xlsx_faults)):
        formulas, altered = faults(lines)
        bad += formulas + altered
        sys.stdout.write(
            f"{name:12} {rows * 11:>10,} cells  {formulas} formulas  {altered} altered amounts\n"
        )
    sys.exit(bool(bad))


if __name__ == "__main__":
    main()
