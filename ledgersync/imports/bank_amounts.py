"""How a file of transactions writes its amounts: in one column, or as a debit and a credit."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from ledgersync.imports.amount_words import AmountWords
from ledgersync.imports.amounts import AmountColumn, comma_is_decimal
from ledgersync.imports.bank_headers import PAIR
from ledgersync.imports.bank_manners import Manners
from ledgersync.imports.debits_credits import DebitsAndCredits

Written = str | tuple[str, str]
"""An amount as a row has it; of two columns the debit and the credit."""

# 1.500, which is another amount where a comma stands before the cents.
_THOUSANDS = re.compile(r"[^\d.,]*[1-9]\d{0,2}\.\d{3}[^\d.,]*", re.ASCII)


@dataclass(frozen=True, slots=True)
class BankAmounts:
    """How amounts are read; `unsure` where as many have a comma before the cents as a point.

    `decimal_comma` is what the file itself tells of that, None for nothing.
    """

    column: AmountColumn
    pair: DebitsAndCredits
    words: AmountWords
    unsure: bool
    decimal_comma: bool | None
    remarks: tuple[str, ...] = ()

    @classmethod
    def of(cls, written: Iterable[Written], other: Manners) -> "BankAmounts":
        """As all amounts of a file, each given once, tell, else as another file does."""
        known = list(written)
        words = AmountWords.of(_texts(known))
        texts = [words.plain(text) for text in _texts(known)]
        comma = comma_is_decimal(texts)
        thousands = "" if comma else next(filter(_THOUSANDS.fullmatch, texts), "")
        unsure = bool(thousands) and not _mostly_with_point(texts)
        remarks = [_said(thousands, other)] if thousands and comma is None else []
        column = AmountColumn(bool(other.decimal_comma if remarks else comma))
        pairs = [tuple(map(words.plain, one)) for one in known if isinstance(one, tuple)]
        pair = DebitsAndCredits.of((one[0] for one in pairs), (one[1] for one in pairs), column)
        return cls(column, pair, words, unsure, comma, (*remarks, *words.remarks()))

    def read(self, written: Written) -> int:
        """Whole cents, negative for money out.

        Raises:
            ValueError: when it is no amount, or may be another one; the message is a sentence.
        """
        if isinstance(written, str):
            return self.words.signed(written, self.column.read(self._plain(written)))
        debit, credit = map(self._plain, written)
        return self.pair.read(debit, credit)

    def _plain(self, text: str) -> str:
        plain = self.words.plain(text)
        if self.unsure and _THOUSANDS.fullmatch(plain):
            raise ValueError(
                f"The amount {text[:40]!r} may be meant either way, as other amounts of the file "
                "have a comma before the cents."
            )
        return plain


def written_amounts(columns: Mapping[str, Sequence[str]]) -> Sequence[Written]:
    """The amount of each row, of a file's columns by name."""
    if "amount" in columns:
        return columns["amount"]
    debits, credits_ = ([text.strip() for text in columns[name]] for name in PAIR)
    return list(zip(debits, credits_, strict=True))


def _texts(written: Iterable[Written]) -> Iterator[str]:
    for one in written:
        yield from (one,) if isinstance(one, str) else one


def _mostly_with_point(texts: Iterable[str]) -> bool:
    """Whether more amounts can only be meant with a decimal point than with a comma, if any can.

    A few odd ones don't make the others doubtful.
    """
    marks = Counter(comma_is_decimal([text]) for text in texts)
    return marks[False] > marks[True] or not marks[True]


def _said(example: str, other: Manners) -> str:
    """What to say where amounts such as 1.500 are all there is."""
    begins = f"Amounts such as {example.strip()} were read with a decimal"
    if other.decimal_comma is None:
        return f"{begins} point, as none says otherwise."
    return f"{begins} {'comma' if other.decimal_comma else 'point'}, as in {other.whose}."
