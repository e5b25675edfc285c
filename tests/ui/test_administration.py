"""Administration on Settings: the audit trail, keys and backups, as an administrator uses them."""

import csv
import io
import json
import re
from datetime import timedelta
from typing import Any

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from ledgersync.domain.actors import Actor
from ledgersync.services import audit_trail, key_care
from ledgersync.services.audit_trail import TrailFilter
from ledgersync.services.workspace import Workspace
from ledgersync.storage import audit
from ledgersync.ui.audit_trail import detail_words
from ledgersync.ui.shell import Viewer
from tests.ui.pages import opened, press, shown


def test_the_trail_is_shown_filtered_and_verified(app: AppTest, viewer: Viewer) -> None:
    opened(app, "settings")
    press(app, "Verify the audit trail")
    assert ": the trail is intact, " in shown(app)
    app.toggle(key="audit_shown").set_value(True).run()
    app.selectbox(key="audit_action").set_value("export").run()
    entries = next(f.value for f in app.dataframe if "Entry" in f.value)
    wanted = audit_trail.trail(viewer.actor, viewer.workspace, TrailFilter(action="export"))
    assert list(entries["Entry"]) == [entry.seq for entry in wanted.entries]
    assert set(entries["Signed"]) == {"K1"}
    assert all(name.endswith((".xlsx", ".csv")) for name in entries["Which"])
    day = wanted.entries[0].at.astimezone().date()
    app.date_input(key="audit_until").set_value(day).run()
    again = next(f.value for f in app.dataframe if "Entry" in f.value)
    assert again["Entry"][0] == entries["Entry"][0]  # the last day counts too
    app.date_input(key="audit_from").set_value(day + timedelta(1)).run()
    assert "No entry fits these filters." in shown(app)
    app.date_input(key="audit_from").set_value(None).run()
    assert "No entry fits these filters." not in shown(app)
    app.text_input(key="audit_search").set_value("no such words").run()
    assert "No entry fits these filters." in shown(app)


def test_the_trail_leaves_as_a_file_of_what_the_filters_let_through(
    app: AppTest, demo: Workspace, viewer: Viewer, monkeypatch: pytest.MonkeyPatch
) -> None:
    given: dict[str, Any] = {}
    with demo.database.writing() as tx:
        told = audit.entry(Actor("k1", "=Kim"), "edit", "vendor", "v1", note="two\nlines, one")
        audit.record(tx, told)
    opened(app, "settings")
    monkeypatch.setattr(
        st,
        "download_button",
        lambda label, data, **more: given.update(more, label=label, data=data),
    )
    app.toggle(key="audit_shown").set_value(True).run()
    for wanted in (TrailFilter(), TrailFilter(action="edit")):
        app.selectbox(key="audit_action").set_value(wanted.action or None).run()
        assert not app.exception
        kept = audit_trail.trail(viewer.actor, viewer.workspace, wanted, limit=1_000_000).entries
        rows = list(csv.reader(io.StringIO(given["data"]().decode("utf-8-sig"))))[1:]
        assert len(rows) == len(kept)
        for (seq, when, who, user_id, *said, detail, link, key_id, mac), one in zip(
            rows, kept, strict=True
        ):
            assert (seq, when) == (str(one.seq), f"{one.at:%Y-%m-%d %H:%M:%S}")
            assert (who, user_id) == (one.user_name.replace("=Kim", "'=Kim"), one.user_id)
            assert said == [one.action, one.subject, one.subject_id]
            assert json.loads(detail) == json.loads(one.detail)
            assert (link, key_id, mac) == (one.chain, one.key_id, one.mac)
    assert (given["label"], given["mime"]) == ("Download as CSV", "text/csv")
    assert re.fullmatch(r"audit-trail-\d{8}-\d{6}\.csv", given["file_name"])


def test_colleagues_of_one_name_are_two_in_the_filter(app: AppTest, demo: Workspace) -> None:
    with demo.database.writing() as tx:
        for id_ in ("k1", "k2"):
            audit.record(tx, audit.entry(Actor(id_, "Kim"), "edit", "vendor", f"of {id_}"))
    opened(app, "settings")
    app.toggle(key="audit_shown").set_value(True).run()
    who = app.selectbox(key="audit_who")
    assert {"Kim [k1]", "Kim [k2]"} < set(who.options)
    who.select("Kim [k2]").run()
    entries = next(f.value for f in app.dataframe if "Entry" in f.value)
    assert list(entries["Which"]) == ["of k2"]


def test_the_recovery_kit_is_offered_where_a_log_in_was_saved_and_among_the_next_steps(
    app: AppTest, monkeypatch: pytest.MonkeyPatch
) -> None:
    offer = "Print the recovery kit of key K7"
    opened(app, "settings")
    assert "Print the recovery kit" not in shown(app)
    monkeypatch.setattr(key_care, "kit_to_print", lambda *_: "K7")
    assert offer in shown(app.run())
    assert offer in shown(opened(app, "overview"))
    monkeypatch.setattr(key_care, "may_administer", lambda *_: False)
    assert offer not in shown(app.run())


def test_the_key_is_changed_retired_and_a_backup_made(app: AppTest, demo: Workspace) -> None:
    opened(app, "settings")
    press(app, "Change the key now")
    assert "Key K2 is in use: 3 stored values found, 3 sealed anew and read back" in shown(app)
    app.checkbox(key="kit_is_kept").check().run()
    press(app, "Retire K1")
    assert "Key K1 is retired. It was taken out of: config folder." in shown(app)
    assert demo.keys.ids() == ("K2",)
    assert "No backup here yet" in shown(app)
    press(app, "Back up now")
    assert "Newest backup" in shown(app)
    [made] = (demo.settings.data_folder / "backups").iterdir()
    assert str(made) in shown(app)


def test_details_read_as_sentences() -> None:
    assert detail_words('{"gl_code": ["", "6250"], "on": true}') == "gl code: none → 6250; on: yes"
    assert detail_words('{"vendor_id": ["v1", null]}') == "vendor: v1 → none"
    assert detail_words('{"ids": [["a"], ["b"]], "rows": 2}') == 'ids: [["a"], ["b"]]; rows: 2'
    assert detail_words("not JSON") == "not JSON"
