"""Texts that people type: put on one line, and refused where they are missing or too long."""

from ledgersync.errors import InvalidInput

CODE_LENGTH = 40
NAME_LENGTH = 200


def one_line(value: str, what: str, longest: int) -> str:
    """A person's text on one line, without control characters around or inside it.

    Raises:
        InvalidInput: when it is longer than that.
    """
    text = " ".join("".join(c if c.isprintable() else " " for c in value).split())
    if len(text) > longest:
        raise InvalidInput(f"The {what} is longer than {longest} characters.", "Shorten it.")
    return text


def required(value: str, what: str) -> str:
    """The text itself.

    Raises:
        InvalidInput: when there is none.
    """
    if not value:
        raise InvalidInput(f"This needs {what}.", "Fill it in, then save again.")
    return value
