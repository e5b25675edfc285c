"""Sealing: a secret is encrypted for one field of one row, and opens nowhere else.

A sealed text is `ls1:<key id>:<base64 of nonce, ciphertext and tag>`: AES-256-GCM with a random
nonce, under a subkey of its purpose that HKDF-SHA256 derives from the master key.
"""

import base64
import binascii
import hashlib
import hmac
import os
import re
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from pydantic import SecretStr

from ledgersync.errors import InvalidInput, KeyMismatch, SealBroken
from ledgersync.vault.masterkey import KEY_ID, MasterKey
from ledgersync.vault.recovery import read_recovery_kit, recovery_kit

__all__ = [
    "Place",
    "Purpose",
    "audit_signing",
    "check_value",
    "confirm",
    "key_id_of",
    "read_recovery_kit",
    "recovery_kit",
    "seal",
    "unseal",
]

FORMAT = "ls1"
NONCE_BYTES = 12
TAG_BYTES = 16
SUBKEY_BYTES = 32
_SEALED = re.compile(rf"{FORMAT}:({KEY_ID.pattern}):([A-Za-z0-9+/]+={{0,2}})")
_ENTER_AGAIN = "Restore a backup, or enter the LedgerSync e-mail and password again in Settings."


class Purpose(StrEnum):
    """What a subkey is for; a subkey of one purpose opens nothing of another."""

    CREDENTIALS = "credentials"
    TOKENS = "tokens"
    AUDIT = "audit"


@dataclass(frozen=True, slots=True)
class Place:
    """Where a sealed text lives; it is refused everywhere else.

    `mark` is that of one storing, so that an earlier text of the same place is refused too; "" for
    what was sealed before there were marks.
    """

    purpose: Purpose
    table: str
    row_id: str
    owner_id: str
    field: str
    mark: str = ""


def seal(secret: SecretStr, place: Place, key: MasterKey) -> str:
    """Encrypt a secret for its place; the same secret never gives the same text twice.

    Raises:
        InvalidInput: when there is nothing to seal (store NULL instead), or no valid text.
        ValueError: for the audit purpose, whose subkey signs and never encrypts.
    """
    nonce = os.urandom(NONCE_BYTES)
    bound = _additional_data(place, key.id)
    sealed = nonce + _cipher(place.purpose, key).encrypt(nonce, _plain_bytes(secret), bound)
    return f"{FORMAT}:{key.id}:{base64.b64encode(sealed).decode('ascii')}"


def unseal(sealed: str, place: Place, find: Callable[[str], MasterKey]) -> SecretStr:
    """Open a sealed text in its place, with the key that it names and no other.

    A key of the right id with other content can't be told from a changed text here: `confirm` the
    key first, or in `find`.

    Raises:
        KeyMissing: by `find`.
        KeyMismatch: by `find`, or when it answers with another key.
        SealBroken: when the text was changed, cut, or moved from another place.
    """
    key_id, data = _taken_apart(sealed)
    key = find(key_id)
    if key.id != key_id:
        raise KeyMismatch(
            f"The key {key.id} was given where {key_id} is needed.",
            "Restore the key from its recovery kit.",
        )
    bound = _additional_data(place, key_id)
    try:
        plain = _cipher(place.purpose, key).decrypt(data[:NONCE_BYTES], data[NONCE_BYTES:], bound)
    except InvalidTag:
        raise SealBroken(
            "The stored LedgerSync log-in was changed or moved, so it was not used.", _ENTER_AGAIN
        ) from None
    return SecretStr(plain.decode("utf-8"))


def key_id_of(sealed: str) -> str:
    """The id of the key that opens the text.

    Raises:
        SealBroken: when the text is not one of ours.
    """
    return _taken_apart(sealed)[0]


def check_value(key: MasterKey) -> str:
    """A value to store per key id: it tells the key from any other and gives nothing away.

    32 hexadecimal digits.
    """
    return _derived(key, f"check {key.id}")[:16].hex()


def confirm(key: MasterKey, stored_check: str) -> None:
    """See that a key is the one whose check value was stored.

    Raises:
        KeyMismatch: when it has the right id and other content.
    """
    if not hmac.compare_digest(check_value(key).encode(), stored_check.encode()):
        raise KeyMismatch(
            f"The encryption key {key.id} is not the one that sealed the stored log-in.",
            f"Restore {key.id} from its recovery kit, or enter the password again in Settings.",
        )


def audit_signing(key: MasterKey) -> Callable[[str], str]:
    """What signs the audit trail: a message in, its HMAC-SHA256 as 64 hexadecimal digits out.

    Only the audit subkey is kept in it, which opens nothing.
    """
    subkey = _derived(key, Purpose.AUDIT)

    def sign(message: str) -> str:
        return hmac.new(subkey, message.encode("utf-8"), hashlib.sha256).hexdigest()

    return sign


def _plain_bytes(secret: SecretStr) -> bytes:
    try:
        plain = secret.get_secret_value().encode("utf-8")
    except UnicodeEncodeError:  # carries the whole text, so it must not travel on
        raise InvalidInput(
            "The text has characters that can't be encrypted.", "Type it again by hand."
        ) from None
    if not plain:
        raise InvalidInput("There is nothing to encrypt: the text is empty.", "Type it again.")
    return plain


def _taken_apart(sealed: str) -> tuple[str, bytes]:
    """Key id, and nonce with ciphertext and tag.

    One byte string has one base64 text: another spelling of the same bytes is a change too.
    """
    match = _SEALED.fullmatch(sealed)
    if not match:
        raise _not_ours()
    try:
        data = base64.b64decode(match[2], validate=True)
    except binascii.Error:
        raise _not_ours() from None
    if len(data) <= NONCE_BYTES + TAG_BYTES or base64.b64encode(data).decode("ascii") != match[2]:
        raise _not_ours()
    return match[1], data


def _not_ours() -> SealBroken:
    return SealBroken("The stored LedgerSync log-in is not in a form we know.", _ENTER_AGAIN)


def _additional_data(place: Place, key_id: str) -> bytes:
    parts = (
        FORMAT,
        place.purpose.value,
        place.table,
        place.row_id,
        place.owner_id,
        place.field,
        key_id,
        *filter(None, (place.mark,)),
    )
    # Each with its length before it, so that text can't slip from one field into the next.
    encoded = (part.encode("utf-8") for part in parts)
    return b"".join(len(part).to_bytes(4, "big") + part for part in encoded)


def _cipher(purpose: Purpose, key: MasterKey) -> AESGCM:
    if purpose is Purpose.AUDIT:
        raise ValueError("The audit subkey signs; it never encrypts.")
    return AESGCM(_derived(key, purpose))


def _derived(key: MasterKey, info: str) -> bytes:
    return HKDF(SHA256(), SUBKEY_BYTES, None, f"ledgersync {FORMAT} {info}".encode()).derive(
        key.material
    )
