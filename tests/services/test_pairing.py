"""Pairing: a transfer is booked once, a row listed twice is asked about, nothing happens unseen."""

from dataclasses import replace

import pytest

from ledgersync.domain.decisions import Edit, Standing
from ledgersync.domain.pairs import PairKind
from ledgersync.domain.transactions import Status
from ledgersync.errors import DecisionsChanged, InvalidInput
from ledgersync.exports.findings import FindingKind
from ledgersync.services import (
    acs_settings,
    client_records,
    exporting,
    pairing,
    reviewing,
    taking_back,
    undoing,
)
from ledgersync.services.exporting import ExportRequest
from ledgersync.services.pair_checks import LegDecided
from ledgersync.services.pairing import Proposals
from tests.services.conftest import OCTOBER, Office
from tests.services.scripted_ledgersync import row

TO_REVIEW = Standing.TO_REVIEW


@pytest.fixture
def two_banks(office: Office) -> Office:
    """Checking A1 and savings A2 of one client, each with its own GL code and one leg."""
    office.feed.clients = {"C1": ["A1", "A2"]}
    office.feed.rows = {
        "A1": [row("out", "2026-10-05", -500.0, description="ONLINE XFER TO SAVINGS"), row("t1")],
        "A2": [row("in", "2026-10-06", 500.0, description="XFER FROM CHECKING")],
    }
    office.sync()
    office.set_up()
    client = office.account().client_id
    for source, code in (("A1", "1010"), ("A2", "1020")):
        client_records.add_gl_account(office.admin, office.workspace, client, code, source)
        account = office.account(source)
        acs_settings.set_bank_gl(office.admin, office.workspace, account.id, code)
    office.load()
    return office


def found(office: Office, source: str = "A1") -> Proposals:
    account = office.account(source)
    return pairing.proposals(office.admin, office.workspace, account.id, OCTOBER)


def confirm(office: Office) -> str:
    client = office.account().client_id
    transfers = found(office).transfers
    return pairing.confirm_transfers(office.admin, office.workspace, client, transfers)


def leg(office: Office, source: str) -> tuple[str, Status, bool]:
    rows = [*office.rows("A1"), *office.rows("A2")]
    [one] = [r for r in rows if r.source_id == source]
    return one.gl_code, one.status, bool(one.transfer_with)


def test_a_transfer_is_proposed_from_both_accounts_and_changes_nothing(two_banks: Office) -> None:
    for source in ("A1", "A2"):
        [pair] = found(two_banks, source).transfers
        assert (pair.out.description, pair.said) == ("ONLINE XFER TO SAVINGS", True)
    assert leg(two_banks, "out") == ("", Status.TO_REVIEW, False)


def test_confirming_codes_one_side_to_the_other_bank_and_excludes_the_other(
    two_banks: Office,
) -> None:
    confirm(two_banks)
    assert leg(two_banks, "out") == ("1020", Status.REVIEWED, True)
    assert leg(two_banks, "in") == ("", Status.EXCLUDED, True)
    assert found(two_banks).transfers == ()


def test_both_legs_go_back_with_one_undo_from_either_account(two_banks: Office) -> None:
    confirm(two_banks)
    account = two_banks.account("A2")
    batch = undoing.last_change(two_banks.admin, two_banks.workspace, account.id)
    assert batch is not None
    assert batch.words == "Confirmed transfer, $500.00"
    undoing.undo(two_banks.admin, two_banks.workspace, batch.id)
    assert leg(two_banks, "out") == ("", Status.TO_REVIEW, False)
    assert leg(two_banks, "in") == ("", Status.TO_REVIEW, False)
    assert len(found(two_banks).transfers) == 1


def test_a_bank_account_without_a_gl_code_is_named_and_nothing_is_saved(
    two_banks: Office,
) -> None:
    account = two_banks.account("A2")
    acs_settings.set_bank_gl(two_banks.admin, two_banks.workspace, account.id, "")
    with pytest.raises(InvalidInput, match="A2 has no GL code"):
        confirm(two_banks)
    assert leg(two_banks, "in") == ("", Status.TO_REVIEW, False)


