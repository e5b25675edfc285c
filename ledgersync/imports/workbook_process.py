"""Reads a workbook's cells, run as a process of its own with bounds on memory and time.

A crafted workbook of half a megabyte can ask for gigabytes; here it takes only this process along.
It is run by its path, without the rest of the program; the most rows, columns, cells and characters
of a cell are its arguments. On stdin the file, on stdout one line of JSON each: {"sheet": name}, or
[row number, cells], and at last {"problem": word} when it can't be read. A cell is its text, or
[kind, text] where it is no text. Nothing is told after a row that is too wide, or has a cell that
is too long.
"""

import json
import re
import sys
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from io import BytesIO
from xml.etree.ElementTree import Element
from zipfile import ZipFile

from defusedxml.ElementTree import ParseError, fromstring, iterparse
from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook, PasswordError
from python_calamine import SheetVisibleEnum as Visible

_MEMORY = 256 * 1024 * 1024
_SECONDS = 20
_MOST_TEXT = 25_000_000  # characters; a short file can name one long text in thousands of cells
_SHOWN_DIGITS = 15  # as Excel shows them: 0.1 + 0.7 is kept as 0.7999999999999999
_SAFE_DIGITS = 10**15  # above, a spreadsheet's numbers are no longer exact
_ZEROS = re.compile(r"(0+)(?:\.(0+))?")  # number formats such as 00000 and 0.00
_MASK = re.compile(r'(?:[0#]|[- ]|\\.|"[^"]*")+')  # and such as 0000-00: digits with marks
_MASK_SIGN = re.compile(r'\\(.)|"([^"]*)"|(.)')
_FORMULA_OR_ERROR = re.compile(rb"""<(?:[^\s<>/:]+:)?f[\s/>]|\st\s*=\s*["']e["']""")
_DISGUISES = (b"<!", b"&#", b"\0")  # in which a sheet's own bytes don't show what it holds
_BUILT_IN = {"1": "0", "2": "0.00"}

Place = tuple[int, int]
Mark = tuple[str, str]


@dataclass(frozen=True)
class Limits:
    rows: int
    columns: int
    cells: int
    longest_cell: int


def main() -> None:
    _bound()
    limits = Limits(*map(int, sys.argv[1:]))
    data = sys.stdin.buffer.read()
    try:
        for line in _bounded(_lines(data), limits):
            sys.stdout.write(json.dumps(line) + "\n")
    except PasswordError:
        _fail("password")
    except MemoryError:
        _fail("too large")
    except (CalamineError, OSError, ValueError, OverflowError, ParseError):
        _fail("damaged")


def _bound() -> None:
    """Windows has no such limits; there the time limit of whoever started this remains."""
    with suppress(ImportError, ValueError, OSError):
        import resource  # noqa: PLC0415  not on Windows

        resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))
        resource.setrlimit(resource.RLIMIT_CPU, (_SECONDS, _SECONDS))


def _fail(problem: str) -> None:
    sys.stdout.write(json.dumps({"problem": problem}) + "\n")


def _bounded(lines: Iterator[object], limits: Limits) -> Iterator[object]:
    """The lines up to what is too much, which is told in its place."""
    rows = held = text = 0
    for line in lines:
        if isinstance(line, list):
            cells = line[1]
            longest = max(map(_length, cells))
            if len(cells) > limits.columns or longest > limits.longest_cell:
                yield line
                return
            rows, held, text = rows + 1, held + len(cells), text + sum(map(_length, cells))
        if problem := _too_much(rows, held, text, limits):
            yield {"problem": problem}
            return
        yield line


def _too_much(rows: int, cells: int, text: int, limits: Limits) -> str:
    if rows > limits.rows:
        return "too many rows"
    if cells > limits.cells:
        return "too many cells"
    return "too large" if text > _MOST_TEXT else ""


def _length(cell: str | list[str]) -> int:
    return len(cell if isinstance(cell, str) else cell[1])


