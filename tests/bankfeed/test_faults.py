"""Every fault that the client must survive, against a scripted server that counts calls."""

import json
import socket
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from pydantic import SecretStr

from ledgersync.bankfeed import failures
from ledgersync.bankfeed.client import Deadlines, Feed, Token
from ledgersync.bankfeed.lanes import Answer
from ledgersync.bankfeed.profiles import Profile
from ledgersync.domain.transactions import FeedTransaction
from ledgersync.errors import (
    FeedForbidden,
    FeedNotUnderstood,
    FeedThrottled,
    FeedUnreachable,
    StoredPasswordRefused,
)
from tests.bankfeed.feed_server import (
    Call,
    FeedServer,
    Reply,
    cut,
    drip,
    hang,
    plain,
    reset,
    text,
    zipped,
)
from tests.bankfeed.feeds import (
    HASTY,
    OCTOBER,
    QUICK,
    TRANSACTIONS,
    account,
    connected,
    credentials,
    in_turn,
    listed,
    logs_in,
    profile_for,
    reading,
    row,
)

GOOD = listed([row(1), row(2)])
GOOD_BODY = GOOD.body
ATTEMPTS = HASTY.attempts


def test_expired_token_in_mid_sync_with_8_threads_logs_in_once() -> None:
    all_at_the_server = threading.Barrier(8)

    def script(call: Call) -> Reply:
        if call.token == "Bearer stored":
            all_at_the_server.wait(5)
            return plain({"error": "token expired"}, 401)
        return listed([row(1)]) if call.token == "Bearer token-1" else plain({}, 500)

    told: list[Token] = []
    with connected(logs_in(script)) as (server, feed), ThreadPoolExecutor(8) as threads:
        session = feed.session(credentials, Token(SecretStr("stored")), told.append)
        accounts = [f"A{number}" for number in range(8)]
        listings = list(
            threads.map(lambda name: session.transactions(account(name), OCTOBER), accounts)
        )
    assert [len(listing.rows) for listing in listings] == [1] * 8
    assert server.count("/authenticate") == 1
    assert len(server.calls) == 8 + 1 + 8
    assert [token.value.get_secret_value() for token in told] == ["token-1"]


def test_401_after_re_log_in_gives_up_for_all_that_follows() -> None:
    with reading(logs_in(lambda _: plain({}, 401))) as (server, session):
        for _ in range(3):
            with pytest.raises(StoredPasswordRefused, match="refused the stored password"):
                session.transactions(account("A1"), OCTOBER)
    assert server.count("/authenticate") == 1
    assert server.count(TRANSACTIONS) == 2


@pytest.mark.parametrize(
    ("status", "body", "words"),
    [
        (401, {"error": "invalid_credentials"}, "did not accept"),
        (403, {"code": "ACCOUNT_LOCKED"}, "locked"),
        (402, {}, "subscription"),
    ],
)
def test_refused_re_log_in_is_told_once_and_never_repeated(
    status: int, body: dict[str, str], words: str
) -> None:
    def script(call: Call) -> Reply:
        return plain(body, status) if call.path == "/authenticate" else plain({}, 401)

    with reading(script) as (server, session), ThreadPoolExecutor(8) as threads:
        asked = [threads.submit(session.transactions, account(f"A{n}"), OCTOBER) for n in range(8)]
        for future in asked:
            with pytest.raises(StoredPasswordRefused, match=words):
                future.result()
        with pytest.raises(StoredPasswordRefused):
            session.clients()
    assert server.count("/authenticate") == 1
    assert server.count("/clients") == 0


def test_failed_re_log_in_is_not_repeated_by_everybody() -> None:
    def script(call: Call) -> Reply:
        return plain({}, 503 if call.path == "/authenticate" else 401)

    with reading(script) as (server, session):
        for _ in range(2):
            with pytest.raises(FeedUnreachable):
                session.clients()
    assert server.count("/authenticate") == 1


def test_403_on_one_client_leaves_the_others() -> None:
    def script(call: Call) -> Reply:
        return plain({}, 403) if "/C2/" in call.path else listed([{"id": call.path, "name": "x"}])

    with reading(script) as (server, session):
        results = dict(session.each_accounts(["C1", "C2", "C3"]))
    assert isinstance(results["C2"], FeedForbidden)
    assert [getattr(results[name], "complete", None) for name in ("C1", "C3")] == [True, True]
    assert len(server.calls) == 3


