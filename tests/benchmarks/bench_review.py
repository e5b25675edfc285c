"""How long the server works on one rerun of Review with 10,000 rows in the period.

Run from the project's folder: python -m tests.benchmarks.bench_review
The page script runs whole, in this process and without a browser; each figure is the median of
several reruns, from the request to the last message to the browser.
"""

import json
import os
import statistics
import tempfile
import time
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

from streamlit.proto.WidgetStates_pb2 import WidgetState
from streamlit.testing.v1 import AppTest

from ledgersync import clock
from ledgersync.config import PROJECT_ROOT
from ledgersync.domain.charts import GlAccount, Vendor
from ledgersync.domain.clients import FeedAccount, FeedClient
from ledgersync.domain.decisions import Edit
from ledgersync.domain.merging import keyed, plan_merge
from ledgersync.domain.periods import Period
from ledgersync.domain.transactions import FeedTransaction
from ledgersync.services import reviewing
from ledgersync.services.workspace import Workspace, local_actor
from ledgersync.storage import charts, clients, sheets, transactions
from ledgersync.ui import shell
from tests.ui.review_steps import labels

ROWS, VENDORS, ACCOUNTS, ROUNDS = 10_000, 400, 150, 9
START, END = date(2026, 1, 1), date(2026, 12, 31)


def main() -> None:
    """Build the account, then time first show, plain rerun, search, filter and saved edits."""
    with tempfile.TemporaryDirectory() as folder:
        os.environ["LEDGERSYNC_MODE"] = "local"
        os.environ["LEDGERSYNC_DATA_DIR"] = str(Path(folder) / "data")
        os.environ["LEDGERSYNC_CONFIG_DIR"] = str(Path(folder) / "config")
        workspace = shell.workspace()
        client_id, account_id = _fill(workspace)
        _code_half(workspace, client_id, account_id)
        app = _open(client_id, account_id)
        _report("first show, nothing cached", [_timed(app.run)])
        _report("rerun, nothing changed", _again(app.run))
        _report("a search", _again(_searches(app)))
        _report("an edit saved", _again(_edits(app)))
        workspace.close()


def _fill(workspace: Workspace) -> tuple[str, str]:
    with workspace.database.writing() as tx:
        clients.save_clients(tx, [FeedClient("c", "Busy Store LLC", "", "active")], complete=True)
        [client] = clients.list_clients(tx)
        feed = FeedAccount("a", "Checking", "Bank", "", "1234", "USD", None, None, "active")
        clients.save_accounts(tx, [(client.id, [feed], True)])
        [account] = clients.list_accounts(tx, client.id)
        rows = (
            FeedTransaction(
                source_id=f"t{number}",
                date=START + timedelta(days=number % 365),
                description=f"PURCHASE AUTHORIZED ON 10/07 {_merchant(number % 700)} PORTLAND OR",
                amount=-(number * 37 % 90_000) - 1,
                payee=_merchant(number % 700),
                check_number="",
                memo="",
                pending=False,
                raw="{}",
            )
            for number in range(ROWS)
        )
        plan = plan_merge([], keyed(rows), None)
        transactions.apply_merges(tx, [(account.id, plan)], clock.now())
        charts.add_vendors(
            tx, (Vendor("", client.id, f"V{n}", f"Vendor number {n}", "") for n in range(VENDORS))
        )
        charts.add_gl_accounts(
            tx,
            (GlAccount("", client.id, str(6000 + n), f"Expense {n}", "") for n in range(ACCOUNTS)),
        )
        clients.touch_account(tx, account.id)
        return client.id, account.id


def _merchant(number: int) -> str:
    """700 names without a number: numbers are branches, and do not tell merchants apart."""
    syllables = ["BA", "DO", "FE", "GU", "KI", "LO", "MA", "NE", "PU"]
    return "".join(syllables[number // 9**place % 9] for place in range(4)) + " MERCHANT"


def _code_half(workspace: Workspace, client_id: str, account_id: str) -> None:
    actor = local_actor(workspace)
    coding = reviewing.coding(actor, workspace, client_id)
    with workspace.database.reading() as tx:
        stored = sheets.review_rows(tx, account_id, Period(START, END), {})
    edits = [
        Edit(row.id, 0, coding.vendors[at % VENDORS].id, coding.chart[at % ACCOUNTS].code)
        for at, row in enumerate(stored[::2])
    ]
    reviewing.save_edits(actor, workspace, account_id, edits)


def _open(client_id: str, account_id: str) -> AppTest:
    app = AppTest.from_file(str(PROJECT_ROOT / "app.py"), default_timeout=120)
    link = {"client": client_id, "account": account_id}
    for name, value in {**link, "start": START.isoformat(), "end": END.isoformat()}.items():
        app.query_params[name] = value
    app.switch_page("pages/review.py")
    return app


def _searches(app: AppTest) -> Callable[[], object]:
    texts = iter(["merchant 12", "6001", "portland", "vendor number 3", "", "12.34", "13", "x", ""])
    return lambda: app.text_input(key="review_search").set_value(next(texts)).run()


def _edits(app: AppTest) -> Callable[[], object]:
    pending: dict[int, dict[str, str]] = {}
    editor = app.data_editor[0].proto.id
    options = labels(app, "gl")

    def edit() -> None:
        pending[2 * len(pending) + 1] = {"gl": options[7]}
        states = app._tree.get_widget_states()
        sent = {"edited_rows": pending, "added_rows": [], "deleted_rows": []}
        states.widgets.append(WidgetState(id=editor, string_value=json.dumps(sent)))
        app._run(states)

    return edit


def _timed(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def _again(work: Callable[[], object]) -> list[float]:
    return [_timed(work) for _ in range(ROUNDS)]


def _report(what: str, seconds: list[float]) -> None:
    line = f"{what:30} median {statistics.median(seconds):6.3f} s   worst {max(seconds):6.3f} s"
    print(line)


if __name__ == "__main__":
    main()
