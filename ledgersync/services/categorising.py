"""Vendors and GL codes for a file of transactions, from files alone: no database, no network."""

import csv
import io
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

from ledgersync.domain.suggestions import UNMATCHED, Suggestion
from ledgersync.domain.transactions import Method
from ledgersync.imports.bank_rows import BankRow, BankTable
from ledgersync.matching.chain import Matcher, withheld
from ledgersync.matching.learning import REVIEW_THRESHOLD, Learner
from ledgersync.matching.rule_engine import RuleBook
from ledgersync.matching.vendors import VendorIndex
from ledgersync.services.file_knowledge import (
    FileKnowledge,
    SourceFile,
    opened_history,
    read_knowledge,
    read_transactions,
    shortened,
)
from ledgersync.services.large_runs import in_parallel, nothing_collected

SURE = 0.9
"""From here on a row counts as matched. Confidence is a probability: at least nine in ten of such
rows are right, so that a glance over them is enough; below it every row wants a look."""

WAYS = (Method.RULE, Method.AI, Method.SEMANTIC, Method.NONE)
"""The methods that a row can have here; nothing is coded by hand."""

_INPUT = "input_"
_DIGITS = 4
_AT_ONCE = 12_500


class Outcome(StrEnum):
    """What is left to do with a row: nothing, look at it, choose a code."""

    MATCHED = "matched"
    REVIEW = "review"
    UNMATCHED = "unmatched"


@dataclass(frozen=True, slots=True)
class Categorised:
    """The file with its codes, in UTF-8, and how many rows each method and each outcome has.

    `remarks` are sentences on how the files were read, and on each line that could not be.
    """

    data: bytes
    rows: int
    methods: Mapping[Method, int]
    outcomes: Mapping[Outcome, int]
    remarks: tuple[str, ...]


def categorise(
    transactions: SourceFile,
    history: SourceFile | None = None,
    rules: SourceFile | None = None,
    vendors: SourceFile | None = None,
    *,
    all_suggestions: bool = False,
) -> Categorised:
    """Add a vendor and a GL code to every row, as far as the other files tell them.

    Learns from the history only, whatever codes the transactions have themselves. Below the review
    threshold the codes stay blank, unless `all_suggestions` asks for them. A row that can't be read
    stays in its place, unmatched, with the reason.

    Raises:
        ImportRejected: when a file as a whole can't be taken.
    """
    with nothing_collected():
        past = opened_history(history) if history else None
        table = read_transactions(transactions, past)
        known = read_knowledge(table, past, rules, vendors)
        coding = _Coding(_matcher(known), known, all_suggestions)
        parts = in_parallel(coding.part, _portions(table.rows))
    counts = sum((part.counts for part in parts), Counter[tuple[Method, Outcome]]())
    return Categorised(
        data=b"".join([_csv([_header(table.header)]), *(part.data for part in parts)]),
        rows=len(table.rows),
        methods={method: _count(counts, method) for method in WAYS},
        outcomes={outcome: _count(counts, outcome) for outcome in Outcome},
        remarks=(*_remarks(transactions.name, table), *known.remarks),
    )


class Coded(NamedTuple):
    """What is written of a row's suggestion, behind the columns of the file."""

    vendor: str
    gl_code: str
    method: Method
    confidence: str
    why: str
    status: Outcome
    gl_code_2: str
    gl_code_3: str


@dataclass(frozen=True, slots=True)
class _Part:
    """Some rows as they are written, and how many have each method and outcome."""

    data: bytes
    counts: Counter[tuple[Method, Outcome]]


