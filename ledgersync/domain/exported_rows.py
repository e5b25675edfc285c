"""What a file said of a transaction, and how that differs from what stands now."""

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from ledgersync import money
from ledgersync.domain.export_lines import ExportLine, paid_to
from ledgersync.domain.transactions import Status, Transaction

NOT_RECORDED = "{}"


class Left(NamedTuple):
    """A transaction as it left, or as it would leave now; amounts in cents, out negative.

    `lines` are GL codes with their shares. `gone` says why it would not leave any more, or "".
    `check_number` and `paid_to` are None in records that are older than these.
    """

    vendor_code: str
    lines: tuple[tuple[str, int], ...]
    amount: int
    date: date
    gone: str = ""
    check_number: str | None = None
    paid_to: str | None = None


@dataclass(frozen=True, slots=True)
class Change:
    """One thing that is different now, in words: "GL code", "6100", "6200"."""

    what: str
    before: str
    now: str


def left_of(lines: Sequence[ExportLine]) -> Left:
    """What the lines of one transaction say of it."""
    first = lines[0]
    shares = tuple((line.gl_code, line.distribution) for line in lines)
    return Left(
        vendor_code=first.vendor_code,
        lines=shares,
        amount=first.amount,
        date=first.date,
        check_number=first.check_number.strip(),
        paid_to=paid_to(first.payee, first.vendor_name, first.description),
    )


def now_of(row: Transaction) -> Left:
    """What a person's decision says of a row now; a suggestion is not what Accounting CS got."""
    vendor = ("", "") if row.suggested else (row.vendor_code, row.vendor_name)
    shares = tuple((line.gl_code, line.amount) for line in row.split)
    return Left(
        vendor_code=vendor[0],
        lines=(("", row.amount),) if row.suggested else shares or ((row.gl_code, row.amount),),
        amount=row.amount,
        date=row.date,
        gone=_gone(row),
        check_number=row.check_number.strip(),
        paid_to=paid_to(row.payee, vendor[1], row.description),
    )


def left_text(left: Left) -> str:
    """The JSON that is kept with an export's item."""
    return json.dumps(
        {
            "vendor": left.vendor_code,
            "lines": left.lines,
            "amount": left.amount,
            "date": left.date.isoformat(),
            "check": left.check_number,
            "paid_to": left.paid_to,
        }
    )


def read_left(text: str) -> Left | None:
    """What `left_text` wrote; None for an export that is older than this record."""
    if text == NOT_RECORDED:
        return None
    kept = json.loads(text)
    lines = tuple((code, cents) for code, cents in kept["lines"])
    return Left(
        vendor_code=kept["vendor"],
        lines=lines,
        amount=kept["amount"],
        date=date.fromisoformat(kept["date"]),
        check_number=kept.get("check"),
        paid_to=kept.get("paid_to"),
    )


def differences(before: Left, now: Left) -> tuple[Change, ...]:
    """What is different now, in the order in which people read a row."""
    return tuple(change for change in _compared(before, now) if change.before != change.now)


def _compared(before: Left, now: Left) -> Iterator[Change]:
    yield Change("Standing", "exported", now.gone or "exported")
    yield Change("Date", f"{before.date:%m/%d/%Y}", f"{now.date:%m/%d/%Y}")
    yield Change("Amount", money.plain(before.amount), money.plain(now.amount))
    yield Change("Vendor code", before.vendor_code or "none", now.vendor_code or "none")
    if before.vendor_code == now.vendor_code and before.paid_to is not None:
        yield Change("Payee", before.paid_to or "none", now.paid_to or "none")
    if before.check_number is not None:
        yield Change("Check number", before.check_number or "none", now.check_number or "none")
    yield Change("GL code", _codes(before), _codes(now))


def _codes(left: Left) -> str:
    if len(left.lines) == 1:
        return left.lines[0][0] or "none"
    return _shares(left.lines)


def _shares(lines: Iterable[tuple[str, int]]) -> str:
    return ", ".join(f"{code or 'none'} {money.plain(cents)}" for code, cents in lines)


def _gone(row: Transaction) -> str:
    if row.status is Status.EXCLUDED:
        return "excluded"
    return row.problem.rstrip(".") if row.status is Status.PROBLEM else ""
