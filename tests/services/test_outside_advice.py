"""The outside model: set up by administrators, sealed, and asked no more than it may be."""

import logging
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr

from ledgersync import clock
from ledgersync.config import Mode
from ledgersync.domain.charts import Vendor
from ledgersync.domain.rules import Direction
from ledgersync.errors import InvalidInput, KeyMissing
from ledgersync.outside_ai.client import Patience
from ledgersync.outside_ai.prompt import MOST_LISTED
from ledgersync.services import key_report, outside_advice
from ledgersync.services.outside_advice import (
    MOST_ROWS,
    Advice,
    Answer,
    OutsideAi,
    Question,
    Trial,
    advise,
    outside_ai,
    remove_outside_ai,
    save_outside_ai,
    try_outside_ai,
)
from ledgersync.storage import connections
from ledgersync.storage import outside_ai as stored_ai
from ledgersync.storage.matching_tables import OUTSIDE_AI
from tests.bankfeed.feed_server import Call, FeedServer, Reply, hang, plain
from tests.outside_ai.model_server import (
    CHART,
    KEY,
    VENDORS,
    Asked,
    answering,
    enveloped,
    question,
    saying,
    well,
)
from tests.services.conftest import Office

HARBOR = Answer("id-harbor", "6100", 0.6)
COFFEE = Question("SQ *HARBOR COFFEE 4417", Direction.OUT, 7)


class Desk:
    """An office with a model of its own, whose behaviour a test changes by `server.script`."""

    def __init__(self, office: Office, server: FeedServer) -> None:
        self.office = office
        self.server = server

    def save(self, *, enabled: bool = True, **changed: Any) -> None:
        given = {"url": f"{self.server.url}/v1", "model": "m-1", "key": SecretStr(KEY), "rows": 200}
        url, model, key, rows = {**given, **changed}.values()
        actor, workspace = self.office.admin, self.office.workspace
        save_outside_ai(actor, workspace, url, model, key, rows, enabled=enabled)

    def shown(self) -> OutsideAi:
        found = outside_ai(self.office.admin, self.office.workspace)
        assert found
        return found

    def test(self) -> Trial:
        return try_outside_ai(self.office.admin, self.office.workspace)

    def ask(self, *lines: Question, already_asked: int = 0, **changed: Any) -> Advice:
        lists = {"vendors": VENDORS, "chart": CHART, **changed}
        return advise(self.office.workspace, lines, already_asked=already_asked, **lists)

    @property
    def asked(self) -> list[str]:
        """Every description that arrived at the model."""
        calls = [Asked(call) for call in self.server.calls]
        return [one["description"] for asked in calls for one in asked.data["questions"]]

    @property
    def keys_that_arrived(self) -> set[str]:
        return {call.headers.get("authorization", "") for call in self.server.calls}


@pytest.fixture
def desk(office: Office) -> Iterator[Desk]:
    """An office with a model that answers well, not set up yet."""
    with FeedServer(answering(well)) as server:
        yield Desk(office, server)


@pytest.fixture
def ready(desk: Desk) -> Desk:
    """A desk whose model is set up and turned on."""
    desk.save()
    return desk


def key_file(office: Office) -> Path:
    return office.workspace.settings.config_folder / "ledgersync.key"


def test_nothing_is_asked_before_somebody_turns_it_on(desk: Desk) -> None:
    assert outside_ai(desk.office.admin, desk.office.workspace) is None
    assert desk.ask(COFFEE) == Advice((None,))
    desk.save(enabled=False)
    assert desk.ask(COFFEE) == Advice((None,))
    assert not desk.server.calls


def test_a_saved_set_up_is_shown_without_its_key(ready: Desk) -> None:
    shown = ready.shown()
    assert (shown.url, shown.model) == (f"{ready.server.url}/v1", "m-1")
    assert (shown.enabled, shown.has_key, shown.rows_per_run) == (True, True, 200)
    assert (shown.trouble, shown.locked, shown.last_used_on) == ("", False, None)
    assert KEY not in repr(shown)


def test_the_estimate_grows_with_rows_and_lists(office: Office, ready: Desk) -> None:
    few = ready.shown().tokens_per_run
    ready.save(rows=2000)
    many = ready.shown().tokens_per_run
    office.sync()
    office.set_up()
    assert 0 < few < many < ready.shown().tokens_per_run


