"""Splits: one transaction's amount on several GL codes, to the cent."""

import json
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from ledgersync.errors import InvalidInput
from ledgersync.money import dollars

FEWEST_LINES, MOST_LINES = 2, 50
MEMO_LENGTH = 200
WHOLE = 10_000  # all of an amount, in hundredths of a percent


@dataclass(frozen=True, slots=True)
class SplitLine:
    """One share of a split: its GL code, its cents with the transaction's sign, and a memo."""

    gl_code: str
    amount: int
    memo: str = ""


Split = tuple[SplitLine, ...]

NO_SPLIT = "[]"
SPLIT_WORD = "Split:"


@dataclass(frozen=True, slots=True)
class Share:
    """A line of a split before it meets an amount: a part of it in percent, or fixed cents.

    `percent` is in hundredths of a percent. `amount` is in cents and goes the transaction's way,
    negative ones against it, such as the taxes in a net wage. A share that has neither takes what
    is left.
    """

    gl_code: str
    percent: int | None = None
    amount: int | None = None
    memo: str = ""

    @property
    def takes_the_rest(self) -> bool:
        return self.percent is None and self.amount is None


Shares = tuple[Share, ...]


@dataclass(frozen=True, slots=True)
class Divided:
    """An amount as shares divide it, and where cents of rounding went ("" when there were none)."""

    split: Split
    rounding: str


def divide(shares: Sequence[Share], total: int) -> Divided:
    """Divide a transaction's amount, in cents with its sign, to the cent.

    The percent lines together come to their exact share, rounded to the cent; of its cents, those
    that rounding down leaves go to the lines with the largest fractions, the upper of equal ones.
    So each line is within one cent of its exact share. The line that takes the rest gets what the
    others leave. A line that would get nothing is none: no file should carry an entry of zero.

    Raises:
        InvalidInput: when the shares can't make a split, do not add up to the amount, or leave a
            line without a cent.
    """
    require_shares(shares)
    if not total:
        raise InvalidInput("An amount of zero can't be split.", "Set a GL code instead.")
    size, direction = abs(total), -1 if total < 0 else 1
    cents, rounded_up = _cents(shares, size)
    rest = size - sum(cents)
    taker = next((n for n, share in enumerate(shares) if share.takes_the_rest), None)
    if taker is None and rest:
        raise InvalidInput(_off_words(rest), "Let one line take the rest, or change an amount.")
    if taker is not None:
        if rest < 0:
            raise InvalidInput(
                f"The other lines come to {dollars(size - rest)}, more than the {dollars(size)} of "
                "this transaction.",
                "Lower an amount.",
            )
        cents[taker] = rest
    _require_something(cents, size)
    lines = (
        SplitLine(share.gl_code, direction * amount, share.memo)
        for share, amount in zip(shares, cents, strict=True)
    )
    return Divided(tuple(lines), _rounding_words(rounded_up))


def _require_something(cents: Sequence[int], size: int) -> None:
    for number, amount in enumerate(cents, start=1):
        if not amount:
            raise InvalidInput(
                f"Line {number} would get nothing of {dollars(size)}.",
                "Remove the line, or give it more.",
            )


def left_to_place(shares: Sequence[Share], total: int) -> int:
    """The cents that the shares leave of an amount, in its direction; negative is over.

    Where one line takes the rest, nothing is left, but the others may come to more.
    """
    rest = abs(total) - sum(_cents(shares, abs(total))[0])
    return min(rest, 0) if any(share.takes_the_rest for share in shares) else rest


def as_shares(split: Split) -> Shares:
    """The lines of a split as fixed amounts in the direction of their transaction."""
    direction = -1 if total_of(split) < 0 else 1
    return tuple(Share(one.gl_code, None, direction * one.amount, one.memo) for one in split)


def total_of(split: Split) -> int:
    return sum(line.amount for line in split)


def require_shares(shares: Sequence[Share]) -> None:
    """Refuse shares that can't make a split of any amount.

    Raises:
        InvalidInput: in one sentence for the first thing that is wrong.
    """
    _require_number(len(shares))
    for number, share in enumerate(shares, start=1):
        _require_share(number, share)
    if sum(share.takes_the_rest for share in shares) > 1:
        raise InvalidInput(
            "More than one line takes the rest.", "Give all but one an amount or a percentage."
        )
    percents = sum(share.percent or 0 for share in shares)
    if percents > WHOLE:
        raise InvalidInput(
            f"The percentages come to {percent_words(percents)}, more than 100%.", "Lower one."
        )


