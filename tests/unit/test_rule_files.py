import codecs
import csv
import io
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledgersync.domain.rules import Direction, MatchType, Rule, parse_patterns, validate
from ledgersync.errors import InvalidInput
from ledgersync.exports.texts import looks_like_formula
from ledgersync.matching.rule_files import Problem, RuleRecord, read_rules, write_rules
from ledgersync.matching.rule_records import record_of, rule_of

HEADER = (
    "Number,Enabled,Priority,Scope,Client,Account,Match Type,Patterns,Direction,"
    "Lowest Amount,Highest Amount,Vendor Code,Vendor Name,GL Code,Split Template"
)
RECORD = RuleRecord(number="15", patterns="UBER, LYFT", gl_code="6250")
FULL = RuleRecord(
    "14",
    "no",
    "10",
    "client",
    "Acme Café",
    "Operating 4821",
    "starts with",
    "UBER, LYFT",
    "money out",
    "10.00",
    "1250.00",
    "00042",
    "Uber",
    "6250-00",
)


def read(text: str) -> tuple[list[RuleRecord], list[Problem]]:
    return read_rules(text.encode())


def only(text: str) -> RuleRecord:
    [record], problems = read(text)
    assert problems == []
    return record


def test_a_file_as_it_is_written() -> None:
    assert write_rules([FULL]).decode("utf-8") == (
        f"\ufeff{HEADER}\r\n14,no,10,client,Acme Café,Operating 4821,starts with,"
        '"UBER, LYFT",money out,10.00,1250.00,00042,Uber,6250-00,\r\n'
    )


def test_what_was_written_is_read_as_it_was() -> None:
    assert read_rules(write_rules([FULL, RECORD])) == ([FULL, RECORD], [])


@pytest.mark.parametrize("text", ["=1+1", "-5", "@x", "'=1", "''=1", "+1 800", "'s-Gravenhage"])
def test_a_text_that_a_spreadsheet_might_run_is_guarded_and_comes_back(text: str) -> None:
    record = replace(RECORD, vendor_name=text)
    data = write_rules([record])
    [_, cells] = csv.reader(io.StringIO(data.decode("utf-8-sig"), newline=""))
    assert not looks_like_formula(cells[12])
    assert read_rules(data) == ([record], [])


def test_a_text_without_need_is_written_as_it_is() -> None:
    record = replace(RECORD, vendor_name="'s-Gravenhage (2)", patterns="*UBER, #12, SQ *")
    assert b"'*" not in write_rules([record])
    assert b",'s-Gravenhage (2)," in write_rules([record])


TEXTS = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"])).map(str.strip)
AMOUNTS = st.one_of(st.none(), st.integers(0, 10**12))


@st.composite
def pattern_tuples(draw: st.DrawFn) -> tuple[str, ...]:
    text = draw(TEXTS)
    try:
        return parse_patterns(text)
    except InvalidInput:
        return ("=UBER", "LYFT*")


RULES = st.builds(
    Rule,
    id=st.just("r1"),
    number=st.integers(0, 10**9 - 1),
    patterns=pattern_tuples(),
    match_type=st.sampled_from(MatchType),
    client_id=st.sampled_from(["", "c1"]),
    account_id=st.sampled_from(["", "a1"]),
    direction=st.sampled_from(Direction),
    lowest=AMOUNTS,
    highest=AMOUNTS,
    priority=st.integers(1, 10),
    enabled=st.booleans(),
    vendor_id=st.just("v1"),
    gl_code=TEXTS,
).filter(lambda rule: not validate(rule))


@given(RULES, TEXTS, TEXTS, TEXTS)
def test_any_rule_survives_export_and_import(rule: Rule, name: str, code: str, other: str) -> None:
    client = name or "Acme" if rule.client_id else ""
    written = record_of(
        rule, client=client, account=other, vendor_code=code or "v", vendor_name=name
    )
    data = write_rules([written])
    [record], problems = read_rules(data)
    assert problems == []
    assert record == written
    ids = {"client_id": rule.client_id, "account_id": rule.account_id, "vendor_id": "v1"}
    assert rule_of(record, "r1", **ids) == rule
    for cells in csv.reader(io.StringIO(data.decode("utf-8-sig"), newline="")):
        assert not any(map(looks_like_formula, cells))


@given(st.binary())
def test_no_content_is_an_error(data: bytes) -> None:
    records, problems = read_rules(data)
    assert records or problems


@given(st.text(max_size=200))
def test_no_lines_are_an_error(text: str) -> None:
    records, problems = read_rules(f"{HEADER}\n{text}".encode("utf-8", "surrogatepass"))
    assert all(problem.line >= 1 and problem.sentence for problem in problems)
    assert len(records) <= text.count("\n") + text.count("\r") + 1


