"""Makes the README's pictures from the demo: `python -m tests.browser.pictures`."""

import shutil
import sys
import tempfile
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

from ledgersync.config import PROJECT_ROOT
from tests.browser.books import query
from tests.browser.servers import Home, running_app
from tests.browser.steps import Grid, says, settled, shown_as, titled

_WIDTH, _HEIGHT = 1280, 860
_CHROMIUM = ("chromium", "chromium-browser", "google-chrome")
_ACCOUNT = """
    SELECT b.id, b.client_id FROM bank_accounts b JOIN clients c ON c.id = b.client_id
     WHERE c.name = 'Marigold Lane Boutique' AND b.mask = '3077'
"""


def main() -> None:
    """Write docs/review-light.png and docs/overview-dark.png."""
    chromium = next(filter(None, map(shutil.which, _CHROMIUM)), None)
    if chromium is None:
        sys.exit("No Chromium found. Install it, for example with: apt-get install chromium")
    docs = PROJECT_ROOT / "docs"
    docs.mkdir(exist_ok=True)
    with (
        tempfile.TemporaryDirectory() as folder,
        sync_playwright() as playwright,
        playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"]) as browser,
    ):
        home = Home(Path(folder) / "home", "demo")
        size = {"width": _WIDTH, "height": _HEIGHT}
        with running_app(home) as url:
            light = browser.new_page(viewport=size, color_scheme="light")  # type: ignore[arg-type]
            _review(light, url, home, docs / "review-light.png")
            dark = browser.new_page(viewport=size, color_scheme="dark")  # type: ignore[arg-type]
            _overview(dark, url, docs / "overview-dark.png")


def _review(page: Page, url: str, home: Home, file: Path) -> None:
    """A half-reviewed account, as the page opens."""
    [place] = query(home.database, _ACCOUNT)
    page.goto(f"{url}/review?client={place['client_id']}&account={place['id']}")
    titled(page, "Review")
    shown_as(page, "All")
    Grid(page).tick(3)
    Grid(page).tick(5)
    says(page, "2 rows, ")
    page.mouse.move(0, _HEIGHT // 2)
    settled(page)
    page.screenshot(path=file)


def _overview(page: Page, url: str, file: Path) -> None:
    page.goto(url)
    titled(page, "Overview")
    says(page, "Review through the month")
    page.get_by_test_id("data-grid-canvas").first.wait_for()
    page.screenshot(path=file)


if __name__ == "__main__":
    main()
