"""Statement files: new rows come in once, what the feed has too is asked about, all goes back."""

import hashlib
from dataclasses import replace
from datetime import date

import pytest

from ledgersync import clock
from ledgersync.domain.closings import Closing
from ledgersync.domain.decisions import Edit, Standing
from ledgersync.domain.pairs import PairKind, of_files
from ledgersync.domain.periods import Period
from ledgersync.domain.statement_files import LineFate, Question, Reading
from ledgersync.domain.ties import Tie
from ledgersync.domain.transactions import Status
from ledgersync.errors import InvalidInput
from ledgersync.services import (
    changes,
    closing,
    hand_accounts,
    load_undoing,
    loading,
    pairing,
    statement_files,
    statements,
    syncing,
    ties,
    undoing,
)
from ledgersync.services.hand_accounts import HandAccount
from ledgersync.services.pair_checks import LegDecided
from ledgersync.services.statement_files import FilePreview, Imported
from ledgersync.services.statements import TypedStatement
from ledgersync.storage import closings, loads, rule_lines
from ledgersync.storage.columns import new_id
from tests.services.conftest import OCTOBER, Office
from tests.services.scripted_ledgersync import row
from tests.services.statement_samples import HARBOR, RENT, WAGES, account, ofx, whole

FUEL = ("F5", "20261006", "-30.00", "SHELL OIL 5521")
CSV = b"Date,Description,Amount\n10/20/2026,PARKING,-4.00\n10/21/2026,TOLL,-2.50\n"


@pytest.fixture
def listed(office: Office) -> Office:
    """An office that knows its clients and accounts, and has loaded nothing."""
    office.sync()
    return office


def preview(
    office: Office, data: bytes, reading: Reading | None = None, name: str = "october.qfx"
) -> FilePreview:
    account_id = office.account().id
    return statement_files.preview_file(
        office.admin, office.workspace, account_id, name, data, reading
    )


def take_in(office: Office, data: bytes, reading: Reading | None = None) -> Imported:
    shown = preview(office, data, reading)
    return statement_files.confirm_file(office.admin, office.workspace, shown)


def undo(office: Office, run_id: str) -> load_undoing.LoadUndone:
    return load_undoing.undo_load(office.admin, office.workspace, run_id, office.account().id)


def amounts(office: Office) -> list[int]:
    return sorted(r.amount for r in office.rows())


def test_a_file_is_previewed_first_and_comes_in_whole(listed: Office) -> None:
    data = ofx(HARBOR, RENT, WAGES, ("F4", "soon", "-1.00", "NO DAY"), balance="1,587.50")
    shown = preview(listed, data)
    assert shown.words() == "3 new, 0 already there, 1 rejected"
    assert (shown.money_in, shown.money_out, shown.days) == (250000, 91250, OCTOBER)
    assert amounts(listed) == []
    done = statement_files.confirm_file(listed.admin, listed.workspace, shown)
    assert done.applied
    assert amounts(listed) == [-90000, -1250, 250000]
    assert {r.source_id for r in listed.rows()} == {"F1", "F2", "F3"}
    [aside] = loading.set_aside(listed.admin, listed.workspace, done.run_id)
    assert aside.reason.startswith("Line 8: The date 'soon")
    [entry] = [e for e in listed.audit() if e.subject == "statement file"]
    assert hashlib.sha256(data).hexdigest() in entry.detail


@pytest.mark.parametrize(
    ("first", "second"),
    [
        (ofx(HARBOR, RENT), ofx(RENT, WAGES)),
        (
            ofx(*(("", *one[1:]) for one in (HARBOR, HARBOR, RENT))),
            ofx(*(("", *one[1:]) for one in (RENT, WAGES))),
        ),
    ],
    ids=["by the bank's ids", "by content"],
)
def test_the_same_file_adds_nothing_and_an_overlapping_one_what_is_new(
    listed: Office, first: bytes, second: bytes
) -> None:
    take_in(listed, first)
    before = amounts(listed)
    again = preview(listed, first)
    assert (again.count(LineFate.NEW), again.changes) == (0, False)
    assert "imported this very file on" in again.notes[0]
    with pytest.raises(InvalidInput, match="there already"):
        statement_files.confirm_file(listed.admin, listed.workspace, again)
    assert preview(listed, second).words() == "1 new, 1 already there, 0 rejected"
    take_in(listed, second)
    assert amounts(listed) == sorted([*before, 250000])


