"""Marks of what is sealed: each storing has its own, so that an earlier value does not open again.

A value is sealed for its mark too, and the mark stands beside it: whoever puts back the sealed
value alone is refused. The audit trail names the mark with every storing and forgetting, in an
entry that is signed; whoever puts back the value together with its mark is refused by that. With a
new encryption key it names the mark once more, so that no entry of a retired key, whose signature
nobody can check, has to be believed. What is left is to take the newest entries out of the trail as
well, which a check of the trail finds, or to put back the whole database as it was, which a backup
does too.
"""

import json
import secrets
from dataclasses import dataclass

from ledgersync.domain.actors import Actor
from ledgersync.domain.audit_trails import START, AuditEntry, entry_message, link
from ledgersync.errors import SealBroken
from ledgersync.services.audit_signing import AuditSigner
from ledgersync.services.master_keys import newest_first
from ledgersync.services.workspace import Workspace
from ledgersync.storage import audit, connections
from ledgersync.storage.engine import Tx


@dataclass(frozen=True, slots=True)
class Storing:
    """What the audit trail calls the storing and forgetting of a kind of sealed value.

    `anew` is what it calls a change of the key that the value is sealed with.
    """

    subject: str
    storing: tuple[str, ...]
    anew: str

    @property
    def actions(self) -> tuple[str, ...]:
        return (*self.storing, self.anew)


LOG_IN = Storing("connection", ("connect", "disconnect"), "seal anew")
TOKEN = Storing("connection", ("keep token",), "seal token anew")
MODEL = Storing("outside model", ("set", "remove"), "seal anew")


def new_mark() -> str:
    return secrets.token_hex(8)


def earlier_value(
    workspace: Workspace, tx: Tx, what: Storing, subject_id: str, mark: str
) -> SealBroken | None:
    """The refusal of a value whose mark is not the one that the audit trail names last.

    Args:
        mark: beside the value; "" for what was sealed before there were marks.
    """
    newest = audit.newest_of(tx, what.subject, subject_id, what.actions)
    if mark == _noted(newest) == "" or _vouches(workspace, tx, newest, mark):
        return None
    return SealBroken(
        "What is stored is not what was saved last: somebody put back an earlier value, so it was "
        "not used.",
        "Enter it again in Settings, and check the audit trail.",
    )


def is_newest(workspace: Workspace, tx: Tx, what: Storing, subject_id: str, mark: str) -> bool:
    """Whether the audit trail names this mark last; for what is easily stored anew, if it doesn't.

    What was stored before the trail named its marks counts as not named.
    """
    newest = audit.newest_of(tx, what.subject, subject_id, what.actions)
    return _vouches(workspace, tx, newest, mark)


def note_anew(
    workspace: Workspace, tx: Tx, actor: Actor, what: Storing, subject_id: str, mark: str
) -> None:
    """Name the mark of a value that was sealed anew, if it is the one that was named last.

    One that is not belongs to a value that somebody put back, which stays refused.
    """
    if is_newest(workspace, tx, what, subject_id, mark):
        audit.record(tx, audit.entry(actor, what.anew, what.subject, subject_id, seal=mark))


def _noted(entry: AuditEntry | None) -> str:
    return str(json.loads(entry.detail).get("seal", "")) if entry else ""


def _vouches(workspace: Workspace, tx: Tx, entry: AuditEntry | None, mark: str) -> bool:
    if entry is None or not mark or _noted(entry) != mark:
        return False
    return _is_genuine(workspace, tx, entry)


def _is_genuine(workspace: Workspace, tx: Tx, entry: AuditEntry) -> bool:
    """Whether an entry is the signed one that it seems.

    While the newest key is missing its entries can't be told, and nothing that is sealed with it
    opens. Those of older keys have been followed by others.
    """
    before = audit.entry_before(tx, entry.seq)
    # Where the trail was not a chain yet, the entry before has no link of its own to go on from.
    linked = before is None or bool(before.chain)
    if not entry.mac or (linked and link(before.chain if before else START, entry) != entry.chain):
        return False
    fits = AuditSigner(workspace.keys).check(tx)
    answer = fits(entry.key_id, entry_message(entry.chain), entry.mac)
    if answer is None:
        newest, _ = newest_first(connections.live_key_checks(tx))[0]
        return entry.key_id == newest
    return answer
