"""An app on one machine answers to that machine alone, whatever site a browser shows."""

from urllib.parse import urlsplit

import pytest
from websockets.exceptions import InvalidStatus

from tests.attacks.visitor import fetch, require_headers, visiting
from tests.browser.servers import Home

OTHER_SITES = [
    ("https://evil.example", "localhost"),
    ("null", "127.0.0.1"),
    ("http://evil.example:{port}", "evil.example"),  # its name, made to lead here
    ("http://localhost:1", "localhost"),  # another server of this machine
    ("http://127.0.0.1:{port}", "localhost"),
    ("https://localhost:{port}", "localhost"),
]


@pytest.fixture(scope="module")
def port(demo_url: str) -> int:
    found = urlsplit(demo_url).port
    assert found
    return found


@pytest.mark.parametrize(("origin", "host"), OTHER_SITES)
def test_a_page_of_another_site_reaches_nothing(port: int, origin: str, host: str) -> None:
    asked = origin.format(port=port)
    with pytest.raises(InvalidStatus), visiting(port, origin=asked, host=host):
        pass
    for method in ("GET", "PUT", "OPTIONS"):
        answer = fetch(port, method, "/", headers={"Origin": asked, "Host": f"{host}:{port}"})
        assert answer.status in {400, 403}
        require_headers(answer)


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1", "[::1]"])
def test_its_owner_opens_it_by_any_name_of_the_machine(port: int, host: str) -> None:
    with visiting(port, origin=f"http://{host}:{port}", host=host) as owner:
        assert "Help" in owner.visit("help").text
    assert fetch(port, "GET", "/", headers={"Host": f"{host}:{port}"}).status == 200


def test_a_foreign_page_makes_it_call_nobody(port: int, shared_home: Home) -> None:
    """Streamlit would ask a server on the internet whether the page's name is this machine's."""
    for origin in ("https://evil.example", "http://203.0.113.7:8501", "null"):
        with pytest.raises(InvalidStatus), visiting(port, origin=origin):
            pass
    noted = (shared_home.root / "calls.log").read_text().splitlines()
    assert set(noted) == {"watched"}


def test_pages_of_other_sites_may_tell_it_nothing(port: int) -> None:
    assert b'"allowedOrigins":[]' in fetch(port, "GET", "/_stcore/host-config").body


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/", 200),
        ("/review", 200),
        ("/_stcore/health", 200),
        ("/readyz", 200),
        ("/_stcore/metrics", 404),
        ("/_stcore/agent/mcp", 404),
        ("/media/0123456789abcdef.csv", 404),
        ("//media/x", 400),
    ],
)
def test_every_answer_says_what_a_browser_may_do_with_it(port: int, path: str, status: int) -> None:
    answer = fetch(port, "GET", path)
    assert answer.status == status
    require_headers(answer)
    assert ("no-store" in answer.headers.get("cache-control", "")) == path.startswith("/media/")
