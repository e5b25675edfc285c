"""Signing in: who is bound to an invitation, who is turned away, and when a sign-in is over."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
import time_machine

from ledgersync import clock
from ledgersync.config import Mode
from ledgersync.domain.actors import Actor, Role
from ledgersync.domain.people import Standing
from ledgersync.errors import DatabaseUnavailable, NotPermitted, SignedOut, SignInRefused
from ledgersync.services import people, refused_sign_ins, reviewing, saved_views, signing_in
from ledgersync.services.workspace import Workspace, command_actor
from ledgersync.storage import audit
from ledgersync.storage.audit import AuditEntry
from tests.conftest import OpenAt
from tests.faults.faulty_databases import impatient, locked
from tests.services.company import claims

DANA = "dana@firm.com"


@pytest.fixture
def hosted(open_at: OpenAt) -> Workspace:
    opened = open_at("http://127.0.0.1:9", mode=Mode.HOSTED)
    people.invite(command_actor(opened), opened, DANA, all_clients=True)
    return opened


@pytest.fixture
def time() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(clock.now(), tick=False) as travelling:
        yield travelling


def work(actor: Actor, workspace: Workspace) -> None:
    reviewing.list_clients(actor, workspace)


def test_an_invitation_is_taken_up_once_and_then_the_address_means_nothing(
    hosted: Workspace,
) -> None:
    dana = signing_in.welcome(hosted, claims(DANA))
    assert dana.name == "Dana"
    moved = signing_in.welcome(hosted, claims(DANA) | {"email": "new@firm.com"})
    assert moved.user_id == dana.user_id
    with pytest.raises(SignInRefused, match="signs in with another account"):
        signing_in.welcome(hosted, claims(DANA, sub="somebody else"))
    with pytest.raises(SignInRefused):  # the same subject of another company
        signing_in.welcome(hosted, claims(DANA, iss="https://evil.example"))


def test_another_account_of_a_person_is_theirs_once_an_administrator_invited_them_again(
    hosted: Workspace,
) -> None:
    early = claims(DANA, iat=int(clock.now().timestamp()) - 30)
    dana = signing_in.welcome(hosted, early)
    moved = {"iss": "https://login.new.example", "sub": "another subject"}
    with pytest.raises(SignInRefused, match="ask your administrator") as refused:
        signing_in.welcome(hosted, claims(DANA, **moved))
    assert "belongs to somebody here who signs in with another account" in str(refused.value)
    with pytest.raises(SignInRefused, match="does not confirm"):  # tells strangers nothing
        signing_in.welcome(hosted, claims(DANA, **moved, email_verified=False))
    admin = command_actor(hosted)
    again = people.invite_again(admin, hosted, dana.user_id)
    assert again.standing is Standing.INVITED
    with pytest.raises(SignedOut):  # the cookie from before takes nothing up
        signing_in.welcome(hosted, early)
    back = signing_in.welcome(hosted, claims(DANA, **moved))
    assert back.user_id == dana.user_id
    work(back, hosted)
    with pytest.raises(SignInRefused, match="another account"):
        signing_in.welcome(hosted, claims(DANA))
    with hosted.database.reading() as tx:
        [noted] = [one for one in audit.latest(tx, 20) if one.action == "invite again"]
    assert (noted.user_name, noted.subject_id) == (admin.name, dana.user_id)
    assert "subject of dana" in noted.detail


UNVERIFIED: list[dict[str, Any]] = [
    {"email_verified": False},
    {"email_verified": "false"},
    {"email_verified": None},
    {"email_verified": None, "xms_edov": True},
    {"email_verified": 2},
]


@pytest.mark.parametrize("said", UNVERIFIED)
@pytest.mark.parametrize("backend", ["sqlite"], indirect=True)
def test_an_address_that_nobody_vouches_for_binds_nobody(
    hosted: Workspace, said: dict[str, Any]
) -> None:
    with pytest.raises(SignInRefused, match="does not confirm"):
        signing_in.welcome(hosted, claims(DANA, **said))
    signing_in.welcome(hosted, claims(DANA))  # the invitation still waits


@pytest.mark.parametrize("said", [{"xms_edov": True}, {"xms_edov": "1"}, {}])
@pytest.mark.parametrize("backend", ["sqlite"], indirect=True)
def test_microsoft_vouches_with_a_claim_of_its_own(hosted: Workspace, said: dict[str, Any]) -> None:
    token = {**claims(DANA), **said}
    del token["email_verified"]
    if not said:
        with pytest.raises(SignInRefused):
            signing_in.welcome(hosted, token)
        return
    assert signing_in.welcome(hosted, token).name == "Dana"


@pytest.mark.parametrize(
    "broken",
    [{"iss": ""}, {"sub": None}, {"iat": None}, {"iat": True}, {"iat": "today"}, {"iat": 1e300}],
)
@pytest.mark.parametrize("backend", ["sqlite"], indirect=True)
def test_claims_that_say_too_little_are_refused_in_words(
    hosted: Workspace, broken: dict[str, Any]
) -> None:
    with pytest.raises(NotPermitted) as refused:
        signing_in.welcome(hosted, claims(DANA, **broken))
    assert refused.value.next_step


def test_signs_that_no_database_or_terminal_should_meet_are_no_part_of_a_name_or_an_address(
    hosted: Workspace,
) -> None:
    for email in ("dana\x00@firm.com", "\u200bdana@firm.com", "dana@firm.com\ud800"):
        with pytest.raises(SignInRefused, match="Nobody has invited you"):
            signing_in.welcome(hosted, claims(email, sub="s1"))
    with pytest.raises(SignInRefused, match="did not say who you are"):
        signing_in.welcome(hosted, claims("dana@firm.com", sub="s\x001"))
    named = claims(DANA, name="Dana\x00\x1b White\u202e \ud800")
    assert signing_in.welcome(hosted, named).name == "Dana White"


def test_a_letter_that_only_looks_small_is_another_address(hosted: Workspace) -> None:
    people.invite(command_actor(hosted), hosted, "kim@firm.com")
    with pytest.raises(SignInRefused, match="Nobody has invited"):
        signing_in.welcome(hosted, claims("\u212aim@firm.com"))  # KELVIN SIGN


def test_a_disabled_person_is_refused_at_the_next_click_and_back_only_by_a_new_sign_in(
    hosted: Workspace,
) -> None:
    first = claims(DANA, iat=int(clock.now().timestamp()) - 30)
    dana = signing_in.welcome(hosted, first)
    admin = command_actor(hosted)
    people.disable(admin, hosted, dana.user_id)
    with pytest.raises(NotPermitted, match="Dana may not"):
        work(dana, hosted)
    with pytest.raises(SignInRefused, match="turned off"):
        signing_in.welcome(hosted, claims(DANA))
    people.enable(admin, hosted, dana.user_id)
    with pytest.raises(SignedOut):
        work(dana, hosted)
    with pytest.raises(SignedOut):
        signing_in.welcome(hosted, first)
    work(signing_in.welcome(hosted, claims(DANA)), hosted)


def test_signing_out_ends_this_cookie_and_everywhere_ends_all(hosted: Workspace) -> None:
    at_work, at_home = claims(DANA), claims(DANA)
    here, there = signing_in.welcome(hosted, at_work), signing_in.welcome(hosted, at_home)
    signing_in.sign_out(hosted, here)
    with pytest.raises(SignedOut, match="You have signed out"):
        signing_in.welcome(hosted, at_work)  # a copy of the cookie
    with pytest.raises(SignedOut):
        work(here, hosted)
    work(there, hosted)
    assert people.sign_me_out_everywhere(there, hosted) == 1
    with pytest.raises(SignedOut):
        work(there, hosted)
    stolen = claims(DANA, iat=int(clock.now().timestamp()) - 5)  # never used here so far
    with pytest.raises(SignedOut, match="everywhere"):
        signing_in.welcome(hosted, stolen)


def test_whoever_is_turned_away_is_on_record_once_an_hour(
    hosted: Workspace, time: time_machine.Traveller
) -> None:
    token, stranger = claims(DANA), claims("eve@firm.com")
    dana = signing_in.welcome(hosted, token)
    for _ in range(3):
        with pytest.raises(SignInRefused):
            signing_in.welcome(hosted, stranger)
    signing_in.sign_out(hosted, dana)
    for again in (lambda: work(dana, hosted), lambda: signing_in.welcome(hosted, token)):
        with pytest.raises(SignedOut):
            again()
    assert [(e.user_name, e.subject) for e in _refusals(hosted)] == [
        ("Dana", "sign-in"),
        ("", "sign-in"),
    ]
    words = _refusals(hosted)[1].detail
    assert "Nobody has invited eve@firm.com" in words
    assert "subject of eve" in words
    time.shift(timedelta(hours=1))
    with pytest.raises(SignInRefused):
        signing_in.welcome(hosted, stranger)
    assert len(_refusals(hosted)) == 3


def test_strangers_by_the_hundred_do_not_fill_the_trail(
    hosted: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(refused_sign_ins, "_MOST", 3)
    for number in range(5):
        with pytest.raises(SignInRefused):
            signing_in.welcome(hosted, claims(f"stranger{number}@firm.com"))
    assert len(_refusals(hosted)) == 3


def _refusals(hosted: Workspace) -> list[AuditEntry]:
    with hosted.database.reading() as tx:
        return [entry for entry in audit.latest(tx, 100) if entry.action == "refused"]


def test_a_sign_in_ends_without_clicks_and_after_its_time(
    hosted: Workspace, time: time_machine.Traveller
) -> None:
    token = claims(DANA)
    dana = signing_in.welcome(hosted, token)
    for _ in range(12):
        time.shift(timedelta(minutes=55))
        signing_in.welcome(hosted, token)
        work(dana, hosted)
    time.shift(timedelta(minutes=61))
    with pytest.raises(SignedOut, match="12 hours"):
        work(dana, hosted)
    token = claims(DANA)
    dana = signing_in.welcome(hosted, token)
    time.shift(timedelta(minutes=60))
    for again in (lambda: work(dana, hosted), lambda: signing_in.welcome(hosted, token)):
        with pytest.raises(SignedOut, match="60 minutes without a click"):
            again()


def test_a_saved_change_keeps_it_open_and_a_page_that_looks_again_does_not(
    hosted: Workspace, time: time_machine.Traveller
) -> None:
    dana = signing_in.welcome(hosted, claims(DANA))
    time.shift(timedelta(minutes=50))
    saved_views.save_view(dana, hosted, "Large", "search=%3E500")
    time.shift(timedelta(minutes=50))
    work(dana, hosted)
    time.shift(timedelta(minutes=15))
    with pytest.raises(SignedOut):
        work(dana, hosted)


def test_a_sign_in_of_somebody_else_is_none(hosted: Workspace) -> None:
    people.invite(command_actor(hosted), hosted, "ann@firm.com", role=Role.ADMIN)
    ann = signing_in.welcome(hosted, claims("ann@firm.com"))
    dana = signing_in.welcome(hosted, claims(DANA))
    for wrong in (dana.sign_in_id, "made up"):
        with pytest.raises(SignedOut, match="not signed in"):
            work(Actor(ann.user_id, ann.name, wrong), hosted)


def test_a_database_that_takes_nothing_keeps_nobody_from_reading(
    hosted: Workspace, time: time_machine.Traveller
) -> None:
    token = claims(DANA)
    dana = signing_in.welcome(hosted, token)
    hasty = impatient(hosted)
    time.shift(timedelta(minutes=5))
    with locked(hosted):
        work(signing_in.welcome(hasty, token), hasty)
        with pytest.raises(DatabaseUnavailable):
            signing_in.welcome(hasty, claims(DANA))
        time.shift(timedelta(hours=1))
        with pytest.raises(SignedOut):
            signing_in.welcome(hasty, token)
    hasty.database.close()
    assert signing_in.welcome(hosted, claims(DANA)).user_id == dana.user_id
