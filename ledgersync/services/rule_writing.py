"""Writing rules: create, edit, turn on and off, reorder, delete; each a change to be undone."""

from collections.abc import Sequence
from dataclasses import fields, replace

from ledgersync import clock
from ledgersync.domain.actors import Actor
from ledgersync.domain.rule_order import moved
from ledgersync.domain.rules import Rule, describe, parse_patterns, patterns_text
from ledgersync.errors import NotFound, RulesChanged
from ledgersync.services import access, suggesting
from ledgersync.services.access import Permission
from ledgersync.services.rule_recording import record_rules, saved_words
from ledgersync.services.rule_validity import require_valid
from ledgersync.services.workspace import Workspace
from ledgersync.storage import audit, rules
from ledgersync.storage.codes import firm_codes
from ledgersync.storage.engine import Tx
from ledgersync.storage.rules import StoredRule

__all__ = [
    "StoredRule",
    "delete_rule",
    "move_rule",
    "save_rule",
    "set_enabled",
    "write_change",
    "write_mark",
    "write_new",
]

_KEPT_BY_US = {"id", "number", "created_at"}


def save_rule(actor: Actor, workspace: Workspace, rule: Rule, version: int = 0) -> StoredRule:
    """Keep a new rule, where its id is "", or the new values of one.

    `version` is the version that the person saw. Firm-wide rules are for administrators, also to
    make one of a client's rule or the other way round.

    Raises:
        NotPermitted: for staff and a firm-wide rule.
        InvalidInput: for a rule that can't work, or that names what its clients don't have.
        NotFound: when the rule was deleted, or its client or bank account is out of scope.
        RulesChanged: when a colleague changed it in between; nothing is saved.
    """
    with access.writing(workspace, actor, access.to_write_rules(rule.client_id)) as tx:
        before = _found(tx, actor, rule.id) if rule.id else None
        require_valid(tx, rule, firm_codes(tx))
        rule = _tidied(rule)
        if before:
            stored = write_change(tx, actor, rule, version)
        else:
            [stored] = write_new(tx, actor, [rule])
        record_rules(tx, actor, saved_words(before, stored), [(before, stored)])
    suggesting.note_rules(workspace, [before.rule, stored.rule] if before else [stored.rule])
    return stored


def set_enabled(
    actor: Actor, workspace: Workspace, rule_id: str, version: int, *, enabled: bool
) -> StoredRule:
    """Turn a rule on or off; raises like `save_rule`."""
    with access.writing(workspace, actor, Permission.WRITE_RULES) as tx:
        before = _found(tx, actor, rule_id)
        stored = write_change(tx, actor, replace(before.rule, enabled=enabled), version)
        words = f"Rule {stored.rule.number} turned {'on' if enabled else 'off'}"
        record_rules(tx, actor, words, [(before, stored)])
    suggesting.note_rules(workspace, [stored.rule])
    return stored


def move_rule(
    actor: Actor, workspace: Workspace, rule_id: str, version: int, *, up: bool
) -> StoredRule:
    """Give a rule the nearest priority that puts it before, or behind, its neighbour.

    Neighbours are the rules of the same client, or the firm-wide ones, in the order in which they
    apply.

    Raises:
        NotPermitted: for staff and a firm-wide rule.
        InvalidInput: when it is first or last already, or no priority from 1 to 10 can do it.
        RulesChanged: when a colleague changed it in between.
    """
    with access.writing(workspace, actor, Permission.WRITE_RULES) as tx:
        before = _found(tx, actor, rule_id)
        everyone = [stored.rule for stored in rules.live_rules(tx)]
        stored = write_change(tx, actor, moved(before.rule, everyone, up=up), version)
        words = f"Rule {stored.rule.number} moved {'up' if up else 'down'}"
        record_rules(tx, actor, words, [(before, stored)])
    suggesting.note_rules(workspace, [before.rule])
    return stored


