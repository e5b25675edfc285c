"""Workbooks: lists as spreadsheets write them, and archives that no spreadsheet would write."""

from collections.abc import Callable
from io import BytesIO
from random import Random
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile, ZipInfo

import xlsxwriter  # type: ignore[import-untyped]

from ledgersync.domain.firm_lists import ListKind
from tests.benchmarks.made_files.kinds import Facts, Made
from tests.benchmarks.made_files.lists import list_rows
from tests.benchmarks.made_files.spoiling import spoiled

Parts = dict[str, bytes]
_SHEET = "xl/worksheets/sheet1.xml"
_STRINGS = "xl/sharedStrings.xml"
_MAIN = b"http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_ODD_CELLS = (
    *(b'<c r="A1048577"><v>1</v></c>', b'<c r="ZZZZZZ9"><v>1</v></c>', b'<c r="-1"><v>1</v></c>'),
    *(b'<c r=""><v>1</v></c>', b'<c r="A2"><v>1e9999</v></c>', b'<c r="B2"><v>NaN</v></c>'),
    *(b'<c t="s"><v>999999999</v></c>', b'<c t="s"><v>-1</v></c>', b'<c t="b"><v>7</v></c>'),
    *(b'<c t="d"><v>0000-00-00</v></c>', b'<c s="99"><v>-99999999</v></c>'),
    *(b'<c t="e"><v>#N/A</v></c>', b"<c><f>1+1</f></c>", b"<c><c><c/></c></c>", b"</row>"),
    b'<c t="inlineStr"><is><t>\xed\xa0\x80</t></is></c>',
    b'<c r="\xc3\x80\xc3\x80"><v>1</v></c>',
    b'<c r="A99999999999999999999"><v>1</v></c>',
)  # fmt: skip


def workbook_file(dice: Random, kind: ListKind) -> Made:
    """A list in a workbook; every code a text, as Accounting CS writes them."""
    made = list_rows(dice, kind, 300)
    out = BytesIO()
    options = {"in_memory": True, "constant_memory": dice.random() < 0.5}
    with xlsxwriter.Workbook(out, options) as book:
        sheet = book.add_worksheet(dice.choice(("List", "Sheet1", "Aufträge & Co")))
        shift = dice.choice((0, 0, 3))
        for at, row in enumerate(made.rows):
            for column, cell in enumerate(row):
                if cell:
                    sheet.write_string(at + shift, column, cell)
    facts = Facts(len(made.entries), made.entries, tuple(at + shift + 1 for at in made.bad))
    return Made(out.getvalue(), f"{kind.value}, xlsx, {len(made.rows) - 1} rows", facts)


def spoiled_workbook(dice: Random, data: bytes) -> tuple[bytes, str]:
    """The workbook after harm to its bytes, to one of its parts, or to the archive."""
    if dice.random() < 0.25:
        return spoiled(dice, data)
    with ZipFile(BytesIO(data)) as source:
        parts = {name: source.read(name) for name in source.namelist()}
    harm = dice.choice(_HARMS)
    packed = harm(dice, parts)
    return packed, harm.__name__.strip("_")


def _packed(parts: Parts, more: tuple[tuple[str | ZipInfo, bytes], ...] = ()) -> bytes:
    out = BytesIO()
    with ZipFile(out, "w", ZIP_DEFLATED) as target:
        for name, content in (*parts.items(), *more):
            target.writestr(name, content)
    return out.getvalue()


def _spoiled_part(dice: Random, parts: Parts) -> bytes:
    name = dice.choice(sorted(parts))
    return _packed(parts | {name: spoiled(dice, parts[name])[0]})


def _missing_part(dice: Random, parts: Parts) -> bytes:
    del parts[dice.choice(sorted(parts))]
    return _packed(parts)


def _swapped_parts(dice: Random, parts: Parts) -> bytes:
    one, other = dice.sample(sorted(parts), 2)
    return _packed(parts | {one: parts[other], other: parts[one]})


def _slipped_names(dice: Random, parts: Parts) -> bytes:
    names = ("../../evil.xml", "/etc/evil", "C:\\evil.xml", "xl/../../x", "\u202exl", "a" * 9_000)
    linked = parts["xl/_rels/workbook.xml.rels"].replace(
        b"worksheets/sheet1.xml", b"../../etc/passwd"
    )
    more = ((dice.choice(names), b"x"),)
    return _packed(
        parts | ({"xl/_rels/workbook.xml.rels": linked} if dice.random() < 0.5 else {}), more
    )


def _entity_bomb(dice: Random, parts: Parts) -> bytes:
    lines = [b'<!ENTITY e0 "lol">']
    lines += [b'<!ENTITY e%d "%s">' % (n, b"&e%d;" % (n - 1) * 10) for n in range(1, 12)]
    return _with_entity(dice, parts, b"".join(lines), b"&e11;")


def _outside_entity(dice: Random, parts: Parts) -> bytes:
    source = dice.choice((b"file:///etc/passwd", b"http://127.0.0.1:9/x", b"/etc/hostname"))
    return _with_entity(dice, parts, b'<!ENTITY e SYSTEM "%s">' % source, b"&e;")


