"""Fields for secrets: what was typed into them is taken out of the session at once."""

from contextlib import suppress

import streamlit as st
from pydantic import SecretStr

PASSWORD = "ledgersync_password"  # noqa: S105  the names of inputs
NEW_PASSWORD = "ledgersync_new_password"  # noqa: S105
OUTSIDE_AI_KEY = "outside_ai_key"
KIT_TEXT = "recovery_kit_text"
_ALL = (PASSWORD, NEW_PASSWORD, OUTSIDE_AI_KEY, KIT_TEXT)


def taken(key: str) -> SecretStr:
    """What was typed, sealed from sight, and no longer in the session."""
    secret = SecretStr(st.session_state.get(key, ""))
    with suppress(KeyError):
        del st.session_state[key]
    return secret


def forget_secrets() -> None:
    """For a run that ends before their forms take them: Streamlit would keep what was sent."""
    for key in list(st.session_state):
        if str(key).startswith(_ALL):
            taken(str(key))
