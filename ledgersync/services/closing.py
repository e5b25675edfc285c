"""Closing: a period that ties and is worked through is shut, and reopened with a reason."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from ledgersync import clock
from ledgersync.domain.actors import Actor
from ledgersync.domain.clients import BankAccount
from ledgersync.domain.closings import Closing
from ledgersync.domain.periods import Period, covers
from ledgersync.domain.statements import DAY, Statement, owes
from ledgersync.domain.ties import RECENT, DaySum, Movements, Tie, first_day, tie_out
from ledgersync.errors import InvalidInput, NotFound
from ledgersync.services import access
from ledgersync.services.access import Permission
from ledgersync.services.ties import AccountTie, read_tie
from ledgersync.services.typed_texts import NAME_LENGTH, one_line, required
from ledgersync.services.workspace import Workspace
from ledgersync.storage import audit, balances, clients, closings, loads, statements
from ledgersync.storage.columns import new_id
from ledgersync.storage.engine import Tx


@dataclass(frozen=True, slots=True)
class TieState:
    """How one account's period stands to the bank; `difference` in cents where it is known."""

    tie: Tie
    difference: int | None
    closed: bool


def close_period(actor: Actor, workspace: Workspace, account_id: str, period: Period) -> Closing:
    """Shut a period that ties and whose rows are all reviewed, excluded or exported.

    Raises:
        InvalidInput: naming everything that is missing, each with its count.
        NotFound: when there is no such account in the actor's scope.
    """
    with access.writing(workspace, actor, Permission.CLOSE_PERIOD) as tx:
        account = access.account_in_scope(tx, account_id, lock=True)
        found = read_tie(tx, account, period)
        _require_closable(tx, found)
        closing = Closing(
            id=new_id(),
            account_id=account.id,
            period=period,
            closing=found.tie.closing or 0,
            rows=found.counts.rows,
            closed_at=clock.now(),
            closed_by=actor.name,
        )
        closings.add_closing(tx, closing)
        clients.touch_account(tx, account.id)
        detail = {"start": period.start, "end": period.end, "closing": closing.closing}
        audit.record(tx, audit.entry(actor, "close", "period", account.id, **detail))
        return closing


def reopen_period(actor: Actor, workspace: Workspace, closing_id: str, reason: str) -> None:
    """Open a closed period again; who closed it stays on record, and so does the reason.

    Raises:
        InvalidInput: without a reason, or when it is open already.
        NotFound: when there is no such closing in the actor's scope.
    """
    with access.writing(workspace, actor, Permission.CLOSE_PERIOD) as tx:
        why = one_line(reason, "reason", NAME_LENGTH)
        why = required(why, "a reason why the period is opened again")
        closing = closings.find_closing(tx, closing_id)
        if closing is None:
            raise NotFound("There is no such closed period.", "Reload the page.")
        account = access.account_in_scope(tx, closing.account_id, lock=True)
        closing = closings.find_closing(tx, closing_id) or closing
        if not closing.closed:
            raise InvalidInput(f"{closing.reopened_by} has reopened it already.", "Go on.")
        closings.reopen(tx, closing.id, clock.now(), actor.name, why)
        clients.touch_account(tx, account.id)
        detail = {"start": closing.period.start, "end": closing.period.end, "reason": why}
        audit.record(tx, audit.entry(actor, "reopen", "period", account.id, **detail))


def tie_states(actor: Actor, workspace: Workspace, period: Period) -> dict[str, TieState]:
    """How every bank account's period stands to the bank, by account id."""
    with access.reading(workspace, actor, Permission.SEE_CLIENTS) as tx:
        accounts = [account for account in clients.list_accounts(tx) if not account.removed]
        every = [account.id for account in accounts]
        reach = Period(first_day(period), period.end)
        papers = statements.list_statements(tx, every, reach.start - DAY, period.end)
        loaded = loads.complete_loads(tx, reach)
        closed = closings.list_closings(tx, every, period)
        moved = _movements(tx, accounts, period, papers)
    found = {}
    for account in accounts:
        days, span = moved[account.id]
        movements = Movements(days, loaded.get(account.id, ()), span)
        tie = tie_out(account, period, papers.get(account.id, ()), movements)
        shut = covers([closing.period for closing in closed.get(account.id, ())], period)
        found[account.id] = TieState(tie.tie, tie.difference if tie.tie.known else None, shut)
    return found


def require_open(tx: Tx, account_id: str, days: Iterable[date]) -> None:
    """Refuse changes to an account on days that are in a closed period.

    The caller holds the lock of the bank account, as whoever closes a period does.

    Raises:
        InvalidInput: naming the period, and who closed it.
    """
    wanted = sorted(set(days))
    if not wanted:
        return
    span = Period(wanted[0], wanted[-1])
    for closing in closings.list_closings(tx, [account_id], span).get(account_id, ()):
        if any(day in closing.period for day in wanted):
            raise _shut(closing)


def require_rows_open(tx: Tx, transaction_ids: Iterable[str]) -> None:
    """`require_open` for decisions on these transactions, of whatever accounts."""
    closing = closings.closing_over(tx, transaction_ids)
    if closing:
        raise _shut(closing)


def _shut(closing: Closing) -> InvalidInput:
    return InvalidInput(
        f"{closing.period.words()} is closed since {closing.closed_at:%m/%d/%Y} by "
        f"{closing.closed_by}, so nothing was changed.",
        "Reopen the period under Statements first.",
    )


def _require_closable(tx: Tx, found: AccountTie) -> None:
    period = found.tie.period
    for closing in closings.list_closings(tx, [found.account.id], period).get(found.account.id, ()):
        raise InvalidInput(
            f"{closing.period.words()} is closed already by {closing.closed_by}.",
            "Choose days that are open, or reopen that period.",
        )
    if found.blockers:
        missing = " ".join(found.blockers)
        raise InvalidInput(
            f"{period.words()} can't be closed yet: {missing}", "Settle that, then close it."
        )


def _movements(
    tx: Tx, accounts: Sequence[BankAccount], period: Period, papers: dict[str, list[Statement]]
) -> dict[str, tuple[dict[date, DaySum], Period]]:
    """What moved by day, by account: no further back than its tie has to look."""
    wanted: dict[date, list[str]] = {}
    for account in accounts:
        since = _looks_back(account, period, papers.get(account.id, ()))
        wanted.setdefault(since, []).append(account.id)
    found: dict[str, tuple[dict[date, DaySum], Period]] = {}
    for since, ids in wanted.items():
        span = Period(since, period.end)
        sums = balances.day_sums(tx, ids, span)
        found |= {id_: (sums.get(id_, {}), span) for id_ in ids}
    return found


def _looks_back(account: BankAccount, period: Period, papers: Sequence[Statement]) -> date:
    """The period alone where a statement ends the day before; a debt's sign needs the one before.

    Without a statement of the period's last day nothing is proved, however far one looks.
    """
    if not _ends(papers, period.end) or (
        not owes(account.type) and _ends(papers, period.start - DAY)
    ):
        return period.start
    return period.start - RECENT if _ends(papers, period.start - DAY) else first_day(period)


def _ends(papers: Sequence[Statement], day: date) -> bool:
    return any(paper.end == day and paper.closing is not None for paper in papers)
