"""Rows: signs, dates and texts as the profile says; anything else is set aside, never a crash."""

import json
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledgersync.bankfeed.days import read_day, write_day
from ledgersync.bankfeed.documents import compact, parse
from ledgersync.bankfeed.paths import MISSING, find, place
from ledgersync.bankfeed.profiles import Profile
from ledgersync.bankfeed.rows import (
    Row,
    account_reader,
    client_reader,
    statement_reader,
    transaction_reader,
)
from ledgersync.domain.clients import FeedAccount, FeedClient, FeedStatement
from ledgersync.domain.transactions import FeedTransaction, SetAside
from tests.bankfeed.feeds import profile_for, row

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=6,
)


def profile(**changes: Any) -> Profile:
    return profile_for("http://127.0.0.1", **changes)


def as_sent(value: Any) -> object:
    return parse(json.dumps(value).encode())


def taken(sign: str, **fields: Any) -> int | str:
    """The amount that is read, or why the row was set aside."""
    read = transaction_reader(profile(transactions={"amount_sign": sign}).transactions)
    without_amount = {name: value for name, value in row(1).items() if name != "amount"}
    value = read(as_sent(without_amount | fields)).value
    return value.amount if isinstance(value, FeedTransaction) else value.reason


@pytest.mark.parametrize(
    ("sign", "fields", "cents"),
    [
        ("negative_is_money_out", {"amount": -42.17}, -4217),
        ("negative_is_money_out", {"amount": "42.17"}, 4217),
        ("negative_is_money_out", {"amount": 0.1}, 10),
        ("positive_is_money_out", {"amount": 42.17}, -4217),
        ("positive_is_money_out", {"amount": "-5"}, 500),
        ("debit_credit_fields", {"debit": 12.5}, -1250),
        ("debit_credit_fields", {"credit": "12.50", "debit": None}, 1250),
        ("debit_credit_fields", {"credit": 3, "debit": 0}, 300),
        ("debit_credit_fields", {"credit": "", "debit": "7.00"}, -700),
        ("debit_credit_fields", {"credit": 0, "debit": 0}, 0),
        ("type_field", {"amount": 8, "type": "debit"}, -800),
        ("type_field", {"amount": 8, "type": "CREDIT"}, 800),
    ],
)
def test_amount_signs(sign: str, fields: dict[str, Any], cents: int) -> None:
    assert taken(sign, **fields) == cents


@pytest.mark.parametrize(
    ("sign", "fields", "reason"),
    [
        ("debit_credit_fields", {"debit": 1, "credit": 2}, "both filled"),
        ("debit_credit_fields", {}, "both empty"),
        ("debit_credit_fields", {"debit": None, "credit": ""}, "both empty"),
        ("debit_credit_fields", {"debit": -1}, "debit is negative"),
        ("debit_credit_fields", {"credit": -1}, "credit is negative"),
        ("debit_credit_fields", {"debit": "x", "credit": 1}, "debit holds text"),
        ("type_field", {"amount": -8, "type": "debit"}, "amount is negative"),
        ("type_field", {"amount": 8, "type": "DR"}, "type holds text"),
        ("type_field", {"amount": 8}, "type holds nothing"),
        ("type_field", {"type": "debit"}, "amount holds nothing"),
    ],
)
def test_contradicting_amounts_are_set_aside(
    sign: str, fields: dict[str, Any], reason: str
) -> None:
    assert reason in str(taken(sign, **fields))


