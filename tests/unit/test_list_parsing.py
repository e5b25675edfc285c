"""FIRMADMIN lists: whatever the headers, each line is read, or rejected with its reason."""

from datetime import datetime
from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledgersync.domain.firm_lists import (
    Entry,
    Fate,
    ListKind,
    ListLine,
    ParsedList,
    Stored,
    not_in_file,
    plan_list,
)
from ledgersync.errors import ImportRejected
from tests.unit.list_files import Rows, parsed, reasons, workbook

CLIENTS, VENDORS, CHART = ListKind.CLIENTS, ListKind.VENDORS, ListKind.CHART


def only(found: ParsedList) -> dict[str, str]:
    assert not found.rejected
    [entry] = found.entries
    return dict(entry.values)


@pytest.mark.parametrize("order", list(permutations(range(3))))
def test_columns_stand_in_any_order(order: tuple[int, ...]) -> None:
    columns = [("Vendor Code", "H1"), ("Vendor Name", "Harbor"), ("Default GL Code", "0610")]
    lines = [",".join(columns[at][part] for at in order) for part in (0, 1)]
    assert only(parsed("\n".join(lines))) == {"code": "H1", "name": "Harbor", "default_gl": "0610"}


@pytest.mark.parametrize(
    ("kind", "header", "wanted"),
    [
        (VENDORS, "VENDOR ID,NAME,GL", ["code", "name", "default_gl"]),
        (VENDORS, "vendor_code,vendor_name,default_gl_code", ["code", "name", "default_gl"]),
        (VENDORS, " Vendor # , Vendor Name* ,GL Account", ["code", "name", "default_gl"]),
        (VENDORS, "VendorNumber,Payee,Expense Account", ["code", "name", "default_gl"]),
        (VENDORS, "Vendor,Name,Default G/L Account", ["code", "name", "default_gl"]),
        (VENDORS, "Code,Name,Phone", ["code", "name"]),
        (CHART, "Account,Account Description,Type Code", ["code", "name", "type"]),
        (CHART, "account number,description,type", ["code", "name", "type"]),
        (CHART, "GL Code,GL Name,Account Type", ["code", "name", "type"]),
        (CHART, "Acct #,Title,Class", ["code", "name", "type"]),
        (CLIENTS, "Client Name,Client ID,Client Code", ["name", "acs_id", "code"]),
        (CLIENTS, "client id,client name,e-mail", ["code", "name", "email"]),
        (CLIENTS, "Code,Company,Email Address,Status", ["code", "name", "email", "status"]),
    ],
)
def test_headers_are_told_however_they_are_spelt(
    kind: ListKind, header: str, wanted: list[str]
) -> None:
    cells = ["1", "2", "3", "4"][: len(header.split(","))]
    values = only(parsed(f"{header}\n{','.join(cells)}\n", kind))
    assert values == dict(zip(wanted, cells, strict=False))


def test_the_header_is_found_below_titles() -> None:
    file = (
        "Blue Heron Bistro LLC\nVendor list as of 10/31/2026\n\n\nVendor Code,Vendor Name\nH1,H\n"
    )
    assert [entry.line for entry in parsed(file).entries] == [6]


def test_other_columns_are_left_out_by_name_and_a_stand_in_is_said() -> None:
    file = "Phone,Client ID,Client Name,State\n1,BH,Blue Heron,NY\n"
    found = parsed(file, CLIENTS)
    assert only(found) == {"code": "BH", "name": "Blue Heron"}
    assert found.remarks == (
        "Columns left out: Phone, State.",
        "There is no column Client Code; Client ID was taken for it.",
    )


@pytest.mark.parametrize(
    ("header", "given", "is_a"),
    [
        ("Vendor Code,Vendor Name,Default GL Code", CHART, "list of vendors"),
        ("Vendor ID,Name,GL Account", CHART, "list of vendors"),
        ("Vendor Code,Vendor Name", CLIENTS, "list of vendors"),
        ("Account,Account Description,Type Code", VENDORS, "chart of accounts"),
        ("Account,Account Description,Type Code", CLIENTS, "chart of accounts"),
        ("Client Name,Client ID,Client Code,Status", VENDORS, "list of clients"),
        ("Client Name,Client ID,Client Code,Status", CHART, "list of clients"),
    ],
)
def test_another_kind_of_list_is_named(header: str, given: ListKind, is_a: str) -> None:
    with pytest.raises(ImportRejected, match=f"This file is a {is_a}, not a {given.words}") as no:
        parsed(f"{header}\n1,2,3,4\n", given)
    assert is_a in no.value.next_step


