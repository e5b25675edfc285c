"""Transfers in the browser: confirmed in a list, booked once, taken back with one click."""

from pathlib import Path

from tests.browser.books import query
from tests.browser.conftest import OpenPage
from tests.browser.servers import Home, running_app
from tests.browser.steps import filter_counts, press, says, titled

_ACCOUNT = """
    SELECT b.id, b.client_id FROM bank_accounts b JOIN clients c ON c.id = b.client_id
     WHERE c.name = 'Harbor Light Food Pantry' AND b.mask = '6402'
"""
_STANDINGS = "SELECT standing, gl_code FROM decisions WHERE transfer_with != '' ORDER BY standing"


def test_a_transfer_is_confirmed_from_the_list_and_undone(
    prepared_demo: Home, open_page: OpenPage, tmp_path: Path
) -> None:
    home = prepared_demo.copy_to(tmp_path / "home")
    [place] = query(home.database, _ACCOUNT)
    with running_app(home) as url:
        page = open_page(f"{url}/review?client={place['client_id']}&account={place['id']}")
        titled(page, "Review")
        before = len(query(home.database, _STANDINGS))
        page.get_by_text("1 possible transfer").click()
        says(page, "DEPOSIT HOME BANKING TRANSFER FROM SHARE 6402")
        press(page, "Confirm transfer")
        says(page, "Confirmed 1 transfer.")
        assert len(query(home.database, _STANDINGS)) == before + 2
        assert filter_counts(page)["Reviewed"] == 1
        press(page, "Undo last change")
        says(page, "Undid: Confirmed transfer")
        assert len(query(home.database, _STANDINGS)) == before
        page.close()
