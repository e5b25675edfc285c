"""What people have coded so far, kept as columns of numbers that can be counted in one go."""

from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass, fields

import numpy as np
import numpy.typing as npt

from ledgersync.domain.suggestions import BankLine
from ledgersync.matching.normalise import Descriptor, normalise_all

Numbers = npt.NDArray[np.int64]


class Numbering:
    """Gives each new thing the next number, and each known thing its own."""

    def __init__(self) -> None:
        self._numbers: dict[Hashable, int] = {}

    def __len__(self) -> int:
        return len(self._numbers)

    def of(self, things: Iterable[Hashable]) -> Numbers:
        numbers = self._numbers
        return np.array([numbers.setdefault(t, len(numbers)) for t in things], np.int64)

    def __iter__(self) -> Iterator[Hashable]:
        return iter(self._numbers)

    def find_all(self, things: Sequence[Hashable]) -> Numbers:
        """The number of each thing; len(self) for one that has none."""
        numbers, nothing = self._numbers, len(self._numbers)
        return np.array([numbers.get(thing, nothing) for thing in things], np.int64)

    def find(self, thing: Hashable) -> int | None:
        return self._numbers.get(thing)


@dataclass(frozen=True, slots=True)
class Lines:
    """Bank lines as columns, a number for every name.

    `account` numbers a client's account, so that equal account ids of two clients differ.
    `wording` numbers descriptions as they came, `text` and `head` normalised ones. `cents` as on
    the line, `day` is the date's ordinal.
    """

    client: Numbers
    account: Numbers
    wording: Numbers
    text: Numbers
    head: Numbers
    cents: Numbers
    day: Numbers

    def __len__(self) -> int:
        return len(self.day)

    @property
    def way(self) -> Numbers:
        """Which way the money went: 1 in, 0 out."""
        return (self.cents > 0).astype(np.int64)

    @property
    def size(self) -> Numbers:
        """How large the amount is, and its way: one number for every doubling."""
        doublings = np.ceil(np.log2(np.abs(self.cents) + 1.0)).astype(np.int64)
        return 2 * doublings + self.way

    def take(self, which: npt.NDArray[np.generic]) -> "Lines":
        return self._each(lambda column: column[which])

    def then(self, more: "Lines") -> "Lines":
        both = (np.concatenate(pair) for pair in zip(self.columns(), more.columns(), strict=True))
        return Lines(*both)

    def columns(self) -> tuple[Numbers, ...]:
        return tuple(getattr(self, column.name) for column in fields(self))

    def _each(self, change: Callable[[Numbers], Numbers]) -> "Lines":
        return Lines(*map(change, self.columns()))


class Register:
    """Turns bank lines into columns; the same name has the same number in every batch."""

    def __init__(self) -> None:
        self.clients = Numbering()
        self.descriptors: list[Descriptor] = []
        self._accounts = Numbering()
        self._texts = Numbering()
        self._heads = Numbering()
        self._seen: dict[str, tuple[int, int, int]] = {}

    def columns(self, lines: Sequence[BankLine]) -> Lines:
        self._normalise(lines)
        seen = np.array([self._seen[line.description] for line in lines], np.int64)
        wording, text, head = seen.reshape(-1, 3).T
        return Lines(
            self.clients.of(line.client_id for line in lines),
            self._accounts.of((line.client_id, line.account_id) for line in lines),
            wording,
            text,
            head,
            np.array([line.amount for line in lines], np.int64),
            np.array([line.date.toordinal() for line in lines], np.int64),
        )

    def _normalise(self, lines: Sequence[BankLine]) -> None:
        """Give every new description its numbers; each is normalised once only."""
        new = [d for d in dict.fromkeys(line.description for line in lines) if d not in self._seen]
        found = normalise_all(new)
        texts = self._texts.of(descriptor.text for descriptor in found)
        heads = self._heads.of(descriptor.head for descriptor in found)
        for description, descriptor, text, head in zip(new, found, texts, heads, strict=True):
            self._seen[description] = len(self._seen), int(text), int(head)
            if text == len(self.descriptors):
                self.descriptors.append(descriptor)