def test_without_a_header_the_file_is_refused_with_what_it_begins_with() -> None:
    with pytest.raises(ImportRejected, match="begins with: H1, Harbor") as refused:
        parsed("H1,Harbor\nH2,Shell\n")
    assert refused.value.next_step == "It needs a row with the columns Vendor Code and Vendor Name."


def test_a_header_that_stands_twice_is_refused() -> None:
    with pytest.raises(ImportRejected, match="Two columns have the header 'Vendor Name'"):
        parsed("Vendor Code,Vendor Name,Vendor Name\n1,2,3\n")


def test_lines_that_cannot_be_taken_say_why() -> None:
    file = (
        "Vendor Code,Vendor Name,Default GL Code\n"
        ",No code,\n"
        "H2,  ,\n"
        f"{'X' * 41},Long code,\n"
        f"H4,{'x' * 201},\n"
        '"H\u200b5",Invisible,\n'
        "H6,=SUM(A1:A9),\n"
        "H7,Smith, Jones,6100\n"
        "H8,Good,6100\n"
    )
    found = parsed(file)
    assert [entry.line for entry in found.entries] == [9]
    assert reasons(found) == {
        2: "Vendor Code is empty; fill it in.",
        3: "Vendor Name is empty; fill it in.",
        4: "Vendor Code is longer than 40 characters; shorten it.",
        5: "Vendor Name is longer than 200 characters; shorten it.",
        6: "Vendor Code holds an invisible control character; type it again.",
        7: "Vendor Name holds a formula; copy the column and paste it back as values.",
        8: "The line has 4 cells, the header 3; put quotation marks around text that holds the "
        "separator.",
    }


def test_what_a_report_prints_around_its_list_is_left_out_by_line() -> None:
    page = "Bluewater CPAs,,\nChart of Accounts,,\nAccount,Description,Balance\n"
    file = (
        f"{page}0100,Cash,1.00\n0100-10,Petty cash,2.00\n,Page 1 of 2,\n"
        f"{page}0200,Total Wine & More,3.00\n,Total,6.00\nTotal Accounts: 3,,\n,End of report,\n"
    )
    found = parsed(file, CHART)
    assert [entry.values["code"] for entry in found.entries] == ["0100", "0100-10", "0200"]
    assert not found.rejected
    assert found.remarks[-1] == (
        "Left out as totals, page numbers or headings: lines 6, 7, 8, 9, 11, 12, 13."
    )


@pytest.mark.parametrize(
    "name", ["Total Wine & More", "Totally Tea", "Page One Books", "7 Clients"]
)
def test_a_name_that_only_begins_like_a_total_is_an_entry(name: str) -> None:
    found = parsed(f"Vendor Code,Vendor Name\nT1,{name}\n")
    assert only(found)["name"] == name


def test_a_line_that_stands_twice_word_for_word_is_taken_once() -> None:
    found = parsed("Vendor Code,Vendor Name\nH1,Harbor\nS1,Shell\nH1,Harbor\nH1,Harbor\n")
    assert [entry.line for entry in found.entries] == [2, 3]
    assert not found.rejected
    assert found.remarks == ("Left out, for an earlier line says the same: lines 4, 5.",)


@pytest.mark.parametrize(
    ("column", "marks"),
    [
        ("Vendor Status", ("Active", "INACTIVE")),
        ("Inactive", ("", "X")),
        ("Active?", ("yes", "No")),
    ],
)
def test_lines_marked_as_inactive_are_taken_in_and_told(
    column: str, marks: tuple[str, str]
) -> None:
    found = parsed(f"Vendor ID,Name,{column}\nH1,Harbor,{marks[0]}\nS1,Shell,{marks[1]}\n")
    assert len(found.entries) == 2
    assert "Marked as inactive, and taken in like the others: line 3." in found.remarks[-1]


