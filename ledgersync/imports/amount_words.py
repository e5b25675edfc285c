"""Words beside amounts in a file of transactions: marks that sign them, currencies that don't."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from ledgersync.imports.amount_marks import mark_apart
from ledgersync.imports.currency_words import currency_apart
from ledgersync.imports.type_words import signed

_WORDED = re.compile(r"[^\d\s.,$()+\-\N{MINUS SIGN}]", re.ASCII)
_LONGEST = 40


@dataclass(frozen=True, slots=True)
class Worded:
    """An amount without the mark and the currency that were beside it."""

    text: str
    mark: str = ""
    currency: str = ""


@dataclass(frozen=True, slots=True)
class AmountWords:
    """The amounts of a file that have words beside them, by how they are written."""

    worded: Mapping[str, Worded] = field(default_factory=dict)

    @classmethod
    def of(cls, texts: Iterable[str]) -> "AmountWords":
        """The words among all amounts of a file."""
        found = ((text, _apart(text)) for text in texts if _WORDED.search(text))
        return cls({text: one for text, one in found if one.mark or one.currency})

    def plain(self, text: str) -> str:
        """The amount alone."""
        return self.worded[text].text if text in self.worded else text

    def signed(self, text: str, cents: int) -> int:
        """Cents as the mark beside them signs them, as they are where there is none.

        Raises:
            ValueError: when they have a sign of their own besides; the message is a sentence.
        """
        mark = self.worded[text].mark if text in self.worded else ""
        return signed(cents, mark) if mark else cents

    def remarks(self) -> tuple[str, ...]:
        """One sentence on the words that were found, with an example of each kind."""
        marked = next((text for text, one in self.worded.items() if one.mark), "")
        priced = next((text for text, one in self.worded.items() if one.currency), "")
        currencies = sorted({one.currency for one in self.worded.values()} - {""})
        said = []
        if marked:
            said.append(f"CR was read as money in and DR as money out, as in {_shown(marked)}")
        if priced:
            alike = ", so that all count alike" if len(currencies) > 1 else ""
            said.append(f"{', '.join(currencies)} was left out, as in {_shown(priced)}{alike}")
        return (f"Beside amounts, {'; '.join(said)}.",) if said else ()


def _apart(text: str) -> Worded:
    amount, currency = currency_apart(text.strip())
    return Worded(*mark_apart(amount), currency)


def _shown(text: str) -> str:
    return repr(text.strip()[:_LONGEST])
