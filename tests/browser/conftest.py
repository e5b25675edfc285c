"""Fixtures of the browser tests: Chromium, the demo, and a firm's own installation."""

import os
import shutil
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from tests.browser.servers import Home, running_app, running_demo_api
from tests.browser.watching import Watch

_CHROMIUM = ("chromium", "chromium-browser", "google-chrome")
OPTIONS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
_NOTING = Path(__file__).parent / "noting_sockets"
# Read before the tests' own environment is cleared.
_REQUIRED = os.environ.get("LEDGERSYNC_REQUIRE_BROWSER") == "1"

OpenPage = Callable[..., Page]


@pytest.fixture(scope="session")
def chromium() -> str:
    """Where the system's Chromium is; without one these tests are left out, or fail in CI."""
    found = next(filter(None, map(shutil.which, _CHROMIUM)), None)
    if found:
        return found
    reason = "no Chromium on this machine (chromium, chromium-browser or google-chrome)"
    if _REQUIRED:
        pytest.fail(f"LEDGERSYNC_REQUIRE_BROWSER=1, but there is {reason}")
    pytest.skip(reason)


@pytest.fixture(scope="session")
def browser(chromium: str) -> Iterator[Browser]:
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=chromium, args=OPTIONS)
        yield started
        started.close()


@pytest.fixture
def open_page(browser: Browser) -> Iterator[OpenPage]:
    """Opens a page of its own visitor; when the test ends, each must have behaved."""
    opened: list[tuple[Page, Watch]] = []

    def open_one(
        url: str,
        width: int = 1280,
        scheme: str = "light",
        elsewhere: str = "",
        *,
        any_certificate: bool = False,
    ) -> Page:
        context = browser.new_context(
            viewport={"width": width, "height": 860},
            color_scheme="dark" if scheme == "dark" else "light",
            reduced_motion="reduce",
            ignore_https_errors=any_certificate,
        )
        page = context.new_page()
        page.set_default_timeout(30_000)
        watch = Watch(elsewhere=frozenset({elsewhere} - {""}))
        if elsewhere:
            page.route(f"https://{elsewhere}/**", lambda route: route.abort())
        watch.on(page)
        opened.append((page, watch))
        page.goto(url)
        return page

    yield open_one
    for page, _ in opened:
        page.context.close()
    for _, watch in opened:
        watch.check()


@pytest.fixture(scope="session")
def prepared_demo(
    chromium: str, request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Home:
    """The demo's folders; tests that write work on a copy."""
    del chromium  # without one there is no need to make the demo
    made: Path = request.getfixturevalue("made_demo")
    return Home(made, "demo").copy_to(tmp_path_factory.mktemp("demo") / "home")


@pytest.fixture(scope="session")
def shared_home(prepared_demo: Home, tmp_path_factory: pytest.TempPathFactory) -> Home:
    """The folders of `demo_url`, whose processes note whom they call in `calls.log` there."""
    home = prepared_demo.copy_to(tmp_path_factory.mktemp("shared") / "home")
    noted = {"SOCKETS_NOTED_IN": str(home.root / "calls.log"), "PYTHONPATH": str(_NOTING)}
    return replace(home, more=noted)


@pytest.fixture(scope="session")
def demo_url(shared_home: Home) -> Iterator[str]:
    """A demo that is only looked at."""
    with running_app(shared_home) as url:
        yield url


@pytest.fixture(scope="session")
def ledgersync_url(chromium: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A demo LedgerSync in a process of its own."""
    del chromium
    with running_demo_api(tmp_path_factory.mktemp("ledgersync")) as url:
        yield url


@pytest.fixture
def firm(ledgersync_url: str, tmp_path: Path) -> Home:
    """A firm's own installation that knows nothing yet but where LedgerSync is."""
    return Home(tmp_path / "firm", "local", ledgersync_url)
