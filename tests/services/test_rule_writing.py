"""Writing rules: checked, numbered once, versioned, audited, and never lost by deleting."""

import json
import threading
from dataclasses import replace
from functools import partial

import pytest

from ledgersync.domain.rules import Direction, MatchType, Rule
from ledgersync.errors import InvalidInput, NotFound, NotPermitted, RulesChanged
from ledgersync.services import rule_lists, rule_testing, rule_undoing, rule_writing
from ledgersync.services.workspace import Workspace
from ledgersync.storage import audit
from ledgersync.storage.audit import AuditEntry
from ledgersync.storage.rules import StoredRule
from tests.services.rule_office import UBER, Firm


@pytest.fixture
def firm(workspace: Workspace) -> Firm:
    return Firm(workspace)


def everything(firm: Firm) -> list[StoredRule]:
    return [e.stored for e in rule_lists.list_rules(firm.admin, firm.workspace).entries]


def numbers(firm: Firm) -> list[int]:
    return [stored.rule.number for stored in everything(firm)]


def newest(firm: Firm) -> AuditEntry:
    with firm.workspace.database.reading() as tx:
        return audit.latest(tx, 1)[0]


def test_a_rule_comes_back_as_it_was_written(firm: Firm) -> None:
    rule = Rule(
        id="",
        number=0,
        patterns=('Café "O" x', "AMZN*MKTP"),
        match_type=MatchType.STARTS_WITH,
        client_id=firm.pine,
        account_id=firm.checking,
        direction=Direction.OUT,
        lowest=100,
        highest=50_000,
        priority=7,
        enabled=False,
        vendor_id=firm.uber,
        gl_code="6250",
    )
    stored = firm.write(rule)
    [entry] = rule_lists.list_rules(firm.admin, firm.workspace).entries
    assert entry.stored == stored
    assert stored.rule == replace(rule, id=stored.rule.id, number=1, created_at=stored.changed_at)
    assert (entry.client_name, entry.vendor_name) == ("Pine", "Uber")
    assert entry.account_label == "Checking ...4821"
    assert (stored.version, stored.changed_by) == (1, firm.admin.name)


def test_patterns_are_tidied(firm: Firm) -> None:
    stored = firm.write(replace(UBER, patterns=(" UBER   TRIP", "uber trip ", "LYFT")))
    assert stored.rule.patterns == ("UBER TRIP", "LYFT")


def test_numbers_are_never_given_twice(firm: Firm) -> None:
    first, second = firm.write(), firm.write()
    rule_writing.delete_rule(firm.admin, firm.workspace, second.rule.id, 1)
    assert firm.write().rule.number == 3
    assert numbers(firm) == [first.rule.number, 3]


