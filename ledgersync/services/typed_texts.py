"""Texts that people type: put on one line, and refused where they are missing or too long."""

import re

from ledgersync.domain.people import address_key
from ledgersync.errors import InvalidInput

CODE_LENGTH = 40
NAME_LENGTH = 200
# One address and nothing else: of a list, or of one in brackets, nobody would ever be bound.
_NO_PART = r"""\s@<>()\[\],;:"\\"""
_ADDRESS = re.compile(rf"[^{_NO_PART}]+@[^{_NO_PART}.]+(?:\.[^{_NO_PART}.]+)+")


def one_line(value: str, what: str, longest: int) -> str:
    """A person's text on one line, without control characters around or inside it.

    Raises:
        InvalidInput: when it is longer than that.
    """
    text = " ".join("".join(c if c.isprintable() else " " for c in value).split())
    if len(text) > longest:
        raise InvalidInput(f"The {what} is longer than {longest} characters.", "Shorten it.")
    return text


def said_of_file(name: str) -> str:
    """A file's name as it is said and recorded; a sign that can't be shown has another's place.

    Systems give names in other letters than their own as such signs.
    """
    shown = (c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in name[:NAME_LENGTH])
    return "".join(shown)


def required(value: str, what: str) -> str:
    """The text itself.

    Raises:
        InvalidInput: when there is none.
    """
    if not value:
        raise InvalidInput(f"This needs {what}.", "Fill it in, then save again.")
    return value


def one_address(value: str) -> str:
    """An e-mail address as it is compared, and nothing around it.

    Raises:
        InvalidInput: when there is none, or it is not one.
    """
    address = address_key(required(one_line(value, "e-mail address", NAME_LENGTH), "an e-mail"))
    if not _ADDRESS.fullmatch(address):
        raise InvalidInput(
            f"{address} is not one e-mail address.",
            "Type the one that they sign in with, and nothing around it.",
        )
    return address
