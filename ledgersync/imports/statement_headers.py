"""Where the statement stands in a table: the rows below its header, and which column is which.

Where no line names the columns in known words, what stands in them tells, as far as it can be meant
in one way only; otherwise a person is asked, or has said it.
"""

import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass

from ledgersync.domain.statement_files import ColumnChoice, FileColumn
from ledgersync.errors import ImportRejected
from ledgersync.imports.amounts import AmountColumn
from ledgersync.imports.currency_titles import currency_of
from ledgersync.imports.dates import is_day
from ledgersync.imports.statement_columns import MONEY, Columns, columns_of, descriptions_in
from ledgersync.imports.tables import Cell, Row, Table
from ledgersync.imports.type_words import Way, way_of

HEADER_WITHIN = 30
"""Rows among which a header is looked for, below what a bank writes above it."""

_LOOKED_AT = 200
_NAMED, _EXAMPLES, _SHOWN = 5, 5, 40
_FEWEST = 3  # columns: a date, a description and an amount
_MOSTLY = 0.9
_WITH_CENTS = re.compile(r"[.,]\d{1,2}\b", re.ASCII)
_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"


@dataclass(frozen=True, slots=True)
class Sheet:
    """A table with a statement: its rows, at most `width` cells each, and its columns.

    `header` may come once more among the rows, where two files were put together. `title` is what
    stands above it, `descriptions` are the columns of which one may say what a row is for, the
    likeliest first, and `currency` is what the title of the amounts says, "" for nothing.
    """

    rows: Sequence[Row]
    width: int
    columns: Columns
    header: tuple[Cell, ...]
    delimited: bool
    remarks: tuple[str, ...]
    title: str
    descriptions: tuple[int, ...]
    currency: str


@dataclass(frozen=True, slots=True)
class _Titled:
    """A table with a title for each column, and the place of the first row below them."""

    table: Table
    first: int
    titles: tuple[str, ...]
    headed: bool

    @property
    def rows(self) -> Sequence[Row]:
        return self.table.rows[self.first :]

    def sheet(self, columns: Columns, *remarks: str) -> Sheet:
        above = self.first - 1 if self.headed else self.first
        header = self.table.rows[self.first - 1].cells if self.headed else ()
        said = (*rows_before(above, "header" if self.headed else "first row"), *remarks)
        width = len(self.titles)
        money = next(at for name, at in columns.places.items() if name in MONEY)
        return Sheet(
            rows=self.rows,
            width=width,
            columns=columns,
            header=header,
            delimited=self.table.delimited,
            remarks=said,
            title=" ".join(text for row in self.table.rows[:above] for text in _filled(row)),
            descriptions=descriptions_in(self.titles),
            currency=currency_of(self.titles[money]),
        )

    def offered(self) -> tuple[FileColumn, ...]:
        """The columns as a person is shown them, with what the first rows have in them."""
        first = [row.cells for row in self.rows[:_EXAMPLES]]
        return tuple(
            FileColumn(title, tuple(c[at].text[:_SHOWN] if at < len(c) else "" for c in first))
            for at, title in enumerate(self.titles)
        )

    def free(self, places: Mapping[str, int]) -> list[int]:
        """The columns that stand for nothing yet."""
        return [at for at in range(len(self.titles)) if at not in places.values()]

    def examples(self, at: int) -> list[str]:
        """What stands in a column, blank cells left out, in the rows that are looked at."""
        rows = self.rows[:_LOOKED_AT]
        texts = (row.cells[at].text.strip() for row in rows if at < len(row.cells))
        return [text for text in texts if text]


def find_statement(
    tables: Sequence[Table], choice: ColumnChoice | None
) -> Sheet | tuple[FileColumn, ...]:
    """The statement of a file; or the columns of which a person has to say what they hold.

    Raises:
        ImportRejected: when no table or more than one looks like a statement, or none has the
            columns that a person named.
    """
    titled = [found for table in tables if (found := _headed(table))]
    if len(titled) > 1:
        raise several_sheets([found.table.name for found in titled])
    titled = titled or [found for table in tables if (found := _looking_like_one(table))]
    if len(titled) != 1:
        raise _no_header(tables)
    if choice and choice.whole:
        return _as_chosen(titled[0], choice)
    columns = columns_of(titled[0].titles) if titled[0].headed else Columns({})
    if not columns.missing:
        return titled[0].sheet(columns)
    return _by_content(titled[0], columns)


def _headed(table: Table) -> _Titled | None:
    """A table with a line that names the columns in known words."""
    for place, row in enumerate(table.rows[:HEADER_WITHIN]):
        titles = tuple(" ".join(cell.text.split()) for cell in row.cells)
        if not columns_of(titles).missing:
            return _Titled(table, place + 1, titles, headed=True)
    return None


def _looking_like_one(table: Table) -> _Titled | None:
    """A table with a date and an amount in its rows, whatever stands above them."""
    rows = table.rows[:HEADER_WITHIN]
    moving = next((place for place, row in enumerate(rows) if _moves_money(row)), None)
    if moving is None:
        return None
    titles_at = next(
        (at for at in reversed(range(moving)) if len(_filled(rows[at])) >= _FEWEST), None
    )
    above = () if titles_at is None else rows[titles_at].cells
    first = moving if titles_at is None else titles_at + 1
    width = max(len(row.cells) for row in table.rows[first : first + _LOOKED_AT])
    said = [" ".join(cell.text.split()) for cell in above]
    said += [""] * (width - len(said))
    counted = Counter(title.casefold() for title in said)
    titles = [
        _told_apart(title, at, once=counted[title.casefold()] == 1) for at, title in enumerate(said)
    ]
    return _Titled(table, first, tuple(titles), headed=bool(above))