def test_the_key_is_sealed_and_counted_among_what_needs_its_key(ready: Desk) -> None:
    workspace = ready.office.workspace
    with workspace.database.reading() as tx:
        stored = stored_ai.find(tx)
        assert stored
        assert stored.key_sealed
        assert stored.key_sealed in connections.sealed_values(tx)
        assert all(KEY not in str(value) for value in tx.execute(OUTSIDE_AI.select()).one())
    report = key_report.key_report(ready.office.admin, workspace)
    assert [(key.id, key.needed) for key in report.keys] == [("K1", True)]
    ready.test()
    assert ready.keys_that_arrived == {f"Bearer {KEY}"}


def test_the_audit_trail_tells_what_was_set_and_no_key(ready: Desk) -> None:
    ready.test()
    ready.save(key=None, enabled=False)
    remove_outside_ai(ready.office.admin, ready.office.workspace)
    entries = [e for e in ready.office.audit() if e.subject == "outside model"]
    assert [e.action for e in entries] == ["remove", "set", "try", "set"]
    assert ['"new_key": false' in e.detail for e in entries[1::2]] == [True, False]
    assert '"model": "m-1"' in entries[-1].detail
    assert KEY not in repr(entries)


@pytest.mark.parametrize("key", [None, SecretStr(""), SecretStr("  ")])
def test_a_save_without_a_key_keeps_the_stored_one(ready: Desk, key: SecretStr | None) -> None:
    ready.save(key=key, model="m-2", url=f"{ready.server.url}/v2/chat/completions/")
    assert (ready.shown().model, ready.shown().url) == ("m-2", f"{ready.server.url}/v2")
    assert ready.test().works
    assert ready.keys_that_arrived == {f"Bearer {KEY}"}


def test_a_key_is_never_sent_to_another_server_than_it_was_given_for(ready: Desk) -> None:
    with FeedServer(answering(well)) as other:
        with pytest.raises(InvalidInput, match="another server's"):
            ready.save(key=None, url=f"{other.url}/v1")
        assert ready.shown().url == f"{ready.server.url}/v1"
        with ready.office.workspace.database.writing() as tx:
            tx.execute(OUTSIDE_AI.update().values(url=f"{other.url}/v1"))
        assert ready.shown().locked
        assert not ready.test().works
        assert "can't be opened" in ready.ask(COFFEE).sentence
        assert not other.calls


