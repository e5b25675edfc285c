"""Overview: where the firm stands, what to do next, and how a fresh firm begins."""

import re
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from streamlit.testing.v1 import AppTest

from ledgersync import clock
from ledgersync.domain.clients import FeedStatus
from ledgersync.domain.periods import Period, covers, last_month
from ledgersync.domain.transactions import Method
from ledgersync.services import connecting, loading, overview
from ledgersync.services.overview import Activity, ClientStanding, FirmStanding
from ledgersync.services.trends import MethodCount, Spending
from ledgersync.services.workspace import Workspace
from ledgersync.storage import clients
from ledgersync.ui import (
    feed_health,
    months,
    next_steps,
    standing_chart,
    standing_table,
    trend_charts,
)
from ledgersync.ui.shell import Viewer
from ledgersync.ui.standing_table import Only, chosen_clients
from ledgersync.ui.trend_charts import Chart
from tests.ui.pages import HOSTILE, badge, opened, param, shown, words

OCTOBER = Period(date(2026, 10, 1), date(2026, 10, 31))
BAKERY = ClientStanding(
    *("c1", "Bakery", 3, 2, 0, 100, 40, 35, 20, 5, datetime(2026, 11, 2, tzinfo=UTC)),
    matched=80,
    ties=2,
    off=1,
    activity=Activity(datetime(2026, 11, 2, tzinfo=UTC), "Dana", "Changed 1 row"),
)
IDLE = ClientStanding("c2", "Idle", 0, 0, 0, 0, 0, 0, 0, 0, None)
DONE = ClientStanding(  # every row exported
    "c3", "Done", 1, 1, 0, 1, 0, 0, 1, 0, datetime(2026, 11, 2, tzinfo=UTC)
)


def firm(*rows: ClientStanding) -> FirmStanding:
    return FirmStanding(OCTOBER, rows, (), 0, reviewed_ever=False, exports_ever=0)


def standing(viewer: Viewer) -> FirmStanding:
    return overview.firm_standing(viewer.actor, viewer.workspace, last_month(clock.today()))


def test_the_figures_are_those_of_the_month(app: AppTest, viewer: Viewer) -> None:
    opened(app, "overview")
    figures = {metric.label: metric.value for metric in app.metric}
    now = standing(viewer)
    assert figures["Clients"] == "12"
    assert figures["To review"] == f"{now.total('to_review'):,}" != "0"
    assert figures["Exported"] == f"{now.total('exported'):,}" != "0"
    assert figures["Accounts loaded"] == f"{now.total('loaded_accounts')} of 36"


def test_the_connection_stands_on_top(app: AppTest) -> None:
    assert "12 clients" in badge(opened(app, "overview"))


def test_another_month_has_other_figures_and_a_link(app: AppTest, viewer: Viewer) -> None:
    earlier = months.recent_months(clock.today())[3]
    opened(app, "overview", month=f"{earlier.start:%Y-%m}")
    found = overview.firm_standing(viewer.actor, viewer.workspace, earlier)
    figures = {metric.label: metric.value for metric in app.metric}
    assert figures["Transactions"] == f"{found.total('transactions'):,}"
    assert param(app, "month") == f"{earlier.start:%Y-%m}"
    assert f"Clients in {earlier.start:%B %Y}" in [s.value for s in app.subheader]


def test_a_finished_set_up_shows_no_checklist(app: AppTest) -> None:
    opened(app, "overview")
    assert not [s.value for s in app.subheader if s.value.startswith("Set-up")]


def test_the_table_has_a_row_for_every_client(app: AppTest, viewer: Viewer) -> None:
    opened(app, "overview")
    assert list(app.dataframe[0].value["name"]) == [c.name for c in standing(viewer).clients]


def test_a_row_of_the_table() -> None:
    [row] = standing_table.standing_frame([BAKERY]).to_dict("records")
    assert (row["loaded"], row["done"], row["to_review"]) == ("2 of 3", "55%", "40")
    assert (row["matched"], row["ties"], row["who"]) == ("80%", "! 1 off, 2 tie", "Dana")


