"""Streamlit's own options that keep the app safe, in every mode.

`.streamlit/config.toml` says the same to a bare `streamlit run`. A variable such as
STREAMLIT_SERVER_ENABLE_CORS would go before that file; so the app is started with flags, which go
before everything, and without such variables, for a flag can't say "none" of a list.
"""

import os
from collections.abc import Mapping

_IN_EVERY_MODE = {
    "global.developmentMode": "false",  # with it, every origin is let in
    "server.enableCORS": "true",
    "server.enableXsrfProtection": "true",
    "server.xsrfCookieSameSite": "lax",
    "server.enableStaticServing": "false",
    "server.enableAgentApi": "false",
    "server.scriptHealthCheckEnabled": "false",
    "server.baseUrlPath": "",  # what is closed or guarded is so at the root
    "server.maxUploadSize": "10",
    "server.fileWatcherType": "none",
    "server.headless": "true",
    "client.showErrorDetails": "none",
    "client.disableDataExport": "true",
    "client.toolbarMode": "minimal",
    "browser.gatherUsageStats": "false",
}
_OWN_NAMES = ("localhost", "127.0.0.1", "::1")
_VARIABLES = "STREAMLIT_"


def flags() -> list[str]:
    """The options that hold in every mode."""
    return [f"--{name}={value}" for name, value in _IN_EVERY_MODE.items()]


def own_machine() -> list[str]:
    """The names by which a browser on this machine may ask for the app."""
    return [f"--server.allowedHosts={name}" for name in _OWN_NAMES]


def environment() -> Mapping[str, str]:
    """This process's environment without Streamlit's variables."""
    return {name: value for name, value in os.environ.items() if not name.startswith(_VARIABLES)}
