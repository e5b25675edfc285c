"""The chain of engines: a rule, else what was learned, else the vendor's name, else nothing.

The first answer wins. What it leaves open - a GL rule knows no vendor - the next ones may fill;
where it leaves nothing open, they are not asked, and there are no next best codes.
"""

from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from functools import lru_cache
from itertools import compress
from typing import NamedTuple

from ledgersync.domain.codes import Coding, FirmCodes
from ledgersync.domain.rules import Rule, describe
from ledgersync.domain.splits import Split, divide
from ledgersync.domain.suggestions import (
    UNMATCHED,
    BankLine,
    Choice,
    CodedLine,
    Suggestion,
)
from ledgersync.domain.transactions import Method
from ledgersync.errors import InvalidInput
from ledgersync.matching.forgotten import Forgotten, by_place, codes_of, vendors_of, without
from ledgersync.matching.learning import REVIEW_THRESHOLD, Learner, Prediction
from ledgersync.matching.levels import Level
from ledgersync.matching.normalise import normalise_all
from ledgersync.matching.rule_engine import RuleBook
from ledgersync.matching.track_record import TrackRecord
from ledgersync.matching.vendors import ACCEPTED, VendorIndex, VendorMatch

_Ruled = tuple[Rule, Coding] | None  # the rule that spoke, and what it and later ones set


