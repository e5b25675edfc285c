"""Statements out of tables: the CSV and Excel files that banks let people download."""

import json
from collections.abc import Iterator, Sequence

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
from ledgersync.imports.check_numbers import check_number
from ledgersync.imports.report_lines import lines_words
from ledgersync.imports.running_balances import Balances, balances_of
from ledgersync.imports.statement_headers import Sheet, find_statement
from ledgersync.imports.statement_lines import Line, lines_of
from ledgersync.imports.statement_manner import Manner, manner_of
from ledgersync.imports.tabular import read_tables

_SHOWN = 300


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
    lines, around = lines_of(sheet)
    if not lines:
        raise ImportRejected(
            "The file has no rows below its header.",
            "Download it from the bank again, for days with transactions.",
        )
    remarks = [*file.remarks, *sheet.remarks]
    if around:
        remarks.append(f"Left out as titles, totals or balances: {lines_words(around)}.")
    manner, questions = manner_of(lines, sheet.columns, reading)
    if questions:
        return StatementFile(kind, (), tuple(remarks), questions)
    if manner.dates.day_first and reading.day_first is None:
        remarks.append("The dates were read day first, as some can only be meant so.")
    accounts = tuple(_accounts(lines, manner))
    return StatementFile(kind, accounts, tuple(remarks))


def _accounts(lines: Sequence[Line], manner: Manner) -> Iterator[FileAccount]:
    """The file's accounts, told by its own columns of account and currency."""
    groups: dict[tuple[str, str], list[Line]] = {}
    for line in lines:
        groups.setdefault((line.text("account"), line.text("currency").upper()), []).append(line)
    for (number, currency), own in groups.items():
        yield _account(number, currency, own, manner)


def _account(number: str, currency: str, lines: Sequence[Line], manner: Manner) -> FileAccount:
    rows, rejected = [], []
    for line in lines:
        try:
            rows.append(FileRow(line.line, _transaction(line, manner)))
        except ValueError as wrong:
            rejected.append(RejectedRow(line.line, str(wrong), ", ".join(line.all)[:_SHOWN]))
    found = _balances([line for line in lines if not line.unposted], manner)
    return FileAccount(
        number=number,
        kind="",
        currency=currency,
        rows=tuple(rows),
        rejected=tuple(rejected),
        opening=found.opening if found else None,
        closing=DayBalance(found.day, found.closing) if found else None,
    )


def _balances(lines: Sequence[Line], manner: Manner) -> Balances | None:
    """The balances around what moved the account; None where one row can't be read."""
    found = [] if any(line.fault for line in lines) else manner.movements(lines)
    return balances_of(found, owes=manner.owes) if found else None


def _transaction(line: Line, manner: Manner) -> FeedTransaction:
    """A line as it is kept.

    Raises:
        ValueError: when it can't be; the message is a sentence.
    """
    if line.fault:
        raise ValueError(line.fault)
    if line.unposted or line.is_balance:
        raise ValueError(line.unposted or "It is a balance and no transaction.")
    number = line.text("check")
    return FeedTransaction(
        source_id=line.text("id"),
        date=manner.dates.read(line.text("date")),
        description=line.text("description"),
        amount=manner.amount(line),
        payee="",
        check_number=check_number(number) if number.isdigit() else "",
        memo=line.text("memo"),
        pending=False,
        raw=json.dumps(line.texts, ensure_ascii=False),
    )
