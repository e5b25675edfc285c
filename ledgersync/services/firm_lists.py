"""FIRMADMIN import: clients, vendors and charts from Accounting CS, previewed before anything."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from ledgersync.domain.actors import Actor
from ledgersync.domain.charts import GlAccount, Vendor
from ledgersync.domain.firm_lists import (
    FIELDS,
    Fate,
    ListKind,
    ListLine,
    ParsedList,
    not_in_file,
    plan_list,
)
from ledgersync.domain.list_changes import ListItem, ListSubject
from ledgersync.errors import InvalidInput
from ledgersync.imports.firm_lists import parse_list
from ledgersync.imports.tables import LONGEST_FILE, MOST_ROWS
from ledgersync.imports.tabular import read_tables
from ledgersync.services import access, suggesting
from ledgersync.services.list_entries import list_entries
from ledgersync.services.list_recording import record_list_change
from ledgersync.services.typed_texts import said_of_file
from ledgersync.services.workspace import Workspace
from ledgersync.storage import acs_clients, audit, charts, clients
from ledgersync.storage.engine import Tx
from ledgersync.storage.turns import Turn, take_turn

__all__ = ["Fate", "ListKind", "ListLine"]

LIMITS = (
    f"At most {LONGEST_FILE // 1024 // 1024} MB and {MOST_ROWS:,} lines, "
    "without a password and without formulas."
)
_SUBJECTS = {
    ListKind.CLIENTS: "acs client",
    ListKind.VENDORS: "vendor",
    ListKind.CHART: "gl account",
}


@dataclass(frozen=True, slots=True)
class ListPreview:
    """What taking in a file would do, line by line; nothing has changed yet.

    `client_id` is "" for the firm's own lists. `not_in_file` counts stored entries that the file
    does not name: they stay.
    """

    parsed: ParsedList
    client_id: str
    file_name: str
    lines: tuple[ListLine, ...]
    not_in_file: int

    @property
    def kind(self) -> ListKind:
        return self.parsed.kind

    def count(self, fate: Fate) -> int:
        return sum(line.fate is fate for line in self.lines)

    @property
    def changes(self) -> int:
        """How many lines would be written."""
        return self.count(Fate.NEW) + self.count(Fate.CHANGED)

    def words(self) -> str:
        """The counts in one line: "12 new, 3 changed, 40 unchanged, 2 rejected"."""
        return ", ".join(f"{self.count(fate):,} {fate.value}" for fate in Fate)


@dataclass(frozen=True, slots=True)
class Confirmed:
    """How a confirmation ended: applied as previewed, or not at all with a fresh preview.

    `change_id` is by what `list_undoing.undo_list_change` knows it, "" where nothing was written.
    """

    applied: bool
    preview: ListPreview
    change_id: str = ""


def preview_list(
    actor: Actor,
    workspace: Workspace,
    kind: ListKind,
    client_id: str,
    file_name: str,
    data: bytes,
) -> ListPreview:
    """Say what taking in a file would do.

    Args:
        actor: who asks; a client's lists need another permission than the firm's.
        workspace: where.
        kind: what the file holds.
        client_id: whose vendors or chart it is, "" for the whole firm's.
        file_name: only said and recorded, never used as a path.
        data: the file, .csv or .xlsx.

    Raises:
        ImportRejected: when the file as a whole can't be taken; one sentence says why.
        InvalidInput: for clients of one client.
        NotFound: when there is no such client in the actor's scope.
    """
    _require_whole_firm(kind, client_id)
    permission = access.to_change_list(client_id)
    access.require(workspace, actor, permission)
    parsed = parse_list(read_tables(data), kind)
    with access.reading(workspace, actor, permission) as tx:
        return _preview(tx, parsed, client_id, said_of_file(file_name))


def confirm_list(actor: Actor, workspace: Workspace, preview: ListPreview) -> Confirmed:
    """Take in exactly what was previewed, all of it in one transaction.

    Rejected lines stay out; entries that the file does not name stay as they are. If the lists
    changed since the preview so that a line would do something else, nothing is done.
    """
    permission = access.to_change_list(preview.client_id)
    with access.writing(workspace, actor, permission) as tx:
        take_turn(tx, Turn.FIRM_LISTS)
        now = _preview(tx, preview.parsed, preview.client_id, preview.file_name)
        if now.lines != preview.lines:
            return Confirmed(applied=False, preview=now)
        change_id = _take_in(tx, actor, now) if now.changes else ""
    suggesting.note_lists(workspace, preview.client_id)
    return Confirmed(applied=True, preview=now, change_id=change_id)


def _require_whole_firm(kind: ListKind, client_id: str) -> None:
    if kind is ListKind.CLIENTS and client_id:
        raise InvalidInput(
            "The list of clients is the whole firm's.", "Import it without a client."
        )


def _preview(tx: Tx, parsed: ParsedList, client_id: str, file_name: str) -> ListPreview:
    if client_id:
        access.client_in_scope(tx, client_id)
    stored = list_entries(tx, parsed.kind, client_id)
    codes = charts.codes_for(tx, client_id) if parsed.kind is ListKind.VENDORS else {}
    lines = plan_list(parsed, stored, codes)
    return ListPreview(parsed, client_id, file_name, lines, not_in_file(parsed, stored, lines))


def _take_in(tx: Tx, actor: Actor, preview: ListPreview) -> str:
    """Write what was previewed and record it; returns the change's id."""
    before = {one.id: one.values for one in list_entries(tx, preview.kind, preview.client_id)}
    ids = _apply(tx, preview)
    _record(tx, actor, preview, ids)
    items = [
        _item(preview.kind, line, ids[line.line], before.get(ids[line.line]))
        for line in preview.lines
        if line.line in ids
    ]
    subject, words = ListSubject(preview.kind), f"Imported {preview.file_name}"
    return record_list_change(tx, actor, subject, words, items, preview.client_id)


