"""Outside AI on Settings: what would leave this machine, the set-up, a try, and its removal."""

from dataclasses import dataclass
from typing import Literal

import streamlit as st
from pydantic import SecretStr

from ledgersync.errors import LedgerSyncError
from ledgersync.services import key_care, outside_advice
from ledgersync.services.outside_advice import MOST_ROWS, USUAL_ROWS, OutsideAi, Trial
from ledgersync.ui.feedback import in_place, show_error
from ledgersync.ui.secret_fields import OUTSIDE_AI_KEY, taken
from ledgersync.ui.shell import Viewer
from ledgersync.ui.texts import plain

_SENT, _REFUSED, _TYPED = "outside_ai_sent", "outside_ai_refused", "outside_ai_typed"
_SAVED, _TRIAL = "outside_ai_saved", "outside_ai_trial"
_FORM_WIDTH = 640

_LEAVES = """
**What leaves this machine when this is on**, for rows that no rule, nothing learned and no vendor
name could match: the bank's description without card and account numbers, dates, amounts,
references, e-mail addresses and names of your clients; whether money came in or went out; and the
amount rounded to one digit ($1,264 is sent as 1,000). With it go the names of the vendors and the
codes and names of the GL accounts of the client concerned.

**What stays:** who the client is, the bank and the account, dates, exact amounts, balances, earlier
decisions, the LedgerSync log-in. A description or a vendor can still be a person's name, or a name
that is cut too short to be recognised: read what the provider keeps before you turn this on.
"""


@dataclass(frozen=True)
class _Typed:
    """What the form holds, besides the key."""

    enabled: bool = False
    url: str = ""
    model: str = ""
    rows: int = USUAL_ROWS


def outside_ai_section(viewer: Viewer) -> None:
    """The section, for those who administer the app."""
    if not key_care.may_administer(viewer.actor, viewer.workspace):
        return
    st.header("Outside AI (optional)", anchor=False)
    with in_place():
        stored = outside_advice.outside_ai(viewer.actor, viewer.workspace)
        _state(stored)
        st.info(_LEAVES, icon=":material/outbound:")
        if viewer.in_demo:
            st.caption(
                "This is the demo: only a model that runs on this computer can be asked, and "
                "nothing leaves it."
            )
        _form(viewer, stored)
        if stored:
            _actions(viewer)


def _state(stored: OutsideAi | None) -> None:
    words, icon, color = _look(stored)
    st.badge(words, icon=icon, color=color)
    if trial := st.session_state.pop(_TRIAL, None):
        _show(trial)
    elif stored and stored.trouble:
        st.warning(plain(stored.trouble), icon=":material/warning:")


def _look(
    stored: OutsideAi | None,
) -> tuple[str, str, Literal["gray", "orange", "green"]]:
    if stored is None:
        return "Off · not set up", ":material/cloud_off:", "gray"
    if stored.locked:
        return "Locked", ":material/lock:", "orange"
    if not stored.enabled:
        return f"Off · {plain(stored.model)} is set up", ":material/cloud_off:", "gray"
    if stored.trouble:
        return "On · needs attention", ":material/error:", "orange"
    used = f" · last used {stored.last_used_on:%m/%d/%Y}" if stored.last_used_on else ""
    return f"On · {plain(stored.model)}{used}", ":material/cloud_done:", "green"


def _form(viewer: Viewer, stored: OutsideAi | None) -> None:
    before = st.session_state.pop(_TYPED, None) or _stored_values(stored)
    mark = _mark(stored)
    with st.form("outside_ai", clear_on_submit=True, width=_FORM_WIDTH):
        typed = _fields(before, mark)
        st.text_input(
            "Key",
            type="password",
            key=f"{OUTSIDE_AI_KEY}_{mark}",
            autocomplete="off",
            placeholder=_key_words(stored),
        )
        _cost(stored)
        sent = st.form_submit_button(
            "Save outside model", type="primary", icon=":material/save:", key="save_outside_ai"
        )
    if sent:
        _save(viewer, typed, taken(f"{OUTSIDE_AI_KEY}_{mark}"))
    if st.session_state.pop(_SAVED, False):
        st.success("Saved. Press **Test outside model** to try it.", icon=":material/check_circle:")
    if refused := st.session_state.pop(_REFUSED, None):
        show_error(refused)


