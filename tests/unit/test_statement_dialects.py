"""Tables as banks, cards and payment services write them: what is a row, which way, how much."""

import pytest

from ledgersync.domain.statement_files import (
    ColumnChoice,
    FileAccount,
    Question,
    Reading,
    StatementFile,
)
from ledgersync.errors import ImportRejected
from ledgersync.imports.statement_files import read_statement_file
from tests.unit.list_files import workbook

CARD = Reading(owes=True)


def read(text: str, reading: Reading | None = None) -> StatementFile:
    return read_statement_file(text.encode(), reading or Reading())


def only(text: str, reading: Reading | None = None) -> FileAccount:
    [account] = read(text, reading).accounts
    return account


def moved(account: FileAccount) -> list[tuple[str, int]]:
    return [(row.given.description, row.given.amount) for row in account.rows]


def closing(account: FileAccount) -> int | None:
    return account.closing.cents if account.closing else None


def why(account: FileAccount) -> list[tuple[int, str]]:
    return [(one.line, one.reason) for one in account.rejected]


@pytest.mark.parametrize(
    ("before", "behind", "lines"),
    [
        ("10/01/2026,Beginning balance as of 10/01/2026,,100.00", "Total,,15.00,", "2, 5"),
        ("Posted Transactions,,,", ",Total credits for October,25.00,", "2, 5"),
        ("Opening Balance,,,100.00", "Information only, no warranty.,,", "2, 5"),
        ("10/01/2026,Opening balance,0.00,100.00", "10/31/2026,CLOSING BALANCE,,115.00", "2, 5"),
    ],
)
def test_titles_totals_and_balances_are_no_rows_and_the_closing_balance_stays(
    before: str, behind: str, lines: str
) -> None:
    table = "10/20/2026,A,25.00,125.00\n10/28/2026,B,-10.00,115.00"
    file = read(f"Date,Description,Amount,Balance\n{before}\n{table}\n{behind}\n")
    [account] = file.accounts
    assert (moved(account), account.rejected) == ([("A", 2500), ("B", -1000)], ())
    assert (account.opening, closing(account)) == (10000, 11500)
    assert file.remarks == (f"Left out as titles, totals or balances: lines {lines}.",)


def test_what_may_be_a_transaction_is_never_left_out_as_a_total() -> None:
    account = only(
        "Date,Description,Amount\n10/20/2026,Total,-1.00\n,TOTAL WINE,-2.00\nsoon,C,-3.00\n"
        "10/21/2026,D,\n10/22/2026,Opening balance,4.00\n10/23/2026,New Balance 12,-5.00\n"
    )
    assert moved(account) == [("Total", -100), ("New Balance 12", -500)]
    assert [reason[:18] for _, reason in why(account)] == [
        *("The date is empty.", "The date 'soon' is", "The amount is empt", "It is a balance an")
    ]


def test_rows_below_a_title_that_says_pending_wait_and_those_that_failed_never_were() -> None:
    account = only(
        "Date,Description,Amount,Balance,Status,Balance Impact\nPending Transactions\n"
        "10/30/2026,A,-9.00\nPosted Transactions\n10/28/2026,B,-5.00,95.00,Completed,Debit\n"
        "10/27/2026,C,-1.00,,Reverted\n10/27/2026,D,-1.00,,Denied\n10/27/2026,E,-1,,PENDING - A\n"
        "10/27/2026,F,-1.00,100.00,Completed,Memo\n10/26/2026,G,10.00,100.00,Completed,Credit\n"
    )
    assert (moved(account), closing(account)) == ([("B", -500), ("G", 1000)], 9500)
    assert [(line, reason[:16]) for line, reason in why(account)] == [
        *((3, "It is still pend"), (6, "The file says 'R"), (7, "The file says 'D")),
        *((8, "It is still pend"), (9, "The file says th")),
    ]


