"""Bank descriptors brought to the words that name the payee, the same for every store and day.

A line mostly reads: bank words, a processor, the payee, then numbers, then a place. Hence the
order: strip what stands in front, read words up to the first number, take the place off the end.
"""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

from ledgersync.matching import places
from ledgersync.matching.bank_words import (
    ACCOUNT_WORDS,
    COMMON_STARTS,
    LABELS,
    MONEY_WAYS,
    MOVING_WORDS,
    NOISE,
    NUMBERED,
    payee_fields,
    without_bank_words,
)

_LONG_WORD = 6  # letters: a first word this long mostly names the payee alone
_LONG_NUMBER = 3  # digits: shorter ones may belong to a name ("ROUTE 66 DINER")
_SAME_START = 4  # letters that a name and its web address share
_SHORT_SITE = 4  # letters: "BILL.COM" is no bill
_PAIR = 2
_INITIALS_AND = 5  # letters: "SDG&E" and "AT&T" are one word
_OPENING = 4  # words in which a transfer says that it is one
_LONGEST = 500  # characters: beyond every bank's line, and within what a database's index holds

_TO_SPACE = str.maketrans(dict.fromkeys('*,;:"()<>|_[]{}!?=~^\\+\u2022\u00b7\u2013\u2014', " "))
_APOSTROPHES = str.maketrans(dict.fromkeys("\u2019\u2018\u00b4"))  # beside ' and `
_INITIALS = re.compile(r"\b([A-Z])\.(?=[A-Z&])")

_DIGITS_ONLY = re.compile(r"[^A-Z]*\d[^A-Z]*")
_WEB = re.compile(r"(?:HTTPS?|WWW)[./:A-Z].*|.*@.+\..*|.*\.[A-Z]{2,5}/.*|[^.]+(?:\.[^.]+){2,}")
_SITE = re.compile(
    r"(?:HTTPS?[:/]*)?(?:WWW\.)?([\w&-]+)\.(?:COM?|NET|ORG|IO|INFO|US|CA|BIZ|APP|AI)\b\.?(?:/.*)?"
)
_MASK = re.compile(r"(?:X{1,}|\.{2,})-?(\d{3,4})")
_LAST_DIGITS = re.compile(r"\d{3,4}")
_WORD_THEN_NUMBER = re.compile(r"([A-Z]{2,})[-.]?\d{3,}.*", re.DOTALL)
_NUMBER_THEN_WORD = re.compile(r"\d{1,4}([A-Z]{3,})")
_WORD_NUMBER_WORD = re.compile(r"([A-Z]{4,})\d{3,}([A-Z]{4,})")
_LONG_WORD_THEN_NUMBER = re.compile(r"(?=.{9})([A-Z][A-Z-]+)(\d{1,2})")
_REFERENCE = re.compile(
    r"(?=(?:.*?\d){3}|[A-Z]\d|.{9}).{5,}|[A-Z]\d{3,}|\d{3,}[A-Z]"
    r"|(?=.{6})[A-Z]*\d+[A-Z]+\d[A-Z\d]*",  # the booking of a journey: KX7Q2M
    re.DOTALL,
)
_APART = re.compile(r"[^\w&]+|_")


@dataclass(frozen=True, slots=True)
class Descriptor:
    """A description without what varies between purchases from the same payee.

    `text` is upper case, `head` the words of it to fall back on: the first where it is long and
    rare enough to name a payee, else the first two; of "ZELLE TO JO BLOGGS" the way and the payee.
    Neither is empty where the description has letters or digits.
    """

    text: str
    head: str


class Line(NamedTuple):
    """The words of a descriptor, and whether the last of them must be a town: a state followed.

    `site` says that the first word also stands there as a web address: ZOOM.COM.
    """

    words: tuple[str, ...]
    located: bool
    site: bool = False


class _Token(NamedTuple):
    """A token's words, and whether it opens the part of the line that varies."""

    words: tuple[str, ...]
    ends: bool


def normalise(description: str) -> Descriptor:
    """The descriptor of a bank's description; normalising its text changes nothing more."""
    text = " ".join(read_line(description).words)
    return Descriptor(text, _head(text))


