"""Writing rules: create, edit, turn on and off, reorder, delete and bring back."""

from collections.abc import Iterable
from dataclasses import fields, replace

from ledgersync import clock
from ledgersync.domain.actors import Actor
from ledgersync.domain.codes import FirmCodes
from ledgersync.domain.rules import FIRST_PRIORITY, LAST_PRIORITY, Rule, precedence, validate
from ledgersync.errors import InvalidInput, NotFound, RulesChanged
from ledgersync.services import access
from ledgersync.services.access import Permission
from ledgersync.services.workspace import Workspace
from ledgersync.storage import audit, rules
from ledgersync.storage.codes import firm_codes
from ledgersync.storage.engine import Tx
from ledgersync.storage.rules import StoredRule

_KEPT_BY_US = {"id", "number", "created_at"}


def save_rule(actor: Actor, workspace: Workspace, rule: Rule, version: int = 0) -> StoredRule:
    """Keep a new rule, where its id is "", or the new values of one.

    `version` is the version that the person saw. Staff may write firm-wide rules too: every
    change is in the audit trail.

    Raises:
        InvalidInput: for a rule that can't work, or that names what its clients don't have.
        NotFound: when the rule was deleted, or its client or bank account is out of scope.
        RulesChanged: when a colleague changed it in between; nothing is saved.
    """
    with access.writing(workspace, actor, Permission.WRITE_RULES) as tx:
        require_valid(tx, rule, firm_codes(tx))
        stored = _change(tx, actor, rule, version) if rule.id else _add(tx, actor, rule)
    _changed(actor, workspace, {rule.client_id, stored.rule.client_id})
    return stored


def set_enabled(
    actor: Actor, workspace: Workspace, rule_id: str, version: int, *, enabled: bool
) -> StoredRule:
    """Turn a rule on or off; raises like `save_rule`."""
    with access.writing(workspace, actor, Permission.WRITE_RULES) as tx:
        rule = replace(_found(tx, rule_id).rule, enabled=enabled)
        stored = _change(tx, actor, rule, version)
    _changed(actor, workspace, {stored.rule.client_id})
    return stored


def move_rule(
    actor: Actor, workspace: Workspace, rule_id: str, version: int, *, up: bool
) -> StoredRule:
    """Give a rule the nearest priority that puts it before, or behind, its neighbour.

    Neighbours are the rules of the same client, or the firm-wide ones, in the order in which they
    apply.

    Raises:
        InvalidInput: when it is first or last already, or no priority from 1 to 10 can do it.
        RulesChanged: when a colleague changed it in between.
    """
    with access.writing(workspace, actor, Permission.WRITE_RULES) as tx:
        rule = _found(tx, rule_id).rule
        everyone = [stored.rule for stored in rules.live_rules(tx)]
        stored = _change(tx, actor, _moved(rule, everyone, up=up), version)
    _changed(actor, workspace, {rule.client_id})
    return stored


def delete_rule(actor: Actor, workspace: Workspace, rule_id: str, version: int) -> StoredRule:
    """Delete a rule; `restore_rule` brings it back. Raises like `save_rule`."""
    return _mark(actor, workspace, rule_id, version, deleted=True)


def restore_rule(actor: Actor, workspace: Workspace, rule_id: str, version: int) -> StoredRule:
    """Bring a deleted rule back under its number. Raises like `save_rule`."""
    return _mark(actor, workspace, rule_id, version, deleted=False)


def require_valid(tx: Tx, rule: Rule, codes: FirmCodes) -> None:
    """Refuse a rule that can't work.

    Raises:
        InvalidInput: in one sentence for the first thing that is wrong.
        NotFound: when its client or bank account is not in scope.
    """
    if wrong := validate(rule):
        raise InvalidInput(wrong[0], "Correct the rule, then save again.")
    if rule.client_id:
        access.client_in_scope(tx, rule.client_id)
    _require_account(tx, rule)
    _require_codes(rule, codes)


def _require_account(tx: Tx, rule: Rule) -> None:
    if not rule.account_id:
        return
    if not rule.client_id:
        raise InvalidInput(
            "A firm-wide rule can't be for one bank account, which belongs to one client.",
            "Choose that client, or any bank account.",
        )
    if access.account_in_scope(tx, rule.account_id).client_id != rule.client_id:
        raise InvalidInput(
            "This bank account belongs to another client.", "Choose one of the rule's client."
        )


