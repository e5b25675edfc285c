"""Sharing: staff load with a connection that an administrator shared, and see nothing of it."""

import pytest
from pydantic import SecretStr

from ledgersync.domain.actors import Role
from ledgersync.domain.connections import ConnectionState
from ledgersync.errors import InvalidInput, NotFound, NotPermitted, PeopleChanged
from ledgersync.services import connecting, connection_sharing, syncing
from ledgersync.storage import users
from tests.services.conftest import Office
from tests.services.scripted_ledgersync import PASSWORD


def test_without_a_share_staff_are_told_in_words(office: Office) -> None:
    office.connect()
    dana = office.hire("Dana")
    assert connecting.connection_state(dana, office.workspace).state is (
        ConnectionState.NOT_CONNECTED
    )
    with pytest.raises(InvalidInput, match="none is shared with you") as told:
        syncing.sync_clients(dana, office.workspace)
    assert "Ask your administrator to share one" in told.value.next_step


@pytest.mark.parametrize("everybody", [True, False], ids=["everybody", "named"])
def test_a_shared_connection_loads_and_shows_nothing_of_itself(
    office: Office, *, everybody: bool
) -> None:
    office.connect()
    dana, kim = office.hire("Dana"), office.hire("Kim")
    named = [] if everybody else [dana.user_id]
    connection_sharing.share_connection(office.admin, office.workspace, named, everybody=everybody)
    syncing.sync_clients(dana, office.workspace)
    seen = connecting.connection_state(dana, office.workspace)
    assert seen.state is ConnectionState.CONNECTED
    assert (seen.masked_email, seen.owner_name, seen.may_change) == ("", "", False)
    assert office.state().checked_by == "Dana"
    with pytest.raises(InvalidInput, match="No LedgerSync log-in is stored"):
        connecting.test_again(dana, office.workspace)
    connecting.disconnect(dana, office.workspace)  # of one's own, which is none
    assert office.state().state is ConnectionState.CONNECTED
    others = connecting.connection_state(kim, office.workspace).state
    assert others is (ConnectionState.CONNECTED if everybody else ConnectionState.NOT_CONNECTED)


def test_administrators_share_one_connection_and_staff_may_not(office: Office) -> None:
    office.connect()
    ann, dana = office.hire("Ann", Role.ADMIN), office.hire("Dana")
    seen = connecting.connection_state(ann, office.workspace)
    assert seen.masked_email
    assert (seen.owner_name, seen.may_change) == (office.admin.name, True)
    with pytest.raises(NotPermitted):
        connection_sharing.share_connection(dana, office.workspace, [dana.user_id])
    with pytest.raises(NotFound):
        connection_sharing.share_connection(ann, office.workspace, ["nobody"])
    connection_sharing.share_connection(ann, office.workspace, [dana.user_id])
    entry = office.audit()[0]
    assert (entry.action, entry.user_name) == ("share", "Ann")
    connecting.disconnect(ann, office.workspace)
    assert office.state().state is ConnectionState.NOT_CONNECTED
    assert connection_sharing.sharing(office.admin, office.workspace) is None
    office.connect()
    again = connection_sharing.sharing(office.admin, office.workspace)
    assert again == connection_sharing.Sharing()  # a new log-in is shared with nobody


def test_what_a_colleague_shared_meanwhile_is_not_overwritten(office: Office) -> None:
    office.connect()
    ann, dana, kim = office.hire("Ann", Role.ADMIN), office.hire("Dana"), office.hire("Kim")
    seen = connection_sharing.sharing(ann, office.workspace)
    assert seen is not None
    connection_sharing.share_connection(office.admin, office.workspace, [dana.user_id], seen=seen)
    with pytest.raises(PeopleChanged, match=rf"{office.admin.name} shared this .* with Dana in"):
        connection_sharing.share_connection(ann, office.workspace, [kim.user_id], seen=seen)
    now = connection_sharing.sharing(ann, office.workspace)
    assert now == connection_sharing.Sharing(user_ids=frozenset({dana.user_id}))
    connection_sharing.share_connection(ann, office.workspace, [kim.user_id], seen=now)
    after = connection_sharing.sharing(ann, office.workspace)
    assert after == connection_sharing.Sharing(user_ids=frozenset({kim.user_id}))


