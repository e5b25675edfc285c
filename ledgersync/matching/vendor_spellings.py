"""Spellings of vendors: which ones can be taken, and which ones people's corrections suggest."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import takewhile
from typing import NamedTuple

from ledgersync.domain.spellings import SpellingProposal
from ledgersync.domain.suggestions import CodedLine
from ledgersync.matching.bank_words import (
    ACCOUNT_WORDS,
    COMMON_STARTS,
    MOVING_WORDS,
    NOISE,
    NUMBERED,
)
from ledgersync.matching.normalise import normalise, normalise_all
from ledgersync.matching.places import is_place_word
from ledgersync.matching.small_talk import common_words
from ledgersync.matching.vendors import VendorIndex

SHORTEST = 3  # letters and digits: two are the start of too many names

_ROWS_AGREEING = 2
_BANK_TALK = NOISE | NUMBERED | MOVING_WORDS | {"ATM", "CASH", "DDA", "PAID", "WIRE"}


class _Row(NamedTuple):
    coded: CodedLine
    text: str
    head: str

    @property
    def vendor(self) -> str:
        return self.coded.vendor_id


def spelling_key(spelling: str) -> str:
    """A spelling as it is compared: with the words of descriptors, from their start on."""
    return normalise(spelling).text


def spelling_fault(spelling: str) -> str:
    """What keeps a spelling from being taken, as the end of a sentence; "" when nothing does."""
    key = spelling_key(spelling)
    if sum(sign.isalnum() for sign in key) < SHORTEST:
        return f"has fewer than {SHORTEST} letters and digits that tell it from others"
    nobody = common_words().payments | _BANK_TALK
    if all(word.isdigit() or word in nobody for word in key.split()):
        return "names nobody: such words stand on the lines of many vendors"
    return ""


def starts_with(text: str, key: str) -> bool:
    """Whether a descriptor's text starts with the words of a spelling."""
    return f"{text} ".startswith(f"{key} ")


def propose(
    coded: Iterable[CodedLine], names: Mapping[str, str], spellings: Mapping[str, str]
) -> list[SpellingProposal]:
    """Spellings that at least two reviewed rows of one vendor, and of no other, start with.

    Only for rows that the matcher would not have named by itself, and only what makes it name them
    and can't be mistaken for a trade, a place or a word of banks. Those with most rows come first.

    Args:
        coded: reviewed lines, oldest first.
        names: the client's vendors, id to name; what others were chosen counts for nothing.
        spellings: those that are written down already, with the vendors' ids.
    """
    rows = [row for row in _rows(coded) if row.vendor in names]
    groups = list(_agreeing(rows))
    missed = _missed(VendorIndex(names, spellings), groups)
    proposals = _by_spelling([row for row in group if _said(row) in missed] for group in groups)
    vendors = _vendors_by_start(rows)
    sound = {key: group for key, group in proposals.items() if len(vendors[key]) == 1}
    added = {key: group[0].vendor for key, group in sound.items()}
    still = _missed(VendorIndex(names, {**spellings, **added}), sound.values())
    found = [
        _proposal(key, group) for key, group in sound.items() if still.isdisjoint(map(_said, group))
    ]
    return sorted(found, key=lambda one: (-one.rows, one.spelling))


def _said(row: _Row) -> tuple[str, str]:
    """What naming a row depends on: its description and the vendor that it should get."""
    return row.coded.line.description, row.vendor


def _missed(index: VendorIndex, groups: Iterable[Sequence[_Row]]) -> set[tuple[str, str]]:
    """What would not get its vendor by that index."""
    said = list(dict.fromkeys(_said(row) for group in groups for row in group))
    found = index.best([description for description, _ in said], count=1)
    return {
        one
        for one, matches in zip(said, found, strict=True)
        if not matches or matches[0].vendor != one[1] or not index.accepts(matches[0])
    }


def _rows(coded: Iterable[CodedLine]) -> list[_Row]:
    coded = list(coded)
    found = normalise_all(one.line.description for one in coded)
    return [
        _Row(one, descriptor.text, descriptor.head)
        for one, descriptor in zip(coded, found, strict=True)
    ]


def _agreeing(rows: Sequence[_Row]) -> Iterator[list[_Row]]:
    """Rows with the same head, else with the same text, that all have the same vendor."""
    for group in _groups(rows, [row.head for row in rows]):
        if _is_one_vendor(group):
            yield group
        else:
            parts = _groups(group, [row.text for row in group])
            yield from filter(_is_one_vendor, parts)


def _groups(rows: Sequence[_Row], keys: Sequence[str]) -> list[list[_Row]]:
    by_key: defaultdict[str, list[_Row]] = defaultdict(list)
    for row, key in zip(rows, keys, strict=True):
        by_key[key].append(row)
    return [group for group in by_key.values() if len(group) >= _ROWS_AGREEING]


def _is_one_vendor(rows: Sequence[_Row]) -> bool:
    return len({row.vendor for row in rows}) == 1


def _by_spelling(groups: Iterable[Sequence[_Row]]) -> dict[str, list[_Row]]:
    """Rows by the words that all rows of their group start with, where these tell something."""
    found: defaultdict[str, list[_Row]] = defaultdict(list)
    for group in groups:
        if len(group) >= _ROWS_AGREEING and _telling(key := _shared(group)):
            found[key] += group
    return found


def _shared(rows: Sequence[_Row]) -> str:
    """The words that all of some rows start with."""
    columns = zip(*(row.text.split() for row in rows), strict=False)
    return " ".join(words[0] for words in takewhile(lambda words: len(set(words)) == 1, columns))


def _telling(key: str) -> bool:
    """Whether one of the words belongs to a name rather than to a trade, a place or a bank."""
    known = common_words()
    common = frozenset().union(*known, _BANK_TALK, ACCOUNT_WORDS, COMMON_STARTS)
    words = (word for word in key.split() if not word.isdigit() and word not in common)
    return not spelling_fault(key) and any(not is_place_word(word) for word in words)


def _vendors_by_start(rows: Iterable[_Row]) -> Mapping[str, set[str]]:
    """The vendors of all rows that start with the same words."""
    vendors: defaultdict[str, set[str]] = defaultdict(set)
    for text, vendor in {(row.text, row.vendor) for row in rows}:
        words = text.split()
        for size in range(1, len(words) + 1):
            vendors[" ".join(words[:size])].add(vendor)
    return vendors


def _proposal(key: str, rows: Sequence[_Row]) -> SpellingProposal:
    newest = max(rows, key=lambda row: row.coded.line.date).coded.line
    return SpellingProposal(rows[0].vendor, key, len(rows), newest.description, newest.date)
