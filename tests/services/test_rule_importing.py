"""Rules as a file: an export comes in as unchanged, and every line says what it would do."""

import csv
import io
from collections.abc import Sequence
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from ledgersync.domain.charts import Vendor
from ledgersync.domain.rules import Direction, MatchType, Rule
from ledgersync.errors import ImportRejected, InvalidInput, NotFound
from ledgersync.services import rule_files, rule_lists, rule_writing
from ledgersync.services.categorising import categorise
from ledgersync.services.file_knowledge import SourceFile
from ledgersync.services.rule_files import Fate, RulePreview
from ledgersync.services.workspace import Workspace
from ledgersync.storage import charts, clients
from ledgersync.storage.rules import StoredRule
from tests.services.rule_office import UBER, Firm

HEADER = "Number,Scope,Client,Patterns,Vendor Name,GL Code,Priority"


@pytest.fixture
def firm(workspace: Workspace) -> Firm:
    return Firm(workspace)


def everything(firm: Firm) -> list[StoredRule]:
    return [e.stored for e in rule_lists.list_rules(firm.admin, firm.workspace).entries]


def previewed(firm: Firm, data: bytes | str) -> RulePreview:
    raw = data.encode() if isinstance(data, str) else data
    return rule_files.preview_rules(firm.admin, firm.workspace, "rules.csv", raw)


def confirmed(firm: Firm, data: bytes | str) -> RulePreview:
    preview = previewed(firm, data)
    done = rule_files.confirm_rules(firm.admin, firm.workspace, preview)
    assert done.applied
    return preview


def exported(firm: Firm, client_id: str | None = None) -> bytes:
    return rule_files.export_rules(firm.admin, firm.workspace, client_id)


def lines(*rows: str) -> str:
    return "\n".join((HEADER, *rows))


def fates(preview: RulePreview) -> list[Fate]:
    return [line.fate for line in preview.lines]


def words(preview: RulePreview) -> Sequence[str]:
    return [line.words for line in preview.lines]


FULL = Rule(
    id="",
    number=0,
    patterns=("=SUM", "-AMZN*MKTP", "Café"),
    match_type=MatchType.STARTS_WITH,
    direction=Direction.OUT,
    lowest=1,
    highest=123_456,
    priority=9,
    enabled=False,
    gl_code="6250",
)


def test_what_was_exported_comes_in_unchanged(firm: Firm) -> None:
    firm.write(FULL)
    firm.write(replace(FULL, client_id=firm.pine, account_id=firm.checking, vendor_id=firm.uber))
    firm.write(replace(UBER, vendor_id=firm.lyft))
    before = everything(firm)
    preview = confirmed(firm, exported(firm))
    assert fates(preview) == [Fate.UNCHANGED] * 3
    assert everything(firm) == before
    assert [entry.action for entry in firm.audit()] == ["add"] * 3


def test_rules_move_to_an_installation_that_has_none(firm: Firm) -> None:
    rules = [firm.write(FULL), firm.write(replace(UBER, client_id=firm.pine, vendor_id=firm.uber))]
    data = exported(firm)
    for stored in rules:
        rule_writing.delete_rule(firm.admin, firm.workspace, stored.rule.id, 1)
    preview = confirmed(firm, data)
    assert fates(preview) == [Fate.NEW] * 2
    assert "it gets a new number" in words(preview)[0]
    back = {replace(s.rule, id="", number=0, created_at=None) for s in everything(firm)}
    assert back == {replace(s.rule, id="", number=0, created_at=None) for s in rules}
    assert sorted(s.rule.number for s in everything(firm)) == [3, 4]
    assert fates(confirmed(firm, data)) == [Fate.UNCHANGED] * 2


def test_a_new_line_a_second_time_changes_nothing(firm: Firm) -> None:
    data = lines(",firm,,UBER,,6550,", ",client,Pine,lyft,Lyft,,7")
    assert fates(confirmed(firm, data)) == [Fate.NEW] * 2
    after = everything(firm)
    assert {(s.rule.client_id, s.rule.vendor_id, s.rule.priority) for s in after} == {
        ("", "", 5),
        (firm.pine, firm.lyft, 7),
    }
    assert fates(confirmed(firm, data)) == [Fate.UNCHANGED] * 2
    assert everything(firm) == after


def test_an_edited_line_changes_its_rule_and_says_how(firm: Firm) -> None:
    firm.write()
    data = exported(firm).replace(b"UBER", b'"UBER, LYFT"').replace(b"yes,5", b"no,8")
    preview = confirmed(firm, data)
    assert fates(preview) == [Fate.CHANGED]
    assert words(preview) == [
        "Rule 1: Enabled yes → no, Priority 5 → 8, Patterns UBER → UBER, LYFT"
    ]
    [stored] = everything(firm)
    assert (stored.rule.patterns, stored.rule.priority) == (("UBER", "LYFT"), 8)
    assert (stored.rule.number, stored.version) == (1, 2)
    assert [entry.action for entry in firm.audit()] == ["import", "edit", "add"]


