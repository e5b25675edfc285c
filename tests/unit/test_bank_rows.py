"""Transactions out of files: headers, dates and amounts as people write them, nothing lost."""

import csv
import io
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledgersync.errors import ImportRejected
from ledgersync.imports.amounts import read_amount
from ledgersync.imports.bank_rows import BankTable, read_bank_rows
from ledgersync.imports.dates import DateColumn
from ledgersync.money import plain

HEADER = "date,description,amount\n"
DAYS = st.dates(date(1970, 1, 1), date(2069, 12, 31))


def read(text: str) -> BankTable:
    return read_bank_rows(text.encode())


@pytest.mark.parametrize(
    ("text", "cents"),
    [
        ("-42.17", -4217), ("42", 4200), (" 1,234.5 ", 123450), ("$1,234.50", 123450),
        ("($12.00)", -1200), ("$(12.00)", -1200), ("-$12.00", -1200), ("$-12.00", -1200),
        ("12.00-", -1200), ("+5", 500), ("\N{MINUS SIGN}3.10", -310), (".5", 50), ("7.", 700),
        ("12.300", 1230), ("-0.00", 0), ("1,234,567.89", 123456789),
    ],
)  # fmt: skip
def test_amounts_as_banks_write_them(text: str, cents: int) -> None:
    assert read_amount(text) == cents


@pytest.mark.parametrize(
    "text",
    ["", " ", "abc", "1e3", "nan", "12,34", "1.234,50", "--5", "(-5)", "5 CR", "1.005", "$", "()"],
)
def test_what_is_no_amount_is_told_and_never_guessed(text: str) -> None:
    with pytest.raises(ValueError, match=r"^The amount .*\.$"):
        read_amount(text)


@given(st.integers(-(10**12), 10**12))
def test_every_way_to_write_an_amount_means_the_same(cents: int) -> None:
    size = f"{abs(cents) / 100:,.2f}"
    written = {plain(cents), f"-${size}" if cents < 0 else f"${size}"}
    written |= {f"({size})", f"{size}-"} if cents < 0 else {size, f"+{size}"}
    assert {read_amount(text) for text in written} == {cents}


@given(DAYS)
def test_every_way_to_write_a_date_means_the_same(day: date) -> None:
    numbers = ("%Y-%m-%d", "%Y/%m/%d", "%Y%m%d", "%m/%d/%Y", "%m-%d-%y", "%m.%d.%Y")
    names = ("%b %d, %Y", "%d-%b-%y", "%d %B %Y")
    times = ("%Y-%m-%dT%H:%M:%S", "%m/%d/%Y 12:30 PM")
    ways = (*numbers, *names, *times)
    assert {DateColumn().read(day.strftime(way)) for way in ways} == {day}


@pytest.mark.parametrize(
    "text", ["", "soon", "2026-02-30", "13/31/2026", "45292", "02/2026", "1/1/1", "0026-10-31"]
)
def test_what_is_no_date_is_told(text: str) -> None:
    with pytest.raises(ValueError, match=r"^The date .*\.$"):
        DateColumn().read(text)


def test_a_date_that_can_go_both_ways_follows_its_column() -> None:
    assert read(HEADER + "03/04/2026,A,1\n10/31/2026,B,1\n").rows[0].line.date.month == 3  # type: ignore[union-attr]
    table = read(HEADER + "03/04/2026,A,1\n31/10/2026,B,1\n")
    assert [row.line.date for row in table.rows if row.line] == [
        date(2026, 4, 3),
        date(2026, 10, 31),
    ]
    assert table.remarks == ("The dates were read day first, as some can only be meant so.",)


def test_dates_that_can_all_go_both_ways_are_read_month_first_and_told_with_an_example() -> None:
    table = read(HEADER + "2/2/26,A,1\n 03/04/2026,B,1\n2026-10-31,C,1\n")
    assert [row.line and row.line.date.month for row in table.rows] == [2, 3, 10]
    assert table.remarks == (
        "Dates such as 03/04/2026 can be meant both ways; they were read month first.",
    )
    assert read(HEADER + "2/2/26,A,1\n2026-04-03,B,1\n").remarks == ()
    assert read(HEADER + "03/04/2026,A,1\n3/31/2026,B,1\n").remarks == ()


def test_a_column_of_both_orders_is_read_as_in_the_united_states() -> None:
    rows = read(HEADER + "10/31/2026,A,1\n31/10/2026,B,1\n").rows
    assert [bool(row.line) for row in rows] == [True, False]


