"""Learning: what the past says about a line, how sure it is, and that corrections count at once."""

import random
from collections.abc import Iterator
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ledgersync.domain.suggestions import BankLine, CodedLine
from ledgersync.matching.learning import REVIEW_THRESHOLD, Learner, Prediction
from ledgersync.matching.levels import Level

DAY = date(2026, 3, 2)
HABITS = {
    "GRAINGER": "6250",
    "CITY WATERWORKS": "6400",
    "SHELL OIL": "6500",
    "UBER TRIP": "6600",
    "STAPLES": "6100",
    "ADP PAYROLL": "6000",
}


def line(
    description: str,
    amount: int = -4_200,
    *,
    client: str = "c1",
    account: str = "a1",
    day: date = DAY,
) -> BankLine:
    return BankLine(client, account, day, description, amount)


def coded(
    description: str,
    gl: str,
    amount: int = -4_200,
    *,
    vendor: str = "",
    client: str = "c1",
    account: str = "a1",
    day: date = DAY,
) -> CodedLine:
    asked = line(description, amount, client=client, account=account, day=day)
    return CodedLine(asked, vendor, gl)


def monthly(
    description: str,
    gl: str,
    amount: int = -4_200,
    *,
    vendor: str = "",
    client: str = "c1",
    account: str = "a1",
    months: int = 12,
) -> list[CodedLine]:
    """The same purchase coded once a month, up to the month before DAY."""
    days = (DAY - timedelta(days=30 * back) for back in range(months, 0, -1))
    return [
        coded(description, gl, amount, vendor=vendor, client=client, account=account, day=day)
        for day in days
    ]


def usual_past(client: str = "c1", account: str = "a1") -> list[CodedLine]:
    past = [monthly(*habit, client=client, account=account) for habit in HABITS.items()]
    return [row for habit in past for row in habit]


def foretold(past: list[CodedLine], asked: BankLine) -> Prediction:
    (told,) = Learner(past).predict([asked])
    return told


def test_what_was_always_coded_alike_is_foretold_with_its_reason() -> None:
    told = foretold(usual_past(), line("GRAINGER 9921"))
    assert told.gl_code == "6250"
    assert 0.9 < told.confidence < 1
    assert told.reason.level is Level.ACCOUNT_DESCRIPTOR
    assert told.why == "coded 6250 in 12 of 12 past rows of this account, last on 01/31/2026"


def test_a_correction_counts_from_the_next_line_on() -> None:
    learner = Learner(usual_past())
    asked = line("ZEPHYR TACK AND SADDLE", -77_00)
    (before,) = learner.predict([asked])
    learner.learn([coded("ZEPHYR TACK AND SADDLE", "7100", -31_00)])
    (after,) = learner.predict([asked])
    assert before.confidence < REVIEW_THRESHOLD
    assert after.gl_code == "7100"
    assert after.confidence > before.confidence


def test_people_changing_their_mind_is_followed() -> None:
    learner = Learner(usual_past())
    learner.learn([coded("STAPLES", "6110", day=DAY - timedelta(days=n)) for n in range(9, 0, -1)])
    (told,) = learner.predict([line("STAPLES", -99_00)])
    assert told.others
    assert {told.gl_code, told.others[0].gl_code} == {"6110", "6100"}
    learner.learn([coded("STAPLES", "6110") for _ in range(20)])
    (told,) = learner.predict([line("STAPLES", -99_00)])
    assert told.gl_code == "6110"


def test_the_account_decides_where_the_descriptor_alone_does_not() -> None:
    past = usual_past() + usual_past(account="a2")
    past += monthly("HARDWARE HOUSE", "5100") + monthly("HARDWARE HOUSE", "5200", account="a2")
    told = Learner(past).predict(
        [line("HARDWARE HOUSE", account="a1"), line("HARDWARE HOUSE", account="a2")]
    )
    assert [t.gl_code for t in told] == ["5100", "5200"]


def test_money_in_and_money_out_are_different_things() -> None:
    past = usual_past() + monthly("TRANSFER", "1010", 500_00) + monthly("TRANSFER", "2020", -500_00)
    told = Learner(past).predict([line("TRANSFER", 444_00), line("TRANSFER", -444_00)])
    assert [t.gl_code for t in told] == ["1010", "2020"]
    assert all(t.confidence > REVIEW_THRESHOLD for t in told)


def test_the_same_amount_tells_rent_from_repairs() -> None:
    past = usual_past()
    past += monthly("ACME PROPERTIES", "6700", -1_850_00) + monthly(
        "ACME PROPERTIES", "6710", -90_00
    )
    told = Learner(past).predict(
        [line("ACME PROPERTIES", -1_850_00), line("ACME PROPERTIES", -90_00)]
    )
    assert [t.gl_code for t in told] == ["6700", "6710"]


