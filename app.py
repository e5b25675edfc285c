"""The router: page set-up and navigation; what a page shows is in pages/."""

import streamlit as st

from ledgersync.ui import shell

st.set_page_config(
    page_title="LedgerSync for Accounting CS", page_icon=shell.FAVICON, layout="wide"
)
shell.navigation().run()
