"""Changes of rules: who did what and when, and taking one back whole or not at all."""

from collections.abc import Sequence

from ledgersync import clock
from ledgersync.domain.actors import Actor
from ledgersync.domain.list_change_words import reasons
from ledgersync.domain.list_changes import (
    ListChange,
    ListedChange,
    ListItem,
    ListSubject,
    Outlook,
)
from ledgersync.domain.rules import Rule
from ledgersync.errors import InvalidInput, NotFound, RulesChanged
from ledgersync.services import access, suggesting
from ledgersync.services.access import Permission
from ledgersync.services.list_outlooks import outlooks
from ledgersync.services.rule_recording import with_values
from ledgersync.services.rule_writing import write_change, write_mark
from ledgersync.services.workspace import Workspace
from ledgersync.storage import audit, list_changes, rules
from ledgersync.storage.engine import Tx
from ledgersync.storage.rules import StoredRule

MOST = 20
_RULES = (ListSubject.RULES,)


def list_rule_changes(actor: Actor, workspace: Workspace, most: int = MOST) -> list[ListedChange]:
    """The newest changes of rules, the newest first, with what undoing each would do now."""
    with access.reading(workspace, actor, Permission.REVIEW) as tx:
        found = list_changes.list_changes(tx, _RULES, most)
        would = outlooks(tx, found)
        for_firm = access.may(tx, actor, access.to_write_rules(""))
    return [
        ListedChange(one, would[one.id], refusal=_refusal(would[one.id], for_firm=for_firm))
        for one in found
    ]


def _refusal(outlook: Outlook, *, for_firm: bool) -> str:
    """Why somebody may not undo a change of rules for the whole firm; "" where they may."""
    touched = [values for item in outlook.back for values in (item.before, item.after) if values]
    if for_firm or all(values["client_id"] for values in touched):
        return ""
    return "An administrator can undo it: it is about the whole firm."


def last_rule_change(actor: Actor, workspace: Workspace) -> ListChange | None:
    """The actor's newest change of rules, also where it was undone."""
    with access.reading(workspace, actor, Permission.REVIEW) as tx:
        return next(iter(list_changes.list_changes(tx, _RULES, 1, by=actor.user_id)), None)


def undo_rule_change(actor: Actor, workspace: Workspace, change_id: str) -> ListedChange:
    """Take a change of rules back: all of its rules, or none.

    Rules keep their ids and numbers: a rule that was added is deleted, a deleted one comes back
    under its number, a changed one gets its former values.

    Returns:
        The change with what went back.

    Raises:
        NotPermitted: for staff, where it would write a rule for the whole firm.
        NotFound: when there is no such change.
        InvalidInput: when it was undone already.
        RulesChanged: when a rule was changed later, or would name what is gone by now.
    """
    with access.writing(workspace, actor, Permission.WRITE_RULES) as tx:
        change = _found(tx, change_id)
        ids = [item.entry_id for item in list_changes.items_of(tx, [change.id])[change.id]]
        before = rules.find_rules(tx, ids, lock=True)
        outlook = outlooks(tx, [change])[change.id]
        _require_whole(change, outlook)
        after = [_take_back(tx, actor, item, before[item.entry_id]) for item in outlook.back]
        list_changes.mark_undone(tx, change.id, ids, clock.now(), actor.name)
        detail = {"change": change.id, "words": change.words, "back": len(after)}
        audit.record(tx, audit.entry(actor, "undo", "rule", "", **detail))
    suggesting.note_rules(workspace, _rules([*before.values(), *after]))
    return ListedChange(change, outlook)


def _found(tx: Tx, change_id: str) -> ListChange:
    change = list_changes.find_change(tx, change_id)
    if change is None or change.subject is not ListSubject.RULES:
        raise NotFound("There is no such change of rules.", "Choose one from the list of changes.")
    return change


def _require_whole(change: ListChange, outlook: Outlook) -> None:
    if outlook.stay:
        raise RulesChanged(
            f"This can't be undone: {reasons(change.subject, outlook)}.",
            "Undo what came later first, or change the rules by hand.",
        )
    if not outlook.back:
        raise InvalidInput(f"{change.undone_by} has undone this already.", "Reload the page.")


def _take_back(tx: Tx, actor: Actor, item: ListItem, now: StoredRule) -> StoredRule:
    if item.before is None:
        return write_mark(tx, actor, now.rule.id, now.version, deleted=True)
    if item.after is None:
        return write_mark(tx, actor, now.rule.id, now.version, deleted=False)
    return write_change(tx, actor, with_values(now.rule, item.before), now.version)


def _rules(stored: Sequence[StoredRule]) -> list[Rule]:
    return [one.rule for one in stored]