@pytest.mark.parametrize(
    ("written", "text", "day"),
    [
        ("iso", "2026-10-31", date(2026, 10, 31)),
        ("iso", "2026-10-31T23:59:59.123456-07:00", date(2026, 10, 31)),
        ("iso", "2028-02-29", date(2028, 2, 29)),
        ("iso", "2026-02-29", None),
        ("iso", "2026-W01-1", None),
        ("iso", "20261031", None),
        ("iso", "1900-01-01", date(1900, 1, 1)),
        ("iso", "0001-01-01T00:00:00", None),
        ("iso", "9999-12-31", None),
        ("iso", "2026-10-31 and more", None),
        ("iso", "\u0662\u0660\u0662\u0666-10-31", None),
        ("us", "10/31/2026", date(2026, 10, 31)),
        ("us", "1/2/2026", date(2026, 1, 2)),
        ("us", "31/10/2026", None),
        ("us", "10/31/26", None),
        ("us", "01/01/0001", None),
        ("epoch_ms", "0", date(1970, 1, 1)),
        ("epoch_ms", "1793404800000", date(2026, 10, 31)),
        ("epoch_ms", "1793491199999", date(2026, 10, 31)),
        ("epoch_ms", "-1", date(1969, 12, 31)),
        ("epoch_ms", "1793404800000.0", None),
        ("epoch_ms", "9" * 18, None),
        ("epoch_ms", "-62135596800000", None),
        ("epoch_ms", "9" * 5000, None),
    ],
)
def test_days(written: Any, text: str, day: date | None) -> None:
    assert read_day(text, written) == day


@given(st.dates(date(1900, 1, 1), date(2199, 12, 31)), st.sampled_from(["iso", "us", "epoch_ms"]))
def test_days_survive_writing_and_reading(day: date, written: Any) -> None:
    assert read_day(write_day(day, written), written) == day
    assert read_day(write_day(day, written, end=True), written) == day


def test_a_period_in_milliseconds_takes_its_last_day_in() -> None:
    day = date(2026, 3, 8)
    start, end = write_day(day, "epoch_ms"), write_day(day, "epoch_ms", end=True)
    assert int(end) - int(start) == timedelta(days=1) // timedelta(milliseconds=1) - 1


@pytest.mark.parametrize(
    ("sent", "pending"),
    [
        (True, True),
        (False, False),
        ("Pending", True),
        ("posted", False),
        ("true", True),
        ("false", False),
        (None, False),
        ("", False),
    ],
)
def test_pending(sent: Any, pending: bool) -> None:  # noqa: FBT001
    value = transaction_reader(profile().transactions)(as_sent(row(1, pending=sent))).value
    assert isinstance(value, FeedTransaction)
    assert value.pending is pending


def test_every_field_of_a_transaction() -> None:
    sent = row(1, id=77, payee="Harbor Fuel", checkNumber=408, memo="fuel", pending=True)
    found = transaction_reader(profile().transactions)(as_sent(sent))
    assert found.source_id == "77"
    assert found.value == FeedTransaction(
        "77",
        date(2026, 10, 5),
        "CARD PURCHASE 1",
        -1125,
        "Harbor Fuel",
        "408",
        "fuel",
        True,  # noqa: FBT003  as the fields stand
        json.dumps(sent, separators=(",", ":")),
    )


def test_feed_without_ids() -> None:
    section = profile(transactions={"fields": {"id": ""}}).transactions
    found = transaction_reader(section)(as_sent(row(1)))
    assert found.source_id == ""
    assert isinstance(found.value, FeedTransaction)
    assert found.value.source_id == ""


def test_clients_accounts_and_statements() -> None:
    client = client_reader(profile().clients)(as_sent({"id": "a@b.c", "name": "N", "email": None}))
    assert client.value == FeedClient("a@b.c", "N", "", "")
    read = account_reader(
        profile(accounts={"fields": {"institution": "bank.name"}}).accounts, profile()
    )
    sent = {"id": 1, "name": "N", "bank": {"name": "B"}, "mask": 4821, "balance": "1.50"}
    sent |= {"balanceDate": "2026-10-31", "currency": "USD", "status": "broken", "type": "card"}
    expected = FeedAccount("1", "N", "B", "card", "4821", "USD", 150, date(2026, 10, 31), "broken")
    assert read(as_sent(sent)).value == expected
    sparse = read(as_sent({"id": 1, "name": "N", "balance": None, "balanceDate": ""})).value
    assert sparse == FeedAccount("1", "N", "", "", "", "", None, None, "")
    unknown = read(as_sent({"id": 1, "name": "N", "balanceDate": "0001-01-01T00:00:00"})).value
    assert unknown == sparse
    assert isinstance(read(as_sent({"id": "x" * 501, "name": "N"})).value, SetAside)
    assert not isinstance(read(as_sent({"id": "x" * 500, "name": "N"})).value, SetAside)
    assert profile().statements is not None
    statement = statement_reader(profile().statements, profile())  # type: ignore[arg-type]
    sent = {"id": "S", "startDate": "2026-10-01", "endDate": "2026-10-31", "openingBalance": -1}
    expected_statement = FeedStatement("S", date(2026, 10, 1), date(2026, 10, 31), -100, None)
    assert statement(as_sent(sent)).value == expected_statement


