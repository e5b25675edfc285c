"""How a table writes its dates and amounts, and what a person has to say where it does not tell."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from ledgersync.domain.statement_files import Question, Reading
from ledgersync.imports.amounts import AmountColumn
from ledgersync.imports.dates import DateColumn, day_comes_first, either_way
from ledgersync.imports.debits_credits import DebitsAndCredits
from ledgersync.imports.running_balances import balances_of, signs_of_steps
from ledgersync.imports.statement_columns import MONEY, Columns
from ledgersync.imports.statement_lines import Line
from ledgersync.imports.type_words import Way, signed, way_of

_SHOWN = 60
_ENOUGH = 3  # rows whose balances are no accident

Asked = tuple[Question, str]
Moved = tuple[Line, int]
"""A line with the cents that are not zero in its column of amounts."""


@dataclass(frozen=True, slots=True)
class Manner:
    """How a file writes its dates and amounts.

    `owes` tells that its account holds a debt, `typed` that the words of a type sign the amounts,
    and `less_fees` that a fee beside an amount left the account besides. `steps` are the signs that
    the balances tell, by the number of the line; `pair` reads a debit and a credit in one's stead.
    """

    dates: DateColumn
    amounts: AmountColumn
    owes: bool = False
    sign: int = 1
    typed: bool = False
    less_fees: bool = False
    pair: DebitsAndCredits | None = None
    steps: Mapping[int, int] = field(default_factory=dict)

    def amount(self, line: Line) -> int:
        """Cents, negative for money out.

        Raises:
            ValueError: when the cells don't tell one amount; the message is a sentence.
        """
        if self.pair:
            return self.pair.read(line.text("debit"), line.text("credit"))
        cents = self.amounts.read(line.text("amount"))
        if line.text("mark"):
            return signed(cents, line.text("mark"))
        if self.typed:
            return signed(cents, line.text("type"), owes=self.owes)
        fee = self._cell(line, "fee") if self.less_fees else 0
        return self.steps.get(line.line, self.sign) * cents - fee

    def movement(self, line: Line) -> tuple[date, int, int] | None:
        """Day, amount and balance of a line; None where one can't be read."""
        try:
            balance = self.amounts.read(line.text("balance"))
            return self.dates.read(line.text("date")), self.amount(line), balance
        except ValueError:
            return None

    def movements(self, lines: Sequence[Line]) -> list[tuple[date, int, int]]:
        """Those of all lines; none as soon as one can't be read."""
        found = []
        for line in lines:
            one = self.movement(line)
            if one is None:
                return []
            found.append(one)
        return found

    def proved(self, lines: Sequence[Line]) -> bool:
        """Whether the file's own balances lead from row to row by these amounts."""
        found = self.movements(lines)
        return len(found) > 1 and balances_of(found, owes=self.owes) is not None

    def cents_or_none(self, text: str) -> int | None:
        try:
            return self.amounts.read(text)
        except ValueError:
            return None

    def _cell(self, line: Line, column: str) -> int:
        return self.amounts.read(line.text(column)) if line.text(column) else 0


def manner_of(
    lines: Sequence[Line], columns: Columns, reading: Reading
) -> tuple[Manner, tuple[Asked, ...]]:
    """How the file is to be read, and what a person has to say first."""
    good = [line for line in lines if not line.fault]
    days = list(dict.fromkeys(line.text("date") for line in good))
    told = day_comes_first(days)
    day_first = reading.day_first if told is None else told
    questions = []
    if day_first is None:
        questions.append((Question.DAY_FIRST, either_way(days)))
    amounts = AmountColumn.of(
        text for name in (*MONEY, "balance") for line in good if (text := line.text(name))
    )
    manner = Manner(DateColumn(bool(day_first)), amounts, owes=reading.owes)
    if "amount" not in columns.places:
        debits, credits_ = ([line.text(name) for line in good] for name in ("debit", "credit"))
        pair = DebitsAndCredits.of(debits, credits_, amounts, owes=reading.owes)
        return replace(manner, pair=pair), tuple(questions)
    manner, asked = _signed(good, manner, reading)
    questions += [asked] if asked else []
    if "fee" in columns.places:
        manner = _with_fees(good, manner)
    return manner, tuple(questions)


