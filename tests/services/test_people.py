"""People: invited once, changed by administrators alone, and never left without one."""

import json
import threading

import pytest

from ledgersync import cli
from ledgersync.config import Mode
from ledgersync.domain.actors import Actor, Role
from ledgersync.domain.clients import FeedClient
from ledgersync.domain.people import Person, Standing
from ledgersync.errors import InvalidInput, LedgerSyncError, NotFound, PeopleChanged, SignInRefused
from ledgersync.services import people, signing_in
from ledgersync.services.workspace import Workspace, command_actor
from ledgersync.storage import audit, clients
from tests.conftest import OpenAt
from tests.services.company import claims


@pytest.fixture
def hosted(open_at: OpenAt) -> Workspace:
    """A firm at a URL: nobody has signed in yet, and the server's administrator has a terminal."""
    return open_at("http://127.0.0.1:9", mode=Mode.HOSTED)


def invited(workspace: Workspace, email: str, role: Role = Role.STAFF) -> Person:
    return people.invite(command_actor(workspace), workspace, email, role=role)


def joined(workspace: Workspace, email: str, role: Role = Role.STAFF) -> Actor:
    invited(workspace, email, role)
    return signing_in.welcome(workspace, claims(email))


def person(workspace: Workspace, email: str) -> Person:
    everybody = people.list_people(command_actor(workspace), workspace)
    return next(one for one in everybody if one.email == email)


def test_an_address_is_invited_once_however_it_is_written(hosted: Workspace) -> None:
    made = invited(hosted, " Dana@Firm.com ")
    assert (made.email, made.role, made.standing) == ("dana@firm.com", Role.STAFF, Standing.INVITED)
    assert not made.sees_all
    with pytest.raises(InvalidInput, match="was invited already"):
        invited(hosted, "DANA@firm.com")
    for wrong in ("", "dana", "@firm.com", "dana@firm"):
        with pytest.raises(InvalidInput):
            invited(hosted, wrong)


@pytest.mark.parametrize(
    "wrong",
    [
        "dana@firm.com;bob@firm.com",
        "dana@firm.com,",
        "<dana@firm.com>",
        "mailto:dana@firm.com",
        "dana@bob@firm.com",
        "dana@.com",
        "dana@firm..com",
        "dana@firm.com.",
        "dana@fi\u200brm.com",
    ],
)
def test_what_is_not_one_address_is_refused_for_nobody_could_take_it_up(
    hosted: Workspace, wrong: str
) -> None:
    with pytest.raises(InvalidInput, match="is not one e-mail address"):
        invited(hosted, wrong)
    assert invited(hosted, "o'neil+books@müller-söhne.firm.com").standing is Standing.INVITED


def test_the_last_administrator_stays_one(hosted: Workspace) -> None:
    ann = joined(hosted, "ann@firm.com", Role.ADMIN)
    invited(hosted, "bob@firm.com", Role.ADMIN)  # has never signed in: nobody to rely on
    with pytest.raises(InvalidInput, match="only administrator"):
        people.disable(ann, hosted, ann.user_id)
    with pytest.raises(InvalidInput, match="only administrator"):
        people.change_role(ann, hosted, ann.user_id, Role.STAFF)
    signing_in.welcome(hosted, claims("bob@firm.com"))
    assert people.change_role(ann, hosted, ann.user_id, Role.STAFF).role is Role.STAFF


def test_of_two_who_demote_each_other_one_stays(hosted: Workspace) -> None:
    both = [joined(hosted, f"{name}@firm.com", Role.ADMIN) for name in ("ann", "bob")]
    start = threading.Barrier(2)

    def demote(actor: Actor, other: Actor) -> None:
        start.wait()
        try:
            people.change_role(actor, hosted, other.user_id, Role.STAFF)
        except LedgerSyncError:
            return

    threads = [threading.Thread(target=demote, args=pair) for pair in (both, both[::-1])]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    roles = [person(hosted, f"{name}@firm.com").role for name in ("ann", "bob")]
    assert sorted(roles) == [Role.ADMIN, Role.STAFF]


def test_a_mistyped_address_of_an_open_invitation_is_corrected(hosted: Workspace) -> None:
    ann = joined(hosted, "ann@firm.com", Role.ADMIN)
    bob = invited(hosted, "bbo@firm.com")
    with pytest.raises(InvalidInput, match="Ann's address"):
        people.invite_again(ann, hosted, bob.id, "ann@firm.com")
    people.invite_again(ann, hosted, bob.id, "bob@firm.com")
    with pytest.raises(SignInRefused, match="Nobody has invited"):
        signing_in.welcome(hosted, claims("bbo@firm.com"))
    assert signing_in.welcome(hosted, claims("bob@firm.com")).user_id == bob.id


