"""Vendors of a firm's list that bank descriptors name, with the probability that they do.

Three ways, the surest answer wins: the firm's own aliases, the table of well-known spellings, and
the words of the vendor's name. Where none is sure, the nearest spellings come as mere proposals.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from operator import attrgetter

from ledgersync.matching.agreement import agreement, joined
from ledgersync.matching.aliases import aliases, find, name_key, name_words
from ledgersync.matching.bank_words import MONEY_WAYS
from ledgersync.matching.listed_names import vendor_of
from ledgersync.matching.normalise import Line, normalise, read_line
from ledgersync.matching.similarity import Spellings
from ledgersync.matching.small_talk import common_words
from ledgersync.matching.word_forms import abbreviates, spelt_out

ACCEPTED = 0.9  # from here on at least 97 of 100 are right on descriptors we had not seen

_FIRM_ALIAS = 0.995
_GROUP = 0.96  # a company's name stands for one of its services: Google for Google Ads
_BRAND = 0.8  # and perhaps for a brand of another name: Hilton for Hampton Inn
_TIE = 0.005  # nearer than this, two vendors can't be told apart
_UNDECIDED = 0.5
_SPELLING = 0.4  # how far nearness of letters alone can go
_LATER = 0.85  # where the name only comes later in the line
_START = 4  # letters under which a name is looked up
_STARTS = 4  # words of a line at which a name may start
_OPENING = 5  # words in which "ZELLE PAYMENT TO" comes to its payee
_NEAREST = 5


@dataclass(frozen=True, slots=True)
class VendorMatch:
    """A vendor that a descriptor may mean.

    `score` is the probability that it does. `via` says how it was found: "alias" (the firm's own),
    "known spelling", "name" or "similar spelling".
    """

    vendor: str
    score: float
    via: str


class VendorIndex:
    """A firm's vendors, ready to be found in descriptors.

    Args:
        names: vendor key to name.
        aliases: the firm's own spellings to vendor key; they win over everything else. One that
            leads to no vendor of `names` is never met.
    """

    def __init__(self, names: Mapping[str, str], aliases: Mapping[str, str] | None = None) -> None:
        self._keys = list(names)
        self._words = [name_words(name) for name in names.values()]
        vendors = [vendor_of(name) for name in names.values()]
        self._in_table = list(map(bool, vendors))
        self._own = {
            normalise(spelling).text: key
            for spelling, key in (aliases or {}).items()
            if key in names and spelling.strip()
        }
        self._known = _known(names, vendors)
        self._starts = _starts(self._words)
        self._spellings = Spellings([" ".join(words) for words in self._words])

    def best(self, descriptions: Sequence[str], count: int = 3) -> list[list[VendorMatch]]:
        """For each description up to `count` vendors, the most probable first."""
        distinct = list(dict.fromkeys(descriptions))
        lines = dict(zip(distinct, map(read_line, distinct), strict=True))
        found = {line: self._judged(line) for line in dict.fromkeys(lines.values())}
        self._add_similar(found)
        return [found[lines[description]][:count] for description in descriptions]

    def accepts(self, match: VendorMatch) -> bool:
        """Whether a match is sure enough to be shown as the vendor."""
        return match.score >= ACCEPTED

    def _judged(self, line: Line) -> list[VendorMatch]:
        matches = [
            *self._by_alias(line),
            *(match for reading in _readings(line) for match in self._by_words(reading)),
        ]
        return _ranked(matches)

    def _by_words(self, line: Line) -> Iterator[VendorMatch]:
        yield from self._by_known_spelling(line)
        for start in range(min(_STARTS, len(line.words))):
            later = Line(line.words[start:], line.located)
            for place in self._starts.get(joined(later.words)[:_START], ()):
                score = self._agreement(place, later) * (_LATER if start else 1)
                if score:
                    yield VendorMatch(self._keys[place], score, "name")

    def _agreement(self, place: int, line: Line) -> float:
        return agreement(self._words[place], line, wholly=self._in_table[place])

    def _by_alias(self, line: Line) -> Iterator[VendorMatch]:
        for size in range(len(line.words), 0, -1):
            if key := self._own.get(" ".join(line.words[:size])):
                yield VendorMatch(key, _FIRM_ALIAS, "alias")
                return

    def _by_known_spelling(self, line: Line) -> Iterator[VendorMatch]:
        found = find(line)
        if not found:
            return
        table = aliases()
        parent = table.under.get(found.name, "")
        if places := self._known.get(found.name):
            key = self._keys[self._named(places, line)]
            yield VendorMatch(key, found.sure, "known spelling")
        elif places := self._known.get(parent):
            key = self._keys[self._named(places, line)]
            bears = not table.firsts[parent].isdisjoint((*name_words(found.name), *line.words))
            yield VendorMatch(key, min(found.sure, _GROUP if bears else _BRAND), "known spelling")

    def _named(self, places: Sequence[int], line: Line) -> int:
        """Of vendors that are one in the table the one whose name the line has, else the first."""
        text = joined(line.words)
        named = [place for place in places if text.startswith(joined(self._words[place]))]
        return max(named, key=lambda place: len(joined(self._words[place])), default=places[0])

    def _add_similar(self, found: dict[Line, list[VendorMatch]]) -> None:
        """Look by letters for the lines that nothing sure was found for."""
        unsure = [line for line, matches in found.items() if not any(map(self.accepts, matches))]
        texts = [" ".join(line.words) for line in unsure]
        for line, nearest in zip(unsure, self._spellings.nearest(texts, _NEAREST), strict=True):
            similar = (
                VendorMatch(
                    self._keys[place],
                    max(_SPELLING * cosine, self._agreement(place, line)),
                    "similar spelling",
                )
                for place, cosine in nearest
            )
            found[line] = _ranked([*found[line], *similar])


def _readings(line: Line) -> Iterator[Line]:
    """The line, and what it says behind TO or FROM, or behind words such as INTERNET PAYMENT.

    Also what it says behind a code that announces the name, and with CREDIT UNION for CU.
    """
    yield line
    if line.words and abbreviates(line.words[0], line.words[1:]):
        yield Line(line.words[1:], line.located)
    if (words := tuple(spelt_out(line.words))) != line.words:
        yield Line(words, line.located)
    opening = line.words[:_OPENING]
    way = next((place for place, word in enumerate(opening) if word in MONEY_WAYS), -1)
    start = way + 1 or _payment_words(opening)
    if 0 < start < len(line.words):
        yield Line(line.words[start:], line.located)


def _payment_words(words: Sequence[str]) -> int:
    payments = common_words().payments
    return next((place for place, word in enumerate(words) if word not in payments), 0)


def _ranked(matches: Sequence[VendorMatch]) -> list[VendorMatch]:
    """Each vendor once, best first; two that can't be told apart are both left undecided."""
    best: dict[str, VendorMatch] = {}
    for match in sorted(matches, key=attrgetter("score"), reverse=True):
        best.setdefault(match.vendor, match)
    ranked = list(best.values())
    if len(ranked) > 1 and ranked[0].score - ranked[1].score < _TIE <= ranked[0].score:
        top = ranked[0].score
        ranked = [
            replace(match, score=min(match.score, _UNDECIDED))
            if top - match.score < _TIE
            else match
            for match in ranked
        ]
    return ranked


def _known(names: Mapping[str, str], vendors: Sequence[str]) -> dict[str, list[int]]:
    """The table's vendors that the firm has, with their places; the usual name comes first."""
    known: defaultdict[str, list[int]] = defaultdict(list)
    for place, (name, vendor) in enumerate(zip(names.values(), vendors, strict=True)):
        usual = bool(vendor) and name_key(name) == name_key(vendor)
        if vendor:
            known[vendor].insert(0 if usual else len(known[vendor]), place)
    return known


def _starts(names: Sequence[Sequence[str]]) -> Mapping[str, list[int]]:
    starts: defaultdict[str, list[int]] = defaultdict(list)
    for place, words in enumerate(names):
        starts[joined(words)[:_START]].append(place)
    return starts
