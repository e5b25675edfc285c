"""Rows out of files: every encoding and separator, and one sentence for what is no table."""

import random
import subprocess
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import datetime
from io import BytesIO
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile

import pytest
import xlsxwriter  # type: ignore[import-untyped]
from hypothesis import given, settings
from hypothesis import strategies as st

from ledgersync.errors import ImportRejected
from ledgersync.imports import workbooks
from ledgersync.imports.tables import CellKind, TableFile
from ledgersync.imports.tabular import read_tables
from tests.unit.biff_files import xls
from tests.unit.list_files import Rows, workbook

ROWS = [["Code", "Name"], ["007", "Café, Olé"], ["8", 'Say "hi"']]


def texts(file: TableFile, sheet: int = 0) -> list[tuple[int, list[str]]]:
    return [(row.number, [cell.text for cell in row.cells]) for row in file.tables[sheet].rows]


@pytest.mark.parametrize("mark", [",", ";", "\t", "|"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
@pytest.mark.parametrize("ending", ["\n", "\r\n", "\r"])
def test_text_is_read_in_any_encoding_separator_and_line_ending(
    mark: str, encoding: str, ending: str
) -> None:
    quoted = [[f'"{cell.replace(chr(34), chr(34) * 2)}"' for cell in row] for row in ROWS]
    data = ending.join(mark.join(row) for row in quoted).encode(encoding)
    file = read_tables(data)
    assert texts(file) == [(1, ROWS[0]), (2, ROWS[1]), (3, ROWS[2])]
    assert bool(file.remarks) == (encoding == "cp1252")


def test_commas_in_names_do_not_outweigh_the_separator() -> None:
    data = b"Code;Name;GL\n1;Smith, Jones, Roe & Co;10\n2;Cole, Ltd;20\n3;Dray;30\n"
    assert texts(read_tables(data))[1] == (2, ["1", "Smith, Jones, Roe & Co", "10"])


@pytest.mark.parametrize("ending", [b"\n", b"\r\n", b"\r"])
def test_the_separator_that_excel_names_in_the_first_line_is_taken(ending: bytes) -> None:
    data = ending.join([b"sep=;", b"Code;Name", b"1;A, B", b""])
    assert texts(read_tables(data)) == [(2, ["Code", "Name"]), (3, ["1", "A, B"])]


def test_lines_are_numbered_as_in_an_editor_also_after_line_breaks_in_cells() -> None:
    data = b'Code,Name\n1,"two\nlines"\n\n , \n2,after\n'
    assert texts(read_tables(data)) == [
        (1, ["Code", "Name"]),
        (2, ["1", "two\nlines"]),
        (6, ["2", "after"]),
    ]


def test_an_open_quotation_mark_never_swallows_lines() -> None:
    with pytest.raises(ImportRejected, match="From line 3 on") as refused:
        read_tables(b'Code,Name\n1,A\n2,"B\n3,C\n4,D\n')
    assert "quotation mark" in refused.value.sentence


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "is empty"),
        (b"\xef\xbb\xbf \r\n\t", "is empty"),
        (b"%PDF-1.7", "is a PDF"),
        (b"\x89PNG\r\n", "is a picture"),
        (b"  <html><table>", "web page or XML"),
        (b"a\x00b\x00,", "neither a text nor a spreadsheet"),
        (b"\x81\x8d\x8f\x90", "neither a text nor a spreadsheet"),
        (b"PK\x03\x04 no more", "damaged"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 no more", "damaged"),
        (b"x" * (10 * 1024 * 1024 + 1), "at most 10 MB"),
        (b"a,b\n" + b"," * 150 + b"x\n", "151 columns"),
        (b"a,b\n1," + b"x" * 40_000 + b"\n", "more than 32,768 characters"),
        (b"a,b\n1," + b"x" * 200_000 + b"\n", "more than 32,768 characters"),
    ],
)
def test_what_is_no_table_is_one_sentence_and_a_next_step(data: bytes, words: str) -> None:
    with pytest.raises(ImportRejected, match=words) as refused:
        read_tables(data)
    assert refused.value.next_step.endswith(".")


