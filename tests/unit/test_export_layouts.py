"""The CSV layouts beside the eleven columns: journal, legacy and Xero, read back as a table."""

import io
import zipfile
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ledgersync.domain.export_lines import ExportLine
from ledgersync.exports.registry import LAYOUTS, Layout
from ledgersync.exports.writing import render
from tests.unit.bank_file_readers import read_ofx, read_qif
from tests.unit.export_samples import csv_records, csv_rows, line, many_lines, xlsx_records
from tests.unit.test_export_properties import could_run, lines_of, one_line, rows, thorough

JOURNAL, LEGACY, XERO = (LAYOUTS[n] for n in ("acs-csv-journal", "acs-csv-legacy", "xero-csv"))
ELEVEN = "acs-csv-11"
CSV_LAYOUTS = (ELEVEN, "acs-csv-journal", "acs-csv-legacy", "qbo-csv", "xero-csv")
SPLIT = [
    line(amount=-300, distribution=-400, gl_code="6100-00", bank_gl="1000-00"),
    line(amount=-300, distribution=100, gl_code="6200-00", bank_gl="1000-00"),
]


def cents(text: str) -> Decimal:
    return Decimal(text or 0) * 100


def test_a_journal_line_balances_with_the_bank_on_the_other_side() -> None:
    out = line(check_number="0408", bank_gl="1000-00")
    back = line(transaction_id="t2", amount=500, bank_gl="1000-00")
    first, second = csv_records(render(JOURNAL, [out, back]).data)
    assert first == {
        "Source Code": "JE",
        "Journal Code": "GJ",
        "Reference": "0408",
        "Date": "10/05/2026",
        "Description": "HARBOR PROPERTIES RENT",
        "GL Debit Account": "6100-00",
        "GL Credit Account": "1000-00",
        "Debit Amount": "1250.00",
        "Credit Amount": "1250.00",
        "Name (Vendor)": "Harbor Properties",
        "Memo": "October",
    }
    assert (second["GL Debit Account"], second["GL Credit Account"]) == ("1000-00", "6100-00")
    assert (second["Debit Amount"], second["Credit Amount"]) == ("5.00", "5.00")


def test_each_share_of_a_split_is_a_journal_line_of_its_own() -> None:
    first, second = csv_records(render(JOURNAL, SPLIT).data)
    assert (first["GL Debit Account"], first["Debit Amount"]) == ("6100-00", "4.00")
    assert (second["GL Credit Account"], second["Credit Amount"]) == ("6200-00", "1.00")


def test_the_older_csv_has_its_columns_and_a_stable_id() -> None:
    assert csv_records(render(LEGACY, [line(check_number="7")]).data) == [
        {
            "Date": "10/05/2026",
            "Transaction ID": "t1",
            "Vendor Code": "0042",
            "Description": "HARBOR PROPERTIES RENT",
            "Debit": "1250.00",
            "Credit": "",
            "GL Code": "6100-00",
            "Reference": "7",
            "Department": "",
            "Class": "",
        }
    ]


def test_xero_gets_signed_amounts_and_the_account_code() -> None:
    assert csv_rows(render(XERO, [line(check_number="0408")]).data) == [
        [
            "*Date",
            "*Amount",
            "Payee",
            "Description",
            "Reference",
            "Check Number",
            "Account Code",
        ],
        [
            "10/05/2026",
            "-1250.00",
            "Harbor Properties",
            "HARBOR PROPERTIES RENT",
            "October",
            "0408",
            "6100-00",
        ],
    ]
    amounts = [row["*Amount"] for row in csv_records(render(XERO, SPLIT).data)]
    assert amounts == ["-4.00", "1.00"]


def test_xero_files_have_at_most_a_thousand_lines_with_their_header() -> None:
    assert render(XERO, many_lines(999)).files == 1
    rendered = render(XERO, many_lines(2_500))
    with zipfile.ZipFile(io.BytesIO(rendered.data)) as archive:
        files = [archive.read(name) for name in archive.namelist()]
    assert [data.count(b"\r\n") for data in files] == [1_000, 1_000, 503]
    assert sum(cents(r["*Amount"]) for data in files for r in csv_records(data)) == rendered.total


@pytest.mark.parametrize(
    ("layout", "column"), [(JOURNAL, "Memo"), (LEGACY, "Description"), (XERO, "Description")]
)
def test_a_demo_file_says_so_in_every_row(layout: Layout, column: str) -> None:
    records = csv_records(render(layout, [line()], watermark="DEMO").data)
    assert all(record[column].startswith("DEMO - ") for record in records)


