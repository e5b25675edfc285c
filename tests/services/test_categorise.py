"""Categorising a file from files alone: what is learned and written, and that nothing is lost."""

import csv
import io
from collections.abc import Sequence
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ledgersync.domain.transactions import Method
from ledgersync.errors import ImportRejected
from ledgersync.services import large_runs
from ledgersync.services.categorising import SURE, Categorised, Coded, Outcome, categorise
from ledgersync.services.file_knowledge import SourceFile
from tests.unit.list_files import Rows, workbook

HEADER = "date,description,amount"
HISTORY = f"{HEADER},client,account,vendor,gl_code\n" + "".join(
    f"2026-{month:02d}-{day:02d},{text} #{day}{month},-{day}.50,Pine,Card,{vendor},{gl}\n"
    for month in range(1, 10)
    for day, text, vendor, gl in (
        (3, "CORNER DELI", "DELI", "6400"),
        (9, "CITY WATER DEPT", "Water Works", "6810"),
        (17, "FUEL STOP", "", "6120"),
    )
)
VENDORS = (
    "vendor_code,vendor_name,default_gl\nW1,Water Works,6810\nBLUE,Blue Heron Books,6300\n"
    "N1,Northgate Motors,\n"
)


def run(transactions: str, *, everything: bool = False, **files: str) -> Categorised:
    given = {name: SourceFile(f"{name}.csv", text.encode()) for name, text in files.items()}
    source = SourceFile("new.csv", transactions.encode())
    return categorise(source, **given, all_suggestions=everything)


def rows_of(done: Categorised) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(done.data.decode(), newline="")))


def one(description: str, *, everything: bool = False, **files: str) -> dict[str, str]:
    text = f"{HEADER},client,account\n2026-10-05,{description},-9.99,Pine,Card\n"
    [row] = rows_of(run(text, everything=everything, **files))
    return row


def test_what_people_coded_before_is_suggested_with_its_reason() -> None:
    row = one("CORNER DELI #77", history=HISTORY)
    assert (row["vendor"], row["gl_code"], row["method"]) == ("DELI", "6400", "ai")
    assert float(row["confidence"]) >= SURE
    assert row["status"] == "matched"
    assert "coded 6400 in 9 of 9 past rows" in row["why"]


def test_a_rule_goes_before_what_was_learned_which_fills_what_it_leaves_open() -> None:
    rules = "Patterns,GL Code,Number\nCORNER DELI,6999,14\n"
    row = one("CORNER DELI #77", history=HISTORY, rules=rules)
    assert (row["gl_code"], row["method"]) == ("6999", "rule")
    assert row["why"] == "Rule 14: contains CORNER DELI"
    assert (row["gl_code_2"], row["gl_code_3"]) == ("", "")
    assert row["vendor"] == "DELI"  # the rule says nothing of the vendor, the history does


def test_a_rule_is_followed_although_the_history_says_otherwise() -> None:
    habit = "".join(f"2026-{m:02d}-05,ODD SHOP,-5,6100\n" for m in range(1, 10)) * 10
    row = one(
        "ODD SHOP",
        history=f"{HEADER},gl_code\n{habit}",
        rules="Patterns,GL Code,Number\nODD SHOP,6999,14\n",
    )
    assert (row["gl_code"], row["method"], row["status"]) == ("6999", "rule", "review")
    assert (row["why"], row["confidence"]) == ("Rule 14: contains ODD SHOP", "0.5000")


def test_a_rule_that_splits_leaves_the_gl_code_blank_and_says_so() -> None:
    rules = "Patterns,Split Template,Vendor Name,Number\nCORNER DELI,Deli shares,Deli,14\n"
    row = one("CORNER DELI #77", history=HISTORY, rules=rules)
    assert (row["vendor"], row["gl_code"], row["method"]) == ("Deli", "", "rule")
    assert row["why"] == (
        "Rule 14: contains CORNER DELI; the lines of split template 'Deli shares' are known in the "
        "app only"
    )
    assert row["status"] == "review"


def test_a_rule_without_a_number_is_known_by_its_line() -> None:
    rules = "Patterns,GL Code\nNOBODY,1\nUBER,6250\n"
    assert one("UBER TRIP", rules=rules)["why"] == "Rule 3: contains UBER"


