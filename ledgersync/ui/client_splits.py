"""Split templates of a client, or of the whole firm: listed, written, changed, deleted."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from itertools import count

import streamlit as st

from ledgersync.domain.split_templates import require_template, shares_words
from ledgersync.domain.splits import Share
from ledgersync.errors import InvalidInput, LedgerSyncError
from ledgersync.services import split_templates
from ledgersync.services.coding_lists import CodingList
from ledgersync.services.split_templates import SplitTemplate, TemplateList
from ledgersync.ui.feedback import show_error
from ledgersync.ui.labels import vendor_labels
from ledgersync.ui.shell import Viewer
from ledgersync.ui.split_lines import Lines, edit_lines, fill_lines
from ledgersync.ui.texts import counted, plain

_FORM, _DONE = "client_splits_form", "client_splits_done"
_FORMS = count(1)


@dataclass(frozen=True, slots=True)
class TemplateForm:
    """An open form: the template as it was seen, without an id for a new one."""

    template: SplitTemplate
    key: str


@dataclass(frozen=True, slots=True)
class _Done:
    """What was done last, in words; a deleted template can be brought back."""

    client_id: str
    words: str
    deleted: SplitTemplate | None = None


def splits_tab(viewer: Viewer, lists: CodingList) -> None:
    """The templates, and a form for a new or a changed one."""
    found = split_templates.list_templates(viewer.actor, viewer.workspace, lists.client_id)
    _show_done(viewer, lists.client_id)
    with st.container(horizontal=True, vertical_alignment="center"):
        st.caption(counted(len(found.own), "split template"))
        st.button(
            "New template",
            key=f"client_splits_new_{lists.client_id}",
            icon=":material/add:",
            on_click=_open,
            args=(lists, SplitTemplate("", lists.client_id, "", "", ())),
        )
    form: TemplateForm | None = st.session_state.get(_FORM)
    if form and form.template.client_id == lists.client_id:
        _form(viewer, lists, form)
    if not found.own:
        _nothing_yet()
    for template in found.own:
        _one(viewer, lists, template)
    _firm_templates(found)


def _nothing_yet() -> None:
    st.info(
        "No split templates yet. One says how a vendor's payments are shared between GL codes, "
        "such as the principal and the interest of a loan; Review then splits them in one click.",
        icon=":material/call_split:",
    )


def _vendors(lists: CodingList) -> Mapping[str, str]:
    return vendor_labels((*lists.vendors, *lists.firm_vendors))


def _one(viewer: Viewer, lists: CodingList, template: SplitTemplate) -> None:
    vendor = _vendors(lists).get(template.vendor_id, "any vendor")
    with (
        st.container(border=True),
        st.container(horizontal=True, vertical_alignment="center"),
    ):
        st.markdown(
            f"**{plain(template.name)}** for {plain(vendor)}  \n"
            f":small[{plain(shares_words(template.shares))}]"
        )
        st.button("Edit", key=f"edit_{template.id}", on_click=_open, args=(lists, template))
        if st.button("Delete", key=f"delete_{template.id}", icon=":material/delete:"):
            _do(lambda: _delete(viewer, template))


def _firm_templates(found: TemplateList) -> None:
    if not found.firm:
        return
    title = counted(len(found.firm), "split template")
    with st.expander(f"{title} of the whole firm, used here too"):
        for template in found.firm:
            lacking = found.lacking.get(template.id, ())
            why = f" Not usable here: the chart has no {', '.join(lacking)}." if lacking else ""
            st.markdown(
                f"**{plain(template.name)}**: {plain(shares_words(template.shares))}.{plain(why)}"
            )


def _open(lists: CodingList, template: SplitTemplate) -> None:
    form = TemplateForm(template, f"client_split_{next(_FORMS)}")
    st.session_state[_FORM] = form
    fill_lines(_lines(lists, form), template.shares or (Share("", amount=0), Share("")))


def _lines(lists: CodingList, form: TemplateForm) -> Lines:
    return Lines(form.key, {gl.code: gl.label for gl in lists.default_gls})


def _close() -> None:
    st.session_state.pop(_FORM, None)


def _form(viewer: Viewer, lists: CodingList, form: TemplateForm) -> None:
    with st.container(border=True):
        title = f"Edit {form.template.name}" if form.template.id else "New split template"
        st.markdown(f"**{plain(title)}**")
        draft = _edited(lists, form)
        fault = _fault(draft)
        if fault:
            st.caption(f":material/edit: {plain(fault)}")
        with st.container(horizontal=True):
            pressed = st.button(
                "Save template",
                type="primary",
                icon=":material/save:",
                key=f"{form.key}_save",
                disabled=bool(fault),
            )
            st.button("Cancel", key=f"{form.key}_cancel", on_click=_close)
    if pressed:
        _do(lambda: _save(viewer, draft))


def _edited(lists: CodingList, form: TemplateForm) -> SplitTemplate:
    """The template as the form stands."""
    seen = form.template
    left, right = st.columns(2)
    name = left.text_input(
        "Name", value=seen.name, persist_state="page", key=f"{form.key}_name", max_chars=200
    )
    vendors = _vendors(lists)
    vendor = right.selectbox(
        "Vendor",
        list(vendors),
        index=list(vendors).index(seen.vendor_id) if seen.vendor_id in vendors else None,
        format_func=lambda vendor_id: vendors[vendor_id],
        placeholder="Any vendor",
        persist_state="page",
        key=f"{form.key}_vendor",
        help="Rows of this vendor are split in one click on Review.",
    )
    shares = edit_lines(_lines(lists, form))
    return SplitTemplate(seen.id, seen.client_id, vendor or "", name, shares, seen.version)


def _fault(draft: SplitTemplate) -> str:
    """What keeps the form from being saved, "" when nothing does."""
    if not draft.name.strip():
        return "Give the template a name."
    try:
        require_template(draft)
    except InvalidInput as unfinished:
        return str(unfinished)
    return ""


def _save(viewer: Viewer, draft: SplitTemplate) -> _Done:
    saved = split_templates.save_template(viewer.actor, viewer.workspace, draft)
    _close()
    return _Done(saved.client_id, f"Saved split template {saved.name}.")


def _delete(viewer: Viewer, template: SplitTemplate) -> _Done:
    gone = split_templates.delete_template(viewer.actor, viewer.workspace, template)
    _close()
    return _Done(gone.client_id, f"Deleted split template {gone.name}.", gone)


def _restore(viewer: Viewer, template: SplitTemplate) -> _Done:
    back = split_templates.restore_template(viewer.actor, viewer.workspace, template)
    return _Done(back.client_id, f"Brought back split template {back.name}.")


def _do(act: Callable[[], _Done]) -> None:
    """Do it, then show the page with what was done; what is refused is told in place."""
    try:
        done = act()
    except LedgerSyncError as error:
        show_error(error)
        return
    st.session_state[_DONE] = done
    st.rerun()


def _show_done(viewer: Viewer, client_id: str) -> None:
    done: _Done | None = st.session_state.get(_DONE)
    if done is None or done.client_id != client_id:
        return
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown(f":green[:material/check_circle:] {plain(done.words)}", width="content")
        gone = done.deleted
        if gone and st.button("Undo", key="client_splits_undo", icon=":material/undo:"):
            _do(lambda: _restore(viewer, gone))
