"""What the web server puts before the pages: the guard, and whether the app is ready.

`app.py` names it as it is imported by the server, which `ledgersync run` starts in every mode, and
a bare `streamlit run app.py` too.
"""

import logging
from typing import Any

import anyio.to_thread
import streamlit as st
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from ledgersync.config import Mode, load_settings
from ledgersync.errors import LedgerSyncError, SettingsInvalid
from ledgersync.guard import Guard
from ledgersync.services.readiness import what_is_missing
from ledgersync.sign_in_failures import SignInFailures
from ledgersync.ui import shell
from ledgersync.ui.feedback import show_error, unexpected


async def _readyz(_request: Request) -> Response:
    """Whether this process can serve: its database, the schema, the key."""
    missing = await anyio.to_thread.run_sync(_missing)
    state = {"ready": not missing, "missing": missing}
    return JSONResponse(state, 503 if missing else 200)


def _missing() -> list[str]:
    """Words of one kind each: the reasons in full are for the log and `ledgersync doctor`."""
    try:
        return what_is_missing(shell.workspace())
    except LedgerSyncError:
        return ["settings"]


def _tell(error: Exception) -> bool:
    show_error(unexpected(error))
    return True


def _hosted_at() -> list[str] | None:
    """The origins of a hosted app; one whose settings are wrong is guarded as such, and says so."""
    try:
        is_hosted = load_settings().mode is Mode.HOSTED
    except SettingsInvalid:
        is_hosted = True
    return st.get_option("server.corsAllowedOrigins") if is_hosted else None


# Whoever asks whether the server is ready has no session, and Streamlit would warn of that.
logging.getLogger("streamlit.runtime.scriptrunner_utils.script_run_context").setLevel(logging.ERROR)

BEFORE_PAGES: dict[str, Any] = {
    "routes": [Route("/readyz", _readyz)],
    "middleware": [Middleware(Guard, hosted_at=_hosted_at()), Middleware(SignInFailures)],
    "on_script_error": _tell,
}
