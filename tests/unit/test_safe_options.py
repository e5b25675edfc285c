"""Streamlit's options that keep the app safe, as they are once all that sets them was read."""

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from typing import Any

import pytest

from ledgersync.commands import safe_options
from ledgersync.config import PROJECT_ROOT

SAFE = {
    "global.developmentMode": False,
    "server.allowedHosts": ["localhost", "127.0.0.1", "::1"],
    "server.corsAllowedOrigins": [],
    "server.enableCORS": True,
    "server.enableXsrfProtection": True,
    "server.xsrfCookieSameSite": "lax",
    "server.enableStaticServing": False,
    "server.enableAgentApi": False,
    "server.scriptHealthCheckEnabled": False,
    "server.trustedUserHeaders": {},
    "server.baseUrlPath": "",
    "server.maxUploadSize": 10,
    "server.fileWatcherType": "none",
    "server.headless": True,
    "client.allowedOrigins": [],
    "client.showErrorDetails": "none",
    "client.disableDataExport": True,
    "client.toolbarMode": "minimal",
    "browser.gatherUsageStats": False,
}
HOSTILE = {
    "GLOBAL_DEVELOPMENT_MODE": "true",
    "SERVER_ALLOWED_HOSTS": "*",
    "RUN_SERVER_ALLOWEDHOSTS": "*",
    "SERVER_CORS_ALLOWED_ORIGINS": "https://evil.example",
    "SERVER_ENABLE_CORS": "false",
    "SERVER_ENABLE_XSRF_PROTECTION": "false",
    "SERVER_XSRF_COOKIE_SAME_SITE": "none",
    "SERVER_ENABLE_STATIC_SERVING": "true",
    "SERVER_ENABLE_AGENT_API": "true",
    "SERVER_SCRIPT_HEALTH_CHECK_ENABLED": "true",
    "SERVER_TRUSTED_USER_HEADERS": '{"X-User": "sub"}',
    "SERVER_BASE_URL_PATH": "elsewhere",
    "SERVER_MAX_UPLOAD_SIZE": "500",
    "SERVER_FILE_WATCHER_TYPE": "poll",
    "SERVER_HEADLESS": "false",
    "CLIENT_ALLOWED_ORIGINS": "https://evil.example",
    "CLIENT_SHOW_ERROR_DETAILS": "full",
    "CLIENT_DISABLE_DATA_EXPORT": "false",
    "CLIENT_TOOLBAR_MODE": "developer",
    "BROWSER_GATHER_USAGE_STATS": "true",
}
# A flag can't say "none"; these are safe for the variables are withheld.
WITHHELD = {"client.allowedOrigins", "server.corsAllowedOrigins", "server.trustedUserHeaders"}
# Streamlit's own command line reads what it reads for `run`, and starts nothing.
_ASK = """
import json, sys
from streamlit import config
from streamlit.web import bootstrap, cli
bootstrap.run_asgi_app = lambda script, app, args, flags: None
names = json.loads(sys.argv.pop())
cli.main(standalone_mode=False, prog_name="streamlit")
print(json.dumps({name: config.get_option(name) for name in names}))
"""


def effective(flags: list[str], environment: Mapping[str, str]) -> dict[str, Any]:
    arguments = ["run", "app.py", *flags, json.dumps(list(SAFE))]
    done = subprocess.run(  # noqa: S603  our own interpreter and words
        [sys.executable, "-c", _ASK, *arguments],
        cwd=PROJECT_ROOT, env=environment, text=True, capture_output=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


@pytest.fixture
def hostile(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in HOSTILE.items():
        monkeypatch.setenv(f"STREAMLIT_{name}", value)


@pytest.mark.usefixtures("hostile")
def test_no_variable_of_the_environment_takes_one_back() -> None:
    flags = [*safe_options.flags(), *safe_options.own_machine()]
    assert effective(flags, safe_options.environment()) == SAFE


@pytest.mark.usefixtures("hostile")
def test_what_is_said_goes_before_the_environment() -> None:
    told = effective([*safe_options.flags(), *safe_options.own_machine()], os.environ)
    said = SAFE.keys() - WITHHELD
    assert {name: told[name] for name in said} == {name: SAFE[name] for name in said}


def test_the_file_says_the_same_to_streamlit_alone() -> None:
    assert effective([], safe_options.environment()) == SAFE