def test_rules_written_at_once_get_numbers_of_their_own(firm: Firm) -> None:
    writers = [threading.Thread(target=firm.write) for _ in range(8)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    assert sorted(numbers(firm)) == list(range(1, 9))


@pytest.mark.parametrize(
    ("rule", "sentence"),
    [
        (replace(UBER, patterns=()), "at least one pattern"),
        (replace(UBER, gl_code=""), "a vendor or a GL code"),
        (replace(UBER, lowest=200, highest=100), "above"),
        (replace(UBER, priority=11), "from 1 to 10"),
        (replace(UBER, gl_code="9999"), "'9999' is not in any chart"),
    ],
)
def test_a_rule_that_cannot_work_is_refused(firm: Firm, rule: Rule, sentence: str) -> None:
    with pytest.raises(InvalidInput, match=sentence):
        firm.write(rule)
    assert everything(firm) == []
    assert firm.audit() == []


def test_a_client_rule_names_what_the_client_has(firm: Firm) -> None:
    birch = replace(UBER, client_id=firm.birch)
    with pytest.raises(InvalidInput, match="this client's chart"):
        firm.write(birch)
    with pytest.raises(InvalidInput, match="not one of the client's"):
        firm.write(replace(birch, gl_code="6250", vendor_id=firm.uber))
    with pytest.raises(InvalidInput, match="belongs to another client"):
        firm.write(replace(birch, gl_code="6250", account_id=firm.checking))
    with pytest.raises(NotFound):
        firm.write(replace(birch, client_id="nobody"))
    assert firm.write(replace(birch, gl_code="6250", vendor_id=firm.lyft)).rule.number == 1


def test_a_firm_wide_rule_names_the_firms_vendors_and_any_charts_codes(firm: Firm) -> None:
    with pytest.raises(InvalidInput, match="belongs to one client"):
        firm.write(replace(UBER, vendor_id=firm.uber))
    with pytest.raises(InvalidInput, match="one bank account"):
        firm.write(replace(UBER, account_id=firm.checking))
    assert firm.write(replace(UBER, vendor_id=firm.lyft)).rule.gl_code == "6550"


def test_editing_keeps_number_and_age_and_says_what_changed(firm: Firm) -> None:
    before = firm.write()
    changed = replace(before.rule, patterns=("UBER", "LYFT"), number=99, created_at=None)
    after = firm.write(changed, before.version)
    assert after.rule == replace(before.rule, patterns=("UBER", "LYFT"))
    assert after.version == 2
    newest = firm.audit()[0]
    assert (newest.action, newest.subject_id) == ("edit", before.rule.id)
    assert json.loads(newest.detail) == {"number": 1, "patterns": [["UBER"], ["UBER", "LYFT"]]}


def test_the_same_values_again_change_nothing(firm: Firm) -> None:
    stored = firm.write()
    assert firm.write(stored.rule, 1) == stored
    assert len(firm.audit()) == 1


def test_who_saw_an_older_rule_is_told_and_overwrites_nothing(firm: Firm) -> None:
    stored = firm.write()
    theirs = firm.write(replace(stored.rule, priority=8), 1)
    firm_at = (firm.admin, firm.workspace, stored.rule.id, 1)
    late = [
        partial(firm.write, replace(stored.rule, priority=2), 1),
        partial(rule_writing.delete_rule, *firm_at),
        partial(rule_writing.set_enabled, *firm_at, enabled=False),
    ]
    for write in late:
        with pytest.raises(RulesChanged, match="changed rule 1 in between"):
            write()
    assert everything(firm) == [theirs]


def test_turning_off_and_on(firm: Firm) -> None:
    stored = firm.write()
    off = rule_writing.set_enabled(firm.admin, firm.workspace, stored.rule.id, 1, enabled=False)
    assert not off.rule.enabled
    on = rule_writing.set_enabled(firm.admin, firm.workspace, stored.rule.id, 2, enabled=True)
    assert everything(firm) == [on]
    assert on.rule == stored.rule


def test_a_deleted_rule_is_gone_until_it_is_brought_back(firm: Firm) -> None:
    stored = firm.write()
    rule_writing.delete_rule(firm.admin, firm.workspace, stored.rule.id, 1)
    assert everything(firm) == []
    with pytest.raises(NotFound, match="no such rule any more"):
        firm.write(replace(stored.rule, priority=3), 2)
    last = rule_undoing.last_rule_change(firm.admin, firm.workspace)
    assert last
    rule_undoing.undo_rule_change(firm.admin, firm.workspace, last.id)
    [back] = everything(firm)
    assert (back.rule, back.version) == (stored.rule, 3)
    assert [entry.action for entry in firm.audit()] == ["undo", "restore", "delete", "add"]


def test_rules_are_listed_as_they_apply(firm: Firm) -> None:
    wide = replace(UBER, priority=10)
    for rule in (
        wide,
        replace(wide, client_id=firm.pine, priority=2),
        replace(wide, client_id=firm.birch, gl_code="6250", priority=1),
        replace(wide, client_id=firm.pine, priority=3),
        replace(wide, match_type=MatchType.EXACT),
    ):
        firm.write(rule)
    assert numbers(firm) == [3, 4, 2, 5, 1]


def move(firm: Firm, number: int, *, up: bool) -> StoredRule:
    [stored] = [s for s in everything(firm) if s.rule.number == number]
    return rule_writing.move_rule(firm.admin, firm.workspace, stored.rule.id, stored.version, up=up)


def test_moving_takes_the_nearest_priority_that_does_it(firm: Firm) -> None:
    for patterns, priority in ((("UBER TRIP",), 6), (("UBER",), 5), (("LONGEST UBER",), 4)):
        firm.write(replace(UBER, patterns=patterns, priority=priority))
    assert move(firm, 3, up=True).rule.priority == 5  # longer, so it goes before rule 2 there
    assert numbers(firm) == [1, 3, 2]
    assert move(firm, 2, up=True).rule.priority == 6
    assert numbers(firm) == [1, 2, 3]
    assert move(firm, 1, up=False).rule.priority == 5
    assert numbers(firm) == [2, 3, 1]


def test_moving_stops_at_the_ends_and_says_why(firm: Firm) -> None:
    firm.write(replace(UBER, patterns=("UBER TRIP",), priority=10))
    firm.write(replace(UBER, priority=10))
    firm.write(replace(UBER, priority=10, client_id=firm.pine))
    with pytest.raises(InvalidInput, match="Rule 1 is the first of its list"):
        move(firm, 1, up=True)
    with pytest.raises(InvalidInput, match="Rule 2 is the last"):
        move(firm, 2, up=False)
    with pytest.raises(InvalidInput, match="Rule 1 has priority 10") as refused:
        move(firm, 2, up=True)
    assert refused.value.next_step == "Give rule 1 a lower priority."


def test_staff_write_rules_for_a_client_under_their_name_and_none_for_the_firm(firm: Firm) -> None:
    dana, workspace = firm.hire(), firm.workspace
    wide, own = firm.write(), replace(UBER, client_id=firm.pine)
    stored = rule_writing.save_rule(dana, workspace, own)
    assert firm.audit()[0].user_name == "Dana"
    before = everything(firm)
    wide_id, version = wide.rule.id, wide.version
    for attempt in (
        partial(rule_writing.save_rule, dana, workspace, UBER),
        partial(rule_writing.save_rule, dana, workspace, replace(stored.rule, client_id=""), 1),
        partial(rule_writing.save_rule, dana, workspace, replace(own, id=wide_id), version),
        partial(rule_writing.set_enabled, dana, workspace, wide_id, version, enabled=False),
        partial(rule_writing.move_rule, dana, workspace, wide_id, version, up=True),
        partial(rule_writing.delete_rule, dana, workspace, wide_id, version),
    ):
        noted = newest(firm).seq
        with pytest.raises(NotPermitted, match="whole firm") as refused:
            attempt()
        assert "administrator" in refused.value.next_step
        entry = newest(firm)
        assert (entry.seq, entry.action, entry.user_name) == (noted + 1, "refused", "Dana")
    assert everything(firm) == before
    assert not rule_lists.may_write_for_firm(dana, workspace)
    assert rule_testing.test_rule(dana, workspace, wide.rule).fits == 0  # to look is for everybody


def test_what_a_rule_may_name(firm: Firm) -> None:
    wide = rule_lists.rule_choices(firm.admin, firm.workspace, "")
    assert [vendor.name for vendor in wide.vendors] == ["Lyft"]
    assert [gl.label for gl in wide.chart] == ["6250 - Code 6250", "6550 - Code 6550"]
    assert wide.accounts == ()
    pine = rule_lists.rule_choices(firm.admin, firm.workspace, firm.pine)
    assert [vendor.name for vendor in pine.vendors] == ["Lyft", "Uber"]
    assert [account.id for account in pine.accounts] == [firm.checking]


def test_every_change_gives_another_stamp(firm: Firm) -> None:
    def stamp() -> str:
        return rule_lists.list_rules(firm.admin, firm.workspace).stamp

    stamps = [stamp()]
    stored = firm.write()
    stamps.append(stamp())
    rule_writing.delete_rule(firm.admin, firm.workspace, stored.rule.id, 1)
    stamps.append(stamp())
    firm.add_lines("UBER TRIP")
    stamps.append(stamp())
    assert len(set(stamps)) == 4
    assert stamp() == stamps[-1]
