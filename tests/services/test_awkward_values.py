"""Values that a database can't hold, sent as whatever a use case takes or a file says.

On both databases each ends in a sentence or in an answer, never in a trace.
"""

import random
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import fields, is_dataclass, replace
from typing import Any

import pytest
from pydantic import SecretStr

from ledgersync.domain.decisions import Edit, Standing
from ledgersync.domain.firm_lists import ListKind
from ledgersync.errors import DatabaseUnavailable, InvalidInput, LedgerSyncError
from ledgersync.services import firm_lists, learned, saved_views
from ledgersync.services import statement_files as files
from ledgersync.services.audit_trail import TrailFilter, trail
from tests.bankfeed.feed_server import plain
from tests.services.conftest import OCTOBER, Office
from tests.services.scripted_ledgersync import ScriptedLedgerSync, row
from tests.services.test_access import MATRIX, OPTIONS, USE_CASES
from tests.services.two_clients import Things, script, set_up

TEXTS = ("a\0b", "a\ud800b", "x" * 100_000)
NUMBERS = (2**31, 2**63, -(2**63) - 1)
# They work for seconds and take nothing, or nothing that a person sends.
_SPARED = {
    "backups.back_up_now",
    "connecting.note_success",
    "key_rotation.rotate_keys",
    "people.sign_me_out_everywhere",
    "probing.probe_feed",
}


@pytest.fixture
def two_clients(office: Office, feed: ScriptedLedgerSync) -> Things:
    """The first of two clients, with everything of theirs that has an id."""
    scripted = script()
    feed.clients, feed.rows = scripted.clients, scripted.rows
    return set_up(office)["C1"]


def test_no_value_of_any_use_case_ends_in_a_trace(office: Office, two_clients: Things) -> None:
    ended = {
        f"{name} {_shown(given)}": _ending(office, name, given)
        for name in sorted(set(MATRIX) - _SPARED)
        for given in _spoilt(_real(name, two_clients))
    }
    assert len(ended) > 300
    assert {call: end for call, end in ended.items() if end} == {}


def _ending(office: Office, name: str, given: Sequence[Any]) -> str:
    """How a call ended where it should not have: "" for an answer or a sentence about the value."""
    try:
        USE_CASES[name](office.admin, office.workspace, *given, **OPTIONS.get(name, {}))
    except DatabaseUnavailable as error:
        return str(error)
    except LedgerSyncError:
        return ""
    except Exception as error:  # noqa: BLE001  all of them are looked at together
        return repr(error)[:200]
    return ""


def _shown(given: Sequence[Any]) -> str:
    return repr(given)[:300]


def _real(name: str, things: Things) -> tuple[Any, ...]:
    """What a use case is called with, the made-up ids replaced by those of a client."""
    edit = Edit(things.rows[2], 1, things.vendor.id, "6100", Standing.REVIEWED)
    others = {
        "connection_sharing.share_connection": (["nobody"],),
        "feed_statements.load_statements": ([things.account],),
        "loading.load_transactions": ([things.account], OCTOBER),
        "reviewing.decide": (things.account, [edit]),
        "reviewing.save_edits": (things.account, [edit]),
        "reviewing.set_standing": (things.account, [(edit.transaction_id, 1)], Standing.REVIEWED),
        "suggesting.were_asked": (things.client, list(things.rows)),
    }
    ids = {
        "some client": things.client, "some account": things.account, "some row": things.rows[0],
        "some run": things.run, "some batch": things.batch, "some export": things.export,
        "some statement": things.statement, "some rule": things.rule.rule.id,
        "some change": things.rule_change, "some acs": things.link.acs.id, "c": things.client,
        "v": things.vendor.id, "g": things.gl.id, "s": things.template.id,
    }  # fmt: skip
    return others.get(name) or _with_ids(MATRIX[name][1], ids)


def _with_ids(value: Any, ids: dict[str, str]) -> Any:
    if type(value) is str:
        return ids.get(value, value)
    if type(value) in {tuple, list}:
        return type(value)(_with_ids(one, ids) for one in value)
    if is_dataclass(value) and not isinstance(value, type):
        inside = {one.name: getattr(value, one.name) for one in fields(value) if one.init}
        return replace(value, **{name: _with_ids(one, ids) for name, one in inside.items()})
    return value


def _spoilt(value: Any) -> Iterator[Any]:
    """The value again and again, with one text or number inside it made awkward each time."""
    if type(value) is str:
        yield from TEXTS
    elif type(value) is SecretStr:
        yield from map(SecretStr, TEXTS)
    elif type(value) is int:
        yield from NUMBERS
    elif type(value) in {tuple, list}:
        for place, one in enumerate(value):
            for awkward in _spoilt(one):
                yield type(value)([*value[:place], awkward, *value[place + 1 :]])
    elif is_dataclass(value) and not isinstance(value, type):
        yield from _spoilt_fields(value)


def _spoilt_fields(value: Any) -> Iterator[Any]:
    for one in fields(value):
        for awkward in _spoilt(getattr(value, one.name)) if one.init else ():
            with suppress(LedgerSyncError):  # it can't even be made
                yield replace(value, **{one.name: awkward})


_DICE = random.Random(7)  # noqa: S311  texts that no index can squeeze


def _letters(count: int) -> str:
    return "".join(_DICE.choices("ABCDEFGHIJKLMNOPQRSTUVWXYZ", k=count))


