"""Marks of what is sealed: each storing has its own, so that an earlier value does not open again.

A value is sealed for its mark too, and the mark stands beside it: whoever puts back the sealed
value alone is refused. The audit trail names the mark with every storing and forgetting, in an
entry that is signed; whoever puts back the value together with its mark is refused by that. What is
left is to take the newest entries out of the trail as well, which a check of the trail finds, or to
put back the whole database as it was, which a backup does too.
"""

import json
import secrets

from ledgersync.domain.audit_trails import START, AuditEntry, entry_message, link
from ledgersync.errors import SealBroken
from ledgersync.services.audit_signing import AuditSigner
from ledgersync.services.workspace import Workspace
from ledgersync.storage import audit
from ledgersync.storage.engine import Tx

CONNECTION, MODEL = "connection", "outside model"
_STORING = {CONNECTION: ("connect", "disconnect"), MODEL: ("set", "remove")}


def new_mark() -> str:
    return secrets.token_hex(8)


def earlier_value(
    workspace: Workspace, tx: Tx, subject: str, subject_id: str, mark: str
) -> SealBroken | None:
    """The refusal of a value whose mark is not the one that the audit trail names last.

    Args:
        mark: beside the value; "" for what was sealed before there were marks.
    """
    newest = audit.newest_of(tx, subject, subject_id, _STORING[subject])
    noted = json.loads(newest.detail).get("seal", "") if newest else ""
    if noted == mark and (newest is None or not noted or _is_genuine(workspace, tx, newest)):
        return None
    return SealBroken(
        "What is stored is not what was saved last: somebody put back an earlier value, so it was "
        "not used.",
        "Enter it again in Settings, and check the audit trail.",
    )


def _is_genuine(workspace: Workspace, tx: Tx, entry: AuditEntry) -> bool:
    """Whether an entry is the signed one that it seems; one of a retired key can't be told."""
    before = audit.entry_before(tx, entry.seq)
    # Where the trail was not a chain yet, the entry before has no link of its own to go on from.
    linked = before is None or bool(before.chain)
    if not entry.mac or (linked and link(before.chain if before else START, entry) != entry.chain):
        return False
    fits = AuditSigner(workspace.keys).check(tx)
    return fits(entry.key_id, entry_message(entry.chain), entry.mac) is not False
