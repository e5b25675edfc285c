"""Exports: the history, one export's details, and the same bytes again."""

import hashlib
import json
from datetime import date, timedelta
from typing import Any

import pandas as pd
import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from ledgersync import clock
from ledgersync.domain.decisions import Edit
from ledgersync.domain.periods import Period
from ledgersync.services import exporting, reviewing
from ledgersync.services.exporting import ExportBatch
from ledgersync.services.workspace import Workspace
from ledgersync.storage import clients
from ledgersync.storage.tables import EXPORTS
from ledgersync.ui import export_history, shell
from ledgersync.ui.export_filters import ExportFilter
from ledgersync.ui.shell import Viewer
from ledgersync.ui.times import for_table
from tests.ui.pages import HOSTILE, opened, press, shown, words


@pytest.fixture
def newest(viewer: Viewer) -> ExportBatch:
    return exporting.list_exports(viewer.actor, viewer.workspace)[0][0]


def details(app: AppTest, number: int) -> dict[str, str]:
    """The details of an export as the page shows them."""
    opened(app, "exports")
    app.selectbox(key="export").set_value(number).run()
    assert not app.exception
    table = app.table[0].value
    return {name: str(value) for name, value in zip(table.index, table.iloc[:, 0], strict=True)}


def test_every_export_is_listed_the_newest_first(app: AppTest, viewer: Viewer) -> None:
    rows = opened(app, "exports").dataframe[0].value
    made = exporting.list_exports(viewer.actor, viewer.workspace)
    assert list(rows["No."]) == [batch.number for batch, _ in made]
    assert list(rows["Total"]) == [batch.total / 100 for batch, _ in made]
    assert set(rows["Layout"]) == {"Export to ACS Format"}
    assert set(rows["By"]) == {"Dana Whitfield"}
    assert all(rows["Bank account"])


def test_filters_narrow_the_list(app: AppTest) -> None:
    opened(app, "exports")
    app.selectbox(key="exports_client").set_value("Tillman Auto Repair").run()
    assert set(app.dataframe[0].value["Client"]) == {"Tillman Auto Repair"}
    assert f"{len(app.dataframe[0].value)} exports" in shown(app)


def test_filters_look_at_person_days_and_words(newest: ExportBatch) -> None:
    left = for_table(newest.created_at)
    assert left
    day, one = left.date(), timedelta(days=1)

    def fits(**wanted: Any) -> bool:
        return ExportFilter(**wanted).lets_through(newest, "First Bank Checking ...9053")

    assert fits(by=newest.created_by, first=day, last=day)
    assert not fits(by="Somebody else")
    assert not fits(first=day + one)
    assert not fits(last=day - one)
    assert fits(words=f"no. {newest.number} 9053 {newest.sha256[:10].upper()}")
    assert not fits(words="9053 nowhere")


def test_days_and_words_narrow_the_list(app: AppTest, newest: ExportBatch) -> None:
    opened(app, "exports")
    app.text_input(key="exports_search").set_value(newest.sha256[:12]).run()
    assert list(app.dataframe[0].value["No."]) == [newest.number]
    app.date_input(key="exports_until").set_value(date(2020, 1, 1)).run()
    assert "No export fits these filters." in app.info[0].value


def test_a_removed_file_says_when_and_what_to_do(
    app: AppTest, demo: Workspace, newest: ExportBatch
) -> None:
    with demo.database.writing() as tx:
        made = clock.now() - timedelta(days=400)
        values = {"created_at": made}
        tx.execute(EXPORTS.update().where(EXPORTS.c.id == newest.id).values(**values))
    details(app, newest.number)
    said = shown(app)
    assert f"File removed on {clock.today():%m/%d/%Y}, after 400 days." in said
    assert "export the rows again from Review" in said
    assert not app.get("download_button")


def test_files_whose_time_is_over_go_when_the_app_starts(
    demo: Workspace, newest: ExportBatch, monkeypatch: pytest.MonkeyPatch
) -> None:
    with demo.database.writing() as tx:
        query = EXPORTS.update().where(EXPORTS.c.id == newest.id)
        tx.execute(query.values(created_at=clock.now() - timedelta(days=366)))
    monkeypatch.setattr(shell, "open_demo", lambda _settings: demo)
    st.cache_resource.clear()
    shell.workspace()
    with demo.database.reading() as tx:
        gone = tx.execute(EXPORTS.select().where(EXPORTS.c.data.is_(None))).all()
    assert [row.id for row in gone] == [newest.id]


