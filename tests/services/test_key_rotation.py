"""Changing the encryption key: everything is sealed anew or nothing; old keys go when unneeded."""

from base64 import b64encode
from dataclasses import replace
from pathlib import Path

import pytest
from pydantic import SecretStr

from ledgersync.config import Mode
from ledgersync.domain.connections import ConnectionState
from ledgersync.errors import InvalidInput, KeyInUse, KeyMissing, RotationFailed
from ledgersync.services import (
    audit_trail,
    connecting,
    credentials,
    key_care,
    key_rotation,
    outside_advice,
)
from ledgersync.services.audit_signing import AuditSigner
from ledgersync.services.key_report import key_report
from ledgersync.services.outside_ai_key import open_key
from ledgersync.storage import audit, connections, outside_ai, sealed_fields
from tests.services.conftest import Office
from tests.services.scripted_ledgersync import EMAIL, PASSWORD

MODEL_KEY = "sk-of-the-model"


@pytest.fixture
def sealed(office: Office) -> Office:
    """An office with a log-in, its token, and the key of an outside model stored."""
    office.connect()
    outside_advice.save_outside_ai(
        office.admin, office.workspace, "https://model.example/v1", "m-1", SecretStr(MODEL_KEY), 200
    )
    return office


def _key_file(office: Office) -> Path:
    return office.workspace.settings.config_folder / "ledgersync.key"


def _values(office: Office) -> list[str]:
    with office.workspace.database.reading() as tx:
        return sorted(connections.sealed_values(tx))


def _require_all_open(office: Office) -> None:
    with office.workspace.database.reading() as tx:
        stored = connections.find_connection(tx, office.admin.user_id)
        assert stored
        opener = credentials.opener(office.workspace, tx, stored)
        assert opener.credentials().email.get_secret_value() == EMAIL
        assert opener.credentials().password.get_secret_value() == PASSWORD
        assert opener.token(tx) is not None
        model = outside_ai.find(tx)
        assert model
        assert open_key(office.workspace, tx, model) == SecretStr(MODEL_KEY)


def test_everything_is_sealed_anew_and_the_old_key_can_go(sealed: Office) -> None:
    assert len(_values(sealed)) == 4
    done = key_rotation.rotate_keys(sealed.admin, sealed.workspace)
    assert (done.key_id, done.found, done.resealed) == ("K2", 4, 4)
    assert all(":K2:" in value for value in _values(sealed))
    _require_all_open(sealed)
    assert sealed.audit()[0].key_id == "K2"
    gone = key_rotation.retire_key(sealed.admin, sealed.workspace, "K1")
    assert gone.places == ("config folder",)
    assert sealed.workspace.keys.ids() == ("K2",)
    _require_all_open(sealed)
    found = audit_trail.verify_trail(sealed.admin, sealed.workspace)
    assert found.intact
    # The change itself, log-in, token and model's key named anew, and the old key's retirement.
    assert (found.signed, found.unsure) == (5, 0)
    assert found.covered == found.entries - 5
    assert found.warnings == ()
    again = key_rotation.rotate_keys(sealed.admin, sealed.workspace)
    assert again.key_id == "K3"  # a retired id is never used again


def _lose_the_key(office: Office) -> None:
    _key_file(office).unlink()


def _tamper(office: Office) -> None:
    """Put the password's sealed text into the token's column."""
    with office.workspace.database.writing() as tx:
        tx.exec_driver_sql("UPDATE connections SET token_sealed = password_sealed")


def test_a_key_that_an_administrator_wrote_into_the_file_is_the_next_one(sealed: Office) -> None:
    """As on a server, where the app may read the file but not write it."""
    file, given = _key_file(sealed), b64encode(b"k" * 32).decode()
    file.write_text(f"{file.read_text()}K2 {given}\n")
    written = file.read_bytes()
    assert key_rotation.rotate_keys(sealed.admin, sealed.workspace).key_id == "K2"
    assert file.read_bytes() == written
    _require_all_open(sealed)


def test_the_recovery_kit_is_offered_until_somebody_has_it(office: Office) -> None:
    def offered() -> str:
        return key_care.kit_to_print(office.admin, office.workspace)

    assert offered() == ""  # nothing is sealed yet
    office.connect()
    assert offered() == "K1"
    demo = office.workspace.settings.model_copy(update={"mode": Mode.DEMO})
    in_demo = replace(office.workspace, settings=demo)
    assert key_care.kit_to_print(office.admin, in_demo) == ""
    kit = key_care.recovery_kit(office.admin, office.workspace)
    assert offered() == ""
    key_rotation.rotate_keys(office.admin, office.workspace)
    assert offered() == "K2"
    _key_file(office).write_text(_key_file(office).read_text().splitlines()[0] + "\n")
    assert offered() == ""  # what is not here can't be printed
    assert "K1" in kit


