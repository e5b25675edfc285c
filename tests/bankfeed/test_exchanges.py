"""One exchange on its own, over a transport that only pretends: what is sent, how it can end."""

import anyio
import httpx
import pytest
import respx

from ledgersync.bankfeed.lanes import Answer, Deadlines, Failure, Lanes, Question

ADDRESS = "https://feed.example/v1/clients"


def asked(*, secret: str = "Bearer token-1", body: bytes | None = None) -> Answer | Failure:
    """How an exchange ends, whatever the test made of the address before."""
    question = Question(
        "the list of clients",
        "/clients",
        ADDRESS,
        method="POST" if body else "GET",
        headers=lambda: {"Authorization": secret},
        body=(lambda: body) if body else None,
    )

    async def exchange() -> Answer | Failure:
        lanes = Lanes("https://feed.example/v1", None, Deadlines())
        return await lanes.exchange(question)

    return anyio.run(exchange)


def test_the_token_goes_with_the_request_and_gzip_is_all_that_is_offered(
    respx_mock: respx.MockRouter,
) -> None:
    route = respx_mock.post(ADDRESS).respond(202, text="[]", headers={"Retry-After": "3"})
    got = asked(body=b'{"email": "x"}')
    assert isinstance(got, Answer)
    assert (got.status, got.body, got.wait) == (202, b"[]", 3)
    sent = route.calls.last.request
    assert sent.content == b'{"email": "x"}'
    assert sent.headers["Authorization"] == "Bearer token-1"
    assert sent.headers["Accept-Encoding"] == "gzip"
    assert sent.extensions["timeout"] == {"connect": 5, "read": 30, "write": 10, "pool": 5}


@pytest.mark.parametrize(
    ("error", "words", "sent", "final"),
    [
        (httpx.ConnectError("refused"), "could not be reached at feed.example", False, False),
        (httpx.ConnectTimeout("slow"), "could not be reached", False, False),
        (httpx.PoolTimeout("no place"), "could not be reached", False, False),
        (httpx.UnsupportedProtocol("ftp"), "could not be reached", False, True),
        (httpx.ReadTimeout("slow"), "took too long to answer for the list of clients", True, False),
        (httpx.WriteTimeout("slow"), "took too long", True, False),
        (httpx.RemoteProtocolError("gone"), "broke off while sending the list", True, False),
        (ConnectionResetError(104, "reset"), "broke off", True, False),
        (anyio.BrokenResourceError(), "broke off", True, False),
    ],
)
def test_each_way_to_get_no_answer_is_told_apart(
    respx_mock: respx.MockRouter,
    error: Exception,
    words: str,
    sent: bool,  # noqa: FBT001
    final: bool,  # noqa: FBT001
) -> None:
    respx_mock.get(ADDRESS).mock(side_effect=error)
    got = asked(secret="Bearer s3cr3t")
    assert isinstance(got, Failure)
    assert words in got.error.sentence
    assert (got.sent, got.final) == (sent, final)
    assert (got.error.__traceback__, got.error.__context__) == (None, None)
    assert "s3cr3t" not in repr(got)
