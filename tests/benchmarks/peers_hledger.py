"""The same rules as hledger's CSV rules, where hledger is installed (Debian: hledger)."""

import csv
import re
import shutil
import subprocess
import time
from collections.abc import Iterable
from pathlib import Path

from tests.benchmarks.categorise_files import HEADER, Cut
from tests.benchmarks.peers_svm import Outcome

PROGRAM = "hledger"
_OPEN = "expenses:open"


def missing() -> str:
    """Why this side can't be run; "" where it can."""
    return "" if shutil.which(PROGRAM) else "hledger is not installed (Debian: apt install hledger)"


def run(some: Cut, folder: Path, longest: float) -> Outcome | None:
    """Categorise the file new.csv in the folder; None when it took longer than `longest` seconds.

    Reading the file and printing the coded transactions is counted, as it is on our side.
    """
    _write_rules(folder / "hledger.rules", some.rules)
    _write_numbered(folder / "new.csv", folder / "numbered.csv")
    files = ["-f", "numbered.csv", "--rules-file", "hledger.rules"]
    program = [str(shutil.which(PROGRAM)), "print", *files, "-O", "csv", "-o", "hledger.csv"]
    start = time.perf_counter()
    try:
        subprocess.run(program, cwd=folder, timeout=longest, check=True)  # noqa: S603  our own words
    except subprocess.TimeoutExpired:
        return None
    seconds = time.perf_counter() - start
    return Outcome(seconds, _codes(folder / "hledger.csv", len(some.transactions)))


def _write_rules(file: Path, rules: Iterable[tuple[str, str]]) -> None:
    """Of several rules that hit hledger takes the last, we the longest: hence the order."""
    lines = [
        "skip 1",
        f"fields {', '.join(HEADER)}, code",
        "date-format %Y-%m-%d",
        "account1 assets:bank",
        f"account2 {_OPEN}",
    ]
    for pattern, code in sorted(rules, key=lambda rule: len(rule[0])):
        lines += ["", "if", f"%description {_escaped(pattern)}", f"  account2 {code}"]
    file.write_text("\n".join([*lines, ""]), encoding="utf-8")


def _escaped(pattern: str) -> str:
    return re.sub(r"([][.^$*+?(){}|\\])", r"\\\1", pattern)


def _write_numbered(source: Path, target: Path) -> None:
    """The rows with their number as the transaction's code, to tell them apart in the end."""
    with (
        source.open(encoding="utf-8", newline="") as rows,
        target.open("w", encoding="utf-8", newline="") as numbered,
    ):
        writer = csv.writer(numbered)
        for number, row in enumerate(csv.reader(rows)):
            writer.writerow([*row, number])


def _codes(file: Path, count: int) -> list[str]:
    codes = [""] * count
    with file.open(encoding="utf-8", newline="") as opened:
        for posting in csv.DictReader(opened):
            account = posting["account"].strip()
            if account not in {"assets:bank", _OPEN}:
                codes[int(posting["code"]) - 1] = account
    return codes
