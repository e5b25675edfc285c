"""What Review works on in one run: the rows, the words for their codes, and what they add up to."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from ledgersync import money
from ledgersync.domain.transactions import Method, Status, Transaction
from ledgersync.services import reviewing
from ledgersync.ui.review_choice import Choice
from ledgersync.ui.review_rows import account_rows
from ledgersync.ui.shell import Viewer
from ledgersync.ui.texts import counted


class Show(StrEnum):
    """The filters, named by what they let through: a status, or the method of open rows."""

    ALL = "all"
    TO_REVIEW = "to_review"
    RULE = "rule"
    AI = "ai"
    SEMANTIC = "semantic"
    UNMATCHED = "unmatched"
    REVIEWED = "reviewed"
    EXCLUDED = "excluded"
    EXPORTED = "exported"
    PROBLEM = "problem"


_METHODS = {Method.RULE: Show.RULE, Method.AI: Show.AI, Method.SEMANTIC: Show.SEMANTIC}
_OPEN = {Show.TO_REVIEW, *_METHODS.values(), Show.UNMATCHED}


@dataclass(frozen=True)
class Sheet:
    """One account's rows, and what each code is called: vendor ids and GL codes to labels."""

    viewer: Viewer
    choice: Choice
    rows: tuple[Transaction, ...]
    vendors: Mapping[str, str]
    chart: Mapping[str, str]


@dataclass(frozen=True)
class Totals:
    """Some rows in numbers: how many, and money in, out and net in cents."""

    rows: int
    money_in: int
    money_out: int

    @property
    def net(self) -> int:
        return self.money_in + self.money_out


def open_sheet(viewer: Viewer, choice: Choice) -> Sheet:
    """Read the chosen rows, and what they can be coded to."""
    rows = account_rows(viewer, choice.account, choice.period)
    coding = reviewing.coding(viewer.actor, viewer.workspace, choice.client.id)
    vendors = [(v.id, f"{v.name} ({v.code})" if v.code else v.name) for v in coding.vendors]
    chart = [(gl.code, gl.label) for gl in coding.chart]
    return Sheet(viewer, choice, rows, unique_labels(vendors), unique_labels(chart))


def reopened(sheet: Sheet) -> Sheet:
    """The same place as it is stored now, for dialogs that stay open while rows change."""
    viewer, choice = sheet.viewer, sheet.choice
    accounts = reviewing.list_accounts(viewer.actor, viewer.workspace, choice.client.id)
    account = next((one for one in accounts if one.id == choice.account.id), choice.account)
    rows = account_rows(viewer, account, choice.period)
    return replace(sheet, choice=replace(choice, account=account), rows=rows)


def unique_labels(named: Iterable[tuple[str, str]]) -> dict[str, str]:
    """Labels by id, each only once: equal ones are numbered, so that a label names one id."""
    labels: dict[str, str] = {}
    taken: set[str] = set()
    for key, wanted in named:
        label, number = wanted, 2
        while label in taken:
            label, number = f"{wanted} #{number}", number + 1
        taken.add(label)
        labels[key] = label
    return labels


def counts(rows: Iterable[Transaction]) -> dict[Show, int]:
    """How many rows each filter lets through."""
    found = Counter(standing(row) for row in rows)
    still_open = sum(found[one] for one in _OPEN)
    return {show: found[show] for show in Show} | {
        Show.ALL: found.total(),
        Show.TO_REVIEW: still_open,
    }


def standing(row: Transaction) -> Show:
    """Where a row stands: its status, and while it is open, the method that speaks for it.

    An open row that a person has begun to code is plainly to review.
    """
    if row.status is not Status.TO_REVIEW:
        return Show(row.status.value)
    return proposal(row) or (Show.TO_REVIEW if row.vendor_id or row.gl_code else Show.UNMATCHED)


def proposal(row: Transaction) -> Show | None:
    """The method whose suggestion the row shows; None where it shows none."""
    return _METHODS.get(row.method) if row.suggested else None


def totals(rows: Iterable[Transaction]) -> Totals:
    amounts = [row.amount for row in rows]
    money_in = sum(amount for amount in amounts if amount > 0)
    return Totals(len(amounts), money_in, sum(amounts) - money_in)


def matching(sheet: Sheet, show: Show, search: str) -> tuple[Transaction, ...]:
    """The rows that a filter and a search let through, in the order of the sheet.

    "To review" lets all open rows through, whatever is suggested for them.
    """
    rows: Sequence[Transaction] = sheet.rows
    if show is not Show.ALL:
        wanted = _OPEN if show is Show.TO_REVIEW else {show}
        rows = [row for row in rows if standing(row) in wanted]
    words = search.lower().split()
    if words:
        rows = [row for row in rows if _has_all(searchable(sheet, row), words)]
    return tuple(rows)


def searchable(sheet: Sheet, row: Transaction) -> str:
    """What a person may look for in a row, in lower case; amounts as people type them."""
    return "\n".join(
        (
            row.description,
            row.payee,
            row.check_number,
            row.memo,
            sheet.vendors.get(row.vendor_id, ""),
            sheet.chart.get(row.gl_code, row.gl_code),
            money.plain(row.amount),
            money.dollars(row.amount, row.currency),
        )
    ).lower()


def _has_all(text: str, words: Sequence[str]) -> bool:
    return all(word in text for word in words)


def row_words(row: Transaction) -> str:
    """A row as people name it: "11/03/2026 FACEBK ADS, -$42.17"."""
    amount = money.dollars(row.amount, row.currency)
    return f"{row.date:%m/%d/%Y} {row.description}, {amount}"


def rows_and_total(rows: Sequence[Transaction]) -> str:
    """How many rows and how much: "3 rows, -$120.50 in total"."""
    if not rows:
        return "No rows"
    total = money.dollars(sum(row.amount for row in rows), rows[0].currency)
    return f"{counted(len(rows), 'row')}, {total} in total"
