"""Two years of card purchases of Toronto's divisions, each coded by a person, for benchmarks.

City of Toronto open data, "PCard Expenditures". Contains information licensed under the Open
Government Licence - Toronto. A division stands for a client, a card's cost centre for an account.

Of the 73 names of divisions 29 are held out, chosen by a hash of the name: the learning was
developed on the others, up to the middle of 2019, and never saw these before its final figures were
taken. They are eight of the fourteen large ones, which are measured: Employment & Social Services,
Facilities Management, Legal Services, Long-Term Care Homes & Services, Municipal Licensing &
Standards, Shelter, Support & Housing, Toronto Paramedic Services and Toronto Water. The file spells
Shelter's name in two ways: 761 of its rows of 2018, under the other spelling, were not held out.
"""

import argparse
import csv
import gzip
import hashlib
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import numpy as np
import numpy.typing as npt

from ledgersync.config import PROJECT_ROOT
from ledgersync.domain.suggestions import BankLine
from ledgersync.money import parse_cents

FILE = PROJECT_ROOT.parent / "shared/data/toronto-pcard/2018-2019.csv.gz"
ENOUGH_ROWS = 600
"""Divisions with as many rows in 2019 are measured."""


@dataclass(frozen=True, slots=True)
class Purchase:
    """One coded row: the line, its GL code and its merchant category code (MCC)."""

    line: BankLine
    gl_code: str
    mcc: str

    @property
    def held_out(self) -> bool:
        return held_out(self.line.client_id)


@dataclass(frozen=True, slots=True)
class Outcome:
    """How predictions fared: right or not, truth among the best three or not, confidence."""

    right: npt.NDArray[np.bool_]
    in_three: npt.NDArray[np.bool_]
    confidence: npt.NDArray[np.float64]

    def coverage(self, precision: float) -> float:
        """The largest share of rows, surest first, of which `precision` are right."""
        order = np.argsort(-self.confidence, kind="stable")
        kept = np.cumsum(self.right[order]) / np.arange(1, len(order) + 1)
        enough = np.flatnonzero(kept >= precision)
        return float(enough[-1] + 1) / len(order) if len(enough) else 0.0

    def calibration_error(self, bins: int = 10) -> float:
        """The mean gap between confidence and share of right ones, over equal bins (ECE)."""
        which = np.minimum((self.confidence * bins).astype(int), bins - 1)
        gaps = (np.abs((self.right - self.confidence)[which == b].sum()) for b in range(bins))
        return float(sum(gaps)) / len(self.right)

    def __str__(self) -> str:
        return (
            f"{len(self.right):7,} rows  top-1 {self.right.mean():.3f}  "
            f"top-3 {self.in_three.mean():.3f}  at 90% {self.coverage(0.9):.3f}  "
            f"at 97% {self.coverage(0.97):.3f}  ECE {self.calibration_error():.3f}"
        )


def purchases(file: Path = FILE) -> list[Purchase]:
    """Every row of the file, or of the usual file in the folder, oldest first."""
    file = file / FILE.name if file.is_dir() else file
    if not file.exists():
        raise SystemExit(f"The Toronto data is not here: there is no file {file}. See --data.")
    with gzip.open(file, "rt", encoding="utf-8", newline="") as opened:
        rows = [_purchase(row) for row in csv.DictReader(opened)]
    return sorted(rows, key=lambda purchase: purchase.line.date)


def add_data_option(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--data", type=Path, default=FILE, help="the .csv.gz, or its folder")


def held_out(division: str) -> bool:
    digest = hashlib.md5(division.encode(), usedforsecurity=False).hexdigest()
    return int(digest, 16) % 3 == 0


def large(rows: Iterable[Purchase]) -> set[str]:
    """The divisions with enough rows in 2019."""
    counted = Counter(row.line.client_id for row in rows if row.line.date.year == 2019)
    return {division for division, count in counted.items() if count >= ENOUGH_ROWS}


def joined(outcomes: Sequence[Outcome]) -> Outcome:
    return Outcome(
        np.concatenate([outcome.right for outcome in outcomes]),
        np.concatenate([outcome.in_three for outcome in outcomes]),
        np.concatenate([outcome.confidence for outcome in outcomes]),
    )


def _purchase(row: dict[str, str]) -> Purchase:
    line = BankLine(
        row["client"],
        row["account"],
        date.fromisoformat(row["date"]),
        row["description"],
        parse_cents(row["amount"]),
    )
    return Purchase(line, row["gl_code"], row["mcc"])
