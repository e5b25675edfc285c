"""What a click did, in words: short, plain, with the number of rows."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledgersync.domain.click_words import edit_words
from ledgersync.domain.decisions import Edit, Standing

LABELS = {"6250": "6250 - Fuel", "v1": "Shell"}
REVIEWED, EXCLUDED, OPEN = Standing.REVIEWED, Standing.EXCLUDED, Standing.TO_REVIEW


def edit(
    vendor: str | None = None, gl: str | None = None, standing: Standing | None = None
) -> Edit:
    return Edit("t", 0, vendor, gl, standing)


@pytest.mark.parametrize(
    ("one", "said"),
    [
        (edit(gl="6250"), "GL code 6250 - Fuel for SHELL OIL"),
        (edit(vendor="v1"), "Vendor Shell for SHELL OIL"),
        (edit(vendor="v1", gl="6250"), "Vendor Shell, GL code 6250 - Fuel for SHELL OIL"),
        (edit(gl=""), "No GL code for SHELL OIL"),
        (edit(vendor=""), "No vendor for SHELL OIL"),
        (edit(standing=REVIEWED, gl="6250", vendor="v1"), "Reviewed SHELL OIL"),
        (edit(standing=EXCLUDED), "Excluded SHELL OIL"),
        (edit(standing=OPEN), "Returned SHELL OIL to review"),
    ],
)
def test_one_row_is_named(one: Edit, said: str) -> None:
    assert edit_words([(one, "SHELL   OIL")], LABELS) == said


@pytest.mark.parametrize(
    ("edits", "said"),
    [
        ([edit(gl="6250")] * 12, "Set GL code 6250 on 12 rows"),
        ([edit(vendor="v1")] * 2, "Set vendor Shell on 2 rows"),
        ([edit(vendor="v1", gl="6250")] * 2, "Set vendor Shell and GL code 6250 on 2 rows"),
        ([edit(gl="")] * 2, "Set no GL code on 2 rows"),
        ([edit(gl="6250"), edit(gl="6100")], "Changed 2 rows"),
        ([edit(standing=REVIEWED), edit("v1", "6250", REVIEWED)], "Marked 2 rows reviewed"),
        ([edit(standing=EXCLUDED)] * 1200, "Excluded 1,200 rows"),
        ([edit(standing=EXCLUDED), edit(standing=OPEN)], "Changed 2 rows"),
        ([edit(standing=OPEN), edit(gl="6250")], "Changed 2 rows"),
    ],
)
def test_several_rows_are_counted(edits: list[Edit], said: str) -> None:
    assert edit_words([(one, "SHELL OIL") for one in edits], LABELS) == said


@given(st.text(min_size=1))
def test_a_long_description_is_cut(description: str) -> None:
    assert len(edit_words([(edit(gl="6250"), description)], LABELS)) <= 70
