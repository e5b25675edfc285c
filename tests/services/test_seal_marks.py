"""An earlier value of a stored secret, put back into its own place: refused, and said so."""

import json
from collections.abc import Callable
from dataclasses import replace

import pytest
from pydantic import SecretStr
from sqlalchemy import insert

from ledgersync.bankfeed.client import Token
from ledgersync.domain.audit_trails import link
from ledgersync.domain.connections import ConnectionState
from ledgersync.errors import SealBroken
from ledgersync.outside_ai.failures import Trouble
from ledgersync.services import (
    audit_trail,
    connecting,
    credentials,
    key_rotation,
    outside_advice,
    syncing,
)
from ledgersync.services.credentials import sealed_places
from ledgersync.services.outside_ai_key import open_key
from ledgersync.storage import audit, connections, outside_ai
from ledgersync.storage.connections import StoredConnection
from ledgersync.storage.tables import AUDIT_ENTRIES
from ledgersync.vault.sealing import seal
from tests.services.conftest import Office
from tests.services.earlier_seals import seal_as_before
from tests.services.scripted_ledgersync import PASSWORD

LOG_IN = ("email_sealed", "password_sealed")
WITH_MARKS = (*LOG_IN, "token_sealed", "seal_mark", "token_mark")


def _stored(office: Office) -> StoredConnection:
    with office.workspace.database.reading() as tx:
        found = connections.find_connection(tx, office.admin.user_id)
    assert found
    return found


def _put_back(office: Office, old: StoredConnection, *columns: str) -> None:
    with office.workspace.database.writing() as tx:
        values = {column: getattr(old, column) for column in columns}
        connections.change_connection(tx, old.id, **values)


def _opener(office: Office) -> credentials.Opener:
    with office.workspace.database.reading() as tx:
        stored = connections.find_connection(tx, office.admin.user_id)
        assert stored
        return credentials.opener(office.workspace, tx, stored)


@pytest.mark.parametrize("columns", [LOG_IN[:1], LOG_IN[1:], LOG_IN, WITH_MARKS])
def test_an_earlier_log_in_is_refused(office: Office, columns: tuple[str, ...]) -> None:
    office.connect()
    old = _stored(office)
    office.connect()
    assert _opener(office).credentials().password.get_secret_value() == PASSWORD
    _put_back(office, old, *columns)
    with pytest.raises(SealBroken):
        _opener(office).credentials()
    assert office.state().state is ConnectionState.LOCKED


def _token(office: Office) -> Token | None:
    with office.workspace.database.reading() as tx:
        stored = connections.find_connection(tx, office.admin.user_id)
        assert stored
        return credentials.opener(office.workspace, tx, stored).token(tx)


def _renew_token(office: Office) -> None:
    """A load whose token LedgerSync no longer takes; both tokens are good at LedgerSync then."""
    earlier = set(office.feed.tokens)
    office.feed.tokens.clear()
    syncing.sync_clients(office.admin, office.workspace)
    office.feed.tokens |= earlier


WITH_TOKEN_MARK = ("token_sealed", "token_mark")


@pytest.mark.parametrize("columns", [WITH_TOKEN_MARK[:1], WITH_TOKEN_MARK, WITH_MARKS])
@pytest.mark.parametrize("anew", [Office.connect, _renew_token])
def test_an_earlier_token_is_not_used(
    office: Office, anew: Callable[[Office], object], columns: tuple[str, ...]
) -> None:
    office.connect()
    old = _stored(office)
    anew(office)
    assert _token(office) is not None
    _put_back(office, old, *columns)
    assert _token(office) is None


def test_a_token_that_somebody_put_back_costs_one_log_in_and_a_line_in_the_log(
    office: Office, caplog: pytest.LogCaptureFixture
) -> None:
    office.connect()
    old = _stored(office)
    _renew_token(office)
    before = office.log_ins
    _put_back(office, old, *WITH_TOKEN_MARK)
    for _ in range(2):
        syncing.sync_clients(office.admin, office.workspace)
    assert office.log_ins == before + 1
    assert office.state().state is ConnectionState.CONNECTED
    [said] = [line for line in caplog.messages if "token is not used" in line]
    assert said.endswith("it is not the one that the audit trail names last.")
    assert audit_trail.verify_trail(office.admin, office.workspace).intact


def test_each_token_that_is_stored_has_one_entry_in_the_trail(office: Office) -> None:
    office.connect()
    for _ in range(2):
        syncing.sync_clients(office.admin, office.workspace)
    _renew_token(office)
    kept = [entry for entry in office.audit() if entry.action == "keep token"]
    assert len(kept) == office.log_ins == 2
    assert kept[0].detail == json.dumps({"seal": _stored(office).token_mark})


