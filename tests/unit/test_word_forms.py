"""Forms of words: what banks make of a company's name, and what is another name."""

import pytest

from ledgersync.matching.word_forms import abbreviates, cut_words, spelt_out, variants


def test_a_name_has_each_form_of_its_later_words_and_not_itself() -> None:
    found = set(variants("OAK RIVER ENERGY"))
    assert found == {"OAK RIVER ENRGY", "OAK RIVER ENGY"}


def test_the_first_word_stays_as_it_is() -> None:
    assert list(variants("NATIONAL FRAMES")) == []


def test_of_may_be_left_out_between_words_but_stays_at_the_end() -> None:
    assert "ALASKA DEPT REV" in set(variants("ALASKA DEPT OF REV"))
    assert list(variants("BAKERS OF")) == []


def test_words_that_a_line_cut_keep_two_thirds_and_four_letters() -> None:
    assert cut_words(["PAYMENT", "FUEL"]) == {"PAYME", "PAYMEN"}


def test_initials_of_a_credit_union_are_spelt_out() -> None:
    assert spelt_out(["SUNRISE", "FCU"]) == ["SUNRISE", "FEDERAL", "CREDIT", "UNION"]
    assert spelt_out(["SUNRISE", "CREDIT", "UNION"]) == ["SUNRISE", "CREDIT", "UNION"]


@pytest.mark.parametrize(
    ("code", "name"),
    [
        ("OPC", "OREGON POWER"),
        ("OP", "OREGON POWER"),
        ("HRBR", "HARBOR LIGHTS"),
    ],
)
def test_a_code_announces_the_name_behind_it(code: str, name: str) -> None:
    assert abbreviates(code, name.split())


@pytest.mark.parametrize(
    ("code", "name"),
    [
        ("BLUE", "LANTERN BOOKS"),
        ("OAK", "OAK RIVER"),
        ("HARBO", "HARBOR LIGHTS"),
        ("H", "HARBOR LIGHTS"),
        ("H2R", "HARBOR LIGHTS"),
        ("OP", ""),
    ],
)
def test_other_words_announce_nothing(code: str, name: str) -> None:
    assert not abbreviates(code, name.split())
