"""Amounts as banks and spreadsheets write them: $1,234.50, (12.00), 12.00-."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from ledgersync.money import parse_cents

_SIGN = "[-+\N{MINUS SIGN}]"
# A dollar sign stands before or behind a bracket or a sign; a sign also behind the number.
_SHAPE = re.compile(rf"\$? ?(\()? ?\$? ?({_SIGN})? ?\$? ?([\d.,]+) ?({_SIGN})? ?(\))?", re.ASCII)
_NUMBER = re.compile(r"(\d+|\d{1,3}(?:,\d{3})+)?(?:\.(\d*))?", re.ASCII)
_ONLY_COMMA = re.compile(r",(?:\d{1,2}|\d{4,})\D*", re.ASCII)
_ONLY_POINT = re.compile(r"\.(?:\d{1,2}|\d{4,})\D*", re.ASCII)
_BETWEEN_DIGITS = re.compile(r"(?<=\d)[ '\N{NO-BREAK SPACE}\N{RIGHT SINGLE QUOTATION MARK}](?=\d)")
_SWAPPED = str.maketrans(",.", ".,")


@dataclass(frozen=True, slots=True)
class AmountColumn:
    """How a column writes its amounts: 1,234.50, or with a decimal comma, 1.234,50."""

    decimal_comma: bool = False

    @classmethod
    def of(cls, texts: Iterable[str]) -> "AmountColumn":
        """Decimal commas where some amount can only be meant so, and none the other way round."""
        return cls(bool(comma_is_decimal(texts)))

    def read(self, text: str) -> int:
        """Whole cents of an amount, like `read_amount`; blanks between digits are let go.

        Raises:
            ValueError: as `read_amount` does.
        """
        if not self.decimal_comma:
            return read_amount(text)
        return read_amount(_BETWEEN_DIGITS.sub("", text).translate(_SWAPPED))

    def reads(self, text: str) -> bool:
        """Whether `read` takes a text."""
        try:
            self.read(text)
        except ValueError:
            return False
        return True


def comma_is_decimal(texts: Iterable[str]) -> bool | None:
    """Whether a comma stands before the cents of a column's amounts; None where no amount tells.

    False as soon as one can only be meant with a point.
    """
    with_comma = None
    for text in texts:
        if "," not in text and "." not in text:
            continue
        mark = text[max(text.rfind(","), text.rfind(".")) :]
        if _ONLY_POINT.fullmatch(mark) and AmountColumn().reads(text):
            return False
        if _ONLY_COMMA.fullmatch(mark) and AmountColumn(decimal_comma=True).reads(text):
            with_comma = True
    return with_comma


def read_amount(text: str) -> int:
    """Whole cents of an amount; brackets, or a minus before or behind it, mean money out.

    Raises:
        ValueError: for an empty text, anything that is no amount, or fractions of a cent; the
            message is a sentence.
    """
    text = " ".join(text.split())
    if not text:
        raise ValueError("The amount is empty.")
    shape = _SHAPE.fullmatch(text)
    if not shape or text.count("$") > 1:
        raise _no_amount(text)
    opened, before, number, behind, closed = shape.groups()
    if bool(opened) != bool(closed) or sum(map(bool, (opened, before, behind))) > 1:
        raise _no_amount(text)
    out = bool(opened) or (before or behind or "+") != "+"
    return -_cents(number, text) if out else _cents(number, text)


def _cents(number: str, text: str) -> int:
    parts = _NUMBER.fullmatch(number)
    if not parts or not any(parts.groups()):
        raise _no_amount(text)
    whole, fraction = (parts[1] or "0").replace(",", ""), parts[2] or "0"
    try:
        return parse_cents(f"{whole}.{fraction}")
    except ValueError as wrong:
        raise ValueError(f"The amount {wrong}.") from None


def _no_amount(text: str) -> ValueError:
    return ValueError(f"The amount {text[:40]!r} is not an amount such as -1,234.50.")
