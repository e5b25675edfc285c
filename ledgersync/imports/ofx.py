"""Statements out of OFX files, which banks also name .qfx and .qbo: 1.x (SGML) and 2.x (XML).

The reader takes the tags as they come: it needs no header, no closed tags, no order and no schema,
and nothing in a file can make it fetch or expand anything. Source of what the tags mean: the OFX
2.2 specification, chapter 11, "Banking".
"""

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

from ledgersync.domain.statement_files import (
    DayBalance,
    FileAccount,
    FileRow,
    Question,
    Reading,
    RejectedRow,
    StatementFile,
    merged,
)
from ledgersync.domain.transactions import FeedTransaction
from ledgersync.errors import ImportRejected
from ledgersync.imports.amounts import AmountColumn
from ledgersync.imports.check_numbers import check_number
from ledgersync.imports.dates import day_of
from ledgersync.imports.delimited import decoded
from ledgersync.imports.ofx_signs import Signing, Values, signing_of, signs_remarks
from ledgersync.imports.ofx_tags import ROW, Element, elements
from ledgersync.imports.tables import LONGEST_CELL, MOST_ROWS

_WINDOWS_LETTERS = re.compile(r"CHARSET:\s*(?:1252|(?:ISO-)?8859-1)", re.IGNORECASE)
_YEAR_FIRST = re.compile(r"(\d{4})[-/.]?(\d{2})[-/.]?(\d{2})", re.ASCII)
_SHOWN, _GAPS = 300, 3

_ACCOUNT_OPENS = {"STMTRS", "CCSTMTRS"}
_NAMES_IT = {"BANKACCTFROM", "CCACCTFROM"}
_IN_A_ROW = {"PAYEE", "CURRENCY", "ORIGCURRENCY", "BANKACCTTO", "CCACCTTO", "IMAGEDATA"}
_OF_A_ROW = {"DTPOSTED", "TRNAMT", "FITID", "CHECKNUM", "MEMO", "NAME"}
# What stands beside a statement and has tags of the same names.
_ASIDE = {"AVAILBAL", "BAL", "BALLIST", "INVSTMTRS", "SONRS", "MKTGINFO", "BANKTRANLISTP"}
_PENDING = "STMTTRNP"
_AGGREGATES = {*_ACCOUNT_OPENS, *_NAMES_IT, *_IN_A_ROW, *_ASIDE, ROW, "LEDGERBAL", "STATUS"}

NO_BANK_FILE = (
    "The file can't be read as text, so it is no OFX, QFX, QBO, QIF or CSV file.",
    "Download it from the bank again.",
)
_AGAIN = "Download the account's transactions from the bank again, as OFX, QFX or QBO."


@dataclass
class _Row:
    line: int
    values: dict[str, str] = field(default_factory=dict)


@dataclass
class _Statement:
    """What was found of one account."""

    values: dict[str, str] = field(default_factory=dict)
    balance: dict[str, str] = field(default_factory=dict)
    rows: list[_Row] = field(default_factory=list)

    @property
    def number(self) -> str:
        return self.values.get("ACCTID", "")


def read_ofx(data: bytes, reading: Reading) -> StatementFile:
    """Read every bank and card account of a file; dates as written.

    Raises:
        ImportRejected: when it is no text, holds no bank or card account or the bank's refusal
            instead of one, or more than 50,000 transactions.
    """
    text, remarks = decoded(data, NO_BANK_FILE)
    if _WINDOWS_LETTERS.search(text[:1000]):
        remarks = ()  # the file says itself how it is written
    found = _Found()
    for element in elements(text):
        found.take(element)
    if not found.statements:
        raise found.refusal()
    amounts = AmountColumn.of(
        text
        for s in found.statements
        for text in (
            *(row.values.get("TRNAMT", "") for row in s.rows),
            s.balance.get("BALAMT", ""),
        )
    )
    signings, asked = _signings(found.statements, amounts, reading)
    if asked:
        return StatementFile("OFX", (), remarks, (asked[0],))
    accounts, said = [], list(remarks)
    for statement in found.statements:
        account, more = _account(statement, signings[statement.number])
        accounts.append(account)
        said += more
    if found.investments:
        said.append("The file also holds an investment account; only bank and card rows are read.")
    if found.pending:
        said.append(f"Rows that are still pending at the bank are left out: {found.pending:,}.")
    joined = merged(accounts)
    said += [remark for account in joined for remark in _gap_remarks(account)]
    return StatementFile("OFX", joined, tuple(dict.fromkeys(said)))


