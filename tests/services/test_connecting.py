"""Connecting: each failure in its own words, one log-in a time, and nothing secret left behind."""

import traceback
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr

from ledgersync import clock
from ledgersync.bankfeed.client import Credentials, Session, Token
from ledgersync.domain.connections import Connection, ConnectionState, Failure
from ledgersync.errors import (
    InvalidInput,
    LedgerSyncError,
    StoredPasswordRefused,
    VaultError,
)
from ledgersync.services import connecting, credentials, feed_sessions, probing, syncing
from ledgersync.services.probing import ProbeResult
from ledgersync.services.workspace import Workspace
from ledgersync.storage import connections
from ledgersync.vault.masterkey import MasterKey
from ledgersync.vault.sealing import Place, unseal
from tests.bankfeed.feed_server import Reply, hang, plain, reset
from tests.bankfeed.feed_server import text as page
from tests.conftest import OpenAt
from tests.services.conftest import Office
from tests.services.scripted_ledgersync import EMAIL, PASSWORD, refusal

FAILURES = [
    ("/authenticate", refusal(401, "invalid email or password"), Failure.WRONG_CREDENTIALS),
    ("/authenticate", refusal(423, "account locked"), Failure.ACCOUNT_LOCKED),
    ("/authenticate", refusal(403, "subscription suspended"), Failure.SUSPENDED),
    ("/authenticate", refusal(503, "busy"), Failure.UNREACHABLE),
    ("/authenticate", reset(), Failure.UNREACHABLE),
    ("/authenticate", page("<html>Sign in to the guest network</html>"), Failure.NOT_UNDERSTOOD),
    ("/authenticate", plain({"session": "abc"}), Failure.NOT_UNDERSTOOD),
    ("/clients", plain({"items": [], "total": 0}), Failure.NO_CLIENTS),
    ("/clients", page("<html>"), Failure.NOT_UNDERSTOOD),
    ("/clients", refusal(401, "token expired"), Failure.NOT_UNDERSTOOD),
    ("/clients", refusal(403, "forbidden"), Failure.NOT_UNDERSTOOD),
]


def test_nothing_is_connected_at_first(office: Office) -> None:
    state = office.state()
    assert state.state is ConnectionState.NOT_CONNECTED
    assert state.checked_at is None
    assert office.log_ins == 0


def test_connecting_stores_a_state_that_outlives_the_process(
    office: Office, open_at: OpenAt
) -> None:
    before = clock.now()
    made = office.connect()
    assert made.state is ConnectionState.CONNECTED
    assert (made.failure, made.sentence, made.client_count) == (None, "", 1)
    assert made.checked_by == office.admin.name
    assert made.checked_at is not None
    assert before <= made.checked_at <= clock.now()
    assert made.masked_email == "b***@northgate-cpa.example"
    again = open_at(office.server.url)
    assert connecting.connection_state(office.admin, again) == made
    assert office.log_ins == 1


@pytest.mark.parametrize(("path", "reply", "failure"), FAILURES)
@pytest.mark.parametrize("backend", ["sqlite"], indirect=True)
def test_each_failure_has_its_state_its_words_and_its_next_step(
    office: Office, path: str, reply: Reply, failure: Failure
) -> None:
    office.feed.faults[path] = reply
    made = office.connect()
    assert (made.state, made.failure) == (ConnectionState.FAILED, failure)
    assert made.sentence.endswith(".")
    assert made.next_step.endswith(".")
    assert made == office.state()
    assert office.log_ins == 1
    assert PASSWORD not in f"{made.sentence}{made.next_step}"


def test_the_failures_differ_in_words(office: Office) -> None:
    said = set()
    for path, reply, _ in FAILURES[:4]:
        office.feed.faults = {path: reply}
        said.add(office.connect().sentence)
    assert len(said) == 4


def test_an_unreachable_address_says_so(office: Office, open_at: OpenAt) -> None:
    nobody = open_at("http://127.0.0.1:9/api")
    made = connecting.save_integration(office.admin, nobody, SecretStr(EMAIL), SecretStr(PASSWORD))
    assert (made.state, made.failure) == (ConnectionState.FAILED, Failure.UNREACHABLE)
    assert "127.0.0.1" in made.sentence