def test_rules_hold_for_the_client_and_account_that_they_name() -> None:
    rules = (
        "Patterns,GL Code,Client,Account\nUBER,1,Oak,\nUBER,2, pine ,Savings\nUBER,3,PINE,card\n"
    )
    assert one("UBER TRIP", rules=rules)["gl_code"] == "3"


def test_a_vendor_is_found_by_its_name_and_brings_its_usual_code() -> None:
    row = one("BLUE HERON BOOKS 0042 BOISE ID", vendors=VENDORS)
    assert (row["vendor"], row["gl_code"], row["method"]) == ("BLUE", "6300", "semantic")
    assert row["status"] == "review"


def test_a_row_without_its_gl_code_is_for_review_however_sure_the_vendor_is() -> None:
    row = one("NORTHGATE MOTORS", vendors=VENDORS)
    assert (row["vendor"], row["gl_code"], row["status"]) == ("N1", "", "review")
    assert float(row["confidence"]) >= SURE


def test_where_nobody_uses_gl_codes_the_vendor_is_all_there_is() -> None:
    row = one("NORTHGATE MOTORS", vendors="Vendor Code,Vendor Name\nN1,Northgate Motors\n")
    assert (row["vendor"], row["status"]) == ("N1", "matched")


@pytest.mark.parametrize("written", ["W1", "w1", "Water Works", "WATER  WORKS"])
def test_a_vendor_of_the_history_may_be_a_code_or_a_name_of_the_list(written: str) -> None:
    history = HISTORY.replace("Water Works", written)
    assert one("CITY WATER DEPT", history=history, vendors=VENDORS)["vendor"] == "W1"


def test_a_vendor_that_is_on_no_list_is_written_as_it_was_given() -> None:
    assert one("CITY WATER DEPT", history=HISTORY)["vendor"] == "Water Works"


def test_a_name_that_two_vendors_have_stands_for_neither() -> None:
    twins = "Vendor Code,Vendor Name\nW1,Water Works\nW2,Water Works\n"
    assert one("CITY WATER DEPT", history=HISTORY, vendors=twins)["vendor"] == "Water Works"


def test_a_history_of_vendors_alone_gives_vendors_and_their_reason() -> None:
    text = f"{HEADER},vendor\n" + "".join(
        f"2026-{month:02d}-09,CITY WATER DEPT {month},-5,Water Works\n" for month in range(1, 10)
    )
    row = one("CITY WATER DEPT 10", history=text)
    assert (row["vendor"], row["gl_code"], row["method"]) == ("Water Works", "", "ai")
    assert "Water Works in 9 of 9 past rows" in row["why"]


def test_a_client_or_account_that_only_one_file_names_parts_nothing() -> None:
    table = list(csv.DictReader(io.StringIO(HISTORY)))
    for kept in ("client", "account"):
        out = io.StringIO()
        columns = [*HEADER.split(","), "vendor", "gl_code", kept]
        writer = csv.DictWriter(out, columns, extrasaction="ignore")
        writer.writeheader()
        writer.writerows(table)
        row = one("CORNER DELI #77", history=out.getvalue())
        assert (row["gl_code"], row["status"]) == ("6400", "matched")


@pytest.mark.parametrize(
    ("columns", "rows", "remarks"),
    [
        ("", "9 of 9 past rows, last on", ["client", "account"]),
        (",account", "9 of 9 past rows of this account, last on", ["client"]),
        (",client", "9 of 9 past rows of this client, last on", ["account"]),
        (",client,account", "9 of 9 past rows of this account, last on", []),
    ],
)
def test_a_reason_and_a_remark_say_whose_rows_were_compared(
    columns: str, rows: str, remarks: Sequence[str]
) -> None:
    values = columns.replace("client", "Pine").replace("account", "Card")
    done = run(f"{HEADER}{columns}\n2026-10-05,CORNER DELI,-9.99{values}\n", history=HISTORY)
    assert f"coded 6400 in {rows}" in rows_of(done)[0]["why"]
    assert list(done.remarks) == [
        f"history.csv: Either it or the transactions name no {one}, so all rows count as those "
        f"of one {one}."
        for one in remarks
    ]


def test_a_client_that_a_rule_names_is_kept_though_the_history_has_none() -> None:
    history = f"{HEADER},gl_code\n2026-01-02,X,-1,6100\n"
    rules = "Patterns,GL Code,Client\nUBER,1,Oak\nUBER,2,Pine\n"
    assert one("UBER TRIP", history=history, rules=rules)["gl_code"] == "2"


