"""Undoing changes of rules: whole, by anybody, after a restart, and never over a later change."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from ledgersync.domain.actors import Actor, Role
from ledgersync.domain.list_changes import ListedChange
from ledgersync.errors import InvalidInput, NotFound, NotPermitted, RulesChanged
from ledgersync.services import coding_lists, rule_files, rule_lists, rule_undoing, rule_writing
from ledgersync.services.workspace import Workspace
from ledgersync.storage import suggestions
from ledgersync.storage.rules import StoredRule
from tests.services.rule_office import UBER, Firm

HEADER = "Number,Scope,Client,Patterns,GL Code,Priority\n"


@pytest.fixture
def firm(workspace: Workspace) -> Firm:
    return Firm(workspace)


def everything(firm: Firm) -> list[StoredRule]:
    return [e.stored for e in rule_lists.list_rules(firm.admin, firm.workspace).entries]


def listed(firm: Firm) -> list[ListedChange]:
    return rule_undoing.list_rule_changes(firm.admin, firm.workspace)


def undo(firm: Firm, change_id: str = "", who: Actor | None = None) -> ListedChange:
    """Undo a change, the newest unless told otherwise."""
    wanted = change_id or listed(firm)[0].change.id
    return rule_undoing.undo_rule_change(who or firm.admin, firm.workspace, wanted)


def take_in(firm: Firm, *lines: str) -> str:
    data = (HEADER + "\n".join(lines)).encode()
    preview = rule_files.preview_rules(firm.admin, firm.workspace, "rules.csv", data)
    done = rule_files.confirm_rules(firm.admin, firm.workspace, preview)
    assert done.applied
    return done.change_id


def _turn_off(firm: Firm, stored: StoredRule) -> None:
    rule_writing.set_enabled(firm.admin, firm.workspace, stored.rule.id, 1, enabled=False)


def _move(firm: Firm, stored: StoredRule) -> None:
    firm.write(replace(UBER, patterns=("LYFT",), priority=8))
    rule_writing.move_rule(firm.admin, firm.workspace, stored.rule.id, 1, up=True)


def _edit(firm: Firm, stored: StoredRule) -> None:
    firm.write(replace(stored.rule, gl_code="6250", priority=9, patterns=("UBER", "LYFT")), 1)


def _delete(firm: Firm, stored: StoredRule) -> None:
    rule_writing.delete_rule(firm.admin, firm.workspace, stored.rule.id, 1)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (_turn_off, "Rule 1 turned off"),
        (_move, "Rule 1 moved up"),
        (_edit, "Rule 1 changed: pattern, priority, GL code"),
        (_delete, "Rule 1 deleted: contains UBER"),
    ],
)
def test_every_change_is_listed_and_gives_the_rule_its_former_values(
    firm: Firm, change: Callable[[Firm, StoredRule], None], words: str
) -> None:
    stored = firm.write()
    change(firm, stored)
    newest = listed(firm)[0]
    assert (newest.change.words, newest.change.user_name) == (words, firm.admin.name)
    assert newest.can_be_undone
    undo(firm)
    [now] = [one for one in everything(firm) if one.rule.id == stored.rule.id]
    assert (now.rule, now.version) == (stored.rule, 3)
    assert listed(firm)[0].change.undone_by == firm.admin.name
    assert firm.audit()[0].action == "undo"


def test_an_added_rule_goes_and_its_number_is_never_given_again(firm: Firm) -> None:
    firm.write()
    assert listed(firm)[0].change.words == "Rule 1 added: contains UBER"
    undo(firm)
    assert everything(firm) == []
    assert firm.write(replace(UBER, patterns=("LYFT",))).rule.number == 2
    with pytest.raises(InvalidInput, match="has undone this already"):
        undo(firm, listed(firm)[1].change.id)


def test_saving_the_same_again_is_no_change(firm: Firm) -> None:
    stored = firm.write()
    firm.write(stored.rule, 1)
    assert len(listed(firm)) == 1


def test_a_later_change_is_in_the_way_until_it_is_undone(firm: Firm) -> None:
    stored = firm.write()
    firm.write(replace(stored.rule, priority=9), 1)
    firm.write(replace(stored.rule, priority=5), 2)  # as at first: still a change of its own
    blocked = listed(firm)[1]
    assert not blocked.can_be_undone
    assert [(s.who, s.words) for s in blocked.outlook.stay] == [
        (firm.admin.name, "Rule 1 changed: priority")
    ]
    with pytest.raises(RulesChanged, match=r"rule 1 was changed later by .*priority"):
        undo(firm, blocked.change.id)
    undo(firm)
    undo(firm, blocked.change.id)
    assert [(one.rule.priority, one.version) for one in everything(firm)] == [(5, 5)]
    undo(firm, listed(firm)[2].change.id)
    assert everything(firm) == []


def test_a_colleague_undoes_it_after_a_restart(firm: Firm) -> None:
    firm.write()
    maria = firm.hire("Maria", Role.ADMIN)
    firm.workspace.database.engine.dispose()
    done = undo(firm, who=maria)
    assert (everything(firm), done.change.user_name) == ([], firm.admin.name)
    assert listed(firm)[0].change.undone_by == "Maria"


def test_staff_undo_what_is_about_a_client_and_read_who_undoes_the_rest(firm: Firm) -> None:
    dana = firm.hire()
    own = firm.write(replace(UBER, client_id=firm.pine))
    narrowed = firm.write()
    firm.write(replace(narrowed.rule, client_id=firm.birch, gl_code="6250"), 1)
    for_dana = rule_undoing.list_rule_changes(dana, firm.workspace)
    assert [one.can_be_undone for one in for_dana] == [False, False, True]
    assert "An administrator can undo it" in for_dana[0].refusal
    before = everything(firm)
    with pytest.raises(NotPermitted, match="whole firm"):
        undo(firm, for_dana[0].change.id, dana)
    assert everything(firm) == before
    undo(firm, for_dana[2].change.id, dana)
    assert own.rule.id not in [one.rule.id for one in everything(firm)]
    assert all(not one.refusal for one in listed(firm))


def test_an_import_goes_back_as_a_whole_and_rows_follow(firm: Firm) -> None:
    kept = firm.write(UBER)
    [row] = firm.add_lines("ZOOM.US 888")
    change_id = take_in(firm, "1,,,UBER,6550,9", ",firm,,ZOOM,6550,", ",firm,,NOPE,1,")
    [change] = [one.change for one in listed(firm) if one.change.id == change_id]
    assert (change.words, change.added, change.changed) == ("Rules imported from rules.csv", 1, 1)
    assert suggested(firm, row)
    undo(firm, change_id)
    assert [one.rule for one in everything(firm)] == [kept.rule]
    assert not suggested(firm, row)


def suggested(firm: Firm, row_id: str) -> str:
    with firm.workspace.database.reading() as tx:
        found = suggestions.suggestions_for(tx, [row_id])
    return found[row_id].gl_code if row_id in found else ""


def test_an_import_of_which_a_rule_was_changed_later_stays_whole(firm: Firm) -> None:
    change_id = take_in(firm, ",firm,,ZOOM,6550,", ",firm,,SLACK,6550,")
    _turn_off(firm, everything(firm)[1])
    now = everything(firm)
    with pytest.raises(RulesChanged, match="turned off"):
        undo(firm, change_id)
    assert everything(firm) == now
    undo(firm)
    undo(firm, change_id)
    assert everything(firm) == []


def test_a_rule_whose_vendor_is_gone_does_not_come_back(firm: Firm) -> None:
    stored = firm.write(replace(UBER, client_id=firm.pine, vendor_id=firm.uber))
    firm.write(replace(stored.rule, vendor_id=""), 1)
    found = coding_lists.coding_list(firm.admin, firm.workspace, firm.pine).vendors
    coding_lists.delete_vendor(firm.admin, firm.workspace, found[0])
    assert not listed(firm)[0].can_be_undone
    with pytest.raises(RulesChanged, match="This vendor is not one of the client's"):
        undo(firm)


def test_what_is_no_change_of_rules_is_not_found(firm: Firm) -> None:
    with pytest.raises(NotFound):
        undo(firm, "no such change")