def test_a_dash_is_no_amount_of_the_other_column() -> None:
    text = "Date,Description,Withdrawals,Deposits\n10/20/2026,A,-,3.00\n10/28/2026,B,2.00,\u2013\n"
    assert moved(only(text)) == [("A", 300), ("B", -200)]


def test_an_empty_description_is_what_another_column_says() -> None:
    text = (
        "Date,Full description,Merchant name,Transaction,Memo,Amount\n10/20/2026,A,a,x,y,-1\n"
        "10/21/2026,,b,x,y,-1\n10/22/2026,,,x,y,-1\n10/23/2026,,,x,,-1\n10/24/2026,,,,,-1\n"
    )
    assert [words for words, _ in moved(only(text))] == ["A", "b", "y", "x", ""]


@pytest.mark.parametrize(
    ("title", "words"),
    [
        ("Credit Debit Indicator", ("Debit", "Credit")),
        ("Debit/credit", ("D", "C")),
        ("Sign", ("-", "+")),
        ("CR/DR", ("dr", "cr")),
    ],
)
@pytest.mark.parametrize("owes", [False, True])
def test_a_column_of_debit_or_credit_counts_before_a_type_that_says_less(
    title: str, words: tuple[str, str], *, owes: bool
) -> None:
    text = (
        f"Date,Description,Amount,Transaction Type,{title}\n10/20/2026,A,3.00,POS,{words[0]}\n"
        f"10/28/2026,B,2.00,ACH,{words[1]}\n"
    )
    assert moved(only(text, Reading(owes=owes))) == [("A", -300), ("B", 200)]


@pytest.mark.parametrize(
    ("out", "into"),
    [("ACH Debit", "ACH Credit"), ("ATM_WITHDRAWAL", "Mobile Deposit"), ("Fee DR", "Interest CR")],
)
def test_of_several_words_of_a_type_the_last_says_which_way(out: str, into: str) -> None:
    text = f"Date,Description,Amount,Type\n10/20/2026,A,3.00,{out}\n10/28/2026,B,2.00,{into}\n"
    account = only(f"{text}10/29/2026,C,5,Credit Card Payment\n10/30/2026,D,6,Returned Deposit\n")
    assert moved(account) == [("A", -300), ("B", 200)]
    assert [reason.partition(" does")[0] for _, reason in why(account)] == [
        *("The type 'Credit Card Payment'", "The type 'Returned Deposit'")
    ]


@pytest.mark.parametrize(
    "header",
    ["Withdrawals/Debits,Deposits/Credits", "Charges,Payments", "Debit (USD),Credit (USD)"],
)
def test_two_columns_of_money_may_have_other_titles(header: str) -> None:
    text = f"Date,Description,{header}\n10/28/2026,A,3.00,\n10/29/2026,B,,4.00\n"
    assert moved(only(text)) == [("A", -300), ("B", 400)]


def test_without_titles_a_column_of_nothing_but_debit_and_credit_signs_the_amounts() -> None:
    text = "2026/10/28,3.00,COFFEE,POS,DEBIT\n2026/10/20,2.00,PINE,ACH,CREDIT\n"
    assert read(text).questions == ((Question.COLUMNS, ""),)
    said = Reading(columns=ColumnChoice("Column A", "Column C", "Column B"))
    assert moved(only(text, said)) == [("COFFEE", -300), ("PINE", 200)]
    fewer = read(text.replace("POS,", "").replace("ACH,", ""))
    assert moved(fewer.accounts[0]) == [("COFFEE", -300), ("PINE", 200)]
    assert fewer.remarks[0].endswith("'Column B' as amount, 'Column D' as type.")
    other = text.replace("DEBIT", "VISA")
    assert read(other, said).questions == ((Question.POSITIVE_IS_OUT, "3.00 COFFEE"),)


def test_debits_and_credits_below_a_date_of_another_title_are_read() -> None:
    text = "When,Description,Debit,Credit\n10/28/2026,A,3.00,\n10/29/2026,B,,4.00\n"
    file = read(text)
    assert moved(file.accounts[0]) == [("A", -300), ("B", 400)]
    told = "'When' as date, 'Description' as description, 'Debit' as debit, 'Credit' as credit."
    assert file.remarks[0].endswith(told)


