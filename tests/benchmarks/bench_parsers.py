"""Every parser of a person's file against thousands of made files: whole, spoiled, and malicious.

    python -m tests.benchmarks.bench_parsers [--files 10000] [--seed 1] [--parser bank-csv]

Four files of ten are whole, in many dialects: of those every entry, every cent and every line that
can't be read must be found. Of the others nothing is asked but an answer or a refusal in a
sentence, within 2 s and 256 MB; of the text files one in 200 has all of the 10 MB that a file may
have. The seconds that count are the processor's, its child's included: those by the clock, told
beside them, are also those of whatever else the machine does.

A parser runs in a process of its own, at most 1 GB large; what kills it counts against it. Of the
workbooks, one in 100 is read by a process started anew, as the program does it; for the others that
process is forked. A file that broke something comes again with --first NUMBER --files 1
--keep FOLDER.
"""

import argparse
import multiprocessing
import resource
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from ledgersync.imports import workbooks
from ledgersync.services.large_runs import search_memory_seldom
from tests.benchmarks.made_files.contracts import PARSERS, Broken
from tests.benchmarks.made_files.forked_reader import ForkedReader

MOST_SECONDS, MOST_MEGABYTES = 2.0, 256.0
_ADDRESS_SPACE = 1024**3
_GIVEN_UP = 60  # seconds
_STARTED_ANEW = 100
_SHOWN = 12


@dataclass(frozen=True)
class Outcome:
    """How one file went; `seconds` are by the clock, `busy` of the processor, child included."""

    number: int
    words: str
    size: int
    verdict: str
    seconds: float
    busy: float
    megabytes: float
    fault: str = ""


@dataclass
class Tally:
    """The outcomes of a parser, as far as they are told."""

    verdicts: Counter[str] = field(default_factory=Counter)
    slowest: Outcome | None = None
    largest: Outcome | None = None
    faults: list[Outcome] = field(default_factory=list)

    def add(self, one: Outcome) -> None:
        self.verdicts[one.verdict] += 1
        if self.slowest is None or one.busy > self.slowest.busy:
            self.slowest = one
        if self.largest is None or one.megabytes > self.largest.megabytes:
            self.largest = one
        if one.fault:
            self.faults.append(one)


def main() -> None:
    options = _options()
    faults = 0
    for name in options.parser or PARSERS:
        began = time.perf_counter()
        tally = Tally()
        for outcome in _outcomes(name, options):
            tally.add(outcome)
        _report(name, tally, time.perf_counter() - began)
        faults += len(tally.faults)
    sys.exit(1 if faults else 0)


def _options() -> argparse.Namespace:
    form = argparse.RawDescriptionHelpFormatter
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=form)
    parser.add_argument("--files", type=int, default=10_000, help="for each parser")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--first", type=int, default=0, help="the number of the first file")
    parser.add_argument("--parser", choices=list(PARSERS), action="append")
    parser.add_argument("--keep", type=Path, help="a folder for files that broke something")
    return parser.parse_args()


def _outcomes(name: str, options: argparse.Namespace) -> Iterator[Outcome]:
    """One for each file; a process that died is replaced, and takes the next file."""
    number, end = options.first, options.first + options.files
    while number < end:
        ours, theirs = multiprocessing.Pipe()
        worker = multiprocessing.get_context("spawn").Process(
            target=_work, args=(theirs, name, range(number, end), options), daemon=True
        )
        worker.start()
        theirs.close()
        for outcome in _told(ours, number, end):
            yield outcome
            number = outcome.number + 1
        worker.kill()
        worker.join()


def _told(ours: Connection, number: int, end: int) -> Iterator[Outcome]:
    while number < end:
        try:
            if not ours.poll(_GIVEN_UP):
                yield Outcome(number, "", 0, "broken", _GIVEN_UP, 0, 0, "no answer")
                return
            outcome: Outcome = ours.recv()
        except EOFError:
            yield Outcome(number, "", 0, "broken", 0, 0, 0, "the process died")
            return
        yield outcome
        number += 1


def _work(tell: Connection, name: str, numbers: range, options: argparse.Namespace) -> None:
    resource.setrlimit(resource.RLIMIT_AS, (_ADDRESS_SPACE, _ADDRESS_SPACE))
    search_memory_seldom()  # as a process of the app does
    forked = ForkedReader()
    for number in numbers:
        module: Any = workbooks
        module.subprocess = forked if number % _STARTED_ANEW else subprocess
        forked.megabytes = 0.0
        tell.send(measured(name, number, options, forked))


def measured(name: str, number: int, options: argparse.Namespace, forked: ForkedReader) -> Outcome:
    parser = PARSERS[name]
    made = parser.file(f"{options.seed} {name} {number}")
    _forget_peak()
    began, busy = time.perf_counter(), _processor()
    try:
        verdict, fault = parser.verdict(made), ""
    except Broken as broken:
        verdict, fault = "broken", str(broken)
    except Exception as error:  # noqa: BLE001  whatever it is, it is the finding
        verdict, fault = "broken", f"{type(error).__name__}: {str(error)[:200]}"
    seconds, busy = time.perf_counter() - began, _processor() - busy
    megabytes = max(_peak(), forked.megabytes)
    if not fault and busy > MOST_SECONDS:
        fault = "too slow"
    if not fault and megabytes > MOST_MEGABYTES:
        fault = "too much memory"
    if fault and options.keep:
        options.keep.mkdir(parents=True, exist_ok=True)
        (options.keep / f"{name}-{number}").write_bytes(made.data)
    size = len(made.data)
    return Outcome(number, made.words, size, verdict, seconds, busy, megabytes, fault)


def _processor() -> float:
    child = resource.getrusage(resource.RUSAGE_CHILDREN)
    return time.process_time() + child.ru_utime + child.ru_stime


def _forget_peak() -> None:
    """Let the process' peak of memory begin anew; elsewhere than on Linux it stays."""
    marks = Path("/proc/self/clear_refs")
    if marks.exists():
        marks.write_text("5", "ascii")


def _peak() -> float:
    """The most memory since then, the interpreter's included, in megabytes."""
    status = Path("/proc/self/status")
    if not status.exists():
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    lines = status.read_text("ascii").splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM")) / 1024


def _report(name: str, tally: Tally, seconds: float) -> None:
    counts = ", ".join(f"{count:,} {verdict}" for verdict, count in sorted(tally.verdicts.items()))
    print(f"{name}: {tally.verdicts.total():,} files ({counts}) in {seconds:.0f} s", flush=True)
    if tally.slowest and tally.largest:
        print(f"    slowest {_words(tally.slowest)}")
        print(f"    largest {_words(tally.largest)}")
    for one in tally.faults[:_SHOWN]:
        print(f"    FAULT {one.fault}: {_words(one)}")
    if len(tally.faults) > _SHOWN:
        print(f"    and {len(tally.faults) - _SHOWN} more", flush=True)


def _words(one: Outcome) -> str:
    return (
        f"{one.busy:.2f} s (by the clock {one.seconds:.2f} s), {one.megabytes:.0f} MB: "
        f"file {one.number}, {one.size:,} bytes, {one.words}"
    )


if __name__ == "__main__":
    main()
