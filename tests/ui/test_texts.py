"""Words for the screen."""

import string
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledgersync import clock
from ledgersync.ui.texts import ago, counted, plain


@given(st.text())
def test_no_punctuation_stays_unescaped(text: str) -> None:
    shown = plain(text)
    escaped = False
    for mark in shown:
        assert escaped or mark == "\\" or mark not in string.punctuation
        escaped = mark == "\\" and not escaped
    assert not escaped


@given(st.text())
def test_plain_keeps_every_word(text: str) -> None:
    shown, kept = plain(text), []
    marks = iter(shown)
    kept = [next(marks) if mark == "\\" else mark for mark in marks]
    assert _seen("".join(kept)) == _seen(" ".join(text.split()))


@pytest.mark.parametrize(
    "text", ["https://evil.example/a", "HTTP://evil.example", "www.evil.example", "a@evil.example"]
)
def test_no_address_is_whole_enough_to_become_a_link(text: str) -> None:
    shown = plain(text).replace("\\", "")
    assert shown != text
    assert _seen(shown) == text


def _seen(text: str) -> str:
    """A text without the invisible joiners."""
    return text.replace("\u2060", "")


@pytest.mark.parametrize(
    ("number", "words"), [(0, "0 rows"), (1, "1 row"), (2, "2 rows"), (1204, "1,204 rows")]
)
def test_counts_agree_with_their_noun(number: int, words: str) -> None:
    assert counted(number, "row") == words


def test_an_irregular_plural_is_given() -> None:
    assert counted(2, "entry", "entries") == "2 entries"


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (0, "just now"),
        (12, "12 s ago"),
        (185, "3 min ago"),
        (7300, "2 h ago"),
        (90_000, "1 day ago"),
    ],
)
def test_ages_are_said_as_people_do(
    seconds: int, words: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = clock.now()
    monkeypatch.setattr(clock, "now", lambda: now)
    assert ago(now - timedelta(seconds=seconds)) == words
