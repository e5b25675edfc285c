"""Access: every public use case asks first, and the matrix below says whom it lets in."""

import importlib
import inspect
import pkgutil
import re
from collections.abc import Callable
from contextlib import suppress
from datetime import date
from itertools import pairwise
from typing import Any

import pytest
from pydantic import SecretStr
from sqlalchemy import event

import ledgersync.services
from ledgersync.domain.acs_settings import AcsSettings
from ledgersync.domain.actors import ANONYMOUS, Actor, Role
from ledgersync.domain.audit_trails import TrailFilter
from ledgersync.domain.charts import GlAccount, Vendor
from ledgersync.domain.clients import BankAccount, FeedStatus
from ledgersync.domain.decisions import Standing
from ledgersync.domain.firm_lists import ListKind, ParsedList
from ledgersync.domain.pairs import DuplicatePair, Movement, PairKind
from ledgersync.domain.past_rows import NamedRows, Whose
from ledgersync.domain.periods import Period
from ledgersync.domain.rules import Rule
from ledgersync.domain.spellings import VendorSpellings
from ledgersync.domain.split_templates import SplitTemplate
from ledgersync.domain.splits import Share
from ledgersync.domain.statement_files import StatementFile
from ledgersync.errors import LedgerSyncError, NotPermitted, StoredPasswordRefused
from ledgersync.services import export_keeping, rule_offers
from ledgersync.services.access import Permission
from ledgersync.services.exporting import ExportRequest
from ledgersync.services.firm_lists import ListPreview
from ledgersync.services.hand_accounts import HandAccount
from ledgersync.services.rule_files import RulePreview
from ledgersync.services.statement_files import FilePreview
from ledgersync.services.statements import TypedStatement
from ledgersync.storage import audit
from ledgersync.storage.audit import AuditEntry
from tests.services.conftest import Office
from tests.services.scripted_ledgersync import EMAIL, PASSWORD

JULY = Period(date(2026, 7, 1), date(2026, 7, 31))
REQUEST = ExportRequest("some account", JULY)
AGAIN = ExportRequest("some account", JULY, again=True)
PAPER = TypedStatement(JULY.start, JULY.end, "1,200.00")
RULE = Rule("", 0, ("UBER",), gl_code="6250")

_ROW = Movement("t", "a", JULY.start, -100, "USD", "", "", "", open=True)
TWINS = DuplicatePair(_ROW, _ROW, one_load=False)
FIRM_VENDOR, CLIENT_VENDOR = (Vendor("v", owner, "", "Harbor", "") for owner in ("", "c"))
SPELLINGS = VendorSpellings(FIRM_VENDOR, ())
FIRM_GL, CLIENT_GL = (GlAccount("g", owner, "6100", "", "") for owner in ("", "c"))
FIRM_TEMPLATE, CLIENT_TEMPLATE = (
    SplitTemplate("s", owner, "", "Loan", (Share("6100"), Share("6200", amount=1)))
    for owner in ("", "c")
)
FIRM_ROWS = NamedRows(Whose.FIRM, "6250", JULY.start)
VENDORS_FILE = b"Vendor Code,Vendor Name\nH1,Harbor\n"
PREVIEW = ListPreview(ParsedList(ListKind.VENDORS, (), ()), "", "vendors.csv", (), 0)
HAND_ACCOUNT = HandAccount("Union Trust", "checking", mask="7788")
BANK_FILE = b"<OFX><STMTRS><STMTTRN><DTPOSTED>20260701<TRNAMT>-1.00<FITID>F1</OFX>"
FILE_PREVIEW = FilePreview(
    BankAccount(
        *("some account", "some client", "", "", "", "", "", "USD", None, None),
        *(FeedStatus.ACTIVE, "", "", None, 0, False),
    ),
    "o.qfx",
    "",
    StatementFile("OFX", ()),
    None,
)

