"""The export panel: pre-flight's questions, the file, and what is said of it."""

import hashlib
import re

import pytest
from streamlit.testing.v1 import AppTest

from ledgersync.domain.transactions import Status
from ledgersync.services import exporting
from ledgersync.ui.review_export import MORE
from ledgersync.ui.review_exported import file_bytes
from ledgersync.ui.shell import Viewer
from tests.ui.review_steps import Place, edit, grid_ids, labels, open_review, place, tick, words

ACS = "review_export_acs-xlsx"


@pytest.fixture
def reviewed(viewer: Viewer) -> Place:
    """An account whose rows are all reviewed."""
    return place(viewer, "Redline", "9053")


@pytest.fixture
def half(viewer: Viewer) -> Place:
    return place(viewer, "Marigold", "3077")


def keys(app: AppTest) -> set[str]:
    return {button.key for button in app.button if button.key}


def press(app: AppTest, key: str) -> None:
    """Press an export button, and go on where only warnings ask."""
    app.button(key=key).click().run()
    if "review_export_go" in keys(app) and not app.button(key="review_export_go").disabled:
        app.button(key="review_export_go").click().run()


def exports(where: Place) -> list[exporting.ExportBatch]:
    viewer = where.viewer
    batches = exporting.list_exports(viewer.actor, viewer.workspace)
    return [batch for batch, _ in batches if batch.account_id == where.account.id]


def test_the_buttons_are_named_as_people_know_them(app: AppTest, half: Place) -> None:
    app.session_state[MORE] = True
    open_review(app, half)
    titles = [button.label for button in app.button if str(button.key).startswith("review_export_")]
    assert titles == [
        "Export to ACS Format",
        "ACS CSV (11 columns)",
        "ACS journal CSV",
        "ACS CSV (older)",
        "QuickBooks Online CSV",
        "Xero CSV",
        "QIF bank file",
        "OFX bank file",
    ]


@pytest.mark.parametrize("layout", ["acs-xlsx", "acs-csv-journal", "ofx"])
def test_a_file_is_recorded_and_offered(app: AppTest, reviewed: Place, layout: str) -> None:
    count = len(reviewed.rows())
    app.session_state[MORE] = True
    open_review(app, reviewed)
    press(app, f"review_export_{layout}")
    [batch] = exports(reviewed)
    said = words(app)
    assert f"Export {batch.number}: {count} rows" in said
    assert "Kept in Exports" in said
    [button] = app.get("download_button")
    assert button.proto.label == f"Download export {batch.number}"
    assert batch.file_name in said
    assert hashlib.sha256(file_bytes(reviewed.viewer, batch.id)).hexdigest() == batch.sha256


def test_exported_rows_are_locked_in_the_grid(app: AppTest, reviewed: Place) -> None:
    open_review(app, reviewed)
    press(app, ACS)
    assert {row.status for row in reviewed.rows()} == {Status.EXPORTED}
    assert "↗ Exported (locked)" in app.data_editor[0].value["status"].iloc[0]


def test_nothing_to_export_is_said_in_words(app: AppTest, viewer: Viewer) -> None:
    fresh = place(viewer, "Greenfold", "5190")
    open_review(app, fresh)
    press(app, ACS)
    assert "There is nothing to export for" in words(app)
    assert "still to review" in words(app)
    assert exports(fresh) == []


def test_warnings_ask_once_and_can_be_cancelled(app: AppTest, half: Place) -> None:
    open_review(app, half)
    app.button(key=ACS).click().run()
    said = words(app)
    assert re.search(r"\d+ warnings?", said)
    assert "I have seen these 3 warnings" in app.button(key="review_export_go").label
    assert "still to review and stay out of this file" in said
    assert exports(half) == []
    app.button(key="review_export_cancel").click().run()
    assert "review_export_go" not in keys(app)
    assert exports(half) == []
    press(app, ACS)
    [batch] = exports(half)
    assert "not_reviewed" in batch.confirmed
    assert batch.rows == sum(row.status is Status.EXPORTED for row in half.rows())


def test_the_rows_of_a_finding_can_be_shown(app: AppTest, half: Place) -> None:
    open_review(app, half)
    app.button(key=ACS).click().run()
    app.button(key="review_finding_not_reviewed").click().run()
    waiting = {row.id for row in half.rows() if row.status is Status.TO_REVIEW}
    assert set(grid_ids(app)) == waiting
    app.button(key="review_show_all").click().run()
    assert len(grid_ids(app)) == len(half.rows())


def test_errors_block_until_a_reason_is_typed(app: AppTest, half: Place) -> None:
    open_review(app, half, show="reviewed")
    edit(app, {0: {"gl": None}})
    edit(app, {})
    app.checkbox(key="review_include_unreviewed").check().run()
    app.button(key=ACS).click().run()
    assert re.search(r"\d+ errors?", words(app))
    assert app.button(key="review_export_go").disabled
    app.text_input(key="review_override_reason").set_value("Clearing account by hand").run()
    app.button(key="review_export_go").click().run()
    [batch] = exports(half)
    assert batch.override_reason == "Clearing account by hand"


def test_questions_are_asked_anew_when_a_row_is_corrected(app: AppTest, half: Place) -> None:
    open_review(app, half)
    app.button(key=ACS).click().run()
    before = words(app)
    waiting = sum(row.status is Status.TO_REVIEW for row in half.rows())
    assert f"{waiting} transactions are still to review" in before
    position = next(i for i, row in enumerate(half.rows()) if row.status is Status.TO_REVIEW)
    edit(app, {position: {"gl": labels(app, "gl")[4]}})
    assert f"{waiting - 1} transactions are still to review" in words(app)


def test_exported_rows_leave_again_only_when_asked(app: AppTest, reviewed: Place) -> None:
    open_review(app, reviewed)
    press(app, ACS)
    press(app, ACS)
    assert "There is nothing to export for" in words(app)
    assert len(exports(reviewed)) == 1
    app.checkbox(key="review_again").check().run()
    app.button(key=ACS).click().run()
    assert "a second time" in words(app)
    app.button(key="review_export_go").click().run()
    assert [batch.again for batch in exports(reviewed)] == [True, False]


def test_only_the_ticked_rows_leave_when_asked(app: AppTest, reviewed: Place) -> None:
    open_review(app, reviewed)
    app.checkbox(key="review_only_ticked").check().run()
    press(app, ACS)
    assert "No row is ticked" in words(app)
    assert not exports(reviewed)
    [ticked] = tick(app, [1])
    press(app, ACS)
    [batch] = exports(reviewed)
    assert batch.rows == 1
    assert [row.id for row in reviewed.rows() if row.export_number] == [ticked]


def test_the_file_is_not_offered_for_another_choice(app: AppTest, reviewed: Place) -> None:
    open_review(app, reviewed)
    press(app, ACS)
    assert app.get("download_button")
    app.segmented_control(key="review_preset").set_value("this_month").run()
    assert not app.get("download_button")