def _with_fees(lines: Sequence[Line], manner: Manner) -> Manner:
    """Fees of a column of their own left the account besides where only so its balances fit."""
    posted = [line for line in lines if not line.unposted]
    if not any(manner.cents_or_none(line.text("fee")) for line in posted):
        return manner
    besides = replace(manner, less_fees=True)
    return besides if besides.proved(posted) and not manner.proved(posted) else manner


def _signed(lines: Sequence[Line], manner: Manner, reading: Reading) -> tuple[Manner, Asked | None]:
    """How one column of amounts is signed; a question with an example where it has to be said."""
    lines = [line for line in lines if not line.text("mark")]
    found = ((line, manner.cents_or_none(line.text("amount"))) for line in lines)
    moved = [(line, cents) for line, cents in found if cents]
    sign = _sign_by_words(moved) if reading.owes and reading.positive_is_out is None else None
    if sign is not None:
        return replace(manner, sign=sign), None
    if _words_count(lines, moved, manner):
        return replace(manner, typed=True), None
    if steps := _steps_of_balances(lines, moved, manner):
        manner = replace(manner, steps=steps)
        moved = [(line, cents) for line, cents in moved if line.line not in steps]
    if reading.positive_is_out is not None:
        return replace(manner, sign=-1 if reading.positive_is_out else 1), None
    if not moved or (any(cents < 0 for _, cents in moved) and not reading.owes):
        return manner, None
    if not (reading.owes or steps) and manner.proved(lines):
        return manner, None
    return manner, _which_way(moved)


def _sign_by_words(moved: Sequence[Moved]) -> int | None:
    """1 where the words of a card's types agree with every sign, -1 where they deny every one.

    They need to tell it of each row, or of some with a minus and of some without.
    """
    ways = [(way_of(line.text("type"), owes=True), cents) for line, cents in moved]
    known = [(way, cents) for way, cents in ways if way is not Way.UNKNOWN]
    found = {way.value if cents > 0 else -way.value for way, cents in known}
    whole = len(known) == len(ways) or len({cents > 0 for _, cents in known}) > 1
    return found.pop() if whole and len(found) == 1 else None


def _steps_of_balances(
    lines: Sequence[Line], moved: Sequence[Moved], manner: Manner
) -> Mapping[int, int]:
    """The signs that balances give to amounts of which none has one: of all rows but the oldest.

    Nothing where a balance does not lead to the next by just the amount, or an amount has a minus;
    and of an account that holds a debt, which the bank may write either way.
    """
    if manner.owes or any(cents < 0 for _, cents in moved) or manner.proved(lines):
        return {}
    numbers = [line.line for line in lines]
    whole = manner.movements(lines)
    if len(whole) < _ENOUGH:
        return {}
    told = [signs_of_steps(whole), signs_of_steps(whole[::-1])]
    forward, back = (signs or () for signs in told)
    if bool(forward) == bool(back):
        return {}
    later = numbers[1:] if forward else numbers[-2::-1]
    return dict(zip(later, forward or back, strict=True))


def _which_way(moved: Sequence[Moved]) -> Asked:
    """What to ask of a column whose signs tell nothing, with its first amount as an example."""
    positive = [line for line, cents in moved if cents > 0]
    example = positive[0] if positive else moved[0][0]
    way = Question.POSITIVE_IS_OUT if positive else Question.NEGATIVE_IS_IN
    return way, f"{example.text('amount')} {example.text('description')[:_SHOWN]}"


def _words_count(lines: Sequence[Line], moved: Sequence[Moved], manner: Manner) -> bool:
    """Whether the words of a type column tell money in from money out, and not the signs."""
    ways = Counter(
        (way_of(line.text("type"), owes=manner.owes), cents > 0) for line, cents in moved
    )
    out, into, signed_out = (
        ways[one] for one in ((Way.OUT, True), (Way.IN, True), (Way.OUT, False))
    )
    if out and into:
        return out >= signed_out  # a few taken back, where most debits have a minus
    if not (out or into) or any(cents < 0 for _, cents in moved):
        return False
    return bool(out) or manner.owes or not manner.proved(lines)
