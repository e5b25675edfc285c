"""Recording what was done to a list at once, so that it can be undone at once."""

from collections.abc import Sequence

from ledgersync import clock
from ledgersync.domain.actors import Actor
from ledgersync.domain.list_changes import ListChange, ListItem, ListSubject, counts
from ledgersync.storage import list_changes
from ledgersync.storage.columns import new_id
from ledgersync.storage.engine import Tx

_LONGEST = 160


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
