"""People who were not invited, at the door of a hosted app: on its WebSocket and over HTTP.

Each is refused in plain words or by a status, is shown nothing of the firm, and the app goes on.
"""

import random
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, suppress

import pytest
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.WidgetStates_pb2 import WidgetState
from streamlit.web.server.starlette.starlette_app_utils import generate_xsrf_token_string
from streamlit.web.server.starlette.starlette_server_config import (
    USER_COOKIE_NAME,
    XSRF_COOKIE_NAME,
)
from websockets.exceptions import ConnectionClosed, InvalidStatus

from tests.attacks.hosted_office import PAGES, HostedOffice
from tests.attacks.visitor import Answer, Fetched, Visitor, fetch, require_headers, visiting

Coming = Callable[[HostedOffice], AbstractContextManager[Visitor]]

ASKED = "Sign in with your company's account"
STRANGERS: dict[str, tuple[Coming, str]] = {
    "no cookie": (lambda h: visiting(h.port), ASKED),
    "signed with another secret": (lambda h: visiting(h.port, h.cookie("ann", "y" * 40)), ASKED),
    "altered": (lambda h: visiting(h.port, _altered(h.cookie("ann"))), ASKED),
    "not signed": (lambda h: visiting(h.port, '{"sub": "subject of ann"}'), ASKED),
    "of another address": (
        lambda h: visiting(h.port, h.cookie("ann", origin="https://evil.example")),
        ASKED,
    ),
    "no token of forms": (lambda h: visiting(h.port, h.cookie("ann"), guarded=False), ASKED),
    "no origin": (lambda h: visiting(h.port, h.cookie("ann"), origin=None), ASKED),
    "stolen, signed out since": (
        lambda h: visiting(h.port, h.cookie("cid")),
        "You have signed out",
    ),
    "disabled": (lambda h: visiting(h.port, h.cookie("dan")), "your access to this app was turned"),
    "nobody knows": (
        lambda h: visiting(h.port, h.cookie("eve")),
        "Nobody has invited eve@firm.com",
    ),
    "another subject with her address": (
        lambda h: visiting(h.port, h.cookie("ann", sub="somebody else")),
        "ann@firm.com belongs to somebody here who signs in with another account.",
    ),
    "without a day": (lambda h: visiting(h.port, h.cookie("ann", iat="x")), "did not say who you"),
}
# What Streamlit does for everybody who connects, unless it never hears of it.
UNASKED = ("clear_cache", "set_run_on_save", "load_git_info", "debug_shutdown_runtime")


@pytest.fixture(autouse=True, scope="module")
def _lives_on(hosted: HostedOffice) -> Iterator[None]:
    """Ann is served after all attacks as before them."""
    yield
    with visiting(hosted.port, hosted.cookie("ann")) as ann:
        assert "Client C2" in ann.visit("clients").text


def _altered(cookie: str) -> str:
    """The same with another letter in what was signed."""
    at = len(cookie) // 3
    return f"{cookie[:at]}{'A' if cookie[at] != 'A' else 'B'}{cookie[at + 1 :]}"


def _require_nothing_of(hosted: HostedOffice, answer: Answer | Fetched) -> None:
    text = answer.text if isinstance(answer, Answer) else answer.body.decode(errors="replace")
    marks = [mark for things in hosted.clients.values() for mark in things.marks]
    told = [mark for mark in (*marks, "Traceback", 'File "', "site-packages") if mark in text]
    assert not told, told
    if isinstance(answer, Answer):
        assert not answer.exceptions
    else:
        require_headers(answer)


def test_no_page_opens_for_somebody_without_a_sign_in(hosted: HostedOffice) -> None:
    _require_turned_away(hosted, "no cookie", PAGES)


@pytest.mark.parametrize("who", [who for who in STRANGERS if who != "no cookie"])
def test_no_sign_in_but_a_good_one_opens_a_page(hosted: HostedOffice, who: str) -> None:
    _require_turned_away(hosted, who, ("clients",))


