"""Statement files as text: every row to the cent and the day, or refused with line and reason."""

import contextlib
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from ledgersync.config import PROJECT_ROOT
from ledgersync.domain.periods import Period
from ledgersync.domain.statement_files import (
    ColumnChoice,
    DayBalance,
    FileAccount,
    Question,
    Reading,
    StatementFile,
    plan_lines,
)
from ledgersync.errors import ImportRejected
from ledgersync.imports.statement_files import read_statement_file
from tests.unit.list_files import workbook

SAMPLES = PROJECT_ROOT.parent / "shared" / "data" / "statements"


def read(text: str | bytes, **said: bool) -> StatementFile:
    data = text.encode() if isinstance(text, str) else text
    return read_statement_file(data, Reading(**said))  # type: ignore[arg-type]


def only(text: str | bytes, **said: bool) -> FileAccount:
    [account] = read(text, **said).accounts
    return account


def rows(account: FileAccount) -> list[tuple[str, str, int]]:
    return [(str(r.given.date), r.given.description, r.given.amount) for r in account.rows]


def ofx(*values: str, more: str = "") -> str:
    listed = "\n".join(f"<STMTTRN>{value}</STMTTRN>" for value in values)
    return f"<OFX><STMTRS><CURDEF>USD<BANKACCTFROM><ACCTID>1</BANKACCTFROM>\n{listed}\n{more}</OFX>"


@pytest.mark.parametrize(
    ("posted", "day"),
    [
        ("20261031", "2026-10-31"),
        ("20261031235959.000[-5:EST]", "2026-10-31"),
        ("20261031000000[+10:AEST]", "2026-10-31"),
        ("2026-10-31", "2026-10-31"),
    ],
)
def test_an_ofx_day_is_the_one_that_the_bank_wrote(posted: str, day: str) -> None:
    assert rows(only(ofx(f"<DTPOSTED>{posted}<TRNAMT>-1.00<NAME>A"))) == [(day, "A", -100)]


def test_ofx_without_header_or_end_tags_is_read_and_values_are_unescaped() -> None:
    text = (
        "<OFX><STMTRS><STMTTRN><DTPOSTED>20261001<TRNAMT>-1,50<NAME>A &amp; B"
        "<STMTTRN><DTPOSTED>20261002<TRNAMT>1.234,56<MEMO><![CDATA[5 < 6]]>"
    )
    assert rows(only(text)) == [("2026-10-01", "A & B", -150), ("2026-10-02", "5 < 6", 123456)]


def test_a_name_that_the_bank_cut_is_completed_by_the_memo() -> None:
    cut = "<NAME>DIVIDEND EARNED FOR PERI<MEMO>DIVIDEND EARNED FOR PERIOD OF MARCH"
    joined = "<NAME>POS PURCHASE<MEMO>HARBOR COFFEE"
    found = only(ofx(*(f"<DTPOSTED>20261001<TRNAMT>1{text}" for text in (cut, joined))))
    assert [r.given.description for r in found.rows] == [
        "DIVIDEND EARNED FOR PERIOD OF MARCH",
        "POS PURCHASE HARBOR COFFEE",
    ]


def test_an_ofx_row_that_can_not_be_read_says_where_and_why() -> None:
    good = "<DTPOSTED>20261001<TRNAMT>-1.00<NAME>A"
    found = only(
        ofx(
            good,
            "<DTPOSTED>20261001<TRNAMT>1e5<NAME>B",
            "<TRNAMT>-1.00",
            f"{good}<CURRENCY><CURRATE>1.1<CURSYM>EUR</CURRENCY>",
        )
    )
    assert len(found.rows) == 1
    assert [(r.line, r.reason) for r in found.rejected] == [
        (3, "The amount '1e5' is not an amount such as -1,234.50."),
        (4, "The date is empty."),
        (5, "The amount is in EUR, the account in USD."),
    ]
    assert "CURRENCY.CURSYM" in found.rejected[2].text


