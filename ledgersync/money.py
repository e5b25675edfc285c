"""Money as whole cents: parsing what others wrote, and writing what people read."""

import re

# Fifteen digits keep every sum of a firm's history inside a 64-bit column.
_CENT_DIGITS = 2
_PLAIN_NUMBER = re.compile(r"([+-]?\d{1,15})(?:\.(\d{1,15}))?", re.ASCII)


def parse_cents(text: str) -> int:
    """Read a plain decimal number as whole cents.

    Accepts an optional sign, digits and a decimal point ("-42.17", "42", "42.170").

    Raises:
        ValueError: for exponents, grouping, NaN, infinities, more than fifteen digits,
            or fractions of a cent; the message says which.
    """
    number = _PLAIN_NUMBER.fullmatch(text)
    if not number:
        raise ValueError(f"{text[:40]!r} is not a plain amount such as 42.17")
    whole, fraction = number.groups("")
    if len(fraction) != _CENT_DIGITS:
        if fraction[2:].strip("0"):
            raise ValueError(f"{text[:40]!r} has fractions of a cent")
        fraction = fraction[:2].ljust(2, "0")
    return int(whole + fraction)


def plain(cents: int) -> str:
    """Cents as a plain number for files and JSON: -4217 is "-42.17"."""
    sign = "-" if cents < 0 else ""
    return f"{sign}{abs(cents) // 100}.{abs(cents) % 100:02d}"


def dollars(cents: int, currency: str = "USD") -> str:
    """Cents as people read them: -4217 is "-$42.17", other currencies "-42.17 CAD"."""
    sign = "-" if cents < 0 else ""
    number = f"{abs(cents) // 100:,}.{abs(cents) % 100:02d}"
    return f"{sign}${number}" if currency == "USD" else f"{sign}{number} {currency}"
