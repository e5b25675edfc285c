"""Whatever a bank or an attacker writes: the file holds the same rows, sums and texts."""

import re
import zipfile
from datetime import date
from decimal import Decimal
from io import BytesIO
from typing import Any
from unicodedata import category, normalize

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ledgersync.domain.export_lines import ExportLine
from ledgersync.exports.registry import LAYOUTS
from ledgersync.exports.writing import Guard, render
from tests.unit.export_samples import csv_records, line, xlsx_records

# What a spreadsheet skips or acts on, the full-width forms by their code points.
_LEADS = st.text("=+-@ \t\r\n\xa0\ufeff\u200b\u2060\uff1d\uff0b\uff0d\uff20'", max_size=4)
texts = st.builds(
    lambda lead, rest: lead + rest,
    _LEADS,
    st.one_of(
        st.text(max_size=20),
        st.sampled_from(["=cmd|' /C calc'!A0", "<r><t>x</t></r>", '"";=1', "_x0041_", "12.50"]),
    ),
)
amounts = st.integers(-99_999_999_999, 99_999_999_999)
rows = st.lists(
    st.fixed_dictionaries(
        {
            "description": texts,
            "payee": texts,
            "vendor_name": texts,
            "vendor_code": texts,
            "gl_code": texts,
            "memo": texts,
            "check_number": texts,
            "bank_account": texts,
            "account_number": texts,
            "amount": amounts,
            "date": st.dates(date(1950, 1, 1), date(2100, 12, 31)),
        }
    ),
    max_size=8,
)
thorough = settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def lines_of(samples: list[dict[str, Any]]) -> list[ExportLine]:
    return [line(transaction_id=str(n), **sample) for n, sample in enumerate(samples)]


def could_run(text: str) -> bool:
    """An own reading of "starts like a formula", independent of the one under test."""
    seen = "".join(c for c in text if not (c.isspace() or category(c) in {"Cc", "Cf"}))
    return normalize("NFKC", seen[:1])[:1] in {"=", "+", "-", "@"} or text[:1] in {"\t", "\r"}


def one_line(text: str) -> str:
    return re.sub("\r\n|[\n\r\v\f\x85\u2028\u2029]", " ", writable(text))


def in_sheet(text: str) -> str:
    joined = one_line(text)
    return f"{joined} " if joined.startswith("<r>") and joined.endswith("</r>") else joined


def writable(text: str) -> str:
    kept = "\t\n\r\v\f\x85"
    return "".join(
        c
        for c in text
        if (category(c) not in {"Cc", "Cs"} or c in kept)
        and not (0xFDD0 <= ord(c) <= 0xFDEF or c in "\ufffe\uffff")
    )


@thorough
@given(rows)
def test_no_csv_cell_can_run_and_no_amount_or_text_is_lost(samples: list[dict[str, Any]]) -> None:
    lines = lines_of(samples)
    rendered = render(LAYOUTS["acs-csv-11"], lines)
    records = csv_records(rendered.data)
    assert len(records) == rendered.rows == len(lines)
    assert rendered.data.count(b"\n") == len(lines) + 1
    for source, record in zip(lines, records, strict=True):
        assert not any(could_run(cell) for cell in record.values())
        assert record["Memo"].removeprefix("'") == one_line(source.memo).removeprefix("'")
        assert record["GL Code"].removeprefix("'") == one_line(source.gl_code).removeprefix("'")
        cents = Decimal(record["Credit Amount"] or 0) - Decimal(record["Debit Amount"] or 0)
        assert cents * 100 == source.amount
    assert rendered.total == sum(source.amount for source in lines)


@thorough
@given(rows)
def test_the_exact_profile_changes_nothing_but_what_no_file_can_hold(
    samples: list[dict[str, Any]],
) -> None:
    lines = lines_of(samples)
    records = csv_records(render(LAYOUTS["qbo-csv"], lines, Guard.EXACT).data)
    assert [record["Description"] for record in records] == [
        writable(source.description) for source in lines
    ]


@thorough
@given(rows)
def test_a_quickbooks_amount_is_never_altered_and_its_description_never_runs(
    samples: list[dict[str, Any]],
) -> None:
    lines = lines_of(samples)
    records = csv_records(render(LAYOUTS["qbo-csv"], lines).data)
    assert [Decimal(record["Amount"]) * 100 for record in records] == [
        source.amount for source in lines
    ]
    assert not any(could_run(record["Description"]) for record in records)


@thorough
@given(rows)
def test_a_workbook_holds_no_formula_and_gives_texts_and_cents_back(
    samples: list[dict[str, Any]],
) -> None:
    lines = lines_of(samples)
    rendered = render(LAYOUTS["acs-xlsx"], lines)
    records = xlsx_records(rendered.data)
    assert len(records) == rendered.rows == len(lines)
    for source, record in zip(lines, records, strict=True):
        assert record["Date"] == source.date
        assert Decimal(str(record["Total Amount"])) * 100 == abs(source.amount)
        assert record["Memo"] == in_sheet(source.memo)
        assert record["General Ledger Account"] == in_sheet(source.gl_code)
    with zipfile.ZipFile(BytesIO(rendered.data)) as book:
        sheet = book.read("xl/worksheets/sheet1.xml").decode()
    assert not re.search(r"<(?:f|hyperlinks?)[ >/]", sheet)
    assert 't="inlineStr"' in sheet


@given(st.integers(-(10**15) + 1, 10**15 - 1))
def test_every_amount_a_cell_can_hold_comes_back_to_the_cent(cents: int) -> None:
    rendered = render(LAYOUTS["acs-xlsx"], [line(amount=cents)])
    (record,) = xlsx_records(rendered.data)
    assert round(record["Total Amount"] * 100) == abs(cents)
    assert f"{record['Total Amount']:.2f}" == f"{abs(cents) // 100}.{abs(cents) % 100:02d}"
