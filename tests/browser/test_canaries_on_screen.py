"""Secrets that are typed in a browser leave it in one form each, and never come back."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from playwright.sync_api import Page, WebSocket

from tests.attacks.canaries import in_files, sightings
from tests.attacks.echoing_ledgersync import EchoingLedgerSync, made_up
from tests.bankfeed.feed_server import FeedServer
from tests.browser.conftest import OpenPage
from tests.browser.servers import Home, running_app
from tests.browser.steps import press, says, settled, titled

_STORED = """() => JSON.stringify([location.href, document.cookie, {...localStorage},
    {...sessionStorage}, performance.getEntriesByType("resource").map(one => one.name),
    [...document.querySelectorAll("input, textarea")].map(one => one.value)])"""


@dataclass
class Frames:
    """What went over a page's WebSockets, each way."""

    sent: list[bytes] = field(default_factory=list)
    received: list[bytes] = field(default_factory=list)

    def on(self, socket: WebSocket) -> None:
        socket.on("framesent", lambda frame: self.sent.append(_raw(frame)))
        socket.on("framereceived", lambda frame: self.received.append(_raw(frame)))


def _raw(frame: str | bytes) -> bytes:
    return frame if isinstance(frame, bytes) else frame.encode()


@pytest.fixture
def feed(chromium: str, tmp_path: Path) -> Iterator[tuple[EchoingLedgerSync, Home]]:
    del chromium
    feed = EchoingLedgerSync(made_up())
    with FeedServer(feed) as server:
        more = {"LEDGERSYNC_LOG_LEVEL": "DEBUG"}
        yield feed, Home(tmp_path / "firm", "local", server.url, more)


def test_what_is_typed_is_sent_once_and_never_seen_again(
    feed: tuple[EchoingLedgerSync, Home], open_page: OpenPage
) -> None:
    ledgersync, home = feed
    canaries, frames = ledgersync.canaries, Frames()
    with running_app(home) as url:
        page = titled(open_page(f"{url}/help"), "Help")
        page.on("websocket", frames.on)
        titled(_gone_to(page, f"{url}/settings"), "Settings")
        _log_in(page, canaries, "wrong password", "did not accept this e-mail and password")
        _log_in(page, canaries, "password", "1 client and 1 bank account found")
        ledgersync.failing = True
        press(page, "Refresh")
        settled(page)  # what is typed into a form during a run can be lost
        _save_a_key(page, canaries)
        for name in ("Help", "Settings"):
            titled(_gone_to(page, f"{url}/{name.lower()}"), name)
            _shows_none(page, canaries)
        page.close()

    assert len(frames.received) > 50
    assert sightings(b"\n".join(frames.received), canaries) == []
    for name in ("password", "wrong password", "outside key"):
        assert (
            len([frame for frame in frames.sent if sightings(frame, {name: canaries[name]})]) == 1
        )
    assert not [frame for frame in frames.sent if sightings(frame, {"": canaries["token"]})]
    assert in_files(home.root, canaries, but=[home.root / "firm.key"]) == []
    assert "debug" in (home.root / "app.log").read_text()


def _gone_to(page: Page, url: str) -> Page:
    page.goto(url)
    return page


def _log_in(page: Page, canaries: dict[str, str], which: str, told: str) -> None:
    page.get_by_label("LedgerSync Email", exact=True).fill(canaries["e-mail"])
    page.get_by_label("LedgerSync Password", exact=True).fill(canaries[which])
    press(page, "Save Integration")
    says(page, told)
    _shows_none(page, canaries)


def _save_a_key(page: Page, canaries: dict[str, str]) -> None:
    page.get_by_label("Address", exact=True).fill("http://127.0.0.1:9/v1")
    page.get_by_label("Model", exact=True).fill("m-1")
    page.get_by_label("Key", exact=True).fill(canaries["outside key"])
    press(page, "Save outside model")
    says(page, "Saved. Press")
    press(page, "Test outside model")
    settled(page)
    _shows_none(page, canaries)


def _shows_none(page: Page, canaries: dict[str, str]) -> None:
    settled(page)
    assert sightings(page.content(), canaries) == []
    assert sightings(page.evaluate(_STORED), canaries) == []
