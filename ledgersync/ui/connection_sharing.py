"""Who loads with the firm's LedgerSync connection besides administrators."""

from collections.abc import Sequence
from enum import StrEnum

import streamlit as st

from ledgersync.domain.actors import Role
from ledgersync.domain.listing import listed_names
from ledgersync.domain.people import Person
from ledgersync.services import connection_sharing, key_care, people
from ledgersync.services.connection_sharing import Sharing
from ledgersync.ui.feedback import keep_toast, kept
from ledgersync.ui.labels import told_apart
from ledgersync.ui.own_choices import choice_kept, offer_own_choice
from ledgersync.ui.shell import Viewer

_WHO, _NAMED = "connection_shared_with", "connection_shared_named"


class With(StrEnum):
    NOBODY = "Administrators only"
    EVERYBODY = "Everybody"
    NAMED = "These people"


def sharing_choice(viewer: Viewer, owner_id: str) -> None:
    """The choice for that person's connection, for administrators of an app with a sign-in."""
    if not viewer.is_hosted or not key_care.may_administer(viewer.actor, viewer.workspace):
        return
    now = connection_sharing.sharing(viewer.actor, viewer.workspace, owner_id)
    if now is None:
        return

    def save(wanted: Sharing) -> None:
        _share(viewer, owner_id, wanted, now)

    offer_own_choice(owner_id, now, lambda wanted: _words(viewer, wanted), save)
    options: list[With] = list(With)
    chosen = st.radio(
        "Who may load transactions with this connection",
        options,
        index=options.index(_with(now)),
        horizontal=True,
        persist_state="page",
        key=f"{_WHO}_{_with(now)}",
        help="They never see its e-mail or password, and can't change it.",
    )
    named: frozenset[str] = _named(viewer, now) if chosen is With.NAMED else frozenset()
    wanted = Sharing(chosen is With.EVERYBODY, named)
    complete = chosen is not With.NAMED or bool(named)
    if complete and wanted != now:
        st.button("Save sharing", key="connection_share", on_click=save, args=(wanted,))


def _with(now: Sharing) -> With:
    if now.everybody:
        return With.EVERYBODY
    return With.NAMED if now.user_ids else With.NOBODY


def nameable(everybody: Sequence[Person], now: Sharing) -> dict[str, str]:
    """Whom it may be shared with by name, by id: staff, and who was named before a change of role.

    Without these, what is stored could not be shown, and would look like a change to save.
    """
    there = [one for one in everybody if one.role is Role.STAFF or one.id in now.user_ids]
    return told_apart((one.id, one.name, one.email) for one in there)


def _named(viewer: Viewer, now: Sharing) -> frozenset[str]:
    staff = nameable(people.list_people(viewer.actor, viewer.workspace), now)
    chosen = st.multiselect(
        "People",
        list(staff),
        default=[id_ for id_ in staff if id_ in now.user_ids],
        format_func=staff.__getitem__,
        persist_state="page",
        key=f"{_NAMED}_{hash(now)}",
        placeholder="Type to search",
    )
    return frozenset(chosen)


def _words(viewer: Viewer, wanted: Sharing) -> str:
    everybody = people.list_people(viewer.actor, viewer.workspace)
    names = [one.name for one in everybody if one.id in wanted.user_ids]
    return listed_names(names) or _with(wanted).value.lower()


def _share(viewer: Viewer, owner_id: str, wanted: Sharing, seen: Sharing) -> None:
    with kept(), choice_kept(owner_id, wanted):
        connection_sharing.share_connection(
            viewer.actor,
            viewer.workspace,
            wanted.user_ids,
            everybody=wanted.everybody,
            shown=owner_id,
            seen=seen,
        )
        keep_toast("Saved who may load with this connection")
