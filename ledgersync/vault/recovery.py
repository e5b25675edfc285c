"""The recovery kit: a key on paper, written so that a typing error is noticed and its row named.

The key is four rows of sixteen signs (digits and letters without I, L, O and U). A row holds eight
bytes of the key and a CRC-16 over them, the key id and the row's number: a CRC of that size notices
every wrong sign and every swapped pair.
"""

import binascii
import re

from ledgersync.errors import InvalidInput
from ledgersync.vault.masterkey import KEY_BYTES, KEY_ID, MasterKey

_SIGNS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_MISREAD = str.maketrans("OIL", "011")
_ROWS = 4
_ROW_SIGNS = 16
_ROW_BYTES = KEY_BYTES // _ROWS
_CRC_BYTES = 2
_MAX_TEXT = 10_000
_TYPED = re.compile(
    rf"\b({KEY_ID.pattern})\b((?:[\W_]*[0-9A-Z]){{{_ROWS * _ROW_SIGNS}}})(?![0-9A-Z])",
    re.IGNORECASE | re.ASCII,
)

_KIT = """\
LedgerSync for Accounting CS - recovery kit

This key opens the LedgerSync log-in that is stored encrypted on your system. Print this page once,
keep it in a safe, and keep no copy beside your backups. Whoever has a backup and this page can read
the stored log-in.

When you need it: after a move to another computer or after the loss of its disk, when the app says
"Locked" and names the key below.

    {key_id}
{rows}

How to restore it: open Settings, Encryption keys, and type the key id and the four rows. Small
letters, spaces and line breaks do not matter; a typing error is noticed and its row is named.
Without this page nothing is lost but the log-in: enter the LedgerSync password again instead.
"""


def recovery_kit(key: MasterKey) -> str:
    """The page that a person prints once: key id, key, what it is for, how to restore it."""
    rows = "\n".join(f"    {_row(key, number)}" for number in range(_ROWS))
    return _KIT.format(key_id=key.id, rows=rows)


def read_recovery_kit(text: str) -> MasterKey:
    """The key that somebody typed from the page, or pasted with the page around it.

    Raises:
        InvalidInput: when something is missing, or a row has a typing error; names the row, and
            never repeats what was typed.
    """
    match = _TYPED.search(text[:_MAX_TEXT])
    if not match:
        raise InvalidInput(
            "This is not a complete recovery key.",
            "Type the key id, such as K1, and then all four rows of sixteen signs.",
        )
    key_id = match[1].upper()
    signs = re.sub(r"[\W_]", "", match[2], flags=re.ASCII).upper().translate(_MISREAD)
    rows = (signs[start : start + _ROW_SIGNS] for start in range(0, len(signs), _ROW_SIGNS))
    return MasterKey(key_id, b"".join(_read_row(key_id, n, row) for n, row in enumerate(rows)))


def _row(key: MasterKey, number: int) -> str:
    part = key.material[number * _ROW_BYTES : (number + 1) * _ROW_BYTES]
    value = int.from_bytes(part + _crc(key.id, number, part), "big")
    signs = "".join(_SIGNS[(value >> (5 * place)) & 31] for place in reversed(range(_ROW_SIGNS)))
    return "-".join(signs[start : start + 4] for start in range(0, _ROW_SIGNS, 4))


def _read_row(key_id: str, number: int, signs: str) -> bytes:
    value = 0
    for sign in signs:
        # U stands for nothing: -1 makes the check fail like any other wrong sign.
        value = (value << 5) | max(_SIGNS.find(sign), 0)
    data = value.to_bytes(_ROW_BYTES + _CRC_BYTES, "big")
    part, crc = data[:_ROW_BYTES], data[_ROW_BYTES:]
    if crc != _crc(key_id, number, part) or not set(signs) <= set(_SIGNS):
        raise InvalidInput(
            f"Row {number + 1} of the key has a typing error, or the key id {key_id} is wrong.",
            "Compare the key id and this row with the printed page, sign by sign.",
        )
    return part


def _crc(key_id: str, number: int, part: bytes) -> bytes:
    seed = binascii.crc_hqx(f"{key_id} row {number + 1}".encode(), 0xFFFF)
    return binascii.crc_hqx(part, seed).to_bytes(_CRC_BYTES, "big")
