"""Sign-ins that were refused, in the audit trail: each once an hour, however often a page asks."""

from contextlib import suppress
from datetime import timedelta

from ledgersync import clock
from ledgersync.domain.actors import Actor
from ledgersync.errors import NotPermitted, StorageError
from ledgersync.services.workspace import Workspace
from ledgersync.storage import audit

_AGAIN = timedelta(hours=1)
# Whoever tries with ever new accounts must not fill the trail: so many an hour, each process.
_MOST = 200
_LENGTH = 300


def note(
    workspace: Workspace, actor: Actor, refused: NotPermitted, mark: str, **detail: str
) -> None:
    """Note that somebody was turned away, unless that was noted a moment ago.

    `mark` tells one sign-in from others. A database that takes no entry now changes nothing: they
    are turned away all the same.
    """
    known, now = workspace.refused_sign_ins, clock.now()
    for old in [key for key, noted in known.copy().items() if now - noted >= _AGAIN]:
        known.pop(old, None)
    key = f"{refused.code} {mark}"
    if key in known or len(known) >= _MOST:
        return
    said = {name: text[:_LENGTH] for name, text in detail.items()}
    why = refused.sentence[:_LENGTH]
    with suppress(StorageError), workspace.database.writing() as tx:
        audit.record(tx, audit.entry(actor, "refused", "sign-in", actor.user_id, why=why, **said))
        known[key] = now