@pytest.mark.parametrize(
    "url",
    [
        "http://models.example/v1",
        "ftp://models.example",
        "models.example/v1",
        "https://",
        "https://user:secret@models.example/v1",
        "https://models.example/v1?key=secret",
        "https://models.example/v1#x",
        "https://models.example:99999/v1",
        "https://models.example/a b",
        "https://[::1",
        "https://models.example/\u202e",
        "https://models.example/" + "a" * 500,
        "",
    ],
)
def test_an_address_that_is_not_safe_is_refused(desk: Desk, url: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        desk.save(url=url)
    assert "secret" not in str(refused.value)
    assert outside_ai(desk.office.admin, desk.office.workspace) is None


def test_the_demo_asks_no_model_beyond_this_machine(ready: Desk) -> None:
    workspace = ready.office.workspace
    demo = replace(workspace, settings=workspace.settings.model_copy(update={"mode": Mode.DEMO}))
    desk = Desk(replace(ready.office, workspace=demo), ready.server)
    with pytest.raises(InvalidInput, match="The demo sends nothing beyond this computer"):
        desk.save(url="https://model.example/v1")
    desk.save()
    assert desk.ask(COFFEE).answers == (HARBOR,)
    with workspace.database.writing() as tx:  # kept by an earlier version
        tx.execute(OUTSIDE_AI.update().values(url="https://model.example/v1"))
    assert "beyond this computer" in desk.ask(COFFEE).sentence
    assert not desk.test().works


@pytest.mark.parametrize(
    "changed",
    [
        {"model": " "},
        {"model": "m\n1"},
        {"model": "m" * 501},
        {"rows": 0},
        {"rows": MOST_ROWS + 1},
        {"key": SecretStr("hunter2 hunter2")},
        {"key": SecretStr("hunter2\r\nX-Header: 1")},
        {"key": SecretStr("hunter2é")},
    ],
)
def test_what_can_not_be_taken_is_refused_and_not_repeated(
    desk: Desk, changed: dict[str, Any]
) -> None:
    with pytest.raises(InvalidInput) as refused:
        desk.save(**changed)
    assert refused.value.next_step
    assert "hunter2" not in str(refused.value)


def test_a_try_sends_nothing_of_the_firm_and_says_how_it_went(loaded: Office, desk: Desk) -> None:
    desk.save(enabled=False)
    trial = desk.test()
    assert trial.works
    assert "answered as asked" in trial.sentence
    sent = str(desk.server.calls[0].body)
    for secret in ("Pine", "SHELL OIL", "Harbor Coffee", *(c.name for c in loaded.clients())):
        assert secret not in sent
    assert desk.shown().last_used_on == clock.today()


@pytest.mark.parametrize(
    ("script", "words"),
    [
        (lambda _: plain({}, 401), "did not accept the key"),
        (lambda _: plain({}, 404), "no such model"),
        (saying("hello"), "not with the JSON"),
        (saying({"answers": [{"question": 9}]}), "what it was not offered"),
        (lambda _: hang(), "did not answer within"),
    ],
)
def test_a_try_that_fails_says_why_until_one_works(
    ready: Desk, monkeypatch: pytest.MonkeyPatch, script: Callable[[Call], Reply], words: str
) -> None:
    if words == "did not answer within":
        monkeypatch.setattr(outside_advice, "PATIENCE", Patience(answer=0.2))
    ready.server.script = script
    trial = ready.test()
    assert not trial.works
    assert words in trial.sentence
    assert trial.next_step.endswith(".")
    assert trial.sentence in ready.shown().trouble
    ready.server.script = answering(well)
    assert ready.test().works
    assert ready.shown().trouble == ""


def test_a_try_needs_a_set_up(desk: Desk) -> None:
    with pytest.raises(InvalidInput, match="No outside model"):
        desk.test()


def test_removed_is_removed(ready: Desk) -> None:
    remove_outside_ai(ready.office.admin, ready.office.workspace)
    remove_outside_ai(ready.office.admin, ready.office.workspace)
    assert outside_ai(ready.office.admin, ready.office.workspace) is None
    assert ready.ask(COFFEE) == Advice((None,))
    with ready.office.workspace.database.reading() as tx:
        assert connections.sealed_values(tx) == []


def test_lines_get_their_answers_and_equal_ones_are_asked_once(ready: Desk) -> None:
    again = replace(COFFEE, descriptor="SQ *HARBOR COFFEE 9921")
    advice = ready.ask(COFFEE, question(1), again, Question("00042", Direction.IN, 5), COFFEE)
    assert advice.answers == (HARBOR, HARBOR, HARBOR, None, HARBOR)
    assert ready.asked == ["SQ *HARBOR COFFEE #", question(1).descriptor]
    assert (advice.asked, advice.working) == (2, True)
    assert advice.sentence == "The outside model was asked about 2 descriptions and coded 2."


def test_names_of_clients_do_not_leave(loaded: Office, desk: Desk) -> None:
    desk.save()
    name = loaded.clients()[0].name
    desk.ask(replace(COFFEE, descriptor=f"DEPOSIT {name.upper()} 03/02"))
    assert desk.asked == ["DEPOSIT"]
    assert name.lower() not in str(desk.server.calls[0].body).lower()


def test_a_run_asks_no_more_than_it_may(desk: Desk) -> None:
    desk.save(rows=3)
    lines = [question(number) for number in range(5)]
    first = desk.ask(*lines, already_asked=1)
    assert first.answers == (HARBOR, HARBOR, None, None, None)
    assert first.asked == 2
    assert "3 descriptions stay unasked, because a run asks 3 at most." in first.sentence
    second = desk.ask(*lines[2:], already_asked=1 + first.asked)
    assert (second.answers, second.asked) == ((None, None, None), 0)
    assert second.sentence == "3 descriptions stay unasked, because a run asks 3 at most."
    assert len(desk.asked) == 2


def test_answers_outside_the_lists_are_refused_and_counted(ready: Desk) -> None:
    ready.server.script = answering(
        lambda one: {"question": one["question"], "vendor": "V1", "gl": "666", "confidence": 1}
    )
    advice = ready.ask(COFFEE, question(1))
    assert advice.answers == (None, None)
    assert "2 of its answers could not be used" in advice.sentence


FAILURES: dict[str, Callable[[Call], Reply]] = {
    "key refused": lambda _: plain({"error": KEY}, 401),
    "throttled": lambda _: plain({}, 429),
    "server error": lambda _: plain({}, 500),
    "not json": saying("hello"),
    "not the protocol": lambda _: plain({"answers": []}),
    "redirect": lambda _: Reply(302, b"", {"Location": "https://elsewhere.example"}),
    "oversized": lambda _: enveloped("x" * 1_100_000),
    "hang": lambda _: hang(),
}


@pytest.mark.parametrize("fault", list(FAILURES))
@pytest.mark.parametrize("backend", ["sqlite"], indirect=True)
def test_any_failure_leaves_rows_unmatched_with_one_sentence(
    ready: Desk, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, fault: str
) -> None:
    monkeypatch.setattr(outside_advice, "PATIENCE", Patience(answer=0.3))
    ready.server.script = FAILURES[fault]
    with caplog.at_level(logging.DEBUG):
        advice = ready.ask(COFFEE, question(1))
    assert advice.answers == (None, None)
    assert not advice.working
    assert advice.sentence.startswith("The outside model")
    assert advice.sentence.endswith("; 2 descriptions stay without its advice.")
    assert ready.shown().trouble
    logged = "".join(f"{r.getMessage()}{vars(r)}" for r in caplog.records)
    assert not [s for s in (KEY, "HARBOR") if s in logged or s in advice.sentence]


def test_lists_too_long_or_empty_are_told(ready: Desk) -> None:
    many = [Vendor(f"v{n}", "", "", f"Vendor {n}", "") for n in range(MOST_LISTED + 1)]
    advice = ready.ask(COFFEE, vendors=many)
    assert advice.answers == (None,)  # the model named a vendor that it was not given
    assert "1,501 vendors were too many to be sent" in advice.sentence
    empty = ready.ask(COFFEE, vendors=[], chart=[])
    assert empty.sentence == (
        "1 description stays unasked, because there is nothing to choose from."
    )
    assert len(ready.server.calls) == 1


def test_something_unexpected_is_no_reason_to_stop_a_load(
    ready: Desk, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(*_: object) -> None:
        raise RuntimeError(COFFEE.descriptor)

    monkeypatch.setattr(outside_advice, "consult", broken)
    advice = ready.ask(COFFEE)
    assert (advice.answers, advice.working) == ((None,), False)
    assert "something went wrong in this app" in advice.sentence
    assert "RuntimeError" in caplog.text
    assert COFFEE.descriptor not in caplog.text


def test_an_unusable_ca_bundle_is_one_sentence(ready: Desk, tmp_path: Path) -> None:
    bundle = tmp_path / "none.pem"
    settings = ready.office.workspace.settings.model_copy(update={"ca_bundle": bundle})
    workspace = replace(ready.office.workspace, settings=settings)
    advice = advise(workspace, [COFFEE], VENDORS, CHART, 0)
    assert advice.answers == (None,)
    assert "none.pem" in advice.sentence


def test_a_lost_encryption_key_locks_it_and_nothing_is_made_anew(ready: Desk) -> None:
    key_file(ready.office).unlink()
    assert ready.shown().locked
    assert "can't be opened" in ready.shown().trouble
    assert "can't be opened" in ready.ask(COFFEE).sentence
    assert not ready.server.calls
    made = ready.office.connect()
    assert "remove everything that it sealed" in made.next_step
    assert not key_file(ready.office).exists()
    remove_outside_ai(ready.office.admin, ready.office.workspace)
    assert ready.office.connect().sentence == ""
    ready.save()
    assert ready.test().works


def test_a_new_key_goes_over_a_lost_one_where_nothing_else_is_sealed(ready: Desk) -> None:
    key_file(ready.office).unlink()
    ready.save()
    assert ready.test().works
    with ready.office.workspace.database.reading() as tx:
        assert set(connections.key_checks(tx)) == {"K1", "K2"}


def test_a_log_in_that_a_lost_key_sealed_keeps_a_new_key_from_being_made(office: Office) -> None:
    office.connect()
    key_file(office).unlink()
    with FeedServer(answering(well)) as server, pytest.raises(KeyMissing):
        Desk(office, server).save()
    assert outside_ai(office.admin, office.workspace) is None
