"""Aliases: what the vendors that most businesses pay are called in lists and on statements."""

import re
import tomllib
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from ledgersync.matching.bank_words import SUFFIXES
from ledgersync.matching.normalise import Line, plain
from ledgersync.matching.small_talk import (
    common_words,
    may_be_another,
    may_be_town,
    strange_words,
)
from ledgersync.matching.word_forms import spelt_out, variants

_FILE = Path(__file__).with_suffix(".toml")
_LONGEST = 6  # words of a spelling
_INITIALS = 3  # letters that many businesses share
_VENUE = 2  # words behind a name in which a place of events is called one
_JOINED = 7  # letters from which a spelling of several words may also be written as one

_SIGNS = re.compile(r"[^\w&]+|_")
_Vendor = Mapping[str, Any]  # one vendor of the file, by its fields

_OUTLETS = {"fuel", "restaurants", "retail", "grocery", "travel", "auto"}
_SMALL = {"THE", "AND", "CO", "COMPANY"}


class Found(NamedTuple):
    """A vendor of the table that a line names; `sure` is the probability that it does."""

    name: str
    sure: float


class _Spelling(NamedTuple):
    """What a spelling names, and what the words behind it may be.

    `own` words belong to the vendor, `signs` bear it out, `barred` ones make it somebody else.
    """

    name: str
    alone: bool
    outlet: bool
    hosts: bool
    barred: frozenset[str]
    own: frozenset[str]
    signs: frozenset[str]


_Anywhere = tuple[tuple[str, ...], _Spelling]  # words that name a vendor wherever they stand


class Aliases(NamedTuple):
    """The table. `names` leads from keys of names to the vendor's usual name.

    `under` tells who stands for a vendor that a list does not have, `firsts` the first words of
    that one's names; `plain` are the vendors whose usual name is a plain word.
    """

    names: Mapping[str, str]
    firsts: Mapping[str, frozenset[str]]
    under: Mapping[str, str]
    plain: frozenset[str]
    spellings: Mapping[str, _Spelling]
    within: Mapping[str, Sequence[_Anywhere]]


def name_words(name: str) -> list[str]:
    """The words of a vendor's name that tell it: no THE, AND, legal form or signs; CU in full."""
    words = [word for word in _SIGNS.split(plain(name)) if word.strip("&")]
    telling = [word for word in words if word not in _SMALL and word not in SUFFIXES]
    return spelt_out(telling or words)


def name_key(name: str) -> str:
    """What two writings of one name share: "The Wal-Mart, Inc." and "WALMART" are the same."""
    return "".join(name_words(name))


@cache
def aliases() -> Aliases:
    """The table that ships with the program, read once."""
    vendors = _vendors()
    names = {name_key(name): name for name in vendors}
    for name, vendor in vendors.items():
        for other in vendor.get("also", ()):
            names.setdefault(name_key(other), name)
    patterns = {name: _pattern(name, vendor) for name, vendor in vendors.items()}
    under = {name: vendor["under"] for name, vendor in vendors.items() if "under" in vendor}
    return Aliases(
        names,
        {parent: _firsts(parent, vendors[parent]) for parent in set(under.values())},
        under,
        frozenset(name for name, vendor in vendors.items() if vendor.get("plain")),
        _all_spellings(vendors, patterns),
        _within(vendors, patterns),
    )


def find(line: Line) -> Found | None:
    """The vendor of the table that the line starts with; the longest spelling that fits wins.

    Who sells for others comes first, wherever it stands: "COSTCO BY INSTACART".
    """
    return _find_within(line, hosts=True) or _find_at_start(line) or _find_within(line)


def _find_at_start(line: Line) -> Found | None:
    spellings = aliases().spellings
    for size in range(min(_LONGEST, len(line.words)), 0, -1):
        spelling = spellings.get(" ".join(line.words[:size]))
        if spelling and (sure := _sure(spelling, line, line.words[size:])):
            return Found(spelling.name, sure)
    return None


def _find_within(line: Line, *, hosts: bool = False) -> Found | None:
    within = aliases().within
    for start, word in enumerate(line.words):
        for text, spelling in within.get(word, ()):
            end = start + len(text)
            if line.words[start:end] != text or (hosts and not spelling.hosts):
                continue
            if sure := _sure(spelling, line, line.words[end:]):
                return Found(spelling.name, sure)
    return None


