"""Learned: what was learned is looked over, stopped and taken up; spellings are kept."""

from datetime import date

import pytest
from streamlit.testing.v1 import AppTest

from ledgersync.domain.learned import LearnedText
from ledgersync.domain.spellings import SpellingProposal
from ledgersync.services import client_records, learned, reviewing, spellings
from ledgersync.services.learned import LearnedPage
from ledgersync.ui.learned_texts import texts_frame
from ledgersync.ui.shell import Viewer
from tests.ui.pages import HOSTILE, opened, param, press, shown, words

TAB, CLIENT, PART = "rules_tab", "learned_client", "learned_part"


def client_id(viewer: Viewer, name: str = "Blue Heron") -> str:
    everyone = reviewing.list_clients(viewer.actor, viewer.workspace)
    return next(client.id for client in everyone if client.name.startswith(name))


def page_of(viewer: Viewer) -> LearnedPage:
    return learned.learned(viewer.actor, viewer.workspace, client_id(viewer))


def go(app: AppTest, part: str) -> AppTest:
    app.session_state[PART] = part
    app.run()
    assert not app.exception
    return app


@pytest.fixture
def tab(app: AppTest, viewer: Viewer) -> AppTest:
    """The tab, open for a client with many reviewed rows."""
    app.session_state[TAB] = "Learned"
    app.session_state[CLIENT] = client_id(viewer)
    return opened(app, "rules")


@pytest.fixture
def text(viewer: Viewer) -> LearnedText:
    """The description with most rows."""
    return page_of(viewer).texts[0]


def test_a_link_opens_what_was_learned_of_a_description(
    app: AppTest, viewer: Viewer, text: LearnedText
) -> None:
    opened(app, "rules", learned_client=client_id(viewer), learned_text=text.descriptor)
    assert text.descriptor in [heading.value for heading in app.subheader]
    assert param(app, "learned_text") == text.descriptor
    other = client_id(viewer, "Cobalt")
    app.selectbox(key=CLIENT).set_value(other).run()
    assert param(app, "learned_client") == other
    go(app, "spellings")
    app.session_state[TAB] = "Rules"
    app.run()
    assert not app.exception
    assert "learned_client" not in app.query_params
    assert app.session_state[TAB] == "Rules"


def test_a_link_to_another_description_of_the_same_client_is_followed(
    app: AppTest, viewer: Viewer, text: LearnedText
) -> None:
    opened(app, "rules", learned_client=client_id(viewer), learned_text=text.descriptor)
    other = page_of(viewer).texts[1].descriptor
    app.query_params["learned_text"] = other
    app.run()
    assert other in [heading.value for heading in app.subheader]
    assert param(app, "learned_text") == other
    del app.query_params["learned_text"]
    app.run()
    assert other not in [heading.value for heading in app.subheader]


def test_what_was_learned_is_listed_searched_and_put_in_order(
    tab: AppTest, viewer: Viewer, text: LearnedText
) -> None:
    page = page_of(viewer)
    assert f"learned from {page.rows:,} reviewed rows" in shown(tab)
    table = tab.dataframe[0].value
    assert len(table) == len(page.texts)
    assert table["text"][0] == text.descriptor
    assert table["gl"][0].startswith(text.gl_codes[0].words)
    tab.segmented_control(key="learned_order").set_value("Newest").run()
    assert tab.dataframe[0].value["last"].is_monotonic_decreasing
    tab.text_input(key="learned_search").set_value(text.descriptor.lower()).run()
    assert text.descriptor in list(tab.dataframe[0].value["text"])
    tab.text_input(key="learned_search").set_value("no such words").run()
    assert "Nothing that was learned has these words." in shown(tab)


def test_a_suggestion_is_stopped_undone_and_stopped_again(
    tab: AppTest, viewer: Viewer, text: LearnedText
) -> None:
    tab.selectbox(key="learned_text").set_value(text.descriptor).run()
    choice = text.gl_codes[0]
    assert f"**{choice.name}** in {choice.rows} of {choice.of} rows" in shown(tab)
    assert len(tab.dataframe[1].value) == min(text.rows, 100)
    press(tab, "Stop suggesting this")
    assert f"{choice.name} is no longer suggested for {text.descriptor}" in shown(tab)
    assert [one.stop for one in page_of(viewer).stopped] == [choice.stop]
    assert "⊘" in tab.dataframe[0].value.set_index("text")["gl"][text.descriptor]
    tab.selectbox(key=CLIENT).set_value(client_id(viewer, "Greenfold")).run()
    assert "is no longer suggested" not in shown(tab)
    tab.selectbox(key=CLIENT).set_value(client_id(viewer)).run()
    press(tab, "Undo")
    assert page_of(viewer).stopped == ()
    tab.selectbox(key="learned_text").set_value(text.descriptor).run()
    press(tab, "Stop suggesting this")
    press(tab, "Suggest again")
    assert page_of(viewer).stopped == ()
    assert f"{choice.name} may be suggested again" in shown(tab)


