"""The rule engine: which rules claim which lines, all of them in one pass over the descriptions.

A description is framed, " uber trip " between line feeds, which no folded text can hold. A pattern
becomes the pieces between its stars, and where it must stand at an end, the frame is part of its
first or last piece. It hits when its pieces stand in the framed description one after the other.
An automaton looks for the longest piece of every pattern at once; most patterns have no other.

Many descriptions are folded and searched as one text, and only those that hold a needle are looked
at one by one: a letter costs little there, a Python object for every line would cost more.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import islice
from operator import itemgetter
from string import ascii_lowercase, ascii_uppercase

import numpy as np
from ahocorasick_rs import BytesAhoCorasick

from ledgersync.domain.rules import (
    Direction,
    MatchType,
    Rule,
    fold,
    fold_pattern,
    is_blank,
    pattern_precedence,
)
from ledgersync.domain.suggestions import BankLine

Place = tuple[str, str]  # a client and a description
Found = tuple[int, ...]  # numbers of wordings that hit a description
Hits = tuple[int, ...]  # numbers of claims, which are numbered in the order they are asked in
Pieces = tuple[str, ...]

_HEAD, _BETWEEN, _TAIL = "\n ", " \n ", " \n"
_AT_ONCE = 4_000  # descriptions in one search: few crossings into it, and few hits in memory
_SAMPLE, _HARDLY_ANY = 1_000, 0.99
_BLANKS = "\t\n\v\f\r\x1c\x1d\x1e\x1f"
_MARK = "\0"  # stands for the line feed between descriptions until those within are blanks
_MARKED = f" {_MARK} "
_FOLDED = bytes.maketrans(
    f"{ascii_uppercase}{_BLANKS}{_MARK}".encode(),
    f"{ascii_lowercase}{' ' * len(_BLANKS)}\n".encode(),
)
_NOTHING: dict[int, Hits] = {}


@dataclass(frozen=True, slots=True)
class Claim:
    """One pattern of one rule, cut into pieces. An `unconditional` rule asks for nothing else."""

    rule: Rule
    pattern: str
    pieces: Pieces
    unconditional: bool


class RuleBook:
    """The enabled rules, built once, to be asked about any number of lines.

    A blank pattern claims nothing.
    """

    def __init__(self, rules: Iterable[Rule]) -> None:
        self._claims = _claims(rules)
        numbers: dict[Pieces, int] = {}
        self._by_client: dict[str, dict[int, Hits]] = {"": {}}
        for n, claim in enumerate(self._claims):
            wording = numbers.setdefault(claim.pieces, len(numbers))
            own = self._by_client.setdefault(claim.rule.client_id, {})
            own[wording] = (*own.get(wording, ()), n)
        self._wordings = _Wordings(list(numbers))

    def first(self, lines: Sequence[BankLine]) -> list[Rule | None]:
        """The rule that decides each line; None where no rule claims it."""
        return [claim.rule if claim else None for claim in self.first_claims(lines)]

    def first_claims(self, lines: Sequence[BankLine]) -> list[Claim | None]:
        """Like `first`, with the pattern by which each rule hits."""
        return [
            self._first(hits, line) if hits else None
            for hits, line in zip(self._on(lines), lines, strict=True)
        ]

    def all(self, lines: Sequence[BankLine]) -> list[tuple[Rule, ...]]:
        """Every rule that claims each line, the deciding one first."""
        return [
            self._all(hits, line) if hits else ()
            for hits, line in zip(self._on(lines), lines, strict=True)
        ]

    def pattern_hit(self, rule: Rule, line: BankLine) -> str:
        """The pattern, as written, by which the rule hits the line; "" when none does.

        Of several it is the one that goes first. The rule's conditions are not looked at.
        """
        [claims] = self.claims([(rule.client_id, line.description)])
        return next((claim.pattern for claim in claims if claim.rule.id == rule.id), "")

    def claims(self, places: Iterable[Place]) -> list[tuple[Claim, ...]]:
        """The client's and the firm's patterns that hit each description, the first one first.

        The other conditions of their rules are not looked at.
        """
        rest, found = iter(places), list[tuple[Claim, ...]]()
        while some := list(islice(rest, _AT_ONCE)):
            client_ids, texts = zip(*some, strict=True)
            hits = self._search(client_ids, texts)
            found += (tuple(map(self._claims.__getitem__, numbers)) for numbers in hits)
        return found

    def _on(self, lines: Sequence[BankLine]) -> list[Hits]:
        client_ids = [line.client_id for line in lines]
        return self._search(client_ids, [line.description for line in lines])

    def _first(self, hits: Hits, line: BankLine) -> Claim | None:
        for n in hits:
            claim = self._claims[n]
            if claim.unconditional or _meets(claim.rule, line):
                return claim
        return None

    def _all(self, hits: Hits, line: BankLine) -> tuple[Rule, ...]:
        claims = map(self._claims.__getitem__, hits)
        rules = (claim.rule for claim in claims if claim.unconditional or _meets(claim.rule, line))
        return tuple({id(rule): rule for rule in rules}.values())

    def _search(self, client_ids: Sequence[str], texts: Sequence[str]) -> list[Hits]:
        """The hits on each client's description; one that comes again is searched only once."""
        distinct = list(dict.fromkeys(texts)) if _come_again(texts) else texts
        found = self._wordings.search(distinct)
        if len(distinct) < len(texts):
            found = list(map(dict(zip(distinct, found, strict=True)).__getitem__, texts))
        hits = cache(self._hits)
        return [
            hits(client_id, wordings) if wordings else ()
            for client_id, wordings in zip(client_ids, found, strict=True)
        ]

    def _hits(self, client_id: str, wordings: Found) -> Hits:
        """The client's and the firm's claims that are worded so, in their order."""
        scopes = [self._by_client.get(scope, _NOTHING) for scope in {client_id, ""}]
        return tuple(sorted(n for own in scopes for w in wordings for n in own.get(w, ())))


