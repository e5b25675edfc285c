"""A master key: what it is, how it is written down, and how it stays out of sight."""

import base64
import binascii
import re
import secrets
from dataclasses import dataclass, field
from typing import NoReturn

KEY_ID = re.compile(r"K[1-9][0-9]{0,5}")
KEY_BYTES = 32


@dataclass(frozen=True)
class MasterKey:
    """A 256-bit key known by its id ("K1"); its material shows in no repr and in no pickle.

    Raises:
        ValueError: for an id that is not K and a number, or material of another size.
    """

    id: str
    material: bytes = field(repr=False)

    def __post_init__(self) -> None:
        require_key_id(self.id)
        if len(self.material) != KEY_BYTES:
            raise ValueError(f"A master key has {KEY_BYTES} bytes.")

    def __reduce__(self) -> NoReturn:
        raise TypeError("A master key is never copied or pickled.")


def require_key_id(key_id: str) -> None:
    """Refuse what is no key id.

    Raises:
        ValueError: unless it is K and a number of up to six digits, such as K1.
    """
    if not KEY_ID.fullmatch(key_id):
        raise ValueError("A key id is K and a number, such as K1.")


def new_key(key_id: str) -> MasterKey:
    return MasterKey(key_id, secrets.token_bytes(KEY_BYTES))


def written(key: MasterKey) -> str:
    """The material as base64, as key file and keychain hold it."""
    return base64.b64encode(key.material).decode("ascii")


def read_written(key_id: str, text: str) -> MasterKey:
    """The key that `written` wrote.

    Raises:
        ValueError: unless it is a key id and the base64 of 32 bytes; never with the text in it.
    """
    try:
        key = MasterKey(key_id, base64.b64decode(text, validate=True))
    except (ValueError, binascii.Error):
        raise ValueError("not a key id and the base64 of 32 bytes") from None
    if written(key) != text:
        raise ValueError("not the usual base64 of 32 bytes")
    return key
