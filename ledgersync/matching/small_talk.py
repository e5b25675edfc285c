"""Words behind a payee's name: which of them make it somebody else, and which say nothing."""

import re
import tomllib
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import NamedTuple

from ledgersync.matching import places
from ledgersync.matching.bank_words import SUFFIXES
from ledgersync.matching.normalise import Line
from ledgersync.matching.word_forms import cut_words

_FILE = Path(__file__).with_suffix(".toml")
_REAL_WORD = 4  # letters: what is shorter, banks use to abbreviate
_TOWN = 2  # words of a town that no list knows

_PAYING = {"PAY", "PMT", "PYMT", "PAYMENT"}  # AUTO before these is no car
_PAID = re.compile(r".*(?:PAYME?N?TS?|PY?MN?TS?|BILLPAY|AUTOPAY)")  # EFTPMT, WEBPYMT


class Words(NamedTuple):
    """Words that tell less than others, by the lists of the file."""

    trades: frozenset[str]
    venues: frozenset[str]
    town_parts: frozenset[str]
    payments: frozenset[str]
    meals: frozenset[str]
    supplies: frozenset[str]
    stations: frozenset[str]
    outlets: frozenset[str]
    general: frozenset[str]


@cache
def common_words() -> Words:
    """The lists of words, read once."""
    lists = tomllib.loads(_FILE.read_text("utf-8"))
    return Words(*(frozenset(lists[kind].split()) for kind in Words._fields))


def is_small_talk(word: str) -> bool:
    """Whether a word behind a payee's name says nothing against it: a payment word, a place."""
    return (
        word.isdigit()
        or word in common_words().payments
        or places.is_place_word(word)
        or bool(_PAID.fullmatch(word))
    )


def strange_words(rest: Sequence[str]) -> list[str]:
    """The words behind a payee's name that may make it another payee."""
    behind = [*rest[1:], ""]
    strange = [
        word
        for word, after in zip(rest, behind, strict=False)
        if not is_small_talk(word) and not (word == "AUTO" and after in _PAYING)
    ]
    return strange[:-1] if strange and strange[-1] in _cut_payments() else strange


def may_be_town(words: Sequence[str], line: Line) -> bool:
    """Whether words left over at the end of a line can be the town before its state."""
    if not line.located or tuple(words) != line.words[-len(words) :]:
        return False
    known = common_words()
    if len(words) == 1:
        return words[0] not in known.general
    return len(words) == _TOWN and not known.town_parts.isdisjoint((words[0], words[-1]))


def may_be_another(strange: Sequence[str], line: Line) -> bool:
    """Whether words behind an outlet's name may make it another business.

    Behind the name of a shop or a hotel stand its number and its town; whoever lives on the name
    ("ALOFT KITES") writes a real word there.
    """
    known = common_words()
    whole = strange[:-1] if strange[-1] in _cut_outlets() else strange
    real = {word for word in whole if len(word) >= _REAL_WORD and not places.is_town(word)}
    real -= known.outlets
    if not real or strange[0] == "OF":
        return False
    return not line.located or len(real) > _TOWN or not known.general.isdisjoint(real)


@cache
def _cut_payments() -> frozenset[str]:
    return cut_words(common_words().payments | SUFFIXES)


@cache
def _cut_outlets() -> frozenset[str]:
    return cut_words(common_words().outlets)
