"""The list of changes of lists and rules: who did what and when, with an undo for each."""

from collections.abc import Callable, Sequence

import streamlit as st

from ledgersync.domain.list_change_words import entries, reasons
from ledgersync.domain.list_changes import ListChange, ListedChange, ListSubject
from ledgersync.ui.texts import ago, plain

_AT_ONCE = 5
_WHOSE = {
    ListSubject.CLIENTS: "clients",
    ListSubject.VENDORS: "vendors",
    ListSubject.CHART: "chart of accounts",
}


def show_changes(
    changes: Sequence[ListedChange], key: str, undo: Callable[[ListChange], None]
) -> None:
    """Each change with its Undo, or why it has none; older ones on demand."""
    more = f"{key}_more"
    for listed in changes if st.session_state.get(more) else changes[:_AT_ONCE]:
        _entry(listed, key, undo)
    if len(changes) > _AT_ONCE and not st.session_state.get(more):
        st.button("Show older ones", key=f"{more}_button", on_click=_show_more, args=(more,))


def _show_more(more: str) -> None:
    st.session_state[more] = True


def _entry(listed: ListedChange, key: str, undo: Callable[[ListChange], None]) -> None:
    change = listed.change
    with st.container(border=True, key=f"{key}_{change.id}"):
        words, button = st.columns([5, 1], vertical_alignment="center")
        words.markdown(change_words(listed))
        pressed = listed.can_be_undone and button.button(
            "Undo", key=f"{key}_undo_{change.id}", icon=":material/undo:", width="stretch"
        )
    if pressed:
        with st.spinner("Taking it back ..."):
            undo(change)
        st.rerun()


def change_words(listed: ListedChange) -> str:
    """A change as Markdown: what, then who, when and how many, then what undoing would do."""
    said = f"**{plain(listed.change.words)}**  \n:small[{plain(details(listed))}]"
    more = prospects(listed)
    return f"{said}  \n:small[{plain(more)}]" if more else said


def details(listed: ListedChange) -> str:
    """For whom, who, when, how many: "vendors of Pine, Dana White, 5 min ago, 12 added"."""
    change = listed.change
    numbers = {"added": change.added, "changed": change.changed, "removed": change.removed}
    counts = [f"{number:,} {word}" for word, number in numbers.items() if number]
    parts = [_whose(listed), change.user_name, ago(change.at), *counts]
    return ", ".join(part for part in parts if part)


def _whose(listed: ListedChange) -> str:
    what = _WHOSE.get(listed.change.subject, "")
    if not what:
        return ""
    return f"{what.capitalize()} of {listed.owner or 'the whole firm'}"


def prospects(listed: ListedChange) -> str:
    """What undoing would do, or why it can't be; "" where everything simply goes back."""
    change, outlook = listed.change, listed.outlook
    done = ""
    if change.undone_by:
        at = f" {ago(change.undone_at)}" if change.undone_at else ""
        done = f"Undone by {change.undone_by}{at}."
    if not outlook.stay:
        return " ".join(filter(None, (done, listed.refusal if outlook.back else "")))
    why = reasons(change.subject, outlook)
    if done:
        return f"{done} What stays: {why}."
    if not outlook.back or listed.whole:
        return f"Can't be undone: {why}."
    goes = "goes" if len(outlook.back) == 1 else "go"
    number = entries(change.subject, len(outlook.back))
    return f"{number} {goes} back. The rest stays: {why}. {listed.refusal}".rstrip()
