"""Judgement: each reason with its figures, what is no reason, and the order to work in."""

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledgersync.domain.judgement import (
    WORDS,
    ClientHistory,
    Finding,
    Proposed,
    Reason,
    VendorHistory,
    judge,
    most_needed_first,
    score,
    usual_of,
)
from ledgersync.domain.pairs import Movement
from ledgersync.domain.transactions import Method, Status, Transaction

SIZES = {3500: 2, 5000: 5, 7500: 4, 12000: 2}
OUT, IN = ("USD", False), ("USD", True)
DEPOT = VendorHistory(13, {"a": {"5100": 12, "6250": 1}}, {OUT: usual_of(SIZES)})
ROW = Transaction(
    id="t", account_id="a", source_id="s", date=date(2026, 10, 5), description="HOME DEPOT #12",
    amount=-7000, currency="USD", payee="", check_number="", memo="", pending=False,
    vendor_id="depot", vendor_code="HD", vendor_name="Home Depot", gl_code="5100", gl_name="",
    suggested=True, method=Method.AI, confidence=0.95, why="", rule_id="",
    status=Status.TO_REVIEW, problem="", version=0, decided_by="", decided_at=None,
    export_number=None, exported_version=None,
)  # fmt: skip


def row(**values: Any) -> Transaction:
    return ROW._replace(**values)


def findings(
    one: Transaction, known: VendorHistory = DEPOT, proposed: Proposed | None = None
) -> list[Finding]:
    history = ClientHistory("c", 1, {"depot": known})
    return list(judge([one], history, proposed or Proposed()).get(one.id, ()))


def says(one: Transaction, known: VendorHistory = DEPOT) -> list[str]:
    return [finding.sentence for finding in findings(one, known)]


def test_a_row_like_all_before_needs_no_judgement() -> None:
    assert findings(ROW) == []


@pytest.mark.parametrize("status", [one for one in Status if one is not Status.TO_REVIEW])
def test_what_is_decided_needs_no_judgement(status: Status) -> None:
    assert findings(row(vendor_id="new", gl_code="", status=status)) == []


def test_a_vendor_without_decided_rows_is_new() -> None:
    assert says(row(vendor_id="other")) == ["New vendor: first time for this client"]


def test_an_amount_far_from_the_usual_is_said_with_the_usual_range() -> None:
    assert says(row(amount=-431000)) == ["Amount: $4,310.00, usually $35 to $120 for Home Depot"]


@pytest.mark.parametrize("amount", [-3500, -12000, -9000])
def test_amounts_near_the_usual_are_in_line(amount: int) -> None:
    assert says(row(amount=amount)) == []


def test_a_fixed_fee_that_rises_by_a_third_is_out_of_line_and_cents_are_kept() -> None:
    fee = VendorHistory(12, {"a": {"5100": 12}}, {OUT: usual_of({1850: 12})})
    assert says(row(amount=-2500), fee) == []
    assert says(row(amount=-2700), fee) == ["Amount: $27.00, usually $18.50 for Home Depot"]


def test_three_rows_are_too_few_to_tell_a_usual_amount() -> None:
    few = VendorHistory(3, {"a": {"5100": 3}}, {OUT: usual_of({1850: 3})})
    assert says(row(amount=-99900), few) == []


def test_money_the_other_way_is_out_of_line() -> None:
    assert says(row(amount=7000)) == [
        "Amount: $70.00 of money in, all 13 rows of Home Depot before were money out"
    ]


def test_a_code_against_history_is_said_with_both() -> None:
    assert says(row(gl_code="6250")) == [
        "GL code: suggested 6250, this vendor went to 5100 in 12 of 13 rows of this account"
    ]
    assert says(row(gl_code="6250", suggested=False))[0].startswith("GL code: set to 6250, this")


def test_another_accounts_codes_count_where_this_one_has_too_few() -> None:
    known = VendorHistory(9, {"a": {"6100": 2}, "b": {"5100": 7}})
    assert says(row(gl_code="6250"), known) == [
        "GL code: suggested 6250, this vendor went to 5100 in 7 of 9 rows"
    ]


