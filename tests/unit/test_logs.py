import json
import logging
import time
import warnings
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import structlog
from hypothesis import given
from hypothesis import strategies as st
from pydantic import SecretStr

from ledgersync.logs import MASKED, QUIET_LIBRARIES, configure_logging, masked_text

EMAIL = "mary.poole@harborbooks.example"
PASSWORD = "Thistle-and-Rye-42"
TOKEN = "tok-5f1d8c77aa"

Lines = Callable[[], list[dict[str, Any]]]


@pytest.fixture(autouse=True)
def _logging_as_it_was() -> Iterator[None]:
    root = logging.getLogger()
    handlers, level = list(root.handlers), root.level
    levels = {name: logging.getLogger(name).level for name in QUIET_LIBRARIES}
    yield
    root.handlers[:] = handlers
    root.setLevel(level)
    for name, before in levels.items():
        logging.getLogger(name).setLevel(before)
    structlog.reset_defaults()
    structlog.contextvars.clear_contextvars()


@pytest.fixture
def lines(capsys: pytest.CaptureFixture[str]) -> Lines:
    """What was logged: every line of stderr, read as JSON; stdout stays empty."""

    def read() -> list[dict[str, Any]]:
        written = capsys.readouterr()
        assert written.out == ""
        return [json.loads(line) for line in written.err.splitlines()]

    return read


def test_an_event_is_one_line_of_json(lines: Lines) -> None:
    configure_logging("INFO")
    structlog.get_logger("ledgersync.sync").info("account_loaded", account_id="a-1", rows=42)
    (line,) = lines()
    assert line.pop("timestamp").endswith("Z")
    assert line == {
        "event": "account_loaded",
        "logger": "ledgersync.sync",
        "level": "info",
        "account_id": "a-1",
        "rows": 42,
    }


def test_records_of_libraries_take_the_same_way(lines: Lines) -> None:
    configure_logging("INFO")
    logging.getLogger("somelibrary").warning("sent %s to %s", "mail", EMAIL)
    (line,) = lines()
    assert (line["event"], line["level"], line["logger"]) == (
        f"sent mail to {MASKED}",
        "warning",
        "somelibrary",
    )
    assert "timestamp" in line


@pytest.mark.parametrize(
    "name",
    [
        "password", "PASSWORD", "new_password", "passwd", "token", "access_token", "accessToken",
        "Authorization", "email", "e_mail", "client_email", "E-Mail", "secret", "cookie_secret",
        "Set-Cookie", "key", "api_key", "apiKey", "X-Api-Key", "master_key", "keys", "credentials",
        "material", "passphrase",
    ],
)  # fmt: skip
def test_values_with_secret_names_are_masked(lines: Lines, name: str) -> None:
    configure_logging("INFO")
    structlog.get_logger().info("event", **{name: "v1"}, deep=[{"inner": {name: {"x": "v2"}}}])
    (line,) = lines()
    assert line[name] == MASKED
    assert line["deep"] == [{"inner": {name: MASKED}}]


def test_harmless_values_stay_readable(lines: Lines) -> None:
    configure_logging("INFO")
    values: dict[str, object] = {
        "key_id": "K2",
        "amount": -4217,
        "share": 0.5,
        "ok": True,
        "why": None,
        "path": "/firm/ledgersync.key",
        "client": "Keystone Monkey Bars LLC",
        "address": "https://app.ledgersync.com/api/v1/clients/7",
        "pair": [1, "two"],
        "question": "Is this a transfer? See help.",
    }
    structlog.get_logger().info("event", **values)
    (line,) = lines()
    assert {name: line[name] for name in values} == values