# What each use case asks for, and the rest of what it is called with.
MATRIX: dict[str, tuple[Permission, tuple[Any, ...]]] = {
    "acs_settings.acs_settings_of": (Permission.SEE_CLIENTS, ("some client",)),
    "acs_settings.save_acs_settings": (Permission.CHANGE_CLIENT, ("some client", AcsSettings())),
    "acs_settings.set_bank_gl": (Permission.CHANGE_CLIENT, ("some account", "1000")),
    "audit_trail.trail": (Permission.ADMINISTER, (TrailFilter(),)),
    "audit_trail.trail_choices": (Permission.ADMINISTER, ()),
    "audit_trail.trail_file": (Permission.ADMINISTER, (TrailFilter(),)),
    "audit_trail.verify_trail": (Permission.ADMINISTER, ()),
    "backups.list_backups": (Permission.ADMINISTER, ()),
    "backups.back_up_now": (Permission.ADMINISTER, ()),
    "changed_exports.changed_since_export": (Permission.EXPORT, ()),
    "candidates.other_codes": (Permission.REVIEW, ("some account", "some row")),
    "client_records.client_record": (Permission.SEE_CLIENTS, ("some client",)),
    "client_records.set_acs_code": (Permission.CHANGE_CLIENT, ("some client", "C-1")),
    "client_records.set_acs_description": (Permission.CHANGE_CLIENT, ("some account", "Pine")),
    "client_records.add_vendor": (Permission.CHANGE_CLIENT, ("some client", "Harbor", "H1")),
    "client_records.add_gl_account": (Permission.CHANGE_CLIENT, ("some client", "6100", "Meals")),
    "client_matching.matching_list": (Permission.SEE_CLIENTS, ()),
    "client_matching.link_clients": (Permission.CHANGE_CLIENT, ([("some acs", "some client")],)),
    "client_matching.unlink_clients": (Permission.CHANGE_CLIENT, ([],)),
    "closing.close_period": (Permission.CLOSE_PERIOD, ("some account", JULY)),
    "closing.reopen_period": (Permission.CLOSE_PERIOD, ("some closing", "A late fee")),
    "closing.tie_states": (Permission.SEE_CLIENTS, (JULY,)),
    "coding_lists.coding_list": (Permission.SEE_CLIENTS, ("some client",)),
    "coding_lists.change_vendor": (Permission.CHANGE_FIRM_LISTS, (FIRM_VENDOR, FIRM_VENDOR)),
    "coding_lists.delete_vendor": (Permission.CHANGE_CLIENT, (CLIENT_VENDOR,)),
    "coding_lists.change_gl_account": (Permission.CHANGE_CLIENT, (CLIENT_GL, CLIENT_GL)),
    "coding_lists.delete_gl_account": (Permission.CHANGE_FIRM_LISTS, (FIRM_GL,)),
    "connection_sharing.sharing": (Permission.ADMINISTER, ()),
    "connection_sharing.share_connection": (Permission.ADMINISTER, ([],)),
    "connecting.connection_state": (Permission.CONNECT, ()),
    "connecting.save_integration": (Permission.CONNECT, (SecretStr(EMAIL), SecretStr(PASSWORD))),
    "connecting.update_password": (Permission.CONNECT, (SecretStr(PASSWORD),)),
    "connecting.test_again": (Permission.CONNECT, ()),
    "connecting.disconnect": (Permission.CONNECT, ()),
    "connecting.note_refusal": (Permission.CONNECT, (StoredPasswordRefused("No."),)),
    "connecting.note_success": (Permission.CONNECT, (3,)),
    "export_keeping.days_kept": (Permission.EXPORT, ()),
    "export_keeping.keep_for": (Permission.ADMINISTER, (400,)),
    "exporting.check_export": (Permission.EXPORT, (REQUEST,)),
    "exporting.export": (Permission.EXPORT_AGAIN, (AGAIN,)),
    "exporting.list_exports": (Permission.EXPORT, ()),
    "exporting.download": (Permission.EXPORT, ("some export",)),
    "feed_statements.load_statements": (Permission.LOAD, ([],)),
    "firm_lists.preview_list": (
        Permission.CHANGE_CLIENT,
        (ListKind.VENDORS, "some client", "vendors.csv", VENDORS_FILE),
    ),
    "firm_lists.confirm_list": (Permission.CHANGE_FIRM_LISTS, (PREVIEW,)),
    "list_undoing.changes_of_lists": (Permission.SEE_CLIENTS, ()),
    "list_undoing.undo_list_change": (Permission.CHANGE_FIRM_LISTS, ("some change", "")),
    "judging.client_history": (Permission.REVIEW, ("some client",)),
    "key_care.kit_to_print": (Permission.ADMINISTER, ()),
    "key_care.recovery_kit": (Permission.ADMINISTER, ()),
    "key_care.restore_key": (Permission.ADMINISTER, (SecretStr("no kit"),)),
    "key_report.key_report": (Permission.ADMINISTER, ()),
    "key_rotation.rotate_keys": (Permission.ADMINISTER, ()),
    "key_rotation.retire_key": (Permission.ADMINISTER, ("K1",)),
    "learned.learned": (Permission.REVIEW, ("some client",)),
    "learned.learned_stamp": (Permission.REVIEW, ("some client",)),
    "learned.learned_rows": (Permission.REVIEW, ("some client", ["some row"])),
    "learned.forget": (Permission.REVIEW, ("some client", "UBER", "", "6250")),
    "learned.remember_again": (Permission.REVIEW, ("some client", "UBER", "", "6250")),
    "learned.set_learning": (Permission.CHANGE_CLIENT, ("some client",)),
    "next_accounts.open_accounts": (Permission.REVIEW, (JULY,)),
    "outside_advice.outside_ai": (Permission.ADMINISTER, ()),
    "outside_advice.save_outside_ai": (
        Permission.ADMINISTER,
        ("https://model.example/v1", "m-1", None, 200),
    ),
    "outside_advice.try_outside_ai": (Permission.ADMINISTER, ()),
    "outside_advice.remove_outside_ai": (Permission.ADMINISTER, ()),
    "overview.firm_standing": (Permission.SEE_CLIENTS, (JULY,)),
    "pairing.proposals": (Permission.REVIEW, ("some account", JULY)),
    "pairing.confirm_transfers": (Permission.REVIEW, ("some client", [])),
    "pairing.exclude_duplicate": (Permission.REVIEW, (TWINS,)),
    "pairing.keep_apart": (Permission.REVIEW, (PairKind.TRANSFER, ("a", "b"))),
    "pairing.ask_again": (Permission.REVIEW, ([],)),
    "past_rows.learned_place": (Permission.REVIEW, ("some client", "UBER", FIRM_ROWS)),
    "people.list_people": (Permission.ADMINISTER, ()),
    "people.invite": (Permission.ADMINISTER, ("new@firm.com",)),
    "people.invite_again": (Permission.ADMINISTER, ("nobody",)),
    "people.change_role": (Permission.ADMINISTER, ("nobody", Role.STAFF)),
    "people.assign_clients": (Permission.ADMINISTER, ("nobody", [])),
    "people.disable": (Permission.ADMINISTER, ("nobody",)),
    "people.enable": (Permission.ADMINISTER, ("nobody",)),
    "people.sign_out_everywhere": (Permission.ADMINISTER, ("nobody",)),
    "people.sign_me_out_everywhere": (Permission.SEE_CLIENTS, ()),
    "people.myself": (Permission.SEE_CLIENTS, ()),
    "people.find_person": (Permission.ADMINISTER, ("nobody",)),
    "probing.probe_feed": (Permission.ADMINISTER, ()),
    "reviewing.list_clients": (Permission.SEE_CLIENTS, ()),
    "reviewing.list_accounts": (Permission.SEE_CLIENTS, ("some client",)),
    "reviewing.list_all_accounts": (Permission.SEE_CLIENTS, ()),
    "reviewing.review_sheet": (Permission.REVIEW, ("some account", JULY)),
    "reviewing.rows_now": (Permission.REVIEW, ("some account", ["some row"])),
    "reviewing.coding": (Permission.REVIEW, ("some client",)),
    "reviewing.save_edits": (Permission.REVIEW, ("some account", [])),
    "reviewing.decide": (Permission.REVIEW, ("some account", [])),
    "reviewing.learn_from": (Permission.REVIEW, ("some account", [])),
    "reviewing.set_standing": (Permission.REVIEW, ("some account", [], Standing.REVIEWED)),
    "reviewing.unlock": (Permission.REVIEW, ("some account", [])),
    "rule_files.export_rules": (Permission.REVIEW, ()),
    "rule_files.preview_rules": (Permission.WRITE_RULES, ("rules.csv", b"Patterns,GL Code\n")),
    "rule_files.confirm_rules": (Permission.WRITE_RULES, (RulePreview("r.csv", b"Patterns", ()),)),
    "rule_lists.list_rules": (Permission.REVIEW, ()),
    "rule_lists.rule_choices": (Permission.REVIEW, ("some client",)),
    "rule_report.rule_report": (Permission.REVIEW, ()),
    "rule_report.finding_rows": (Permission.REVIEW, (["some row"],)),
    "rule_offers.offer_rule": (Permission.REVIEW, ("some account", ["some row"])),
    "rule_testing.test_rule": (Permission.REVIEW, (RULE,)),
    "rule_writing.save_rule": (Permission.CHANGE_FIRM_LISTS, (RULE,)),
    "rule_writing.set_enabled": (Permission.WRITE_RULES, ("some rule", 1)),
    "rule_writing.move_rule": (Permission.WRITE_RULES, ("some rule", 1)),
    "rule_writing.delete_rule": (Permission.WRITE_RULES, ("some rule", 1)),
    "rule_undoing.list_rule_changes": (Permission.REVIEW, ()),
    "rule_undoing.last_rule_change": (Permission.REVIEW, ()),
    "rule_undoing.undo_rule_change": (Permission.WRITE_RULES, ("some change",)),
    "statements.add_statement": (Permission.REVIEW, ("some account", PAPER)),
    "statements.change_statement": (Permission.REVIEW, ("some statement", 1, PAPER)),
    "statements.delete_statement": (Permission.REVIEW, ("some statement", 1)),
    "split_templates.list_templates": (Permission.REVIEW, ("some client",)),
    "split_templates.save_template": (Permission.CHANGE_CLIENT, (CLIENT_TEMPLATE,)),
    "split_templates.delete_template": (Permission.CHANGE_FIRM_LISTS, (FIRM_TEMPLATE,)),
    "split_templates.restore_template": (Permission.CHANGE_CLIENT, (CLIENT_TEMPLATE,)),
    "saved_views.list_views": (Permission.REVIEW, ()),
    "saved_views.save_view": (Permission.REVIEW, ("Large", "search=%3E500")),
    "saved_views.delete_view": (Permission.REVIEW, ("some view",)),
    "suggesting.suggest": (Permission.REVIEW, ([],)),
    "suggesting.were_asked": (Permission.REVIEW, ("some client", [])),
    "spellings.list_spellings": (Permission.REVIEW, ("some client",)),
    "spellings.set_spellings": (Permission.CHANGE_FIRM_LISTS, (SPELLINGS, ["HARBR"])),
    "spellings.propose_spellings": (Permission.REVIEW, ("some client",)),
    "support.installation": (Permission.SEE_CLIENTS, ()),
    "support.support_message": (Permission.SEE_CLIENTS, ()),
    "syncing.sync_clients": (Permission.LOAD, ()),
    "ties.account_tie": (Permission.REVIEW, ("some account", JULY)),
    "ties.tie_clues": (Permission.REVIEW, ("some account", JULY)),
    "taking_back.preview_taking_back": (Permission.EXPORT_AGAIN, ("some export",)),
    "taking_back.take_back": (Permission.EXPORT_AGAIN, ("some export", "Imported twice")),
    "trends.firm_version": (Permission.SEE_CLIENTS, ()),
    "trends.method_months": (Permission.SEE_CLIENTS, (JULY,)),
    "trends.review_progress": (Permission.SEE_CLIENTS, (JULY,)),
    "trends.spending": (Permission.SEE_CLIENTS, ("some client", JULY)),
    "undoing.last_change": (Permission.REVIEW, ("some account",)),
    "undoing.undo": (Permission.REVIEW, ("some batch",)),
    "changes.count_changes": (Permission.REVIEW, ("some account",)),
    "changes.list_changes": (Permission.REVIEW, ("some account",)),
    "pairing.exclude_of_files": (Permission.REVIEW, ([TWINS],)),
    "hand_accounts.add_account": (Permission.CHANGE_CLIENT, ("some client", HAND_ACCOUNT)),
    "statement_files.preview_file": (Permission.LOAD, ("some account", "o.qfx", BANK_FILE)),
    "statement_files.confirm_file": (Permission.LOAD, (FILE_PREVIEW,)),
    "load_undoing.undo_load": (Permission.LOAD, ("some run", "some account")),
    "presence.note": (Permission.REVIEW, ("some account",)),
    "presence.colleagues": (Permission.REVIEW, ("some account",)),
    "loading.load_transactions": (Permission.LOAD, ([], JULY)),
    "loading.set_aside": (Permission.REVIEW, ("some run",)),
}
# What some of them take by name.
OPTIONS = {
    "learned.set_learning": {"on": True},
    "rule_writing.set_enabled": {"enabled": True},
    "rule_writing.move_rule": {"up": True},
}
# It answers whether a page offers something; the use cases behind that ask again.
ANSWERS_ANYBODY = {
    "key_care.may_administer",
    "rule_lists.may_write_for_firm",
    "taking_back.may_take_back",
}
FOR_ADMINS = {Permission.ADMINISTER, Permission.EXPORT_AGAIN, Permission.CHANGE_FIRM_LISTS}


