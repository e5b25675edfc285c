"""The export panel: options, pre-flight with its questions, the file and where it is kept."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Literal

import streamlit as st

from ledgersync import money
from ledgersync.errors import DatabaseUnavailable, LedgerSyncError
from ledgersync.services import exporting
from ledgersync.services.exporting import ExportRequest, Finding, Layout, Preflight, Severity
from ledgersync.ui import feedback
from ledgersync.ui.import_guide import offer_guide
from ledgersync.ui.review_exported import keep_file, show_file
from ledgersync.ui.review_filters import show_only
from ledgersync.ui.review_sheet import Sheet
from ledgersync.ui.review_view import kept_view
from ledgersync.ui.texts import counted, plain

MORE = "review_more_formats"
"""Whether the pop-over of the other layouts is open, in the session."""

_AT_HAND, _LINE = 2, 58
EXPORT_ANCHOR = "export"

_ASKED = "review_export_asked"
_LAYOUT = "review_export_layout"
_REASON = "review_override_reason"
_REFUSED = "review_export_refused"
_ICONS = {
    Severity.ERROR: ":red[:material/error:]",
    Severity.WARNING: ":orange[:material/warning:]",
    Severity.INFO: ":blue[:material/info:]",
}
_WORDS = {Severity.ERROR: "Error", Severity.WARNING: "Warning", Severity.INFO: "Note"}


@dataclass(frozen=True)
class _Asked:
    """A request that waits for answers, and what pre-flight found at this data version."""

    request: ExportRequest
    data_version: int
    preflight: Preflight


def show_export(sheet: Sheet) -> None:
    """The buttons, then whatever the last press led to: questions or a file."""
    st.subheader("Export", anchor=EXPORT_ANCHOR)
    if refused := st.session_state.pop(_REFUSED, None):
        feedback.show_error(refused)
    with st.container(horizontal=True, gap="medium"):
        unreviewed = st.checkbox(
            "Include rows still to review", persist_state="page", key="review_include_unreviewed"
        )
        again = st.checkbox(
            "Export again rows that were exported before", persist_state="page", key="review_again"
        )
        ticked = _only_ticked()
    account_id, period = sheet.choice.place
    request = ExportRequest(
        account_id, period, include_unreviewed=unreviewed, again=again, only=ticked
    )
    _buttons(sheet, request)
    _show_questions(sheet, request)
    show_file(sheet)


def _only_ticked() -> frozenset[str] | None:
    """The ticked rows, where a person asks for these alone; perhaps none are."""
    wanted = st.checkbox(
        "Only the ticked rows",
        persist_state="page",
        key="review_only_ticked",
        help="For rows that changed after they were exported: the others are not exported twice.",
    )
    view = kept_view()
    return frozenset(view.ticked if view else ()) if wanted else None


def _buttons(sheet: Sheet, request: ExportRequest) -> None:
    """The usual layouts as buttons, the others behind one, and the guide to importing."""
    layouts = exporting.layouts()
    with st.container(horizontal=True, vertical_alignment="center"):
        for layout in layouts[:_AT_HAND]:
            _button(sheet, request, layout)
        _more_formats(sheet, request, layouts[_AT_HAND:])
        offer_guide(_asked_layout() or request.layout)


def _more_formats(sheet: Sheet, request: ExportRequest, layouts: Sequence[Layout]) -> None:
    """A pop-over, drawn when it is opened: else every run of the page would send all of it.

    Its place is found as it opens, so its height is there from the beginning.
    """
    more = st.popover("More formats", icon=":material/more_horiz:", key=MORE, on_change="rerun")
    with more, st.container(height=len(layouts) * _LINE, border=False, key="review_formats"):
        for layout in layouts if more.open else ():
            name, about = st.columns([2, 3], vertical_alignment="center")
            with name:
                _button(sheet, request, layout, width="stretch")
            about.caption(plain(layout.notes[0]))


def _button(
    sheet: Sheet,
    request: ExportRequest,
    layout: Layout,
    width: Literal["content", "stretch"] = "content",
) -> None:
    first = layout.name == request.layout
    st.button(
        layout.title,
        key=f"review_export_{layout.name}",
        type="primary" if first else "secondary",
        icon=":material/download:" if first else None,
        help=" ".join(plain(note) for note in layout.notes) or None,
        width=width,
        on_click=_ask,
        args=(sheet, replace(request, layout=layout.name)),
    )


def _asked_layout() -> str:
    """The layout that was asked for last on this page."""
    return str(st.session_state.get(_LAYOUT, ""))


def _ask(sheet: Sheet, request: ExportRequest) -> None:
    """Pre-flight first; a file without errors and warnings is written at once."""
    _forget()
    st.session_state[_LAYOUT] = request.layout
    viewer = sheet.viewer
    with _told_here():
        found = exporting.check_export(viewer.actor, viewer.workspace, request)
        if found.rows and (found.blocking or found.warnings):
            version = sheet.choice.account.data_version
            st.session_state[_ASKED] = _Asked(request, version, found)
        else:
            _write(sheet, request)


def _write(sheet: Sheet, request: ExportRequest) -> None:
    viewer = sheet.viewer
    with _told_here():
        try:
            file = exporting.export(viewer.actor, viewer.workspace, request)
        except DatabaseUnavailable:
            raise  # the answers stay, for another press
        except LedgerSyncError:
            _forget()
            raise
        _forget()
        keep_file(sheet, file)


@contextmanager
def _told_here() -> Iterator[None]:
    """Show a refusal above the buttons: the top of a long page is out of sight down here."""
    try:
        yield
    except LedgerSyncError as error:
        st.session_state[_REFUSED] = error


def _go_on(sheet: Sheet, request: ExportRequest, found: Preflight) -> None:
    """Write the file with the answers of one press: the warnings were seen, the reason given."""
    reason = str(st.session_state.get(_REASON, "")) if found.blocking else ""
    _write(sheet, replace(request, confirmed=found.warned_of, override_reason=reason))


def _forget() -> None:
    st.session_state.pop(_ASKED, None)
    st.session_state.pop(_REASON, None)


def _show_questions(sheet: Sheet, options: ExportRequest) -> None:
    asked = _current(sheet, options)
    if asked is None:
        return
    found = asked.preflight
    with st.container(border=True, key="review_preflight"):
        total = money.dollars(found.total, sheet.choice.account.currency)
        heading = f"{found.layout.title}: {counted(found.rows, 'row')}, {total}"
        st.markdown(f"**{plain(heading)}** - {_tally(found.findings)}")
        for finding in found.findings:
            _show_finding(sheet, finding)
        _ask_to_go_on(sheet, asked.request, found)


def _current(sheet: Sheet, options: ExportRequest) -> _Asked | None:
    """The open question, as long as it is about what is on the page; checked anew after edits."""
    asked: _Asked | None = st.session_state.get(_ASKED)
    if asked is None or replace(asked.request, layout=options.layout) != options:
        return None
    version = sheet.choice.account.data_version
    if asked.data_version == version:
        return asked
    viewer = sheet.viewer
    try:
        found = exporting.check_export(viewer.actor, viewer.workspace, asked.request)
    except LedgerSyncError as error:
        feedback.show_error(error)
        return None
    asked = st.session_state[_ASKED] = _Asked(asked.request, version, found)
    return asked


def _tally(findings: Sequence[Finding]) -> str:
    """How many findings of each severity: "1 error, 2 warnings"."""
    numbers = [(one, sum(f.severity is one for f in findings)) for one in Severity]
    return ", ".join(counted(number, _WORDS[one].lower()) for one, number in numbers if number)


def _show_finding(sheet: Sheet, finding: Finding) -> None:
    left, right = st.columns([5, 1], vertical_alignment="center")
    with left:
        sign = f"{_ICONS[finding.severity]} {_WORDS[finding.severity]}"
        words = f"{plain(finding.sentence)} :gray[{plain(finding.next_step)}]"
        st.markdown(f"{sign}: {words}")
    with right:
        st.button(
            f"Show {counted(len(finding.transaction_ids), 'row')}",
            key=f"review_finding_{finding.kind}",
            width="stretch",
            on_click=show_only,
            args=(sheet.choice.place, finding.sentence, frozenset(finding.transaction_ids)),
        )


def _ask_to_go_on(sheet: Sheet, request: ExportRequest, found: Preflight) -> None:
    if not found.rows:
        st.text("No row is left for the file.")
        st.button("Close", key="review_export_cancel", on_click=_forget)
        return
    if found.final:
        st.text("This has to be corrected first: no reason lets it pass.")
        st.button("Close", key="review_export_cancel", on_click=_forget)
        return
    if found.blocking:
        st.text_input(
            "Reason for exporting in spite of the errors; it is recorded",
            persist_state="page",
            key=_REASON,
            max_chars=300,
        )
    ready = not found.blocking or bool(st.session_state.get(_REASON, "").strip())
    with st.container(horizontal=True, vertical_alignment="center"):
        st.button(
            _go_on_words(found),
            key="review_export_go",
            type="primary",
            disabled=not ready,
            on_click=_go_on,
            args=(sheet, request, found),
        )
        st.button("Cancel", key="review_export_cancel", on_click=_forget)
        st.caption("Your answer is recorded with the export.", width="content")


def _go_on_words(found: Preflight) -> str:
    """What the one press says: that the warnings were seen, and that errors are overridden."""
    act = "export anyway" if found.blocking else "export"
    if not found.warnings:
        return act.capitalize()
    number = len(found.warnings)
    seen = "this warning" if number == 1 else f"these {number} warnings"
    return f"I have seen {seen} - {act}"