def test_numbers_of_the_board_sort_by_size() -> None:
    """A grid sorts the labels of its buttons as texts."""
    sizes = (7, 12_345, 96, 990)
    rows = [replace(BAKERY, transactions=size, matched=0, to_review=size) for size in sizes]
    labels = list(standing_table.standing_frame(rows)["to_review"])
    assert [label.strip() for label in sorted(labels)] == ["7", "96", "990", "12,345"]


def test_a_share_is_whole_only_when_all_rows_are_in_it() -> None:
    assert standing_table.share(299, 300) == "99%"
    assert standing_table.share(300, 300) == "100%"


def test_a_client_without_transactions_has_no_share_and_one_without_accounts_no_button() -> None:
    [row] = standing_table.standing_frame([IDLE]).to_dict("records")
    assert row["done"] is None
    assert row["open"] is None
    assert row["loaded"] == "none"
    assert row["to_review"] is None


def test_the_board_is_filtered_by_state_name_and_person() -> None:
    everyone = (BAKERY, IDLE, DONE)

    def names(only: Only = Only.ALL, search: str = "", who: str = "") -> list[str]:
        return [c.name for c in chosen_clients(everyone, only, search, who)]

    assert names(Only.TO_REVIEW) == names(Only.NOT_TIED) == names(Only.NOT_LOADED) == ["Bakery"]
    assert names(Only.DONE) == ["Done"]
    assert names(search="id") == ["Idle"]
    assert names(who="Dana") == ["Bakery"]
    assert names(Only.DONE, who="Dana") == []


def test_the_board_says_who_did_what_last_and_what_ties(viewer: Viewer) -> None:
    by_name = {client.name: client for client in standing(viewer).clients}
    worked = [client for client in by_name.values() if client.activity]
    assert "Dana Whitfield" in {client.activity.who for client in worked if client.activity}
    assert sum(client.ties for client in by_name.values()) > 0
    assert all(client.matched <= client.transactions for client in by_name.values())


@pytest.mark.parametrize(
    ("chart", "says"),
    [
        (Chart.DAYS, r"[1-9][\d,]* of [\d,]+ transactions of .* reviewed"),
        (Chart.METHODS, "By hand: the code that a person chose"),
        (Chart.SPENDING, "Money out less money in"),
    ],
)
def test_every_chart_shows_something_of_the_demo(app: AppTest, chart: Chart, says: str) -> None:
    app.session_state["overview_chart"] = chart
    opened(app, "overview")
    assert not app.exception
    assert not app.info
    assert re.search(says, " ".join(caption.value for caption in app.caption))


def test_a_months_methods_are_shares_of_all_its_rows() -> None:
    october, november = date(2026, 10, 1), date(2026, 11, 1)
    counts = [
        MethodCount(october, Method.RULE, 30),
        MethodCount(october, Method.NONE, 10),
        MethodCount(november, Method.MANUAL, 5),
    ]
    frame = trend_charts.method_frame(counts).set_index(["Month", "Method"])
    assert frame["Share"].to_dict() == {
        ("2026-10", "Rule"): 0.75,
        ("2026-10", "Unmatched"): 0.25,
        ("2026-11", "By hand"): 1.0,
    }


def test_spending_shows_money_out_as_positive_and_leaves_income_out() -> None:
    found = [Spending("6100", "6100 - Meals", -12_550, -2_000), Spending("4000", "Sales", 90, 0)]
    frame = trend_charts.spending_frame(found, OCTOBER)
    rows = frame[["Code", "Year", "Amount"]].to_numpy().tolist()
    assert rows == [["6100 - Meals", "2026", 125.5], ["6100 - Meals", "2025", 20.0]]


def test_progress_goes_on_to_today() -> None:
    frame = trend_charts.progress_frame({date(2026, 11, 2): 3}, date(2026, 11, 5))
    assert [(f"{day:%m/%d}", rows) for day, rows in frame.to_numpy()] == [
        ("11/02", 3),
        ("11/05", 3),
    ]