def test_429_with_retry_after_2_waits_that_long() -> None:
    script = in_turn(text("", 429, Retry_After="2"), GOOD)
    with reading(script) as (server, session):
        began = time.monotonic()
        assert len(session.transactions(account("A1"), OCTOBER).rows) == 2
    assert time.monotonic() - began >= 2
    assert len(server.calls) == 2


@pytest.mark.parametrize("days_off", [-1, 0, 1])
def test_429_with_an_http_date_counts_from_the_servers_own_clock_a_day_off(days_off: int) -> None:
    there = datetime.now(UTC) + timedelta(days=days_off)
    busy = text(
        "",
        429,
        Date=format_datetime(there, usegmt=True),
        Retry_After=format_datetime(there + timedelta(seconds=1), usegmt=True),
    )
    with reading(in_turn(busy, GOOD)) as (server, session):
        began = time.monotonic()
        assert session.transactions(account("A1"), OCTOBER).complete
    assert 1 <= time.monotonic() - began < 3
    assert len(server.calls) == 2


@pytest.mark.parametrize("status", [429, 503])
@pytest.mark.parametrize("seconds", [86_400, 121, 10])
def test_429_with_retry_after_86400_stops_and_says_until_when(status: int, seconds: int) -> None:
    with (
        reading(lambda _: text("", status, Retry_After=str(seconds))) as (server, session),
        pytest.raises(FeedThrottled, match="asks to wait until") as caught,
    ):
        session.transactions(account("A1"), OCTOBER)
    expected = datetime.now(UTC) + timedelta(seconds=seconds)
    assert abs(caught.value.until - expected) < timedelta(seconds=5)
    assert len(server.calls) == 1


@pytest.mark.parametrize("zone", ["UTC", "Pacific/Kiritimati"])
def test_429_until_the_end_of_time_is_put_off_and_never_a_crash(
    monkeypatch: pytest.MonkeyPatch, zone: str
) -> None:
    monkeypatch.setenv("TZ", zone)
    time.tzset()
    yesterday = format_datetime(datetime.now(UTC) - timedelta(days=1), usegmt=True)
    busy = text("", 429, Date=yesterday, Retry_After="Fri, 31 Dec 9999 23:59:59 GMT")
    try:
        with reading(lambda _: busy) as (server, session), pytest.raises(FeedThrottled):
            session.transactions(account("A1"), OCTOBER)
    finally:
        monkeypatch.undo()
        time.tzset()
    assert len(server.calls) == 1


_DATES = st.builds(
    "{}, {:02} {} {:04} {:02}:{:02}:{:02} {}".format,
    st.sampled_from(["Mon", "Fri"]),
    st.integers(0, 32),
    st.sampled_from(["Jan", "Feb", "Dec"]),
    st.integers(0, 9999),
    st.integers(0, 24),
    st.integers(0, 60),
    st.integers(0, 61),
    st.sampled_from(["GMT", "-0000", "+1400", "-2359", "+9999", "EST", ""]),
)
_HEADERS = st.one_of(_DATES, st.text(max_size=40), st.integers(-(10**12), 10**12).map(str))


@given(retry_after=_HEADERS, date=_HEADERS)
@example("Fri, 31 Dec 9999 23:59:59 GMT", "Mon, 01 Jan 0001 00:00:00 GMT")
@example("9999999999", "")
def test_whatever_retry_after_and_date_say_is_a_wait_or_none(retry_after: str, date: str) -> None:
    wait = Answer(429, b"", retry_after, date).wait
    assert wait is None or wait <= timedelta(days=3650).total_seconds()
    assert failures.throttled(max(wait or 0, 0)).until > datetime.now(UTC) - timedelta(minutes=1)


@pytest.mark.parametrize("value", ["-1", "soon", "", "0", "1e3", "9" * 400, "Mon, 99 Foo 20266"])
def test_429_with_retry_after_minus_1_or_rubbish_backs_off_as_usual(value: str) -> None:
    with reading(in_turn(text("", 429, Retry_After=value), GOOD)) as (server, session):
        began = time.monotonic()
        assert session.transactions(account("A1"), OCTOBER).complete
    assert time.monotonic() - began < 1
    assert len(server.calls) == 2


