"""Whose page is drawn when many people click at once."""

from concurrent.futures import ThreadPoolExecutor
from functools import partial
from threading import Event, Lock

from ledgersync.ui.turns import Turns
from tests.browser.servers import wait_until

SOON = 30.0  # seconds after which a turn counts as one that never comes
AGES = 3600.0


def _wait(turns: Turns, pages: int) -> bool:
    return turns.waiting == pages


def test_no_more_than_two_pages_are_drawn_at_once() -> None:
    turns, lock, third = Turns(2, AGES), Lock(), Event()
    drawing: list[int] = []
    drawn: list[int] = []

    def draw(number: int) -> None:
        with turns.taken():
            with lock:
                drawing.append(number)
                if len(drawing) > 2:
                    third.set()
            third.wait(0.02)
            with lock:
                drawing.remove(number)
                drawn.append(number)

    with ThreadPoolExecutor(12) as people:
        list(people.map(draw, range(24)))
    assert not third.is_set()
    assert sorted(drawn) == list(range(24))


def test_who_came_first_is_drawn_first() -> None:
    turns = Turns(1, AGES)
    drawn: list[int] = []

    def draw(number: int) -> None:
        with turns.taken():
            drawn.append(number)

    with ThreadPoolExecutor(6) as people, turns.taken():
        for number in range(6):
            people.submit(draw, number)
            wait_until(partial(_wait, turns, number + 1), lambda: "a page never asked")
    assert drawn == list(range(6))


def test_a_page_that_takes_long_keeps_nobody_waiting() -> None:
    turns = Turns(1, drawn_within=0.05)

    def draw() -> str:
        with turns.taken():
            return "drawn"

    with ThreadPoolExecutor(1) as people, turns.taken():
        assert people.submit(draw).result(SOON) == "drawn"


def test_a_page_that_fails_gives_its_turn_back() -> None:
    turns = Turns(1, AGES)

    def fail() -> None:
        with turns.taken():
            raise ValueError

    with ThreadPoolExecutor(1) as people:
        assert people.submit(fail).exception(SOON)
        with turns.taken():
            assert turns.waiting == 0
