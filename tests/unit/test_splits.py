"""Splits: whatever the shares, the lines come to the amount to the cent, or it is said why not."""

from fractions import Fraction
from itertools import pairwise

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from ledgersync.domain.split_templates import SplitTemplate, require_template, shares_words
from ledgersync.domain.splits import (
    MOST_LINES,
    WHOLE,
    Share,
    Shares,
    SplitLine,
    as_shares,
    divide,
    left_to_place,
    read_shares,
    read_split,
    require_split,
    shares_text,
    split_text,
    split_words,
    total_of,
)
from ledgersync.errors import InvalidInput

amounts = st.integers(-(10**13), 10**13).filter(bool)
cents = st.integers(-(10**12), 10**12).filter(bool)
memos = st.text(max_size=20)


@st.composite
def whole_percents(draw: st.DrawFn) -> Shares:
    """Percent lines that come to 100%, 0.01% each at least."""
    cuts = draw(st.sets(st.integers(1, WHOLE - 1), min_size=1, max_size=MOST_LINES - 1))
    bounds = [0, *sorted(cuts), WHOLE]
    return tuple(
        Share(str(n), percent=high - low) for n, (low, high) in enumerate(pairwise(bounds))
    )


@st.composite
def mixed(draw: st.DrawFn) -> Shares:
    """Amounts of either sign and percentages, and one line that takes the rest."""
    percents = draw(st.lists(st.integers(1, 2000), max_size=5))
    fixed = draw(st.lists(cents, min_size=1, max_size=5))
    lines = [Share("p", percent=one) for one in percents] + [Share("f", amount=a) for a in fixed]
    lines.insert(draw(st.integers(0, len(lines))), Share("rest"))
    return tuple(lines)


def divides(shares: Shares, total: int) -> bool:
    """Whether every line gets something; where one does not, that is all that is said."""
    try:
        divide(shares, total)
    except InvalidInput as unfit:
        return "would get nothing" not in unfit.sentence
    return True


@given(whole_percents(), amounts)
def test_percentages_come_to_the_amount_each_within_a_cent(shares: Shares, total: int) -> None:
    if min(abs(total) * (share.percent or 0) for share in shares) < WHOLE:
        assume(divides(shares, total))
    lines = divide(shares, total).split
    assert total_of(lines) == total
    for share, line in zip(shares, lines, strict=True):
        assert line.amount
        assert abs(line.amount - Fraction(total * (share.percent or 0), WHOLE)) < 1
    assert divide(shares, total).split == lines


@given(mixed(), amounts)
def test_a_line_that_takes_the_rest_makes_any_amount_add_up_or_says_why_not(
    shares: Shares, total: int
) -> None:
    given_away = sum(share.amount or 0 for share in shares) + Fraction(
        abs(total) * sum(share.percent or 0 for share in shares), WHOLE
    )
    if left_to_place(shares, total) < 0:
        assert given_away > abs(total)
        with pytest.raises(InvalidInput, match="more than"):
            divide(shares, total)
        return
    assume(divides(shares, total))
    lines = divide(shares, total).split
    assert total_of(lines) == total
    direction = 1 if total > 0 else -1
    for share, line in zip(shares, lines, strict=True):
        if share.amount is not None:
            assert line.amount == direction * share.amount
        elif share.percent is not None:
            assert abs(line.amount - Fraction(total * share.percent, WHOLE)) < 1
        else:
            assert abs(line.amount - direction * (abs(total) - given_away)) < 1
            assert line.amount * direction > 0


@given(st.lists(st.tuples(cents, memos), min_size=2, max_size=8))
def test_amounts_are_stored_and_edited_without_loss(values: list[tuple[int, str]]) -> None:
    split = tuple(SplitLine(f'6"{n}', amount, memo) for n, (amount, memo) in enumerate(values))
    assert read_split(split_text(split)) == split
    shares = as_shares(split)
    assert read_shares(shares_text(shares)) == shares
    if total_of(split):
        assert divide(shares, total_of(split)).split == split


@pytest.mark.parametrize(
    ("shares", "total", "line"),
    [
        ((Share("a", amount=1000), Share("b")), -1000, 2),
        ((Share("a", percent=5000), Share("b", percent=5000), Share("c")), 1000, 3),
        ((Share("a", percent=1), Share("b")), -10, 1),
    ],
)
def test_no_line_of_a_split_is_zero(shares: Shares, total: int, line: int) -> None:
    with pytest.raises(InvalidInput, match=rf"Line {line} would get nothing of \$"):
        divide(shares, total)


