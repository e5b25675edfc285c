"""Currencies in the titles of columns, as in "Amount (EUR)" or "CAD$"."""

import re

# Codes of ISO 4217 that bank accounts are commonly kept in.
_CODES = frozenset((
    *("AED", "ARS", "AUD", "BRL", "CAD", "CHF", "CLP", "CNY", "COP", "CZK", "DKK", "EGP", "EUR"),
    *("GBP", "HKD", "HUF", "IDR", "ILS", "INR", "ISK", "JMD", "JPY", "KES", "KRW", "MXN", "MYR"),
    *("NGN", "NOK", "NZD", "PEN", "PHP", "PKR", "PLN", "RON", "SAR", "SEK", "SGD", "THB", "TRY"),
    *("TWD", "UAH", "USD", "UYU", "VND", "ZAR"),
))  # fmt: skip
_LONGEST = 20  # characters that are looked at, from the end
_SIGNS = {"€": "EUR", "£": "GBP", "₹": "INR"}
_AT_THE_END = re.compile(r"[\W_]*\b([A-Za-z]{3})[\W_]*$|[\W_]*([€£₹])[\W_]*$", re.ASCII)


def currency_of(title: str) -> str:
    """The currency that a title ends in, "" for none."""
    return _parted(title)[1]


def without_currency(title: str) -> str:
    """The title without the currency that it ends in."""
    return _parted(title)[0]


def _parted(title: str) -> tuple[str, str]:
    found = _AT_THE_END.search(title[-_LONGEST:])
    code = (found[1] or _SIGNS[found[2]]).upper() if found else ""
    if not found or code not in _CODES:
        return title, ""
    return title[: len(title) - len(found[0])], code