@pytest.mark.long
@pytest.mark.parametrize("who", STRANGERS)
def test_no_page_opens_for_any_stranger(hosted: HostedOffice, who: str) -> None:
    _require_turned_away(hosted, who, PAGES)


def _require_turned_away(hosted: HostedOffice, who: str, pages: Iterable[str]) -> None:
    come, told = STRANGERS[who]
    with come(hosted) as visitor:
        for page in pages:
            answer = visitor.visit(page)
            _require_nothing_of(hosted, answer)
            assert told in answer.text, page
            assert not {type(e).__name__ for e in answer.elements} & {"Dataframe", "TextInput"}


@pytest.mark.parametrize(
    ("origin", "host"),
    [
        ("https://evil.example", "localhost"),
        ("null", "localhost"),
        ("http://localhost:1", "localhost"),  # another port of this machine
        ("", "evil.example"),
    ],
)
def test_a_page_of_another_site_gets_no_connection(
    hosted: HostedOffice, origin: str, host: str
) -> None:
    with (
        pytest.raises(InvalidStatus),
        visiting(hosted.port, hosted.cookie("ann"), origin=origin, host=host),
    ):
        pass


def test_another_name_that_is_both_host_and_origin_gets_no_connection(hosted: HostedOffice) -> None:
    origin = f"http://evil.example:{hosted.port}"
    with (
        pytest.raises(InvalidStatus),
        visiting(hosted.port, hosted.cookie("ann"), origin=origin, host="evil.example"),
    ):
        pass


def test_a_session_is_nobody_elses(hosted: HostedOffice) -> None:
    """Neither the number of Ann's session nor what it holds is of use to somebody else."""
    with visiting(hosted.port, hosted.cookie("ann")) as ann:
        began = ann.visit("settings").messages
        sessions = [m.new_session.initialize.session_id for m in began if m.HasField("new_session")]
        for cookie, told in (("", ASKED), (hosted.cookie("dan"), "your access to this app")):
            with visiting(hosted.port, cookie, session=sessions[0]) as thief:
                answer = thief.visit("clients")
                _require_nothing_of(hosted, answer)
                assert told in answer.text
    with visiting(hosted.port, session=sessions[0]) as thief:
        _require_nothing_of(hosted, thief.visit("clients"))


def test_widgets_and_fragments_of_a_page_that_one_may_not_open_do_nothing(
    hosted: HostedOffice,
) -> None:
    with visiting(hosted.port, hosted.cookie("ann")) as ann:
        answers = [ann.visit(page) for page in ("clients", "settings")]
    before = hosted.content()
    for cookie in ("", hosted.cookie("dan")):
        with visiting(hosted.port, cookie) as stranger:
            for seen in answers:
                widgets = [WidgetState(id=id_, trigger_value=True) for id_ in seen.widgets]
                answer = stranger.visit(widgets=widgets, page_script_hash=seen.page)
                _require_nothing_of(hosted, answer)
                assert hosted.content() == before
            stranger.visit()
            for fragment in {id_ for seen in answers for id_ in seen.fragments}:
                stranger.ask(fragment_id=fragment, page_script_hash=answers[-1].page)
                _require_nothing_of(hosted, stranger.visit("settings"))
    assert hosted.content() == before


def test_what_is_no_message_ends_the_connection_and_no_more(hosted: HostedOffice) -> None:
    dice = random.Random(7)  # noqa: S311
    good = BackMsg()
    good.rerun_script.page_name = "settings"
    for _ in range(60):
        junk = bytearray(dice.randbytes(dice.randrange(1, 400)))
        if dice.random() < 0.5:
            junk = bytearray(good.SerializeToString())
            junk[dice.randrange(len(junk))] ^= dice.randrange(1, 256)
            del junk[dice.randrange(len(junk)) :]
        with visiting(hosted.port) as stranger:
            with suppress(ConnectionClosed):  # it may have hung up by now
                stranger.send(bytes(junk))
                stranger.send(good.SerializeToString())
            _require_nothing_of(hosted, stranger.read())


