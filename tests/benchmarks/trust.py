"""Every row of the README's "Trust, in figures" that takes too long for each change, in turn.

    python -m tests.benchmarks.trust

Takes an hour or two. Says at the end how each command ended, and what was skipped because the
machine lacks a program such as Caddy; exit 1 when a command failed.
"""

import shlex
import subprocess
import sys
import tempfile
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from xml.etree import ElementTree as ET

_BENCH = "-m tests.benchmarks."
_TESTS = "-m pytest -n 2 -q"
COMMANDS = (
    f"{_BENCH}bench_kill --points 200",
    f"{_BENCH}bench_kill --points 100 --database postgresql",
    f"{_BENCH}bench_kill --points 100 --database postgresql --victim server",
    f"{_TESTS} -m long tests",
    f"{_BENCH}bench_export_safety --cells 1000000",
    f"{_BENCH}bench_parsers --files 10000",
    f"{_BENCH}bench_sessions",
    f"{_BENCH}bench_large_firm",
    f"{_BENCH}bench_workspace",
)


@dataclass(frozen=True)
class Ended:
    """How a command ended, and how many of its tests were skipped, by their reasons."""

    command: str
    passed: bool
    skipped: Counter[str] = field(default_factory=Counter)

    def __str__(self) -> str:
        verdict = "passed" if self.passed else "FAILED"
        if self.passed and self.skipped:
            verdict = "passed but for what was skipped"
        told = [f"    skipped: {n} x {why}" for why, n in self.skipped.items()]
        return "\n".join([f"python {self.command}: {verdict}", *told])


def main() -> None:
    ended = [run(command) for command in COMMANDS]
    print("", *ended, sep="\n")
    sys.exit(not all(one.passed for one in ended))


def run(command: str) -> Ended:
    """Run a command as it would be typed after "python", its output going where ours goes."""
    print(f"\n$ python {command}", flush=True)
    began = time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        record = Path(folder, "tests.xml")
        kept = [f"--junitxml={record}"] if command.startswith("-m pytest") else []
        program = [sys.executable, *shlex.split(command), *kept]
        done = subprocess.run(program, check=False)  # noqa: S603  ours
        skipped = _skipped(record)
    print(f"({time.monotonic() - began:.0f} s)", flush=True)
    return Ended(command, done.returncode == 0, skipped)


def _skipped(record: Path) -> Counter[str]:
    """The reasons of the tests that a record of pytest's says were skipped."""
    if not record.exists():
        return Counter()
    found = ET.parse(record).iter("skipped")  # noqa: S314  just written by pytest
    return Counter(one.get("message", "") for one in found)


if __name__ == "__main__":
    main()
