"""Which open rows need a person's judgement most, and why: a short word, and a sentence of figures.

Everything is told from the row itself and from what the client's people decided before.
"""

from bisect import bisect_right
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from itertools import accumulate

from ledgersync import money
from ledgersync.domain.pairs import Movement
from ledgersync.domain.transactions import Status, Transaction


class Reason(StrEnum):
    """Why a row needs judgement; those that cost most when they are overlooked come first."""

    DUPLICATE = "duplicate"
    TRANSFER = "transfer"
    AMOUNT = "amount"
    GL_CHANGED = "gl_changed"
    NEW_VENDOR = "new_vendor"
    NO_CODE = "no_code"
    LOW_CONFIDENCE = "low_confidence"


WORDS = {
    Reason.DUPLICATE: "Possible duplicate",
    Reason.TRANSFER: "Possible transfer",
    Reason.AMOUNT: "Amount out of line",
    Reason.GL_CHANGED: "GL changed",
    Reason.NEW_VENDOR: "New vendor",
    Reason.NO_CODE: "No GL code",
    Reason.LOW_CONFIDENCE: "Low confidence",
}
_WEIGHT = {reason: len(Reason) - place for place, reason in enumerate(Reason)}

LOW_CONFIDENCE = 0.75
_ENOUGH_AMOUNTS = 4
_ENOUGH_CODED = 3
_USUAL_SHARE = 0.6
# Tukey's fences: this many quartile distances beyond a quartile. Fixed fees have no distance at
# all, so a tenth of the median, and five dollars, are the least.
_FENCE, _LEAST_SHARE, _LEAST_SPREAD = 1.5, 10, 500
_ALIKE = 0.5


