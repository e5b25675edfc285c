"""What reading the feed costs beside the network: rows a second, and 450 accounts over loopback.

Run by name: python tests/benchmarks/bench_feed_parse.py
"""

import json
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from pydantic import SecretStr

from ledgersync.bankfeed import answers
from ledgersync.bankfeed.client import Credentials, Feed, Token
from ledgersync.bankfeed.columns import transactions_reader
from ledgersync.bankfeed.profiles import load_profile
from ledgersync.domain.clients import AccountKey
from ledgersync.domain.periods import Period
from tests.bankfeed.feed_server import FeedServer, plain

ACCOUNTS, ROWS = 450, 100


def rows(count: int) -> list[dict[str, object]]:
    return [
        {
            "id": f"txn_{number:08d}",
            "postedDate": f"2026-10-{number % 28 + 1:02d}",
            "description": f"PURCHASE AUTHORIZED ON 10/05 HARBOR FUEL #{number} SAN DIEGO CA",
            "amount": -(number % 9000) / 100,
            "payee": "Harbor Fuel",
            "checkNumber": "",
            "memo": "",
            "pending": False,
        }
        for number in range(count)
    ]


@contextmanager
def measured(what: str, count: int) -> Iterator[None]:
    wall, processor = time.perf_counter(), time.process_time()
    yield
    wall, processor = time.perf_counter() - wall, time.process_time() - processor
    per = processor / count * 1e6
    print(f"{what}: {wall:.2f} s, processor {processor:.2f} s, {per:.1f} us a row")


def main() -> None:
    profile = load_profile()
    body = json.dumps({"items": rows(10_000), "total": 10_000}).encode()
    read = transactions_reader(profile.transactions)
    with measured("json.loads alone, 100,000 rows", 100_000):
        for _ in range(10):
            json.loads(body)
    with measured("read into transactions, 100,000 rows", 100_000):
        for _ in range(10):
            answers.page(body, profile.paging, "the list", read)

    reply = plain({"items": rows(ROWS), "total": ROWS})
    october = Period(date(2026, 10, 1), date(2026, 10, 31))
    nobody = Credentials(SecretStr(""), SecretStr(""))
    with (
        FeedServer(lambda _: reply) as server,
        Feed(load_profile(api_url=server.url)) as feed,
        feed.session(lambda: nobody, Token(SecretStr("token"))) as session,
        measured(f"{ACCOUNTS} accounts of {ROWS} rows, server included", ACCOUNTS * ROWS),
    ):
        wanted = ((AccountKey("C1", f"A{number}"), october) for number in range(ACCOUNTS))
        assert sum(1 for _ in session.each_transactions(wanted)) == ACCOUNTS


if __name__ == "__main__":
    main()
