"""What Review works on in one run: the rows, the words for their codes, and what they add up to."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from functools import cache

from ledgersync import money
from ledgersync.domain.judgement import Findings, most_needed_first
from ledgersync.domain.searches import parse_search, searchable
from ledgersync.domain.transactions import Method, Status, Transaction
from ledgersync.services import reviewing
from ledgersync.ui.labels import unique_labels, vendor_labels
from ledgersync.ui.review_choice import Choice
from ledgersync.ui.review_judgement import judged_rows
from ledgersync.ui.review_rows import account_rows
from ledgersync.ui.shell import Viewer
from ledgersync.ui.texts import counted


class Show(StrEnum):
    """The filters, named by what they let through: a status, or the method of open rows.

    The last three hold what a number of Overview counts that is no one status.
    """

    ALL = "all"
    TO_REVIEW = "to_review"
    JUDGEMENT = "judgement"
    RULE = "rule"
    AI = "ai"
    SEMANTIC = "semantic"
    UNMATCHED = "unmatched"
    REVIEWED = "reviewed"
    EXCLUDED = "excluded"
    EXPORTED = "exported"
    PROBLEM = "problem"
    KEPT = "kept"
    MATCHED = "matched"
    DONE = "done"


class Order(StrEnum):
    """How the rows are sorted."""

    DATE = "date"
    NEED = "judgement"


_METHODS = {Method.RULE: Show.RULE, Method.AI: Show.AI, Method.SEMANTIC: Show.SEMANTIC}
_OPEN = {Show.TO_REVIEW, *_METHODS.values(), Show.UNMATCHED}


@dataclass(frozen=True, slots=True)
class Asked:
    """Which rows are wanted, by filter and search, and in which order."""

    show: Show = Show.ALL
    search: str = ""
    order: Order = Order.DATE

    @property
    def for_judgement(self) -> bool:
        """Whether this is about why rows need a look."""
        return self.order is Order.NEED or self.show is Show.JUDGEMENT

    def address(self) -> dict[str, str]:
        """As it stands in the URL; defaults stay out of it."""
        return {
            "show": "" if self.show is Show.ALL else self.show.value,
            "search": self.search,
            "order": "" if self.order is Order.DATE else self.order.value,
        }


def read_asked(address: Mapping[str, str]) -> Asked:
    """What a URL asks for; what it names that does not exist counts as not named."""
    show, order = address.get("show", ""), address.get("order", "")
    return Asked(
        Show(show) if show in set(Show) else Show.ALL,
        address.get("search", ""),
        Order(order) if order in set(Order) else Order.DATE,
    )


@dataclass(frozen=True)
class Sheet:
    """One account's rows, and what each code is called: vendor ids and GL codes to labels.

    `findings` say of open rows, by id, why they need a person's judgement.
    """

    viewer: Viewer
    choice: Choice
    rows: tuple[Transaction, ...]
    vendors: Mapping[str, str]
    chart: Mapping[str, str]
    findings: Findings = field(default_factory=dict)


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
    chart = [(gl.code, gl.label) for gl in coding.chart]
    findings = judged_rows(viewer, choice, rows)
    return Sheet(
        viewer, choice, rows, vendor_labels(coding.vendors), unique_labels(chart), findings
    )


def reopened(sheet: Sheet) -> Sheet:
    """The same place as it is stored now, for dialogs that stay open while rows change."""
    viewer, choice = sheet.viewer, sheet.choice
    accounts = reviewing.list_accounts(viewer.actor, viewer.workspace, choice.client.id)
    account = next((one for one in accounts if one.id == choice.account.id), choice.account)
    rows = account_rows(viewer, account, choice.period)
    findings = judged_rows(viewer, choice, rows)
    return replace(sheet, choice=replace(choice, account=account), rows=rows, findings=findings)


def counts(rows: Iterable[Transaction], judged: int = 0) -> dict[Show, int]:
    """How many rows each filter lets through; `judged` is how many need judgement."""
    found = Counter[Show]()
    for (stands, coded), number in Counter((standing(row), has_codes(row)) for row in rows).items():
        found.update(dict.fromkeys(_filters(stands, coded=coded), number))
    return {show: found[show] for show in Show} | {Show.JUDGEMENT: judged}


@cache
def _filters(stands: Show, *, coded: bool) -> frozenset[Show]:
    """All filters that let a row through which stands there, but for the one on judgement."""
    found = {Show.ALL, stands}
    if stands in _OPEN:
        found.add(Show.TO_REVIEW)
    if stands is not Show.EXCLUDED:
        found |= {Show.KEPT, Show.MATCHED} if coded else {Show.KEPT}
    if stands in {Show.REVIEWED, Show.EXPORTED}:
        found.add(Show.DONE)
    return frozenset(found)


def has_codes(row: Transaction) -> bool:
    """Whether a row has a vendor or a GL code, decided or suggested."""
    return bool(row.vendor_id) or row.coded


def standing(row: Transaction) -> Show:
    """Where a row stands: its status, and while it is open, the method that speaks for it.

    An open row that a person has begun to code is plainly to review.
    """
    if row.status is not Status.TO_REVIEW:
        return Show(row.status.value)
    return proposal(row) or (Show.TO_REVIEW if has_codes(row) else Show.UNMATCHED)


def proposal(row: Transaction) -> Show | None:
    """The method whose suggestion the row shows; None where it shows none."""
    return _METHODS.get(row.method) if row.suggested else None


def totals(rows: Iterable[Transaction]) -> Totals:
    amounts = [row.amount for row in rows]
    money_in = sum(amount for amount in amounts if amount > 0)
    return Totals(len(amounts), money_in, sum(amounts) - money_in)


def matching(sheet: Sheet, asked: Asked) -> tuple[Transaction, ...]:
    """The rows that a filter and a search let through, in the order that is asked for."""
    rows: Sequence[Transaction] = [row for row in sheet.rows if _passes(sheet, asked.show, row)]
    wanted = parse_search(asked.search)
    if wanted:
        rows = [row for row in rows if wanted.finds(_texts(sheet, row), row.amount)]
    if asked.order is Order.NEED:
        rows = most_needed_first(rows, sheet.findings)
    return tuple(rows)


def _passes(sheet: Sheet, show: Show, row: Transaction) -> bool:
    """Whether a filter lets a row through; "To review" all open ones, whatever is suggested."""
    if show is Show.JUDGEMENT:
        return row.id in sheet.findings
    return show in _filters(standing(row), coded=has_codes(row))


def _texts(sheet: Sheet, row: Transaction) -> str:
    """What of a row is searched for words."""
    vendor = sheet.vendors.get(row.vendor_id, row.vendor_name)
    codes = [row.gl_code, *(line.gl_code for line in row.split)]
    labels = (sheet.chart.get(code, code) for code in codes if code)
    return searchable(
        row.description, row.payee, row.check_number, row.memo, vendor, row.vendor_code, *labels
    )


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
