"""Levels: what past rows can share with a line, from its account and descriptor to its client."""

from enum import IntEnum

import numpy as np

from ledgersync.matching.memory import Lines, Numbers

# Any odd number with well-mixed bits.
_SPREAD = np.int64(-7046029254386353131)


class Level(IntEnum):
    """What past rows share with a line."""

    CLIENT = 0
    ACCOUNT = 1
    ACCOUNT_DESCRIPTOR = 2
    ACCOUNT_SIZE = 3
    LIKE = 4
    HEAD = 5
    DESCRIPTOR = 6
    DIRECTION = 7
    SIZE = 8
    AMOUNT = 9
    WORDING = 10
    FIRM_LIKE = 11
    FIRM_HEAD = 12
    FIRM_DESCRIPTOR = 13
    FIRM_WORDING = 14


EXACT: tuple[Level, ...] = tuple(
    level for level in Level if level not in {Level.LIKE, Level.FIRM_LIKE}
)
"""Levels that know a row at once; the others ask which descriptors read alike."""


def keys(lines: Lines) -> dict[Level, Numbers]:
    """What each line looks under at each exact level."""
    client, text, head = lines.client, lines.text, lines.head
    return {
        Level.CLIENT: key(client),
        Level.ACCOUNT: key(lines.account),
        Level.ACCOUNT_DESCRIPTOR: key(lines.account, text),
        Level.ACCOUNT_SIZE: key(lines.account, lines.size),
        Level.HEAD: key(client, head),
        Level.DESCRIPTOR: key(client, text),
        Level.DIRECTION: key(client, text, lines.way),
        Level.SIZE: key(client, head, lines.size),
        Level.AMOUNT: key(client, head, lines.cents),
        Level.WORDING: key(client, lines.wording),
        Level.FIRM_HEAD: key(head),
        Level.FIRM_DESCRIPTOR: key(text),
        Level.FIRM_WORDING: key(lines.wording),
    }


def key(*columns: Numbers) -> Numbers:
    """One number for a combination: equal ones are equal, others differ all but surely."""
    mixed = np.zeros(len(columns[0]), np.int64)
    for column in columns:
        mixed = (mixed + column + 1) * _SPREAD
        mixed ^= mixed >> np.int64(29)
    return mixed
