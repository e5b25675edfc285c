"""Which rules claim the same row and set other vendors or GL codes for it."""

from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

from ledgersync.domain.codes import Coding
from ledgersync.domain.rules import Rule

# Beside how many of the first rules each later one is held. More than these seldom claim a row, and
# thousands that do would make millions of pairs.
_COMPARED = 20


class Conflict(NamedTuple):
    """Two rules that set different things, the one that goes first, and what differs in words."""

    first: Rule
    other: Rule
    difference: str


class Result(NamedTuple):
    """A rule with what it sets for a client."""

    rule: Rule
    sets: Coding


_Pairs = Iterator[tuple[Result, Result]]


def conflicts(claims: Sequence[Result]) -> list[Conflict]:
    """Every two rules of one scope that set different things for a row that they claim.

    `claims` stand in the order in which they are asked. What counts is what each sets for the
    client: also the default GL code that its vendor brings. A client's rule that goes before one of
    the whole firm is what such rules are for.
    """
    scopes = dict.fromkeys(claim.rule.client_id for claim in claims)
    return [
        conflict
        for scope in scopes
        for conflict in _among([claim for claim in claims if claim.rule.client_id == scope])
    ]


def _among(results: Sequence[Result]) -> list[Conflict]:
    """The conflicts of rules of one scope; where both differ, the GL code says more."""
    found: dict[tuple[str, str], Conflict] = {}
    for one, other in _differing(results, _vendor):
        found[one.rule.id, other.rule.id] = Conflict(one.rule, other.rule, "different vendors")
    for one, other in _differing(results, _place):
        words = _places(one, other)
        found[one.rule.id, other.rule.id] = Conflict(one.rule, other.rule, words)
    return list(found.values())


def _differing(results: Sequence[Result], told: Callable[[Result], str]) -> _Pairs:
    """Rules that both say something of a kind, each beside the first ones before it, and differ."""
    saying = [(result, said) for result in results if (said := told(result))]
    for place, (later, says) in enumerate(saying):
        for earlier, said in saying[: min(place, _COMPARED)]:
            if said != says:
                yield earlier, later


def _vendor(result: Result) -> str:
    return result.sets.vendor_id


def _place(result: Result) -> str:
    """Where the whole amount goes: a GL code, or a split template."""
    coding = result.sets
    return f"GL code {coding.gl_code}" if coding.gl_code else coding.template_id


def _places(one: Result, other: Result) -> str:
    codes = [_code_words(result) for result in (one, other)]
    if all(codes):
        return f"different GL codes, {codes[0]} and {codes[1]}"
    if not any(codes):
        return "different split templates"
    return f"different things, GL code {codes[0] or codes[1]} and a split template"


def _code_words(result: Result) -> str:
    """The GL code, with whence it comes where the rule itself does not name it."""
    code = result.sets.gl_code
    return code if result.rule.gl_code or not code else f"{code} (the default of its vendor)"