def test_columns_are_told_by_their_headers_in_any_order_and_case() -> None:
    table = read(" AMOUNT ;Client; Posting Date;Note;Bank Account;DESCRIPTION\n1;Pine;1/2/26;x;9;U")
    [row] = table.rows
    assert row.line
    assert row.line.date == date(2026, 1, 2)
    assert (row.line.client_id, row.line.account_id) == ("pine", "9")
    assert (row.line.description, row.line.amount) == ("U", 100)
    assert row.cells == ["1", "Pine", "1/2/26", "x", "9", "U"]


def test_the_plainest_header_wins_where_two_could_be_meant() -> None:
    table = read("memo,posting date,date,description,amount\nM,1/9/2026,1/2/2026,D,1\n")
    assert table.rows[0].line
    assert table.rows[0].line.description == "D"
    assert table.rows[0].line.date == date(2026, 1, 2)


def test_clients_and_accounts_are_the_same_whatever_their_case_and_blanks() -> None:
    text = "client,account,date,description,amount\nA  Co,X,1/2/26,U,1\na co , x,1/2/26,U,1\n"
    first, second = read(text).rows
    assert first.line == second.line


def test_a_comma_in_most_descriptions_does_not_become_the_separator() -> None:
    rows = "".join(f"2026-01-0{day};A,B,C,D,E;1,0{day}0\n" for day in range(1, 9))
    table = read(f"date;description;amount\n{rows}")
    assert [row.cells[1] for row in table.rows] == ["A,B,C,D,E"] * 8


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
@pytest.mark.parametrize("ending", ["\n", "\r\n", "\r"])
def test_any_encoding_and_line_ending(encoding: str, ending: str) -> None:
    text = ending.join(["date,description,amount", '2026-01-02,"Café, Olé",-5', ""])
    table = read_bank_rows(text.encode(encoding))
    assert [list(row.cells) for row in table.rows] == [["2026-01-02", "Café, Olé", "-5"]]
    assert bool(table.remarks) == (encoding == "cp1252")


def test_a_row_that_can_t_be_read_stays_with_its_line_and_every_fault() -> None:
    table = read(HEADER + '2026-01-02,"two\nlines",1\n\nsoon,B,much\n2026-01-02,C\n,,\n')
    assert [row.number for row in table.rows] == [2, 5, 6, 7]
    assert table.rows[0].problem == ""
    assert "The date 'soon'" in table.rows[1].problem
    assert "The amount 'much'" in table.rows[1].problem
    assert table.rows[2].problem == "The amount is empty."
    assert table.rows[2].cells == ["2026-01-02", "C", ""]
    assert table.rows[3].line is None


def test_a_row_with_too_many_cells_keeps_them_all() -> None:
    table = read(HEADER + "2026-01-02,Smith, Inc,-5\n2026-01-02,A,-5,,\n")
    wide, padded = table.rows
    assert wide.line is None
    assert "The line has 4 cells, the header 3" in wide.problem
    assert wide.cells == ["2026-01-02", "Smith", " Inc,-5"]
    assert padded.line
    assert padded.cells == ["2026-01-02", "A", "-5"]


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "The file is empty."),
        (b"when,what\n1,2\n", "no column date or description or amount; the file begins with"),
        (b"date,amount,description,Amount\n", "Two columns stand for amount."),
        (b"PK\x03\x04junk", "The file is damaged or not an Excel workbook."),
        (b'date,description,amount\n1/2/26,"open,1\n', "From line 2 on the file can't be read"),
        (b"date,description,amount\n\x00\n", "neither a text"),
    ],
)
def test_a_file_that_can_t_be_taken_says_why(data: bytes, words: str) -> None:
    with pytest.raises(ImportRejected) as refused:
        read_bank_rows(data)
    assert words in refused.value.sentence
    assert refused.value.next_step


CELLS = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=12)


@given(st.lists(st.tuples(CELLS, CELLS, CELLS, CELLS)))
def test_whatever_the_cells_hold_no_row_and_no_cell_is_lost(rows: list[tuple[str, ...]]) -> None:
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer, lineterminator="\r\n")
    writer.writerow(["date", "description", "amount", "note"])
    writer.writerows(rows)
    table = read_bank_rows(buffer.getvalue().encode())
    assert [tuple(row.cells) for row in table.rows] == rows
    assert all(bool(row.line) != bool(row.problem) for row in table.rows)


def test_a_line_that_lost_its_place_does_not_decide_which_way_dates_are_meant() -> None:
    table = read("date,description,amount\n03/04/2026,A,1\n31/10/2026,Smith, Inc,1\n")
    assert [row.line and row.line.date for row in table.rows] == [date(2026, 3, 4), None]
    assert table.manners.day_first is None


