"""Trends: the figures of the charts, on both databases."""

from datetime import date

from ledgersync import clock
from ledgersync.domain.decisions import Edit, Standing
from ledgersync.domain.periods import Period
from ledgersync.domain.transactions import Method
from ledgersync.services import suggesting, trends
from ledgersync.services.trends import Spending
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
    assert trends.review_progress(loaded.admin, loaded.workspace, OCTOBER).reviewed == {}
    loaded.code_all()
    progress = trends.review_progress(loaded.admin, loaded.workspace, OCTOBER)
    assert (progress.rows, list(progress.reviewed.values())) == (2, [2])
    assert next(iter(progress.reviewed)) == clock.now().date()


def test_spending_stands_beside_the_same_days_of_the_year_before(loaded: Office) -> None:
    loaded.feed.rows["A1"].append(row("old", "2025-10-31", -10.0, description="SHELL OIL 1"))
    year_before = Period(date(2025, 10, 1), date(2025, 10, 31))
    loaded.load(year_before)
    [old] = loaded.rows(period=year_before)
    loaded.code_all("6100")
    loaded.save(Edit(old.id, 0, gl_code="6200"))
    total = sum(r.amount for r in loaded.rows())
    client = loaded.account().client_id
    assert trends.spending(loaded.admin, loaded.workspace, client, OCTOBER) == [
        Spending("6100", "6100 - Meals", total, 0),
        Spending("6200", "6200 - Fuel", 0, -1000),
    ]
