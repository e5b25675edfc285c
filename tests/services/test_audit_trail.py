"""The audit trail of a firm: chained and signed by every change, checked, shown, taken along."""

import base64
import csv
import io
import json
import os
import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from pydantic import SecretStr
from sqlalchemy.exc import DatabaseError

from ledgersync import cli
from ledgersync.config import Mode, Settings
from ledgersync.domain.actors import Actor
from ledgersync.domain.decisions import Edit
from ledgersync.errors import KeyUnsafe
from ledgersync.services import audit_trail, key_care, people, upkeep
from ledgersync.services.audit_signing import AuditSigner
from ledgersync.services.audit_trail import TrailFilter, Verdict
from ledgersync.services.exporting import ExportRequest, export
from ledgersync.services.workspace import Workspace, open_workspace
from ledgersync.storage import audit
from tests.conftest import another_user_has
from tests.services.conftest import OCTOBER, Office

EVERYTHING = TrailFilter()
ROBIN = Actor("robin", "Robin")
Fits = Callable[[audit.AuditEntry], bool]


def verdict(office: Office) -> Verdict:
    return audit_trail.verify_trail(office.admin, office.workspace)


def _note(workspace: Workspace, count: int, actor: Actor = ROBIN) -> None:
    with workspace.database.writing() as tx:
        made = (audit.entry(actor, "edit", "vendor", str(n), code=[n, n + 1]) for n in range(count))
        audit.record(tx, *made)


def _do(office: Office, *statements: str) -> None:
    """What somebody does who can write to the database and has its triggers out of the way."""
    sqlite = office.workspace.database.is_sqlite
    off = (
        [f"DROP TRIGGER audit_entries_no_{name}" for name in ("update", "delete")]
        if sqlite
        else ["ALTER TABLE audit_entries DISABLE TRIGGER ALL"]
    )
    with office.workspace.database.writing() as tx:
        for statement in (*off, *statements):
            tx.exec_driver_sql(statement)


def test_every_entry_is_signed_and_the_trail_is_intact(loaded: Office) -> None:
    loaded.code_all()
    found = verdict(loaded)
    assert found.intact
    assert found.signed == found.entries == len(loaded.audit())
    assert found.warnings == ()
    assert {entry.key_id for entry in loaded.audit()} == {"K1"}


@pytest.mark.parametrize(
    ("statements", "words"),
    [
        (["UPDATE audit_entries SET user_name = 'Nobody' WHERE seq = 2"], "Entry 2 was changed"),
        (["DELETE FROM audit_entries WHERE seq = 2"], "Entry 2 is missing"),
        (["DELETE FROM audit_entries WHERE seq = 4"], "Entry 4 is missing at the end"),
        (
            [
                "DELETE FROM audit_entries WHERE seq = 4",
                "UPDATE audit_head SET seq = 3",
                "UPDATE audit_head SET chain = (SELECT chain FROM audit_entries WHERE seq = 3)",
            ],
            "newest entry (3) was changed",
        ),
        (["DELETE FROM audit_head"], "record of the newest entry is missing"),
    ],
    ids=["changed", "deleted", "cut", "cut with its record", "no record"],
)
def test_what_was_done_past_the_app_is_named(
    office: Office, statements: list[str], words: str
) -> None:
    _note(office.workspace, 4)
    _do(office, *statements)
    assert words in verdict(office).bad
    _note(office.workspace, 2)  # the app goes on, and nothing heals in silence
    assert not verdict(office).intact


@pytest.mark.parametrize("goes_on", [False, True])
def test_a_trail_that_was_emptied_does_not_begin_anew_in_silence(
    office: Office, *, goes_on: bool
) -> None:
    people.invite(office.admin, office.workspace, "dana@firm.com")
    assert verdict(office).intact
    _do(
        office,
        "DELETE FROM audit_entries",
        "UPDATE audit_head SET seq = 0, chain = '', key_id = '', mac = ''",
    )
    if goes_on:
        _note(office.workspace, 2)
    found = verdict(office)
    assert "missing from the beginning" in found.bad
    assert (found.bad_seq, found.entries) == (1, 0)