def _lines(data: bytes) -> Iterator[object]:
    workbook = CalamineWorkbook.from_filelike(BytesIO(data))
    marks = _Marks(data) if data.startswith(b"PK") else None
    for about in workbook.sheets_metadata:
        if about.visible is Visible.Visible:
            yield {"sheet": about.name}
            found = marks.of(about.name) if marks else {}
            yield from _rows(workbook.get_sheet_by_name(about.name), found)


def _rows(sheet: CalamineSheet, marks: dict[Place, Mark]) -> Iterator[list[object]]:
    """The rows that hold anything; the first row of the sheet is number 1."""
    by_row: dict[int, dict[int, Mark]] = {}
    for (row, column), mark in marks.items():
        by_row.setdefault(row, {})[column] = mark
    _, empty_columns = sheet.start or (0, 0)  # before the first that holds anything: left out
    blank = [""] * sheet.width
    for row, found in enumerate(sheet.iter_rows(), start=1):
        if found == blank and row not in by_row:
            continue
        values = [""] * empty_columns + found
        cells = [_cell(value) for value in values]
        _put_marks(cells, values, by_row.get(row, {}))
        while cells and cells[-1] == "":
            cells.pop()
        if cells:
            yield [row, cells]


def _put_marks(cells: list[object], values: Sequence[object], marks: dict[int, Mark]) -> None:
    """Add what the values alone don't tell: formulas, errors, and zeros that a format shows."""
    for column, (kind, text) in marks.items():
        cells.extend([""] * (column + 1 - len(cells)))
        value = values[column] if column < len(values) else ""
        if kind != "format":
            cells[column] = [kind, text]
        elif isinstance(value, int | float) and not isinstance(value, bool):
            cells[column] = ["number", _formatted(float(value), text)]


def _formatted(value: float, zeros: str) -> str:
    """A number as the sheet shows it."""
    if not _ZEROS.fullmatch(zeros):
        return _masked(value, zeros)
    whole, _, decimals = zeros.partition(".")
    width = len(whole) + (len(decimals) + 1 if decimals else 0) + (value < 0)
    return f"{value:0{width}.{len(decimals)}f}"


def _masked(value: float, mask: str) -> str:
    """Digits put into a mask from its end: 101001 in 0000-00 is 1010-01."""
    digits, shown = list(f"{abs(value):.0f}"), ""
    signs = _MASK_SIGN.findall(mask)
    first = next(at for at, sign in enumerate(signs) if sign[2] in {"0", "#"})
    for at in reversed(range(len(signs))):
        escaped, quoted, plain = signs[at]
        if plain not in {"0", "#"}:
            shown = escaped + quoted + plain + shown
        elif at == first:
            shown = ("".join(digits) or plain.strip("#")) + shown
        else:
            shown = (digits.pop() if digits else plain.strip("#")) + shown
    return "-" * (value < 0) + shown


def _cell(value: object) -> object:
    match value:
        case str():
            return value
        case bool():
            return ["boolean", str(value).upper()]
        case int() | float():
            return _number(float(value))
        case datetime() | date() | time():
            return ["date", value.isoformat().removesuffix("T00:00:00")]
        case timedelta():
            return ["date", str(value)]
        case _:
            return ["error", str(value)]


def _number(value: float) -> list[str]:
    value = float(f"{value:.{_SHOWN_DIGITS}g}")
    if value.is_integer() and abs(value) < _SAFE_DIGITS:
        return ["number", str(int(value))]
    return ["fraction", repr(value)]


