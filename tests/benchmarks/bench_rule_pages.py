"""How long testing a rule and the report on all rules take over a firm's last twelve months.

Run by name: python -m tests.benchmarks.bench_rule_pages
"""

import gc
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
from ledgersync.services.workspace import _COLLECTIONS, local_actor
from ledgersync.storage import rules
from tests.benchmarks import bench_review_query as firm

RULES = 500
Result = TypeVar("Result")


def main() -> None:
    clock.today = lambda: firm.TODAY
    gc.set_threshold(*_COLLECTIONS)
    with tempfile.TemporaryDirectory() as folder:
        workspace = firm._open(Path(folder))
        actor = local_actor(workspace)
        firm._fill(workspace.database, actor)
        wide = Rule("", 0, ("PURCHASE 77 PORTLAND",), gl_code="6020")
        written = [replace(wide, patterns=(f"PURCHASE {n} *ME",)) for n in range(RULES)]
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
        _timed(f"list of {RULES} rules", lambda: rule_lists.list_rules(*given))
        _timed(f"report on {RULES} rules", lambda: rule_report.rule_report(*given))
        workspace.close()
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    print(f"peak memory {peak:,} MB, filling the database included")


def _timed(what: str, work: Callable[[], Result]) -> Result:
    began = time.perf_counter()
    result = work()
    print(f"{what}: {time.perf_counter() - began:.2f} s")
    return result


if __name__ == "__main__":
    main()
