"""Overview's numbers: each leads to exactly what it counts, one bank account at a time."""

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from sqlalchemy import select
from streamlit.testing.v1 import AppTest

from ledgersync import clock
from ledgersync.domain.decisions import Standing
from ledgersync.domain.periods import Period, last_month
from ledgersync.domain.ties import Tie
from ledgersync.domain.transactions import Status, Transaction
from ledgersync.services import overview, reviewing
from ledgersync.services.closing import TieState
from ledgersync.services.overview import (
    AccountStanding,
    ClientStanding,
    FirmStanding,
    StandingCount,
)
from ledgersync.storage import clients
from ledgersync.storage.tables import DECISIONS, TRANSACTIONS
from ledgersync.ui import next_steps
from ledgersync.ui.review_sheet import Sheet, counts, matching, read_asked
from ledgersync.ui.review_view import Only
from ledgersync.ui.shell import Viewer
from ledgersync.ui.standing_numbers import Number, client_link, number_link, number_words, places
from ledgersync.ui.standing_table import share, standing_frame
from tests.ui import review_steps
from tests.ui.pages import HOSTILE, opened, press, shown, words
from tests.ui.review_steps import grid_ids

OCTOBER = Period(date(2026, 10, 1), date(2026, 10, 31))
TIES, OFF = TieState(Tie.TIES, 0, closed=False), TieState(Tie.OFF, -1250, closed=False)
ROWS = [number for number in Number if number.counts_rows]


def bank(name: str, *numbers: int, tie: TieState | None = None) -> AccountStanding:
    """An account with these numbers; without any it is not loaded."""
    counted = StandingCount(*numbers) if numbers else StandingCount(0, 0, 0, 0, 0, 0)
    return AccountStanding(name, f"Bank {name}", "USD", bool(numbers), counted, tie)


CHECKING = bank("a1", 10, 8, 4, 3, 2, 1, tie=TIES)
CARD = bank("a2", 20, 20, 11, 0, 9, 0, tie=OFF)
SAVINGS = bank("a3")
BAKERY = ClientStanding(
    *("c1", "Bakery", 3, 2, 0, 30, 15, 3, 11, 1, None),
    matched=28,
    ties=1,
    off=1,
    places=(CHECKING, CARD, SAVINGS),
)


@pytest.fixture
def firm(viewer: Viewer) -> FirmStanding:
    """The demo's month with rows of every kind: removed, excluded, open, reviewed, exported."""
    month, t = last_month(clock.today()), TRANSACTIONS.c
    with viewer.workspace.database.writing() as tx:
        query = select(t.id).where(t.date.between(month.start, month.end)).order_by(t.id)
        ids = list(tx.scalars(query))
        gone = TRANSACTIONS.update().where(t.id.in_(ids[::7]))
        tx.execute(gone.values(removed_at=clock.now()))
        decided = DECISIONS.c.transaction_id.in_(ids[::5])
        tx.execute(DECISIONS.update().where(decided).values(standing=Standing.EXCLUDED.value))
    return overview.firm_standing(viewer.actor, viewer.workspace, month)


def listed(viewer: Viewer, link: Mapping[str, str]) -> tuple[Transaction, ...]:
    """The rows that Review lists where a link leads."""
    days = Period(date.fromisoformat(link["start"]), date.fromisoformat(link["end"]))
    found = reviewing.review_sheet(viewer.actor, viewer.workspace, link["account"], days)
    assert found.client.id == link["client"]
    nothing: Any = None
    return matching(Sheet(viewer, nothing, found.rows, {}, {}), read_asked(link))


def overview_page(app: AppTest) -> AppTest:
    """Overview as the first page: one that is switched to would lose its month with a click."""
    assert not app.run().exception
    return app


def on_the_board(client: ClientStanding, number: Number, rows: int) -> str:
    """What the board should say where so many rows are behind a number."""
    if number in {Number.MATCHED, Number.DONE}:
        return share(rows, client.transactions) or ""
    return f"{rows:,}"


def test_every_number_of_every_client_leads_to_just_as_many_rows(
    viewer: Viewer, firm: FirmStanding
) -> None:
    board = standing_frame(firm.clients).set_index("name")
    for number in ROWS:
        for client in firm.clients:
            found = places([client], number)
            for place in found:
                assert len(listed(viewer, place.link(firm.period))) == place.rows > 0
            if number is not Number.REVIEWED and client.transactions:
                label = str(board.loc[client.name, number.value]).strip()
                assert label == on_the_board(client, number, sum(place.rows for place in found))