def test_what_is_too_long_or_unreadable_is_hung_up_on(hosted: HostedOffice) -> None:
    cookies = {"": 64 * 1024, hosted.cookie("dan"): 64 * 1024, hosted.cookie("ann"): 8 * 1024**2}
    for cookie, longest in cookies.items():
        for message, code in ((b"\xff" * 100, 1002), (b"\x00" * (longest + 1), 1009)):
            with visiting(hosted.port, cookie) as visitor:
                with suppress(ConnectionClosed):
                    visitor.send(message)
                assert visitor.was_hung_up_on() in {code, 0}  # 0: before it could say why


def test_a_long_message_of_a_page_is_heard(hosted: HostedOffice) -> None:
    """As when many cells are pasted; a stranger's may be as long as pressing a button needs."""
    cells = {"ann": 7 * 1024**2, "": 60 * 1024}
    for who, length in cells.items():
        with visiting(hosted.port, hosted.cookie(who) if who else "") as visitor:
            typed = WidgetState(id="$$ID-x-y", string_value="x" * length)
            assert visitor.visit(widgets=[typed]).messages


@pytest.mark.parametrize("asked", UNASKED)
def test_what_no_page_asks_for_is_not_heard(hosted: HostedOffice, asked: str) -> None:
    """Emptying the caches would make the next run open the books anew, for everybody."""
    with visiting(hosted.port) as stranger:
        stranger.visit()
        message = BackMsg()
        setattr(message, asked, True)
        stranger.send(message.SerializeToString())
        stranger.send("a text")
        stranger.send(b"")
        answer = stranger.visit()
    kinds = [one.WhichOneof("type") for one in answer.messages]
    assert "git_info_changed" not in kinds
    assert kinds.count("session_status_changed") == 2  # as every run begins: see below
    assert "Opening the books" not in answer.text


def test_files_are_taken_from_people_who_signed_in(hosted: HostedOffice) -> None:
    with visiting(hosted.port, hosted.cookie("ann")) as ann:
        ann.visit("rules")
        place = _upload_url(ann)
        for cookie in ("", hosted.cookie("dan"), hosted.cookie("cid"), hosted.cookie("eve")):
            for method in ("PUT", "DELETE"):
                assert _upload(hosted, method, place, cookie).status == 403
        assert _upload(hosted, "PUT", place, hosted.cookie("ann")).status == 204
        for method in ("PUT", "DELETE"):
            assert _upload(hosted, method, place, hosted.cookie("dana")).status == 403
        assert _upload(hosted, "DELETE", place, hosted.cookie("ann")).status == 204
        nowhere = place.replace(place.split("/")[-2], "no-session")
        assert _upload(hosted, "PUT", nowhere, hosted.cookie("ann")).status == 400
        assert _upload(hosted, "PUT", place, hosted.cookie("ann"), forged=True).status == 403


def test_a_file_of_another_session_cannot_be_chosen(hosted: HostedOffice) -> None:
    """Also not in a second session of the same person."""
    with visiting(hosted.port, hosted.cookie("ann")) as ann:
        ann.visit("clients", "view=lists")
        place = _upload_url(ann)
        assert _upload(hosted, "PUT", place, hosted.cookie("ann")).status == 204
        for who in ("ann", "dana"):
            with visiting(hosted.port, hosted.cookie(who)) as other:
                assert "Zebraheading" not in _choose(other, place)
        assert "Zebraheading" in _choose(ann, place)


