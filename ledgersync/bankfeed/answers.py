"""Answers to lists, read by the profile: success means JSON, the right fields, the right types."""

import re
from collections.abc import Callable
from typing import TypeVar

from ledgersync.bankfeed import failures
from ledgersync.bankfeed.documents import Doubled, Malformed, Number, kind, parse
from ledgersync.bankfeed.failures import TryAgain
from ledgersync.bankfeed.paging import Page
from ledgersync.bankfeed.paths import MISSING, find
from ledgersync.bankfeed.profiles import Paging
from ledgersync.bankfeed.rows import Row
from ledgersync.errors import FeedNotUnderstood

T = TypeVar("T")

_COUNT = re.compile(r"\d{1,12}", re.ASCII)


def document(body: bytes, label: str) -> object:
    """The JSON of an answer.

    Raises:
        TryAgain: when the text breaks off, as it does when a connection ends too early.
        FeedNotUnderstood: when it is a web page, bottomless, or ambiguous.
    """
    if body.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] == b"<":
        raise failures.web_page(label)
    try:
        value = parse(body)
    except Malformed:
        value = MISSING
    if value is MISSING:
        raise TryAgain(failures.malformed(label))
    if isinstance(value, Doubled):
        raise _strange(label, "it", kind(value))
    return value


def page(
    body: bytes, paging: Paging, label: str, read_rows: Callable[[list[object]], list[Row[T]]]
) -> Page[T]:
    """One page of a list.

    Raises:
        TryAgain, FeedNotUnderstood: as `document`, and for fields the profile describes otherwise.
    """
    answer = document(body, label)
    items = find(answer, paging.items_field)
    if not isinstance(items, list):
        raise _strange(label, f"items_field ({paging.items_field or 'the answer'})", kind(items))
    return Page(
        tuple(read_rows(items)), _total(answer, paging, label), _next(answer, paging, label)
    )


def _total(answer: object, paging: Paging, label: str) -> int | None:
    if not paging.total_field:
        return None
    total = find(answer, paging.total_field)
    if total is None or total is MISSING:
        return None
    if isinstance(total, str) and _COUNT.fullmatch(total):
        return int(total)
    raise _strange(label, f"total_field ({paging.total_field})", kind(total))


def _next(answer: object, paging: Paging, label: str) -> str:
    if paging.style != "cursor":
        return ""
    following = find(answer, paging.next_field)
    if following is None or following is MISSING or following is False:
        return ""
    if isinstance(following, Number | str):
        return str(following)
    raise _strange(label, f"next_field ({paging.next_field})", kind(following))


def word(body: bytes, path: str, label: str) -> str:
    """The text at `path` of an answer, in lower case.

    Raises:
        TryAgain, FeedNotUnderstood: as `document`, and when there is no text.
    """
    value = find(document(body, label), path)
    if type(value) is not str:
        raise _strange(label, path, kind(value))
    return value.strip().lower()


def _strange(label: str, field: str, seen: str) -> FeedNotUnderstood:
    return FeedNotUnderstood(
        f"LedgerSync's answer for {label} is not what the feed profile describes: "
        f"{field} is {seen}.",
        failures.PROFILE,
    )