def test_the_chart_adds_up_and_says_so_in_words() -> None:
    frame = standing_chart.chart_frame(firm(BAKERY, IDLE))
    assert frame["Transactions"].sum() == BAKERY.transactions
    assert set(frame["Client"]) == {"Bakery"}
    said = standing_chart.chart_words(firm(BAKERY, DONE))
    assert "101 transactions, 5 problems, 40 to review, 35 reviewed, 21 exported" in said


def test_who_needs_work_comes_with_what_and_the_most_first() -> None:
    calm = replace(BAKERY, client_id="c4", name="Calm", problems=0, to_review=1, loaded_accounts=3)
    rows = next_steps.waiting(firm(DONE, calm, IDLE, BAKERY))
    assert [client.name for client, _ in rows] == ["Bakery", "Calm"]
    assert rows[0][1] == (
        "5 problems to look at, 40 to review, 35 reviewed, ready to export, 1 account to load"
    )


def test_broken_feeds_are_named_with_what_to_do(app: AppTest, viewer: Viewer) -> None:
    opened(app, "overview")
    rows = app.table[0].value
    assert len(rows) == len(standing(viewer).feed_problems) == 2
    assert all(rows["What to do"].str.contains("LedgerSync"))
    assert all(rows["Last load"].str.contains(":"))


def test_a_word_of_the_feed_that_nobody_knows_is_shown_as_it_came() -> None:
    assert feed_health.feed_word(FeedStatus.OTHER, "on_hold") == "Unknown: on_hold"
    assert feed_health.feed_word(FeedStatus.BROKEN, "broken") == "Broken"


def test_names_with_markup_stay_text(app: AppTest, demo: Workspace) -> None:
    with demo.database.writing() as tx:
        for client in clients.list_clients(tx):
            clients.change_client(tx, client.id, name=HOSTILE)
    opened(app, "overview")
    assert "What to do next" in [s.value for s in app.subheader]
    assert HOSTILE in shown(app)
    assert not [text for text in words(app) if "](https:" in text or "<b>" in text]


def test_a_disconnected_firm_is_told_and_keeps_its_figures(app: AppTest, viewer: Viewer) -> None:
    connecting.disconnect(viewer.actor, viewer.workspace)
    opened(app, "overview")
    assert "New transactions can't be loaded until it is." in shown(app)
    assert len(app.metric) == 7


def test_a_fresh_firm_sees_only_how_to_begin(fresh_app: AppTest) -> None:
    opened(fresh_app, "overview")
    assert badge(fresh_app) == ":gray-badge[:material/link_off: Not connected]"
    assert [s.value for s in fresh_app.subheader] == ["Set-up: 0 of 6 done"]
    assert not fresh_app.metric
    assert not fresh_app.dataframe


def test_an_account_counts_as_loaded_when_every_day_is(viewer: Viewer) -> None:
    before = standing(viewer)
    client = next(c for c in before.clients if c.accounts and not c.loaded_accounts)
    with viewer.workspace.database.reading() as tx:
        account = clients.list_accounts(tx, client.client_id)[0]
    month = before.period
    for days in (
        Period(month.start, month.start.replace(day=15)),
        Period(month.start.replace(day=16), month.end),
    ):
        assert _loaded(viewer, client.client_id) == 0
        loading.load_transactions(viewer.actor, viewer.workspace, [account.id], days)
    assert _loaded(viewer, client.client_id) == 1


def _loaded(viewer: Viewer, client_id: str) -> int:
    return next(c for c in standing(viewer).clients if c.client_id == client_id).loaded_accounts


@pytest.mark.parametrize(
    ("parts", "whole"),
    [
        ([(1, 31)], True),
        ([(16, 31), (1, 15)], True),
        ([(1, 20), (5, 10), (15, 31)], True),
        ([(1, 14), (16, 31)], False),
        ([(2, 31)], False),
        ([(1, 30)], False),
        ([], False),
    ],
)
def test_parts_cover_a_month_without_a_gap(parts: list[tuple[int, int]], *, whole: bool) -> None:
    days = [Period(date(2026, 10, a), date(2026, 10, b)) for a, b in parts]
    assert covers(days, OCTOBER) is whole
