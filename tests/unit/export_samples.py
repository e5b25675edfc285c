"""Lines for the tests of exports, and readers that see a file as its receiver would."""

import csv
import io
from datetime import date
from typing import Any

from python_calamine import CalamineWorkbook

from ledgersync.domain.export_lines import ExportLine
from ledgersync.domain.transactions import Status

RENT = ExportLine(
    transaction_id="t1",
    version=1,
    date=date(2026, 10, 5),
    description="HARBOR PROPERTIES RENT",
    payee="Harbor Properties",
    vendor_name="Harbor Properties LLC",
    vendor_code="0042",
    gl_code="6100-00",
    amount=-125_000,
    distribution=-125_000,
    check_number="",
    memo="October",
    distribution_description="",
    bank_account="Operating Checking",
    account_number="4821",
    status=Status.REVIEWED,
    pending=False,
    export_number=None,
    exported_version=None,
    has_vendor=True,
)


def line(**changes: Any) -> ExportLine:
    """The rent with changes; a changed amount is the distribution too, unless one is given."""
    if "amount" in changes:
        changes.setdefault("distribution", changes["amount"])
    return RENT._replace(**changes)


def many_lines(count: int) -> list[ExportLine]:
    return [line(transaction_id=f"t{n}", amount=-100 - n) for n in range(count)]


def csv_rows(data: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(data.decode("utf-8-sig"), newline="")))


def xlsx_rows(data: bytes) -> list[list[Any]]:
    sheet = CalamineWorkbook.from_filelike(io.BytesIO(data)).get_sheet_by_name("Transactions")
    return sheet.to_python(skip_empty_area=False)


def xlsx_records(data: bytes) -> list[dict[str, Any]]:
    header, *rows = xlsx_rows(data)
    return [dict(zip(header, row, strict=True)) for row in rows]


def csv_records(data: bytes) -> list[dict[str, str]]:
    header, *rows = csv_rows(data)
    return [dict(zip(header, row, strict=True)) for row in rows]
