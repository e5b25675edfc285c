"""Two columns for one amount: what went out and what came in."""

from collections.abc import Iterable
from dataclasses import dataclass

from ledgersync.imports.amounts import AmountColumn


@dataclass(frozen=True, slots=True)
class DebitsAndCredits:
    """How the amounts of the two columns are signed.

    Some banks write a minus before every debit, which then says the same twice; so may a card's
    credits, while its debits have none. `debits` and `credits` are the signs that most of them
    have, 0 where as many have the other.
    """

    amounts: AmountColumn
    debits: int = 1
    credits: int = 1

    @classmethod
    def of(
        cls,
        debits: Iterable[str],
        credits_: Iterable[str],
        amounts: AmountColumn,
        *,
        owes: bool = False,
    ) -> "DebitsAndCredits":
        """The columns of a file; `owes` tells that its account holds a debt."""
        out = _usual_sign(debits, amounts)
        into = _usual_sign(credits_, amounts) if owes and out == 1 else 1
        return cls(amounts, out, into)

    def read(self, debit: str, credit: str) -> int:
        """Whole cents, negative for money out.

        Raises:
            ValueError: when the two cells don't tell one amount; the message is a sentence.
        """
        out, came_in = (self.amounts.read(text) if text else 0 for text in (debit, credit))
        if bool(out) == bool(came_in):
            both = "both a debit and a credit" if out else "neither a debit nor a credit"
            raise ValueError(f"It has {both}.")
        if out * self.debits + came_in * self.credits <= 0:
            raise ValueError(
                "Its sign is not that of most debits or credits, so it may be meant either way."
            )
        return abs(came_in) - abs(out)


def _usual_sign(texts: Iterable[str], amounts: AmountColumn) -> int:
    """1 or -1 as most amounts of a column have it, 1 for none, 0 where as many have the other."""
    found = [cents for text in texts if amounts.reads(text) and (cents := amounts.read(text))]
    more = sum(1 if cents > 0 else -1 for cents in found)
    return (more > 0) - (more < 0) if found else 1