def test_a_number_of_another_installation_does_not_take_a_rule_of_other_clients(firm: Firm) -> None:
    firm.write()
    preview = previewed(firm, lines("1,client,Pine,SHELL,,6250,"))
    assert fates(preview) == [Fate.REJECTED]
    assert "Rule 1 here is for other clients." in words(preview)[0]


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        (",client,Elm,UBER,,6250,", "There is no client 'Elm'."),
        (",client,,UBER,,6250,", "no client is named"),
        (",client,Birch,UBER,,6550,", "not in this client's chart"),
        (",firm,,UBER,,9999,", "'9999' is not in any chart"),
        (",firm,,UBER,Uber,,", "There is no vendor 'Uber' of the whole firm."),
        (",client,Birch,UBER,Uber,,", "There is no vendor 'Uber' for this client."),
        (",firm,,UBER,,,", "needs a vendor or a GL code"),
        (",firm,,*,,6250,", "match every description"),
        (",firm,,UBER,,6250,12", "from 1 to 10"),
        ("x,firm,,UBER,,6250,", "'x' is not a whole number"),
    ],
)
@pytest.mark.parametrize("backend", ["sqlite"], indirect=True)
def test_a_line_that_cannot_be_taken_says_why_and_the_others_go_in(
    firm: Firm, row: str, reason: str
) -> None:
    preview = confirmed(firm, lines(row, ",firm,,LYFT,,6250,"))
    assert fates(preview) == [Fate.REJECTED, Fate.NEW]
    assert preview.lines[0].line == 2
    assert reason in preview.lines[0].words
    assert [s.rule.patterns for s in everything(firm)] == [("LYFT",)]


def test_two_lines_for_one_rule_are_not_guessed(firm: Firm) -> None:
    firm.write()
    preview = previewed(firm, lines(",firm,,UBER,,6250,", "1,firm,,UBER,,6550,", ",,,A1,,6250,"))
    assert fates(preview) == [Fate.CHANGED, Fate.REJECTED, Fate.NEW]
    assert "Line 2 is about the same rule." in words(preview)[1]


def test_nothing_is_taken_in_when_rules_changed_since_the_preview(firm: Firm) -> None:
    stored = firm.write()
    preview = previewed(firm, exported(firm).replace(b"6550", b"6250"))
    firm.write(replace(stored.rule, priority=7), 1)
    done = rule_files.confirm_rules(firm.admin, firm.workspace, preview)
    assert not done.applied
    assert "Priority 7 → 5" in done.preview.lines[0].words
    assert everything(firm)[0].rule.gl_code == "6550"
    again = rule_files.confirm_rules(firm.admin, firm.workspace, done.preview)
    assert again.applied
    assert everything(firm)[0].rule.gl_code == "6250"


def test_clients_of_one_name_are_told_apart(firm: Firm) -> None:
    with firm.workspace.database.writing() as tx:
        clients.change_client(tx, firm.birch, name="pine")
    firm.write(replace(UBER, client_id=firm.pine))
    assert fates(previewed(firm, exported(firm))) == [Fate.UNCHANGED]
    preview = previewed(firm, lines(",client,PINE,UBER,,6250,"))
    assert words(preview) == [
        "There is more than one client 'PINE'. Give the client's full name, code or id."
    ]


def test_vendors_of_one_name_stay_those_of_the_rule(firm: Firm) -> None:
    with firm.workspace.database.writing() as tx:
        twins = [Vendor("", firm.pine, "", "Twin", ""), Vendor("", firm.pine, "", "Twin", "")]
        first, second = charts.add_vendors(tx, twins)
    firm.write(replace(UBER, client_id=firm.pine, vendor_id=second))
    assert fates(previewed(firm, exported(firm))) == [Fate.UNCHANGED]
    preview = previewed(firm, lines(",client,Pine,SHELL,Twin,,"))
    assert words(preview)[0].startswith("There is more than one vendor 'Twin'")
    assert first


def test_a_file_that_is_no_list_of_rules_is_refused_as_a_whole(firm: Firm) -> None:
    for data in (b"", b"PK\x03\x04 a workbook", b"Date,Amount\n1,2\n"):
        with pytest.raises(ImportRejected):
            previewed(firm, data)
    assert previewed(firm, HEADER).lines == ()


