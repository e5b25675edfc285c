"""Which rules can never decide a row, because others go first wherever they match."""

import math
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from itertools import takewhile

from ledgersync.domain.codes import Coding, Sets, as_written
from ledgersync.domain.rules import Direction, MatchType, Rule
from ledgersync.matching.rule_engine import Claim, RuleBook

# A pattern as the most general description that it hits.
_AS_DESCRIPTION = {
    MatchType.CONTAINS: "*{}*",
    MatchType.EXACT: "{}",
    MatchType.STARTS_WITH: "{}*",
    MatchType.ENDS_WITH: "*{}",
}


def covering(
    rules: Sequence[Rule],
    book: RuleBook,
    client_ids: Collection[str] = (),
    sets: Sets = as_written,
) -> dict[str, Sequence[Rule]]:
    """The rules that take whatever another could claim, found without any line.

    Each pattern is looked up as if it were a description: an earlier pattern that hits it with its
    stars hits everything that it can stand for. `sets` tells what a rule sets for each of the
    clients: what the earlier one leaves open, or open for some, it does not take.
    """
    asked = [(rule, pattern) for rule in rules for pattern in rule.patterns]
    claims = book.claims(
        (rule.client_id, _AS_DESCRIPTION[rule.match_type].format(pattern))
        for rule, pattern in asked
    )
    takers: dict[str, list[Rule | None]] = defaultdict(list)
    for (rule, _), on_pattern in zip(asked, claims, strict=True):
        places = [rule.client_id] if rule.client_id or not client_ids else client_ids
        wanted = {place: coding for place in places if (coding := sets(rule, place))}
        takers[rule.id].append(_taker(rule, on_pattern, wanted, sets))
    return {
        rule_id: by_frequency([taker for taker in found if taker])
        for rule_id, found in takers.items()
        if all(found)
    }


def _taker(
    rule: Rule, claims: Iterable[Claim], wanted: Mapping[str, Coding], sets: Sets
) -> Rule | None:
    """The first rule that goes before this one, asks for no more, and leaves nothing open."""
    earlier = takewhile(lambda claim: claim.rule.id != rule.id, claims)
    return next(
        (
            claim.rule
            for claim in earlier
            if _asks_no_more(claim.rule, rule) and _leaves_nothing(claim.rule, wanted, sets)
        ),
        None,
    )


def _leaves_nothing(earlier: Rule, wanted: Mapping[str, Coding], sets: Sets) -> bool:
    """Whether a rule sets, for each client, whatever another wants to set there."""
    given = {place: sets(earlier, place) or Coding("", "") for place in wanted}
    return bool(wanted) and all(
        bool(given[place].vendor_id or not coding.vendor_id)
        and bool(given[place].placed or not coding.placed)
        for place, coding in wanted.items()
    )


def _asks_no_more(earlier: Rule, rule: Rule) -> bool:
    return (
        earlier.account_id in {"", rule.account_id}
        and earlier.direction in {Direction.ANY, rule.direction}
        and (earlier.lowest or 0) <= (rule.lowest or 0)
        and (earlier.highest is None or earlier.highest >= _highest(rule))
    )


def _highest(rule: Rule) -> float:
    return math.inf if rule.highest is None else rule.highest


def by_frequency(rules: Iterable[Rule]) -> Sequence[Rule]:
    rules = list(rules)
    by_id = {rule.id: rule for rule in rules}
    return [by_id[rule_id] for rule_id, _ in Counter(r.id for r in rules).most_common()]
