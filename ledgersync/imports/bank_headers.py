"""Which column of a file of transactions is which, and where the line that names them stands."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice

from ledgersync.errors import ImportRejected
from ledgersync.imports.delimited import Record
from ledgersync.imports.statement_columns import columns_of
from ledgersync.imports.statement_headers import HEADER_WITHIN, rows_before
from ledgersync.imports.titles import title_key

REQUIRED = ("date", "description", "amount")
PAIR = ("debit", "credit")
"""The two columns that stand for one amount where a file has none."""

# How people head each column, without case, blanks and marks; what comes first is preferred.
_SPELLINGS: Mapping[str, tuple[str, ...]] = {
    "date": (
        *("date", "transactiondate", "transdate", "txndate", "postingdate", "posteddate"),
        *("postdate", "dateposted", "bookingdate", "purchasedate", "transactiondt", "transdt"),
        *("paymentdate", "datepaid", "checkdate", "issuedate"),
    ),
    "description": (
        *("description", "transactiondescription", "bankdescription", "originaldescription"),
        *("descriptor", "desc", "details", "transactiondetails", "narrative", "merchant"),
        *("merchantname", "payee", "payeename", "memo"),
    ),
    "amount": (
        *("amount", "transactionamount", "transamount", "amountusd", "amt", "transactionamt"),
        *("transamt", "purchaseamount", "paymentamount", "amountpaid", "checkamount"),
        "merchandiseamt",
    ),
    "client": ("client", "clientname", "clientcode", "clientid"),
    "account": (
        *("account", "bankaccount", "accountname", "accountid", "accountnumber", "accountno"),
        *("card", "cardnumber", "cardno", "cardholder", "cardholdername", "cardmember"),
    ),
    "vendor": ("vendor", "vendorcode", "vendorid", "vendorname"),
    "gl_code": ("glcode", "gl", "glaccount", "glaccountcode", "glaccountnumber", "glnumber"),
}
# Agencies, departments and divisions are left alone: they are no clients of a firm.

# Whom a row was paid to, for want of a description. A code, as in "Vendor ID", says nothing.
_PAID_TO = ("vendorname", "suppliername", "vendor", "supplier", "beneficiary", "beneficiaryname")
_SHOWN, _LONGEST = 8, 40


@dataclass(frozen=True, slots=True)
class BankHeader:
    """The line that names the columns: its number, titles, where each known column is, from 0."""

    number: int
    titles: tuple[str, ...]
    places: Mapping[str, int]
    remarks: tuple[str, ...] = ()


def find_header(records: Iterable[Record]) -> BankHeader:
    """The header within the first lines, which are taken off the records.

    Raises:
        ImportRejected: when none of them names a date, a description and an amount, or a debit and
            a credit, or when one of them is named twice.
    """
    looked_at: list[Record] = []
    for number, titles in islice(records, HEADER_WITHIN):
        places = known_places(titles)
        if not missing(places):
            _require_once(titles, places)
            above = sum(1 for _, cells in looked_at if any(map(str.strip, cells)))
            remarks = (*rows_before(above, "header"), *_stands_in(titles[places["description"]]))
            return BankHeader(number, tuple(titles), places, remarks)
        looked_at.append((number, titles))
    raise _no_header(looked_at)


def known_places(titles: Sequence[str]) -> dict[str, int]:
    """Where each column is that the titles name; some only for want of another.

    A debit and a credit stand for the amount, in banks' own words as on Import, and a vendor's name
    for the description: then it is no code that anybody gave the row.
    """
    spelled = [title_key(title) for title in titles]
    places = {
        name: spelled.index(spelling)
        for name, spellings in _SPELLINGS.items()
        if (spelling := next((s for s in spellings if s in spelled), ""))
    }
    if "description" not in places and (name := next((s for s in _PAID_TO if s in spelled), "")):
        places["description"] = spelled.index(name)
        if places.get("vendor") == places["description"]:
            del places["vendor"]
    if "amount" in places:
        return places
    moved = columns_of(titles).places
    names = ("amount",) if "amount" in moved else PAIR
    return places | {name: moved[name] for name in names if name in moved}


def missing(places: Mapping[str, int]) -> list[str]:
    """The needed columns that a header does not name."""
    has = places.keys() | ({"amount"} if set(PAIR) <= places.keys() else set())
    return [name for name in REQUIRED if name not in has]


def _stands_in(title: str) -> list[str]:
    """What to say of a title that was taken for the description without saying so."""
    if title_key(title) not in _PAID_TO:
        return []
    shown = " ".join(title.split())[:_LONGEST]
    return [f"The column {shown!r} was taken for the description, as none is named so."]


def _require_once(titles: Sequence[str], places: Mapping[str, int]) -> None:
    spelled = [title_key(title) for title in titles]
    for name, at in places.items():
        if spelled.count(spelled[at]) > 1:
            raise ImportRejected(f"Two columns stand for {name}.", "Keep the one that is meant.")


def _no_header(looked_at: Sequence[Record]) -> ImportRejected:
    """What the line lacks that names the most columns; the first one where all name as few."""
    if not looked_at:
        return ImportRejected("The file is empty.", "Give a file with a header and rows.")
    number, titles = best = max(looked_at, key=lambda record: len(known_places(record[1])))
    begins = ", ".join(" ".join(title.split())[:_LONGEST] for title in titles[:_SHOWN])
    which = "the file" if best is looked_at[0] else f"line {number}"
    return ImportRejected(
        f"There is no column {' or '.join(missing(known_places(titles)))}; {which} begins with: "
        f"{begins}.",
        "A line above the rows must name the columns date, description and amount, or debit and "
        "credit for the amount.",
    )