def test_columns_that_are_no_rules_are_remarked(firm: Firm) -> None:
    preview = previewed(firm, "Patterns,GL Code,Colour\nUBER,6250,red\n")
    assert fates(preview) == [Fate.NEW]
    assert "Colour" in preview.remarks[0]


def test_one_clients_rules_can_be_exported_alone(firm: Firm) -> None:
    firm.write()
    firm.write(replace(UBER, client_id=firm.pine, patterns=("SHELL",)))
    assert b"SHELL" not in exported(firm, "")
    assert b"UBER" not in exported(firm, firm.pine)
    with pytest.raises(NotFound):
        exported(firm, "nobody")


def test_a_vendor_code_of_another_name_is_rejected(firm: Firm) -> None:
    data = "Client,Patterns,Vendor Code,Vendor Name\nPine,UBER,U1,Lyft\n"
    assert fates(previewed(firm, data)) == [Fate.REJECTED]
    by_code = data.replace("Lyft", "")
    assert fates(confirmed(firm, by_code)) == [Fate.NEW]
    assert everything(firm)[0].rule.vendor_id == firm.uber


TEXTS = st.text(st.characters(codec="utf-8", exclude_categories=["Cc"]), min_size=2, max_size=8)


@given(
    patterns=st.lists(TEXTS, min_size=1, max_size=3),
    match_type=st.sampled_from(MatchType),
    direction=st.sampled_from(Direction),
    amounts=st.none() | st.tuples(st.integers(0, 10**9), st.integers(0, 10**9)),
    priority=st.integers(1, 10),
)
@settings(
    max_examples=50, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@example(["0,"], MatchType.CONTAINS, Direction.ANY, None, 1)
@pytest.mark.parametrize("backend", ["sqlite"], indirect=True)
def test_any_rule_survives_the_file(
    firm: Firm,
    patterns: list[str],
    match_type: MatchType,
    direction: Direction,
    amounts: tuple[int, int] | None,
    priority: int,
) -> None:
    low, high = sorted(amounts) if amounts else (None, None)
    rule = Rule("", 0, tuple(patterns), match_type, direction=direction, lowest=low, highest=high)
    for stored in everything(firm):
        rule_writing.delete_rule(firm.admin, firm.workspace, stored.rule.id, stored.version)
    try:
        firm.write(replace(rule, priority=priority, gl_code="6250"))
    except InvalidInput:
        return
    preview = previewed(firm, exported(firm))
    assert [line.fate for line in preview.lines] == [Fate.UNCHANGED], preview.lines


def test_lines_for_the_whole_firm_stay_out_when_staff_bring_them(firm: Firm) -> None:
    dana, stored = firm.hire(), firm.write()
    kept = exported(firm).decode("utf-8-sig")
    rows = lines(",firm,,LYFT,,6250,5", ",client,Pine,LYFT,,6250,5")
    for data, wanted in ((kept, [Fate.UNCHANGED]), (rows, [Fate.REJECTED, Fate.NEW])):
        preview = rule_files.preview_rules(dana, firm.workspace, "rules.csv", data.encode())
        assert fates(preview) == wanted
    assert "Rules for the whole firm are written by administrators" in words(preview)[0]
    assert rule_files.confirm_rules(dana, firm.workspace, preview).applied
    assert [one.rule.client_id for one in everything(firm)] == [firm.pine, ""]
    changed = kept.replace("6550", "6250").encode()
    again = rule_files.preview_rules(dana, firm.workspace, "rules.csv", changed)
    assert fates(again) == [Fate.REJECTED]
    assert everything(firm)[1].version == stored.version


def test_categorise_takes_the_rules_as_they_were_exported(firm: Firm) -> None:
    uber = replace(UBER, gl_code="", vendor_id=firm.uber, client_id=firm.pine)
    firm.write(replace(uber, patterns=("UBER, INC", "LYFT"), direction=Direction.OUT))
    firm.write(replace(UBER, patterns=("TAXI",), lowest=100_00))
    asked = ("UBER INC 7,-9.99", "LYFT 1,9.99", "TAXI,-9.99", "TAXI,-100.00")
    lines = "".join(f"2026-10-05,{row},Pine\n" for row in asked)
    vendors = b"vendor_code,vendor_name,default_gl\nU1,Uber,6550\n"
    done = categorise(
        SourceFile("new.csv", f"date,description,amount,client\n{lines}".encode()),
        rules=SourceFile("rules.csv", exported(firm)),
        vendors=SourceFile("vendors.csv", vendors),
    )
    rows = csv.DictReader(io.StringIO(done.data.decode(), newline=""))
    assert [(row["method"], row["vendor"], row["gl_code"]) for row in rows] == [
        ("rule", "U1", "6550"),
        ("none", "", ""),
        ("none", "", ""),
        ("rule", "", "6550"),
    ]
