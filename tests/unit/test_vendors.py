"""Vendors found in descriptors: the right one first, and nobody rather than the wrong one."""

import subprocess
import sys
from functools import cache

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledgersync.matching.vendors import VendorIndex, VendorMatch
from tests.unit import vendor_samples

SEVERAL = VendorIndex({"V1": "Harbor Lights Catering", "V2": "Amazon.com, Inc.", "V3": "Juniper"})


@cache
def index(firm: int) -> VendorIndex:
    return VendorIndex(vendor_samples.firms()[firm].vendors)


def accepted(index: VendorIndex, description: str) -> str:
    best = index.best([description])[0]
    return best[0].vendor if best and index.accepts(best[0]) else ""


@pytest.mark.parametrize(("firm", "line", "vendor"), vendor_samples.meant())
def test_a_line_finds_its_vendor(firm: int, line: str, vendor: str) -> None:
    assert accepted(index(firm), line) == vendor


@pytest.mark.parametrize(("firm", "line"), vendor_samples.look_alikes())
def test_a_look_alike_finds_nobody(firm: int, line: str) -> None:
    assert not accepted(index(firm), line)


@pytest.mark.parametrize(("firm", "line", "vendor"), vendor_samples.meant())
def test_without_its_vendor_in_the_list_a_line_finds_nobody(
    firm: int, line: str, vendor: str
) -> None:
    vendors = vendor_samples.firms()[firm].vendors
    others = {key: name for key, name in vendors.items() if key != vendor}
    assert not accepted(VendorIndex(others), line)


@pytest.mark.parametrize(
    ("description", "match"),
    [
        ("AMZN MKTP US*2A3B4C5D6", VendorMatch("V2", 0.99, "known spelling")),
        ("HARBOR LIGHTS CATERING 0412", VendorMatch("V1", 0.99, "name")),
        ("HBR LGHTS CATERERS", VendorMatch("V1", 0.0, "similar spelling")),
    ],
)
def test_a_match_says_how_it_was_found(description: str, match: VendorMatch) -> None:
    best = SEVERAL.best([description])[0][0]
    assert (best.vendor, best.via) == (match.vendor, match.via)
    assert best.score >= match.score


def test_the_firms_alias_wins_over_what_everybody_knows() -> None:
    aliases = {"AMZN MKTP": "V1", "WONDER HUT": "V3", "Old Store": "gone"}
    index = VendorIndex({"V1": "Office Supplies", "V2": "Amazon", "V3": "Juniper"}, aliases)
    assert accepted(index, "AMZN MKTP US*2A3B4C5D6 AMZN.COM/BILL WA") == "V1"
    assert accepted(index, "AMAZON.COM*RT4XY12Z3") == "V2"
    assert accepted(index, "SQ *WONDER HUT LARKSPUR CA") == "V3"
    assert not accepted(index, "WONDER HUTCH")
    assert not accepted(index, "OLD STORE")


def test_a_service_goes_to_its_company_where_the_list_has_only_that() -> None:
    index = VendorIndex({"G": "Google", "A": "Amazon", "U": "Uber"})
    assert accepted(index, "GOOGLE *ADS1234567890 CC@GOOGLE.COM CA") == "G"
    assert not accepted(index, "AMAZON WEB SERVICES AWS.AMAZON.CO WA")
    assert not accepted(index, "UBER *EATS HELP.UBER.COM CA")


@pytest.mark.parametrize("name", ["Amazon.com", "AMAZON, INC.", "amazon marketplace", "Amazon"])
def test_a_list_may_write_a_known_vendor_in_many_ways(name: str) -> None:
    assert accepted(VendorIndex({"V": name}), "AMZN MKTP US*2A3B4C5D6") == "V"


def test_two_vendors_that_cannot_be_told_apart_are_left_to_a_person() -> None:
    index = VendorIndex({"V1": "Harbor Lights Catering", "V2": "Harbor Lights Catering LLC"})
    best = index.best(["HARBOR LIGHTS CATERING"])[0]
    assert {match.vendor for match in best} == {"V1", "V2"}
    assert not any(map(index.accepts, best))