def test_a_row_that_a_colleague_changed_meanwhile_stays(two_banks: Office) -> None:
    shown = found(two_banks).transfers
    [out] = [r for r in two_banks.rows() if r.source_id == "out"]
    two_banks.save(Edit(out.id, 0, gl_code="6100"), actor=two_banks.hire("Robin"))
    client = two_banks.account().client_id
    with pytest.raises(LegDecided, match=r"^Robin decided the row of 10/05/2026") as refused:
        pairing.confirm_transfers(two_banks.admin, two_banks.workspace, client, shown)
    theirs = refused.value.theirs
    assert (theirs.transaction_id, theirs.gl_code, theirs.decided_by) == (out.id, "6100", "Robin")
    assert leg(two_banks, "out") == ("6100", Status.REVIEWED, False)


def test_a_row_that_left_in_an_export_meanwhile_stays_locked(two_banks: Office) -> None:
    shown = found(two_banks).transfers
    request = ExportRequest(
        two_banks.account("A2").id,
        OCTOBER,
        include_unreviewed=True,
        confirmed=frozenset(FindingKind),
        override_reason="Codes follow",
    )
    exporting.export(two_banks.admin, two_banks.workspace, request)
    left = leg(two_banks, "in")
    assert left[1] is Status.EXPORTED
    client = two_banks.account().client_id
    with pytest.raises(DecisionsChanged, match=r"^An export has locked the row of 10/06/2026, "):
        pairing.confirm_transfers(two_banks.admin, two_banks.workspace, client, shown)
    assert leg(two_banks, "in") == left


def test_a_row_that_ledgersync_changed_meanwhile_is_no_leg(two_banks: Office) -> None:
    shown = found(two_banks).transfers
    two_banks.feed.rows["A2"][0]["amount"] = 501.0
    two_banks.load()
    client = two_banks.account().client_id
    with pytest.raises(DecisionsChanged, match=r"^LedgerSync changed the row of 10/06/2026"):
        pairing.confirm_transfers(two_banks.admin, two_banks.workspace, client, shown)
    assert leg(two_banks, "out") == ("", Status.TO_REVIEW, False)


def test_a_leg_that_was_exported_to_the_other_bank_leaves_the_other_to_exclude(
    two_banks: Office,
) -> None:
    two_banks.save(*[Edit(r.id, 0, gl_code="1020") for r in two_banks.rows()])
    request = ExportRequest(two_banks.account().id, OCTOBER, confirmed=frozenset(FindingKind))
    batch = exporting.export(two_banks.admin, two_banks.workspace, request)
    confirm(two_banks)
    assert leg(two_banks, "out") == ("1020", Status.EXPORTED, False)
    assert leg(two_banks, "in") == ("", Status.EXCLUDED, True)
    taking_back.take_back(two_banks.admin, two_banks.workspace, batch.id, "Wrong month")
    assert leg(two_banks, "out") == ("1020", Status.REVIEWED, False)
    assert leg(two_banks, "in") == ("", Status.EXCLUDED, True)


def test_a_leg_that_is_recoded_after_its_export_was_taken_back_ends_the_transfer(
    two_banks: Office,
) -> None:
    confirm(two_banks)
    request = ExportRequest(two_banks.account().id, OCTOBER, confirmed=frozenset(FindingKind))
    batch = exporting.export(two_banks.admin, two_banks.workspace, request)
    taking_back.take_back(two_banks.admin, two_banks.workspace, batch.id, "Wrong month")
    assert leg(two_banks, "in")[1] is Status.EXCLUDED
    [out] = [r for r in two_banks.rows() if r.source_id == "out"]
    assert two_banks.save(Edit(out.id, out.version, gl_code="6100")).saved == 1
    assert leg(two_banks, "in")[1] is Status.PROBLEM


