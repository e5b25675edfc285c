"""kill -9 in the middle of the work: nothing acknowledged is lost, nothing is left half-done."""

import random
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from ledgersync import clock
from ledgersync.services import workspace
from tests.conftest import PostgresServer
from tests.faults.copies import Copies
from tests.faults.killing import JOBS
from tests.faults.office import books_in

# Of each job; `python -m tests.benchmarks.bench_kill` does hundreds.
STRIKES = {"sqlite": 3, "postgresql": 1}
LONGEST = {"save": 0.5, "export": 0.7, "rotate": 0.5, "migrate": 0.6, "sync": 0.3}


@pytest.fixture(scope="module")
def _in_november() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(clock, "today", lambda: date(2026, 11, 2))
        patch.setattr(workspace, "open_keychain", lambda: None)
        yield


@pytest.fixture(scope="module")
def in_sqlite(_in_november: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Copies]:
    with books_in(tmp_path_factory.mktemp("books") / "firm") as made:
        yield Copies(made)


@pytest.fixture(scope="module")
def in_postgresql(
    _in_november: None, tmp_path_factory: pytest.TempPathFactory, postgres: PostgresServer
) -> Iterator[Copies]:
    url = postgres.url(postgres.create())
    with books_in(tmp_path_factory.mktemp("books") / "firm", url) as made:
        yield Copies(made, postgres)


@pytest.fixture
def copies(backend: str, request: pytest.FixtureRequest) -> Copies:
    made: Copies = request.getfixturevalue(f"in_{backend}")
    return made


@pytest.mark.xdist_group("kill")
@pytest.mark.parametrize("job", JOBS)
def test_a_killed_process_leaves_the_books_whole(
    job: str, copies: Copies, backend: str, tmp_path: Path
) -> None:
    chance = random.Random(f"{job} {backend}")  # noqa: S311  when to strike, not a secret
    for number in range(STRIKES[backend]):
        copies.strike(job, tmp_path / str(number), chance.uniform(0, LONGEST[job]))


@pytest.mark.xdist_group("kill")
@pytest.mark.parametrize("job", ["save", "migrate"])
def test_a_killed_postgresql_leaves_the_books_whole(
    job: str, in_postgresql: Copies, tmp_path: Path
) -> None:
    chance = random.Random(job)  # noqa: S311  when to strike, not a secret
    seconds = chance.uniform(0, LONGEST[job])
    in_postgresql.strike(job, tmp_path / "struck", seconds, at_server=True)
