"""Logging in: one attempt, and the reason when it is refused."""

import json
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from ledgersync import clock
from ledgersync.bankfeed.client import Feed, Token
from ledgersync.bankfeed.profiles import Profile
from ledgersync.errors import (
    FeedError,
    FeedNotUnderstood,
    FeedThrottled,
    FeedUnreachable,
    LogInRefused,
    Refusal,
)
from tests.bankfeed.feed_server import Call, FeedServer, Reply, cut, plain, reset, text
from tests.bankfeed.feeds import EMAIL, HASTY, PASSWORD, QUICK, connected, credentials, profile_for


def log_in(feed: Feed) -> Token:
    return feed.log_in(credentials().email, credentials().password)


def refused(reply: Reply) -> FeedError:
    """The error that a log-in ends with, after exactly one request."""
    with connected(lambda _: reply) as (server, feed), pytest.raises(FeedError) as caught:
        log_in(feed)
    assert len(server.calls) == 1
    assert caught.value.sentence
    assert caught.value.next_step
    assert EMAIL not in str(caught.value)
    return caught.value


WRONG, LOCKED, SUSPENDED = Refusal.WRONG_CREDENTIALS, Refusal.LOCKED, Refusal.SUSPENDED


@pytest.mark.parametrize(
    ("status", "body", "why"),
    [
        (401, {}, WRONG),
        (400, {"error": "invalid_grant"}, WRONG),
        (403, None, WRONG),
        (422, {"errors": [{"field": "password", "message": "is wrong"}]}, WRONG),
        (401, {"message": "Invalid. Your account will be locked after 3 more attempts."}, WRONG),
        (401, {"message": "Wrong password. Check Caps Lock."}, WRONG),
        (423, {}, LOCKED),
        (401, {"code": "ACCOUNT_LOCKED"}, LOCKED),
        (403, {"errorCode": "accountLockedOut"}, LOCKED),
        (401, {"error": {"detail": "Too many failed login attempts"}}, LOCKED),
        (401, {"locked": True}, LOCKED),
        (401, {"locked": False}, WRONG),
        (402, {}, SUSPENDED),
        (403, {"error": "ACCOUNT_SUSPENDED"}, SUSPENDED),
        (403, {"reason": "subscriptionInactive"}, SUSPENDED),
        (401, {"message": "Your plan has expired"}, SUSPENDED),
        (400, [{"text": "This account is disabled."}], SUSPENDED),
        (200, {"error": "ACCOUNT_LOCKED"}, LOCKED),
        (200, {"success": False, "message": "Subscription inactive"}, SUSPENDED),
        (200, {"status": "error", "message": "Invalid e-mail or password"}, WRONG),
        (200, {"token": None, "error": "invalid_credentials"}, WRONG),
    ],
)
def test_wrong_password_locked_and_suspended_are_told_apart(
    status: int, body: Any, why: Refusal
) -> None:
    error = refused(plain(body, status))
    assert isinstance(error, LogInRefused)
    assert error.why is why


def test_each_refusal_has_its_own_next_step() -> None:
    steps = {status: refused(plain({}, status)).next_step for status in (401, 423, 402)}
    assert "typos" in steps[401]
    assert "Forgot Password" in steps[401]
    assert "Wait" in steps[423]
    assert "subscription" in steps[402]
    assert all("app.ledgersync.com" in step for step in steps.values())


@pytest.mark.parametrize(
    ("reply", "error"),
    [
        (plain({}, 404), FeedNotUnderstood),
        (plain({}, 500), FeedUnreachable),
        (plain({}, 503), FeedUnreachable),
        (plain({}, 408), FeedUnreachable),
        (plain({}, 429), FeedThrottled),
        (plain({}, 429, Retry_After="2"), FeedThrottled),
        (plain({}, 418), FeedNotUnderstood),
        (text("<html>Sign in to Hotel Wi-Fi"), FeedNotUnderstood),
        (text("<html>Forbidden by the firewall", 403), FeedNotUnderstood),
        (plain({}), FeedNotUnderstood),
        (plain({"token": ""}), FeedNotUnderstood),
        (plain({"token": ["x"]}), FeedNotUnderstood),
        (plain({"token": "a\r\nX-Injected: 1"}), FeedNotUnderstood),
        (plain({"token": "caf\u00e9"}), FeedNotUnderstood),
        (plain({"message": "Enter the verification code", "mfa": True}, 403), FeedNotUnderstood),
        (text("not json"), FeedNotUnderstood),
        (cut(b'{"token": "x"}' * 10, announced=True), FeedUnreachable),
        (cut(b'{"token": "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"}', announced=False), FeedNotUnderstood),
        (reset(), FeedUnreachable),
    ],
)
def test_other_answers_are_told_and_never_asked_again(reply: Reply, error: type[FeedError]) -> None:
    assert type(refused(reply)) is error


