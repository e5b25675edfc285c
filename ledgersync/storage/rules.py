"""Rules: kept with a version, numbered once, and marked instead of deleted."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, Row, func, insert, select, update

from ledgersync.domain.rules import Direction, MatchType, Rule
from ledgersync.storage.columns import in_parts, new_id
from ledgersync.storage.matching_tables import RULES
from ledgersync.storage.scopes import clients_seen_or_firm
from ledgersync.storage.turns import Turn, take_turn


@dataclass(frozen=True, slots=True)
class StoredRule:
    """A rule as it is kept. `version` is 1 at first and grows by one with every change."""

    rule: Rule
    version: int
    changed_at: datetime
    changed_by: str
    deleted: bool


def live_rules(tx: Connection) -> list[StoredRule]:
    """Every rule that is not deleted and may be seen, by number; firm-wide ones always may."""
    query = select(RULES).where(RULES.c.deleted_at.is_(None)).order_by(RULES.c.number)
    query = query.where(*clients_seen_or_firm(tx, RULES.c.client_id))
    return [_stored(row) for row in tx.execute(query)]


def every_rule(tx: Connection) -> list[StoredRule]:
    """Like `live_rules`, with the deleted ones."""
    query = select(RULES).where(*clients_seen_or_firm(tx, RULES.c.client_id))
    return [_stored(row) for row in tx.execute(query.order_by(RULES.c.number))]


def find_rule(tx: Connection, rule_id: str, *, lock: bool = False) -> StoredRule | None:
    """A rule by its id, also a deleted one."""
    query = select(RULES).where(RULES.c.id == rule_id)
    query = query.where(*clients_seen_or_firm(tx, RULES.c.client_id))
    row = tx.execute(query.with_for_update() if lock else query).one_or_none()
    return _stored(row) if row else None


def find_rules(
    tx: Connection, rule_ids: Iterable[str], *, lock: bool = False
) -> dict[str, StoredRule]:
    """Rules by their ids, also deleted ones; locked ones until the transaction ends."""
    query = select(RULES).order_by(RULES.c.id)
    query = query.with_for_update() if lock else query
    return {
        row.id: _stored(row)
        for some in in_parts(sorted(rule_ids))
        for row in tx.execute(query.where(RULES.c.id.in_(some)))
    }


def add_rules(tx: Connection, rules: Sequence[Rule], who: str, when: datetime) -> list[StoredRule]:
    """Keep new rules under the next numbers; ids and numbers that they carry are not used."""
    if not rules:
        return []
    take_turn(tx, Turn.RULE_NUMBER)
    last = tx.execute(select(func.max(RULES.c.number))).scalar_one() or 0
    rows = [
        {
            "id": new_id(),
            "number": number,
            "version": 1,
            "created_at": when,
            "created_by": who,
            "changed_at": when,
            "changed_by": who,
            "deleted_at": None,
            **_values(rule),
        }
        for number, rule in enumerate(rules, start=last + 1)
    ]
    tx.execute(insert(RULES), rows)
    query = select(RULES).where(RULES.c.number > last).order_by(RULES.c.number)
    return [_stored(row) for row in tx.execute(query)]


def change_rule(tx: Connection, rule: Rule, version: int, who: str, when: datetime) -> bool:
    """Keep a rule's new values, unless a colleague's are in place of the version given."""
    return _update(tx, rule.id, version, who, when, **_values(rule))


def mark_deleted(
    tx: Connection, rule_id: str, version: int, who: str, when: datetime, *, deleted: bool
) -> bool:
    """Delete a rule or bring it back, like `change_rule`."""
    return _update(tx, rule_id, version, who, when, deleted_at=when if deleted else None)


def rules_stamp(tx: Connection) -> str:
    """Another text after every change to any rule, for caches."""
    count, versions = tx.execute(
        select(func.count(), func.coalesce(func.sum(RULES.c.version), 0))
    ).one()
    return f"{count}.{versions}"


def _update(
    tx: Connection, rule_id: str, version: int, who: str, when: datetime, **values: object
) -> bool:
    changed = tx.execute(
        update(RULES)
        .where(RULES.c.id == rule_id, RULES.c.version == version)
        .values(version=version + 1, changed_by=who, changed_at=when, **values)
    )
    return changed.rowcount == 1


def _values(rule: Rule) -> dict[str, object]:
    return {
        "client_id": rule.client_id or None,
        "account_id": rule.account_id or None,
        "patterns": json.dumps(rule.patterns, ensure_ascii=False),
        "match_type": rule.match_type.value,
        "direction": rule.direction.value,
        "lowest": rule.lowest,
        "highest": rule.highest,
        "priority": rule.priority,
        "enabled": rule.enabled,
        "vendor_id": rule.vendor_id or None,
        "gl_code": rule.gl_code,
        "template_id": rule.template_id or None,
    }


def _stored(row: Row[tuple[object, ...]]) -> StoredRule:
    rule = Rule(
        id=row.id,
        number=row.number,
        patterns=tuple(json.loads(row.patterns)),
        match_type=MatchType(row.match_type),
        client_id=row.client_id or "",
        account_id=row.account_id or "",
        direction=Direction(row.direction),
        lowest=row.lowest,
        highest=row.highest,
        priority=row.priority,
        enabled=row.enabled,
        vendor_id=row.vendor_id or "",
        gl_code=row.gl_code,
        created_at=row.created_at,
        changed_at=row.changed_at,
        template_id=row.template_id or "",
    )
    return StoredRule(rule, row.version, row.changed_at, row.changed_by, row.deleted_at is not None)
