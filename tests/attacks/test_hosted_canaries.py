"""The secrets of a hosted app: in no frame, log, file or process, whatever goes wrong."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from streamlit.proto.WidgetStates_pb2 import WidgetState
from streamlit.web.server.starlette.starlette_server_config import USER_COOKIE_NAME

from tests.attacks.canaries import awkward_word, in_files, sightings, word
from tests.attacks.hosted_office import PAGES, HostedOffice
from tests.attacks.visitor import Answer, Visitor, fetch, visiting
from tests.bankfeed.feed_server import Call, Reply, plain
from tests.browser.company import CLIENT_SECRET, COOKIE_SECRET
from tests.services.scripted_ledgersync import EMAIL, PASSWORD

TYPED = {
    "typed e-mail": f"{word('mail')}+ann@firm.example",
    "typed password": awkward_word("pass"),
    "typed key": word("sk"),
}
FIELDS = {
    "LedgerSync Email": TYPED["typed e-mail"],
    "LedgerSync Password": TYPED["typed password"],
}
MODEL = {"Address": "http://127.0.0.1:9/v1", "Model": "m-1", "Key": TYPED["typed key"]}


@pytest.fixture
def canaries(hosted: HostedOffice) -> dict[str, str]:
    [key] = re.findall(r"[A-Za-z0-9+/]{43}=", (hosted.home.root / "firm.key").read_text())
    return TYPED | {
        "e-mail": EMAIL,
        "password": PASSWORD,
        "master key": key,
        "cookie secret": COOKIE_SECRET,
        "client secret": CLIENT_SECRET,
        "token": "-of-northgate",
        "sign-in": hosted.cookie("ann"),
    }


@pytest.fixture
def echoing(hosted: HostedOffice) -> Iterator[None]:
    """LedgerSync refuses every call and repeats what it was told."""
    server = hosted.office.server
    before, server.script = server.script, _echo
    yield
    server.script = before


def _echo(call: Call) -> Reply:
    return plain({"error": f"{EMAIL} {PASSWORD} {call.headers} {call.body.decode()}"}, 401)


@pytest.mark.usefixtures("echoing")
def test_secrets_of_a_hosted_app_leave_it_nowhere(
    hosted: HostedOffice, canaries: dict[str, str]
) -> None:
    with visiting(hosted.port, hosted.cookie("ann")) as ann:
        answers = [_filled_in(ann, "Save Integration", FIELDS)]
        answers.append(_filled_in(ann, "Save outside model", MODEL))
        answers.append(_filled_in(ann, "Test outside model", {}))
        answers += [ann.visit(page) for page in PAGES]
    fetch(
        hosted.port,
        "GET",
        "/media/x",
        headers={"Cookie": f"{USER_COOKIE_NAME}={canaries['sign-in']}"},
    )
    fetch(hosted.port, "GET", f"/oauth2callback?code={canaries['typed key']}&state=x")

    assert "did not accept" in answers[0].text
    assert "OAuth callback" in hosted.log
    frames = b"".join(m.SerializeToString() for a in answers for m in a.messages)
    assert sightings(frames, canaries) == []
    assert sightings(hosted.log, canaries) == []
    kept = [hosted.home.root / name for name in ("firm.key", "sign-in.toml")]
    assert in_files(hosted.home.root, canaries, but=kept) == []
    processes = _processes_of(hosted)
    assert len(processes) >= 2  # the command and the app
    assert sightings(b"\n".join(processes), canaries) == []


def _filled_in(visitor: Visitor, button: str, values: dict[str, str]) -> Answer:
    """Type into Settings and press a button, as a browser would send it."""
    seen = visitor.visit("settings")
    typed = [
        WidgetState(id=field.id, string_value=values[field.label])
        for field in seen.elements
        if getattr(field, "label", "") in values
    ]
    assert len(typed) == len(values)
    [pressed] = [e.id for e in seen.elements if getattr(e, "label", "") == button]
    widgets = [*typed, WidgetState(id=pressed, trigger_value=True)]
    visitor.ask(widgets=widgets, page_script_hash=seen.page)
    return visitor.read_until_quiet()


def _processes_of(hosted: HostedOffice) -> list[bytes]:
    """The command lines and environments of the app's own processes."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            told = (process / "cmdline").read_bytes() + (process / "environ").read_bytes()
        except OSError:
            continue  # it ended, or is somebody else's
        if str(hosted.home.root).encode() in told:
            found.append(told)
    return found
