"""Words of company names in the forms that banks give them: shortened, as initials, cut short."""

import tomllib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache
from itertools import product
from pathlib import Path
from typing import Any

_FILE = Path(__file__).with_suffix(".toml")
_SHORTEST_CUT = 4  # letters
_LEFT_OUT = "OF"
_CODE = (2, 4)  # letters of a code before a name


def variants(spelling: str) -> Iterator[str]:
    """A spelling with every form of each of its words but the first, and without OF; not itself.

    The first word tells whose name it is: NATIONAL GRID has no NATL GRID beside it.
    """
    words = spelling.split()
    kept = [word for word in words[:-1] if word != _LEFT_OUT] + words[-1:]
    forms = _forms()
    for some in dict.fromkeys((tuple(words), tuple(kept))):
        for others in product(*(forms.get(word, (word,)) for word in some[1:])):
            if (text := " ".join((some[0], *others))) != spelling:
                yield text


def cut_words(words: Iterable[str]) -> frozenset[str]:
    """What is left of words when a line stops within them, two thirds at least: CORPORATIO."""
    return frozenset(
        word[:size]
        for word in words
        for size in range(max(_SHORTEST_CUT, -(-2 * len(word) // 3)), len(word))
    )


def spelt_out(words: Iterable[str]) -> list[str]:
    """Words with those in full that banks write as initials: SUNRISE FCU."""
    initials = _initials()
    return [full for word in words for full in initials.get(word, (word,))]


def abbreviates(code: str, words: Sequence[str]) -> bool:
    """Whether a code only announces the name behind it: ADSK AUTODESK, GPC GEORGIA POWER."""
    shortest, longest = _CODE
    if not words or not (shortest <= len(code) <= longest and code.isalpha()):
        return False
    initials = [word[0] for word in words[: max(shortest, len(code) - 1)]]  # C may be Company
    announced = len(initials) >= shortest and code.startswith("".join(initials))
    return announced or _shortens(code, words[0])


def _shortens(code: str, word: str) -> bool:
    """Whether a code has letters of a word in their order, the first among them."""
    letters = iter(word)
    fits = all(letter in letters for letter in code)
    return fits and min(_CODE) < len(code) < len(word) and code[0] == word[0]


@cache
def _tables() -> Mapping[str, Any]:
    return tomllib.loads(_FILE.read_text("utf-8"))


@cache
def _forms() -> Mapping[str, Sequence[str]]:
    """Each word with all the words that stand for it; TREAS is short for two."""
    groups = [line.split() for line in _tables()["forms"].splitlines()]
    words = {word for group in groups for word in group}
    return {word: [form for group in groups if word in group for form in group] for word in words}


@cache
def _initials() -> Mapping[str, Sequence[str]]:
    return {short: full.split() for short, full in _tables()["initials"].items()}