def test_rules_for_clients_or_accounts_that_no_row_names_are_told() -> None:
    rules = (
        "Patterns,GL Code,Client,Account,Enabled\nUBER,1,Oak,,yes\nLYFT,2,PINE ,card,yes\n"
        "TAXI,3, Oak,Savings,yes\nBUS,4,Elm,,no\n,,,,\nTRAM,,,,yes\n"
    )
    text = f"{HEADER},client,account\n2026-10-05,UBER TRIP,-9.99,Pine,Card\n"
    told = [one for one in run(text, rules=rules).remarks if "No row" in one]
    assert told == [
        "rules.csv: No row of the transactions names the client of 2 rules: 'Oak'.",
        "rules.csv: No row of the transactions names the account of 1 rule: 'Savings'.",
    ]


def test_of_many_clients_of_rules_that_no_row_names_a_few_are_told() -> None:
    rules = "Patterns,GL Code,Client\n" + "".join(f"UBER {n},1,Client {n}\n" for n in range(5))
    done = run(f"{HEADER}\n2026-10-05,UBER TRIP,-9.99\n", rules=rules)
    [remark] = done.remarks
    assert remark == (
        "rules.csv: No row of the transactions names the client of 5 rules: 'Client 0', "
        "'Client 1', 'Client 2' and 2 more."
    )


def test_what_nothing_is_known_of_stays_open() -> None:
    row = one("QZX 9981", vendors=VENDORS)
    assert (row["vendor"], row["gl_code"], row["method"]) == ("", "", "none")
    assert (row["status"], row["confidence"]) == ("unmatched", "0.0000")
    assert row["why"] == "No rule, no past row and no vendor's name fits"


SPLIT = f"{HEADER},gl_code\n" + "".join(
    f"2026-{month:02d}-0{day},ODD SHOP,-5,{gl}\n"
    for month in range(1, 9)
    for day, gl in enumerate(("6100", "6200", "6300", "6400"), 1)
)


def test_an_unsure_row_stays_blank_unless_everything_is_asked_for() -> None:
    blank, filled = (one("ODD SHOP", history=SPLIT, everything=all_) for all_ in (False, True))
    assert (blank["gl_code"], blank["method"], blank["status"]) == ("", "none", "unmatched")
    assert blank["confidence"] == filled["confidence"]
    assert 0 < float(blank["confidence"]) < 0.5
    assert blank["gl_code_2"] == filled["gl_code"] != ""
    assert blank["why"].startswith(f"Not sure enough: {filled['gl_code']} is likeliest")
    assert (filled["method"], filled["status"]) == ("ai", "unmatched")


@pytest.mark.parametrize("seed", range(3))
def test_the_order_of_the_history_s_lines_changes_nothing(seed: int) -> None:
    dice = Random(7)  # noqa: S311  the same rows each time
    lines = [
        f"2026-0{dice.randrange(1, 4)}-0{dice.randrange(1, 4)},{text} {dice.randrange(9)},-{cents},"
        f"{client},{account},{vendor},{gl}"
        for client in ("Pine", "Oak")
        for account in ("Card", "Bank")
        for text, vendor in (("ODD SHOP", "Odd Shop"), ("ODD SHOPS", "ODD SHOP"), ("DELI", "Deli"))
        for cents, gl in ((5, "6100"), (7, "6200"), (90, "6300"), (5, "6400"), (8, "6100"))
        for _ in range(6)
    ]
    head = f"{HEADER},client,account,vendor,gl_code"
    new = f"{HEADER},client,account\n" + "".join(
        f"2026-10-05,{text} {n},-{n},{client},Card\n"
        for n in range(9)
        for text in ("ODD SHOP", "ODD SHOPS", "DELI", "SHOP")
        for client in ("Pine", "Oak", "Elm")
    )
    as_given = run(new, history="\n".join([head, *lines]) + "\n")
    Random(seed).shuffle(lines)  # noqa: S311  the same rows each time
    shuffled = run(new, history="\n".join([head, *lines]) + "\n")
    assert rows_of(shuffled) == rows_of(as_given)
    assert any(0 < float(row["confidence"]) < 1 for row in rows_of(as_given))


VENDOR_ALONE = SPLIT.replace(",gl_code", ",gl_code,vendor").replace("00\n", "00,Corner Deli\n")


