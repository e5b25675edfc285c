"""A LedgerSync that repeats every secret that it knows whenever it refuses something."""

import json
from dataclasses import dataclass, field

from tests.attacks.canaries import awkward_word, word
from tests.bankfeed.feed_server import Call, Reply, plain
from tests.services.scripted_ledgersync import ScriptedLedgerSync, row


def made_up() -> dict[str, str]:
    """Secrets of one test, by what they are."""
    return {
        "e-mail": f"{word('mail')}+feeds@northgate.example",
        "password": awkward_word("pass"),
        "wrong password": awkward_word("wrong"),
        "token": word("token"),
        "outside key": word("sk"),
    }


@dataclass
class EchoingLedgerSync:
    """One client with one account; it gives the token of the test, and fails on demand."""

    canaries: dict[str, str]
    failing: bool = False
    inner: ScriptedLedgerSync = field(
        default_factory=lambda: ScriptedLedgerSync({"C1": ["A1"]}, {"A1": [row("t1"), row("t2")]})
    )

    def __call__(self, call: Call) -> Reply:
        echo = {"error": "; ".join([*self.canaries.values(), str(call.headers), str(call.body)])}
        if call.path == "/authenticate":
            good = self.canaries["password"] in json.loads(call.body).values()
            return plain({"token": self.canaries["token"]}) if good else plain(echo, 401)
        if self.failing:
            return plain(echo, 400)
        self.inner.tokens.add(call.token)
        return self.inner(call)