def test_the_filters_behind_the_numbers_differ_in_the_demo(
    viewer: Viewer, firm: FirmStanding
) -> None:
    """Otherwise a number could lead to another one's rows, and nobody would notice."""
    sizes = {number: sum(place.rows for place in places(firm.clients, number)) for number in ROWS}
    assert len(set(sizes.values())) == len(ROWS), sizes
    assert all(sizes.values())
    accounts = reviewing.list_all_accounts(viewer.actor, viewer.workspace)
    every = [
        row
        for one in accounts
        for row in reviewing.review_sheet(viewer.actor, viewer.workspace, one.id, firm.period).rows
    ]
    assert sizes[Number.ROWS] == sum(row.status is not Status.EXCLUDED for row in every)
    assert sizes[Number.ROWS] < len(every)


def test_figures_of_the_firm_are_what_their_places_add_up_to(firm: FirmStanding) -> None:
    for number in (Number.ROWS, Number.TO_REVIEW, Number.REVIEWED, Number.EXPORTED):
        found = places(firm.clients, number)
        assert firm.total(number.value) == sum(place.rows for place in found)
    loaded, tied = places(firm.clients, Number.LOADED), places(firm.clients, Number.TIES)
    assert len(loaded) == firm.total("accounts")
    assert sum(place.account.loaded for place in loaded) == firm.total("loaded_accounts")
    assert len(tied) == firm.total("ties") + firm.total("off")
    assert sum(place.tie is Tie.TIES for place in tied) == firm.total("ties")


def test_every_filter_counts_what_it_lists(viewer: Viewer, firm: FirmStanding) -> None:
    place = places(firm.clients, Number.ROWS)[0]
    link = place.link(firm.period)
    everything = listed(viewer, {**link, "show": "all"})
    for show, number in counts(everything).items():
        assert len(listed(viewer, {**link, "show": show.value})) == number


def test_review_opens_with_just_the_rows_of_a_number(app: AppTest, firm: FirmStanding) -> None:
    for number in ROWS:
        place = places(firm.clients, number)[0]
        app.query_params.clear()
        opened(app, "overview")
        opened(app, "review", **place.link(firm.period))
        assert len(grid_ids(app)) == place.rows
        chosen = app.pills(key="review_show")
        assert chosen.value == place.link(firm.period)["show"]
        assert f"({place.rows:,})" in chosen.format_func(chosen.value)


def test_filters_of_numbers_are_offered_to_nobody_else(app: AppTest, firm: FirmStanding) -> None:
    place = places(firm.clients, Number.MATCHED)[0]
    link = place.link(firm.period)
    opened(app, "review", **link)
    assert any("Matched (" in one for one in app.pills(key="review_show").options)
    app.pills(key="review_show").set_value("all").run()
    words = " ".join(app.pills(key="review_show").options)
    assert "Matched (" not in words.replace("Unmatched (", "")
    assert "All but excluded" not in words
    assert "Reviewed or exported" not in words


def test_a_link_holds_nothing_of_the_visit_before(
    app: AppTest, viewer: Viewer, firm: FirmStanding
) -> None:
    """Rows that were decided meanwhile stayed in the list, and a list of some hid the others."""
    place = next(one for one in places(firm.clients, Number.TO_REVIEW) if one.rows > 1)
    link = place.link(firm.period)
    opened(app, "review", **link)
    row = listed(viewer, link)[0]
    done = [(row.id, row.version)]
    account = place.account.account_id
    reviewing.set_standing(viewer.actor, viewer.workspace, account, done, Standing.EXCLUDED)
    app.run()
    some = Only("some", frozenset({row.id}))
    app.session_state["review_only"] = ((account, firm.period), some)
    app.query_params.clear()
    opened(app, "overview")
    opened(app, "review", **link)
    assert len(grid_ids(app)) == place.rows - 1


@pytest.mark.parametrize(
    ("figure", "number"),
    [
        ("Transactions", Number.ROWS),
        ("To review", Number.TO_REVIEW),
        ("Reviewed", Number.REVIEWED),
        ("Exported", Number.EXPORTED),
    ],
)
def test_a_figure_lists_the_accounts_whose_rows_it_adds_up(
    app: AppTest, firm: FirmStanding, figure: str, number: Number
) -> None:
    overview_page(app)
    before = len(app.get("page_link"))
    press(app, figure)
    lines = [link.proto.label for link in app.get("page_link")[before:]]
    assert len(lines) == len(places(firm.clients, number))
    found = [re.match(r"\*\*([\d\\,]+)\*\*", line) for line in lines]
    rows = [int(one[1].replace("\\,", "")) for one in found if one]
    assert len(rows) == len(lines)
    assert sum(rows) == firm.total(number.value)


