"""Large runs: on all processors, and without stopping to look for what can be thrown away."""

import gc
import os
import signal
import sys
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from functools import cache
from multiprocessing import get_context
from typing import Any, TypeVar

Part = TypeVar("Part")
Result = TypeVar("Result")

_MOST_PROCESSES = 4  # each needs memory of its own

# A load makes transactions by the ten thousand, which hold no cycles: with Python's own thresholds
# the search for cycles would take a fifth of its time.
_COLLECTIONS = (50_000, 20, 100)

_work: list[Callable[[int], Any]] = []


@cache
def search_memory_seldom() -> None:
    """Once per process: what its libraries made is never searched again, the rest not so often."""
    gc.freeze()
    gc.set_threshold(*_COLLECTIONS)


@contextmanager
def nothing_collected() -> Iterator[None]:
    """Don't look for reference cycles: a run makes objects by the million, which hold none."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def in_parallel(do: Callable[[Part], Result], parts: Sequence[Part]) -> list[Result]:
    """Do every part, in order, in as many processes as there are processors.

    The processes are copies of this one, so that they share what it knows without sending it; only
    the results are sent back. Where there is one part or processor, or a system that can't copy
    processes safely, the parts are done here, one after the other.
    """
    count = min(len(parts), _processors(), _MOST_PROCESSES)
    if count < 2 or sys.platform != "linux":  # noqa: PLR2004  two make it parallel
        return [do(part) for part in parts]
    gc.freeze()  # else the copies would touch, and so duplicate, all that they share
    work = (lambda place: do(parts[place]),)
    try:
        with ProcessPoolExecutor(count, get_context("fork"), _take_up, work) as copies:
            return list(copies.map(_done, range(len(parts))))
    finally:
        gc.unfreeze()


def _take_up(work: Callable[[int], Any]) -> None:
    """What a copy begins with: Ctrl-C is for the first process, which then ends the others."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    _work.append(work)


def _done(place: int) -> Any:  # noqa: ANN401  whatever the work gives
    return _work[-1](place)


def _processors() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else 1