@pytest.mark.parametrize(
    "header", ["Date,Description,Amount,Account", "Account,Description,Post Date,Debit,Credit"]
)
def test_transactions_are_no_list(header: str) -> None:
    with pytest.raises(ImportRejected, match="holds transactions, not a chart of accounts"):
        parsed(f"{header}\n1,2,3,4,5\n", CHART)


def test_a_trial_balance_is_a_chart() -> None:
    assert parsed("Account,Description,Debit,Credit\n100,Cash,5.00,\n", CHART).entries


def test_text_written_as_a_formula_keeps_its_zeros() -> None:
    found = parsed('Vendor Code,Vendor Name\n="0012",Harbor\n"=""0013""",=A1\n')
    assert [entry.values["code"] for entry in found.entries] == ["0012"]
    assert reasons(found)[3].startswith("Vendor Name holds a formula")


@pytest.mark.parametrize(
    ("number", "mask", "code"),
    [
        (101001, "0000-00", "1010-01"),
        (101001, r"0000\-00", "1010-01"),
        (1001, "0000-00;[Red]-0000-00", "0010-01"),
        (9101001, '0000"."00', "91010.01"),
        (5, "##-##", "-5"),
        (42, '"GL "0000', "GL 0042"),
        (1010.1, "0.00", "1010.10"),
    ],
)
def test_codes_are_read_as_the_number_format_shows_them(
    number: float, mask: str, code: str
) -> None:
    rows: Rows = [["Account", "Description"], [number, "Cash"]]
    found = parsed(workbook(rows, formats={(1, 0): mask}), CHART)
    assert only(found)["code"] == code


def test_cells_of_a_workbook_that_are_no_codes_say_why() -> None:
    rows: Rows = [
        ["Account", "Description"],
        [100, "Cash"],
        ["0200", "Petty cash"],
        [datetime(2026, 3, 1), "March?"],  # noqa: DTZ001  a cell has no zone
        [1000.1, "Savings"],
        ["=A2+1", "Next"],
        [True, "Yes"],
        ["300", 76],
    ]
    found = parsed(workbook(rows), CHART)
    assert [entry.values["code"] for entry in found.entries] == ["100", "0200", "300"]
    assert found.entries[-1].values["name"] == "76"
    words = reasons(found)
    assert words[4].startswith("Account holds a date;")
    assert words[5].startswith("Account may have lost ending zeros as a number (1000.1);")
    assert words[6].startswith("Account holds a formula;")
    assert words[7].startswith("Account holds TRUE or FALSE;")


def test_a_code_on_two_lines_rejects_both_with_their_numbers() -> None:
    found = parsed("Vendor Code,Vendor Name\nH1,Harbor\nS1,Shell\nh1,Harbor Coffee\n")
    assert [entry.line for entry in found.entries] == [3]
    assert reasons(found) == {
        2: "Vendor Code H1 is on lines 2, 4; keep one of them.",
        4: "Vendor Code h1 is on lines 2, 4; keep one of them.",
    }


def test_gl_codes_are_compared_to_the_letter() -> None:
    found = parsed("Account,Description\n100,A\n100-00,B\n0100,C\n100a,D\n100A,E\n", CHART)
    assert not found.rejected
    assert len(found.entries) == 5


def test_line_breaks_and_odd_spaces_in_names_become_one_space() -> None:
    file = 'Vendor Code,Vendor Name\n H1 ,"Harbor\u00a0 Coffee\nRoasters"\n'
    assert only(parsed(file)) == {"code": "H1", "name": "Harbor Coffee Roasters"}


HARBOR = Stored("v1", {"code": "H1", "name": "Harbor", "default_gl": "6100"})
NO_CODE = Stored("v2", {"code": "", "name": "Shell Oil", "default_gl": ""})