def test_429_for_ever_ends_as_throttled() -> None:
    with (
        reading(lambda _: text("", 429)) as (server, session),
        pytest.raises(FeedThrottled),
    ):
        session.transactions(account("A1"), OCTOBER)
    assert len(server.calls) == ATTEMPTS


@pytest.mark.parametrize("status", [500, 502, 503, 504, 408])
@pytest.mark.parametrize("times", [1, 2])
def test_server_errors_once_or_twice_pass(status: int, times: int) -> None:
    with reading(in_turn(*[text("oops", status)] * times, GOOD)) as (server, session):
        assert session.transactions(account("A1"), OCTOBER).complete
    assert len(server.calls) == times + 1


@pytest.mark.parametrize("status", [500, 502, 503, 504])
def test_server_errors_for_ever_end_as_unreachable(status: int) -> None:
    with (
        reading(lambda _: text("<html>Bad gateway", status)) as (server, session),
        pytest.raises(FeedUnreachable, match=str(status)),
    ):
        session.transactions(account("A1"), OCTOBER)
    assert len(server.calls) == ATTEMPTS


@pytest.mark.parametrize(
    ("status", "error"),
    [
        (400, FeedNotUnderstood),
        (403, FeedForbidden),
        (404, FeedNotUnderstood),
        (422, FeedNotUnderstood),
        (402, FeedForbidden),
        (418, FeedNotUnderstood),
    ],
)
def test_client_errors_are_never_asked_again(status: int, error: type[Exception]) -> None:
    with (
        reading(lambda _: plain({"error": "no"}, status)) as (server, session),
        pytest.raises(error),
    ):
        session.transactions(account("A1"), OCTOBER)
    assert len(server.calls) == 1


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def test_refused_connection() -> None:
    profile = profile_for(f"http://127.0.0.1:{free_port()}")
    with Feed(profile, deadlines=QUICK, backoff=HASTY) as feed:
        with pytest.raises(FeedUnreachable, match="could not be reached"):
            feed.log_in(credentials().email, credentials().password)
        session = feed.session(credentials, Token(SecretStr("stored")))
        with pytest.raises(FeedUnreachable, match="could not be reached"):
            session.clients()


def test_unknown_host(monkeypatch: pytest.MonkeyPatch) -> None:
    def nowhere(*_: object, **__: object) -> None:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", nowhere)
    monkeypatch.delenv("HTTPS_PROXY", raising=False)
    monkeypatch.delenv("https_proxy", raising=False)
    profile = profile_for("https://feeds.nowhere.example")
    with (
        Feed(profile, deadlines=QUICK, backoff=HASTY) as feed,
        pytest.raises(FeedUnreachable, match=r"feeds\.nowhere\.example was not found"),
    ):
        feed.log_in(credentials().email, credentials().password)


def test_slow_headers_end_at_the_read_time_out_and_are_asked_again() -> None:
    with reading(in_turn(hang(), GOOD)) as (server, session):
        assert session.transactions(account("A1"), OCTOBER).complete
    assert len(server.calls) == 2


@pytest.mark.parametrize(
    "start",
    [b"HTTP/1.1 200 OK\r\nX-Slow:", b"HTTP/1.1 200 OK\r\nContent-Length: 90000\r\n\r\n["],
    ids=["dripping headers", "dripping body"],
)
def test_dripping_answers_end_at_the_deadline(start: bytes) -> None:
    deadlines = replace(QUICK, listing=0.8, log_in=0.8)
    with reading(lambda _: drip(start), deadlines=deadlines) as (server, session):
        began = time.monotonic()
        with pytest.raises(FeedUnreachable, match=r"within 0\.8 seconds"):
            session.transactions(account("A1"), OCTOBER)
    assert time.monotonic() - began < 1.6
    assert len(server.calls) == 1


