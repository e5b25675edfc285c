"""The frame of every page: navigation, the workspace, who is looking, title and gear."""

from dataclasses import dataclass
from threading import Event
from typing import NoReturn

import streamlit as st

from ledgersync.config import LOOPBACK, PROJECT_ROOT, Mode, load_settings
from ledgersync.demo.opening import open_demo
from ledgersync.demo.sign_in import (
    DEMO_EMAIL,
    DEMO_PASSWORD,
    EMPTY_EMAIL,
    LOCKED_EMAIL,
    SUSPENDED_EMAIL,
)
from ledgersync.domain.actors import Actor
from ledgersync.errors import LedgerSyncError, SettingsInvalid
from ledgersync.logs import configure_logging
from ledgersync.services import export_keeping
from ledgersync.services.workspace import Workspace, local_actor, open_workspace
from ledgersync.ui import gate, whole_clicks
from ledgersync.ui.feedback import in_place, show_error
from ledgersync.ui.secret_fields import forget_secrets
from ledgersync.ui.turns import DRAWING

__all__ = ["DEMO_LOG_INS", "DEMO_PASSWORD", "Viewer", "navigation", "open_page", "page", "run"]

DEMO_LOG_INS = {
    DEMO_EMAIL: "works",
    EMPTY_EMAIL: "signs in, but has no clients",
    SUSPENDED_EMAIL: "its subscription is suspended",
    LOCKED_EMAIL: "is locked after wrong passwords",
}

# Two arrows, drawn here: an icon by name would be fetched from a font server by every browser.
_FAVICON = (
    '<svg viewBox="0 0 24 24" fill="none" stroke="#0b5cab" stroke-width="2.4" '
    'stroke-linecap="round" stroke-linejoin="round">'
    '<path d="M4 8h15M15 4l4 4-4 4M20 16H5M9 12l-4 4 4 4"/></svg>'
)

whole_clicks.install()

# Set where `ledgersync run` started the process, with options that are safe for a hosted app.
STARTED_SAFELY = Event()

_ROUTED = "page_was_routed"
_PAGES = {
    "Overview": ("overview.py", ":material/dashboard:", "Where the firm stands this month"),
    "Review": ("review.py", ":material/checklist:", "Load, code and export transactions"),
    "Clients": ("clients.py", ":material/groups:", "Clients, bank accounts, vendors and charts"),
    "Rules": ("rules.py", ":material/rule:", "What is coded by itself, and in which order"),
    "Import": ("import.py", ":material/upload_file:", "Statement files of banks off the feed"),
    "Exports": ("exports.py", ":material/outbox:", "Every file that left, to download again"),
    "Settings": ("settings.py", ":material/settings:", "The LedgerSync connection"),
    "Help": ("help.py", ":material/help:", "When something does not work"),
}


@dataclass(frozen=True)
class Viewer:
    """Who looks at a page, and what the page works with."""

    actor: Actor
    workspace: Workspace

    @property
    def in_demo(self) -> bool:
        return self.workspace.settings.mode is Mode.DEMO

    @property
    def is_hosted(self) -> bool:
        return self.workspace.settings.mode is Mode.HOSTED


def run() -> None:
    """Run the page that was chosen; whatever goes wrong is told on it."""
    with DRAWING.taken(), in_place():
        navigation().run()


def navigation() -> st.Page:
    """Set up the browser's tab and the pages of the app; the caller runs the chosen page."""
    st.set_page_config(page_title="LedgerSync for Accounting CS", page_icon=_FAVICON, layout="wide")
    st.session_state[_ROUTED] = True
    pages = [page(title) for title in _PAGES]
    return st.navigation(pages, position="hidden" if _is_shut() else "top")


def page(title: str) -> st.Page:
    """The page of that title, to link or switch to."""
    file, icon, about = _PAGES[title]
    return st.Page(
        PROJECT_ROOT / "pages" / file,
        title=title,
        icon=icon,
        help=about,
        default=title == "Overview",
        url_path="" if title == "Overview" else title.lower(),
    )


def open_page(title: str) -> Viewer:
    """Open a page: the first statement of each, and the gate of a hosted app.

    A deep link to a page can reach a fresh process before app.py ever ran; then the page is run
    again through the router, and nothing is shown before.
    """
    if _ROUTED not in st.session_state:
        navigation()
        st.rerun()
    viewer = _viewer()
    _header(title, viewer)
    return viewer


@st.cache_resource(show_spinner="Opening the books ...")
def workspace() -> Workspace:
    """The one workspace of this process."""
    settings = load_settings()
    configure_logging(settings.log_level)
    if settings.mode is Mode.HOSTED:
        _require_safe_start()
    else:
        _require_own_machine()
    opened = open_demo(settings) if settings.mode is Mode.DEMO else open_workspace(settings)
    export_keeping.remove_expired(opened)
    return opened


def _require_safe_start() -> None:
    if not STARTED_SAFELY.is_set():
        raise SettingsInvalid(
            "This hosted app was not started by `ledgersync run`, which checks first that its "
            "settings are safe.",
            "Stop it, and start it with `ledgersync run`.",
        )


def _require_own_machine() -> None:
    """Without sign-in everybody who reaches the app is its administrator: nobody else may."""
    if st.get_option("server.address") not in LOOPBACK:
        raise SettingsInvalid(
            "The app would answer to other machines, and asks nobody to sign in.",
            "Start it with `ledgersync run`, or set it up as hosted with a company sign-in.",
        )


def _is_shut() -> bool:
    """Whether there is nobody to whom the app's pages could be listed."""
    try:
        return gate.is_shut(workspace())
    except LedgerSyncError:
        return False  # the page says what is wrong


def _viewer() -> Viewer:
    try:
        opened = workspace()
    except LedgerSyncError as error:
        st.error(f"**The app can't start.** {error.sentence}", icon=":material/error:")
        st.write(error.next_step)
        _try_again()
    try:
        actor = None if opened.settings.mode is Mode.HOSTED else local_actor(opened)
        return Viewer(actor or gate.let_in(opened), opened)
    except LedgerSyncError as error:
        show_error(error)
        _try_again()


def _try_again() -> NoReturn:
    """Any click runs the page anew; here is one that does nothing else."""
    forget_secrets()
    st.button("Try again", icon=":material/refresh:", key="try_again")
    st.stop()


def _header(title: str, viewer: Viewer) -> None:
    with st.container(horizontal=True, vertical_alignment="center"):
        st.title(title, anchor=False, width="stretch")
        if viewer.in_demo:
            st.badge("Demo firm", icon=":material/science:", color="blue")
        if viewer.is_hosted:
            gate.own_menu(viewer.workspace, viewer.actor)
        st.page_link(page("Settings"), label="Settings", icon=":material/settings:")
