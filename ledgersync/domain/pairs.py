"""Pairs: two rows that may be one thing, the legs of a transfer or one purchase listed twice.

Found here, decided by people: nothing is coded, excluded or dropped because it looks like a pair.
"""

import re
from bisect import bisect_left, bisect_right
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum
from itertools import pairwise

TRANSFER_DAYS = 5
"""How many days the two banks may book a transfer apart."""

DUPLICATE_DAYS = 3
"""How many days apart one purchase is listed twice: pending on a Friday, posted on a Monday."""

_HABIT_DAYS = timedelta(days=45)
_HABIT = 3  # the same payee and amount so often is a habit, like a toll

# How banks say that money only moves; a wire or a check may go anywhere.
_SAYS_TRANSFER = re.compile(
    r"\b(?:transfers?|xfers?|trnsfr|tfr|sweep|auto ?pay|e-?payment|e?pymt|pmt|payment"
    r"|thank you|ach (?:pmt|payment))\b",
    re.IGNORECASE,
)


class PairKind(StrEnum):
    TRANSFER = "transfer"
    DUPLICATE = "duplicate"


@dataclass(frozen=True, slots=True)
class Movement:
    """What pairing looks at of a row. `amount` in cents, negative is money out.

    `load_id` is the load that brought the row ("" when not known), `open` tells whether a person
    may still decide it; `version`, `gl_code` and `reviewed` are its decision. `from_file` tells
    that it came from a statement file and not from LedgerSync.
    """

    id: str
    account_id: str
    date: date
    amount: int
    currency: str
    description: str
    check_number: str
    load_id: str
    open: bool
    version: int = 0
    gl_code: str = ""
    from_file: bool = False
    reviewed: bool = False


@dataclass(frozen=True, slots=True)
class TransferPair:
    """Money that left one account of a client and arrived in another.

    `said` tells that the bank's words speak of a transfer; otherwise only the amounts do.
    """

    out: Movement
    into: Movement
    said: bool

    @property
    def ids(self) -> tuple[str, str]:
        return pair_key(self.out.id, self.into.id)


@dataclass(frozen=True, slots=True)
class DuplicatePair:
    """Two rows of one account that may be the same purchase; `second` came later.

    `one_load` tells that both came in one load: then the bank itself lists both. Of two of which
    one has left in an export, `second` is the other; of LedgerSync's row and a file's it is the
    file's, unless only that one was reviewed. `alike` tells that their words may name one payee;
    of those of one day and two sources they need not.
    """

    first: Movement
    second: Movement
    one_load: bool
    alike: bool = True

    @property
    def ids(self) -> tuple[str, str]:
        return pair_key(self.first.id, self.second.id)

    @property
    def two_sources(self) -> bool:
        """Whether one is from LedgerSync and the other from a statement file."""
        return self.first.from_file != self.second.from_file

    @property
    def left(self) -> bool:
        """Whether both have left in exports: neither can be excluded before it is unlocked."""
        return not self.second.open


@dataclass(frozen=True, slots=True)
class Wording:
    """How descriptions are compared: `descriptor` normalises one, which takes its time.

    `alike` tells whether two normalised descriptions may name the same payee.
    """

    descriptor: Callable[[str], str]
    alike: Callable[[str, str], bool]

    def may_be_one(self, first: Movement, second: Movement) -> bool:
        """Whether two rows speak of one purchase; of checks the numbers say so."""
        if first.check_number and second.check_number:
            return first.check_number == second.check_number
        if first.description == second.description:
            return True
        one, other = self.descriptor(first.description), self.descriptor(second.description)
        return one == other or self.alike(one, other)


@dataclass(frozen=True, slots=True)
class Transfers:
    """The transfers that were found, and the ids of rows that fit several others and so none."""

    pairs: tuple[TransferPair, ...]
    ambiguous: frozenset[str]


def pair_key(one: str, other: str) -> tuple[str, str]:
    """The two ids of a pair, whichever way round it is named."""
    return (one, other) if one < other else (other, one)


def transfers(
    rows: Iterable[Movement], not_pairs: Collection[tuple[str, str]] = frozenset()
) -> Transfers:
    """Opposite amounts in two accounts within a few days, where each fits no other row.

    Args:
        rows: one client's rows.
        not_pairs: the keys of pairs of which a person said that they are none.
    """
    fits: defaultdict[str, list[Movement]] = defaultdict(list)
    couples = [
        (out, into)
        for out, into in _opposites(rows)
        if pair_key(out.id, into.id) not in not_pairs and (out.open or into.open)
    ]
    for out, into in couples:
        fits[out.id].append(into)
        fits[into.id].append(out)
    unique = [(a, b) for a, b in couples if len(fits[a.id]) == 1 and len(fits[b.id]) == 1]
    pairs = [TransferPair(out, into, _said(out, into)) for out, into in unique]
    pairs.sort(key=lambda pair: (not pair.said, pair.out.date, pair.out.id))
    ambiguous = frozenset(id_ for id_, others in fits.items() if len(others) > 1)
    return Transfers(tuple(pairs), ambiguous)