def test_the_size_of_an_amount_tells_what_an_unseen_payee_is() -> None:
    """Whatever is small on this card is supplies, whatever is large equipment."""
    names = [f"{name} {kind}" for name in ("ALDER", "BIRCH", "CEDAR") for kind in ("CO", "LLC")]
    past = [row for name in names for row in monthly(f"{name} DAILY", "6250", -9_00, months=3)]
    past += [row for name in names for row in monthly(f"{name} LARGE", "1500", -9_000_00, months=3)]
    told = Learner(past).predict([line("QWXV", -9_00), line("QWXV", -9_000_00)])
    assert [one.gl_code for one in told] == ["6250", "1500"]


def test_a_new_client_leans_on_the_firm_but_is_less_sure() -> None:
    own = foretold(usual_past(), line("SHELL OIL"))
    new = foretold(usual_past(), line("SHELL OIL", client="new"))
    assert new.gl_code == own.gl_code == "6500"
    assert new.confidence < own.confidence
    assert new.why == "coded 6500 in 12 of 12 past rows of all clients, last on 01/31/2026"


def test_an_unseen_descriptor_leans_on_what_reads_like_it() -> None:
    told = foretold(usual_past(), line("SHELL PETROL OIL"))
    assert told.gl_code == "6500"
    assert told.why == "looks like SHELL OIL, coded 6500, last on 01/31/2026"


def test_what_nothing_speaks_for_is_left_to_people() -> None:
    told = foretold(usual_past(), line("QWXV", 12_345_678_90))
    assert told.confidence < REVIEW_THRESHOLD


def test_equal_account_ids_of_two_clients_are_not_mixed() -> None:
    past = usual_past() + monthly("PIZZA NOVA", "7000") + monthly("PIZZA NOVA", "8000", client="c2")
    told = Learner(past).predict([line("PIZZA NOVA"), line("PIZZA NOVA", client="c2")])
    assert [t.gl_code for t in told] == ["7000", "8000"]


@pytest.mark.parametrize("past", [[], [coded("GRAINGER", "")]], ids=["no past", "nothing chosen"])
def test_without_a_past_nothing_is_foretold(past: list[CodedLine]) -> None:
    assert foretold(past, line("GRAINGER")) == Prediction()


def test_no_lines_no_predictions() -> None:
    assert Learner(usual_past()).predict([]) == []


def test_the_order_of_the_past_does_not_matter() -> None:
    past = usual_past() + usual_past("c2", "a7")
    asked = [line("SHELL OIL 12"), line("STAPLES", client="c3"), line("UBER", 5_00)]
    forwards, backwards = Learner(past).predict(asked), Learner(past[::-1]).predict(asked)
    for ours, theirs in zip(forwards, backwards, strict=True):
        assert ours.confidence == pytest.approx(theirs.confidence)
        assert (ours.gl_code, ours.why) == (theirs.gl_code, theirs.why)


def test_habits_of_a_long_past_fade() -> None:
    old = [coded("STAPLES", "6110", day=DAY - timedelta(days=900 + n)) for n in range(9)]
    new = [coded("STAPLES", "6100", day=DAY - timedelta(days=30 + n)) for n in range(5)]
    assert foretold(old + new, line("STAPLES", -88_00)).gl_code == "6100"


class TestTinyPasts:
    """A confidence must be honest from the first row on."""

    def test_one_row_speaks_for_its_twin_only(self) -> None:
        past = [coded("GRAINGER", "6250")]
        assert REVIEW_THRESHOLD < foretold(past, line("GRAINGER")).confidence < 0.9
        assert foretold(past, line("CITY WATERWORKS")).confidence < REVIEW_THRESHOLD

    def test_one_code_for_everything_is_not_certainty(self) -> None:
        shops = ["GRAINGER", "ULINE", "STAPLES", "HOME DEPOT", "LOWES"]
        told = foretold([coded(shop, "6250") for shop in shops], line("UNSEEN THING"))
        assert told.gl_code == "6250"
        assert told.confidence < 0.8

    def test_one_shop_every_month_says_little_about_another(self) -> None:
        told = foretold(monthly("GRAINGER", "6250"), line("UNSEEN THING"))
        assert told.confidence < REVIEW_THRESHOLD

    def test_more_rows_make_surer(self) -> None:
        few, more, many = (
            foretold(monthly("GRAINGER", "6250", months=n), line("GRAINGER")).confidence
            for n in (1, 3, 12)
        )
        assert few < more < many < 1


class TestCharts:
    """A code of another client's chart is never proposed."""

    PAST = usual_past() + monthly("SHELL OIL", "7777", client="c9")

    def test_a_client_gets_codes_of_its_own_chart_only(self) -> None:
        learner = Learner(self.PAST, charts={"new": {"6500", "6600"}})
        (told,) = learner.predict([line("SHELL OIL", client="new")])
        codes = {told.gl_code, *(choice.gl_code for choice in told.others)}
        assert told.gl_code == "6500"
        assert codes <= {"6500", "6600"}

    def test_a_client_without_a_chart_gets_what_it_had_before(self) -> None:
        learner = Learner(self.PAST, charts={})
        told = learner.predict([line("UBER TRIP", client="c9"), line("SHELL OIL", client="new")])
        assert told[0].gl_code == "7777"
        assert told[1].gl_code == ""
        assert told[1].confidence == 0

    def test_a_code_that_left_the_chart_is_not_proposed(self) -> None:
        learner = Learner(self.PAST, charts={"c1": {"6250"}})
        (told,) = learner.predict([line("SHELL OIL")])
        assert told.gl_code in {"", "6250"}
        assert told.confidence < REVIEW_THRESHOLD


