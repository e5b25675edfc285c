"""Pairs: transfers that fit each other and nobody else, and rows that may be listed twice."""

from dataclasses import replace
from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from ledgersync.domain.pairs import (
    TRANSFER_DAYS,
    DuplicatePair,
    Movement,
    Wording,
    duplicates,
    near_amounts,
    of_files,
    pair_key,
    transfers,
)
from ledgersync.matching.twins import may_be_one_payee

DAY = date(2026, 10, 5)
ROW = Movement("t", "checking", DAY, -50_000, "USD", "ONLINE XFER", "", "L1", open=True)


def row(id_: str, account: str = "checking", amount: int = -50_000, days: int = 0) -> Movement:
    return replace(ROW, id=id_, account_id=account, amount=amount, date=DAY + timedelta(days=days))


def twins(*rows: Movement) -> tuple[DuplicatePair, ...]:
    return duplicates(rows, Wording(str.upper, may_be_one_payee))


def test_opposite_amounts_in_two_accounts_are_a_transfer() -> None:
    [pair] = transfers([row("a"), row("b", "savings", 50_000, 2)]).pairs
    assert (pair.out.id, pair.into.id, pair.said) == ("a", "b", True)


def test_a_card_payment_is_a_transfer_and_a_coincidence_says_that_it_may_be_one() -> None:
    out = replace(row("a"), description="ACH DEBIT 0098")
    into = replace(row("b", "card", 50_000), description="PAYMENT - THANK YOU")
    assert transfers([out, into]).pairs[0].said
    refund = replace(into, description="HOME DEPOT REFUND")
    assert not transfers([out, refund]).pairs[0].said


def test_no_transfer_within_one_account_too_late_or_in_another_currency() -> None:
    out = row("a")
    assert transfers([out, row("b", "checking", 50_000)]).pairs == ()
    assert transfers([out, row("b", "savings", 50_000, TRANSFER_DAYS + 1)]).pairs == ()
    assert transfers([out, replace(row("b", "savings", 50_000), currency="CAD")]).pairs == ()
    assert transfers([out, row("b", "savings", -50_000)]).pairs == ()


def test_rows_that_fit_several_others_are_left_to_people() -> None:
    found = transfers([row("a"), row("b", "savings", 50_000), row("c", "card", 50_000)])
    assert not found.pairs
    assert found.ambiguous == {"a"}


def test_an_answer_settles_one_pair_and_frees_the_other() -> None:
    rows = [row("a"), row("b", "savings", 50_000), row("c", "card", 50_000)]
    [pair] = transfers(rows, {pair_key("b", "a")}).pairs
    assert pair.into.id == "c"


def test_two_locked_legs_are_not_asked_about() -> None:
    legs = [replace(row("a"), open=False), replace(row("b", "savings", 50_000), open=False)]
    assert transfers(legs).pairs == ()


@given(
    st.lists(
        st.tuples(
            st.sampled_from(["a", "b", "c"]),
            st.sampled_from([-200, -100, 100, 200]),
            st.integers(0, 15),
        ),
        max_size=30,
    )
)
def test_every_pair_fits_and_no_row_is_in_two(drawn: list[tuple[str, int, int]]) -> None:
    rows = [row(f"t{n}", account, cents, days) for n, (account, cents, days) in enumerate(drawn)]
    found = transfers(rows)
    used = [leg.id for pair in found.pairs for leg in (pair.out, pair.into)]
    assert len(used) == len(set(used))
    for pair in found.pairs:
        assert pair.out.amount == -pair.into.amount < 0
        assert pair.out.account_id != pair.into.account_id
        assert abs(pair.out.date - pair.into.date) <= timedelta(days=TRANSFER_DAYS)
    assert not found.ambiguous & set(used)


def bought(id_: str, text: str = "AMAZON MKTPLACE", load: str = "L1", days: int = 0) -> Movement:
    return replace(row(id_, days=days), description=text, load_id=load)


