"""kill -9 at random moments of saving, exporting, rotating, migrating and syncing.

    python -m tests.benchmarks.bench_kill --points 200
    python -m tests.benchmarks.bench_kill --points 100 --database postgresql
    python -m tests.benchmarks.bench_kill --points 100 --database postgresql --victim server

Kills the app's process, or every process of the PostgreSQL server. Prints how often each job was
struck, how many numbers had been acknowledged by then, and fails at the first book that is not
whole.
"""

import argparse
import random
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.conftest import postgres_running
from tests.faults.copies import Copies
from tests.faults.killing import JOBS, live_in_november
from tests.faults.office import books_in

LONGEST = {"save": 2.0, "export": 2.0, "rotate": 2.0, "migrate": 1.0, "sync": 0.5}


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--points", type=int, default=200, help="how many kills in all")
    options.add_argument("--seed", type=int, default=1)
    options.add_argument("--database", choices=["sqlite", "postgresql"], default="sqlite")
    options.add_argument("--victim", choices=["app", "server"], default="app")
    given = options.parse_args()
    if given.victim == "server" and given.database == "sqlite":
        options.error("SQLite has no server: --victim server goes with --database postgresql")
    chance = random.Random(given.seed)  # noqa: S311  when to strike, not a secret
    live_in_november()
    acknowledged = dict.fromkeys(JOBS, 0)
    struck = dict.fromkeys(JOBS, 0)
    with tempfile.TemporaryDirectory() as folder, _copies(Path(folder), given.database) as copies:
        for point in range(given.points):
            job = list(JOBS)[point % len(JOBS)]
            seconds = chance.uniform(0, LONGEST[job])
            at_server = given.victim == "server"
            told = copies.strike(job, Path(folder, "copy"), seconds, at_server=at_server)
            struck[job] += 1
            acknowledged[job] += told
    for job in JOBS:
        print(f"{job}: {struck[job]} kills, {acknowledged[job]} acknowledged, none lost")


@contextmanager
def _copies(folder: Path, database: str) -> Iterator[Copies]:
    if database == "sqlite":
        with books_in(folder / "firm") as books:
            yield Copies(books)
        return
    with (
        postgres_running() as server,
        books_in(folder / "firm", server.url(server.create())) as books,
    ):
        yield Copies(books, server)


if __name__ == "__main__":
    main()
