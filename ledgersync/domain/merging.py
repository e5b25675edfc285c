"""Merging a fresh read of the feed into what is stored: nothing doubled, nothing dropped.

Pure: it plans, storage carries the plan out. Rows are the same when LedgerSync's id is the same.
Where the feed has no ids, the k-th equal purchase of a day is the same as the k-th stored one, so
two real equal purchases both live and a second load adds nothing.
"""

import hashlib
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from difflib import SequenceMatcher

from ledgersync import money
from ledgersync.domain.periods import Period
from ledgersync.domain.transactions import FeedTransaction

# A card authorisation rarely takes longer to post; the same span is re-read on every load.
SETTLING_DAYS = 10


@dataclass(frozen=True, slots=True)
class StoredTransaction:
    """What merging needs to know of a stored row. `decided`: reviewed, excluded or exported."""

    id: str
    source_key: str
    date: date
    description: str
    amount: int
    payee: str
    check_number: str
    memo: str
    pending: bool
    raw: str
    source_note: str
    removed: bool
    decided: bool


@dataclass(frozen=True, slots=True)
class Change:
    """A stored row that gets the feed's newer values; `note` says what a reviewer must know."""

    stored: StoredTransaction
    source_key: str
    fetched: FeedTransaction
    note: str


@dataclass(frozen=True, slots=True)
class MergePlan:
    """What a load will do to the stored rows of one account."""

    new: tuple[tuple[str, FeedTransaction], ...]
    changed: tuple[Change, ...]
    removed: tuple[StoredTransaction, ...]
    unchanged: int


Keyed = dict[str, FeedTransaction]


def keyed(fetched: Iterable[FeedTransaction]) -> Keyed:
    """Give each fetched row its source key, in order."""
    seen: Counter[tuple[date, int, str]] = Counter()
    rows: Keyed = {}
    for row in fetched:
        if row.source_id:
            rows[f"id:{row.source_id}"] = row
            continue
        same = (row.date, row.amount, plain_text(row.description))
        seen[same] += 1
        rows[fingerprint(*same, seen[same])] = row
    return rows


def plan_merge(
    stored: Sequence[StoredTransaction], fetched: Keyed, window: Period | None
) -> MergePlan:
    """Compare a read of the feed with what is stored.

    Args:
        stored: every stored row of the account that the days read or the fetched keys touch.
        fetched: all rows of the feed, as `keyed` gives them.
        window: the days that were read completely, so that a row missing in them has vanished;
            None when the read was incomplete and absence proves nothing.
    """
    by_key = {row.source_key: row for row in stored}
    gone = [
        row
        for row in stored
        if row.source_key not in fetched and (window is None or row.date in window)
    ]
    unknown = [key for key in fetched if key not in by_key]
    settled = _settle(gone, {key: fetched[key] for key in unknown}, proven=window is not None)
    pairs = [(by_key[key], key) for key in fetched if key in by_key] + settled
    changes = [
        _change(row, key, fetched[key]) for row, key in pairs if _differs(row, key, fetched[key])
    ]
    known = {key for _, key in settled}
    matched = {row.id for row, _ in settled}
    return MergePlan(
        new=tuple((key, fetched[key]) for key in unknown if key not in known),
        changed=tuple(changes),
        removed=tuple(row for row in gone if window and not row.removed and row.id not in matched),
        unchanged=len(pairs) - len(changes),
    )


def plain_text(text: str) -> str:
    """A description without the differences that carry no meaning: case and spacing."""
    return " ".join(text.upper().split())


def fingerprint(day: date, amount: int, text: str, occurrence: int) -> str:
    """The key of a row without an id: the k-th of that day, amount and text."""
    source = f"{day.isoformat()}|{amount}|{text}|{occurrence}"
    return "fp:" + hashlib.sha256(source.encode()).hexdigest()[:40]


def _settle(
    gone: Sequence[StoredTransaction], unknown: Keyed, *, proven: bool
) -> list[tuple[StoredTransaction, str]]:
    """Pair rows that vanished with the ones that took their place, the best match first."""
    if not gone:
        return []
    by_amount: defaultdict[int, list[str]] = defaultdict(list)
    for key, fetched in unknown.items():
        by_amount[fetched.amount].append(key)
    candidates = sorted(
        (
            (-_likeness(row, unknown[key]), abs(unknown[key].date - row.date), row.id, row, key)
            for row in gone
            for key in by_amount[row.amount]
            if _could_settle(row, key, unknown[key], proven=proven)
        ),
        key=lambda candidate: candidate[:3],
    )
    pairs: list[tuple[StoredTransaction, str]] = []
    rows_used: set[str] = set()
    keys_used: set[str] = set()
    for _, _, row_id, vanished, key in candidates:
        if row_id not in rows_used and key not in keys_used:
            rows_used.add(row_id)
            keys_used.add(key)
            pairs.append((vanished, key))
    return pairs


def _could_settle(
    stored: StoredTransaction, key: str, fetched: FeedTransaction, *, proven: bool
) -> bool:
    """Pending rows post under a new id; others may get a new id or, without one, a new text.

    Feeds give all ids anew when an account is connected again or the profile is corrected: where a
    row has provably vanished, the very same purchase under another id is that row.
    """
    if stored.pending:
        return abs((fetched.date - stored.date).days) <= SETTLING_DAYS
    if fetched.date != stored.date:
        return False
    if stored.source_key.startswith("fp:") and key.startswith("fp:"):
        return not stored.removed
    return proven and plain_text(stored.description) == plain_text(fetched.description)


def _likeness(stored: StoredTransaction, fetched: FeedTransaction) -> float:
    return SequenceMatcher(
        None, plain_text(stored.description), plain_text(fetched.description)
    ).ratio()


def _values(row: StoredTransaction | FeedTransaction) -> tuple[object, ...]:
    return (
        row.date,
        row.description,
        row.amount,
        row.payee,
        row.check_number,
        row.memo,
        row.pending,
        row.raw,
    )


def _differs(stored: StoredTransaction, key: str, fetched: FeedTransaction) -> bool:
    return stored.removed or stored.source_key != key or _values(stored) != _values(fetched)


def _change(stored: StoredTransaction, key: str, fetched: FeedTransaction) -> Change:
    note = _what_changed(stored, fetched) if stored.decided else ""
    return Change(stored, key, fetched, note or stored.source_note)


def _what_changed(stored: StoredTransaction, fetched: FeedTransaction) -> str:
    """The changes that a reviewer must see, in words; "" when money and text are the same."""
    before = []
    if stored.amount != fetched.amount:
        before.append(f"the amount was {money.dollars(stored.amount)}")
    if stored.date != fetched.date:
        before.append(f"the date was {stored.date:%m/%d/%Y}")
    if stored.description != fetched.description:
        before.append(f"the description was {stored.description!r}")
    if stored.check_number != fetched.check_number:
        before.append(f"the check number was {stored.check_number or 'empty'}")
    return "Changed at LedgerSync after review: " + ", ".join(before) + "." if before else ""