def test_the_same_purchase_from_two_loads_is_asked_about() -> None:
    [pair] = twins(bought("a"), bought("b", "AMAZON MKTPLACE PMTS", "L2", 2))
    assert (pair.first.id, pair.second.id, pair.one_load) == ("a", "b", False)


def test_other_payees_other_days_and_other_checks_are_two_purchases() -> None:
    assert twins(bought("a"), bought("b", "SHELL OIL", "L2")) == ()
    assert twins(bought("a"), bought("b", load="L2", days=4)) == ()
    checks = [replace(bought(n), check_number=n, description="CHECK") for n in ("1041", "1042")]
    assert twins(*checks) == ()
    assert len(twins(*[replace(check, check_number="1041") for check in checks])) == 1


def test_a_habit_is_not_asked_about_unless_it_came_in_two_loads() -> None:
    tolls = [bought(f"t{n}", "TOLL ROAD", days=n) for n in range(4)]
    assert twins(*tolls) == ()
    again = [replace(toll, id=f"u{toll.id}", load_id="L2") for toll in tolls]
    assert all(not pair.one_load for pair in twins(*tolls, *again))
    assert twins(*tolls, *again)


def test_two_that_have_left_are_still_asked_about_after_those_that_can_be_excluded() -> None:
    gone = [replace(bought(id_, load=load), open=False) for id_, load in (("a", "L1"), ("b", "L2"))]
    waiting = [replace(one, amount=-1, open=True) for one in gone]
    found = twins(*gone, *waiting)
    assert [(pair.first.id, pair.second.id, pair.left) for pair in found] == [
        ("a", "b", False),
        ("a", "b", True),
    ]


@given(
    st.lists(
        st.builds(
            lambda days, cents: replace(bought("", days=days), amount=cents),
            st.integers(0, 40),
            st.integers(-2, 2),
        )
    )
)
def test_no_pair_is_lost_by_looking_at_near_amounts_alone(rows: list[Movement]) -> None:
    rows = [replace(one, id=str(n), load_id=str(n)) for n, one in enumerate(rows)]
    near = near_amounts(sorted((one.amount, one.date) for one in rows))
    assert twins(*[one for one in rows if one.amount in near]) == twins(*rows)


def test_the_row_that_can_still_be_decided_is_the_second() -> None:
    [pair] = twins(bought("a", load="L2"), replace(bought("b", days=1), open=False))
    assert (pair.first.id, pair.second.id) == ("b", "a")


def test_a_file_s_row_gives_way_to_the_feed_s_unless_only_it_was_reviewed() -> None:
    feed = replace(row("a", days=1), description="HARBOR COFFEE")
    file = replace(row("b"), description="POS HARBOR COFFEE 0042", load_id="L2", from_file=True)
    [pair] = twins(feed, file)
    assert (pair.first.id, pair.second.id, pair.two_sources) == ("a", "b", True)
    [pair] = twins(feed, replace(file, reviewed=True))
    assert (pair.first.id, pair.second.id) == ("b", "a")
    [pair] = twins(replace(feed, open=False), replace(file, reviewed=True))
    assert (pair.first.id, pair.second.id) == ("a", "b")


def test_two_sources_on_one_day_pair_in_other_words_where_no_likelier_partner_is() -> None:
    feed = [replace(row("a"), description="CEDAR PRINTING"), row("b")]
    file = [
        replace(row("c"), description="CEDAR PRINTING LLC", load_id="L2", from_file=True),
        replace(row("d"), description="CHECKCARD 9921", load_id="L2", from_file=True),
    ]
    assert {pair.ids for pair in twins(*feed, *file)} == {("a", "c"), ("b", "d")}
    assert not twins(feed[1], replace(file[1], date=DAY + timedelta(days=1)))
    of_one_day, in_like_words = sorted(twins(*feed, *file), key=lambda pair: pair.alike)
    assert (of_one_day.ids, in_like_words.ids) == (("b", "d"), ("a", "c"))
    assert of_files([of_one_day, in_like_words]) == (in_like_words,)  # not unseen, with one click