def test_row_set_aside_keeps_the_id_it_had() -> None:
    value = transaction_reader(profile().transactions)(as_sent(row(1, amount="x"))).value
    assert isinstance(value, SetAside)
    assert value.source_id == "T1"
    assert "x" not in value.reason.replace("text", "").replace("expected", "")


def no_surprise(found: Row[Any]) -> None:
    assert isinstance(found.value, SetAside | FeedTransaction)
    found.raw.encode()
    assert "\0" not in found.raw


@given(
    field=st.sampled_from(["id", "postedDate", "description", "amount", "pending", "memo", "type"]),
    value=JSON,
    sign=st.sampled_from(
        ["negative_is_money_out", "positive_is_money_out", "debit_credit_fields", "type_field"]
    ),
    written=st.sampled_from(["iso", "us", "epoch_ms"]),
)
def test_any_json_in_any_field_is_read_or_set_aside(
    field: str, value: Any, sign: str, written: str
) -> None:
    changes = {"amount_sign": sign, "date_format": written}
    read = transaction_reader(profile(transactions=changes).transactions)
    no_surprise(read(as_sent(row(1, debit=1, type="debit") | {field: value})))


@given(JSON)
def test_any_json_as_a_row_is_read_or_set_aside(value: Any) -> None:
    no_surprise(transaction_reader(profile().transactions)(as_sent(value)))


@pytest.mark.parametrize("depth", [50, 300, 600, 900, 970, 990])
def test_deep_rows_are_set_aside_or_refused_but_never_crash(depth: int) -> None:
    inner = b'{"a":' * depth + b"1" + b"}" * depth
    body = b'{"id":"T","postedDate":"2026-10-05","description":"d","amount":1,"x":' + inner + b"}"
    try:
        document = parse(body)
    except Exception as error:  # noqa: BLE001  its kind is what is checked
        assert type(error).__name__ == "FeedNotUnderstood"  # noqa: PT017
        return
    no_surprise(transaction_reader(profile().transactions)(document))


@given(JSON)
def test_compact_text_says_the_same(value: Any) -> None:
    text = compact(as_sent(value))
    again = json.loads(text)
    assert json.dumps(again) == json.dumps(json.loads(json.dumps(value)))


@pytest.mark.parametrize(
    "text", ['{"50%":"%s","%s":{"%d":["%"]}}', '{"%s":"a","%s":"%","b":{"c%":1,"c%":2}}']
)
def test_percent_signs_are_text_like_any_other(text: str) -> None:
    assert compact(parse(text.encode())) == text


def test_numbers_keep_their_writing() -> None:
    body = b'{"a":1.50,"b":1e999,"c":NaN,"d":-0.0,"e":123456789012345678901234567890}'
    assert compact(parse(body)) == body.decode()


NAMES = st.text(alphabet="ab0.", min_size=1, max_size=6)


@given(st.lists(st.sampled_from(["a", "b", "c"]), min_size=1, max_size=4), JSON)
def test_what_is_placed_at_a_path_is_found_there(names: list[str], value: Any) -> None:
    target: dict[str, object] = {}
    place(target, ".".join(names), value)
    assert find(target, ".".join(names)) is value


@given(JSON, NAMES)
def test_finding_never_fails(value: Any, path: str) -> None:
    find(value, path)


def test_paths() -> None:
    value = {"a": {"b": 1, "c.d": 2}, "a.b": 3, "rows": [{"x": 4}, 5], "n": None}
    assert find(value, "") is value
    assert find(value, "a.b") == 3
    assert find(value, "a.c.d") == 2
    assert find(value, "rows.0.x") == 4
    assert find(value, "rows.1") == 5
    assert find(value, "n") is None
    for path in ("rows.2", "rows.-1", "rows.x", "a.x", "x", "a.b.c", "n.x", "rows.\u0661"):
        assert find(value, path) is MISSING