def test_what_stands_around_ofx_rows_does_not_get_into_them() -> None:
    pending = "<BANKTRANLISTP><STMTTRNP><TRNAMT>-2.00</STMTTRNP></BANKTRANLISTP>"
    inner = "<BANKACCTTO><ACCTID>99</BANKACCTTO><PAYEE><NAME>Payee Inc<CITY>Y"
    text = ofx(
        f"<DTPOSTED>20261001<TRNAMT>-1.00{inner}<MEMO>Note",
        more=f"{pending}<LEDGERBAL><BALAMT>5.00<DTASOF>20261031</LEDGERBAL>"
        "<AVAILBAL><BALAMT>9.00<DTASOF>20261030</AVAILBAL></STMTRS>"
        "<INVSTMTRS><STMTTRN><DTPOSTED>20261001<TRNAMT>-7.00</STMTTRN></INVSTMTRS>",
    )
    file = read(text)
    [account] = file.accounts
    assert (account.number, account.closing) == ("1", DayBalance(date(2026, 10, 31), 500))
    assert rows(account) == [("2026-10-01", "Payee Inc Note", -100)]
    assert "investment account" in file.remarks[0]
    assert file.remarks[1] == "Rows that are still pending at the bank are left out: 1."


@pytest.mark.parametrize(
    ("months", "start", "gap"),
    [
        (("02", "03"), date(2026, 2, 1), ""),
        (("01", "03"), date(2026, 3, 1), "01/29/2026 to 02/28/2026."),
        (("03", "01"), date(2026, 3, 1), "01/29/2026 to 02/28/2026."),
    ],
)
def test_two_statements_of_one_ofx_account_are_one_for_the_days_that_they_cover(
    months: tuple[str, str], start: date, gap: str
) -> None:
    part = (
        "<STMTRS><CURDEF>USD<BANKACCTFROM><ACCTID>1</BANKACCTFROM><DTSTART>2026{0}01<DTEND>2026{0}28"
        "<STMTTRN><DTPOSTED>2026{0}05<TRNAMT>-1.00</STMTTRN></STMTRS>"
    )
    file = read(f"<OFX>{''.join(part.format(month) for month in months)}</OFX>")
    [account] = file.accounts
    assert len(account.rows) == 2
    assert account.days(date(2026, 11, 1)) == Period(start, date(2026, 3, 28))
    assert gap in "".join(file.remarks)
    assert len(file.remarks) == bool(gap)


def test_first_days_long_before_the_first_row_are_not_believed() -> None:
    days = "<DTSTART>19700101<DTEND>20271231"
    account = only(ofx("<DTPOSTED>20261005<TRNAMT>-1").replace("<STMTTRN>", f"{days}<STMTTRN>"))
    assert account.days(date(2026, 11, 1)) == Period(date(2026, 10, 5), date(2026, 11, 1))


def test_quicken_writes_its_dates_in_a_way_of_its_own() -> None:
    text = "!Type:Bank\nD1/ 5'26\nT-1,234.50\nPHarbor\nN104\n^\nD12/31/2025\nU5\nMNote\n^\n"
    account = only(text)
    assert rows(account) == [("2026-01-05", "Harbor", -123450), ("2025-12-31", "Note", 500)]
    assert account.rows[0].given.check_number == "104"


@pytest.mark.parametrize("day", ["31 Oct 2026", "10 / 31' 2026", "10-31'26", "Oct 31, 2026"])
def test_blanks_in_a_qif_date_part_words_and_nothing_else(day: str) -> None:
    assert rows(only(f"!Type:Bank\nD{day}\nT-1\nPA\n^\n")) == [("2026-10-31", "A", -100)]


def test_qif_lists_and_openings_are_no_rows() -> None:
    text = (
        "!Type:Cat\nNFood\nD\n^\n!Account\nNChecking\nTBank\n^\n!Type:Bank\n"
        "D10/13/2026\nT5.00\nPOpening Balance\n^\nD10/14/2026\nT-1.00\nPA\nSx\n$-1.00\n^\n"
        "!Type:Invst\nD10/14/2026\nNBuy\n^\n"
    )
    file = read(text)
    [account] = file.accounts
    assert (account.number, account.kind) == ("Checking", "BANK")
    assert rows(account) == [("2026-10-14", "A", -100)]
    assert [(r.line, r.reason) for r in account.rejected] == [
        (10, "It is the opening balance and no transaction.")
    ]
    assert file.remarks == (
        "Only bank, card and cash accounts are read; it has lists of Cat, Invst.",
    )


