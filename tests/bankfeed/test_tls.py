"""Certificates are always checked, and a bad one is told as such, without asking again."""

import ssl
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import trustme
from pydantic import SecretStr

from ledgersync.bankfeed.client import Feed, Token
from ledgersync.errors import FeedUnreachable, SettingsInvalid
from tests.bankfeed.feed_server import FeedServer, plain
from tests.bankfeed.feeds import HASTY, QUICK, credentials, profile_for

YESTERDAY = datetime.now(UTC) - timedelta(days=1)


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    return trustme.CA()


@pytest.fixture
def bundle(authority: trustme.CA, tmp_path: Path) -> Path:
    file = tmp_path / "ca.pem"
    authority.cert_pem.write_to_path(file)
    return file


def serving(certificate: trustme.LeafCert) -> FeedServer:
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    certificate.configure_cert(context)
    return FeedServer(lambda _: plain({"token": "t", "items": [], "total": 0}), context)


@pytest.fixture
def good(authority: trustme.CA) -> Iterator[FeedServer]:
    with serving(authority.issue_cert("127.0.0.1")) as server:
        yield server


def test_good_certificate_of_the_given_authority(good: FeedServer, bundle: Path) -> None:
    with Feed(profile_for(good.url), ca_bundle=bundle, deadlines=QUICK) as feed:
        assert feed.log_in(credentials().email, credentials().password)
        assert feed.session(credentials).clients().complete


@pytest.mark.parametrize("fault", ["expired", "other host", "unknown authority"])
def test_bad_certificates_are_refused(authority: trustme.CA, bundle: Path, fault: str) -> None:
    certificate = {
        "expired": lambda: authority.issue_cert("127.0.0.1", not_after=YESTERDAY),
        "other host": lambda: authority.issue_cert("feeds.example"),
        "unknown authority": lambda: trustme.CA().issue_cert("127.0.0.1"),
    }[fault]()
    with serving(certificate) as server:
        with Feed(
            profile_for(server.url), ca_bundle=bundle, deadlines=QUICK, backoff=HASTY
        ) as feed:
            with pytest.raises(FeedUnreachable, match="can't be trusted") as caught:
                feed.log_in(credentials().email, credentials().password)
            assert server.connections == 1
            session = feed.session(credentials, Token(SecretStr("stored")))
            with pytest.raises(FeedUnreachable, match="can't be trusted"):
                session.clients()
        assert server.connections == 2
        assert not server.calls
    assert "LEDGERSYNC_CA_BUNDLE" in caught.value.next_step


def test_private_authorities_are_not_trusted_by_default(good: FeedServer) -> None:
    with (
        Feed(profile_for(good.url), deadlines=QUICK, backoff=HASTY) as feed,
        pytest.raises(FeedUnreachable, match="can't be trusted"),
    ):
        feed.log_in(credentials().email, credentials().password)
    assert not good.calls


def test_plain_server_at_a_secure_address() -> None:
    with FeedServer(lambda _: plain({})) as server:
        url = server.url.replace("http://", "https://")
        with (
            Feed(
                profile_for(url), deadlines=replace(QUICK, connect=0.2, log_in=5), backoff=HASTY
            ) as feed,
            pytest.raises(FeedUnreachable),
        ):
            feed.log_in(credentials().email, credentials().password)
        assert not [call for call in server.calls if call.body]


@pytest.mark.parametrize("content", [None, "no certificate"])
def test_unusable_bundle_is_named(tmp_path: Path, content: str | None) -> None:
    file = tmp_path / "ca.pem"
    if content:
        file.write_text(content)
    with pytest.raises(SettingsInvalid, match="LEDGERSYNC_CA_BUNDLE"):
        Feed(profile_for("https://feeds.example"), ca_bundle=file)
