import pytest

from ledgersync.errors import InvalidInput
from ledgersync.exports.registry import DEFAULT_LAYOUT, LAYOUTS, CellKind, Layout, find_layout


def test_the_layouts_are_those_people_know_by_name() -> None:
    assert list(LAYOUTS) == [
        "acs-xlsx",
        "acs-csv-11",
        "acs-csv-journal",
        "acs-csv-legacy",
        "qbo-csv",
        "xero-csv",
        "qif",
        "ofx",
    ]
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
        (
            "acs-csv-journal",
            """Source Code, Journal Code, Reference, Date, Description, GL Debit Account,
            GL Credit Account, Debit Amount, Credit Amount, Name (Vendor), Memo""",
        ),
        (
            "acs-csv-legacy",
            """Date, Transaction ID, Vendor Code, Description, Debit, Credit, GL Code, Reference,
            Department, Class""",
        ),
        ("qbo-csv", "Date, Description, Amount"),
        (
            "xero-csv",
            "*Date, *Amount, Payee, Description, Reference, Check Number, Account Code",
        ),
    ],
)
def test_headers_and_their_order_never_change(name: str, headers: str) -> None:
    assert ", ".join(column.header for column in LAYOUTS[name].columns) == " ".join(headers.split())


def test_an_unknown_layout_is_refused_with_the_known_ones_named() -> None:
    with pytest.raises(InvalidInput, match="acs-xslx") as refusal:
        find_layout("acs-xslx")
    assert "acs-xlsx, acs-csv-11, acs-csv-journal," in refusal.value.next_step


@pytest.mark.parametrize("layout", LAYOUTS.values(), ids=list(LAYOUTS))
def test_every_layout_has_one_free_text_column_for_a_watermark(layout: Layout) -> None:
    marked = [column for column in layout.columns if column.header == layout.watermark_column]
    assert [column.kind for column in marked] == [CellKind.TEXT]
    assert layout.extension in layout.format
    assert layout.media_type


@pytest.mark.parametrize("layout", LAYOUTS.values(), ids=list(LAYOUTS))
def test_every_layout_has_a_guide_that_says_where_each_column_goes(layout: Layout) -> None:
    assert len(layout.guide.steps) >= 4
    assert layout.guide.checks
    assert 0 <= layout.guide.mapping_step <= len(layout.guide.steps)
    assert all(column.field or column.hint for column in layout.columns)


def test_fields_of_accounting_cs_are_spelled_as_it_has_them() -> None:
    known = {
        "Transaction Type", "Bank Account", "Reference", "Date", "Vendor ID",
        "Payee Name/Description", "Total Amount", "General Ledger Account",
        "Distribution Description", "Debit Distribution Amount", "Credit Distribution Amount",
        "Distribution Amount", "Memo", "Status",
    }  # fmt: skip
    acs = [one for one in LAYOUTS.values() if one.guide.receiver == "Accounting CS"]
    assert [one.name for one in acs] == list(LAYOUTS)[:4]
    assert {column.field for one in acs for column in one.columns} - {""} <= known


@pytest.mark.parametrize(("name", "carries"), [("acs-xlsx", True), ("qbo-csv", False)])
def test_a_layout_tells_whether_it_carries_gl_codes(name: str, *, carries: bool) -> None:
    assert LAYOUTS[name].carries_gl is carries
