"""What files alone tell a matcher: vendors, rules and a history of coded rows."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from datetime import date
from typing import TypeVar

from ledgersync.domain.codes import FirmCodes
from ledgersync.domain.firm_lists import ListKind
from ledgersync.domain.list_change_words import entries
from ledgersync.domain.list_changes import ListSubject
from ledgersync.domain.listing import listed_names
from ledgersync.domain.past_rows import told_without
from ledgersync.domain.rules import Rule
from ledgersync.domain.suggestions import BankLine, CodedLine
from ledgersync.errors import ImportRejected
from ledgersync.imports.bank_manners import NOTHING_TOLD
from ledgersync.imports.bank_rows import BankFile, BankTable, name_id, open_bank_file
from ledgersync.imports.firm_lists import parse_list
from ledgersync.imports.tabular import read_tables
from ledgersync.matching.rule_files import read_rules
from ledgersync.matching.rule_records import RuleRecord, rule_of
from ledgersync.services.codes_of_files import CodesOfFiles

Read = TypeVar("Read")

_NAMED, _LONGEST = 3, 40
_SHOWN = 10  # problems of one file; a thousand lines on a terminal hide the others


@dataclass(frozen=True, slots=True)
class SourceFile:
    """A file and the name by which people know it."""

    name: str
    data: bytes


@dataclass(frozen=True, slots=True)
class OpenedHistory:
    """A history whose dates and amounts wait for what the transactions tell of theirs."""

    source: SourceFile
    file: BankFile


@dataclass(frozen=True, slots=True)
class FileKnowledge:
    """What there is to match with.

    `parts` are those of client and account by which lines are told apart. `remarks` are sentences
    on how the files were read, and on each line that could not be.
    """

    codes: FirmCodes
    rules: tuple[Rule, ...]
    coded: tuple[CodedLine, ...]
    parts: frozenset[str]
    remarks: tuple[str, ...]

    @property
    def knows_gl_codes(self) -> bool:
        return any(self.codes.charts.values())

    def comparable(self, line: BankLine) -> BankLine:
        """The line without a client or an account that it can't be compared by."""
        return _with(self.parts, line)

    def told(self, why: str) -> str:
        """A reason in words that speak of no client, and no account, that nothing is told by."""
        return told_without(why, clients="client" in self.parts, accounts="account" in self.parts)


def read_knowledge(
    transactions: BankTable,
    history: OpenedHistory | None,
    rules: SourceFile | None,
    vendors: SourceFile | None,
) -> FileKnowledge:
    """Read the files that are given.

    A vendor that a rule or a history names by a code or by a name of the list is that one; any
    other stands for itself. All GL codes that occur make one chart for all clients. Clients, or
    accounts, that only the transactions or only the history name can't be compared; then all rows
    count as those of one, unless a rule asks for it.

    Raises:
        ImportRejected: when a file as a whole can't be taken; the sentence begins with its name.
    """
    firm = CodesOfFiles()
    if vendors:
        _from(vendors, lambda data: _read_vendors(data, firm), firm)
    listed = _from(rules, lambda data: _read_rules(data, firm, transactions), firm) if rules else []
    columns = one_sided = transactions.columns
    coded: list[CodedLine] = []
    if history:
        own = replace(transactions.manners, whose="the transactions")
        table = _naming(history.source, lambda _: history.file.table(own))
        columns, one_sided = columns & table.columns, columns ^ table.columns
        coded = _from(history.source, lambda _: _read_history(table, firm), firm)
    parts = columns | {name for rule in listed for name in _asked_by(rule)}
    if history:
        firm.remarks += _not_compared(history.source.name, one_sided, parts)
    coded = [one._replace(line=_with(parts, one.line)) for one in coded]
    return FileKnowledge(firm.codes(), tuple(listed), tuple(coded), parts, tuple(firm.remarks))


def _not_compared(name: str, one_sided: AbstractSet[str], parts: AbstractSet[str]) -> list[str]:
    """What to say of clients, or accounts, that either the history or the transactions lack."""
    lost = [column for column in ("client", "account") if column in one_sided - parts]
    return [
        f"{name}: Either it or the transactions name no {column}, so all rows count as those of "
        f"one {column}."
        for column in lost
    ]


def _asked_by(rule: Rule) -> Iterator[str]:
    if rule.client_id:
        yield "client"
    if rule.account_id:
        yield "account"


def _with(parts: AbstractSet[str], line: BankLine) -> BankLine:
    if {"client", "account"} <= parts:
        return line
    client_id = line.client_id if "client" in parts else ""
    account_id = line.account_id if "account" in parts else ""
    return line._replace(client_id=client_id, account_id=account_id)


def opened_history(file: SourceFile) -> OpenedHistory:
    """Open a history, like `open_bank_file`; a refusal begins with its name."""
    return OpenedHistory(file, _naming(file, open_bank_file))


def read_transactions(file: SourceFile, history: OpenedHistory | None = None) -> BankTable:
    """Read the file of transactions; a refusal begins with its name.

    Where its dates or amounts can be meant both ways, the history's tell which.
    """
    opened = _naming(file, open_bank_file)
    told = replace(history.file.manners, whose="the history") if history else NOTHING_TOLD
    return _naming(file, lambda _: opened.table(told))