def test_a_vendor_that_people_always_chose_is_suggested_though_its_gl_codes_differ() -> None:
    row = one("ODD SHOP", history=VENDOR_ALONE)
    assert (row["vendor"], row["gl_code"], row["method"]) == ("Corner Deli", "", "ai")
    assert row["why"] == "coded Corner Deli in 32 of 32 past rows, last on 08/04/2026"
    assert (row["status"], bool(row["gl_code_2"])) == ("review", True)


def test_a_vendor_of_rows_that_only_begin_alike_is_no_answer_where_the_gl_code_is_open() -> None:
    row = one("ODD SHOP MARKET", history=VENDOR_ALONE)
    assert (row["vendor"], row["gl_code"], row["status"]) == ("", "", "unmatched")


def test_a_vendor_that_people_always_chose_goes_before_one_that_the_name_reads_like() -> None:
    vendors = "Vendor Code,Vendor Name,Default GL Code\nO1,Odd Shop,6100\nC1,Corner Deli,\n"
    row = one("ODD SHOP", history=VENDOR_ALONE, vendors=vendors)
    assert (row["vendor"], row["gl_code"], row["method"]) == ("C1", "", "ai")


def test_a_usual_code_that_seldom_was_right_is_not_brought_along() -> None:
    vendors = "Vendor Code,Vendor Name,Default GL Code\nC1,Corner Deli,6100\n"
    row = one("ODD SHOP", history=VENDOR_ALONE, vendors=vendors)
    assert (row["vendor"], row["gl_code"], row["status"]) == ("C1", "", "review")


def test_everything_asked_for_has_the_likeliest_code_of_a_vendor_without_a_usual_one() -> None:
    history = SPLIT.replace(",gl_code", ",gl_code,vendor").replace("00\n", "00,Odd Shop\n")
    plain, filled = (one("ODD SHOP", history=history, everything=all_) for all_ in (False, True))
    assert (plain["vendor"], plain["gl_code"], plain["status"]) == ("Odd Shop", "", "review")
    assert (filled["vendor"], filled["gl_code"]) == ("Odd Shop", plain["gl_code_2"])
    assert filled["gl_code_2"] == plain["gl_code_3"]
    assert 0 < float(filled["confidence"]) < 0.5 <= float(plain["confidence"])
    assert f"; {filled['gl_code']} is the likeliest, at " in filled["why"]
    assert (filled["method"], filled["status"]) == (plain["method"], "unmatched")


def test_codes_in_the_transactions_teach_nothing() -> None:
    text = f"{HEADER},gl_code\n" + "2026-10-01,QZX,-5,6100\n" * 9
    rows = rows_of(run(text, history=HISTORY))
    assert {row["gl_code"] for row in rows} == {""}
    assert {row["input_gl_code"] for row in rows} == {"6100"}


def test_a_file_that_was_categorised_before_keeps_every_column_under_a_name_of_its_own() -> None:
    text = f"{HEADER}\n2026-10-05,CORNER DELI #77,-3.50\n"
    for _ in range(3):
        text = run(text, history=HISTORY).data.decode()
    header = next(csv.reader(io.StringIO(text, newline="")))
    assert len(header) == len(set(header)) == 3 + 3 * len(Coded._fields)
    assert header[3:5] == ["input_vendor", "input_gl_code"]
    assert header[11:13] == ["input_input_vendor", "input_input_gl_code"]
    assert header[-8:] == list(Coded._fields)
    [row] = csv.DictReader(io.StringIO(text, newline=""))
    assert row["gl_code"] == row["input_gl_code"] == row["input_input_gl_code"] == "6400"


def test_other_columns_and_rows_that_can_t_be_read_stay_as_they_were_in_order() -> None:
    text = (
        'Ref,Description,Amount,Date\nA,"two\nlines",-1,2026-10-01\nB,CORNER DELI,much,2026-10-02\n'
        "C,=1+1,-2.00,10/13/2026\nD,CORNER DELI,-2.00,soon\n"
    )
    done = run(text, history=HISTORY)
    rows = rows_of(done)
    assert [row["Ref"] for row in rows] == ["A", "B", "C", "D"]
    assert rows[0]["Description"] == "two\nlines"
    assert rows[2]["Description"] == "=1+1"
    assert (rows[1]["status"], rows[1]["gl_code"]) == ("unmatched", "")
    assert "The amount 'much'" in rows[1]["why"]
    of_rows = [remark for remark in done.remarks if remark.startswith("new.csv: ")]
    assert "Line 4: The amount 'much'" in of_rows[0]
    assert "Line 6: The date 'soon'" in of_rows[1]
    assert len(of_rows) == 2


