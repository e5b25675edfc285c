"""Trends: the figures of the charts, on both databases."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from ledgersync import clock
from ledgersync.domain.decisions import Edit, Standing
from ledgersync.domain.periods import Period
from ledgersync.domain.transactions import Method
from ledgersync.services import exporting, overview, reviewing, suggesting, trends
from ledgersync.services.exporting import ExportRequest
from ledgersync.services.trends import ClientSpending, Progress, Spending
from tests.services.conftest import OCTOBER, Office
from tests.services.scripted_ledgersync import row


def methods(office: Office) -> dict[tuple[str, Method], int]:
    found = trends.method_months(office.admin, office.workspace, OCTOBER)
    return {(f"{one.month:%Y-%m}", one.method): one.rows for one in found}


def test_a_month_is_told_by_how_its_rows_were_matched(loaded: Office) -> None:
    assert methods(loaded) == {("2026-10", Method.NONE): 2}
    suggesting.suggest(loaded.admin, loaded.workspace, [loaded.account().id])
    [coffee] = [r for r in loaded.rows() if r.suggested]
    assert methods(loaded) == {("2026-10", coffee.method): 1, ("2026-10", Method.NONE): 1}
    [other] = [r for r in loaded.rows() if not r.suggested]
    loaded.save(Edit(other.id, 0, gl_code="6200"))
    assert methods(loaded)["2026-10", Method.MANUAL] == 1
    loaded.save(Edit(other.id, 1, standing=Standing.EXCLUDED))
    assert methods(loaded) == {("2026-10", coffee.method): 1}


def test_progress_counts_up_the_reviewed_rows(loaded: Office) -> None:
    assert not trends.review_progress(loaded.admin, loaded.workspace, OCTOBER).by_hour
    loaded.code_all()
    progress = trends.review_progress(loaded.admin, loaded.workspace, OCTOBER)
    assert (progress.rows, list(progress.by_hour.values())) == (2, [2])
    [hour] = progress.by_hour
    assert timedelta(0) <= clock.now() - hour < timedelta(hours=1, minutes=1)


def test_progress_counts_the_rows_that_the_board_counts(loaded: Office) -> None:
    here = (loaded.admin, loaded.workspace)
    loaded.feed.rows["A1"].append(row("t3", "2026-10-07", -10.0, description="QUARTZ KITE"))
    loaded.load()
    loaded.save(Edit(loaded.rows()[0].id, 0, gl_code="6100"))
    request = ExportRequest(loaded.account().id, OCTOBER, include_unreviewed=True)
    found = exporting.check_export(*here, request)
    answers = replace(request, confirmed=found.warned_of, override_reason="Coded in ACS")
    exporting.export(*here, answers)
    del loaded.feed.rows["A1"][0]
    loaded.load()
    progress = trends.review_progress(*here, OCTOBER)
    [board] = overview.firm_standing(*here, OCTOBER).clients
    assert (board.transactions, board.exported, board.problems) == (3, 2, 1)
    assert (progress.rows, sum(progress.by_hour.values())) == (3, 2)


def test_the_charts_version_follows_every_save(loaded: Office) -> None:
    before = trends.firm_version(loaded.admin, loaded.workspace)
    loaded.code_all()
    assert trends.firm_version(loaded.admin, loaded.workspace) != before


def test_an_evenings_reviews_belong_to_the_readers_day() -> None:
    late = {datetime(2026, 11, day, 2, tzinfo=UTC): day for day in (3, 4)}
    progress = Progress(10, late | {datetime(2026, 11, 3, 15, tzinfo=UTC): 2})
    assert progress.by_day(UTC) == {date(2026, 11, 3): 5, date(2026, 11, 4): 9}
    chicago = progress.by_day(ZoneInfo("America/Chicago"))
    assert chicago == {date(2026, 11, 2): 3, date(2026, 11, 3): 9}


def test_spending_stands_beside_the_same_days_of_the_year_before(loaded: Office) -> None:
    loaded.feed.rows["A1"].append(row("old", "2025-10-31", -10.0, description="SHELL OIL 1"))
    year_before = Period(date(2025, 10, 1), date(2025, 10, 31))
    loaded.load(year_before)
    [old] = loaded.rows(period=year_before)
    loaded.code_all("6100")
    loaded.save(Edit(old.id, 0, gl_code="6200"))
    total = sum(r.amount for r in loaded.rows())
    client = loaded.account().client_id
    found = trends.spending(loaded.admin, loaded.workspace, client, OCTOBER)
    assert found == ClientSpending(
        "USD",
        (
            Spending("6100", "6100 - Meals", total, 0),
            Spending("6200", "6200 - Fuel", 0, -1000),
        ),
    )


def test_a_code_that_a_person_emptied_is_no_spending(loaded: Office) -> None:
    suggesting.suggest(loaded.admin, loaded.workspace, [loaded.account().id])
    [coffee] = [r for r in loaded.rows() if r.suggested]
    client = loaded.account().client_id
    before = trends.spending(loaded.admin, loaded.workspace, client, OCTOBER)
    assert [one.gl_code for one in before.codes] == [coffee.gl_code]
    loaded.save(Edit(coffee.id, 0, gl_code=""))
    [emptied] = [r for r in loaded.rows() if r.id == coffee.id]
    assert (emptied.vendor_id, emptied.gl_code) == (coffee.vendor_id, "")
    assert trends.spending(loaded.admin, loaded.workspace, client, OCTOBER).codes == ()


def test_spending_in_another_currency_is_left_out_and_named(loaded: Office) -> None:
    loaded.feed.clients["C1"].append("A9")
    loaded.feed.account_values["A9"] = {"currency": "CAD"}
    loaded.feed.rows["A9"] = [row("c1", amount=-70.0)]
    loaded.sync()
    loaded.load()
    [foreign] = loaded.rows("A9")
    account = loaded.account("A9")
    edit = Edit(foreign.id, 0, gl_code="6100")
    reviewing.save_edits(loaded.admin, loaded.workspace, account.id, [edit])
    found = trends.spending(loaded.admin, loaded.workspace, account.client_id, OCTOBER)
    assert (found.currency, found.left_out) == ("USD", ("CAD",))
    assert sum(one.now for one in found.codes) == -1250, "the suggested code of the dollar account"


def test_an_account_that_is_no_longer_listed_is_in_no_chart(loaded: Office) -> None:
    here = (loaded.admin, loaded.workspace)
    loaded.code_all()
    loaded.feed.clients["C1"] = []
    loaded.sync()
    assert methods(loaded) == {}
    assert trends.review_progress(*here, OCTOBER).rows == 0
