"""Which fields some JSON has, and of which types - never which values."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from enum import StrEnum

from ledgersync.bankfeed.documents import kind

NULL = kind(None)

_DEEPEST = 6
_NAME = re.compile(r"[A-Za-z_$][\w$-]{0,39}", re.ASCII)
_HUMPS_AND_LINES = re.compile(r"[^a-z0-9]+")

Census = Mapping[str, Counter[str]]


class Verdict(StrEnum):
    FOUND = "found"
    MISSING = "missing"
    OTHER_TYPE = "other type"


@dataclass(frozen=True, slots=True)
class Expected:
    """A field as the profile has it: its key there, its dotted path, and the types it may have."""

    key: str
    path: str
    types: frozenset[str]
    optional: bool = False


@dataclass(frozen=True, slots=True)
class Check:
    """An expected field beside what was seen; `suggestion` is a field of a similar name."""

    expected: Expected
    verdict: Verdict
    types: tuple[str, ...]
    suggestion: str


def take(values: Iterable[object]) -> Census:
    """Count the types at each dotted path over all values; a list counts as one field."""
    seen: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for value in values:
        for path, type_ in _walk(value, "", 0):
            seen[path][type_] += 1
    return seen


def _walk(value: object, path: str, depth: int) -> Iterator[tuple[str, str]]:
    if path:
        yield path, kind(value)
    if isinstance(value, dict) and depth < _DEEPEST:
        for key, inner in value.items():
            name = key if _NAME.fullmatch(key) else "*"  # an object may be keyed by ids or e-mails
            yield from _walk(inner, f"{path}.{name}" if path else name, depth + 1)


def check(expected: Expected, seen: Census, value_kinds: Iterable[str]) -> Check:
    """Compare; `value_kinds` are the types that stand at the expected path, row by row."""
    types = tuple(sorted(set(value_kinds)))
    if not types:
        return Check(expected, Verdict.MISSING, (), _similar(expected.path, seen))
    wrong = set(types) - expected.types - {NULL}
    return Check(expected, Verdict.OTHER_TYPE if wrong else Verdict.FOUND, types, "")


def _similar(path: str, seen: Census) -> str:
    """The seen path whose last name is closest: posted_date, postDate and date for postedDate."""
    plain = {_plain(other): other for other in sorted(seen, reverse=True)}
    wanted = _plain(path)
    close = get_close_matches(wanted, plain, n=1, cutoff=0.6)
    if not close:
        close = [name for name in plain if name and (name in wanted or wanted in name)]
    return plain[close[0]] if close else ""


def _plain(path: str) -> str:
    return _HUMPS_AND_LINES.sub("", path.rpartition(".")[2].lower())