class _Found:
    """What was found so far, and where the next value belongs."""

    def __init__(self) -> None:
        self.statements: list[_Statement] = []
        self.investments = False
        self.pending = 0
        self._statuses: list[dict[str, str]] = []
        self._rows = 0
        self._row: _Row | None = None
        self._into: dict[str, str] = {}
        self._prefix = ""
        self._in_investments = False

    def take(self, element: Element) -> None:
        name, value, line = element
        self.pending += name == _PENDING
        if name in _AGGREGATES and not (value and name in _IN_A_ROW):
            self._open(name, line)
        elif name[0] == "/":
            self._close(name[1:])
        elif value:
            if name in _OF_A_ROW and (self._prefix, name) != ("PAYEE.", "NAME"):
                self._prefix = ""  # an inner aggregate that was never closed
            self._into.setdefault(self._prefix + name, value)

    def _open(self, name: str, line: int) -> None:
        self._prefix = ""
        if name in _ACCOUNT_OPENS:
            self.statements.append(_Statement())
            self._row, self._into = None, self.statements[-1].values
            self._in_investments = False
        elif name == ROW:
            self._begin_row(line)
        elif name in _IN_A_ROW and self._row:
            self._prefix = f"{name}."
        elif name == "LEDGERBAL" and self.statements and not self._in_investments:
            self._row, self._into = None, self.statements[-1].balance
        elif name not in _NAMES_IT:
            self._row, self._into = None, {}
            self._in_investments |= name == "INVSTMTRS"
            self.investments |= name == "INVSTMTRS"
            if name == "STATUS":
                self._statuses.append(self._into)

    def _begin_row(self, line: int) -> None:
        self._row = _Row(line)
        self._into = self._row.values
        if self._in_investments:
            return
        self._rows += 1
        if self._rows > MOST_ROWS:
            raise ImportRejected(
                f"The file has more than {MOST_ROWS:,} transactions.",
                "Download shorter periods, one file each.",
            )
        if not self.statements:
            self.statements.append(_Statement())
        self.statements[-1].rows.append(self._row)

    def _close(self, name: str) -> None:
        if name in _IN_A_ROW:
            self._prefix = ""
        elif name in {ROW, "LEDGERBAL", "BANKTRANLIST", *_ASIDE, *_NAMES_IT}:
            self._prefix, self._row = "", None
            self._in_investments &= name != "INVSTMTRS"
            here = self.statements and not self._in_investments
            self._into = self.statements[-1].values if here else {}

    def refusal(self) -> ImportRejected:
        """Why there is no bank or card account, as far as the file tells."""
        if self.investments:
            return ImportRejected(
                "The file holds an investment account; bank and card accounts are read.", _AGAIN
            )
        errors = [s for s in self._statuses if s.get("SEVERITY", "").upper() == "ERROR"]
        if errors:
            said = errors[-1].get("MESSAGE") or f"error {errors[-1].get('CODE', '')}"
            return ImportRejected(
                f"The file holds the bank's answer {said[:_SHOWN]!r} instead of a statement.",
                _AGAIN,
            )
        return ImportRejected("The file holds no bank or card account.", _AGAIN)


def _signings(
    statements: Sequence[_Statement], amounts: AmountColumn, reading: Reading
) -> tuple[dict[str, Signing], list[tuple[Question, str]]]:
    """How the amounts of each account number are signed, and what has to be asked first."""
    rows: dict[str, list[Values]] = {}
    for statement in statements:
        rows.setdefault(statement.number, []).extend(row.values for row in statement.rows)
    found = {number: signing_of(own, amounts, reading) for number, own in rows.items()}
    asked = [question for _, question in found.values() if question]
    return {number: signing for number, (signing, _) in found.items()}, asked


