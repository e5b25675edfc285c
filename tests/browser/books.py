"""What the database of an installation holds, read past the app."""

import sqlite3
from collections.abc import Sequence
from contextlib import closing
from datetime import date
from pathlib import Path
from typing import Any

Cells = tuple[str | float | date, ...]

# The columns of the spreadsheet that Accounting CS imports, in the order it is mapped.
ACS_HEADERS = (
    "Transaction Type", "Bank Account", "Reference", "Date", "Vendor ID",
    "Payee Name/Description", "Total Amount", "General Ledger Account",
    "Distribution Description", "Distribution Amount", "Memo",
)  # fmt: skip

_GOING_OUT = """
    SELECT t.date, t.description, t.amount, t.payee, t.check_number, t.memo,
           b.acs_description, d.gl_code, coalesce(v.code, '') AS vendor_code,
           coalesce(v.name, '') AS vendor_name
      FROM transactions t
      JOIN bank_accounts b ON b.id = t.account_id
      JOIN decisions d ON d.transaction_id = t.id
      LEFT JOIN vendors v ON v.id = d.vendor_id
     WHERE t.account_id = ? AND t.date BETWEEN ? AND ?
       AND d.standing = 'reviewed' AND NOT t.pending AND t.removed_at IS NULL
"""


def query(database: Path, sql: str, values: Sequence[object] = ()) -> list[dict[str, Any]]:
    """The rows of one query."""
    with closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True)) as connection:
        connection.row_factory = sqlite3.Row
        return [dict(row) for row in connection.execute(sql, values)]


def expected_acs_rows(database: Path, account_id: str, start: date, end: date) -> list[Cells]:
    """The rows that Accounting CS should get for the reviewed transactions, without their order.

    By the rules of its spreadsheet import: money out with a check number is a Check, other money
    out a Payment, money in a Deposit; amounts are positive, codes are texts.
    """
    days = (start.isoformat(), end.isoformat())
    return [_acs_row(row) for row in query(database, _GOING_OUT, (account_id, *days))]


def _acs_row(row: dict[str, Any]) -> Cells:
    payee = row["payee"] or row["vendor_name"]
    is_check = row["amount"] < 0 and row["check_number"] and (payee or row["description"])
    kind = "Deposit" if row["amount"] >= 0 else "Check" if is_check else "Payment"
    amount = abs(row["amount"]) / 100
    return (
        kind, row["acs_description"], row["check_number"], date.fromisoformat(row["date"]),
        row["vendor_code"], payee or row["description"], amount, row["gl_code"],
        row["description"], amount, row["memo"],
    )  # fmt: skip