def _fields(before: _Typed, mark: str) -> _Typed:
    enabled = st.toggle(
        "Ask an outside model about rows that nothing else matched",
        value=before.enabled,
        persist_state="page",
        key=f"outside_ai_enabled_{mark}",
    )
    url = st.text_input(
        "Address",
        value=before.url,
        persist_state="page",
        key=f"outside_ai_url_{mark}",
        placeholder="https://api.example.com/v1",
        help="Of a server that speaks OpenAI's chat-completions protocol, one of your own too",
    )
    model = st.text_input(
        "Model", value=before.model, persist_state="page", key=f"outside_ai_model_{mark}"
    )
    rows = st.number_input(
        "Descriptions a run may ask about",
        min_value=1,
        max_value=MOST_ROWS,
        value=before.rows,
        persist_state="page",
        key=f"outside_ai_rows_{mark}",
        help="This caps the cost: equal descriptions are asked about once, the rest not at all",
    )
    return _Typed(enabled, url, model, int(rows))


def _mark(stored: OutsideAi | None) -> str:
    """Part of the fields' keys: what was saved or refused since gets fields of its own.

    A field keeps what it showed as long as its key stays, whatever its new value is.
    """
    changed = f"{stored.changed_at.timestamp()}" if stored else ""
    return f"{changed}_{st.session_state.get(_SENT, 0)}"


def _stored_values(stored: OutsideAi | None) -> _Typed:
    if stored is None:
        return _Typed()
    return _Typed(stored.enabled, stored.url, stored.model, stored.rows_per_run)


def _cost(stored: OutsideAi | None) -> None:
    if stored:
        st.caption(
            f"A full run costs about {stored.tokens_per_run:,} tokens at the provider, questions "
            "and answers together, for the client with the longest lists."
        )


def _key_words(stored: OutsideAi | None) -> str:
    if stored and stored.has_key:
        return "Stored encrypted; leave empty to keep it"
    return "Leave empty if the server needs none"


def _save(viewer: Viewer, typed: _Typed, key: SecretStr) -> None:
    """Keep it and show the page anew; after a refusal with what was typed, but for the key."""
    state = st.session_state
    state[_SENT] = state.get(_SENT, 0) + 1
    try:
        outside_advice.save_outside_ai(
            viewer.actor,
            viewer.workspace,
            typed.url,
            typed.model,
            key,
            typed.rows,
            enabled=typed.enabled,
        )
        state[_SAVED] = True
    except LedgerSyncError as error:
        state[_REFUSED], state[_TYPED] = error, typed
    st.rerun()


def _actions(viewer: Viewer) -> None:
    with st.container(horizontal=True):
        about = "Asks one made-up question; nothing of your firm is sent"
        asked = st.button(
            "Test outside model", icon=":material/network_check:", help=about, key="try_outside_ai"
        )
        with st.popover("Remove outside model", icon=":material/delete:"):
            st.write("Forget the address, the model and its key? Suggestions made so far stay.")
            removed = st.button("Yes, remove it", type="primary", key="remove_outside_ai")
    if asked:
        with st.spinner("Asking the outside model ..."):
            trial = outside_advice.try_outside_ai(viewer.actor, viewer.workspace)
        st.session_state[_TRIAL] = trial
        st.rerun()
    if removed:
        outside_advice.remove_outside_ai(viewer.actor, viewer.workspace)
        st.rerun()


def _show(trial: Trial) -> None:
    if trial.works:
        st.success(plain(trial.sentence), icon=":material/check_circle:")
    else:
        st.error(f"**{plain(trial.sentence)}** {plain(trial.next_step)}", icon=":material/cancel:")