def _choose(visitor: Visitor, place: str) -> str:
    """Put the file of that address into the uploader of the visitor's own page."""
    shown = visitor.visit("clients", "view=lists")
    [uploader] = [e for e in shown.elements if hasattr(e, "max_upload_size_mb")]
    chosen = WidgetState(id=uploader.id)
    file = chosen.file_uploader_state_value.uploaded_file_info.add(name="x.csv", size=3)
    file.file_id = place.rsplit("/", maxsplit=1)[-1]
    file.file_urls.file_id = file.file_id
    file.file_urls.upload_url = file.file_urls.delete_url = place
    return visitor.visit(
        "clients", "view=lists", widgets=[chosen], page_script_hash=shown.page
    ).text


def _upload_url(visitor: Visitor) -> str:
    asked = BackMsg()
    asked.file_urls_request.file_names.append("../../rules.csv")
    visitor.send(asked.SerializeToString())
    told = visitor.next_of("file_urls_response")
    return str(told.file_urls_response.file_urls[0].upload_url)


def _upload(
    hosted: HostedOffice, method: str, place: str, cookie: str, *, forged: bool = False
) -> Fetched:
    token = generate_xsrf_token_string()
    cookies = f"{XSRF_COOKIE_NAME}={token}" + (f"; {USER_COOKIE_NAME}={cookie}" if cookie else "")
    lines = (
        "--b", 'Content-Disposition: form-data; name="file"; filename="../../x.csv"',
        "Content-Type: text/csv", "", "Zebraheading", "--b--", "",
    )  # fmt: skip
    headers = {
        "Cookie": cookies,
        "X-Xsrftoken": "forged" if forged else token,
        "Content-Type": "multipart/form-data; boundary=b",
    }
    return fetch(hosted.port, method, place, "\r\n".join(lines).encode(), headers)


TRAVERSALS = (
    "../app.py", "../../app.py", "..%2fapp.py", "..%2f..%2fapp.py", "%2e%2e/app.py",
    "%2e%2e%2f%2e%2e%2fapp.py", "..%5capp.py", "..\\app.py", "%252e%252e%252fapp.py", "/etc/passwd",
    "%2fetc%2fpasswd", "file:///etc/passwd", "C:%5cWindows", "a%00b", "x" * 3000,
)  # fmt: skip
ROOTS = ("/", "/media/", "/static/", "/app/static/", "/component/", "/_stcore/bidi-components/",
         "/_stcore/upload_file/", "/_stcore/", "/_stcore/upload_file/x/", "//")  # fmt: skip
# Files of the installation, and what would be found in them.
OWN = (b"import streamlit", b"root:", b"[auth]", b"cookie_secret", b"SQLite format", b"[server]")


@pytest.mark.parametrize("who", ["", "ann"], ids=["stranger", "signed in"])
@pytest.mark.parametrize("root", ROOTS)
def test_no_name_leads_to_a_file_of_the_server(hosted: HostedOffice, root: str, who: str) -> None:
    cookie = {"Cookie": f"{USER_COOKIE_NAME}={hosted.cookie(who)}"} if who else {}
    for path in TRAVERSALS:
        answer = fetch(hosted.port, "GET", root + path, headers=cookie)
        assert answer.status in {200, 307, 400, 403, 404, 405}, path
        assert not [mark for mark in OWN if mark in answer.body], path
        _require_nothing_of(hosted, answer)
        if answer.status == 200:
            assert b"<title>Streamlit</title>" in answer.body  # the empty page of every address
        assert "evil" not in answer.headers.get("location", "")


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/_stcore/metrics", 404),
        ("/_stcore/metrics/", 404),
        ("/_stcore/%6detrics?families=active_sessions", 404),
        ("//_stcore/metrics", 400),
        ("/_stcore/agent/interact", 404),
        ("/_stcore/agent/mcp", 404),
        ("/_stcore/agent/openapi.json", 404),
        ("/media/0123456789abcdef.csv", 403),
        ("/media/%2e%2e/ledgersync.db", 403),
        ("/_stcore/upload_file/x/y", 403),
        ("/_stcore/health", 200),
        ("/auth/login?provider=//evil.example", 302),
        ("/auth/logout?next=//evil.example", 302),
        ("/oauth2callback?error=<script>&error_description=x%0d%0aSet-Cookie:a", 302),
        ("/oauth2callback?state=x&code=y", 302),
    ],
)
def test_what_serves_no_page_tells_a_stranger_nothing(
    hosted: HostedOffice, path: str, status: int
) -> None:
    answer = fetch(hosted.port, "GET", path)
    assert answer.status == status
    _require_nothing_of(hosted, answer)
    own = "/?sign_in=refused" if path.startswith("/oauth2callback") else "/"
    assert answer.headers.get("location", own) == own
    assert "set-cookie" not in answer.headers or "a" not in answer.headers["set-cookie"][:2]


