import io
import re
import zipfile
from datetime import date, datetime
from typing import Any

import pytest

from ledgersync.errors import ExportRefused
from ledgersync.exports.registry import LAYOUTS
from ledgersync.exports.writing import render
from tests.unit.export_samples import line, xlsx_records, xlsx_rows

ACS = LAYOUTS["acs-xlsx"]


def record(**changes: Any) -> dict[str, Any]:
    return xlsx_records(render(ACS, [line(**changes)]).data)[0]


def sheet_xml(data: bytes) -> str:
    with zipfile.ZipFile(io.BytesIO(data)) as book:
        return book.read("xl/worksheets/sheet1.xml").decode()


def test_a_payment_fills_every_field_of_accounting_cs() -> None:
    assert record() == {
        "Transaction Type": "Payment",
        "Bank Account": "Operating Checking",
        "Reference": "",
        "Date": date(2026, 10, 5),
        "Vendor ID": "0042",
        "Payee Name/Description": "Harbor Properties",
        "Total Amount": 1250.0,
        "General Ledger Account": "6100-00",
        "Distribution Description": "HARBOR PROPERTIES RENT",
        "Distribution Amount": 1250.0,
        "Memo": "October",
    }


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"amount": -500, "check_number": "1042"}, "Check"),
        ({"amount": -500, "check_number": ""}, "Payment"),
        ({"amount": -500, "check_number": "  "}, "Payment"),
        ({"amount": 500, "check_number": "1042"}, "Deposit"),
        ({"amount": 500}, "Deposit"),
        ({"check_number": "7", "payee": "", "vendor_name": ""}, "Check"),
        ({"check_number": "7", "payee": "", "vendor_name": "", "description": " "}, "Payment"),
    ],
)
def test_the_type_follows_direction_check_number_and_payee(
    changes: dict[str, Any], expected: str
) -> None:
    assert record(**changes)["Transaction Type"] == expected


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, "Harbor Properties"),
        ({"payee": " "}, "Harbor Properties LLC"),
        ({"payee": "", "vendor_name": ""}, "HARBOR PROPERTIES RENT"),
    ],
)
def test_the_payee_is_the_payee_else_the_vendor_else_the_description(
    changes: dict[str, Any], expected: str
) -> None:
    assert record(**changes)["Payee Name/Description"] == expected


def test_codes_and_check_numbers_are_text_cells_with_their_zeros() -> None:
    data = render(
        ACS, [line(gl_code="100", vendor_code="007", check_number="0408", amount=-100)]
    ).data
    row = xlsx_records(data)[0]
    assert (row["General Ledger Account"], row["Vendor ID"]) == ("100", "007")
    assert row["Reference"] == "0408"
    assert re.findall(r'<c r="([A-Z])2" s="\d+" t="inlineStr">', sheet_xml(data)) == list(
        "ABCEFHIK"
    )


def test_dates_are_true_date_cells_shown_as_month_day_year() -> None:
    data = render(ACS, [line(date=date(2024, 2, 29))]).data
    assert xlsx_records(data)[0]["Date"] == date(2024, 2, 29)
    with zipfile.ZipFile(io.BytesIO(data)) as book:
        styles = book.read("xl/styles.xml").decode()
    assert 'formatCode="mm/dd/yyyy"' in styles


def test_amounts_are_numbers_shown_with_two_decimals() -> None:
    data = render(ACS, [line(amount=-120000)]).data
    with zipfile.ZipFile(io.BytesIO(data)) as book:
        styles = book.read("xl/styles.xml").decode()
    [style] = re.findall(r'<c r="G2" s="(\d+)"><v>1200</v>', sheet_xml(data))
    used = re.findall(r'<xf numFmtId="(\d+)"', styles.partition("<cellXfs")[2])
    assert f'numFmtId="{used[int(style)]}" formatCode="0.00"' in styles


def test_a_split_gives_a_row_per_distribution_with_the_same_total() -> None:
    rendered = render(
        ACS,
        [
            line(amount=-10_000, distribution=-12_000, distribution_description="Wages"),
            line(
                amount=-10_000, distribution=2_000, gl_code="2100", distribution_description="Tax"
            ),
        ],
    )
    rows = xlsx_records(rendered.data)
    assert [row["Total Amount"] for row in rows] == [100.0, 100.0]
    assert [row["Distribution Amount"] for row in rows] == [120.0, -20.0]
    assert [row["Distribution Description"] for row in rows] == ["Wages", "Tax"]
    assert (rendered.rows, rendered.total) == (2, -10_000)


def test_a_split_of_money_in_keeps_the_sign_of_its_parts() -> None:
    rows = xlsx_records(
        render(
            ACS, [line(amount=900, distribution=1_000), line(amount=900, distribution=-100)]
        ).data
    )
    assert [row["Distribution Amount"] for row in rows] == [10.0, -1.0]


