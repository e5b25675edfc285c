"""How well vendors are named from messy US bank descriptors, and look-alikes left alone.

Run by name from the project's folder:

    python -m tests.benchmarks.bench_vendor_names [--folder F] [--show]

A test set is a folder of three CSV files: vendors.csv (vendor_code, vendor_name, default_gl),
messy.csv (description, vendor_code) and look_alikes.csv (description), the last of businesses that
are not in the list. In the sets beside this file the local businesses and their numbers are made
up: vendor_names was written by another hand than the alias table and is never looked into while the
table is worked on; vendor_names_developed is what it is worked on with.
"""

import argparse
import csv
import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import Protocol

from ledgersync.errors import InvalidInput
from ledgersync.matching.vendors import VendorIndex, VendorMatch

OWN_SET = Path(__file__).parent / "vendor_names"
DEVELOPED_SET = Path(__file__).parent / "vendor_names_developed"
PRECISION = 0.95


class Index(Protocol):
    """What is measured of a VendorIndex."""

    def best(self, descriptions: Sequence[str], count: int = 3) -> list[list[VendorMatch]]: ...

    def accepts(self, match: VendorMatch) -> bool: ...


@dataclass(frozen=True, slots=True)
class Case:
    """A descriptor and the code of its vendor; "" for a look-alike, which no vendor fits."""

    description: str
    vendor: str = ""


@dataclass(frozen=True, slots=True)
class Outcome:
    """A case with the vendor named first for it; "" and 0 where none was named."""

    case: Case
    vendor: str
    score: float
    via: str
    proposed: bool

    @property
    def right(self) -> bool:
        return bool(self.vendor) and self.vendor == self.case.vendor


@dataclass(frozen=True, slots=True)
class Figures:
    """What a run measured; shares of 1.

    `top_one`, `coverage` and `share_proposed` are shares of the messy descriptors, so that an index
    can reach 1. A precision counts whatever was named, look-alikes among it; 0 where nothing was.
    `cut` is the lowest score that `coverage` lets through, None where no score is high enough.
    """

    top_one: float
    coverage: float
    cut: float | None
    share_proposed: float
    precision_proposed: float
    look_alikes_proposed: int


def load(folder: Path) -> tuple[dict[str, str], list[Case]]:
    """The vendors (code to name) and the cases of a test set, the messy ones first.

    Raises InvalidInput where a column is missing, or where messy.csv asks for a vendor that
    vendors.csv lacks: such a row could only be missed, and nobody would see why.
    """
    listed = _rows(folder / "vendors.csv", "vendor_code", "vendor_name")
    vendors = {row["vendor_code"]: row["vendor_name"] for row in listed}
    messy = _rows(folder / "messy.csv", "description", "vendor_code")
    look_alikes = _rows(folder / "look_alikes.csv", "description")
    _refuse_unknown({row["vendor_code"] for row in messy} - vendors.keys())
    cases = [Case(row["description"], row["vendor_code"]) for row in messy]
    return vendors, cases + [Case(row["description"]) for row in look_alikes]


def _rows(path: Path, *columns: str) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        reader = csv.DictReader(file)
        lacking = [column for column in columns if column not in (reader.fieldnames or ())]
        if lacking:
            raise InvalidInput(f"{path.name} lacks {', '.join(lacking)}.", "Name its columns so.")
        return list(reader)


def _refuse_unknown(codes: set[str]) -> None:
    if codes:
        raise InvalidInput(
            f"messy.csv asks for {', '.join(sorted(codes))}, which vendors.csv does not list.",
            "Add them to vendors.csv, or correct their codes.",
        )


def run(index: Index, cases: Sequence[Case]) -> list[Outcome]:
    """Ask the index about all cases at once, as a load of transactions does."""
    answers = index.best([case.description for case in cases])
    return [_outcome(index, *pair) for pair in zip(cases, answers, strict=True)]


