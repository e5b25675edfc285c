"""Whose page is drawn now, when many people click at once.

Drawing a page is Python's work, of which a process does one thing at a time. Threads that compete
for it get less done together than one after the other: with a hundred people who come within five
seconds, half as many pages a second. So a page waits until few others are being drawn.
"""

from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Condition
from time import monotonic

_AT_ONCE = 2  # one of them mostly waits for the database
_DRAWN_WITHIN = 1.0  # seconds


class Turns:
    """Turns in the order of their coming, `at_once` together.

    A turn that takes longer than `drawn_within` seconds is at something else than drawing, such as
    a load: it goes on, and nobody waits for it.
    """

    def __init__(self, at_once: int = _AT_ONCE, drawn_within: float = _DRAWN_WITHIN) -> None:
        self._at_once = at_once
        self._drawn_within = drawn_within
        self._changed = Condition()
        self._waiting: deque[object] = deque()
        self._begun: dict[object, float] = {}

    @property
    def waiting(self) -> int:
        """How many want a turn and have none yet."""
        return len(self._waiting)

    @contextmanager
    def taken(self) -> Iterator[None]:
        """Wait for a turn, and give it back at the end."""
        me = object()
        with self._changed:
            self._waiting.append(me)
            while self._waiting[0] is not me or self._all_taken():
                self._changed.wait(self._drawn_within / 4)
            self._waiting.popleft()
            self._begun[me] = monotonic()
            self._changed.notify_all()
        try:
            yield
        finally:
            with self._changed:
                del self._begun[me]
                self._changed.notify_all()

    def _all_taken(self) -> bool:
        since = monotonic() - self._drawn_within
        return sum(begun > since for begun in self._begun.values()) >= self._at_once


DRAWING = Turns()