def test_single_letters_below_any_other_title_tell_no_way() -> None:
    text = "Date,Description,Amount,Type\n10/20/2026,A,3.00,C\n10/28/2026,B,2.00,D\n"
    assert read(text).questions == ((Question.POSITIVE_IS_OUT, "3.00 A"),)


@pytest.mark.parametrize(
    ("charge", "paid"), [("-3.00", "2.00"), ("3.00", "-2.00"), ("3.00", "2.00")]
)
def test_words_of_a_card_say_which_sign_its_charges_have(charge: str, paid: str) -> None:
    text = (
        f"Date,Description,Type,Amount\n10/20/2026,A,Sale,{charge}\n10/28/2026,B,Payment,{paid}\n"
    )
    assert moved(only(text, CARD)) == [("A", -300), ("B", 200)]


@pytest.mark.parametrize(
    ("rows", "asked"),
    [
        (["Sale,-3.00", "Sale,2.00"], True),
        (["Sale,3.00", "Adjustment,2.00"], False),
        (["Adjustment,-3.00", "Sale,-2.00"], True),
        (["Sale,-3.00", "Sale,-2.50", "Payment,2.00", "Fee,1.00"], True),
    ],
)
def test_words_of_a_card_that_leave_a_row_open_sign_no_other(
    rows: list[str], *, asked: bool
) -> None:
    listed = "\n".join(f"10/2{place}/2026,A,{row}" for place, row in enumerate(rows))
    file = read(f"Date,Description,Type,Amount\n{listed}\n", CARD)
    assert bool(file.questions) is asked
    if not asked:
        assert [row.given.amount for row in file.accounts[0].rows] == [-300]
        assert len(file.accounts[0].rejected) == 1


def test_what_a_person_says_of_signs_counts_before_the_words_of_a_card() -> None:
    text = "Date,Description,Type,Amount\n10/20/2026,A,Sale,-3.00\n10/28/2026,B,Payment,2.00\n"
    said = Reading(owes=True, positive_is_out=True)
    assert moved(only(text, said)) == [("A", 300), ("B", -200)]


def test_a_debit_taken_back_turns_no_other_row_that_has_a_minus() -> None:
    text = (
        "Date,Description,Type,Amount\n10/20/2026,A,Debit,-3.00\n10/21/2026,B,Debit,-1.00\n"
        "10/28/2026,C,Debit,1.00\n10/29/2026,D,Credit,9.00\n"
    )
    assert moved(only(text)) == [("A", -300), ("B", -100), ("C", 100), ("D", 900)]


def test_credits_of_a_card_that_all_have_a_minus_are_credits() -> None:
    text = "Date,Description,Debit,Credit\n10/20/2026,A,3.00,\n10/28/2026,B,,-2.00\n"
    assert moved(only(text, CARD)) == [("A", -300), ("B", 200)]
    assert [line for line, _ in why(only(text))] == [3]
    mixed = f"{text}10/29/2026,C,,1.00\n"
    assert [line for line, _ in why(only(mixed, CARD))] == [3, 4]


def test_a_debit_whose_sign_most_have_not_may_be_meant_either_way() -> None:
    text = "Date,Description,Debit,Credit\n10/20/2026,A,-3.00,\n10/21/2026,B,-4.00,\n"
    account = only(f"{text}10/28/2026,C,1.00,\n10/29/2026,D,,2.00\n")
    assert moved(account) == [("A", -300), ("B", -400), ("D", 200)]
    assert [line for line, _ in why(account)] == [4]
    usual = only(f"{text.replace('-', '')}10/28/2026,C,-1.00,\n")
    assert (moved(usual), why(usual)[0][0]) == ([("A", -300), ("B", -400)], 4)
    even = only(
        "Date,Description,Debit,Credit\n10/20/2026,A,-3,\n10/21/2026,B,4,\n10/22/2026,C,,5\n"
    )
    assert (moved(even), [line for line, _ in why(even)]) == ([("C", 500)], [2, 3])


