"""Taking an export back on Exports: what it would do, the reason, and what was done."""

import streamlit as st

from ledgersync.domain.taking_back import TakingBack
from ledgersync.services import taking_back, undoing
from ledgersync.services.exporting import ExportBatch
from ledgersync.ui import feedback
from ledgersync.ui.change_words import reasons
from ledgersync.ui.shell import Viewer
from ledgersync.ui.texts import counted, plain
from ledgersync.ui.times import when_words

_REASON = "export_take_back_reason"
_THERE = (
    "Accounting CS knows nothing of this: if the file was imported there, remove its entries there."
)


def offer_taking_back(viewer: Viewer, batch: ExportBatch) -> None:
    """The way to take an export back that stands, folded, for whoever may."""
    if not batch.taken_back_at and taking_back.may_take_back(viewer.actor, viewer.workspace):
        with st.expander("Take back this export", icon=":material/undo:"), feedback.in_place():
            _offer(viewer, batch)


def tell_of_taking_back(viewer: Viewer, batch: ExportBatch) -> None:
    """Of an export that was taken back: by whom, when and why, and the way to let it stand."""
    if not batch.taken_back_at:
        return
    with st.container(border=True):
        st.markdown(f":orange[:material/undo:] **Taken back** {plain(taken_back_words(batch))}")
        st.caption(f"Its rows count as not exported, unless another export has them. {_THERE}")
        if not taking_back.may_take_back(viewer.actor, viewer.workspace):
            return
        st.button(
            "Let it stand again",
            icon=":material/redo:",
            key=f"let_stand_{batch.id}",
            help="Rows that nobody has changed or exported since are locked again",
            on_click=_let_stand,
            args=(viewer, batch),
        )


def taken_back_words(batch: ExportBatch) -> str:
    """By whom, when and why: "11/03/2026 14:02 by Dana White: Wrong month"."""
    when = when_words(batch.taken_back_at)
    return f"{when} by {batch.taken_back_by}: {batch.taken_back_reason}"


def preview_words(plan: TakingBack) -> list[str]:
    """What would happen to the rows, one sentence a line."""
    rows = len(plan.going)
    of = f" of {rows + len(plan.staying):,}" if plan.staying else ""
    said = [f"{counted(rows, 'row')}{of} can be changed again, and can be exported like new ones."]
    if changed := plan.changed:
        said.append(f"{counted(changed, 'row')} changed since the export: {_its(changed)} stay.")
    for number, some in plan.later:
        it = "it stays" if some == 1 else "they stay"
        said.append(f"{counted(some, 'row')} left again with export {number}: {it} as exported.")
    for number, some in plan.earlier:
        said.append(
            f"{counted(some, 'row')} had left before, with export {number}, which stands: "
            "to leave again it takes Export again rows that were exported before."
        )
    return said


def _its(rows: int) -> str:
    return "its codes as they are now" if rows == 1 else "their codes as they are now"


def _offer(viewer: Viewer, batch: ExportBatch) -> None:
    plan = taking_back.preview_taking_back(viewer.actor, viewer.workspace, batch.id)
    if plan.refusal:
        st.caption(plain(plan.refusal))
        return
    st.markdown("\n".join(f"- {plain(line)}" for line in (*preview_words(plan), _THERE)))
    with st.form(f"take_back_{batch.id}", border=False):
        st.text_input(
            "Reason for taking it back",
            persist_state="page",
            key=f"{_REASON}_{batch.id}",
            max_chars=200,
        )
        st.form_submit_button(
            f"Take back {counted(len(plan.going), 'row')}",
            icon=":material/undo:",
            key=f"take_back_now_{batch.id}",
            on_click=_take_back,
            args=(viewer, batch),
        )


def _take_back(viewer: Viewer, batch: ExportBatch) -> None:
    with feedback.kept():
        reason = st.session_state[f"{_REASON}_{batch.id}"]
        plan = taking_back.take_back(viewer.actor, viewer.workspace, batch.id, reason)
        rows = counted(len(plan.going), "row")
        feedback.keep_toast(f"Took back export {batch.number}: {rows} can be exported again.")


def _let_stand(viewer: Viewer, batch: ExportBatch) -> None:
    with feedback.kept():
        outlook = undoing.undo(viewer.actor, viewer.workspace, batch.taken_back_with).outlook
        stayed = f" {reasons(outlook)} and stayed as they are." if outlook.stay else ""
        if not outlook.back:
            feedback.keep_toast(f"Export {batch.number} stays taken back.{stayed}")
            return
        rows = counted(len(outlook.back), "row")
        feedback.keep_toast(f"Export {batch.number} stands again, {rows} locked.{stayed}")
