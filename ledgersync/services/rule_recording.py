"""Recording changes of rules: what a click or an import did, with the values before and after."""

from collections.abc import Mapping, Sequence
from dataclasses import fields, replace

from ledgersync.domain.actors import Actor
from ledgersync.domain.list_changes import ListItem, ListSubject, Values
from ledgersync.domain.rules import Direction, MatchType, Rule, describe
from ledgersync.services.list_recording import record_list_change
from ledgersync.storage.engine import Tx
from ledgersync.storage.rules import StoredRule

Written = tuple[StoredRule | None, StoredRule]  # a rule before it was written and after

_KEPT_BY_US = {"id", "number", "created_at", "changed_at"}
_LABELS = {
    "patterns": "pattern",
    "match_type": "match type",
    "client_id": "client",
    "account_id": "bank account",
    "lowest": "lowest amount",
    "highest": "highest amount",
    "enabled": "on or off",
    "vendor_id": "vendor",
    "gl_code": "GL code",
    "template_id": "split template",
}


def record_rules(tx: Tx, actor: Actor, words: str, written: Sequence[Written]) -> str:
    """Keep what was done to these rules in the caller's transaction; returns the change's id.

    Rules that were written as they were already are left out; "" where that leaves none.
    """
    items = [
        ListItem(after.rule.id, f"rule {after.rule.number}", values_of(before), values_of(after))
        for before, after in written
        if before is None or before.version != after.version
    ]
    return record_list_change(tx, actor, ListSubject.RULES, words, items)


def values_of(stored: StoredRule | None) -> Values | None:
    """What can be changed of a rule, as JSON holds it; None where it is not there, or deleted."""
    if stored is None or stored.deleted:
        return None
    rule = stored.rule
    names = (one.name for one in fields(Rule) if one.name not in _KEPT_BY_US)
    return {name: getattr(rule, name) for name in names} | {"patterns": list(rule.patterns)}


def with_values(rule: Rule, values: Values) -> Rule:
    """The rule with these values, as `values_of` gave them."""
    given: dict[str, object] = dict(values)
    kinds = {
        "patterns": tuple(_texts(values["patterns"])),
        "match_type": MatchType(str(values["match_type"])),
        "direction": Direction(str(values["direction"])),
    }
    return replace(rule, **(given | kinds))  # type: ignore[arg-type]


def _texts(value: object) -> list[str]:
    return [str(one) for one in value] if isinstance(value, list) else []


def saved_words(before: StoredRule | None, after: StoredRule) -> str:
    """What saving a rule did: "Rule 7 added: contains UBER", "Rule 7 changed: GL code"."""
    rule = after.rule
    if before is None:
        return f"Rule {rule.number} added: {describe(rule)}"
    was, now = values_of(before) or {}, values_of(after) or {}
    return f"Rule {rule.number} changed: {_differing(was, now)}"


def _differing(was: Mapping[str, object], now: Mapping[str, object]) -> str:
    changed = (name for name in now if was.get(name) != now[name])
    return ", ".join(_LABELS.get(name, name) for name in changed)
