"""A hosted app shows nothing to anybody who has not signed in, on any page, in any order."""

from collections.abc import Callable
from threading import Event
from typing import Any

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from ledgersync import clock
from ledgersync.config import PROJECT_ROOT
from ledgersync.domain.actors import Role
from ledgersync.domain.rules import Rule
from ledgersync.services import client_records, people, rule_lists, rule_writing
from ledgersync.services.workspace import Workspace, command_actor
from ledgersync.storage import clients
from ledgersync.ui import gate, shell
from ledgersync.ui.rules_table import CHOSEN
from tests.services.company import claims
from tests.ui.conftest import CLIENT, Visit
from tests.ui.pages import opened, press, shown, signed_in

PAGES = sorted(page.stem for page in (PROJECT_ROOT / "pages").glob("*.py"))
NOBODY: dict[str, tuple[Callable[[], dict[str, Any]], str]] = {
    "anonymous": (lambda: {"is_logged_in": False}, "Sign in with your company's account"),
    "not set up": (dict, "Sign in with your company's account"),
    "forged": (lambda: claims("ann@firm.com"), "Sign in with your company's account"),
    "unknown": (lambda: signed_in("eve@evil.example"), "Nobody has invited eve@evil.example"),
    "unverified": (
        lambda: signed_in("ann@firm.com", email_verified=False),
        "does not confirm that ann@firm.com is yours",
    ),
    "old": (
        lambda: signed_in("ann@firm.com", iat=int(clock.now().timestamp()) - 13 * 3600),
        "A sign-in lasts 12 hours",
    ),
}


@pytest.mark.parametrize(
    ("page", "who"),
    [(page, "anonymous") for page in PAGES]
    + [("settings", who) for who in NOBODY if who != "anonymous"],
)
def test_a_page_opened_cold_shows_a_stranger_nothing_of_itself(
    visit: Visit, page: str, who: str
) -> None:
    user, told = NOBODY[who]
    app = opened(visit(user()), page)
    assert told in shown(app)
    assert page.capitalize() not in [title.value for title in app.title]
    assert CLIENT not in shown(app)
    assert not app.get("page_link")
    assert not app.text_input


@pytest.mark.parametrize("page", PAGES)
def test_a_page_opens_for_who_was_invited(visit: Visit, page: str) -> None:
    app = opened(visit(signed_in("ann@firm.com")), page)
    assert app.title[0].value == page.capitalize()
    assert not [error for error in app.error if "went wrong" in error.value]
    labels = [button.label for button in app.button]
    assert "Sign out" in labels
    assert "Sign out everywhere" in labels


def test_a_disabled_person_reads_so_and_the_click_on_the_way_does_nothing(
    hosted: Workspace, visit: Visit
) -> None:
    _add_rule(hosted)
    app = opened(visit(signed_in("dana@firm.com")), "rules")
    next(box for box in app.selectbox if box.key == CHOSEN).select_index(0).run()
    dana = next(p for p in _everybody(hosted) if p.name == "Dana")
    people.disable(command_actor(hosted), hosted, dana.id)
    press(app, "Turn off")
    assert "Dana, your access to this app was turned off" in shown(app)
    assert "Dana may not write rules" in shown(app)
    assert not [button for button in app.button if button.label == "Turn off"]
    [entry] = rule_lists.list_rules(command_actor(hosted), hosted).entries
    assert entry.stored.rule.enabled


def test_a_role_that_was_taken_away_is_gone_at_the_next_click(
    hosted: Workspace, visit: Visit
) -> None:
    bob = people.invite(command_actor(hosted), hosted, "bob@firm.com", role=Role.ADMIN)
    opened(visit(signed_in("ann@firm.com")), "overview")
    app = opened(visit(signed_in("bob@firm.com")), "settings")
    assert app.number_input  # for how long export files are kept: an administrator's to say
    people.change_role(command_actor(hosted), hosted, bob.id, Role.STAFF)
    app.run()
    assert not app.number_input


def test_signing_out_ends_the_sign_in_also_for_a_copy_of_the_cookie(
    visit: Visit, monkeypatch: pytest.MonkeyPatch
) -> None:
    left: list[str] = []
    monkeypatch.setattr(gate, "_leave", lambda: left.append("left"))
    user = signed_in("dana@firm.com")
    app = press(opened(visit(user), "overview"), "Sign out")
    assert left == ["left"]
    for again in (app, opened(visit(user), "clients")):
        assert "You have signed out" in shown(again)
        assert "Sign in again" in [button.label for button in again.button]
    monkeypatch.undo()


def test_started_another_way_than_behind_its_guard_it_opens_nothing(
    visit: Visit, monkeypatch: pytest.MonkeyPatch
) -> None:
    st.cache_resource.clear()
    monkeypatch.setattr(shell, "STARTED_SAFELY", Event())
    app = opened(visit(signed_in("ann@firm.com")), "clients")
    assert "was not started by `ledgersync run`" in shown(app)
    assert CLIENT not in shown(app)


def test_on_one_machine_nobody_signs_in_and_nobody_else_gets_in(
    fresh_app: AppTest, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = opened(fresh_app, "settings")
    assert "Sign out" not in [button.label for button in app.button]
    st.cache_resource.clear()
    real = st.get_option
    monkeypatch.setattr(
        st,
        "get_option",
        lambda name: "0.0.0.0" if name == "server.address" else real(name),  # noqa: S104
    )
    app.run()
    assert "would answer to other machines" in shown(app)
    assert "Settings" not in [title.value for title in app.title]


def _everybody(workspace: Workspace) -> list[people.Person]:
    return people.list_people(command_actor(workspace), workspace)


def _add_rule(workspace: Workspace) -> None:
    admin = command_actor(workspace)
    [client] = _clients(workspace)
    client_records.add_gl_account(admin, workspace, client, "6550", "Travel")
    rule = Rule("", 0, ("UBER",), client_id=client, gl_code="6550")
    rule_writing.save_rule(admin, workspace, rule)


def _clients(workspace: Workspace) -> list[str]:
    with workspace.database.reading() as tx:
        return [client.id for client in clients.list_clients(tx)]
