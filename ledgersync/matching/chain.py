"""The chain of engines: a rule, else what was learned, else the vendor's name, else nothing.

The first answer wins. What it leaves open - a GL rule knows no vendor - the next ones may fill.
"""

from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from functools import lru_cache

from ledgersync.domain.codes import Coding, FirmCodes
from ledgersync.domain.rules import Rule, describe
from ledgersync.domain.suggestions import (
    UNMATCHED,
    BankLine,
    Choice,
    CodedLine,
    Suggestion,
)
from ledgersync.domain.transactions import Method
from ledgersync.matching.learning import REVIEW_THRESHOLD, Learner, Prediction
from ledgersync.matching.normalise import normalise_all
from ledgersync.matching.rule_engine import RuleBook
from ledgersync.matching.track_record import TrackRecord
from ledgersync.matching.vendors import VendorIndex, VendorMatch


@dataclass(frozen=True, slots=True)
class Forgotten:
    """What a client's people want no longer suggested for a descriptor; "" stands for any."""

    client_id: str
    descriptor: str
    vendor_id: str
    gl_code: str


@dataclass(frozen=True, slots=True)
class _Seen:
    """What each engine says of one line."""

    line: BankLine
    ruled: tuple[Rule, Coding] | None
    learned: Prediction
    named: VendorMatch | None


class Matcher:
    """Everything that is known for coding some clients' lines."""

    def __init__(
        self,
        codes: FirmCodes,
        rules: RuleBook,
        learner: Learner,
        vendors: VendorIndex,
        past: Sequence[CodedLine] = (),
        forgotten: AbstractSet[Forgotten] = frozenset(),
    ) -> None:
        self._codes = codes
        self._rules = rules
        self._learner = learner
        self._vendors = vendors
        self._forgotten = _by_place(forgotten)
        self._record = TrackRecord(codes, rules, past)

    def suggest(self, lines: Sequence[BankLine]) -> list[Suggestion]:
        """The best proposal for each line, however unsure; `withheld` keeps back what is unsure."""
        return [self._suggestion(seen) for seen in self._look(lines)]

    def _look(self, lines: Sequence[BankLine]) -> list[_Seen]:
        ruled = self._by_rules(lines)
        learned = self._by_learning(lines)
        named = self._by_name(lines)
        return [_Seen(*seen) for seen in zip(lines, ruled, learned, named, strict=True)]

    def _by_rules(self, lines: Sequence[BankLine]) -> list[tuple[Rule, Coding] | None]:
        return [
            self._applied(rules, line.client_id) if rules else None
            for rules, line in zip(self._rules.all(lines), lines, strict=True)
        ]

    def _applied(self, rules: Sequence[Rule], client_id: str) -> tuple[Rule, Coding] | None:
        """The first rule that applies to the client, with what later ones add to it."""
        first: Rule | None = None
        coding = Coding("", "")
        for rule in rules:
            result = self._codes.result(rule, client_id)
            if result:
                first = first or rule
                vendor_id = coding.vendor_id or result.vendor_id
                coding = Coding(vendor_id, coding.gl_code or result.gl_code)
        return (first, coding) if first else None

    def _by_learning(self, lines: Sequence[BankLine]) -> list[Prediction]:
        predictions = self._learner.predict(lines)
        if not self._forgotten:
            return predictions
        texts = (found.text for found in normalise_all(line.description for line in lines))
        return [
            _without(prediction, self._forgotten.get((line.client_id, text), ()))
            for prediction, line, text in zip(predictions, lines, texts, strict=True)
        ]

    def _by_name(self, lines: Sequence[BankLine]) -> list[VendorMatch | None]:
        found = self._vendors.best([line.description for line in lines], count=1)
        return [matches[0] if matches else None for matches in found]

    def _suggestion(self, seen: _Seen) -> Suggestion:
        if seen.ruled:
            return self._ruled(*seen.ruled, seen)
        learned = self._learned(seen)
        if learned.confidence >= REVIEW_THRESHOLD:
            return learned
        named = self._named(seen)
        return named if named.confidence > learned.confidence else learned

    def _ruled(self, rule: Rule, coding: Coding, seen: _Seen) -> Suggestion:
        learned = self._learned(seen)
        confidence = self._record.of_rule(rule)
        gl_code, why = coding.gl_code, f"Rule {rule.number}: {_described(rule)}"
        if not gl_code and learned.gl_code and learned.confidence >= REVIEW_THRESHOLD:
            gl_code, why = learned.gl_code, f"{why}; the GL code was {learned.why}"
            confidence = min(confidence, learned.confidence)
        return Suggestion(
            vendor_id=coding.vendor_id or self._vendor(seen),
            gl_code=gl_code,
            method=Method.RULE,
            confidence=confidence,
            why=why,
            rule_id=rule.id,
            others=learned.others,
        )

    def _learned(self, seen: _Seen) -> Suggestion:
        told = seen.learned
        if not told.gl_code and not told.vendor_id:
            return UNMATCHED
        others = told.others
        if not told.gl_code:
            return self._learned_vendor(seen.line.client_id, told)
        return Suggestion(
            vendor_id=self._vendor(seen),
            gl_code=told.gl_code,
            method=Method.AI,
            confidence=told.confidence,
            why=told.why,
            others=others,
        )

    def _learned_vendor(self, client_id: str, told: Prediction) -> Suggestion:
        """A vendor whose rows were never given a GL code: its default is the best there is."""
        default = self._default(client_id, told.vendor_id)
        confidence = told.vendor_confidence
        if default:
            confidence *= self._record.of_default(told.vendor_id)
        return Suggestion(told.vendor_id, default, Method.AI, confidence, told.why)

    def _vendor(self, seen: _Seen) -> str:
        """The vendor that was learned, else the one whose name the line surely has."""
        told = seen.learned
        if told.vendor_id and told.vendor_confidence >= REVIEW_THRESHOLD:
            return told.vendor_id
        if seen.named and self._vendors.accepts(seen.named):
            return seen.named.vendor
        return ""

    def _named(self, seen: _Seen) -> Suggestion:
        match = seen.named
        if match is None:
            return UNMATCHED
        vendor = self._codes.vendors[match.vendor]
        default = self._default(seen.line.client_id, match.vendor)
        why = f"Reads like {vendor.name} ({match.via})"
        if not default:
            why += ", which has no usual GL code"
            return Suggestion(match.vendor, "", Method.SEMANTIC, match.score, why)
        why += f", usually coded {default}"
        sure = match.score * self._record.of_default(match.vendor)
        confidence = sure if self._vendors.accepts(match) else min(sure, _UNSURE)
        return Suggestion(match.vendor, default, Method.SEMANTIC, confidence, why)

    def _default(self, client_id: str, vendor_id: str) -> str:
        """The vendor's usual GL code, where the client's chart has it."""
        vendor = self._codes.vendors.get(vendor_id)
        if vendor and self._codes.has_code(client_id, vendor.default_gl):
            return vendor.default_gl
        return ""


