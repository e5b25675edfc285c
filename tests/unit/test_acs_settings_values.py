from datetime import date

import pytest

from ledgersync.domain.acs_settings import AcsSettings
from ledgersync.domain.gl_masks import fits_mask, mask_of, require_mask
from ledgersync.errors import InvalidInput


@pytest.mark.parametrize(
    ("ends", "day", "starts"),
    [
        ("12-31", date(2026, 5, 1), date(2026, 1, 1)),
        ("12-31", date(2026, 12, 31), date(2026, 1, 1)),
        ("06-30", date(2026, 6, 30), date(2025, 7, 1)),
        ("06-30", date(2026, 7, 1), date(2026, 7, 1)),
        ("02-29", date(2027, 2, 28), date(2026, 3, 1)),
        ("02-29", date(2028, 2, 29), date(2027, 3, 1)),
        ("", date(2026, 5, 1), None),
    ],
)
def test_a_fiscal_year_starts_the_day_after_the_last_one_ended(
    ends: str, day: date, starts: date | None
) -> None:
    assert AcsSettings(fiscal_year_end=ends).fiscal_year_start(day) == starts


def test_an_open_period_may_lack_an_end() -> None:
    settings = AcsSettings(open_from=date(2026, 10, 1))
    assert settings.is_open(date(2030, 1, 1))
    assert not settings.is_open(date(2026, 9, 30))
    assert AcsSettings().is_open(date(1999, 1, 1))


@pytest.mark.parametrize(
    ("code", "mask", "fits"),
    [
        ("61000-10", "99999-99", True),
        ("61000", "99999-99", False),
        ("6100A-10", "99999-99", False),
        ("6100A-10", "9999X-99", True),
        ("AB-10", "AA-99", True),
        ("A1-10", "AA-99", False),
        ("٣1000-10", "99999-99", False),
        ("anything", "", True),
    ],
)
def test_a_mask_gives_the_shape_of_codes(code: str, mask: str, *, fits: bool) -> None:
    assert fits_mask(code, mask) is fits


def test_a_mask_without_a_place_is_refused() -> None:
    assert require_mask("999x-99") == "999X-99"
    assert require_mask("") == ""
    with pytest.raises(InvalidInput, match="6100-00"):
        require_mask("6100-00")


def test_the_mask_of_codes_is_what_they_share() -> None:
    assert mask_of(["6100-00", "1000-10"]) == "9999-99"
    assert mask_of(["6100-00", "61000"]) == ""
