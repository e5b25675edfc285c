"""The past, grouped at every level: rows of one group are alike as far as that level looks."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from ledgersync.matching.levels import EXACT, Level, key, keys
from ledgersync.matching.memory import Lines, Numbering, Numbers

Groups = Mapping[Level, Numbers]
"""The group of each row, or line, at each exact level."""


class Grouping:
    """Numbers the groups of every level; new rows add to them, nothing is ever sorted again."""

    def __init__(self) -> None:
        self._groups = {level: Numbering() for level in EXACT}

    def add(self, lines: Lines) -> Groups:
        return {level: self._groups[level].of(k.tolist()) for level, k in keys(lines).items()}

    def find(self, lines: Lines) -> Groups:
        """The groups that lines belong to; size(level) stands for none."""
        return {level: self.look_up(level, k) for level, k in keys(lines).items()}

    def look_up(self, level: Level, wanted: Numbers) -> Numbers:
        return self._groups[level].find_all(wanted.tolist())

    def size(self, level: Level) -> int:
        return len(self._groups[level])


@dataclass(frozen=True, slots=True)
class Past:
    """Coded rows: their lines, the numbers of their codes, and their groups."""

    lines: Lines
    codes: Numbers
    groups: Groups
    grouping: Grouping

    def __len__(self) -> int:
        return len(self.codes)

    def take(self, which: npt.NDArray[np.generic]) -> "Past":
        groups = {level: group[which] for level, group in self.groups.items()}
        return Past(self.lines.take(which), self.codes[which], groups, self.grouping)

    def then(self, lines: Lines, codes: Numbers) -> "Past":
        """This past and more rows after it."""
        added = self.grouping.add(lines)
        groups = {level: np.append(group, added[level]) for level, group in self.groups.items()}
        return Past(self.lines.then(lines), np.append(self.codes, codes), groups, self.grouping)

    def of_texts(self, client: Numbers | None, texts: Numbers) -> Numbers:
        """The groups of a client's rows with these texts; of the firm's where client is None."""
        if client is None:
            return self.grouping.look_up(Level.FIRM_DESCRIPTOR, key(texts))
        return self.grouping.look_up(Level.DESCRIPTOR, key(client, texts))


def no_past(nothing: Lines) -> Past:
    grouping = Grouping()
    return Past(nothing, np.zeros(0, np.int64), grouping.add(nothing), grouping)
