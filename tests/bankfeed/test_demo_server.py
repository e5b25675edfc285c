"""The demo server over real HTTP: what the default profile says, and the refusals of a real one."""

import json
import signal
import socket
import statistics
import threading
import time
from collections.abc import Iterator
from datetime import date
from typing import Any

import httpx
import pytest

from ledgersync.demo.firm import DemoFirm
from ledgersync.demo.records import Scale
from ledgersync.demo.server import DEMO_EMAIL, DEMO_PASSWORD, DemoServer, run
from ledgersync.demo.sign_in import EMPTY_EMAIL, LOCKED_EMAIL, SUSPENDED_EMAIL, TOKEN_SECONDS
from ledgersync.errors import InvalidInput
from ledgersync.money import parse_cents

TODAY = date(2026, 11, 22)
RIGHT = {"email": DEMO_EMAIL, "password": DEMO_PASSWORD}
WRONG = {"email": DEMO_EMAIL, "password": "not it"}


class Clock:
    """Seconds that only move when told to."""

    def __init__(self) -> None:
        self.seconds = 100.0

    def __call__(self) -> float:
        return self.seconds


@pytest.fixture(scope="module")
def firm() -> DemoFirm:
    return DemoFirm(7, TODAY)


@pytest.fixture(scope="module")
def server(firm: DemoFirm) -> Iterator[DemoServer]:
    with DemoServer(firm) as running:
        yield running


@pytest.fixture(scope="module")
def signed_in(server: DemoServer) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=server.url) as client:
        client.headers["Authorization"] = f"Bearer {token(client)}"
        yield client


def token(client: httpx.Client, email: str = DEMO_EMAIL) -> str:
    answer = client.post("/authenticate", json={"email": email, "password": DEMO_PASSWORD})
    assert answer.status_code == 200
    return str(answer.json()["token"])


def exact(answer: httpx.Response) -> Any:
    """The answer's JSON with its numbers as they were written."""
    assert answer.status_code == 200, answer.text
    return json.loads(answer.text, parse_float=str)


def everything(client: httpx.Client, path: str, **params: str | int) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    for page in range(1, 1000):
        answer = exact(client.get(path, params={**params, "page": page}))
        found += answer["items"]
        if not answer["items"]:
            assert answer["total"] == len(found)
            return found
    raise AssertionError("paging never ended")


def test_it_listens_on_loopback_only(server: DemoServer) -> None:
    assert server.url.startswith("http://127.0.0.1:")
    assert server.url.endswith("/api/v1")


def test_a_log_in_gives_a_token_for_an_hour(server: DemoServer) -> None:
    answer = httpx.post(
        f"{server.url}/authenticate", json={"email": server.email, "password": server.password}
    )
    assert answer.status_code == 200
    assert answer.json()["expiresIn"] == 3600
    assert len(answer.json()["token"]) > 30


@pytest.mark.parametrize(
    ("email", "password", "status", "error"),
    [
        (DEMO_EMAIL, "wrong", 401, "invalid_credentials"),
        ("nobody@firm.example", DEMO_PASSWORD, 401, "invalid_credentials"),
        (LOCKED_EMAIL, DEMO_PASSWORD, 423, "account_locked"),
        (SUSPENDED_EMAIL, DEMO_PASSWORD, 403, "subscription_suspended"),
        (SUSPENDED_EMAIL, "wrong", 401, "invalid_credentials"),
    ],
)
def test_refused_log_ins_say_why(
    firm: DemoFirm, email: str, password: str, status: int, error: str
) -> None:
    with DemoServer(firm) as fresh:
        body = {"email": email, "password": password}
        answer = httpx.post(f"{fresh.url}/authenticate", json=body)
    assert (answer.status_code, answer.json()["error"]) == (status, error)
    assert answer.json()["message"].endswith(".")
    assert password not in answer.text or password == "wrong"


def test_five_wrong_passwords_lock_the_account_for_a_while(firm: DemoFirm) -> None:
    clock = Clock()
    with DemoServer(firm, clock=clock) as fresh, httpx.Client(base_url=fresh.url) as client:
        tries = [client.post("/authenticate", json=WRONG).status_code for _ in range(5)]
        assert tries == [401, 401, 401, 401, 423]
        assert client.post("/authenticate", json=RIGHT).status_code == 423
        clock.seconds += 61
        assert client.post("/authenticate", json=RIGHT).status_code == 200


def test_a_right_password_forgets_the_wrong_ones(firm: DemoFirm) -> None:
    with DemoServer(firm) as fresh, httpx.Client(base_url=fresh.url) as client:
        for _ in range(3):
            for _ in range(4):
                assert client.post("/authenticate", json=WRONG).status_code == 401
            assert client.post("/authenticate", json=RIGHT).status_code == 200


