"""Titles of columns as they are compared."""


def title_key(title: str) -> str:
    """A title without case, blanks and marks; "#" is "number"."""
    spelled = title.casefold().replace("#", "number")
    return "".join(sign for sign in spelled if sign.isalnum())
