"""Splitting a ticked row between GL codes: by hand in a dialog, or by its vendor's template."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import count

import streamlit as st

from ledgersync.domain.batches import BatchKind
from ledgersync.domain.decisions import Edit
from ledgersync.domain.splits import Share, Shares, as_shares, divide
from ledgersync.domain.transactions import Transaction
from ledgersync.errors import InvalidInput
from ledgersync.services import split_templates
from ledgersync.services.clicks import Click
from ledgersync.services.split_templates import SplitTemplate, TemplateList
from ledgersync.ui import feedback
from ledgersync.ui.labels import template_labels
from ledgersync.ui.review_dialogs import Dialog
from ledgersync.ui.review_locked import why_all_locked
from ledgersync.ui.review_saving import save
from ledgersync.ui.review_sheet import Sheet, row_words
from ledgersync.ui.split_lines import Lines, edit_lines, fill_lines, show_balance
from ledgersync.ui.texts import counted, plain

_FORM, _SAVED = Dialog.SPLIT, "review_split_template_saved"
_FORMS = count(1)


@dataclass(frozen=True, slots=True)
class SplitForm:
    """An open dialog: the row as it was seen, and the key of its lines."""

    row: Transaction
    account_id: str
    key: str


@dataclass(frozen=True, slots=True)
class ByTemplate:
    """What templates make of some rows: the edits, and why the others stay."""

    edits: tuple[Edit, ...]
    words: str
    staying: tuple[str, ...]


def offer_split(sheet: Sheet, ticked: Sequence[Transaction]) -> None:
    """The button for one ticked row, and the dialog while it is open."""
    form: SplitForm | None = st.session_state.get(_FORM)
    alone = ticked[0] if len(ticked) == 1 and _can_be_split(ticked[0]) else None
    st.button(
        "Split",
        key="review_split_open",
        icon=":material/call_split:",
        disabled=alone is None,
        help=why_all_locked(ticked)
        or "Share the amount of one ticked row between several GL codes.",
        on_click=_open,
        args=(sheet, alone),
    )
    if form and form.account_id == sheet.choice.account.id:
        _dialog(sheet, form, _templates(sheet))


def offer_templates(sheet: Sheet, ticked: Sequence[Transaction]) -> None:
    """One click for ticked rows whose vendors have a template; nothing where none has one."""
    found = _templates(sheet) if any(row.vendor_id for row in ticked) else None
    fitting = [row for row in ticked if found and not row.split and template_for(row, found)]
    if not fitting:
        return
    st.button(
        "Split by template" if len(fitting) == 1 else f"Split {len(fitting):,} rows by template",
        key="review_split_by_template",
        icon=":material/call_split:",
        help="Share the amount as the vendor's split template says.",
        on_click=_split_by_template,
        args=(sheet, fitting, found),
    )


def template_for(row: Transaction, found: TemplateList) -> SplitTemplate | None:
    """The template by which one click would split a row; None where there is none."""
    if not _can_be_split(row):
        return None
    return next(iter(found.for_vendor(row.vendor_id)), None)


def by_template(rows: Sequence[Transaction], found: TemplateList) -> ByTemplate:
    """Split rows as their vendors' templates say, those that fit."""
    edits: list[Edit] = []
    said: list[str] = []
    staying: list[str] = []
    for row in rows:
        template = template_for(row, found)
        if template is None:
            continue
        try:
            divided = divide(template.shares, row.amount)
        except InvalidInput as unfit:
            staying.append(f"{row_words(row)} stays: {unfit.sentence}")
            continue
        edits.append(Edit(row.id, row.version, split=divided.split))
        said.append(f"{_lines_words(len(divided.split))}. {divided.rounding}".rstrip())
    words = said[0] if len(said) == 1 else f"Split {counted(len(said), 'row')} by template."
    return ByTemplate(tuple(edits), words, tuple(staying))


def first_lines(row: Transaction, template: SplitTemplate | None) -> Shares:
    """What the dialog starts with: the row's split, its vendor's template, or its GL code."""
    if row.split:
        return as_shares(row.split)
    if template:
        return template.shares
    return (Share(row.gl_code), Share("", amount=0))


def _can_be_split(row: Transaction) -> bool:
    return not row.locked and bool(row.amount)


def _templates(sheet: Sheet) -> TemplateList:
    viewer = sheet.viewer
    return split_templates.list_templates(viewer.actor, viewer.workspace, sheet.choice.client.id)


def _lines_words(lines: int) -> str:
    return f"Split into {counted(lines, 'line')}"