def test_a_token_expires(firm: DemoFirm) -> None:
    clock = Clock()
    with DemoServer(firm, clock=clock) as fresh, httpx.Client(base_url=fresh.url) as client:
        headers = {"Authorization": f"Bearer {token(client)}"}
        clock.seconds += TOKEN_SECONDS - 1
        assert client.get("/clients", headers=headers).status_code == 200
        clock.seconds += 1
        assert client.get("/clients", headers=headers).status_code == 401


@pytest.mark.parametrize(
    ("content", "status"),
    [
        (b"no json", 400),
        (b"[]", 422),
        (b'{"email": "a"}', 422),
        (b'{"email": 1, "password": 2}', 422),
    ],
)
def test_unreadable_log_ins_are_refused(server: DemoServer, content: bytes, status: int) -> None:
    answer = httpx.post(f"{server.url}/authenticate", content=content)
    assert answer.status_code == status
    assert answer.json()["message"]


@pytest.mark.parametrize("header", ["", "Bearer", "Bearer wrong", "Basic wrong"])
@pytest.mark.parametrize(
    "path",
    [
        "/clients",
        "/clients/cl_1001/accounts",
        "/accounts/acc_100101/transactions",
        "/accounts/acc_100101/statements",
        "/accounts/acc_100101/refresh",
    ],
)
def test_nothing_is_told_without_a_good_token(server: DemoServer, path: str, header: str) -> None:
    answer = httpx.get(server.url + path, headers={"Authorization": header})
    assert answer.status_code == 401
    assert answer.json().keys() == {"error", "message"}


def test_clients_and_accounts_are_the_firms(signed_in: httpx.Client, firm: DemoFirm) -> None:
    clients = everything(signed_in, "/clients", pageSize=5)
    assert [client["id"] for client in clients] == [client.id for client in firm.clients]
    assert clients[0].keys() == {"id", "name", "email", "status"}
    for client in firm.clients:
        accounts = everything(signed_in, f"/clients/{client.id}/accounts")
        assert [
            (a["id"], a["name"], a["status"], parse_cents(a["balance"]), a["balanceDate"])
            for a in accounts
        ] == [
            (a.id, a.name, a.status, a.balance, a.balance_date.isoformat())
            for a in firm.accounts(client.id)
        ]


@pytest.mark.parametrize("size", [100, 499, 1000])
def test_pages_hold_every_row_once(signed_in: httpx.Client, firm: DemoFirm, size: int) -> None:
    rows = everything(signed_in, "/accounts/acc_100101/transactions", pageSize=size)
    expected = firm.transactions("acc_100101")
    assert [
        (r["id"], r["postedDate"], r["description"], parse_cents(r["amount"]), r["checkNumber"])
        for r in rows
    ] == [(r.id, r.date.isoformat(), r.description, r.amount, r.check_number) for r in expected]
    assert [row["pending"] for row in rows] == [row.pending for row in expected]


def test_every_account_reads_as_json_with_the_profiles_fields(
    signed_in: httpx.Client, firm: DemoFirm
) -> None:
    fields = {
        *("id", "postedDate", "description", "amount"),
        *("payee", "checkNumber", "memo", "pending"),
    }
    for account_id in firm.account_ids():
        rows = everything(signed_in, f"/accounts/{account_id}/transactions", pageSize=1000)
        assert [row["description"] for row in rows] == [
            row.description for row in firm.transactions(account_id)
        ]
        assert all(row.keys() == fields for row in rows)


@pytest.mark.parametrize(
    ("start", "end"),
    [
        ("2026-10-01", "2026-10-31"),
        ("2026-10-15", "2026-10-15"),
        ("2020-01-01", "2020-12-31"),
        ("2026-11-01", "2030-01-01"),
    ],
)
def test_dates_bound_the_rows(
    signed_in: httpx.Client, firm: DemoFirm, start: str, end: str
) -> None:
    path = "/accounts/acc_100101/transactions"
    rows = everything(signed_in, path, startDate=start, endDate=end, pageSize=50)
    wanted = firm.transactions("acc_100101", date.fromisoformat(start), date.fromisoformat(end))
    assert [row["id"] for row in rows] == [row.id for row in wanted]


def test_statements_have_the_firms_figures(signed_in: httpx.Client, firm: DemoFirm) -> None:
    statements = everything(signed_in, "/accounts/acc_100101/statements")
    assert [
        (
            s["id"],
            s["startDate"],
            s["endDate"],
            parse_cents(s["openingBalance"]),
            parse_cents(s["closingBalance"]),
        )
        for s in statements
    ] == [
        (s.id, s.start.isoformat(), s.end.isoformat(), s.opening_balance, s.closing_balance)
        for s in firm.statements("acc_100101")
    ]


