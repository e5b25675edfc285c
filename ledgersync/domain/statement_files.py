"""Statement files: what a bank's file says of an account, and which of its rows are new here.

A row from a file is known by a key that begins with `file:`, so that it never meets the feed's keys
and a load from the feed never takes it for one that vanished at LedgerSync.
"""

import hashlib
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from typing import NamedTuple

from ledgersync.domain import spans
from ledgersync.domain.merging import fingerprint, plain_text
from ledgersync.domain.pairs import Movement
from ledgersync.domain.periods import Period
from ledgersync.domain.transactions import FeedTransaction

FROM_FILE = "file:"
"""How the source keys of rows from statement files begin."""

_Content = tuple[date, int, str]  # what two equal rows have in common

_LONGEST_ID = 100
_LONGEST_REACH = 366  # days before the first row that a file is believed to cover


class Question(StrEnum):
    """What a file leaves open, so that a person has to say it; nothing is guessed."""

    DAY_FIRST = "day_first"
    POSITIVE_IS_OUT = "positive_is_out"
    NEGATIVE_IS_IN = "negative_is_in"  # the same, of a file that has no positive amount
    COLUMNS = "columns"


@dataclass(frozen=True, slots=True)
class FileColumn:
    """A column of a table whose meaning a person has to say: its title and its first cells."""

    title: str
    examples: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ColumnChoice:
    """Which column of a table holds what, by their titles; "" for what no column holds.

    Money is in `amount`, or money out in `debit` and money in in `credit`.
    """

    date: str = ""
    description: str = ""
    amount: str = ""
    debit: str = ""
    credit: str = ""

    @property
    def whole(self) -> bool:
        """Whether this is enough to read a statement by."""
        moved = bool(self.amount) != bool(self.debit and self.credit)
        return bool(moved and self.date and self.description)


@dataclass(frozen=True, slots=True)
class Reading:
    """What a person said of a file, None for what nobody said.

    `account` is the number or id of the account of the file that is meant. `owes` tells that the
    bank account holds a debt, such as a card: files of these write purchases with either sign.
    """

    day_first: bool | None = None
    positive_is_out: bool | None = None
    account: str | None = None
    columns: ColumnChoice | None = None
    owes: bool = False

    def answered(self, answers: Mapping[Question, bool | None]) -> "Reading":
        """The same with what was said to the file's questions."""
        ways = (Question.POSITIVE_IS_OUT, Question.NEGATIVE_IS_IN)
        return replace(
            self,
            day_first=answers.get(Question.DAY_FIRST),
            positive_is_out=next((answers[way] for way in ways if way in answers), None),
        )


class FileRow(NamedTuple):
    """A row that was read, with the line that it begins on."""

    line: int
    given: FeedTransaction


class RejectedRow(NamedTuple):
    """A row that can't be taken: its line, why not, and its own text."""

    line: int
    reason: str
    text: str


class DayBalance(NamedTuple):
    """What an account held at the end of a day, in cents as the file has it."""

    day: date
    cents: int


@dataclass(frozen=True, slots=True)
class FileAccount:
    """One account of a file. `number` and `currency` are "" where the file does not say them.

    `first` and `last` are the days that the file itself says it covers. The opening balance is that
    of the day before the first row. `statements` are those that this was joined of, if any.
    """

    number: str
    kind: str
    currency: str
    rows: tuple[FileRow, ...]
    rejected: tuple[RejectedRow, ...] = ()
    first: date | None = None
    last: date | None = None
    opening: int | None = None
    closing: DayBalance | None = None
    statements: tuple["FileAccount", ...] = ()

    @property
    def id(self) -> str:
        """What tells the accounts of one file apart."""
        return " ".join(filter(None, (self.number, self.kind, self.currency)))

    def label(self) -> str:
        """How people tell the accounts of a file apart: "CHECKING ...4821, 12 rows"."""
        ending = f"...{self.number[-4:]}" if self.number.isdigit() else self.number
        name = " ".join(filter(None, (self.kind, ending))) or "an account without a number"
        return f"{name}, {len(self.rows):,} row{'' if len(self.rows) == 1 else 's'}"

    def is_masked(self, mask: str) -> bool:
        """Whether this is an account of which only the last digits are known."""
        return bool(mask) and self.number.endswith(mask)

    def days(self, today: date) -> Period | None:
        """The days for which the file is the bank's word; None where it names none.

        Banks write any early day as the first one: more than a year before the first row, it is
        not believed. Of statements with days between them that none covers, the last ones count
        that follow on one another.
        """
        if self.statements:
            runs = spans.merged(filter(None, (one.days(today) for one in self.statements)))
            return runs[-1] if runs else None
        days = [row.given.date for row in self.rows]
        if self.last is not None and self.first is not None and self.first <= self.last:
            start, end = min([self.first, *days]), max([min(self.last, today), *days])
            known = min(days, default=end)
            start = start if (known - start).days <= _LONGEST_REACH else known
            return Period(start, end) if start <= end else None
        return Period(min(days), max(days)) if days else None

    def gaps(self) -> list[Period]:
        """The days between statements of the file that none of them covers."""
        return spans.gaps(filter(None, (one.days(date.max) for one in self.statements)))


def merged(accounts: Sequence[FileAccount]) -> tuple[FileAccount, ...]:
    """Each account once, where a file has several statements of one."""
    found: defaultdict[str, list[FileAccount]] = defaultdict(list)
    for account in accounts:
        found[account.id].append(account)
    return tuple(_joined(own) if len(own) > 1 else own[0] for own in found.values())


