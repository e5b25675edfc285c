"""How well the words of a bank line and the words of a vendor's name agree.

A bank cuts names at 22 to 25 characters, drops vowels and joins words; but a word more may well be
another business: "MCDONALD ROSS" is not McDonald's. So the line has to begin with the whole name,
and what is left over of the line counts against it.
"""

from collections.abc import Sequence
from math import prod
from typing import NamedTuple

from rapidfuzz.distance import OSA

from ledgersync.matching.bank_words import COMMON_STARTS
from ledgersync.matching.normalise import Line
from ledgersync.matching.small_talk import common_words, may_be_town, strange_words

_SHORTEST_CUT = 3  # letters of a word that was cut
_CUT_LINE = 18  # characters from which a line may have been cut
_JOINED = 8  # letters from which words run together still tell a name
_LONG, _MIDDLING = 7, 5  # letters of a word that may hold one slip

_MOST = 0.75  # of a first word has to be there: SQUARE is no Squarespace
_SHORTENED = 3  # times that a word may be longer than what is left of it

_EXACT, _CUT, _SHORT, _LONG_SLIP, _SLIP = 1.0, 0.99, 0.95, 0.94, 0.9
_DOUBTFUL = 0.6
_LINKS = {"OF", "THE"}
_WHOLE = 0.99
_PAIR = 2
_ENOUGH = 1.3  # words' weight from which a name bears a strange word behind it


class _Aligned(NamedTuple):
    """How far a name runs along a line: words used of each, and how clean they are."""

    of_name: int
    of_line: int
    clean: float


def agreement(name: Sequence[str], line: Line, *, wholly: bool = False) -> float:
    """The probability that a line names the vendor, from 0 to 1.

    Args:
        name: the telling words of the vendor's name, as `name_words` gives them.
        line: the line as `read_line` gives it.
        wholly: take nothing but the name: of the vendors of the alias table it is known what else
            their lines say.
    """
    words = line.words
    aligned = _joined(name, words) or _aligned(name, words)
    rest = words[aligned.of_line :]
    if not aligned.of_name or (wholly and rest):
        return 0.0
    if aligned.of_name == len(name):
        return aligned.clean * _with_left_over(name, rest, line)
    if rest and not may_be_town(rest, line):
        return 0.0
    return aligned.clean * _without_the_end(name, words[: aligned.of_line], aligned)


def weight(word: str) -> float:
    """How much a word tells of which company it is: 1 for a name, less for a trade."""
    known = common_words()
    if word in known.general or word in known.trades or word in known.payments:
        return 0.3
    return 0.5 if word in COMMON_STARTS else 1.0


def _with_left_over(name: Sequence[str], rest: Sequence[str], line: Line) -> float:
    strange = strange_words(rest)
    if not strange:
        return _WHOLE
    known = common_words()
    if not _tells_trade(name):
        return _behind_bare_name(name, strange, line)
    if strange[0] in known.trades:
        return 0.85
    if sum(map(weight, name)) < _ENOUGH:
        return 0.93 if may_be_town(strange, line) else 0.6
    return 0.96 if line.located or len(strange) == 1 else 0.91


def _behind_bare_name(name: Sequence[str], strange: Sequence[str], line: Line) -> float:
    """Behind a name without a trade stands its town, or just as well another person or business."""
    if _tells_trade(strange) and strange[0] not in common_words().town_parts:
        return 0.4
    if may_be_town(strange, line):
        return 0.93
    return 0.6 if len(name) > 1 and len(strange) == 1 else 0.4


def _without_the_end(name: Sequence[str], line: Sequence[str], aligned: _Aligned) -> float:
    """A line that stops before the name does: cut by the bank, or another name."""
    seen = sum(map(weight, name[: aligned.of_name]))
    missing = sum(map(weight, name[aligned.of_name :]))
    cut = len(" ".join(line)) >= _CUT_LINE
    if len(line) > 1 and seen >= 1 and (cut or missing < 1):
        return 0.95
    if seen >= _ENOUGH and missing <= 1 and _tells_trade(name[: aligned.of_name]):
        return 0.92
    return 0.7 if seen >= 1 else 0.2


