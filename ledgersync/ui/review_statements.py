"""The pop-over Statements: what may explain a difference, the list, typing in, and closing."""

from dataclasses import dataclass
from datetime import date

import streamlit as st

from ledgersync import clock, money
from ledgersync.domain.statements import Statement, owes
from ledgersync.domain.tie_clues import Clue
from ledgersync.domain.ties import Tie
from ledgersync.domain.timelines import AROUND
from ledgersync.services import statements, ties
from ledgersync.services.statements import TypedStatement
from ledgersync.services.ties import AccountTie
from ledgersync.ui import feedback
from ledgersync.ui.review_closing import show_closing
from ledgersync.ui.review_filters import show_only
from ledgersync.ui.review_timeline import show_timeline
from ledgersync.ui.shell import Viewer
from ledgersync.ui.texts import plain

_WIDTH = 620
_EARLIEST = date(2000, 1, 1)


def show_statements(viewer: Viewer, found: AccountTie) -> None:
    """Everything about the statements of one account around the chosen period."""
    with st.container(width=_WIDTH):
        if found.tie.tie is Tie.OFF:
            _show_clues(viewer, found)
        show_timeline(found)
        _list(found)
        _offer_typing(viewer, found)
        show_closing(viewer, found)


def _show_clues(viewer: Viewer, found: AccountTie) -> None:
    """What would make it tie; each with a button that shows its rows."""
    st.markdown(f"**{plain(found.tie.words())}**")
    account_id, period = found.account.id, found.tie.period
    clues = ties.tie_clues(viewer.actor, viewer.workspace, account_id, period)
    if not clues:
        st.caption("No single row or pair of rows explains it. Compare the statement line by line.")
    for number, clue in enumerate(clues):
        with st.container(horizontal=True, vertical_alignment="center"):
            st.markdown(plain(clue.words), width="stretch")
            if clue.ids:
                st.button(
                    "Show",
                    key=f"review_clue_{number}",
                    on_click=_show_rows,
                    args=(found, clue),
                )


def _show_rows(found: AccountTie, clue: Clue) -> None:
    place = (found.account.id, found.tie.period)
    show_only(place, "what may explain the difference", frozenset(clue.ids))


def _list(found: AccountTie) -> None:
    around = [s for s in found.statements if s.end >= found.tie.period.start - AROUND]
    if not around:
        st.caption("No statement is known around these days.")
        return
    currency, newest_first = found.account.currency, around[::-1]
    st.dataframe(
        {
            "Days": [s.days.words() for s in newest_first],
            "Opening": [_figure(s.opening, currency) for s in newest_first],
            "Closing": [_figure(s.closing, currency) for s in newest_first],
            "From": [f"Typed in by {s.by}" if s.typed else "LedgerSync" for s in newest_first],
        },
        column_config={
            "Opening": st.column_config.TextColumn(alignment="right"),
            "Closing": st.column_config.TextColumn(alignment="right"),
        },
        hide_index=True,
        alt="Statements around the chosen days, with their balances",
    )


def _figure(cents: int | None, currency: str) -> str:
    return "" if cents is None else money.dollars(cents, currency)


@dataclass(frozen=True)
class _Form:
    """Where the form's fields are kept, and which statement they correct, if one."""

    account_id: str
    key: str
    corrects: Statement | None

    def field(self, name: str) -> str:
        return f"{self.key}_{name}"

    def typed(self) -> TypedStatement:
        values = {name: st.session_state[self.field(name)] for name in ("start", "end")}
        closing, opening = (st.session_state[self.field(n)] for n in ("closing", "opening"))
        return TypedStatement(values["start"], values["end"], closing or "", opening or "")


def _offer_typing(viewer: Viewer, found: AccountTie) -> None:
    """The form for a statement on paper; for the period's own if that was typed in already."""
    own = _chosen(found)
    period = found.tie.period
    version = f"{own.id}_{own.version}" if own else "new"
    place = f"{found.account.id}_{period.start}_{period.end}"
    form = _Form(found.account.id, f"review_paper_{place}_{version}", own)
    owed = " owed" if owes(found.account.type) else ""
    opening, closing = (own.opening, own.closing) if own else (None, None)
    with st.form(form.key, border=False):
        left, right = st.columns(2)
        with left:
            _day("First day", form.field("start"), own.start if own else period.start)
            _money(f"Opening balance{owed} (optional)", form.field("opening"), opening, owed)
        with right:
            _day("Last day", form.field("end"), own.end if own else period.end)
            _money(f"Closing balance{owed}", form.field("closing"), closing, owed)
        st.form_submit_button(
            "Save correction" if own else "Save statement",
            icon=":material/save:",
            key=form.field("save"),
            on_click=_save,
            args=(viewer, form),
        )
    if own:
        st.button(
            "Delete this statement",
            key="review_paper_delete",
            type="tertiary",
            icon=":material/delete:",
            on_click=_delete,
            args=(viewer, own),
        )


def _chosen(found: AccountTie) -> Statement | None:
    """The typed-in statement to correct: the period's own, or one chosen from the list."""
    typed = {s.id: s for s in found.statements if s.typed}
    if not typed:
        st.markdown("**Type in a statement**")
        return None
    ends = [s.id for s in typed.values() if s.end == found.tie.period.end]
    options = ["", *typed]
    chosen = st.selectbox(
        "Statement to type in or correct",
        options,
        index=options.index(ends[0]) if ends else 0,
        format_func=lambda id_: typed[id_].days.words() if id_ else "A new one",
        persist_state="page",
        key=f"review_paper_{found.account.id}_{found.tie.period.end}_{'_'.join(typed)}",
    )
    return typed.get(chosen)


def _day(label: str, key: str, day: date) -> None:
    st.date_input(
        label,
        day,
        persist_state="page",
        key=key,
        min_value=_EARLIEST,
        max_value=max(clock.today(), day),
        format="MM/DD/YYYY",
    )


def _money(label: str, key: str, cents: int | None, owed: str) -> None:
    """A field for an amount; on a debt what is owed stands there without a sign."""
    shown = "" if cents is None else money.plain(-cents if owed else cents)
    st.text_input(label, shown, persist_state="page", key=key, placeholder="1,234.50", max_chars=30)


def _save(viewer: Viewer, form: _Form) -> None:
    with feedback.kept():
        typed, own = form.typed(), form.corrects
        who = (viewer.actor, viewer.workspace)
        if own is None:
            said = statements.add_statement(*who, form.account_id, typed)
        else:
            said = statements.change_statement(*who, own.id, own.version, typed)
        feedback.keep_toast(f"Saved the statement of {typed.end:%m/%d/%Y}. {said}".strip())


def _delete(viewer: Viewer, own: Statement) -> None:
    with feedback.kept():
        statements.delete_statement(viewer.actor, viewer.workspace, own.id, own.version)
        feedback.keep_toast(f"Deleted the statement of {own.end:%m/%d/%Y}.")