def test_of_many_bad_lines_the_first_are_told_and_the_others_counted() -> None:
    done = run(f"{HEADER}\n" + "x,y,z\n" * 1_234, history=HISTORY)
    of_rows = [remark for remark in done.remarks if remark.startswith("new.csv: ")]
    assert (len(of_rows), of_rows[-1]) == (11, "new.csv: 1,224 more such lines.")
    assert done.outcomes == {Outcome.MATCHED: 0, Outcome.REVIEW: 0, Outcome.UNMATCHED: 1_234}


def test_what_could_not_be_read_of_the_other_files_is_told_and_the_rest_used() -> None:
    rules = "Patterns,GL Code\nUBER,6250\n*,1\n"
    vendors = VENDORS + "W1,Water Works Again,\n"
    history = HISTORY + "soon,CORNER DELI,-1,Pine,Card,DELI,6400\n2026-09-30,X,-1,,,,\n"
    done = run(f"{HEADER}\n", history=history, rules=rules, vendors=vendors)
    told = "\n".join(done.remarks)
    assert "rules.csv: Line 3: " in told
    assert "vendors.csv: Line 5: Vendor Code W1 is on lines 2, 5" in told
    assert "history.csv: Line 29: The date 'soon'" in told
    assert "history.csv: 1 rows have no code" in told


@pytest.mark.parametrize(
    ("name", "text", "words"),
    [
        ("history", f"{HEADER}\n", "history.csv: There is neither a column vendor nor"),
        ("history", "a,b\n", "history.csv: There is no column date"),
        ("rules", "GL Code\n1\n", "rules.csv: There is no column Patterns"),
        ("vendors", "x,y\n1,2\n", "vendors.csv: No header of a list of vendors"),
    ],
)
def test_a_file_that_can_t_be_used_at_all_is_named(name: str, text: str, words: str) -> None:
    files: dict[str, Any] = {name: SourceFile(f"{name}.csv", text.encode())}
    with pytest.raises(ImportRejected, match=f"^{words}"):
        categorise(SourceFile("new.csv", f"{HEADER}\n".encode()), **files)


def test_city_card_data_learns_by_the_vendor_s_name_and_takes_it_for_no_code() -> None:
    history = "TRANSACTION_DATE,VENDOR_NAME,TRANSACTION_AMOUNT,GL_CODE\n" + "".join(
        f"2026-{month:02d}-03,CORNER DELI #{month},5.00,6400\n" for month in range(1, 10)
    )
    new = "TRANSACTION_DATE,VENDOR_NAME,TRANSACTION_AMOUNT\n2026-10-05,CORNER DELI #77,4.00\n"
    done = run(new, history=history)
    [row] = rows_of(done)
    assert (row["gl_code"], row["vendor"], row["status"]) == ("6400", "", "matched")
    said = "The column 'VENDOR_NAME' was taken for the description, as none is named so."
    assert {f"new.csv: {said}", f"history.csv: {said}"} <= set(done.remarks)


UNCLEAR = f"{HEADER},gl_code\n03/04/2026,OLD SHOP,-5,6100\n"


@pytest.mark.parametrize(
    ("clear", "order", "day"), [("25/04/2026", "day", "04/03"), ("04/25/2026", "month", "03/04")]
)
def test_the_order_of_dates_that_only_one_file_tells_holds_for_both(
    clear: str, order: str, day: str
) -> None:
    rows = f"{HEADER}\n{clear},OLD SHOP,-5\n"
    done = run(rows, history=UNCLEAR)
    assert f"last on {day}/2026" in rows_of(done)[0]["why"]
    said = f"Dates such as 03/04/2026 were read {order} first, as in "
    assert f"history.csv: {said}the transactions." in done.remarks
    told = f"{UNCLEAR}{clear},NEW SHOP,-5,6200\n"
    done = run(f"{HEADER}\n03/04/2026,OLD SHOP,-5\n", history=told)
    assert f"new.csv: {said}the history." in done.remarks


