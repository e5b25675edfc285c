"""Bodies: unpacked as they come, whole or not at all, never beyond the limit."""

import gzip
import tracemalloc
import zlib
from collections.abc import Callable
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledgersync.bankfeed.bodies import Body, Broken, TooLarge

PACKED: dict[str, Callable[[bytes], bytes]] = {
    "gzip": gzip.compress,
    "x-gzip": gzip.compress,
    "deflate": zlib.compress,
    "": bytes,
}


def collected(encoding: str, sent: bytes, step: int, most: int = 1_000) -> bytes:
    body = Body(encoding, most)
    for at in range(0, len(sent), step):
        body.add(sent[at : at + step])
    return body.whole()


@given(st.binary(max_size=300), st.sampled_from(list(PACKED)), st.integers(1, 50))
def test_any_body_in_any_pieces(content: bytes, encoding: str, step: int) -> None:
    assert collected(encoding, PACKED[encoding](content), step) == content


def test_gzip_of_several_parts() -> None:
    assert collected("GZIP", gzip.compress(b"ab") + gzip.compress(b"cd"), 7) == b"abcd"


@given(st.binary(min_size=1, max_size=100), st.integers(1, 60))
def test_rubbish_is_broken_or_read_but_nothing_else(sent: bytes, step: int) -> None:
    with suppress(Broken, TooLarge):
        collected("gzip", sent, step)


def test_every_cut_of_a_packed_body_is_noticed() -> None:
    sent = gzip.compress(b"[1, 2, 3]" * 20)
    for end in range(1, len(sent)):
        with pytest.raises(Broken):
            collected("gzip", sent[:end], 1000)


@pytest.mark.parametrize("encoding", ["gzip", "deflate", ""])
def test_the_limit_holds_to_the_byte(encoding: str) -> None:
    assert len(collected(encoding, PACKED[encoding](b"x" * 1_000), 64)) == 1_000
    with pytest.raises(TooLarge):
        collected(encoding, PACKED[encoding](b"x" * 1_001), 64)


def test_a_bomb_is_never_unpacked_beyond_the_limit() -> None:
    bomb = gzip.compress(b" " * 50_000_000)
    body = Body("gzip", 10_000)
    tracemalloc.start()
    with pytest.raises(TooLarge):
        body.add(bomb)
    most = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert most < 1_000_000


def test_packings_that_were_not_asked_for_are_broken() -> None:
    with pytest.raises(Broken):
        Body("br")
