"""Currencies that are written beside amounts, as in USD 12.00 or €12.00."""

import re

_CODES = (
    *("USD", "CAD", "MXN", "EUR", "GBP", "CHF", "AUD", "NZD", "JPY", "CNY", "HKD", "SGD", "INR"),
    *("SEK", "NOK", "DKK", "ISK", "PLN", "CZK", "HUF", "RON", "BGN", "TRY", "ILS", "AED", "SAR"),
    *("ZAR", "BRL", "ARS", "CLP", "COP", "PEN", "KRW", "TWD", "THB", "MYR", "IDR", "PHP", "VND"),
)
_SIGNS = (
    "\N{EURO SIGN}\N{POUND SIGN}\N{YEN SIGN}\N{INDIAN RUPEE SIGN}\N{WON SIGN}\N{NEW SHEQEL SIGN}"
)
_BEFORE_DOLLARS = "US|CA|AU|NZ|C|A"
_CURRENCY = re.compile(
    rf"(?<![^\W\d_])(?:(?:{'|'.join(_CODES)})(?![^\W\d_])|(?:{_BEFORE_DOLLARS})(?=\$))|[{_SIGNS}]",
    re.IGNORECASE,
)


def currency_apart(text: str) -> tuple[str, str]:
    """An amount without its currency, and the currency as it is written, "" for none.

    A dollar sign stays, which amounts may have. Two currencies are none.
    """
    found = _CURRENCY.findall(text)
    if len(found) != 1:
        return text, ""
    return " ".join(_CURRENCY.sub(" ", text).split()), found[0].upper()
