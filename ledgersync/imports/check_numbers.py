"""Numbers of checks as banks write them."""


def check_number(text: str) -> str:
    """The number, "" for zeros alone: so banks fill the field of what was paid without a check."""
    return text if text.strip("0") else ""
