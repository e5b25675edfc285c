"""What an administrator may set up: an address, a model's name and a key, each checked as typed."""

from urllib.parse import urlsplit

from pydantic import SecretStr

from ledgersync.config import require_safe_address
from ledgersync.errors import InvalidInput

_LONGEST = 500
_ENDPOINT = "/chat/completions"
_ADDRESS_LIKE = "Enter it as the model's provider names it, such as https://api.example.com/v1."


def checked_url(typed: str) -> str:
    """The address without the protocol's own path, which is added when a model is asked.

    Raises:
        InvalidInput: unless it is https, or http to this machine itself, without credentials or
            parameters in it.
    """
    url = typed.strip().rstrip("/").removesuffix(_ENDPOINT).rstrip("/")
    try:
        parts = urlsplit(url)
        require_safe_address(url)
        plain = url.isascii() and url.isprintable() and " " not in url and parts.port != 0
    except ValueError:
        raise InvalidInput(
            "The outside model's address must start with https:// (http:// only for this computer "
            "itself), and carry no user name or password.",
            _ADDRESS_LIKE,
        ) from None
    if not plain or "?" in url or "#" in url or len(url) > _LONGEST:
        raise InvalidInput(
            "The outside model's address must be plain, without parameters.", _ADDRESS_LIKE
        )
    return url


def checked_model(typed: str) -> str:
    """The model's name on one line.

    Raises:
        InvalidInput: when it is empty, too long, or has characters that can't be shown.
    """
    model = typed.strip()
    if not model or len(model) > _LONGEST or not model.isprintable():
        raise InvalidInput(
            "The outside model needs a name.", "Enter it as its provider spells it, on one line."
        )
    return model


def checked_key(typed: SecretStr | None) -> SecretStr | None:
    """The key without blanks around it; None where none was typed.

    Raises:
        InvalidInput: when it can't travel in a header; never with the key in it.
    """
    key = typed.get_secret_value().strip() if typed else ""
    if not key:
        return None
    if not key.isascii() or not key.isprintable() or " " in key or len(key) > 10 * _LONGEST:
        raise InvalidInput(
            "The outside model's key has characters that no key has.", "Copy it again, all of it."
        )
    return SecretStr(key)


def origin(url: str) -> str:
    """Scheme, host and port: what tells one server from another."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}".lower()