def test_an_id_that_a_bank_gave_to_several_rows_swallows_none(listed: Office) -> None:
    take_in(listed, ofx(("0", *HARBOR[1:]), ("0", *RENT[1:]), ("0", *RENT[1:])))
    assert amounts(listed) == [-90000, -90000, -1250]
    take_in(listed, ofx(("F1", "20261020", "-7.00", "A")))
    take_in(listed, ofx(("F1", "20261021", "-8.00", "B")))
    assert amounts(listed) == [-90000, -90000, -1250, -800, -700]
    endless = ofx(("9" * 5000, *WAGES[1:]))
    take_in(listed, endless)
    assert preview(listed, endless, name="n" * 500).count(LineFate.KNOWN) == 1


def test_what_the_feed_has_too_is_asked_about_and_neither_doubled_nor_dropped(
    loaded: Office,
) -> None:
    """The feed's row of the 5th stands in the file under the 6th, in other words."""
    moved = ("F1", "20261006", *HARBOR[2:])
    shown = preview(loaded, ofx(moved, RENT))
    assert (shown.asked, shown.count(LineFate.NEW)) == (1, 2)
    assert [line.twin.description for line in shown.new if line.twin] == ["HARBOR COFFEE 0042"]
    statement_files.confirm_file(loaded.admin, loaded.workspace, shown)
    account_id = loaded.account().id
    found = pairing.proposals(loaded.admin, loaded.workspace, account_id, OCTOBER)
    [pair] = found.duplicates
    assert (pair.two_sources, pair.second.from_file) == (True, True)
    assert amounts(loaded) == [-90000, -3000, -1250, -1250]

    pairing.keep_apart(loaded.admin, loaded.workspace, PairKind.DUPLICATE, pair.ids)
    found = pairing.proposals(loaded.admin, loaded.workspace, account_id, OCTOBER)
    assert found.duplicates == ()
    assert {r.status for r in loaded.rows()} == {Status.TO_REVIEW}

    pairing.ask_again(loaded.admin, loaded.workspace, found.answered)
    saved = pairing.exclude_duplicate(loaded.admin, loaded.workspace, pair)
    assert saved.kept[0].standing is Standing.EXCLUDED
    standings = {r.source_id: r.status for r in loaded.rows()}
    assert (standings["t1"], standings["F1"]) == (Status.TO_REVIEW, Status.EXCLUDED)


def test_rows_that_both_have_are_excluded_with_one_click_where_each_fits_one_other(
    loaded: Office,
) -> None:
    take_in(loaded, ofx(("F1", "20261006", "-12.50", "HARBOR COFFEE"), FUEL))
    account_id = loaded.account().id
    found = pairing.proposals(loaded.admin, loaded.workspace, account_id, OCTOBER).duplicates
    assert len(of_files(found)) == 2
    saved = pairing.exclude_of_files(loaded.admin, loaded.workspace, of_files(found))
    excluded = {r.source_id for r in loaded.rows() if r.status is Status.EXCLUDED}
    assert excluded == {"F1", "F5"}
    undoing.undo(loaded.admin, loaded.workspace, saved.batch_id)
    found = pairing.proposals(loaded.admin, loaded.workspace, account_id, OCTOBER).duplicates
    coffee = next(r for r in loaded.rows() if r.source_id == "t1")
    out = loaded.save(Edit(coffee.id, coffee.version, standing=Standing.EXCLUDED))
    with pytest.raises(LegDecided, match="the row of 10/05/2026, 'HARBOR COFFEE 0042'"):
        pairing.exclude_of_files(loaded.admin, loaded.workspace, of_files(found))
    assert {r.source_id for r in loaded.rows() if r.status is Status.EXCLUDED} == {"t1"}
    undoing.undo(loaded.admin, loaded.workspace, out.batch_id)
    take_in(loaded, ofx(("F6", "20261007", "-30.00", "SHELL OIL 5521")))
    found = pairing.proposals(loaded.admin, loaded.workspace, account_id, OCTOBER).duplicates
    assert [pair.second.amount for pair in of_files(found)] == [-1250]


