"""The app in demo mode, run in this process against the demo's own HTTP server."""

import shutil
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import streamlit as st
from streamlit.components.v2 import manifest_scanner
from streamlit.testing.v1 import AppTest

from ledgersync.config import PROJECT_ROOT, load_settings
from ledgersync.domain.actors import Role
from ledgersync.domain.clients import FeedClient
from ledgersync.services import people
from ledgersync.services import workspace as services_workspace
from ledgersync.services.upkeep import upgrade_database
from ledgersync.services.workspace import Workspace, command_actor, local_actor
from ledgersync.storage import clients
from ledgersync.ui import feedback, shell
from ledgersync.ui.shell import Viewer
from tests.conftest import servers_stopped

CLIENT = "Alder Street Dental"

Visit = Callable[[dict[str, Any]], AppTest]


@contextmanager
def demo_in(root: Path) -> Iterator[None]:
    """The environment of a demo in `root`; its servers stop here, not when the process ends."""
    with pytest.MonkeyPatch.context() as patch, servers_stopped():
        patch.setenv("LEDGERSYNC_MODE", "demo")
        patch.setenv("LEDGERSYNC_DATA_DIR", str(root / "data"))
        patch.setenv("LEDGERSYNC_CONFIG_DIR", str(root / "config"))
        yield


@pytest.fixture(autouse=True)
def _own_main(monkeypatch: pytest.MonkeyPatch) -> None:
    """An app test makes its script the main module; processes that later tests start need ours."""
    monkeypatch.setitem(sys.modules, "__main__", sys.modules["__main__"])


@pytest.fixture(autouse=True)
def _configured_alike(monkeypatch: pytest.MonkeyPatch) -> None:
    """What .streamlit/config.toml says of runs; Streamlit's app tests don't read that file."""
    monkeypatch.setenv("STREAMLIT_RUNNER_POST_SCRIPT_GC", "false")


@pytest.fixture(scope="session", autouse=True)
def _packages_read_once() -> Iterator[None]:
    """Each app test reads all installed packages' metadata for components; once is enough."""
    with pytest.MonkeyPatch.context() as patch:
        scan = cache(manifest_scanner.scan_component_manifests)
        patch.setattr(manifest_scanner, "scan_component_manifests", scan)
        yield


@pytest.fixture(autouse=True)
def _nothing_unexpected(caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    """A page tells unexpected errors in a sentence; here each fails the test."""
    yield
    records = caplog.get_records("call")
    assert not [r.exc_info for r in records if r.exc_info and r.name == feedback.__name__]


@pytest.fixture
def demo(made_demo: Path, tmp_path: Path) -> Iterator[Workspace]:
    """The workspace that the app under test opens, on its own copy of the demo firm."""
    root = tmp_path / "demo"
    shutil.copytree(made_demo, root)
    st.cache_resource.clear()
    st.cache_data.clear()
    with demo_in(root):
        opened = shell.workspace()
        yield opened
        opened.close()
    st.cache_resource.clear()


@pytest.fixture
def viewer(demo: Workspace) -> Viewer:
    """The person at the demo's screen."""
    return Viewer(local_actor(demo), demo)


@pytest.fixture
def app(demo: Workspace) -> AppTest:
    """The app before its first run; `demo` is what it works with."""
    del demo
    return AppTest.from_file(str(PROJECT_ROOT / "app.py"), default_timeout=30)


@pytest.fixture
def fresh_app(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[AppTest]:
    """The app of a firm that has just been set up on one PC: no log-in, no clients."""
    monkeypatch.setattr(services_workspace, "open_keychain", lambda: None)
    for name, value in {"MODE": "local", "DATA_DIR": "data", "CONFIG_DIR": "config"}.items():
        monkeypatch.setenv(
            f"LEDGERSYNC_{name}", value if name == "MODE" else str(tmp_path / "firm" / value)
        )
    st.cache_resource.clear()
    opened = shell.workspace()
    yield AppTest.from_file(str(PROJECT_ROOT / "app.py"), default_timeout=30)
    opened.close()
    st.cache_resource.clear()


@pytest.fixture
def hosted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Workspace]:
    """A firm at a URL with one client, an administrator Ann and a member of staff, Dana."""
    for name, value in {"DATA_DIR": "data", "CONFIG_DIR": "config"}.items():
        monkeypatch.setenv(f"LEDGERSYNC_{name}", str(tmp_path / "firm" / value))
    monkeypatch.setenv("LEDGERSYNC_MODE", "hosted")
    upgrade_database(load_settings())
    st.cache_resource.clear()
    shell.STARTED_SAFELY.set()
    workspace = shell.workspace()
    with workspace.database.writing() as tx:
        clients.save_clients(tx, [FeedClient("C1", CLIENT, "", "")], complete=True)
    admin = command_actor(workspace)
    people.invite(admin, workspace, "ann@firm.com", role=Role.ADMIN)
    people.invite(admin, workspace, "dana@firm.com", all_clients=True)
    yield workspace
    workspace.close()
    st.cache_resource.clear()


@pytest.fixture
def visit(hosted: Workspace) -> Visit:
    """Opens the app for a visitor with these claims, or none."""
    del hosted

    def open_for(user: dict[str, Any]) -> AppTest:
        app = AppTest.from_file(str(PROJECT_ROOT / "app.py"), default_timeout=30)
        app.user = user
        return app

    return open_for