def test_figures_of_accounts_list_each_account_and_how_it_stands(
    app: AppTest, firm: FirmStanding
) -> None:
    overview_page(app)
    press(app, "Accounts loaded")
    said = shown(app)
    unloaded = firm.total("accounts") - firm.total("loaded_accounts")
    assert len(re.findall(r"\*\*Loaded\*\*", said)) == firm.total("loaded_accounts")
    assert len(re.findall(r"\*\*Not loaded\*\*", said)) == unloaded > 0
    press(app, "Accounts that tie")
    said = shown(app)
    assert len(re.findall(r"\*\*Ties\*\*", said)) == firm.total("ties") > 0
    assert len(re.findall(r"\*\*Off by \$[\d.,]+\*\*", said)) == firm.total("off") > 0


def test_names_with_markup_stay_text_in_the_list(app: AppTest, viewer: Viewer) -> None:
    with viewer.workspace.database.writing() as tx:
        for client in clients.list_clients(tx):
            clients.change_client(tx, client.id, name=HOSTILE)
    press(overview_page(app), "To review")
    assert f"· {HOSTILE}, " in shown(app)
    assert not [text for text in words(app) if "](https:" in text or "<b>" in text]


def test_the_figure_of_clients_leads_to_them(app: AppTest) -> None:
    press(overview_page(app), "Clients")
    assert [title.value for title in app.title] == ["Clients"]


def test_a_figure_of_nothing_leads_nowhere(app: AppTest) -> None:
    opened(app, "overview", month=f"{clock.today():%Y-%m}")
    figures = {metric.label: metric.value for metric in app.metric}
    shut = {button.label for button in app.button if button.disabled}
    assert figures["Exported"] == "0"
    assert "Exported" in shut
    assert "Clients" not in shut


def test_a_number_that_is_all_in_one_account_opens_it_at_once(app: AppTest, viewer: Viewer) -> None:
    half = review_steps.place(viewer, "Marigold", "3077")
    gone = TRANSACTIONS.update().where(TRANSACTIONS.c.id == half.rows()[0].id)
    with viewer.workspace.database.writing() as tx:
        tx.execute(gone.values(removed_at=clock.now()))
        clients.touch_account(tx, half.account.id)
    app.session_state["standing_followed"] = (Number.PROBLEMS, half.client.id)
    opened(app, "overview")
    assert [title.value for title in app.title] == ["Review"]
    assert grid_ids(app) == [half.rows()[0].id]


def test_the_places_behind_a_number_with_most_rows_first() -> None:
    found = {
        number: [one.account.account_id for one in places([BAKERY], number)] for number in ROWS
    }
    assert found[Number.ROWS] == found[Number.DONE] == found[Number.TO_REVIEW] == ["a2", "a1"]
    assert found[Number.REVIEWED] == found[Number.PROBLEMS] == ["a1"]
    assert [place.words for place in places([BAKERY], Number.DONE)] == ["9", "5"]


def test_accounts_that_need_work_come_first() -> None:
    loaded, tied = places([BAKERY], Number.LOADED), places([BAKERY], Number.TIES)
    assert [one.words for one in loaded] == ["Not loaded", "Loaded", "Loaded"]
    assert [one.words for one in tied] == ["Off by $12.50", "Ties"]
    assert "show" not in tied[0].link(OCTOBER)
    assert number_words(loaded, Number.LOADED) == "2 of 3 accounts loaded"
    assert number_words(tied, Number.TIES) == "1 of 2 accounts tie"


def test_a_number_of_none_leads_to_a_list_of_none() -> None:
    idle = replace(BAKERY, places=(SAVINGS,))
    assert number_link(idle, Number.EXPORTED, OCTOBER) == {
        "client": "c1",
        "account": "a3",
        "start": "2026-10-01",
        "end": "2026-10-31",
        "show": "exported",
    }


def test_a_client_opens_where_most_is_to_review_and_one_without_accounts_opens_too() -> None:
    assert client_link(BAKERY, OCTOBER)["account"] == "a2"
    assert client_link(replace(BAKERY, places=(SAVINGS, CHECKING)), OCTOBER)["account"] == "a1"
    assert client_link(replace(BAKERY, places=()), OCTOBER) == {
        "client": "c1",
        "start": "2026-10-01",
        "end": "2026-10-31",
    }


def test_the_way_to_a_client_leads_to_the_rows_that_wait() -> None:
    link = next_steps.way(replace(BAKERY, problems=0), OCTOBER)
    assert (link["account"], link["show"]) == ("a2", "to_review")
    link = next_steps.way(BAKERY, OCTOBER)
    assert (link["account"], link["show"]) == ("a1", "problem")
    link = next_steps.way(replace(BAKERY, problems=0, to_review=0), OCTOBER)
    assert (link["account"], link.get("show")) == ("a2", None)
