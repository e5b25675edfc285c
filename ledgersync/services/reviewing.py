"""Reviewing: clients and accounts to choose from, an account's rows, and what people decide."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from ledgersync import clock
from ledgersync.domain.actors import Actor
from ledgersync.domain.batches import BatchItem, BatchKind
from ledgersync.domain.charts import GlAccount, Vendor
from ledgersync.domain.clients import BankAccount, Client
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
from ledgersync.domain.periods import Period
from ledgersync.domain.splits import adds_up, require_split, split_text
from ledgersync.domain.transactions import Status, Transaction
from ledgersync.errors import InvalidInput, NotFound
from ledgersync.services import access, suggesting
from ledgersync.services.access import Permission
from ledgersync.services.clicks import EDIT, Click, named, record_batch
from ledgersync.services.closing import require_rows_open
from ledgersync.services.workspace import Workspace
from ledgersync.storage import (
    audit,
    charts,
    clients,
    decisions,
    learning,
    sheets,
    transactions,
)
from ledgersync.storage.engine import Tx

_LONGEST_REASON = 500


@dataclass(frozen=True, slots=True)
class Sheet:
    """One account's rows for a period, with what they can be coded to."""

    client: Client
    account: BankAccount
    period: Period
    rows: tuple[Transaction, ...]
    vendors: tuple[Vendor, ...]
    chart: tuple[GlAccount, ...]


@dataclass(frozen=True, slots=True)
class CodeLists:
    """What a client's transactions can be coded to."""

    vendors: tuple[Vendor, ...]
    chart: tuple[GlAccount, ...]


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


def list_clients(actor: Actor, workspace: Workspace) -> list[Client]:
    """The clients that the actor may see, by name."""
    with access.reading(workspace, actor, Permission.SEE_CLIENTS) as tx:
        return clients.list_clients(tx)


def list_accounts(actor: Actor, workspace: Workspace, client_id: str) -> list[BankAccount]:
    """A client's bank accounts."""
    with access.reading(workspace, actor, Permission.SEE_CLIENTS) as tx:
        access.client_in_scope(tx, client_id)
        return clients.list_accounts(tx, client_id)


def list_all_accounts(actor: Actor, workspace: Workspace) -> list[BankAccount]:
    """The bank accounts of all clients that the actor may see."""
    with access.reading(workspace, actor, Permission.SEE_CLIENTS) as tx:
        return clients.list_accounts(tx)


def review_sheet(actor: Actor, workspace: Workspace, account_id: str, period: Period) -> Sheet:
    """Everything that Review shows of one account and period.

    Raises:
        NotFound: when there is no such account in the actor's scope.
    """
    with access.reading(workspace, actor, Permission.REVIEW) as tx:
        account = access.account_in_scope(tx, account_id)
        client = access.client_in_scope(tx, account.client_id)
        chart = charts.chart_for(tx, client.id)
        names = {gl.code: gl.name for gl in chart}
        return Sheet(
            client=client,
            account=account,
            period=period,
            rows=tuple(sheets.review_rows(tx, account.id, period, names)),
            vendors=tuple(charts.vendors_for(tx, client.id)),
            chart=tuple(chart),
        )


def rows_now(
    actor: Actor, workspace: Workspace, account_id: str, ids: Sequence[str]
) -> tuple[int, tuple[Transaction, ...]]:
    """The account's data version, and these rows as they are at that version or a newer one.

    Raises:
        NotFound: when there is no such account in the actor's scope.
    """
    with access.reading(workspace, actor, Permission.REVIEW) as tx:
        account = access.account_in_scope(tx, account_id)
        names = {gl.code: gl.name for gl in charts.chart_for(tx, account.client_id)}
        return account.data_version, tuple(sheets.rows_by_id(tx, account.id, ids, names))


def coding(actor: Actor, workspace: Workspace, client_id: str) -> CodeLists:
    """The vendors and GL accounts that a client's transactions can be coded to.

    Raises:
        NotFound: when there is no such client in the actor's scope.
    """
    with access.reading(workspace, actor, Permission.REVIEW) as tx:
        client = access.client_in_scope(tx, client_id)
        return CodeLists(
            tuple(charts.vendors_for(tx, client.id)), tuple(charts.chart_for(tx, client.id))
        )


