"""Somebody who speaks to the app as a browser does, or as no browser would."""

import http.client
import socket
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Any

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.proto.WidgetStates_pb2 import WidgetState
from streamlit.web.server.starlette.starlette_app_utils import generate_xsrf_token_string
from streamlit.web.server.starlette.starlette_server_config import (
    USER_COOKIE_NAME,
    XSRF_COOKIE_NAME,
)
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import ClientConnection, connect
from websockets.typing import Origin, Subprotocol

_PATIENCE = 30
_QUIET = 1.5
_LARGEST = 64 * 1024 * 1024
_FINISHED = {
    ForwardMsg.ScriptFinishedStatus.FINISHED_SUCCESSFULLY,
    ForwardMsg.ScriptFinishedStatus.FINISHED_FRAGMENT_RUN_SUCCESSFULLY,
}


@dataclass(frozen=True)
class Answer:
    """What came back over the WebSocket, message by message."""

    messages: tuple[ForwardMsg, ...]

    @property
    def text(self) -> str:
        """All of it as text, without the marks that keep words from being read as Markdown."""
        raw = b"\n".join(message.SerializeToString() for message in self.messages)
        return raw.decode(errors="replace").replace("\\", "").replace("\u2060", "")

    @property
    def page(self) -> str:
        """The hash of the page that was shown last."""
        shown = [m.navigation for m in self.messages if m.HasField("navigation")]
        return shown[-1].page_script_hash if shown else ""

    @property
    def elements(self) -> list[Any]:
        return [
            getattr(m.delta.new_element, kind)
            for m in self.messages
            if m.HasField("delta") and (kind := m.delta.new_element.WhichOneof("type"))
        ]

    @property
    def widgets(self) -> set[str]:
        """The ids of what somebody can press, choose or fill in."""
        return {e.id for e in self.elements if getattr(e, "id", "").startswith("$$")}

    @property
    def fragments(self) -> set[str]:
        return {m.delta.fragment_id for m in self.messages if m.delta.fragment_id}

    @property
    def exceptions(self) -> list[str]:
        return [
            f"{m.delta.new_element.exception.message} {m.delta.new_element.exception.stack_trace}"
            for m in self.messages
            if m.delta.new_element.HasField("exception")
        ]


@dataclass(frozen=True)
class Visitor:
    """A session of the app."""

    _socket: ClientConnection

    def visit(
        self, page: str = "", query: str = "", *, widgets: Iterable[WidgetState] = (), **state: str
    ) -> Answer:
        """Ask for a page, or for a rerun with values of widgets; `state` is put in the message."""
        self.ask(page, query, widgets=widgets, **state)
        return self.read()

    def ask(
        self, page: str = "", query: str = "", *, widgets: Iterable[WidgetState] = (), **state: str
    ) -> None:
        """As `visit` does, without waiting for an answer."""
        asked = BackMsg()
        asked.rerun_script.query_string = query
        if "page_script_hash" not in state:
            asked.rerun_script.page_name = page
        asked.rerun_script.widget_states.widgets.extend(widgets)
        for name, value in state.items():
            setattr(asked.rerun_script, name, value)
        self.send(asked.SerializeToString())

    def send(self, message: bytes | str) -> None:
        self._socket.send(message)

    def read(self) -> Answer:
        """Everything until a run of the app is over, or the server hangs up."""
        told: list[ForwardMsg] = []
        while not told or not (
            told[-1].HasField("script_finished") and told[-1].script_finished in _FINISHED
        ):
            try:
                frame = self._socket.recv(_PATIENCE)
            except ConnectionClosed:
                break
            assert isinstance(frame, bytes)
            told.append(ForwardMsg.FromString(frame))
        return Answer(tuple(told))

    def read_until_quiet(self) -> Answer:
        """Everything until nothing more comes, where a run asks for another."""
        told = list(self.read().messages)
        with suppress(TimeoutError):
            while True:
                told.append(ForwardMsg.FromString(self._socket.recv(_QUIET, decode=False)))
        return Answer(tuple(told))

    def next_of(self, kind: str) -> ForwardMsg:
        """Read on to the next message of that kind."""
        while True:
            frame = self._socket.recv(_PATIENCE)
            assert isinstance(frame, bytes)
            told: ForwardMsg = ForwardMsg.FromString(frame)
            if told.WhichOneof("type") == kind:
                return told

    def was_hung_up_on(self) -> int:
        """Wait for the server to end the connection; returns its code."""
        try:
            while True:
                self._socket.recv(_PATIENCE)
        except ConnectionClosed as closed:
            return closed.rcvd.code if closed.rcvd else 0


@contextmanager
def visiting(
    port: int,
    cookie: str = "",
    *,
    origin: str | None = "",
    host: str = "localhost",
    session: str = "",
    guarded: bool = True,
) -> Iterator[Visitor]:
    """Connect to the app with a sign-in's cookie, or none.

    Args:
        port: where it listens on this machine.
        cookie: the signed value.
        origin: "" is the app's own, None leaves it out.
        host: the name that the app is asked by.
        session: the number of a session to go on with.
        guarded: whether the token of forms is sent, as the app's own page does.
    """
    token = generate_xsrf_token_string()
    cookies = {USER_COOKIE_NAME: cookie, XSRF_COOKIE_NAME: token if guarded else ""}
    sent = "; ".join(f"{name}={value}" for name, value in cookies.items() if value)
    protocols = ["streamlit", token if guarded else "none", session]
    own = f"http://localhost:{port}" if origin == "" else origin
    with connect(
        f"ws://{host}:{port}/_stcore/stream",
        sock=socket.create_connection(("127.0.0.1", port), timeout=_PATIENCE),
        subprotocols=[Subprotocol(one) for one in protocols if one],
        origin=Origin(own) if own else None,
        additional_headers={"Cookie": sent} if sent else {},
        max_size=_LARGEST,
        proxy=None,
    ) as connection:
        yield Visitor(connection)


@dataclass(frozen=True)
class Fetched:
    """An answer over HTTP."""

    status: int
    headers: Mapping[str, str]
    body: bytes


def fetch(
    port: int, method: str, path: str, body: bytes = b"", headers: Mapping[str, str] | None = None
) -> Fetched:
    """One request, its path sent as it is written."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=_PATIENCE)
    try:
        given = {"Host": f"localhost:{port}", **(headers or {})}
        connection.putrequest(method, path, skip_host=True, skip_accept_encoding=True)
        for name, value in given.items():
            connection.putheader(name, value)
        if body:
            connection.putheader("Content-Length", str(len(body)))
        connection.endheaders(body or None)
        answer = connection.getresponse()
        found = {name.lower(): value for name, value in answer.getheaders()}
        return Fetched(answer.status, found, answer.read())
    finally:
        connection.close()


def require_headers(answer: Fetched) -> None:
    """Every answer of the app says what a browser may do with it."""
    policy = answer.headers["content-security-policy"]
    assert "img-src 'self' data: blob:" in policy
    assert "frame-ancestors 'none'" in policy
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["referrer-policy"] == "same-origin"
    assert answer.headers["cross-origin-resource-policy"] == "same-origin"