def _come_again(texts: Sequence[str]) -> bool:
    """Whether looking for repeated texts pays: a sample has some that stand in it twice."""
    sample = texts[:: max(1, len(texts) // _SAMPLE)]
    return len(set(sample)) <= len(sample) * _HARDLY_ANY


class _Wordings:
    """The wordings of all patterns, with one piece of each, its needle, in one automaton."""

    def __init__(self, wordings: Sequence[Pieces]) -> None:
        numbers: dict[str, list[int]] = {}
        for n, pieces in enumerate(wordings):
            numbers.setdefault(max(pieces, key=_letters), []).append(n)
        self._pieces = [[piece.encode() for piece in pieces] for pieces in wordings]
        self._of_needle = list(numbers.values())
        self._at_once = [self._alone(numbers) for numbers in self._of_needle]
        self._automaton = BytesAhoCorasick([needle.encode() for needle in numbers])

    def _alone(self, wordings: Sequence[int]) -> Found:
        """What a needle stands for, where finding it is all that is asked."""
        return tuple(wordings) if all(len(self._pieces[w]) == 1 for w in wordings) else ()

    def search(self, texts: Iterable[str]) -> list[Found]:
        """The wordings that hit each text, each once, in no order."""
        rest, found = iter(texts), list[Found]()
        while some := list(islice(rest, _AT_ONCE)):
            found += self._search(some)
        return found

    def _search(self, texts: Sequence[str]) -> list[Found]:
        found: list[Found] = [()] * len(texts)
        framed, feeds = _framed(texts)
        row, end = -1, 0
        for needle, _, stop in self._automaton.find_matches_as_indexes(framed, overlapping=True):
            while stop > end:  # a needle may end with the line feed behind its text
                row, end = row + 1, feeds[row + 2] + 1
            hits = self._at_once[needle] or self._all(needle, framed[feeds[row] : end])
            if hits and hits[0] not in found[row]:  # a needle may stand in a text many times
                found[row] += hits
        return found

    def _all(self, needle: int, text: bytes) -> Found:
        """The wordings with this needle whose pieces all stand in the text, in their order."""
        wordings = self._of_needle[needle]
        return tuple([w for w in wordings if _in_order(self._pieces[w], text)])


def _framed(texts: Sequence[str]) -> tuple[bytes, list[int]]:
    """All texts, folded, a line feed before and behind each; and where the line feeds are."""
    marked = _MARKED.join(["", *texts, ""])
    if marked.count(_MARK) > len(texts) + 1:  # a text has the mark itself
        framed = _BETWEEN.join(["", *map(fold, texts), ""]).encode()
        return framed, _line_feeds(framed)
    if not marked.isascii():
        marked = _MARKED.join(["", *_ready(texts), ""])
    framed = _with_single_blanks(marked.encode().translate(_FOLDED))
    return framed, _line_feeds(framed)


def _ready(texts: Sequence[str]) -> list[str]:
    """The texts, with those folded that a table of bytes can't fold."""
    others = fold(_MARKED.join([text for text in texts if not text.isascii()]))
    folded = iter(others.split(_MARK))
    return [text if text.isascii() else next(folded) for text in texts]


def _with_single_blanks(text: bytes) -> bytes:
    letters = np.frombuffer(text, np.uint8)
    blanks = letters == ord(" ")
    again = blanks[1:] & blanks[:-1]
    return np.delete(letters, np.flatnonzero(again)).tobytes() if again.any() else text


def _line_feeds(framed: bytes) -> list[int]:
    return np.flatnonzero(np.frombuffer(framed, np.uint8) == ord("\n")).tolist()


def _letters(piece: str) -> int:
    return len(piece.strip())


def _claims(rules: Iterable[Rule]) -> list[Claim]:
    """A claim for every pattern that an enabled rule has, in the order they are asked in."""
    patterns = [
        (pattern_precedence(rule, pattern), rule, pattern)
        for rule in rules
        if rule.enabled
        for pattern in rule.patterns
        if not is_blank(pattern)
    ]
    return [_claim(rule, pattern) for _, rule, pattern in sorted(patterns, key=itemgetter(0))]


def _claim(rule: Rule, pattern: str) -> Claim:
    bounded = rule.lowest is not None or rule.highest is not None
    unconditional = not (rule.account_id or bounded) and rule.direction is Direction.ANY
    return Claim(rule, pattern, _pieces(rule.match_type, pattern), unconditional)


def _pieces(match_type: MatchType, pattern: str) -> Pieces:
    head = _HEAD if match_type in {MatchType.EXACT, MatchType.STARTS_WITH} else ""
    tail = _TAIL if match_type in {MatchType.EXACT, MatchType.ENDS_WITH} else ""
    pieces = f"{head}{fold_pattern(match_type, pattern)}{tail}".split("*")
    return tuple(piece for piece in pieces if piece not in {"", _HEAD, _TAIL})


def _in_order(pieces: Iterable[bytes], framed: bytes) -> bool:
    """Whether the pieces follow each other; where a star stands for nothing, two blanks are one."""
    at = 0
    for piece in pieces:
        found = framed.find(piece, at)
        if found < 0:
            return False
        at = found + len(piece) - piece.endswith(b" ")
    return True


def _meets(rule: Rule, line: BankLine) -> bool:
    """Whether the line meets the rule's conditions on account, direction and amount."""
    size = abs(line.amount)
    return (
        rule.account_id in {"", line.account_id}
        and (rule.lowest is None or rule.lowest <= size)
        and (rule.highest is None or size <= rule.highest)
        and (rule.direction is not Direction.IN or line.amount > 0)
        and (rule.direction is not Direction.OUT or line.amount < 0)
    )
