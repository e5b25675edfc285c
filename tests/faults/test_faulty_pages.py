"""What a person sees of a database that is away: a sentence, and their change kept to be saved."""

from collections.abc import Iterator
from contextlib import AbstractContextManager

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from ledgersync.config import PROJECT_ROOT
from ledgersync.ui import shell
from tests.conftest import ROLE_PASSWORD, PostgresServer
from tests.faults.faulty_databases import StoppedPostgresql, full_disk, impatient, locked
from tests.services.conftest import Office
from tests.ui.pages import press
from tests.ui.review_steps import edit, grid_ids, labels, words


@pytest.fixture
def review(loaded: Office, monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[AppTest, Office]]:
    """Review of October's rows, as whoever runs these tests sees it."""
    st.cache_data.clear()
    hasty = impatient(loaded.workspace)
    monkeypatch.setattr(shell, "workspace", lambda: hasty)
    app = AppTest.from_file(str(PROJECT_ROOT / "app.py"), default_timeout=30)
    account = loaded.account()
    address = {
        "client": account.client_id,
        "account": account.id,
        "start": "2026-10-01",
        "end": "2026-10-31",
    }
    for name, value in address.items():
        app.query_params[name] = value
    app.switch_page("pages/review.py").run()
    assert len(grid_ids(app)) == 2
    yield app, loaded
    hasty.database.close()


def _refused_and_saved(
    app: AppTest, office: Office, fault: AbstractContextManager[None], said: str
) -> None:
    row_id, label = grid_ids(app)[0], labels(app, "gl")[1]
    with fault:
        edit(app, {0: {"gl": label}})
        assert said in words(app)
        assert "Nothing was saved." in words(app)
    if "Try again" in [button.label for button in app.button]:
        press(app, "Try again")
    assert "1 row is not saved yet" in words(app)
    assert app.data_editor[0].value.loc[row_id, "gl"] != label
    press(app, "Save again")
    assert "not saved yet" not in words(app)
    assert app.data_editor[0].value.loc[row_id, "gl"] == label
    assert label.startswith(next(row.gl_code for row in office.rows() if row.id == row_id))


def test_a_full_disk_keeps_the_change_for_a_press(review: tuple[AppTest, Office]) -> None:
    app, office = review
    _refused_and_saved(app, office, full_disk(office.workspace.database), "The disk")


def test_a_lock_keeps_the_change_for_a_press(review: tuple[AppTest, Office]) -> None:
    app, office = review
    _refused_and_saved(app, office, locked(office.workspace), "is busy with another change")


@pytest.mark.parametrize("backend", ["postgresql"], indirect=True)
def test_a_restart_of_postgresql_heals_at_the_next_click(
    review: tuple[AppTest, Office], postgres: PostgresServer
) -> None:
    app, office = review
    stopped = StoppedPostgresql(postgres, "immediate")
    _refused_and_saved(app, office, stopped, "The database does not answer.")


@pytest.mark.parametrize("backend", ["postgresql"], indirect=True)
def test_where_the_server_is_stays_off_the_pages_and_in_the_log(
    review: tuple[AppTest, Office], postgres: PostgresServer, caplog: pytest.LogCaptureFixture
) -> None:
    app, office = review
    place = str(office.workspace.database.url.query["host"])
    with StoppedPostgresql(postgres, "fast"):
        edit(app, {0: {"gl": labels(app, "gl")[1]}})
        assert "The database does not answer." in words(app)
        assert place not in words(app)
    assert place in caplog.text
    assert ROLE_PASSWORD not in caplog.text
