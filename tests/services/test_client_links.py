"""Matching clients of Accounting CS: proposed on looking, made by a person, taken back whole."""

import pytest

from ledgersync.errors import InvalidInput, NotFound
from ledgersync.services import client_matching, client_records, firm_lists
from ledgersync.services.client_matching import MatchingList
from ledgersync.services.firm_lists import ListKind
from tests.services.conftest import Office
from tests.services.scripted_ledgersync import ScriptedLedgerSync


@pytest.fixture
def feed() -> ScriptedLedgerSync:
    return ScriptedLedgerSync(clients={"C1": ["A1"], "C2": ["A2"]}, rows={"A1": [], "A2": []})


@pytest.fixture
def listed(office: Office) -> Office:
    """Both clients in Accounting CS, one under a name of its own."""
    office.sync()
    one, _ = office.clients()
    take_in(office, f"Client Code,Client Name\nONE,The {one.name} LLC\nOTHER,Nobody alike\n")
    return office


def take_in(office: Office, text: str) -> None:
    preview = firm_lists.preview_list(
        office.admin, office.workspace, ListKind.CLIENTS, "", "clients.csv", text.encode()
    )
    assert firm_lists.confirm_list(office.admin, office.workspace, preview).applied


def look(office: Office) -> MatchingList:
    return client_matching.matching_list(office.admin, office.workspace)


def codes(office: Office) -> list[str]:
    return [client.acs_code for client in office.clients()]


def test_looking_proposes_and_matches_nothing(listed: Office) -> None:
    found = look(listed)
    assert [(p.acs.code, p.reason) for p in found.matching.proposals] == [("ONE", "same name")]
    assert [acs.code for acs in found.matching.alone] == ["OTHER"]
    assert len(found.open_clients) == 2
    assert (found.links, codes(listed)) == ((), ["", ""])


def test_confirming_sets_the_code_and_can_be_taken_back(listed: Office) -> None:
    one = listed.clients()[0]
    client_records.set_acs_code(listed.admin, listed.workspace, one.id, "OLD")
    [proposal] = look(listed).matching.proposals
    pair = (proposal.acs.id, proposal.client.id)
    links = client_matching.link_clients(listed.admin, listed.workspace, [pair])
    assert codes(listed) == ["ONE", ""]
    assert listed.audit()[0].action == "match"
    assert '["OLD", "ONE"]' in listed.audit()[0].detail
    assert client_matching.link_clients(listed.admin, listed.workspace, [pair]) == ()
    found = look(listed)
    assert [link.client.id for link in found.links] == [one.id]
    assert [client.id for client in found.open_clients] == [listed.clients()[1].id]
    assert client_matching.unlink_clients(listed.admin, listed.workspace, links) == 1
    assert codes(listed) == ["OLD", ""]
    assert client_matching.unlink_clients(listed.admin, listed.workspace, links) == 0
    assert listed.audit()[0].action == "unmatch"


def test_taking_a_match_back_later_clears_the_code_but_not_a_newer_one(listed: Office) -> None:
    [proposal] = look(listed).matching.proposals
    pair = (proposal.acs.id, proposal.client.id)
    client_matching.link_clients(listed.admin, listed.workspace, [pair])
    client_matching.unlink_clients(listed.admin, listed.workspace, look(listed).links)
    assert codes(listed) == ["", ""]
    client_matching.link_clients(listed.admin, listed.workspace, [pair])
    client_records.set_acs_code(listed.admin, listed.workspace, proposal.client.id, "NEWER")
    client_matching.unlink_clients(listed.admin, listed.workspace, look(listed).links)
    assert codes(listed) == ["NEWER", ""]


def test_one_client_is_matched_once_and_a_wrong_pair_undoes_all(listed: Office) -> None:
    one, two = listed.clients()
    found = look(listed).matching
    named, other = found.proposals[0].acs, found.alone[0]
    link = client_matching.link_clients
    with pytest.raises(InvalidInput, match="is matched with The"):
        link(listed.admin, listed.workspace, [(named.id, one.id), (other.id, one.id)])
    assert codes(listed) == ["", ""]
    link(listed.admin, listed.workspace, [(named.id, one.id)])
    with pytest.raises(InvalidInput, match=r"\(ONE\) is matched with another client"):
        link(listed.admin, listed.workspace, [(named.id, two.id)])
    with pytest.raises(NotFound):
        link(listed.admin, listed.workspace, [("nobody", two.id)])
    with pytest.raises(NotFound):
        link(listed.admin, listed.workspace, [(other.id, "nobody")])


def test_a_matched_client_follows_its_code_in_a_newer_list(listed: Office) -> None:
    [proposal] = look(listed).matching.proposals
    pair = (proposal.acs.id, proposal.client.id)
    client_matching.link_clients(listed.admin, listed.workspace, [pair])
    take_in(listed, "Client Code,Client Name\none,Another name\n")
    assert codes(listed) == ["one", ""]
    assert [link.acs.name for link in look(listed).links] == ["Another name"]
