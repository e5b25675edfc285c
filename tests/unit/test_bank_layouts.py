"""Transactions as banks and cities lay them out: titles, debits and credits, commas, workbooks."""

from datetime import datetime

import pytest

from ledgersync.errors import ImportRejected
from ledgersync.imports.bank_rows import BankTable, read_bank_rows
from tests.unit.list_files import Rows, workbook

HEADER = "date,description,amount\n"
COMMA = "date;description;amount\n"


def read(text: str) -> BankTable:
    return read_bank_rows(text.encode())


def cents(table: BankTable) -> list[int | None]:
    return [row.line.amount if row.line else None for row in table.rows]


def test_a_debit_and_a_credit_stand_for_the_amount() -> None:
    table = read(
        "Date,Description,Withdrawals,Deposits,Balance\n1/2/26,A,12.50,,1\n1/2/26,B,,3,4\n"
    )
    assert cents(table) == [-1250, 300]
    assert table.columns == {"date", "description", "amount"}
    assert table.rows[0].cells == ["1/2/26", "A", "12.50", "", "1"]


def test_debits_that_all_have_a_minus_are_money_out_as_well() -> None:
    assert cents(read("date,description,debit,credit\n1/2/26,A,-5.00,\n1/2/26,B,,7\n")) == [
        -500,
        700,
    ]


def test_a_row_with_both_a_debit_and_a_credit_or_neither_is_told() -> None:
    table = read(
        "date,description,debit,credit\n1/2/26,A,1,2\n1/2/26,B,,\n1/2/26,C,,-3\n1/2/26,D,4,\n"
    )
    assert [row.problem for row in table.rows] == [
        "It has both a debit and a credit.",
        "It has neither a debit nor a credit.",
        "Its sign is not that of most debits or credits, so it may be meant either way.",
        "",
    ]


def test_an_amount_goes_before_a_debit_and_a_credit() -> None:
    assert cents(read("date,description,debit,credit,amount\n1/2/26,A,1,,-9\n")) == [-900]


def test_a_debit_without_a_credit_is_no_amount() -> None:
    with pytest.raises(
        ImportRejected, match="There is no column amount; the file begins with: date"
    ):
        read("date,description,debit\n1/2/26,A,1\n")


def test_decimal_commas_are_read_as_such_in_the_whole_file() -> None:
    table = read(COMMA + "02.01.2026;A;-1.234,50\n02.01.2026;B;1.500\n02.01.2026;C;12,5\n")
    assert cents(table) == [-123450, 150000, 1250]


def test_debits_and_credits_share_their_decimal_mark() -> None:
    text = "date;description;debit;credit\n2026-01-02;A;1.500;\n2026-01-02;B;;12,34\n"
    assert cents(read(text)) == [-150000, 1234]


def test_one_point_among_decimal_commas_makes_no_other_amount_a_thousandth() -> None:
    table = read(COMMA + "2026-01-02;A;12,34\n2026-01-02;B;1.500\n2026-01-02;C;5.50\n")
    assert cents(table) == [None, None, 550]
    assert "may be meant either way" in table.rows[1].problem


def test_one_comma_among_decimal_points_makes_no_other_amount_doubtful() -> None:
    text = (
        HEADER
        + '2026-01-02,A,"12,34"\n2026-01-02,B,1.500\n'
        + "2026-01-02,C,5.50\n2026-01-02,D,.5\n"
    )
    assert cents(read(text)) == [None, 150, 550, 50]


def test_an_amount_of_three_decimals_that_no_other_explains_is_told_with_an_example() -> None:
    table = read(HEADER + "2026-01-02,A,1.500\n2026-01-02,B,20\n")
    assert cents(table) == [150, 2000]
    assert table.remarks == (
        "Amounts such as 1.500 were read with a decimal point, as none says otherwise.",
    )
    assert read(HEADER + "2026-01-02,A,1.500\n2026-01-02,B,20.25\n").remarks == ()


@pytest.mark.parametrize("mark", [",", ";", "\t"])
def test_lines_above_the_header_are_left_out_with_a_remark(mark: str) -> None:
    titles = "First Bank, N.A.; statement\n\nAccount 0042\n"
    table = read(
        titles + mark.join(["Date", "Description", "Amount"]) + f"\n1/20/26{mark}A{mark}-5\n"
    )
    assert table.header == ("Date", "Description", "Amount")
    assert [(row.number, row.cells) for row in table.rows] == [(5, ["1/20/26", "A", "-5"])]
    assert table.remarks == ("2 lines were left out above the header.",)


def test_what_a_header_below_titles_lacks_is_told_of_that_line() -> None:
    with pytest.raises(
        ImportRejected, match="no column amount; line 3 begins with: Date, Description"
    ):
        read("First Bank\nAccount 0042\nDate,Description,Balance\n1/2/26,A,5\n")