def test_a_load_is_not_undone_from_under_a_row_that_was_excluded_as_its_double(
    loaded: Office,
) -> None:
    account_id = loaded.account().id
    at = loaded.account().last_loaded_at
    take_in(loaded, ofx(("F1", "20261006", "-12.50", "HARBOR COFFEE")))
    assert loaded.account().last_loaded_at == at  # nothing came from LedgerSync
    with loaded.workspace.database.reading() as tx:
        assert loads.latest_loads(tx)[account_id].at == at
    [pair] = pairing.proposals(loaded.admin, loaded.workspace, account_id, OCTOBER).duplicates
    pairing.exclude_duplicate(loaded.admin, loaded.workspace, pair)
    [load] = [
        one
        for one in changes.list_changes(loaded.admin, loaded.workspace, account_id)
        if one.what.startswith("Loaded")
    ]
    undo(loaded, load.id)
    assert [(r.amount, r.status) for r in loaded.rows()] == [
        (-1250, Status.TO_REVIEW),
        (-1250, Status.EXCLUDED),
    ]


def test_the_same_amount_of_other_days_stands_for_no_excluded_double(listed: Office) -> None:
    listed.feed.rows["A1"] = [
        row("t1", "2026-10-05"),
        row("t2", "2026-10-27"),
    ]
    report = listed.load()
    take_in(listed, ofx(("F1", "20261006", "-12.50", "HARBOR COFFEE")))
    [pair] = pairing.proposals(
        listed.admin, listed.workspace, listed.account().id, OCTOBER
    ).duplicates
    pairing.exclude_duplicate(listed.admin, listed.workspace, pair)
    undone = undo(listed, report.run_id)
    assert (undone.taken_away, len(undone.outlook.stay)) == (1, 1)
    assert [r.date.day for r in listed.rows()] == [5, 6]


def test_an_account_was_not_loaded_last_by_a_file_when_a_load_is_undone(loaded: Office) -> None:
    first = loaded.account().last_loaded_at
    report = loaded.load()
    take_in(loaded, ofx(RENT))
    undo(loaded, report.run_id)
    assert loaded.account().last_loaded_at == first


def test_one_day_and_amount_of_two_sources_are_asked_about_whatever_the_words(
    loaded: Office,
) -> None:
    card = ("F1", "20261005", "-12.50", "CARD 9921 PURCHASE")
    shown = preview(loaded, ofx(card, FUEL).replace(b"\n", b" "))
    assert shown.asked == 2
    shown = preview(loaded, ofx(("F1", "20261006", "-12.50", "CARD 9921 PURCHASE")))
    assert shown.asked == 0


def test_a_load_from_the_feed_takes_no_row_of_a_file_for_one_that_vanished(
    loaded: Office,
) -> None:
    take_in(loaded, ofx(RENT, WAGES))
    report = loaded.load()
    assert (report.total("removed"), report.total("unchanged")) == (0, 2)
    assert amounts(loaded) == [-90000, -3000, -1250, 250000]
    assert {r.status for r in loaded.rows()} == {Status.TO_REVIEW}


def test_the_next_load_does_not_read_the_days_of_a_file_again(listed: Office) -> None:
    listed.feed.rows["A1"] = [row("t1", "2026-10-28")]
    take_in(listed, ofx(RENT))
    november = Period(date(2026, 11, 1), date(2026, 11, 2))
    assert listed.load(november).total("new") == 0


