"""How often rules and vendors' usual codes agreed with what people decided in the end."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from ledgersync.domain.codes import FirmCodes
from ledgersync.domain.rules import Rule
from ledgersync.domain.suggestions import CodedLine
from ledgersync.matching.rule_engine import RuleBook


@dataclass
class _Shares:
    """Shares of rows that were right, by whose rows they are.

    Before anybody has looked, all of them together count like `of` rows of which `right` were. One
    by itself starts like `of` rows that fared as those of the others did: a new rule is as good as
    the firm's rules are.
    """

    right: int
    of: int
    _right: Counter[str] = field(default_factory=Counter)
    _rows: Counter[str] = field(default_factory=Counter)
    _all_right: int = 0
    _all_rows: int = 0

    def note(self, name: str, *, right: bool) -> None:
        self._right[name] += right
        self._rows[name] += 1
        self._all_right += right
        self._all_rows += 1

    def share(self, name: str) -> float:
        right, rows = self._right[name], self._rows[name]
        others = (self._all_right - right + self.right) / (self._all_rows - rows + self.of)
        return (right + self.of * others) / (rows + self.of)


class TrackRecord:
    """Shares of past rows, as probabilities.

    A rule answers only for rows that were decided since it was last changed: it may have been
    written to end the habit that the older ones show.
    """

    def __init__(self, codes: FirmCodes, rules: RuleBook, past: Sequence[CodedLine]) -> None:
        # A rule is a person's word, a usual code only a habit.
        self._rules, self._defaults = _Shares(19, 20), _Shares(4, 5)
        for rule, coded in zip(rules.first([c.line for c in past]), past, strict=True):
            result = rule and codes.result(rule, coded.line.client_id)
            if rule and result and coded.gl_code and not _older(coded, rule):
                right = not result.template_id and result.gl_code in {"", coded.gl_code}
                self._rules.note(rule.id, right=right)
            vendor = codes.vendors.get(coded.vendor_id)
            if vendor and vendor.default_gl and coded.gl_code:
                self._defaults.note(vendor.id, right=coded.gl_code == vendor.default_gl)

    def of_rule(self, rule: Rule) -> float:
        """The probability that a rule's codes are right."""
        return self._rules.share(rule.id)

    def of_default(self, vendor_id: str) -> float:
        """The probability that a vendor's row takes the vendor's usual GL code."""
        return self._defaults.share(vendor_id)


def _older(coded: CodedLine, rule: Rule) -> bool:
    """Whether a row was decided before the rule was what it is; False where a day is unknown."""
    if coded.decided_at is None or rule.changed_at is None:
        return False
    return coded.decided_at < rule.changed_at