_ACCESS = "the check of access itself: the actor is what it asks about"
_SIGN_IN = "says who the actor is, or that they are none"
_START = "opens what an actor then works in"
_OPERATOR = "for whoever runs the installation, before anybody can sign in: they can read its files"
_CALLED = "called by a use case that asked already, with that one's actor or transaction"
_ITSELF = "the app's own housekeeping: no person, nothing is shown"
# Public functions that could reach stored data and take neither an actor nor a transaction first.
NO_ACTOR = {
    "access.permits": _ACCESS,
    "access.reading": _ACCESS,
    "access.require": _ACCESS,
    "access.writing": _ACCESS,
    "audit_signing.sign_with": _START,
    "backups.backups_folder": "names a folder and reads nothing",
    "backups.make_backup": _CALLED,
    "credentials.opener": _CALLED,
    "credentials.sealed_places": _CALLED,
    "credentials.store_credentials": _CALLED,
    "credentials.store_token": _CALLED,
    "export_keeping.remove_expired": _ITSELF,
    "feed_sessions.session": _CALLED,
    "feed_statements.take_statements": _CALLED,
    "load_endings.forget": _CALLED,
    "master_keys.next_key": _CALLED,
    "master_keys.sealing_key": _CALLED,
    "master_keys.usable_key": _CALLED,
    "moving.move_database": _OPERATOR,
    "outside_advice.advise": _CALLED,
    "outside_ai_key.open_key": _CALLED,
    "outside_ai_key.store_key": _CALLED,
    "readiness.what_is_missing": "for whoever watches the server: answers in three words",
    "refused_sign_ins.note": _SIGN_IN,
    "restore_checks.require_fits": _OPERATOR,
    "restoring.restore": _OPERATOR,
    "seal_marks.earlier_value": _CALLED,
    "seal_marks.is_newest": _CALLED,
    "seal_marks.note_anew": _CALLED,
    "sign_in_spans.limits_of": "reads two settings",
    "sign_in_spans.require_span": _SIGN_IN,
    "signing_in.sign_out": _SIGN_IN,
    "signing_in.welcome": _SIGN_IN,
    "suggesting.keep_missing_descriptors": _ITSELF,
    "suggesting.note_decisions": _CALLED,
    "suggesting.note_lists": _CALLED,
    "suggesting.note_rows": _CALLED,
    "suggesting.note_rules": _CALLED,
    "upkeep.back_up": _OPERATOR,
    "upkeep.backup_tools": _OPERATOR,
    "upkeep.check_database": _OPERATOR,
    "upkeep.database_words": _OPERATOR,
    "upkeep.feed_address": _OPERATOR,
    "upkeep.upgrade_database": _OPERATOR,
    "workspace.command_actor": _START,
    "workspace.local_actor": _START,
    "workspace.open_keys": _START,
    "workspace.open_workspace": _START,
}
# Whoever is given one of these can read or change what is stored.
_REACHES = re.compile(r"\b(Workspace|Settings|Database|Tx|Connection|StoredConnection|KeyStore)\b")


