"""The audit trail for administrators: read it, take it along, and check that nobody changed it."""

import csv
import io
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from ledgersync.domain.actors import Actor
from ledgersync.domain.audit_trails import (
    AuditEntry,
    TrailChoices,
    TrailFilter,
    TrailPerson,
    Verdict,
    verify,
)
from ledgersync.exports.texts import TextWriter
from ledgersync.services import access
from ledgersync.services.access import Permission
from ledgersync.services.audit_signing import AuditSigner
from ledgersync.services.workspace import Workspace
from ledgersync.storage import audit, audit_guards, audit_names, audit_search
from ledgersync.storage.engine import Tx
from ledgersync.vault.keys import KeyStore

__all__ = ["AuditEntry", "Trail", "TrailChoices", "TrailFilter", "TrailPerson", "Verdict"]

MOST_SHOWN = 1_000
_BEGINNING = (
    "Entries are missing from the beginning on: people or clients are there that none tells of."
)
ID = re.compile(r"\b[0-9a-f]{32}\b")
_COLUMNS = (
    "Entry",
    "When (UTC)",
    "Who",
    "User id",
    "Action",
    "Subject",
    "Subject id",
    "Detail",
    "Link",
    "Key",
    "Signature",
)


@dataclass(frozen=True, slots=True)
class Trail:
    """The newest entries that fit a filter, how many fit in all, and what ids in them stand for."""

    entries: tuple[AuditEntry, ...]
    total: int
    names: Mapping[str, str] = field(default_factory=dict)


def trail(
    actor: Actor, workspace: Workspace, wanted: TrailFilter, limit: int = MOST_SHOWN
) -> Trail:
    """The newest entries that fit, at most `limit` of them."""
    with access.reading(workspace, actor, Permission.ADMINISTER) as tx:
        found = audit_search.find(tx, wanted, limit)
        names = audit_names.names_of(tx, _ids(found))
        return Trail(tuple(found), audit_search.count(tx, wanted), names)


def trail_choices(actor: Actor, workspace: Workspace) -> TrailChoices:
    """Who, which actions and which subjects occur in the trail."""
    with access.reading(workspace, actor, Permission.ADMINISTER) as tx:
        return audit_search.choices(tx)


def trail_file(actor: Actor, workspace: Workspace, wanted: TrailFilter) -> bytes:
    """All entries that fit as a CSV file, the newest first; that it left is in the trail itself.

    Texts that a spreadsheet would run get an apostrophe.
    """
    with access.writing(workspace, actor, Permission.ADMINISTER) as tx:
        found = audit_search.find(tx, wanted)
        audit.record(tx, audit.entry(actor, "export", "audit trail", "", rows=len(found)))
    return _csv(found)


def verify_trail(actor: Actor, workspace: Workspace) -> Verdict:
    """Check every entry's link and signature, the newest entry's record, and what exports noted."""
    with access.reading(workspace, actor, Permission.ADMINISTER) as tx:
        return verdict_on(tx, workspace.keys)


def verdict_on(tx: Tx, keys: KeyStore) -> Verdict:
    """Check the trail of a database with the keys that are here; for those who asked already."""
    check = AuditSigner(keys).check(tx)
    verdict = verify(audit.in_order(tx), audit.head(tx), check, audit.anchors(tx))
    if verdict.intact and audit.lacks_its_beginning(tx):
        verdict = Verdict(entries=0, bad=_BEGINNING, bad_seq=1)
    return replace(verdict, unguarded=audit_guards.missing(tx))


def _ids(entries: Iterable[AuditEntry]) -> dict[str, None]:
    """Everything in the entries that looks like one of our ids, each once."""
    texts = (text for entry in entries for text in (entry.subject_id, entry.detail))
    return dict.fromkeys(id_ for text in texts for id_ in ID.findall(text))


def _csv(entries: Iterable[AuditEntry]) -> bytes:
    buffer, texts = io.StringIO(newline=""), TextWriter(guard=True, one_line=True)
    lines = csv.writer(buffer, lineterminator="\r\n")
    lines.writerow(_COLUMNS)
    for entry in entries:
        said = (entry.user_name, entry.user_id, entry.action, entry.subject, entry.subject_id)
        signs = (entry.chain, entry.key_id, entry.mac)
        when = f"{entry.at:%Y-%m-%d %H:%M:%S}"
        lines.writerow(
            [entry.seq, when, *(texts.write(text) for text in (*said, entry.detail)), *signs]
        )
    return buffer.getvalue().encode("utf-8-sig")
