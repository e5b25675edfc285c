"""Rules: what the firm wants done with every transaction whose description reads a certain way.

A description is read without regard to upper and lower case, and any run of blanks counts as one.
`*` in a pattern stands for anything, also for nothing, so it also matches a star. A comma always
separates patterns; where a description has one, `*` takes its place.
"""

import math
import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from enum import IntEnum, StrEnum

from ledgersync.errors import InvalidInput
from ledgersync.money import dollars

FIRST_PRIORITY, USUAL_PRIORITY, LAST_PRIORITY = 10, 5, 1
SHORTEST_PATTERN = 2  # a single character would be found in nearly every description

NOTHING_SET = "The rule needs a vendor or a GL code to set, or a split template."

_ANYTHING = "*"
_HALF_A_CHARACTER = re.compile("[\ud800-\udfff]")


class MatchType(StrEnum):
    """How a pattern must lie in the description."""

    CONTAINS = "contains"
    EXACT = "exact"
    STARTS_WITH = "starts with"
    ENDS_WITH = "ends with"


class Direction(StrEnum):
    """Which way the money must have gone. An amount of zero went neither way."""

    ANY = "any"
    IN = "money in"
    OUT = "money out"


class Specificity(IntEnum):
    """How closely a pattern describes a line; the closer goes first."""

    EXACT = 0
    ONE_END = 1
    WILDCARD = 2
    CONTAINS = 3


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule. People call it by its number, which is never given twice.

    `patterns` match case-insensitively, `*` stands for anything. `client_id` "" means the whole
    firm, `account_id` "" any bank account. `lowest` and `highest` bound the amount without its
    sign, in cents, both included; None is open. `vendor_id` or `gl_code` "" sets nothing; a vendor
    without a GL code brings its default GL. `template_id` names a split template, which stands in
    the place of a GL code. `changed_at` is when a person last wrote or changed it.
    """

    id: str
    number: int
    patterns: tuple[str, ...]
    match_type: MatchType = MatchType.CONTAINS
    client_id: str = ""
    account_id: str = ""
    direction: Direction = Direction.ANY
    lowest: int | None = None
    highest: int | None = None
    priority: int = USUAL_PRIORITY
    enabled: bool = True
    vendor_id: str = ""
    gl_code: str = ""
    created_at: datetime | None = None
    changed_at: datetime | None = field(default=None, compare=False)
    template_id: str = ""


# Client before firm, priority from 10 down, specificity, length, age, number: the smaller is first.
Precedence = tuple[bool, int, Specificity, int, float, int]

_MATCH_WORDS = {
    MatchType.CONTAINS: "contains",
    MatchType.EXACT: "is exactly",
    MatchType.STARTS_WITH: "starts with",
    MatchType.ENDS_WITH: "ends with",
}


def fold(text: str) -> str:
    """A text as matching compares it: without case, runs of blanks as one, accents composed."""
    if text.isascii():
        return " ".join(text.lower().split())
    # Half a surrogate pair is no character; no file or search can hold it.
    composed = unicodedata.normalize("NFC", _HALF_A_CHARACTER.sub("\ufffd", text))
    return unicodedata.normalize("NFC", " ".join(composed.casefold().split()))


def fold_pattern(match_type: MatchType, pattern: str) -> str:
    """A pattern as matching compares it, without the outer stars that its match type implies."""
    folded = fold(pattern)
    if match_type in {MatchType.CONTAINS, MatchType.STARTS_WITH}:
        folded = folded.rstrip(_ANYTHING)
    if match_type in {MatchType.CONTAINS, MatchType.ENDS_WITH}:
        folded = folded.lstrip(_ANYTHING)
    return folded


def is_blank(pattern: str) -> bool:
    """Whether a pattern holds nothing but stars and blanks; such a pattern matches no line."""
    return not _visible(pattern)


def parse_patterns(text: str) -> tuple[str, ...]:
    """Read comma-separated patterns as a person types them, each once.

    Nothing between two commas is no pattern and is passed over.

    Raises:
        InvalidInput: when there is no pattern at all, or one is nothing but `*`.
    """
    patterns: dict[str, str] = {}
    for part in filter(None, (" ".join(part.split()) for part in text.split(","))):
        if is_blank(part):
            raise InvalidInput(
                f"The pattern {part[:40]} would match every description.",
                "Type some of the words that the description must have.",
            )
        patterns.setdefault(fold(part), part)
    if not patterns:
        raise InvalidInput("There is no pattern.", "Type at least one, such as UBER, LYFT.")
    return tuple(patterns.values())


def patterns_text(patterns: Iterable[str]) -> str:
    """Patterns as `parse_patterns` reads them; `*` stands in for a comma within one."""
    return ", ".join(pattern.replace(",", _ANYTHING) for pattern in patterns)


def specificity(match_type: MatchType, pattern: str) -> Specificity:
    """How specific a pattern is; a star that changes nothing, as in contains "UBER*", is none."""
    if _ANYTHING in fold_pattern(match_type, pattern):
        return Specificity.WILDCARD
    match match_type:
        case MatchType.EXACT:
            return Specificity.EXACT
        case MatchType.STARTS_WITH | MatchType.ENDS_WITH:
            return Specificity.ONE_END
        case MatchType.CONTAINS:
            return Specificity.CONTAINS


def pattern_precedence(rule: Rule, pattern: str) -> Precedence:
    """Where one pattern of a rule stands in the order in which rules are asked: smaller is first.

    A rule of unknown age counts as the youngest.
    """
    length = len(fold_pattern(rule.match_type, pattern).replace(_ANYTHING, ""))
    age = rule.created_at.timestamp() if rule.created_at else math.inf
    kind = specificity(rule.match_type, pattern)
    return (not rule.client_id, -rule.priority, kind, -length, age, rule.number)


def precedence(rule: Rule) -> Precedence:
    """Where a rule stands by its most specific pattern, as a key to sort by.

    On a given line it stands by the pattern that hits there: see `pattern_precedence`.
    """
    return min(pattern_precedence(rule, pattern) for pattern in rule.patterns or ("",))


def describe(rule: Rule) -> str:
    """What a rule asks for: "contains UBER or LYFT, money out, $10.00 to $50.00"."""
    parts = [f"{_MATCH_WORDS[rule.match_type]} {_either(rule.patterns)}"]
    if rule.direction is not Direction.ANY:
        parts.append(rule.direction.value)
    return ", ".join([*parts, *_amount_words(rule.lowest, rule.highest)])


def validate(rule: Rule) -> list[str]:
    """What is wrong with a rule by itself, a sentence each; empty when it can work."""
    return [*_pattern_faults(rule), *_result_faults(rule), *_number_faults(rule)]


def sets_something(rule: Rule) -> bool:
    """Whether a rule says what becomes of the rows that it fits."""
    return bool(rule.vendor_id or rule.gl_code or rule.template_id)


def _pattern_faults(rule: Rule) -> list[str]:
    if not rule.patterns:
        return ["The rule needs at least one pattern."]
    return [fault for pattern in rule.patterns if (fault := _pattern_fault(rule, pattern))]


def _pattern_fault(rule: Rule, pattern: str) -> str:
    pattern = patterns_text([pattern])  # as it leaves in a file, and has to come back
    if is_blank(pattern):
        return f"The pattern {pattern[:40]!r} says nothing of the description."
    whole = specificity(rule.match_type, pattern) is Specificity.EXACT
    if not whole and len(_visible(pattern)) < SHORTEST_PATTERN:
        return f"The pattern {pattern[:40]!r} is too short: it would fit far too many descriptions."
    return ""


def _result_faults(rule: Rule) -> list[str]:
    if rule.gl_code and rule.template_id:
        return ["The rule sets a GL code and a split template; only one of them can hold."]
    return [] if sets_something(rule) else [NOTHING_SET]


def _number_faults(rule: Rule) -> list[str]:
    faults: list[str] = []
    lowest, highest = rule.lowest or 0, rule.highest
    if min(lowest, highest or 0) < 0:
        faults.append("The amounts of a rule are written without a sign.")
    elif highest is not None and lowest > highest:
        faults.append(f"The lowest amount, {dollars(lowest)}, is above {dollars(highest)}.")
    if not LAST_PRIORITY <= rule.priority <= FIRST_PRIORITY:
        faults.append(
            f"The priority must be from {LAST_PRIORITY} to {FIRST_PRIORITY}, not {rule.priority}."
        )
    return faults


def _amount_words(lowest: int | None, highest: int | None) -> list[str]:
    if lowest is None and highest is None:
        return []
    if highest is None:
        return [f"{dollars(lowest or 0)} or more"]
    if lowest is None:
        return [f"up to {dollars(highest)}"]
    return [dollars(lowest) if lowest == highest else f"{dollars(lowest)} to {dollars(highest)}"]


def _either(patterns: tuple[str, ...]) -> str:
    return " or ".join(filter(None, [", ".join(patterns[:-1]), *patterns[-1:]]))


def _visible(pattern: str) -> str:
    return "".join(fold(pattern).replace(_ANYTHING, "").split())
