"""Marks of what is sealed: each storing has its own, so that an earlier value does not open again.

A value is sealed for its mark too, and the mark stands beside it: whoever puts back the sealed
value alone is refused. The audit trail names the mark with every storing and forgetting, in an
entry that is signed; whoever puts back the value together with its mark is refused by that. What is
left is to take the newest entries out of the trail as well, which a check of the trail finds, or to
put back the whole database as it was, which a backup does too.
"""

import json
import secrets
from dataclasses import dataclass

from ledgersync.domain.audit_trails import START, AuditEntry, entry_message, link
from ledgersync.errors import SealBroken
from ledgersync.services.audit_signing import AuditSigner
from ledgersync.services.workspace import Workspace
from ledgersync.storage import audit
from ledgersync.storage.engine import Tx


@dataclass(frozen=True, slots=True)
class Storing:
    """What the audit trail calls the storing and forgetting of a kind of sealed value."""

    subject: str
    actions: tuple[str, ...]


LOG_IN = Storing("connection", ("connect", "disconnect"))
TOKEN = Storing("connection", ("keep token",))
MODEL = Storing("outside model", ("set", "remove"))


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


def _noted(entry: AuditEntry | None) -> str:
    return str(json.loads(entry.detail).get("seal", "")) if entry else ""


def _vouches(workspace: Workspace, tx: Tx, entry: AuditEntry | None, mark: str) -> bool:
    if entry is None or not mark or _noted(entry) != mark:
        return False
    return _is_genuine(workspace, tx, entry)


def _is_genuine(workspace: Workspace, tx: Tx, entry: AuditEntry) -> bool:
    """Whether an entry is the signed one that it seems; one of a retired key can't be told."""
    before = audit.entry_before(tx, entry.seq)
    # Where the trail was not a chain yet, the entry before has no link of its own to go on from.
    linked = before is None or bool(before.chain)
    if not entry.mac or (linked and link(before.chain if before else START, entry) != entry.chain):
        return False
    fits = AuditSigner(workspace.keys).check(tx)
    return fits(entry.key_id, entry_message(entry.chain), entry.mac) is not False
