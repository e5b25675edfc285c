"""Why a code is proposed: the past rows that speak for it, counted plainly and dated."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np

from ledgersync.matching.evidence import Level, Near, keys
from ledgersync.matching.memory import Lines, Numbers
from ledgersync.matching.tables import key

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
_WHOSE = {
    Level.ACCOUNT_DESCRIPTOR: "of this account",
    Level.DESCRIPTOR: "of this client",
    Level.AMOUNT: "of this client with this amount",
    Level.WORDING: "of this client with these words",
    Level.HEAD: "of this client that begin alike",
    Level.FIRM_DESCRIPTOR: "of other clients",
    Level.ACCOUNT: "of this account, whatever they say",
    Level.CLIENT: "of this client, whatever they say",
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

    def sentence(self, code: str, today: date) -> str:
        """Such as "coded 6250 in 12 of 13 past rows of this account, last on 03/02"."""
        if self.level is None or self.last is None:
            return "nothing like it was coded before"
        when = self.last.strftime("%m/%d" if self.last.year == today.year else "%m/%d/%Y")
        if self.level in {Level.LIKE, Level.FIRM_LIKE}:
            return f"looks like {self.text}, coded {code}, last on {when}"
        rows = "row" if self.rows == 1 else "rows"
        whose = _WHOSE[self.level]
        return f"coded {code} in {self.agreed} of {self.rows} past {rows} {whose}, last on {when}"


NO_REASON = Reason(None)


class Tally:
    """How many rows there are for each key, and the day of the last one."""

    def __init__(self, found: Numbers, days: Numbers) -> None:
        self._keys, which = np.unique(found, return_inverse=True)
        # A last entry for what is not here: no rows, no day.
        self._counts = np.append(np.bincount(which, minlength=len(self._keys)), 0)
        self._last = np.zeros(len(self._counts), np.int64)
        np.maximum.at(self._last, which, days)

    def __call__(self, wanted: Numbers) -> tuple[Numbers, Numbers]:
        nothing = len(self._keys)
        place = np.searchsorted(self._keys, wanted)
        here = place < nothing
        here[here] = self._keys[place[here]] == wanted[here]
        place = np.where(here, place, nothing)
        return self._counts[place], self._last[place]


class Reasons:
    """Looks up the past rows behind codes."""

    def __init__(self, past: Lines, codes: Numbers) -> None:
        found = keys(past)
        self._rows = {level: Tally(found[level], past.day) for level in _ORDER}
        self._agreed = {level: Tally(key(found[level], codes), past.day) for level in _ORDER}

    def behind(self, lines: Lines, codes: Numbers, near: Near, texts: list[str]) -> list[Reason]:
        """The reason for each line's code; `texts` are the words of each text number."""
        found = keys(lines)
        alike = {
            level: self._first_alike(level, lines, codes, near)
            for level in (Level.LIKE, Level.FIRM_LIKE)
        }
        told: list[Reason | None] = [None] * len(lines)
        for levels, least in ((_SPECIFIC, 0.5), (_ORDER, 0.0)):
            for level in levels:
                text = alike.get(level, lines.text)
                wanted = _looked_up(level, lines, text) if level in alike else found[level]
                self._tell(told, level, wanted, codes, [texts[t] for t in text], least)
        return [reason or NO_REASON for reason in told]

    def _tell(
        self,
        told: list[Reason | None],
        level: Level,
        wanted: Numbers,
        codes: Numbers,
        texts: Sequence[str],
        least: float,
    ) -> None:
        """Fill the reasons that are still open, where at least that share of the rows agrees."""
        agreed, last = self._agreed[level](key(wanted, codes))
        rows, _ = self._rows[level](wanted)
        for i in np.flatnonzero((agreed > 0) & (agreed >= least * rows)).tolist():
            if told[i] is None:
                day = date.fromordinal(int(last[i]))
                told[i] = Reason(level, int(agreed[i]), int(rows[i]), day, texts[i])

    def _first_alike(self, level: Level, lines: Lines, codes: Numbers, near: Near) -> Numbers:
        """The text most like each line's that was coded to the line's code; its own if none was."""
        links = near.alike[np.searchsorted(near.texts, lines.text)]
        asked = np.repeat(np.arange(len(lines)), np.diff(links.indptr))
        text = near.learned[links.indices]
        agreed, _ = self._agreed[level](
            key(_looked_up(level, lines.take(asked), text), codes[asked])
        )
        hits = np.flatnonzero(agreed)[::-1]
        first = lines.text.copy()
        first[asked[hits]] = text[hits]
        return first


def _looked_up(level: Level, lines: Lines, text: Numbers) -> Numbers:
    return key(text) if level is Level.FIRM_LIKE else key(lines.client, text)
