"""The lines below a statement's header: the texts of its rows, and what only stands around them.

Banks print titles, totals and balances among the rows. These are told apart only where they can't
be transactions: without a day, or without an amount.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from ledgersync.imports.amount_marks import with_mark_apart
from ledgersync.imports.dates import is_day
from ledgersync.imports.row_faults import NO_VALUE, VALUELESS, too_wide
from ledgersync.imports.statement_columns import MONEY
from ledgersync.imports.statement_headers import Sheet
from ledgersync.imports.tables import Row
from ledgersync.imports.type_words import spelled_out

_MAY_BE_MISSED = {"balance", "memo", "check", "fee"}  # without these a row is still whole
_CELLS_OF_A_TITLE, _LONGEST_TITLE = 2, 60
_OF_ZERO = "0.,$ -"
_AMOUNTS = (*MONEY, "balance")
_SHOWN = 40
_DASHES = {"-", "--", "\N{EN DASH}", "\N{EM DASH}", "\N{MINUS SIGN}"}
_TOTAL = re.compile(
    r"(?:(?:grand|sub|page|account|report|statement|transactions?)[ -]?)*totals?"
    r"(?: (?:for|of|credits?|debits?|deposits?|withdrawals?|transactions?)\b.*)?[ :]*",
    re.IGNORECASE,
)
_BALANCE = re.compile(
    r"(?:opening|beginning|starting|closing|ending|previous) balance(?:[ :,]*(?:as of|on|at)? ?"
    r"[\d/.: -]*)",
    re.IGNORECASE,
)
_PENDING = ("pending", "authorized", "authorised", "processing", "scheduled", "unposted")
_YES = {"true", "yes", "y", "1", "pending"}
_FAILED = {
    *("failed", "canceled", "cancelled", "declined", "denied", "expired", "void", "voided"),
    *("blocked", "rejected", "reverted"),
}


@dataclass(frozen=True, slots=True)
class Line:
    """A row's texts by column, with the line that it begins on."""

    line: int
    texts: Mapping[str, str]
    all: tuple[str, ...]
    fault: str = ""
    in_pending: bool = False

    def text(self, column: str) -> str:
        return self.texts.get(column, "")

    @property
    def unposted(self) -> str:
        """Why nothing has moved yet, or will, in a sentence; "" for a row that counts."""
        status, pending = self.text("status"), self.text("pending").casefold()
        if self.in_pending or status.casefold().startswith(_PENDING) or pending in _YES:
            return "It is still pending at the bank; import it once it has posted."
        if status.casefold() in _FAILED:
            return f"The file says {status[:_SHOWN]!r}, so no money moved."
        if self.text("impact").casefold() == "memo":
            return "The file says that the balance did not change by it."
        return ""

    @property
    def moves(self) -> bool:
        """Whether some column of money has something else in it than a zero."""
        texts = self.texts
        return any(texts[name].strip(_OF_ZERO) for name in MONEY if name in texts)

    @property
    def is_balance(self) -> bool:
        return bool(_BALANCE.fullmatch(self.text("description")))

    @property
    def title(self) -> str:
        """What a line says that stands around the rows and is no total or balance, "" for none."""
        words = [text for one in self.all if (text := one.strip())]
        if len(words) > _CELLS_OF_A_TITLE or _TOTAL.fullmatch(words[0]) or self.is_balance:
            return ""
        return "" if _BALANCE.fullmatch(words[0]) else " ".join(words)

    @property
    def is_around(self) -> bool:
        """Whether this is a title, a total or a balance and can't be a transaction."""
        if self.moves:
            words = next((text for one in self.all if (text := one.strip())), "")
            named = _TOTAL.fullmatch(words) or _BALANCE.fullmatch(words)
            return bool(named) and not is_day(self.text("date"))
        return self.is_balance or not is_day(self.text("date"))


def lines_of(sheet: Sheet) -> tuple[list[Line], list[int]]:
    """The lines that are to be read as rows, and the numbers of those that stand around them.

    Where the header comes again below another title, the rows there are another account's.
    """
    sections: dict[str, list[Line]] = {}
    around: list[int] = []
    title, above, in_pending = sheet.title, "", False
    for row in sheet.rows:
        if row.cells == sheet.header:
            title, above = above or title, ""
            continue
        line = _line(row, sheet)
        if not line.is_around:
            waits = replace(line, in_pending=True) if in_pending else line
            sections.setdefault(title, []).append(waits)
            above = ""
            continue
        around.append(line.line)
        if said := line.title:
            above = f"{above} {said}".strip()
            in_pending = said.casefold().startswith(_PENDING)
    if len(sections) == 1:
        return sections[title], around
    return [_of_account(line, name) for name, own in sections.items() for line in own], around


def _of_account(line: Line, title: str) -> Line:
    """The line with the title of its section where it names no account itself."""
    named = line.text("account") or title[-_LONGEST_TITLE:]
    return replace(line, texts={**line.texts, "account": named})


def _line(row: Row, sheet: Sheet) -> Line:
    cells = tuple(cell.text for cell in row.cells)
    return Line(row.number, _texts(row, sheet), cells, _fault(row, sheet))


def _texts(row: Row, sheet: Sheet) -> Mapping[str, str]:
    """A row's texts by the names of the columns, each as far as the row has it."""
    cells = [cell.text.strip() for cell in row.cells]
    cells += [""] * (sheet.width - len(cells))
    texts = {name: cells[at] for name, at in sheet.columns.places.items()}
    for name in _AMOUNTS:
        if texts.get(name) in _DASHES:
            texts[name] = ""
    texts["description"] = texts["description"] or _said_elsewhere(cells, sheet)
    if "indicator" in texts and (said := spelled_out(texts["indicator"])):
        texts["type"] = said
    if sheet.currency and not texts.get("currency"):
        texts["currency"] = sheet.currency
    return with_mark_apart(texts)


def _said_elsewhere(cells: Sequence[str], sheet: Sheet) -> str:
    """What another column says of a row whose description is empty."""
    return next((cells[at] for at in sheet.descriptions if cells[at]), "")


def _fault(row: Row, sheet: Sheet) -> str:
    """What is wrong with the row's cells, "" for nothing."""
    if not sheet.delimited:
        places = (at for name, at in sheet.columns.places.items() if name not in _MAY_BE_MISSED)
        used = (row.cells[at] for at in places if at < len(row.cells))
        unread = any(cell.kind in VALUELESS for cell in used)
        return NO_VALUE if unread else ""
    if not any(cell.text.strip() for cell in row.cells[sheet.width :]):
        return ""
    return too_wide(len(row.cells), sheet.width)
