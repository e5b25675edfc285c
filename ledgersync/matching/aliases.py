"""Aliases: what the vendors that most businesses pay are called in lists and on statements."""

import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from ledgersync.matching import places
from ledgersync.matching.bank_words import SUFFIXES
from ledgersync.matching.normalise import Line, plain

_FILE = Path(__file__).with_name("aliases.toml")
_LONGEST = 6  # words of a spelling
_INITIALS = 3  # letters that many businesses share
_VENUE = 2  # words behind a name in which a place of events is called one
_REAL_WORD = 4  # letters: what is shorter, banks use to abbreviate
_TOWN = 2  # words of a town that no list knows
_JOINED = 7  # letters from which a spelling of several words may also be written as one

_SIGNS = re.compile(r"[^\w&]+|_")
_Vendor = Mapping[str, Any]  # one vendor of the file, by its fields

_PAYING = {"PAY", "PMT", "PYMT", "PAYMENT"}  # AUTO before these is no car
_OUTLETS = {"fuel", "restaurants", "retail", "grocery", "travel", "auto"}
_SMALL = {"THE", "AND", "CO", "COMPANY"}


class Found(NamedTuple):
    """A vendor of the table that a line names; `sure` is the probability that it does."""

    name: str
    sure: float


class _Spelling(NamedTuple):
    name: str
    alone: bool
    outlet: bool
    barred: frozenset[str]
    own: frozenset[str]


class Aliases(NamedTuple):
    """The table. `names` leads from keys of names to the vendor's usual name."""

    names: Mapping[str, str]
    under: Mapping[str, str]
    spellings: Mapping[str, _Spelling]
    within: Mapping[str, _Spelling]


class Words(NamedTuple):
    """Words that tell less than others: of trades, of payments, of companies in general."""

    trades: frozenset[str]
    venues: frozenset[str]
    town_parts: frozenset[str]
    payments: frozenset[str]
    meals: frozenset[str]
    outlets: frozenset[str]
    general: frozenset[str]


def name_words(name: str) -> list[str]:
    """The words of a vendor's name that tell it: no THE, AND, legal form or signs."""
    words = [word for word in _SIGNS.split(plain(name)) if word.strip("&")]
    telling = [word for word in words if word not in _SMALL and word not in SUFFIXES]
    return telling or words


def name_key(name: str) -> str:
    """What two writings of one name share: "The Wal-Mart, Inc." and "WALMART" are the same."""
    return "".join(name_words(name))


@cache
def common_words() -> Words:
    lists = _tables()
    return Words(*(frozenset(lists[kind].split()) for kind in Words._fields))


@cache
def aliases() -> Aliases:
    """The table that ships with the program, read once."""
    vendors = _vendors()
    names = {name_key(name): name for name in vendors}
    for name, vendor in vendors.items():
        for other in vendor.get("also", ()):
            names.setdefault(name_key(other), name)
    under = {name: vendor["under"] for name, vendor in vendors.items() if "under" in vendor}
    return Aliases(names, under, _all_spellings(vendors), _within(vendors))


def find(line: Line) -> Found | None:
    """The vendor of the table that the line starts with; the longest spelling that fits wins."""
    table = aliases()
    for size in range(min(_LONGEST, len(line.words)), 0, -1):
        spelling = table.spellings.get(" ".join(line.words[:size]))
        if spelling and (sure := _sure(spelling, line, line.words[size:])):
            return Found(spelling.name, sure)
    return _find_within(line)


def vendor_of(name: str) -> str:
    """The table's vendor that a name of a vendor list means, or ""."""
    table = aliases()
    if known := table.names.get(name_key(name)):
        return known
    parts = name_words(name)
    for size in range(len(parts) - 1, 0, -1):
        spelling = table.spellings.get(" ".join(parts[:size]))
        if spelling and not spelling.alone and all(map(is_small_talk, parts[size:])):
            return spelling.name
    return ""


def is_small_talk(word: str) -> bool:
    """Whether a word behind a payee's name says nothing against it: a payment word, a place."""
    return word.isdigit() or word in common_words().payments or places.is_place_word(word)


def strange_words(rest: Sequence[str]) -> list[str]:
    """The words behind a payee's name that may make it another payee."""
    behind = [*rest[1:], ""]
    return [
        word
        for word, after in zip(rest, behind, strict=False)
        if not is_small_talk(word) and not (word == "AUTO" and after in _PAYING)
    ]