def _with_entity(dice: Random, parts: Parts, told: bytes, used: bytes) -> bytes:
    name = dice.choice((_SHEET, "xl/workbook.xml", "xl/styles.xml", "xl/_rels/workbook.xml.rels"))
    head, mark, body = parts[name].partition(b"?>")
    body = body.replace(b"</row>", b'<c t="inlineStr"><is><t>%s</t></is></c></row>' % used, 1)
    return _packed(parts | {name: head + mark + b"<!DOCTYPE x [" + told + b"]>" + used + body})


def _odd_cells(dice: Random, parts: Parts) -> bytes:
    odd = b"".join(dice.choices(_ODD_CELLS, k=dice.choice((1, 3))))
    sheet = parts[_SHEET].replace(b"</row>", odd + b"</row>", 1)
    return _packed(parts | {_SHEET: sheet})


def _deep_nesting(dice: Random, parts: Parts) -> bytes:
    depth = dice.choice((500, 20_000, 200_000))
    inner = b"<x>" * depth + b"</x>" * depth
    name = dice.choice((_SHEET, "xl/workbook.xml", "xl/styles.xml"))
    return _packed(parts | {name: parts[name].replace(b"</", inner + b"</", 1)})


def _far_apart(dice: Random, parts: Parts) -> bytes:
    row, column = dice.choice(((1_048_576, "XFD"), (1_048_576, "B"), (2, "XFD"), (900, "ZZ")))
    rows = ((1, "A"), (row, column))
    cells = (f'<row r="{at}"><c r="{letters}{at}"><v>1</v></c></row>' for at, letters in rows)
    return _packed(parts | {_SHEET: _sheet("".join(cells).encode())})


def _bomb(dice: Random, parts: Parts) -> bytes:
    size = dice.choice((1, 20, 45, 60)) * 1_000_000
    name = dice.choice((_SHEET, _STRINGS, "xl/media/x.bin"))
    return _packed(parts | {name: dice.choice((b" ", b"<x/>", b"\0")) * (size // 4)})


def _one_text_many_times(dice: Random, parts: Parts) -> bytes:
    """A long text that thousands of cells name: small on disk, endless when read."""
    text = bytes(dice.choices(b"abcdefghijklmnop", k=dice.choice((300, 9_000, 30_000, 300_000))))
    strings = b'<sst xmlns="%s"><si><t>%s</t></si></sst>' % (_MAIN, text)
    width = dice.choice((1, 10, 90))
    rows = (
        b"<row>%s</row>"
        % (b'<c t="s"><v>0</v></c>' * width)
        * (dice.choice((500, 20_000)) // width)
    )
    return _packed(parts | {_SHEET: _sheet(rows), _STRINGS: strings})


def _many_rows(dice: Random, parts: Parts) -> bytes:
    count = dice.choice((50_000, 210_000))
    rows = b"".join(b"<row><c><v>%d</v></c></row>" % dice.getrandbits(40) for _ in range(count))
    return _packed(parts | {_SHEET: _sheet(rows)})


def _many_parts(dice: Random, parts: Parts) -> bytes:
    count = dice.choice((150, 300, 5_000))
    return _packed(parts, tuple((f"xl/media/{n}.bin", b"x") for n in range(count)))


def _twice_the_same_name(dice: Random, parts: Parts) -> bytes:
    """Two parts of one name, of which readers take the first or the last."""
    out = BytesIO()
    with ZipFile(out, "w", ZIP_STORED) as target:
        for name, content in parts.items():
            target.writestr(name, content)
    data = out.getvalue()
    other = _SHEET.replace("sheet1", "sheet2").encode()
    with_two = _packed(parts, ((other.decode(), spoiled(dice, parts[_SHEET])[0]),))
    return dice.choice((with_two.replace(other, _SHEET.encode()), data + data))


def _lying_directory(dice: Random, parts: Parts) -> bytes:
    """Sizes, methods and flags in the directory that are not the content's."""
    data = bytearray(_packed(parts))
    for _ in range(dice.choice((1, 4))):
        at = data.find(b"PK\x01\x02", dice.randrange(len(data) // 2, len(data)))
        if at >= 0:
            data[at + dice.randrange(6, 46)] = dice.choice((0, 1, 9, 0xFF))
    return bytes(data)


def _sheet(rows: bytes) -> bytes:
    return b'<worksheet xmlns="%s"><sheetData>%s</sheetData></worksheet>' % (_MAIN, rows)


_HARMS: tuple[Callable[[Random, Parts], bytes], ...] = (
    *(_spoiled_part, _spoiled_part, _missing_part, _swapped_parts, _slipped_names, _entity_bomb),
    *(_outside_entity, _odd_cells, _odd_cells, _deep_nesting, _far_apart, _bomb, _many_rows),
    *(_one_text_many_times, _many_parts, _twice_the_same_name, _lying_directory),
)
