"""Names of vendor lists: the vendor of the table that they mean, or none."""

import pytest

from ledgersync.matching.listed_names import vendor_of


@pytest.mark.parametrize(
    ("name", "vendor"),
    [
        ("Con Edison, Inc.", "Con Edison"),
        ("Comcast - Autopay", "Comcast"),
        ("Exxon (Mobil)", "ExxonMobil"),
        ("Comcast Xfinity", "Comcast"),
        ("Navy Federal CU", "Navy Federal"),
        ("Navy Federal Credit Union", "Navy Federal"),
        ("Virginia Pepco", "Pepco"),
        ("Boise Idaho Power", "Idaho Power"),
    ],
)
def test_a_list_writes_a_vendor_in_its_own_way(name: str, vendor: str) -> None:
    assert vendor_of(name) == vendor


@pytest.mark.parametrize(
    "name",
    [
        "Delta (Plumbing)",
        "Denver Square",
        "Boston Enterprise",
        "Exxon Walmart",
        "Blue Lantern Books",
        "Chicago",
        "",
    ],
)
def test_a_name_that_only_holds_a_vendors_word_is_none(name: str) -> None:
    assert vendor_of(name) == ""
