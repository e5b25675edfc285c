"""What an outside model is asked about a transaction, and what is taken out before it leaves.

Descriptions of banks carry more than a merchant: account and card numbers, dates, references, the
name of the client itself. None of that helps to code a row, so none of it is sent.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from ledgersync.domain.rules import Direction
from ledgersync.domain.suggestions import BankLine

LONGEST_DESCRIPTION = 120
_LONGEST_READ = 500
_SINGLE_DOLLARS = 10
_DIGITS_OF_A_NUMBER = 4
_SHORTEST_NAME = 3

_MONTHS = (
    "JAN(?:UARY)?|FEB(?:RUARY)?|MAR(?:CH)?|APR(?:IL)?|MAY|JUNE?|JULY?|AUG(?:UST)?|"
    "SEPT?(?:EMBER)?|OCT(?:OBER)?|NOV(?:EMBER)?|DEC(?:EMBER)?"
)
# In this order: a number is looked for only where no date or amount was.
_TAKEN_OUT = tuple(
    (re.compile(pattern, re.IGNORECASE), instead)
    for pattern, instead in (
        (r"\S+@\S+", " "),
        # INDN:MARIGOLD LANE BOUTIQUE CO ID:... - an ACH entry names whose account it is.
        (r"\bIND(?:N|IVIDUAL)?\s*(?:NAME|ID)?\s*:.*?(?=\b\w+(?:\s+(?:ID|NAME|CODE))?\s*:|$)", " "),
        (r"\b\d{1,4}\s?[/-]\s?\d{1,2}(?:\s?[/-]\s?\d{2,4})?\b", " "),
        (rf"\b(?:{_MONTHS})\.?\s?\d{{1,2}}(?:,?\s\d{{4}})?\b", " "),
        (rf"\b\d{{1,2}}\s?(?:{_MONTHS})(?:\s?\d{{2,4}})?\b", " "),
        (r"\$\s?\d[\d,.]*|\d[\d,]*[.,]\d{2}(?!\d)", "#"),
        (r"(?:\*{2,}|X{2,})[\s-]?\d+", "#"),
        (rf"\d(?:[\s./*-]?\d){{{_DIGITS_OF_A_NUMBER - 1},}}", "#"),
    )
)
_LEGAL_FORMS = frozenset(
    {"INC", "LLC", "LLP", "LP", "LTD", "PC", "PLLC", "CORP", "CO", "INCORPORATED", "CORPORATION"}
)


@dataclass(frozen=True, slots=True)
class Question:
    """One description as it may be asked about; `amount` in whole dollars, rounded, no sign."""

    descriptor: str
    direction: Direction
    amount: int


@dataclass(frozen=True, slots=True)
class Answer:
    """A coding out of the lists that were given; "" where the model named none."""

    vendor_id: str
    gl_code: str
    confidence: float


def question_about(line: BankLine) -> Question:
    """The question for a bank line."""
    direction = Direction.OUT if line.amount < 0 else Direction.IN
    return Question(line.description, direction, rounded((abs(line.amount) + 50) // 100))


def rounded(dollars: int) -> int:
    """Dollars to one digit that counts: 7 stays 7, 42 is 40, 1,264 is 1,000.

    Enough to tell a coffee from a rent, and too little to find the row by.
    """
    if dollars < _SINGLE_DOLLARS:
        return max(dollars, 0)
    step: int = 10 ** (len(str(dollars)) - 1)
    return (dollars + step // 2) // step * step


def names_to_hide(names: Iterable[str]) -> list[str]:
    """Names that may not leave, letters and digits only, the longest first.

    The legal form counts as no part of a name: banks leave it out.
    """
    return sorted(filter(None, {_squeezed_name(name) for name in names}), key=len, reverse=True)


def fit_to_send(question: Question, hidden: Sequence[str]) -> Question | None:
    """The question without what identifies a client, an account or a single row.

    None when no words are left to ask about.
    """
    printable = "".join(c if c.isprintable() else " " for c in question.descriptor[:_LONGEST_READ])
    text = _without_names(" ".join(printable.split()), hidden)
    for pattern, instead in _TAKEN_OUT:
        text = pattern.sub(instead, text)
    text = re.sub(r"\w+", _without_number, text)
    text = " ".join(re.sub(r"#(?:\s?#)+", "#", text).split())[:LONGEST_DESCRIPTION]
    if not re.search(r"[^\W\d_]{2}", text):
        return None
    return Question(text, question.direction, rounded(question.amount))


def _squeezed_name(name: str) -> str:
    words = re.findall(r"\w+", name.upper())
    while len(words) > 1 and words[-1] in _LEGAL_FORMS:
        words.pop()
    squeezed = "".join(words)
    return squeezed if len(squeezed) >= _SHORTEST_NAME else ""


def _without_names(text: str, hidden: Sequence[str]) -> str:
    """The text without these names, however they are spaced and punctuated in it."""
    squeezed = re.sub(r"\W+", "", text.upper())
    for name in hidden:
        if name in squeezed:  # a quick look first: a firm may have a thousand clients
            spelt = r"\W*".join(name)  # word characters, which need no escape
            text = re.sub(rf"(?<!\w){spelt}(?!\w)", " ", text, flags=re.IGNORECASE)
    return text


def _without_number(word: re.Match[str]) -> str:
    """A word with as many digits as a reference has is one."""
    return "#" if sum(c.isdigit() for c in word[0]) >= _DIGITS_OF_A_NUMBER else word[0]
