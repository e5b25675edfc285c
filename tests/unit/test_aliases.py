"""The alias table: well-formed, and sure only of spellings that nobody else uses."""

import tomllib
from pathlib import Path

import pytest

from ledgersync.matching import aliases
from ledgersync.matching.aliases import find, name_key
from ledgersync.matching.normalise import normalise, read_line

TABLE = tomllib.loads(Path(aliases.__file__).with_suffix(".toml").read_text("utf-8"))
VENDORS = {name: vendor for trade in TABLE.values() if isinstance(trade, dict)
           for name, vendor in trade.items()}  # fmt: skip
FIELDS = {"also", "says", "alone", "within", "not", "plain", "hosts", "under"}


def named(description: str) -> str:
    found = find(read_line(description))
    return found.name if found and found.sure >= 0.9 else ""


def test_the_table_says_nothing_that_is_not_understood() -> None:
    unknown = {name: set(vendor) - FIELDS for name, vendor in VENDORS.items()}
    assert {name: fields for name, fields in unknown.items() if fields} == {}


def test_what_stands_for_a_vendor_is_in_the_table() -> None:
    assert {vendor["under"] for vendor in VENDORS.values() if "under" in vendor} <= set(VENDORS)


def test_no_name_or_spelling_belongs_to_two_vendors() -> None:
    owners: dict[str, set[str]] = {}
    for name, vendor in VENDORS.items():
        for other in (name, *vendor.get("also", ())):
            owners.setdefault(f"name {name_key(other)}", set()).add(name)
        for said in (*vendor.get("says", ()), *vendor.get("alone", ())):
            owners.setdefault(f"spelling {said}", set()).add(name)
    assert {what: names for what, names in owners.items() if len(names) > 1} == {}


def test_spellings_read_as_a_normalised_line_does() -> None:
    said = [
        text
        for vendor in VENDORS.values()
        for text in (*vendor.get("says", ()), *vendor.get("alone", ()))
    ]
    assert [text for text in said if normalise(text).text != text and not named(text)] == []


def test_a_line_of_just_the_name_is_the_vendor() -> None:
    assert {name: named(name) for name in VENDORS if named(name) != name} == {}


@pytest.mark.parametrize(
    ("description", "name"),
    [
        ("UBER *TRIP HELP.UBER.COM CA", "Uber"),
        ("UBER *EATS HELP.UBER.COM CA", "Uber Eats"),
        ("AMAZON WEB SERVICES AWS.AMAZON.CO WA", "Amazon Web Services"),
        ("AMZN Mktp US*2A3B4C5D6", "Amazon"),
        ("GOOGLE*ADS1234567890", "Google Ads"),
        ("GOOGLE*CLOUD 8XK2P1 CC@GOOGLE.COM CA", "Google Cloud"),
        ("GOOGLE *YouTubePremium", "YouTube"),
        ("VERIZON WIRELESS PAYMENTS", "Verizon Wireless"),
        ("VERIZON FIOS 800-837-4966", "Verizon"),
        ("UPS STORE 1234", "The UPS Store"),
        ("UPS*1Z8R4A660312345678", "UPS"),
        ("FEDEX OFFICE 1234 BOISE ID", "FedEx Office"),
        ("DELTA DENTAL INS HCCLAIMPMT", "Delta Dental"),
        ("DELTA 0062341234567 DELTA.COM GA", "Delta Air Lines"),
        ("ACME PAYROLL IRS USATAXPYMT", "IRS"),
        ("SUBWAY 12345 NAMPA ID", "Subway"),
        ("CALIFORNIA DMV 0412", "California DMV"),
        ("OREGON DMV SALEM", "Oregon DMV"),
        ("SPECTRUM MOBILE 855-707-7328", "Spectrum Mobile"),
        ("ADP TOTALSOURCE 0412", "ADP TotalSource"),
        ("HORIZON BCBSNJ PREMIUM", "Horizon Blue Cross Blue Shield"),
        ("PILOT FREIGHT 0412", "Pilot Freight Services"),
        ("UBER FREIGHT 0412", "Uber Freight"),
    ],
)
def test_vendors_of_like_names_stay_apart(description: str, name: str) -> None:
    assert named(description) == name


@pytest.mark.parametrize(
    ("description", "name"),
    [
        ("IDAHO PWR 0412", "Idaho Power"),
        ("MISSOURI DEPARTMENT REVENUE", "Missouri Department of Revenue"),
        ("SUNRISE RENTALS", ""),
        ("AHERN RNTL 0412", "Ahern Rentals"),
    ],
)
def test_later_words_of_a_name_may_stand_in_their_other_forms(description: str, name: str) -> None:
    assert named(description) == name


@pytest.mark.parametrize(
    ("description", "name"),
    [
        ("CHEVRON LARKSPUR KWIK MART", "Chevron"),
        ("CHEVRON LARKSPUR KITES", ""),
        ("OUC WATER", "Orlando Utilities Commission"),
        ("OUC LANTERN", ""),
        ("SLACK.COM LANTERN", "Slack"),
        ("SLACK LANTERN", ""),
    ],
)
def test_words_of_its_trade_and_its_own_site_bear_a_vendor_out(description: str, name: str) -> None:
    assert named(description) == name


@pytest.mark.parametrize(
    ("description", "name"),
    [
        ("ALDI BY INSTACART", "Instacart"),
        ("IC* PUBLIX VIA INSTACART", "Instacart"),
        ("ALDI 0412", "Aldi"),
        ("LARKSPUR COURTYARD BY MARRIOTT", "Marriott"),
    ],
)
def test_who_sells_for_others_comes_before_them(description: str, name: str) -> None:
    assert named(description) == name


@pytest.mark.parametrize(
    "description",
    [
        *("TO MCDONALD ROSS", "SUBWAY TILE CO", "TARGET MARKETING GROUP", "STAPLES CENTER"),
        *("APPLE ROOFING", "SHELL LUMBER", "CHASE MARTINEZ", "LOWES FOODS #12", "STARBUCKS DENTAL"),
        *("ORACLE BONES GALLERY", "SQUARE ONE DESIGN", "THE GAP ROAD CHURCH", "HILTON HEAD TOURS"),
        *("SAGE BRUSH CAFE", "MEET ME AT SUBWAY", "UNITED METHODIST CHURCH", ""),
        *("CITIZENS BANK ROBBERY TOURS", "ORANGE COUNTY TAX ATTORNEYS", "HAWAIIAN GRILL"),
        *("MURPHY CONWAY", "CIRCLE DINER", "LIME KITCHEN", "PEACOCK LOUNGE", "SWA PLUMBING"),
    ],
)
def test_somebody_else_of_the_same_word_is_not_the_vendor(description: str) -> None:
    assert not named(description)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("The Wal-Mart, Inc.", "WALMART"),
        ("Barnes & Noble LLC", "Barnes and Noble"),
        ("O'Reilly Auto Parts", "OREILLY AUTO PARTS"),
        ("U.S. Foods Corp", "US Foods"),
    ],
)
def test_writings_of_one_name_share_a_key(one: str, other: str) -> None:
    assert name_key(one) == name_key(other)
