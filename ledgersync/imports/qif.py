"""Statements out of QIF files (Quicken Interchange Format), as far as banks and cards write them.

Source of what the letters mean: Intuit's description of the format, "QIF files" in Quicken's help.
"""

import json
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from ledgersync.domain.statement_files import (
    FileAccount,
    FileRow,
    Question,
    Reading,
    RejectedRow,
    StatementFile,
)
from ledgersync.domain.transactions import FeedTransaction
from ledgersync.errors import ImportRejected
from ledgersync.imports.amounts import AmountColumn
from ledgersync.imports.check_numbers import check_number
from ledgersync.imports.dates import DateColumn, day_comes_first, either_way
from ledgersync.imports.delimited import decoded, with_line_feeds
from ledgersync.imports.ofx import NO_BANK_FILE
from ledgersync.imports.tables import LONGEST_CELL, MOST_ROWS

_BANK_TYPES = {"bank": "BANK", "ccard": "CARD", "cash": "CASH", "oth a": "ASSET", "oth l": "DEBT"}
_BEGINS = re.compile(r"\s*(?:#[^\n]*\n\s*|\^\s*)*!(?:type|account|option|clear)\b", re.IGNORECASE)
_NEW_CENTURY = re.compile(r"'(\d{1,4})$", re.ASCII)
_BLANKS_AT_MARKS = re.compile(r" ?([/'.-]) ?")
_OPENING = "opening balance"
_SHOWN = 300
_AGAIN = "Download the account's transactions from the bank again, as QIF, OFX, QFX or CSV."


@dataclass
class _Record:
    """The lines of one record, with where it begins."""

    line: int
    lines: list[str] = field(default_factory=list)

    def value(self, letter: str) -> str:
        """What stands behind a letter, the first time it comes."""
        return next((text[1:].strip() for text in self.lines if text[0] == letter), "")

    @property
    def day(self) -> str:
        """The date as other programs write it: Quicken's 1/ 5'26 is 1/5/2026."""
        text = _BLANKS_AT_MARKS.sub(r"\1", " ".join(self.value("D").split()))
        if century := _NEW_CENTURY.search(text):
            year = int(century[1])
            text = f"{text[: century.start()]}/{year + 2000 if year < 100 else year}"  # noqa: PLR2004
        return text

    @property
    def amount(self) -> str:
        return self.value("T") or self.value("U")


@dataclass
class _Section:
    """The records of one account."""

    number: str
    kind: str
    records: list[_Record] = field(default_factory=list)


def is_qif(text: str) -> bool:
    """Whether a text is meant as QIF: it begins with one of the format's own headers."""
    return bool(_BEGINS.match(text[:20_000]))


def read_qif(data: bytes, reading: Reading) -> StatementFile:
    """Read every bank, card and cash account of a file; splits stay with their whole amount.

    Raises:
        ImportRejected: when it is no text, holds no such account, or more than 50,000 records.
    """
    text, remarks = decoded(data, NO_BANK_FILE)
    sections, others = _sections(text)
    if not sections:
        raise ImportRejected(
            f"The file holds no bank or card account{_with(others)}.", _AGAIN
        )  # fmt: skip
    if others:
        remarks = (*remarks, f"Only bank, card and cash accounts are read{_with(others)}.")
    records = [record for section in sections for record in section.records]
    days = list(dict.fromkeys(record.day for record in records))
    told = day_comes_first(days)
    day_first = reading.day_first if told is None else told
    if day_first is None:
        return StatementFile("QIF", (), remarks, ((Question.DAY_FIRST, either_way(days)),))
    if told:
        remarks = (*remarks, "The dates were read day first, as some can only be meant so.")
    dates = DateColumn(day_first)
    amounts = AmountColumn.of(record.amount for record in records)
    accounts = tuple(_account(section, dates, amounts) for section in sections)
    return StatementFile("QIF", accounts, remarks)


def _with(others: Sequence[str]) -> str:
    return f"; it has lists of {', '.join(others)}" if others else ""


def _sections(text: str) -> tuple[list[_Section], list[str]]:
    """The accounts with their records, and what else the file lists."""
    found: dict[tuple[str, str], _Section] = {}
    others: dict[str, None] = {}
    name, records, section, is_account = "", 0, None, False
    for record in _records(text):
        header = record.lines[0]
        if header.startswith("!"):
            word = header[1:].strip().casefold()
            is_account = word == "account"
            if word.startswith("type:"):
                kind = _BANK_TYPES.get(word.removeprefix("type:").strip())
                section = found.setdefault((name, kind), _Section(name, kind)) if kind else None
                if not kind:
                    others[header[1:].strip().partition(":")[2][:40]] = None
            elif is_account or section is None:
                section = None
        elif is_account:
            name = record.value("N")
        elif section is not None and _is_movement(record):
            records += 1
            if records > MOST_ROWS:
                raise ImportRejected(
                    f"The file has more than {MOST_ROWS:,} transactions.",
                    "Download shorter periods, one file each.",
                )
            section.records.append(record)
    return list(found.values()), list(others)


def _is_movement(record: _Record) -> bool:
    return any(line[0] in "DTU" for line in record.lines)


def _records(text: str) -> Iterator[_Record]:
    """The records and the headers between them, each header as a record of its own."""
    record = _Record(1)
    for number, line in enumerate(with_line_feeds(text).split("\n"), start=1):
        stripped = line.strip()
        if stripped.startswith(("^", "!")):
            if record.lines:
                yield record
            record = _Record(number + 1)
            if stripped.startswith("!"):
                yield _Record(number, [stripped])
        elif stripped and not (stripped.startswith("#") and not record.lines):
            if not record.lines:
                record.line = number
            record.lines.append(stripped)
    if record.lines:
        yield record


def _account(section: _Section, dates: DateColumn, amounts: AmountColumn) -> FileAccount:
    rows, rejected = [], []
    for record in section.records:
        try:
            rows.append(FileRow(record.line, _transaction(record, dates, amounts)))
        except ValueError as wrong:
            text = "; ".join(record.lines)[:_SHOWN]
            rejected.append(RejectedRow(record.line, str(wrong), text))
    return FileAccount(section.number, section.kind, "", tuple(rows), tuple(rejected))


def _transaction(record: _Record, dates: DateColumn, amounts: AmountColumn) -> FeedTransaction:
    """A record as it is kept.

    Raises:
        ValueError: when it can't be; the message is a sentence.
    """
    if any(len(line) > LONGEST_CELL for line in record.lines):
        raise ValueError(f"A field has more than {LONGEST_CELL:,} characters.")
    payee, memo, number = (record.value(letter) for letter in "PMN")
    if payee.casefold() == _OPENING:
        raise ValueError("It is the opening balance and no transaction.")
    return FeedTransaction(
        source_id="",
        date=dates.read(record.day),
        description=_description(payee, memo) or number,
        amount=amounts.read(record.amount),
        payee=payee,
        check_number=check_number(number) if number.isdigit() else "",
        memo=memo,
        pending=False,
        raw=_as_text(record.lines),
    )


def _description(payee: str, memo: str) -> str:
    return memo if not payee or memo.casefold().startswith(payee.casefold()) else payee


def _as_text(lines: Iterable[str]) -> str:
    return json.dumps({"QIF": list(lines)}, ensure_ascii=False)