def may_be_town(words: Sequence[str], line: Line) -> bool:
    """Whether words left over at the end of a line can be the town before its state."""
    if not line.located or tuple(words) != line.words[-len(words) :]:
        return False
    known = common_words()
    if len(words) == 1:
        return words[0] not in known.general
    return len(words) == _TOWN and not known.town_parts.isdisjoint((words[0], words[-1]))


def _find_within(line: Line) -> Found | None:
    table = aliases()
    for start in range(len(line.words)):
        for end in range(len(line.words), start, -1):
            spelling = table.within.get(" ".join(line.words[start:end]))
            if spelling and (sure := _sure(spelling, line, line.words[end:])):
                return Found(spelling.name, sure)
    return None


def _sure(spelling: _Spelling, line: Line, rest: Sequence[str]) -> float:
    """How sure a spelling is of its vendor, given the words behind it. 0 is "somebody else"."""
    known = common_words()
    if not spelling.barred.isdisjoint(rest[:1]):
        return 0.0
    if not (known.venues - spelling.own).isdisjoint(rest[:_VENUE]):
        return 0.0
    strange = [word for word in strange_words(rest) if word not in spelling.own]
    if not strange:
        return 0.99
    if not (known.trades | known.meals).isdisjoint(strange):
        return 0.0
    if spelling.alone and rest[:1] != ("COM",):  # nobody else has the word's own site
        return 0.93 if may_be_town(strange, line) else 0.0
    return 0.85 if spelling.outlet and _may_be_another(strange, line) else 0.97


def _may_be_another(strange: Sequence[str], line: Line) -> bool:
    """Whether words behind an outlet's name may make it another business.

    Behind the name of a shop or a hotel stand its number and its town; whoever lives on the name
    ("ALOFT KITES") writes a real word there.
    """
    known = common_words()
    real = {word for word in strange if len(word) >= _REAL_WORD} - known.outlets
    if not real or strange[0] == "OF":
        return False
    return not line.located or len(real) > _TOWN or not known.general.isdisjoint(real)


@cache
def _tables() -> Mapping[str, Any]:
    return tomllib.loads(_FILE.read_text("utf-8"))


def _vendors() -> dict[str, _Vendor]:
    trades = {trade: them for trade, them in _tables().items() if isinstance(them, dict)}
    return {
        name: {"trade": trade, **vendor}
        for trade, them in trades.items()
        for name, vendor in them.items()
    }


def _all_spellings(vendors: Mapping[str, _Vendor]) -> dict[str, _Spelling]:
    """Every spelling; where two vendors share one, the one that nobody else uses comes first."""
    spellings: dict[str, _Spelling] = {}
    for name, vendor in vendors.items():
        for text in _sure_texts(name, vendor):
            _add(spellings, text, _spelling(name, vendor, text, alone=False))
    for name, vendor in vendors.items():
        for text in _lonely_texts(name, vendor):
            _add(spellings, text, _spelling(name, vendor, text, alone=True))
    return spellings


def _sure_texts(name: str, vendor: _Vendor) -> Iterator[str]:
    yield from vendor.get("says", ())
    if not vendor.get("plain"):
        yield " ".join(name_words(name))


def _lonely_texts(name: str, vendor: _Vendor) -> Iterator[str]:
    yield from vendor.get("alone", ())
    yield from (" ".join(name_words(other)) for other in (name, *vendor.get("also", ())))


def _within(vendors: Mapping[str, _Vendor]) -> dict[str, _Spelling]:
    return {
        text: _spelling(name, vendor, text, alone=False)
        for name, vendor in vendors.items()
        for text in vendor.get("within", ())
    }


def _spelling(name: str, vendor: _Vendor, text: str, *, alone: bool) -> _Spelling:
    alone = alone or len(text) <= _INITIALS
    own = {word for said in (name.upper(), *vendor.get("says", ())) for word in said.split()}
    own |= common_words().meals if vendor["trade"] == "restaurants" else set()
    barred = frozenset(vendor.get("not", ()))
    outlet = vendor["trade"] in _OUTLETS and not vendor.get("hosts")
    return _Spelling(name, alone, outlet, barred, frozenset(own) - barred)


def _add(spellings: dict[str, _Spelling], text: str, spelling: _Spelling) -> None:
    spellings.setdefault(text, spelling)
    joined = text.replace(" ", "")
    if " " in text and len(joined) >= _JOINED:
        spellings.setdefault(joined, spelling)
