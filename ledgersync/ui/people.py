"""Users and roles on Settings: everybody who may use the app, and inviting somebody."""

from collections.abc import Sequence

import pandas as pd
import streamlit as st

from ledgersync.domain.actors import Role
from ledgersync.domain.people import Person
from ledgersync.services import key_care, people, reviewing
from ledgersync.ui.feedback import keep_toast, kept
from ledgersync.ui.labels import client_labels, unique_labels
from ledgersync.ui.person_form import ROLES, show_person
from ledgersync.ui.shell import Viewer
from ledgersync.ui.texts import counted
from ledgersync.ui.times import when_words

_CHOSEN = "people_chosen"
_EMAIL, _NAME, _ROLE, _ALL = (f"people_invite_{part}" for part in ("email", "name", "role", "all"))


def people_section(viewer: Viewer) -> None:
    """The section, for administrators of an app that people sign in to."""
    if not viewer.is_hosted or not key_care.may_administer(viewer.actor, viewer.workspace):
        return
    st.header("Users and roles", anchor=False)
    st.caption(
        "Administrators change connections, users, keys and settings. Staff load, review and "
        "export for the clients that they are assigned to."
    )
    everybody = people.list_people(viewer.actor, viewer.workspace)
    _table(everybody)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        chosen = _choose([one for one in everybody if not one.is_command_line])
        _invite_popover(viewer)
    if chosen:
        clients = reviewing.list_clients(viewer.actor, viewer.workspace)
        show_person(viewer, chosen, client_labels(one for one in clients if not one.removed))


def _table(everybody: Sequence[Person]) -> None:
    frame = people_frame(everybody)
    st.dataframe(
        frame,
        hide_index=True,
        row_height=36,
        alt="Everybody who may use the app, with role, clients, state and when last seen",
    )


def people_frame(everybody: Sequence[Person]) -> pd.DataFrame:
    """A row for each person, in words."""
    rows = [
        (
            one.name,
            one.email or "-",
            "Command line" if one.is_command_line else ROLES[one.role],
            sees_words(one),
            one.standing.value,
            when_words(one.last_seen_at) if one.last_seen_at else "-",
        )
        for one in everybody
    ]
    return pd.DataFrame(rows, columns=["Name", "E-mail", "Role", "Sees", "State", "Last seen"])


def sees_words(person: Person) -> str:
    """Such as "All clients" or "3 clients"."""
    if person.sees_all:
        return "All clients"
    return counted(len(person.client_ids), "client") if person.client_ids else "No client yet"


def _choose(everybody: Sequence[Person]) -> Person | None:
    by_id = {one.id: one for one in everybody}
    labels = unique_labels((one.id, _label(one)) for one in everybody)
    if st.session_state.get(_CHOSEN) not in by_id:
        st.session_state[_CHOSEN] = None
    chosen = st.selectbox(
        "Person",
        list(by_id),
        index=None,
        format_func=labels.__getitem__,
        placeholder="Choose somebody to change their role, clients or access",
        persist_state="page",
        key=_CHOSEN,
        width=480,
    )
    return by_id[chosen] if chosen else None


def _label(person: Person) -> str:
    return f"{person.name} ({person.email})" if person.email != person.name else person.name


def _invite_popover(viewer: Viewer) -> None:
    with st.popover("Invite somebody", icon=":material/person_add:"):
        st.text_input(
            "E-mail that they sign in with", persist_state="page", key=_EMAIL, max_chars=200
        )
        st.text_input("Name (optional)", persist_state="page", key=_NAME, max_chars=200)
        role = st.radio(
            "Role", list(Role)[::-1], format_func=ROLES.__getitem__, persist_state="page", key=_ROLE
        )
        if role is Role.STAFF:
            st.toggle(
                "All clients",
                persist_state="page",
                key=_ALL,
                help="Otherwise assign clients once invited",
            )
        st.button("Invite", type="primary", key="people_invite", on_click=_invite, args=(viewer,))
        st.caption("Nothing is sent: tell them this app's address.")


def _invite(viewer: Viewer) -> None:
    typed = st.session_state
    with kept():
        person = people.invite(
            viewer.actor,
            viewer.workspace,
            typed[_EMAIL],
            name=typed[_NAME],
            role=Role(typed[_ROLE]),
            all_clients=bool(typed.get(_ALL)),
        )
        typed[_CHOSEN] = person.id
        typed[_EMAIL] = typed[_NAME] = ""
        keep_toast(f"Invited {person.email}")
