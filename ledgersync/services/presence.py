"""Presence: telling colleagues who work on the same bank account of each other.

It is a courtesy, not a record: nothing of it is in the audit trail, and it ages within minutes.
"""

from datetime import timedelta

from ledgersync import clock
from ledgersync.domain.actors import Actor
from ledgersync.domain.presence import Colleague
from ledgersync.services import access
from ledgersync.services.access import Permission
from ledgersync.services.workspace import Workspace
from ledgersync.storage import presence

__all__ = ["Colleague"]

_REMEMBERED = timedelta(minutes=3)


def note(actor: Actor, workspace: Workspace, account_id: str) -> None:
    """Keep that the actor works on this account now."""
    with access.writing(workspace, actor, Permission.REVIEW) as tx:
        account = access.account_in_scope(tx, account_id, lock=True)
        presence.note_presence(tx, account.id, actor.user_id, clock.now())


def colleagues(actor: Actor, workspace: Workspace, account_id: str) -> list[Colleague]:
    """Who else was at this account within the last three minutes, the latest first."""
    with access.reading(workspace, actor, Permission.REVIEW) as tx:
        account = access.account_in_scope(tx, account_id)
        since = clock.now() - _REMEMBERED
        return presence.others_present(tx, account.id, actor.user_id, since)