def test_the_balance_of_a_file_ties_its_days(listed: Office) -> None:
    september = Period(date(2026, 9, 1), date(2026, 9, 30))
    before = TypedStatement(september.start, september.end, "100.00")
    statements.add_statement(listed.admin, listed.workspace, listed.account().id, before)
    done = take_in(listed, ofx(HARBOR, RENT, WAGES, balance="1687.50"))
    found = ties.account_tie(listed.admin, listed.workspace, listed.account().id, OCTOBER)
    assert (found.tie.tie, found.not_loaded) == (Tie.TIES, ())
    undo(listed, done.run_id)
    found = ties.account_tie(listed.admin, listed.workspace, listed.account().id, OCTOBER)
    assert found.tie.tie is Tie.NO_STATEMENT


def test_a_balance_that_a_person_typed_in_stays_and_what_a_card_owes_is_not_guessed(
    listed: Office,
) -> None:
    typed = TypedStatement(OCTOBER.start, OCTOBER.end, "5.00")
    statements.add_statement(listed.admin, listed.workspace, listed.account().id, typed)
    shown = preview(listed, ofx(RENT, balance="9.00"))
    assert shown.statement is None
    assert shown.notes[-1].endswith(f"is not kept: {listed.admin.name} typed in another one.")

    listed.feed.account_values["A1"] = {"type": "credit card"}
    listed.sync()
    shown = preview(listed, ofx(RENT, balance="9.00", as_of="20261030"))
    assert shown.statement is None
    assert "does not say whether it is owed" in shown.notes[-1]
    owed = preview(listed, ofx(RENT, balance="-9.00", as_of="20261030")).statement
    assert owed is not None
    assert owed.closing == -900


def test_an_import_is_undone_like_a_load_and_can_come_again(loaded: Office) -> None:
    done = take_in(loaded, ofx(RENT, WAGES))
    [rent] = [r for r in loaded.rows() if r.source_id == "F2"]
    loaded.save(Edit(rent.id, 0, gl_code="6100"))
    listed_changes = changes.list_changes(loaded.admin, loaded.workspace, loaded.account().id)
    [one] = [c for c in listed_changes if c.id == done.run_id]
    assert (one.what, one.file_name) == ("Imported october.qfx: 2 new", "october.qfx")
    loaded.load()  # a newer load of these days from the feed is not in the way
    undone = undo(loaded, done.run_id)
    assert (undone.taken_away, len(undone.outlook.stay)) == (1, 1)
    assert amounts(loaded) == [-90000, -3000, -1250]
    assert take_in(loaded, ofx(RENT, WAGES)).preview.words() == "1 new, 1 already there, 0 rejected"


def test_an_import_whose_balance_lies_in_a_closed_period_stays(listed: Office) -> None:
    fee = ("F9", "20260915", "-5.00", "FEE")
    file = ofx(fee, start="20260901", end="20260930", balance="250.00", as_of="20261015")
    done = take_in(listed, file)
    with listed.workspace.database.writing() as tx:
        closing = Closing(new_id(), listed.account().id, OCTOBER, 0, 0, clock.now(), "Maria")
        closings.add_closing(tx, closing)
    with pytest.raises(InvalidInput, match="can't be undone"):
        undo(listed, done.run_id)
    assert preview(listed, file).words() == "0 new, 1 already there, 0 rejected"


def test_what_rules_are_tried_on_is_read_anew_after_an_import_and_its_undo(loaded: Office) -> None:
    def stamp() -> str:
        with loaded.workspace.database.reading() as tx:
            return rule_lines.loads_stamp(tx)

    before = stamp()
    done = take_in(loaded, ofx(RENT))
    between = stamp()
    undo(loaded, done.run_id)
    assert len({before, between, stamp()}) == 3


def test_what_changed_since_the_preview_is_shown_before_anything_comes_in(listed: Office) -> None:
    shown = preview(listed, ofx(RENT, WAGES))
    take_in(listed, ofx(RENT))
    done = statement_files.confirm_file(listed.admin, listed.workspace, shown)
    assert (done.applied, done.preview.words()) == (False, "1 new, 1 already there, 0 rejected")
    assert amounts(listed) == [-90000]


