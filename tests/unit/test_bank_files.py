"""OFX and QIF: read back by readers of our own, they hold the same rows, sums and ids."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given

from ledgersync.domain.export_lines import ExportAccount
from ledgersync.domain.periods import Period
from ledgersync.exports.registry import LAYOUTS, Layout
from ledgersync.exports.writing import Guard, render
from tests.unit.bank_file_readers import read_ofx, read_qif
from tests.unit.export_samples import line
from tests.unit.test_export_properties import could_run, lines_of, one_line, rows, thorough

OFX, QIF = LAYOUTS["ofx"], LAYOUTS["qif"]
CHECKING = ExportAccount(
    id="4f0c1d2e9a",
    number="4821",
    type="checking",
    balance=123_456,
    balance_date=date(2026, 11, 3),
    period=Period(date(2026, 10, 1), date(2026, 10, 31)),
)


def in_windows(text: str) -> str:
    return one_line(text).encode("cp1252", "replace").decode("cp1252").strip()


def test_an_ofx_file_begins_as_the_standard_says() -> None:
    data = render(OFX, [line()], account=CHECKING).data
    assert data.startswith(b"OFXHEADER:100\r\nDATA:OFXSGML\r\nVERSION:102\r\n")
    read = read_ofx(data)
    assert read.header["ENCODING"] == "USASCII"
    assert read.header["CHARSET"] == "1252"
    assert read.values["CURDEF"] == "USD"
    assert (read.values["DTSTART"], read.values["DTEND"]) == ("20261001", "20261031")
    assert (read.values["BALAMT"], read.values["DTASOF"]) == ("1234.56", "20261103")


def test_an_ofx_transaction_is_told_as_the_bank_would() -> None:
    data = render(OFX, [line(check_number="1042", payee="Smith & <Sons>")], account=CHECKING).data
    assert b"Smith &amp; &lt;Sons&gt;" in data
    assert read_ofx(data).rows == (
        {
            "TRNTYPE": "CHECK",
            "DTPOSTED": "20261005",
            "TRNAMT": "-1250.00",
            "FITID": "t1",
            "CHECKNUM": "1042",
            "NAME": "Smith & <Sons>",
            "MEMO": "HARBOR PROPERTIES RENT - October",
        },
    )


@pytest.mark.parametrize(
    ("amount", "number", "kind"),
    [(-1, "", "DEBIT"), (-1, "9", "CHECK"), (1, "", "CREDIT"), (1, "9", "CREDIT")],
)
def test_the_kind_of_an_ofx_transaction(amount: int, number: str, kind: str) -> None:
    [row] = read_ofx(render(OFX, [line(amount=amount, check_number=number)]).data).rows
    assert row["TRNTYPE"] == kind


@pytest.mark.parametrize(
    ("word", "expected"),
    [
        ("checking", "CHECKING"),
        ("Savings", "SAVINGS"),
        ("money_market", "MONEYMRKT"),
        ("line_of_credit", "CREDITLINE"),
        ("", "CHECKING"),
    ],
)
def test_a_bank_account_is_named_with_its_kind(word: str, expected: str) -> None:
    account = replace(CHECKING, type=word)
    read = read_ofx(render(OFX, [line()], account=account).data)
    assert "BANKACCTFROM" in read.tags
    assert read.values["ACCTTYPE"] == expected
    assert (read.values["BANKID"], read.values["ACCTID"]) == ("000000000", "4821-4f0c1d2e")
    assert render(QIF, [line()], account=account).data.startswith(b"!Type:Bank\r\n")


def test_a_card_is_a_card() -> None:
    card = replace(CHECKING, type="credit_card", balance=None)
    read = read_ofx(render(OFX, [line()], account=card).data)
    assert {"CREDITCARDMSGSRSV1", "CCSTMTTRNRS", "CCSTMTRS", "CCACCTFROM"} <= set(read.tags)
    assert not {"BANKID", "ACCTTYPE", "BALAMT"} & set(read.values)
    assert read_qif(render(QIF, [line()], account=card).data)[0] == "!Type:CCard"


def test_the_fitid_is_the_same_in_every_file() -> None:
    first = read_ofx(render(OFX, [line(), line(transaction_id="t2")]).data).rows
    later = read_ofx(render(OFX, [line(transaction_id="t2", memo="corrected")]).data).rows
    assert [row["FITID"] for row in first] == ["t1", "t2"]
    assert [row["FITID"] for row in later] == ["t2"]


def test_a_qif_record_has_a_letter_a_line() -> None:
    data = render(QIF, [line(check_number="0408")]).data
    assert data.decode() == (
        "!Type:Bank\r\nD10/05/2026\r\nT-1250.00\r\nN0408\r\nPHarbor Properties\r\n"
        "MHARBOR PROPERTIES RENT - October\r\n^\r\n"
    )


@pytest.mark.parametrize("layout", [OFX, QIF], ids=["ofx", "qif"])
def test_a_split_is_one_row_and_a_demo_file_says_so(layout: Any) -> None:
    parts = [line(amount=-300, distribution=-100), line(amount=-300, distribution=-200)]
    rendered = render(layout, parts, watermark="DEMO")
    assert (rendered.rows, rendered.total) == (1, -300)
    assert rendered.data.count(b"-3.00") == 1
    assert b"DEMO - HARBOR" in rendered.data


@pytest.mark.parametrize("layout", [OFX, QIF], ids=["ofx", "qif"])
def test_a_bank_file_carries_no_gl_code_and_its_guide_says_so(layout: Layout) -> None:
    assert not layout.carries_gl
    assert b"7777" not in render(layout, [line(gl_code="7777-77")], account=CHECKING).data
    assert layout.notes[0].startswith("Carries no GL code and no vendor code")
    assert any("carries no GL code" in check for check in layout.guide.checks)


@pytest.mark.parametrize("layout", [OFX, QIF], ids=["ofx", "qif"])
def test_what_the_file_cannot_hold_is_counted(layout: Any) -> None:
    rendered = render(layout, [line(payee="Zażółć", memo="x" * 300)])
    assert rendered.replaced_cells == 1
    assert rendered.shortened_cells == (layout is OFX)
    assert any("became ?" in sentence for sentence in rendered.changes)


@thorough
@given(rows)
def test_ofx_gives_rows_sums_and_texts_back(samples: list[dict[str, Any]]) -> None:
    lines = lines_of(samples)
    rendered = render(OFX, lines, account=CHECKING)
    read = read_ofx(rendered.data).rows
    assert len(read) == rendered.rows == len(lines)
    for source, row in zip(lines, read, strict=True):
        assert Decimal(row["TRNAMT"]) * 100 == source.amount
        assert row["DTPOSTED"] == f"{source.date:%Y%m%d}"
        assert row["FITID"] == source.transaction_id
        assert row.get("CHECKNUM", "") == in_windows(source.check_number)[:12].rstrip()
        if source.payee.strip():
            assert row.get("NAME", "") == in_windows(source.payee.strip())[:32].rstrip()


@thorough
@given(rows)
def test_qif_gives_rows_sums_and_texts_back_and_no_line_can_run(
    samples: list[dict[str, Any]],
) -> None:
    lines = lines_of(samples)
    rendered = render(QIF, lines, Guard.EXCEL_SAFE)
    _, read = read_qif(rendered.data)
    assert len(read) == rendered.rows == len(lines)
    assert not any(could_run(one) for one in rendered.data.decode("cp1252").split("\r\n"))
    for source, row in zip(lines, read, strict=True):
        assert Decimal(row["T"]) * 100 == source.amount
        assert row.get("N", "") == in_windows(source.check_number.strip())
        if source.payee.strip():
            assert row.get("P", "") == in_windows(source.payee.strip())
