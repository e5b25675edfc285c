"""Words of a type column, such as Debit and Credit, that say which way a row's money went."""

from enum import Enum

_OUT, _IN = {"debit", "dr", "db", "withdrawal"}, {"credit", "cr", "deposit"}


class Way(Enum):
    """Which way money went, as the sign of its cents."""

    OUT = -1
    IN = 1
    UNKNOWN = 0


def way_of(word: str) -> Way:
    """What a type says; most words say nothing, as a transfer may go either way."""
    plain = word.casefold()
    return Way.OUT if plain in _OUT else Way.IN if plain in _IN else Way.UNKNOWN


def signed(cents: int, word: str) -> int:
    """Cents as the word signs them, negative for money out.

    Raises:
        ValueError: when it does not, or when the amount has a sign of its own besides; the message
            is a sentence.
    """
    way = way_of(word)
    if way is Way.UNKNOWN and cents:
        which = f"The type {word[:40]!r}" if word else "An empty type"
        raise ValueError(f"{which} does not tell whether the amount came in or went out.")
    if cents < 0:
        raise ValueError(
            f"A negative amount of the type {word!r} may be one taken back or only have a sign, as "
            "other amounts of the file have none."
        )
    return way.value * cents
