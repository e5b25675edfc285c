"""Saved views: naming what is filtered, searched and sorted now, and choosing it again."""

from collections.abc import Callable, Sequence
from functools import partial
from urllib.parse import parse_qsl, urlencode

import streamlit as st

from ledgersync.domain.saved_views import SavedView
from ledgersync.services import saved_views
from ledgersync.services.saved_views import NAME_LENGTH
from ledgersync.ui import feedback
from ledgersync.ui.review_sheet import Asked, read_asked
from ledgersync.ui.shell import Viewer
from ledgersync.ui.texts import plain

_NAME = "review_view_name"

Choose = Callable[[Asked], None]


def offer_views(viewer: Viewer, asked: Asked, choose: Choose) -> None:
    """The actor's views, to open or delete, and a field to name the present one."""
    views = saved_views.list_views(viewer.actor, viewer.workspace)
    here = next((one for one in views if read_query(one.query) == asked), None)
    label = f"View: {plain(here.name)}" if here else "Views"
    with st.popover(label, icon=":material/bookmark:", key="review_views"):
        _list(viewer, views, here, choose)
        _naming(viewer, asked)


def view_query(asked: Asked) -> str:
    """The part of Review's URL that brings these rows in this order."""
    return urlencode({name: value for name, value in asked.address().items() if value})


def read_query(query: str) -> Asked:
    return read_asked(dict(parse_qsl(query)))


def _list(
    viewer: Viewer, views: Sequence[SavedView], here: SavedView | None, choose: Choose
) -> None:
    if not views:
        st.caption("No views yet. A view keeps filter, search and order under a name of your own.")
    for view in views:
        with st.container(horizontal=True, horizontal_alignment="distribute"):
            st.button(
                plain(view.name),
                key=f"review_view_{view.id}",
                icon=":material/check:" if view == here else ":material/bookmark:",
                type="tertiary",
                on_click=choose,
                args=(read_query(view.query),),
            )
            st.button(
                "Delete",
                key=f"review_view_delete_{view.id}",
                type="tertiary",
                help=f"Delete the view {plain(view.name)}",
                on_click=_delete,
                args=(viewer, view),
            )


def _naming(viewer: Viewer, asked: Asked) -> None:
    with st.form("review_view_form", border=False):
        st.text_input(
            "Name for the present filter, search and order",
            persist_state="page",
            key=_NAME,
            max_chars=NAME_LENGTH,
            placeholder="Large amounts out",
        )
        st.form_submit_button(
            "Save view", icon=":material/bookmark_add:", on_click=_save, args=(viewer, asked)
        )
    st.caption("A name that you use again stands for the new view. A link to this page works, too.")


def _save(viewer: Viewer, asked: Asked) -> None:
    save = partial(saved_views.save_view, viewer.actor, viewer.workspace)
    with feedback.kept():
        view = save(str(st.session_state[_NAME]), view_query(asked))
        feedback.keep_toast(f"Saved the view {view.name}.")
        st.session_state[_NAME] = ""


def _delete(viewer: Viewer, view: SavedView) -> None:
    with feedback.kept():
        saved_views.delete_view(viewer.actor, viewer.workspace, view.id)
        feedback.keep_toast(f"Deleted the view {view.name}.")
