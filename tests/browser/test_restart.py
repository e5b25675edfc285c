"""What outlives the app's process, and what the demo and a firm never share."""

import re

from playwright.sync_api import expect

from ledgersync.demo.server import DEMO_EMAIL, DEMO_PASSWORD
from tests.browser.books import query
from tests.browser.conftest import OpenPage
from tests.browser.servers import Home, run_command, running_app
from tests.browser.steps import says, titled


def test_the_connection_and_its_age_outlive_a_restart(firm: Home, open_page: OpenPage) -> None:
    run_command(firm, "connect", "--email", DEMO_EMAIL, "--password-stdin", typed=DEMO_PASSWORD)
    badges = []
    for _ in range(2):
        with running_app(firm) as url:
            page = titled(open_page(f"{url}/settings"), "Settings")
            says(page, re.compile(r"Connected · checked .* · 12 clients"))
            badges.append(page.locator(".stMarkdownBadge").first.text_content())
            page.close()
    assert badges[0] == badges[1]


def test_a_demo_beside_a_firm_shares_nothing_with_it(
    firm: Home, prepared_demo: Home, open_page: OpenPage
) -> None:
    """Both in the same folders, as on one person's machine."""
    demo = prepared_demo.copy_to(firm.root)
    assert demo.database != firm.database
    with running_app(demo) as url:
        page = titled(open_page(f"{url}/exports"), "Exports")
        says(page, "Demo firm")
        says(page, "6 exports")
        page.close()
    with running_app(firm) as url:
        page = titled(open_page(f"{url}/exports"), "Exports")
        says(page, "Nothing was exported yet.")
        expect(page.get_by_text("Demo firm")).to_have_count(0)
        page.close()
    assert query(firm.database, "SELECT id FROM clients") == []
    assert len(query(demo.database, "SELECT id FROM clients")) == 12
