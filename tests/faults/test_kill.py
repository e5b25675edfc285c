"""kill -9 in the middle of the work: nothing acknowledged is lost, nothing is left half-done."""

import random
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from ledgersync import clock
from ledgersync.services import workspace
from tests.faults.killing import JOBS, Books, make_older, require_whole, strike
from tests.faults.office import books_in

# Of each job; `python -m tests.benchmarks.bench_kill` does hundreds.
STRIKES = 3
LONGEST = {"save": 0.5, "export": 0.7, "rotate": 0.5, "migrate": 0.6, "sync": 0.3}


@pytest.fixture(scope="module")
def books(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Books]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(clock, "today", lambda: date(2026, 11, 2))
        patch.setattr(workspace, "open_keychain", lambda: None)
        with books_in(tmp_path_factory.mktemp("books") / "firm") as made:
            yield made


@pytest.mark.xdist_group("kill")
@pytest.mark.parametrize("job", JOBS)
def test_a_killed_process_leaves_the_books_whole(job: str, books: Books, tmp_path: Path) -> None:
    chance = random.Random(job)  # noqa: S311  when to strike, not a secret
    for number in range(STRIKES):
        copy = books.copied_to(tmp_path / str(number))
        if job == "migrate":
            make_older(copy)
        told = strike(job, copy, chance.uniform(0, LONGEST[job]))
        require_whole(job, copy, told)