class _Marks:
    """What a cell's value does not tell, from the sheets' own XML: formulas, errors, formats."""

    def __init__(self, data: bytes) -> None:
        self._zip = ZipFile(BytesIO(data))
        self._names = set(self._zip.namelist())
        self._zeros = self._zero_formats()

    def of(self, sheet: str) -> dict[Place, Mark]:
        """By row, from 1, and column, from 0. Files that are not .xlsx inside have none."""
        path = self._paths().get(sheet, "")
        if path not in self._names:
            return {}
        content = self._zip.read(path)
        if not self._may_hold_marks(content):
            return {}
        marks: dict[Place, Mark] = {}
        for row, column, cell in _each_cell(BytesIO(content)):
            mark = self._mark(cell)
            if mark:
                marks[row, column] = mark
        return marks

    def _may_hold_marks(self, sheet: bytes) -> bool:
        """Whether it is worth to go through every cell; most sheets hold nothing but values."""
        if not sheet.startswith(b"<") or any(sign in sheet for sign in _DISGUISES):
            return True
        styles = "|".join(map(re.escape, self._zeros)).encode()
        return bool(
            _FORMULA_OR_ERROR.search(sheet)
            or (styles and re.search(rb"""\ss\s*=\s*["'](?:%s)["']""" % styles, sheet))
        )

    def _mark(self, cell: Element) -> Mark | None:
        if any(_local(part.tag) == "f" for part in cell):
            return "formula", ""
        if cell.get("t") == "e":
            return "error", ""
        zeros = self._zeros.get(cell.get("s", ""))
        return ("format", zeros) if zeros and cell.get("t", "n") == "n" else None

    def _tree(self, path: str) -> Element | None:
        if path not in self._names:
            return None
        tree: Element = fromstring(self._zip.read(path))
        return tree

    def _paths(self) -> dict[str, str]:
        """Each sheet's part of the file, by the sheet's name."""
        book = self._tree("xl/workbook.xml")
        links = self._tree("xl/_rels/workbook.xml.rels")
        if book is None or links is None:
            return {}
        targets = {link.get("Id"): link.get("Target", "") for link in links}
        found = {}
        for sheet in book.iter():
            if _local(sheet.tag) == "sheet":
                key = next((v for k, v in sheet.attrib.items() if _local(k) == "id"), None)
                target = targets.get(key, "")
                path = target.lstrip("/") if target.startswith("/") else f"xl/{target}"
                found[sheet.get("name", "")] = path
        return found

    def _zero_formats(self) -> dict[str, str]:
        """The cell styles whose number format is such as 00000 or 0000-00."""
        styles = self._tree("xl/styles.xml")
        if styles is None:
            return {}
        codes = dict(_BUILT_IN)
        for one in styles.iter():
            if _local(one.tag) == "numFmt":
                codes[one.get("numFmtId", "")] = one.get("formatCode", "")
        uses = next((part for part in styles if _local(part.tag) == "cellXfs"), ())
        found = {
            str(at): codes.get(use.get("numFmtId", ""), "").partition(";")[0]
            for at, use in enumerate(uses)
        }
        return {style: code for style, code in found.items() if _shows_zeros_or_marks(code)}


def _shows_zeros_or_marks(code: str) -> bool:
    has_digits = "0" in code or "#" in code
    return bool(_ZEROS.fullmatch(code)) or (has_digits and bool(_MASK.fullmatch(code)))


def _each_cell(file: BytesIO) -> Iterator[tuple[int, int, Element]]:
    """Every cell with its row, from 1, and its column, from 0; both may be left out in the file."""
    row, column = 0, 0
    for event, element in iterparse(file, events=("start", "end")):
        name = _local(element.tag)
        if event == "start" and name == "row":
            row, column = int(element.get("r") or row + 1), 0
        elif event == "end" and name == "c":
            column = _column(element.get("r", "")) if element.get("r") else column
            yield row, column, element
            column += 1
        elif event == "end" and name == "row":
            element.clear()


def _column(reference: str) -> int:
    """The column of a reference, from 0: "B7" is 1."""
    number = 0
    for letter in reference:
        if not letter.isalpha():
            break
        number = number * 26 + ord(letter.upper()) - ord("A") + 1
    return number - 1


def _local(tag: str) -> str:
    return tag.rpartition("}")[2]


if __name__ == "__main__":
    main()
