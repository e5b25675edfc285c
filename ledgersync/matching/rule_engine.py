"""The rule engine: which rules claim which lines, all of them in one pass over the descriptions.

A description is framed, " uber trip " between line feeds, which no folded text can hold. A pattern
becomes the pieces between its stars, and where it must stand at an end, the frame is part of its
first or last piece. It hits when its pieces stand in the framed description one after the other.
An automaton looks for the longest piece of every pattern at once; most patterns have no other.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from operator import itemgetter

from ahocorasick_rs import AhoCorasick

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
Hits = tuple[int, ...]  # numbers of claims, which are numbered in the order they are asked in

_HEAD, _BETWEEN, _TAIL = "\n ", " \n ", " \n"
_AT_ONCE = 1_000  # descriptions in one search: few crossings into it, and few hits in memory
_NOTHING: dict[int, Hits] = {}


@dataclass(frozen=True, slots=True)
class Claim:
    """One pattern of one rule, cut into pieces. An `unconditional` rule asks for nothing else."""

    rule: Rule
    pattern: str
    pieces: tuple[str, ...]
    unconditional: bool

    @property
    def needle(self) -> str:
        """The piece that the automaton looks for."""
        return max(self.pieces, key=lambda piece: len(piece.strip()))


class RuleBook:
    """The enabled rules, built once, to be asked about any number of lines.

    A blank pattern claims nothing.
    """

    def __init__(self, rules: Iterable[Rule]) -> None:
        self._claims = _claims(rules)
        self._in_pieces = {n for n, claim in enumerate(self._claims) if len(claim.pieces) > 1}
        self._needles = _Needles(self._claims)

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
        return [self._all(hits, line) for hits, line in zip(self._on(lines), lines, strict=True)]

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
        return [tuple(self._claims[n] for n in hits) for hits in self._search(places)]

    def _on(self, lines: Sequence[BankLine]) -> Iterator[Hits]:
        """The hits on each line; a description is searched only once for a client."""
        seen: dict[Place, int] = {}
        which = [seen.setdefault((line.client_id, line.description), len(seen)) for line in lines]
        return map(self._search(seen).__getitem__, which)

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

    def _search(self, places: Iterable[Place]) -> list[Hits]:
        found: list[Hits] = []
        rest = iter(places)
        while some := list(islice(rest, _AT_ONCE)):
            texts = [fold(description) for _, description in some]
            hits = self._needles.search(texts, [client_id for client_id, _ in some])
            found += [self._settled(h, t) if h else h for h, t in zip(hits, texts, strict=True)]
        return found

    def _settled(self, hits: Hits, text: str) -> Hits:
        """Those hits whose pieces all stand in the text, in their order."""
        if len(hits) > 1:
            hits = tuple(sorted(hits))
        if self._in_pieces.isdisjoint(hits):
            return hits
        framed = f"{_HEAD}{text}{_TAIL}"
        return tuple(n for n in hits if _in_order(self._claims[n].pieces, framed))


class _Needles:
    """The needles of all claims in one automaton, and the claims that each of them stands for."""

    def __init__(self, claims: Sequence[Claim]) -> None:
        numbers: dict[str, int] = {}
        by_client: dict[str, dict[int, Hits]] = {"": {}}
        for n, claim in enumerate(claims):
            needle = numbers.setdefault(claim.needle, len(numbers))
            own = by_client.setdefault(claim.rule.client_id, {})
            own[needle] = (*own.get(needle, ()), n)
        firm = by_client.pop("")
        self._automaton = AhoCorasick(numbers)
        self._firm = [firm.get(needle, ()) for needle in range(len(numbers))]
        self._clients = {
            client_id: {needle: (*hits, *self._firm[needle]) for needle, hits in own.items()}
            for client_id, own in by_client.items()
        }

    def search(self, texts: Sequence[str], client_ids: Sequence[str]) -> list[Hits]:
        """The claims on each folded text whose needle stands in it, each once, in no order."""
        found: list[Hits] = [()] * len(texts)
        joined = _HEAD + _BETWEEN.join(texts) + _TAIL
        firm, own = self._firm, _NOTHING
        row, end = -1, 0
        for needle, start, _ in self._automaton.find_matches_as_indexes(joined, overlapping=True):
            while start + 1 >= end:  # a needle may begin with the line feed before its text
                row += 1
                end += len(texts[row]) + len(_BETWEEN)
                own = self._clients.get(client_ids[row], _NOTHING)
            hits = own[needle] if needle in own else firm[needle]
            if hits and hits[0] not in found[row]:  # a needle may stand in a text many times
                found[row] += hits
        return found


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


def _pieces(match_type: MatchType, pattern: str) -> tuple[str, ...]:
    head = _HEAD if match_type in {MatchType.EXACT, MatchType.STARTS_WITH} else ""
    tail = _TAIL if match_type in {MatchType.EXACT, MatchType.ENDS_WITH} else ""
    pieces = f"{head}{fold_pattern(match_type, pattern)}{tail}".split("*")
    return tuple(piece for piece in pieces if piece not in {"", _HEAD, _TAIL})


def _in_order(pieces: Sequence[str], framed: str) -> bool:
    """Whether the pieces follow each other; where a star stands for nothing, two blanks are one."""
    at = 0
    for piece in pieces:
        found = framed.find(piece, at)
        if found < 0:
            return False
        at = found + len(piece) - piece.endswith(" ")
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