@pytest.mark.parametrize("mark", ["", "0123456789abcdef"])
def test_a_token_from_before_the_trail_named_them_is_replaced_by_one_log_in(
    office: Office, mark: str
) -> None:
    office.connect()
    stored = replace(_stored(office), token_mark=mark)
    place = next(place for name, place, _ in sealed_places(stored) if name == "token_sealed")
    sealed = seal(SecretStr("token-1-of-northgate"), place, office.workspace.keys.find("K1"))
    with office.workspace.database.writing() as tx:
        connections.change_connection(tx, stored.id, token_sealed=sealed, token_mark=mark)
    syncing.sync_clients(office.admin, office.workspace)
    assert office.log_ins == 2
    assert _token(office) is not None


def test_a_log_in_that_was_forgotten_stays_forgotten(office: Office) -> None:
    office.connect()
    old = _stored(office)
    connecting.disconnect(office.admin, office.workspace)
    _put_back(office, old, *WITH_MARKS)
    with pytest.raises(SealBroken, match="put back an earlier value"):
        _opener(office).credentials()
    office.connect()
    assert _opener(office).credentials().password.get_secret_value() == PASSWORD


def _forge(office: Office, old: StoredConnection, key_id: str) -> None:
    """Have the trail say of an earlier log-in that it was stored just now; nobody signed that."""
    with office.workspace.database.writing() as tx:
        [newest] = audit.latest(tx, 1)
        values = audit.entry(office.admin, "connect", "connection", old.id, seal=old.seal_mark)
        forged = audit.AuditEntry(seq=newest.seq + 1, key_id=key_id, **values)  # type: ignore[arg-type]
        chain = {"chain": link(newest.chain, forged), "key_id": key_id, "mac": newest.mac}
        tx.execute(insert(AUDIT_ENTRIES), [{**values, **chain, "seq": forged.seq}])


def test_an_entry_of_the_trail_that_nobody_signed_vouches_for_nothing(office: Office) -> None:
    office.connect()
    old = _stored(office)
    office.connect()
    _put_back(office, old, *WITH_MARKS)
    _forge(office, old, "K1")
    with pytest.raises(SealBroken):
        _opener(office).credentials()


def test_nor_does_one_that_names_a_key_which_is_no_longer_there_to_check_it(office: Office) -> None:
    office.connect()
    key_rotation.rotate_keys(office.admin, office.workspace)
    old = _stored(office)
    office.connect()
    key_rotation.retire_key(office.admin, office.workspace, "K1")
    assert _opener(office).credentials().password.get_secret_value() == PASSWORD
    _put_back(office, old, *WITH_MARKS)
    _forge(office, old, "K1")
    with pytest.raises(SealBroken):
        _opener(office).credentials()


def test_a_change_of_the_key_vouches_for_nothing_that_was_put_back_before(office: Office) -> None:
    office.connect()
    old = _stored(office)
    office.connect()
    _put_back(office, old, *WITH_MARKS)
    key_rotation.rotate_keys(office.admin, office.workspace)
    with pytest.raises(SealBroken):
        _opener(office).credentials()


def _set_model(office: Office, key: str) -> None:
    url = "https://model.example/v1"
    outside_advice.save_outside_ai(
        office.admin, office.workspace, url, "m-1", SecretStr(key) if key else None, 200
    )


def _model_key(office: Office) -> object:
    with office.workspace.database.reading() as tx:
        stored = outside_ai.find(tx)
        assert stored
        return open_key(office.workspace, tx, stored)


@pytest.mark.parametrize("columns", [("key_sealed",), ("key_sealed", "seal_mark")])
def test_an_earlier_key_of_the_outside_model_is_refused(
    office: Office, columns: tuple[str, ...]
) -> None:
    _set_model(office, "sk-first")
    with office.workspace.database.reading() as tx:
        old = outside_ai.find(tx)
    assert old
    _set_model(office, "sk-second")
    _set_model(office, "")  # keeps it
    assert _model_key(office) == SecretStr("sk-second")
    with office.workspace.database.writing() as tx:
        outside_ai.save(tx, **{column: getattr(old, column) for column in columns})
    assert isinstance(_model_key(office), Trouble)


def _rotate(office: Office) -> None:
    key_rotation.rotate_keys(office.admin, office.workspace)


def _nothing(office: Office) -> None:
    del office


@pytest.mark.parametrize("meanwhile", [_nothing, _rotate])
def test_what_was_sealed_before_there_were_marks_opens_until_it_is_stored_anew(
    office: Office, meanwhile: Callable[[Office], None]
) -> None:
    office.connect()
    seal_as_before(office.admin, office.workspace)
    old = _stored(office)
    meanwhile(office)
    assert _opener(office).credentials().password.get_secret_value() == PASSWORD
    office.connect()
    _put_back(office, old, *WITH_MARKS)
    with pytest.raises(SealBroken):
        _opener(office).credentials()
