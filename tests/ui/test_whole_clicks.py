"""A click whose callback is under way when the next message comes is carried out to its end."""

from streamlit.testing.v1 import AppTest

_PAGE = """
import streamlit as st
from streamlit.runtime.scriptrunner import RerunData, get_script_run_ctx

import ledgersync.ui.shell  # as every page does

def save():
    # The browser's next message, while this callback is at work.
    get_script_run_ctx().script_requests.request_rerun(RerunData(widget_states=None))
    st.session_state["begun"] = True
    st.session_state["done"] = True

st.button("Save", on_click=save)
st.text(f"{'begun' in st.session_state} {'done' in st.session_state}")
"""


def test_a_callback_ends_although_another_message_waits() -> None:
    app = AppTest.from_string(_PAGE).run()
    assert app.text[0].value == "False False"
    app.button[0].click().run()
    assert app.text[0].value == "True True"