def save_edits(
    actor: Actor,
    workspace: Workspace,
    account_id: str,
    edits: Sequence[Edit],
    click: Click = EDIT,
) -> Saved:
    """Save what a person changed, row by row; nobody's newer decision is overwritten.

    Edits that ask for what is stored already are skipped, so a page may send them again. What was
    saved is one batch, to be undone at once. Rows that read like the decided ones get their
    suggestions anew.

    Raises:
        InvalidInput: for a vendor or GL code that the client does not have, a split that does not
            add up, or a row in a closed period; nothing is saved.
        NotFound: when the account or a row is not in the actor's scope.
    """
    saved = decide(actor, workspace, account_id, edits, click)
    learned = learn_from(actor, workspace, account_id, saved.kept)
    return replace(saved, suggested_anew=tuple(learned))


def decide(
    actor: Actor,
    workspace: Workspace,
    account_id: str,
    edits: Sequence[Edit],
    click: Click = EDIT,
) -> Saved:
    """Like `save_edits`, but for the suggestions: `learn_from` is to follow."""
    with access.writing(workspace, actor, Permission.REVIEW) as tx:
        account = access.account_in_scope(tx, account_id, lock=True)
        vendors = {vendor.id: vendor for vendor in charts.vendors_for(tx, account.client_id)}
        chart = charts.chart_for(tx, account.client_id)
        codes = {gl.code for gl in chart}
        for edit in edits:
            _require_known(edit, vendors, codes)
        defaults = {v.id: v.default_gl if v.default_gl in codes else "" for v in vendors.values()}
        labels = {gl.code: gl.label for gl in chart} | {v.id: v.name for v in vendors.values()}
        return _save(tx, actor, account, edits, _Lists(codes, defaults, labels), click)


def learn_from(
    actor: Actor, workspace: Workspace, account_id: str, decided: Sequence[Decision]
) -> list[str]:
    """Give the rows that read like decided ones their suggestions anew; returns what changed.

    Raises:
        NotFound: when there is no such account in the actor's scope.
    """
    with access.reading(workspace, actor, Permission.REVIEW) as tx:
        account = access.account_in_scope(tx, account_id)
    return suggesting.note_decisions(workspace, account.client_id, decided)


def set_standing(
    actor: Actor,
    workspace: Workspace,
    account_id: str,
    rows: Sequence[tuple[str, int]],
    standing: Standing,
) -> Saved:
    """Mark rows reviewed, excluded or to review; `rows` are ids with the versions people saw."""
    edits = [Edit(row_id, version, standing=standing) for row_id, version in rows]
    return save_edits(actor, workspace, account_id, edits)


def unlock(
    actor: Actor, workspace: Workspace, account_id: str, ids: Sequence[str], reason: str = ""
) -> int:
    """Let exported rows be edited again; that they were exported stays on record.

    The unlocking is a batch, to be seen and undone like other changes; `reason` is for the audit
    trail.

    Returns:
        How many rows were locked.

    Raises:
        InvalidInput: when one of them is in a closed period.
    """
    with access.writing(workspace, actor, Permission.REVIEW) as tx:
        account = access.account_in_scope(tx, account_id, lock=True)
        rows = sheets.rows_by_id(tx, account.id, ids, {})
        exported = [row.id for row in rows if row.status is Status.EXPORTED]
        require_rows_open(tx, exported)
        if exported:
            _unlock(tx, actor, account, exported, reason.strip()[:_LONGEST_REASON])
        return len(exported)


def _unlock(
    tx: Tx, actor: Actor, account: BankAccount, exported: Sequence[str], reason: str
) -> None:
    decisions.set_unlocked(tx, exported, unlocked=True)
    clients.touch_account(tx, account.id)
    said = {"reason": reason} if reason else {}
    audit.record(
        tx, *(audit.entry(actor, "unlock", "transaction", id_, **said) for id_ in exported)
    )
    stored = decisions.stored_decisions(tx, exported)
    items = [BatchItem(decision.version, decision) for decision in stored.values()]
    rows = "1 row" if len(items) == 1 else f"{len(items):,} rows"
    record_batch(tx, actor, [account], items, Click(BatchKind.UNLOCK, f"Unlocked {rows}"))


def _require_known(edit: Edit, vendors: dict[str, Vendor], codes: set[str]) -> None:
    if edit.gl_code and edit.gl_code not in codes:
        raise InvalidInput(
            f"GL code {edit.gl_code!r} is not in this client's chart of accounts.",
            "Choose a code from the list, or add it first.",
        )
    if edit.vendor_id and edit.vendor_id not in vendors:
        raise InvalidInput(
            "This vendor is not one of the client's.", "Choose one from the list, or add it first."
        )


