"""Rows of statement files: each comes in once, and none is taken for another one."""

from datetime import date

from ledgersync.domain.statement_files import FileAccount, FileRow, KnownRow, merged, plan_lines
from ledgersync.domain.transactions import FeedTransaction

PLAIN = FeedTransaction("", date(2026, 10, 5), "COFFEE", -700, "", "", "", pending=False, raw="")


def row(id_: str, text: str = "COFFEE", check: str = "") -> FeedTransaction:
    return PLAIN._replace(source_id=id_, description=text, check_number=check)


def statement(*given: FeedTransaction, begins: int = 1) -> FileAccount:
    return FileAccount("1", "", "USD", tuple(FileRow(n, g) for n, g in enumerate(given, begins)))


def fates(account: FileAccount, stored: dict[str, KnownRow] | None = None) -> list[str]:
    return [line.fate.value for line in plan_lines(account, stored or {})]


def kept(account: FileAccount) -> dict[str, KnownRow]:
    """What is stored once a file is taken in."""
    return {
        line.key: KnownRow(
            PLAIN.date, PLAIN.amount, line.given.description, line.given.check_number
        )
        for line in plan_lines(account, {})
        if line.given
    }


def test_an_id_that_repeats_within_a_statement_stands_for_as_many_rows() -> None:
    twice = statement(row("F1"), row("F1"))
    assert fates(twice) == ["new", "new"]
    assert fates(twice, kept(twice)) == ["already there", "already there"]
    assert fates(_overlapping("F1", "F1")) == ["new", "new", "already there", "already there"]


def test_a_row_whose_id_tells_it_apart_only_in_one_file_is_the_same_in_the_next() -> None:
    earlier = statement(row("0", "A"), row("0", "B"))
    assert fates(statement(row("0", "B")), kept(earlier)) == ["already there"]
    assert fates(statement(row("0", "C")), kept(earlier)) == ["new"]
    once = statement(row("0", "B"))
    assert fates(earlier, kept(once)) == ["new", "already there"]
    assert fates(statement(row("0", "B"), row("0", "B")), kept(once)) == ["already there", "new"]
    without = statement(row(""))
    assert fates(statement(row("F1"), row("F2")), kept(without)) == ["already there", "new"]


def test_a_row_that_two_statements_of_a_file_have_comes_in_once() -> None:
    lines = plan_lines(_overlapping("F1"), {})
    assert [line.fate.value for line in lines] == ["new", "already there"]
    assert lines[1].words == "The same row as in line 1, in another statement of the file."


def test_of_two_checks_with_the_same_words_each_is_known_by_its_number() -> None:
    first, second = row("", "CHECK", "101"), row("", "CHECK", "102")
    assert fates(statement(second, first), kept(statement(first))) == ["new", "already there"]


def _overlapping(*ids: str) -> FileAccount:
    given = [row(id_) for id_ in ids]
    [account] = merged([statement(*given), statement(*given, begins=len(given) + 1)])
    return account