def delete_rule(actor: Actor, workspace: Workspace, rule_id: str, version: int) -> StoredRule:
    """Delete a rule; undoing that brings it back. Raises like `save_rule`."""
    with access.writing(workspace, actor, Permission.WRITE_RULES) as tx:
        before = _found(tx, actor, rule_id)
        stored = write_mark(tx, actor, rule_id, version, deleted=True)
        words = f"Rule {stored.rule.number} deleted: {describe(stored.rule)}"
        record_rules(tx, actor, words, [(before, stored)])
    suggesting.note_rules(workspace, [stored.rule])
    return stored


def write_new(tx: Tx, actor: Actor, new: Sequence[Rule]) -> list[StoredRule]:
    """Keep new rules, checked by the caller, within its transaction."""
    stored = rules.add_rules(tx, new, actor.name, clock.now())
    audit.record(tx, *(_entry(actor, "add", one.rule, **_words(one.rule)) for one in stored))
    return stored


def write_change(tx: Tx, actor: Actor, rule: Rule, version: int) -> StoredRule:
    """Keep a rule's new values, checked by the caller, within its transaction.

    The same values again change nothing, so that a page may send them twice.

    Raises:
        NotFound: when the rule was deleted.
        RulesChanged: when a colleague changed it in between.
    """
    before = _found(tx, actor, rule.id)
    access.require_rules_of(tx, actor, rule.client_id)
    rule = replace(rule, number=before.rule.number, created_at=before.rule.created_at)
    if rule == before.rule:
        return before
    when = clock.now()
    if not rules.change_rule(tx, rule, version, actor.name, when):
        raise _too_late(before)
    audit.record(tx, _entry(actor, "edit", rule, **_differences(before.rule, rule)))
    return StoredRule(rule, version + 1, when, actor.name, deleted=False)


def write_mark(tx: Tx, actor: Actor, rule_id: str, version: int, *, deleted: bool) -> StoredRule:
    """Delete a rule or bring it back, within the caller's transaction; raises like `save_rule`."""
    before = _found(tx, actor, rule_id, deleted=not deleted)
    when = clock.now()
    if not rules.mark_deleted(tx, rule_id, version, actor.name, when, deleted=deleted):
        raise _too_late(before)
    action = "delete" if deleted else "restore"
    audit.record(tx, _entry(actor, action, before.rule, **_words(before.rule)))
    return StoredRule(before.rule, version + 1, when, actor.name, deleted)


def _tidied(rule: Rule) -> Rule:
    """The rule with its patterns as a file or a form would give them: one blank, each once."""
    return replace(rule, patterns=parse_patterns(patterns_text(rule.patterns)))


def _found(tx: Tx, actor: Actor, rule_id: str, *, deleted: bool = False) -> StoredRule:
    stored = rules.find_rule(tx, rule_id, lock=True)
    if stored is None or stored.deleted != deleted:
        raise NotFound(
            "There is no such rule any more." if not deleted else "This rule is not deleted.",
            "Reload the page to see the rules as they are now.",
        )
    access.require_rules_of(tx, actor, stored.rule.client_id)
    return stored


def _too_late(theirs: StoredRule) -> RulesChanged:
    return RulesChanged(
        f"{theirs.changed_by} changed rule {theirs.rule.number} in between, so nothing was saved.",
        "Look at the rule as it is now, then change it again.",
    )


def _differences(before: Rule, after: Rule) -> dict[str, object]:
    was, now = _words(before), _words(after)
    return {name: [was[name], now[name]] for name in _names() if was[name] != now[name]}


def _words(rule: Rule) -> dict[str, object]:
    return {name: getattr(rule, name) for name in _names()}


def _names() -> list[str]:
    return [field.name for field in fields(Rule) if field.name not in _KEPT_BY_US]


def _entry(actor: Actor, action: str, rule: Rule, **detail: object) -> dict[str, object]:
    return audit.entry(actor, action, "rule", rule.id, number=rule.number, **detail)
