"""Rows out of Excel workbooks, which are looked over before and read in a process of their own."""

import json
import re
import struct
import subprocess
import sys
from collections.abc import Iterator, Sequence
from io import BytesIO
from pathlib import Path
from zipfile import BadZipFile, ZipFile

from ledgersync.errors import ImportRejected
from ledgersync.imports.delimited import too_many_cells, too_many_rows
from ledgersync.imports.tables import (
    LONGEST_CELL,
    MOST_CELLS,
    MOST_COLUMNS,
    MOST_ROWS,
    Cell,
    CellKind,
    Most,
    Row,
    Table,
    TableFile,
)

_READER = Path(__file__).with_name("workbook_process.py")
_SECONDS = 20
_MOST_PARTS = 200
_LARGEST_UNPACKED = 50 * 1024 * 1024
_HIGHEST_RATIO = 100
# Also for the directory of an archive: versions and methods that nobody writes.
_NO_ARCHIVE = (BadZipFile, NotImplementedError, ValueError, OSError, struct.error)
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")  # an Office file locked with a password
# How a locked .xls begins: the reader can't tell it from a damaged one.
_LOCKED_XLS = re.compile(
    rb"\x09\x08[\x08\x10]\x00\x00[\x05\x06]\x05\x00.{4}(?:.{8})?(?:\x86\x00\x00\x00)?\x2f\x00",
    re.DOTALL,
)
_ZEROS_UNSEEN = (
    "In an .xls file zeros and marks that only a number format shows are not seen, such as 0042: "
    "check the codes, or save the file as .xlsx."
)
_SAVE_AGAIN = "Open it in Excel, save it as a new .xlsx file, then choose that one."


def read_workbook(data: bytes, most: Most | None = None) -> TableFile:
    """Read the visible sheets of an .xlsx or .xls workbook, of a list's size unless `most` is said.

    Raises:
        ImportRejected: when it is protected by a password, damaged, or asks for too much.
    """
    is_old = not data.startswith(b"PK")
    if _ENCRYPTED in data or (is_old and _LOCKED_XLS.search(data)):
        raise _problem("password")
    if not is_old:
        _look_over(data)
    tables = tuple(_tables(_read(data, most or Most(MOST_ROWS, MOST_CELLS))))
    return TableFile(tables, _old_format_remarks(tables) if is_old else ())


def _old_format_remarks(tables: Sequence[Table]) -> tuple[str, ...]:
    """An .xls file does not tell us how its numbers are shown."""
    kinds = {cell.kind for table in tables for row in table.rows for cell in row.cells}
    return (_ZEROS_UNSEEN,) if CellKind.NUMBER in kinds else ()


def _look_over(data: bytes) -> None:
    """Refuse what unpacks to far more than it is, by what its directory says."""
    try:
        with ZipFile(BytesIO(data)) as packed:
            parts = packed.infolist()
    except _NO_ARCHIVE:
        raise _problem("damaged") from None
    unpacked = sum(part.file_size for part in parts)
    packed_size = sum(part.compress_size for part in parts)
    if any(part.flag_bits & 1 for part in parts):
        raise _problem("password")
    if (
        len(parts) > _MOST_PARTS
        or unpacked > _LARGEST_UNPACKED
        or unpacked > _HIGHEST_RATIO * max(packed_size, 1)
    ):
        raise _problem("too large")


def _read(data: bytes, most: Most) -> Iterator[object]:
    """What the reading process says, line by line, once it has ended well."""
    limits = map(str, (most.rows, MOST_COLUMNS, most.cells, LONGEST_CELL))
    program = [sys.executable, "-I", str(_READER), *limits]
    try:
        done = subprocess.run(  # noqa: S603  our own interpreter and file
            program, input=data, capture_output=True, timeout=_SECONDS, check=False
        )
    except subprocess.TimeoutExpired:
        raise _problem("too large") from None
    if done.returncode:
        # Killed by a limit, or aborted when memory ran out: it can't say which any more.
        raise _problem("too large" if done.returncode < 0 else "damaged")
    lines = done.stdout.splitlines()
    if lines and lines[-1].startswith(b'{"problem"'):
        raise _problem(json.loads(lines[-1])["problem"], most)
    return (json.loads(line) for line in lines)


def _tables(lines: Iterator[object]) -> Iterator[Table]:
    name: str | None = None
    rows: list[Row] = []
    for line in lines:
        if isinstance(line, dict):
            if name is not None:
                yield Table(name, tuple(rows), delimited=False)
            name, rows = str(line["sheet"]), []
        elif isinstance(line, list):
            rows.append(_row(*line))
    if name is not None:
        yield Table(name, tuple(rows), delimited=False)


def _row(number: int, cells: list[str | list[str]]) -> Row:
    if len(cells) > MOST_COLUMNS:
        raise ImportRejected(
            f"Row {number} has {len(cells)} columns; at most {MOST_COLUMNS} are read.",
            "Remove the columns that the list does not need.",
        )
    read = tuple(Cell(c) if isinstance(c, str) else Cell(c[1], CellKind(c[0])) for c in cells)
    if any(len(cell.text) > LONGEST_CELL for cell in read):
        raise ImportRejected(
            f"Row {number} has a cell of more than {LONGEST_CELL:,} characters.", "Shorten it."
        )
    return Row(number, read)


def _problem(word: str, most: Most | None = None) -> ImportRejected:
    match word:
        case "too many rows" if most:
            return too_many_rows(most.rows)
        case "too many cells" if most:
            return too_many_cells(most.cells)
        case "password":
            return ImportRejected(
                "The file is protected with a password.",
                "Save it in Excel without the password, then choose it again.",
            )
        case "too large":
            return ImportRejected(
                "The file asks for more memory or time than a list may take.",
                "Copy the list alone into a new workbook, or save it as .csv.",
            )
        case _:
            return ImportRejected("The file is damaged or not an Excel workbook.", _SAVE_AGAIN)
