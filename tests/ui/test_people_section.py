"""Users and roles on Settings: what an administrator does there, and who else sees of it."""

import pytest
from streamlit.testing.v1 import AppTest

from ledgersync.domain.actors import Role
from ledgersync.domain.clients import FeedClient
from ledgersync.domain.people import Person, Standing
from ledgersync.services import people, reviewing
from ledgersync.services.connection_sharing import Sharing
from ledgersync.services.workspace import Workspace, command_actor
from ledgersync.storage import clients
from ledgersync.ui.connection_sharing import nameable
from tests.ui.conftest import CLIENT, Visit
from tests.ui.pages import HOSTILE, opened, press, shown, signed_in


@pytest.fixture
def settings(visit: Visit) -> AppTest:
    return opened(visit(signed_in("ann@firm.com")), "settings")


def person(workspace: Workspace, email: str) -> Person:
    everybody = people.list_people(command_actor(workspace), workspace)
    return next(one for one in everybody if one.email == email)


def choose(app: AppTest, label: str) -> AppTest:
    box = next(box for box in app.selectbox if box.label == "Person")
    app = box.select(label).run()
    assert not app.exception
    return app


def test_an_administrator_invites_assigns_and_turns_off(
    hosted: Workspace, settings: AppTest
) -> None:
    app = settings
    next(t for t in app.text_input if t.label.startswith("E-mail")).input("bob@firm.com")
    press(app, "Invite")
    [toast] = app.toast
    assert "Invited bob" in toast.value
    bob = person(hosted, "bob@firm.com")
    assert (bob.role, bob.standing, bob.sees_all) == (Role.STAFF, Standing.INVITED, False)

    next(m for m in app.multiselect if m.label == "Assigned clients").select(CLIENT).run()
    press(app, "Save clients")
    assert len(person(hosted, "bob@firm.com").client_ids) == 1
    [grid] = [g.value for g in app.dataframe if "Sees" in g.value.columns]
    assert dict(zip(grid["E-mail"], grid["Sees"], strict=True))["bob@firm.com"] == "1 client"

    press(app, "Yes, turn access off")
    assert person(hosted, "bob@firm.com").standing is Standing.DISABLED
    assert "Access is turned off" in shown(app)
    press(app, "Turn access on")
    assert person(hosted, "bob@firm.com").standing is Standing.INVITED


def test_clients_of_the_same_name_are_told_apart(hosted: Workspace, settings: AppTest) -> None:
    with hosted.database.writing() as tx:
        both = [FeedClient(id_, CLIENT, "", "") for id_ in ("C1", "C2")]
        clients.save_clients(tx, both, complete=True)
    listed = reviewing.list_clients(command_actor(hosted), hosted)
    second = next(one.id for one in listed if one.source_id == "C2")
    app = choose(settings.run(), "dana@firm.com")
    every = next(t for t in app.toggle if str(t.key).startswith("person_clients"))
    every.set_value(False).run()
    box = next(m for m in app.multiselect if m.label == "Assigned clients")
    assert box.options == [f"{CLIENT} [C1]", f"{CLIENT} [C2]"]
    box.select(f"{CLIENT} [C2]").run()
    press(app, "Save clients")
    assert person(hosted, "dana@firm.com").client_ids == {second}


@pytest.mark.parametrize(("way", "kept"), [("Keep theirs", "C1"), ("Use mine", "C2")])
def test_of_two_who_assign_clients_the_later_reads_it_and_chooses(
    hosted: Workspace, settings: AppTest, way: str, kept: str
) -> None:
    with hosted.database.writing() as tx:
        both = [FeedClient("C1", CLIENT, "", ""), FeedClient("C2", "Pine", "", "")]
        clients.save_clients(tx, both, complete=True)
        ids = {one.source_id: one.id for one in clients.list_clients(tx)}
    admin, dana = command_actor(hosted), person(hosted, "dana@firm.com")
    people.assign_clients(admin, hosted, dana.id, [])
    app = choose(settings.run(), "dana@firm.com")
    next(m for m in app.multiselect if m.label == "Assigned clients").select("Pine").run()
    people.assign_clients(admin, hosted, dana.id, [ids["C1"]])
    save = next(button for button in app.button if button.label == "Save clients")
    save.click().run()
    assert f"{admin.name} changed the clients of dana" in shown(app)
    assert "You had chosen Pine." in shown(app)
    assert person(hosted, "dana@firm.com").client_ids == {ids["C1"]}
    press(app, way)
    assert person(hosted, "dana@firm.com").client_ids == {ids[kept]}
    assert way not in [button.label for button in app.button]


def test_a_person_is_invited_again_with_another_address(
    hosted: Workspace, settings: AppTest
) -> None:
    before = person(hosted, "dana@firm.com")
    app = choose(settings, "dana@firm.com")
    box = next(t for t in app.text_input if t.label == "E-mail that they sign in with now")
    box.input("dana@new.firm.com").run()
    press(app, "Yes, invite again")
    after = person(hosted, "dana@new.firm.com")
    assert (after.id, after.standing) == (before.id, Standing.INVITED)
    assert "Invited as dana@new.firm.com" in shown(app)


def test_a_connection_is_shared_with_staff_by_name_and_with_who_was_named_before(
    hosted: Workspace,
) -> None:
    admin = command_actor(hosted)
    for number in (1, 2):
        people.invite(admin, hosted, f"kim{number}@firm.com", name="Kim")
    boss = people.invite(admin, hosted, "boss@firm.com", role=Role.ADMIN)
    everybody = people.list_people(admin, hosted)
    offered = nameable(everybody, Sharing())
    assert sorted(offered.values()) == [
        "Kim [kim1@firm.com]",
        "Kim [kim2@firm.com]",
        "dana@firm.com",
    ]
    assert boss.id in nameable(everybody, Sharing(user_ids=frozenset({boss.id})))


def test_what_is_refused_is_said_in_words(hosted: Workspace, settings: AppTest) -> None:
    app = choose(settings, "Ann (ann@firm.com)")
    press(app, "Yes, turn access off")
    assert "Ann is the only administrator" in shown(app)
    assert person(hosted, "ann@firm.com").standing is Standing.ACTIVE


def test_a_name_is_only_text(hosted: Workspace, settings: AppTest) -> None:
    people.invite(command_actor(hosted), hosted, "eve@firm.com", name=HOSTILE)
    app = choose(settings.run(), f"{HOSTILE} (eve@firm.com)")
    assert HOSTILE in shown(app)
    subheaders = [one.value for one in app.subheader]
    assert not [text for text in subheaders if "](https" in text]


def test_staff_see_nothing_of_it(visit: Visit) -> None:
    app = opened(visit(signed_in("dana@firm.com")), "settings")
    assert "Users and roles" not in [header.value for header in app.header]
    assert "ann@firm.com" not in shown(app)


@pytest.mark.parametrize("page", ["overview", "review", "clients", "import"])
def test_staff_without_a_client_read_what_to_ask_for(
    hosted: Workspace, visit: Visit, page: str
) -> None:
    people.invite(command_actor(hosted), hosted, "bob@firm.com")
    app = opened(visit(signed_in("bob@firm.com")), page)
    assert "No client is assigned to you yet" in shown(app)
    assert CLIENT not in shown(app)
