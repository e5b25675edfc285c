"""What a check of an installation comes to: a line, and a verdict."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from ledgersync.config import Settings


class Verdict(StrEnum):
    OK = "ok"
    WARN = "warn"
    FAIL = "fail"


@dataclass(frozen=True, slots=True)
class Line:
    """One check and what came of it."""

    verdict: Verdict
    what: str


Check = Callable[[Settings], Iterator[Line]]