def test_clients_without_any_entry_are_missed_as_well(loaded: Office) -> None:
    _do(
        loaded,
        "DELETE FROM exports",
        "DELETE FROM audit_entries",
        "UPDATE audit_head SET seq = 0, chain = '', key_id = '', mac = ''",
    )
    assert "missing from the beginning" in verdict(loaded).bad


def test_writers_at_the_same_time_make_one_chain(office: Office) -> None:
    def write(_number: int) -> None:
        for _ in range(5):
            _note(office.workspace, 3)

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(write, range(8)))
    found = verdict(office)
    assert found.intact
    assert found.entries == 8 * 5 * 3


def test_a_change_that_is_not_kept_leaves_no_entry(office: Office) -> None:
    _note(office.workspace, 1)

    def fail() -> None:
        with office.workspace.database.writing() as tx:
            audit.record(tx, audit.entry(ROBIN, "edit", "vendor", "v"))
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()
    assert len(office.audit()) == 1
    assert verdict(office).intact


@pytest.mark.parametrize("backend", ["sqlite"], indirect=True)
def test_a_row_cannot_be_replaced_in_sqlites_own_way(office: Office) -> None:
    _note(office.workspace, 2)
    with (
        pytest.raises(DatabaseError, match="can only be added to"),
        office.workspace.database.writing() as tx,
    ):
        tx.exec_driver_sql("REPLACE INTO audit_entries SELECT * FROM audit_entries WHERE seq = 1")
    assert verdict(office).intact


def _key_file(office: Office) -> Path:
    return office.workspace.settings.config_folder / "ledgersync.key"


def test_without_its_key_the_app_works_and_the_check_warns(office: Office) -> None:
    _note(office.workspace, 2)
    kept = _key_file(office).read_bytes()
    _key_file(office).unlink()
    office.workspace.database.signing = AuditSigner(office.workspace.keys)  # as after a restart
    _note(office.workspace, 3)
    found = verdict(office)
    assert found.intact
    assert (found.unsure, found.unsigned) == (2, 3)
    assert "3 entries were written while the encryption key was missing" in found.warnings[0]
    _key_file(office).write_bytes(kept)
    _key_file(office).chmod(0o600)
    office.workspace.database.signing = AuditSigner(office.workspace.keys)
    _note(office.workspace, 1)
    found = verdict(office)
    assert (found.signed, found.unsigned, found.unsure) == (3, 3, 0)


def test_entries_without_a_signature_are_not_written_in_silence(
    office: Office, caplog: pytest.LogCaptureFixture
) -> None:
    _key_file(office).unlink()
    office.workspace.database.signing = AuditSigner(office.workspace.keys)
    _note(office.workspace, 2)
    _note(office.workspace, 1)
    [said] = [line for line in caplog.messages if "without a signature" in line]
    assert "Restore the key" in said


@pytest.mark.skipif(os.name != "posix", reason="file modes are those of POSIX systems")
@pytest.mark.parametrize("backend", ["sqlite"], indirect=True)
def test_a_server_whose_first_key_is_unsafe_writes_nothing(
    settings: Settings, tmp_path: Path
) -> None:
    key = tmp_path / "firm.key"
    key.write_text(f"K1 {base64.b64encode(bytes(32)).decode()}\n")
    key.chmod(0o644)
    hosted = settings.model_copy(update={"mode": Mode.HOSTED, "key_file": key})
    with pytest.raises(KeyUnsafe, match="0644"):
        open_workspace(hosted)
    key.chmod(0o400)
    open_workspace(hosted).close()