def _outcome(index: Index, case: Case, matches: Sequence[VendorMatch]) -> Outcome:
    if not matches:
        return Outcome(case, "", 0.0, "", proposed=False)
    first = matches[0]
    return Outcome(case, first.vendor, first.score, first.via, index.accepts(first))


def figures(outcomes: Sequence[Outcome], precision: float = PRECISION) -> Figures:
    messy = [outcome for outcome in outcomes if outcome.case.vendor]
    proposed = [outcome for outcome in outcomes if outcome.proposed]
    look_alikes = [outcome for outcome in proposed if not outcome.case.vendor]
    cut = lowest_cut(outcomes, precision)
    covered = [outcome for outcome in messy if cut is not None and _named(outcome, cut)]
    return Figures(
        top_one=_share(_count_right(messy), len(messy)),
        coverage=_share(len(covered), len(messy)),
        cut=cut,
        share_proposed=_share(len(proposed) - len(look_alikes), len(messy)),
        precision_proposed=_share(_count_right(proposed), len(proposed)),
        look_alikes_proposed=len(look_alikes),
    )


def lowest_cut(outcomes: Iterable[Outcome], precision: float) -> float | None:
    """The lowest score such that, of everything named with it or a higher one, enough is right.

    Equal scores stay together: no threshold can tell them apart.
    """
    named = [outcome for outcome in outcomes if outcome.vendor]
    named.sort(key=_score, reverse=True)
    right = count = 0
    cut = None
    for score, group in groupby(named, key=_score):
        level = list(group)
        right, count = right + _count_right(level), count + len(level)
        if right / count >= precision:
            cut = score
    return cut


def _score(outcome: Outcome) -> float:
    return outcome.score


def _named(outcome: Outcome, cut: float) -> bool:
    return bool(outcome.vendor) and outcome.score >= cut


def _count_right(outcomes: Iterable[Outcome]) -> int:
    return sum(outcome.right for outcome in outcomes)


def _share(part: int, whole: int) -> float:
    return part / whole if whole else 0.0


def report(measured: Figures, outcomes: Sequence[Outcome]) -> list[str]:
    """The figures in words, a line each."""
    look_alikes = sum(not outcome.case.vendor for outcome in outcomes)
    cut = "no score is enough" if measured.cut is None else f"score {measured.cut:.3f} and above"
    return [
        f"{len(outcomes) - look_alikes} messy descriptors, {look_alikes} look-alikes",
        f"top-1                     {measured.top_one:6.1%}",
        f"coverage at {PRECISION:.0%} precision {measured.coverage:6.1%}  ({cut})",
        f"proposed                  {measured.share_proposed:6.1%}",
        f"precision of the proposed {measured.precision_proposed:6.1%}",
        f"look-alikes accepted      {measured.look_alikes_proposed:6}",
    ]


def misses(outcomes: Iterable[Outcome]) -> list[str]:
    """A line for each case that went wrong, with what was named and why."""
    return [
        f"{fault:13} {outcome.score:.3f} {outcome.case.description!r}: "
        f"{outcome.vendor or 'none'} for {outcome.case.vendor or 'none'} ({outcome.via})"
        for outcome in outcomes
        if (fault := _fault(outcome))
    ]


def _fault(outcome: Outcome) -> str:
    if not outcome.case.vendor:
        return "look-alike" if outcome.proposed else ""
    if not outcome.right:
        return "wrong" if outcome.proposed else "not found"
    return "" if outcome.proposed else "not proposed"


def main() -> None:
    options = _options()
    try:
        vendors, cases = load(options.folder)
    except (OSError, InvalidInput) as error:
        sys.exit(f"The test set could not be read. {error}")
    outcomes = run(VendorIndex(vendors), cases)
    print(*report(figures(outcomes), outcomes), sep="\n")
    if options.show:
        print(*misses(outcomes), sep="\n")


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--folder", type=Path, default=OWN_SET, help="another test set")
    parser.add_argument("--show", action="store_true", help="list what was missed")
    return parser.parse_args()


if __name__ == "__main__":
    main()
