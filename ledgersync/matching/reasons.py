"""Why a code is proposed: the past rows that speak for it, counted plainly and dated."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np

from ledgersync.domain.past_rows import Whose, counted, looks_like
from ledgersync.matching.evidence import Near
from ledgersync.matching.levels import Level
from ledgersync.matching.memory import Lines, Numbers
from ledgersync.matching.normalise import Descriptor
from ledgersync.matching.past import Groups, Past

# From the rows most like the line to those that share least with it.
_SPECIFIC = (
    Level.ACCOUNT_DESCRIPTOR,
    Level.DESCRIPTOR,
    Level.WORDING,
    Level.HEAD,
    Level.AMOUNT,
)
_ORDER = (
    *_SPECIFIC,
    Level.FIRM_DESCRIPTOR,
    Level.LIKE,
    Level.FIRM_LIKE,
    Level.ACCOUNT,
    Level.CLIENT,
)
# First what at least half of the rows say, then what any row says.
_PASSES = (*((level, 0.5) for level in _SPECIFIC), *((level, 0.0) for level in _ORDER))
# Levels of alike descriptors, and where the rows of a descriptor are grouped.
_ALIKE = {Level.LIKE: Level.DESCRIPTOR, Level.FIRM_LIKE: Level.FIRM_DESCRIPTOR}
WHOSE = {
    Level.ACCOUNT_DESCRIPTOR: Whose.ACCOUNT,
    Level.DESCRIPTOR: Whose.CLIENT,
    Level.AMOUNT: Whose.AMOUNT,
    Level.WORDING: Whose.WORDING,
    Level.HEAD: Whose.HEAD,
    Level.FIRM_DESCRIPTOR: Whose.FIRM,
    Level.ACCOUNT: Whose.ACCOUNT_ANY,
    Level.CLIENT: Whose.CLIENT_ANY,
}


@dataclass(frozen=True, slots=True)
class Reason:
    """What speaks for a code: `agreed` of the `rows` past rows at that level, the last on `last`.

    `level` is None where no past row speaks for it. `text` is the normalised descriptor of those
    rows: the line's own, or the one that it looks like.
    """

    level: Level | None
    agreed: int = 0
    rows: int = 0
    last: date | None = None
    text: str = ""

    def sentence(self, code: str) -> str:
        """Such as "coded 6250 in 12 of 13 past rows of this account, last on 03/02/2026"."""
        if self.level is None or self.last is None:
            return "nothing like it was coded before"
        if self.level in {Level.LIKE, Level.FIRM_LIKE}:
            return looks_like(self.text, code, self.last)
        return counted(code, self.agreed, self.rows, WHOSE[self.level], self.last)


NO_REASON = Reason(None)


class Tally:
    """How many rows of each line's group have its code, how many there are, and the last day."""

    def __init__(self, past: Past, groups: Numbers, wanted: Numbers, codes: Numbers) -> None:
        asked = np.unique(wanted)
        place = _index(asked, groups)
        here = place < len(asked)
        place, code, day = place[here], past.codes[here], past.lines.day[here]
        line, width = _index(asked, wanted), 1 + int(max(past.codes.max(), codes.max(initial=0)))
        pairs, which = np.unique(place * width + code, return_inverse=True)
        last = np.zeros(len(pairs) + 1, np.int64)
        np.maximum.at(last, which, day)
        pair = _index(pairs, line * width + codes)
        self.agreed = np.bincount(which, minlength=len(pairs) + 1)[pair]
        self.rows = np.bincount(place, minlength=len(asked))[line]
        self.last = last[pair]

    def reason(self, i: int, level: Level, text: str) -> "Reason":
        """The reason for the line at place i."""
        last = date.fromordinal(int(self.last[i]))
        return Reason(level, int(self.agreed[i]), int(self.rows[i]), last, text)


class Reasons:
    """Looks up the past rows behind codes; `texts` are the words of each text number."""

    def __init__(self, past: Past, near: Near, texts: Sequence[Descriptor]) -> None:
        self._past = past
        self._near = near
        self._texts = texts

    def behind(self, lines: Lines, groups: Groups, codes: Numbers) -> list[Reason]:
        """The reason for each line's code."""
        told = [NO_REASON] * len(lines)
        left = np.flatnonzero(codes >= 0)
        for level, least in _PASSES:
            if not len(left):
                break
            asked, wanted = lines.take(left), codes[left]
            text, group = self._place(level, asked, groups, left, wanted)
            tally = self._tally(level, group, wanted)
            found = (tally.agreed > 0) & (tally.agreed >= least * tally.rows)
            for i in np.flatnonzero(found).tolist():
                told[left[i]] = tally.reason(i, level, self._texts[text[i]].text)
            left = left[~found]
        return told

    def _place(
        self, level: Level, lines: Lines, groups: Groups, left: Numbers, codes: Numbers
    ) -> tuple[Numbers, Numbers]:
        """The text of the rows that may speak for each line, and their group."""
        if level not in _ALIKE:
            return lines.text, groups[level][left]
        text = self._first_alike(level, lines, codes)
        return text, self._past.of_texts(_whose(level, lines), text)

    def _first_alike(self, level: Level, lines: Lines, codes: Numbers) -> Numbers:
        """The text most like each line's that was coded to the line's code; its own if none was."""
        links = self._near.alike[np.searchsorted(self._near.texts, lines.text)]
        asked = np.repeat(np.arange(len(lines)), np.diff(links.indptr))
        text = self._near.learned[links.indices]
        group = self._past.of_texts(_whose(level, lines.take(asked)), text)
        hits = np.flatnonzero(self._tally(level, group, codes[asked]).agreed)[::-1]
        first = lines.text.copy()
        first[asked[hits]] = text[hits]
        return first

    def _tally(self, level: Level, group: Numbers, codes: Numbers) -> Tally:
        return Tally(self._past, self._past.groups[_ALIKE.get(level, level)], group, codes)


def _whose(level: Level, lines: Lines) -> Numbers | None:
    return lines.client if level is Level.LIKE else None


def _index(found: Numbers, wanted: Numbers) -> Numbers:
    """Where each wanted number stands among the sorted ones; behind the last if nowhere."""
    place = np.searchsorted(found, wanted)
    here = np.append(found, -1)[place] == wanted
    return np.where(here, place, len(found))
