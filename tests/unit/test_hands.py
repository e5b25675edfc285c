"""Groups of rows that read alike, copying codes downwards, and going through a list."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledgersync.domain.clients import BankAccount, FeedStatus
from ledgersync.domain.copying import edits_from_above
from ledgersync.domain.decisions import Edit
from ledgersync.domain.groups import Group, groups_of
from ledgersync.domain.transactions import Status, Transaction
from ledgersync.domain.walks import Walk, first_place
from ledgersync.services.grouping import open_groups
from ledgersync.services.next_accounts import OpenAccount, ways_on
from tests.ui.review_steps import transaction

SHELL = transaction(description="SHELL OIL 5744875494 DULUTH MN", amount=-4000)
UBER = transaction(description="UBER *TRIP HELP.UBER.COM CA", amount=-1500)


def rows(*given: Transaction) -> list[Transaction]:
    return [row._replace(id=f"t{at}") for at, row in enumerate(given)]


def suggested(
    row: Transaction, gl_code: str, confidence: float, vendor_id: str = "v"
) -> Transaction:
    return row._replace(vendor_id=vendor_id, gl_code=gl_code, confidence=confidence, suggested=True)


def test_rows_of_one_payee_are_one_group_and_the_largest_comes_first() -> None:
    other_pump = SHELL._replace(description="SHELL OIL 5744879999 MADISON WI", amount=-2500)
    found = open_groups(rows(UBER, SHELL, other_pump))
    assert [(group.text, group.ids, group.total) for group in found] == [
        ("SHELL OIL", ("t1", "t2"), -6500),
        (found[1].text, ("t0",), -1500),
    ]


def test_a_refund_is_no_purchase() -> None:
    assert len(open_groups(rows(SHELL, SHELL._replace(amount=4000)))) == 2


@pytest.mark.parametrize(
    "values",
    [{"status": status} for status in Status if status is not Status.TO_REVIEW]
    + [{"pending": True}],
)
def test_only_rows_to_review_that_may_no_longer_change_are_grouped(
    values: dict[str, object],
) -> None:
    assert open_groups([transaction(SHELL, **values)]) == []


def test_a_group_shows_a_code_only_where_all_of_its_rows_do() -> None:
    sure, less = suggested(SHELL, "61500", 0.96), suggested(SHELL, "62000", 0.7)
    [group] = open_groups(rows(sure, sure, less, SHELL))
    assert (group.gl_code, group.vendor_id) == ("", "")
    assert group.gl_codes == (("61500", 2), ("62000", 1))
    assert group.least_sure.id == "t3"
    assert [row.id for row in group.acceptable] == ["t0", "t1", "t2"]
    [agreed] = open_groups(rows(sure, sure))
    assert (agreed.gl_code, agreed.vendor_id) == ("61500", "v")


def test_what_has_no_gl_code_cannot_be_accepted() -> None:
    assert Group("SHELL", (suggested(SHELL, "", 0.9),)).acceptable == ()


TEXTS = st.sampled_from(["A", "B", "C"])
SOME = st.lists(st.tuples(TEXTS, st.integers(-3, 3), st.sampled_from(Status), st.booleans()))


@given(SOME)
def test_every_open_row_is_in_just_one_group(given: list[tuple[str, int, Status, bool]]) -> None:
    some = rows(*(transaction(amount=a, status=s, pending=p) for _, a, s, p in given))
    texts = {row.id: text for row, (text, *_) in zip(some, given, strict=True)}
    found = groups_of(some, texts)
    grouped = [row.id for group in found for row in group.rows]
    wanted = [row.id for row in some if row.status is Status.TO_REVIEW and not row.pending]
    assert sorted(grouped) == sorted(wanted)
    sizes = [len(group.rows) for group in found]
    assert sizes == sorted(sizes, reverse=True)
    for group in found:
        assert {texts[id_] for id_ in group.ids} == {group.text}
        assert len({row.amount < 0 for row in group.rows}) == 1


CODED = transaction(vendor_id="v1", gl_code="6100", status=Status.REVIEWED)


def copied(*given: Transaction, chosen: set[str]) -> list[Edit]:
    return edits_from_above(rows(*given), chosen)


def test_rows_take_the_codes_of_the_row_above_and_of_several_in_a_row_all_take_the_same() -> None:
    below = transaction(version=3)
    edits = copied(CODED, below, below, below, chosen={"t1", "t2"})
    assert edits == [Edit("t1", 3, "v1", "6100"), Edit("t2", 3, "v1", "6100")]


def test_a_chosen_row_passes_nothing_on_of_its_own() -> None:
    edits = copied(CODED, CODED._replace(gl_code="9999"), SHELL, chosen={"t1", "t2"})
    assert [edit.gl_code for edit in edits] == ["6100", "6100"]


def test_the_first_row_and_a_row_below_one_without_codes_have_nothing_to_copy() -> None:
    assert copied(SHELL, SHELL, chosen={"t0"}) == []
    assert copied(SHELL, SHELL, chosen={"t1"}) == []
    assert copied(CODED._replace(status=Status.EXCLUDED), SHELL, chosen={"t1"}) == []


def test_copying_empties_nothing() -> None:
    [edit] = copied(CODED._replace(vendor_id=""), SHELL, chosen={"t1"})
    assert (edit.vendor_id, edit.gl_code) == (None, "6100")


def walk(statuses: str, at: int) -> Walk:
    """A list of rows, "o" to review and "r" reviewed, looked at from one place."""
    kinds = {"o": Status.TO_REVIEW, "r": Status.REVIEWED}
    return Walk(tuple(rows(*(transaction(status=kinds[one]) for one in statuses))), at)


@pytest.mark.parametrize(
    ("statuses", "at", "steps"),
    [
        ("oro", 0, (None, 1, 2)),
        ("oro", 2, (1, None, 0)),
        ("rro", 2, (1, None, None)),
        ("rrr", 1, (0, 2, None)),
        ("o", 0, (None, None, None)),
    ],
)
def test_steps_through_a_list(
    statuses: str, at: int, steps: tuple[int | None, int | None, int | None]
) -> None:
    here = walk(statuses, at)
    assert (here.previous, here.next, here.next_open) == steps
    assert here.left == statuses.count("o")
    assert here.row.id == f"t{at}"


def test_one_begins_at_the_first_row_to_review() -> None:
    assert first_place(walk("rroo", 0).rows) == 2
    assert first_place(walk("rr", 0).rows) == 0


def open_account(client: str, id_: str, to_review: int) -> OpenAccount:
    account = BankAccount(
        id_, client, "", "", "", "", "", "USD", None, None, FeedStatus.ACTIVE, "", "", None, 0,
        removed=False,
    )  # fmt: skip
    return OpenAccount(account, client, to_review)


def test_the_ways_on_are_the_clients_next_account_and_the_one_with_most_rows() -> None:
    here, sister = open_account("Mill", "m1", 2), open_account("Mill", "m2", 3)
    small, large = open_account("Alder", "a1", 4), open_account("Pine", "p1", 90)
    assert ways_on([small, here, sister, large], here.account) == [sister, large]
    assert ways_on([small, here, large], here.account) == [large]
    assert ways_on([here, sister], here.account) == [sister]
    assert ways_on([here], here.account) == []
