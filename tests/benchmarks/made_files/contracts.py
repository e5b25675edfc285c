"""Every parser of a person's file: how its files are made, how it is asked, what it may answer."""

import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from random import Random

from ledgersync.bankfeed.profiles import DEFAULT_PROFILE, load_profile
from ledgersync.domain.firm_lists import ListKind
from ledgersync.domain.statement_files import Reading, plan_lines
from ledgersync.errors import ImportRejected, LedgerSyncError, ProfileInvalid
from ledgersync.imports.bank_rows import read_bank_rows
from ledgersync.imports.firm_lists import parse_list
from ledgersync.imports.statement_files import read_statement_file
from ledgersync.imports.tables import MOST_ROWS, MOST_TRANSACTIONS
from ledgersync.imports.tabular import read_tables
from ledgersync.matching.rule_files import read_rules
from ledgersync.money import parse_cents
from tests.benchmarks.made_files.bank import bank_file
from tests.benchmarks.made_files.kinds import Facts, Made
from tests.benchmarks.made_files.lists import list_file
from tests.benchmarks.made_files.rules import rule_file
from tests.benchmarks.made_files.spoiling import distinct_rows, full_to_the_brim, spoiled
from tests.benchmarks.made_files.statements import ofx_file, qif_file
from tests.benchmarks.made_files.workbooks import spoiled_workbook, workbook_file

_VALID, _BRIM = 0.4, 0.005
_ANY = 10**9
_LEAKS = ("root:x:0:0", "/bin/bash")


class Broken(Exception):  # noqa: N818  what it says
    """The parser did what it may not."""


@dataclass(frozen=True)
class Parser:
    """`facts` reads a file, and may raise nothing but `refusal`.

    `header` is one that it takes, and `most_rows` how many rows below it.
    """

    make: Callable[[Random], Made]
    spoil: Callable[[Random, bytes], tuple[bytes, str]]
    facts: Callable[[bytes], Facts]
    refusal: type[LedgerSyncError]
    header: bytes = b""
    most_rows: int = MOST_ROWS

    def file(self, seed: str) -> Made:
        """The file of this seed: four of ten are whole, and one in 200 is as large as may be."""
        dice = Random(seed)  # noqa: S311  test data
        kind = dice.random()
        if self.header and kind < _BRIM:
            if dice.random() < 0.5:
                return Made(*full_to_the_brim(dice, self.header))
            most = dice.choice((_ANY, self.most_rows - 1))
            return Made(*distinct_rows(self.header, dice.choice((3, 6, 10, 90)), most))
        made = self.make(dice)
        if kind < _BRIM + _VALID:
            return made
        data, words = self.spoil(dice, made.data)
        return Made(data, f"{made.words}; {words}")

    def verdict(self, made: Made) -> str:
        """How it went: exact, read or refused.

        Raises:
            Broken: when a whole file was not read to the cent, or a refusal is no sentence.
        """
        try:
            found = self.facts(made.data)
        except self.refusal as refused:
            self._check_refusal(made, refused)
            return "refused"
        if made.facts is None:
            return "read"
        if found != made.facts:
            raise Broken(f"read as {str(found)[:300]}, not as {str(made.facts)[:300]}")
        return "exact"

    def _check_refusal(self, made: Made, refused: LedgerSyncError) -> None:
        if made.facts is not None:
            raise Broken(f"a whole file was refused: {refused}")
        if not refused.sentence.endswith(".") or len(str(refused)) > 900:
            raise Broken(f"no plain sentence: {refused}")
        _without_leaks(str(refused))


def _bank_facts(data: bytes) -> Facts:
    rows = read_bank_rows(data).rows
    lines = [row.number for row in rows]
    if lines != sorted(set(lines)) or not all(
        (row.line is None) is bool(row.problem) for row in rows
    ):
        raise Broken("a row has neither a place of its own nor a problem, or both")
    good = [row.line for row in rows if row.line]
    told = tuple(row.number for row in rows if row.problem)
    return Facts(len(good), sum(line.amount for line in good), told)