def test_what_no_file_can_hold_is_left_out() -> None:
    [record], _ = read_rules(write_rules([replace(RECORD, vendor_name="U\0b\ud800er ")]))
    assert record.vendor_name == "Uber"


# What people do to a file


@pytest.mark.parametrize(
    "text",
    [
        "Patterns,GL Code,Number\nUBER,6250,14\n",
        "gl code;NUMBER;patterns\r\n6250;14;UBER\r\n",
        "GL_Code\tNumber\tPATTERNS\n6250\t14\tUBER",
        "sep=;\nGL Code;Number;Patterns\n6250;14;UBER\n",
        "sep=\t\nGL Code\tNumber\tPatterns\n6250\t14\tUBER\n",
        "sep=|\rGL Code|Number|Patterns\r6250|14|UBER\r",
        "GL Code;Number;Patterns\r6250;14;UBER\r",
        "\n\n  Number , Pattern , GL Account \n\n 14 , UBER , 6250 \n,,\n",
        "Number,Patterns,GL Code,Client\n14,UBER,6250\n",
        "Number,Patterns,GL Code,\n14,UBER,6250,,,\n",
        'Number,Patterns,GL Code\n014,"\nUBER\n",6250\n',
        "Number,Patterns,GL Code\r14,UBER,6250\r",
    ],
)
def test_columns_may_stand_in_any_order_and_be_missing(text: str) -> None:
    assert only(text) == RuleRecord(number="14", patterns="UBER", gl_code="6250")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_unicode_however_it_is_written(encoding: str) -> None:
    data = "Patterns,GL Code\nCAFÉ €,6250\n".encode(encoding)
    assert read_rules(data) == ([RuleRecord(patterns="CAFÉ €", gl_code="6250")], [])


def test_big_endian_unicode() -> None:
    data = codecs.BOM_UTF16_BE + "Patterns,GL Code\nCAFÉ,6250\n".encode("utf-16-be")
    assert read_rules(data)[0][0].patterns == "CAFÉ"


def test_windows_text_is_read_and_said() -> None:
    [record], [problem] = read_rules("Patterns,GL Code\nCAFÉ,6250\n".encode("cp1252"))
    assert record.patterns == "CAFÉ"
    assert "Windows" in problem.sentence


@pytest.mark.parametrize(
    ("header", "text", "name", "value"),
    [
        ("Enabled", "FALSE", "enabled", "no"),
        ("Enabled", "Yes", "enabled", "yes"),
        ("Enabled", "", "enabled", "yes"),
        ("Priority", "", "priority", "5"),
        ("Priority", "07", "priority", "7"),
        ("Match Type", "", "match_type", "contains"),
        ("Match Type", "Starts_With", "match_type", "starts with"),
        ("Match Type", "begins with", "match_type", "starts with"),
        ("Match", "EXACT", "match_type", "exact"),
        ("Direction", "Money In", "direction", "money in"),
        ("Direction", "out", "direction", "money out"),
        ("Lowest Amount", "$1,250", "lowest_amount", "1250.00"),
        ("Highest Amount", " 1,000,000.5 ", "highest_amount", "1000000.50"),
        ("Vendor Code", "00042", "vendor_code", "00042"),
        ("Client", "Acme", "scope", "client"),
        ("Client", "", "scope", "firm"),
    ],
)
def test_values_as_people_write_them(header: str, text: str, name: str, value: str) -> None:
    record = only(f'Patterns,GL Code,{header}\nUBER,6250,"{text}"\n')
    assert getattr(record, name) == value


@pytest.mark.parametrize(
    ("header", "text", "word"),
    [
        ("Number", "1.5", "Number '1.5'"),
        ("Number", "0", "Number '0'"),
        ("Number", "9999999999", "Number"),
        ("Enabled", "maybe", "Enabled 'maybe' is not one of yes, no."),
        ("Priority", "11", "from 1 to 10"),
        ("Priority", "0", "from 1 to 10"),
        ("Priority", "high", "Priority 'high' is not a whole number such as 5"),
        ("Scope", "world", "Scope 'world' is not one of firm, client."),
        ("Scope", "client", "no client is named"),
        ("Match Type", "regex", "not one of contains, exact, starts with, ends with"),
        ("Direction", "up", "not one of any, money in, money out"),
        ("Lowest Amount", "12,50", "Lowest Amount: '12,50' is not a plain amount"),
        ("Lowest Amount", "-5", "without a sign"),
        ("Highest Amount", "1e3", "Highest Amount"),
        ("Highest Amount", "1.005", "fractions of a cent"),
    ],
)
def test_a_wrong_value_is_a_problem_of_its_line(header: str, text: str, word: str) -> None:
    records, [problem] = read(f'Patterns,GL Code,{header}\nUBER,6250,"{text}"\nLYFT,6250,\n')
    assert [record.patterns for record in records] == ["LYFT"]
    assert problem.line == 2
    assert word in problem.sentence