@pytest.mark.parametrize(
    "answer", ['{"token": "a", "token": "b"}', '{"data": {"token": "a", "token": "b"}}']
)
def test_a_token_that_is_named_twice_is_not_used(answer: str) -> None:
    def profile(url: str) -> Profile:
        return profile_for(url, auth={"token_field": "data.token"})

    with (
        connected(lambda _: text(answer), profile=profile) as (_, feed),
        pytest.raises(FeedNotUnderstood, match="an object that names a field twice"),
    ):
        log_in(feed)


def test_404_names_the_path() -> None:
    assert "/authenticate" in str(refused(plain({}, 404)))


def test_nothing_of_the_servers_answer_is_repeated() -> None:
    error = refused(plain({"message": "locked, says s3cr3t-text"}, 401))
    assert "s3cr3t-text" not in f"{error!r} {error.args}"


def test_credentials_travel_as_the_profile_says() -> None:
    def profile(url: str) -> Any:
        fields = {
            "path": "/v2/sign-in?source=acs",
            "email_field": "user.login",
            "password_field": "user.secret",
            "token_field": "data.0.accessToken",
            "expires_in_field": "data.0.lifetime",
        }
        return profile_for(url, auth=fields)

    answer = plain({"data": [{"accessToken": 12345, "lifetime": "60"}]})
    with connected(lambda _: answer, profile=profile) as (server, feed):
        token = log_in(feed)
    assert server.calls[0].target == "/v2/sign-in?source=acs"
    assert server.calls[0].method == "POST"
    assert json.loads(server.calls[0].body) == {"user": {"login": EMAIL, "secret": PASSWORD}}
    assert token.value.get_secret_value() == "12345"
    assert token.expires_at is not None
    assert timedelta(0) < token.expires_at - clock.now() <= timedelta(seconds=60)


@pytest.mark.parametrize("lifetime", [None, 0, -5, "soon", [], 1e300, "9" * 400])
def test_lifetimes_that_make_no_sense_are_none(lifetime: Any) -> None:
    answer = plain({"token": "t", "expiresIn": lifetime})
    with connected(lambda _: answer) as (_, feed):
        assert log_in(feed).expires_at is None


def test_log_in_is_tried_again_only_while_no_connection_was_made() -> None:
    """The port opens while the client is already trying: one request arrives."""
    with FeedServer(lambda _: plain({})) as closed:
        url = closed.url
    patient = replace(HASTY, attempts=50, first=0.05, longest=0.05)
    with (
        Feed(profile_for(url), deadlines=replace(QUICK, log_in=0.4), backoff=patient) as feed,
        pytest.raises(FeedUnreachable, match=r"within 0\.4 seconds"),
    ):
        log_in(feed)
    assert not closed.calls


def test_expired_token_logs_in_before_the_first_request() -> None:
    def script(call: Call) -> Reply:
        is_log_in = call.path == "/authenticate"
        return plain({"token": "new"} if is_log_in else {"items": [], "total": 0})

    with connected(script) as (server, feed):
        stale = Token(credentials().password, clock.now() - timedelta(seconds=1))
        feed.session(credentials, stale).clients()
        feed.session(credentials).clients()
    assert [call.path for call in server.calls] == ["/authenticate", "/clients"] * 2
    assert {call.token for call in server.calls if call.path == "/clients"} == {"Bearer new"}


def test_bare_token_in_a_header_of_another_name() -> None:
    def profile(url: str) -> Any:
        return profile_for(url, auth={"header": "X-Session", "scheme": ""})

    def script(call: Call) -> Reply:
        is_log_in = call.path == "/authenticate"
        return plain({"token": "bare"} if is_log_in else {"items": [], "total": 0})

    with connected(script, profile=profile) as (server, feed):
        feed.session(credentials).clients()
    assert server.calls[-1].headers["x-session"] == "bare"
    assert "x-session" not in server.calls[0].headers


def test_cookies_are_not_kept() -> None:
    answer = plain({"token": "t"}, Set_Cookie="sid=abc; Path=/")
    with connected(lambda _: answer) as (server, feed):
        log_in(feed)
        log_in(feed)
    assert all("cookie" not in call.headers for call in server.calls)
