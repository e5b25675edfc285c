"""Bank statement files as OFX and QIF, in the dialects of many banks."""

import html
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random

from tests.benchmarks.made_files.kinds import Facts, Made
from tests.benchmarks.made_files.writing import ENCODINGS, below

_TEXTS = (
    *("SQ *COFFEE", "AMZN MKTP US*2K4", "CHECK 1042", 'SAY "HI" LLC', "CAFÉ OLÉ", "A & B; C"),
    *("=1+1", "-", "x" * 300, "12.50", "FEES < $5", "¥€$ £", "O'S", "<b>bold", "&amp; Sons"),
)
_NO_DATES = ("00000000", "20261301", "soon", "", "2026-02-30", "99991231", "NaN", "-20260101")
_NO_AMOUNTS = ("1e99", "NaN", "inf", "", "(5", "--5", "€5", "0x10", "9" * 400, "1" * 16, "1.0.0")
_TIMES = ("", "120000", "120000.000", "120000[-5:EST]", "000000.000[0:GMT]", "235959[+10:AEST]")
_AMOUNTS: tuple[Callable[[int], str], ...] = (
    lambda cents: f"{cents / 100:.2f}",
    lambda cents: f"{cents / 100:+.2f}",
    lambda cents: f"{cents / 100:.2f}00",
)


@dataclass
class _Lines:
    """Lines of a file as they are written, and what a reader has to find in them."""

    lines: list[str] = field(default_factory=list)
    entries: int = 0
    cents: int = 0
    bad: list[int] = field(default_factory=list)

    @property
    def next(self) -> int:
        return len(self.lines) + 1

    def made(self, dice: Random, words: str) -> Made:
        ending, encoding = dice.choice(("\n", "\r\n", "\r")), dice.choice(ENCODINGS)
        data = "".join(line + ending for line in self.lines).encode(encoding, "replace")
        facts = Facts(self.entries, self.cents, tuple(self.bad))
        return Made(data, f"{words}, {encoding}, {ending!r}, {self.entries} rows", facts)


def _day(dice: Random) -> date:
    return date(1971, 1, 1) + timedelta(dice.randrange(29_000))


def _cents(dice: Random) -> int:
    return dice.choice((1, -1)) * below(dice, 10 ** dice.randrange(1, 11))


def ofx_file(dice: Random) -> Made:
    """SGML or XML, values closed or not, a header or none, one account or several."""
    closed, one_line, worst = dice.random() < 0.4, dice.random() < 0.3, dice.choice((0.0, 0.0, 0.3))
    comma, amount = dice.random() < 0.15, dice.choice(_AMOUNTS)
    found = _Lines()
    header = dice.choice((["OFXHEADER:100", "DATA:OFXSGML", "CHARSET:1252", ""], ["<?OFX?>"], []))
    found.lines += [*header, "<OFX><BANKMSGSRSV1>"]
    ids = dice.choice(("F{}", "{:09d}", ""))
    for account in range(dice.choice((1, 1, 1, 2, 3))):
        kind = dice.choice(("STMTRS", "CCSTMTRS"))
        found.lines.append(f"<STMTTRNRS><{kind}><CURDEF>USD<BANKACCTFROM><ACCTID>{account}")
        found.lines.append("</BANKACCTFROM><BANKTRANLIST><DTSTART>20260101<DTEND>20260131")
        for number in range(below(dice, 600)):
            day = f"{_day(dice):%Y%m%d}{dice.choice(_TIMES)}"
            cents = _cents(dice)
            money = amount(cents).replace(".", ",") if comma else amount(cents)
            is_bad = bool(number) and dice.random() < worst
            if is_bad and dice.random() < 0.5:
                day = dice.choice(_NO_DATES)
            elif is_bad:
                money = dice.choice(_NO_AMOUNTS)
            values = [("TRNTYPE", "OTHER"), ("DTPOSTED", day), ("TRNAMT", money)]
            values += [
                ("FITID", ids.format(number)),
                ("NAME", html.escape(dice.choice(_TEXTS), quote=False)),
            ]
            _write_row(found, values, closed=closed, one_line=one_line, bad=is_bad)
            found.cents += 0 if is_bad else cents
            found.entries += not is_bad
        found.lines.append(f"</BANKTRANLIST></{kind}></STMTTRNRS>")
    found.lines.append("</BANKMSGSRSV1></OFX>")
    words = f"OFX, {'closed' if closed else 'open'}, {'comma' if comma else 'point'}"
    return found.made(dice, words)


def _write_row(
    found: _Lines, values: Sequence[tuple[str, str]], *, closed: bool, one_line: bool, bad: bool
) -> None:
    if bad:
        found.bad.append(found.next)
    tags = [f"<{name}>{text}" + (f"</{name}>" if closed else "") for name, text in values]
    lines = ["<STMTTRN>", *tags, "</STMTTRN>"]
    found.lines += ["".join(lines)] if one_line else lines


def qif_file(dice: Random) -> Made:
    """Bank and card sections, lists between them, dates that can be meant in one way only."""
    day_first, worst = dice.random() < 0.2, dice.choice((0.0, 0.0, 0.3))
    form = dice.choice(("{0}/{1}/{2}", "{0}/{1}'{2}", "{0:>2}/{1:>2}/{2}", "{2}-{3:02}-{4:02}"))
    found = _Lines()
    if dice.random() < 0.4:
        found.lines += ["!Option:AutoSwitch", "!Type:Cat", "NFood", "D", "E", "^"]
    for account in range(dice.choice((1, 1, 2))):
        found.lines += ["!Account", f"NAccount {account}", "TBank", "^"]
        found.lines.append(dice.choice(("!Type:Bank", "!Type:CCard", "!type:bank ")))
        for number in range(below(dice, 600)):
            day = date(2026, 1, 13) if not number else date(2000, 1, 1) + timedelta(
                dice.randrange(10_000)
            )  # fmt: skip
            first, second = (day.day, day.month) if day_first else (day.month, day.day)
            text = form.format(first, second, day.year, day.month, day.day)
            cents = _cents(dice)
            money = dice.choice((f"{cents / 100:.2f}", f"{cents / 100:,.2f}"))
            is_bad = bool(number) and dice.random() < worst
            if is_bad and dice.random() < 0.5:
                text = dice.choice(("soon", "45292", "0/0/2026", "99/99/2026", "NaN"))
            elif is_bad:
                money = dice.choice([amount for amount in _NO_AMOUNTS if amount])
            if is_bad:
                found.bad.append(found.next)
            payee = dice.choice(_TEXTS)
            found.lines += [f"D{text}", f"T{money}", f"P{payee}", "LFood:Groceries"]
            if dice.random() < 0.2:
                found.lines += ["SFood", "$1.00", "SOther", "$2.00"]
            found.lines.append("^")
            found.cents += 0 if is_bad else cents
            found.entries += not is_bad
    return found.made(dice, f"QIF, {form}, {'day' if day_first else 'month'} first")