def test_a_leg_that_was_exported_as_something_else_is_no_transfer(two_banks: Office) -> None:
    two_banks.code_all("6100")
    request = ExportRequest(two_banks.account().id, OCTOBER, confirmed=frozenset(FindingKind))
    exporting.export(two_banks.admin, two_banks.workspace, request)
    assert found(two_banks).transfers == ()


def test_an_answer_is_kept_until_somebody_asks_again(two_banks: Office) -> None:
    [pair] = found(two_banks).transfers
    kind = PairKind.TRANSFER
    pairing.keep_apart(two_banks.admin, two_banks.workspace, kind, pair.ids)
    after = found(two_banks, "A2")
    assert (after.transfers, after.answered) == ((), ((kind, pair.ids),))
    pairing.ask_again(two_banks.admin, two_banks.workspace, after.answered)
    assert len(found(two_banks).transfers) == 1


def test_another_code_ends_the_transfer_and_the_other_leg_says_so(two_banks: Office) -> None:
    confirm(two_banks)
    [out] = [r for r in two_banks.rows() if r.source_id == "out"]
    two_banks.save(Edit(out.id, out.version, gl_code="6100"))
    assert leg(two_banks, "out") == ("6100", Status.REVIEWED, False)
    [into] = two_banks.rows("A2")
    assert into.status is Status.PROBLEM
    assert into.problem.startswith("The other side of this transfer was decided otherwise")
    account = two_banks.account("A2").id
    reviewing.set_standing(
        two_banks.admin, two_banks.workspace, account, [(into.id, into.version)], TO_REVIEW
    )
    assert leg(two_banks, "in") == ("", Status.TO_REVIEW, False)


def test_a_row_under_a_new_id_is_asked_about_and_neither_doubled_nor_dropped(
    loaded: Office,
) -> None:
    loaded.feed.rows["A1"].append(row("t9", "2026-10-07", -30.0, description="SHELL OIL 5521"))
    loaded.load()
    [pair] = found(loaded).duplicates
    assert not pair.one_load
    saved = pairing.exclude_duplicate(loaded.admin, loaded.workspace, pair)
    assert saved.kept[0].standing is Standing.EXCLUDED
    standings = {r.source_id: r.status for r in loaded.rows()}
    assert (standings["t2"], standings["t9"]) == (Status.TO_REVIEW, Status.EXCLUDED)
    assert found(loaded).duplicates == ()
    undoing.undo(loaded.admin, loaded.workspace, saved.batch_id)
    assert len(found(loaded).duplicates) == 1


@pytest.fixture
def twice(loaded: Office) -> Office:
    """An office whose bank has listed one purchase as t2 and t9."""
    loaded.feed.rows["A1"].append(row("t9", "2026-10-07", -30.0, description="SHELL OIL 5521"))
    loaded.load()
    return loaded


def standings(office: Office) -> dict[str, Status]:
    return {r.source_id: r.status for r in office.rows()}


@pytest.mark.parametrize("decided", ["t2", "t9"])
@pytest.mark.parametrize("standing", [Standing.EXCLUDED, Standing.REVIEWED])
def test_whoever_sees_an_old_list_excludes_nothing_beside_a_colleagues_decision(
    twice: Office, decided: str, standing: Standing
) -> None:
    """Only where the colleague kept the first row may the second still go."""
    [shown] = found(twice).duplicates
    code = "6100" if standing is Standing.REVIEWED else None
    one = next(r for r in twice.rows() if r.source_id == decided)
    robin = twice.hire("Robin")
    twice.save(Edit(one.id, 0, gl_code=code, standing=standing), actor=robin)
    before = standings(twice)
    if (decided, standing) == ("t2", Standing.REVIEWED):
        assert pairing.exclude_duplicate(twice.admin, twice.workspace, shown).saved == 1
        assert standings(twice) == before | {"t9": Status.EXCLUDED}
        return
    with pytest.raises(LegDecided, match=r"^Robin decided the row of 10/0\d/2026") as refused:
        pairing.exclude_duplicate(twice.admin, twice.workspace, shown)
    theirs = refused.value.theirs
    assert (theirs.transaction_id, theirs.standing) == (one.id, standing)
    assert standings(twice) == before


