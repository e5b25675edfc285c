"""Whole lists in every paging style, and lists that change or repeat while they are read."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any
from urllib.parse import parse_qs, urlsplit

import anyio
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledgersync.bankfeed import paging as paging_module
from ledgersync.bankfeed.paging import Listing, Page, read_list
from ledgersync.bankfeed.profiles import Paging, Profile
from ledgersync.bankfeed.rows import Row
from ledgersync.errors import FeedNotUnderstood
from tests.bankfeed.feed_server import Call, FeedServer, Reply, plain
from tests.bankfeed.feeds import OCTOBER, account, in_turn, listed, profile_for, reading, row

URL = "https://feed.example/v1/rows?of=A1"


def page(names: str, total: int | None = None, following: str = "") -> Page[str]:
    """A page of one-letter rows; "b" and "B" share an id and differ in content, "." has no id."""
    rows = tuple(Row("" if mark == "." else mark.lower(), mark, mark) for mark in names)
    return Page(rows, total, following)


def read(
    style: str, pages: Callable[[dict[str, str]], Page[str]], **changes: Any
) -> tuple[Listing[str], list[str]]:
    """What is read from a server that answers `pages(params)`, and the addresses asked for."""
    keys: dict[str, Any] = {
        "style": style,
        "page_param": "page",
        "size_param": "size",
        "size": 3,
        "cursor_param": "cursor",
        "next_field": "next",
    }
    settings = Paging.model_validate(keys | changes)
    asked: list[str] = []

    async def fetch(url: str) -> Page[str]:
        asked.append(url)
        query = parse_qs(urlsplit(url).query)
        return pages({name: values[0] for name, values in query.items()})

    return anyio.run(read_list, fetch, URL, settings), asked


def in_order(*pages: Page[str]) -> Callable[[dict[str, str]], Page[str]]:
    waiting = iter(pages)
    return lambda _: next(waiting)


def numbered(*pages: Page[str]) -> Callable[[dict[str, str]], Page[str]]:
    return lambda params: dict(enumerate(pages, 1)).get(int(params["page"]), page(""))


def joined(listing: Listing[str]) -> str:
    return "".join(listing.rows)


def test_pages_are_read_until_the_total_is_reached() -> None:
    listing, asked = read("page", numbered(page("abc", 7), page("def", 7), page("g", 7)))
    assert (joined(listing), listing.complete, listing.note) == ("abcdefg", True, "")
    assert asked == [f"{URL}&page={number}&size=3" for number in (1, 2, 3)]


def test_without_a_total_a_shorter_page_ends_the_list() -> None:
    listing, asked = read("page", numbered(page("abc"), page("def"), page("g")))
    assert (joined(listing), listing.complete, len(asked)) == ("abcdefg", True, 3)


def test_servers_that_send_fewer_rows_than_asked_for_are_read_to_the_end() -> None:
    small = numbered(page("ab"), page("cd"), page("ef"))
    listing, asked = read("page", small, size=500)
    assert (joined(listing), listing.complete, len(asked)) == ("abcdef", True, 4)
    listing, asked = read("page", numbered(page("ab", 4), page("cd", 4)), size=500)
    assert (joined(listing), listing.complete, len(asked)) == ("abcd", True, 2)


def test_offset_skips_the_rows_received() -> None:
    def pages(params: dict[str, str]) -> Page[str]:
        start = int(params["page"])
        return page("abcdefg"[start : start + 2], 7)

    listing, asked = read("offset", pages)
    assert (joined(listing), listing.complete) == ("abcdefg", True)
    assert [parse_qs(urlsplit(url).query)["page"][0] for url in asked] == ["0", "2", "4", "6"]


def test_first_page_may_be_zero_and_the_size_unsaid() -> None:
    _, asked = read("page", in_order(page("ab", 2)), first_page=0, size_param="")
    assert asked == [f"{URL}&page=0"]


def test_style_none_asks_once_and_adds_nothing() -> None:
    listing, asked = read("none", in_order(page("abcdefgh")))
    assert (joined(listing), listing.complete, asked) == ("abcdefgh", True, [URL])


def test_empty_list_is_complete() -> None:
    for style in ("page", "offset", "cursor", "none"):
        for total in (0, None):
            listing, asked = read(style, in_order(page("", total)))
            assert (listing.rows, listing.complete, len(asked)) == ((), True, 1)


def test_cursor_goes_on_until_there_is_no_next() -> None:
    pages = {"": page("abc", 5, "c/1+="), "c/1+=": page("", 5, "c2"), "c2": page("de", 5)}
    listing, asked = read("cursor", lambda params: pages[params.get("cursor", "")])
    assert (joined(listing), listing.complete) == ("abcde", True)
    assert asked[0] == f"{URL}&size=3"
    assert asked[1] == f"{URL}&size=3&cursor=c%2F1%2B%3D"


@pytest.mark.parametrize(
    ("link", "followed"),
    [
        ("https://feed.example/v1/rows?after=2", "https://feed.example/v1/rows?after=2"),
        ("https://FEED.example:443/v1/x?y=1#end", "https://FEED.example:443/v1/x?y=1"),
        ("/v1/rows?after=2", "https://feed.example/v1/rows?after=2"),
        ("?after=2", "https://feed.example/v1/rows?after=2"),
        ("/v1/rows/page/2", "https://feed.example/v1/rows/page/2"),
        ("//cursor/+base64==", f"{URL}&size=3&cursor=%2F%2Fcursor%2F%2Bbase64%3D%3D"),
    ],
)
def test_links_of_the_same_origin_are_followed(link: str, followed: str) -> None:
    listing, asked = read("cursor", in_order(page("a", None, link), page("b")))
    assert (joined(listing), asked[1]) == ("ab", followed)


@pytest.mark.parametrize(
    "link",
    [
        "https://evil.example/v1/rows?after=2",
        "http://feed.example/v1/rows?after=2",
        "https://feed.example:8443/v1/rows",
        "https://feed.example@evil.example/v1/rows",
        "https://user:word@feed.example/v1/rows",
        "https://feed.example:none/v1/rows",
        "//evil.example/rows?after=2",
        "ftp://feed.example/rows",
    ],
)
def test_links_to_another_host_or_to_http_are_refused(link: str) -> None:
    with pytest.raises(FeedNotUnderstood, match="another address"):
        read("cursor", in_order(page("a", None, link)))


def test_repeated_page_restarts_once_and_then_reads_well() -> None:
    pages = in_order(page("abc", 6), page("abc", 6), page("abc", 6), page("def", 6), pytest.fail)  # type: ignore[arg-type]  # the last is never asked for
    listing, asked = read("page", pages)
    assert (joined(listing), listing.complete, len(asked)) == ("abcdef", True, 4)


def test_repeated_page_for_ever_is_incomplete() -> None:
    for total in (6, None):
        listing, asked = read("page", lambda _, total=total: page("abc", total))  # type: ignore[misc]
        assert (joined(listing), listing.complete, len(asked)) == ("abc", False, 4)
        assert "same page twice" in listing.note


def test_missing_page_is_incomplete() -> None:
    listing, asked = read("page", numbered(page("abc", 9), page("", 9), page("ghi", 9)))
    assert (joined(listing), listing.complete, len(asked)) == ("abc", False, 4)
    assert listing.note == "LedgerSync announced 9 rows and sent 3 different ones."


def test_cursor_loop_is_incomplete() -> None:
    pages = {"": page("a", None, "x"), "x": page("b", None, "y"), "y": page("c", None, "x")}
    listing, asked = read("cursor", lambda params: pages[params.get("cursor", "")])
    assert (joined(listing), listing.complete, len(asked)) == ("abc", False, 6)
    assert "circle" in listing.note


@pytest.mark.parametrize("total", [2, 4])
@pytest.mark.parametrize("style", ["page", "offset", "cursor", "none"])
def test_wrong_total_is_incomplete(style: str, total: int) -> None:
    def pages(params: dict[str, str]) -> Page[str]:
        return page("abc" if params.get("page", "1") in {"0", "1"} else "", total)

    listing, _ = read(style, pages)
    assert (joined(listing), listing.complete) == ("abc", False)
    assert f"announced {total} rows and sent 3" in listing.note


@pytest.mark.parametrize("later", [5, 7])
def test_rows_added_or_removed_while_paging_restart_the_list(later: int) -> None:
    steady = [page("abc", later), page("defg"[: later - 3], later)]
    if later == 7:
        steady = [page("abc", 7), page("def", 7), page("g", 7)]
    listing, _ = read("page", in_order(page("abc", 6), page("def", later), *steady))
    assert listing.complete
    assert len(listing.rows) == later


def test_list_that_keeps_growing_is_read_on_and_marked() -> None:
    growing: Iterator[Page[str]] = iter(
        [page("abc", 6), page("def", 7), page("abc", 8), page("def", 9), page("ghi", 9)]
    )
    listing, _ = read("page", lambda _: next(growing))
    assert (joined(listing), listing.complete) == ("abcdefghi", False)
    assert "changed from 8 to 9" in listing.note


def test_same_id_with_the_same_content_counts_once() -> None:
    listing, asked = read("page", numbered(page("abc", 5), page("cde", 5)))
    assert (joined(listing), listing.complete, len(asked)) == ("abcde", True, 2)


def test_same_id_with_other_content_restarts_then_sets_both_aside() -> None:
    passing = in_order(page("abc", 4), page("Bd", 4), page("aBc", 4), page("d", 4))
    listing, _ = read("page", passing)
    assert (joined(listing), listing.complete, listing.set_aside) == ("aBcd", True, ())
    lasting, asked = read("page", numbered(page("abc", 4), page("Bd", 4)))
    assert (joined(lasting), lasting.complete, len(asked)) == ("acd", False, 4)
    assert [aside.raw for aside in lasting.set_aside] == ["b", "B"]
    assert "same id" in lasting.note


def test_equal_rows_without_ids_all_live() -> None:
    listing, _ = read("page", in_order(page("...", 5), page("..", 5)))
    assert (joined(listing), listing.complete) == (".....", True)


def test_equal_purchases_without_ids_on_small_pages_all_live() -> None:
    listing, asked = read("page", numbered(page(".", 3), page(".", 3), page(".", 3)), size=1)
    assert (joined(listing), listing.complete, len(asked)) == ("...", True, 3)


def test_server_that_ignores_pages_is_noticed_without_ids_too() -> None:
    listing, asked = read("page", lambda _: page("."), size=500)
    assert (joined(listing), listing.complete, len(asked)) == (".", False, 4)


def test_endless_lists_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(paging_module, "MOST_PAGES", 20)
    counter = iter(range(10_000))

    def pages(_: dict[str, str]) -> Page[str]:
        number = str(next(counter))
        return Page((Row(number, number, number),), None, number)

    listing, asked = read("cursor", pages)
    assert (len(listing.rows), listing.complete, len(asked)) == (20, False, 20)


@given(
    count=st.integers(0, 40),
    size=st.integers(1, 12),
    cap=st.integers(1, 12),
    told=st.booleans(),
    style=st.sampled_from(["page", "offset", "cursor"]),
)
def test_any_steady_list_is_read_whole(
    count: int,
    size: int,
    cap: int,
    told: bool,  # noqa: FBT001
    style: str,
) -> None:
    names = [f"r{number}" for number in range(count)]
    step = min(size, cap)

    def pages(params: dict[str, str]) -> Page[str]:
        start = int(params.get("page", params.get("cursor", 0)))
        start = (start - 1) * step if style == "page" else start
        rows = tuple(Row(name, name, name) for name in names[start : start + step])
        following = str(start + step) if style == "cursor" and start + step < count else ""
        return Page(rows, count if told else None, following)

    listing, _ = read(style, pages, size=size)
    assert (list(listing.rows), listing.complete) == (names, True)


def paged_server(profile: Profile, count: int) -> Callable[[Call], Reply]:
    """Serves `count` transactions the way the profile describes."""
    paging = profile.paging

    def script(call: Call) -> Reply:
        rows = [row(number) for number in range(count)]
        start = int(call.params.get(paging.page_param, call.params.get(paging.cursor_param, 0)))
        start = (start - paging.first_page) * paging.size if paging.style == "page" else start
        end = count if paging.style == "none" else start + paging.size
        answer: Any = rows[start:end]
        if paging.items_field:
            answer = {"data": {"list": answer, "count": count}}
            if end < count:
                answer["data"]["after"] = end
        return plain(answer)

    return script


@pytest.mark.parametrize("items", ["data.list", ""])
@pytest.mark.parametrize("style", ["page", "offset", "cursor", "none"])
def test_every_style_over_http(style: str, items: str) -> None:
    if style == "cursor" and not items:
        items = "data.list"
    keys = {
        "style": style,
        "page_param": "at",
        "size": 7,
        "first_page": 0,
        "cursor_param": "from",
        "items_field": items,
        "total_field": "data.count" if items else "",
        "next_field": "data.after",
    }

    def profile(url: str) -> Profile:
        return profile_for(url, paging=keys)

    script = paged_server(profile("http://127.0.0.1"), 23)
    with reading(script, profile=profile) as (server, session):
        listing = session.transactions(account("A1"), OCTOBER)
    assert (len(listing.rows), listing.complete) == (23, True)
    assert all(call.params["startDate"] == "2026-10-01" for call in server.calls)


def sheet(first: int, last: int, total: int | None = None, **more: Any) -> Reply:
    """A page of the numbered rows from `first` to `last`; more of its fields by name."""
    told = {} if total is None else {"total": total}
    return plain({"items": [row(number) for number in range(first, last + 1)], **told, **more})


ALTERED = plain({"items": [row(3, amount=-1), row(4)], "total": 4})


@pytest.mark.parametrize(
    ("style", "answers", "rows", "calls", "words"),
    [
        ("page", [sheet(1, 3, 9), sheet(1, 0, 9)] * 2, 3, 4, "announced 9 rows and sent 3"),
        ("page", [sheet(1, 3, 6)], 3, 4, "same page twice"),
        (
            "cursor",
            [sheet(1, 1, next="x"), sheet(2, 2, next="y"), sheet(3, 3, next="x")] * 2,
            3,
            6,
            "circle",
        ),
        ("page", [sheet(1, 3, 4), sheet(1, 0, 4)] * 2, 3, 4, "announced 4 rows and sent 3"),
        (
            "page",
            [sheet(1, 3, 5), sheet(4, 6, 6), sheet(1, 3, 6), sheet(4, 6, 6)],
            6,
            4,
            "",
        ),
        ("page", [sheet(1, 3, 5), sheet(3, 5, 5)], 5, 2, ""),
        ("page", [sheet(1, 3, 4), ALTERED] * 2, 3, 4, "same id"),
    ],
    ids=[
        "missing page",
        "repeated page",
        "cursor loop",
        "wrong total",
        "rows added while paging",
        "the same id with the same content",
        "the same id with other content",
    ],
)
def test_faults_of_paging_over_http(
    style: str, answers: list[Reply], rows: int, calls: int, words: str
) -> None:
    def profile(url: str) -> Profile:
        return profile_for(url, paging={"style": style, "size": 3})

    with reading(in_turn(*answers), profile=profile) as (server, session):
        listing = session.transactions(account("A1"), OCTOBER)
    assert (len(listing.rows), len(server.calls)) == (rows, calls)
    assert listing.complete is not bool(words)
    assert words in listing.note
    assert len(listing.set_aside) == (2 if words == "same id" else 0)


def test_cursor_link_to_another_host_is_not_asked() -> None:
    def profile(url: str) -> Profile:
        return profile_for(url, paging={"style": "cursor", "total_field": ""})

    with FeedServer(lambda _: listed([])) as other:
        elsewhere = plain({"items": [row(1)], "next": f"{other.url}/steal?page=2"})
        with (
            reading(in_turn(elsewhere), profile=profile) as (_, session),
            pytest.raises(FeedNotUnderstood, match="another address"),
        ):
            session.transactions(account("A1"), OCTOBER)
    assert not other.calls


def test_reading_is_restarted_only_once() -> None:
    changing = iter(range(10, 1000))
    listing, asked = read("page", lambda _: page("abc", next(changing)), size=3)
    assert not listing.complete
    assert len(asked) == 4
    assert replace(listing, rows=()).note