SECRET_TEXTS = [
    (f"refused for {EMAIL}.", EMAIL),
    (f"mailto:{EMAIL}", "mary"),
    ("GET /clients/mary.poole%40harborbooks.example/accounts", "mary"),
    ("o'neil+books@harborbooks.example wrote", "neil"),
    (f"Authorization: Bearer {TOKEN}", TOKEN),
    (f"header bearer   {TOKEN} was refused", TOKEN),
    ("Basic bWFyeTp0aGlzdGxl", "bWFy"),
    (f"{{'Authorization': '{TOKEN}', 'x': 1}}", TOKEN),
    (f"Cookie: a=1; session={TOKEN}", TOKEN),
    (f"set-cookie={TOKEN}", TOKEN),
    (f"password={PASSWORD}&x=1", PASSWORD),
    (f'{{"password": "{PASSWORD}"}}', PASSWORD),
    (f"{{'password': 'two words {PASSWORD}'}}", PASSWORD),
    (f'{{"password": "a\\"{PASSWORD}"}}', PASSWORD),
    (f"password : {PASSWORD}", PASSWORD),
    (f"access_token={TOKEN}", TOKEN),
    (f"api-key: {TOKEN}", TOKEN),
    (f"https://app.ledgersync.com/api?start=1&q={TOKEN}", TOKEN),
    (f"https://app.ledgersync.com/api?{TOKEN}", TOKEN),
    (f"https://app.ledgersync.com/api#{TOKEN}", TOKEN),
    (f'"GET /clients?name={TOKEN} HTTP/1.1" 200', TOKEN),
    (f"postgresql+psycopg://books:{PASSWORD}@db/ledger", PASSWORD),
    (f"https://books:{PASSWORD}@app.ledgersync.com/", PASSWORD),
    ("K1 q83vEjRWeJCrze8SNFZ4kKvN7xI0VniQq83vEjRWeJA=", "q83vEj"),
    ("eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiI3In0.c2lnbmF0dXJl", "eyJzdWIi"),
]


@pytest.mark.parametrize(("text", "secret"), SECRET_TEXTS)
def test_secrets_inside_texts_are_masked(lines: Lines, text: str, secret: str) -> None:
    configure_logging("INFO")
    log = structlog.get_logger("ledgersync")
    log.info(text)
    log.info("event", detail=text, rows=[text], by_name={text: 1}, thing=ValueError(text))
    log.info("event %s", text)
    logging.getLogger("somelibrary").info(text)
    logging.getLogger("somelibrary").info("%r", {"detail": text})
    logged = lines()
    assert len(logged) == 5
    assert secret not in json.dumps(logged)
    assert json.dumps(logged).count(MASKED) >= 8


def test_the_place_of_a_masked_query_stays_readable() -> None:
    assert (
        masked_text("GET https://app.ledgersync.com/api/v1/clients?page=2 failed")
        == f"GET https://app.ledgersync.com/api/v1/clients?{MASKED} failed"
    )


names = st.from_regex(r"[a-z][a-z0-9]{2,10}(\.[a-z0-9]{1,8})?", fullmatch=True)


@given(st.text(max_size=60), names, names, st.text(max_size=60))
def test_an_address_is_masked_in_any_text(before: str, name: str, firm: str, after: str) -> None:
    address = f"{name}@{firm}.example"
    assert address not in masked_text(f"{before} {address} {after}")


@pytest.mark.parametrize(
    "text", ["a", "a.", "password=", "eyJ-", "://", "?", "?a", "a%40", "'", "Cookie:"]
)
def test_long_hostile_text_takes_no_long_time(text: str) -> None:
    started = time.process_time()
    masked_text(text * 20_000)
    assert time.process_time() - started < 2


def fail_with(text: str) -> None:
    hidden = PASSWORD[::-1]  # a local variable that no log may show
    raise ValueError(f"{text} ({len(hidden)})")


@pytest.mark.parametrize("as_json", [True, False])
def test_exceptions_come_with_a_traceback_but_without_locals_or_secrets(
    capsys: pytest.CaptureFixture[str], *, as_json: bool
) -> None:
    configure_logging("INFO", json=as_json)
    for log in (structlog.get_logger("ledgersync"), logging.getLogger("somelibrary")):
        try:
            try:
                fail_with(f"no answer for {EMAIL} from https://h.example/a?t={TOKEN}")
            except ValueError as error:
                raise RuntimeError(f"Bearer {TOKEN}") from error
        except RuntimeError:
            log.exception("sync_failed")
    shown = capsys.readouterr().err
    assert shown.count("Traceback (most recent call last)") == 4
    assert shown.count("in fail_with") == 2
    assert shown.count("RuntimeError: Bearer [masked]") == 2
    for secret in (EMAIL, TOKEN, PASSWORD, PASSWORD[::-1]):
        assert secret not in shown


