"""What was last done to a rule, said on the page with an Undo beside it."""

from dataclasses import dataclass

import streamlit as st

from ledgersync.services import rule_writing
from ledgersync.services.rule_writing import StoredRule
from ledgersync.ui import feedback
from ledgersync.ui.rules_table import CHOSEN
from ledgersync.ui.shell import Viewer

_LAST = "rules_last_change"


@dataclass(frozen=True, slots=True)
class RuleChange:
    """A rule before and after a change, as far as it was there, and the change in a word."""

    done: str
    before: StoredRule | None
    after: StoredRule


def remember(done: str, before: StoredRule | None, after: StoredRule) -> None:
    """Keep the last change for Undo; an older one can't be taken back any more."""
    st.session_state[_LAST] = RuleChange(done, before, after)


def show_last_change(viewer: Viewer) -> None:
    """Say what was done last, with the button that takes it back."""
    last: RuleChange | None = st.session_state.get(_LAST)
    if last is None:
        return
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown(
            f":green[:material/check_circle:] Rule {last.after.rule.number} was {last.done}.",
            width="content",
        )
        st.button(
            "Undo",
            icon=":material/undo:",
            key="rules_undo",
            on_click=_undo,
            args=(viewer, last),
        )


def _undo(viewer: Viewer, last: RuleChange) -> None:
    with feedback.kept():
        take_back(viewer, last)
        st.session_state.pop(_LAST, None)
        st.session_state[CHOSEN] = last.after.rule.number
        gone = last.before is None
        feedback.keep_toast(
            f"Rule {last.after.rule.number} is {'gone again' if gone else 'as it was before'}."
        )


def take_back(viewer: Viewer, last: RuleChange) -> None:
    """Undo a change by its opposite, unless a colleague changed the rule after it."""
    actor, workspace = viewer.actor, viewer.workspace
    rule, version = last.after.rule, last.after.version
    if last.before is None:
        rule_writing.delete_rule(actor, workspace, rule.id, version)
    elif last.after.deleted:
        rule_writing.restore_rule(actor, workspace, rule.id, version)
    else:
        rule_writing.save_rule(actor, workspace, last.before.rule, version)
