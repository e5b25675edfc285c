"""Changes of lists and rules with their entries, kept so that they can be undone."""

import json
from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, insert, not_, or_, select, update

from ledgersync.domain.list_changes import ListChange, ListItem, ListSubject, Topmost, Values
from ledgersync.storage.columns import in_parts
from ledgersync.storage.list_tables import LIST_CHANGE_ITEMS, LIST_CHANGES
from ledgersync.storage.matching_tables import RULES
from ledgersync.storage.scopes import clients_seen_or_firm, is_limited

_C, _I = LIST_CHANGES.c, LIST_CHANGE_ITEMS.c


def add_change(tx: Connection, change: ListChange, items: Iterable[ListItem]) -> None:
    values = {name: getattr(change, name) for name in ListChange.__dataclass_fields__}
    values |= {"subject": change.subject.value, "client_id": change.client_id or None}
    tx.execute(insert(LIST_CHANGES), [values])
    tx.execute(insert(LIST_CHANGE_ITEMS), [_item_values(change.id, item) for item in items])


def find_change(tx: Connection, change_id: str) -> ListChange | None:
    """A change by its id, locked until the transaction ends."""
    query = select(LIST_CHANGES).where(_C.id == change_id, *_seen(tx)).with_for_update()
    row = tx.execute(query).one_or_none()
    return _change(row) if row else None


def list_changes(
    tx: Connection,
    subjects: Collection[ListSubject],
    most: int,
    *,
    by: str = "",
    client_id: str | None = None,
) -> list[ListChange]:
    """The newest changes of these subjects, the newest first.

    With `by`, that person's alone; with a client or "" for the firm, those of its lists alone.
    """
    about = _C.subject.in_([one.value for one in subjects])
    query = select(LIST_CHANGES).where(about, *_seen(tx))
    if by:
        query = query.where(_C.user_id == by)
    if client_id is not None:
        query = query.where(_C.client_id == client_id if client_id else _C.client_id.is_(None))
    newest = query.order_by(_C.at.desc(), _C.id.desc()).limit(most)
    return [_change(row) for row in tx.execute(newest)]


def items_of(tx: Connection, change_ids: Sequence[str]) -> dict[str, list[ListItem]]:
    """The entries of changes, by change id."""
    found: dict[str, list[ListItem]] = {id_: [] for id_ in change_ids}
    query = select(LIST_CHANGE_ITEMS).order_by(_I.entry_id)
    for row in tx.execute(query.where(_I.change_id.in_(change_ids))):
        before, after = _read(row.before), _read(row.after)
        found[row.change_id].append(ListItem(row.entry_id, row.name, before, after, row.undone))
    return found


def topmost_of(tx: Connection, change_ids: Sequence[str]) -> dict[str, Topmost]:
    """The newest change that stands on each entry of these changes, by entry id."""
    touched = select(_I.entry_id).where(_I.change_id.in_(change_ids))
    query = (
        select(_I.entry_id, _C.id, _C.user_name, _C.words)
        .join(LIST_CHANGES, _C.id == _I.change_id)
        .where(_I.undone.is_(False), _I.entry_id.in_(touched))
        .order_by(_C.at, _C.id)
    )
    return {entry_id: Topmost(*topmost) for entry_id, *topmost in tx.execute(query)}


def mark_undone(
    tx: Connection, change_id: str, entry_ids: Iterable[str], when: datetime, who: str
) -> None:
    """Say who took these entries of a change back, and when."""
    values = {"undone_at": when, "undone_by": who}
    tx.execute(update(LIST_CHANGES).where(_C.id == change_id).values(**values))
    for some in in_parts(entry_ids):
        of_change = (_I.change_id == change_id, _I.entry_id.in_(some))
        tx.execute(update(LIST_CHANGE_ITEMS).where(*of_change).values(undone=True))


def _seen(tx: Connection) -> tuple[ColumnElement[bool], ...]:
    """Only changes that name no client whom the transaction may not see.

    A list of clients names them all; a change of rules is of the clients whose rules it changed.
    """
    if not is_limited(tx):
        return ()
    owner = RULES.c.client_id
    others = select(_I.change_id).join(RULES, RULES.c.id == _I.entry_id)
    others = others.where(not_(or_(*clients_seen_or_firm(tx, owner))))
    return (
        *clients_seen_or_firm(tx, _C.client_id),
        _C.subject != ListSubject.CLIENTS.value,
        _C.id.not_in(others),
    )


def _item_values(change_id: str, item: ListItem) -> dict[str, object]:
    return {
        "change_id": change_id,
        "entry_id": item.entry_id,
        "name": item.name,
        "before": _text(item.before),
        "after": _text(item.after),
        "undone": item.undone,
    }


def _text(values: Values | None) -> str:
    return json.dumps(None if values is None else dict(values), ensure_ascii=False)


def _read(text: str) -> Values | None:
    values: Values | None = json.loads(text)
    return values


def _change(row: Row[Any]) -> ListChange:
    values = {name: getattr(row, name) for name in ListChange.__dataclass_fields__}
    kind = {"subject": ListSubject(row.subject), "client_id": row.client_id or ""}
    return ListChange(**(values | kind))
