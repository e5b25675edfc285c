"""Rules as a CSV file: what the Rules page exports, and reads again from whoever edited it.

The file is UTF-8 with a byte order mark. A text that a spreadsheet might run gets an apostrophe,
which reading takes off again. What can't be read is a problem of its line, never an error.
"""

import csv
import io
import re
import string
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from ledgersync.matching.rule_records import HEADERS, RuleRecord, read_record, squeezed

__all__ = ["Problem", "RuleRecord", "read_rules", "write_rules"]

_WINDOWS = "The file is not in Unicode; it was read as Windows text. Check the accents in names."
_BROKEN = (
    "Nothing from here on was read: a quotation mark is not closed, or text follows it, or a cell "
    "is far too long."
)
_TOO_WIDE = (
    "The line has more cells than the header; put a text with commas, such as several patterns, in "
    "quotation marks."
)
_MOST_COLUMNS, _MOST_ROWS, _MOST_CELLS = 100, 50_000, 1_000_000
_TOO_MUCH = (
    f"Nothing from here on was read: a file may have at most {_MOST_ROWS:,} rules and "
    f"{_MOST_CELLS:,} cells."
)
_TOO_MANY_COLUMNS = f"The file has more than {_MOST_COLUMNS} columns; remove those of no rule."
_DELIMITERS = ",;\t|"
_WORKBOOKS = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")
_SAID = re.compile(r'[" ]*sep=([,;\t|])"? *(?=[\r\n]|$)', re.IGNORECASE)
_FIRST_LINE = re.compile(r"\S[^\r\n]*")
_UTF_16 = (b"\xff\xfe", b"\xfe\xff")
_UNWRITABLE = re.compile("[\0\ud800-\udfff]")
# What begins no formula in a spreadsheet; a letter that can't be seen might hide what does.
_HARMLESS_MARKS = frozenset(string.punctuation) - frozenset("=+-@'")
_UNSEEN_LETTERS = frozenset("\u115f\u1160\u3164\uffa0")

# Other headers that people write, without case, blanks and marks.
_SPELLINGS: Mapping[str, tuple[str, ...]] = {
    "number": ("rule", "rulenumber", "no"),
    "enabled": ("active", "on"),
    "client": ("clientname",),
    "account": ("bankaccount",),
    "match_type": ("match", "type"),
    "patterns": ("pattern",),
    "lowest_amount": ("lowest", "minimum", "minimumamount", "minamount"),
    "highest_amount": ("highest", "maximum", "maximumamount", "maxamount"),
    "vendor_code": ("vendorid",),
    "vendor_name": ("vendor",),
    "gl_code": ("gl", "glaccount"),
    "split_template": ("template", "split"),
}
_MEANINGS = {squeezed(header): name for name, header in HEADERS.items()} | {
    spelling: name for name, spellings in _SPELLINGS.items() for spelling in spellings
}