@pytest.mark.parametrize("kind", ["QIF", "CSV"])
def test_dates_that_can_be_meant_two_ways_are_asked_about_and_others_are_not(kind: str) -> None:
    def text(*days: str) -> str:
        if kind == "CSV":
            return "Date,Description,Amount\n" + "".join(f"{day},A,-1\n" for day in days)
        return "!Type:Bank\n" + "".join(f"D{day}\nT-1\nPA\n^\n" for day in days)

    assert read(text("10/02/2026", "10/03/2026")).questions == ((Question.DAY_FIRST, "10/02/2026"),)
    told = read(text("", "05/05/2026", "10/02/2026", "10/13/2026", "13/10/2026")).questions
    assert told == ((Question.DAY_FIRST, "10/02/2026"),)
    only_one_way = only(text("10/13/2026", "13/10/2026", "0/5/2026"))
    assert [len(only_one_way.rows), len(only_one_way.rejected)] == [1, 2]
    first = only(text("10/02/2026"), day_first=True).rows[0].given.date
    assert first == date(2026, 2, 10)
    assert only(text("10/02/2026", "10/13/2026")).rows[0].given.date == date(2026, 10, 2)
    assert only(text("10/02/2026", "13/10/2026")).rows[0].given.date == date(2026, 2, 10)
    assert not read(text("2026-10-02", "10/10/2026")).questions


@pytest.mark.parametrize(
    ("header", "cells", "cents"),
    [
        ("DESCRIPTION,posting date,Withdrawal,Deposit", "A,10/13/2026,$1.50,", -150),
        ("Date,Description,Debit,Credit", "10/13/2026,A,,2.00", 200),
        ("Date,Description,Debit,Credit", "10/13/2026,A,-1.50,", -150),
        ("Date,Description,Amount,Type", "10/13/2026,A,1.50,Debit", -150),
        ("Date,Payee,Amount (USD)", "10/13/2026,A,(1.50)", -150),
    ],
)
def test_csv_columns_in_any_order_and_both_ways_of_writing_money(
    header: str, cells: str, cents: int
) -> None:
    bank = f"First Bank\nAccount,1234\n\n{header}\n{cells}\n"
    assert rows(only(bank)) == [("2026-10-13", "A", cents)]
    table = [line.split(",") for line in (header, cells)]
    assert rows(only(workbook(table))) == [("2026-10-13", "A", cents)]


def test_a_file_without_known_titles_is_read_where_its_cells_can_be_meant_one_way_only() -> None:
    told = read(
        '"10/28/2026","-25.00","*","","HARBOR COFFEE"\n'
        '"10/27/2026","1,500.00","*","","DEPOSIT"\n'
        '"10/20/2026","-310.00","*","1203","CHECK # 1203"\n'
    )
    assert rows(told.accounts[0])[0] == ("2026-10-28", "HARBOR COFFEE", -2500)
    assert [r.line for r in told.accounts[0].rows] == [1, 2, 3]
    [remark] = told.remarks
    assert "'Column A' as date, 'Column E' as description, 'Column B' as amount" in remark
    german = "Konto 12\n\nBuchungstag;Zweck;Betrag\n28.10.2026;MIETE;-1.900,00\n"
    assert rows(only(german)) == [("2026-10-28", "MIETE", -190000)]
    partly = "Date,What,How much,Balance\n10/28/2026,RENT,-900.00,100.00\n"
    assert rows(only(partly)) == [("2026-10-28", "RENT", -90000)]


@pytest.mark.parametrize(
    "text",
    [
        "When,What,Out,In,Left\n10/28/2026,RENT,900.00,,100.00\n10/29/2026,PAY,,25.00,125.00\n",
        "When,What,Moved,Left\n10/28/2026,RENT,-900.00,100.00\n",
        "When,Then,What,Moved\n10/28/2026,10/29/2026,RENT,-900.00\n",
        "When,Kind,What,Moved\n10/28/2026,Bill,RENT,-900.00\n10/29/2026,Pay,X,1.00\n",
        "When,What,Moved\n10/28/2026,RENT,900\n10/29/2026,CHECK,1203\n",
        "When,Kind,What,Moved\n10/28/2026,Bill,RENT,1.00\n10/29/2026,Check,1203,2.00\n",
    ],
)
def test_columns_that_can_be_meant_more_than_one_way_are_asked_about(text: str) -> None:
    asked = read(text)
    assert (asked.accounts, asked.questions) == ((), ((Question.COLUMNS, ""),))
    assert [column.title for column in asked.columns] == text.split("\n", 1)[0].split(",")
    assert asked.columns[0].examples[0] == "10/28/2026"