def test_a_workbook_is_read_with_every_cell_as_text() -> None:
    rows: Rows = [
        ["First Bank"],
        ["Date", "Description", "Amount", "Ref"],
        [datetime(2026, 1, 2), "A", -5.25, "0042"],  # noqa: DTZ001  as in the sheet
        ["1/30/2026", "B", "(1,000.00)", 7, "beside"],
    ]
    table = read_bank_rows(workbook(rows))
    assert table.header == ("Date", "Description", "Amount", "Ref", "")
    assert cents(table) == [-525, -100000]
    assert [(row.number, row.cells) for row in table.rows] == [
        (3, ["2026-01-02", "A", "-5.25", "0042", ""]),
        (4, ["1/30/2026", "B", "(1,000.00)", "7", "beside"]),
    ]
    assert table.remarks == ("1 line was left out above the header.",)


def test_a_formula_in_a_workbook_is_a_problem_where_it_is_needed_and_told_elsewhere() -> None:
    rows: Rows = [
        ["date", "description", "amount", "balance"],
        ["2026-01-02", "A", "=1+1", 5],
        ["2026-01-02", "B", 3, "=D2+C3"],
    ]
    table = read_bank_rows(workbook(rows))
    assert cents(table) == [None, 300]
    assert table.rows[0].problem == "A cell holds a formula or an error instead of a value."
    assert table.remarks == ("1 cell of other columns with a formula or an error: left blank.",)


def test_a_workbook_may_have_more_rows_than_a_list_but_not_more_than_a_file(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    rows: Rows = [["date", "description", "amount"], *(["2026-01-02", "A", 1] for _ in range(9))]
    monkeypatch.setattr("ledgersync.imports.workbooks.MOST_ROWS", 5)
    assert len(read_bank_rows(workbook(rows)).rows) == 9
    monkeypatch.setattr("ledgersync.imports.bank_sheets.MOST_TRANSACTIONS", 5)
    with pytest.raises(ImportRejected, match="The file has more than 5 rows"):
        read_bank_rows(workbook(rows))


def test_a_workbook_without_transactions_or_with_two_sheets_of_them_is_refused() -> None:
    with pytest.raises(ImportRejected, match="There is no column date or description or amount"):
        read_bank_rows(workbook([["a", "b"], [1, 2]]))
    with pytest.raises(ImportRejected, match="The file is empty"):
        read_bank_rows(workbook([]))
    with pytest.raises(ImportRejected, match="2 sheets hold a statement: 'List', 'Sheet2'"):
        read_bank_rows(workbook([["date", "description", "amount"]], sheets=2))


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("12.00 CR", 1200), ("12.00 DR", -1200), ("12.00db.", -1200), ("$1,200.00 cr", 120000),
        ("USD 12.00", 1200), ("12.00 usd", 1200), ("USD12", 1200), ("-USD 12.00", -1200),
        ("€12.00", 1200), ("£12", 1200), ("-£12", -1200), ("£-12.50", -1250), ("(€ 12.00)", -1200),
        ("US$12.00", 1200), ("CA$ 12.00", 1200), ("C$12", 1200), ("$12.00 CAD", 1200),
        ("12.00 EUR CR", 1200), ("USD 12.00 DR", -1200),
    ],
)  # fmt: skip
def test_an_amount_counts_with_a_mark_or_a_currency_beside_it(text: str, wanted: int) -> None:
    table = read(HEADER + f'2026-01-02,A,"{text}"\n')
    assert cents(table) == [wanted]
    assert len(table.remarks) == 1


@pytest.mark.parametrize(
    "text", ["abc", "Ref 12", "12.00 USD EUR", "CR", "USD", "-12.00 DR", "XUSD 5", "USDX 5"]
)
def test_what_other_words_stand_beside_is_no_amount(text: str) -> None:
    [row] = read(HEADER + f"2026-01-02,A,{text}\n").rows
    assert row.line is None
    assert row.problem


def test_one_remark_says_what_was_read_of_the_words_beside_amounts() -> None:
    table = read(HEADER + "2026-01-02,A,USD 12.00\n2026-01-02,B,12.00 CR\n2026-01-02,C,£5\n")
    [remark] = table.remarks
    assert remark == (
        "Beside amounts, CR was read as money in and DR as money out, as in '12.00 CR'; USD, £ was "
        "left out, as in 'USD 12.00', so that all count alike."
    )
    assert table.rows[0].cells[2] == "USD 12.00"


def test_a_currency_hides_no_decimal_comma_and_is_left_out_of_debits_too() -> None:
    assert cents(read(COMMA + "2026-01-02;A;€ 1.500\n2026-01-02;B;-12,34 €\n")) == [150000, -1234]
    text = "date,description,debit,credit\n2026-01-02,A,£12.00,\n2026-01-02,B,,GBP 3\n"
    assert cents(read(text)) == [-1200, 300]