@pytest.mark.parametrize("reply", [hang(), drip(b"HTTP/1.1 200 OK\r\n\r\n{")], ids=["hang", "drip"])
def test_log_in_that_hangs_or_drips_ends_at_its_deadline(reply: Reply) -> None:
    deadlines = Deadlines(log_in=0.6)
    with connected(lambda _: reply, deadlines=deadlines) as (server, feed):
        began = time.monotonic()
        with pytest.raises(FeedUnreachable, match=r"within 0\.6 seconds"):
            feed.log_in(credentials().email, credentials().password)
    assert time.monotonic() - began < 1.4
    assert len(server.calls) == 1


def test_hang_for_ever_ends_as_unreachable() -> None:
    with (
        reading(lambda _: hang(), deadlines=replace(QUICK, read=0.1)) as (server, session),
        pytest.raises(FeedUnreachable, match="too long"),
    ):
        session.transactions(account("A1"), OCTOBER)
    assert len(server.calls) == ATTEMPTS


def test_whole_sync_has_a_deadline_of_its_own() -> None:
    deadlines = replace(QUICK, read=5, listing=5, sync=0.5)
    with reading(lambda _: hang(), deadlines=deadlines) as (server, session):
        began = time.monotonic()
        results = list(session.each_transactions((account(f"A{n}"), OCTOBER) for n in range(40)))
    assert time.monotonic() - began < 2
    assert len(results) == 40
    assert all(isinstance(result, FeedUnreachable) for _, result in results)
    assert "the sync" in str(results[-1][1])
    assert len(server.calls) <= 8


def test_whoever_waits_for_a_place_is_let_go_at_their_deadline() -> None:
    all_at_the_server = threading.Barrier(9)

    def script(_: Call) -> Reply:
        all_at_the_server.wait(5)
        return hang()

    with connected(script, deadlines=replace(QUICK, read=9, listing=9)) as (server, feed):
        stored = Token(SecretStr("stored"))
        busy = feed.session(credentials, stored, seconds=1)
        with ThreadPoolExecutor(8) as threads:
            for number in range(8):
                threads.submit(busy.transactions, account(f"A{number}"), OCTOBER)
            all_at_the_server.wait(5)
            began = time.monotonic()
            with pytest.raises(FeedUnreachable, match=r"the sync within 0\.3 seconds"):
                feed.session(credentials, stored, seconds=0.3).clients()
            assert time.monotonic() - began < 0.9
    assert len(server.calls) == 8


@pytest.mark.parametrize("announced", [True, False], ids=["content-length", "no content-length"])
def test_truncated_body_is_asked_again(announced: bool) -> None:  # noqa: FBT001
    broken = cut(GOOD_BODY, announced=announced)
    with reading(in_turn(broken, GOOD)) as (server, session):
        assert len(session.transactions(account("A1"), OCTOBER).rows) == 2
    assert len(server.calls) == 2


def test_truncated_body_for_ever() -> None:
    with (
        reading(lambda _: cut(GOOD_BODY, announced=True)) as (server, session),
        pytest.raises(FeedUnreachable, match="broke off"),
    ):
        session.transactions(account("A1"), OCTOBER)
    assert len(server.calls) == ATTEMPTS


def test_connection_that_ends_without_an_answer_is_asked_again() -> None:
    with reading(in_turn(reset(), GOOD)) as (server, session):
        assert session.transactions(account("A1"), OCTOBER).complete
    assert len(server.calls) == 2


BROKEN_GZIP = Reply(200, b"\x1f\x8b\x08 not gzip at all", {"Content-Encoding": "gzip"})
SHORT_GZIP = Reply(200, zipped(GOOD_BODY).body[:-12], {"Content-Encoding": "gzip"})


def test_gzip_is_read() -> None:
    with reading(lambda _: zipped(GOOD_BODY)) as (_, session):
        assert len(session.transactions(account("A1"), OCTOBER).rows) == 2


@pytest.mark.parametrize("broken", [BROKEN_GZIP, SHORT_GZIP], ids=["rubbish", "ends early"])
def test_broken_gzip_is_asked_again_then_not_understood(broken: Reply) -> None:
    with reading(in_turn(broken, GOOD)) as (server, session):
        assert session.transactions(account("A1"), OCTOBER).complete
    assert len(server.calls) == 2
    with reading(lambda _: broken) as (server, session), pytest.raises(FeedNotUnderstood):
        session.transactions(account("A1"), OCTOBER)
    assert len(server.calls) == ATTEMPTS


