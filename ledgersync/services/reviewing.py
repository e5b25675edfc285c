"""Reviewing: clients and accounts to choose from, an account's rows, and what people decide."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from ledgersync.domain.actors import Actor
from ledgersync.domain.batches import BatchKind
from ledgersync.domain.charts import GlAccount, Vendor
from ledgersync.domain.clients import BankAccount, Client
from ledgersync.domain.decisions import Decision, Edit, Standing
from ledgersync.domain.periods import Period
from ledgersync.domain.transactions import Transaction
from ledgersync.services import access, deciding, suggesting
from ledgersync.services.access import Permission
from ledgersync.services.clicks import EDIT, Click
from ledgersync.services.closing import require_rows_open
from ledgersync.services.deciding import Saved
from ledgersync.services.unlocking import record_unlocking
from ledgersync.services.workspace import Workspace
from ledgersync.storage import charts, clients, decisions, sheets
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
        return deciding.save(tx, actor, account, edits, click)


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
        exported = [row.id for row in rows if row.locked]
        require_rows_open(tx, exported)
        if exported:
            _unlock(tx, actor, account, exported, reason.strip()[:_LONGEST_REASON])
        return len(exported)


def _unlock(
    tx: Tx, actor: Actor, account: BankAccount, exported: Sequence[str], reason: str
) -> None:
    decisions.set_unlocked(tx, exported, unlocked=True)
    rows = "1 row" if len(exported) == 1 else f"{len(exported):,} rows"
    click = Click(BatchKind.UNLOCK, f"Unlocked {rows}")
    record_unlocking(tx, actor, account, exported, click, reason)
