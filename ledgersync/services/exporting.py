"""Exporting: pre-flight, the file, its record, and the same bytes again later."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from ledgersync import clock
from ledgersync.config import Mode
from ledgersync.domain.actors import Actor
from ledgersync.domain.codes import Coding
from ledgersync.domain.decisions import Decision, undecided
from ledgersync.domain.export_lines import ExportLine
from ledgersync.domain.exported_rows import left_of, left_text
from ledgersync.errors import DecisionsChanged, ExportRefused, NotFound, NothingToExport
from ledgersync.exports import names
from ledgersync.exports.findings import Finding, FindingKind, Severity, after_nothing
from ledgersync.exports.layouts import CellKind, Layout
from ledgersync.exports.registry import LAYOUTS
from ledgersync.exports.texts import Guard
from ledgersync.exports.writing import Rendered, render
from ledgersync.services import access, changed_exports, export_keeping
from ledgersync.services.access import Permission
from ledgersync.services.export_drafts import Draft, named_account, read_draft
from ledgersync.services.export_requests import ExportRequest, Preflight
from ledgersync.services.workspace import Workspace
from ledgersync.storage import audit, clients, decisions, exports
from ledgersync.storage.columns import new_id
from ledgersync.storage.engine import Tx
from ledgersync.storage.exports import ExportBatch, ExportItem

__all__ = [
    "CellKind",
    "ExportBatch",
    "ExportRequest",
    "Finding",
    "FindingKind",
    "Guard",
    "Layout",
    "Preflight",
    "Severity",
]

WATERMARK = "DEMO"
_TEXTS = "texts"  # what was changed in texts, kept among the findings


@dataclass(frozen=True, slots=True)
class ExportedFile:
    """The bytes of a batch, ready to be saved under their name."""

    name: str
    media_type: str
    data: bytes


def layouts() -> tuple[Layout, ...]:
    """Every layout that can be exported, the default first."""
    return tuple(LAYOUTS.values())


def check_export(actor: Actor, workspace: Workspace, request: ExportRequest) -> Preflight:
    """Pre-flight alone: what the file would hold and what speaks against it.

    Raises:
        InvalidInput: for a layout that does not exist.
        NothingToExport: when only picked rows are asked for, and none is picked.
    """
    with access.reading(workspace, actor, _permission(request)) as tx:
        return read_draft(tx, request).preflight


def export(actor: Actor, workspace: Workspace, request: ExportRequest) -> ExportBatch:
    """Write a file and its record in one piece, and mark its rows as exported.

    Raises:
        NothingToExport: when no row is left for the file.
        ExportRefused: when findings block it and no reason was given, or when there are warnings
            that the request does not confirm.
        DecisionsChanged: when a colleague changed a row while the file was written.
    """
    with access.reading(workspace, actor, _permission(request)) as tx:
        draft = read_draft(tx, request)
    _require_exportable(draft, request)
    watermark = WATERMARK if workspace.settings.mode is Mode.DEMO else ""
    named = named_account(draft.account, request)
    rendered = render(draft.preflight.layout, draft.lines, request.guard, watermark, named)
    with access.writing(workspace, actor, _permission(request)) as tx:
        account = access.account_in_scope(tx, draft.account.id, lock=True)
        if account.data_version != draft.account.data_version:
            _require_unchanged(tx, request, draft)
        return _keep(tx, actor, request, draft, rendered, watermark)


def list_exports(actor: Actor, workspace: Workspace) -> list[tuple[ExportBatch, int]]:
    """All batches, the newest first, each with how many of its rows were changed since."""
    access.require(workspace, actor, Permission.EXPORT)
    export_keeping.remove_expired(workspace)
    with access.reading(workspace, actor, Permission.EXPORT) as tx:
        changed = changed_exports.changed_rows(tx)
        return [(batch, len(changed.get(batch.id, ()))) for batch in exports.list_batches(tx)]


def download(actor: Actor, workspace: Workspace, export_id: str) -> ExportedFile:
    """The very bytes that left as this batch.

    Raises:
        NotFound: when there is no such batch in the actor's scope, or its bytes were removed.
    """
    with access.reading(workspace, actor, Permission.EXPORT) as tx:
        batch = exports.find_batch(tx, export_id)
        if batch is None:
            raise NotFound("There is no such export.", "Choose one from the list on Exports.")
        data = exports.batch_bytes(tx, batch.id)
        if data is None:
            raise NotFound(
                f"The file of export {batch.number} was removed after its time, on "
                f"{batch.expired_at:%m/%d/%Y}; its record stays.",
                "Export the rows again if you need the file.",
            )
        return ExportedFile(batch.file_name, batch.media_type, data)


def changed_texts(batch: ExportBatch) -> tuple[str, ...]:
    """What was changed in texts so that the file could hold them, in sentences with counts."""
    return tuple(words for kind, _, words in json.loads(batch.findings) if kind == _TEXTS)


def found_before(batch: ExportBatch) -> list[tuple[str, str, str]]:
    """What pre-flight found before this file left: kind, severity and sentence."""
    return [(kind, *said) for kind, *said in json.loads(batch.findings) if kind != _TEXTS]


def _permission(request: ExportRequest) -> Permission:
    return Permission.EXPORT_AGAIN if request.again else Permission.EXPORT


def _require_exportable(draft: Draft, request: ExportRequest) -> None:
    found = draft.preflight
    if not draft.lines:
        reasons = _sentences(found.findings)
        raise NothingToExport(
            f"There is nothing to export for {request.period.words()}. {reasons}".strip(),
            after_nothing(found.findings),
        )
    if found.final:
        raise ExportRefused(
            f"The file was not written. {_sentences(found.final)}", found.final[0].next_step
        )
    if found.blocking and not request.override_reason.strip():
        raise ExportRefused(
            f"The file was not written. {_sentences(found.blocking)}",
            "Correct these rows, or override with a reason.",
        )
    unseen = [f for f in found.warnings if f.kind not in request.confirmed]
    if unseen:
        raise ExportRefused(
            f"The file was not written: nobody has confirmed this yet. {_sentences(unseen)}",
            "Look at the warnings, then export again.",
        )


def _sentences(findings: Sequence[Finding]) -> str:
    return " ".join(finding.sentence for finding in findings)


def _require_unchanged(tx: Tx, request: ExportRequest, draft: Draft) -> None:
    """The file holds what pre-flight saw: compare again under the account's lock."""
    if read_draft(tx, request).lines != draft.lines:
        raise DecisionsChanged(
            "Rows of this account changed while the file was written, so it was not kept.",
            "Export again.",
        )