_UNSURE = REVIEW_THRESHOLD - 0.01  # a vendor that is not accepted is never shown as one
_described = lru_cache(maxsize=10_000)(describe)


def withheld(suggestion: Suggestion) -> Suggestion:
    """The suggestion as people see it: without its codes where it is likelier wrong than right."""
    if suggestion.confidence >= REVIEW_THRESHOLD:
        return suggestion
    guess = Choice(suggestion.gl_code, suggestion.confidence)
    others = (guess, *suggestion.others) if suggestion.gl_code else suggestion.others
    return replace(UNMATCHED, confidence=suggestion.confidence, others=others)


def _by_place(forgotten: AbstractSet[Forgotten]) -> Mapping[tuple[str, str], list[Forgotten]]:
    found: dict[tuple[str, str], list[Forgotten]] = {}
    for one in forgotten:
        found.setdefault((one.client_id, one.descriptor), []).append(one)
    return found


def _without(prediction: Prediction, forgotten: Sequence[Forgotten]) -> Prediction:
    """What is left of a prediction when people want some of it no longer suggested."""
    codes = {one.gl_code for one in forgotten if one.gl_code}
    vendors = {one.vendor_id for one in forgotten if one.vendor_id}
    if prediction.vendor_id in vendors:
        prediction = replace(prediction, vendor_id="", vendor_confidence=0.0)
    others = tuple(choice for choice in prediction.others if choice.gl_code not in codes)
    if prediction.gl_code in codes:
        prediction = replace(prediction, gl_code="", confidence=0.0, why="")
    return replace(prediction, others=others)