def test_a_row_with_an_endless_id_is_set_aside_alone(
    office: Office, feed: ScriptedLedgerSync
) -> None:
    feed.rows["A1"].append(row(_letters(5_000)))
    feed.rows["A1"].append(row("last"))
    office.sync()
    [load] = office.load().loads
    assert (load.state, load.new, load.set_aside) == ("done", 3, 1)
    assert {one.source_id for one in office.rows()} == {"t1", "t2", "last"}


def test_clients_and_accounts_with_endless_ids_stop_no_other(
    office: Office, feed: ScriptedLedgerSync
) -> None:
    feed.clients = {_letters(5_000): [], "C1": ["A1", _letters(5_000)], "C2": ["A2"]}
    office.sync()
    assert {one.source_id for one in office.clients()} == {"C1", "C2"}
    assert {one.source_id for one in office.accounts()} == {"A1", "A2"}


def test_a_row_with_endless_words_is_reviewed_and_learned_like_others(
    office: Office, feed: ScriptedLedgerSync
) -> None:
    words = " ".join(_letters(9) for _ in range(2_000))
    feed.rows["A1"] = [row("long", description=words, memo=words, payee=words)]
    office.sync()
    office.set_up()
    office.load()
    [seen] = office.rows()
    assert (seen.description, seen.memo, seen.payee) == (words, words, words)
    office.save(Edit(seen.id, seen.version, gl_code="6100", standing=Standing.REVIEWED))
    client = office.account().client_id
    [text] = learned.learned(office.admin, office.workspace, client).texts
    assert words.startswith(text.descriptor)
    learned.forget(office.admin, office.workspace, client, text.descriptor, gl_code="6100")
    [stopped] = learned.learned(office.admin, office.workspace, client).stopped
    assert stopped.stop.descriptor == text.descriptor


def test_days_that_mean_none_are_set_aside(office: Office, feed: ScriptedLedgerSync) -> None:
    """A feed that does not keep to the days asked for sends them at any time."""
    days = ("0001-01-01", "1899-12-31", "2026-10-05", "2200-01-01", "9999-12-31")
    rows = [row(day, day) for day in days]
    feed.faults["/accounts/A1/transactions"] = plain({"items": rows, "total": len(rows)})
    office.sync()
    [load] = office.load().loads
    assert (load.new, load.set_aside) == (1, 4)


def test_the_largest_amounts_are_kept_to_the_cent(office: Office, feed: ScriptedLedgerSync) -> None:
    largest, too_large = 999_999_999_999_999, 2**63
    feed.rows["A1"] = [
        row("in", amount=largest), row("out", amount=-largest), row("more", amount=too_large)
    ]  # fmt: skip
    feed.account_values["A1"] = {"balance": largest}
    office.sync()
    [load] = office.load().loads
    assert (load.new, load.set_aside) == (2, 1)
    assert sorted(one.amount for one in office.rows()) == [-largest * 100, largest * 100]
    assert office.account().balance == largest * 100


def test_signs_that_no_column_holds_are_no_part_of_an_imported_row(loaded: Office) -> None:
    data = (
        "<OFX><STMTRS><CURDEF>USD<STMTTRN><DTPOSTED>20261007<TRNAMT>-1.00<FITID>F1"
        "<NAME>HARBOR&#0;BAR&#xD800;</STMTTRN></STMTRS></OFX>"
    )
    account = loaded.account().id
    preview = files.preview_file(
        loaded.admin, loaded.workspace, account, "a\0\ud800.ofx", data.encode()
    )
    assert files.confirm_file(loaded.admin, loaded.workspace, preview).applied
    [found] = [one for one in loaded.rows() if one.date.isoformat() == "2026-10-07"]
    assert found.description == "HARBOR\ufffdBAR\ufffd"


@pytest.mark.parametrize("kind", [ListKind.VENDORS, ListKind.CHART])
def test_lists_with_such_signs_name_the_line(loaded: Office, kind: ListKind) -> None:
    client = loaded.account().client_id
    titles = {ListKind.VENDORS: "Vendor Code,Vendor Name", ListKind.CHART: "Account,Description"}
    data = f"{titles[kind]}\n7001,Night\x01Owl\n{'7' * 5_000},Long\n7003,Good\n".encode()
    preview = firm_lists.preview_list(loaded.admin, loaded.workspace, kind, client, "a\0.csv", data)
    assert [line.line for line in preview.parsed.rejected] == [2, 3]
    assert firm_lists.confirm_list(loaded.admin, loaded.workspace, preview).applied


@pytest.mark.parametrize("query", ["search=a\0b", "search=\ud800", "order=date\x1b"])
def test_a_view_with_such_signs_is_refused(office: Office, query: str) -> None:
    with pytest.raises(InvalidInput, match="not a view"):
        saved_views.save_view(office.admin, office.workspace, "Mine", query)
    assert saved_views.list_views(office.admin, office.workspace) == []


@pytest.mark.parametrize("backend", ["sqlite"], indirect=True)
def test_a_search_that_sqlite_can_not_look_for_is_told_as_such(office: Office) -> None:
    with pytest.raises(InvalidInput, match="far too long"):
        trail(office.admin, office.workspace, TrailFilter(words="x" * 100_000))


@pytest.mark.parametrize("search", ["%o%", "h_rbor", "H\\ARBOR", "%harbor%", "[a-z]+", "';DROP"])
def test_signs_of_a_pattern_are_letters_of_a_search(loaded: Office, search: str) -> None:
    client = loaded.account().client_id
    assert trail(loaded.admin, loaded.workspace, TrailFilter(words=search)).total == 0
    assert learned.learned(loaded.admin, loaded.workspace, client, search).texts == ()
