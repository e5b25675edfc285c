"""Trends: how months were matched, how far a month is reviewed, what a client spends by GL code."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from ledgersync.domain.actors import Actor
from ledgersync.domain.periods import Period, year_before
from ledgersync.services import access
from ledgersync.services.access import Permission
from ledgersync.services.workspace import Workspace
from ledgersync.storage import charts, clients, trends
from ledgersync.storage.trends import MethodCount

__all__ = ["MethodCount"]


@dataclass(frozen=True, slots=True)
class Progress:
    """A month's rows, and how many of them were reviewed by the end of each day."""

    rows: int
    reviewed: Mapping[date, int]


@dataclass(frozen=True, slots=True)
class Spending:
    """One GL code in cents, money out negative: in a period, and in the same days a year before."""

    gl_code: str
    label: str
    now: int
    before: int


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
    """The rows of a period and the running total of those reviewed, by day."""
    with access.reading(workspace, actor, Permission.SEE_CLIENTS) as tx:
        rows, by_day = trends.reviews_by_day(tx, period)
    running: dict[date, int] = {}
    so_far = 0
    for day in sorted(by_day):
        so_far += by_day[day]
        running[day] = so_far
    return Progress(rows, running)


def spending(actor: Actor, workspace: Workspace, client_id: str, period: Period) -> list[Spending]:
    """What a client's money went to and came from, the largest first, beside the year before.

    Raises:
        NotFound: when there is no such client in the actor's scope.
    """
    with access.reading(workspace, actor, Permission.SEE_CLIENTS) as tx:
        client = access.client_in_scope(tx, client_id)
        labels = {gl.code: gl.label for gl in charts.chart_for(tx, client.id)}
        now = trends.coded_sums(tx, client.id, period)
        before = trends.coded_sums(tx, client.id, _a_year_before(period))
    found = [
        Spending(code, labels.get(code, code), now.get(code, 0), before.get(code, 0))
        for code in {*now, *before}
    ]
    return sorted(found, key=lambda one: (-max(abs(one.now), abs(one.before)), one.gl_code))


def _a_year_before(period: Period) -> Period:
    """The same days a year before; a whole month stays a whole month, also with a leap day."""
    day_after = period.end + timedelta(days=1)
    end = year_before(day_after) - timedelta(days=1)
    return Period(year_before(period.start), end)
