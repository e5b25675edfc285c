"""The figures that the client works with, which all other tests shorten."""

import logging
from dataclasses import asdict, replace

import pytest
from pydantic import SecretStr

from ledgersync.bankfeed import failures, transport
from ledgersync.bankfeed.bodies import MOST_BYTES
from ledgersync.bankfeed.client import Backoff, Deadlines, Token
from ledgersync.errors import FeedUnreachable
from tests.bankfeed.feed_server import text
from tests.bankfeed.feeds import connected, credentials


def test_deadlines_sizes_and_numbers_are_those_of_the_design() -> None:
    parts = {"connect": 5, "read": 30, "write": 10, "pool": 5}
    assert asdict(Deadlines()) == {**parts, "log_in": 10, "listing": 60, "sync": 300}
    assert MOST_BYTES == 20_000_000
    assert "larger than 20 MB" in failures.too_large("the list").sentence
    assert (transport.AT_ONCE, transport.LONGEST_PAUSE) == (8, 120)


def test_a_request_is_made_five_times_with_growing_pauses(
    caplog: pytest.LogCaptureFixture,
) -> None:
    backoff = replace(Backoff(), first=0.01, jitter=0)
    with (
        caplog.at_level(logging.INFO, transport.__name__),
        connected(lambda _: text("", 503), backoff=backoff) as (server, feed),
        pytest.raises(FeedUnreachable),
    ):
        feed.session(credentials, Token(SecretStr("stored"))).clients()
    assert len(server.calls) == 5
    pauses = [record.args[0] for record in caplog.records if isinstance(record.args, tuple)]
    assert pauses == pytest.approx([0.01, 0.02, 0.04, 0.08])