@pytest.mark.parametrize("path", ["/authenticate", "/clients"])
def test_a_hanging_server_is_left_in_time(
    office: Office, monkeypatch: pytest.MonkeyPatch, path: str
) -> None:
    """The seconds are shortened here; a slow list of clients is no failed log-in."""
    assert connecting._VERIFY_SECONDS < 10
    monkeypatch.setattr(connecting, "_VERIFY_SECONDS", 0.2)
    left: list[float] = []
    session = office.workspace.feed.session

    def watched(login: Any, token: Token, *, seconds: float) -> Session:
        left.append(seconds)
        return session(login, token, seconds=seconds)

    monkeypatch.setattr(office.workspace.feed, "session", watched)
    office.feed.faults[path] = hang()
    began = clock.now()
    made = office.connect()
    assert clock.now() - began < timedelta(seconds=5)
    assert all(seconds < 0.2 for seconds in left)
    wanted = {"/authenticate": ConnectionState.FAILED, "/clients": ConnectionState.CONNECTED}
    assert made.state is wanted[path]


@pytest.mark.parametrize(("path", "reply", "failure"), FAILURES)
@pytest.mark.parametrize("backend", ["sqlite"], indirect=True)
def test_a_failed_save_never_replaces_a_connection_that_works(
    office: Office, path: str, reply: Reply, failure: Failure
) -> None:
    office.connect()
    office.feed.faults[path] = reply
    made = office.connect(email="other@northgate-cpa.example")
    assert failure
    assert (made.state, made.failure) == (ConnectionState.CONNECTED, None)
    assert made.masked_email.startswith("b***")
    assert made.attempt_sentence
    assert made.attempt_at is not None
    office.feed.faults.clear()
    office.feed.tokens.clear()
    assert syncing.sync_clients(office.admin, office.workspace).clients == 1
    assert office.state().attempt_sentence == ""


@pytest.mark.parametrize(
    ("email", "password", "words"),
    [("", PASSWORD, "not an e-mail"), ("someone", PASSWORD, "not an e-mail"), (EMAIL, "", "empty")],
)
def test_what_cannot_be_a_log_in_is_not_sent(
    office: Office, email: str, password: str, words: str
) -> None:
    with pytest.raises(InvalidInput, match=words):
        office.connect(password, email)
    assert office.log_ins == 0


def test_testing_again_is_one_log_in_with_the_stored_password(office: Office) -> None:
    office.connect()
    made = connecting.test_again(office.admin, office.workspace)
    assert made.state is ConnectionState.CONNECTED
    assert office.log_ins == 2


