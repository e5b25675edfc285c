"""The list of changes of lists and rules: who did what and when, with an undo for each."""

from collections.abc import Callable, Sequence

import streamlit as st

from ledgersync.domain.list_change_words import entries, reasons
from ledgersync.domain.list_changes import ListChange, ListedChange, ListSubject
from ledgersync.ui.texts import ago, plain

_AT_ONCE, _MORE = 5, 20
_WHOSE = {
    ListSubject.CLIENTS: "clients",
    ListSubject.VENDORS: "vendors",
    ListSubject.CHART: "chart of accounts",
}


def how_many(key: str) -> int:
    """How many changes to look up: those to show, and one that tells whether there are older."""
    return _shown(key) + 1


def show_changes(
    changes: Sequence[ListedChange], key: str, undo: Callable[[ListChange], None]
) -> None:
    """Each change with its Undo, or why it has none; older ones on demand."""
    shown = _shown(key)
    for listed in changes[:shown]:
        _entry(listed, key, undo)
    if len(changes) > shown:
        st.button("Show older ones", key=f"{key}_older", on_click=_show_more, args=(key,))


def _shown(key: str) -> int:
    shown: int = st.session_state.get(f"{key}_shown", _AT_ONCE)
    return shown


def _show_more(key: str) -> None:
    st.session_state[f"{key}_shown"] = _shown(key) + _MORE


def _entry(listed: ListedChange, key: str, undo: Callable[[ListChange], None]) -> None:
    change = listed.change
    with st.container(border=True, key=f"{key}_{change.id}"):
        words, button = st.columns([5, 1], vertical_alignment="center")
        words.markdown(change_words(listed))
        place = button.empty()
        pressed = listed.can_be_undone and place.button(
            "Undo", key=f"{key}_undo_{change.id}", icon=":material/undo:", width="stretch"
        )
    if pressed:
        with place, st.spinner("Undoing ..."):  # in the button's place, so that nothing moves
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
    parts = [_whose(listed), change.user_name, ago(change.at), *_counts(change)]
    return ", ".join(part for part in parts if part)


def _counts(change: ListChange) -> list[str]:
    """How many; a list's own words say already of what."""
    numbers = {"added": change.added, "changed": change.changed, "removed": change.removed}
    if change.subject is ListSubject.RULES:
        return [f"{entries(change.subject, n)} {word}" for word, n in numbers.items() if n]
    return [f"{number:,} {word}" for word, number in numbers.items() if number]


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