@dataclass(frozen=True, slots=True)
class Usual:
    """A vendor's decided amounts in one direction and currency, as sizes in cents.

    `low` and `high` hold all but a tenth at each end; `first` and `third` are the quartiles.
    """

    rows: int
    low: int
    first: int
    median: int
    third: int
    high: int

    def out_of_line(self, size: int) -> bool:
        """Whether an amount of that size is far from what was decided before."""
        if self.rows < _ENOUGH_AMOUNTS or self.low <= size <= self.high:
            return False
        spread = max(self.third - self.first, self.median // _LEAST_SHARE, _LEAST_SPREAD)
        return not self.first - _FENCE * spread <= size <= self.third + _FENCE * spread


def usual_of(sizes: Mapping[int, int]) -> Usual:
    """What is usual among sizes in cents, each with how many rows have it; at least one row."""
    ordered = sorted(sizes.items())
    upto = list(accumulate(rows for _, rows in ordered))
    last = upto[-1] - 1
    tenth, quarter = last // 10, last // 4
    places = (tenth, quarter, last // 2, last - quarter, last - tenth)
    return Usual(upto[-1], *(ordered[bisect_right(upto, place)][0] for place in places))


Direction = tuple[str, bool]
"""A currency, and whether money came in."""


@dataclass(frozen=True, slots=True)
class UsualCode:
    """The GL code that most of a vendor's rows went to, and whether just this account's count."""

    gl_code: str
    rows: int
    of: int
    here: bool


@dataclass(frozen=True, slots=True)
class VendorHistory:
    """What a client's people decided for one vendor: how many rows, on which codes, how much.

    `codes` are the rows of each GL code, by bank account.
    """

    rows: int
    codes: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    amounts: Mapping[Direction, Usual] = field(default_factory=dict)

    def usual_code(self, account_id: str) -> UsualCode | None:
        """The usual code; the account's own where it has enough rows, as departments differ."""
        own = self.codes.get(account_id, {})
        here = sum(own.values()) >= _ENOUGH_CODED
        used = Counter(own) if here else sum(map(Counter, self.codes.values()), Counter[str]())
        of = used.total()
        if of < _ENOUGH_CODED:
            return None
        code, rows = max(used.items(), key=lambda item: (item[1], item[0]))
        return UsualCode(code, rows, of, here) if rows >= _USUAL_SHARE * of else None


NEVER_SEEN = VendorHistory(0)


@dataclass(frozen=True, slots=True)
class ClientHistory:
    """The vendors of a client's decided rows, by vendor id, at one version of its decisions."""

    client_id: str
    version: int
    vendors: Mapping[str, VendorHistory]

    def changed_vendors(self, now: "ClientHistory") -> set[str]:
        """The vendors of whom something else is known now, by id."""
        before, after = self.vendors, now.vendors
        return {id_ for id_ in {*before, *after} if before.get(id_) != after.get(id_)}


@dataclass(frozen=True, slots=True)
class Finding:
    """One reason for one row, with its figures in a sentence."""

    reason: Reason
    sentence: str


Findings = Mapping[str, tuple[Finding, ...]]
"""Why rows need judgement, by the row's id; without those that don't."""


@dataclass(frozen=True, slots=True)
class Proposed:
    """Rows that may belong together, by id: copies of another row, and legs of a transfer.

    `duplicates` names the other row, `transfers` says where the other leg is ("Savings ...1234").
    """

    duplicates: Mapping[str, Movement] = field(default_factory=dict)
    transfers: Mapping[str, str] = field(default_factory=dict)


def judge(rows: Iterable[Transaction], history: ClientHistory, proposed: Proposed) -> Findings:
    """Why each open row needs judgement, the heaviest reason first."""
    found = {}
    for row in rows:
        if row.status is Status.TO_REVIEW:
            known = history.vendors.get(row.vendor_id, NEVER_SEEN)
            sentences = ((reason, say(row, known, proposed)) for reason, say in _SAYS.items())
            findings = tuple(Finding(reason, words) for reason, words in sentences if words)
            if findings:
                found[row.id] = findings
    return found


def most_needed_first(rows: Iterable[Transaction], findings: Findings) -> list[Transaction]:
    """Rows in the order to work on them: most reasons, and the heaviest, first; then by amount.

    Open rows without a reason follow by amount, and what is decided comes last as it came.
    """

    def place(row: Transaction) -> tuple[bool, int, int]:
        still_open = row.status is Status.TO_REVIEW
        return not still_open, -score(findings.get(row.id, ())), -abs(row.amount) * still_open

    return sorted(rows, key=place)


def score(findings: Iterable[Finding]) -> int:
    return sum(_WEIGHT[finding.reason] for finding in findings)


def _duplicate(row: Transaction, _known: VendorHistory, proposed: Proposed) -> str:
    other = proposed.duplicates.get(row.id)
    if other is None:
        return ""
    return f"Possible duplicate of {other.date:%m/%d/%Y} {_dollars(other.amount, other)}"


def _transfer(row: Transaction, _known: VendorHistory, proposed: Proposed) -> str:
    leg = proposed.transfers.get(row.id)
    if not leg:
        return ""
    return f"Possible transfer {'to' if row.amount < 0 else 'from'} {leg}"


def _amount(row: Transaction, known: VendorHistory, _proposed: Proposed) -> str:
    came_in, amount = row.amount > 0, _dollars(abs(row.amount), row)
    usual = known.amounts.get((row.currency, came_in))
    if usual and usual.out_of_line(abs(row.amount)):
        between = [_about(cents, row) for cents in (usual.low, usual.high)]
        words = " to ".join(dict.fromkeys(between))
        return f"Amount: {amount}, usually {words} for {row.vendor_name}"
    other = known.amounts.get((row.currency, not came_in))
    if usual is None and other and other.rows >= _ENOUGH_AMOUNTS:
        came, went = ("in", "out") if came_in else ("out", "in")
        return (
            f"Amount: {amount} of money {came}, all {other.rows:,} rows of {row.vendor_name} "
            f"before were money {went}"
        )
    return ""


def _gl_changed(row: Transaction, known: VendorHistory, _proposed: Proposed) -> str:
    usual = known.usual_code(row.account_id) if row.gl_code else None
    if usual is None or usual.gl_code == row.gl_code:
        return ""
    verb = "suggested" if row.suggested else "set to"
    return (
        f"GL code: {verb} {row.gl_code}, this vendor went to {usual.gl_code} in {usual.rows:,} of "
        f"{usual.of:,} rows{' of this account' if usual.here else ''}"
    )


def _new_vendor(row: Transaction, known: VendorHistory, _proposed: Proposed) -> str:
    new = row.vendor_id and not known.rows
    return "New vendor: first time for this client" if new else ""


def _no_code(row: Transaction, _known: VendorHistory, _proposed: Proposed) -> str:
    if row.coded:
        return ""
    if row.vendor_id:
        return "No GL code: so far there is only a vendor"
    return "No GL code: no rule, past row or vendor name fits"


def _low_confidence(row: Transaction, _known: VendorHistory, _proposed: Proposed) -> str:
    if not row.suggested or row.confidence is None or row.confidence >= LOW_CONFIDENCE:
        return ""
    return f"Low confidence: {round(row.confidence * 1000) // 10}%"


_Says = Callable[[Transaction, VendorHistory, Proposed], str]
_SAYS: Mapping[Reason, _Says] = {
    Reason.DUPLICATE: _duplicate,
    Reason.TRANSFER: _transfer,
    Reason.AMOUNT: _amount,
    Reason.GL_CHANGED: _gl_changed,
    Reason.NEW_VENDOR: _new_vendor,
    Reason.NO_CODE: _no_code,
    Reason.LOW_CONFIDENCE: _low_confidence,
}


def _dollars(cents: int, row: Transaction | Movement) -> str:
    return money.dollars(cents, row.currency)


def _about(cents: int, row: Transaction) -> str:
    """An amount without its cents, where that is no less true."""
    whole = round(cents / 100) * 100
    near = abs(whole - cents) * 50 <= cents
    return money.dollars(whole, row.currency).replace(".00", "") if near else _dollars(cents, row)
