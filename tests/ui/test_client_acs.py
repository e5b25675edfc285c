"""A client's settings in Accounting CS on Clients: a form, and each bank's GL account."""

from datetime import date
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from ledgersync.domain.acs_settings import AcsSettings
from ledgersync.services import acs_settings, reviewing
from ledgersync.ui.client_acs import fiscal_year_end
from ledgersync.ui.shell import Viewer
from tests.ui.pages import opened, press, shown
from tests.ui.review_steps import Place, place


@pytest.fixture
def where(viewer: Viewer) -> Place:
    return place(viewer, "Marigold", "3077")


def field(widgets: Any, label: str) -> Any:
    return next(widget for widget in widgets if widget.label == label)


def stored(where: Place) -> AcsSettings:
    return acs_settings.acs_settings_of(where.viewer.actor, where.viewer.workspace, where.client.id)


def test_settings_are_entered_in_a_form(app: AppTest, where: Place) -> None:
    opened(app, "clients", client=where.client.id)
    field(app.selectbox, "Fiscal year ends in").set_value(9)
    field(app.selectbox, "On day").set_value(0)
    field(app.date_input, "Open period from").set_value(date(2026, 10, 1))
    field(app.date_input, "Open period to").set_value(None)
    field(app.text_input, "GL mask").set_value("9999-xx")
    press(app, "Save settings")
    undistributed = stored(where).undistributed_gl
    assert undistributed
    assert stored(where) == AcsSettings("09-30", date(2026, 10, 1), None, "9999-XX", undistributed)
    assert field(app.text_input, "GL mask").value == "9999-XX"


def test_what_cannot_be_is_told_and_what_was_typed_stays(app: AppTest, where: Place) -> None:
    before = stored(where)
    opened(app, "clients", client=where.client.id)
    field(app.text_input, "GL mask").set_value("6100")
    press(app, "Save settings")
    assert "The GL mask '6100' has no 9, A or X" in shown(app)
    assert field(app.text_input, "GL mask").value == "6100"
    assert stored(where) == before


def test_a_bank_accounts_gl_account_is_chosen_and_saved_at_once(app: AppTest, where: Place) -> None:
    opened(app, "clients", client=where.client.id)
    key = f"bank_gl_{where.account.id}"
    app.selectbox(key=key).set_value(None).run()
    assert _account(where).gl_code == ""
    app.selectbox(key=key).set_value(where.some_gl()).run()
    assert _account(where).gl_code == where.some_gl()
    assert "Saved at" in shown(app)


def _account(where: Place) -> Any:
    viewer = where.viewer
    found = reviewing.list_accounts(viewer.actor, viewer.workspace, where.client.id)
    return next(account for account in found if account.id == where.account.id)


@pytest.mark.parametrize(
    ("month", "day", "text"),
    [(12, 0, "12-31"), (2, 0, "02-29"), (6, 15, "06-15"), (None, 0, "")],
)
def test_the_last_day_of_a_month_is_filled_in(month: int | None, day: int, text: str) -> None:
    assert fiscal_year_end(month, day) == text
