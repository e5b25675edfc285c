"""The probe shows names and types beside the profile's, never values."""

from typing import Any

import pytest

from ledgersync.bankfeed.census import Verdict
from ledgersync.bankfeed.client import Feed
from ledgersync.bankfeed.probe import Operation, lines, probe
from tests.bankfeed.feed_server import Call, FeedServer, Reply, plain
from tests.bankfeed.feeds import EMAIL, PASSWORD, QUICK, credentials, profile_for

CLIENT = {"clientId": "C-771", "name": "Osprey Dental", "contacts": {"o@osprey.example": 1}}
ACCOUNT = {"id": 31337, "name": "Operating", "balance": {"amount": 1}, "mask": None}
PAID = {"id": "T9", "posted_date": "2026-10-05", "description": "OSPREY SUPPLY", "amount": "-9.95"}


def answers(call: Call) -> Reply:
    if call.path == "/authenticate":
        return plain({"data": {"accessToken": "tok-secret"}, "token": "tok-secret"})
    if call.path == "/clients":
        return plain({"items": [CLIENT | {"id": "C-771"}], "total": 1})
    if call.path.endswith("/accounts"):
        return plain({"items": [ACCOUNT]})
    if call.path.endswith("/transactions"):
        return plain({"items": [PAID, PAID | {"memo": 5}], "total": 2})
    return plain({}, 403)


def probed(script: Any, **changes: Any) -> tuple[FeedServer, dict[str, Operation], str]:
    with (
        FeedServer(script) as server,
        Feed(profile_for(server.url, **changes), deadlines=QUICK) as feed,
    ):
        report = probe(feed, credentials)
    return server, {one.name: one for one in report.operations}, "\n".join(lines(report))


def verdicts(operation: Operation) -> dict[str, tuple[Verdict, str]]:
    checks = (*operation.around, *operation.fields)
    return {one.expected.key: (one.verdict, one.suggestion) for one in checks}


def test_each_operation_is_asked_once() -> None:
    server, operations, text = probed(answers)
    lists = ["clients", "accounts", "transactions", "statements"]
    assert list(operations) == ["log in", *lists, "refresh status"]
    assert [call.path for call in server.calls] == [
        "/authenticate",
        "/clients",
        "/clients/C-771/accounts",
        "/accounts/31337/transactions",
        "/accounts/31337/statements",
        "/accounts/31337/refresh",
    ]
    assert {call.method for call in server.calls[1:]} == {"GET"}
    assert not server.calls[-1].params
    assert "does not let this log-in see" in operations["statements"].problem
    assert "PROBLEM, optional  LedgerSync does not let this log-in see the state of" in text


def test_what_is_not_tried_is_named() -> None:
    _, _, text = probed(answers)
    assert text.endswith(
        "Not tried:\n"
        "  more than the first page of each list, of one client and one of its bank accounts\n"
        "  refresh.path: POST /accounts/{account_id}/refresh would make LedgerSync ask the bank"
    )
    _, operations, text = probed(answers, statements=None, refresh=None)
    assert list(operations) == ["log in", "clients", "accounts", "transactions"]
    assert "  statements: the profile has no [statements] section" in text
    assert "  refresh: the profile has no [refresh] section" in text


@pytest.mark.parametrize(
    ("word", "verdict"),
    [({"status": "done"}, Verdict.FOUND), ({"state": "done"}, Verdict.MISSING)],
)
def test_the_state_of_a_refresh_is_compared(word: dict[str, str], verdict: Verdict) -> None:
    def script(call: Call) -> Reply:
        return plain(word) if call.path.endswith("/refresh") else answers(call)

    _, operations, _ = probed(script)
    assert verdicts(operations["refresh status"])["refresh.status_field"][0] is verdict


def test_fields_are_found_missing_or_of_another_type() -> None:
    _, operations, text = probed(answers)
    seen = verdicts(operations["transactions"])
    assert seen["transactions.fields.amount"] == (Verdict.FOUND, "")
    assert seen["transactions.fields.date"] == (Verdict.MISSING, "posted_date")
    assert seen["transactions.fields.memo"] == (Verdict.OTHER_TYPE, "")
    assert "transactions.fields.debit" not in seen
    assert verdicts(operations["accounts"])["paging.total_field"][0] is Verdict.MISSING
    accounts = verdicts(operations["accounts"])
    assert accounts["accounts.fields.balance"][0] is Verdict.OTHER_TYPE
    assert accounts["accounts.fields.mask"][0] is Verdict.FOUND
    assert "transactions.fields.date = postedDate; did you mean posted_date?" in text
    assert "    memo: a number (1)" in text
    assert ("amount", ("text",), 2) in operations["transactions"].seen


def test_no_value_is_ever_shown() -> None:
    _, _, text = probed(answers)
    values = ["Osprey", "OSPREY", "C-771", "31337", "9.95", "2026-10-05", "tok-secret"]
    assert not [value for value in [*values, "o@osprey", EMAIL, PASSWORD] if value in text]


def test_a_token_at_another_place_is_pointed_out() -> None:
    def script(_: Call) -> Reply:
        return plain({"data": {"access_token": "tok-secret"}})

    server, operations, text = probed(script)
    assert list(operations) == ["log in"]
    assert verdicts(operations["log in"])["auth.token_field"][1] == "data.access_token"
    assert "PROBLEM" in text
    assert len(server.calls) == 1


def test_a_refused_log_in_is_reported_and_not_repeated() -> None:
    server, operations, _ = probed(lambda _: plain({"error": "bad password"}, 401))
    assert "did not accept" in operations["log in"].problem
    assert len(server.calls) == 1


def test_lists_under_another_name_stop_what_depends_on_them() -> None:
    def script(call: Call) -> Reply:
        is_log_in = call.path == "/authenticate"
        return plain({"token": "t"} if is_log_in else {"results": [CLIENT], "count": 1})

    server, operations, _ = probed(script)
    assert verdicts(operations["clients"])["paging.items_field"][0] is Verdict.MISSING
    assert "Not asked" in operations["accounts"].problem
    assert len(server.calls) == 2
