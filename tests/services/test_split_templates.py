"""Splits with the database: saved, undone, by template, by rule, and out as distributions."""

import io
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

import pytest
from python_calamine import CalamineWorkbook

from ledgersync.domain.batches import BatchKind
from ledgersync.domain.decisions import Edit, Standing
from ledgersync.domain.periods import Period
from ledgersync.domain.rules import Rule
from ledgersync.domain.split_templates import SplitTemplate
from ledgersync.domain.splits import Share, Shares, SplitLine, total_of
from ledgersync.domain.transactions import Method, Status, Transaction
from ledgersync.errors import ExportRefused, InvalidInput, ListChanged, NotFound
from ledgersync.exports.findings import FindingKind
from ledgersync.services import (
    client_records,
    coding_lists,
    exporting,
    load_undoing,
    reviewing,
    rule_files,
    rule_testing,
    rule_writing,
    split_templates,
    suggesting,
    undoing,
)
from ledgersync.services.clicks import Click
from ledgersync.services.deciding import Saved
from ledgersync.services.exporting import ExportRequest
from ledgersync.services.rule_files import Fate
from ledgersync.services.rule_testing import Outcome
from ledgersync.storage import transactions
from tests.services.conftest import OCTOBER, Office
from tests.services.scripted_ledgersync import row

LOAN: Shares = (Share("6100", memo="Principal"), Share("6200", amount=500, memo="Interest"))
SEEN = frozenset(FindingKind)
SPLIT = (SplitLine("6100", -2500, "Principal"), SplitLine("6200", -500, "Interest"))
MATCHES = (SplitLine("6100", -1000), SplitLine("6200", -2000))


@dataclass(frozen=True)
class Books:
    """The loaded office, and its row of -$30.00."""

    office: Office

    @property
    def client_id(self) -> str:
        return self.office.account().client_id

    def row(self) -> Transaction:
        return next(one for one in self.office.rows() if one.source_id == "t2")

    def split(self, lines: tuple[SplitLine, ...] = SPLIT, version: int = -1) -> Saved:
        now = self.row()
        edit = Edit(now.id, now.version if version < 0 else version, split=lines)
        office = self.office
        click = Click(BatchKind.SPLIT, "Split into 2 lines")
        account_id = office.account().id
        return reviewing.save_edits(office.admin, office.workspace, account_id, [edit], click)

    def template(
        self,
        shares: Shares = LOAN,
        *,
        client_id: str | None = None,
        vendor_id: str = "",
        name: str = "Truck loan",
    ) -> SplitTemplate:
        owner = self.client_id if client_id is None else client_id
        draft = SplitTemplate("", owner, vendor_id, name, shares)
        return split_templates.save_template(self.office.admin, self.office.workspace, draft)

    def rule(self, template: SplitTemplate) -> Rule:
        rule = Rule("", 0, ("SHELL",), client_id=self.client_id, template_id=template.id)
        return rule_writing.save_rule(self.office.admin, self.office.workspace, rule).rule

    def suggest(self) -> None:
        office = self.office
        suggesting.suggest(office.admin, office.workspace, [office.account().id])

    def rows_of_file(self) -> list[dict[str, object]]:
        office = self.office
        request = ExportRequest(office.account().id, OCTOBER, confirmed=SEEN)
        batch = exporting.export(office.admin, office.workspace, request)
        data = exporting.download(office.admin, office.workspace, batch.id).data
        workbook = CalamineWorkbook.from_filelike(io.BytesIO(data))
        header, *rows = workbook.get_sheet_by_name("Transactions").to_python()
        return [dict(zip(map(str, header), cells, strict=True)) for cells in rows]


@pytest.fixture
def books(loaded: Office) -> Books:
    return Books(loaded)


def test_a_split_by_rule_fits_the_amount_that_an_undone_load_gives_back(books: Books) -> None:
    office = books.office
    books.rule(books.template())
    books.suggest()
    before = books.row().split
    [given] = [one for one in office.feed.rows["A1"] if one["id"] == books.row().source_id]
    given["amount"] -= 10
    run = office.load()
    books.suggest()
    assert total_of(books.row().split) == books.row().amount != total_of(before)
    load_undoing.undo_load(office.admin, office.workspace, run.run_id, office.account().id)
    assert books.row().split == before
    accepted = office.save(Edit(books.row().id, 0, standing=Standing.REVIEWED))
    assert accepted.saved == 1


def test_a_split_is_a_judgement_that_one_click_takes_back(books: Books) -> None:
    office = books.office
    office.save(Edit(books.row().id, 0, gl_code="6200"))
    saved = books.split()
    now = books.row()
    assert (now.split, now.gl_code, now.status, now.method) == (
        SPLIT,
        "",
        Status.REVIEWED,
        Method.MANUAL,
    )
    assert books.split(version=0).saved == 0  # what is stored already, sent again
    entry = next(one for one in office.audit() if one.action == "edit")
    assert "Interest" in entry.detail
    batch = undoing.last_change(office.admin, office.workspace, office.account().id)
    assert batch is not None
    assert (batch.kind, batch.words) == (BatchKind.SPLIT, "Split into 2 lines")
    undoing.undo(office.admin, office.workspace, saved.batch_id)
    assert (books.row().split, books.row().gl_code) == ((), "6200")


