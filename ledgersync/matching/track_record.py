"""How often rules and vendors' usual codes agreed with what people decided in the end."""

from collections import Counter
from collections.abc import Sequence

from ledgersync.domain.codes import FirmCodes
from ledgersync.domain.rules import Rule
from ledgersync.domain.suggestions import CodedLine
from ledgersync.matching.rule_engine import RuleBook

# Before anybody has looked: a rule is a person's word, a usual code only a habit. Each counts like
# so many past rows of which so many were right.
_RULE = (19, 20)
_DEFAULT = (4, 5)


class TrackRecord:
    """Shares of past rows, as probabilities."""

    def __init__(self, codes: FirmCodes, rules: RuleBook, past: Sequence[CodedLine]) -> None:
        self._rules: Counter[tuple[str, bool]] = Counter()
        self._defaults: Counter[tuple[str, bool]] = Counter()
        for rule, coded in zip(rules.first([c.line for c in past]), past, strict=True):
            result = rule and codes.result(rule, coded.line.client_id)
            if rule and result and coded.gl_code:
                same = result.gl_code in {"", coded.gl_code}
                self._rules[rule.id, same] += 1
            vendor = codes.vendors.get(coded.vendor_id)
            if vendor and vendor.default_gl and coded.gl_code:
                self._defaults[vendor.id, coded.gl_code == vendor.default_gl] += 1

    def of_rule(self, rule: Rule) -> float:
        """The probability that a rule's codes are right."""
        return _share(self._rules, rule.id, *_RULE)

    def of_default(self, vendor_id: str) -> float:
        """The probability that a vendor's row takes the vendor's usual GL code."""
        return _share(self._defaults, vendor_id, *_DEFAULT)


def _share(counts: Counter[tuple[str, bool]], name: str, right: int, of: int) -> float:
    agreed = counts[name, True]
    return (agreed + right) / (agreed + counts[name, False] + of)