def normalise_all(descriptions: Iterable[str]) -> list[Descriptor]:
    """The descriptors of many descriptions, in order; each distinct one is worked out once."""
    known: dict[str, Descriptor] = {}
    return [
        known.get(description) or known.setdefault(description, normalise(description))
        for description in descriptions
    ]


def read_line(description: str) -> Line:
    """The words of a description that name its payee. Stripping goes on until nothing changes."""
    text = plain(description)[:_LONGEST]
    line = _stripped(text)
    while True:
        again = _stripped_again(" ".join(line.words))
        located = line.located or again.located
        if again.words == line.words:
            return Line(line.words, located, _has_site(text, line.words))
        line = Line(again.words, located)


def _has_site(text: str, words: Sequence[str]) -> bool:
    """Whether the first word also stands in the line as a web address of its own."""
    at = text.find(f"{words[0]}.COM") if words and ".COM" in text else -1
    return at == 0 or (at > 0 and not text[at - 1].isalnum())


def plain(text: str) -> str:
    """Upper case without accents, apostrophes and repeated blanks."""
    if not text.isascii():
        parts = unicodedata.normalize("NFKD", text)
        letters = (part for part in parts if not unicodedata.combining(part))
        text = "".join(letters).translate(_APOSTROPHES)
    return " ".join(text.upper().replace("'", "").replace("`", "").split())


def _stripped(text: str) -> Line:
    payee = without_bank_words(payee_fields(text))
    payee = _INITIALS.sub(r"\1", payee) if "." in payee else payee
    tokens = payee.translate(_TO_SPACE).replace("#", " #").split()
    line = _trimmed(_up_to_the_numbers(tokens))
    if not any(_telling(word) for word in line.words):
        return Line(tuple(_everything(text)), located=False)
    return line


# Many lines come down to the same few words; what these come down to is worked out once.
_stripped_again = lru_cache(maxsize=1 << 15)(_stripped)


def _everything(text: str) -> list[str]:
    """All words and numbers, for a line that has nothing else; else the text as it is."""
    return [word for word in _APART.split(text) if word] or text.split()


def _up_to_the_numbers(tokens: Sequence[str]) -> list[str]:
    words: list[str] = []
    moves = not MOVING_WORDS.isdisjoint(tokens[:_OPENING])
    named = False
    for token in tokens:
        if moves and (account := _account(token, words)):
            return [*words, account]
        found, ends = _read(token) if named else _read_first(token)
        if named and _repeats(token, words[0]):
            return words
        _append(words, found)
        if named and ends:
            return words
        named = named or any(map(_telling, found))
    return words


def _account(token: str, words: Sequence[str]) -> str:
    """The other account of a transfer by its last digits, "X1234"; "" for any other token."""
    mask = _MASK.fullmatch(token)
    plainly = words and words[-1] in ACCOUNT_WORDS and _LAST_DIGITS.fullmatch(token)
    return f"X{mask[1] if mask else token}" if mask or plainly else ""


def _append(words: list[str], found: Sequence[str]) -> None:
    """Add words; an S that lost its apostrophe to a blank goes back to its word (LOWE S)."""
    for word in found:
        if word == "S" and words and words[-1].isalpha():
            words[-1] = words[-1].removesuffix("S") + "S"
        else:
            words.append(word)


def _telling(word: str) -> bool:
    return not word.isdigit() and word not in LABELS


def _repeats(token: str, first: str) -> bool:
    """Whether a token is the payee's web address behind its name: GITHUB INC GITHUB.COM."""
    site = _SITE.fullmatch(token) if "." in token else None
    return site is not None and site[1].startswith(first[:_SAME_START])


@lru_cache(maxsize=1 << 15)
def _read(token: str) -> _Token:
    """A token that follows the payee's first word."""
    if token.isalpha():
        return _Token(() if token == "AND" else (token,), token.startswith(("HTTPS", "WWW")))  # noqa: S105  a word, no password
    if token.startswith("#") or _WEB.fullmatch(token):
        return _Token((), ends=True)
    if _DIGITS_ONLY.fullmatch(token):
        return _number(token)
    if any(sign.isdigit() for sign in token):
        return _mixed(token)
    site = _SITE.fullmatch(token)
    return _Token(_apart(site[1] if site else token), ends=False)


