"""Matching clients: by code, e-mail and name, proposed only where nothing else fits."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledgersync.domain.acs_clients import AcsClient, Matching, plain_name, propose
from ledgersync.domain.clients import Client


def acs(code: str, name: str, email: str = "", client_id: str = "") -> AcsClient:
    return AcsClient(f"acs-{code}", code, name, "", email, "", client_id)


def client(
    key: str, name: str, email: str = "", code: str = "", *, removed: bool = False
) -> Client:
    return Client(key, key, name, email, "", code, 1, removed)


def pairs(matching: Matching) -> dict[str, tuple[str, str]]:
    return {p.acs.code: (p.client.id, p.reason) for p in matching.proposals}


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("The Blue Heron Bistro, L.L.C.", "BLUE HERON BISTRO"),
        ("Juniper & Oak Pet Supply Inc.", "Juniper and Oak Pet Supply"),
        ("O'Neil's Garage Co.", "ONeils Garage"),
        ("Café Olé Ltd", "Cafe Ole"),
        ("Smith-Jones, P.C.", "Smith Jones"),
        ("Acme Company, Inc.", "acme"),
    ],
)
def test_names_are_the_same_without_forms_and_marks(one: str, other: str) -> None:
    assert plain_name(one) == plain_name(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Pine Street Dental", "Pine Street Dental Lab"),
        ("The Company", "The Corporation"),
        ("Delta Air", "Delta Dental"),
        ("Smith & Sons", "Smith"),
    ],
)
def test_other_names_stay_others(one: str, other: str) -> None:
    assert plain_name(one) != plain_name(other)


@given(st.text("theinclo &.,'", max_size=30))
def test_a_name_with_letters_never_becomes_nothing(name: str) -> None:
    assert bool(plain_name(name)) == any(sign.isalnum() or sign == "&" for sign in name)


def test_code_goes_before_email_and_email_before_name() -> None:
    found = propose(
        [
            acs("HERON", "Something Else"),
            acs("OAK", "Juniper & Oak", "books@oak.example"),
            acs("PINE", "The Pine Inc"),
        ],
        [
            client("c1", "Blue Heron", code="heron"),
            client("c2", "Juniper Pets", "Books@Oak.example"),
            client("c3", "Pine"),
        ],
    )
    assert pairs(found) == {
        "HERON": ("c1", "has this code already"),
        "OAK": ("c2", "same e-mail address"),
        "PINE": ("c3", "same name"),
    }


def test_a_bookkeepers_address_on_many_clients_is_told_apart_by_name() -> None:
    address = "office@books.example"
    found = propose(
        [acs("A", "Ash LLC", address), acs("B", "Birch", address)],
        [client("c1", "Ash", address), client("c2", "Birch Inc", address)],
    )
    assert pairs(found) == {
        "A": ("c1", "same e-mail address and name"),
        "B": ("c2", "same e-mail address and name"),
    }


def test_people_listed_by_their_last_name_are_proposed() -> None:
    found = propose(
        [acs("H", "Hale, Nora & Tom"), acs("B", "Bay Coffee")],
        [client("h", "Nora and Tom Hale"), client("b", "Coffee Bay"), client("b2", "Bay, Coffee")],
    )
    assert pairs(found) == {
        "H": ("h", "same name in another order"),
        "B": ("b2", "same name"),
    }


def test_what_fits_more_than_one_is_listed_to_choose() -> None:
    found = propose(
        [acs("A", "Ash"), acs("B1", "Birch"), acs("B2", "Birch Inc"), acs("C", "Cedar", "e@x")],
        [
            client("a1", "Ash LLC"),
            client("a2", "Ash Corp"),
            client("b", "Birch"),
            client("c1", "Cedar"),
            client("c2", "Elm", "E@X"),
        ],
    )
    assert found.proposals == ()
    assert [(c.acs.code, [one.id for one in c.clients]) for c in found.choices] == [
        ("A", ["a1", "a2"]),
        ("B1", ["b"]),
        ("B2", ["b"]),
        ("C", ["c2", "c1"]),
    ]
    assert found.choices[-1].reason == "e-mail address and name fit different clients"


def test_who_is_matched_or_gone_is_left_out_and_who_fits_nobody_is_said() -> None:
    found = propose(
        [acs("A", "Ash", client_id="a"), acs("A2", "Ash"), acs("G", "Gone"), acs("N", "")],
        [client("a", "Ash"), client("g", "Gone", removed=True), client("n", "")],
    )
    assert (found.proposals, found.choices) == ((), ())
    assert [one.code for one in found.alone] == ["A2", "G", "N"]