SPOOFED: dict[str, dict[str, str]] = {
    "host": {"Host": "evil.example"},
    "host with an owner": {"Host": "localhost@evil.example"},
    "no host": {"Host": ""},
}


@pytest.mark.parametrize("headers", SPOOFED.values(), ids=list(SPOOFED))
def test_another_host_is_no_address_of_the_app(
    hosted: HostedOffice, headers: dict[str, str]
) -> None:
    for path in ("/", "/_stcore/health", "/readyz", "/auth/logout", "/_stcore/host-config"):
        answer = fetch(hosted.port, "GET", path, headers=headers)
        assert answer.status == 400, path
        require_headers(answer)


@pytest.mark.parametrize("origin", ["https://evil.example", "http://localhost:1", "null"])
def test_a_page_of_another_site_gets_no_answer(hosted: HostedOffice, origin: str) -> None:
    headers = {"Origin": origin, "Cookie": f"{USER_COOKIE_NAME}={hosted.cookie('ann')}"}
    for path in ("/", "/_stcore/health", "/media/0123456789abcdef.csv", "/auth/logout"):
        for method in ("GET", "POST", "OPTIONS"):
            answer = fetch(hosted.port, method, path, headers=headers)
            assert (answer.status, answer.headers.get("set-cookie")) == (403, None), path
            require_headers(answer)


@pytest.mark.parametrize(
    "headers",
    [
        {"X-Forwarded-Host": "evil.example", "X-Forwarded-Proto": "https"},
        {"Forwarded": "for=1.1.1.1;host=evil.example;proto=https"},
        {"X-Original-URL": "/_stcore/metrics", "X-Rewrite-URL": "/_stcore/metrics"},
        {"X-Streamlit-User": "ann@firm.com", "X-Forwarded-User": "ann@firm.com"},
    ],
)
def test_what_a_visitor_says_of_the_way_changes_nothing(
    hosted: HostedOffice, headers: dict[str, str]
) -> None:
    for path in ("/", "/_stcore/health", "/auth/logout", "/auth/login", "/_stcore/host-config"):
        plain, told = (fetch(hosted.port, "GET", path, headers=h) for h in ({}, headers))
        assert told.status == plain.status
        assert told.headers.get("location") == plain.headers.get("location")
        assert "access-control-allow-origin" not in told.headers
        assert b"evil.example" not in told.body
        assert "evil.example" not in str(told.headers)


def test_pages_of_other_sites_have_nothing_to_tell_the_app(hosted: HostedOffice) -> None:
    """Streamlit lets pages of its own hosting, where anybody may have an app, command a page."""
    assert b'"allowedOrigins":[]' in fetch(hosted.port, "GET", "/_stcore/host-config").body


def test_the_log_tells_of_no_visitors_secret(hosted: HostedOffice) -> None:
    ann = hosted.cookie("ann")
    with visiting(hosted.port, ann) as visitor:
        visitor.visit("settings")
    fetch(hosted.port, "GET", "/media/x.csv", headers={"Cookie": f"{USER_COOKIE_NAME}={ann}"})
    assert ann not in hosted.log