@pytest.mark.parametrize(
    "query",
    [
        {"page": "0"},
        {"page": "x"},
        {"pageSize": "0"},
        {"pageSize": "1001"},
        {"pageSize": "-5"},
        {"startDate": "10/01/2026"},
        {"endDate": "2026-02-30"},
        {"startDate": "2026-10-02", "endDate": "2026-10-01"},
    ],
)
def test_wrong_parameters_are_refused(signed_in: httpx.Client, query: dict[str, str]) -> None:
    answer = signed_in.get("/accounts/acc_100101/transactions", params=query)
    assert answer.status_code == 400
    assert answer.json()["error"] == "bad_request"


@pytest.mark.parametrize(
    "path",
    [
        "/clients/cl_9/accounts",
        "/accounts/acc_9/transactions",
        "/accounts/acc_9/statements",
        "/accounts/acc_9/refresh",
        "/nothing",
    ],
)
def test_unknown_things_are_not_found(signed_in: httpx.Client, path: str) -> None:
    answer = signed_in.get(path)
    assert (answer.status_code, answer.json()["error"]) == (404, "not_found")


def test_a_client_without_accounts_has_an_empty_list(signed_in: httpx.Client) -> None:
    assert signed_in.get("/clients/cl_1012/accounts").json()["total"] == 0


def test_an_empty_account_signs_in_but_sees_nothing(server: DemoServer) -> None:
    with httpx.Client(base_url=server.url) as client:
        client.headers["Authorization"] = f"Bearer {token(client, EMPTY_EMAIL)}"
        assert client.get("/clients").json()["items"] == []
        assert client.get("/clients/cl_1001/accounts").status_code == 404
        assert client.get("/accounts/acc_100101/transactions").status_code == 404
        assert client.post("/accounts/acc_100101/refresh").status_code == 404


def test_a_refresh_runs_and_is_done(signed_in: httpx.Client) -> None:
    path = "/accounts/acc_100101/refresh"
    started = signed_in.post(path)
    assert (started.status_code, started.json()["status"]) == (202, "running")
    assert [signed_in.get(path).json()["status"] for _ in range(3)] == ["running", "done", "done"]


def test_a_broken_feed_cannot_be_refreshed(signed_in: httpx.Client, firm: DemoFirm) -> None:
    broken = next(a.id for c in firm.clients for a in firm.accounts(c.id) if a.status == "broken")
    assert signed_in.post(f"/accounts/{broken}/refresh").json()["status"] == "failed"


def test_latency_holds_every_answer_back(firm: DemoFirm) -> None:
    with DemoServer(firm, latency_ms=120) as slow, httpx.Client(base_url=slow.url) as client:
        begun = time.perf_counter()
        assert client.get("/clients").status_code == 401
        assert time.perf_counter() - begun >= 0.12


def test_head_and_body_of_an_answer_come_together(signed_in: httpx.Client) -> None:
    """They come 40 ms apart where the server's socket waits for acknowledgements."""
    seconds = []
    for _ in range(50):
        begun = time.perf_counter()
        signed_in.get("/clients")
        seconds.append(time.perf_counter() - begun)
    assert statistics.median(seconds) < 0.035


def test_many_threads_are_answered_at_once(signed_in: httpx.Client, firm: DemoFirm) -> None:
    found: dict[str, int] = {}

    def ask(account_id: str) -> None:
        answer = signed_in.get(f"/accounts/{account_id}/transactions")
        found[account_id] = answer.json()["total"]

    threads = [threading.Thread(target=ask, args=(each,)) for each in firm.account_ids()]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == {each: len(firm.transactions(each)) for each in firm.account_ids()}


def test_a_scaled_firm_is_served(firm: DemoFirm) -> None:
    scaled = DemoFirm(7, firm.today, Scale(5, 2, 321))
    with DemoServer(scaled) as running, httpx.Client(base_url=running.url) as client:
        running.warm_up()
        client.headers["Authorization"] = f"Bearer {token(client)}"
        assert client.get("/clients").json()["total"] == 5
        for account_id in scaled.account_ids():
            path = f"/accounts/{account_id}/transactions"
            assert len(everything(client, path, pageSize=100)) == 321


def test_stopping_frees_the_port_and_can_be_repeated(firm: DemoFirm) -> None:
    first = DemoServer(firm)
    first.start()
    port = httpx.URL(first.url).port or 0
    first.stop()
    first.stop()
    with DemoServer(firm, port=port) as second:
        assert httpx.get(f"{second.url}/clients").status_code == 401


def test_a_taken_port_is_said_plainly(firm: DemoFirm) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(InvalidInput, match=f"Port {port}"):
            DemoServer(firm, port=port).start()


def test_run_tells_its_address_and_ends_with_ctrl_c(firm: DemoFirm) -> None:
    seen: list[int] = []

    def ready(url: str) -> None:
        seen.append(httpx.get(f"{url}/clients").status_code)
        signal.raise_signal(signal.SIGINT)

    run(firm, 0, 0, ready)
    assert seen == [401]
