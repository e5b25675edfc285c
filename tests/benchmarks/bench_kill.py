"""kill -9 at random moments of saving, exporting, rotating, migrating and syncing.

    python -m tests.benchmarks.bench_kill --points 200

Prints how often each job was struck, how many numbers had been acknowledged by then, and fails at
the first book that is not whole.
"""

import argparse
import random
import shutil
import tempfile
from pathlib import Path

from tests.faults.killing import JOBS, live_in_november, make_older, require_whole, strike
from tests.faults.office import books_in

LONGEST = {"save": 2.0, "export": 2.0, "rotate": 2.0, "migrate": 1.0, "sync": 0.5}


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--points", type=int, default=200, help="how many kills in all")
    options.add_argument("--seed", type=int, default=1)
    given = options.parse_args()
    chance = random.Random(given.seed)  # noqa: S311  when to strike, not a secret
    live_in_november()
    acknowledged = dict.fromkeys(JOBS, 0)
    struck = dict.fromkeys(JOBS, 0)
    with tempfile.TemporaryDirectory() as folder, books_in(Path(folder, "firm")) as books:
        for point in range(given.points):
            job = list(JOBS)[point % len(JOBS)]
            copy = books.copied_to(Path(folder, "copy"))
            if job == "migrate":
                make_older(copy)
            told = strike(job, copy, chance.uniform(0, LONGEST[job]))
            require_whole(job, copy, told)
            struck[job] += 1
            acknowledged[job] += told
            shutil.rmtree(copy.folder)
    for job in JOBS:
        print(f"{job}: {struck[job]} kills, {acknowledged[job]} acknowledged, none lost")


if __name__ == "__main__":
    main()