def _tells_trade(words: Sequence[str]) -> bool:
    """Whether words say what business it is, so that more of them make no other business."""
    return any(weight(word) < 1 for word in words)


def joined(words: Sequence[str]) -> str:
    """Words as one, the way banks run them together."""
    return "".join(words).replace("&", "")


def _joined(name: Sequence[str], line: Sequence[str]) -> _Aligned | None:
    """Words that run together on one side: "HOMEDEPOT", "BLUE DOORBAKERY"."""
    whole, run = joined(name), ""
    if len(whole) < _JOINED or name[0] == line[0]:
        return None
    for count, word in enumerate(line, 1):
        run += word.replace("&", "")
        if run == whole:
            return _Aligned(len(name), count, _EXACT)
        if not whole.startswith(run):
            return None
    return _Aligned(len(name), len(line), _CUT) if len(run) >= _JOINED else None


def _aligned(name: Sequence[str], line: Sequence[str]) -> _Aligned:
    """The name's words against the line's, in order, from the start of both."""
    clean: list[float] = []
    at, used = 0, 0
    for word in name:
        while at < len(line) and line[at] in _LINKS and word != line[at]:
            at += 1
        quality = _quality(word, line, at)
        if quality:
            clean.append(quality)
            at += 1
        elif at == len(line) or word not in _LINKS:
            break
        used += 1
    if _slipped(clean) and not _tells_trade(name):
        clean.append(_DOUBTFUL)  # one letter makes another person: GONZALEZ, GONZALES
    return _Aligned(used, at, _overall(clean))


def _quality(word: str, line: Sequence[str], at: int) -> float:
    """How clean a name's word stands at a place of the line; the first has to be nearly whole."""
    if at == len(line):
        return 0.0
    quality = _same(word, line[at], last=at + 1 == len(line))
    if at == 0 and len(line[at]) < _MOST * len(word) and len(" ".join(line)) < _CUT_LINE:
        return min(quality, _DOUBTFUL)
    return quality


def _slipped(clean: Sequence[float]) -> bool:
    return any(quality in {_SLIP, _LONG_SLIP} for quality in clean)


def _overall(clean: Sequence[float]) -> float:
    """Of three words one may bear out another; of two, every doubt counts."""
    return min(clean) if len(clean) > _PAIR else prod(clean)


def _same(word: str, seen: str, *, last: bool) -> float:
    """How clean `seen` on a line stands for `word` of a name; 0 if it doesn't."""
    if word == seen:
        return _EXACT
    if len(seen) >= _SHORTEST_CUT and word.startswith(seen):
        return _CUT if last else _SHORT
    if word[0] != seen[0]:
        return 0.0
    if word.removesuffix("S") == seen.removesuffix("S"):
        return _CUT
    return _SHORT if _without_letters(word, seen) else _slip(word, seen)


def _slip(word: str, seen: str) -> float:
    """One wrong, missing or swapped letter in words that are long enough to bear it."""
    if min(len(word), len(seen)) < _MIDDLING or OSA.distance(word, seen, score_cutoff=1) > 1:
        return 0.0
    return _LONG_SLIP if len(word) >= _LONG else _SLIP


def _without_letters(word: str, seen: str) -> bool:
    """Whether `seen` is the word with mostly vowels left out: SPLY, RLTY, MGMT, ST."""
    if len(seen) == _PAIR and len(word) > _SHORTEST_CUT:
        return seen == word[0] + word[-1]  # ST, RD, MT, FT
    if not _SHORTEST_CUT <= len(seen) < len(word) <= _SHORTENED * len(seen):
        return False
    letters = iter(word)
    lost = sum(letter not in "AEIOUY" and letter not in seen for letter in word)
    return all(letter in letters for letter in seen) and lost <= len(word) // 3
