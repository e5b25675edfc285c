"""Opening the demo: made once, opened fast after that, and made anew when it was left half made."""

import shutil
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from sqlalchemy import func, select

from ledgersync import clock
from ledgersync.config import Mode, Settings
from ledgersync.demo import opening
from ledgersync.demo.firm import DemoFirm
from ledgersync.demo.records import Scale
from ledgersync.domain.connections import ConnectionState
from ledgersync.domain.periods import Period, last_month
from ledgersync.domain.transactions import Method, Status
from ledgersync.errors import SettingsInvalid
from ledgersync.services import connecting, exporting, overview, reviewing
from ledgersync.services.workspace import Workspace, local_actor, open_workspace
from ledgersync.storage.tables import TRANSACTIONS
from tests.conftest import servers_stopped, settings_in

Open = Callable[[], Workspace]


class SmallFirm(DemoFirm):
    """Twelve clients with little to load, so that making it takes no time."""

    def __init__(self, seed: int, today: object) -> None:
        super().__init__(seed, today, Scale(clients=12, accounts=1, transactions=40))  # type: ignore[arg-type]


@pytest.fixture
def demo_settings(tmp_path: Path) -> Settings:
    return settings_in(tmp_path, mode=Mode.DEMO)


@pytest.fixture
def open_demo(
    demo_settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Callable[[], Workspace]]:
    opened: list[Workspace] = []
    monkeypatch.setattr(opening, "DemoFirm", SmallFirm)

    def open_one() -> Workspace:
        opened.append(opening.open_demo(demo_settings))
        return opened[-1]

    with servers_stopped():
        yield open_one
        for workspace in opened:
            workspace.close()


def _count(workspace: Workspace) -> int:
    with workspace.database.reading() as tx:
        return tx.execute(select(func.count()).select_from(TRANSACTIONS)).scalar_one()


def test_the_demo_is_a_firm_in_the_middle_of_a_month(open_demo: Open) -> None:
    workspace = open_demo()
    admin = local_actor(workspace)
    state = connecting.connection_state(admin, workspace)
    assert state.state is ConnectionState.CONNECTED
    month = last_month(clock.today())
    standing = overview.firm_standing(admin, workspace, month)
    assert len(standing.clients) == 12
    for count in ("to_review", "reviewed", "exported"):
        assert standing.total(count) > 0
    assert exporting.list_exports(admin, workspace)


def test_opening_it_again_changes_nothing_and_keeps_what_people_did(open_demo: Open) -> None:
    first = open_demo()
    admin, before = local_actor(first), _count(first)
    client = reviewing.list_clients(admin, first)[0]
    exports = len(exporting.list_exports(admin, first))
    first.close()
    again = open_demo()
    assert _count(again) == before
    assert len(exporting.list_exports(admin, again)) == exports
    assert reviewing.list_clients(admin, again)[0].id == client.id


@pytest.mark.parametrize(
    "last_step", ["Connecting", "Setting up", "Coding", "Matching", "Bringing"]
)
def test_a_demo_left_half_made_is_made_anew(
    open_demo: Open, demo_settings: Settings, last_step: str
) -> None:
    def leave(words: str) -> None:
        if words.startswith(last_step):
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        opening.open_demo(demo_settings, leave)
    workspace = open_demo()
    admin = local_actor(workspace)
    assert len(reviewing.list_clients(admin, workspace)) == 12
    whole = Period(SmallFirm(opening.SEED, clock.today()).start, clock.today())
    for account in reviewing.list_all_accounts(admin, workspace)[:2]:
        rows = reviewing.review_sheet(admin, workspace, account.id, whole).rows
        assert len({row.source_id for row in rows}) == len(rows) > 0


def test_demo_and_firm_never_meet(open_demo: Open, demo_settings: Settings) -> None:
    demo = open_demo()
    assert demo.database.file
    firm = demo_settings.model_copy(
        update={"mode": Mode.LOCAL, "database_url": str(demo.database.url)}
    )
    with pytest.raises(SettingsInvalid, match="holds the demo's data"):
        open_workspace(firm, feed_address="http://127.0.0.1:9/")


@dataclass(frozen=True)
class Judged:
    """An open row of the demo: what is suggested for it, and whether its code is the right one."""

    method: Method
    confidence: float
    right: bool


@pytest.fixture(scope="module")
def whole_demo(made_demo: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workspace]:
    """The demo as people first see it, with all of its rows."""
    root = shutil.copytree(made_demo, tmp_path_factory.mktemp("whole") / "demo")
    with servers_stopped():
        workspace = opening.open_demo(settings_in(root, mode=Mode.DEMO))
        yield workspace
        workspace.close()


@pytest.fixture(scope="module")
def judged(whole_demo: Workspace) -> list[Judged]:
    """The open rows of last month, against what the demo firm knows to be true."""
    admin, firm = local_actor(whole_demo), DemoFirm(opening.SEED, clock.today())
    month, found = last_month(clock.today()), []
    for account in reviewing.list_all_accounts(admin, whole_demo):
        truth = firm.codings(account.source_id)
        sheet = reviewing.review_sheet(admin, whole_demo, account.id, month)
        found += [
            Judged(row.method, row.confidence or 0, row.gl_code == truth[row.source_id].gl_code)
            for row in sheet.rows
            if row.status is Status.TO_REVIEW
        ]
    return found


def test_every_method_has_open_rows_to_show(judged: list[Judged]) -> None:
    shares = {
        method: count / len(judged) for method, count in Counter(j.method for j in judged).items()
    }
    assert 0.1 < shares[Method.RULE] < 0.4
    assert 0.4 < shares[Method.AI] < 0.8
    assert 0.02 < shares[Method.SEMANTIC] < 0.15
    assert 0.02 < shares[Method.NONE] < 0.15


@pytest.mark.parametrize(
    ("method", "least"), [(Method.RULE, 0.85), (Method.AI, 0.83), (Method.SEMANTIC, 0.6)]
)
def test_suggestions_are_as_right_as_they_say(
    judged: list[Judged], method: Method, least: float
) -> None:
    rows = [row for row in judged if row.method is method]
    right = sum(row.right for row in rows) / len(rows)
    said = sum(row.confidence for row in rows) / len(rows)
    words = f"{method}: {len(rows)} rows, {right:.2f} right, {said:.2f} said"
    # Few rows tell little: twice their standard error may lie between what is said and what is so.
    slack = 0.1 + 2 * (said * (1 - said) / len(rows)) ** 0.5
    assert right >= least, words
    assert abs(right - said) <= slack, words


def test_rows_that_people_have_reviewed_keep_what_they_chose(whole_demo: Workspace) -> None:
    admin, month = local_actor(whole_demo), last_month(clock.today())
    for account in reviewing.list_all_accounts(admin, whole_demo):
        rows = reviewing.review_sheet(admin, whole_demo, account.id, month).rows
        done = [row for row in rows if row.status is Status.REVIEWED]
        assert not any(row.suggested for row in done)
