"""Splitting on Review and the templates on Clients."""

from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from ledgersync.domain.split_templates import SplitTemplate
from ledgersync.domain.splits import Share, SplitLine, split_words
from ledgersync.domain.transactions import Status
from ledgersync.errors import InvalidInput
from ledgersync.services import split_templates
from ledgersync.services.split_templates import TemplateList
from ledgersync.ui.review_accept import choose_acceptance
from ledgersync.ui.review_saving import Shown, acceptance, edits_of
from ledgersync.ui.review_sheet import Show, standing
from ledgersync.ui.review_split import by_template, first_lines, template_for
from ledgersync.ui.shell import Viewer
from tests.ui.pages import opened, shown
from tests.ui.review_steps import edit, grid_ids, open_review, place, transaction, words

THIRDS = tuple(Share(code, percent=percent) for code, percent in (("a", 3333), ("b", 6667)))
LOAN = (Share("2500"), Share("6230", amount=11240))
SPLIT = (SplitLine("2500", -63178, "Principal"), SplitLine("6230", -11240, "Interest"))


def listed(*shares: tuple[Share, ...]) -> TemplateList:
    own = [SplitTemplate(str(n), "c", "v", f"Loan {n}", one) for n, one in enumerate(shares)]
    return TemplateList("c", tuple(own), (), {})


def test_rows_are_split_by_their_vendors_template_where_it_fits() -> None:
    small, large, other = (
        transaction(id="small", vendor_id="v", amount=-5000),
        transaction(id="large", vendor_id="v", amount=-74418),
        transaction(id="other", vendor_id="w"),
    )
    made = by_template([small, large, other], listed(LOAN))
    [one] = made.edits
    assert one.split == (SplitLine("2500", -63178), SplitLine("6230", -11240))
    assert made.words == "Split into 2 lines."
    [stays] = made.staying
    assert "-$50.00 stays: The other lines come to $112.40" in stays
    rounded = by_template([transaction(vendor_id="v", amount=-1001)], listed(THIRDS))
    assert rounded.words == "Split into 2 lines. 1 cent of rounding went to line 1."


def test_the_dialog_starts_from_what_is_there() -> None:
    [template] = listed(LOAN).own
    row = transaction(vendor_id="v", gl_code="6100", amount=-74418)
    assert template_for(row, listed(LOAN)) == template
    assert first_lines(row, template) == LOAN
    assert first_lines(row, None) == (Share("6100"), Share("", amount=0))
    stored = transaction(row, gl_code="", split=SPLIT)
    assert first_lines(stored, template) == (
        Share("2500", amount=63178, memo="Principal"),
        Share("6230", amount=11240, memo="Interest"),
    )
    assert template_for(transaction(row, locked=True), listed(LOAN)) is None


def test_a_split_counts_as_coded_everywhere() -> None:
    row = transaction(split=SPLIT, amount=-74418)
    assert standing(row) is Show.TO_REVIEW
    proposed = transaction(row, suggested=True, confidence=0.97, method="rule")
    assert choose_acceptance([proposed], 90, [Show.RULE]).rows == (proposed,)
    assert acceptance(proposed).split == SPLIT
    changed = transaction(proposed, amount=-74419)
    assert choose_acceptance([changed], 90, [Show.RULE]).stay == (
        ("with a split that does not add up", 1),
    )


def test_a_split_in_the_grid_belongs_to_its_row() -> None:
    label = split_words(SPLIT)
    grid = Shown("k", "a", ("one", "two"), (1, 1), {"V": "v"}, {"G": "6100"}, {"one": label})
    assert edits_of(grid, {0: {"gl": label}}) == []
    [kept] = edits_of(grid, {0: {"gl": label, "vendor": "V"}})
    assert (kept.vendor_id, kept.gl_code) == ("v", None)
    assert edits_of(grid, {0: {"gl": "G"}})[0].gl_code == "6100"
    assert edits_of(grid, {1: {"gl": None}})[0].gl_code == ""
    with pytest.raises(InvalidInput, match="own row"):
        edits_of(grid, {1: {"gl": label}})


def _lines() -> None:
    from ledgersync.domain.splits import Share  # noqa: PLC0415  a script of its own
    from ledgersync.ui.split_lines import (  # noqa: PLC0415
        Lines,
        edit_lines,
        fill_lines,
        show_balance,
    )

    lines = Lines("k", {"a": "a - One", "b": "b - Two"})
    if not lines.numbers:
        fill_lines(lines, [Share("a", amount=4000), Share("b", percent=2500)])
    show_balance(edit_lines(lines), -5250, "USD")


def balance(app: AppTest) -> str:
    return "\n".join(str(one.value) for one in (*app.markdown, *app.caption)).replace("\\", "")


def test_what_is_left_is_told_live_and_one_line_can_take_it() -> None:
    app = AppTest.from_function(_lines).run()
    assert "Over by $0.63" in balance(app)
    app.number_input(key="k_0_value").set_value(35).run()
    assert "Left to place: $4.37" in balance(app)
    app.button(key="k_1_rest").click().run()
    assert "Left to place: $0.00" in balance(app)
    assert "Split: a $35.00, b $17.50." in balance(app)
    app.button(key="k_0_rest").click().run()
    assert app.selectbox(key="k_1_unit").value == "amount"
    assert "Line 2 has no amount" in balance(app)
    app.number_input(key="k_1_value").set_value(-7.5).run()
    assert "Split: a $60.00, b -$7.50." in balance(app)
    app.button(key="k_add").click().run()
    assert "Line 3 has no GL code" in balance(app)
    app.button(key="k_2_remove").click().run()
    assert "Split: a $60.00, b -$7.50." in balance(app)


def test_a_loan_payment_is_split_in_one_click(app: AppTest, viewer: Viewer) -> None:
    loan = place(viewer, "Greenfold", "5190")
    open_review(app, loan, q="roadway")
    ids = grid_ids(app)
    at = next(n for n, one in enumerate(ids) if "ROADWAY" in loan.row(one).description)
    edit(app, {at: {"tick": True}})
    app.button(key="review_split_by_template").click().run()
    row = loan.row(ids[at])
    assert row.split == SPLIT
    assert (row.gl_code, row.status) == ("", Status.REVIEWED)
    assert "Split into 2 lines." in words(app)
    grid: Any = app.data_editor[0].value
    assert grid.loc[ids[at], "gl"] == "Split: 2500 $631.78, 6230 $112.40"
    app.button(key="review_undo_last").click().run()
    assert loan.row(ids[at]).split == ()


def test_a_template_is_written_and_deleted_and_comes_back(app: AppTest, viewer: Viewer) -> None:
    client = place(viewer, "Greenfold", "5190").client

    def names() -> list[str]:
        found = split_templates.list_templates(viewer.actor, viewer.workspace, client.id)
        return [template.name for template in found.own]

    opened(app, "clients", client=client.id)
    assert "Truck loan for Roadway Capital (ROADWAY)" in shown(app).replace("*", "")
    [template] = split_templates.list_templates(viewer.actor, viewer.workspace, client.id).own
    app.button(key=f"delete_{template.id}").click().run()
    assert (names(), "Deleted split template Truck loan." in shown(app)) == ([], True)
    app.button(key="client_splits_undo").click().run()
    assert names() == ["Truck loan"]
    app.button(key=f"edit_{template.id}").click().run()
    name = next(field for field in app.text_input if field.value == "Truck loan")
    name.set_value("Van loan").run()
    next(one for one in app.button if one.label == "Save template").click().run()
    assert names() == ["Van loan"]
    assert not app.exception
