"""What taking in a statement file would do to a bank account, before anything is written."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from ledgersync import clock, money
from ledgersync.domain.actors import Actor
from ledgersync.domain.clients import BankAccount
from ledgersync.domain.pairs import DUPLICATE_DAYS, Movement, duplicates
from ledgersync.domain.periods import Period
from ledgersync.domain.statement_files import (
    FileAccount,
    FileLine,
    LineFate,
    StatementFile,
    candidate_keys,
    plan_lines,
)
from ledgersync.domain.statements import Statement, owes
from ledgersync.domain.transactions import FeedTransaction
from ledgersync.errors import LedgerSyncError
from ledgersync.services.closing import require_open
from ledgersync.services.pairing import wording
from ledgersync.storage import pairs, statement_files, statements
from ledgersync.storage.engine import Tx


@dataclass(frozen=True, slots=True)
class FilePreview:
    """What taking in a file would do, line by line; nothing has changed yet.

    `chosen` is the file's account that goes in, None while a person has to say which, or has to
    answer the file's questions. `statement` holds the file's balance where it would be kept.
    `blocked` says what stands in the way as a whole, "" where nothing does. `imported` tells that
    these very bytes were taken in before.
    """

    account: BankAccount
    file_name: str
    sha256: str
    file: StatementFile
    chosen: FileAccount | None
    lines: tuple[FileLine, ...] = ()
    days: Period | None = None
    statement: Statement | None = None
    notes: tuple[str, ...] = ()
    blocked: str = ""
    imported: bool = False

    def count(self, fate: LineFate) -> int:
        return sum(line.fate is fate for line in self.lines)

    @property
    def new(self) -> tuple[FileLine, ...]:
        return tuple(line for line in self.lines if line.fate is LineFate.NEW)

    @property
    def asked(self) -> int:
        """How many new rows may be one with a stored row, which a person will be asked."""
        return sum(line.twin is not None for line in self.lines)

    @property
    def money_in(self) -> int:
        return sum(max(line.given.amount, 0) for line in self.lines if line.given)

    @property
    def money_out(self) -> int:
        """What left the account, in positive cents."""
        return sum(max(-line.given.amount, 0) for line in self.lines if line.given)

    @property
    def changes(self) -> bool:
        """Whether confirming would change anything; that days have no rows is news, too."""
        if self.blocked or self.chosen is None:
            return False
        return bool(self.new or self.statement or not (self.lines or self.imported))

    def words(self) -> str:
        """The counts in one line: "12 new, 3 already there, 1 rejected"."""
        return ", ".join(f"{self.count(fate):,} {fate.value}" for fate in LineFate)


def chosen_account(
    file: StatementFile, account: BankAccount, named: str | None
) -> FileAccount | None:
    """Which account of the file is meant; None where that is to be said first."""
    if named is not None:
        found = [a for a in file.accounts if a.id == named]
        found = found or [a for a in file.accounts if a.number == named]
    else:
        found = [a for a in file.accounts if len(file.accounts) == 1 or a.is_masked(account.mask)]
    return found[0] if len(found) == 1 else None


def previewed(tx: Tx, preview: FilePreview, actor: Actor) -> FilePreview:
    """A preview with everything that depends on what is stored."""
    chosen, account = preview.chosen, preview.account
    if chosen is None:
        return preview
    stored = statement_files.known_rows(tx, account.id, candidate_keys(chosen))
    lines = _with_twins(tx, account, plan_lines(chosen, stored))
    days = chosen.days(clock.today())
    statement, balance_notes = _statement(tx, preview, days, actor)
    before = statement_files.imported_before(tx, account.id, preview.sha256)
    found = replace(
        preview,
        lines=lines,
        days=days,
        statement=statement,
        notes=(*_notes(preview, before), *balance_notes),
        imported=before is not None,
    )
    return replace(found, blocked=_blocked(tx, found))


def _with_twins(tx: Tx, account: BankAccount, lines: Sequence[FileLine]) -> tuple[FileLine, ...]:
    """The lines, each new one with the stored row that it may be one with.

    A file may have all its rows on one line: here they are known by their places.
    """
    arriving = {
        f"row {place}": _movement(account, f"row {place}", line.given)
        for place, line in enumerate(lines)
        if line.fate is LineFate.NEW and line.given
    }
    if not arriving:
        return tuple(lines)
    twins = _twins(tx, account, arriving)
    return tuple(replace(line, twin=twins.get(f"row {place}")) for place, line in enumerate(lines))


def _twins(tx: Tx, account: BankAccount, arriving: Mapping[str, Movement]) -> dict[str, Movement]:
    """The stored rows that may be one with arriving ones, by the id of these."""
    days = [row.date for row in arriving.values()]
    near = timedelta(days=DUPLICATE_DAYS)
    span = Period(min(days) - near, max(days) + near)
    amounts = {row.amount for row in arriving.values()}
    stored = pairs.movements_of(tx, account.id, span, amounts)
    found: dict[str, Movement] = {}
    for pair in duplicates([*stored, *arriving.values()], wording()):
        for one, other in ((pair.first, pair.second), (pair.second, pair.first)):
            if one.id in arriving and other.id not in arriving:
                found.setdefault(one.id, other)
    return found


def _movement(account: BankAccount, id_: str, given: FeedTransaction) -> Movement:
    return Movement(
        id=id_,
        account_id=account.id,
        date=given.date,
        amount=given.amount,
        currency=account.currency,
        description=given.description,
        check_number=given.check_number,
        load_id="this file",
        open=True,
        from_file=True,
    )


def _notes(preview: FilePreview, before: tuple[datetime, str] | None) -> list[str]:
    """What a person should know; `before` is when and by whom the file was taken in already."""
    account, chosen = preview.account, preview.chosen
    notes = list(preview.file.remarks)
    if before:
        at, who = before
        notes.append(f"{who} imported this very file on {at.astimezone():%m/%d/%Y}.")
    number = chosen.number if chosen else ""
    if account.mask and number.isdigit() and not number.endswith(account.mask):
        notes.append(
            f"The file is of an account ending in {number[-4:]}, and you chose {account.label}."
        )
    return notes


def _statement(
    tx: Tx, preview: FilePreview, days: Period | None, actor: Actor
) -> tuple[Statement | None, list[str]]:
    """The file's balance as a statement to keep, or why it is not kept."""
    account, chosen = preview.account, preview.chosen
    if chosen is None or chosen.closing is None or days is None:
        return None, []
    day, cents = chosen.closing
    figure = money.dollars(cents, account.currency)
    said = f"The file's balance of {day:%m/%d/%Y}, {figure},"
    if day > clock.today():
        return None, [f"{said} lies in the future, so it is not kept."]
    if preview.file.format == "OFX" and cents > 0 and owes(account.type):
        why = "it has no sign, and the file does not say whether it is owed"
        return None, [f"{said} is not kept: {why}. Type it in on Review, under Statements."]
    known = statements.list_statements(tx, [account.id], day, day).get(account.id, [])
    typed = [s for s in known if s.end == day and s.typed]
    if typed:
        same = typed[0].closing == cents
        words = "is there already" if same else f"is not kept: {typed[0].by} typed in another one"
        return None, [f"{said} {words}."]
    kept = Statement(
        id="",
        account_id=account.id,
        start=min(days.start, day),
        end=day,
        opening=chosen.opening,
        closing=cents,
        typed=True,
        by=f"{actor.name}, from {preview.file_name}",
        version=1,
    )
    return kept, [f"{said} becomes the statement's closing balance."]


def _blocked(tx: Tx, preview: FilePreview) -> str:
    """What stands in the way of taking the file in, as a sentence; "" for nothing."""
    account, chosen, others = preview.account, preview.chosen, preview.file.accounts
    if chosen is None:
        return ""
    if chosen.currency and chosen.currency != account.currency:
        return (
            f"The file is in {chosen.currency}, the bank account in {account.currency}. "
            "Choose another bank account."
        )
    if not chosen.is_masked(account.mask) and any(a.is_masked(account.mask) for a in others):
        return (
            f"The file also holds the account ending in {account.mask}, which is the bank account "
            "that you chose. Choose that account of the file, or another bank account."
        )
    if preview.days is None and not preview.lines:
        return "The file has no rows for this account and names no days."
    days = [line.given.date for line in preview.new if line.given]
    try:
        require_open(
            tx, account.id, [*days, *([preview.statement.end] if preview.statement else [])]
        )
    except LedgerSyncError as shut:
        return str(shut)
    return ""
