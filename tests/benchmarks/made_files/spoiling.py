"""What happens to files on their way, and what people do who mean harm."""

from collections.abc import Callable
from random import Random

from tests.benchmarks.made_files.bank import NO_AMOUNTS, NO_DATES

Spoil = Callable[[Random, bytes], bytes]
_LARGEST = 10 * 1024 * 1024
_PIECES = (
    *(b"\0", b"\0\0\0", b"\xed\xa0\x80", b"\xff\xfe", b"\xef\xbb\xbf", b"\xf4\x90\x80\x80"),
    *("\u202e\u2066\u200f".encode(), "\u2028\u2029\x85".encode(), b"\x0b\x0c\x1c\x1d\x1e\x1a"),
    *(b'"', b'""', b'"""', b'",', b'"x"y', b"\r", b"\n\r", b"\r\r\n", b"\\", b"'", b"`", b"sep=;"),
    *(b"=", b'="01"', b"=cmd|' /C calc'!A0", b"<!DOCTYPE x [<!ENTITY a SYSTEM 'file:///etc'>]>"),
    *(b"%PDF", b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"{\\rtf", b"\x1f\x8b", b"<h>"),
)  # fmt: skip


def _cut(dice: Random, data: bytes) -> bytes:
    return data[: dice.randrange(len(data) + 1)]


def _behead(dice: Random, data: bytes) -> bytes:
    return data[dice.randrange(len(data) + 1) :]


def _flip(dice: Random, data: bytes) -> bytes:
    changed = bytearray(data)
    for _ in range(dice.choice((1, 1, 3, 30)) if changed else 0):
        changed[dice.randrange(len(changed))] ^= 1 << dice.randrange(8)
    return bytes(changed)


def _insert(dice: Random, data: bytes) -> bytes:
    cells = [text.encode() for text in (*NO_AMOUNTS, *NO_DATES)]
    for _ in range(dice.choice((1, 1, 5))):
        at = dice.randrange(len(data) + 1)
        piece = dice.choice((*_PIECES, *cells, dice.randbytes(dice.randrange(1, 40))))
        data = data[:at] + piece + data[at:]
    return data


def _shuffle(dice: Random, data: bytes) -> bytes:
    """Two stretches of the file change places, or one comes twice."""
    one, two = sorted((dice.randrange(len(data) + 1), dice.randrange(len(data) + 1)))
    return data[two:] + data[one:two] * dice.choice((1, 2)) + data[:one]


def _recode(dice: Random, data: bytes) -> bytes:
    """An encoding that the file does not say, or one upon the other."""
    text = data.decode(dice.choice(("utf-8", "cp1252", "utf-16", "latin-1")), "replace")
    target = dice.choice(("utf-16-le", "utf-16-be", "utf-16", "utf-32", "utf-7", "cp1252", "cp437"))
    return text.encode(target, "replace")


def _mix_line_ends(dice: Random, data: bytes) -> bytes:
    ends = (b"\n", b"\r\n", b"\r", b"\n\r", b"\x0c", b"\xc2\x85", b"\xe2\x80\xa8")
    lines = data.splitlines()
    return b"".join(line + dice.choice(ends) for line in lines)


def _swap_marks(dice: Random, data: bytes) -> bytes:
    one, other = dice.sample((b",", b";", b"\t", b"|", b'"', b"\n", b" ", b"."), 2)
    return data.replace(one, other)


def _stuff(dice: Random, data: bytes) -> bytes:
    """A field, a line or a nesting without end, put in somewhere."""
    size = dice.choice((40_000, 140_000, 500_000))
    piece = dice.choice(
        (b"x", b",", b";", b"(", b'"', b"9", b" ", b"\n", b'",', b"1 T", b"1,", b"[", b"a.")
    )
    at = dice.randrange(len(data) + 1)
    return data[:at] + piece * (size // len(piece)) + data[at:]


SPOILS: tuple[Spoil, ...] = (
    *(_cut, _behead, _flip, _flip, _insert, _insert, _shuffle, _recode, _mix_line_ends),
    _swap_marks,
)


def spoiled(dice: Random, data: bytes) -> tuple[bytes, str]:
    """The file after one to three mishaps, and which."""
    some = [_stuff] if dice.random() < 0.05 else dice.choices(SPOILS, k=dice.choice((1, 1, 2, 3)))
    for spoil in some:
        data = spoil(dice, data)
    return data[:_LARGEST], ", ".join(spoil.__name__.strip("_") for spoil in some)


def full_to_the_brim(dice: Random, header: bytes) -> tuple[bytes, str]:
    """As much as a file may have, below a header that is taken: short rows, or wide, or one."""
    words, row = dice.choice(
        (
            ("shortest rows", b"x\n"),
            ("rows of nothing", b",,,\n"),
            ("two blank quotes a row", b'"",""\n'),
            ("rows of 100 short cells", b"ab," * 99 + b"c\n"),
            ("rows of 50,000 cells", b"," * 50_000 + b"\n"),
            ("one cell", b"x"),
            ("cells of 30,000", b"y" * 30_000 + b"," + b"z" * 30_000 + b"\n"),
            ("digits", b"9" * 100 + b"\n"),
            ("quotes", b'"'),
        )
    )
    if dice.random() < 0.3:
        header, words = header.rstrip(b"\n") + b",c" * 20_000 + b"\n", f"wide header, {words}"
    size = _LARGEST - len(header)
    return header + (row * (size // len(row))), f"10 MB: {words}"


def distinct_rows(header: bytes, width: int, most: int = _LARGEST) -> tuple[bytes, str]:
    """10 MB of rows whose cells are all different, or the most rows: all has to be kept."""
    row_count = min((_LARGEST - len(header)) // (8 * width), most)
    rows = (
        b",".join(b"%07x" % (number * width + at) for at in range(width))
        for number in range(row_count)
    )
    return header + b"\n".join(rows) + b"\n", f"{row_count:,} rows of distinct cells, {width} a row"