def _item(
    kind: ListKind, line: ListLine, entry_id: str, before: Mapping[str, str] | None
) -> ListItem:
    """A line that was written, with all values of its entry before and after."""
    after = dict.fromkeys(FIELDS[kind], "") | dict(before or {}) | dict(line.changes or {})
    words = (after["code"], after["name"]) if kind is ListKind.CHART else (after["name"],)
    return ListItem(entry_id, " ".join(filter(None, words)), before, after)


def _apply(tx: Tx, preview: ListPreview) -> dict[int, str]:
    """Write the lines, and return each one's id by its line."""
    new = [line for line in preview.lines if line.fate is Fate.NEW]
    changed = [line for line in preview.lines if line.fate is Fate.CHANGED]
    match preview.kind:
        case ListKind.CLIENTS:
            ids = _write_clients(tx, new, changed)
        case ListKind.VENDORS:
            ids = _write_vendors(tx, preview.client_id, new, changed)
        case ListKind.CHART:
            ids = _write_chart(tx, preview.client_id, new, changed)
    if preview.kind is not ListKind.CLIENTS:
        clients.touch_accounts(tx, preview.client_id)
    added = {line.line: entry_id for line, entry_id in zip(new, ids, strict=True)}
    return added | {line.line: line.entry_id for line in changed}


def _write_clients(tx: Tx, new: Sequence[ListLine], changed: Sequence[ListLine]) -> list[str]:
    linked = {acs.id: acs.client_id for acs in acs_clients.list_acs_clients(tx)}
    for line in changed:
        changes = dict(line.changes or {})
        acs_clients.change_acs_client(tx, line.entry_id, **changes)
        if "code" in changes and linked[line.entry_id]:
            clients.change_client(tx, linked[line.entry_id], acs_code=changes["code"])
    return acs_clients.add_acs_clients(tx, [dict(line.changes or {}) for line in new])


def _write_vendors(
    tx: Tx, client_id: str, new: Sequence[ListLine], changed: Sequence[ListLine]
) -> list[str]:
    stored = {vendor.id: vendor for vendor in charts.own_vendors(tx, client_id)}
    charts.change_vendors(
        tx, [replace(stored[line.entry_id], **line.changes or {}) for line in changed]
    )
    blank = Vendor("", client_id, "", "", "")
    return charts.add_vendors(tx, [replace(blank, **line.changes or {}) for line in new])


def _write_chart(
    tx: Tx, client_id: str, new: Sequence[ListLine], changed: Sequence[ListLine]
) -> list[str]:
    stored = {account.id: account for account in charts.own_chart(tx, client_id)}
    charts.change_gl_accounts(
        tx, [replace(stored[line.entry_id], **line.changes or {}) for line in changed]
    )
    blank = GlAccount("", client_id, "", "", "")
    return charts.add_gl_accounts(tx, [replace(blank, **line.changes or {}) for line in new])


def _record(tx: Tx, actor: Actor, preview: ListPreview, ids: dict[int, str]) -> None:
    """One entry for the import, and one for every line that was written."""
    subject = _SUBJECTS[preview.kind]
    counts = {fate.value: preview.count(fate) for fate in Fate}
    whole = audit.entry(
        actor, "import", subject, preview.client_id, file=preview.file_name, **counts
    )
    each = (
        audit.entry(
            actor,
            "add" if line.fate is Fate.NEW else "edit",
            subject,
            ids[line.line],
            code=line.code,
            values=dict(line.changes or {}),
            words=line.words,
        )
        for line in preview.lines
        if line.line in ids
    )
    audit.record(tx, whole, *each)