def test_what_a_person_says_of_the_columns_counts_and_known_ones_are_used_besides() -> None:
    text = "When,What,Out,In,Check No\n10/28/2026,RENT,900.00,,77\n10/29/2026,PAY,,25.00,\n"
    choice = ColumnChoice("when", "What", debit="Out", credit="In")
    [account] = read_statement_file(text.encode(), Reading(columns=choice)).accounts
    assert rows(account) == [("2026-10-28", "RENT", -90000), ("2026-10-29", "PAY", 2500)]
    assert account.rows[0].given.check_number == "77"
    other = replace(choice, credit="Income")
    with pytest.raises(ImportRejected, match=r"no column 'Income'.*'When', 'What', 'Out', 'In'"):
        read_statement_file(text.encode(), Reading(columns=other))
    known = b"Date,Description,Memo,Amount\n10/28/2026,POS,HARBOR COFFEE,-4.00\n"
    better = Reading(columns=ColumnChoice("Date", "Memo", "Amount"))
    assert rows(read_statement_file(known, better).accounts[0])[0][1] == "HARBOR COFFEE"


def test_a_csv_row_that_did_not_happen_or_not_yet_stays_out() -> None:
    text = (
        "Date,Description,Debit,Credit,Status\n10/13/2026,A,1,,Posted\n10/14/2026,B,1,,Pending\n"
        "10/14/2026,C,1,,Failed\n10/15/2026,D,,,Posted\n10/15/2026,E,1,2,Posted\n"
        "10/15/2026,F,1,,Posted,more\n"
    )
    account = only(text)
    assert [r.given.description for r in account.rows] == ["A"]
    assert [(r.line, r.reason.partition(";")[0]) for r in account.rejected] == [
        (3, "It is still pending at the bank"),
        (4, "The file says 'Failed', so no money moved."),
        (5, "It has neither a debit nor a credit."),
        (6, "It has both a debit and a credit."),
        (7, "The line has 6 cells, the header 5"),
    ]


@pytest.mark.parametrize(
    "day",
    [
        "10/20/2026 as of 10/13/2026",
        '"Tue, Oct 20, 2026"',
        '"Tuesday, 20 October 2026"',
        "Tue 10/20/26",
    ],
)
def test_a_weekday_or_the_day_that_a_broker_counts_from_leaves_the_date_as_it_is(day: str) -> None:
    assert rows(only(f"Date,Description,Amount\n{day},A,-1\n")) == [("2026-10-20", "A", -100)]


def test_marks_behind_amounts_say_which_way_money_went() -> None:
    head = "Date,Description,Amount,Balance\n"
    both = f"{head}10/13/2026,A,4.00 DR,96.00CR\n10/14/2026,B,$9.00cr,105.00 CR\n"
    assert rows(only(both)) == [("2026-10-13", "A", -400), ("2026-10-14", "B", 900)]
    assert only(both).closing == DayBalance(date(2026, 10, 14), 10500)
    some = "Date,Description,Amount\n10/13/2026,A,4.00\n10/14/2026,B,9.00 CR\n"
    assert read(some).questions == ((Question.POSITIVE_IS_OUT, "4.00 A"),)
    assert rows(only(some, positive_is_out=True)) == [
        ("2026-10-13", "A", -400),
        ("2026-10-14", "B", 900),
    ]
    minus = only(f"{some}10/15/2026,C,-1.00\n10/16/2026,D,-1.00 CR\n")
    assert [row.given.amount for row in minus.rows] == [400, 900, -100]
    assert [rejected.line for rejected in minus.rejected] == [5]