def test_texts_stay_texts_without_formulas_or_links() -> None:
    rendered = render(
        ACS,
        [
            line(
                description="=1+1",
                payee='=HYPERLINK("http://example.com","x")',
                memo="http://example.com/beacon",
                vendor_code="@SUM(A1)",
                gl_code="12.50",
                distribution_description="{=1+1}",
            )
        ],
    )
    row = xlsx_records(rendered.data)[0]
    assert row["Payee Name/Description"] == '=HYPERLINK("http://example.com","x")'
    assert (row["Vendor ID"], row["General Ledger Account"]) == ("@SUM(A1)", "12.50")
    assert rendered.guarded_cells == 0
    assert "<f>" not in sheet_xml(rendered.data)
    assert "hyperlink" not in sheet_xml(rendered.data).replace("HYPERLINK", "")


def test_text_that_looks_like_the_sheets_own_markup_is_written_not_copied() -> None:
    rendered = render(ACS, [line(memo="<r><t>forged</t></r>")])
    assert xlsx_records(rendered.data)[0]["Memo"] == "<r><t>forged</t></r> "
    assert "<r><t>" not in sheet_xml(rendered.data)
    assert rendered.cleaned_cells == 1


def test_line_breaks_become_spaces_and_are_counted() -> None:
    rendered = render(ACS, [line(memo="a\r\nb\nc\u2028d", description="x\ny")])
    row = xlsx_records(rendered.data)[0]
    assert (row["Memo"], row["Distribution Description"]) == ("a b c d", "x y")
    assert rendered.joined_cells == 2
    assert rendered.changes == ("Texts that had line breaks, which became spaces: 2.",)


def test_characters_that_xml_cannot_hold_are_left_out_and_counted() -> None:
    rendered = render(ACS, [line(memo="a\x00b\x1b[0m\ufffe\ud800c")])
    assert xlsx_records(rendered.data)[0]["Memo"] == "ab[0mc"
    assert rendered.cleaned_cells == 1


def test_a_text_longer_than_a_cell_is_cut_and_counted_and_no_emoji_is_halved() -> None:
    long = render(ACS, [line(memo="m" * 40_000)])
    emoji = render(ACS, [line(memo="a" + "\U0001f600" * 20_000)])
    assert xlsx_records(long.data)[0]["Memo"] == "m" * 32_767
    assert xlsx_records(emoji.data)[0]["Memo"] == "a" + "\U0001f600" * 16_383
    assert (long.shortened_cells, emoji.shortened_cells) == (1, 1)


def test_a_long_text_that_looks_like_markup_still_fits_its_cell() -> None:
    memo = "<r>" + "x" * (32_767 - 7) + "</r>"
    assert len(xlsx_records(render(ACS, [line(memo=memo)]).data)[0]["Memo"]) == 32_767


def test_there_is_one_sheet_and_no_blank_row() -> None:
    data = render(ACS, [line(transaction_id=str(n)) for n in range(5)]).data
    assert len(xlsx_rows(data)) == 6
    assert all(any(row) for row in xlsx_rows(data))
    with zipfile.ZipFile(io.BytesIO(data)) as book:
        assert [name for name in book.namelist() if "sheet" in name] == ["xl/worksheets/sheet1.xml"]


def test_a_demo_file_says_so_in_every_row_and_on_every_printed_page() -> None:
    rendered = render(ACS, [line(), line(transaction_id="t2", memo="")], watermark="DEMO")
    assert [row["Memo"] for row in xlsx_records(rendered.data)] == ["DEMO - October", "DEMO"]
    assert "<oddHeader>&amp;CDEMO</oddHeader>" in sheet_xml(rendered.data)
    assert rendered.rows == 2


def test_without_a_watermark_nothing_is_marked() -> None:
    assert "oddHeader" not in sheet_xml(render(ACS, [line()]).data)


@pytest.mark.parametrize(
    ("changes", "column"),
    [
        ({"date": datetime(2026, 10, 5, 23, 59)}, "Date"),  # noqa: DTZ001  a wrong value
        ({"date": date(1899, 12, 31)}, "Date"),
        ({"amount": 10**15}, "Total Amount"),
        ({"amount": 12.5}, "Total Amount"),
        ({"gl_code": 6100}, "General Ledger Account"),
    ],
)
def test_a_value_that_does_not_fit_its_column_ends_the_export(
    changes: dict[str, Any], column: str
) -> None:
    with pytest.raises(ExportRefused, match=column):
        render(ACS, [line(**changes)])


def test_a_sheet_that_is_full_ends_the_export_instead_of_losing_rows(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("xlsxwriter.worksheet.Worksheet.write_number", lambda *_: -1)
    with pytest.raises(ExportRefused, match="holds no more"):
        render(ACS, [line()])