def _joined(statements: Sequence[FileAccount]) -> FileAccount:
    return replace(
        statements[0],
        rows=tuple(row for one in statements for row in one.rows),
        rejected=tuple(row for one in statements for row in one.rejected),
        first=min((one.first for one in statements if one.first), default=None),
        last=max((one.last for one in statements if one.last), default=None),
        opening=None,
        closing=max((one.closing for one in statements if one.closing), default=None),
        statements=tuple(statements),
    )


@dataclass(frozen=True, slots=True)
class StatementFile:
    """A file that was read. While there are `questions`, each with an example, no row is.

    `columns` are those of a table of which a person has to say what they hold.
    """

    format: str
    accounts: tuple[FileAccount, ...]
    remarks: tuple[str, ...] = ()
    questions: tuple[tuple[Question, str], ...] = ()
    columns: tuple[FileColumn, ...] = ()


class LineFate(StrEnum):
    """What taking in a file does with a line of it."""

    NEW = "new"
    KNOWN = "already there"
    REJECTED = "rejected"


class KnownRow(NamedTuple):
    """What is stored under a key, as far as telling two rows apart needs it."""

    date: date
    amount: int
    description: str
    check_number: str


@dataclass(frozen=True, slots=True)
class FileLine:
    """A line of a file: what becomes of it, the row it holds, and what to say of that.

    `twin` is a stored row that may be the same purchase: both stay until somebody says. `text` is
    what a rejected line holds.
    """

    line: int
    fate: LineFate
    given: FeedTransaction | None
    key: str = ""
    words: str = ""
    twin: Movement | None = None
    text: str = ""


def candidate_keys(account: FileAccount) -> set[str]:
    """Every key under which rows of this account may be stored already."""
    ids = {k for row in account.rows if row.given.source_id for k in _id_keys(row.given)}
    return ids.union(_fingerprints(account))


def plan_lines(account: FileAccount, stored: Mapping[str, KnownRow]) -> tuple[FileLine, ...]:
    """What becomes of each line, in the file's order.

    The bank's own id tells rows apart where each id stands for one row of a statement; where a bank
    gives one id to several, or none, the k-th equal row of a day is the k-th stored one.

    Args:
        stored: the stored rows of the account by key, as far as `candidate_keys` names them.
    """
    shared = _shared_ids(account)
    here: dict[str, int] = {}
    lines = []
    for row, by_content in zip(account.rows, _fingerprints(account), strict=True):
        is_known_by_id = bool(row.given.source_id) and row.given.source_id not in shared
        key = _id_key(row.given, stored) if is_known_by_id else by_content
        if key not in stored:
            key = _earlier_key(row.given, by_content, stored, here) or key
        lines.append(_line(row, key, stored, here))
        here.setdefault(key, row.line)
    rejected = [
        FileLine(row.line, LineFate.REJECTED, None, words=row.reason, text=row.text)
        for row in account.rejected
    ]
    return tuple(sorted([*lines, *rejected], key=lambda line: line.line))


def _line(
    row: FileRow, key: str, stored: Mapping[str, KnownRow], here: Mapping[str, int]
) -> FileLine:
    if key in here:
        words = f"The same row as in line {here[key]}, in another statement of the file."
        return FileLine(row.line, LineFate.KNOWN, row.given, key, words)
    fate = LineFate.KNOWN if key in stored else LineFate.NEW
    return FileLine(row.line, fate, row.given, key)


def _shared_ids(account: FileAccount) -> set[str]:
    """Ids that a bank gave to more than one row, and that so tell nothing.

    Statements that overlap have the very same rows: an id that comes once in each is none of these.
    """
    contents: defaultdict[str, set[_Content]] = defaultdict(set)
    shared = set()
    for statement in account.statements or (account,):
        counted = Counter(given.source_id for _, given in statement.rows)
        shared |= {id_ for id_, count in counted.items() if count > 1}
        for _, given in statement.rows:
            contents[given.source_id].add(_content(given))
    return shared | {id_ for id_, different in contents.items() if len(different) > 1}


def _earlier_key(
    given: FeedTransaction,
    by_content: str,
    stored: Mapping[str, KnownRow],
    here: Mapping[str, int],
) -> str:
    """The key that an earlier file gave the row, "" for none.

    There its id may have been missing or shared, and here is not; or there it stood for one row,
    and here for several, of which the first equal one is that row.
    """
    if by_content in stored:
        return by_content if by_content not in here else ""
    is_first = by_content == FROM_FILE + fingerprint(*_content(given), 1)
    if not (given.source_id and is_first):
        return ""
    known = ((key, stored[key]) for key in _id_keys(given) if key in stored)
    return next((key for key, row in known if _content(row) == _content(given)), "")


def _content(given: FeedTransaction | KnownRow) -> _Content:
    text, check = plain_text(given.description), given.check_number
    return given.date, given.amount, f"{text}|{check}" if check else text


def _id_key(given: FeedTransaction, stored: Mapping[str, KnownRow]) -> str:
    """The key by the bank's id; with its day and amount where another row has the id already."""
    plain, exact = _id_keys(given)
    known = stored.get(plain)
    is_it = known is None or (known.date, known.amount) == (given.date, given.amount)
    return plain if is_it else exact


def _id_keys(given: FeedTransaction) -> tuple[str, str]:
    name = given.source_id
    if len(name) > _LONGEST_ID:
        name = hashlib.sha256(name.encode()).hexdigest()
    plain = f"{FROM_FILE}id:{name}"
    return plain, f"{plain}|{given.date}|{given.amount}"


def _fingerprints(account: FileAccount) -> list[str]:
    """Every row's key by its content, counted where several of one statement are equal."""
    found = []
    for statement in account.statements or (account,):
        seen: Counter[_Content] = Counter()
        for _, given in statement.rows:
            same = _content(given)
            seen[same] += 1
            found.append(FROM_FILE + fingerprint(*same, seen[same]))
    return found
