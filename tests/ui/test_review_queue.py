"""Review as a work queue: needs judgement first, searching amounts, views by name and by link."""

import re
from collections.abc import Callable

import pytest
from streamlit.testing.v1 import AppTest

from ledgersync import clock
from ledgersync.domain.judgement import WORDS, Reason, judge
from ledgersync.domain.periods import last_month
from ledgersync.domain.transactions import Status, Transaction
from ledgersync.services import client_records, judging, pairing, reviewing, suggesting
from ledgersync.ui.shell import Viewer
from tests.ui.pages import param
from tests.ui.review_steps import Place, add_rows, edit, grid_ids, labels, open_review, place, words

NEED = "judgement"


@pytest.fixture
def yard(viewer: Viewer) -> Place:
    """An account whose month is matched, and open to the last row."""
    found = place(viewer, "Greenfold", "5190")
    suggesting.suggest(viewer.actor, viewer.workspace, [found.account.id])
    return found


def looks(app: AppTest) -> list[list[str]]:
    """The grid's reasons, row by row, without their sign."""
    return [[one.split(" ", 1)[1] for one in row] for row in app.data_editor[0].value["look"]]


def rows(where: Place) -> dict[str, Transaction]:
    return {row.id: row for row in where.rows()}


def test_what_needs_judgement_most_comes_first_with_its_reason(app: AppTest, yard: Place) -> None:
    open_review(app, yard)
    by_date = grid_ids(app)
    app.segmented_control(key="review_order").set_value(NEED).run()
    assert param(app, "order") == NEED
    assert sorted(grid_ids(app)) == sorted(by_date)
    reasons = looks(app)
    needy = sum(map(bool, reasons))
    assert all(reasons[:needy])
    assert not any(reasons[needy:])
    assert f":orange[▲] Needs judgement ({needy})" in app.pills(key="review_show").options
    sizes = [abs(rows(yard)[row_id].amount) for row_id in grid_ids(app)[needy:]]
    assert sizes == sorted(sizes, reverse=True)


def test_the_filter_needs_judgement_holds_just_those(app: AppTest, yard: Place) -> None:
    open_review(app, yard, show=NEED)
    assert grid_ids(app)
    assert all(looks(app))
    assert app.pills(key="review_show").value == NEED


def test_the_demo_shows_every_reason(viewer: Viewer) -> None:
    seen: set[Reason] = set()
    month = last_month(clock.today())
    for account in reviewing.list_all_accounts(viewer.actor, viewer.workspace):
        sheet = reviewing.review_sheet(viewer.actor, viewer.workspace, account.id, month)
        history = judging.client_history(viewer.actor, viewer.workspace, account.client_id)
        pairs = pairing.proposals(viewer.actor, viewer.workspace, account.id, month)
        found = judge(sheet.rows, history, pairing.by_row(pairs))
        seen |= {one.reason for findings in found.values() for one in findings}
    assert seen == set(Reason)


def test_a_ticked_row_says_its_reasons_with_their_figures(app: AppTest, yard: Place) -> None:
    open_review(app, yard, search='"gusto - fee"', order=NEED)
    assert looks(app)[0][0] == "GL changed"
    edit(app, {0: {"tick": True}})
    said = r"Needs a look: GL code: suggested 6310, this vendor went to 6320 in \d+ of \d+ rows"
    assert re.search(said, words(app))


def test_coding_a_row_leaves_it_in_place_until_the_list_is_updated(
    app: AppTest, yard: Place
) -> None:
    open_review(app, yard, order=NEED)
    before = grid_ids(app)
    gl = labels(app, "gl")[4]
    edit(app, {0: {"gl": gl}})
    assert grid_ids(app) == before
    assert looks(app)[0] == []
    assert yard.row(before[0]).status is Status.REVIEWED
    app.button(key="review_update").click().run()
    assert grid_ids(app)[-1] != before[-1]
    assert grid_ids(app).index(before[0]) > len(before) // 2