def test_a_vendor_without_a_usual_code_can_go_anywhere() -> None:
    known = VendorHistory(10, {"a": {"5100": 5, "6250": 5}})
    assert says(row(gl_code="7000"), known) == []


@pytest.mark.parametrize(
    ("confidence", "said"),
    [(0.43, ["Low confidence: 43%"]), (0.749, ["Low confidence: 74%"]), (0.75, [])],
)
def test_a_suggestion_that_is_not_sure_says_so(confidence: float, said: list[str]) -> None:
    assert says(row(confidence=confidence)) == said


def test_what_a_person_chose_has_no_low_confidence() -> None:
    assert says(row(confidence=0.4, suggested=False)) == []


def test_a_row_without_a_code_says_so() -> None:
    assert says(row(gl_code="", confidence=0.9)) == ["No GL code: so far there is only a vendor"]
    bare = row(vendor_id="", gl_code="", suggested=False, method=Method.NONE, confidence=None)
    assert says(bare) == ["No GL code: no rule, past row or vendor name fits"]


def test_proposed_pairs_are_said_with_the_other_row() -> None:
    other = Movement("u", "a", date(2026, 10, 3), -4217, "USD", "", "", "", open=True)
    proposed = Proposed({"t": other}, {"t": "Savings ...1234"})
    assert [one.sentence for one in findings(ROW, proposed=proposed)] == [
        "Possible duplicate of 10/03/2026 -$42.17",
        "Possible transfer to Savings ...1234",
    ]
    back = findings(row(amount=5000), VendorHistory(1), Proposed({}, {"t": "Savings ...1234"}))
    assert back[0].sentence == "Possible transfer from Savings ...1234"


def test_every_reason_has_a_word_of_its_own() -> None:
    assert len(set(WORDS.values())) == len(Reason)


def test_the_heaviest_comes_first_then_the_amount_then_what_is_decided() -> None:
    new, unsure = "new", Finding(Reason.LOW_CONFIDENCE, "")
    rows = [
        row(id="done", status=Status.REVIEWED, amount=-99999),
        row(id="small"),
        row(id="large", amount=90000),
        row(id="unsure"),
        row(id="unsure and large", amount=-90000),
        row(id="twin"),
        row(id="twin and unsure"),
    ]
    twin = Finding(Reason.DUPLICATE, new)
    found = {
        "unsure": (unsure,),
        "unsure and large": (unsure,),
        "twin": (twin,),
        "twin and unsure": (twin, unsure),
    }
    assert [one.id for one in most_needed_first(rows, found)] == [
        "twin and unsure", "twin", "unsure and large", "unsure", "large", "small", "done",
    ]  # fmt: skip


@given(st.lists(st.tuples(st.integers(-(10**9), 10**9), st.sampled_from(list(Status)))))
def test_sorting_keeps_every_row(values: list[tuple[int, Status]]) -> None:
    rows = [row(id=str(n), amount=amount, status=s) for n, (amount, s) in enumerate(values)]
    found = judge(rows, ClientHistory("c", 1, {"depot": DEPOT}), Proposed())
    ordered = most_needed_first(rows, found)
    assert sorted(one.id for one in ordered) == sorted(one.id for one in rows)
    scores = [score(found.get(one.id, ())) for one in ordered]
    assert scores == sorted(scores, reverse=True)


@given(st.dictionaries(st.integers(0, 10**9), st.integers(1, 30), min_size=1))
def test_the_usual_is_within_what_was_seen(sizes: dict[int, int]) -> None:
    usual = usual_of(sizes)
    inner = [usual.low, usual.first, usual.median, usual.third, usual.high]
    assert inner == sorted(inner)
    assert set(inner) <= set(sizes)
    assert usual.rows == sum(sizes.values())
    assert not usual.out_of_line(usual.median)
