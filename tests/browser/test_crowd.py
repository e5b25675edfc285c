"""Several people at once, each over a WebSocket; `bench_sessions` has more, and times them."""

import asyncio
from concurrent.futures import ThreadPoolExecutor

from tests.benchmarks.bench_sessions import Clicks, Visit, crowd, places
from tests.browser.servers import Home


def test_people_who_click_at_once_all_get_whole_pages(prepared_demo: Home, demo_url: str) -> None:
    visits = [Visit(demo_url, "review", place) for place in places(prepared_demo)]

    def work() -> Clicks:
        return asyncio.run(crowd(visits, sessions=5, pause=0.4, seconds=3))

    # A browser that other tests opened has this thread's event loop.
    with ThreadPoolExecutor(1) as aside:
        found = aside.submit(work).result()
    assert not found.errors
    assert len(found.seconds) >= 5
