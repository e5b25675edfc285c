"""Amounts as banks and spreadsheets write them: $1,234.50, (12.00), 12.00-."""

import re

from ledgersync.money import parse_cents

_GROUPED = re.compile(r"\d{1,3}(?:,\d{3})+(?:\.\d*)?", re.ASCII)
_NUMBER = re.compile(r"\d*\.?\d*", re.ASCII)
_SIGNS = ("-", "\N{MINUS SIGN}", "+")


def read_amount(text: str) -> int:
    """Whole cents of an amount; parentheses, a minus before or behind it: money out.

    Raises:
        ValueError: for an empty text, anything that is no amount, or fractions of a cent; the
            message is a sentence.
    """
    rest = text.strip()
    if not rest:
        raise ValueError("The amount is empty.")
    in_brackets = rest.startswith("(") and rest.endswith(")")
    signs, number = _without_signs(rest[1:-1] if in_brackets else rest)
    if len(signs) + in_brackets > 1:
        raise _no_amount(text)
    cents = _cents(number, text)
    return -cents if in_brackets or (signs and signs != "+") else cents


def _without_signs(text: str) -> tuple[str, str]:
    """The signs and the number; a dollar sign stands before or behind the minus."""
    signs, rest = "", text.strip()
    for _ in range(2):
        if rest.startswith(_SIGNS):
            signs, rest = signs + rest[0], rest[1:].lstrip()
        rest = rest.removeprefix("$").lstrip()
    if rest.endswith(_SIGNS):
        signs, rest = signs + rest[-1], rest[:-1].rstrip()
    return signs, rest


def _cents(number: str, text: str) -> int:
    if _GROUPED.fullmatch(number):
        number = number.replace(",", "")
    if not _NUMBER.fullmatch(number) or number in {"", "."}:
        raise _no_amount(text)
    whole, _, fraction = number.partition(".")
    try:
        return parse_cents(f"{whole or '0'}.{fraction or '0'}")
    except ValueError as wrong:
        raise ValueError(f"The amount {wrong}.") from None


def _no_amount(text: str) -> ValueError:
    return ValueError(f"The amount {text.strip()[:40]!r} is not an amount such as -1,234.50.")
