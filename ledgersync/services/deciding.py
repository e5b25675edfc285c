"""Deciding: what edits make of the stored decisions of one account, and writing it down."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from ledgersync import clock
from ledgersync.domain.actors import Actor
from ledgersync.domain.batches import BatchItem
from ledgersync.domain.charts import Vendor
from ledgersync.domain.clients import BankAccount
from ledgersync.domain.codes import Coding
from ledgersync.domain.decisions import (
    NOT_CODED,
    Decision,
    Edit,
    Stale,
    Standing,
    apply,
    differs,
    undecided,
)
from ledgersync.domain.splits import adds_up, require_split, split_text
from ledgersync.domain.transactions import Status, Transaction
from ledgersync.errors import InvalidInput, NotFound
from ledgersync.services import suggesting
from ledgersync.services.clicks import Click, named, record_batch
from ledgersync.services.closing import require_rows_open
from ledgersync.storage import audit, charts, clients, decisions, learning, sheets, transactions
from ledgersync.storage.engine import Tx


@dataclass(frozen=True, slots=True)
class Saved:
    """What became of some edits: how many were kept, who was faster, what stays locked.

    `kept` are the decisions as they are stored now, `batch_id` names them together ("" for none)
    and `words` say what was done. `suggested_anew` are other rows of the client whose suggestion
    changed through them.
    """

    saved: int
    stale: tuple[Stale, ...]
    locked: tuple[str, ...]
    kept: tuple[Decision, ...] = ()
    batch_id: str = ""
    suggested_anew: tuple[str, ...] = ()
    words: str = ""


@dataclass(frozen=True, slots=True)
class _Lists:
    """What rows can be coded to: the client's vendors by id, and its GL codes with their labels."""

    vendors: dict[str, Vendor]
    chart: dict[str, str]

    def require_known(self, edit: Edit) -> None:
        if edit.gl_code and edit.gl_code not in self.chart:
            raise InvalidInput(
                f"GL code {edit.gl_code!r} is not in this client's chart of accounts.",
                "Choose a code from the list, or add it first.",
            )
        if edit.vendor_id and edit.vendor_id not in self.vendors:
            raise InvalidInput(
                "This vendor is not one of the client's.",
                "Choose one from the list, or add it first.",
            )

    def default_gl(self, vendor_id: str | None) -> str:
        """The GL code that a vendor brings along; "" when it brings none of the chart."""
        code = self.vendors[vendor_id].default_gl if vendor_id else ""
        return code if code in self.chart else ""

    def labels(self) -> dict[str, str]:
        return self.chart | {vendor.id: vendor.name for vendor in self.vendors.values()}


@dataclass(frozen=True, slots=True)
class _Change:
    """A row with its decision as it was and as it will be; `first` when none was stored."""

    row: Transaction
    edit: Edit
    first: bool
    before: Decision
    after: Decision


@dataclass
class _Outcome:
    """What edits come to, by row id; a row's later edit builds on its earlier one."""

    stored: dict[str, Decision]
    changes: dict[str, _Change] = field(default_factory=dict)
    stale: list[Stale] = field(default_factory=list)
    locked: list[str] = field(default_factory=list)

    def take(self, row: Transaction, edit: Edit, lists: _Lists, who: str) -> None:
        """Let an edit through to the row's decision, or note why it may not pass.

        What is stored already is skipped, so that a page may send its edits again.
        """
        seen = self.stored.get(row.id) or undecided(row.id)
        before = self.changes[row.id].after if row.id in self.changes else seen
        suggested = _suggested(row)
        if not differs(edit, before, suggested) and not _confirms(edit, row, before):
            return
        if row.locked and not _only_confirms(edit, row, before):
            self.locked.append(row.id)
        elif edit.version != seen.version:
            self.stale.append(Stale(row.id, seen, edit))
        else:
            default_gl = lists.default_gl(edit.vendor_id)
            after = apply(edit, before, suggested, default_gl, who, clock.now())
            if not row.transfer_with:  # the other leg has gone its own way meanwhile
                after = replace(after, transfer_with="")
            _require_whole(row, edit, after, lists)
            self.changes[row.id] = _Change(row, edit, row.id not in self.stored, seen, after)