def test_the_longer_name_wins_where_both_fit() -> None:
    index = VendorIndex({"V1": "Blue Lantern", "V2": "Blue Lantern Books"})
    assert accepted(index, "BLUE LANTERN BOOKS 0412") == "V2"
    assert accepted(index, "BLUE LANTERN 0412") == "V1"


@pytest.mark.parametrize(
    ("description", "vendor"),
    [
        ("SQ *JUNIPER LARKSPUR CA", "V3"),
        ("JUNIPER 0412", "V3"),
        ("JUNIPER PAYMENT", "V3"),
        ("JUNIPER LARKSPUR", ""),
        ("JUNIPER STREET GARAGE", ""),
        ("JUNIPER NETWORKS SUNNYVALE CA", ""),
        ("JUNIPER CLINIC CA", ""),
    ],
)
def test_behind_a_name_of_one_word_only_a_place_may_follow(description: str, vendor: str) -> None:
    assert accepted(SEVERAL, description) == vendor


def test_answers_come_in_the_order_of_the_questions_and_no_more_than_asked() -> None:
    lines = ["JUNIPER", "NOBODY KNOWS", "JUNIPER", "AMZN MKTP"]
    found = SEVERAL.best(lines, count=1)
    assert [[match.vendor for match in matches] for matches in found[::2]] == [["V3"], ["V3"]]
    assert found[3][0].vendor == "V2"
    assert all(len(matches) <= 1 for matches in found)


@pytest.mark.parametrize(
    ("description", "vendor"),
    [
        ("JNPR JUNIPER", "V3"),
        ("HLC HARBOR LIGHTS CATERING 0412", "V1"),
        ("OAK HARBOR LIGHTS", ""),
    ],
)
def test_a_code_before_a_name_is_passed_over(description: str, vendor: str) -> None:
    assert accepted(SEVERAL, description) == vendor


@pytest.mark.parametrize("name", ["Larkspur Credit Union", "Larkspur CU"])
@pytest.mark.parametrize("line", ["LARKSPUR CU LOAN PMT", "LARKSPUR CREDIT UNION LOAN PMT"])
def test_a_credit_union_may_be_written_by_its_initials(name: str, line: str) -> None:
    assert accepted(VendorIndex({"V": name}), line) == "V"


def test_of_two_names_of_one_company_the_one_that_the_line_has_wins() -> None:
    index = VendorIndex({"V1": "PacifiCorp", "V2": "Rocky Mountain Power"})
    assert accepted(index, "ROCKY MOUNTAIN POWER 0412") == "V2"
    assert accepted(index, "PACIFIC POWER 0412") == "V1"


def test_a_brand_goes_to_its_company_where_the_line_has_one_of_its_names() -> None:
    index = VendorIndex({"V": "IHG", "H": "Hilton"})
    assert accepted(index, "HOLIDAY INN EXPRESS BOISE ID") == "V"
    assert not accepted(index, "DOUBLETREE BOISE ID")


def test_an_empty_list_finds_nobody() -> None:
    assert VendorIndex({}).best(["AMZN MKTP", ""]) == [[], []]


@given(st.lists(st.text(max_size=30)), st.dictionaries(st.text(max_size=4), st.text(max_size=20)))
def test_any_list_and_any_lines_are_answered(lines: list[str], names: dict[str, str]) -> None:
    found = VendorIndex(names).best(lines)
    assert len(found) == len(lines)
    for matches in found:
        assert [match.score for match in matches] == sorted(
            (match.score for match in matches), reverse=True
        )
        assert all(match.vendor in names and 0 <= match.score <= 1 for match in matches)


def test_a_search_by_letters_loads_its_library_only_when_it_is_needed() -> None:
    program = (
        "import sys; from ledgersync.matching.vendors import VendorIndex; "
        "VendorIndex({'V': 'Amazon'}).best(['AMZN MKTP']); assert 'sklearn' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", program], check=True)  # noqa: S603  our own words
