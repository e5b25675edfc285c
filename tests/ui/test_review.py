"""Choosing, loading and filtering on Review."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from streamlit.delta_generator import DeltaGenerator
from streamlit.testing.v1 import AppTest

from ledgersync import clock
from ledgersync.domain.clients import FeedStatus
from ledgersync.domain.connections import ConnectionState
from ledgersync.domain.periods import last_month, this_month
from ledgersync.domain.transactions import Method, SetAside
from ledgersync.errors import DatabaseUnavailable, FeedUnreachable
from ledgersync.services import connecting, loading, reviewing, suggesting, syncing
from ledgersync.services.loading import LoadReport
from ledgersync.services.suggesting import SuggestReport
from ledgersync.storage.loads import AccountLoad
from ledgersync.ui.review_sheet import Asked, Sheet, matching
from ledgersync.ui.shell import Viewer
from tests.ui.review_steps import Place, grid_ids, open_review, place, transaction, words


@pytest.fixture
def half(viewer: Viewer) -> Place:
    """An account that is reviewed half-way."""
    return place(viewer, "Marigold", "3077")


@pytest.fixture
def fresh(viewer: Viewer) -> Place:
    """An account whose last month is not loaded yet."""
    return place(viewer, "Cobalt", "1288")


def test_a_link_brings_the_same_view(app: AppTest, half: Place) -> None:
    open_review(app, half, start="2026-09-05", end="2026-09-20", show="reviewed", search="a")
    assert app.selectbox(key="review_client").value == half.client.id
    assert app.selectbox(key=f"review_account_{half.client.id}").value == half.account.id
    assert app.date_input(key="review_start").value == date(2026, 9, 5)
    assert app.date_input(key="review_end").value == date(2026, 9, 20)


def test_filter_and_search_come_from_the_link_and_stay_in_it(app: AppTest, half: Place) -> None:
    open_review(app, half, show="reviewed", search="a")
    assert app.pills(key="review_show").value == "reviewed"
    assert app.text_input(key="review_search").value == "a"
    assert app.query_params["show"] == "reviewed"
    assert app.query_params["search"] == "a"


def test_the_url_holds_ids_and_dates_alone(app: AppTest, half: Place) -> None:
    open_review(app, half)
    period = last_month(clock.today())
    assert dict(app.query_params) == {
        "client": half.client.id,
        "account": half.account.id,
        "start": period.start.isoformat(),
        "end": period.end.isoformat(),
    }


def test_an_unknown_client_in_the_link_is_said(app: AppTest) -> None:
    open_review(app, client="'; drop table clients; --")
    assert "The link names a client that is not here." in words(app)
    assert app.selectbox(key="review_client").value is None


def test_another_clients_account_in_the_link_is_said(
    app: AppTest, half: Place, fresh: Place
) -> None:
    open_review(app, client=half.client.id, account=fresh.account.id)
    assert "a bank account that this client does not have" in words(app)
    chosen = app.selectbox(key=f"review_account_{half.client.id}").value
    assert chosen != fresh.account.id


@pytest.mark.parametrize(
    ("start", "end"),
    [
        ("2026-10-31", "2026-10-01"),
        ("rubbish", "2026-10-01"),
        ("0001-01-01", "9999-12-31"),
        ("", "x"),
    ],
)
def test_dates_that_cannot_be_fall_back_to_last_month(
    app: AppTest, half: Place, start: str, end: str
) -> None:
    open_review(app, half, start=start, end=end)
    assert "The link's dates can't be used" in words(app)
    assert app.date_input(key="review_start").value == last_month(clock.today()).start


def test_an_unknown_filter_in_the_link_shows_all(app: AppTest, half: Place) -> None:
    open_review(app, half, show="<script>")
    assert app.pills(key="review_show").value == "all"
    assert len(grid_ids(app)) == len(half.rows())


def test_a_note_about_the_link_ends_with_a_choice_of_ones_own(app: AppTest, half: Place) -> None:
    open_review(app, client="gone")
    app.selectbox(key="review_client").set_value(half.client.id).run()
    assert "The link names" not in words(app)


def test_the_choice_survives_another_page(app: AppTest, half: Place) -> None:
    open_review(app, half, start="2026-09-01", end="2026-09-30", show="to_review")
    app.query_params.clear()
    app.switch_page("pages/help.py").run()
    app.switch_page("pages/review.py").run()
    assert app.selectbox(key="review_client").value == half.client.id
    assert app.date_input(key="review_start").value == date(2026, 9, 1)
    assert app.query_params["end"] == "2026-09-30"


def test_a_preset_sets_the_dates_and_a_date_makes_it_custom(app: AppTest, half: Place) -> None:
    open_review(app, half)
    app.segmented_control(key="review_preset").set_value("this_month").run()
    assert app.date_input(key="review_start").value == this_month(clock.today()).start
    app.date_input(key="review_start").set_value(date(2026, 3, 4)).run()
    assert app.segmented_control(key="review_preset").value == "custom"
    assert app.query_params["start"] == "2026-03-04"


def test_an_end_before_the_start_is_said(app: AppTest, half: Place) -> None:
    open_review(app, half)
    app.date_input(key="review_end").set_value(date(2020, 1, 1)).run()
    assert "before its start" in words(app)
    assert not app.exception


def test_choosing_a_client_shows_its_accounts(app: AppTest, half: Place) -> None:
    open_review(app)
    app.selectbox(key="review_client").set_value(None).run()
    assert "Choose a client" in words(app)
    app.selectbox(key="review_client").set_value(half.client.id).run()
    options = app.selectbox(key=f"review_account_{half.client.id}").options
    assert "First Prairie National Bank Business Advantage Checking ...3077" in options


def test_the_demo_opens_half_way_through_a_month(app: AppTest) -> None:
    open_review(app)
    assert app.selectbox(key="review_client").value
    badges = " ".join(badge for row in app.data_editor[0].value["status"] for badge in row)
    assert "Reviewed" in badges
    assert any(method in badges for method in ("Rule", "AI", "Semantic"))


def test_the_demo_opens_the_fullest_account_of_its_client(app: AppTest, viewer: Viewer) -> None:
    open_review(app)
    client_id = str(app.selectbox(key="review_client").value)
    accounts = reviewing.list_accounts(viewer.actor, viewer.workspace, client_id)
    month = last_month(clock.today())
    sizes = [
        len(reviewing.review_sheet(viewer.actor, viewer.workspace, account.id, month).rows)
        for account in accounts
    ]
    assert max(sizes) > sizes[0], "the first one is not the fullest"
    assert len(grid_ids(app)) == max(sizes)


def test_a_client_without_accounts_is_explained(app: AppTest) -> None:
    open_review(app)
    box = app.selectbox(key="review_client")
    box.set_value(next(o for o in box.options if o.startswith("Juniper"))).run()
    assert "lists no bank accounts for Juniper & Oak Pet Supply" in words(app)
    assert app.button(key="review_refresh")


def test_without_clients_a_connected_firm_is_told_to_wait(
    app: AppTest, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reviewing, "list_clients", lambda *_: [])
    open_review(app)
    assert "30-60 seconds" in words(app)
    assert "connected bank accounts" in words(app)
    asked: list[object] = []
    monkeypatch.setattr(syncing, "sync_clients", lambda *given: asked.append(given))
    app.button(key="review_refresh").click().run()
    assert len(asked) == 1


def test_without_clients_and_connection_the_way_to_settings_is_shown(
    app: AppTest, viewer: Viewer, monkeypatch: pytest.MonkeyPatch
) -> None:
    connecting.disconnect(viewer.actor, viewer.workspace)
    monkeypatch.setattr(reviewing, "list_clients", lambda *_: [])
    open_review(app)
    assert "There are no clients yet." in words(app)
    assert "Connect LedgerSync in Settings" in [link.value for link in app.page_link]


def test_loading_says_what_came_and_says_so_until_another_period(
    app: AppTest, fresh: Place
) -> None:
    open_review(app, fresh)
    assert "Press Load Transactions" in words(app)
    app.button(key="review_load").click().run()
    loaded = len(fresh.rows())
    assert loaded
    assert f"Loaded: {loaded} new, 0 updated, 0 removed, 0 set aside" in words(app)
    app.run()
    assert "Loaded:" in words(app)
    app.segmented_control(key="review_preset").set_value("this_month").run()
    assert "Loaded:" not in words(app)


def test_loading_again_adds_nothing(app: AppTest, fresh: Place) -> None:
    open_review(app, fresh)
    app.button(key="review_load").click().run()
    ids = grid_ids(app)
    app.button(key="review_load").click().run()
    assert "Loaded: 0 new, 0 updated" in words(app)
    assert grid_ids(app) == ids


def test_loading_matches_next_and_says_so_in_its_clear_end(
    app: AppTest, fresh: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    said: list[str | None] = []
    really = DeltaGenerator.progress

    def noted(self: DeltaGenerator, value: float, text: str | None = None) -> DeltaGenerator:
        said.append(text)
        return really(self, value, text)

    open_review(app, fresh)
    monkeypatch.setattr(DeltaGenerator, "progress", noted)
    app.button(key="review_load").click().run()
    assert said[-1] == "Looking for vendors and GL codes of open rows"
    assert "1 of 1 bank account" in said
    rows = fresh.rows()
    answered = sum(row.suggested for row in rows)
    assert answered
    [label] = [status.label for status in app.status if "Loaded:" in status.label]
    assert label.endswith(f"{answered} of {len(rows)} open rows have a suggestion.")


def test_a_load_whose_matching_fails_is_still_a_load(
    app: AppTest, fresh: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> SuggestReport:
        raise DatabaseUnavailable("The database is locked.", "Try again in a minute.")

    monkeypatch.setattr(suggesting, "suggest", fail)
    open_review(app, fresh)
    app.button(key="review_load").click().run()
    assert f"Loaded: {len(fresh.rows())} new" in words(app)
    assert "Matching failed." in words(app)
    assert "The database is locked." in words(app)


def test_what_the_matcher_has_to_say_is_in_the_box(
    app: AppTest, half: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    said = "The outside model did not answer, so it was left out."
    report = SuggestReport(3, {Method.NONE: 3}, (said,))
    monkeypatch.setattr(suggesting, "suggest", lambda *_: report)
    open_review(app, half)
    app.button(key="review_load").click().run()
    assert said in words(app)


def test_rows_set_aside_are_shown_with_their_reason(
    app: AppTest, half: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    load = AccountLoad(
        "run", half.account.id, clock.now(), date(2026, 10, 1), date(2026, 10, 31), "done",
        new=3, set_aside=1,
    )  # fmt: skip
    report = LoadReport("run", "done", (load,), ())
    monkeypatch.setattr(loading, "load_transactions", lambda *_: report)
    aside = [SetAside("amount '12,34' is not a plain amount", '{"amount": "12,34"}')]
    monkeypatch.setattr(loading, "set_aside", lambda *_: aside)
    open_review(app, half)
    app.button(key="review_load").click().run()
    assert "3 new, 0 updated, 0 removed, 1 set aside" in words(app)
    assert "1 row of the feed could not be read and was set aside" in words(app)
    table = app.dataframe[0].value
    assert table.iloc[0].tolist() == [aside[0].reason, aside[0].raw]


def test_a_load_that_stayed_incomplete_says_so(
    app: AppTest, half: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    report = LoadReport("run", "incomplete", (), ("Checking: the list kept changing.",))
    monkeypatch.setattr(loading, "load_transactions", lambda *_: report)
    open_review(app, half)
    app.button(key="review_load").click().run()
    assert "Load incomplete" in words(app)
    assert "Checking: the list kept changing." in words(app)
    assert app.status[0].state == "error"


def test_a_load_that_failed_keeps_the_rows_and_says_why(
    app: AppTest, half: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> LoadReport:
        raise FeedUnreachable("LedgerSync does not answer.", "Try again in some minutes.")

    monkeypatch.setattr(loading, "load_transactions", fail)
    open_review(app, half)
    app.button(key="review_load").click().run()
    assert "LedgerSync does not answer." in words(app)
    assert "Try again in some minutes." in words(app)
    assert len(grid_ids(app)) == len(half.rows())


def test_a_broken_feed_is_said_with_what_to_do(app: AppTest, viewer: Viewer) -> None:
    broken = place(viewer, "Tillman", "7008")
    assert broken.account.feed_status is FeedStatus.BROKEN
    open_review(app, broken)
    assert "LedgerSync's connection to this bank is broken" in words(app)
    assert "Reconnect Atlas Business Card Parts Card ...7008" in words(app)
    options = app.selectbox(key=f"review_account_{broken.client.id}").options
    assert any(option.endswith("(!) connection broken") for option in options)


def test_a_bank_that_asks_for_a_code_is_said(app: AppTest, viewer: Viewer) -> None:
    open_review(app, place(viewer, "Greenfold", "5191"))
    assert "sign-in code (MFA)" in words(app)


@pytest.mark.parametrize(
    ("state", "sentence"),
    [
        (ConnectionState.NOT_CONNECTED, "LedgerSync is not connected"),
        (ConnectionState.LOCKED, "The stored LedgerSync log-in is locked."),
        (ConnectionState.NEEDS_ATTENTION, "LedgerSync refused the stored log-in."),
    ],
)
def test_a_connection_that_cannot_load_is_said_and_never_tried(
    app: AppTest,
    half: Place,
    monkeypatch: pytest.MonkeyPatch,
    state: ConnectionState,
    sentence: str,
) -> None:
    viewer = half.viewer
    now = connecting.connection_state(viewer.actor, viewer.workspace)
    monkeypatch.setattr(connecting, "connection_state", lambda *_: replace(now, state=state))
    open_review(app, half)
    assert sentence in words(app)
    assert app.button(key="review_load").disabled


def test_the_strip_is_the_whole_period_and_the_caption_what_is_shown(
    app: AppTest, half: Place
) -> None:
    rows = half.rows()
    open_review(app, half, show="reviewed")
    net = sum(row.amount for row in rows)
    money_in = sum(row.amount for row in rows if row.amount > 0)
    assert f"in **${money_in / 100:,.2f}** - out **${(money_in - net) / 100:,.2f}**" in words(app)
    assert f"{sum(row.status == 'reviewed' for row in rows)} rows: in " in words(app)


def test_filters_carry_their_counts(app: AppTest, half: Place) -> None:
    open_review(app, half)
    reviewed = sum(row.status == "reviewed" for row in half.rows())
    assert f":green[✓] Reviewed ({reviewed})" in app.pills(key="review_show").options
    app.pills(key="review_show").set_value("reviewed").run()
    assert len(grid_ids(app)) == reviewed


@pytest.mark.parametrize("column", ["description", "amount", "vendor", "gl"])
def test_search_finds_by(app: AppTest, half: Place, column: str) -> None:
    row = next(row for row in half.rows() if row.vendor_id and row.gl_code)
    sought = {
        "description": row.description[:14].lower(),
        "amount": f"{abs(row.amount) / 100:.2f}",
        "vendor": row.vendor_name.upper(),
        "gl": row.gl_code,
    }[column]
    open_review(app, half, search=sought)
    assert row.id in grid_ids(app)
    assert len(grid_ids(app)) < len(half.rows())


@pytest.mark.parametrize("search", ["quartz KITE", "00417", "invoice 88", "kite 88", "6100"])
def test_search_finds_all_that_a_row_says(search: str) -> None:
    other = transaction(id="other", description="POS 2")
    said = {"payee": "Quartz Kites", "check_number": "00417", "memo": "Invoice 88"}
    sought = transaction(other, id="sought", gl_code="6100", **said)
    nobody: Any = None
    sheet = Sheet(nobody, nobody, (sought, other), {}, {})
    assert matching(sheet, Asked(search=search)) == (sought,)


def test_a_search_without_hits_says_so(app: AppTest, half: Place) -> None:
    open_review(app, half, search="no such merchant")
    assert "No rows match." in words(app)
