"""A full sync against a bare script that downloads and parses the same answers, 8 at a time.

    python tests/benchmarks/bench_sync.py --clients 150 --accounts 3 --transactions 100

The server runs in a process of its own. Both sides fetch the same lists in the same run; the sync
also checks every row and stores it. Making the database and connecting, which a firm does once, are
told apart. A second sync must add nothing.
"""

import argparse
import json
import multiprocessing
import tempfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from multiprocessing.connection import Connection
from pathlib import Path
from statistics import median
from typing import TypeVar

import httpx
from pydantic import SecretStr

from ledgersync import clock
from ledgersync.config import Settings
from ledgersync.demo.firm import DemoFirm
from ledgersync.demo.records import Scale
from ledgersync.demo.server import DemoServer
from ledgersync.domain.periods import Period
from ledgersync.services import connecting, loading, reviewing, syncing
from ledgersync.services.workspace import local_actor, open_workspace

T = TypeVar("T")

AT_ONCE = 8
PAGE_SIZE = 500


@dataclass(frozen=True)
class Round:
    """Seconds that each side took, and the rows that each found new."""

    bare: float
    connecting: float
    first: float
    second: float
    bare_rows: int
    new: int
    again: int


def main() -> None:
    options = _options()
    today = clock.today()
    period = Period(today - timedelta(days=3 * 365), today)
    scale = Scale(options.clients, options.accounts, options.transactions)
    with server(scale, options.latency_ms) as url:
        rounds = [_round(url, period) for _ in range(options.rounds)]
    for each in rounds:
        print(
            f"bare script {each.bare:5.2f} s ({each.bare_rows:,} rows) | "
            f"new database and connecting {each.connecting:5.2f} s | "
            f"full sync {each.first:5.2f} s ({each.new:,} new) | "
            f"second sync {each.second:5.2f} s ({each.again:,} new) | "
            f"ratio {each.first / each.bare:.2f}"
        )
    print(f"median ratio {median(each.first / each.bare for each in rounds):.2f}")
    whole = median((each.connecting + each.first) / each.bare for each in rounds)
    print(f"median ratio with a new database and connecting {whole:.2f}")


def _round(url: str, period: Period) -> Round:
    """Both sides once, the sync on a new database."""
    bare_rows, bare = _timed(lambda: _bare(url, period))
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings(
            data_dir=Path(folder, "data"), config_dir=Path(folder, "config"), api_url=url
        )
        _, connected = _timed(lambda: connect(settings))
        new, first = _timed(lambda: sync(settings, period))
        again, second = _timed(lambda: sync(settings, period))
    return Round(bare, connected, first, second, bare_rows, new, again)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--clients", type=int, default=150)
    parser.add_argument("--accounts", type=int, default=3)
    parser.add_argument("--transactions", type=int, default=100)
    parser.add_argument("--latency-ms", type=int, default=20)
    parser.add_argument("--rounds", type=int, default=3)
    return parser.parse_args()


def _timed(work: Callable[[], T]) -> tuple[T, float]:
    began = time.perf_counter()
    result = work()
    return result, time.perf_counter() - began


@contextmanager
def server(scale: Scale, latency_ms: int) -> Iterator[str]:
    ours, theirs = multiprocessing.Pipe()
    process = multiprocessing.get_context("spawn").Process(
        target=_serve, args=(theirs, scale, latency_ms), daemon=True
    )
    process.start()
    try:
        yield ours.recv()
    finally:
        process.terminate()
        process.join()


def _serve(ready: Connection, scale: Scale, latency_ms: int) -> None:
    with DemoServer(DemoFirm(7, clock.today(), scale), latency_ms=latency_ms) as server:
        server.warm_up()  # its rows are made before anybody waits for them
        ready.send(server.url)
        server.wait()


def _bare(url: str, period: Period) -> int:
    """What a script without any care would do: log in, list, download, parse."""
    log_in = {"email": DemoServer.email, "password": DemoServer.password}
    limits = httpx.Limits(max_connections=AT_ONCE)
    with httpx.Client(limits=limits) as client, ThreadPoolExecutor(AT_ONCE) as pool:
        token = client.post(f"{url}/authenticate", json=log_in).json()["token"]
        headers = {"Authorization": f"Bearer {token}"}

        def fetch(path: str, **params: str | int) -> list[dict[str, object]]:
            params |= {"page": 1, "pageSize": PAGE_SIZE}
            answer = client.get(f"{url}{path}", params=params, headers=headers)
            return list(json.loads(answer.content, parse_float=Decimal)["items"])

        def rows(account: dict[str, object]) -> int:
            days = {"startDate": _iso(period.start), "endDate": _iso(period.end)}
            return len(fetch(f"/accounts/{account['id']}/transactions", **days))

        clients = fetch("/clients")
        lists = pool.map(lambda client: fetch(f"/clients/{client['id']}/accounts"), clients)
        accounts = [account for found in lists for account in found]
        return sum(pool.map(rows, accounts))


def _iso(day: date) -> str:
    return day.isoformat()


def connect(settings: Settings) -> None:
    """What a firm does once: make the database and store the log-in."""
    email, password = SecretStr(DemoServer.email), SecretStr(DemoServer.password)
    workspace = open_workspace(settings)
    try:
        connecting.save_integration(local_actor(workspace), workspace, email, password)
    finally:
        workspace.close()


def sync(settings: Settings, period: Period) -> int:
    """A sync of everything, as the command does it; returns how many transactions were new."""
    workspace = open_workspace(settings)
    try:
        actor = local_actor(workspace)
        syncing.sync_clients(actor, workspace)
        accounts = [account.id for account in reviewing.list_all_accounts(actor, workspace)]
        report = loading.load_transactions(actor, workspace, accounts, period)
        if report.state != "done":
            raise SystemExit(f"The sync is not complete: {report.problems}")
        return report.total("new")
    finally:
        workspace.close()


if __name__ == "__main__":
    main()
