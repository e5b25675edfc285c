"""What people type into a search: words, phrases, words to leave out, and amounts.

    home depot       both words
    "home depot"     the phrase
    -uber            not this word
    12.50            the amount, in or out; or the number as text, such as a GL code
    -12.50  +12.50   money out, money in
    $1,234.56        the amount alone
    >500  >=500      more than, at least; < and <= likewise, whether in or out
    100..200         from, to

Whatever does not read as one of these is searched for as it stands.
"""

import re
from dataclasses import dataclass

from ledgersync import money

_TERM = re.compile(
    r'(?P<not>-?)"(?P<phrase>[^"]*)"?|(?P<compared>[<>]=?)\s+(?=[$\d])|(?P<bare>\S+)'
)
_NUMBER = r"\$?(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d{1,2})?"
_COMPARED = re.compile(rf"([<>]=?)({_NUMBER})", re.ASCII)
_RANGE = re.compile(rf"({_NUMBER})\.\.({_NUMBER})", re.ASCII)
_EXACT = re.compile(rf"([+-]?)({_NUMBER})", re.ASCII)
_BLANKS = re.compile(r"[^\S\n]+")
_WITHOUT = re.compile(r"-([^\W\d_].*)")
_SIGNS = {"": 0, "+": 1, "-": -1}
_MOST = 10**18  # more cents than any amount has


@dataclass(frozen=True, slots=True)
class Amount:
    """Amounts in cents: of that size, both ends included, and of that sign where it is not 0.

    `text` is how a plain number reads as text: a row that has it is found, too.
    """

    least: int
    most: int
    sign: int = 0
    text: str = ""

    def found_in(self, text: str, cents: int) -> bool:
        right_way = self.sign == 0 or (cents > 0) == (self.sign > 0)
        sized = right_way and self.least <= abs(cents) <= self.most
        return sized or (self.text != "" and self.text in text)


@dataclass(frozen=True, slots=True)
class Search:
    """What a row must have, all of it: words, amounts; and what it must not have."""

    words: tuple[str, ...] = ()
    without: tuple[str, ...] = ()
    amounts: tuple[Amount, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.words or self.without or self.amounts)

    def finds(self, text: str, cents: int) -> bool:
        """Whether a row is found; `text` as `searchable` gives it, `cents` its amount."""
        return (
            all(_has(text, word) for word in self.words)
            and not any(_has(text, word) for word in self.without)
            and all(amount.found_in(text, cents) for amount in self.amounts)
        )


def _has(text: str, word: str) -> bool:
    """Whether a text has a word or phrase; how many blanks part its words is the bank's habit."""
    return word in text or (" " in word and word in _BLANKS.sub(" ", text))


def searchable(*texts: str) -> str:
    """A row's texts for `Search.finds`; no word is found across two of them."""
    return "\n".join(texts).casefold()


def literally(text: str) -> str:
    """What to type to search for a text's words as they stand, whatever they look like."""
    return " ".join(
        word if _reads_as(word) else f'"{word}"' for word in text.replace('"', " ").split()
    )


def _reads_as(word: str) -> bool:
    return parse_search(word) == Search(words=(word.casefold(),))


def parse_search(typed: str) -> Search:
    """Read what a person typed; nothing that can be typed is refused."""
    words: list[str] = []
    without: list[str] = []
    amounts: list[Amount] = []
    for term in _terms(typed):
        if isinstance(term, Amount):
            amounts.append(term)
        else:
            unwanted, text = term
            (without if unwanted else words).append(text)
    return Search(tuple(words), tuple(without), tuple(amounts))


def _terms(typed: str) -> list["Amount | tuple[bool, str]"]:
    """Amounts, and texts with whether they are unwanted."""
    found: list[Amount | tuple[bool, str]] = []
    before = ""
    for match in _TERM.finditer(typed.casefold()):
        if match["compared"]:  # a blank between the sign and its number
            before = match["compared"]
        elif match["phrase"] is not None:
            if phrase := " ".join(match["phrase"].split()):
                found.append((bool(match["not"]), phrase))
        else:
            found.append(_term(before + match["bare"]))
            before = ""
    return found


def _term(typed: str) -> "Amount | tuple[bool, str]":
    amount = _amount(typed)
    if amount:
        return amount
    unwanted = _WITHOUT.fullmatch(typed)
    return (True, unwanted[1]) if unwanted else (False, typed)


def _amount(typed: str) -> Amount | None:
    """The amounts that a term asks for; None where it is text."""
    try:
        if compared := _COMPARED.fullmatch(typed):
            return _beyond(compared[1], _cents(compared[2]))
        if between := _RANGE.fullmatch(typed):
            low, high = sorted((_cents(between[1]), _cents(between[2])))
            return Amount(low, high)
        if exact := _EXACT.fullmatch(typed):
            cents = _cents(exact[2])
            plain = not exact[1] and "$" not in typed
            return Amount(cents, cents, _SIGNS[exact[1]], typed if plain else "")
    except ValueError:  # more digits than any amount has
        pass
    return None


def _beyond(sign: str, cents: int) -> Amount:
    return {
        ">": Amount(cents + 1, _MOST),
        ">=": Amount(cents, _MOST),
        "<": Amount(0, cents - 1),
        "<=": Amount(0, cents),
    }[sign]


def _cents(number: str) -> int:
    return money.parse_cents(number.replace("$", "").replace(",", ""))