def _told_apart(title: str, at: int, *, once: bool) -> str:
    """A column's title, with its letter where it has none of its own."""
    if not title:
        return f"Column {_letter(at)}"
    return title[:_SHOWN] if once else f"{title[:_SHOWN]} ({_letter(at)})"


def _filled(row: Row) -> list[str]:
    return [text for cell in row.cells if (text := cell.text.strip())]


def _moves_money(row: Row) -> bool:
    texts = _filled(row)
    others = [text for text in texts if not is_day(text)]
    return _FEWEST <= len(texts) > len(others) and any(map(_is_amount, others))


def _as_chosen(titled: _Titled, choice: ColumnChoice) -> Sheet:
    """The columns that a person named, and of the others those that are known by their titles."""
    known = [title.casefold() for title in titled.titles]
    places: dict[str, int] = {}
    for name, title in asdict(choice).items():
        wanted = " ".join(title.split()).casefold()
        if wanted and wanted not in known:
            raise ImportRejected(
                f"The file has no column {title[:_SHOWN]!r}.",
                f"Its columns are: {', '.join(map(repr, titled.titles))}.",
            )
        places |= {name: known.index(wanted)} if wanted else {}
    others = columns_of(titled.titles).places if titled.headed else _type_place(titled, places)
    more = {
        name: at
        for name, at in others.items()
        if at not in places.values() and name not in asdict(choice)
    }
    return titled.sheet(Columns({**places, **more}))


def _by_content(titled: _Titled, known: Columns) -> Sheet | tuple[FileColumn, ...]:
    """The columns told by what stands in them; those to be asked about where more than one fits."""
    places = {**known.places, **_type_place(titled, known.places)}
    for name, fits in _SOUGHT.items():
        if name in places or (name == "amount" and MONEY & places.keys()):
            continue
        found = [at for at in titled.free(places) if any(map(fits, titled.examples(at)))]
        if len(found) == 1 and _mostly(titled, found[0], fits):
            places[name] = found[0]
    columns = Columns(places)
    if columns.missing:
        return titled.offered()
    named = [name for name in (*_SOUGHT, "debit", "credit", "type") if name in places]
    told = ", ".join(f"{titled.titles[places[name]]!r} as {name}" for name in named)
    return titled.sheet(columns, f"By what stands in the columns, the file was read with {told}.")


def _type_place(titled: _Titled, places: Mapping[str, int]) -> Mapping[str, int]:
    """Without titles, the column of which each cell says whether money came in or went out."""
    if titled.headed:
        return {}
    ways = {at: set(map(way_of, titled.examples(at))) for at in titled.free(places)}
    telling = [at for at, found in ways.items() if found == {Way.OUT, Way.IN}]
    return {"type": telling[0]} if len(telling) == 1 else {}


def _mostly(titled: _Titled, at: int, fits: Callable[[str], bool]) -> bool:
    """Whether a column has what is sought in nearly every row."""
    fitting = sum(map(fits, titled.examples(at)))
    return fitting >= _MOSTLY * len(titled.rows[:_LOOKED_AT])


def _is_money(text: str) -> bool:
    """An amount with cents; the number of a check has none."""
    return bool(_WITH_CENTS.search(text)) and _is_amount(text)


def _has_words(text: str) -> bool:
    return any(map(str.isalpha, text)) and not is_day(text)


def _is_amount(text: str) -> bool:
    return AmountColumn().reads(text) or AmountColumn(decimal_comma=True).reads(text)


def _letter(at: int) -> str:
    """The letter of a column, from 0: A, B ... Z, AA, as spreadsheets have them."""
    before, last = divmod(at, len(_LETTERS))
    return (_letter(before - 1) if before else "") + _LETTERS[last]


_SOUGHT: Mapping[str, Callable[[str], bool]] = {
    "date": is_day,
    "description": _has_words,
    "amount": _is_money,
}


def rows_before(count: int, what: str) -> list[str]:
    """What is to be said of what a bank writes above the header."""
    lines = "line was" if count == 1 else "lines were"
    return [f"{count} {lines} left out above the {what}."] if count else []


def several_sheets(names: Sequence[str]) -> ImportRejected:
    """Why a workbook with more than one statement is refused."""
    shown = ", ".join(repr(name[:_SHOWN]) for name in names[:_NAMED])
    return ImportRejected(
        f"{len(names)} sheets hold a statement: {shown}.", "Save each as a file of its own."
    )


def _no_header(tables: Sequence[Table]) -> ImportRejected:
    first = next((table.rows[0] for table in tables if table.rows), None)
    titles = [" ".join(cell.text.split())[:_SHOWN] for cell in first.cells[:8]] if first else []
    begins = f"; it begins with: {', '.join(titles)}" if first else ""
    return ImportRejected(
        f"No line of the file names the columns of a bank statement{begins}.",
        "A line above the rows must name a date, a description and an amount, or a debit and a "
        "credit.",
    )