def test_a_gl_code_replaces_a_split_and_nothing_clears_it(books: Books) -> None:
    books.split()
    now = books.row()
    books.office.save(Edit(now.id, now.version, gl_code="6200"))
    assert (books.row().split, books.row().gl_code) == ((), "6200")
    books.split()
    books.split(lines=())
    now = books.row()
    assert (now.split, now.gl_code, now.status, now.suggested) == (
        (),
        "",
        Status.TO_REVIEW,
        False,
    )


def test_a_split_that_comes_too_late_is_not_saved(books: Books) -> None:
    books.split()
    [stale] = books.split(MATCHES, version=0).stale
    assert stale.theirs.split == SPLIT
    assert books.row().split == SPLIT


@pytest.mark.parametrize(
    ("lines", "words"),
    [
        ((SPLIT[0], SplitLine("9999", -500)), "'9999' is not in this client's chart"),
        ((SPLIT[0], SplitLine("6200", -499)), "comes to"),
    ],
)
def test_a_split_that_does_not_fit_is_refused(
    books: Books, lines: tuple[SplitLine, ...], words: str
) -> None:
    with pytest.raises(InvalidInput, match=words):
        books.split(lines)
    assert books.row().split == ()


def test_the_bank_changes_the_amount_of_a_split_row(books: Books) -> None:
    office = books.office
    books.split()
    office.feed.rows["A1"][1] = row("t2", "2026-10-06", -31.0, description="SHELL OIL 5521")
    office.load()
    now = books.row()
    assert (now.split, now.status) == (SPLIT, Status.PROBLEM)
    assert "the amount was -$30.00" in now.problem
    account_id = office.account().id
    with pytest.raises(InvalidInput, match="does not add up"):
        reviewing.set_standing(
            office.admin, office.workspace, account_id, [(now.id, now.version)], Standing.REVIEWED
        )
    office.save(*[Edit(r.id, r.version, gl_code="6100") for r in office.rows() if not r.split])
    assert 31 not in {line["Total Amount"] for line in books.rows_of_file()}
    assert books.row().export_number is None


def test_a_split_for_a_former_amount_blocks_the_file(books: Books) -> None:
    office = books.office
    books.split()
    office.feed.rows["A1"][1] = row("t2", "2026-10-06", -31.0, description="SHELL OIL 5521")
    office.load()
    now = books.row()
    assert (now.split, now.amount) == (SPLIT, -3100)
    with office.workspace.database.writing() as tx:
        transactions.clear_source_notes(tx, [now.id])
    request = ExportRequest(office.account().id, OCTOBER, confirmed=SEEN)
    found = exporting.check_export(office.admin, office.workspace, request)
    assert "split_does_not_add_up" in {finding.kind.value for finding in found.blocking}
    with pytest.raises(ExportRefused, match="does not add up"):
        exporting.export(
            office.admin, office.workspace, replace(request, override_reason="Looks right.")
        )


def test_templates_are_listed_changed_deleted_and_brought_back(books: Books) -> None:
    actor, workspace = books.office.admin, books.office.workspace
    made = books.template()
    changed = split_templates.save_template(actor, workspace, replace(made, name="Van loan"))
    assert changed.version == 2
    assert split_templates.save_template(actor, workspace, changed) == changed
    with pytest.raises(ListChanged):
        split_templates.save_template(actor, workspace, replace(made, name="Car loan"))
    with pytest.raises(ListChanged):
        split_templates.delete_template(actor, workspace, made)
    gone = split_templates.delete_template(actor, workspace, changed)
    assert split_templates.list_templates(actor, workspace, books.client_id).own == ()
    with pytest.raises(NotFound):
        split_templates.delete_template(actor, workspace, gone)
    back = split_templates.restore_template(actor, workspace, gone)
    assert split_templates.list_templates(actor, workspace, books.client_id).own == (back,)


def test_a_template_of_the_firm_reaches_clients_that_have_its_codes(books: Books) -> None:
    actor, workspace = books.office.admin, books.office.workspace
    usable = books.template(client_id="")
    client_records.add_gl_account(actor, workspace, "", "7000", "Only the firm's")
    found = split_templates.list_templates(actor, workspace, books.client_id)
    assert (found.firm, found.usable) == ((usable,), (usable,))
    with pytest.raises(InvalidInput, match="already"):
        books.template(client_id="", name="TRUCK LOAN")
    with pytest.raises(InvalidInput, match="'8000' is not in any chart"):
        books.template((Share("6100"), Share("8000", percent=10)), client_id="", name="Other")


