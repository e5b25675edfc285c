"""How long testing a rule and the report on all rules take over a firm's last twelve months.

    python -m tests.benchmarks.bench_rule_pages [--rules 5000]

Beyond 500 rules several claim the same rows and set other GL codes, so that every report of more
has conflicts.
"""

import argparse
import resource
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TypeVar

from ledgersync import clock
from ledgersync.domain.rules import Rule
from ledgersync.services import rule_lists, rule_report, rule_testing
from ledgersync.services.large_runs import search_memory_seldom
from ledgersync.services.workspace import local_actor
from ledgersync.storage import rules
from tests.benchmarks import bench_review_query as firm

WORDINGS = 500
Result = TypeVar("Result")


def main() -> None:
    count = _options().rules
    clock.today = lambda: firm.TODAY
    search_memory_seldom()
    with tempfile.TemporaryDirectory() as folder:
        workspace = firm._open(Path(folder))
        actor = local_actor(workspace)
        firm._fill(workspace.database, actor)
        wide = Rule("", 0, ("PURCHASE 77 PORTLAND",), gl_code="6020")
        written = [_rule(wide, number) for number in range(count)]
        with workspace.database.writing() as tx:
            rules.add_rules(tx, written, "Robin", clock.now())
        given = (actor, workspace)
        narrow = _timed("test of a firm-wide rule", lambda: rule_testing.test_rule(*given, wide))
        print(f"  fits {narrow.fits:,} rows")
        broad = replace(wide, patterns=("PURCHASE",))
        found = _timed("test of one that fits all", lambda: rule_testing.test_rule(*given, broad))
        print(f"  fits {found.fits:,} rows")
        own = replace(broad, client_id="c0001")
        _timed("test of a client's rule", lambda: rule_testing.test_rule(*given, own))
        _timed(f"list of {count:,} rules", lambda: rule_lists.list_rules(*given))
        report = _timed(f"report on {count:,} rules", lambda: rule_report.rule_report(*given))
        print(f"  {len(report.findings):,} warnings")
        workspace.close()
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    print(f"peak memory {peak:,} MB, filling the database included")


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--rules", type=int, default=WORDINGS)
    return parser.parse_args()


def _rule(wide: Rule, number: int) -> Rule:
    again, wording = divmod(number, WORDINGS)
    return replace(wide, patterns=(f"PURCHASE {wording} *ME",), gl_code=f"60{20 + again}")


def _timed(what: str, work: Callable[[], Result]) -> Result:
    began = time.perf_counter()
    result = work()
    print(f"{what}: {time.perf_counter() - began:.2f} s")
    return result


if __name__ == "__main__":
    main()