def _sure(spelling: _Spelling, line: Line, rest: Sequence[str]) -> float:
    """How sure a spelling is of its vendor, given the words behind it. 0 is "somebody else"."""
    known = common_words()
    if not spelling.barred.isdisjoint(rest[:1]):
        return 0.0
    if any(word in known.venues and word not in spelling.own for word in rest[:_VENUE]):
        return 0.0
    strange = [word for word in strange_words(rest) if word not in spelling.own]
    if not strange:
        return 0.99
    if not (known.trades.isdisjoint(strange) and known.meals.isdisjoint(strange)):
        return 0.0
    site = line.site or rest[:1] == ("COM",)  # nobody else has the word's own site
    if spelling.alone and not site:
        return 0.93 if may_be_town(strange, line) else 0.0
    borne_out = not spelling.signs.isdisjoint(rest)
    return 0.85 if spelling.outlet and not borne_out and may_be_another(strange, line) else 0.97


def _vendors() -> dict[str, _Vendor]:
    trades = tomllib.loads(_FILE.read_text("utf-8"))
    return {
        name: {"trade": trade, **vendor}
        for trade, them in trades.items()
        for name, vendor in them.items()
    }


def _firsts(name: str, vendor: _Vendor) -> frozenset[str]:
    return frozenset(name_words(each)[0] for each in (name, *vendor.get("also", ())))


def _all_spellings(
    vendors: Mapping[str, _Vendor], patterns: Mapping[str, _Spelling]
) -> dict[str, _Spelling]:
    """Every spelling; where two vendors share one, the one that nobody else uses comes first.

    What is written down comes before the forms that banks may make of it.
    """
    spellings: dict[str, _Spelling] = {}
    sure = [(text, name) for name, them in vendors.items() for text in _sure_texts(name, them)]
    for text, name in sure:
        _add(spellings, text, patterns[name]._replace(alone=len(text) <= _INITIALS))
    for name, vendor in vendors.items():
        for text in _lonely_texts(name, vendor):
            _add(spellings, text, patterns[name]._replace(alone=True))
    for text, name in sure:
        for variant in variants(text):
            spellings.setdefault(variant, patterns[name])
    return spellings


def _sure_texts(name: str, vendor: _Vendor) -> Iterator[str]:
    yield from vendor.get("says", ())
    if not vendor.get("plain"):
        yield " ".join(name_words(name))


def _lonely_texts(name: str, vendor: _Vendor) -> Iterator[str]:
    yield from vendor.get("alone", ())
    yield from (" ".join(name_words(other)) for other in (name, *vendor.get("also", ())))


def _within(
    vendors: Mapping[str, _Vendor], patterns: Mapping[str, _Spelling]
) -> dict[str, list[_Anywhere]]:
    """The spellings that name a vendor anywhere, by their first words, the longest first."""
    within: defaultdict[str, list[_Anywhere]] = defaultdict(list)
    for name, vendor in vendors.items():
        for text in vendor.get("within", ()):
            words = tuple(text.split())
            within[words[0]].append((words, patterns[name]))
    return {first: sorted(them, key=_size, reverse=True) for first, them in within.items()}


def _size(spelling: _Anywhere) -> int:
    return len(spelling[0])


def _pattern(name: str, vendor: _Vendor) -> _Spelling:
    """What all spellings of a vendor have in common."""
    known = common_words()
    names = (name, *vendor.get("also", ()))
    own = {word for said in (*map(plain, names), *vendor.get("says", ())) for word in said.split()}
    own |= {"restaurants": known.meals, "utilities": known.supplies}.get(vendor["trade"], set())
    barred = frozenset(vendor.get("not", ()))
    hosts = bool(vendor.get("hosts"))
    return _Spelling(
        name=name,
        alone=False,
        outlet=vendor["trade"] in _OUTLETS and not hosts,
        hosts=hosts,
        barred=barred,
        own=frozenset(own) - barred,
        signs=known.stations if vendor["trade"] == "fuel" else frozenset(),
    )


def _add(spellings: dict[str, _Spelling], text: str, spelling: _Spelling) -> None:
    spellings.setdefault(text, spelling)
    joined = text.replace(" ", "")
    if " " in text and len(joined) >= _JOINED:
        spellings.setdefault(joined, spelling)
