"""JSON as it came: numbers stay text, doubled keys and bottomless nesting are noticed.

Python's own reading of numbers would turn 42.17 into a binary fraction, 1e999 into infinity and
stop at 4,300 digits. Here a number is its own text until something that knows what it means -
money, an id, a date - reads it.
"""

import json
import re
from collections.abc import Iterable, Sequence
from functools import lru_cache
from json.encoder import encode_basestring
from typing import Any

from ledgersync.errors import FeedNotUnderstood


class Number(str):
    """A JSON number, written as it came; NaN and Infinity too, for whoever reads it to refuse."""

    __slots__ = ()


class Doubled(dict[str, object]):
    """An object that names a key twice: nobody can say which value counts."""

    def __init__(self, pairs: list[tuple[str, object]]) -> None:
        super().__init__(pairs)
        self.pairs = pairs


class Malformed(Exception):  # noqa: N818  a finding, not yet an error: it may be worth asking again
    """The text is not JSON, or ends too early."""


def _object(pairs: list[tuple[str, object]]) -> dict[str, object]:
    plain = dict(pairs)
    return plain if len(plain) == len(pairs) else Doubled(pairs)


_HALF_PAIR = re.compile("[\ud800-\udfff]")
_DECODER = json.JSONDecoder(
    object_pairs_hook=_object, parse_float=Number, parse_int=Number, parse_constant=Number
)


def parse(body: bytes) -> object:
    """The JSON document in a body: dict, list, str, Number, bool or None.

    Raises:
        Malformed: when it is not JSON, or ends too early.
        FeedNotUnderstood: when it is nested too deeply to be an answer.
    """
    try:
        return _DECODER.decode(body.decode("utf-8-sig"))
    except ValueError:
        problem: Exception = Malformed()
    except RecursionError:
        problem = FeedNotUnderstood(
            "LedgerSync sent an answer that is nested too deeply to be read.",
            "Try again later; if it stays, contact support@ledgersync.com.",
        )
    raise problem  # outside the handlers, so that no body hangs on the error


def compact(value: object) -> str:
    """The JSON text of a value without spaces, every number as it came; always storable text."""
    try:
        text = _write(value)
    except RecursionError:
        return '"nested too deeply to be kept"'
    if text.isascii():
        return text
    return _HALF_PAIR.sub(lambda half: f"\\u{ord(half[0]):04x}", text)


def storable(text: str) -> bool:
    """Whether databases take the text: no NUL, no half of a surrogate pair."""
    return text.isprintable() or not ("\0" in text or _HALF_PAIR.search(text))


def _write(value: object) -> str:
    if type(value) is str:
        return encode_basestring(value)
    if type(value) is Number:
        return str(value)
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, dict):
        return _write_object(value)
    if isinstance(value, list):
        return "[" + ",".join([_write(item) for item in value]) + "]"
    raise TypeError(f"{type(value).__name__} is not part of JSON")


def _write_object(value: dict[str, object]) -> str:
    if isinstance(value, Doubled):
        return _form(key for key, _ in value.pairs) % tuple([_write(it) for _, it in value.pairs])
    # Texts and numbers, nearly all there is, are written on the spot: every row comes by here.
    written = [
        encode_basestring(it) if type(it) is str else it if type(it) is Number else _write(it)
        for it in value.values()
    ]
    return _form_of(tuple(value)) % tuple(written)


def written_alike(columns: dict[str, Sequence[Any]]) -> list[str] | None:
    """`compact` of objects with the same keys, given by column.

    None when one holds anything but texts, numbers and words, or text that is not storable.
    """
    written = [_write_column(column) for column in columns.values()]
    if not columns or not all(written):
        return None
    texts = list(map(_form_of(tuple(columns)).__mod__, zip(*written, strict=True)))
    whole = "".join(texts)
    return texts if whole.isascii() or not _HALF_PAIR.search(whole) else None


def _write_column(column: Sequence[Any]) -> Sequence[str]:
    """The texts of the values; none when some are objects or lists."""
    types = set(map(type, column))
    if types == {str}:
        return list(map(encode_basestring, column))
    if types == {Number}:
        return column
    if types <= _WORDS_ONLY:
        return list(map(_WORDS.__getitem__, column))
    return [_write(it) for it in column] if _NESTED.isdisjoint(types) else []


_WORDS = {True: "true", False: "false", None: "null"}
_WORDS_ONLY = frozenset({bool, type(None)})

_FEW = 50


def _form_of(keys: tuple[str, ...]) -> str:
    return _form_of_few(keys) if len(keys) <= _FEW else _form(keys)


def _form(keys: Iterable[str]) -> str:
    """The text of an object with these keys, with a %s where each value goes."""
    named = [encode_basestring(key).replace("%", "%%") + ":%s" for key in keys]
    return "{" + ",".join(named) + "}"


# The rows of a list have the same keys, so their form is made once.
_form_of_few = lru_cache(maxsize=8)(_form)

_NESTED = frozenset({dict, Doubled, list})


def has_doubled(value: dict[str, object] | list[object]) -> bool:
    """Whether an object anywhere inside names a key twice."""
    if isinstance(value, Doubled):
        return True
    inside = value.values() if isinstance(value, dict) else value
    # Most rows are flat, and every one is asked: only what can hold an object is looked into.
    if _NESTED.isdisjoint(map(type, inside)):
        return False
    return any(has_doubled(item) for item in inside if isinstance(item, dict | list))


def kind(value: object) -> str:
    """What a value is, in words that give nothing of it away."""
    if isinstance(value, Number):
        return "a number"
    words = {
        str: "text",
        bool: "true or false",
        dict: "an object",
        Doubled: "an object that names a field twice",
        list: "a list",
        type(None): "nothing (null)",
    }
    return words.get(type(value), "nothing (missing)")