def test_of_several_accounts_the_one_is_meant_that_ends_alike_or_is_named(listed: Office) -> None:
    listed.feed.account_values["A1"] = {"mask": "4821"}
    listed.sync()
    alike = preview(listed, whole(account([], "111222333"), account([WAGES], "55504821")))
    assert (alike.count(LineFate.NEW), alike.notes) == (1, ())
    both = whole(account([RENT], "111222333"), account([WAGES], "55504821"))
    shown = preview(listed, both, Reading(account="111222333"))
    assert shown.blocked.startswith("The file also holds the account ending in 4821")
    [note] = preview(listed, ofx(RENT, number="111222333")).notes
    assert note.startswith("The file is of an account ending in 2333")
    other = whole(account([RENT], "111222333"), account([WAGES], "444555666"))
    open_one = preview(listed, other)
    assert open_one.chosen is None
    assert [a.label() for a in open_one.file.accounts] == [
        "CHECKING ...2333, 1 row",
        "CHECKING ...5666, 1 row",
    ]
    with pytest.raises(InvalidInput, match="not said yet"):
        statement_files.confirm_file(listed.admin, listed.workspace, open_one)
    take_in(listed, other, Reading(account="444555666"))
    assert amounts(listed) == [250000]


def test_another_currency_and_a_closed_period_stand_in_the_way(listed: Office) -> None:
    assert preview(listed, ofx(RENT, currency="CAD")).blocked.startswith("The file is in CAD")
    take_in(listed, ofx(balance="0.00"))
    account_id = listed.account().id
    september = TypedStatement(date(2026, 9, 1), date(2026, 9, 30), "0.00")
    statements.add_statement(listed.admin, listed.workspace, account_id, september)
    closing.close_period(listed.admin, listed.workspace, account_id, OCTOBER)
    shown = preview(listed, ofx(RENT))
    assert "closed" in shown.blocked
    with pytest.raises(InvalidInput, match="closed"):
        statement_files.confirm_file(listed.admin, listed.workspace, shown)


def test_what_a_csv_file_leaves_open_is_asked(listed: Office) -> None:
    text = CSV.replace(b"10/20", b"10/02").replace(b"10/21", b"10/03")
    shown = preview(listed, text)
    assert [question for question, _ in shown.file.questions] == [Question.DAY_FIRST]
    assert (shown.chosen, shown.lines) == (None, ())
    done = take_in(listed, text, Reading(day_first=False))
    assert [line.given.date.day for line in done.preview.new if line.given] == [2, 3]
    assert preview(listed, text, Reading(day_first=False)).count(LineFate.KNOWN) == 2


def test_a_bank_that_is_not_on_the_feed_gets_an_account_by_hand(listed: Office) -> None:
    """LedgerSync's lists leave it alone, a sync passes it by, and its files come in."""
    client = listed.account().client_id
    described = HandAccount("Union Trust", "checking", mask="7788")
    added = hand_accounts.add_account(listed.admin, listed.workspace, client, described)
    syncing.sync_clients(listed.admin, listed.workspace)
    assert [(a.label, a.by_hand, a.removed) for a in listed.accounts() if a.by_hand] == [
        ("Union Trust ...7788", True, False)
    ]
    with pytest.raises(InvalidInput, match="not at LedgerSync"):
        loading.load_transactions(listed.admin, listed.workspace, [added.id], OCTOBER)
    shown = statement_files.preview_file(
        listed.admin, listed.workspace, added.id, "o.qfx", ofx(RENT, number="5550017788")
    )
    assert (shown.new[0].key, shown.notes) == ("file:id:F2", ())
    for wrong, words in (
        (described, "has a bank account Union Trust ...7788 already"),
        (replace(described, name=" "), "needs a name"),
        (replace(described, mask="77881"), "up to four digits"),
        (replace(described, currency="$"), "three letters"),
        (replace(described, type="piggy bank"), "no type"),
    ):
        with pytest.raises(InvalidInput, match=words):
            hand_accounts.add_account(listed.admin, listed.workspace, client, wrong)