@pytest.mark.parametrize(
    ("header", "row", "title"),
    [
        ("Date,Description,Amount,Amount", "10/28/2026,A,-3.00,-4.00", "Amount (C)"),
        ("Date,Date,Description,Amount", "10/28/2026,10/27/2026,A,-3.00", "Date (A)"),
    ],
)
def test_of_two_columns_with_one_title_a_person_says_which(
    header: str, row: str, title: str
) -> None:
    asked = read(f"{header}\n{row}\n")
    assert asked.questions == ((Question.COLUMNS, ""),)
    assert title in {column.title for column in asked.columns}


def test_rows_below_the_header_again_and_another_title_are_of_another_account() -> None:
    head, table = "Date,Description,Amount", "10/28/2026,A,-3.00"
    text = f"Checking 4821\n\n{head}\n{table}\nTotal,,-3.00\n\nSavings,9999\n{head}\n{table}\n"
    found = read(text).accounts
    assert [(account.number, moved(account)) for account in found] == [
        ("Checking 4821", [("A", -300)]),
        ("Savings 9999", [("A", -300)]),
    ]
    glued = only(f"{head}\n{table}\nTotal,,-3.00\n{head}\n{table}\n")
    assert (glued.number, len(glued.rows)) == ("", 2)


def test_the_currency_in_a_title_is_that_of_the_account() -> None:
    text = "Date,Description,Amount ({}),Balance (EUR)\n10/28/2026,A,-3.00,7.00\n"
    found = only(text.format("EUR"))
    assert (found.currency, closing(found)) == ("EUR", 700)
    for tax in ("tax", "tip", "fee"):
        asked = f"Date,Description,Gross,Amount ({tax})\n10/28/2026,A,-3.00,-0.10\n"
        assert read(asked).questions == ((Question.COLUMNS, ""),)
    named = only("Date,Description,CAD$\n10/28/2026,A,-3.00\n")
    assert (moved(named), named.currency) == ([("A", -300)], "CAD")


def test_accounts_in_a_column_of_bank_accounts_are_told_apart() -> None:
    text = "Bank Account,Date,Narrative,Debit Amount,Credit Amount\n1,10/28/2026,A,3.00,\n"
    found = read(f"{text}2,10/28/2026,B,,4.00\n").accounts
    assert [(account.number, moved(account)) for account in found] == [
        ("1", [("A", -300)]),
        ("2", [("B", 400)]),
    ]


def test_what_is_left_after_fees_moves_the_balance() -> None:
    net = "Date,Description,Gross,Fee,Net,Balance\n10/20/2026,A,10.00,-1.00,9.00,9.00\n"
    assert moved(only(f"{net}10/21/2026,B,-4.00,0.00,-4.00,5.00\n")) == [("A", 900), ("B", -400)]
    gross = "Date,Description,Amount,Fee,Net\n10/20/2026,A,10.00,1.00,9.00\n"
    assert moved(only(f"{gross}10/21/2026,B,-4.00,0.00,-4.00\n")) == [("A", 900), ("B", -400)]
    taxed = "Date,Description,Net,Tax,Amount\n10/20/2026,A,-9.00,-1.00,-10.00\n"
    assert moved(only(taxed)) == [("A", -1000)]


def test_fees_beside_amounts_left_the_account_where_only_so_its_balances_fit() -> None:
    text = "Date,Description,Amount,Fee,Balance\n10/20/2026,A,10.00,0.00,10.00\n"
    assert moved(only(f"{text}10/21/2026,B,-4.00,0.50,5.50\n"))[1] == ("B", -450)
    assert moved(only(f"{text}10/21/2026,B,-4.00,0.50,6.00\n"))[1] == ("B", -400)