def test_a_row_stays_where_the_one_like_it_was_answered_or_taken_away(twice: Office) -> None:
    [shown] = found(twice).duplicates
    robin = twice.hire("Robin")
    pairing.keep_apart(robin, twice.workspace, PairKind.DUPLICATE, shown.ids)
    with pytest.raises(DecisionsChanged, match=r"^Robin said meanwhile that .* are both real"):
        pairing.exclude_duplicate(twice.admin, twice.workspace, shown)
    pairing.ask_again(robin, twice.workspace, found(twice).answered)
    del twice.feed.rows["A1"][1]
    twice.load()
    with pytest.raises(DecisionsChanged, match=r"^Meanwhile the row of 10/06/2026"):
        pairing.exclude_duplicate(twice.admin, twice.workspace, shown)
    assert standings(twice)["t9"] is Status.TO_REVIEW


def test_both_are_real_is_not_kept_of_a_row_that_a_colleague_excluded(twice: Office) -> None:
    [shown] = found(twice).duplicates
    robin = twice.hire("Robin")
    saved = pairing.exclude_duplicate(robin, twice.workspace, shown)
    with pytest.raises(DecisionsChanged, match=r"^Robin excluded one of the two rows meanwhile"):
        pairing.keep_apart(twice.admin, twice.workspace, PairKind.DUPLICATE, shown.ids)
    undoing.undo(robin, twice.workspace, saved.batch_id)
    after = found(twice)
    assert (after.duplicates[0].ids, after.answered) == (shown.ids, ())


def test_no_transfer_is_not_kept_of_one_that_a_colleague_confirmed(two_banks: Office) -> None:
    [shown] = found(two_banks).transfers
    confirm(two_banks)
    with pytest.raises(DecisionsChanged, match="confirmed this transfer meanwhile"):
        pairing.keep_apart(two_banks.admin, two_banks.workspace, PairKind.TRANSFER, shown.ids)
    assert found(two_banks).answered == ()


def test_a_row_listed_twice_is_warned_of_and_can_be_answered_after_the_export(
    loaded: Office,
) -> None:
    loaded.feed.rows["A1"].append(row("t9", "2026-10-07", -30.0, description="SHELL OIL 5521"))
    loaded.load()
    loaded.code_all("6100")
    request = ExportRequest(loaded.account().id, OCTOBER)
    twice = FindingKind.UNANSWERED_DUPLICATE
    asked = exporting.check_export(loaded.admin, loaded.workspace, request)
    [warning] = [finding for finding in asked.warnings if finding.kind is twice]
    [pair] = found(loaded).duplicates
    assert set(warning.transaction_ids) == set(pair.ids)
    request = replace(request, confirmed=asked.warned_of)
    exporting.export(loaded.admin, loaded.workspace, request)
    [pair] = found(loaded).duplicates
    assert pair.left
    pairing.keep_apart(loaded.admin, loaded.workspace, PairKind.DUPLICATE, pair.ids)
    assert found(loaded).duplicates == ()
    again = exporting.check_export(loaded.admin, loaded.workspace, replace(request, again=True))
    assert twice not in again.warned_of


def test_two_real_purchases_stay_two_once_somebody_says_so(loaded: Office) -> None:
    loaded.feed.rows["A1"].append(row("t9", "2026-10-07", -30.0, description="SHELL OIL 5521"))
    loaded.load()
    [pair] = found(loaded).duplicates
    pairing.keep_apart(loaded.admin, loaded.workspace, PairKind.DUPLICATE, pair.ids)
    assert found(loaded).duplicates == ()
    assert {r.status for r in loaded.rows()} == {Status.TO_REVIEW}
