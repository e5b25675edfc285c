"""Recording what was done to lists, so that it can be undone."""

from collections.abc import Sequence

from ledgersync import clock
from ledgersync.domain.actors import Actor
from ledgersync.domain.charts import GlAccount, Vendor
from ledgersync.domain.firm_lists import FIELDS, ListKind
from ledgersync.domain.list_changes import ListChange, ListItem, ListSubject, counts
from ledgersync.storage import learning, list_changes
from ledgersync.storage.columns import new_id
from ledgersync.storage.engine import Tx

SPELLINGS = "spellings"  # beside a deleted vendor's own values
_LONGEST = 160

Entry = Vendor | GlAccount


def record_list_change(
    tx: Tx,
    actor: Actor,
    subject: ListSubject,
    words: str,
    items: Sequence[ListItem],
    client_id: str = "",
) -> str:
    """Keep what was done to these entries in the caller's transaction; returns the change's id.

    Nothing done is no change, and its id is "".
    """
    if not items:
        return ""
    said = words if len(words) <= _LONGEST else f"{words[: _LONGEST - 3]}..."
    change = ListChange(
        new_id(), subject, client_id, clock.now(), actor.user_id, actor.name, said, *counts(items)
    )
    list_changes.add_change(tx, change, items)
    return change.id


def record_by_hand(tx: Tx, actor: Actor, before: Entry | None, after: Entry | None) -> None:
    """Keep what a person did to one vendor or GL account; None before it is there, or after.

    A vendor that is about to be deleted is kept with its spellings.
    """
    entry = after or before
    if entry is None:
        return
    kind = ListKind.VENDORS if isinstance(entry, Vendor) else ListKind.CHART
    name = entry.name if isinstance(entry, Vendor) else entry.label
    did = "Added" if before is None else "Deleted" if after is None else "Changed"
    was = _values(kind, before)
    if was and after is None and kind is ListKind.VENDORS:
        was[SPELLINGS] = learning.spellings_of(tx, entry.id)
    item = ListItem(entry.id, name, was, _values(kind, after))
    record_list_change(tx, actor, ListSubject(kind), f"{did} {name}", [item], entry.client_id)


def _values(kind: ListKind, entry: Entry | None) -> dict[str, object] | None:
    return {field: getattr(entry, field) for field in FIELDS[kind]} if entry else None
