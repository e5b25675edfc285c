"""Addresses: the profile's paths filled in, parameters added, paging links kept at home."""

import re
from collections.abc import Mapping
from urllib.parse import SplitResult, quote, urlencode, urljoin, urlsplit

from ledgersync.errors import FeedNotUnderstood

_ABSOLUTE = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://")
_WITH_QUERY = re.compile(r"[\w./~%-]*\?[^\s{}]*=[^\s{}]*", re.ASCII)
_PORTS = {"http": 80, "https": 443}


def fill(base_url: str, path: str, ids: Mapping[str, str]) -> str:
    """The full address of `path`, every {name} replaced by its id, percent-encoded."""
    for name, value in ids.items():
        path = path.replace(f"{{{name}}}", _encoded(value))
    return base_url + path


def _encoded(value: str) -> str:
    # "." and ".." would walk up the path wherever an address is tidied.
    return value.replace(".", "%2E") if value in {".", ".."} else quote(value, safe="")


def with_params(url: str, params: Mapping[str, str]) -> str:
    """The address with parameters added to those it already carries."""
    if not params:
        return url
    return f"{url}{'&' if '?' in url else '?'}{urlencode(params, quote_via=quote)}"


def link_or_none(text: str, current: str) -> str | None:
    """The address that a paging answer points to, or None when it is a cursor and no address.

    What looks like neither for sure is a cursor: it only ever travels back to where it came from.

    Raises:
        FeedNotUnderstood: when the address leads to another scheme, host or port.
    """
    if not _looks_like_address(text, current):
        return None
    try:
        link = urljoin(current, text)
        at_home = _origin(urlsplit(link)) == _origin(urlsplit(current))
    except ValueError:
        at_home = False
    if not at_home:
        raise FeedNotUnderstood(
            "LedgerSync's list goes on at another address, which is not followed.",
            "Check next_field in the feed profile, or contact support@ledgersync.com.",
        )
    return link.partition("#")[0]


def _looks_like_address(text: str, current: str) -> bool:
    if _ABSOLUTE.match(text) or _WITH_QUERY.fullmatch(text):
        return True
    path = urlsplit(current).path
    return len(path) > 1 and text.startswith(path)


def _origin(parts: SplitResult) -> tuple[str, str, int]:
    if parts.username is not None or parts.password is not None:
        raise ValueError("an address with credentials in it")
    scheme = parts.scheme.lower()
    return scheme, (parts.hostname or "").lower(), parts.port or _PORTS.get(scheme, 0)