def test_which_way_money_went_is_asked_where_the_file_does_not_tell() -> None:
    text = "Date,Description,Amount\n10/13/2026,COFFEE,4.00\n"
    assert read(text).questions == ((Question.POSITIVE_IS_OUT, "4.00 COFFEE"),)
    assert rows(only(text, positive_is_out=True)) == [("2026-10-13", "COFFEE", -400)]
    card = Reading(owes=True)
    negative = f"{text}10/14/2026,PAYMENT,-9.00\n".encode()
    assert read_statement_file(negative, card).questions[0][0] is Question.POSITIVE_IS_OUT
    negative = b"Date,Description,Amount\n10/14/2026,PAYMENT,-9.00\n"
    asked = ((Question.NEGATIVE_IS_IN, "-9.00 PAYMENT"),)
    assert read_statement_file(negative, card).questions == asked
    said = card.answered({Question.NEGATIVE_IS_IN: True})
    assert rows(read_statement_file(negative, said).accounts[0])[0][2] == 900
    signed = text + "10/14/2026,REFUND,-1.00\n"
    assert not read(signed).questions
    assert read(signed, owes=True).questions
    proved = "Date,Description,Amount,Balance\n10/13/2026,A,4.00,14.00\n10/14/2026,B,1.00,15.00\n"
    assert not read(proved).questions


def test_words_sign_amounts_where_signs_can_not_and_rows_that_they_leave_open_are_rejected() -> (
    None
):
    header = "Date,Description,Amount,Type\n"
    payroll = "10/13/2026,PAYROLL,1000.00,Credit\n"
    both = f"{header}{payroll}10/14/2026,RENT,800.00,Debit\n10/15/2026,FEE REV,-5.00,Debit\n"
    account = only(both)
    assert [(d, cents) for _, d, cents in rows(account)] == [("PAYROLL", 100000), ("RENT", -80000)]
    assert [r.line for r in account.rejected] == [4]
    assert account.rejected[0].reason.startswith("A negative amount of the type 'Debit' may be")
    for said in ({}, {"positive_is_out": True}):
        account = only(f"{header}{payroll}10/14/2026,CASH,60.00,ATM\n10/14/2026,X,1.00,\n", **said)
        assert [(d, cents) for _, d, cents in rows(account)] == [("PAYROLL", 100000)]
        assert [(r.line, r.reason[:18]) for r in account.rejected] == [
            (3, "The type 'ATM' doe"),
            (4, "An empty type does"),
        ]


@pytest.mark.parametrize(
    "lines",
    [
        ["10/13/2026,A,4.00,Deposit,14.00", "10/14/2026,B,1.00,Interest,15.00"],
        ["10/13/2026,A,4.00,Credit,14.00", "10/14/2026,B,-1.00,Fee,13.00"],
    ],
    ids=["balances prove them", "some are negative"],
)
def test_signs_count_and_not_words_where_the_file_tells_that_it_has_them(lines: list[str]) -> None:
    account = only("\n".join(["Date,Description,Amount,Type,Balance", *lines]))
    assert (len(account.rows), account.closing is not None) == (2, True)


@pytest.mark.parametrize("order", [1, -1])
def test_balances_beside_the_rows_count_where_they_lead_from_one_to_the_next(order: int) -> None:
    lines = ["10/13/2026,A,-4.00,6.00", "10/14/2026,B,1.00,7.00", "10/14/2026,C,-2.00,5.00"]
    header = "Date,Description,Amount,Balance"
    account = only("\n".join([header, *lines[::order]]))
    assert (account.opening, account.closing) == (1000, DayBalance(date(2026, 10, 14), 500))
    broken = only("\n".join([header, lines[0], lines[2], lines[1]]))
    assert (broken.opening, broken.closing) == (None, None)


def test_what_a_card_owes_is_negative_where_the_balances_prove_it() -> None:
    text = "Date,Description,Debit,Credit,Balance\n10/13/2026,A,4,,14.00\n10/14/2026,B,,1,13.00\n"
    assert only(text, owes=True).closing == DayBalance(date(2026, 10, 14), -1300)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("%PDF-1.4", "a PDF"),
        ("<html><body>Sign in</body></html>", "a web page or XML"),
        ("Name,Length\nAvatar,3h\n", "begins with: Name, Length."),
        ("Date,Description,Amount\n\n", "no rows below its header"),
        ("!Type:Invst\nD1/1/26\n^\n", "it has lists of Invst"),
        ("<OFX><INVSTMTRS></INVSTMTRS></OFX>", "an investment account"),
        (
            "<OFX><STATUS><CODE>15500<SEVERITY>ERROR<MESSAGE>Sign on failed</STATUS></OFX>",
            "the bank's answer 'Sign on failed' instead of a statement",
        ),
    ],
)
def test_what_is_no_statement_is_refused_in_a_sentence(text: str, words: str) -> None:
    with pytest.raises(ImportRejected, match=words):
        read(text)


