"""An app on one machine answers to that machine alone, whatever site a browser shows."""

from urllib.parse import urlsplit

import pytest
from websockets.exceptions import InvalidStatus

from tests.attacks.visitor import fetch, visiting


@pytest.mark.parametrize(
    ("origin", "host"),
    [
        ("https://evil.example", "localhost"),
        ("null", "127.0.0.1"),
        ("http://evil.example", "evil.example"),  # its name, made to lead here
    ],
)
def test_a_page_of_another_site_reaches_no_session(demo_url: str, origin: str, host: str) -> None:
    port = urlsplit(demo_url).port
    assert port
    asked = f"{origin}:{port}" if host in origin else origin
    with pytest.raises(InvalidStatus), visiting(port, origin=asked, host=host):
        pass
    with visiting(port) as owner:
        assert "Help" in owner.visit("help").text


def test_pages_of_other_sites_may_tell_it_nothing(demo_url: str) -> None:
    port = urlsplit(demo_url).port
    assert port
    assert b'"allowedOrigins":[]' in fetch(port, "GET", "/_stcore/host-config").body
