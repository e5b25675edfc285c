"""Small .xls files, byte by byte: BIFF8 as Excel 97 to 2003 wrote it, in an OLE compound file.

At most 60 KB, as one sector of allocations tells of no more.
"""

import struct
from collections.abc import Sequence

_SECTOR = 512
_END, _FREE, _FAT = 0xFFFFFFFE, 0xFFFFFFFF, 0xFFFFFFFD
_SMALLEST_STREAM = 4096  # shorter ones would lie in a mini stream


Rows = Sequence[Sequence[str | float]]


def xls(rows: Rows, *, locked: bool = False, hidden: bool = False) -> bytes:
    """A workbook of one sheet named List; `locked` as with a password, `hidden` as by its menu."""
    return _compound(_book(rows, locked=locked, hidden=hidden))


def _book(rows: Rows, *, locked: bool, hidden: bool) -> bytes:
    begin = _record(0x809, struct.pack("<HHHHII", 0x600, 0x5, 0x1234, 1997, 0, 6))
    if locked:  # RC4 with nothing but zeros for salt and check
        begin += _record(0x2F, struct.pack("<HHH", 1, 1, 1) + bytes(48))
    begin += _record(0x42, struct.pack("<H", 1200))
    name = b"\x04\x00List"
    starts = len(begin) + 4 + 6 + len(name) + 4
    sheets = _record(0x85, struct.pack("<IBB", starts, hidden, 0) + name) + _record(0x0A, b"")
    cells = b"".join(
        _cell(at, column, value) for at, row in enumerate(rows) for column, value in enumerate(row)
    )
    sheet = _record(0x809, struct.pack("<HHHHII", 0x600, 0x10, 0x1234, 1997, 0, 6))
    return begin + sheets + sheet + cells + _record(0x0A, b"")


def _cell(row: int, column: int, value: str | float) -> bytes:
    place = struct.pack("<HHH", row, column, 0)
    if isinstance(value, str):
        return _record(0x204, place + struct.pack("<HB", len(value), 1) + value.encode("utf-16-le"))
    return _record(0x203, place + struct.pack("<d", value))


def _record(kind: int, body: bytes) -> bytes:
    return struct.pack("<HH", kind, len(body)) + body


def _compound(stream: bytes) -> bytes:
    """One sector of allocations, one of names, and the stream."""
    stream = stream.ljust(_SMALLEST_STREAM, b"\0")
    sectors = -(-len(stream) // _SECTOR)
    table = [_FAT, _END, *range(3, 2 + sectors), _END]
    header = struct.pack(
        "<8s16xHHHHH6xIIIIIIIII",
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
        *(0x3E, 3, 0xFFFE, 9, 6),
        *(0, 1, 1, 0, _SMALLEST_STREAM, _END, 0, _END, 0),
    )
    header += struct.pack("<I", 0) + struct.pack("<I", _FREE) * 108
    allocation = b"".join(struct.pack("<I", one) for one in table).ljust(_SECTOR, b"\xff")
    names = _entry("Root Entry", 5, 1, _END, 0) + _entry("Workbook", 2, _FREE, 2, len(stream))
    return (
        header + allocation + names.ljust(_SECTOR, b"\0") + stream.ljust(sectors * _SECTOR, b"\0")
    )


def _entry(name: str, kind: int, child: int, start: int, size: int) -> bytes:
    text = (name + "\0").encode("utf-16-le")
    links = struct.pack("<III", _FREE, _FREE, child)
    head = text.ljust(64, b"\0") + struct.pack("<HBB", len(text), kind, 1) + links
    return head + bytes(36) + struct.pack("<IQ", start, size)
