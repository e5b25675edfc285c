"""What a made file is, and what is known of it."""

from collections.abc import Hashable
from dataclasses import dataclass


@dataclass(frozen=True)
class Facts:
    """What a reader has to find: entries, a sum in cents or of anything, and the lines to refuse.

    `told` are lines of the file that a reader names as not taken in.
    """

    entries: int
    total: Hashable
    told: tuple[int, ...] = ()


@dataclass(frozen=True)
class Made:
    """A file, what it is in words, and what is known of it; nothing of a spoiled one."""

    data: bytes
    words: str
    facts: Facts | None = None
