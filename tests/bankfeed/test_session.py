"""Sessions: addresses as the profile says, eight at once, and an end to everything when closed."""

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from ledgersync.bankfeed.client import Credentials, Listing
from ledgersync.bankfeed.crowd import READ_AHEAD
from ledgersync.bankfeed.profiles import Profile
from ledgersync.domain.clients import FeedStatement
from ledgersync.errors import FeedNotUnderstood, FeedUnreachable, KeyMissing
from tests.bankfeed.feed_server import Call, Reply, plain
from tests.bankfeed.feeds import (
    OCTOBER,
    QUICK,
    account,
    connected,
    listed,
    profile_for,
    reading,
    row,
)

ODD_ID = "jo+firm@x.example/a?b=1&c%2F#d"
PERIOD = "&from=2026-10-01&endDate=2026-10-31"
ODD_ID_ENCODED = "jo%2Bfirm%40x.example%2Fa%3Fb%3D1%26c%252F%23d"


def test_ids_are_encoded_wherever_they_stand() -> None:
    def profile(url: str) -> Profile:
        return profile_for(
            f"{url}/api/v1/",
            accounts={"path": "/clients/{client_id}/accounts"},
            transactions={"path": "/tx?account={account_id}&kind=all", "start_param": "from"},
        )

    with reading(lambda _: listed([]), profile=profile) as (server, session):
        session.accounts(ODD_ID)
        session.transactions(account(ODD_ID), OCTOBER)
    assert [call.target for call in server.calls] == [
        f"/api/v1/clients/{ODD_ID_ENCODED}/accounts?page=1&pageSize=500",
        f"/api/v1/tx?account={ODD_ID_ENCODED}&kind=all{PERIOD}&page=1&pageSize=500",
    ]
    assert server.calls[1].params["account"] == ODD_ID


@pytest.mark.parametrize("name", [".", ".."])
def test_ids_of_dots_dont_walk_up_the_path(name: str) -> None:
    with reading(lambda _: listed([])) as (server, session):
        session.accounts(name)
    assert server.calls[0].path == f"/clients/{name.replace('.', '%2E')}/accounts"


@pytest.mark.parametrize(
    ("written", "start", "end"),
    [
        ("iso", "2026-10-01", "2026-10-31"),
        ("us", "10/01/2026", "10/31/2026"),
        ("epoch_ms", "1790812800000", "1793491199999"),
    ],
)
def test_dates_in_parameters_follow_the_format(written: str, start: str, end: str) -> None:
    def profile(url: str) -> Profile:
        return profile_for(url, transactions={"date_format": written})

    with reading(lambda _: listed([]), profile=profile) as (server, session):
        session.transactions(account("A1"), OCTOBER)
    assert (server.calls[0].params["startDate"], server.calls[0].params["endDate"]) == (start, end)


def test_paths_that_also_name_the_client_are_filled_in() -> None:
    def profile(url: str) -> Profile:
        path = "/clients/{client_id}/accounts/{account_id}/transactions"
        return profile_for(url, transactions={"path": path})

    with reading(lambda _: listed([row(1)]), profile=profile) as (server, session):
        assert session.transactions(account("1", client="C1"), OCTOBER).complete
        assert session.transactions(account("1", client="C2"), OCTOBER).complete
    assert server.count("/clients/C1/accounts/1/transactions") == 1
    assert server.count("/clients/C2/accounts/1/transactions") == 1
    assert len(server.calls) == 2


def test_eight_at_once_and_no_more() -> None:
    eight = threading.Barrier(8, timeout=5)

    def script(call: Call) -> Reply:
        eight.wait()
        return listed([row(1, id=call.path)])

    wanted = [(account(f"A{number}"), OCTOBER) for number in range(24)]
    with reading(script) as (server, session):
        results = list(session.each_transactions(wanted))
    assert {key for key, _ in results} == {key for key, _ in wanted}
    assert all(isinstance(result, Listing) and result.complete for _, result in results)
    assert server.busiest == 8


def test_many_threads_wait_their_turn_and_never_run_out_of_it() -> None:
    def script(_: Call) -> Reply:
        time.sleep(0.1)
        return listed([row(1)])

    impatient = replace(QUICK, listing=10)
    with reading(script, deadlines=impatient) as (server, session), ThreadPoolExecutor(30) as pool:
        listings = list(
            pool.map(lambda n: session.transactions(account(f"A{n}"), OCTOBER), range(30))
        )
    assert all(listing.complete for listing in listings)
    assert server.busiest == 8
    assert len(server.calls) == 30