def _opposites(rows: Iterable[Movement]) -> Iterator[tuple[Movement, Movement]]:
    by_amount: defaultdict[tuple[str, int], list[Movement]] = defaultdict(list)
    for row in rows:
        by_amount[row.currency, row.amount].append(row)
    near = timedelta(days=TRANSFER_DAYS)
    for (currency, amount), leaving in by_amount.items():
        arriving = by_amount.get((currency, -amount), []) if amount < 0 else []
        for out in leaving:
            for into in arriving:
                if out.account_id != into.account_id and abs(out.date - into.date) <= near:
                    yield out, into


def _said(out: Movement, into: Movement) -> bool:
    return any(_SAYS_TRANSFER.search(row.description) for row in (out, into))


def near_amounts(moved: Iterable[tuple[int, date]]) -> set[int]:
    """The amounts that come twice within the days of a duplicate; given by amount, then date."""
    near = timedelta(days=DUPLICATE_DAYS)
    return {
        amount
        for (amount, day), (next_amount, next_day) in pairwise(moved)
        if amount == next_amount and next_day - day <= near
    }


def duplicates(
    rows: Iterable[Movement],
    wording: Wording,
    not_pairs: Collection[tuple[str, str]] = frozenset(),
) -> tuple[DuplicatePair, ...]:
    """The same amount twice in one account within a few days, in like words.

    What a person buys again and again at one price is a habit and not asked about, unless the two
    came in different loads: then the bank may have listed one row under two ids. LedgerSync and a
    statement file may word one row so differently that only the day and the amount are the same.

    Args:
        rows: rows of any accounts, some weeks around those that matter.
        wording: how descriptions are compared.
        not_pairs: the keys of pairs of which a person said that both are real.
    """
    found = []
    for group in _same_amounts(rows):
        near = [
            DuplicatePair(first, second, _one_load(first, second))
            for first, second in _neighbours(group)
            if pair_key(first.id, second.id) not in not_pairs
        ]
        alike = [p for p in near if wording.may_be_one(p.first, p.second)]
        days = _days_by_payee(group, wording) if alike else {}
        found += [p for p in alike if not _is_habit(p, days, wording)]
        found += _of_one_day(near, alike)
    found.sort(key=lambda pair: (pair.left, pair.one_load, pair.second.date, pair.second.id))
    return tuple(found)


def of_files(pairs: Sequence[DuplicatePair]) -> tuple[DuplicatePair, ...]:
    """The pairs of like words whose second row a file brought, where neither fits another one."""
    counts = Counter(id_ for pair in pairs for id_ in pair.ids)
    return tuple(
        pair
        for pair in pairs
        if pair.two_sources
        and pair.alike
        and pair.second.from_file
        and not pair.left
        and all(counts[id_] == 1 for id_ in pair.ids)
    )


def _of_one_day(
    near: Iterable[DuplicatePair], alike: Iterable[DuplicatePair]
) -> list[DuplicatePair]:
    """Pairs of the two sources and of one day, for rows that have none in like words."""
    paired = {id_ for pair in alike if pair.two_sources for id_ in pair.ids}
    return [
        replace(pair, alike=False)
        for pair in near
        if pair.two_sources and pair.first.date == pair.second.date and paired.isdisjoint(pair.ids)
    ]


def _same_amounts(rows: Iterable[Movement]) -> Iterator[list[Movement]]:
    groups: defaultdict[tuple[str, int], list[Movement]] = defaultdict(list)
    for row in rows:
        if row.amount:
            groups[row.account_id, row.amount].append(row)
    for group in groups.values():
        if len(group) > 1:
            yield sorted(group, key=lambda row: (row.date, row.id))


def _neighbours(group: Sequence[Movement]) -> Iterator[tuple[Movement, Movement]]:
    """Each row with the later ones that are near, in the order of `_kept_first`."""
    near = timedelta(days=DUPLICATE_DAYS)
    for place, earlier in enumerate(group):
        for later in group[place + 1 :]:
            if later.date - earlier.date > near:
                break
            yield _kept_first(earlier, later)


def _kept_first(earlier: Movement, later: Movement) -> tuple[Movement, Movement]:
    """First the row that stays where both are one.

    It is the one that has left in an export. Of LedgerSync's row and a file's it is the one that
    somebody has reviewed, or else LedgerSync's, which goes on being kept up to date.
    """
    if earlier.open != later.open:
        return (later, earlier) if earlier.open else (earlier, later)
    if earlier.from_file != later.from_file:
        rows = sorted((earlier, later), key=lambda row: (not row.reviewed, row.from_file))
        return rows[0], rows[1]
    return earlier, later


def _days_by_payee(group: Sequence[Movement], wording: Wording) -> dict[str, list[date]]:
    """The days of each payee's rows, in order, as the group's rows are."""
    days: defaultdict[str, list[date]] = defaultdict(list)
    for row in group:
        days[wording.descriptor(row.description)].append(row.date)
    return days


def _is_habit(pair: DuplicatePair, days: Mapping[str, Sequence[date]], wording: Wording) -> bool:
    """Whether the payee of the first row has so many of the amount, the second one counted in."""
    first, second = pair.first, pair.second
    if not pair.one_load:
        return False
    payee = wording.descriptor(first.description)
    since, until = first.date - _HABIT_DAYS, first.date + _HABIT_DAYS
    alike = bisect_right(days[payee], until) - bisect_left(days[payee], since)
    alike += wording.descriptor(second.description) != payee
    return alike >= _HABIT


def _one_load(first: Movement, second: Movement) -> bool:
    return first.load_id == second.load_id
