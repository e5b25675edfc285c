"""Statements out of tables: the CSV and Excel files that banks let people download."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from ledgersync.domain.statement_files import (
    DayBalance,
    FileAccount,
    FileRow,
    Question,
    Reading,
    RejectedRow,
    StatementFile,
)
from ledgersync.domain.transactions import FeedTransaction
from ledgersync.errors import ImportRejected
from ledgersync.imports.amount_marks import with_mark_apart
from ledgersync.imports.amounts import AmountColumn
from ledgersync.imports.dates import DateColumn, day_comes_first, either_way
from ledgersync.imports.running_balances import Balances, balances_of
from ledgersync.imports.statement_columns import MONEY, Columns
from ledgersync.imports.statement_headers import Sheet, find_statement
from ledgersync.imports.tables import CellKind, Row
from ledgersync.imports.tabular import read_tables
from ledgersync.imports.type_words import Way, signed, way_of

_SHOWN = 300
_UNREADABLE = {CellKind.FORMULA, CellKind.ERROR}
_PENDING = {"pending", "authorized", "authorised", "processing", "true", "yes"}
_FAILED = {"failed", "canceled", "cancelled", "declined", "void", "voided", "blocked", "rejected"}


@dataclass(frozen=True, slots=True)
class _Line:
    """A row's texts by column, with the line that it begins on."""

    line: int
    texts: Mapping[str, str]
    all: tuple[str, ...]
    fault: str = ""

    def text(self, column: str) -> str:
        return self.texts.get(column, "")


@dataclass(frozen=True, slots=True)
class _Manner:
    """How a file writes its dates and amounts."""

    dates: DateColumn
    amounts: AmountColumn
    sign: int = 1
    typed: bool = False
    negative_debits: bool = False


def read_statement_table(data: bytes, reading: Reading) -> StatementFile:
    """Read a file with a header of a date, a description and an amount, or a debit and a credit.

    Raises:
        ImportRejected: when it is no table, lacks a column, or is too large.
    """
    file = read_tables(data)
    kind = "CSV" if all(table.delimited for table in file.tables) else "Excel"
    sheet = find_statement(file.tables, reading.columns)
    if not isinstance(sheet, Sheet):
        return StatementFile(kind, (), file.remarks, ((Question.COLUMNS, ""),), sheet)
    lines = list(_lines(sheet))
    if not lines:
        raise ImportRejected(
            "The file has no rows below its header.",
            "Download it from the bank again, for days with transactions.",
        )
    remarks = [*file.remarks, *sheet.remarks]
    manner, questions = _manner(lines, sheet.columns, reading)
    if questions:
        return StatementFile(kind, (), tuple(remarks), questions)
    if manner.dates.day_first and reading.day_first is None:
        remarks.append("The dates were read day first, as some can only be meant so.")
    accounts = tuple(_accounts(lines, manner, reading))
    return StatementFile(kind, accounts, tuple(remarks))


def _lines(sheet: Sheet) -> Iterator[_Line]:
    places = sheet.columns.places.items()
    for row in sheet.rows:
        cells = row.cells
        if cells == sheet.header:
            continue
        used = {name: cells[at] for name, at in places if at < len(cells)}
        texts = with_mark_apart({name: cell.text.strip() for name, cell in used.items()})
        fault = _fault(row, sheet.width) if sheet.delimited and len(cells) > sheet.width else ""
        if any(cell.kind in _UNREADABLE for cell in used.values()):
            fault = "A cell holds a formula or an error instead of a value."
        yield _Line(row.number, texts, tuple(cell.text for cell in cells), fault)


def _fault(row: Row, width: int) -> str:
    """What is wrong with a line of text that has more cells than the header."""
    if not any(cell.text.strip() for cell in row.cells[width:]):
        return ""
    return (
        f"The line has {len(row.cells)} cells, the header {width}; put quotation marks around "
        "text that holds the separator."
    )


def _manner(
    lines: Sequence[_Line], columns: Columns, reading: Reading
) -> tuple[_Manner, tuple[tuple[Question, str], ...]]:
    """How the file is to be read, and what a person has to say first."""
    good = [line for line in lines if not line.fault]
    days = list(dict.fromkeys(line.text("date") for line in good))
    told = day_comes_first(days)
    day_first = reading.day_first if told is None else told
    questions = []
    if day_first is None:
        questions.append((Question.DAY_FIRST, either_way(days)))
    amounts = AmountColumn.of(
        text for name in (*MONEY, "balance") for line in good if (text := line.text(name))
    )
    manner = _Manner(DateColumn(bool(day_first)), amounts)
    if "amount" in columns.places:
        manner, asked = _signed(good, manner, reading)
        questions += [asked] if asked else []
    else:
        debits = {_cents_or_none(amounts, line.text("debit")) or 0 for line in good}
        negative = min(debits, default=0) < 0 and max(debits) <= 0
        manner = replace(manner, negative_debits=negative)
    return manner, tuple(questions)


def _signed(
    lines: Sequence[_Line], manner: _Manner, reading: Reading
) -> tuple[_Manner, tuple[Question, str] | None]:
    """How one column of amounts is signed; a question with an example where it has to be said."""
    lines = [line for line in lines if not line.text("mark")]
    cents = [_cents_or_none(manner.amounts, line.text("amount")) for line in lines]
    known = [amount for amount in cents if amount]
    if _words_count(lines, cents, manner, reading):
        return replace(manner, typed=True), None
    if reading.positive_is_out is not None:
        return replace(manner, sign=-1 if reading.positive_is_out else 1), None
    if not known or (any(amount < 0 for amount in known) and not reading.owes):
        return manner, None
    if not reading.owes and _proved(lines, manner):
        return manner, None
    return manner, _which_way(lines, cents)