def _lines(sheet: Sheet, form: SplitForm) -> Lines:
    return Lines(form.key, sheet.chart, form.row.currency)


def _open(sheet: Sheet, row: Transaction) -> None:
    form = SplitForm(row, sheet.choice.account.id, f"review_split_{next(_FORMS)}")
    st.session_state[_FORM] = form
    fill_lines(_lines(sheet, form), first_lines(row, template_for(row, _templates(sheet))))


def _close() -> None:
    st.session_state.pop(_FORM, None)
    st.session_state.pop(_SAVED, None)


@st.dialog("Split", width="large", icon=":material/call_split:", on_dismiss=_close)
def _dialog(sheet: Sheet, form: SplitForm, found: TemplateList) -> None:
    show_form(sheet, form, found)


def show_form(sheet: Sheet, form: SplitForm, found: TemplateList) -> None:
    """What stands in the dialog."""
    row = form.row
    vendor = sheet.vendors.get(row.vendor_id, "")
    st.markdown(f"**{plain(row_words(row))}**{f' · {plain(vendor)}' if vendor else ''}")
    _choose_template(sheet, form, found)
    shares = edit_lines(_lines(sheet, form))
    divided = show_balance(shares, row.amount, row.currency)
    with st.container(horizontal=True, vertical_alignment="center"):
        pressed = st.button(
            "Save split",
            key="review_split_save",
            type="primary",
            icon=":material/save:",
            disabled=divided is None,
        )
        removed = bool(row.split) and st.button("Remove split", key="review_split_remove")
    _offer_template(sheet, form, shares, vendor)
    if pressed and divided:
        words = _lines_words(len(divided.split))
        edit = Edit(row.id, row.version, split=divided.split)
        _save(sheet, edit, words, f"{words}. {divided.rounding}".rstrip())
    if removed:
        _save(sheet, Edit(row.id, row.version, split=()), "Removed a split", "Removed the split.")


def _choose_template(sheet: Sheet, form: SplitForm, found: TemplateList) -> None:
    """Begin again from one of the client's templates, that of the vendor first."""
    own = found.for_vendor(form.row.vendor_id)
    by_id = {one.id: one for one in (*own, *found.usable)}
    if not by_id:
        return
    key = f"{form.key}_template"

    def begin() -> None:
        chosen = by_id.get(st.session_state[key] or "")
        if chosen:
            fill_lines(_lines(sheet, form), chosen.shares)

    st.selectbox(
        "Template",
        list(by_id),
        index=0 if own and not form.row.split else None,
        format_func=template_labels(by_id.values()).__getitem__,
        placeholder="Begin from a template",
        persist_state="page",
        key=key,
        on_change=begin,
    )


def _offer_template(sheet: Sheet, form: SplitForm, shares: Shares, vendor: str) -> None:
    """Keep the lines as they stand for the vendor's next payments."""
    title = f"Save as template for {vendor}" if vendor else "Save as template"
    with st.expander(plain(title), icon=":material/bookmark_add:"):
        st.caption(
            "Percentages, fixed amounts and the rest are kept as they stand above. Let one line "
            "take the rest, and the template fits other amounts too."
        )
        with st.container(horizontal=True, vertical_alignment="bottom"):
            name = st.text_input(
                "Name", value=vendor, persist_state="page", key=f"{form.key}_name", max_chars=200
            )
            pressed = st.button("Save template", key="review_split_save_template")
        if pressed:
            with feedback.in_place():
                viewer, row = sheet.viewer, form.row
                draft = SplitTemplate("", sheet.choice.client.id, row.vendor_id, name, shares)
                saved = split_templates.save_template(viewer.actor, viewer.workspace, draft)
                st.session_state[_SAVED] = saved.name
        if done := st.session_state.get(_SAVED):
            st.success(
                f"Saved template {plain(done)}. Change or delete it on Clients, under Splits.",
                icon=":material/check_circle:",
            )


def _save(sheet: Sheet, edit: Edit, words: str, said: str) -> None:
    """Save the row's split; what is refused is told in the dialog, which then stays open."""
    with feedback.in_place():
        click = Click(BatchKind.SPLIT, words)
        save(sheet.viewer, sheet.choice.account.id, [edit], click, said)
        _close()
        st.rerun()


def _split_by_template(sheet: Sheet, rows: Sequence[Transaction], found: TemplateList) -> None:
    made = by_template(rows, found)
    with feedback.kept():
        if made.edits:
            click = Click(BatchKind.SPLIT, made.words.split(".", 1)[0])
            save(sheet.viewer, sheet.choice.account.id, made.edits, click, made.words)
        for words in made.staying:
            feedback.keep_toast(words)
