"""The secrets of a hosted app: in no frame, log, file or process, whatever goes wrong."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from streamlit.proto.WidgetStates_pb2 import WidgetState
from streamlit.web.server.starlette.starlette_server_config import USER_COOKIE_NAME

from tests.attacks.canaries import awkward_word, in_files, sightings, word
from tests.attacks.hosted_office import PAGES, HostedOffice
from tests.attacks.telling_postgres import TellingPostgres
from tests.attacks.visitor import Answer, Visitor, fetch, visiting
from tests.bankfeed.feed_server import Call, Reply, plain
from tests.browser.company import CLIENT_SECRET, COOKIE_SECRET
from tests.services.scripted_ledgersync import EMAIL, PASSWORD
from tests.services.two_clients import WORDS

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
def canaries(attacked: HostedOffice) -> dict[str, str]:
    [key] = re.findall(r"[A-Za-z0-9+/]{43}=", (attacked.home.root / "firm.key").read_text())
    return TYPED | {
        "e-mail": EMAIL,
        "password": PASSWORD,
        "master key": key,
        "cookie secret": COOKIE_SECRET,
        "client secret": CLIENT_SECRET,
        "token": "-of-northgate",
        "sign-in": attacked.cookie("ann"),
    }


@pytest.fixture
def echoing(attacked: HostedOffice) -> Iterator[None]:
    """LedgerSync refuses every call and repeats what it was told."""
    server = attacked.office.server
    before, server.script = server.script, _echo
    yield
    server.script = before


def _echo(call: Call) -> Reply:
    return plain({"error": f"{EMAIL} {PASSWORD} {call.headers} {call.body.decode()}"}, 401)


@pytest.mark.usefixtures("echoing")
def test_secrets_of_a_hosted_app_leave_it_nowhere(
    attacked: HostedOffice, canaries: dict[str, str]
) -> None:
    answers = _work(attacked, canaries)
    assert "did not accept" in answers[0].text
    assert "OAuth callback" in attacked.log
    _require_nowhere(attacked, answers, canaries)
    processes = _processes_of(attacked)
    assert len(processes) >= 2  # the command and the app
    assert sightings(b"\n".join(processes), canaries) == []


@pytest.mark.usefixtures("echoing")
@pytest.mark.parametrize("backend", ["postgresql"], indirect=True)
def test_nor_do_they_reach_the_companys_database_server(
    attacked: HostedOffice, canaries: dict[str, str], companys_postgres: TellingPostgres
) -> None:
    answers = _work(attacked, canaries)
    password = {"database password": companys_postgres.password}
    _require_nowhere(attacked, answers, password)
    assert companys_postgres.sightings(canaries | password) == []
    known = companys_postgres.sightings({"a row": WORDS["C1"]})
    assert {"a row in base", "a row in pg_wal", "a row in log"} <= {
        place.split("/")[0] for place in known
    }


def _work(attacked: HostedOffice, canaries: dict[str, str]) -> list[Answer]:
    """What Ann is shown of every page, once she has typed secrets into the forms of one."""
    with visiting(attacked.port, attacked.cookie("ann")) as ann:
        answers = [_filled_in(ann, "Save Integration", FIELDS)]
        answers.append(_filled_in(ann, "Save outside model", MODEL))
        answers.append(_filled_in(ann, "Test outside model", {}))
        answers += [ann.visit(page) for page in PAGES]
    cookie = {"Cookie": f"{USER_COOKIE_NAME}={canaries['sign-in']}"}
    fetch(attacked.port, "GET", "/media/x", headers=cookie)
    fetch(attacked.port, "GET", f"/oauth2callback?code={canaries['typed key']}&state=x")
    return answers


def _require_nowhere(
    attacked: HostedOffice, answers: list[Answer], canaries: dict[str, str]
) -> None:
    frames = b"".join(m.SerializeToString() for a in answers for m in a.messages)
    assert sightings(frames, canaries) == []
    assert sightings(attacked.log, canaries) == []
    kept = [attacked.home.root / name for name in ("firm.key", "sign-in.toml")]
    assert in_files(attacked.home.root, canaries, but=kept) == []


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


def _processes_of(attacked: HostedOffice) -> list[bytes]:
    """The command lines and environments of the app's own processes."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            told = (process / "cmdline").read_bytes() + (process / "environ").read_bytes()
        except OSError:
            continue  # it ended, or is somebody else's
        if str(attacked.home.root).encode() in told:
            found.append(told)
    return found
