"""Every row of the README's "Trust, in figures" that takes too long for each change, in turn.

    python -m tests.benchmarks.trust

Takes an hour or two. Says at the end which commands failed, and fails with them.
"""

import shlex
import subprocess
import sys
import time

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


def main() -> None:
    failed = [command for command in COMMANDS if not _run(command)]
    for command in failed:
        print(f"FAILED: python {command}")
    sys.exit(bool(failed))


def _run(command: str) -> bool:
    print(f"\n$ python {command}", flush=True)
    began = time.monotonic()
    done = subprocess.run([sys.executable, *shlex.split(command)], check=False)  # noqa: S603  ours
    print(f"({time.monotonic() - began:.0f} s)", flush=True)
    return done.returncode == 0


if __name__ == "__main__":
    main()
