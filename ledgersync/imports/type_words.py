"""Words of a type column, such as Debit and Credit, that say which way a row's money went."""

from enum import Enum
from functools import lru_cache

_OUT, _IN = {"debit", "dr", "db", "withdrawal"}, {"credit", "cr", "deposit"}
# What is paid on a card's account comes in; of others such words tell nothing.
_OUT_OF_A_CARD = {*_OUT, "sale", "purchase", "fee", "interest", "interest charge", "cash advance"}
_INTO_A_CARD = {*_IN, "payment", "return", "refund"}
_BACK = ("return", "revers", "correct", "adjust", "cancel")
# Only below a title such as Debit/Credit: elsewhere C may be a check and D a deposit.
_LETTERS = {"d": "debit", "c": "credit", "-": "debit", "+": "credit"}


class Way(Enum):
    """Which way money went, as the sign of its cents."""

    OUT = -1
    IN = 1
    UNKNOWN = 0


@lru_cache(maxsize=1_000)
def way_of(word: str, *, owes: bool = False) -> Way:
    """What a type says; most words say nothing, as a transfer may go either way.

    Of several words the last counts, as in ACH Debit: a Credit Card Payment is no credit.
    `owes` tells that the account holds a debt, as a card does.
    """
    plain = " ".join(word.casefold().replace("_", " ").split())
    out, into = (_OUT_OF_A_CARD, _INTO_A_CARD) if owes else (_OUT, _IN)
    if plain in out or plain in into:
        return Way.OUT if plain in out else Way.IN
    *before, last = plain.split() or [""]
    if any(one.startswith(_BACK) for one in before):
        return Way.UNKNOWN
    return Way.OUT if last in _OUT else Way.IN if last in _IN else Way.UNKNOWN


def spelled_out(sign: str) -> str:
    """What stands below a title such as Debit/Credit as a word; "" where it tells no way."""
    word = _LETTERS.get(sign.casefold(), sign)
    return "" if way_of(word) is Way.UNKNOWN else word


def signed(cents: int, word: str, *, owes: bool = False) -> int:
    """Cents as the word signs them, negative for money out.

    Raises:
        ValueError: when it does not, or when the amount has a sign of its own besides; the message
            is a sentence.
    """
    way = way_of(word, owes=owes)
    if way is Way.UNKNOWN and cents:
        which = f"The type {word[:40]!r}" if word else "An empty type"
        raise ValueError(f"{which} does not tell whether the amount came in or went out.")
    if cents < 0:
        raise ValueError(
            f"A negative amount of the type {word!r} may be one taken back or only have a sign, as "
            "other amounts of the file have none."
        )
    return way.value * cents
