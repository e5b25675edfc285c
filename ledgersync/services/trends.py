"""Trends: how months were matched, how far a month is reviewed, what a client spends by GL code."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta, tzinfo
from itertools import accumulate

from ledgersync.domain.actors import Actor
from ledgersync.domain.clients import BankAccount
from ledgersync.domain.periods import Period, year_before
from ledgersync.services import access
from ledgersync.services.access import Permission
from ledgersync.services.workspace import Workspace
from ledgersync.storage import charts, clients, trends
from ledgersync.storage.trends import MethodCount

__all__ = ["MethodCount"]


@dataclass(frozen=True, slots=True)
class Progress:
    """A month's rows, and how many of them were done in each hour, by its beginning in UTC.

    Done are those that are reviewed or exported and have no problem.
    """

    rows: int
    by_hour: Mapping[datetime, int]

    def by_day(self, zone: tzinfo | None) -> dict[date, int]:
        """The running total by the days of a time zone; None is the one where the app runs."""
        days: Counter[date] = Counter()
        for hour, number in self.by_hour.items():
            days[hour.astimezone(zone).date()] += number
        ordered = sorted(days)
        return dict(zip(ordered, accumulate(days[day] for day in ordered), strict=True))


@dataclass(frozen=True, slots=True)
class Spending:
    """One GL code in cents, money out negative: in a period, and in the same days a year before."""

    gl_code: str
    label: str
    now: int
    before: int


@dataclass(frozen=True, slots=True)
class ClientSpending:
    """What a client spent by GL code in its main currency; `left_out` are its other currencies."""

    currency: str
    codes: tuple[Spending, ...]
    left_out: tuple[str, ...] = ()


def firm_version(actor: Actor, workspace: Workspace) -> str:
    """Another text after every change of a row, and for who sees other clients: for caches."""
    with access.reading(workspace, actor, Permission.SEE_CLIENTS) as tx:
        versions = sum(account.data_version for account in clients.list_accounts(tx))
        return f"{versions}.{access.scope_stamp(tx)}"


def method_months(actor: Actor, workspace: Workspace, period: Period) -> list[MethodCount]:
    """How the rows of each month came to their codes."""
    with access.reading(workspace, actor, Permission.SEE_CLIENTS) as tx:
        return trends.method_counts(tx, period)


def review_progress(actor: Actor, workspace: Workspace, period: Period) -> Progress:
    """The rows of a period, and when those that are reviewed or exported were decided."""
    with access.reading(workspace, actor, Permission.SEE_CLIENTS) as tx:
        return Progress(*trends.reviews_by_hour(tx, period))


def spending(actor: Actor, workspace: Workspace, client_id: str, period: Period) -> ClientSpending:
    """What a client's money went to and came from, the largest first, beside the year before.

    Amounts of several currencies can't be added: those of the currency that most bank accounts
    have are told, and which others are left out.

    Raises:
        NotFound: when there is no such client in the actor's scope.
    """
    with access.reading(workspace, actor, Permission.SEE_CLIENTS) as tx:
        client = access.client_in_scope(tx, client_id)
        labels = {gl.code: gl.label for gl in charts.chart_for(tx, client.id)}
        main, *others = _currencies(clients.list_accounts(tx, client.id))
        now = trends.coded_sums(tx, client.id, period, main)
        before = trends.coded_sums(tx, client.id, _a_year_before(period), main)
    found = [
        Spending(code, labels.get(code, code), now.get(code, 0), before.get(code, 0))
        for code in {*now, *before}
    ]
    found.sort(key=lambda one: (-max(abs(one.now), abs(one.before)), one.gl_code))
    return ClientSpending(main, tuple(found), tuple(others))


def _currencies(accounts: Sequence[BankAccount]) -> list[str]:
    """Those of bank accounts, the commonest first, of equally common ones the dollar."""
    found = Counter(account.currency for account in accounts) or {"USD": 0}
    return sorted(found, key=lambda name: (-found[name], name != "USD", name))


def _a_year_before(period: Period) -> Period:
    """The same days a year before; a whole month stays a whole month, also with a leap day."""
    day_after = period.end + timedelta(days=1)
    end = year_before(day_after) - timedelta(days=1)
    return Period(year_before(period.start), end)
