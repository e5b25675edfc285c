"""How long a click takes when 25, 50 and 100 people work at once, beside a trivial Streamlit page.

    python -m tests.benchmarks.bench_sessions

The sessions speak to the app as browsers do, each over a WebSocket of its own: they open Review,
then choose another filter, wait as a person does who reads, and choose again. A click takes from
the message that asks for it to the one that says that the page is whole. The app and the trivial
page run in processes of their own, one after the other on the same machine. Exit 1 when a crowd on
Review misses its goal or meets an error.
"""

import argparse
import asyncio
import math
import random
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median, quantiles

from streamlit.proto.Alert_pb2 import Alert
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.asyncio.client import ClientConnection, connect
from websockets.typing import Origin, Subprotocol

from tests.browser.books import query
from tests.browser.servers import Home, running_app, running_script

TRIVIAL = "import streamlit as st\n\nst.title('Hello')\nst.radio('Show', ['all', 'to_review'])\n"
# Sessions, seconds between two clicks of one, and the seconds that 95 of 100 clicks may take.
CROWDS = ((25, 10.0, 0.5), (50, 10.0, 1.5), (100, 20.0, 2.0))
SHOWN = ("all", "to_review", "reviewed")
_WHOLE = ForwardMsg.ScriptFinishedStatus.FINISHED_SUCCESSFULLY
_LARGEST = 64 * 1024 * 1024


@dataclass
class Clicks:
    """What a crowd met: seconds of each click, and what went wrong."""

    seconds: list[float] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)

    @property
    def p95(self) -> float:
        """The seconds that 95 of 100 clicks did not exceed; endless where hardly any came back."""
        return quantiles(self.seconds, n=20)[-1] if len(self.seconds) > 1 else math.inf

    def meet(self, goal: float) -> bool:
        """Whether 95 of 100 clicks took no longer than the goal, and nothing went wrong."""
        return self.p95 <= goal and not self.errors

    def __str__(self) -> str:
        if len(self.seconds) < 2:
            return f"{len(self.seconds)} clicks, {len(self.errors)} errors"
        return (
            f"{len(self.seconds)} clicks, median {median(self.seconds):.2f} s, "
            f"p95 {self.p95:.2f} s, worst {max(self.seconds):.2f} s, {len(self.errors)} errors"
        )


@dataclass(frozen=True)
class Visit:
    """Where a session goes: the page, and the address's parameters without the filter."""

    address: str
    page: str
    place: str


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=60, help="how long each crowd works")
    parser.add_argument("--sessions", type=int, nargs="*", default=[])
    options = parser.parse_args()
    crowds = [crowd for crowd in CROWDS if crowd[0] in (options.sessions or [c[0] for c in CROWDS])]
    missed = False
    with tempfile.TemporaryDirectory() as folder:
        home = Home(Path(folder, "home"), "demo")
        with running_app(home) as url:
            visits = [Visit(url, "review", place) for place in places(home)]
            for sessions, pause, goal in crowds:
                found = asyncio.run(crowd(visits, sessions, pause, options.seconds))
                met = "met" if found.meet(goal) else "NOT met"
                print(f"Review, {sessions} sessions, {pause:.0f} s apart: {found}")
                print(f"  goal {goal} s for 95 of 100, no errors: {met}")
                _tell(found)
                missed |= not found.meet(goal)
        script = Path(folder, "trivial.py")
        script.write_text(TRIVIAL)
        with running_script(script) as url:
            for sessions, pause, _ in crowds:
                found = asyncio.run(crowd([Visit(url, "", "")], sessions, pause, options.seconds))
                print(f"trivial page, {sessions} sessions, {pause:.0f} s apart: {found}")
    sys.exit(missed)


def _tell(found: Clicks) -> None:
    for error in sorted(set(found.errors)):
        print(f"  {found.errors.count(error)} x {error}")


def places(home: Home) -> list[str]:
    """Every bank account of the demo, as Review's address names it."""
    accounts = query(home.database, "SELECT id, client_id FROM bank_accounts ORDER BY id")
    return [f"client={row['client_id']}&account={row['id']}" for row in accounts]


async def crowd(visits: Sequence[Visit], sessions: int, pause: float, seconds: float) -> Clicks:
    """So many sessions at once; each comes at its own time, so that no wave is made.

    Args:
        visits: where they go, in turn.
        sessions: how many.
        pause: seconds between two clicks of one, half as long to half as long again.
        seconds: how long each goes on.
    """
    clicks = Clicks()
    async with asyncio.TaskGroup() as group:
        for n in range(sessions):
            visit = visits[n % len(visits)]
            group.create_task(_session(visit, random.Random(n), pause, seconds, clicks))  # noqa: S311
    return clicks


async def _session(
    visit: Visit, dice: random.Random, pause: float, seconds: float, clicks: Clicks
) -> None:
    await asyncio.sleep(dice.random() * pause)
    address = visit.address.replace("http", "ws", 1) + "/_stcore/stream"
    try:
        async with connect(
            address,
            subprotocols=[Subprotocol("streamlit")],
            origin=Origin(visit.address),
            max_size=_LARGEST,
        ) as socket:
            page = await _ask(socket, visit, SHOWN[0], "", clicks)
            until = asyncio.get_running_loop().time() + seconds
            while asyncio.get_running_loop().time() < until:
                await asyncio.sleep(dice.uniform(0.5, 1.5) * pause)
                began = asyncio.get_running_loop().time()
                await _ask(socket, visit, dice.choice(SHOWN), page, clicks)
                clicks.seconds.append(asyncio.get_running_loop().time() - began)
    except OSError as error:
        clicks.errors.append(f"connection: {error}")


async def _ask(socket: ClientConnection, visit: Visit, show: str, page: str, clicks: Clicks) -> str:
    """Ask for the page and read until it is whole; returns the page's hash."""
    asked = BackMsg()
    asked.rerun_script.query_string = f"{visit.place}&show={show}".lstrip("&")
    if page:
        asked.rerun_script.page_script_hash = page
    else:
        asked.rerun_script.page_name = visit.page
    await socket.send(asked.SerializeToString())
    while True:
        told = ForwardMsg.FromString(bytes(await socket.recv(decode=False)))
        if told.HasField("navigation"):
            page = told.navigation.page_script_hash
        if told.delta.new_element.HasField("exception"):
            clicks.errors.append(told.delta.new_element.exception.message)
        if told.delta.new_element.alert.format == Alert.ERROR:
            clicks.errors.append(told.delta.new_element.alert.body)
        if told.HasField("script_finished") and told.script_finished == _WHOLE:
            return page


if __name__ == "__main__":
    main()
