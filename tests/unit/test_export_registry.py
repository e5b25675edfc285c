import pytest

from ledgersync.errors import InvalidInput
from ledgersync.exports.registry import DEFAULT_LAYOUT, LAYOUTS, CellKind, Layout, find_layout


def test_the_layouts_are_those_people_know_by_name() -> None:
    assert list(LAYOUTS) == ["acs-xlsx", "acs-csv-11", "qbo-csv"]
    assert find_layout(DEFAULT_LAYOUT).title == "Export to ACS Format"


@pytest.mark.parametrize(
    ("name", "headers"),
    [
        (
            "acs-xlsx",
            """Transaction Type, Bank Account, Reference, Date, Vendor ID, Payee Name/Description,
            Total Amount, General Ledger Account, Distribution Description, Distribution Amount,
            Memo""",
        ),
        (
            "acs-csv-11",
            """Date, Description, Vendor Name, Vendor Code, GL Code, Debit Amount, Credit Amount,
            Reference Number, Memo, Transaction Type, Account Number""",
        ),
        ("qbo-csv", "Date, Description, Amount"),
    ],
)
def test_headers_and_their_order_never_change(name: str, headers: str) -> None:
    assert ", ".join(column.header for column in LAYOUTS[name].columns) == " ".join(headers.split())


def test_an_unknown_layout_is_refused_with_the_known_ones_named() -> None:
    with pytest.raises(InvalidInput, match="acs-xslx") as refusal:
        find_layout("acs-xslx")
    assert "acs-xlsx, acs-csv-11, qbo-csv" in refusal.value.next_step


@pytest.mark.parametrize("layout", LAYOUTS.values(), ids=list(LAYOUTS))
def test_every_layout_has_one_free_text_column_for_a_watermark(layout: Layout) -> None:
    marked = [column for column in layout.columns if column.header == layout.watermark_column]
    assert [column.kind for column in marked] == [CellKind.TEXT]
    assert layout.extension in layout.format
    assert layout.media_type


@pytest.mark.parametrize(("name", "carries"), [("acs-xlsx", True), ("qbo-csv", False)])
def test_a_layout_tells_whether_it_carries_gl_codes(name: str, *, carries: bool) -> None:
    assert LAYOUTS[name].carries_gl is carries