def test_what_a_split_or_a_template_uses_is_not_deleted(books: Books) -> None:
    actor, workspace = books.office.admin, books.office.workspace
    lists = coding_lists.coding_list(actor, workspace, books.client_id)
    [fuel] = [gl for gl in lists.chart if gl.code == "6200"]
    [vendor] = lists.vendors
    made = books.template(vendor_id=vendor.id)
    with pytest.raises(InvalidInput, match=r"1 split template \(Truck loan\)"):
        coding_lists.delete_gl_account(actor, workspace, fuel)
    with pytest.raises(InvalidInput, match=r"1 split template \(Truck loan\)"):
        coding_lists.delete_vendor(actor, workspace, vendor)
    split_templates.delete_template(actor, workspace, made)
    books.split()
    with pytest.raises(InvalidInput, match="1 coded transaction"):
        coding_lists.delete_gl_account(actor, workspace, fuel)


def test_a_rule_splits_by_its_template_up_to_the_workbook(books: Books) -> None:
    office = books.office
    template = books.template()
    draft = Rule("", 0, ("SHELL",), client_id=books.client_id, template_id=template.id)
    trial = rule_testing.test_rule(office.admin, office.workspace, draft)
    assert [(one.rule_says, one.outcome) for one in trial.rows] == [
        ("Split: 6100 $25.00, 6200 $5.00", Outcome.CHANGES)
    ]
    rule = books.rule(template)
    books.suggest()
    now = books.row()
    assert (now.suggested, now.split, now.method) == (True, SPLIT, Method.RULE)
    assert now.why == f"Rule {rule.number}: contains SHELL, split by template 'Truck loan'"
    office.save(Edit(now.id, now.version, now.vendor_id, "", Standing.REVIEWED, now.split))
    now = books.row()
    assert (now.suggested, now.split, now.method) == (False, SPLIT, Method.RULE)
    again = rule_testing.test_rule(office.admin, office.workspace, rule)
    assert [one.outcome for one in again.rows] == [Outcome.SAME]
    office.save(*[Edit(r.id, r.version, gl_code="6100") for r in office.rows() if not r.split])
    written = books.rows_of_file()
    lines = [line for line in written if line["Total Amount"] == 30]
    assert [
        (
            line["General Ledger Account"],
            line["Distribution Amount"],
            line["Distribution Description"],
        )
        for line in lines
    ] == [("6100", 25, "Principal"), ("6200", 5, "Interest")]
    placed = sum(Decimal(str(line["Distribution Amount"])) for line in written)
    assert placed * 100 == sum(abs(one.amount) for one in office.rows())
    assert {one.export_number for one in office.rows()} == {1}


def test_a_suggested_split_that_leaves_unreviewed_stays_what_it_was(books: Books) -> None:
    office = books.office
    books.rule(books.template())
    books.suggest()
    office.save(*[Edit(r.id, r.version, gl_code="6100") for r in office.rows() if not r.split])
    request = ExportRequest(office.account().id, OCTOBER, include_unreviewed=True, confirmed=SEEN)
    batch = exporting.export(office.admin, office.workspace, request)
    assert batch.rows == 2
    now = books.row()
    assert (now.split, now.suggested, now.status) == (SPLIT, False, Status.EXPORTED)


def test_a_changed_template_makes_its_rules_speak_anew(books: Books) -> None:
    actor, workspace = books.office.admin, books.office.workspace
    template = books.template()
    rule = books.rule(template)
    books.suggest()
    with pytest.raises(InvalidInput, match=f"rule {rule.number} splits by it"):
        split_templates.delete_template(actor, workspace, template)
    shares = (Share("6100"), Share("6200", amount=2000))
    changed = split_templates.save_template(actor, workspace, replace(template, shares=shares))
    assert [line.amount for line in books.row().split] == [-1000, -2000]
    too_much = (Share("6100"), Share("6200", amount=4000))
    split_templates.save_template(actor, workspace, replace(changed, shares=too_much))
    now = books.row()
    assert (now.split, now.gl_code) == ((), "")
    assert "'Truck loan' does not fit: The other lines come to $40.00" in now.why


def test_a_split_teaches_no_gl_code(books: Books) -> None:
    office = books.office
    books.split()
    november = Period(date(2026, 11, 1), date(2026, 11, 30))
    office.feed.rows["A1"].append(row("t9", "2026-11-06", -30.0, description="SHELL OIL 5521"))
    office.load(november)
    books.suggest()
    [now] = office.rows(period=november)
    assert (now.gl_code, now.split, now.suggested) == ("", (), False)


def test_rules_travel_with_their_template_by_name(books: Books) -> None:
    actor, workspace = books.office.admin, books.office.workspace
    books.rule(books.template())
    data = rule_files.export_rules(actor, workspace)
    assert data.decode("utf-8-sig").splitlines()[1].endswith(",Truck loan")
    preview = rule_files.preview_rules(actor, workspace, "rules.csv", data)
    assert [line.fate for line in preview.lines] == [Fate.UNCHANGED]
    other = data.replace(b"Truck loan", b"Boat loan").replace(b"SHELL", b"EXXON")
    [line] = rule_files.preview_rules(actor, workspace, "rules.csv", other).lines
    assert line.fate is Fate.REJECTED
    assert "no split template 'Boat loan' for this client" in line.words