def test_cents_of_rounding_are_told() -> None:
    thirds = (Share("a", percent=3333), Share("b", percent=3333), Share("c", percent=3334))
    made = divide(thirds, -1000)
    assert [line.amount for line in made.split] == [-333, -333, -334]
    assert made.rounding == "1 cent of rounding went to line 3."
    halves = (Share("a", percent=5000), Share("b", percent=5000))
    assert [line.amount for line in divide(halves, 3).split] == [2, 1]
    assert divide(halves, 3).rounding == "1 cent of rounding went to line 1."
    quarters = tuple(Share(code, percent=2500) for code in "abcd")
    assert divide(quarters, 10).rounding == "2 cents of rounding went to lines 1 and 2."
    assert divide(halves, 1000).rounding == ""


def test_a_loan_payment_is_principal_and_interest() -> None:
    loan = (Share("2500", memo="Principal"), Share("6230", amount=11240, memo="Interest"))
    assert divide(loan, -74418).split == (
        SplitLine("2500", -63178, "Principal"),
        SplitLine("6230", -11240, "Interest"),
    )
    assert split_words(divide(loan, -74418).split) == "Split: 2500 $631.78, 6230 $112.40"


def test_a_net_wage_has_deductions_against_it() -> None:
    wage = (Share("4000", amount=250000), Share("2210", amount=-50000))
    made = divide(wage, 200000).split
    assert [line.amount for line in made] == [250000, -50000]
    assert split_words(made) == "Split: 4000 $2,500.00, 2210 -$500.00"


A, B = Share("a", amount=4000), Share("b", amount=1250)


@pytest.mark.parametrize(
    ("shares", "total", "words"),
    [
        ((A,), -5250, "2 to 50 lines, not 1"),
        ((A, Share("", amount=1250)), -5250, "Line 2 has no GL code"),
        ((A, Share("b", amount=0)), -4000, "Line 2 has no amount"),
        ((A, Share("b", percent=0)), -4000, "above 0 and at most 100"),
        ((A, Share("b", percent=10, amount=3)), -4000, "an amount and a percentage"),
        ((Share("a"), Share("b")), -4000, "More than one line takes the rest"),
        ((Share("a", percent=9000), Share("b", percent=2000)), -100, "come to 110%"),
        ((A, B), -5000, "over the amount by $2.50"),
        ((A, B), -6000, "$7.50 of the amount is on no line"),
        ((A, Share("b")), -3000, "come to $40.00, more than the $30.00"),
        ((A, B), 0, "zero can't be split"),
        (tuple([A] * 51), -5250, "not 51"),
    ],
)
def test_what_does_not_add_up_is_told(shares: Shares, total: int, words: str) -> None:
    with pytest.raises(InvalidInput, match=words.replace("$", r"\$")):
        divide(shares, total)


def test_what_is_left_is_told_while_typing() -> None:
    assert left_to_place((A, Share("", amount=0)), -5250) == 1250
    assert left_to_place((A, B), -5130) == -120
    assert left_to_place((A, Share("b")), -5250) == 0


CHART = {"a", "b"}


@pytest.mark.parametrize(
    ("lines", "words"),
    [
        ([("a", -4000), ("c", -1250)], "'c' is not in this client's chart"),
        ([("a", -4000), ("b", -1200)], r"comes to -\$52.00, and the amount .* is -\$52.50"),
        ([("a", -5250)], "not 1"),
    ],
)
def test_a_split_is_stored_only_where_it_fits(lines: list[tuple[str, int]], words: str) -> None:
    with pytest.raises(InvalidInput, match=words):
        require_split(tuple(SplitLine(*line) for line in lines), -5250, CHART)


@pytest.mark.parametrize(
    "shares",
    [
        (Share("a", percent=5000), Share("b", amount=100)),
        (Share("a", percent=5000), Share("b", percent=4000)),
    ],
)
def test_a_template_that_would_fit_by_chance_is_refused(shares: Shares) -> None:
    with pytest.raises(InvalidInput, match="would not add up"):
        require_template(SplitTemplate("", "", "", "Loan", shares))


def test_a_template_in_words() -> None:
    shares = (Share("a", percent=1750), Share("b", amount=1250), Share("c"))
    require_template(SplitTemplate("", "", "", "Loan", shares))
    assert shares_words(shares) == "a 17.50%, b $12.50, c the rest"