def test_what_is_no_json_is_masked_too(lines: Lines) -> None:
    class Client:
        def __str__(self) -> str:
            return f"client {EMAIL}"

        __repr__ = __str__

    configure_logging("INFO")
    circle: list[object] = []
    circle.append(circle)
    structlog.get_logger().info(
        "event", a=Client(), b=SecretStr(PASSWORD), c=PASSWORD.encode(), d={EMAIL}, e=circle
    )
    (line,) = lines()
    assert (line["a"], line["c"], line["d"]) == (f"client {MASKED}", MASKED, [MASKED])
    assert PASSWORD not in json.dumps(line)


def test_bound_context_is_masked(lines: Lines) -> None:
    configure_logging("INFO")
    structlog.contextvars.bind_contextvars(email=EMAIL, actor="u-1")
    structlog.get_logger().bind(token=TOKEN).info("event")
    (line,) = lines()
    assert (line["email"], line["token"], line["actor"]) == (MASKED, MASKED, "u-1")


@pytest.mark.parametrize(
    ("level", "shown"), [("DEBUG", 4), ("INFO", 3), ("WARNING", 2), ("ERROR", 1)]
)
def test_the_level_decides_what_is_written(lines: Lines, level: str, shown: int) -> None:
    configure_logging(level)
    for log in (structlog.get_logger("ledgersync"), logging.getLogger("somelibrary")):
        for method in (log.debug, log.info, log.warning, log.error):
            method("event")
    assert len(lines()) == 2 * shown


@pytest.mark.parametrize("library", ["httpx", "httpcore", "httpcore.http11", "sqlalchemy.engine"])
def test_talkative_libraries_stay_quiet_even_at_debug(lines: Lines, library: str) -> None:
    configure_logging("DEBUG")
    log = logging.getLogger(library)
    log.debug("headers ...")
    log.info("HTTP Request: GET ...")
    log.warning("something is wrong")
    assert [line["event"] for line in lines()] == ["something is wrong"]
    configure_logging("ERROR")
    log.warning("something is wrong")
    assert lines() == []


def test_configuring_twice_writes_once_and_takes_the_new_level(lines: Lines) -> None:
    log = structlog.get_logger("ledgersync")
    configure_logging("ERROR")
    log.info("unheard")
    configure_logging("INFO")
    configure_logging("INFO")
    log.info("heard")
    assert [line["event"] for line in lines()] == ["heard"]


def test_a_handler_that_writes_in_the_clear_is_replaced(lines: Lines) -> None:
    logging.getLogger().addHandler(logging.StreamHandler())
    configure_logging("INFO")
    logging.getLogger("somelibrary").info(EMAIL)
    assert [line["event"] for line in lines()] == [MASKED]


def test_handlers_that_do_not_print_are_kept(caplog: pytest.LogCaptureFixture) -> None:
    configure_logging("INFO")
    logging.getLogger("somelibrary").info("event")
    assert [record.message for record in caplog.records] == ["event"]


def test_a_record_that_cannot_be_formatted_shows_no_arguments(lines: Lines) -> None:
    logging.getLogger().handlers.clear()
    configure_logging("INFO")
    logging.getLogger("somelibrary").info("%d rows", PASSWORD)
    (line,) = lines()
    assert line["event"] == "A log record of somelibrary could not be written."


def test_a_missing_console_stops_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    configure_logging("INFO")
    monkeypatch.setattr("sys.stderr", None)
    logging.getLogger("somelibrary").error("event")


def test_lines_for_a_terminal_are_masked_too(capsys: pytest.CaptureFixture[str]) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        configure_logging("INFO", json=False)
        structlog.get_logger("ledgersync").info(f"hello {EMAIL}", token=TOKEN, rows=3)
    shown = capsys.readouterr().err
    assert "hello [masked]" in shown
    assert "rows=3" in shown
    assert TOKEN not in shown
