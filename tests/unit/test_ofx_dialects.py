"""OFX as banks write it against the standard: bare ampersands, comments, signs left to the type."""

import pytest

from ledgersync.domain.statement_files import FileAccount, Question, Reading, StatementFile
from ledgersync.imports.statement_files import read_statement_file


def row(kind: str, amount: str, name: str) -> str:
    return f"<STMTTRN><TRNTYPE>{kind}<DTPOSTED>20261005<TRNAMT>{amount}<NAME>{name}</STMTTRN>\n"


def ofx(*listed: str, balance: str = "", kind: str = "STMTRS") -> bytes:
    ledger = f"<LEDGERBAL><BALAMT>{balance}<DTASOF>20261031</LEDGERBAL>" if balance else ""
    account = "<CURDEF>USD<BANKACCTFROM><ACCTID>1</BANKACCTFROM>"
    return f"<OFX>\n<{kind}>{account}{''.join(listed)}{ledger}</{kind}></OFX>".encode()


def read(data: bytes, *, positive_is_out: bool | None = None) -> StatementFile:
    return read_statement_file(data, Reading(positive_is_out=positive_is_out, owes=True))


def only(data: bytes, *, positive_is_out: bool | None = None) -> FileAccount:
    [account] = read(data, positive_is_out=positive_is_out).accounts
    return account


def amounts(account: FileAccount) -> list[int]:
    return [row.given.amount for row in account.rows]


@pytest.mark.parametrize(
    ("written", "name"),
    [
        ("BROWN&REGAN LLC", "BROWN&REGAN LLC"),
        ("D&GT TRUCKS", "D&GT TRUCKS"),
        ("AT&T &amp; SONS &lt;5&gt; &#39;S&#x21;", "AT&T & SONS <5> 'S!"),
    ],
)
def test_an_ampersand_begins_an_entity_only_where_a_semicolon_ends_it(
    written: str, name: str
) -> None:
    [found] = only(ofx(row("DEBIT", "-1.00", written))).rows
    assert found.given.description == name


def test_a_row_in_a_comment_is_none_and_the_lines_below_keep_their_numbers() -> None:
    commented = f"<!-- {row('DEBIT', '-9.00', 'OLD')} -->\n"
    account = only(ofx(commented, row("DEBIT", "-1.00", "A"), row("DEBIT", "soon", "B")))
    assert amounts(account) == [-100]
    assert [account.rows[0].line, account.rejected[0].line] == [4, 5]


def test_a_balance_alone_may_tell_that_commas_are_decimal() -> None:
    account = only(ofx(row("DEBIT", "-25", "A"), balance="1285,50"))
    assert account.closing is not None
    assert (amounts(account), account.closing.cents) == ([-2500], 128550)


def test_types_sign_the_rows_where_no_amount_has_a_minus() -> None:
    listed = [row("DEBIT", "25.00", "A"), row("CREDIT", "40.00", "B"), row("FEE", "3.00", "C")]
    unclear = [row("XFER", "7.00", "D"), row("XFER", "0.00", "E")]
    file = read(ofx(*listed, *unclear))
    [account] = file.accounts
    assert amounts(account) == [-2500, 4000, -300, 0]
    assert [one.reason.partition(" does")[0] for one in account.rejected] == ["The type 'XFER'"]
    assert file.remarks == (
        "No amount of the file has a minus: the 1 row that the bank calls a debit is money out.",
    )


def test_signs_that_every_type_denies_are_asked_about() -> None:
    charge, paid = row("DEBIT", "25.00", "HARBOR"), row("CREDIT", "-40.00", "PAYMENT")
    data = ofx(row("OTHER", "1.00", "X"), charge, paid, kind="CCSTMTRS")
    file = read(data)
    assert (file.accounts, file.questions) == (
        (),
        ((Question.POSITIVE_IS_OUT, "DEBIT 25.00 HARBOR"),),
    )
    assert amounts(only(data, positive_is_out=True)) == [-100, -2500, 4000]
    assert amounts(only(data, positive_is_out=False)) == [100, 2500, -4000]
    assert read(ofx(paid)).questions == ((Question.NEGATIVE_IS_IN, "CREDIT -40.00 PAYMENT"),)


def test_signs_that_some_type_agrees_with_count() -> None:
    listed = [row("DEBIT", "-25.00", "A"), row("CREDIT", "-40.00", "B"), row("DEBIT", "3.00", "C")]
    data = ofx(*listed)
    assert amounts(only(data)) == [-2500, -4000, 300]
    assert amounts(only(data, positive_is_out=True)) == [-2500, -4000, 300]
    parts = [ofx(one).decode().removeprefix("<OFX>\n").removesuffix("</OFX>") for one in listed]
    assert amounts(only(f"<OFX>{''.join(parts)}</OFX>".encode())) == [-2500, -4000, 300]