def test_titles_above_a_line_that_holds_one_figure_are_seen() -> None:
    text = "A,B,C,D\n,,,100.00\n10/28/2026,PARKING,-3.00,\n10/29/2026,RENT,-4.00,\n"
    assert [column.title for column in read(text).columns] == ["A", "B", "C", "D"]


def test_what_a_spreadsheet_calculated_is_the_amount_that_it_shows() -> None:
    rows: list[list[object]] = [["Date", "Description", "Amount"]]
    rows += [["10/28/2026", "A", 0.1 + 0.7], ["10/29/2026", "B", -1]]
    [account] = read_statement_file(workbook(rows), Reading()).accounts
    assert moved(account) == [("A", 80), ("B", -100)]


def test_a_letter_that_no_encoding_has_costs_that_letter_and_not_the_file() -> None:
    text = "Date,Description,Amount\n10/28/2026,CAF\x81 A,-1\n" + "10/29/2026,B,-2\n" * 5
    data = text.encode("latin-1")
    file = read_statement_file(data, Reading())
    assert moved(file.accounts[0])[0] == ("CAF\N{REPLACEMENT CHARACTER} A", -100)
    assert file.remarks[-1].startswith("1 of its letters can't be told")
    with pytest.raises(ImportRejected, match="can't be read as text"):
        read_statement_file(data[:50], Reading())


def test_a_formula_spoils_a_row_only_where_the_row_needs_it() -> None:
    rows: list[list[object]] = [["Date", "Description", "Amount", "Balance"]]
    rows += [["10/28/2026", "A", -1, "=C2"], ["10/29/2026", "B", "=C2", 5]]
    [account] = read_statement_file(workbook(rows), Reading()).accounts
    assert (moved(account), [line for line, _ in why(account)]) == ([("A", -100)], [3])


def test_zeros_are_no_number_of_a_check() -> None:
    table = only("Date,Description,Amount,Check #\n10/28/2026,A,-1,000\n10/28/2026,B,-1,0120\n")
    files = ["!Type:Bank\n" + "".join(f"D10/28/2026\nT-1\nN{n}\n^\n" for n in ("000", "0120"))]
    row = "<STMTTRN><DTPOSTED>20261028<TRNAMT>-1<CHECKNUM>"
    files += [f"<OFX><STMTRS>{row}000</STMTTRN>{row}0120</STMTTRN></OFX>"]
    for account in (table, *map(only, files)):
        assert [one.given.check_number for one in account.rows] == ["", "0120"]


@pytest.mark.parametrize("newest_first", [False, True])
def test_balances_sign_amounts_that_have_no_sign_and_only_the_oldest_is_asked_about(
    *, newest_first: bool
) -> None:
    lines = [
        "10/13/2026,COFFEE,4.00,96.00",
        "10/14/2026,WAGES,20.00,116.00",
        "10/14/2026,RENT,16.00,100.00",
    ]
    text = "\n".join(["Date,Description,Amount,Balance", *(lines[::-1] if newest_first else lines)])
    assert read(text).questions == ((Question.POSITIVE_IS_OUT, "4.00 COFFEE"),)
    account = only(text, Reading(positive_is_out=True))
    assert sorted(moved(account)) == [("COFFEE", -400), ("RENT", -1600), ("WAGES", 2000)]
    assert closing(account) == 10000
    found = moved(only(text, Reading(positive_is_out=True, owes=True)))
    assert {cents > 0 for _, cents in found} == {False}  # what a card's balance means is not known


def test_balances_that_do_not_lead_from_row_to_row_sign_nothing() -> None:
    text = (
        "Date,Description,Amount,Balance\n10/13/2026,A,4.00,96.00\n10/14/2026,B,20.00,116.00\n"
        "10/15/2026,C,16.00,101.00\n"
    )
    found = moved(only(text, Reading(positive_is_out=True)))
    assert found == [("A", -400), ("B", -2000), ("C", -1600)]