def test_the_list_of_what_was_stopped_leads_back(
    tab: AppTest, viewer: Viewer, text: LearnedText
) -> None:
    go(tab, "stopped")
    assert "Nothing was stopped for this client." in shown(tab)
    stop = text.gl_codes[0].stop
    learned.forget(viewer.actor, viewer.workspace, client_id(viewer), *stop)
    tab.run()
    [row] = tab.dataframe[0].value.to_dict("records")
    assert row["Description"] == text.descriptor
    assert row["No longer suggested"] == f"GL code {text.gl_codes[0].name}"
    assert row["Stopped by"] == viewer.actor.name
    press(tab, "Suggest again")
    assert page_of(viewer).stopped == ()
    assert "Nothing was stopped for this client." in shown(tab)


def test_learning_is_switched_off_and_on(tab: AppTest, viewer: Viewer) -> None:
    switch = tab.toggle(key=f"learned_on_{client_id(viewer)}")
    assert switch.value is True
    switch.set_value(False).run()
    assert not page_of(viewer).on
    assert "Learning is off for this client" in shown(tab)
    tab.toggle(key=f"learned_on_{client_id(viewer)}").set_value(True).run()
    assert page_of(viewer).on


def test_a_client_without_reviewed_rows_leads_to_review(tab: AppTest, viewer: Viewer) -> None:
    tab.selectbox(key=CLIENT).set_value(client_id(viewer, "Juniper")).run()
    assert "Nothing was learned for this client yet." in shown(tab)
    assert "Review this client" in shown(tab)


def test_spellings_are_typed_refused_and_undone(tab: AppTest, viewer: Viewer) -> None:
    def spelt() -> tuple[str, ...]:
        listed = spellings.list_spellings(viewer.actor, viewer.workspace, client_id(viewer))
        return next(one.spellings for one in listed if one.vendor.id == vendor.id)

    def field() -> str:
        return next(one.key for one in tab.text_input if one.label == "Spellings") or ""

    vendor = client_records.add_vendor(
        viewer.actor, viewer.workspace, client_id(viewer), "Zephyr Kites", ""
    )
    go(tab, "spellings")
    tab.selectbox(key="learned_vendor").set_value(vendor.id).run()
    tab.text_input(key=field()).set_value("zph kites, ZPHR").run()
    assert spelt() == ("ZPHR", "zph kites")
    assert "Spellings of Zephyr Kites: ZPHR, zph kites." in shown(tab)
    tab.text_input(key=field()).set_value("ZPHR, payment").run()
    assert "The spelling payment names nobody" in shown(tab)
    assert spelt() == ("ZPHR", "zph kites")
    press(tab, "Undo")
    assert spelt() == ()


def test_a_proposed_spelling_is_added_with_one_click(
    tab: AppTest, viewer: Viewer, monkeypatch: pytest.MonkeyPatch
) -> None:
    vendor = client_records.add_vendor(
        viewer.actor, viewer.workspace, client_id(viewer), "Zephyr Kites", ""
    )
    proposal = SpellingProposal(vendor.id, "ZPH KITES", 3, "ZPH KITES 12", date(2026, 3, 2))
    monkeypatch.setattr(spellings, "propose_spellings", lambda *_: (proposal,))
    go(tab, "spellings")
    assert "**ZPH KITES** → Zephyr Kites :small[in 3 rows, last on 03/02/2026" in shown(tab)
    press(tab, "Add spelling")
    assert "Spellings of Zephyr Kites: ZPH KITES." in shown(tab)
    assert list(tab.dataframe[0].value["Spellings"]) == ["ZPH KITES"]


def test_names_of_others_are_shown_as_they_are(tab: AppTest, viewer: Viewer) -> None:
    vendor = client_records.add_vendor(
        viewer.actor, viewer.workspace, client_id(viewer), HOSTILE, ""
    )
    learned.forget(viewer.actor, viewer.workspace, client_id(viewer), HOSTILE, vendor.id)
    go(tab, "stopped")
    press(tab, "Suggest again")
    assert "evil.example" in shown(tab)
    assert not any("](https://" in text or "<b>" in text for text in words(tab))


def test_the_frame_says_what_is_still_suggested_and_what_is_not(
    viewer: Viewer, text: LearnedText
) -> None:
    frame = texts_frame([text])
    assert frame["rows"][0] == text.rows
    assert "stopped" not in frame["gl"][0]
    learned.forget(viewer.actor, viewer.workspace, client_id(viewer), *text.gl_codes[0].stop)
    frame = texts_frame([page_of(viewer).texts[0]])
    assert f"⊘ {text.gl_codes[0].name} stopped" in frame["gl"][0]
