"""Bank files as small as they may be."""

from collections.abc import Sequence

# FITID, day, amount, name
Given = tuple[str, str, str, str]

HARBOR: Given = ("F1", "20261005", "-12.50", "POS HARBOR COFFEE 0042 SEATTLE")
RENT: Given = ("F2", "20261012", "-900.00", "RENT PINE STREET")
WAGES: Given = ("F3", "20261015", "2,500.00", "CUSTOMER DEPOSIT")


def ofx(
    *rows: Given,
    number: str = "77004821",
    start: str = "20261001",
    end: str = "20261031",
    balance: str = "",
    as_of: str = "20261031",
    currency: str = "USD",
) -> bytes:
    """One account in SGML, the tags of values left open as most banks do."""
    return whole(account(rows, number, start, end, balance, as_of, currency))


def account(  # noqa: PLR0917
    rows: Sequence[Given],
    number: str = "77004821",
    start: str = "20261001",
    end: str = "20261031",
    balance: str = "",
    as_of: str = "20261031",
    currency: str = "USD",
) -> str:
    ledger = f"<LEDGERBAL><BALAMT>{balance}<DTASOF>{as_of}120000</LEDGERBAL>" if balance else ""
    listed = "\n".join(
        f"<STMTTRN><TRNTYPE>OTHER<DTPOSTED>{day}120000[-5:EST]<TRNAMT>{amount}"
        + (f"<FITID>{fitid}" if fitid else "")
        + f"<NAME>{name}</STMTTRN>"
        for fitid, day, amount, name in rows
    )
    return (
        f"<STMTTRNRS><STMTRS><CURDEF>{currency}<BANKACCTFROM><BANKID>1<ACCTID>{number}"
        f"<ACCTTYPE>CHECKING</BANKACCTFROM><BANKTRANLIST><DTSTART>{start}<DTEND>{end}\n"
        f"{listed}\n</BANKTRANLIST>{ledger}</STMTRS></STMTTRNRS>"
    )


def whole(*accounts: str) -> bytes:
    body = "".join(accounts)
    return f"OFXHEADER:100\nDATA:OFXSGML\n\n<OFX><BANKMSGSRSV1>{body}</BANKMSGSRSV1></OFX>".encode()