def test_failures_come_beside_the_results() -> None:
    def script(call: Call) -> Reply:
        return plain({}, 404) if call.path.startswith("/accounts/A3/") else listed([])

    with reading(script) as (_, session):
        results = dict(session.each_transactions((account(f"A{n}"), OCTOBER) for n in range(6)))
    failed = [
        key.account_id for key, result in results.items() if isinstance(result, FeedNotUnderstood)
    ]
    assert failed == ["A3"]
    assert len(results) == 6


def test_reading_ahead_is_bounded_and_closing_stops_everything() -> None:
    with reading(lambda _: listed([])) as (server, session):
        results = session.each_transactions((account(f"A{n}"), OCTOBER) for n in range(300))
        next(results)
        most = READ_AHEAD + 8 + 2
        deadline = time.monotonic() + 5
        while len(server.calls) < READ_AHEAD and time.monotonic() < deadline:
            time.sleep(0.01)
        results.close()  # type: ignore[attr-defined]
        after = len(server.calls)
        assert READ_AHEAD <= after <= most
        assert session.clients().complete
    assert len(server.calls) == after + 1


def test_closing_cancels_what_is_under_way() -> None:
    asked = threading.Event()
    release = threading.Event()

    def script(call: Call) -> Reply:
        if call.path.startswith("/accounts/A0/"):
            return listed([])
        asked.set()
        release.wait(10)
        return listed([])

    patient = replace(QUICK, read=20, listing=20)
    with reading(script, deadlines=patient) as (_, session):
        results = session.each_transactions((account(f"A{n}"), OCTOBER) for n in range(9))
        assert next(results)[0] == account("A0")
        assert asked.wait(5)
        began = time.monotonic()
        results.close()  # type: ignore[attr-defined]
        assert time.monotonic() - began < 2
        release.set()


def test_a_closed_session_asks_nothing() -> None:
    with reading(lambda _: listed([])) as (server, session):
        with session:
            session.clients()
        with pytest.raises(FeedUnreachable):
            session.clients()
    assert len(server.calls) == 1


def test_credentials_that_cant_be_opened_are_told_as_they_are() -> None:
    def locked() -> Credentials:
        raise KeyMissing("K2")

    with connected(lambda _: listed([])) as (server, feed):
        session = feed.session(locked)
        with pytest.raises(KeyMissing):
            session.clients()
        with pytest.raises(KeyMissing):
            list(session.each_accounts(["C1"]))
    assert not server.calls


def test_statements_and_refresh() -> None:
    def script(call: Call) -> Reply:
        if call.path.endswith("/statements"):
            return listed([{"id": 5, "startDate": "2026-10-01", "endDate": "2026-10-31"}])
        return plain({}, 202) if call.method == "POST" else plain({"status": "Running"})

    with reading(script) as (server, session):
        found = session.statements(account("A1")).rows
        session.refresh(account("A1"))
        assert session.refresh_status(account("A1")) == "running"
    assert found == (FeedStatement("5", date(2026, 10, 1), date(2026, 10, 31), None, None),)
    assert [call.method for call in server.calls] == ["GET", "POST", "GET"]


@pytest.mark.parametrize("section", ["statements", "refresh"])
def test_sections_that_the_profile_leaves_out(section: str) -> None:
    def profile(url: str) -> Profile:
        return profile_for(url).model_copy(update={section: None})

    with reading(lambda _: plain({}), profile=profile) as (server, session):
        asks: list[Any] = [session.statements]
        if section == "refresh":
            asks = [session.refresh, session.refresh_status]
        for ask in asks:
            with pytest.raises(FeedNotUnderstood, match=section):
                ask("A1")
    assert not server.calls


def test_rows_of_a_page_are_asked_for_with_the_session_token_only() -> None:
    with reading(lambda _: listed([])) as (server, session):
        session.clients()
    headers = server.calls[0].headers
    assert headers["authorization"] == "Bearer stored"
    assert headers["accept"] == "application/json"
    assert headers["user-agent"].startswith("LedgerSync-for-Accounting-CS/")