@dataclass(frozen=True, slots=True)
class _Lists:
    """What rows can be coded to: GL codes, those that vendors bring, and what all are called.

    `default_gls` is by vendor id, `labels` by GL code and by vendor id.
    """

    chart: set[str]
    default_gls: dict[str, str]
    labels: dict[str, str]


def _save(
    tx: Tx,
    actor: Actor,
    account: BankAccount,
    edits: Sequence[Edit],
    lists: _Lists,
    click: Click,
) -> Saved:
    ids = list(dict.fromkeys(edit.transaction_id for edit in edits))
    rows = {row.id: row for row in sheets.rows_by_id(tx, account.id, ids, {})}
    stored = decisions.lock_decisions(tx, list(rows))
    kept: dict[str, _Change] = {}
    stale: list[Stale] = []
    locked: list[str] = []
    done: dict[str, tuple[Edit, str]] = {}
    for edit in edits:
        row = rows.get(edit.transaction_id)
        if row is None:
            raise NotFound("There is no such transaction in this account.", "Reload the page.")
        seen = stored.get(row.id) or undecided(row.id)
        before = kept[row.id].after if row.id in kept else seen
        suggested = _suggested(row)
        if not differs(edit, before, suggested) and not _confirms(edit, row, before):
            continue
        if row.status is Status.EXPORTED:
            locked.append(row.id)
        elif edit.version != seen.version:
            stale.append(Stale(row.id, seen, edit))
        else:
            default_gl = lists.default_gls[edit.vendor_id] if edit.vendor_id else ""
            after = apply(edit, before, suggested, default_gl, actor.name, clock.now())
            if not row.transfer_with:  # the other leg has gone its own way meanwhile
                after = replace(after, transfer_with="")
            _require_whole(row, edit, after, lists.chart)
            kept[row.id] = _Change(row, row.id not in stored, seen, after)
            done[row.id] = (edit, row.description)
    refused = Saved(0, tuple(stale), tuple(locked))
    if not kept:
        return refused
    require_rows_open(tx, kept)
    click = named(click, list(done.values()), lists.labels)
    batch_id = _keep(tx, actor, account, list(kept.values()), click)
    decided = tuple(change.after for change in kept.values())
    return replace(refused, saved=len(kept), kept=decided, batch_id=batch_id, words=click.words)


def _suggested(row: Transaction) -> Coding:
    return Coding(row.vendor_id, row.gl_code, row.split) if row.suggested else NOT_CODED


def _require_whole(row: Transaction, edit: Edit, after: Decision, chart: set[str]) -> None:
    """No split is stored, and none is stood by, that does not come to the row's amount."""
    if edit.split:
        require_split(edit.split, row.amount, chart)
    if after.standing is Standing.REVIEWED and not adds_up(after.split, row.amount):
        raise InvalidInput(
            f"The split of {row.date:%m/%d/%Y}, {row.description[:60]!r}, does not add up to its "
            "amount, which changed at the bank.",
            "Tick the row alone, press Split and correct it first.",
        )


@dataclass(frozen=True, slots=True)
class _Change:
    """A row with its decision as it was and as it will be; `first` when none was stored."""

    row: Transaction
    first: bool
    before: Decision
    after: Decision


def _keep(
    tx: Tx, actor: Actor, account: BankAccount, changes: Sequence[_Change], click: Click
) -> str:
    """Write decisions, their batch and the audit trail; returns the batch's id."""
    texts = {c.row.id: suggesting.descriptor_of(c.row.description) for c in changes}
    known = [c.row.id for c in changes if not c.first]
    decisions.save_decisions(tx, [c.after for c in changes], known, texts)
    transactions.clear_source_notes(tx, texts)
    clients.touch_account(tx, account.id)
    learning.note_coding(tx, account.client_id)
    audit.record(tx, *(_logged(actor, c.before, c.after) for c in changes))
    return record_batch(
        tx, actor, [account], [BatchItem(c.after.version, c.before) for c in changes], click
    )


def _confirms(edit: Edit, row: Transaction, before: Decision) -> bool:
    """Whether a person stands by a decision after LedgerSync changed the row under it."""
    return (
        row.status is Status.PROBLEM
        and edit.standing is Standing.REVIEWED
        and edit.version == before.version
    )


def _logged(actor: Actor, before: Decision, after: Decision) -> dict[str, object]:
    changes = {
        name: [getattr(before, name), getattr(after, name)]
        for name in ("vendor_id", "gl_code", "standing")
        if getattr(before, name) != getattr(after, name)
    }
    if before.split != after.split:
        changes["split"] = [split_text(before.split), split_text(after.split)]
    return audit.entry(actor, "edit", "transaction", after.transaction_id, **changes)
