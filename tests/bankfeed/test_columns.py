"""Pages read by column come out as their rows would one by one, whatever is in them."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledgersync.bankfeed import columns
from ledgersync.bankfeed.columns import transactions_reader
from ledgersync.bankfeed.documents import parse
from ledgersync.bankfeed.profiles import Transactions
from ledgersync.bankfeed.rows import transaction_reader
from ledgersync.domain.transactions import FeedTransaction
from tests.bankfeed.feeds import profile_for, row

VALUES = (
    st.sampled_from(["", " ", "T1", "4.20", "-7", "1e3", "2026-10-05", "true", "a\nb", "\0", "é"])
    | st.text(max_size=3)
    | st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.lists(st.integers(), max_size=1)
    | st.just({"k": 1})
)
FIELDS = st.sampled_from(["id", "postedDate", "description", "amount", "pending", "memo", "x.y"])


def section(**changes: Any) -> Transactions:
    return profile_for("http://127.0.0.1", transactions=changes).transactions


SIGNS = {
    sign: section(amount_sign=sign)
    for sign in ("negative_is_money_out", "positive_is_money_out", "type_field")
}
USUAL = SIGNS["negative_is_money_out"]


def page(rows: list[Any]) -> list[object]:
    found = parse(json.dumps(rows).encode())
    assert isinstance(found, list)
    return found


def alike(rows: list[Any], read_by: Transactions) -> bool:
    items = page(rows)
    return transactions_reader(read_by)(items) == list(map(transaction_reader(read_by), items))


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"payee": None, "memo": 'naïve 50% "cut" \\ é\U0001f600'},
        {"pending": True, "checkNumber": "007", "extra": 1.50, "other": None},
        {"amount": "12.5", "id": "a", "postedDate": "2026-10-05T10:00:00Z"},
    ],
)
@pytest.mark.parametrize("sign", ["negative_is_money_out", "positive_is_money_out"])
def test_usual_pages_are_tables(
    monkeypatch: pytest.MonkeyPatch, changes: dict[str, Any], sign: str
) -> None:
    rows = [row(number) | changes for number in range(3)]
    rows[1] = row(1) | dict.fromkeys(changes, None) | changes
    read_by = SIGNS[sign]
    expected = list(map(transaction_reader(read_by), page(rows)))
    monkeypatch.setattr(columns, "each", lambda _: pytest.fail)
    assert transactions_reader(read_by)(page(rows)) == expected
    assert all(isinstance(found.value, FeedTransaction) for found in expected)


@pytest.mark.parametrize("absent", ["payee", "memo", "pending", "checkNumber", "id", "amount"])
def test_fields_that_no_row_has(absent: str) -> None:
    rows = [
        {name: value for name, value in row(number).items() if name != absent}
        for number in range(2)
    ]
    assert alike(rows, USUAL)


@given(
    name=FIELDS,
    values=st.lists(VALUES, min_size=1, max_size=3),
    sign=st.sampled_from(list(SIGNS)),
)
def test_any_column_is_read_as_its_rows_would_be(name: str, values: list[Any], sign: str) -> None:
    rows = [row(number, type="debit") | {name: value} for number, value in enumerate(values)]
    assert alike(rows, SIGNS[sign])


@given(st.lists(st.dictionaries(FIELDS, VALUES, max_size=3) | VALUES, max_size=3))
def test_any_page_is_read_as_its_rows_would_be(rows: list[Any]) -> None:
    assert alike(rows, USUAL)


def test_doubled_names_and_nested_paths_are_left_to_the_rows() -> None:
    items = parse(b'[{"id":"1","id":"2","postedDate":"2026-10-05"}]')
    assert isinstance(items, list)
    assert "twice" in transactions_reader(section())(items)[0].value.reason  # type: ignore[union-attr]
    nested = section(fields=section().fields_.model_dump() | {"memo": "more.memo"})
    assert alike([row(1, more={"memo": "deep"})], nested)