def test_the_last_administrator_is_invited_again_from_the_server_alone(hosted: Workspace) -> None:
    ann = joined(hosted, "ann@firm.com", Role.ADMIN)
    with pytest.raises(InvalidInput, match="only administrator"):
        people.invite_again(ann, hosted, ann.user_id)
    assert people.find_person(ann, hosted, "ann@firm.com").standing is Standing.ACTIVE
    people.invite_again(command_actor(hosted), hosted, ann.user_id)
    assert signing_in.welcome(hosted, claims("ann@firm.com", sub="new")).user_id == ann.user_id


def test_whoever_runs_commands_is_not_changed_in_the_app(hosted: Workspace) -> None:
    ann = joined(hosted, "ann@firm.com", Role.ADMIN)
    with pytest.raises(InvalidInput, match="runs commands on the server"):
        people.disable(ann, hosted, command_actor(hosted).user_id)
    with pytest.raises(NotFound):
        people.disable(ann, hosted, "nobody")


def test_clients_that_a_colleague_assigned_meanwhile_are_not_overwritten(
    hosted: Workspace,
) -> None:
    ann, bob = (joined(hosted, f"{name}@firm.com", Role.ADMIN) for name in ("ann", "bob"))
    with hosted.database.writing() as tx:
        both = [FeedClient(id_, name, "", "") for id_, name in (("C1", "Harbor"), ("C2", "Pine"))]
        clients.save_clients(tx, both, complete=True)
        harbor, pine = (one.id for one in clients.list_clients(tx))
    seen = invited(hosted, "dana@firm.com")
    people.assign_clients(bob, hosted, seen.id, [harbor], seen=seen)
    with pytest.raises(PeopleChanged, match=r"Bob changed the clients of dana.*to Harbor;"):
        people.assign_clients(ann, hosted, seen.id, [pine], seen=seen)
    now = person(hosted, "dana@firm.com")
    assert now.client_ids == {harbor}
    people.assign_clients(ann, hosted, seen.id, [harbor], seen=seen)  # what is so already
    after = people.assign_clients(ann, hosted, seen.id, [pine], seen=now)
    assert after.client_ids == {pine}


def test_every_change_is_in_the_audit_trail(hosted: Workspace) -> None:
    ann, dana = joined(hosted, "ann@firm.com", Role.ADMIN), joined(hosted, "dana@firm.com")
    for _ in range(2):  # asking for what is so already changes nothing
        people.assign_clients(ann, hosted, dana.user_id, [], all_clients=True)
        people.disable(ann, hosted, dana.user_id)
    people.enable(ann, hosted, dana.user_id)
    with hosted.database.reading() as tx:
        found = [
            (one.action, one.user_name, json.loads(one.detail))
            for one in audit.latest(tx, 50)
            if one.subject_id == dana.user_id
        ]
    assert [(action, by) for action, by, _ in reversed(found)] == [
        ("invite", command_actor(hosted).name),
        ("take up invitation", "Dana"),
        ("sign in", "Dana"),
        ("assign", "Ann"),
        ("disable", "Ann"),
        ("enable", "Ann"),
    ]
    assert found[2][2]["all_clients"] == [False, True]


def test_the_command_invites_lists_and_turns_off(
    hosted: Workspace, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("ledgersync.commands.opening.open_books", lambda _: hosted)
    assert cli.main(["users", "invite", "ann@firm.com", "--admin", "--name", "Ann Lee"]) == 0
    assert "as an administrator" in capsys.readouterr().out
    assert cli.main(["users", "list", "--json"]) == 0
    [ann] = [one for one in json.loads(capsys.readouterr().out) if one["email"]]
    assert (ann["name"], ann["role"], ann["standing"]) == ("Ann Lee", "admin", "invited")
    assert cli.main(["users", "disable", "ANN@firm.com"]) == 0
    assert person(hosted, "ann@firm.com").standing is Standing.DISABLED
    assert cli.main(["users", "enable", ann["id"]]) == 0
    assert cli.main(["users", "list"]) == 0
    assert "Ann Lee" in capsys.readouterr().out
    assert cli.main(["users", "disable", "nobody@firm.com"]) == 1
    assert "nobody@firm.com" in capsys.readouterr().err
    again = ["users", "invite", "ann@firm.com", "--again"]
    assert cli.main([*again, "--new-email", "ann@new.firm.com"]) == 0
    assert "as ann@new.firm.com" in capsys.readouterr().out
    assert person(hosted, "ann@new.firm.com").id == ann["id"]
    assert cli.main([*again, "--admin"]) == 2
    assert cli.main(["users", "invite", "ann@firm.com", "--new-email", "bob@firm.com"]) == 2
