"""Rows out of delimited text: comma, semicolon or tab, in the encodings that spreadsheets write."""

import csv
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from io import StringIO
from itertools import islice

from ledgersync.errors import ImportRejected
from ledgersync.imports.tables import (
    EMPTY,
    LONGEST_CELL,
    MOST_CELLS,
    MOST_COLUMNS,
    MOST_ROWS,
    Cell,
    Row,
    Table,
    TableFile,
)

DELIMITERS = ",;\t|"
_ROWS_LOOKED_AT = 200
# Programs write ="0012" so that Excel keeps the zeros; it is a text, whatever it looks like.
_AS_TEXT = re.compile(r'^\s*="([^"]*)"\s*$')
_SAID = re.compile(r'[" ]*sep[" ]*=([,;\t|])"? *(?=[\r\n]|$)', re.IGNORECASE)
_UTF_16 = (b"\xff\xfe", b"\xfe\xff")
_WINDOWS = (
    "The file is not in Unicode; it was read as Windows text (cp1252). Check the accents in names."
)
_UNKNOWN, _OF_LETTERS = "\N{REPLACEMENT CHARACTER}", 100  # at most one in a hundred
_NO_TEXT = (
    "The file is neither a text nor a spreadsheet.",
    "Save the list as .xlsx or .csv, then choose that file.",
)

Record = tuple[int, list[str]]


def read_text(data: bytes) -> TableFile:
    """Read delimited text.

    Raises:
        ImportRejected: when it is no text, no table, too large, or a quotation mark stays open.
    """
    text, remarks = decoded(data)
    if text.lstrip()[:1] == "<":
        raise ImportRejected(
            "The file is a web page or XML, whatever its name says.",
            "Open it in a spreadsheet program and save it as .xlsx or .csv.",
        )
    text, said = said_delimiter(text)
    delimiter = said or _likeliest_delimiter(text)
    rows = tuple(_rows(records(text, delimiter)))
    return TableFile((Table("", rows, delimited=True),), remarks)


def decoded(data: bytes, refusal: tuple[str, str] = _NO_TEXT) -> tuple[str, tuple[str, ...]]:
    """The text of a file in UTF-8, UTF-16 or Windows' own letters, and what to say of that.

    Raises:
        ImportRejected: when it is no text, in the words of `refusal`.
    """
    text, remarks = _as_text(data, refusal)
    if "\0" in text:
        raise ImportRejected(*refusal)
    return text, remarks


def _as_text(data: bytes, refusal: tuple[str, str]) -> tuple[str, tuple[str, ...]]:
    try:
        return data.decode("utf-16" if data.startswith(_UTF_16) else "utf-8-sig"), ()
    except UnicodeDecodeError:
        pass
    text = data.decode("cp1252", "replace")
    unknown = text.count(_UNKNOWN)
    if unknown * _OF_LETTERS > len(text):
        raise ImportRejected(*refusal)
    lost = (
        f"{unknown:,} of its letters can't be told and {'is' if unknown == 1 else 'are'} left as "
    )
    return text, (_WINDOWS, *([f"{lost}{_UNKNOWN}."] if unknown else []))


def with_line_feeds(text: str) -> str:
    """The text with every line ended in one way, so that its lines can be counted."""
    return text.replace("\r\n", "\n").replace("\r", "\n")


def said_delimiter(text: str) -> tuple[str, str]:
    """The text and the delimiter that its first line names, as Excel's "sep=;" does.

    The line stays as a blank one, so that the numbers of the others are right.
    """
    said = _SAID.match(text)
    return (text[said.end() :], said[1]) if said else (text, "")


def _likeliest_delimiter(text: str) -> str:
    """The delimiter that gives the most rows of one and the same width, wider rows first."""
    return max(DELIMITERS, key=lambda mark: _evenness(text, mark))


def _evenness(text: str, delimiter: str) -> int:
    reader = csv.reader(StringIO(text, newline=""), delimiter=delimiter)
    try:
        widths = Counter(len(record) for record in islice(reader, _ROWS_LOOKED_AT))
    except csv.Error:
        return 0
    return max(((width - 1) * rows for width, rows in widths.items()), default=0)


def records(text: str, delimiter: str) -> Iterator[Record]:
    """Records with the line that each begins on; a quoted cell may hold line breaks.

    Raises:
        ImportRejected: where a quotation mark stays open.
    """
    reader = csv.reader(StringIO(text, newline=""), delimiter=delimiter, strict=True)
    begins = 1
    try:
        for record in reader:
            yield begins, record
            begins = reader.line_num + 1
    except csv.Error as error:
        raise _unreadable(begins, error) from None


def _unreadable(line: int, error: csv.Error) -> ImportRejected:
    if "field larger" in str(error):
        return _too_long(line)
    return ImportRejected(
        f"From line {line} on the file can't be read: a quotation mark is not closed, or text "
        "follows it.",
        "Correct the quotation marks there, or save the list again as .csv or .xlsx.",
    )


def _too_long(line: int) -> ImportRejected:
    return ImportRejected(
        f"Line {line} has a cell of more than {LONGEST_CELL:,} characters.",
        "Check the quotation marks there, or shorten it.",
    )


def _row(number: int, record: list[str]) -> Row:
    while record and not record[-1].strip():
        record.pop()
    if len(record) > MOST_COLUMNS:
        raise too_many_columns(number, len(record))
    if len(max(record, key=len)) > LONGEST_CELL:
        raise _too_long(number)
    return Row(number, tuple([Cell(as_text(text)) if text else EMPTY for text in record]))


def as_text(text: str) -> str:
    """What a cell holds that was written ="0012" to keep its zeros; any other as it is."""
    return _AS_TEXT.sub(r"\1", text) if '="' in text else text


def _rows(found: Iterable[Record]) -> Iterator[Row]:
    """The rows that are not blank, counted as they come; blank rows and cells take up no room."""
    rows = cells = 0
    for number, record in found:
        if not any(record):
            continue  # at once: a file has room for millions of them
        rows += 1
        cells += len(record) - record.count("")
        if rows > MOST_ROWS:
            raise too_many_rows(MOST_ROWS)
        if cells > MOST_CELLS:
            raise too_many_cells(MOST_CELLS)
        if "".join(record).strip():
            yield _row(number, record)


def too_many_rows(most: int) -> ImportRejected:
    return ImportRejected(
        f"The file has more than {most:,} rows.", "Split the list into several files."
    )


def too_many_cells(most: int) -> ImportRejected:
    return ImportRejected(
        f"The file has more than {most:,} cells.",
        "Remove the columns that are not needed, or split the list into several files.",
    )


def too_many_columns(line: int, found: int) -> ImportRejected:
    return ImportRejected(
        f"Line {line} has {found:,} columns; at most {MOST_COLUMNS} are read.",
        "Remove the columns that are not needed.",
    )