@pytest.mark.parametrize(
    ("most", "text"),
    [("ofx_tags._MOST_TAGS", "<OFX><A><B><C>"), ("ofx.MOST_ROWS", ofx(*["<TRNAMT>1"] * 4))],
)
def test_more_than_a_statement_can_have_is_not_read(
    most: str, text: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(f"ledgersync.imports.{most}", 3)
    with pytest.raises(ImportRejected, match="more than 3 t"):
        read(text)


@pytest.mark.parametrize(
    "text",
    [
        f"<OFX><STMTRS><{'a' * 200_000}",
        f"!Type:Bank\nD1{' ' * 200_000}x\nT-1\n^\n",
    ],
    ids=["a tag that never ends", "blanks in a date"],
)
def test_what_never_ends_is_read_or_refused_without_trying_every_letter(text: str) -> None:
    with contextlib.suppress(ImportRejected):
        assert all(not account.rows for account in read(text).accounts)


# What was counted by eye: rows, rejected rows and the sum in cents of every account of a file.
COUNTED: Mapping[str, list[tuple[int, int, int]]] = {
    "ofxparse/tests_fixtures_checking.ofx": [(3, 0, -5950)],
    "ofxparse/tests_fixtures_bank_medium.ofx": [(3, 0, -34527)],
    "ofxparse/tests_fixtures_anzcc.ofx": [(1, 0, -550)],
    "ofxparse/tests_fixtures_suncorp.ofx": [(1, 0, -1685)],
    "ofxparse/tests_fixtures_ofx-v102-empty-tags.ofx": [(1, 0, 1234)],
    "ofxparse/tests_fixtures_fail_nice_date_missing.ofx": [(0, 3, 0)],
    "ofxparse/tests_fixtures_fail_nice_decimal_error.ofx": [(0, 1, 0)],
    "ofxparse/tests_fixtures_multiple_accounts.ofx": [(0, 0, 0), (0, 0, 0)],
    "csv2ofx/data_converted_schwab-checking.ofx": [(4, 0, -21527)],
    "csv2ofx/data_test_schwab-checking.csv": [(4, 0, -21527)],
    "csv2ofx/data_test_capitalone.csv": [(2, 0, 0)],
    "csv2ofx/data_test_outbank.csv": [(4, 0, -3589)],
    "csv2ofx/data_converted_mint.qif": [(3, 0, -200000), (1, 0, -100000)],
    "quiffen/tests_test_files_test.qif": [(5, 1, -3550)],
    "quiffen/tests_test_files_test_split.qif": [(1, 0, -1000)],
    "beanhub-extract/tests_extractors_fixtures_chase_credit_card.csv": [(5, 0, 10712)],
    "beanhub-extract/tests_extractors_fixtures_mercury.csv": [
        (1, 0, -4600),
        (2, 0, -40862),
        (1, 0, -150000),
    ],
}


@pytest.mark.skipif(not SAMPLES.is_dir(), reason="the sample statements are not on this machine")
def test_files_of_other_importers_are_read_or_refused_in_a_sentence() -> None:
    files = [one for one in SAMPLES.rglob("*") if one.suffix in {".ofx", ".qif", ".csv"}]
    assert files
    refused: list[tuple[str, str]] = []
    for file in files:
        name = str(file.relative_to(SAMPLES))
        try:
            found = _answered(file)
        except ImportRejected as error:
            refused.append((name, error.sentence))
            continue
        sums = [
            (len(a.rows), len(a.rejected), sum(r.given.amount for r in a.rows))
            for a in found.accounts
        ]
        assert sums == COUNTED.get(name, sums), name
        for account in found.accounts:
            assert len(plan_lines(account, {})) == len(account.rows) + len(account.rejected)
    assert all(sentence.endswith(".") for _, sentence in refused)
    assert not COUNTED.keys() & {name for name, _ in refused}


def _answered(file: Path) -> StatementFile:
    data = file.read_bytes()
    found = read_statement_file(data, Reading())
    answers = dict.fromkeys(dict(found.questions), False)
    return read_statement_file(data, Reading().answered(answers))