def test_a_vendor_is_new_only_until_somebody_has_decided_it(app: AppTest, yard: Place) -> None:
    client_records.add_vendor(
        yard.viewer.actor, yard.viewer.workspace, yard.client.id, "Quartz Kites", ""
    )
    ids = add_rows(yard, "QUARTZ KITE SHOP 1", "QUARTZ KITE SHOP 2", amount=-1250)
    open_review(app, yard, search="quartz kite")
    gl, vendor = labels(app, "gl")[4], "Quartz Kites"
    edit(app, {0: {"vendor": vendor}, 1: {"vendor": vendor}})
    assert set(grid_ids(app)) == set(ids)
    new = WORDS[Reason.NEW_VENDOR]
    first = [new in row for row in looks(app)]
    edit(app, {0: {"vendor": vendor, "gl": gl}, 1: {"vendor": vendor}})
    assert new not in looks(app)[1]
    assert first == [True, True]


@pytest.mark.parametrize(
    ("search", "wanted"),
    [
        (">500", lambda cents: abs(cents) > 50_000),
        ("100..200", lambda cents: 10_000 <= abs(cents) <= 20_000),
        ("-88.00", lambda cents: cents == -8800),
    ],
)
def test_amounts_are_searched_by_size(
    app: AppTest, yard: Place, search: str, wanted: Callable[[int], bool]
) -> None:
    open_review(app, yard, search=search)
    expected = {row.id for row in yard.rows() if wanted(row.amount)}
    assert expected
    assert set(grid_ids(app)) == expected


def test_a_view_is_saved_by_name_and_brings_filter_search_and_order_back(
    app: AppTest, yard: Place
) -> None:
    open_review(app, yard, show="to_review", search=">500", order=NEED)
    wanted = grid_ids(app)
    app.text_input(key="review_view_name").set_value("Large **first**")
    next(one for one in app.button if one.label == "Save view").click().run()
    assert "Saved the view Large **first**." in words(app)
    app.pills(key="review_show").set_value("all").run()
    app.text_input(key="review_search").set_value("").run()
    app.segmented_control(key="review_order").set_value("date").run()
    assert not {"show", "search", "order"} & set(app.query_params)
    next(one for one in app.button if "Large" in one.label and "Save" not in one.label).click()
    app.run()
    assert grid_ids(app) == wanted
    assert (param(app, "show"), param(app, "search"), param(app, "order")) == (
        "to_review", ">500", NEED,
    )  # fmt: skip
    next(one for one in app.button if one.label == "Delete").click().run()
    assert "No views yet." in words(app)


def test_back_brings_the_rows_and_the_account_before(app: AppTest, yard: Place) -> None:
    other = place(yard.viewer, "Greenfold", "8806")
    open_review(app, yard, show="ai")
    shown = grid_ids(app)
    before = {name: param(app, name) for name in app.query_params}
    app.selectbox(key=f"review_account_{yard.client.id}").set_value(other.account.id).run()
    app.pills(key="review_show").set_value("all").run()
    assert param(app, "account") == other.account.id
    app.query_params.clear()
    for name, value in before.items():
        app.query_params[name] = value
    app.run()
    assert not app.exception
    assert app.selectbox(key=f"review_account_{yard.client.id}").value == yard.account.id
    assert grid_ids(app) == shown
    assert param(app, "show") == "ai"


def test_a_click_goes_before_an_address_that_lags_behind(app: AppTest, yard: Place) -> None:
    open_review(app, yard)
    app.pills(key="review_show").set_value("ai").run()
    del app.query_params["show"]
    app.pills(key="review_show").set_value("rule").run()
    assert app.pills(key="review_show").value == "rule"
    assert param(app, "show") == "rule"


def test_a_tick_that_arrives_after_a_search_leaves_the_search(app: AppTest, yard: Place) -> None:
    open_review(app, yard)
    app.text_input(key="review_search").set_value("a").run()
    found = grid_ids(app)
    del app.query_params["search"]  # the browser has not got the new address yet
    edit(app, {0: {"tick": True}})
    assert app.text_input(key="review_search").value == "a"
    assert grid_ids(app) == found
    assert param(app, "search") == "a"


def test_an_order_that_does_not_exist_is_by_date(app: AppTest, yard: Place) -> None:
    open_review(app, yard, order="<script>")
    assert app.segmented_control(key="review_order").value == "date"
