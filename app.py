"""The router: navigation; how a page is framed is in ledgersync/ui/shell.py, the rest in pages/.

A server imports it once, and finds an app here with the guard before it; then it runs with each
click.
"""

import streamlit as st

from ledgersync.ui import shell

if __name__ == "__main__":
    shell.run()
else:
    from ledgersync.asgi import BEFORE_PAGES

    app = st.App(__file__, **BEFORE_PAGES)