def _which_way(lines: Sequence[_Line], cents: Sequence[int | None]) -> tuple[Question, str]:
    """What to ask of a column whose signs tell nothing, with its first amount as an example."""
    moved = [(amount, line) for amount, line in zip(cents, lines, strict=True) if amount]
    positive = [line for amount, line in moved if amount > 0]
    example = positive[0] if positive else moved[0][1]
    way = Question.POSITIVE_IS_OUT if positive else Question.NEGATIVE_IS_IN
    return way, f"{example.text('amount')} {example.text('description')[:60]}"


def _words_count(
    lines: Sequence[_Line], cents: Sequence[int | None], manner: _Manner, reading: Reading
) -> bool:
    """Whether the words of a type column tell money in from money out, and not the signs."""
    ways = {
        way_of(line.text("type"))
        for line, amount in zip(lines, cents, strict=True)
        if amount and amount > 0
    }
    if {Way.OUT, Way.IN} <= ways:
        return True
    if ways <= {Way.UNKNOWN} or any(amount < 0 for amount in cents if amount):
        return False
    return Way.OUT in ways or reading.owes or not _proved(lines, manner)


def _proved(lines: Sequence[_Line], manner: _Manner) -> bool:
    """Whether the file's own balances say that the amounts are signed as everywhere here."""
    found = [_movement(line, manner) for line in lines]
    whole = [one for one in found if one is not None]
    return len(whole) == len(found) > 1 and balances_of(whole, owes=False) is not None


def _movement(line: _Line, manner: _Manner) -> tuple[date, int, int] | None:
    """Day, amount and balance of a line; None where one can't be read."""
    try:
        day = manner.dates.read(line.text("date"))
        return day, _amount(line, manner), manner.amounts.read(line.text("balance"))
    except ValueError:
        return None


def _cents_or_none(amounts: AmountColumn, text: str) -> int | None:
    try:
        return amounts.read(text)
    except ValueError:
        return None


def _accounts(lines: Sequence[_Line], manner: _Manner, reading: Reading) -> Iterator[FileAccount]:
    """The file's accounts, told by its own columns of account and currency."""
    groups: dict[tuple[str, str], list[_Line]] = {}
    for line in lines:
        groups.setdefault((line.text("account"), line.text("currency").upper()), []).append(line)
    for (number, currency), own in groups.items():
        yield _account(number, currency, own, manner, reading)


def _account(
    number: str, currency: str, lines: Sequence[_Line], manner: _Manner, reading: Reading
) -> FileAccount:
    rows, rejected = [], []
    for line in lines:
        try:
            rows.append(FileRow(line.line, _transaction(line, manner)))
        except ValueError as wrong:
            rejected.append(RejectedRow(line.line, str(wrong), ", ".join(line.all)[:_SHOWN]))
    found = None if rejected else _balances(lines, manner, owes=reading.owes)
    return FileAccount(
        number=number,
        kind="",
        currency=currency,
        rows=tuple(rows),
        rejected=tuple(rejected),
        opening=found.opening if found else None,
        closing=DayBalance(found.day, found.closing) if found else None,
    )


def _balances(lines: Sequence[_Line], manner: _Manner, *, owes: bool) -> Balances | None:
    if not all(line.text("balance") for line in lines):
        return None
    found = [_movement(line, manner) for line in lines]
    whole = [one for one in found if one is not None]
    return balances_of(whole, owes=owes) if len(whole) == len(found) else None


def _transaction(line: _Line, manner: _Manner) -> FeedTransaction:
    """A line as it is kept.

    Raises:
        ValueError: when it can't be; the message is a sentence.
    """
    if line.fault:
        raise ValueError(line.fault)
    _require_posted(line)
    number = line.text("check")
    return FeedTransaction(
        source_id=line.text("id"),
        date=manner.dates.read(line.text("date")),
        description=line.text("description"),
        amount=_amount(line, manner),
        payee="",
        check_number=number if number.isdigit() else "",
        memo=line.text("memo"),
        pending=False,
        raw=json.dumps(line.texts, ensure_ascii=False),
    )


def _require_posted(line: _Line) -> None:
    status = line.text("status")
    if status.casefold() in _PENDING or line.text("pending").casefold() in _PENDING:
        raise ValueError("It is still pending at the bank; import it once it has posted.")
    if status.casefold() in _FAILED:
        raise ValueError(f"The file says {status[:40]!r}, so no money moved.")


def _amount(line: _Line, manner: _Manner) -> int:
    """Cents, negative for money out.

    Raises:
        ValueError: when the cells don't tell one amount; the message is a sentence.
    """
    if "amount" in line.texts:
        cents = manner.amounts.read(line.text("amount"))
        if line.text("mark"):
            return signed(cents, line.text("mark"))
        if manner.typed:
            return signed(cents, line.text("type"))
        return manner.sign * cents
    debit, credit = (_cell(line.text(name), manner.amounts) for name in ("debit", "credit"))
    if bool(debit) == bool(credit):
        both = "both a debit and a credit" if debit else "neither a debit nor a credit"
        raise ValueError(f"It has {both}.")
    if manner.negative_debits:
        debit = -debit
    if debit < 0 or credit < 0:
        raise ValueError("A negative amount among the debits or credits may be meant either way.")
    return credit - debit


def _cell(text: str, amounts: AmountColumn) -> int:
    return amounts.read(text) if text else 0