def planned(*entries: tuple[str, str, str], stored: tuple[Stored, ...] = ()) -> list[ListLine]:
    rows = tuple(
        Entry(line, {"code": code, "name": name, "default_gl": gl})
        for line, (code, name, gl) in enumerate(entries, start=2)
    )
    return list(plan_list(ParsedList(VENDORS, rows, ()), stored, {"6100", "6200"}))


def test_each_line_is_new_changed_unchanged_or_rejected() -> None:
    new, changed, unchanged, rejected = planned(
        ("N1", "New", ""),
        ("h1", "Harbor Coffee", ""),
        ("T1", "Tree", "6200"),
        ("G1", "Ghost", "9999"),
        stored=(HARBOR, Stored("v3", {"code": "T1", "name": "Tree", "default_gl": "6200"})),
    )
    assert (new.fate, new.entry_id) == (Fate.NEW, "")
    assert (changed.fate, changed.entry_id) == (Fate.CHANGED, "v1")
    assert changed.words == "Vendor Code: H1 → h1; Vendor Name: Harbor → Harbor Coffee"
    assert unchanged.fate is Fate.UNCHANGED
    assert rejected.fate is Fate.REJECTED
    assert "9999 is not in the chart" in rejected.words


def test_an_empty_cell_leaves_what_is_stored() -> None:
    [line] = planned(("H1", "Harbor", ""), stored=(HARBOR,))
    assert line.fate is Fate.UNCHANGED


def test_a_vendor_without_a_code_gets_it_from_the_only_line_of_its_name() -> None:
    [line] = planned(("SH", "SHELL  oil", "6200"), stored=(NO_CODE,))
    assert line.entry_id == "v2"
    assert line.words.startswith("Vendor Code: (none) → SH")
    twice = planned(("SH", "Shell Oil", ""), ("SH2", "Shell Oil", ""), stored=(NO_CODE,))
    assert [line.fate for line in twice] == [Fate.NEW, Fate.NEW]


def test_what_the_file_does_not_name_is_counted() -> None:
    rejected = ListLine(3, "T1", "", Fate.REJECTED, "no")
    tree = Stored("v3", {"code": "T1", "name": "Tree", "default_gl": ""})
    file = ParsedList(VENDORS, (Entry(2, {"code": "SH", "name": "Shell Oil"}),), (rejected,))
    stored = (HARBOR, NO_CODE, tree)
    assert not_in_file(file, stored, plan_list(file, stored)) == 1


CODES = st.text("ABCab0129-. ", min_size=1, max_size=5)


@given(st.lists(st.tuples(CODES, CODES), max_size=12), st.sampled_from(ListKind))
def test_every_line_is_accounted_for_and_a_second_import_changes_nothing(
    rows: list[tuple[str, str]], kind: ListKind
) -> None:
    header = {"clients": "Client Code,Client Name", "vendors": "Vendor ID,Name"}
    lines = [header.get(kind.value, "Account,Description"), *(f"{a},{b}" for a, b in rows)]
    found = parsed("\n".join(lines), kind)
    first = plan_list(found, ())
    texts = [tuple(" ".join(cell.split()) for cell in row) for row in rows]
    copies = {at for at, row in enumerate(texts) if all(row) and row in texts[:at]}
    listed = [at + 2 for at, row in enumerate(texts) if any(row) and at not in copies]
    assert [line.line for line in first] == listed
    blank = {"acs_id": "", "email": "", "status": "", "default_gl": "", "type": ""}
    stored = [
        Stored(str(line.line), {**blank, **(line.changes or {})})
        for line in first
        if line.fate is Fate.NEW
    ]
    second = plan_list(found, stored)
    assert {line.fate for line in second} <= {Fate.UNCHANGED, Fate.REJECTED}


def test_a_text_of_any_length_is_no_header() -> None:
    """A title may be long; it is not spelled out letter by letter."""
    found = parsed(f"{'vendor ' * 4_000}\nVendor Code,Vendor Name\nV1,Mill\n")
    assert [entry.values["code"] for entry in found.entries] == ["V1"]
    with pytest.raises(ImportRejected, match="No header"):
        parsed(f"Vendor Code{' ' * 400},Vendor Name\nV1,Mill\n")