@dataclass(frozen=True)
class _Coding:
    """From rows to what is written of them."""

    matcher: Matcher
    known: FileKnowledge
    all_suggestions: bool

    def part(self, rows: Sequence[BankRow]) -> _Part:
        lines = [self.known.comparable(row.line) for row in rows if row.line]
        suggestions = iter(self.matcher.suggest(lines))
        coded = [self._coded(row, next(suggestions) if row.line else UNMATCHED) for row in rows]
        counts = Counter((one.method, one.status) for one in coded)
        return _Part(_csv([*row.cells, *one] for row, one in zip(rows, coded, strict=True)), counts)

    def _coded(self, row: BankRow, found: Suggestion) -> Coded:
        found = _kept_in_sight(found)
        if self.all_suggestions:
            found = _with_likeliest_code(found)
        sure = round(found.confidence, _DIGITS)
        enough = sure >= REVIEW_THRESHOLD
        shown = found if enough or self.all_suggestions else withheld(found)
        second, third = (*(choice.gl_code for choice in shown.others), "", "")[:2]
        return Coded(
            vendor=self._vendor(shown.vendor_id),
            gl_code=shown.gl_code,
            method=shown.method,
            confidence=f"{sure:.{_DIGITS}f}",
            why=row.problem
            or self.known.told(shown.why)
            or _why_blank(found, self._vendor(found.vendor_id)),
            status=self._outcome(shown, sure) if enough else Outcome.UNMATCHED,
            gl_code_2=second,
            gl_code_3=third,
        )

    def _outcome(self, shown: Suggestion, sure: float) -> Outcome:
        """A row that still lacks its GL code is for review, however sure its vendor is."""
        whole = bool(shown.gl_code) or not self.known.knows_gl_codes
        return Outcome.MATCHED if sure >= SURE and whole else Outcome.REVIEW

    def _vendor(self, vendor_id: str) -> str:
        vendor = self.known.codes.vendors.get(vendor_id)
        return (vendor.code or vendor.name) if vendor else ""


def _kept_in_sight(found: Suggestion) -> Suggestion:
    """A rule's suggestion never so unsure that its codes would stay blank; any other as it is.

    A rule is a person's word, as in the app. Where the history says otherwise, a file does not tell
    which of the two is the older one: even odds, and a row to look at.
    """
    if found.method is Method.RULE and found.confidence < REVIEW_THRESHOLD:
        return found._replace(confidence=REVIEW_THRESHOLD)
    return found


def _with_likeliest_code(found: Suggestion) -> Suggestion:
    """With the likeliest GL code where only the vendor is sure: the whole is as unsure as that."""
    if found.gl_code or not found.others:
        return found
    best, *others = found.others
    return found._replace(
        gl_code=best.gl_code,
        confidence=min(found.confidence, best.confidence),
        why=f"{found.why}; {best.gl_code} is the likeliest, at {best.confidence:.0%}",
        others=tuple(others),
    )


def _why_blank(found: Suggestion, vendor: str) -> str:
    """Why a row has no code."""
    if not found.confidence:
        return "No rule, no past row and no vendor's name fits"
    guess = found.gl_code or vendor
    return f"Not sure enough: {guess} is likeliest, at {found.confidence:.0%}"


def _matcher(known: FileKnowledge) -> Matcher:
    names = {vendor.id: vendor.name for vendor in known.codes.vendors.values() if vendor.name}
    learner = Learner(known.coded)
    return Matcher(known.codes, RuleBook(known.rules), learner, VendorIndex(names), known.coded)


def _portions(rows: Sequence[BankRow]) -> list[Sequence[BankRow]]:
    """Portions that keep memory bounded, and give every processor its share."""
    return [rows[start : start + _AT_ONCE] for start in range(0, len(rows), _AT_ONCE)]


def _count(counts: Counter[tuple[Method, Outcome]], what: Method | Outcome) -> int:
    return sum(count for pair, count in counts.items() if what in pair)


def _remarks(name: str, table: BankTable) -> list[str]:
    problems = [f"Line {row.number}: {row.problem}" for row in table.rows if row.problem]
    return shortened(name, [*table.remarks, *problems])


def _header(titles: Sequence[str]) -> list[str]:
    """The file's titles and ours; a title of the file's that is one of ours gets a name of its own.

    So no two columns of a file that was categorised before have the same title.
    """
    ours = set(Coded._fields)
    taken = ours | {_same(title) for title in titles}
    header: list[str] = []
    for title in titles:
        header.append(_free(title, taken) if _same(title) in ours else title)
        taken.add(_same(header[-1]))
    return [*header, *Coded._fields]


def _free(title: str, taken: Collection[str]) -> str:
    while _same(title) in taken:
        title = f"{_INPUT}{title.strip()}"
    return title


def _same(title: str) -> str:
    return title.strip().casefold()


def _csv(rows: Iterable[Sequence[str]]) -> bytes:
    buffer = io.StringIO(newline="")
    # Both signs of a line's end make the writer quote either of them within a cell.
    csv.writer(buffer, lineterminator="\r\n").writerows(rows)
    return buffer.getvalue().encode()