def test_a_log_in_from_before_the_change_is_refused_when_it_is_put_back(sealed: Office) -> None:
    """As soon as the old key is taken away."""
    with sealed.workspace.database.reading() as tx:
        old = connections.find_connection(tx, sealed.admin.user_id)
    assert old
    key_rotation.rotate_keys(sealed.admin, sealed.workspace)
    key_rotation.retire_key(sealed.admin, sealed.workspace, "K1")
    with sealed.workspace.database.writing() as tx:
        connections.change_connection(
            tx, old.id, email_sealed=old.email_sealed, password_sealed=old.password_sealed
        )
    with sealed.workspace.database.reading() as tx:
        stored = connections.find_connection(tx, sealed.admin.user_id)
        assert stored
        with pytest.raises(KeyMissing, match="K1"):
            credentials.opener(sealed.workspace, tx, stored).credentials()


@pytest.mark.parametrize("harm", [_lose_the_key, _tamper])
def test_what_does_not_open_stops_the_change(sealed: Office, harm: object) -> None:
    harm(sealed)  # type: ignore[operator]
    before, trail = _values(sealed), sealed.audit()
    with pytest.raises(RotationFailed, match="everything is as it was") as failed:
        key_rotation.rotate_keys(sealed.admin, sealed.workspace)
    assert failed.value.found == 4
    assert failed.value.failed >= 1
    assert PASSWORD not in str(failed.value)
    assert _values(sealed) == before
    assert sealed.audit() == trail
    with sealed.workspace.database.reading() as tx:
        assert set(connections.key_checks(tx)) == {"K1"}


def test_a_value_that_was_overlooked_stops_the_change(
    sealed: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(key_rotation, "_everything", lambda _tx: iter(()))
    before = _values(sealed)
    with pytest.raises(RotationFailed, match="holds 4 sealed values, 0 were found"):
        key_rotation.rotate_keys(sealed.admin, sealed.workspace)
    assert _values(sealed) == before


def test_a_value_that_does_not_read_back_stops_the_change(
    sealed: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sealed_fields, "read", lambda *_: _values(sealed)[0])
    before = _values(sealed)
    with pytest.raises(RotationFailed, match="did not read back"):
        key_rotation.rotate_keys(sealed.admin, sealed.workspace)
    assert _values(sealed) == before
    monkeypatch.undo()
    assert key_rotation.rotate_keys(sealed.admin, sealed.workspace).resealed == 4


def test_a_key_that_is_needed_is_not_retired(sealed: Office) -> None:
    with pytest.raises(KeyInUse, match="the one in use"):
        key_rotation.retire_key(sealed.admin, sealed.workspace, "K1")
    with pytest.raises(InvalidInput, match="no key K9"):
        key_rotation.retire_key(sealed.admin, sealed.workspace, "K9")
    with sealed.workspace.database.reading() as tx:
        stored = connections.find_connection(tx, sealed.admin.user_id)
    assert stored
    key_rotation.rotate_keys(sealed.admin, sealed.workspace)
    with sealed.workspace.database.writing() as tx:
        connections.change_connection(tx, stored.id, token_sealed=stored.token_sealed)
    with pytest.raises(KeyInUse, match="1 of the stored values"):
        key_rotation.retire_key(sealed.admin, sealed.workspace, "K1")


def test_a_key_that_alone_vouches_for_the_trail_is_not_retired(sealed: Office) -> None:
    key_rotation.rotate_keys(sealed.admin, sealed.workspace)
    lines = _key_file(sealed).read_text().splitlines(keepends=True)
    _key_file(sealed).write_text("".join(line for line in lines if line.startswith("K1 ")))
    sealed.workspace.database.signing = AuditSigner(sealed.workspace.keys)
    with sealed.workspace.database.writing() as tx:
        audit.record(tx, audit.entry(sealed.admin, "edit", "vendor", "v"))
    assert sealed.audit()[0].key_id == "K1"
    with pytest.raises(KeyInUse, match="signed the newest entries"):
        key_rotation.retire_key(sealed.admin, sealed.workspace, "K1")


def test_the_report_says_what_each_key_is_for(sealed: Office) -> None:
    key_rotation.rotate_keys(sealed.admin, sealed.workspace)
    old, new = key_report(sealed.admin, sealed.workspace).keys
    assert (old.id, old.values, old.may_retire) == ("K1", 0, True)
    assert (new.id, new.values, new.may_retire) == ("K2", 4, False)
    key_rotation.retire_key(sealed.admin, sealed.workspace, "K1")
    report = key_report(sealed.admin, sealed.workspace)
    assert report.keys[0].state.startswith("retired")
    assert report.complete


def test_a_fresh_installation_changes_its_key_too(office: Office) -> None:
    done = key_rotation.rotate_keys(office.admin, office.workspace)
    assert (done.key_id, done.found) == ("K2", 0)
    office.connect()
    assert connecting.connection_state(office.admin, office.workspace).state is (
        ConnectionState.CONNECTED
    )
    assert all(":K2:" in value for value in _values(office))
