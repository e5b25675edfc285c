"""OFX 1.0.2 files: a header of plain lines, then SGML whose values need no closing tags."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date

from ledgersync import money
from ledgersync.domain.export_lines import ExportAccount, ExportLine
from ledgersync.exports.cells import require_date
from ledgersync.exports.layouts import Layout, Value
from ledgersync.exports.record_cells import ENCODING, record
from ledgersync.exports.texts import TextWriter

_HEADER = (
    "OFXHEADER:100",
    "DATA:OFXSGML",
    "VERSION:102",
    "SECURITY:NONE",
    "ENCODING:USASCII",
    "CHARSET:1252",
    "COMPRESSION:NONE",
    "OLDFILEUID:NONE",
    "NEWFILEUID:NONE",
    "",
)
_UNKNOWN_BANK = "000000000"
_DIGITS_OF_ID = 8
_SUCCESS = ("<STATUS>", "<CODE>0", "<SEVERITY>INFO", "</STATUS>")
# What banks call their accounts, and OFX's word for it; the first that fits counts.
_TYPES = (("line", "CREDITLINE"), ("money", "MONEYMRKT"), ("saving", "SAVINGS"))


def ofx_file(
    layout: Layout, lines: Sequence[ExportLine], texts: TextWriter, account: ExportAccount
) -> bytes:
    """One statement of a bank account or card.

    Raises:
        ExportRefused: when a value does not fit its field.
    """
    written = (*_HEADER, *_statement(layout, lines, texts, account))
    return "".join(f"{one}\r\n" for one in written).encode(ENCODING)


def _statement(
    layout: Layout, lines: Sequence[ExportLine], texts: TextWriter, account: ExportAccount
) -> Iterator[str]:
    kind = "CREDITCARD" if account.is_card else "BANK"
    short = "CC" if account.is_card else ""
    first, last = _days(lines, account)
    yield "<OFX>"
    yield from ("<SIGNONMSGSRSV1>", "<SONRS>", *_SUCCESS)
    # The moment of writing would make every file of the same rows another one.
    yield from (f"<DTSERVER>{_day(last)}", "<LANGUAGE>ENG", "</SONRS>", "</SIGNONMSGSRSV1>")
    yield from (f"<{kind}MSGSRSV1>", f"<{short}STMTTRNRS>", "<TRNUID>0", *_SUCCESS)
    yield from (f"<{short}STMTRS>", f"<CURDEF>{_escaped(account.currency)}")
    yield from _account_from(account)
    yield from ("<BANKTRANLIST>", f"<DTSTART>{_day(first)}", f"<DTEND>{_day(last)}")
    yield from _transactions(layout, lines, texts)
    yield "</BANKTRANLIST>"
    yield from _balance(account)
    yield from (f"</{short}STMTRS>", f"</{short}STMTTRNRS>", f"</{kind}MSGSRSV1>", "</OFX>")


def _transactions(layout: Layout, lines: Iterable[ExportLine], texts: TextWriter) -> Iterator[str]:
    for line in lines:
        yield "<STMTTRN>"
        for tag, text in record(layout, line, texts, _date_text):
            yield f"<{tag}>{_escaped(text)}"
        yield "</STMTTRN>"


def _account_from(account: ExportAccount) -> Iterator[str]:
    """Which account this is: its last digits as people know them, and enough to be the only one."""
    number = "-".join(filter(None, (account.number, account.id[:_DIGITS_OF_ID]))) or "0"
    named = f"<ACCTID>{_escaped(number.encode(ENCODING, 'replace').decode(ENCODING))}"
    if account.is_card:
        yield from ("<CCACCTFROM>", named, "</CCACCTFROM>")
        return
    word = account.type.lower()
    kind = next((ofx for part, ofx in _TYPES if part in word), "CHECKING")
    yield from ("<BANKACCTFROM>", f"<BANKID>{_UNKNOWN_BANK}", named)
    yield from (f"<ACCTTYPE>{kind}", "</BANKACCTFROM>")


def _balance(account: ExportAccount) -> Iterator[str]:
    """The newest balance that the bank gave, with its day; a balance is never made up."""
    if account.balance is None or account.balance_date is None:
        return
    yield from ("<LEDGERBAL>", f"<BALAMT>{money.plain(account.balance)}")
    yield from (f"<DTASOF>{_day(account.balance_date)}", "</LEDGERBAL>")


def _days(lines: Sequence[ExportLine], account: ExportAccount) -> tuple[date, date]:
    if account.period:
        return account.period.start, account.period.end
    days = [line.date for line in lines] or [date(2000, 1, 1)]
    return min(days), max(days)


def _date_text(value: Value, header: str) -> str:
    return _day(require_date(value, header))


def _day(day: date) -> str:
    """A plain day: with a time, an importer in another time zone may show the day before."""
    return f"{day.year:04d}{day.month:02d}{day.day:02d}"


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
