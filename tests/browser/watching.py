"""What a page did behind the scenes: errors, failed requests, and requests to other hosts."""

import re
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from playwright.sync_api import ConsoleMessage, Page, Response

_LOOPBACK = {"127.0.0.1", "localhost", None}
# Streamlit looks for its server below a deep link's path first, and then at the root.
_LOOKING_FOR_THE_SERVER = re.compile(r"^/[^/]+/_stcore/(health|host-config)$")


@dataclass
class Watch:
    """Listens to one page from its first request on."""

    complaints: list[str] = field(default_factory=list)
    strangers: list[str] = field(default_factory=list)
    # Where a page that is not the app's may fetch from, such as a company's sign-in.
    elsewhere: frozenset[str] = frozenset()

    def on(self, page: Page) -> None:
        page.on("pageerror", lambda error: self.complaints.append(f"uncaught: {error}"))
        page.on("console", self._console)
        page.on("response", self._response)
        page.on("request", lambda request: self._address(request.url))
        page.on("websocket", lambda socket: self._address(socket.url))
        page.on("dialog", lambda dialog: self._unasked(dialog.message, dialog.dismiss))

    def check(self) -> None:
        assert not self.strangers, self.strangers
        assert not self.complaints, self.complaints

    def _console(self, message: ConsoleMessage) -> None:
        # A failed request is judged by `_response`, which knows its address.
        if message.type == "error" and "Failed to load resource" not in message.text:
            self.complaints.append(f"console: {message.text}")

    def _response(self, response: Response) -> None:
        path = urlsplit(response.url).path
        if response.status >= 400 and not _LOOKING_FOR_THE_SERVER.match(path):
            self.complaints.append(f"{response.status}: {response.url}")

    def _address(self, url: str) -> None:
        parts = urlsplit(url)
        known = parts.hostname in _LOOPBACK or parts.hostname in self.elsewhere
        if parts.scheme in {"http", "https", "ws", "wss"} and not known:
            self.strangers.append(url)

    def _unasked(self, message: str, dismiss: object) -> None:
        self.complaints.append(f"dialog: {message}")
        if callable(dismiss):
            dismiss()