def test_dates_in_the_year_s_own_order_tell_nothing_of_another_file() -> None:
    done = run(f"{HEADER}\n2026-10-31,OLD SHOP,-5\n", history=UNCLEAR)
    assert (
        "history.csv: Dates such as 03/04/2026 can be meant both ways; they were read month first."
    ) in done.remarks


def test_a_comma_before_the_cents_that_only_one_file_shows_holds_for_both() -> None:
    history = "date;description;amount;gl_code\n2026-01-02;OLD SHOP;-7,50;6100\n"
    rule = "Patterns,GL Code,Minimum Amount\nOLD SHOP,6999,1000\n"
    done = run(f"{HEADER}\n2026-10-31,OLD SHOP,-1.500\n", history=history, rules=rule)
    assert rows_of(done)[0]["gl_code"] == "6999"
    assert (
        "new.csv: Amounts such as -1.500 were read with a decimal comma, as in the history."
    ) in done.remarks


def test_a_workbook_of_debits_and_credits_learns_from_a_file_with_decimal_commas() -> None:
    history = "date;description;amount;gl_code\n" + "".join(
        f"2026-{month:02d}-03;CORNER DELI {month};-1.{month}00,50;6400\n" for month in range(1, 10)
    )
    rows: Rows = [
        ["Statement"],
        ["Date", "Description", "Debit", "Credit", "Ref"],
        ["10/05/2026", "CORNER DELI 77", 3.5, "", "0042"],
    ]
    sources = SourceFile("new.xlsx", workbook(rows)), SourceFile("history.csv", history.encode())
    done = categorise(*sources)
    [row] = rows_of(done)
    assert list(row.values())[:5] == ["10/05/2026", "CORNER DELI 77", "3.5", "", "0042"]
    assert (row["gl_code"], row["status"]) == ("6400", "matched")
    assert "new.xlsx: 1 line was left out above the header." in done.remarks


def test_the_counts_are_those_of_the_rows() -> None:
    text = f"{HEADER}\n2026-10-01,CORNER DELI,-3.50\n2026-10-01,UBER,-1\n2026-10-01,QZX,-1\n"
    done = run(text, history=HISTORY, rules="Patterns,GL Code\nUBER,6250\n")
    rows = rows_of(done)
    assert done.rows == 3
    assert list(done.methods) == [Method.RULE, Method.AI, Method.SEMANTIC, Method.NONE]
    for method, count in done.methods.items():
        assert count == sum(row["method"] == method for row in rows)
    for outcome, count in done.outcomes.items():
        assert count == sum(row["status"] == outcome for row in rows)


CELLS = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=9)
ROWS = st.lists(
    st.tuples(
        st.sampled_from(["2026-10-05", "soon"]),
        CELLS | st.sampled_from(["CORNER DELI #5", "CITY WATER DEPT"]),
        st.sampled_from(["-3.50", "much"]),
        CELLS,
    ),
    max_size=12,
)


@settings(max_examples=25, deadline=None)
@given(ROWS)
def test_every_row_and_cell_comes_out_in_order_with_a_plain_status(
    rows: Sequence[tuple[str, ...]],
) -> None:
    buffer = io.StringIO(newline="")
    csv.writer(buffer, lineterminator="\r\n").writerows([[*HEADER.split(","), "note"], *rows])
    done = run(buffer.getvalue(), history=HISTORY)
    _, *written = csv.reader(io.StringIO(done.data.decode(), newline=""))
    assert [tuple(cells[:4]) for cells in written] == rows
    for cells in written:
        coded = dict(zip(Coded._fields, cells[4:], strict=True))
        sure = float(coded["confidence"])
        assert 0 <= sure <= 1
        assert bool(coded["vendor"] or coded["gl_code"]) == (sure >= 0.5)
        assert (coded["status"] == "unmatched") == (sure < 0.5)
        assert coded["why"]


def test_many_rows_come_out_the_same_in_one_process_or_several(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    lines = (
        f"2026-10-05,{('CORNER DELI', 'FUEL STOP', 'QZX')[n % 3]} {n},-{n}.50\n" for n in range(99)
    )
    text = f"{HEADER}\n{''.join(lines)}"
    monkeypatch.setattr("ledgersync.services.categorising._AT_ONCE", 20)
    monkeypatch.setattr(large_runs, "_processors", lambda: 1)
    alone = run(text, history=HISTORY)
    monkeypatch.setattr(large_runs, "_processors", lambda: 2)
    assert run(text, history=HISTORY) == alone
    assert alone.rows == 99
