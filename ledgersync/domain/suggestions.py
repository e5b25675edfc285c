"""Suggestions: what the matcher proposes for a transaction, how sure it is, and why."""

from datetime import date, datetime
from typing import NamedTuple

from ledgersync.domain.splits import Split
from ledgersync.domain.transactions import Method


class BankLine(NamedTuple):
    """What matching looks at of a transaction. `amount` in cents, negative is money out."""

    client_id: str
    account_id: str
    date: date
    description: str
    amount: int


class CodedLine(NamedTuple):
    """A line that a person has coded: what learning learns from. "" where nothing was chosen.

    `decided_at` is None where nobody knows when: in a file.
    """

    line: BankLine
    vendor_id: str
    gl_code: str
    decided_at: datetime | None = None


class Choice(NamedTuple):
    """A GL code with the probability that it is the right one."""

    gl_code: str
    confidence: float


class Suggestion(NamedTuple):
    """A proposal for one line.

    `confidence` is a probability: of the suggestions that say .9, nine in ten are right. `why` is
    one sentence. `rule_id` names the rule that spoke, "" otherwise. `others` are the next best GL
    codes, best first. `split` shares the amount between GL codes, and `gl_code` is "" then.
    """

    vendor_id: str
    gl_code: str
    method: Method
    confidence: float
    why: str
    rule_id: str = ""
    others: tuple[Choice, ...] = ()
    split: Split = ()


UNMATCHED = Suggestion("", "", Method.NONE, 0.0, "")