def test_gzip_bomb_is_refused_at_once() -> None:
    bomb = zipped(b"[" + b" " * 200_000_000)
    with (
        reading(lambda _: bomb) as (server, session),
        pytest.raises(FeedNotUnderstood, match="larger than 20 MB"),
    ):
        session.transactions(account("A1"), OCTOBER)
    assert len(server.calls) == 1


def test_body_of_100_mb_is_not_read_to_its_end() -> None:
    sent: list[int] = []

    def endless(out: socket.socket, _: threading.Event) -> None:
        out.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 100000000\r\n\r\n[")
        for _megabyte in range(100):
            out.sendall(b" " * 1_000_000)
            sent.append(1)

    with (
        reading(lambda _: Reply(raw=endless)) as (server, session),
        pytest.raises(FeedNotUnderstood, match="larger than 20 MB"),
    ):
        session.transactions(account("A1"), OCTOBER)
    assert len(server.calls) == 1
    assert len(sent) < 60


def test_html_with_200_from_a_captive_portal() -> None:
    portal = text("\n <!DOCTYPE html><title>Guest Wi-Fi", Content_Type="text/html")
    with (
        reading(lambda _: portal) as (server, session),
        pytest.raises(FeedNotUnderstood, match="web page"),
    ):
        session.transactions(account("A1"), OCTOBER)
    assert len(server.calls) == 1


@pytest.mark.parametrize("body", ['{"items": [', '{"items": [}', "", "null x", "\x00", "{'a': 1}"])
def test_malformed_json_is_asked_again_then_not_understood(body: str) -> None:
    with (
        reading(lambda _: text(body)) as (server, session),
        pytest.raises(FeedNotUnderstood, match="not complete JSON"),
    ):
        session.transactions(account("A1"), OCTOBER)
    assert len(server.calls) == ATTEMPTS


@pytest.mark.parametrize("mark", [b"[", b'{"a":'], ids=["lists", "objects"])
def test_json_nested_without_end(mark: bytes) -> None:
    with (
        reading(lambda _: text(mark * 200_000)) as (_, session),
        pytest.raises(FeedNotUnderstood),
    ):
        session.transactions(account("A1"), OCTOBER)


@pytest.mark.parametrize(
    "answer",
    [
        None,
        [],
        7,
        "text",
        {},
        {"items": None},
        {"items": {}},
        {"items": "x"},
        {"items": [], "total": "many"},
        {"items": [], "total": -1},
        {"items": [], "total": 0.5},
        {"error": "try later"},
    ],
)
def test_nulls_and_wrong_types_around_the_rows(answer: Any) -> None:
    with (
        reading(lambda _: plain(answer)) as (server, session),
        pytest.raises(FeedNotUnderstood),
    ):
        session.transactions(account("A1"), OCTOBER)
    assert len(server.calls) == 1


_NESTED = {
    "style": "cursor",
    "items_field": "data.items",
    "total_field": "meta.total",
    "next_field": "meta.next",
}


@pytest.mark.parametrize(
    "answer",
    [
        '{"data": {"items": [1], "items": []}}',
        '{"data": {"items": []}, "data": {"items": []}}',
        '{"data": {"items": [], "page": 1, "page": 2}}',
        '{"data": {"items": []}, "meta": {"total": 0, "total": 5}}',
        '{"data": {"items": []}, "meta": {"next": "x", "next": null}}',
    ],
)
def test_keys_named_twice_around_the_rows_are_never_an_empty_list(answer: str) -> None:
    def profile(url: str) -> Profile:
        return profile_for(url, paging=_NESTED)

    with (
        reading(lambda _: text(answer), profile=profile) as (server, session),
        pytest.raises(FeedNotUnderstood, match="an object that names a field twice"),
    ):
        session.transactions(account("A1"), OCTOBER)
    assert len(server.calls) == 1


def raw_row(**changes: str) -> str:
    """A row written by hand, so that it may hold what no JSON writer would write."""
    written = {name: json.dumps(value) for name, value in row(9).items()} | changes
    return "{" + ",".join(f'"{name}":{value}' for name, value in written.items()) + "}"


@pytest.mark.parametrize(
    ("odd", "field"),
    [
        (raw_row(amount="1e999"), "amount"),
        (raw_row(amount="NaN"), "amount"),
        (raw_row(amount="Infinity"), "amount"),
        (raw_row(amount='"12,34"'), "amount"),
        (raw_row(amount="1e2"), "amount"),
        (raw_row(amount="0.001"), "amount"),
        (raw_row(amount="9" * 5000), "amount"),
        (raw_row(amount="null"), "amount"),
        (raw_row(amount="true"), "amount"),
        (raw_row(amount="[1]"), "amount"),
        (raw_row(amount='"\u0664\u0662"'), "amount"),
        (raw_row(id="null"), "id"),
        (raw_row(id='""'), "id"),
        (raw_row(id="true"), "id"),
        (raw_row(id="1.5"), "id"),
        (raw_row(id="{}"), "id"),
        (raw_row(postedDate="null"), "postedDate"),
        (raw_row(postedDate='"2026-02-29"'), "postedDate"),
        (raw_row(postedDate='"10/05/2026"'), "postedDate"),
        (raw_row(postedDate="20261005"), "postedDate"),
        (raw_row(description="null"), "description"),
        (raw_row(description="5"), "description"),
        (raw_row(description='"a\\u0000b"'), "description"),
        (raw_row(description='"\\ud800"'), "description"),
        (raw_row(memo="[]"), "memo"),
        (raw_row(pending='"perhaps"'), "pending"),
        (raw_row(pending="1"), "pending"),
        (raw_row()[:-1] + ',"amount":-5}', "twice"),
        (raw_row()[:-1] + ',"more":{"a":1,"a":2}}', "twice"),
        ("null", "nothing"),
        ("[]", "a list"),
        ('"T9"', "text"),
    ],
)
def test_row_that_cant_be_read_is_set_aside_and_stops_no_other(odd: str, field: str) -> None:
    body = f'{{"total":3,"items":[{json.dumps(row(1))},{odd},{json.dumps(row(2))}]}}'
    with reading(lambda _: text(body)) as (server, session):
        listing = session.transactions(account("A1"), OCTOBER)
    assert [found.source_id for found in listing.rows] == ["T1", "T2"]
    assert len(listing.set_aside) == 1
    assert field in listing.set_aside[0].reason
    assert listing.set_aside[0].raw == odd
    assert listing.complete
    assert len(server.calls) == 1


def test_unknown_fields_are_kept_in_raw_and_otherwise_passed_over() -> None:
    with reading(lambda _: listed([row(1, branch={"code": [1, 2.50]})])) as (_, session):
        found = session.transactions(account("A1"), OCTOBER).rows[0]
    assert isinstance(found, FeedTransaction)
    assert '"branch":{"code":[1,2.5]}' in found.raw


@pytest.mark.parametrize("location", ["http://127.0.0.1:9/x", "https://evil.example/", "/other"])
@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_redirects_are_never_followed(status: int, location: str) -> None:
    def script(_: Call) -> Reply:
        return text("", status, Location=location)

    with (
        FeedServer(lambda _: GOOD) as other,
        reading(script) as (server, session),
        pytest.raises(FeedNotUnderstood, match="another address"),
    ):
        session.transactions(account("A1"), OCTOBER)
    assert len(server.calls) == 1
    assert not other.calls
    with connected(script) as (server, feed), pytest.raises(FeedNotUnderstood):
        feed.log_in(credentials().email, credentials().password)
    assert len(server.calls) == 1


@pytest.mark.parametrize("day", ["2026-03-08", "2026-11-01", "2028-02-29", "2026-12-31"])
@pytest.mark.parametrize("clock", ["", "T00:00:00Z", "T23:59:59.999-11:00", " 02:30:00+14:00"])
def test_dst_days_and_29_february_are_never_shifted(day: str, clock: str) -> None:
    with reading(lambda _: listed([row(1, postedDate=day + clock)])) as (_, session):
        assert session.transactions(account("A1"), OCTOBER).rows[0].date.isoformat() == day