def require_split(split: Split, total: int, chart: Collection[str]) -> None:
    """Refuse a split that can't be stored with a transaction of that amount.

    Raises:
        InvalidInput: in one sentence for the first thing that is wrong.
    """
    _require_number(len(split))
    for number, line in enumerate(split, start=1):
        _require_code(number, line.gl_code)
        if line.gl_code not in chart:
            raise InvalidInput(
                f"Line {number}: GL code {line.gl_code[:40]!r} is not in this client's chart of "
                "accounts.",
                "Choose a code from the list, or add it first.",
            )
        _require_memo(number, line.memo)
    if total_of(split) != total:
        raise InvalidInput(_sum_words(split, total), "Open the split, and place what is missing.")


def adds_up(split: Split, total: int) -> bool:
    """Whether a row's split, if it has one, comes to its amount."""
    return not split or total_of(split) == total


def split_words(split: Split) -> str:
    """A split as the grid shows it: "Split: 61500 $40.00, 62600 $12.50"."""
    return f"{SPLIT_WORD} " + ", ".join(
        f"{share.gl_code} {dollars(share.amount or 0)}" for share in as_shares(split)
    )


def percent_words(hundredths: int) -> str:
    """Hundredths of a percent as people read them: 3333 is "33.33%", 5000 is "50%"."""
    whole, part = divmod(hundredths, 100)
    return f"{whole}.{part:02d}%" if part else f"{whole}%"


def split_text(lines: Iterable[SplitLine]) -> str:
    """A split as the database keeps it: a JSON list of [GL code, cents, memo]."""
    values = [[line.gl_code, line.amount, line.memo] for line in lines]
    return json.dumps(values) if values else NO_SPLIT


def read_split(text: str | None) -> Split:
    """What `split_text` wrote; no text is no split."""
    if not text or text == NO_SPLIT:  # nearly every row: not worth a parser
        return ()
    return tuple(SplitLine(*values) for values in json.loads(text))


def shares_text(shares: Iterable[Share]) -> str:
    """Shares as the database keeps them: a JSON list of [GL code, percent, cents, memo]."""
    return json.dumps([[one.gl_code, one.percent, one.amount, one.memo] for one in shares])


def read_shares(text: str) -> Shares:
    """What `shares_text` wrote."""
    return tuple(Share(*values) for values in json.loads(text))


def _cents(shares: Sequence[Share], size: int) -> tuple[list[int], list[int]]:
    """What each line gets without the rest, and the numbers of the lines that were rounded up."""
    parts = [divmod(size * (share.percent or 0), WHOLE) for share in shares]
    cents = [
        down if share.amount is None else share.amount
        for share, (down, _) in zip(shares, parts, strict=True)
    ]
    left_over = (sum(fraction for _, fraction in parts) + WHOLE // 2) // WHOLE
    by_fraction = sorted(range(len(shares)), key=lambda n: -parts[n][1])
    rounded_up = sorted(by_fraction[:left_over])
    for n in rounded_up:
        cents[n] += 1
    return cents, [n + 1 for n in rounded_up]


def _rounding_words(lines: Sequence[int]) -> str:
    if not lines:
        return ""
    *others, last = map(str, lines)
    where = f"lines {', '.join(others)} and {last}" if others else f"line {last}"
    return f"{len(lines)} cent{'s' if others else ''} of rounding went to {where}."


def _off_words(rest: int) -> str:
    if rest > 0:
        return f"{dollars(rest)} of the amount is on no line."
    return f"The lines are over the amount by {dollars(-rest)}."


def _sum_words(split: Split, total: int) -> str:
    return (
        f"The split comes to {dollars(total_of(split))}, and the amount of the transaction is "
        f"{dollars(total)}."
    )


def _require_number(lines: int) -> None:
    if not FEWEST_LINES <= lines <= MOST_LINES:
        raise InvalidInput(
            f"A split has {FEWEST_LINES} to {MOST_LINES} lines, not {lines}.",
            "Add a line, or set a GL code instead." if lines < FEWEST_LINES else "Join some.",
        )


def _require_share(number: int, share: Share) -> None:
    _require_code(number, share.gl_code)
    _require_memo(number, share.memo)
    if share.percent is not None and share.amount is not None:
        raise InvalidInput(f"Line {number} has an amount and a percentage.", "Keep one of the two.")
    if share.percent is not None and not 0 < share.percent <= WHOLE:
        raise InvalidInput(
            f"Line {number}: a percentage is above 0 and at most 100.", "Correct it."
        )
    if share.amount == 0:
        raise InvalidInput(f"Line {number} has no amount.", "Type one, or remove the line.")


def _require_code(number: int, gl_code: str) -> None:
    if not gl_code:
        raise InvalidInput(f"Line {number} has no GL code.", "Choose one from the list.")


def _require_memo(number: int, memo: str) -> None:
    if len(memo) > MEMO_LENGTH:
        raise InvalidInput(
            f"Line {number}: the memo is longer than {MEMO_LENGTH} characters.", "Shorten it."
        )