class _Seen(NamedTuple):
    """What each engine says of one line, and the codes that people want no longer suggested."""

    line: BankLine
    ruled: _Ruled
    learned: Prediction
    named: VendorMatch | None
    unwanted: AbstractSet[str]


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
        self._forgotten = by_place(forgotten)
        self._record = TrackRecord(codes, rules, past)

    def suggest(self, lines: Sequence[BankLine]) -> list[Suggestion]:
        """The best proposal for each line, however unsure; `withheld` keeps back what is unsure."""
        return [self._suggestion(seen) for seen in self._look(lines)]

    def stops(self, line: BankLine, coding: Coding) -> bool:
        """Whether people want a vendor or a GL code of these no longer suggested for a line."""
        [stopped] = self._stopped([line])
        return coding.gl_code in codes_of(stopped) or coding.vendor_id in vendors_of(stopped)

    def _look(self, lines: Sequence[BankLine]) -> list[_Seen]:
        stopped = self._stopped(lines)
        ruled = self._by_rules(lines)
        learned = self._by_learning(lines, stopped, ruled)
        named = self._by_name(lines, stopped, self._nameless(lines, ruled, learned))
        unwanted = map(codes_of, stopped)
        return [_Seen(*seen) for seen in zip(lines, ruled, learned, named, unwanted, strict=True)]

    def _stopped(self, lines: Sequence[BankLine]) -> Sequence[Sequence[Forgotten]]:
        """What people want no longer suggested, for each line; it binds all engines but rules."""
        if not self._forgotten:
            return [()] * len(lines)
        texts = normalise_all(line.description for line in lines)
        return [
            self._forgotten.get((line.client_id, found.text), ())
            for line, found in zip(lines, texts, strict=True)
        ]

    def _by_rules(self, lines: Sequence[BankLine]) -> list[_Ruled]:
        return [
            self._applied(rules, line.client_id) if rules else None
            for rules, line in zip(self._rules.all(lines), lines, strict=True)
        ]

    def _applied(self, rules: Sequence[Rule], client_id: str) -> _Ruled:
        """The first rule that applies to the client, with what later ones add to it."""
        first: Rule | None = None
        coding = Coding("", "")
        for rule in rules:
            result = self._codes.result(rule, client_id)
            if result:
                first = first or rule
                coding = _filled(coding, result)
                if self._settled((first, coding)):
                    break
        return (first, coding) if first else None

    def _by_learning(
        self,
        lines: Sequence[BankLine],
        stopped: Sequence[Sequence[Forgotten]],
        ruled: Sequence[_Ruled],
    ) -> list[Prediction]:
        """What was learned about the lines that rules leave open."""
        asked = [not self._settled(by_rule) for by_rule in ruled]
        told = iter(self._learner.predict(list(compress(lines, asked))))
        predictions = (next(told) if is_asked else _NOT_ASKED for is_asked in asked)
        return [
            without(prediction, unwanted) if unwanted else prediction
            for prediction, unwanted in zip(predictions, stopped, strict=True)
        ]

    def _settled(self, ruled: _Ruled) -> bool:
        """Whether rules leave nothing to learn: the GL code is set, and so is any vendor."""
        if not ruled or not ruled[1].placed:
            return False
        return bool(ruled[1].vendor_id) or not self._codes.vendors

    def _nameless(
        self,
        lines: Sequence[BankLine],
        ruled: Sequence[_Ruled],
        learned: Sequence[Prediction],
    ) -> list[str]:
        """The descriptions of lines to which a vendor's name could still add something."""
        if not self._codes.vendors:
            return []
        return list(
            {
                line.description: None
                for line, by_rule, told in zip(lines, ruled, learned, strict=True)
                if not _has_vendor(by_rule, told)
            }
        )

    def _by_name(
        self,
        lines: Sequence[BankLine],
        stopped: Sequence[Sequence[Forgotten]],
        nameless: Sequence[str],
    ) -> list[VendorMatch | None]:
        found = dict(zip(nameless, self._vendors.best(nameless, count=1), strict=True))
        best = (found.get(line.description, ()) for line in lines)
        return [
            matches[0] if matches and matches[0].vendor not in vendors_of(unwanted) else None
            for matches, unwanted in zip(best, stopped, strict=True)
        ]

    def _suggestion(self, seen: _Seen) -> Suggestion:
        if seen.ruled:
            return self._ruled(*seen.ruled, seen)
        learned = self._learned(seen)
        if learned.confidence >= REVIEW_THRESHOLD:
            return learned
        named = self._named(seen)
        if learned.gl_code and _names_the_vendor(seen.learned):
            vendor_alone = self._learned_vendor(seen, seen.learned)
            if vendor_alone.confidence >= min(named.confidence, ACCEPTED):
                return vendor_alone
        return named if named.confidence > learned.confidence else learned

    def _ruled(self, rule: Rule, coding: Coding, seen: _Seen) -> Suggestion:
        confidence = self._record.of_rule(rule)
        gl_code, why = coding.gl_code, f"Rule {rule.number}: {_described(rule)}"
        learned = UNMATCHED if coding.placed else self._learned(seen)
        if learned.gl_code and learned.confidence >= REVIEW_THRESHOLD:
            gl_code, why = learned.gl_code, f"{why}; the GL code was {learned.why}"
            confidence = min(confidence, learned.confidence)
        split, how = self._split(coding.template_id, seen.line.amount)
        return Suggestion(
            vendor_id=coding.vendor_id or self._vendor(seen),
            gl_code=gl_code,
            method=Method.RULE,
            confidence=confidence,
            why=f"{why}{how}",
            rule_id=rule.id,
            others=() if coding.placed else _others(seen.learned, gl_code),
            split=split,
        )

    def _split(self, template_id: str, amount: int) -> tuple[Split, str]:
        """A template's split of an amount, and how the reason goes on; nothing without one.

        Files alone name a template without its lines.
        """
        if not template_id:
            return (), ""
        template = self._codes.templates[template_id]
        if not template.shares:
            return (), f"; the lines of split template {template.name!r} are known in the app only"
        try:
            divided = divide(template.shares, amount)
        except InvalidInput as unfit:
            return (), f"; split template {template.name!r} does not fit: {unfit.sentence}"
        how = f", split by template {template.name!r}"
        return divided.split, f"{how}; {divided.rounding}" if divided.rounding else how

    def _learned(self, seen: _Seen) -> Suggestion:
        told = seen.learned
        if not told.gl_code and not told.vendor_id:
            return UNMATCHED
        if not told.gl_code:
            return self._learned_vendor(seen, told)
        return Suggestion(
            vendor_id=self._vendor(seen),
            gl_code=told.gl_code,
            method=Method.AI,
            confidence=told.confidence,
            why=told.why,
            others=told.others,
        )

    def _learned_vendor(self, seen: _Seen, told: Prediction) -> Suggestion:
        """A vendor whose rows tell no GL code: its default is the best there is, if any is good."""
        default = self._default(seen, told.vendor_id)
        confidence = told.vendor_confidence
        if default:
            with_default = confidence * self._record.of_default(told.vendor_id)
            if with_default >= REVIEW_THRESHOLD or not told.gl_code:
                confidence = with_default
            else:
                default = ""
        vendor = self._codes.vendors.get(told.vendor_id)
        why = told.vendor_reason.sentence(vendor.name if vendor else "")
        others = _others(told, default)
        return Suggestion(told.vendor_id, default, Method.AI, confidence, why, others=others)

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
        default = self._default(seen, match.vendor)
        why = f"Reads like {vendor.name} ({match.via})"
        if not default:
            stopped = vendor.default_gl in seen.unwanted
            why += "; its usual GL code was stopped" if stopped else ", which has no usual GL code"
            others = _others(seen.learned, "")
            return Suggestion(match.vendor, "", Method.SEMANTIC, match.score, why, others=others)
        why += f", usually coded {default}"
        sure = match.score * self._record.of_default(match.vendor)
        confidence = sure if self._vendors.accepts(match) else min(sure, _UNSURE)
        others = _others(seen.learned, default)
        return Suggestion(match.vendor, default, Method.SEMANTIC, confidence, why, others=others)

    def _default(self, seen: _Seen, vendor_id: str) -> str:
        """The vendor's usual GL code, where the client's chart has it and people want it."""
        vendor = self._codes.vendors.get(vendor_id)
        if not vendor or vendor.default_gl in seen.unwanted:
            return ""
        known = self._codes.has_code(seen.line.client_id, vendor.default_gl)
        return vendor.default_gl if known else ""