def test_rows_that_changed_since_are_listed_and_shown_in_review(
    app: AppTest, viewer: Viewer, newest: ExportBatch
) -> None:
    period = Period(newest.start, newest.end)
    actor, books = viewer.actor, viewer.workspace
    row = next(
        one
        for one in reviewing.review_sheet(actor, books, newest.account_id, period).rows
        if one.export_number == newest.number
    )
    reviewing.unlock(actor, books, newest.account_id, [row.id])
    chart = reviewing.coding(actor, books, newest.client_id).chart
    other = next(gl.code for gl in chart if gl.code != row.gl_code)
    reviewing.save_edits(
        actor, books, newest.account_id, [Edit(row.id, row.version, gl_code=other)]
    )
    opened(app, "exports")
    assert [box.label for box in app.expander] == ["1 row changed since export"]
    [line] = app.dataframe[0].value.to_dict("records")
    assert line["What changed"] == f"GL code: {row.gl_code} -> {other}"
    assert line["Last saved by"] == actor.name
    app.button(key=f"changed_{newest.number}").click().run()
    assert not app.exception
    assert app.title[0].value == "Review"
    assert list(app.data_editor[0].value.index) == [row.id]


def test_details_hold_what_support_would_ask(app: AppTest, newest: ExportBatch) -> None:
    facts = details(app, newest.number)
    assert newest.sha256 in facts["File check (SHA-256)"]
    assert newest.file_name in facts["File"]
    assert facts["Rows"].startswith(f"{newest.rows:,}, \\$")
    assert "Dana Whitfield" in facts["Exported"]
    assert newest.audit_seq > 0
    assert facts["Audit trail"] == f"entry {newest.audit_seq:,}, `{newest.audit_chain}`"
    assert "Override reason" not in facts


def test_an_export_whose_rows_stayed_as_they_were_has_no_figure(newest: ExportBatch) -> None:
    rows = export_history.history_frame([(newest, 0), (newest, 3)], {}).to_dict("records")
    assert pd.isna(rows[0]["Changed since"])
    assert rows[1]["Changed since"] == 3


def test_findings_and_the_reason_are_shown(
    app: AppTest, demo: Workspace, newest: ExportBatch
) -> None:
    findings = [["blank_gl", "error", "3 transactions have no GL code."], ["pending", "info", "x"]]
    values = {"findings": json.dumps(findings), "override_reason": "Agreed with *Ann*"}
    with demo.database.writing() as tx:
        tx.execute(EXPORTS.update().where(EXPORTS.c.id == newest.id).values(**values))
    facts = details(app, newest.number)
    assert facts["Override reason"].replace("\\", "") == "Agreed with *Ann*"
    assert "3 transactions have no GL code." in shown(app)
    assert ":material/block: Blocked" in shown(app)


def test_an_export_without_findings_says_so(
    app: AppTest, demo: Workspace, newest: ExportBatch
) -> None:
    with demo.database.writing() as tx:
        tx.execute(EXPORTS.update().where(EXPORTS.c.id == newest.id).values(findings="[]"))
    details(app, newest.number)
    assert "The checks before the export found nothing." in shown(app)


def test_downloading_again_gives_the_very_bytes(
    viewer: Viewer, newest: ExportBatch, monkeypatch: pytest.MonkeyPatch
) -> None:
    given: list[object] = []
    monkeypatch.setattr(st, "download_button", lambda *args, **_: given.append(args[1]))
    export_history._download_again(viewer, newest)
    [data] = given
    assert callable(data), "the bytes are read on the click, not with every look at the page"
    assert hashlib.sha256(data()).hexdigest() == newest.sha256


def test_an_export_is_taken_back_after_a_look_at_what_that_does(
    app: AppTest, viewer: Viewer
) -> None:
    made = exporting.list_exports(viewer.actor, viewer.workspace)
    largest = max((batch for batch, _ in made), key=lambda batch: batch.rows)
    rows = f"{largest.rows:,} rows"
    details(app, largest.number)
    assert f"{rows} can be changed again" in shown(app)
    assert "remove its entries there" in shown(app)
    press(app, f"Take back {rows}")
    assert "needs a reason why the export is taken back" in app.error[0].value
    app.text_input(key=f"export_take_back_reason_{largest.id}").set_value("Wrong *month*")
    press(app, f"Take back {rows}")
    assert "Took back export" in app.toast[0].value
    assert "by Demo admin: Wrong *month*" in shown(app)
    taken = app.dataframe[0].value.set_index("No.")["Taken back"].dropna()
    assert taken.to_dict() == {largest.number: "by Demo admin"}
    assert app.get("download_button")
    press(app, "Let it stand again")
    assert f"stands again, {rows} locked" in app.toast[0].value.replace("\\", "")
    assert "Taken back" not in app.dataframe[0].value


def test_names_with_markup_stay_text(app: AppTest, demo: Workspace, newest: ExportBatch) -> None:
    with demo.database.writing() as tx:
        clients.change_client(tx, newest.client_id, name=HOSTILE)
    facts = details(app, newest.number)
    assert "](https:" not in facts["Client"]
    assert not [text for text in words(app) if "](https:" in text or "<b>" in text]


def test_a_firm_without_exports_is_told_where_they_come_from(fresh_app: AppTest) -> None:
    opened(fresh_app, "exports")
    assert "Nothing was exported yet." in fresh_app.info[0].value
    assert not fresh_app.dataframe