@pytest.mark.parametrize(
    ("line", "word"),
    [
        (",6250", "There is no pattern."),
        ("*,6250", "would match every description"),
        ("A,6250", "too short"),
        ("UBER,", "needs a vendor or a GL code"),
        ("UBER,LYFT,6250", "more cells than the header"),
    ],
)
def test_a_line_that_makes_no_rule(line: str, word: str) -> None:
    records, [problem] = read(f"Patterns,GL Code\nCAB,1\n\n{line}\n")
    assert len(records) == 1
    assert problem.line == 4
    assert word in problem.sentence


def test_a_line_may_end_before_the_last_column() -> None:
    records, [problem] = read("Number,GL Code,Patterns,Priority\n1,6250,UBER\n2\n")
    assert [record.patterns for record in records] == ["UBER"]
    assert problem == Problem(3, "There is no pattern.")


def test_every_fault_of_a_line_is_named() -> None:
    _, problems = read("Patterns,Priority,Direction,GL Code\n*,x,up,6250\n")
    assert [problem.line for problem in problems] == [2, 2, 2]


def test_a_scope_and_a_client_that_disagree() -> None:
    records, [problem] = read("Patterns,GL Code,Scope,Client\nUBER,6250,firm,Acme\n")
    assert not records
    assert problem.sentence == "The scope is firm, but a client is named."


def test_lines_are_counted_as_an_editor_shows_them() -> None:
    records, problems = read('Patterns,GL Code\n"UBER,\nLYFT",1\nCAB,1\n*,1\n')
    assert [record.line for record in records] == [2, 4]
    assert [problem.line for problem in problems] == [5]


def test_a_number_given_twice() -> None:
    records, [problem] = read("Number,Patterns,GL Code\n7,UBER,1\n07,LYFT,1\n,CAB,1\n,BUS,1\n")
    assert [record.patterns for record in records] == ["UBER", "CAB", "BUS"]
    assert problem == Problem(3, "Number 7 is on line 2 already.")


def test_a_column_that_is_none_of_a_rule_s_is_said() -> None:
    [record], [problem] = read("Patterns,Mood,GL Code\nUBER,good,6250\n")
    assert record.gl_code == "6250"
    assert problem.line == 1
    assert "'Mood'" in problem.sentence


@pytest.mark.parametrize(
    ("data", "word"),
    [
        (b"", "empty"),
        (b" \r\n \n", "empty"),
        (b"Number,GL Code\n1,6250\n", "no column Patterns"),
        (b"UBER,6250\n", "no column Patterns"),
        (b"Patterns,Pattern,GL Code\nA,B,1\n", "Two columns stand for Patterns"),
        (b"PK\x03\x04rest", "not a CSV file"),
        (b"\x00\x01\x02", "not a CSV file"),
        (b"\xff\xfeA", "not a CSV file"),
    ],
)
def test_a_file_that_holds_no_rules(data: bytes, word: str) -> None:
    records, [problem] = read_rules(data)
    assert not records
    assert problem.line == 1
    assert word in problem.sentence


def test_an_open_quotation_mark_ends_the_reading_and_is_said() -> None:
    records, [problem] = read('Patterns,GL Code\nUBER,1\n"LYFT,1\nCAB,1\n')
    assert [record.patterns for record in records] == ["UBER"]
    assert problem.line == 3
    assert "quotation mark" in problem.sentence


def test_reading_stops_at_more_than_a_file_of_rules_may_have(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("ledgersync.matching.rule_files._MOST_ROWS", 10)
    records, problems = read("Patterns,GL Code\n" + "UBER,6250\n" * 12)
    assert len(records) == 10
    assert [problem.line for problem in problems] == [12]
    assert problems[0].sentence.startswith("Nothing from here on was read: a file may have at most")
    monkeypatch.setattr("ledgersync.matching.rule_files._MOST_CELLS", 10)
    records, problems = read("Patterns,GL Code\n" + "UBER,6250\n" * 8)
    assert (len(records), [problem.line for problem in problems]) == (4, [6])


def test_a_header_of_far_too_many_columns_is_refused_at_once() -> None:
    records, problems = read("Patterns,GL Code" + ",x" * 20_000 + "\n" + "UBER,6250\n" * 9)
    assert records == []
    assert [problem.sentence for problem in problems] == [
        "The file has more than 100 columns; remove those of no rule."
    ]
