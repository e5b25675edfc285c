"""Learning on this machine: from what people coded to a GL code and a vendor for the next line."""

from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass

import numpy as np

from ledgersync.domain.suggestions import BankLine, Choice, CodedLine
from ledgersync.matching.evidence import Allowed, Evidence, Near
from ledgersync.matching.foresight import UNTAUGHT, Foresight, Foretold, taught
from ledgersync.matching.levels import key
from ledgersync.matching.likeness import Likeness
from ledgersync.matching.memory import Lines, Numbering, Numbers, Register
from ledgersync.matching.past import Past, no_past
from ledgersync.matching.reasons import NO_REASON, Reason, Reasons

REVIEW_THRESHOLD = 0.5
"""Below this a code is likelier wrong than right: correcting it costs more than choosing it, so
the row stays blank. Confidence is a probability, hence the same threshold serves every firm."""

Codes = Mapping[str, AbstractSet[str]]
"""The codes (or vendors) that each client has."""

_OTHERS = 2


@dataclass(frozen=True, slots=True)
class Prediction:
    """What the past says about one line.

    `confidence` is the probability that `gl_code` is right, `vendor_confidence` that `vendor_id`
    is; both codes are "" where nothing speaks for any. `others` are the next best GL codes. `why`
    is one sentence; `reason` says which past rows stand behind it.
    """

    gl_code: str = ""
    confidence: float = 0.0
    others: tuple[Choice, ...] = ()
    vendor_id: str = ""
    vendor_confidence: float = 0.0
    why: str = ""
    reason: Reason = NO_REASON
    vendor_reason: Reason = NO_REASON


@dataclass(frozen=True, slots=True)
class _Answer:
    choices: tuple[Choice, ...] = ()
    reason: Reason = NO_REASON


@dataclass(frozen=True, slots=True)
class _Known:
    """The texts that were learned, and what compares others with them."""

    texts: Numbers
    likeness: Likeness


