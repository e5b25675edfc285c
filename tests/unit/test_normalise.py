"""Normalising: what is the same payee reads the same, and what differs keeps its difference."""

import time

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from ledgersync.matching.normalise import Descriptor, normalise, normalise_all, read_line

NAMES = st.sampled_from(
    ["STARBUCKS", "BLUE DOOR BAKERY", "O'NEILL & SONS", "7-ELEVEN", "H&M", "TA"]
)
PLACES = st.sampled_from(["", " DENVER CO", " BOISE ID", " SAN FRANCISCO CA", " SMALLVILLE KS"])
NUMBERS = st.integers(100, 99_999_999).map(str)

BANKS = [
    "PURCHASE AUTHORIZED ON 03/02 {} DENVER CO S383061234567890 CARD 1234",
    "RECURRING PAYMENT AUTHORIZED ON 11/30 {} DENVER CO S383061234567890 CARD 1234",
    "PURCHASE RETURN AUTHORIZED ON 03/02 {} DENVER CO P00000000123456789 CARD 1234",
    "CHECKCARD 0203 {} DENVER CO 24492153034000012345678",
    "CHECKCARD 0203 {} DENVER CO 24492153034000012345678 RECURRING",
    "CHECK CARD PURCHASE {}",
    "POS DEBIT {}",
    "POS PURCHASE {} DENVER CO",
    "POS WITHDRAWAL {} 0412 DENVER CO",
    "POS PURCHASE TERMINAL 12345678 {} DENVER CO",
    "DEBIT CARD PURCHASE XXXXX1234 {} DENVER CO",
    "RECURRING CARD PURCHASE 03/02 {} CARD 1234",
    "DBT CRD 1234 03/02/24 {} DENVER CO",
    "VISA DEBIT PURCHASE {}",
    "DEBIT PURCHASE -VISA {} DENVER CO",
    "WITHDRAWAL POS #1234 {}",
    "WITHDRAWAL DEBIT CARD PURCHASE {}",
    "PENDING - {}",
    "{} 03/02 PURCHASE DENVER CO",
    "{} 800-446-8848 CA",
    "{} (800) 446-8848",
    "{} 8004468848 CA",
    "{} #0412",
    "{} STORE 0412 DENVER CO 80202",
    "{} DENVER COUS",
    "SQ *{}",
    "SQ * {} DENVER CO",
    "SQ {} DENVER CO",
    "TST* {} DENVER CO",
    "PAYPAL *{} 4029357733",
    "PY *{} DENVER CO",
    "SP {} 8005551234",
    "SP * {}",
    "IN *{} 3035551234 CO",
    "WPY*{} 855-469-3729",
    "ACH DEBIT {}",
    "ELECTRONIC PAYMENT {} 230405 1234567890",
    "ONLINE PAYMENT 1234567890 TO {} 03/02",
    "BILL PAYMENT {}",
    "{} DES:230405 ID:XXXXX1234 INDN:ACME LLC CO ID:1234567890 CCD",
    "ORIG CO NAME:{} ORIG ID:1234567890 DESC DATE:230405 CO ENTRY DESCR:123456 SEC:CCD TRACE#:12",
    "CHECKCARD 0203 SQ *{} DENVER CO",
]


@pytest.mark.parametrize("wording", BANKS)
@pytest.mark.parametrize("payee", ["BLUE DOOR BAKERY", "VERMEER & DAUGHTERS LLC"])
def test_every_bank_and_processor_tells_of_the_same_payee(wording: str, payee: str) -> None:
    assert normalise(wording.format(payee)) == normalise(payee)


