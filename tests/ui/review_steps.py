"""What a person does on Review, for its tests: open it, edit the grid, read what it says."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from streamlit.proto.WidgetStates_pb2 import WidgetState
from streamlit.testing.v1 import AppTest

from ledgersync import clock
from ledgersync.domain.clients import BankAccount, Client
from ledgersync.domain.merging import keyed, plan_merge
from ledgersync.domain.periods import last_month
from ledgersync.domain.rules import Rule
from ledgersync.domain.transactions import FeedTransaction, Method, Status, Transaction
from ledgersync.services import reviewing, rule_writing
from ledgersync.storage import clients, transactions
from ledgersync.ui.shell import Viewer


@dataclass(frozen=True)
class Place:
    """A client's bank account, and the person who looks at it."""

    viewer: Viewer
    client: Client
    account: BankAccount

    def rows(self) -> tuple[Transaction, ...]:
        """Last month's rows as they are stored now."""
        viewer, period = self.viewer, last_month(clock.today())
        sheet = reviewing.review_sheet(viewer.actor, viewer.workspace, self.account.id, period)
        return sheet.rows

    def row(self, row_id: str) -> Transaction:
        return next(row for row in self.rows() if row.id == row_id)

    def some_gl(self) -> str:
        """The fifth code of the client's chart."""
        viewer = self.viewer
        return reviewing.coding(viewer.actor, viewer.workspace, self.client.id).chart[4].code

    def write_rule(self, *patterns: str, **values: Any) -> Rule:
        """A new rule of the client."""
        rule = Rule("", 0, patterns, client_id=self.client.id, **values)
        return rule_writing.save_rule(self.viewer.actor, self.viewer.workspace, rule).rule


def place(viewer: Viewer, client: str, mask: str) -> Place:
    """A place of the demo firm, by the client's first word and the account's last digits."""
    everyone = reviewing.list_clients(viewer.actor, viewer.workspace)
    found = next(one for one in everyone if one.name.startswith(client))
    accounts = reviewing.list_accounts(viewer.actor, viewer.workspace, found.id)
    return Place(viewer, found, next(one for one in accounts if one.mask == mask))


def add_rows(where: Place, *descriptions: str, amount: int = -1250) -> list[str]:
    """Rows of a payee of our own, at the start of last month; returns their ids."""
    start = last_month(clock.today()).start
    rows = [
        FeedTransaction(
            f"added {n} {text}", start, text, amount, "", "", "", pending=False, raw="{}"
        )
        for n, text in enumerate(descriptions)
    ]
    before = {row.id for row in where.rows()}
    with where.viewer.workspace.database.writing() as tx:
        plan = plan_merge([], keyed(rows), None)
        transactions.apply_merges(tx, [(where.account.id, plan)], clock.now())
        clients.touch_account(tx, where.account.id)
    return [row.id for row in where.rows() if row.id not in before]


def transaction(like: Transaction | None = None, **values: Any) -> Transaction:
    """An open row that nobody has coded, or another one, with some values of its own."""
    return (like or _BARE)._replace(**values)


_BARE = Transaction(
    id="t",
    account_id="a",
    source_id="s",
    date=date(2026, 10, 5),
    description="QUARTZ KITE SHOP 17",
    amount=-1250,
    currency="USD",
    payee="",
    check_number="",
    memo="",
    pending=False,
    vendor_id="",
    vendor_code="",
    vendor_name="",
    gl_code="",
    gl_name="",
    suggested=False,
    method=Method.NONE,
    confidence=None,
    why="",
    rule_id="",
    status=Status.TO_REVIEW,
    problem="",
    version=0,
    decided_by="",
    decided_at=None,
    export_number=None,
    exported_version=None,
)


def open_review(app: AppTest, where: Place | None = None, **params: str) -> AppTest:
    """Open Review by a link."""
    ids = {"client": where.client.id, "account": where.account.id} if where else {}
    for name, value in {**ids, **params}.items():
        app.query_params[name] = value
    app.switch_page("pages/review.py").run()
    assert not app.exception
    return app


def grid_ids(app: AppTest) -> list[str]:
    return list(app.data_editor[0].value.index)


def edit(app: AppTest, cells: Mapping[int, Mapping[str, object]], grid: int = 0) -> AppTest:
    """Edit cells by position, as the browser sends it: with every edit that is still pending."""
    states = app._tree.get_widget_states()
    sent = {"edited_rows": cells, "added_rows": [], "deleted_rows": []}
    editor = app.data_editor[grid].proto.id
    states.widgets.append(WidgetState(id=editor, string_value=json.dumps(sent)))
    app._run(states)
    assert not app.exception
    return app


def tick(app: AppTest, positions: Sequence[int]) -> list[str]:
    """Tick rows in the grid and return their ids."""
    ids = grid_ids(app)
    edit(app, {at: {"tick": True} for at in positions})
    return [ids[at] for at in positions]


def labels(app: AppTest, column: str) -> list[str]:
    """The options of an editable column: "gl" or "vendor"."""
    columns = json.loads(app.data_editor[0].proto.columns)
    return list(columns[column]["type_config"]["options"])


def words(app: AppTest) -> str:
    """Everything that the page says outside grids and labels, without Markdown's escapes."""
    kinds = (app.markdown, app.caption, app.text, app.info, app.warning, app.error, app.toast)
    said = [str(element.value) for kind in kinds for element in kind]
    said += [str(status.label) for status in app.status]
    return "\n".join(said).replace("\\", "")
