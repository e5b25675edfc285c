"""Headers of FIRMADMIN lists: which column is meant, however it is spelt."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

from ledgersync.domain.firm_lists import ListKind
from ledgersync.errors import ImportRejected
from ledgersync.imports.titles import title_key

# Spellings of each column, the likeliest first, without case, spaces and marks; "#" is "number".
_SPELLINGS: Mapping[ListKind, Mapping[str, tuple[str, ...]]] = {
    ListKind.CLIENTS: {
        "code": (
            *("clientcode", "acsclientcode", "acscode", "clientnumber", "clientno", "clientnum"),
            "code",
        ),
        "acs_id": ("clientid", "acsclientid", "acsid", "id"),
        "name": (
            *("clientname", "name", "client", "companyname", "company", "businessname"),
            *("legalname", "clientdescription"),
        ),
        "email": (
            *("email", "emailaddress", "clientemail", "primaryemail", "contactemail"),
            *("mail", "emailid"),
        ),
        "status": ("status", "clientstatus"),
    },
    ListKind.VENDORS: {
        "code": (
            *(
                "vendorcode",
                "vendorid",
                "vendornumber",
                "vendorno",
                "vendornum",
                "vendoridentifier",
            ),
            *("suppliercode", "supplierid", "suppliernumber", "payeeid", "payeecode"),
            *("code", "id"),
        ),
        "name": (
            *("vendorname", "name", "vendor", "vendordescription", "suppliername", "supplier"),
            *("payeename", "payee", "companyname", "company", "description"),
        ),
        "default_gl": (
            *("defaultglcode", "defaultgl", "defaultglaccount", "defaultglaccountcode"),
            *("defaultaccount", "defaultaccountcode", "defaultgeneralledgeraccount"),
            *("defaultexpenseaccount", "expenseaccount", "distributionaccount"),
            *("defaultdistribution", "generalledgeraccount", "glcode", "glaccount"),
            *("glaccountcode", "glaccountnumber", "glnumber", "glno", "gl"),
        ),
    },
    ListKind.CHART: {
        "code": (
            *("account", "accountnumber", "accountno", "accountnum", "accountcode", "accountid"),
            *("glcode", "glaccount", "glaccountcode", "glaccountnumber", "glaccountno", "glnumber"),
            *("glno", "generalledgeraccount", "gl", "acct", "acctnumber", "acctno", "acctcode"),
            *("acctnum", "code", "number", "no"),
        ),
        "name": (
            *("accountdescription", "accountname", "description", "glaccountdescription"),
            *("glaccountname", "gldescription", "glname", "acctdescription", "acctname"),
            *("accounttitle", "title", "name"),
        ),
        "type": (
            *("typecode", "type", "accounttype", "accounttypecode", "accttype", "gltype"),
            *("category", "accountcategory", "classification", "class"),
        ),
    },
}
# A vendor's "Account Number" is most often the firm's number there, so it is no default GL code.

# Headers that, beside a name, stand for a code that has no column of its own. Accounting CS itself
# knows a client by its Client ID.
_STAND_INS: Mapping[ListKind, tuple[str, ...]] = {
    ListKind.CLIENTS: (*_SPELLINGS[ListKind.CLIENTS]["acs_id"], "client"),
    ListKind.VENDORS: ("vendor", "supplier"),
    ListKind.CHART: (),
}
# Headers that tell one list from another; the words "code" and "id" alone tell nothing.
_MARKS: Mapping[ListKind, tuple[str, ...]] = {
    ListKind.CLIENTS: _SPELLINGS[ListKind.CLIENTS]["code"][:-1],
    ListKind.VENDORS: _SPELLINGS[ListKind.VENDORS]["code"][:-2],
    ListKind.CHART: (),
}
_MISTAKEN_FOR = {
    ListKind.CLIENTS: ListKind.VENDORS,
    ListKind.VENDORS: ListKind.CLIENTS,
    ListKind.CHART: ListKind.VENDORS,
}
# A list of clients keeps its Status; in the others a mark is only told.
_YES, _NO = (
    frozenset({"yes", "y", "true", "t", "1", "x"}),
    frozenset({"no", "n", "false", "f", "0"}),
)
_INACTIVE: Mapping[str, frozenset[str]] = {
    **dict.fromkeys(
        ("status", "vendorstatus", "accountstatus", "glstatus"),
        frozenset({"inactive", "i", "closed", "deleted", "disabled"}),
    ),
    **dict.fromkeys(("inactive", "isinactive", "vendorinactive", "accountinactive"), _YES),
    **dict.fromkeys(("active", "isactive", "vendoractive", "accountactive"), _NO),
}
_LONGEST_HEADER = 200  # characters; what is longer is no header, and takes long to look at
_DAYS = frozenset(
    {"date", "transactiondate", "trandate", "transdate", "postdate", "posteddate", "postingdate"}
)
_AMOUNTS = frozenset(
    {"amount", "transactionamount", "totalamount", "debit", "credit", "debitamount", "creditamount"}
)


@dataclass(frozen=True, slots=True)
class Header:
    """A header row of a list.

    `places` gives each value's column, from 0; `ignored` are the headers that mean none of them;
    `stand_in` is the header that was taken for the code though it says something else. `inactive`
    are the columns that may mark an entry as no longer used, with what they say then.
    """

    kind: ListKind
    texts: tuple[str, ...]
    places: Mapping[str, int]
    ignored: tuple[str, ...]
    stand_in: str = ""
    inactive: Mapping[int, frozenset[str]] = field(default_factory=dict)

    @property
    def width(self) -> int:
        return len(self.texts)


def read_header(texts: Sequence[str], kind: ListKind) -> Header | None:
    """The row as a header of that kind of list; None when it is none.

    Raises:
        ImportRejected: when the row is one, but two of its columns have the same header.
    """
    squeezed = [_squeezed(text) for text in texts]
    places = {
        field: squeezed.index(found)
        for field, spellings in _SPELLINGS[kind].items()
        if (found := next((s for s in spellings if s in squeezed), None))
    }
    stand_in = "" if "code" in places else _stand_in(squeezed, kind, places)
    if not {"code", "name"} <= places.keys() or _is_another(squeezed, kind):
        return None
    taken = set(places.values())
    _require_once(texts, squeezed, taken)
    ignored = [text.strip() for at, text in enumerate(texts) if text.strip() and at not in taken]
    inactive = {
        at: _INACTIVE[word]
        for at, word in enumerate(squeezed)
        if word in _INACTIVE and at not in taken
    }
    said = stand_in and texts[places["code"]]
    return Header(kind, tuple(texts), places, tuple(ignored), said, inactive)


def are_transactions(texts: Sequence[str]) -> bool:
    """Whether a header is one of transactions, which name accounts and vendors too."""
    squeezed = {_squeezed(text) for text in texts}
    return not (_DAYS.isdisjoint(squeezed) or _AMOUNTS.isdisjoint(squeezed))


def _stand_in(squeezed: Sequence[str], kind: ListKind, places: dict[str, int]) -> str:
    """Take another column for the missing code, and return its header."""
    for spelling in _STAND_INS[kind]:
        if spelling in squeezed and squeezed.index(spelling) != places.get("name"):
            places["code"] = squeezed.index(spelling)
            if places.get("acs_id") == places["code"]:
                del places["acs_id"]
            return spelling
    return ""


def _is_another(squeezed: Sequence[str], kind: ListKind) -> bool:
    """Whether the row has the mark of the list it could be mistaken for, and none of its own."""
    if any(mark in squeezed for mark in _MARKS[kind]):
        return False
    return any(mark in squeezed for mark in _MARKS[_MISTAKEN_FOR[kind]])


def _require_once(texts: Sequence[str], squeezed: Sequence[str], places: Collection[int]) -> None:
    for place in places:
        if squeezed.count(squeezed[place]) > 1:
            raise ImportRejected(
                f"Two columns have the header {texts[place].strip()[:40]!r}.",
                "Keep the one that is meant, then choose the file again.",
            )


def _squeezed(text: str) -> str:
    return "" if len(text) > _LONGEST_HEADER else title_key(text)