@pytest.mark.parametrize(
    ("description", "text", "head"),
    [
        ("AMZN MKTP US*2A3B4C5D6 AMZN.COM/BILL WA", "AMZN MKTP", "AMZN MKTP"),
        ("Amazon.com*RT4XY12Z3 SEATTLE WA", "AMAZON", "AMAZON"),
        ("APPLE.COM/BILL 866-712-7753 CA", "APPLE", "APPLE"),
        ("BILL.COM PAYABLES", "BILL COM PAYABLES", "BILL COM"),
        ("MSFT * E0500ABCDE MSBILL.INFO WA", "MSFT", "MSFT"),
        ("FACEBK *GQVSBGJTY2 FB.ME/ADS CA", "FACEBK", "FACEBK"),
        ("GOOGLE *ADS1234567890 CC@GOOGLE.COM CA", "GOOGLE ADS", "GOOGLE"),
        ("GITHUB, INC. GITHUB.COM CA", "GITHUB", "GITHUB"),
        ("STAPLS0012345000001 800-333-3330", "STAPLS", "STAPLS"),
        ("PACER800-676-6856IR 800-676-6856 TX", "PACER", "PACER"),
        ("UPS*1ZA12345678901234 800-811-1648 GA", "UPS", "UPS"),
        ("TRADER JOE S #123 PORTLAND OR", "TRADER JOES", "TRADER"),
        ("TARGET 00012345 MENLO PARKCA", "TARGET", "TARGET"),
        ("THE HOME DEPOT #7114", "HOME DEPOT", "HOME DEPOT"),
        ("BARNES & NOBLE #2345", "BARNES NOBLE", "BARNES"),
        ("H&M 0123 CHICAGO IL", "H&M", "H&M"),
        ("C.H. ROBINSON VENDOR PMT", "CH ROBINSON VENDOR PMT", "CH ROBINSON"),
        ("7-ELEVEN 33445 DALLAS TX", "7 ELEVEN", "7 ELEVEN"),
        ("1-800-FLOWERS.COM,INC. 800-468-1141 NY", "1 800 FLOWERS", "1 800 FLOWERS"),
        ("4IMPRINT 877-446-7746 WI", "4IMPRINT", "4IMPRINT"),
        ("ROUTE 66 DINER", "ROUTE 66 DINER", "ROUTE 66"),
        ("CITY OF AUSTIN TX", "CITY OF AUSTIN", "CITY OF AUSTIN"),
        ("Café Olé", "CAFE OLE", "CAFE OLE"),
        ("SP+ PARKING 123", "SP PARKING", "SP PARKING"),
        ("POS DEBIT 1234", "POS DEBIT", "DEBIT"),
        ("0012345", "0012345", "0012345"),
        ("FOREVER21 DENVER CO", "FOREVER 21", "FOREVER"),
        ("BLUE-LANTERN07 RENO NV", "BLUE LANTERN", "BLUE LANTERN"),
        ("LANTERN0412OUTSIDE DENVER CO", "LANTERN OUTSIDE", "LANTERN"),
        ("MURPHY USA 6741 TULSA OK", "MURPHY USA", "MURPHY"),
        ("LANTERN AIR Q7J2KM BOSTON MA", "LANTERN AIR", "LANTERN"),
        ("LANTERN TALLINN EST", "LANTERN", "LANTERN"),
        ("SWA*INFLIGHT WIFI 800-435-9792 TX", "SWA INFLIGHT WIFI", "SWA INFLIGHT"),
    ],
)
def test_a_line_keeps_the_payee(description: str, text: str, head: str) -> None:
    assert normalise(description) == Descriptor(text, head)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("CHECK 1024", "DRAFT 1024"),
        ("GUSTO NET 123456", "GUSTO TAX 123456"),
        ("ADP WAGE PAY WAGE PAY 230405", "ADP PAYROLL FEES ADP FEES 230405"),
        ("PAYCHEX EIB INVOICE X12345", "PAYCHEX TPS TAXES 12345"),
        ("WIRE TRANSFER FEE", "MONTHLY SERVICE FEE"),
        ("ACH FEE", "LATE FEE"),
        ("ONLINE TRANSFER TO CHK ...1234 TRANSACTION#: 1", "ONLINE TRANSFER TO CHK ...9876"),
        ("ONLINE TRANSFER TO CHK ...1234", "ONLINE TRANSFER FROM CHK ...1234"),
        ("ONLINE TRANSFER TO SAV XXXXXX1234", "ONLINE TRANSFER TO CHK XXXXXX1234"),
        ("ONLINE BANKING PAYMENT TO CRD 1234", "ONLINE BANKING PAYMENT TO CRD 9876"),
        ("ZELLE PAYMENT TO ANA RUIZ 12345678901", "ZELLE PAYMENT TO BO LIND 12345678901"),
        ("PAYPAL INST XFER 220803", "PAYPAL *BLUE DOOR"),
        ("UBER *EATS HELP.UBER.COM CA", "UBER *TRIP HELP.UBER.COM CA"),
        (
            "WIRE TYPE:WIRE IN DATE: 230405 TIME:1212 ET TRN:123456789012 ORIG:ACME CORP",
            "WIRE TYPE:WIRE IN DATE: 230405 TIME:1212 ET TRN:123456789012 ORIG:BOREAL CORP",
        ),
    ],
)
def test_what_differs_in_kind_stays_apart(one: str, other: str) -> None:
    assert normalise(one).text != normalise(other).text