_OTHERS = 2
_NOT_ASKED = Prediction()
_SAME_WORDS = {Level.ACCOUNT_DESCRIPTOR, Level.DESCRIPTOR, Level.WORDING}
_UNSURE = REVIEW_THRESHOLD - 0.01  # a vendor that is not accepted is never shown as one
_described = lru_cache(maxsize=10_000)(describe)


def withheld(suggestion: Suggestion) -> Suggestion:
    """The suggestion as people see it: without its codes where it is likelier wrong than right."""
    if suggestion.confidence >= REVIEW_THRESHOLD:
        return suggestion
    guess = Choice(suggestion.gl_code, suggestion.confidence)
    others = (guess, *suggestion.others) if suggestion.gl_code else suggestion.others
    return UNMATCHED._replace(confidence=suggestion.confidence, others=others)


def _filled(coding: Coding, later: Coding) -> Coding:
    """What a rule sets, with what one after it adds."""
    place = coding if coding.placed else later
    vendor_id = coding.vendor_id or later.vendor_id
    return Coding(vendor_id, place.gl_code, template_id=place.template_id)


def _has_vendor(ruled: _Ruled, told: Prediction) -> bool:
    """Whether rules and learning leave nothing open that a vendor's name could fill."""
    if ruled and ruled[1].vendor_id:
        return True
    sure = bool(told.vendor_id) and told.vendor_confidence >= REVIEW_THRESHOLD
    return sure and (ruled is not None or told.confidence >= REVIEW_THRESHOLD)


def _names_the_vendor(told: Prediction) -> bool:
    """Whether rows that read the very same had this vendor, whatever their GL codes were."""
    sure = told.vendor_confidence >= REVIEW_THRESHOLD
    return sure and told.vendor_reason.level in _SAME_WORDS


def _others(told: Prediction, gl_code: str) -> tuple[Choice, ...]:
    """The best codes that were learned, beside the one that something else suggests."""
    best = (Choice(told.gl_code, told.confidence), *told.others) if told.gl_code else told.others
    return tuple(choice for choice in best if choice.gl_code != gl_code)[:_OTHERS]