def split_lines(splits: list[list[int]]) -> list[ExportLine]:
    """A transaction for each list of shares, in cents and with either sign."""
    return [
        line(
            transaction_id=f"t{number}",
            amount=sum(shares),
            distribution=share,
            gl_code=f"{6_000 + place}",
            bank_gl="1000",
        )
        for number, shares in enumerate(splits)
        for place, share in enumerate(shares)
    ]


shares = st.lists(st.integers(-10_000_000, 10_000_000), min_size=1, max_size=4)


@thorough
@given(st.lists(shares, max_size=6))
def test_whatever_the_splits_every_layout_adds_up(splits: list[list[int]]) -> None:
    lines, total = split_lines(splits), sum(map(sum, splits))
    records = {name: csv_records(render(LAYOUTS[name], lines).data) for name in CSV_LAYOUTS}
    assert {name: len(found) for name, found in records.items()} == {
        name: len(lines) if LAYOUTS[name].carries_gl else len(splits) for name in CSV_LAYOUTS
    }
    assert (
        sum(cents(r["Credit Amount"]) - cents(r["Debit Amount"]) for r in records[ELEVEN]) == total
    )
    assert sum(cents(r["Credit"]) - cents(r["Debit"]) for r in records["acs-csv-legacy"]) == total
    assert sum(cents(r["*Amount"]) for r in records["xero-csv"]) == total
    assert sum(cents(r["Amount"]) for r in records["qbo-csv"]) == total
    assert sum(map(to_the_bank, records["acs-csv-journal"])) == total


@settings(thorough, max_examples=50)
@given(st.lists(shares, max_size=6))
def test_whatever_the_splits_the_workbook_and_bank_files_add_up(splits: list[list[int]]) -> None:
    lines, sums = split_lines(splits), [sum(parts) for parts in splits]
    records = xlsx_records(render(LAYOUTS["acs-xlsx"], lines).data)
    assert [in_cents(r["Total Amount"]) for r in records] == [abs(one.amount) for one in lines]
    assert list(map(signed, records)) == [one.distribution for one in lines]
    posted = read_ofx(render(LAYOUTS["ofx"], lines).data).rows
    assert [cents(row["TRNAMT"]) for row in posted] == sums
    _, told = read_qif(render(LAYOUTS["qif"], lines).data)
    assert [cents(row["T"]) for row in told] == sums


def signed(record: dict[str, Any]) -> int:
    """What a row of the workbook brings to the bank account, by its type."""
    amount = in_cents(record["Distribution Amount"])
    return amount if record["Transaction Type"] == "Deposit" else -amount


def in_cents(amount: float) -> int:
    return round(amount * 100)


def to_the_bank(record: dict[str, str]) -> Decimal:
    """What a journal line brings to the bank's own account."""
    amount = cents(record["Debit Amount"])
    return amount if record["GL Debit Account"] == "1000" else -amount


@thorough
@given(rows)
def test_journal_lines_balance_add_up_and_never_run(samples: list[dict[str, Any]]) -> None:
    lines = lines_of(samples)
    rendered = render(JOURNAL, lines)
    records = csv_records(rendered.data)
    assert len(records) == rendered.rows == len(lines)
    for source, record in zip(lines, records, strict=True):
        assert not any(could_run(cell) for cell in record.values())
        assert cents(record["Debit Amount"]) == cents(record["Credit Amount"]) == abs(source.amount)
        side = "GL Debit Account" if source.amount < 0 else "GL Credit Account"
        assert record[side].removeprefix("'") == one_line(source.gl_code).removeprefix("'")


@thorough
@given(rows)
def test_the_older_csv_keeps_every_cent_and_never_runs(samples: list[dict[str, Any]]) -> None:
    lines = lines_of(samples)
    records = csv_records(render(LEGACY, lines).data)
    assert [cents(r["Credit"]) - cents(r["Debit"]) for r in records] == [s.amount for s in lines]
    assert [record["Transaction ID"] for record in records] == [s.transaction_id for s in lines]
    assert not any(could_run(cell) for record in records for cell in record.values())


@thorough
@given(rows)
def test_xero_keeps_every_cent_and_never_runs(samples: list[dict[str, Any]]) -> None:
    lines = lines_of(samples)
    records = csv_records(render(XERO, lines).data)
    assert [cents(record["*Amount"]) for record in records] == [s.amount for s in lines]
    texts = [c for r in records for name, c in r.items() if name != "*Amount"]
    assert not any(could_run(cell) for cell in texts)