def _keep(
    tx: Tx,
    actor: Actor,
    request: ExportRequest,
    draft: Draft,
    rendered: Rendered,
    watermark: str,
) -> ExportBatch:
    items = _items(draft.lines)
    _decide_the_undecided(tx, actor, items, draft.suggested)
    export_id, number = new_id(), exports.next_number(tx)
    name = names.file_name(
        draft.client.name,
        draft.account.label,
        request.period,
        number,
        rendered.sha256,
        rendered.extension,
        watermark,
    )
    values = {
        "id": export_id,
        "number": number,
        "account_id": draft.account.id,
        "layout": draft.preflight.layout.name,
        "guard": request.guard.value,
        "start": request.period.start,
        "end": request.period.end,
        "created_at": clock.now(),
        "created_by": actor.name,
        "file_name": name,
        "media_type": rendered.media_type,
        "data": rendered.data,
        "sha256": rendered.sha256,
        "rows": len(items),
        "total": rendered.total,
        "guarded_cells": rendered.guarded_cells,
        "again": request.again,
        "findings": json.dumps(
            [
                *([f.kind, f.severity, f.sentence] for f in draft.preflight.findings),
                *([_TEXTS, Severity.INFO, sentence] for sentence in rendered.changes),
            ]
        ),
        "confirmed": json.dumps(sorted(draft.preflight.warned_of)),
        "override_reason": request.override_reason.strip(),
        **_audit_head(tx),
    }
    exports.add_batch(tx, values, items)
    clients.touch_account(tx, draft.account.id)
    entry = audit.entry(
        actor,
        "export again" if request.again else "export",
        "export",
        export_id,
        number=number,
        rows=len(items),
        total=rendered.total,
        sha256=rendered.sha256,
        override=values["override_reason"],
        confirmed=sorted(draft.preflight.warned_of),
    )
    audit.record(tx, entry)
    batch = exports.find_batch(tx, export_id)
    assert batch is not None  # noqa: S101  added above
    return batch


def _audit_head(tx: Tx) -> dict[str, object]:
    """What a later check of the audit trail holds against it: this much was there by now."""
    head = audit.head(tx)
    return {"audit_seq": head.seq, "audit_chain": head.chain} if head else {}


def _items(lines: Sequence[ExportLine]) -> list[ExportItem]:
    """One item a transaction, with what the file says of it."""
    by_transaction: dict[str, list[ExportLine]] = {}
    for line in lines:
        by_transaction.setdefault(line.transaction_id, []).append(line)
    return [
        ExportItem(id_, parts[0].version, left_text(left_of(parts)))
        for id_, parts in by_transaction.items()
    ]


def _decide_the_undecided(
    tx: Tx, actor: Actor, items: Sequence[ExportItem], suggested: Mapping[str, Coding]
) -> None:
    """Rows that leave without a decision keep the codes they left with, to hang the export on.

    Suggestions change; what Accounting CS was given does not. The version stays: nobody decided.
    """
    ids = [i.transaction_id for i in items if i.version == 0 or i.transaction_id in suggested]
    known = decisions.lock_decisions(tx, ids)
    fixed = [
        _as_it_leaves(known.get(id_) or undecided(id_), suggested.get(id_), actor)
        for id_ in ids
        if id_ not in known or id_ in suggested
    ]
    decisions.save_decisions(tx, fixed, known)


def _as_it_leaves(before: Decision, codes: Coding | None, actor: Actor) -> Decision:
    if codes:
        before = replace(
            before, vendor_id=codes.vendor_id, gl_code=codes.gl_code, split=codes.split
        )
    return before.by(actor.name, clock.now())
