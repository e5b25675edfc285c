"""A real HTTP server on loopback that speaks the chat-completions protocol, well or badly."""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from pydantic import SecretStr

from ledgersync.domain.charts import GlAccount, Vendor
from ledgersync.domain.rules import Direction
from ledgersync.outside_ai.client import Endpoint, Patience
from ledgersync.outside_ai.consulting import Outcome, consult
from ledgersync.outside_ai.prompt import Lists, listed
from ledgersync.outside_ai.questions import Question
from tests.bankfeed.feed_server import Call, FeedServer, Reply, plain

KEY = "sk-live-9f27c41d"
QUICK = Patience(connect=2, answer=5, all_answers=10)

VENDORS = (
    Vendor("id-harbor", "", "H1", "Harbor Coffee", "6100"),
    Vendor("id-shell", "", "", "Shell", ""),
    Vendor("id-blank", "", "B1", " ", ""),
)
CHART = (GlAccount("g1", "", "6100", "Meals", ""), GlAccount("g2", "", "100-00", "Fuel", ""))
LISTS = listed(VENDORS, CHART)

Entry = dict[str, object]


@dataclass(frozen=True)
class Asked:
    """A request as the model gets it."""

    call: Call

    @property
    def body(self) -> dict[str, Any]:
        return dict(json.loads(self.call.body))

    @property
    def data(self) -> dict[str, Any]:
        return dict(json.loads(self.body["messages"][-1]["content"]))


def question(number: int = 0, amount: int = 40) -> Question:
    """A question that no other number gives: numbers themselves do not travel."""
    name = "".join(chr(ord("A") + int(digit)) for digit in f"{number:04d}")
    return Question(f"SHOP {name}", Direction.OUT, amount)


def entry(number: int = 0, **changed: object) -> Entry:
    return {"question": number, "vendor": "V1", "gl": "6100", "confidence": 0.6, **changed}


def enveloped(content: object) -> Reply:
    """An answer as the protocol wraps it; what is no text is written as JSON first."""
    text = content if isinstance(content, str) else json.dumps(content)
    message = {"role": "assistant", "content": text}
    return plain(
        {
            "id": "chatcmpl-1",
            "object": "chat.completion",
            "model": "test",
            "choices": [{"index": 0, "message": message, "finish_reason": "stop"}],
            "usage": {"prompt_tokens": 400, "completion_tokens": 40, "total_tokens": 440},
        }
    )


def saying(content: object) -> Callable[[Call], Reply]:
    return lambda _: enveloped(content)


def answering(choose: Callable[[dict[str, Any]], Entry | None]) -> Callable[[Call], Reply]:
    """A model that answers each question as `choose` says, given the question as it arrived."""

    def script(call: Call) -> Reply:
        chosen = (choose(one) for one in Asked(call).data["questions"])
        return enveloped({"answers": [one for one in chosen if one]})

    return script


def well(one: dict[str, Any]) -> Entry:
    return entry(one["question"])


def endpoint(server: FeedServer, **changed: Any) -> Endpoint:
    return Endpoint(**{"url": f"{server.url}/v1", "model": "m-1", "key": SecretStr(KEY), **changed})


def consulted(
    script: Callable[[Call], Reply],
    questions: Sequence[Question] = (question(),),
    patience: Patience = QUICK,
    lists: Lists = LISTS,
) -> tuple[Outcome, list[Asked]]:
    """What came of asking a server that behaves like this, and what it was asked."""
    with FeedServer(script) as server:
        outcome = consult(endpoint(server), questions, lists, patience)
    return outcome, [Asked(call) for call in server.calls]