def _public() -> dict[str, Callable[..., object]]:
    found: dict[str, Callable[..., object]] = {}
    for module in pkgutil.iter_modules(ledgersync.services.__path__):
        here = importlib.import_module(f"ledgersync.services.{module.name}")
        for name, function in inspect.getmembers(here, inspect.isfunction):
            if function.__module__ == here.__name__ and not name.startswith("_"):
                found[f"{module.name}.{name}"] = function
    return found


def _first(function: Callable[..., object]) -> str:
    return next(iter(inspect.signature(function).parameters), "")


def _reaches(function: Callable[..., object]) -> bool:
    given = inspect.signature(function).parameters.values()
    return any(_REACHES.search(str(one.annotation)) for one in given)


PUBLIC = _public()
USE_CASES = {name: one for name, one in PUBLIC.items() if _first(one) == "actor"}


def _call(name: str, actor: Actor, office: Office) -> None:
    """Call a use case; what it says of the made-up ids is not the question here."""
    _, given = MATRIX[name]
    USE_CASES[name](actor, office.workspace, *given, **OPTIONS.get(name, {}))


def test_every_use_case_is_in_the_matrix() -> None:
    assert set(USE_CASES) - ANSWERS_ANYBODY == set(MATRIX)


def test_what_reaches_stored_data_takes_an_actor_or_their_transaction_first() -> None:
    """A new function that takes neither is a way around the matrix, unless a reason is given."""
    without = {
        name for name, one in PUBLIC.items() if _first(one) not in {"actor", "tx"} and _reaches(one)
    }
    assert without == set(NO_ACTOR)
    assert _reaches(export_keeping.remove_expired)
    assert not _reaches(rule_offers.telling_pattern)


