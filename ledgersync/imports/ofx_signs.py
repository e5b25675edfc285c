"""Which way the rows of an OFX account went: by the sign, unless the bank's own words deny it.

An amount is signed as the account holder sees it, negative for money out (OFX 2.2). Some banks
write a card the other way round, or leave the sign to the row's type.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from ledgersync.domain.statement_files import Question, Reading
from ledgersync.imports.amounts import AmountColumn
from ledgersync.imports.type_words import Way

_SAID = {"DEBIT": Way.OUT, "CREDIT": Way.IN}
# Types that can be meant in one way only; cash machines and shops also give money back.
_WAYS = {
    **_SAID,
    **dict.fromkeys(("CHECK", "FEE", "SRVCHG", "CASH", "DIRECTDEBIT", "REPEATPMT"), Way.OUT),
    **dict.fromkeys(("DEP", "DIRECTDEP", "DIV"), Way.IN),
}
_SHOWN = 60

Values = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Signing:
    """How the amounts of an account are read: as they are signed, turned round, or by type."""

    amounts: AmountColumn
    turned: bool = False
    by_type: bool = False

    def cents(self, values: Values) -> int:
        """The amount of a row, negative for money out.

        Raises:
            ValueError: when there is none, or its type does not tell which way; the message is a
                sentence.
        """
        cents = self.amounts.read(values.get("TRNAMT", ""))
        if not self.by_type:
            return -cents if self.turned else cents
        way = _WAYS.get(_type(values), Way.UNKNOWN)
        if way is Way.UNKNOWN and cents:
            raise ValueError(
                f"The type {_type(values)[:_SHOWN]!r} does not tell whether the amount came in or "
                "went out, and no amount of the file has a minus."
            )
        return way.value * cents


def signing_of(
    rows: Sequence[Values], amounts: AmountColumn, reading: Reading
) -> tuple[Signing, tuple[Question, str] | None]:
    """How an account's amounts are signed, and what to ask where nothing tells.

    Where the bank calls rows both debits and credits and none has a minus, these words count. Where
    every such word says the opposite of its sign, a person has to say which is right.
    """
    found = [(cents, values) for values in rows if (cents := _cents_or_none(values, amounts))]
    agree = {_SAID[_type(v)].value * cents > 0 for cents, v in found if _type(v) in _SAID}
    if agree == {True, False} and all(cents > 0 for cents, _ in found):
        return Signing(amounts, by_type=True), None
    if agree != {False}:
        return Signing(amounts), None
    if reading.positive_is_out is not None:
        return Signing(amounts, turned=reading.positive_is_out), None
    return Signing(amounts), _which_way(found)


def _which_way(found: Sequence[tuple[int, Values]]) -> tuple[Question, str]:
    """The question, with the first row that the bank calls a debit or a credit as an example."""
    said = [(cents, values) for cents, values in found if _type(values) in _SAID]
    cents, values = next((one for one in said if one[0] > 0), said[0])
    way = Question.POSITIVE_IS_OUT if cents > 0 else Question.NEGATIVE_IS_IN
    words = f"{_type(values)} {values['TRNAMT']} {values.get('NAME') or values.get('MEMO', '')}"
    return way, words.strip()[:_SHOWN]


def signs_remarks(rows: Iterable[Values], signing: Signing) -> list[str]:
    """What to say where words signed the amounts."""
    if not signing.by_type:
        return []
    debits = sum(_type(values) == "DEBIT" for values in rows)
    are = (
        "row that the bank calls a debit is"
        if debits == 1
        else "rows that the bank calls debits are"
    )
    return [f"No amount of the file has a minus: the {debits:,} {are} money out."]


def _type(values: Values) -> str:
    return values.get("TRNTYPE", "").upper()


def _cents_or_none(values: Values, amounts: AmountColumn) -> int | None:
    try:
        return amounts.read(values.get("TRNAMT", ""))
    except ValueError:
        return None
