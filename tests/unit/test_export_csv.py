import io
import zipfile

import pytest

from ledgersync.errors import ExportRefused
from ledgersync.exports.registry import LAYOUTS
from ledgersync.exports.writing import Guard, render
from tests.unit.export_samples import csv_records, csv_rows, line, many_lines

ACS = LAYOUTS["acs-csv-11"]
QBO = LAYOUTS["qbo-csv"]


def members(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def test_eleven_columns_as_ledgersync_lists_them() -> None:
    assert csv_records(render(ACS, [line(check_number="0408")]).data) == [
        {
            "Date": "10/05/2026",
            "Description": "HARBOR PROPERTIES RENT",
            "Vendor Name": "Harbor Properties LLC",
            "Vendor Code": "0042",
            "GL Code": "6100-00",
            "Debit Amount": "1250.00",
            "Credit Amount": "",
            "Reference Number": "0408",
            "Memo": "October",
            "Transaction Type": "Check",
            "Account Number": "4821",
        }
    ]


@pytest.mark.parametrize(
    ("amount", "debit", "credit"),
    [(-1, "0.01", ""), (1, "", "0.01"), (-100_000_005, "1000000.05", ""), (0, "", "0.00")],
)
def test_money_out_is_debit_and_money_in_is_credit(amount: int, debit: str, credit: str) -> None:
    (row,) = csv_records(render(ACS, [line(amount=amount)]).data)
    assert (row["Debit Amount"], row["Credit Amount"]) == (debit, credit)


def test_a_split_gives_a_row_per_distribution() -> None:
    parts = [line(amount=-300, distribution=-100), line(amount=-300, distribution=-200)]
    rendered = render(ACS, parts)
    assert [row["Debit Amount"] for row in csv_records(rendered.data)] == ["1.00", "2.00"]
    assert rendered.total == -300


def test_rows_end_as_windows_expects_and_every_row_is_one_line() -> None:
    rendered = render(ACS, [line(memo='says "hi", twice\r\nand\nleaves')])
    assert rendered.data.endswith(b"\r\n")
    assert rendered.data.count(b"\n") == 2
    assert csv_records(rendered.data)[0]["Memo"] == 'says "hi", twice and leaves'
    assert rendered.joined_cells == 1


def test_a_byte_order_mark_stands_only_where_excel_needs_it() -> None:
    assert render(ACS, [line(memo="plain")]).data.startswith(b"Date,")
    assert render(ACS, [line(memo="Café")]).data.startswith(b"\xef\xbb\xbfDate,")
    assert render(QBO, [line(description="Café")]).data.startswith(b"Date,")


def test_a_text_that_looks_like_a_formula_gets_an_apostrophe_and_is_counted() -> None:
    rendered = render(ACS, [line(description="=1+1", vendor_code="=A1", memo="-fee")])
    (row,) = csv_records(rendered.data)
    assert (row["Description"], row["Vendor Code"], row["Memo"]) == ("'=1+1", "'=A1", "'-fee")
    assert (rendered.guarded_cells, rendered.changes) == (3, ())


def test_the_exact_profile_takes_texts_literally() -> None:
    rendered = render(ACS, [line(description="=1+1")], Guard.EXACT)
    assert csv_records(rendered.data)[0]["Description"] == "=1+1"
    assert rendered.guarded_cells == 0
    assert rendered.changes == ()


def test_quickbooks_gets_three_columns_and_signed_amounts() -> None:
    rendered = render(
        QBO, [line(), line(transaction_id="t2", amount=-5), line(transaction_id="t3", amount=1234)]
    )
    assert csv_rows(rendered.data) == [
        ["Date", "Description", "Amount"],
        ["10/05/2026", "HARBOR PROPERTIES RENT", "-1250.00"],
        ["10/05/2026", "HARBOR PROPERTIES RENT", "-0.05"],
        ["10/05/2026", "HARBOR PROPERTIES RENT", "12.34"],
    ]
    assert (rendered.extension, rendered.media_type) == ("csv", "text/csv")
    assert (rendered.files, rendered.rows, rendered.guarded_cells) == (1, 3, 0)


def test_a_split_is_one_row_where_no_gl_code_is_carried() -> None:
    parts = [line(amount=-300, distribution=-100), line(amount=-300, distribution=-200)]
    rendered = render(QBO, parts)
    assert [row["Amount"] for row in csv_records(rendered.data)] == ["-3.00"]
    assert (rendered.rows, rendered.total) == (1, -300)


def test_a_line_break_inside_a_text_is_quoted_where_rows_may_span_lines() -> None:
    rendered = render(QBO, [line(description='two\nlines, "quoted"')])
    assert csv_records(rendered.data)[0]["Description"] == 'two\nlines, "quoted"'


def test_a_thousand_transactions_are_one_file_and_one_more_makes_two_in_a_zip() -> None:
    assert render(QBO, many_lines(1_000)).files == 1
    rendered = render(QBO, many_lines(1_001))
    files = members(rendered.data)
    assert (rendered.extension, rendered.media_type) == ("zip", "application/zip")
    assert (rendered.files, rendered.rows) == (2, 1_001)
    assert list(files) == ["transactions_01.csv", "transactions_02.csv"]
    assert [len(csv_records(data)) for data in files.values()] == [1_000, 1]


def test_files_stay_within_350_kilobytes_and_lose_no_row() -> None:
    lines = [
        line(transaction_id=str(n), amount=-n - 1, description="é" * 1_000) for n in range(400)
    ]
    rendered = render(QBO, lines)
    files = members(rendered.data)
    assert len(files) == rendered.files == 3
    assert max(len(data) for data in files.values()) <= 350_000
    amounts = [row["Amount"] for data in files.values() for row in csv_records(data)]
    assert amounts == [f"-{n // 100}.{n % 100:02d}" for n in range(1, 401)]


def test_a_transaction_larger_than_a_file_is_refused() -> None:
    with pytest.raises(ExportRefused, match="QuickBooks Online CSV"):
        render(QBO, [line(description="d" * 350_000)])


def test_a_demo_file_says_so_in_every_row() -> None:
    acs = csv_records(render(ACS, [line()], watermark="DEMO").data)
    qbo = csv_rows(render(QBO, [line(description="=1")], watermark="DEMO").data)
    assert acs[0]["Memo"] == "DEMO - October"
    assert qbo == [["Date", "Description", "Amount"], ["10/05/2026", "DEMO - =1", "-1250.00"]]