def save(tx: Tx, actor: Actor, account: BankAccount, edits: Sequence[Edit], click: Click) -> Saved:
    """Save edits of a locked account's rows; `reviewing.save_edits` tells the rules and errors."""
    lists = _lists(tx, account.client_id)
    for edit in edits:
        lists.require_known(edit)
    ids = list(dict.fromkeys(edit.transaction_id for edit in edits))
    rows = {row.id: row for row in sheets.rows_by_id(tx, account.id, ids, {})}
    outcome = _Outcome(decisions.lock_decisions(tx, list(rows)))
    for edit in edits:
        row = rows.get(edit.transaction_id)
        if row is None:
            raise NotFound("There is no such transaction in this account.", "Reload the page.")
        outcome.take(row, edit, lists, actor.name)
    changes = list(outcome.changes.values())
    saved = Saved(len(changes), tuple(outcome.stale), tuple(outcome.locked))
    if not changes:
        return saved
    require_rows_open(tx, outcome.changes)
    click = named(click, [(c.edit, c.row.description) for c in changes], lists.labels())
    batch_id = _keep(tx, actor, account, changes, click)
    kept = tuple(change.after for change in changes)
    return replace(saved, kept=kept, batch_id=batch_id, words=click.words)


def _lists(tx: Tx, client_id: str) -> _Lists:
    vendors = {vendor.id: vendor for vendor in charts.vendors_for(tx, client_id)}
    return _Lists(vendors, {gl.code: gl.label for gl in charts.chart_for(tx, client_id)})


def _suggested(row: Transaction) -> Coding:
    return Coding(row.vendor_id, row.gl_code, row.split) if row.suggested else NOT_CODED


def _confirms(edit: Edit, row: Transaction, before: Decision) -> bool:
    """Whether a person stands by a decision after LedgerSync changed the row under it."""
    return (
        row.status is Status.PROBLEM
        and edit.standing is Standing.REVIEWED
        and edit.version == before.version
    )


def _only_confirms(edit: Edit, row: Transaction, before: Decision) -> bool:
    """Whether a row that has left stays in the books with the codes that it left with."""
    return (
        _confirms(edit, row, before)
        and before.standing is not Standing.EXCLUDED
        and not row.suggested
        and not differs(replace(edit, standing=None), before)
    )


def _require_whole(row: Transaction, edit: Edit, after: Decision, lists: _Lists) -> None:
    """No split is stored, and none is stood by, that does not come to the row's amount."""
    if edit.split:
        require_split(edit.split, row.amount, set(lists.chart))
    if after.standing is Standing.REVIEWED and not adds_up(after.split, row.amount):
        raise InvalidInput(
            f"The split of {row.date:%m/%d/%Y}, {row.description[:60]!r}, does not add up to its "
            "amount, which changed at the bank.",
            f"{'Unlock the row first, then tick' if row.locked else 'Tick'} it alone, press Split "
            "and correct it.",
        )


def _keep(
    tx: Tx, actor: Actor, account: BankAccount, changes: Sequence[_Change], click: Click
) -> str:
    """Write decisions, their batch and the audit trail; returns the batch's id."""
    texts = {c.row.id: suggesting.descriptor_of(c.row.description) for c in changes}
    known = [c.row.id for c in changes if not c.first]
    decisions.save_decisions(tx, [c.after for c in changes], known, texts)
    notes = transactions.clear_source_notes(tx, texts)
    clients.touch_account(tx, account.id)
    learning.note_coding(tx, account.client_id)
    audit.record(tx, *(_logged(actor, c.before, c.after) for c in changes))
    items = [BatchItem(c.after.version, c.before, notes.get(c.row.id, "")) for c in changes]
    return record_batch(tx, actor, [account], items, click)


def _logged(actor: Actor, before: Decision, after: Decision) -> dict[str, object]:
    changes = {
        name: [getattr(before, name), getattr(after, name)]
        for name in ("vendor_id", "gl_code", "standing")
        if getattr(before, name) != getattr(after, name)
    }
    if before.split != after.split:
        changes["split"] = [split_text(before.split), split_text(after.split)]
    return audit.entry(actor, "edit", "transaction", after.transaction_id, **changes)
