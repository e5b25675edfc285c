"""What banks and card processors put in front of the payee's name, and how it comes off."""

import re
import tomllib
from pathlib import Path

_LISTS = tomllib.loads(Path(__file__).with_suffix(".toml").read_text("utf-8"))
LABELS = frozenset(_LISTS["labels"].split())
SUFFIXES = frozenset(_LISTS["suffixes"].split())
NOISE = LABELS | SUFFIXES
NUMBERED = frozenset(_LISTS["numbered"].split())
COMMON_STARTS = frozenset(_LISTS["common_starts"].split())
MONEY_WAYS = frozenset({"TO", "FROM"})
MOVING_WORDS = frozenset(_LISTS["moving"].split())
ACCOUNT_WORDS = frozenset(_LISTS["accounts"].split())

_DAY = r"\d{1,2}[/-]\d{1,2}(?:[/-]\d{2,4})?"
_KIND = (
    r"(?:PURCHASES?|WITHDRAWAL|W/?D|DEBIT|CREDIT|REFUND|RETURN|PAYMENT|PMT|DEP(?:OSIT)?|"
    r"TRANSACTION)"
)
_NETWORK = r"(?:VISA |MC |MASTERCARD )"
_MANNER = r"(?:RECURRING |INTL |INTERNATIONAL |MOBILE |CONTACTLESS |PENDING |WITHDRAWAL )"

# Each stands at the very front and is followed by the payee.
_FRONTS = (
    r"(?:RECURRING |NON-?ATM )?(?:PAYMENT |PURCHASE |PURCHASE RETURN )?AUTHORIZED ON",
    rf"{_MANNER}*{_NETWORK}?(?:DEBIT |CHECK ?|CREDIT |ATM )?CARD {_KIND}(?: RETURN)?",
    r"CHECK ?CARD(?= \d)",
    rf"{_NETWORK}?DEBIT {_KIND}(?: -? ?VISA)?",
    rf"(?:DBT|DEBIT) CRD(?: {_KIND})?",
    rf"{_MANNER}?{_NETWORK}?POS (?:{_KIND}|DB|DR|PIN|SIG|TERMINAL)(?: TERMINAL)?",
    r"POS(?= #?\d)",
    rf"(?:SIGNATURE|PIN|VISA|POINT OF SALE|MOBILE|CONTACTLESS|INTL|MASTERCARD) {_KIND}",
    r"RECURRING (?:PAYMENT|DEBIT|PURCHASE|PMT|CHARGE)",
    r"PURCHASE(?: WITH PIN| RETURN)?",
    r"PENDING",
    (
        r"(?:EXTERNAL|ELECTRONIC|PRE-?AUTHORIZED|AUTOMATIC|ONLINE ACH|WEB AUTHORIZED) "
        rf"(?:ACH )?{_KIND}"
    ),
    r"(?:WITHDRAWAL|DEPOSIT|DEBIT|CREDIT)(?= ?[-:]? ?(?:ACH|POS|DEBIT CARD|EXTERNAL|BILL PAY))",
    (
        rf"(?:BUSINESS TO BUSINESS )?ACH(?: {_KIND})?"
        r"(?! ?(?:FEE|RETURN|BATCH|HOLD|ORIG|PAYMENTS?$))"
    ),
    r"(?:ONLINE |MOBILE )?BILL ?(?:PAYMENT|PAY|PMT)(?: TO)?",
    r"ONLINE PAYMENT \d+ TO",
)

# Processors put their code and a star before the payee. A short code that nobody knows is one too.
_PROCESSORS = (
    (
        r"(?:SQ|TST|PY|PP|IN|INT|SP|DD|FS|FSP|BT|CKE|EB|WPY|PAR|CCI|DRI|DNH|EIG|APL|CTLP|SPO|OLO|"
        r"LS|GG|ZSK|BLS|SQC|CLOVER|STRIPE|TOAST|SPOTON|VENMO|CASH APP|2CO(?:\.COM)?|"
        r"PAYPAL(?: INST XFER)?) ?\*"
    ),
    rf"(?!(?:{'|'.join(_LISTS['short_payees'].split())})\*)[A-Z]{{2,3}}\*(?=[A-Z' -]{{4}})",
    r"(?:SQ|TST)(?= [A-Z])",
    r"SP(?= [A-Z]{3})(?! PLUS| PARKING)",
    # PayPal without its star, unless the words that follow tell of PayPal's own business.
    (
        r"PAYPAL(?! (?:INST|TRANSFER|XFER|ECHECK|E?PAYMENT|PMT|CREDIT|DEBIT|FEES?|BILL|WORKING|DES|"
        r"BUSINESS|INC|HOLDINGS|PAY|TRANSF|RETRY|CASH|LOAN|PURCHASE|SALE|VERIF)[A-Z]*)(?= [A-Z]{3})"
    ),
)

# Days, card masks and terminal numbers between the bank's words and the payee.
_BETWEEN = rf"(?:[\s:#*-]|{_DAY}\b|(?:CARD )?X*\d{{3,}}(?=\s)|X{{3,}}\w*(?=\s))*+"
_FRONT = re.compile(
    rf"[^\w]*+(?:(?:{'|'.join(_FRONTS)})(?![^\W_]){_BETWEEN}|(?:{'|'.join(_PROCESSORS)})\s*+)"
)

_ORIGINATOR = re.compile(r"ORIG CO NAME:\s*(.*?)\s*(?:ORIG ID|DESC DATE|CO ENTRY|$)")
_ENTRY = re.compile(r"CO ENTRY DESCR:\s*(.*?)\s*(?:SEC:|TRACE|EED:|IND |$)")
_AFTER_ENTRY = re.compile(r" (?:ID:|INDN:|CO ID:).*")
_WIRE = re.compile(r"WIRE TYPE:\s*(WIRE (?:IN|OUT)|\w+(?: \w+)?).*?(?:(?:ORIG|BNF|BENE?F?):(.*)|$)")
_AFTER_PARTY = re.compile(r"\s(?:ID|ORIG|SND BK|BK|PMT DET|REF|BNF)\b.*")


def payee_fields(text: str) -> str:
    """A line of named fields as payee and entry: "ORIG CO NAME:GUSTO ... CO ENTRY DESCR:TAX"."""
    if "ORIG CO NAME:" in text and (name := _ORIGINATOR.search(text)):
        entry = _ENTRY.search(text)
        return f"{name[1]} {entry[1] if entry else ''}".strip() or text
    if " DES:" in text:
        return _AFTER_ENTRY.sub("", text).replace(" DES:", " ")
    if text.startswith("WIRE TYPE:") and (wire := _WIRE.match(text)):
        return f"{wire[1]} {_AFTER_PARTY.sub('', wire[2] or '')}"
    return text


def without_bank_words(text: str) -> str:
    """The line from the payee on; the whole line where the bank's words are all there is."""
    while front := _FRONT.match(text):
        rest = text[front.end() :]
        if not any(map(str.isalpha, rest)):
            return text
        text = rest
    return text
