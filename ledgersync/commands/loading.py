"""sync: clients, bank accounts and transactions from LedgerSync into the database."""

import sys
from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import Progress as Bar
from rich.progress import TaskID

from ledgersync.commands.choosing import find_account, find_client
from ledgersync.commands.opening import opened
from ledgersync.commands.options import FromOption, JsonOption, ToOption, period
from ledgersync.commands.output import complain, say, say_json
from ledgersync.domain.actors import Actor
from ledgersync.domain.clients import BankAccount, Client
from ledgersync.domain.periods import Period
from ledgersync.errors import NotFound
from ledgersync.services import loading, reviewing, suggesting, syncing
from ledgersync.services.feed_sessions import Progress, Step
from ledgersync.services.loading import LoadReport
from ledgersync.services.syncing import ClientReport
from ledgersync.services.workspace import Workspace

app = typer.Typer(rich_markup_mode=None)

_LINES = 4


@app.command()
def sync(
    client: Annotated[
        list[str] | None,
        typer.Option("--client", metavar="NAME|ID", help="Only this client; may be repeated."),
    ] = None,
    account: Annotated[
        list[str] | None,
        typer.Option("--account", metavar="ID", help="Only this account; may be repeated."),
    ] = None,
    start: FromOption = None,
    end: ToOption = None,
    *,
    as_json: JsonOption = False,
) -> None:
    """Load clients, accounts and transactions from LedgerSync.

    Without options: all of them, from the first day of last month to today. Running it again
    changes nothing that has not changed at LedgerSync. Exit 1 when something is missing; stderr
    says what, and the same command continues there.
    """
    days = period(start, end)
    with opened() as (actor, workspace), _progress() as progress:
        clients, listed = _clients(actor, workspace, client or [], progress)
        wanted = _accounts(actor, workspace, clients, account or [])
        ids = [found.id for found in wanted]
        loaded = loading.load_transactions(actor, workspace, ids, days, progress)
        reasons = _reasons(actor, workspace, loaded)
        matched = suggesting.suggest(actor, workspace, ids, progress)
    if as_json:
        say_json(_as_json(listed, loaded, len(wanted), days))
    else:
        say(f"{loaded.words()}; {_done(loaded):,} of {len(wanted):,} accounts.")
        if matched.rows:
            say(f"{matched.words()}.")
    problems = (*listed.problems, *loaded.problems)
    for line in (*problems, *loaded.notes, *reasons, *matched.sentences):
        complain(line)
    if problems or loaded.state != "done":
        complain("The sync is not complete. Run the same command again to load what is missing.")
        raise typer.Exit(1)


def _clients(
    actor: Actor, workspace: Workspace, names: Sequence[str], progress: Progress
) -> tuple[list[Client], ClientReport]:
    """The clients asked for, all when none were named, after a fresh look at LedgerSync.

    A name that is not known yet may be that of a new client: only the fresh list can tell.
    """
    try:
        known = [find_client(reviewing.list_clients(actor, workspace), name).id for name in names]
    except NotFound:
        known = []
    report = syncing.sync_clients(actor, workspace, progress, known)
    everyone = reviewing.list_clients(actor, workspace)
    if names:
        return [find_client(everyone, name) for name in names], report
    return [client for client in everyone if not client.removed], report


def _accounts(
    actor: Actor, workspace: Workspace, clients: Sequence[Client], ids: Sequence[str]
) -> list[BankAccount]:
    by_client: defaultdict[str, list[BankAccount]] = defaultdict(list)
    for account in reviewing.list_all_accounts(actor, workspace):
        by_client[account.client_id].append(account)
    found = [account for client in clients for account in by_client[client.id]]
    chosen = [find_account(found, text) for text in ids] or [
        a for a in found if not (a.removed or a.by_hand)
    ]
    return list({account.id: account for account in chosen}.values())


def _reasons(actor: Actor, workspace: Workspace, loaded: LoadReport) -> list[str]:
    """Why rows were set aside, each reason once with its count."""
    rows = loading.set_aside(actor, workspace, loaded.run_id) if loaded.total("set_aside") else []
    counts: dict[str, int] = {}
    for row in rows:
        counts[row.reason] = counts.get(row.reason, 0) + 1
    return [f"Set aside, {count:,} x: {reason}" for reason, count in counts.items()]


def _done(loaded: LoadReport) -> int:
    return sum(load.state == "done" for load in loaded.loads)


def _as_json(
    listed: ClientReport, loaded: LoadReport, wanted: int, days: Period
) -> dict[str, object]:
    complete = loaded.state == "done" and not listed.problems
    counts = ("new", "updated", "removed", "unchanged", "set_aside")
    return {
        "state": "done" if complete else "failed" if loaded.state == "failed" else "incomplete",
        "from": days.start.isoformat(),
        "to": days.end.isoformat(),
        "clients": listed.clients,
        "new_clients": listed.new_clients,
        "new_accounts": listed.new_accounts,
        **{name: loaded.total(name) for name in counts},
        "accounts": wanted,
        "accounts_done": _done(loaded),
        "problems": [*listed.problems, *loaded.problems],
    }


@contextmanager
def _progress() -> Iterator[Progress]:
    """A bar at a terminal; elsewhere a line now and then, so that a log shows that it moves."""
    if not sys.stderr.isatty():
        yield _Lines()
        return
    with Bar(console=Console(stderr=True), transient=True) as bar:
        yield _Bars(bar)


class _Lines:
    """A few lines for each part of the work."""

    def __init__(self) -> None:
        self._told: tuple[str, int] = ("", -1)

    def __call__(self, step: Step) -> None:
        tenth = step.done * _LINES // step.total if step.total else 0
        if (step.label, tenth) != self._told:
            self._told = (step.label, tenth)
            of = f": {step.done:,} of {step.total:,}" if step.total else ""
            complain(f"{step.label}{of}")


class _Bars:
    def __init__(self, bar: Bar) -> None:
        self._bar = bar
        self._tasks: dict[str, TaskID] = {}

    def __call__(self, step: Step) -> None:
        if step.label not in self._tasks:
            self._tasks[step.label] = self._bar.add_task(step.label)
        self._bar.update(self._tasks[step.label], completed=step.done, total=step.total or None)
