"""Amounts as banks and spreadsheets write them: $1,234.50, (12.00), 12.00-."""

import re

from ledgersync.money import parse_cents

_SIGN = "[-+\N{MINUS SIGN}]"
# A dollar sign stands before or behind a bracket or a sign; a sign also behind the number.
_SHAPE = re.compile(rf"\$? ?(\()? ?\$? ?({_SIGN})? ?\$? ?([\d.,]+) ?({_SIGN})? ?(\))?", re.ASCII)
_NUMBER = re.compile(r"(\d+|\d{1,3}(?:,\d{3})+)?(?:\.(\d*))?", re.ASCII)


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