class Learner:
    """Remembers every coded line, and foretells new ones.

    The levels of evidence are weighed once, from the lines given at the start; lines learned later
    count from the next prediction on.
    """

    def __init__(
        self,
        coded: Iterable[CodedLine] = (),
        charts: Codes | None = None,
        vendors: Codes | None = None,
    ) -> None:
        """Learn from lines coded so far.

        `charts` and `vendors` limit what a client may get; a client that they don't name gets what
        it has had before. None: all clients share one list.
        """
        self._register = Register()
        self._gl = _Topic(self._register, charts)
        self._vendors = _Topic(self._register, vendors)
        self.learn(coded)
        self._gl.study()
        self._vendors.study()

    def learn(self, coded: Iterable[CodedLine]) -> None:
        """Take in what people confirmed; it counts at once."""
        coded = list(coded)
        lines = self._register.columns([c.line for c in coded])
        self._gl.learn(lines, [c.gl_code for c in coded])
        self._vendors.learn(lines, [c.vendor_id for c in coded])

    def predict(self, lines: Sequence[BankLine]) -> list[Prediction]:
        """What the past says about each line, in the same order."""
        if not lines:
            return []
        columns = self._register.columns(lines)
        gl, which_gl = self._gl.answer(columns)
        vendor, which_vendor = self._vendors.answer(columns)
        pairs, which = np.unique(which_gl * len(vendor) + which_vendor, return_inverse=True)
        told = [_prediction(gl[p // len(vendor)], vendor[p % len(vendor)]) for p in pairs]
        return [told[i] for i in which]


class _Topic:
    """One thing to learn about a line: its GL code, or its vendor."""

    def __init__(self, register: Register, limits: Codes | None) -> None:
        self._register = register
        self._limits = limits
        self._names = Numbering()
        self._past = no_past(register.columns([]))
        self._foresight: Foresight = UNTAUGHT
        self._likeness = _Known(np.zeros(0, np.int64), Likeness([]))

    def learn(self, lines: Lines, codes: Sequence[str]) -> None:
        given = np.array([bool(code) for code in codes], bool)
        numbers = self._names.of(code for code in codes if code)
        self._past = self._past.then(lines.take(given), numbers)

    def study(self) -> None:
        """Weigh the levels by how well they foretold the past months."""
        self._foresight = taught(self._past, len(self._names), self._near, self._allowed)

    def answer(self, lines: Lines) -> tuple[list[_Answer], Numbers]:
        """Distinct answers, and which of them each line gets."""
        if not len(self._past):
            return [_Answer()], np.zeros(len(lines), np.int64)
        first, which = self._distinct(lines)
        asked = lines.take(first)
        groups = self._past.grouping.find(asked)
        near = self._near(asked)
        evidence = Evidence(self._past, len(self._names), int(lines.day.min()))
        findings = evidence.look(asked, groups, near, self._allowed(self._past))
        foretold = self._foresight.foretell(findings)
        reasons = Reasons(self._past, near, self._register.descriptors)
        return self._answers(foretold, reasons.behind(asked, groups, foretold.codes[:, 0])), which

    def _answers(self, foretold: Foretold, reasons: Sequence[Reason]) -> list[_Answer]:
        names = [str(name) for name in self._names]
        codes = foretold.codes[:, : _OTHERS + 1].tolist()
        chances = foretold.chances[:, : _OTHERS + 1].tolist()
        return [
            _Answer(tuple(Choice(names[c], p) for c, p in zip(cs, ps, strict=True) if c >= 0), why)
            for cs, ps, why in zip(codes, chances, reasons, strict=True)
        ]

    def _distinct(self, lines: Lines) -> tuple[Numbers, Numbers]:
        """Lines that look the same to every level: the first of each kind, and each line's kind."""
        amount = _if_known(lines.cents, self._past.lines.cents)
        wording = _if_known(lines.wording, self._past.lines.wording)
        kind = key(lines.account, lines.text, lines.size, amount, wording)
        _, first, which = np.unique(kind, return_index=True, return_inverse=True)
        return first, which

    def _near(self, lines: Lines) -> Near:
        learned = np.unique(self._past.lines.text)
        if not np.array_equal(learned, self._likeness.texts):
            self._likeness = _Known(learned, Likeness(self._words(learned)))
        texts = np.unique(lines.text)
        return Near(texts, learned, self._likeness.likeness.neighbours(self._words(texts)))

    def _words(self, texts: Numbers) -> list[str]:
        return [self._register.descriptors[text].text for text in texts]

    def _allowed(self, past: Past) -> Allowed | None:
        """Which codes each client may get: its own list, or else what it has had before."""
        if self._limits is None:
            return None
        allowed = np.zeros((len(self._register.clients), len(self._names)), bool)
        allowed[past.lines.client, past.codes] = True
        for client_id, limit in self._limits.items():
            client = self._register.clients.find(client_id)
            if client is not None:
                found = (self._names.find(code) for code in limit)
                allowed[client] = False
                allowed[client, [code for code in found if code is not None]] = True
        return allowed


def _if_known(column: Numbers, past: Numbers) -> Numbers:
    """Numbers that occurred before; 0 for the others, which all mean the same: nothing."""
    return np.where(np.isin(column, np.unique(past)), column, 0)


def _prediction(gl: _Answer, vendor: _Answer) -> Prediction:
    code, others = _best(gl)
    named, _ = _best(vendor)
    return Prediction(
        code.gl_code,
        code.confidence,
        others,
        named.gl_code,
        named.confidence,
        gl.reason.sentence(code.gl_code) if code.gl_code else "",
        gl.reason,
        vendor.reason,
    )


def _best(answer: _Answer) -> tuple[Choice, tuple[Choice, ...]]:
    return (answer.choices[0], answer.choices[1:]) if answer.choices else (Choice("", 0.0), ())