def _account(found: _Statement, signing: Signing) -> tuple[FileAccount, list[str]]:
    """The account with its rows, and what is to be said of it."""
    values = found.values
    currency = values.get("CURDEF", "").upper()
    rows, rejected = [], []
    for row in found.rows:
        try:
            rows.append(FileRow(row.line, _transaction(row.values, signing, currency)))
        except ValueError as wrong:
            rejected.append(RejectedRow(row.line, str(wrong), _readable(row.values)))
    closing, remarks = _closing(found.balance, signing.amounts)
    account = FileAccount(
        number=found.number,
        kind=values.get("ACCTTYPE", "").upper() or ("CARD" if "ACCTID" in values else ""),
        currency=currency,
        rows=tuple(rows),
        rejected=tuple(rejected),
        first=_day_or_none(values.get("DTSTART", "")),
        last=_day_or_none(values.get("DTEND", "")),
        closing=closing,
    )
    return account, [*remarks, *signs_remarks((row.values for row in found.rows), signing)]


def _transaction(values: Values, signing: Signing, currency: str) -> FeedTransaction:
    """A row as it is kept.

    Raises:
        ValueError: when it can't be; the message is a sentence.
    """
    if any(len(value) > LONGEST_CELL for value in values.values()):
        raise ValueError(f"A field has more than {LONGEST_CELL:,} characters.")
    day = _day(values.get("DTPOSTED") or values.get("DTUSER", ""))
    other = values.get("CURRENCY.CURSYM", "").upper()
    if other and currency and other != currency:
        raise ValueError(f"The amount is in {other}, the account in {currency}.")
    payee = values.get("PAYEE.NAME", "")
    return FeedTransaction(
        source_id=values.get("FITID", ""),
        date=day,
        description=_description(values.get("NAME", "") or payee, values.get("MEMO", ""))
        or values.get("TRNTYPE", ""),
        amount=signing.cents(values),
        payee=payee,
        check_number=check_number(values.get("CHECKNUM", "")),
        memo=values.get("MEMO", ""),
        pending=False,
        raw=_as_text(values),
    )


def _description(name: str, memo: str) -> str:
    """Name and memo in one text: banks cut the name at 32 characters and go on in the memo."""
    if not name or memo.casefold().startswith(name.casefold()):
        return memo
    return name if memo.casefold() in name.casefold() else f"{name} {memo}"


def _day(text: str) -> date:
    """The day as the bank wrote it, whatever time and time zone follow.

    Raises:
        ValueError: when there is none; the message is a sentence.
    """
    if not text:
        raise ValueError("The date is empty.")
    match = _YEAR_FIRST.match(text)
    return day_of(text, match and (int(match[1]), int(match[2]), int(match[3])))


def _day_or_none(text: str) -> date | None:
    try:
        return _day(text)
    except ValueError:
        return None


def _closing(balance: Values, amounts: AmountColumn) -> tuple[DayBalance | None, list[str]]:
    """The ledger balance, or what is wrong with it."""
    if not balance:
        return None, []
    try:
        day, cents = _day(balance.get("DTASOF", "")), amounts.read(balance.get("BALAMT", ""))
    except ValueError as wrong:
        return None, [f"The file's balance can't be read, so there is none. {wrong}"]
    return DayBalance(day, cents), []


def _gap_remarks(account: FileAccount) -> list[str]:
    """Where statements leave days out, what that means for the days that count as loaded."""
    gaps = account.gaps()
    if not gaps:
        return []
    listed = ", ".join(gap.words() for gap in gaps[:_GAPS])
    more = f" and {len(gaps) - _GAPS:,} more" if len(gaps) > _GAPS else ""
    said = f"Of {account.label()}, the file has no statement for {listed}{more}."
    return [
        f"{said} Only the days after {gaps[-1].end:%m/%d/%Y} count as loaded; all rows come in."
    ]


def _readable(values: Values) -> str:
    """What a person sees of a row that can't be taken: what it says of itself first."""
    words = _description(values.get("NAME", ""), values.get("MEMO", ""))
    rest = [f"{name} {value}" for name, value in values.items() if name not in {"NAME", "MEMO"}]
    return "; ".join(filter(None, (words, *rest)))[:_SHOWN]


def _as_text(values: Values) -> str:
    return json.dumps(values, ensure_ascii=False)