def test_ones_own_log_in_goes_first(office: Office) -> None:
    office.connect()
    dana = office.hire("Dana")
    connection_sharing.share_connection(office.admin, office.workspace, [], everybody=True)
    office_of_dana = Office(office.workspace, dana, office.feed, office.server)
    assert office_of_dana.connect(email="dana@firm.com").masked_email == "d***@firm.com"
    assert office.state().masked_email == "b***@northgate-cpa.example"


def _office_of(office: Office, name: str, role: Role = Role.STAFF) -> Office:
    return Office(office.workspace, office.hire(name, role), office.feed, office.server)


def test_nobody_loads_with_the_log_in_of_somebody_whose_access_is_turned_off(
    office: Office,
) -> None:
    ann, kim = _office_of(office, "Ann", Role.ADMIN), office.hire("Kim")
    ann.connect(email="ann@firm.com")
    connection_sharing.share_connection(ann.admin, office.workspace, [], everybody=True)
    syncing.sync_clients(kim, office.workspace)
    with office.workspace.database.writing() as tx:
        users.change_user(tx, ann.admin.user_id, disabled=True)
    with pytest.raises(InvalidInput, match="none is shared with you"):
        syncing.sync_clients(kim, office.workspace)
    with pytest.raises(InvalidInput, match="not connected"):
        syncing.sync_clients(office.admin, office.workspace)
    told = office.state()
    assert (told.state, told.masked_email) == (ConnectionState.NOT_CONNECTED, "")
    assert "log-in of Ann is not used any more, because their access is turned off" in told.sentence
    seen = connecting.connection_state(kim, office.workspace)
    assert "Ann" not in f"{seen.sentence} {seen.owner_name}"
    office.connect()
    assert office.state().sentence == ""
    connecting.disconnect(office.admin, office.workspace)
    assert "Ann" in office.state().sentence
    with office.workspace.database.writing() as tx:
        users.change_user(tx, ann.admin.user_id, disabled=False)
    syncing.sync_clients(kim, office.workspace)


def test_an_administrators_own_log_in_leaves_a_colleagues_as_it_is(office: Office) -> None:
    dana = _office_of(office, "Dana")
    dana.connect(email="dana@firm.com")
    assert office.state().owner_name == "Dana"
    assert office.connect().masked_email == "b***@northgate-cpa.example"
    assert office.state().owner_name == ""
    hers = dana.state()
    assert (hers.masked_email, hers.owner_id) == ("d***@firm.com", "dana")
    assert hers.checked_by == "Dana"


@pytest.mark.parametrize("refused", ["password", "no clients"])
def test_a_log_in_that_does_not_work_is_told_beside_the_one_in_use(
    office: Office, refused: str
) -> None:
    dana = _office_of(office, "Dana")
    dana.connect(email="dana@firm.com")
    if refused == "password":
        told = office.connect("wrong")
    else:
        office.feed.clients.clear()
        told = office.connect()
    assert (told.state, told.owner_name) == (ConnectionState.CONNECTED, "Dana")
    words = {
        "password": "did not accept this",
        "no clients": "lists no clients yet",
    }[refused]
    assert words in told.attempt_sentence
    assert dana.state().attempt_sentence == ""
    connecting.disconnect(dana.admin, office.workspace)
    own = office.state()
    assert (own.state, own.masked_email) == (ConnectionState.FAILED, "")
    assert words in own.sentence


def test_a_colleagues_log_in_is_changed_by_choice_and_stays_the_one_that_was_chosen(
    office: Office,
) -> None:
    dana, kim = _office_of(office, "Dana"), _office_of(office, "Kim")
    dana.connect(email="dana@firm.com")
    shown = office.state().owner_id
    kim.connect(email="kim@firm.com")  # the one that was checked last is now another
    assert office.state().owner_name == "Kim"
    connecting.update_password(office.admin, office.workspace, SecretStr(PASSWORD), shown)
    assert connecting.test_again(office.admin, office.workspace, shown).checked_by
    assert office.state().owner_name == "Dana"
    kim.connect(email="kim@firm.com")
    connection_sharing.share_connection(
        office.admin, office.workspace, ["kim"], everybody=True, shown=shown
    )
    assert connection_sharing.sharing(office.admin, office.workspace, shown) == (
        connection_sharing.Sharing(everybody=True, user_ids=frozenset({"kim"}))
    )
    connecting.disconnect(office.admin, office.workspace, shown)
    assert dana.state().state is ConnectionState.NOT_CONNECTED
    assert kim.state().masked_email == "k***@firm.com"
    connecting.disconnect(dana.admin, office.workspace, "kim")  # staff have their own alone
    assert kim.state().state is ConnectionState.CONNECTED
