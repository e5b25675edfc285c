"""E-mail, password and token travel in their requests, and appear nowhere else."""

import gc
import logging
import traceback
from collections.abc import Iterator
from dataclasses import replace

import pytest
from pydantic import SecretStr

from ledgersync.bankfeed.client import Feed, Token
from ledgersync.errors import FeedError
from tests.bankfeed.feed_server import Call, Reply, cut, drip, hang, plain, reset, text
from tests.bankfeed.feeds import (
    EMAIL,
    OCTOBER,
    PASSWORD,
    QUICK,
    account,
    connected,
    credentials,
    listed,
)

TOKEN = "tok-8f1d2c-harbor"
BRIEF = replace(QUICK, read=0.1, log_in=0.5, listing=0.6)
SECRETS = (EMAIL, PASSWORD, TOKEN, EMAIL.replace("+", "%2B").replace("@", "%40"))
ECHO = {"message": f"{EMAIL} / {PASSWORD} / {TOKEN}"}

FAULTS = {
    "unauthorized": plain(ECHO, 401),
    "forbidden": plain(ECHO, 403),
    "not found": plain(ECHO, 404),
    "server error": plain(ECHO, 500),
    "throttled": plain(ECHO, 429, Retry_After="900"),
    "echoing success": plain(ECHO),
    "broken json": text(f'{{"token": "{TOKEN}"'),
    "cut": cut(b'{"items": []}', announced=True),
    "reset": reset(),
    "hang": hang(),
    "drip": drip(b"HTTP/1.1 200 OK\r\n\r\n["),
    "rubbish": Reply(raw=lambda out, _: out.sendall(f"{PASSWORD} {TOKEN}\r\n\r\n".encode())),
    "redirect": text("", 302, Location=f"http://127.0.0.1/?t={TOKEN}"),
    "bad token": plain({"token": f"{TOKEN}\r\n{PASSWORD}"}),
}


def told(error: BaseException) -> str:
    """Everything that can be learned of an error: text, arguments, causes, frames with locals."""
    trace = traceback.TracebackException.from_exception(error, capture_locals=True)
    chain = [error]
    while chain[-1].__context__ is not None:
        chain.append(chain[-1].__context__)
    kept = [repr(vars(link)) + repr(getattr(link, "__notes__", "")) for link in chain]
    ours = "".join(line for line in trace.format() if "tests/bankfeed" not in line)
    return ours + "".join(kept) + "".join(f"{link!r}{link.args}" for link in chain)


def errors_of(feed: Feed) -> Iterator[BaseException]:
    session = feed.session(credentials, Token(SecretStr(TOKEN)))
    asks = (
        lambda: feed.log_in(SecretStr(EMAIL), SecretStr(PASSWORD)),
        session.clients,
        lambda: session.accounts("C1"),
        lambda: session.transactions(account("A1"), OCTOBER),
        session.clients,
    )
    for ask in asks:
        try:
            ask()
        except FeedError as error:
            yield error


@pytest.mark.parametrize("fault", list(FAULTS))
def test_secrets_appear_in_no_log_no_error_and_no_traceback(
    fault: str, caplog: pytest.LogCaptureFixture
) -> None:
    with (
        caplog.at_level(logging.DEBUG),
        connected(lambda _: FAULTS[fault], deadlines=BRIEF) as (server, feed),
    ):
        said = [told(error) for error in errors_of(feed)]
    logged = "".join(f"{record.getMessage()}{vars(record)}" for record in caplog.records)
    assert len(said) >= 4
    assert server.calls
    for secret in SECRETS:
        assert secret not in logged
        assert not [text for text in said if secret in text]


def test_secrets_appear_in_no_log_when_all_goes_well(caplog: pytest.LogCaptureFixture) -> None:
    def script(call: Call) -> Reply:
        return plain({"token": TOKEN}) if call.path == "/authenticate" else listed([])

    with caplog.at_level(logging.DEBUG), connected(script) as (server, feed):
        session = feed.session(credentials)
        session.accounts(EMAIL)
    logged = "".join(f"{record.getMessage()}{vars(record)}" for record in caplog.records)
    assert not [secret for secret in SECRETS if secret in logged]
    assert server.calls[0].body.decode().count(PASSWORD) == 1
    assert not [call for call in server.calls if PASSWORD in call.target or TOKEN in call.target]


def test_objects_show_no_secrets() -> None:
    shown = f"{credentials()!r}{credentials()}{Token(SecretStr(TOKEN))!r}"
    assert not [secret for secret in SECRETS if secret in shown]


def test_nothing_is_left_behind_when_a_feed_is_closed() -> None:
    """Unclosed sockets and streams would warn here, and warnings are errors."""
    with connected(lambda _: listed([])) as (_, feed):
        session = feed.session(credentials, Token(SecretStr(TOKEN)))
        next(session.each_accounts(["C1", "C2"]))
    gc.collect()