class TestVendors:
    """The vendor is learned beside the GL code, from the rows that have one."""

    PAST = monthly("AMZN MKTP US", "6100", vendor="amazon") + monthly("ULINE", "", vendor="uline")

    def test_a_vendor_is_foretold(self) -> None:
        told = foretold(usual_past() + self.PAST, line("AMZN MKTP US*1A2B3"))
        assert told.vendor_id == "amazon"
        assert told.vendor_confidence > 0.8
        assert told.vendor_reason.rows == 12

    def test_a_row_without_a_code_teaches_its_vendor_alone(self) -> None:
        told = foretold(self.PAST, line("ULINE"))
        assert told.vendor_id == "uline"
        assert told.reason.level is Level.ACCOUNT

    def test_vendors_of_other_clients_are_not_proposed(self) -> None:
        learner = Learner(usual_past() + self.PAST, vendors={"new": {"uline"}})
        told = learner.predict([line("AMZN MKTP US", client="new"), line("ULINE", client="new")])
        assert [t.vendor_id for t in told] != ["amazon", "uline"]
        assert told[1].vendor_id == "uline"


def noisy_year(dice: random.Random) -> Iterator[CodedLine]:
    """Sixty merchants; people code each in its usual way, some of them very loosely."""
    shops = [f"{''.join(dice.choices('BCDFGKLMPRST', k=6))} SHOP" for _ in range(60)]
    care = [dice.choice((0.5, 0.7, 0.95)) for _ in shops]
    for back in range(420, 0, -1):
        for _ in range(8):
            shop = dice.randrange(60)
            usual = dice.random() < care[shop]
            code = str(6000 + shop % 9) if usual else str(6000 + dice.randrange(9))
            day = DAY - timedelta(days=back)
            yield coded(shops[shop], code, -dice.randrange(100, 90_000), day=day)


def test_of_rows_shown_as_90_percent_nine_in_ten_are_right() -> None:
    pairs = []
    for seed in range(4):
        rows = list(noisy_year(random.Random(seed)))  # noqa: S311  made-up books, no secrets
        past = [row for row in rows if row.line.date < DAY - timedelta(days=90)]
        told = Learner(past).predict([row.line for row in rows[len(past) :]])
        right = [row.gl_code for row in rows[len(past) :]]
        pairs += [(t.confidence, t.gl_code == code) for t, code in zip(told, right, strict=True)]
    for low, high in ((0, 1), (0, 0.7), (0.7, 0.9), (0.9, 1)):
        group = [(p, right) for p, right in pairs if low <= p < high]
        assert len(group) > 200
        assert abs(_mean([p for p, _ in group]) - _mean([right for _, right in group])) < 0.05


def _mean(numbers: list[float] | list[bool]) -> float:
    return sum(numbers) / len(numbers)


WORDS = st.sampled_from(["", "SQ *", "GRAINGER", "É1", "#", "UBER   TRIP", "0", "\u202e%=X"])
LINES = st.builds(
    BankLine,
    st.sampled_from(["c1", "c2", ""]),
    st.sampled_from(["a1", ""]),
    st.dates(),
    WORDS | st.text(max_size=12),
    st.integers(-(10**17), 10**17),
)
CODED = st.builds(CodedLine, LINES, st.sampled_from(["", "v"]), st.sampled_from(["", "1", "2"]))


@settings(deadline=None)
@given(st.lists(CODED, max_size=30), st.lists(LINES, max_size=8))
def test_whatever_the_rows_predictions_are_probabilities_of_known_codes(
    past: list[CodedLine], asked: list[BankLine]
) -> None:
    told = Learner(past).predict(asked)
    assert len(told) == len(asked)
    known = {row.gl_code for row in past} | {""}
    for prediction in told:
        chances = [prediction.confidence, *(choice.confidence for choice in prediction.others)]
        assert all(0 <= chance <= 1 for chance in chances)
        assert chances == sorted(chances, reverse=True)
        assert sum(chances) < 1 + 1e-9
        assert prediction.gl_code in known


@settings(deadline=None, max_examples=15)
@given(st.lists(CODED, min_size=1, max_size=30), st.lists(LINES, min_size=1, max_size=8))
def test_a_line_gets_the_same_answer_in_whatever_company(
    past: list[CodedLine], asked: list[BankLine]
) -> None:
    same_day = [BankLine(a.client_id, a.account_id, DAY, a.description, a.amount) for a in asked]
    together = Learner(past).predict(same_day)
    backwards = Learner(past).predict(same_day[::-1])[::-1]
    alone = [Learner(past).predict([one])[0] for one in same_day]
    for found in (backwards, alone):
        for ours, theirs in zip(together, found, strict=True):
            assert ours.gl_code == theirs.gl_code
            assert ours.confidence == pytest.approx(theirs.confidence)
            assert ours.why == theirs.why
