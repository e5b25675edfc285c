"""Decisions: what an edit makes of the one before, and periods and masks beside them."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledgersync.domain.codes import Coding
from ledgersync.domain.connections import mask_email
from ledgersync.domain.decisions import (
    NOT_CODED,
    Decision,
    Edit,
    Standing,
    apply,
    differs,
    undecided,
)
from ledgersync.domain.periods import Period, last_month, this_month
from ledgersync.errors import InvalidInput

NOW = datetime(2026, 10, 20, 14, 3, tzinfo=UTC)


def decided(**values: object) -> Decision:
    fields: dict[str, object] = {
        "transaction_id": "t1",
        "vendor_id": "v1",
        "gl_code": "6100",
        "standing": Standing.REVIEWED,
        "version": 4,
        "decided_by": "Robin",
        "decided_at": NOW - timedelta(days=1),
    }
    return Decision(**{**fields, **values})  # type: ignore[arg-type]


def after(
    edit: Edit, before: Decision, default_gl: str = "", suggested: Coding = NOT_CODED
) -> Decision:
    return apply(edit, before, suggested, default_gl, "Dana", NOW)


def test_an_edit_is_signed_and_counts_the_version_up() -> None:
    made = after(Edit("t1", 4, gl_code="6200"), decided())
    assert (made.version, made.decided_by, made.decided_at) == (5, "Dana", NOW)
    assert (made.vendor_id, made.gl_code) == ("v1", "6200")


def test_choosing_a_gl_code_is_a_review_and_clearing_it_takes_that_back() -> None:
    chosen = after(Edit("t1", 0, gl_code="6100"), undecided("t1"))
    assert chosen.standing is Standing.REVIEWED
    assert after(Edit("t1", 1, gl_code=""), chosen).standing is Standing.TO_REVIEW


def test_a_vendor_brings_its_gl_code_but_no_review() -> None:
    made = after(Edit("t1", 0, vendor_id="v1"), undecided("t1"), default_gl="6100")
    assert (made.gl_code, made.standing) == ("6100", Standing.TO_REVIEW)


def test_a_vendor_never_replaces_a_gl_code_that_is_there() -> None:
    assert after(Edit("t1", 4, vendor_id="v2"), decided(), default_gl="9999").gl_code == "6100"


SUGGESTED = Coding("v7", "7000")


def test_marking_a_suggested_row_reviewed_stands_by_what_was_shown() -> None:
    made = after(Edit("t1", 0, standing=Standing.REVIEWED), undecided("t1"), suggested=SUGGESTED)
    assert (made.vendor_id, made.gl_code, made.standing) == ("v7", "7000", Standing.REVIEWED)


@pytest.mark.parametrize("standing", [Standing.EXCLUDED, Standing.TO_REVIEW])
def test_putting_a_suggested_row_aside_stands_by_nothing(standing: Standing) -> None:
    made = after(Edit("t1", 0, standing=standing), undecided("t1"), suggested=SUGGESTED)
    assert (made.coded, made.open_to_suggestions) == (False, True)


def test_correcting_one_suggested_code_keeps_the_other() -> None:
    made = after(Edit("t1", 0, gl_code="6200"), undecided("t1"), suggested=SUGGESTED)
    assert (made.vendor_id, made.gl_code) == ("v7", "6200")
    made = after(Edit("t1", 0, vendor_id="v1"), undecided("t1"), suggested=SUGGESTED)
    assert (made.vendor_id, made.gl_code, made.standing) == ("v1", "7000", Standing.TO_REVIEW)


def test_another_vendor_brings_its_own_gl_code_instead_of_the_suggested_one() -> None:
    made = after(Edit("t1", 0, vendor_id="v1"), undecided("t1"), "6100", SUGGESTED)
    assert made.gl_code == "6100"


def test_emptying_a_suggested_code_is_news_once_and_ends_the_suggesting() -> None:
    edit = Edit("t1", 0, vendor_id="", gl_code="")
    assert differs(edit, undecided("t1"), SUGGESTED)
    made = after(edit, undecided("t1"), suggested=SUGGESTED)
    assert (made.coded, made.cleared, made.open_to_suggestions) == (False, True, False)
    assert not differs(edit, made, SUGGESTED)


def test_a_decision_is_never_mixed_with_a_suggestion() -> None:
    before = decided(vendor_id="", gl_code="6100", standing=Standing.TO_REVIEW)
    made = after(Edit("t1", 4, standing=Standing.REVIEWED), before, suggested=SUGGESTED)
    assert (made.vendor_id, made.gl_code) == ("", "6100")


def test_choosing_what_was_suggested_is_a_judgement() -> None:
    edit = Edit("t1", 0, gl_code="7000")
    assert differs(edit, undecided("t1"), SUGGESTED)
    assert after(edit, undecided("t1"), suggested=SUGGESTED).standing is Standing.REVIEWED


def test_clearing_a_vendor_leaves_the_code_and_a_cleared_code_stays_clear() -> None:
    assert after(Edit("t1", 4, vendor_id=""), decided()).gl_code == "6100"
    both = after(Edit("t1", 4, vendor_id="v2", gl_code=""), decided(), default_gl="9999")
    assert both.gl_code == ""


def test_coding_an_excluded_row_leaves_it_excluded() -> None:
    excluded = decided(standing=Standing.EXCLUDED)
    assert after(Edit("t1", 4, gl_code="6200"), excluded).standing is Standing.EXCLUDED
    said = Edit("t1", 4, gl_code="6200", standing=Standing.REVIEWED)
    assert after(said, excluded).standing is Standing.REVIEWED


@given(
    st.sampled_from([None, "", "v1", "v2"]),
    st.sampled_from([None, "", "6100", "6200"]),
    st.sampled_from([None, *Standing]),
)
def test_an_edit_that_was_applied_asks_for_nothing_more(
    vendor_id: str | None, gl_code: str | None, standing: Standing | None
) -> None:
    edit = Edit("t1", 4, vendor_id=vendor_id, gl_code=gl_code, standing=standing)
    assert not differs(edit, after(edit, decided()))
    assert not differs(edit, decided()) or after(edit, decided()) != decided()


def test_a_period_has_both_ends_and_no_end_before_its_start() -> None:
    october = Period(date(2026, 10, 1), date(2026, 10, 31))
    assert date(2026, 10, 1) in october
    assert date(2026, 10, 31) in october
    assert date(2026, 11, 1) not in october
    assert october.days == 31
    assert october.words() == "10/01/2026 to 10/31/2026"
    with pytest.raises(InvalidInput, match=r"ends on 10/01/2026, before its start 10/02/2026"):
        Period(date(2026, 10, 2), date(2026, 10, 1))


@given(st.dates(date(2000, 1, 1), date(2100, 1, 1)))
def test_the_months_of_any_day(today: date) -> None:
    this, last = this_month(today), last_month(today)
    assert (this.start.day, this.end) == (1, today)
    assert last.end + timedelta(days=1) == this.start
    assert last.start.day == 1
    assert 28 <= last.days <= 31


def test_last_month_of_a_leap_year() -> None:
    assert last_month(date(2028, 3, 31)) == Period(date(2028, 2, 1), date(2028, 2, 29))


@pytest.mark.parametrize(
    ("email", "masked"),
    [
        ("jordan@firm.example", "j***@firm.example"),
        ("no address", "n***"),
        ("", "***"),
        ("@firm.example", "***@firm.example"),
        ("odd@name@firm.example", "o***@firm.example"),
    ],
)
def test_a_masked_address_can_be_recognised_but_not_used(email: str, masked: str) -> None:
    assert mask_email(email) == masked