@pytest.mark.skipif(os.name != "posix", reason="file modes are those of POSIX systems")
@pytest.mark.parametrize("backend", ["sqlite"], indirect=True)
def test_a_server_is_not_opened_by_an_account_that_may_not_use_its_key(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    key = tmp_path / "firm.key"
    key.write_text(f"K1 {base64.b64encode(bytes(32)).decode()}\n")
    key.chmod(0o400)
    hosted = settings.model_copy(update={"mode": Mode.HOSTED, "key_file": key})
    open_workspace(hosted).close()
    another_user_has(key, monkeypatch)
    with pytest.raises(KeyUnsafe, match="another user"):
        open_workspace(hosted)


def test_an_export_records_how_far_the_trail_went(loaded: Office) -> None:
    loaded.code_all()
    rows = [Edit(r.id, r.version, gl_code="6100") for r in loaded.rows()]
    assert rows
    before = loaded.audit()[0]
    request = ExportRequest(loaded.account().id, OCTOBER, include_unreviewed=True)
    batch = export(loaded.admin, loaded.workspace, request)
    assert (batch.audit_seq, batch.audit_chain) == (before.seq, before.chain)
    assert verdict(loaded).intact
    _do(loaded, "UPDATE exports SET audit_seq = audit_seq - 1")
    assert f"not the one that export no. {batch.number} recorded" in verdict(loaded).bad


def test_the_trail_is_found_by_what_is_asked(loaded: Office) -> None:
    _note(loaded.workspace, 2)
    everything = loaded.audit()
    first, last = everything[-2].at, everything[1].at
    asked: list[tuple[TrailFilter, Fits]] = [
        (TrailFilter(person="Robin"), lambda e: e.user_name == "Robin"),
        (TrailFilter(action="set"), lambda e: e.action == "set"),
        (TrailFilter(subject="bank account"), lambda e: e.subject == "bank account"),
        (TrailFilter(words="PINE checking"), lambda e: "Pine Checking" in e.detail),
        (TrailFilter(since=first), lambda e: e.at >= first),
        (TrailFilter(until=last), lambda e: e.at < last),
    ]
    for wanted, fits in asked:
        found = audit_trail.trail(loaded.admin, loaded.workspace, wanted, limit=1)
        fitting = [entry for entry in everything if fits(entry)]
        assert 0 < len(fitting) < len(everything), wanted
        assert (list(found.entries), found.total) == (fitting[:1], len(fitting)), wanted
    literally = TrailFilter(words="100%")  # no wildcard
    assert audit_trail.trail(loaded.admin, loaded.workspace, literally).total == 0


@pytest.mark.parametrize("way", ["gone", "off"])
def test_missing_triggers_are_told_and_put_back(loaded: Office, way: str) -> None:
    sqlite = loaded.workspace.database.is_sqlite
    name = "audit_entries_no_delete" if sqlite else "audit_entries_no_change"
    if sqlite:
        off = f"CREATE TRIGGER {name} BEFORE DELETE ON audit_entries WHEN 0 BEGIN SELECT 1; END"
        statements = [f"DROP TRIGGER {name}", *([off] if way == "off" else [])]
    elif way == "off":
        statements = [f"ALTER TABLE audit_entries DISABLE TRIGGER {name}"]
    else:
        statements = [f"DROP TRIGGER {name} ON audit_entries"]
    with loaded.workspace.database.writing() as tx:
        for statement in statements:
            tx.exec_driver_sql(statement)
    found = verdict(loaded)
    assert found.intact
    [warning] = found.warnings
    assert f"for its trigger {name} is missing" in warning
    assert "run ledgersync db upgrade" in warning
    done = upkeep.upgrade_database(loaded.workspace.settings)
    assert done.put_back == (name,)
    assert verdict(loaded).warnings == ()
    assert (loaded.audit()[0].action, name in loaded.audit()[0].detail) == ("put back", True)
    with (
        pytest.raises(DatabaseError, match="can only be added to"),
        loaded.workspace.database.writing() as tx,
    ):
        tx.exec_driver_sql("DELETE FROM audit_entries WHERE seq = 1")
    assert upkeep.upgrade_database(loaded.workspace.settings).put_back == ()


def test_words_of_the_table_find_their_entries(loaded: Office) -> None:
    kim = people.invite(loaded.admin, loaded.workspace, "kim@firm.com", name="Kim Übel")
    account = loaded.account()
    people.assign_clients(loaded.admin, loaded.workspace, kim.id, [account.client_id])
    row = loaded.rows()[0]
    loaded.save(Edit(row.id, row.version, gl_code="6100"))

    def found(words: str) -> set[tuple[str, str]]:
        shown = audit_trail.trail(loaded.admin, loaded.workspace, TrailFilter(words=words))
        return {(entry.action, entry.subject_id) for entry in shown.entries}

    client = next(one.name for one in loaded.clients() if one.id == account.client_id)
    assert ("assign", kim.id) in found(client.split()[0]) & found(client.lower())
    assert ("assign", kim.id) in found("assign kim") & found("kim übel clients:")
    assert ("edit", row.id) in found("gl code: none → 6100") & found(row.description)
    assert found("gl code: 6999") == set() == found("kim 6100")
    named = audit_trail.trail(loaded.admin, loaded.workspace, TrailFilter(words=kim.id)).names
    assert named[kim.id] == "Kim Übel"


def test_colleagues_of_one_name_are_told_apart_in_the_trail(
    office: Office, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    kims = [
        people.invite(office.admin, office.workspace, f"kim{number}@firm.com", name="Kim")
        for number in (1, 2)
    ]
    first, second = (Actor(one.id, one.name) for one in kims)
    _note(office.workspace, 2, first)
    _note(office.workspace, 3, second)
    choices = audit_trail.trail_choices(office.admin, office.workspace)
    there = {(one.user_id, one.email) for one in choices.people if one.name == "Kim"}
    assert there == {(one.id, one.email) for one in kims}
    wanted = TrailFilter(person="Kim", user_id=second.user_id)
    found = audit_trail.trail(office.admin, office.workspace, wanted)
    assert [entry.user_id for entry in found.entries] == [second.user_id] * 3

    monkeypatch.setattr("ledgersync.commands.opening.open_books", lambda _: office.workspace)
    assert cli.main(["audit", "show", "--user", "Kim"]) == 1
    refused = capsys.readouterr().err
    assert "2 people are called Kim." in refused
    assert {"kim1@firm.com", "kim2@firm.com"} <= set(re.findall(r"kim\d@firm.com", refused))
    for named in ("KIM1@firm.com", first.user_id):
        assert cli.main(["audit", "show", "--json", "--user", named]) == 0
        shown = json.loads(capsys.readouterr().out)
        assert [entry["user_id"] for entry in shown] == [first.user_id] * 2


@pytest.mark.parametrize("words", ["Übel & Söhne", "übel söhne", "ÜBEL", 'söhne "GmbH"', "c:\\x"])
def test_words_with_letters_beyond_ascii_are_found(office: Office, words: str) -> None:
    told = {"reason": 'Übel & Söhne "GmbH" in c:\\x'}
    with office.workspace.database.writing() as tx:
        audit.record(tx, audit.entry(office.admin, "close", "period", "p1", **told))
        audit.record(tx, audit.entry(office.admin, "close", "period", "p2", reason="Sohn"))
    found = audit_trail.trail(office.admin, office.workspace, TrailFilter(words=words))
    assert [entry.subject_id for entry in found.entries] == ["p1"]


def test_the_file_has_all_entries_and_runs_nothing_in_a_spreadsheet(office: Office) -> None:
    _note(office.workspace, 2, Actor("evil", "=HYPERLINK(1)"))
    data = audit_trail.trail_file(office.admin, office.workspace, EVERYTHING)
    rows = list(csv.DictReader(io.StringIO(data.decode("utf-8-sig"))))
    assert [row["Entry"] for row in rows] == ["2", "1"]
    assert {row["Who"] for row in rows} == {"'=HYPERLINK(1)"}
    assert office.audit()[0].subject == "audit trail"


def test_a_key_back_from_its_kit_signs_at_once(office: Office) -> None:
    kit = key_care.recovery_kit(office.admin, office.workspace)
    _key_file(office).unlink()
    office.workspace.database.signing = AuditSigner(office.workspace.keys)
    _note(office.workspace, 1)
    assert office.audit()[0].key_id == ""
    key_care.restore_key(office.admin, office.workspace, SecretStr(kit))
    _note(office.workspace, 1)
    assert office.audit()[0].key_id == "K1"