def shortened(name: str, remarks: Sequence[str]) -> list[str]:
    """The remarks on a file, each with its name; of many only the first ones, and how many more."""
    more = len(remarks) - _SHOWN
    told = [f"{name}: {remark}" for remark in remarks[:_SHOWN]]
    return [*told, f"{name}: {more:,} more such lines."] if more > 0 else told


def _naming(file: SourceFile, read: Callable[[bytes], Read]) -> Read:
    try:
        return read(file.data)
    except ImportRejected as refused:
        raise ImportRejected(f"{file.name}: {refused.sentence}", refused.next_step) from None


def _from(
    file: SourceFile, read: Callable[[bytes], tuple[list[Read], Iterable[str]]], firm: CodesOfFiles
) -> list[Read]:
    found, remarks = _naming(file, read)
    firm.remarks += shortened(file.name, list(remarks))
    return found


def _read_vendors(data: bytes, firm: CodesOfFiles) -> tuple[list[str], Iterable[str]]:
    parsed = parse_list(read_tables(data), ListKind.VENDORS)
    ids = [
        firm.add(entry.values["code"], entry.values["name"], entry.values.get("default_gl", ""))
        for entry in parsed.entries
    ]
    rejected = sorted(parsed.rejected, key=lambda line: line.line)
    return ids, [*parsed.remarks, *(f"Line {line.line}: {line.words}" for line in rejected)]


def _read_rules(
    data: bytes, firm: CodesOfFiles, transactions: BankTable
) -> tuple[list[Rule], Iterable[str]]:
    records, problems = read_rules(data)
    if problems and not records:
        raise ImportRejected(problems[0].sentence, "Export rules on the page Rules to see how.")
    highest = max((int(record.number or 0) for record in records), default=0)
    rules = [_rule(record, highest, firm) for record in records]
    firm.gl_codes.update(rule.gl_code for rule in rules if rule.gl_code)
    firm.templates.update(rule.template_id for rule in rules if rule.template_id)
    told = [f"Line {problem.line}: {problem.sentence}" for problem in problems]
    return rules, [
        *_rules_of_nobody([one for one in records if one.enabled == "yes"], transactions),
        *told,
    ]


def _rules_of_nobody(records: Sequence[RuleRecord], transactions: BankTable) -> Iterator[str]:
    """What to say of rules for clients, or accounts, that the transactions don't have."""
    lines = [row.line for row in transactions.rows if row.line]
    for part, asked, named in (
        ("client", [one.client for one in records], {line.client_id for line in lines}),
        ("account", [one.account for one in records], {line.account_id for line in lines}),
    ):
        idle = [text for text in asked if text and name_id(text) not in named]
        if idle:
            one_each = {name_id(text): text for text in idle}.values()
            names = [repr(" ".join(text.split())[:_LONGEST]) for text in one_each]
            yield (
                f"No row of the transactions names the {part} of "
                f"{entries(ListSubject.RULES, len(idle))}: {listed_names(names, _NAMED)}."
            )


def _rule(record: RuleRecord, highest: int, firm: CodesOfFiles) -> Rule:
    """A rule without a number takes its line's, so that people find it when a reason names it."""
    rule = rule_of(
        record,
        str(record.line),
        client_id=name_id(record.client),
        account_id=name_id(record.account),
        vendor_id=firm.of_rule(record.vendor_code, record.vendor_name),
        template_id=record.split_template,
    )
    return rule if rule.number else replace(rule, number=highest + record.line)


def _read_history(table: BankTable, firm: CodesOfFiles) -> tuple[list[CodedLine], Iterable[str]]:
    if table.columns.isdisjoint({"vendor", "gl_code"}):
        raise ImportRejected(
            "There is neither a column vendor nor a column gl_code beside the description, so "
            "nothing can be learned.",
            "Add what people coded the rows to.",
        )
    coded = [
        CodedLine(line, firm.named(vendor) if vendor else "", gl_code)
        for _, line, vendor, gl_code in _by_content(table)
    ]
    firm.gl_codes.update(one.gl_code for one in coded if one.gl_code)
    return coded, _history_remarks(table)


def _by_content(table: BankTable) -> list[tuple[date, BankLine, str, str]]:
    """The coded rows by day, and those of a day by what they hold, with their vendor and GL code.

    So the order of a file's lines, which means nothing, changes nothing that is learned from them.
    """
    return sorted(
        (row.line.date, row.line, row.vendor, row.gl_code)
        for row in table.rows
        if row.line and (row.vendor or row.gl_code)
    )


def _history_remarks(table: BankTable) -> list[str]:
    open_rows = sum(1 for row in table.rows if row.line and not (row.vendor or row.gl_code))
    remarks = list(table.remarks)
    if open_rows:
        remarks.append(f"{open_rows:,} rows have no code; nothing was learned from them.")
    bad = (row for row in table.rows if row.problem)
    return [*remarks, *(f"Line {row.number}: {row.problem}" for row in bad)]