def _require_codes(rule: Rule, codes: FirmCodes) -> None:
    """A firm-wide rule may name a GL code that only some charts have; elsewhere it is silent."""
    if rule.vendor_id and not codes.has_vendor(rule.client_id, rule.vendor_id):
        raise InvalidInput(
            "This vendor is not one of the client's."
            if rule.client_id
            else "This vendor belongs to one client, and the rule is firm-wide.",
            "Choose a vendor from the list, or add it on Clients first.",
        )
    known, chart = codes.anybody_has(rule.gl_code), "any chart of accounts"
    if rule.client_id:
        known = codes.has_code(rule.client_id, rule.gl_code)
        chart = "this client's chart of accounts"
    if rule.gl_code and not known:
        raise InvalidInput(
            f"GL code {rule.gl_code[:40]!r} is not in {chart}.",
            "Choose a code from the list, or add it on Clients first.",
        )


def _add(tx: Tx, actor: Actor, rule: Rule) -> StoredRule:
    [stored] = rules.add_rules(tx, [rule], actor.name, clock.now())
    audit.record(tx, _entry(actor, "add", stored.rule, **_words(stored.rule)))
    return stored


def _change(tx: Tx, actor: Actor, rule: Rule, version: int) -> StoredRule:
    """Keep new values; the same ones again change nothing, so that a page may send them twice."""
    before = _found(tx, rule.id)
    rule = replace(rule, number=before.rule.number, created_at=before.rule.created_at)
    if rule == before.rule:
        return before
    when = clock.now()
    if not rules.change_rule(tx, rule, version, actor.name, when):
        raise _too_late(before)
    audit.record(tx, _entry(actor, "edit", rule, **_differences(before.rule, rule)))
    return StoredRule(rule, version + 1, when, actor.name, deleted=False)


def _mark(
    actor: Actor, workspace: Workspace, rule_id: str, version: int, *, deleted: bool
) -> StoredRule:
    with access.writing(workspace, actor, Permission.WRITE_RULES) as tx:
        before = _found(tx, rule_id, deleted=not deleted)
        if not deleted:
            require_valid(tx, before.rule, firm_codes(tx))
        when = clock.now()
        if not rules.mark_deleted(tx, rule_id, version, actor.name, when, deleted=deleted):
            raise _too_late(before)
        action = "delete" if deleted else "restore"
        audit.record(tx, _entry(actor, action, before.rule, **_words(before.rule)))
    _changed(actor, workspace, {before.rule.client_id})
    return StoredRule(before.rule, version + 1, when, actor.name, deleted)


def _found(tx: Tx, rule_id: str, *, deleted: bool = False) -> StoredRule:
    stored = rules.find_rule(tx, rule_id, lock=True)
    if stored is None or stored.deleted != deleted:
        raise NotFound(
            "There is no such rule any more." if not deleted else "This rule is not deleted.",
            "Reload the page to see the rules as they are now.",
        )
    return stored


def _too_late(theirs: StoredRule) -> RulesChanged:
    return RulesChanged(
        f"{theirs.changed_by} changed rule {theirs.rule.number} in between, so nothing was saved.",
        "Look at the rule as it is now, then change it again.",
    )


def _moved(rule: Rule, everyone: Iterable[Rule], *, up: bool) -> Rule:
    group = sorted((r for r in everyone if r.client_id == rule.client_id), key=precedence)
    place = [r.id for r in group].index(rule.id)
    beyond = place - 1 if up else place + 1
    if not 0 <= beyond < len(group):
        raise InvalidInput(
            f"Rule {rule.number} is the {'first' if up else 'last'} of its list already.",
            "There is nothing to move it past.",
        )
    return _past(rule, group[beyond], up=up)


def _past(rule: Rule, neighbour: Rule, *, up: bool) -> Rule:
    nearest = neighbour.priority
    for priority in (nearest, nearest + (1 if up else -1)):
        moved = replace(rule, priority=priority)
        if (precedence(moved) < precedence(neighbour)) == up:
            if LAST_PRIORITY <= priority <= FIRST_PRIORITY:
                return moved
            break
    other = "lower" if up else "higher"
    raise InvalidInput(
        f"Rule {neighbour.number} has priority {nearest} and goes "
        f"{'before' if up else 'after'} others of that priority.",
        f"Give rule {neighbour.number} a {other} priority.",
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


def _changed(actor: Actor, workspace: Workspace, client_ids: set[str]) -> None:
    """Called once after every change to rules, outside its transaction.

    The suggestions of these clients' undecided rows may be out of date now; "" among them means
    every client.
    """
    del actor, workspace, client_ids