def test_every_use_case_takes_the_workspace_second() -> None:
    for function in USE_CASES.values():
        assert list(inspect.signature(function).parameters)[:2] == ["actor", "workspace"]


def _outcome(name: str, actor: Actor, office: Office, given: tuple[Any, ...]) -> object:
    """What a call comes to, in a form that two calls can be compared in."""
    try:
        result = USE_CASES[name](actor, office.workspace, *given, **OPTIONS.get(name, {}))
    except LedgerSyncError as error:
        return type(error), str(error)
    return "answered", repr(result)


@pytest.mark.parametrize("who", ["anonymous", "unknown", "disabled", "staff"])
def test_who_may_not_is_refused_noted_and_shown_nothing(office: Office, who: str) -> None:
    actor = {
        "anonymous": lambda: ANONYMOUS,
        "unknown": lambda: Actor("nobody", "Nobody"),
        "disabled": lambda: office.hire("Former", Role.ADMIN, disabled=True),
        "staff": lambda: office.hire("Dana"),
    }[who]()
    asked: list[str] = []
    engine = office.workspace.database.engine
    event.listen(engine, "before_cursor_execute", lambda *given: asked.append(given[2]))
    for name, (permission, _) in MATRIX.items():
        if who == "staff" and permission not in FOR_ADMINS:
            continue
        before = _newest(office)
        asked.clear()
        with pytest.raises(NotPermitted, match=actor.name or "You may not") as refused:
            _call(name, actor, office)
        assert refused.value.next_step == "Ask your administrator for access.", name
        tables = {word.strip('"') for statement in asked for word in _tables(statement)}
        assert tables <= {"users", "audit_entries", "audit_head", "sealing_keys"}, name
        newest = _newest(office)
        assert newest, name
        assert (newest.action, newest.user_id) == ("refused", actor.user_id), name
        assert newest.subject_id == permission.value, name
        assert newest.seq == (before.seq if before else 0) + 1, name
    assert office.server.calls == []


def _newest(office: Office) -> AuditEntry | None:
    with office.workspace.database.reading() as tx:
        return next(iter(audit.latest(tx, 1)), None)


def _tables(statement: str) -> list[str]:
    words = statement.replace("\n", " ").split()
    pairs = pairwise(words)
    return [after for word, after in pairs if word.upper() in {"FROM", "INTO", "UPDATE", "JOIN"}]


@pytest.mark.parametrize("role", Role)
def test_who_may_is_let_in(office: Office, role: Role) -> None:
    actor = office.hire("Dana", role)
    for name, (permission, _) in MATRIX.items():
        if role is Role.ADMIN or permission not in FOR_ADMINS:
            with suppress(LedgerSyncError):
                _call(name, actor, office)
            newest = _newest(office)
            assert newest is None or newest.action != "refused", name


def test_a_role_that_was_taken_away_is_gone_at_once(office: Office) -> None:
    dana = office.hire("Dana")
    _call("reviewing.list_clients", dana, office)
    with office.workspace.database.writing() as tx:
        tx.exec_driver_sql("UPDATE users SET disabled = TRUE WHERE id = 'dana'")
    with pytest.raises(NotPermitted):
        _call("reviewing.list_clients", dana, office)
