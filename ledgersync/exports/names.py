"""Names of export files: readable, and safe on every system they are saved to."""

import re
import unicodedata

from ledgersync.domain.periods import Period

LONGEST_NAME = 120

# Letters that Unicode does not take apart into a plain one and an accent.
_SPELLED_OUT = str.maketrans(
    {
        "ß": "ss", "Æ": "AE", "æ": "ae", "Œ": "OE", "œ": "oe", "Ø": "O", "ø": "o", "Đ": "D",
        "đ": "d", "Ł": "L", "ł": "l", "Þ": "Th", "þ": "th", "&": " and ",
    }
)  # fmt: skip
_UNSAFE = re.compile(r"[^A-Za-z0-9]+")
# As many as banks give of an account's number.
_LAST_DIGITS = re.compile(r"-[0-9]{1,8}$")
_EXTENSION = re.compile(r"[a-z0-9]{1,8}")


def file_name(  # noqa: PLR0917  a name is made of these parts
    client: str,
    bank: str,
    period: Period,
    batch_number: int,
    sha256: str,
    extension: str,
    watermark: str = "",
) -> str:
    """ClientName_BankName_StartDate_EndDate, the batch number and a short hash.

    Only ``[A-Za-z0-9_.-]``, at most 120 characters; the one dot stands before the extension, so
    that no name is one of those that Windows keeps for devices. Long names are cut, dates, number
    and extension never; a bank account keeps the digits it ends with. A watermark comes first.

    Raises:
        ValueError: when the extension is not a plain one such as "xlsx".
    """
    extension = extension.removeprefix(".")
    if not _EXTENSION.fullmatch(extension):
        raise ValueError(f"{extension[:20]!r} is not a file extension")
    number = f"{batch_number:04d}"[:12]
    tail = f"{period.start}_{period.end}_{number}_{_part(sha256, 8, 'x')}.{extension}"
    head = f"{_part(watermark, 12, 'x')}_" if watermark else ""
    room = LONGEST_NAME - len(head) - len(tail) - 2
    bank_part = _bank_part(bank, room // 2)
    client_part = _part(client, room - len(bank_part), "Client")
    return f"{head}{client_part}_{bank_part}_{tail}"


def _bank_part(bank: str, longest: int) -> str:
    """The bank account in plain characters, cut before the digits that tell it from others."""
    whole = _plain(bank)
    ending = _LAST_DIGITS.search(whole)
    if len(whole) <= longest or not ending:
        return _part(bank, longest, "Bank")
    return f"{whole[: longest - len(ending[0])].rstrip('-')}{ending[0]}"


def _part(text: str, longest: int, otherwise: str) -> str:
    return _plain(text)[:longest].rstrip("-") or otherwise


def _plain(text: str) -> str:
    """The text in plain letters and digits, other characters as single dashes between them."""
    spelled = unicodedata.normalize("NFKD", text.translate(_SPELLED_OUT))
    return _UNSAFE.sub("-", spelled.encode("ascii", errors="ignore").decode()).strip("-")
