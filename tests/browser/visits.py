"""Visits to an app behind a proxy, each in a Chromium that was told how to get there."""

from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Browser, Page

from tests.browser.company import STYLES
from tests.browser.conftest import OPTIONS


@contextmanager
def told_chromium(browser: Browser, chromium: str, option: str) -> Iterator[Browser]:
    """A Chromium of its own with one more option."""
    started = browser.browser_type.launch(executable_path=chromium, args=[*OPTIONS, option])
    try:
        yield started
    finally:
        started.close()


def new_visitor(browser: Browser, *, any_certificate: bool = False) -> Page:
    """A page of somebody who was never here; it goes with the browser."""
    context = browser.new_context(
        viewport={"width": 1280, "height": 1200}, ignore_https_errors=any_certificate
    )
    page = context.new_page()
    page.set_default_timeout(30_000)
    page.route(f"https://{STYLES}/**", lambda route: route.abort())
    return page