def _statement_facts(data: bytes) -> Facts:
    """All accounts of a file; where it leaves something open, as an American would mean it."""
    found = read_statement_file(data, Reading())
    if found.columns:
        raise ImportRejected("A person is asked what the columns hold.", "Name them.")
    if found.questions:
        answers = dict.fromkeys(dict(found.questions), False)
        found = read_statement_file(data, Reading().answered(answers))
    if found.questions:
        raise Broken("what was answered is asked again")
    rejected = [row for account in found.accounts for row in account.rejected]
    if not all(row.line > 0 and row.reason.endswith(".") for row in rejected):
        raise Broken("a rejected row has no place or no sentence")
    for account in found.accounts:
        if len(plan_lines(account, {})) != len(account.rows) + len(account.rejected):
            raise Broken("a row got lost on its way to the preview")
    amounts = [row.given.amount for account in found.accounts for row in account.rows]
    told = tuple(sorted(row.line for row in rejected))
    _without_leaks(" ".join(r.given.description for a in found.accounts for r in a.rows))
    return Facts(len(amounts), sum(amounts), told)


def _list_facts(data: bytes, kind: ListKind) -> Facts:
    found = parse_list(read_tables(data), kind)
    if not all(line.words.endswith(".") and line.line > 0 for line in found.rejected):
        raise Broken("a rejected line has no reason or no place")
    third = {ListKind.CLIENTS: "status", ListKind.VENDORS: "default_gl", ListKind.CHART: "type"}
    names = ("code", "name", third[kind])
    entries = frozenset(tuple(e.values.get(n, "") for n in names) for e in found.entries)
    _without_leaks(" ".join(map(str, entries)))
    return Facts(len(found.entries), entries, tuple(sorted(line.line for line in found.rejected)))


def _rule_facts(data: bytes) -> Facts:
    records, problems = read_rules(data)
    if not all(problem.line > 0 and problem.sentence.endswith(".") for problem in problems):
        raise Broken("a problem has no place or no sentence")
    cents = sum(parse_cents(record.lowest_amount or "0") for record in records)
    return Facts(len(records), cents, tuple(sorted({p.line for p in problems} - {1})))


def _profile_file(dice: Random) -> Made:
    lines = DEFAULT_PROFILE.read_text("utf-8").splitlines()
    kept = [line for line in lines if not line.startswith("#") or dice.random() < 0.5]
    text = dice.choice(("\n", "\r\n")).join(kept)
    return Made(text.encode(), "profile", Facts(1, "https://app.ledgersync.com/api/v1"))


def _profile_facts(data: bytes) -> Facts:
    with tempfile.NamedTemporaryFile(suffix=".toml") as file:
        file.write(data)
        file.flush()
        return Facts(1, load_profile(Path(file.name)).base_url)


def _without_leaks(text: str) -> None:
    if any(leak in text for leak in _LEAKS):
        raise Broken("another file of this computer shows")


def _lists(kind: ListKind, header: bytes) -> Parser:
    return Parser(
        lambda dice: list_file(dice, kind),
        spoiled,
        lambda data: _list_facts(data, kind),
        ImportRejected,
        header,
    )


PARSERS = {
    "bank-csv": Parser(
        bank_file,
        spoiled,
        _bank_facts,
        ImportRejected,
        b"date,description,amount\n",
        MOST_TRANSACTIONS,
    ),
    "statements-ofx": Parser(ofx_file, spoiled, _statement_facts, ImportRejected),
    "statements-qif": Parser(qif_file, spoiled, _statement_facts, ImportRejected),
    "statements-csv": Parser(
        bank_file, spoiled, _statement_facts, ImportRejected, b"date,description,amount\n"
    ),
    "clients-csv": _lists(ListKind.CLIENTS, b"Client Code,Client Name,Status\n"),
    "vendors-csv": _lists(ListKind.VENDORS, b"Vendor Code,Vendor Name,Default GL\n"),
    "chart-csv": _lists(ListKind.CHART, b"Account,Account Description,Type Code\n"),
    "rules-csv": Parser(
        rule_file, spoiled, _rule_facts, ImportRejected, b"Patterns,GL Code,Number\n"
    ),
    "profile-toml": Parser(_profile_file, spoiled, _profile_facts, ProfileInvalid),
    "lists-xlsx": Parser(
        lambda dice: workbook_file(dice, ListKind.VENDORS),
        spoiled_workbook,
        lambda data: _list_facts(data, ListKind.VENDORS),
        ImportRejected,
    ),
}
