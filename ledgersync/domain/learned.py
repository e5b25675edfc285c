"""What was learned from a client's reviewed rows, as its people can look it over and stop it."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import date, datetime
from typing import NamedTuple

from ledgersync.domain.suggestions import CodedLine

_ROWS_KEPT = 100


class ReviewedRow(NamedTuple):
    """A row that a person has coded and reviewed, with the id and descriptor of its line."""

    id: str
    descriptor: str
    coded: CodedLine


class Stop(NamedTuple):
    """What is not to be suggested for a descriptor: a vendor or a GL code, the other is ""."""

    descriptor: str
    vendor_id: str
    gl_code: str


@dataclass(frozen=True, slots=True)
class Stopped:
    """A stop as people see it: what it is called, and who asked for it when."""

    stop: Stop
    name: str
    at: datetime
    by: str


@dataclass(frozen=True, slots=True)
class LearnedChoice:
    """A vendor or a GL code that rows were given: `rows` out of `of` that were given any.

    `key` is the vendor's id or the GL code, `name` what people call it.
    """

    stop: Stop
    name: str
    rows: int
    of: int
    last_on: date
    stopped: bool

    @property
    def words(self) -> str:
        """The choice with its counts: "6250 - Travel in 12 of 13"."""
        return f"{self.name} in {self.rows:,} of {self.of:,}"


@dataclass(frozen=True, slots=True)
class LearnedText:
    """All reviewed rows that read the same: what they were given, the commonest first.

    `example` is the newest description as the bank sent it; `row_ids` are the newest hundred rows,
    the newest first.
    """

    descriptor: str
    example: str
    rows: int
    last_on: date
    gl_codes: tuple[LearnedChoice, ...]
    vendors: tuple[LearnedChoice, ...]
    row_ids: tuple[str, ...]

    @property
    def choices(self) -> tuple[LearnedChoice, ...]:
        return (*self.gl_codes, *self.vendors)

    @property
    def stopped(self) -> bool:
        """Whether something of it is no longer suggested."""
        return any(choice.stopped for choice in self.choices)


@dataclass(frozen=True, slots=True)
class Names:
    """What people call vendors, by id, and GL codes."""

    vendors: Mapping[str, str]
    gl_codes: Mapping[str, str]

    def of(self, stop: Stop) -> str:
        """The name of what is stopped; what has left the lists keeps its code, if it has one."""
        if stop.gl_code:
            return self.gl_codes.get(stop.gl_code, stop.gl_code)
        return self.vendors.get(stop.vendor_id, "A vendor that was deleted")


def what_was_learned(
    reviewed: Iterable[ReviewedRow], names: Names, stops: AbstractSet[Stop]
) -> list[LearnedText]:
    """Sum up reviewed rows, given oldest first, by descriptor; those with most rows come first."""
    by_text: defaultdict[str, list[ReviewedRow]] = defaultdict(list)
    for row in reviewed:
        by_text[row.descriptor].append(row)
    found = [_text(descriptor, rows, names, stops) for descriptor, rows in by_text.items()]
    return sorted(found, key=lambda text: (-text.rows, text.descriptor))


def reads_like(text: LearnedText, search: str) -> bool:
    """Whether every word that somebody looks for is in a text, its example or its choices."""
    names = " ".join(choice.name for choice in text.choices)
    within = f"{text.descriptor} {text.example} {names}".casefold()
    return all(word in within for word in search.casefold().split())


def _text(
    descriptor: str, rows: Sequence[ReviewedRow], names: Names, stops: AbstractSet[Stop]
) -> LearnedText:
    newest = rows[-1].coded.line

    def choices(stop_of: Callable[[CodedLine], Stop]) -> tuple[LearnedChoice, ...]:
        given = [(stop_of(row.coded), row.coded.line.date) for row in rows]
        return _choices([one for one in given if any(one[0][1:])], names, stops)

    return LearnedText(
        descriptor=descriptor,
        example=newest.description,
        rows=len(rows),
        last_on=newest.date,
        gl_codes=choices(lambda coded: Stop(descriptor, "", coded.gl_code)),
        vendors=choices(lambda coded: Stop(descriptor, coded.vendor_id, "")),
        row_ids=tuple(row.id for row in rows[: -_ROWS_KEPT - 1 : -1]),
    )


def _choices(
    given: Sequence[tuple[Stop, date]], names: Names, stops: AbstractSet[Stop]
) -> tuple[LearnedChoice, ...]:
    counts = Counter(stop for stop, _ in given)
    last = dict(given)  # the newest day of each comes last
    return tuple(
        LearnedChoice(stop, names.of(stop), rows, len(given), last[stop], stop in stops)
        for stop, rows in counts.most_common()
    )
