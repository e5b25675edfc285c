"""Addresses of pages that name what no database can look for: a page, and no fault of it."""

from collections.abc import Iterator

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from ledgersync.config import PROJECT_ROOT
from ledgersync.ui import shell
from tests.services.conftest import Office
from tests.ui.pages import opened, shown

# What the pages read from their address.
ASKED = {
    "overview": ("month",),
    "review": ("client", "account", "start", "end", "show", "search", "order"),
    "clients": ("client", "view"),
    "rules": ("rule", "learned_client", "learned_text", "learned_search", "view"),
    "import": ("client", "account"),
    "exports": ("client",),
    "help": ("layout",),
}
VALUES = ("a\0b", "%00' OR 1=1 --", str(2**63), "x" * 20_000, "9999-12-31", "0001-01-01")


@pytest.fixture
def office_app(loaded: Office, monkeypatch: pytest.MonkeyPatch) -> Iterator[AppTest]:
    """The app of an office, as whoever runs these tests sees it."""
    st.cache_data.clear()
    monkeypatch.setattr(shell, "workspace", lambda: loaded.workspace)
    yield AppTest.from_file(str(PROJECT_ROOT / "app.py"), default_timeout=30)
    st.cache_data.clear()


@pytest.mark.parametrize("page", ASKED)
def test_a_page_opens_whatever_its_address_says(
    office_app: AppTest, loaded: Office, page: str
) -> None:
    client = loaded.account().client_id
    for value in VALUES:
        for name in ASKED[page]:
            office_app.query_params.clear()
            beside = {"client": client, "learned_client": client, "account": loaded.account().id}
            app = opened(office_app, page, **{**beside, name: value})
            assert "Something went wrong" not in shown(app), (name, value)
            assert "does not answer" not in shown(app), (name, value)