@lru_cache(maxsize=1 << 15)
def _read_first(token: str) -> _Token:
    """A token before or at the payee's first word: here an address or a code may be the name."""
    if site := _SITE.fullmatch(token):
        name = _apart(site[1])
        return _Token(name if len(site[1]) > _SHORT_SITE else (*name, "COM"), ends=False)
    if _DIGITS_ONLY.fullmatch(token):
        short = len(token) <= _LONG_NUMBER and token.isdigit()
        return _Token((token,) if short else (), ends=False)
    for pattern in (_WORD_NUMBER_WORD, _LONG_WORD_THEN_NUMBER, _WORD_THEN_NUMBER):
        if joined := pattern.fullmatch(token):
            return _Token(_apart(" ".join(joined.groups())), ends=False)
    if any(sign.isdigit() for sign in token) and not _NUMBER_THEN_WORD.fullmatch(token):
        return _Token(() if _REFERENCE.fullmatch(token) else _apart(token), ends=False)
    return _Token(_apart(token), ends=False)


def _number(token: str) -> _Token:
    digits = sum(sign.isdigit() for sign in token)
    return _Token((), ends=True) if digits >= _LONG_NUMBER else _Token(_apart(token), ends=False)


def _mixed(token: str) -> _Token:
    """Letters and digits: a word with its number behind it, a reference, or a short name."""
    if joined := _WORD_THEN_NUMBER.fullmatch(token):
        word = joined[1]
        return _Token((word,) if len(word) >= _LONG_NUMBER else (), ends=True)
    if _REFERENCE.fullmatch(token) and not _NUMBER_THEN_WORD.fullmatch(token):
        return _Token((), ends=True)
    return _Token(_apart(token), ends=False)


def _apart(token: str) -> tuple[str, ...]:
    """Words joined by signs, apart; "AT&T" and "H&M" stay whole, "BARNES&NOBLE" does not."""
    words = [word.strip("&") for word in _APART.split(token)]
    return tuple(part for word in words if word for part in _around_and(word))


def _around_and(word: str) -> list[str]:
    sides = word.split("&")
    return [word] if len(word) <= _INITIALS_AND else [side for side in sides if side]


def _trimmed(words: list[str]) -> Line:
    """Without what announced a number, the place, and the company's legal form."""
    located = placed = False
    while True:
        size = len(words)
        place = places.tail(words)
        located |= place.state and not placed  # a second one is CO for company
        placed |= bool(place.words)
        del words[size - place.words :]
        if len(words) > 1 and words[0] == "THE":
            del words[0]
        while len(words) > 1 and _says_nothing(words):
            del words[-1]
        if len(words) == size:
            return Line(tuple(words), located)


def _says_nothing(words: Sequence[str]) -> bool:
    """Whether the last word can go. Of two words it may be half the name: UPS STORE, MOTEL 6."""
    first, last = words[0], words[-1]
    if len(words) == _PAIR and first not in NUMBERED:
        short = len(first) <= _LONG_NUMBER
        if last.isdigit() or last == "ON" or (last == "STORE" and short):
            return False
    return last.isdigit() or last in NOISE


def _head(text: str) -> str:
    words = text.split()
    way = next((place for place, word in enumerate(words[:_OPENING]) if word in MONEY_WAYS), None)
    if way is not None and words[way + 1 :]:
        return " ".join([words[0], *words[way + 1 : way + 3]])
    telling = [word for word in words if word not in NOISE] or words
    if telling and len(telling[0]) >= _LONG_WORD and not _is_common(telling[0]):
        return telling[0]
    linked = telling[1:2] == ["OF"] or "".join(telling[:2]).isdigit()
    return " ".join(telling[: 3 if linked else 2])


def _is_common(word: str) -> bool:
    return word in COMMON_STARTS or places.is_place_word(word)