def test_too_many_rows_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ledgersync.imports.delimited.MOST_ROWS", 3)
    with pytest.raises(ImportRejected, match="more than 3 rows"):
        read_tables(b"a,b\n" * 4)
    monkeypatch.setattr("ledgersync.imports.workbooks.MOST_ROWS", 3)
    with pytest.raises(ImportRejected, match="more than"):
        read_tables(workbook([["a", "b"]] * 4))


def test_too_many_cells_are_refused_before_they_fill_the_memory(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("ledgersync.imports.delimited.MOST_CELLS", 1_000)
    with pytest.raises(ImportRejected, match="more than 1,000 cells"):
        read_tables(b"Code,Name\n" + (b"a," * 50 + b"b\n") * 20)


def test_a_workbook_keeps_codes_as_people_see_them() -> None:
    rows: Rows = [["Code"], [100], [100], [1000.1], ["0100-00"], [7.5], [-12]]
    data = workbook(rows, formats={(2, 0): "00000", (3, 0): "0.00"})
    [table] = read_tables(data).tables
    assert [(row.cells[0].text, row.cells[0].kind) for row in table.rows[1:]] == [
        ("100", CellKind.NUMBER),
        ("00100", CellKind.NUMBER),
        ("1000.10", CellKind.NUMBER),
        ("0100-00", CellKind.TEXT),
        ("7.5", CellKind.FRACTION),
        ("-12", CellKind.NUMBER),
    ]


def test_a_workbook_tells_what_is_no_text() -> None:
    data = workbook([["Code"], [datetime(2026, 10, 31)], [True], ["=1+1"], [12345678901234567890]])  # noqa: DTZ001  a cell has no zone
    [table] = read_tables(data).tables
    assert [row.cells[0].kind for row in table.rows[1:]] == [
        CellKind.DATE,
        CellKind.BOOLEAN,
        CellKind.FORMULA,
        CellKind.FRACTION,
    ]
    assert table.rows[1].cells[0].text == "2026-10-31"


def test_rows_and_columns_keep_their_places_below_and_beside_empty_ones() -> None:
    data = workbook([[], [], [None, None, "Code", "Name"], [], [None, None, 7, "=A1"]])
    [table] = read_tables(data).tables
    assert texts(read_tables(data)) == [(3, ["", "", "Code", "Name"]), (5, ["", "", "7", ""])]
    assert table.rows[1].cells[3].kind is CellKind.FORMULA


def test_an_archive_of_a_version_that_nobody_writes_is_damaged() -> None:
    data = bytearray(workbook([["x"]]))
    data[data.index(b"PK\x01\x02") + 6] = 255
    with pytest.raises(ImportRejected, match="damaged"):
        read_tables(bytes(data))


def test_hidden_sheets_are_not_read() -> None:
    out = BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as book:
        book.add_worksheet("Seen").write(0, 0, "x")
        hidden = book.add_worksheet("Hidden")
        hidden.write(0, 0, "y")
        hidden.hide()
    assert [table.name for table in read_tables(out.getvalue()).tables] == ["Seen"]


def test_a_password_is_told_from_damage() -> None:
    locked = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le")
    with pytest.raises(ImportRejected, match="protected with a password"):
        read_tables(locked)


def packed(
    sheet: str,
    strings: str = "",
    more: Mapping[str, bytes] | None = None,
    changed: Mapping[str, str] | None = None,
) -> bytes:
    """A workbook whose one sheet is this XML, whose shared texts are those, with more parts."""
    made = {"sheet1.xml": sheet} | ({"sharedStrings.xml": strings} if strings else {})
    made |= changed or {}
    source = ZipFile(BytesIO(workbook([["x"]])))
    out = BytesIO()
    with ZipFile(out, "w", ZIP_DEFLATED) as target:
        for part in source.namelist():
            data = source.read(part)
            target.writestr(part, made.get(part.rpartition("/")[2], data))
        for part, data in (more or {}).items():
            target.writestr(part, data)
    return out.getvalue()


MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"


FAR_APART = "".join(
    f'<row r="{row}"><c r="{cell}"><v>1</v></c></row>'
    for row, cell in ((1, "A1"), (1048576, "XFD1048576"))
)


@pytest.mark.parametrize(
    "rows", [" " * 60_000_000, FAR_APART], ids=["unpacks to 60 MB", "asks for 17 billion cells"]
)
def test_a_bomb_is_refused_quickly_and_takes_nothing_along(rows: str) -> None:
    data = packed(f'<worksheet xmlns="{MAIN}"><sheetData>{rows}</sheetData></worksheet>')
    began = time.monotonic()
    with pytest.raises(ImportRejected, match="more memory or time"):
        read_tables(data)
    assert time.monotonic() - began < 10


ONE_CELL = (
    f'<worksheet xmlns="{MAIN}"><sheetData><row><c><v>7</v></c></row></sheetData></worksheet>'
)


@pytest.mark.parametrize("name", ["sheet1.xml", "styles.xml"])
def test_a_workbook_that_declares_entities_is_refused(name: str) -> None:
    """Nobody's spreadsheet writes them; they can multiply, or name files of the machine."""
    declared = '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/hostname">]>'
    styles = f'{declared}<styleSheet xmlns="{MAIN}"/>'
    changed = {"sheet1.xml": declared + ONE_CELL, "styles.xml": styles}
    with pytest.raises(ImportRejected, match="damaged"):
        read_tables(packed(ONE_CELL, changed={name: changed[name]}))


def parts(number: int) -> bytes:
    """A workbook of so many parts in all, most of them a byte long."""
    with ZipFile(BytesIO(packed(ONE_CELL))) as plain:
        needed = number - len(plain.namelist())
    return packed(ONE_CELL, more={f"customXml/{n}.xml": b"x" for n in range(needed)})


def squeezed(times: int) -> bytes:
    """A workbook that unpacks to so many times its size, or to a little more."""
    spaces = 0
    while True:
        data = packed(ONE_CELL, more={"customXml/1.xml": b" " * spaces})
        with ZipFile(BytesIO(data)) as made:
            unpacked = sum(part.file_size for part in made.infolist())
            if unpacked > times * sum(part.compress_size for part in made.infolist()):
                return data
        spaces += 20_000


def unpacking_to(megabytes: int) -> bytes:
    """A workbook that unpacks to a little more than that, and to less than 100 times its size."""
    no_squeezing = random.Random(7).randbytes(600_000)  # noqa: S311  no smaller when packed
    return packed(
        ONE_CELL,
        more={
            "customXml/1.bin": no_squeezing,
            "customXml/2.xml": b" " * (megabytes * 1024 * 1024),
        },
    )


def spread_over(rows: int) -> bytes:
    """A workbook of two cells, so many rows and a hundred columns apart: room is made for all."""
    far = f'<row r="{rows}"><c r="CV{rows}"><v>7</v></c></row>'
    return packed(ONE_CELL.replace("</row>", f"</row>{far}"))


@pytest.mark.parametrize(
    ("made", "too_much", "enough"),
    [
        (parts, 201, 200),
        (squeezed, 100, 90),
        (unpacking_to, 50, 49),
        (spread_over, 200_000, 2_000),
    ],
)
def test_each_bound_alone_refuses_a_small_workbook_that_only_it_forbids(
    made: Callable[[int], bytes], too_much: int, enough: int
) -> None:
    refused_file = made(too_much)
    assert len(refused_file) < 1_000_000
    with pytest.raises(ImportRejected) as refused:
        read_tables(refused_file)
    assert refused.value.sentence == "The file asks for more memory or time than a list may take."
    assert "save it as .csv" in refused.value.next_step
    [table] = read_tables(made(enough)).tables
    assert table.rows[0].cells[0].text == "7"


def test_one_long_text_in_thousands_of_cells_is_refused_before_it_is_told(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A shared text is stored once: 30 KB here, 300 MB when every cell says it."""
    cells = '<row><c t="s"><v>0</v></c></row>' * 10_000
    sheet = f'<worksheet xmlns="{MAIN}"><sheetData>{cells}</sheetData></worksheet>'
    text = "".join(f"{number:05d}" for number in range(6_000))
    data = packed(sheet, f'<sst xmlns="{MAIN}"><si><t>{text}</t></si></sst>')
    told: list[int] = []
    run = subprocess.run

    def listening(*args: Any, **options: Any) -> Any:
        done = run(*args, **options)
        told.append(len(done.stdout))
        return done

    monkeypatch.setattr(subprocess, "run", listening)
    with pytest.raises(ImportRejected, match="more memory or time"):
        read_tables(data)
    assert told[0] < 30_000_000


@pytest.mark.parametrize(
    "cell",
    [
        "<c r='A1' t='str'><f>1+1</f><v>2</v></c>",
        "<c r='A1' t='str'><f  ca='1'/><v>2</v></c>",
        "<x:c xmlns:x='{MAIN}' r='A1' t='str'><x:f>1+1</x:f><x:v>2</x:v></x:c>",
    ],
)
def test_a_formula_is_seen_however_it_is_written(cell: str) -> None:
    row = f"<row r='1'>{cell.replace('{MAIN}', MAIN)}</row>"
    sheet = f'<worksheet xmlns="{MAIN}"><sheetData>{row}</sheetData></worksheet>'
    [table] = read_tables(packed(sheet)).tables
    assert [cell.kind for cell in table.rows[0].cells] == [CellKind.FORMULA]


def test_a_reader_that_hangs_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    def hang(*_: object, **__: object) -> None:
        raise subprocess.TimeoutExpired("reader", 20)

    monkeypatch.setattr(subprocess, "run", hang)
    with pytest.raises(ImportRejected, match="more memory or time"):
        read_tables(workbook([["x"]]))


@given(st.binary(max_size=400))
@settings(max_examples=400, deadline=None)
def test_any_bytes_are_a_table_or_refused_in_a_sentence(data: bytes) -> None:
    if data[:2] == b"PK" or data[:4] == b"\xd0\xcf\x11\xe0":
        return
    with suppress(ImportRejected):
        read_tables(data)


@given(
    st.lists(st.lists(st.text("ab0, ;\t\"'é\n|", max_size=6), min_size=2, max_size=4), max_size=6)
)
def test_what_is_written_with_quotation_marks_comes_back(rows: list[list[str]]) -> None:
    """Whatever the cells hold; the separator is the one the file names."""
    lines = (";".join('"' + cell.replace('"', '""') + '"' for cell in row) for row in rows)
    data = ("sep=;\n" + "\n".join(lines)).encode()
    wanted = [_without_tail(row) for row in rows if any(cell.strip() for cell in row)]
    assert [row for _, row in texts(read_tables(data))] == wanted


def _without_tail(row: list[str]) -> list[str]:
    while row and not row[-1].strip():
        row = row[:-1]
    return row


@pytest.mark.parametrize(("beginning", "told"), [(b"\xd0\xcf\x11\xe0", 1), (b"PK\x03\x04", 0)])
def test_numbers_of_an_old_workbook_come_with_a_remark(
    monkeypatch: pytest.MonkeyPatch, beginning: bytes, told: int
) -> None:
    sheet = [{"sheet": "List"}, [1, ["Account"]], [2, [["number", "42"]]]]
    monkeypatch.setattr(workbooks, "_look_over", lambda _data: None)
    monkeypatch.setattr(workbooks, "_read", lambda _data, _most: iter(sheet))
    found = read_tables(beginning + b" a workbook")
    assert [cell.text for cell in found.tables[0].rows[1].cells] == ["42"]
    assert len(found.remarks) == told


def test_an_old_xls_file_is_read_and_says_what_it_can_not_tell() -> None:
    file = read_tables(xls([["Vendor Code", "Vendor Name"], ["00042", "Café Ünion"], [7.0, "Owl"]]))
    [table] = file.tables
    assert [[cell.text for cell in row.cells] for row in table.rows] == [
        ["Vendor Code", "Vendor Name"],
        ["00042", "Café Ünion"],
        ["7", "Owl"],
    ]
    assert table.rows[2].cells[0].kind is CellKind.NUMBER
    [remark] = file.remarks
    assert "In an .xls file zeros" in remark
    assert read_tables(xls([["a"]], hidden=True)).tables == ()


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (xls([["a", "b"]], locked=True), "password"),
        (xls([["a", "b"]])[:2_000], "damaged"),
        (xls([["a", "b"]])[:600], "damaged"),
        (xls([["x"] * 101]), "101 columns"),
    ],
)
def test_an_old_xls_file_that_is_not_read_is_told_in_a_sentence(data: bytes, words: str) -> None:
    with pytest.raises(ImportRejected, match=words):
        read_tables(data)