def test_more_columns_or_rows_than_a_statement_has_are_refused(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    wide = "date,description,amount" + ",x" * 98
    with pytest.raises(ImportRejected, match="Line 1 has 101 columns; at most 100"):
        read(wide + "\n" + "1\n" * 9)
    monkeypatch.setattr("ledgersync.imports.bank_sheets.MOST_TRANSACTIONS", 10)
    with pytest.raises(ImportRejected, match="The file has more than"):
        read(HEADER + "1\n" * 11)


def test_a_column_of_nothing_readable_is_refused_with_the_first_of_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("ledgersync.imports.bank_rows._MOST_UNREADABLE", 3)
    lines = "".join(f"2026-01-0{day},Shop,no {day}\n" for day in range(1, 5))
    assert len(read(HEADER + lines[: lines.rindex("2026")]).rows) == 3
    with pytest.raises(ImportRejected, match=r"column amount holds more than 3 .*'no 1'"):
        read(HEADER + lines)
    same = "2026-01-01,Shop,none\n" * 9
    assert [row.problem for row in read(HEADER + same).rows].count("") == 0


def test_headers_of_a_city_s_card_data_are_known() -> None:
    text = "TRANSACTION_DATE,MERCHANT_NAME,TRANSACTION_AMOUNT,AGENCY\n2026/02/01,UBER TRIP,12,DPW\n"
    table = read(text)
    [row] = table.rows
    assert row.line is not None
    assert (row.line.description, row.line.amount) == ("UBER TRIP", 1200)
    assert table.columns == {"date", "description", "amount"}


def test_a_code_that_was_written_to_keep_its_zeros_is_that_code() -> None:
    wrapped = '="0040"'
    text = (
        f"date,description,amount,gl_code\n2026-02-01,BANK,-1,{wrapped}\n2026-02-02,BANK,-1,0040\n"
    )
    rows = read(text).rows
    assert [row.gl_code for row in rows] == ["0040", "0040"]
    assert rows[0].cells[3] == wrapped


@pytest.mark.parametrize(
    "header",
    [
        "AGENCY,TRANSACTION_DATE,TRANSACTION_AMOUNT,VENDOR_NAME,MCC_DESCRIPTION",
        "DEPARTMENT NAME,CHECK DATE,AMOUNT,VENDOR NAME,CONTRACT NUMBER",
        "Directorate,Payment Date,Net Amount,Supplier Name,Purpose",
        "Division,PURCHASE DATE,AMOUNT PAID,SUPPLIER,Category",
        "Body,Issue Date,Check Amount,Vendor,Fund",
        "DIV_NAME,TRANS_DT,MERCHANDISE_AMT,Vendor,FISCAL_YEAR",
    ],
)
def test_whom_a_row_was_paid_to_stands_for_a_description_that_is_not_named(header: str) -> None:
    table = read(f"{header}\nDPW,2026-02-01,12.00,UBER TRIP,x\n")
    [row] = table.rows
    assert row.line is not None
    assert (row.line.description, row.line.amount) == ("UBER TRIP", 1200)
    assert (row.line.client_id, row.line.account_id, row.vendor) == ("", "", "")
    assert table.columns == {"date", "description", "amount"}
    title = header.split(",")[3]
    said = f"The column {title!r} was taken for the description, as none is named so."
    assert table.remarks == (said,)


def test_a_vendor_stays_a_code_where_a_description_or_another_name_is_there() -> None:
    table = read("date,vendor,description,amount\n2026-02-01,Uber,UBER TRIP,1\n")
    assert (table.rows[0].vendor, table.remarks) == ("Uber", ())
    [row] = read("date,vendor id,vendor name,amount\n2026-02-01,U1,UBER TRIP,1\n").rows
    assert row.line is not None
    assert (row.line.description, row.vendor) == ("UBER TRIP", "U1")
    with pytest.raises(ImportRejected, match="There is no column description"):
        read("date,vendor id,amount\n2026-02-01,U1,1\n")


@pytest.mark.parametrize(
    ("title", "column"),
    [
        ("TRANSACTION_DATE", "date"), ("TRANS DATE", "date"), ("POSTING_DATE", "date"),
        ("Payee", "description"), ("MERCHANT", "description"), ("Transaction Amt.", "amount"),
        ("Amount (GBP)", "amount"), ("Cardholder Name", "account"), ("Card Number", "account"),
        ("G/L Account", "gl_code"),
    ],
)  # fmt: skip
def test_columns_as_cities_head_them(title: str, column: str) -> None:
    others = [name for name in ("date", "description", "amount") if name != column]
    assert column in read(",".join([title, *others]) + "\n").columns


@pytest.mark.parametrize("title", ["AGENCY", "Department", "DIVISION", "MCC", "Fund", "Vendor Zip"])
def test_columns_that_may_mean_many_things_are_left_alone(title: str) -> None:
    assert read(f"{title},{HEADER}").columns == {"date", "description", "amount"}
