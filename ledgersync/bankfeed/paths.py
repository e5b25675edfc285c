"""Dotted paths into JSON: "data.accessToken", "accounts.0.name"."""

from typing import Final

from ledgersync.bankfeed.documents import Doubled

MISSING: Final = object()


def find(value: object, path: str) -> object:
    """What stands at `path`, or MISSING; "" is the value itself.

    A key that itself contains the dots wins over nesting; digits also pick from a list. A path ends
    at an object that names a key twice: that is what is found, for it may hide what is meant.
    """
    if not path or isinstance(value, Doubled):
        return value
    if isinstance(value, dict):
        return value[path] if path in value else _within(value, path)
    head, _, rest = path.partition(".")
    if isinstance(value, list) and head.isascii() and head.isdigit() and len(head) < 10:  # noqa: PLR2004  no list is longer
        return find(value[int(head)], rest) if int(head) < len(value) else MISSING
    return MISSING


def _within(value: dict[str, object], path: str) -> object:
    """The longest key that begins the path and leads on to its end."""
    at = path.rfind(".")
    while at > 0:
        if path[:at] in value:
            found = find(value[path[:at]], path[at + 1 :])
            if found is not MISSING:
                return found
        at = path.rfind(".", 0, at)
    return MISSING


def place(target: dict[str, object], path: str, value: object) -> None:
    """Put `value` into `target` at a dotted path, making the objects on the way."""
    *ways, last = path.split(".")
    for way in ways:
        inner = target.setdefault(way, {})
        if not isinstance(inner, dict):
            raise TypeError(f"{way} holds a value already")
        target = inner
    target[last] = value