@pytest.mark.parametrize(
    ("description", "site"),
    [
        ("LANTERN.COM 800-555-0100", True),
        ("LANTERN 0412 LANTERN.COM/BILL", True),
        ("LANTERN BOOKS GREENLANTERN.COM", False),
        ("LANTERN 0412", False),
    ],
)
def test_a_line_tells_whether_its_first_word_is_a_web_address(
    description: str, *, site: bool
) -> None:
    assert read_line(description).site is site


@pytest.mark.parametrize("checks", [["CHECK 1024", "CHECK # 1031", "Check #1031", "CHECK 77"]])
def test_checks_read_alike_whatever_their_number(checks: list[str]) -> None:
    assert {normalise(check).text for check in checks} == {"CHECK"}


def test_both_sides_of_a_person_to_person_payment_share_a_head() -> None:
    ways = ["ZELLE PAYMENT TO ANA RUIZ 123456789", "ZELLE TO ANA RUIZ ON 03/02 REF #RP0ABC1234"]
    assert {normalise(way).head for way in ways} == {"ZELLE ANA RUIZ"}


@given(NAMES, NUMBERS, NUMBERS, PLACES, st.sampled_from([" ", " #", " # ", " STORE ", " NO. "]))
def test_stores_of_a_chain_read_alike(
    name: str, one: str, other: str, place: str, mark: str
) -> None:
    assert normalise(f"{name}{mark}{one}{place}") == normalise(f"{name}{mark}{other}{place}")


@given(st.sampled_from(BANKS), NAMES, st.integers(1, 6))
def test_case_and_blanks_do_not_matter(wording: str, name: str, blanks: int) -> None:
    line = wording.format(name)
    assert normalise(f" {line.lower()}\t".replace(" ", " " * blanks)) == normalise(line)


@given(st.text() | st.text("AB19 *#.-/&'X", max_size=40))
@example("ıß ŉ")
@example("A X12 #")
def test_any_text_has_a_descriptor_that_holds_still(text: str) -> None:
    first = normalise(text)
    assert normalise(first.text) == first
    if any(sign.isalnum() for sign in text):
        assert first.text
        assert first.head


@given(st.lists(st.sampled_from(BANKS).map(lambda wording: wording.format("TA")) | st.text()))
def test_many_at_once_are_the_same_as_one_by_one(lines: list[str]) -> None:
    assert normalise_all(lines) == [normalise(line) for line in lines]


@pytest.mark.parametrize(
    "piece",
    ["PURCHASE ", "X", "1", "A1", "*", "#1 ", "WWW.", "ORIG CO NAME:", "S ", "A.", "-", "&"],
)
def test_hostile_lengths_take_no_more_than_their_share(piece: str) -> None:
    started = time.process_time()
    normalise(piece * (40_000 // len(piece)) + "!")
    assert time.process_time() - started < 2


def test_endless_words_come_down_to_what_an_index_holds() -> None:
    text = normalise("NIGHT OWL \ufdfa SIGNS " * 1_000).text
    assert text.startswith("NIGHT OWL")
    assert len(text) <= 500
    assert normalise(text).text == text