Line = tuple[int, list[str]]  # where a line begins in the file, and its cells


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong in a line of the file, counted from 1 with the header."""

    line: int
    sentence: str


def write_rules(records: Iterable[RuleRecord]) -> bytes:
    """The records as a CSV file that any spreadsheet opens, and `read_rules` reads as they are.

    Blanks around a text are not kept, nor what no file can hold.
    """
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer, lineterminator="\r\n")
    writer.writerow(HEADERS.values())
    for record in records:
        writer.writerow(_guarded(getattr(record, name)) for name in HEADERS)
    return buffer.getvalue().encode("utf-8-sig")


def read_rules(data: bytes) -> tuple[list[RuleRecord], list[Problem]]:
    """The rules of a CSV file, and what could not be read of it.

    Takes UTF-8, UTF-16 and Windows text, commas, semicolons, tabs or bars, and columns in any
    order; all but Patterns may be missing. A line with a problem gives no record. At most 50,000
    rules, 100 columns and 1,000,000 cells are read.
    """
    text, problems = _decoded(data)
    lines, unreadable = _lines(text)
    problems += unreadable
    if not lines:
        return [], problems or [Problem(1, "The file is empty.")]
    (begins, titles), *rows = lines
    meanings = [_MEANINGS.get(squeezed(title), "") for title in titles]
    if refused := _refused(meanings):
        return [], [*problems, Problem(begins, refused)]
    problems += [Problem(begins, sentence) for sentence in _unknown(titles, meanings)]
    records, faulty = _records(meanings, rows)
    return records, sorted([*problems, *faulty], key=lambda problem: problem.line)


def _decoded(data: bytes) -> tuple[str, list[Problem]]:
    no_text = "The file is not a CSV file; save the rules as CSV and choose that file."
    if data.startswith(_WORKBOOKS):
        return "", [Problem(1, no_text)]
    for encoding in ("utf-16",) if data.startswith(_UTF_16) else ("utf-8-sig", "cp1252"):
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" in text:
            break
        return text, [Problem(1, _WINDOWS)] if encoding == "cp1252" else []
    return "", [Problem(1, no_text)]


def _lines(text: str) -> tuple[list[Line], list[Problem]]:
    """The lines that hold anything, and where reading had to stop."""
    text, delimiter = _delimiter(text)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    lines: list[Line] = []
    begins, held = 1, 0
    try:
        for cells in reader:
            if "".join(cells).strip():
                held += len(cells)
                if len(lines) > _MOST_ROWS or held > _MOST_CELLS:
                    return lines, [Problem(begins, _TOO_MUCH)]
                lines.append((begins, cells))
            begins = reader.line_num + 1
    except csv.Error:
        return lines, [Problem(begins, _BROKEN)]
    return lines, []


def _delimiter(text: str) -> tuple[str, str]:
    """The text and its delimiter: the one Excel names in a line of its own, or the header's.

    Such a line is left as a blank one, so that the numbers of the others are right.
    """
    if said := _SAID.match(text):
        return text[said.end() :], said[1]
    header = _FIRST_LINE.search(text)
    titles = header[0] if header else ""
    return text, max(_DELIMITERS, key=lambda mark: _known(titles, mark))


def _known(header: str, delimiter: str) -> int:
    return sum(squeezed(title) in _MEANINGS for title in header.split(delimiter))


def _refused(meanings: Sequence[str]) -> str:
    """Why a header can't be used; "" when it can."""
    if len(meanings) > _MOST_COLUMNS:
        return _TOO_MANY_COLUMNS
    counts = Counter(filter(None, meanings))
    if "patterns" not in counts:
        return "There is no column Patterns; the first line of the file must name its columns."
    twice = [HEADERS[name] for name, count in counts.items() if count > 1]
    return f"Two columns stand for {twice[0]}; keep the one that is meant." if twice else ""


def _unknown(titles: Sequence[str], meanings: Sequence[str]) -> list[str]:
    return [
        f"The column {title.strip()[:40]!r} is none of a rule's, and was not read."
        for title, meaning in zip(titles, meanings, strict=True)
        if title.strip() and not meaning
    ]


def _records(
    meanings: Sequence[str], rows: Iterable[Line]
) -> tuple[list[RuleRecord], list[Problem]]:
    records: list[RuleRecord] = []
    problems: list[Problem] = []
    numbers: dict[str, int] = {}
    for begins, cells in rows:
        record, faults = _record(meanings, begins, cells)
        if record and record.number and numbers.setdefault(record.number, begins) != begins:
            faults = [f"Number {record.number} is on line {numbers[record.number]} already."]
        if record and not faults:
            records.append(record)
        problems += [Problem(begins, fault) for fault in faults]
    return records, problems


def _record(
    meanings: Sequence[str], begins: int, cells: Sequence[str]
) -> tuple[RuleRecord | None, list[str]]:
    if any(cell.strip() for cell in cells[len(meanings) :]):
        return None, [_TOO_WIDE]
    named = zip(meanings, cells, strict=False)  # cells left out at the end are blank
    return read_record({name: _unguarded(cell) for name, cell in named if name}, begins)


def _guarded(text: str) -> str:
    text = _UNWRITABLE.sub("", text).strip()
    return f"'{text}" if _might_run(text.lstrip("'")) else text


def _unguarded(text: str) -> str:
    text = text.strip()
    return text[1:] if text[:1] == "'" and _might_run(text.lstrip("'")) else text


def _might_run(text: str) -> bool:
    """Whether a spreadsheet could take the text for a formula; rather once too often."""
    first = text[:1]
    harmless = first.isalnum() and first not in _UNSEEN_LETTERS
    return bool(first) and not harmless and first not in _HARMLESS_MARKS