def test_showing_the_state_opens_a_log_in_once_and_keeps_no_plain_text(
    office: Office, open_at: OpenAt, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[str] = []

    def watched(sealed: str, place: Place, find: Callable[[str], MasterKey]) -> SecretStr:
        opened.append(place.field)
        return unseal(sealed, place, find)

    monkeypatch.setattr(credentials, "unseal", watched)
    made = office.connect()
    assert opened == ["email", "password"]
    assert [office.state() for _ in range(3)] == [made] * 3
    assert len(opened) == 2
    other = open_at(office.server.url)
    for _ in range(3):
        assert connecting.connection_state(office.admin, other) == made
    assert opened[2:] == ["email", "password"]
    kept = f"{office.workspace.opened_log_ins}"
    assert made.masked_email in kept
    assert EMAIL not in kept
    assert PASSWORD not in kept


def test_testing_again_without_a_stored_log_in(office: Office) -> None:
    for action in (connecting.test_again, _update):
        with pytest.raises(InvalidInput, match="No LedgerSync log-in is stored"):
            action(office.admin, office.workspace)
    assert office.log_ins == 0


def _update(actor: object, workspace: object) -> Connection:
    return connecting.update_password(actor, workspace, SecretStr("new"))  # type: ignore[arg-type]


def test_a_password_that_changed_at_ledgersync_needs_attention_and_a_new_one(
    office: Office,
) -> None:
    office.connect()
    office.feed.password = "another one"
    made = connecting.test_again(office.admin, office.workspace)
    assert made.state is ConnectionState.NEEDS_ATTENTION
    assert made.failure is Failure.STORED_PASSWORD_REFUSED
    assert made.next_step
    assert office.log_ins == 2
    fixed = connecting.update_password(office.admin, office.workspace, SecretStr("another one"))
    assert (fixed.state, fixed.failure) == (ConnectionState.CONNECTED, None)
    assert office.log_ins == 3


def _refuse_from_now_on(office: Office) -> None:
    office.feed.password = "another one"
    office.feed.tokens.clear()


def test_a_refused_password_is_said_and_not_sent_again_before_somebody_saves_anew(
    office: Office,
) -> None:
    office.sync()
    _refuse_from_now_on(office)
    with pytest.raises(StoredPasswordRefused, match="refused the stored password"):
        office.load()
    found = office.state()
    assert found.state is ConnectionState.NEEDS_ATTENTION
    assert found.failure is Failure.STORED_PASSWORD_REFUSED
    tried, on_record = office.log_ins, len(office.audit())
    for again in (_load, _load, _sync, _probe):
        with pytest.raises(StoredPasswordRefused, match="not sent again before somebody saves it"):
            again(office)
    assert (office.log_ins, tried) == (2, 2)
    assert (office.state(), len(office.audit())) == (found, on_record)
    connecting.update_password(office.admin, office.workspace, SecretStr("another one"))
    assert office.load().state == "done"
    assert office.log_ins == 3


def _load(office: Office) -> object:
    return office.load()


def _sync(office: Office) -> object:
    return syncing.sync_clients(office.admin, office.workspace)


def _probe(office: Office) -> ProbeResult:
    return probing.probe_feed(office.admin, office.workspace)


@pytest.mark.parametrize("backend", ["sqlite"], indirect=True)
def test_a_token_that_still_works_does_not_make_a_refused_password_good(office: Office) -> None:
    office.sync()
    office.feed.password = "another one"
    assert not _probe(office).fits
    _sync(office)
    assert office.state().state is ConnectionState.NEEDS_ATTENTION
    office.feed.tokens.clear()
    with pytest.raises(StoredPasswordRefused):
        _sync(office)
    assert office.log_ins == 2


@pytest.mark.parametrize("backend", ["sqlite"], indirect=True)
def test_a_refused_password_is_remembered_while_ledgersync_is_away(office: Office) -> None:
    office.sync()
    _refuse_from_now_on(office)
    connecting.test_again(office.admin, office.workspace)
    office.feed.faults["/authenticate"] = refusal(503, "busy")
    made = connecting.test_again(office.admin, office.workspace)
    assert made.state is ConnectionState.NEEDS_ATTENTION
    assert "error 503" in made.attempt_sentence
    office.feed.faults.clear()
    with pytest.raises(StoredPasswordRefused):
        office.load()
    assert office.log_ins == 3


@pytest.mark.parametrize("backend", ["sqlite"], indirect=True)
def test_a_password_that_was_saved_during_a_load_does_not_share_its_refusal(
    office: Office,
) -> None:
    def load_meanwhile() -> None:
        with feed_sessions.session(office.workspace, office.admin) as feed:
            connecting.update_password(office.admin, office.workspace, SecretStr("another one"))
            feed.clients()

    office.sync()
    _refuse_from_now_on(office)
    with pytest.raises(StoredPasswordRefused):
        load_meanwhile()
    assert office.state().state is ConnectionState.CONNECTED


@pytest.mark.parametrize("refused", [False, True])
@pytest.mark.parametrize(
    ("meanwhile", "state"),
    [
        ("disconnect", ConnectionState.NOT_CONNECTED),
        ("update_password", ConnectionState.CONNECTED),
    ],
)
def test_a_test_brings_nothing_back_that_was_forgotten_or_replaced_meanwhile(
    office: Office,
    monkeypatch: pytest.MonkeyPatch,
    meanwhile: str,
    state: ConnectionState,
    *,
    refused: bool,
) -> None:
    office.connect()
    kept: list[list[str]] = []
    verify = connecting._verify

    def slow(workspace: Workspace, given: Credentials) -> object:
        monkeypatch.setattr(connecting, "_verify", verify)
        answer = verify(workspace, given)
        more = (SecretStr(PASSWORD),) if meanwhile == "update_password" else ()
        getattr(connecting, meanwhile)(office.admin, workspace, *more)
        kept.append(_sealed(office))
        if refused:
            _refuse_from_now_on(office)
            verify(workspace, given)
        return answer

    monkeypatch.setattr(connecting, "_verify", slow)
    assert connecting.test_again(office.admin, office.workspace).state is state
    assert [_sealed(office)] == kept


def _sealed(office: Office) -> list[str]:
    with office.workspace.database.reading() as tx:
        return connections.sealed_values(tx)


def test_a_load_that_runs_does_not_log_in_again_after_a_disconnect(office: Office) -> None:
    def load_on() -> None:
        with feed_sessions.session(office.workspace, office.admin) as feed:
            connecting.disconnect(office.admin, office.workspace)
            office.feed.tokens.clear()
            feed.clients()

    office.sync()
    with pytest.raises(InvalidInput, match="not connected"):
        load_on()
    assert office.log_ins == 1


def test_a_token_that_expired_is_renewed_with_one_log_in_and_kept(office: Office) -> None:
    office.sync()
    office.feed.tokens.clear()
    office.load()
    assert office.log_ins == 2
    office.load()
    assert office.log_ins == 2


def test_disconnecting_forgets_the_log_in_and_keeps_the_work(loaded: Office) -> None:
    loaded.code_all()
    made = connecting.disconnect(loaded.admin, loaded.workspace)
    assert made.state is ConnectionState.NOT_CONNECTED
    assert made.masked_email == ""
    with loaded.workspace.database.reading() as tx:
        assert connections.sealed_values(tx) == []
    assert [row.gl_code for row in loaded.rows()] == ["6100", "6100"]
    with pytest.raises(InvalidInput, match="not connected"):
        loaded.load()
    loaded.connect()
    loaded.load()
    assert [row.gl_code for row in loaded.rows()] == ["6100", "6100"]


def test_a_check_that_died_does_not_say_checking_for_ever(office: Office) -> None:
    office.connect()
    for seconds, state in ((5, ConnectionState.CHECKING), (60, ConnectionState.CONNECTED)):
        since = clock.now() - timedelta(seconds=seconds)
        with office.workspace.database.writing() as tx:
            stored = connections.ensure_connection(tx, office.admin.user_id)
            connections.change_connection(tx, stored.id, checking_since=since)
        assert office.state().state is state


def test_while_a_check_runs_everybody_sees_that(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen = []
    log_in = office.workspace.feed.log_in

    def watched(email: SecretStr, password: SecretStr, seconds: float) -> object:
        seen.append(office.state().state)
        return log_in(email, password, seconds)

    monkeypatch.setattr(office.workspace.feed, "log_in", watched)
    assert office.connect().state is ConnectionState.CONNECTED
    assert seen == [ConnectionState.CHECKING]


def _key_file(office: Office) -> Path:
    return office.workspace.settings.config_folder / "ledgersync.key"


def _other_key(office: Office) -> None:
    file = _key_file(office)
    content = file.read_text()
    file.unlink()
    office.workspace.keys.create("K1")
    assert file.read_text() != content


def _tamper(office: Office, column: str) -> None:
    with office.workspace.database.writing() as tx:
        stored = connections.find_connection(tx, office.admin.user_id)
        assert stored
        sealed = getattr(stored, column)
        flipped = sealed[:-6] + ("A" if sealed[-6] != "A" else "B") + sealed[-5:]
        connections.change_connection(tx, stored.id, **{column: flipped})


@pytest.mark.parametrize(
    ("harm", "words"),
    [
        (lambda office: _key_file(office).unlink(), "K1 was not found"),
        (_other_key, "K1"),
        (lambda office: _tamper(office, "email_sealed"), "was changed or moved"),
        (lambda office: _tamper(office, "password_sealed"), "was changed or moved"),
    ],
    ids=["missing", "wrong", "e-mail tampered", "password tampered"],
)
def test_a_log_in_that_does_not_open_is_locked_and_never_overwritten(
    loaded: Office, harm: object, words: str
) -> None:
    harm(loaded)  # type: ignore[operator]
    with loaded.workspace.database.reading() as tx:
        sealed = connections.sealed_values(tx)
    tried = loaded.log_ins
    assert loaded.state().state is ConnectionState.LOCKED
    assert loaded.state().failure is Failure.KEY_MISSING
    assert words in loaded.state().sentence
    assert loaded.state().next_step
    assert loaded.state().masked_email == ""
    assert connecting.test_again(loaded.admin, loaded.workspace).state is ConnectionState.LOCKED
    assert len(loaded.rows()) == 2
    assert loaded.log_ins == tried
    with loaded.workspace.database.reading() as tx:
        assert connections.sealed_values(tx) == sealed


def test_a_key_that_comes_back_unlocks_as_if_nothing_had_been(office: Office) -> None:
    before = office.connect()
    key = _key_file(office).read_bytes()
    _key_file(office).unlink()
    connecting.test_again(office.admin, office.workspace)
    _key_file(office).write_bytes(key)
    _key_file(office).chmod(0o600)
    assert office.state() == before


def test_a_lost_key_is_followed_by_a_new_one_when_nothing_else_is_sealed(office: Office) -> None:
    office.connect()
    _key_file(office).unlink()
    made = office.connect()
    assert made.state is ConnectionState.CONNECTED
    with office.workspace.database.reading() as tx:
        assert set(connections.key_checks(tx)) == {"K1", "K2"}
        assert all(":K2:" in sealed for sealed in connections.sealed_values(tx))


def test_no_key_is_made_while_a_colleagues_log_in_is_sealed_with_the_lost_one(
    office: Office,
) -> None:
    office.connect()
    colleague = office.hire("Dana")
    _key_file(office).unlink()
    made = connecting.save_integration(
        colleague, office.workspace, SecretStr(EMAIL), SecretStr(PASSWORD)
    )
    assert (made.state, made.failure) == (ConnectionState.FAILED, Failure.KEY_MISSING)
    assert "K1" in made.sentence
    assert not _key_file(office).exists()
    mine = office.connect()  # the lost key's last sealed values give way to a key of their own
    assert (mine.state, mine.attempt_sentence) == (ConnectionState.CONNECTED, "")


@pytest.mark.parametrize("backend", ["sqlite"], indirect=True)
def test_a_log_in_that_is_locked_beside_another_stays_as_it_was(office: Office) -> None:
    office.connect()
    colleague = office.hire("Dana")
    connecting.save_integration(colleague, office.workspace, SecretStr(EMAIL), SecretStr(PASSWORD))
    _key_file(office).unlink()
    made = office.connect()
    assert made.state is ConnectionState.LOCKED
    assert "K1 was not found. Restore the key from its recovery kit" in made.attempt_sentence
    assert not _key_file(office).exists()


def test_a_moved_log_in_is_refused(office: Office) -> None:
    office.connect()
    thief = office.hire("Mallory")
    connecting.disconnect(thief, office.workspace)
    with office.workspace.database.writing() as tx:
        mine = connections.find_connection(tx, office.admin.user_id)
        theirs = connections.find_connection(tx, thief.user_id)
        assert mine
        assert theirs
        connections.change_connection(
            tx, theirs.id, email_sealed=mine.email_sealed, password_sealed=mine.password_sealed
        )
    state = connecting.connection_state(thief, office.workspace)
    assert state.state is ConnectionState.LOCKED
    with pytest.raises(VaultError, match="changed or moved"):
        connecting.update_password(thief, office.workspace, SecretStr("x"))


@pytest.mark.parametrize("backend", ["sqlite"], indirect=True)
def test_nothing_secret_is_in_the_database_its_log_the_audit_trail_or_an_error(
    loaded: Office,
) -> None:
    loaded.feed.password = "Changed-At-Source-9"
    loaded.feed.tokens.clear()
    told = []
    try:
        loaded.load()
    except LedgerSyncError as error:
        told = [*traceback.format_exception(error), repr(error), repr(vars(error))]
    assert told
    connecting.update_password(loaded.admin, loaded.workspace, SecretStr("Changed-At-Source-9"))
    file = loaded.workspace.database.file
    assert file
    found = b"".join(part.read_bytes() for part in file.parent.glob("ledgersync.db*"))
    found += "".join(told).encode()
    found += "".join(entry.detail for entry in loaded.audit()).encode()
    assert b"Client C1" in found
    for secret in (EMAIL, PASSWORD, "Changed-At-Source-9", "of-northgate"):
        assert secret.encode() not in found
        assert secret not in repr(loaded.state())
        assert secret not in repr(loaded.workspace)
