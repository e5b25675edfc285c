"""Split templates: kept with a version, and marked instead of deleted."""

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, insert, select, update

from ledgersync.domain.split_templates import SplitTemplate
from ledgersync.domain.splits import read_shares, shares_text
from ledgersync.storage.columns import new_id
from ledgersync.storage.matching_tables import RULES
from ledgersync.storage.scopes import clients_seen_or_firm
from ledgersync.storage.workspace_tables import SPLIT_TEMPLATES

_T = SPLIT_TEMPLATES.c


def live_templates(tx: Connection) -> list[SplitTemplate]:
    """The firm's and its clients' templates, as far as they may be seen, by name."""
    query = select(SPLIT_TEMPLATES).where(_T.deleted_at.is_(None)).order_by(_T.name, _T.id)
    query = query.where(*clients_seen_or_firm(tx, _T.client_id))
    return [_template(row) for row in tx.execute(query)]


def find_template(
    tx: Connection, template_id: str, *, deleted: bool = False
) -> SplitTemplate | None:
    """A template by its id, locked until the transaction ends; a deleted one where asked for."""
    gone = _T.deleted_at.is_not(None) if deleted else _T.deleted_at.is_(None)
    query = select(SPLIT_TEMPLATES).where(_T.id == template_id, gone).with_for_update()
    query = query.where(*clients_seen_or_firm(tx, _T.client_id))
    row = tx.execute(query).one_or_none()
    return _template(row) if row else None


def add_template(tx: Connection, template: SplitTemplate, who: str, when: datetime) -> str:
    """Keep a new template, and return its id."""
    values = {"id": new_id(), "version": 1, "changed_by": who, "changed_at": when}
    tx.execute(insert(SPLIT_TEMPLATES), [values | _values(template)])
    return str(values["id"])


def change_template(tx: Connection, template: SplitTemplate, who: str, when: datetime) -> bool:
    """Keep new values, unless a colleague's are in place of the version that the person saw."""
    return _update(tx, template, who, when, **_values(template))


def mark_template(
    tx: Connection, template: SplitTemplate, who: str, when: datetime, *, deleted: bool
) -> bool:
    """Delete a template or bring it back, like `change_template`."""
    return _update(tx, template, who, when, deleted_at=when if deleted else None)


def rules_with(tx: Connection, template_id: str) -> list[int]:
    """The numbers of the rules that split by this template, also of those that are turned off."""
    query = select(RULES.c.number).where(
        RULES.c.template_id == template_id, RULES.c.deleted_at.is_(None)
    )
    return list(tx.execute(query.order_by(RULES.c.number)).scalars())


def _update(
    tx: Connection, template: SplitTemplate, who: str, when: datetime, **values: object
) -> bool:
    changed = tx.execute(
        update(SPLIT_TEMPLATES)
        .where(_T.id == template.id, _T.version == template.version)
        .values(version=template.version + 1, changed_by=who, changed_at=when, **values)
    )
    return changed.rowcount == 1


def _values(template: SplitTemplate) -> dict[str, object]:
    return {
        "client_id": template.client_id or None,
        "vendor_id": template.vendor_id or None,
        "name": template.name,
        "lines": shares_text(template.shares),
    }


def _template(row: Row[Any]) -> SplitTemplate:
    return SplitTemplate(
        id=row.id,
        client_id=row.client_id or "",
        vendor_id=row.vendor_id or "",
        name=row.name,
        shares=read_shares(row.lines),
        version=row.version,
    )
