"""Offering a rule after a correction: which rule, and when it is better to keep quiet."""

from dataclasses import replace

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from ledgersync import clock
from ledgersync.domain.charts import GlAccount, Vendor
from ledgersync.domain.decisions import Edit
from ledgersync.domain.rules import MatchType, Rule, parse_patterns, patterns_text
from ledgersync.matching.rule_engine import RuleBook
from ledgersync.services import reviewing, rule_offers, rule_writing
from ledgersync.services.rule_offers import RuleOffer, telling_pattern
from ledgersync.services.workspace import Workspace
from ledgersync.storage import charts
from tests.services.rule_office import TODAY, Firm


@pytest.fixture
def firm(workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> Firm:
    monkeypatch.setattr(clock, "today", lambda: TODAY)
    return Firm(workspace)


def code(firm: Firm, *rows: str, gl_code: str = "6550", vendor_id: str | None = None) -> None:
    edits = [Edit(row, 0, vendor_id=vendor_id, gl_code=gl_code) for row in rows]
    reviewing.save_edits(firm.admin, firm.workspace, firm.checking, edits)


def offered(firm: Firm, *rows: str) -> RuleOffer | None:
    return rule_offers.offer_rule(firm.admin, firm.workspace, firm.checking, rows)


def corrected(firm: Firm, *descriptions: str) -> RuleOffer | None:
    """What is offered once the first of some new rows is coded by hand."""
    first, *_ = firm.add_lines(*descriptions)
    code(firm, first)
    return offered(firm, first)


def rule_of(offer: RuleOffer | None) -> Rule:
    assert offer is not None
    return offer.rule


def test_the_offer_says_what_the_person_did(firm: Firm) -> None:
    rule = rule_of(corrected(firm, "FACEBK *8QH2N fb.me/ads", "FACEBK *77XX1 fb.me/ads"))
    assert (rule.patterns, rule.match_type) == (("FACEBK",), MatchType.STARTS_WITH)
    assert (rule.client_id, rule.gl_code, rule.vendor_id) == (firm.pine, "6550", "")


def test_words_behind_what_the_bank_puts_first_are_contained(firm: Firm) -> None:
    rule = rule_of(corrected(firm, "POS DEBIT 1002 QUARTZ KITE 17", "POS DEBIT 1009 QUARTZ KITE"))
    assert (rule.patterns, rule.match_type) == (("QUARTZ",), MatchType.CONTAINS)


def test_what_occurs_once_needs_no_rule(firm: Firm) -> None:
    assert corrected(firm, "QUARTZ KITE 17", "SOMETHING ELSE") is None


def test_a_suggestion_that_was_overridden_is_worth_one_even_then(firm: Firm) -> None:
    [row] = firm.add_lines("QUARTZ KITE 17")
    firm.suggest(row, "6250")
    code(firm, row)
    assert rule_of(offered(firm, row)).gl_code == "6550"


def test_who_agrees_with_the_suggestion_corrects_nothing(firm: Firm) -> None:
    first, _ = firm.add_lines("QUARTZ KITE 17", "QUARTZ KITE 18")
    firm.suggest(first, "6550")
    code(firm, first)
    assert offered(firm, first) is None


def test_a_row_that_was_only_put_aside_is_no_correction(firm: Firm) -> None:
    first, _ = firm.add_lines("QUARTZ KITE 17", "QUARTZ KITE 18")
    assert offered(firm, first) is None


@pytest.mark.parametrize("description", ["CHECK {}", "DEPOSIT {}", "Check #{}", "{}"])
def test_what_names_no_payee_gets_no_rule(firm: Firm, description: str) -> None:
    assert corrected(firm, *(description.format(f"10{n}") for n in range(4))) is None


def test_a_payee_that_people_code_in_many_ways_gets_no_rule(firm: Firm) -> None:
    many = [f"62{n:02}" for n in range(6)]
    with firm.workspace.database.writing() as tx:
        charts.add_gl_accounts(tx, [GlAccount("", firm.pine, one, one, "") for one in many])
    first, *others = firm.add_lines(*[f"ZELLE TO JO BLOGGS {n}" for n in range(13)])
    for n, row in enumerate(others):
        code(firm, row, gl_code=many[n % 6])
    code(firm, first)
    assert offered(firm, first) is None


def test_several_rows_of_one_payee_and_code_are_one_correction(firm: Firm) -> None:
    rows = firm.add_lines("QUARTZ KITE 17", "QUARTZ KITE 18")
    code(firm, *rows)
    assert rule_of(offered(firm, *rows)).patterns == ("QUARTZ",)


def test_rows_of_two_payees_or_two_codes_are_none(firm: Firm) -> None:
    rows = firm.add_lines("QUARTZ KITE 17", "QUARTZ KITE 18", "OTHER SHOP 1")
    code(firm, *rows)
    assert offered(firm, *rows) is None
    code_again = Edit(rows[1], 1, gl_code="6250")
    reviewing.save_edits(firm.admin, firm.workspace, firm.checking, [code_again])
    assert offered(firm, *rows[:2]) is None


def test_a_rule_that_says_so_already_is_not_offered_again(firm: Firm) -> None:
    firm.write(Rule("", 0, ("QUARTZ",), client_id=firm.pine, gl_code="6550"))
    assert corrected(firm, "QUARTZ KITE 17", "QUARTZ KITE 18") is None


def test_a_rule_of_the_client_that_goes_first_makes_the_offer_useless(firm: Firm) -> None:
    firm.write(Rule("", 0, ("QUARTZ KITE",), client_id=firm.pine, priority=9, gl_code="6250"))
    assert corrected(firm, "QUARTZ KITE 17", "QUARTZ KITE 18") is None


def test_a_client_may_go_its_own_way_against_the_firm(firm: Firm) -> None:
    firm.write(Rule("", 0, ("QUARTZ KITE",), priority=9, gl_code="6250"))
    assert rule_of(corrected(firm, "QUARTZ KITE 17", "QUARTZ KITE 18")).client_id == firm.pine


@pytest.mark.parametrize("scope", ["client", "firm"])
def test_a_deleted_rule_does_not_come_back(firm: Firm, scope: str) -> None:
    client_id = firm.pine if scope == "client" else ""
    stored = firm.write(Rule("", 0, ("quartz*kite",), client_id=client_id, gl_code="6550"))
    rule_writing.delete_rule(firm.admin, firm.workspace, stored.rule.id, stored.version)
    assert corrected(firm, "QUARTZ KITE 17", "QUARTZ KITE 18") is None


def test_a_rule_that_was_turned_off_does_not_come_back(firm: Firm) -> None:
    stored = firm.write(Rule("", 0, ("QUARTZ KITE",), client_id=firm.pine, gl_code="6550"))
    rule_writing.set_enabled(
        firm.admin, firm.workspace, stored.rule.id, stored.version, enabled=False
    )
    assert corrected(firm, "QUARTZ KITE 17", "QUARTZ KITE 18") is None


def test_a_deleted_rule_with_another_result_is_another_rule(firm: Firm) -> None:
    stored = firm.write(Rule("", 0, ("QUARTZ KITE",), client_id=firm.pine, gl_code="6250"))
    rule_writing.delete_rule(firm.admin, firm.workspace, stored.rule.id, stored.version)
    assert rule_of(corrected(firm, "QUARTZ KITE 17", "QUARTZ KITE 18")).gl_code == "6550"


def test_another_clients_deleted_rule_is_not_this_clients(firm: Firm) -> None:
    stored = firm.write(Rule("", 0, ("QUARTZ KITE",), client_id=firm.birch, gl_code="6250"))
    rule_writing.delete_rule(firm.admin, firm.workspace, stored.rule.id, stored.version)
    first, _ = firm.add_lines("QUARTZ KITE 17", "QUARTZ KITE 18")
    code(firm, first, gl_code="6250")
    assert offered(firm, first) is not None


def test_for_all_clients_a_shared_vendor_stays_and_an_own_one_goes(firm: Firm) -> None:
    first, second, _ = firm.add_lines("QUARTZ KITE 17", "QUARTZ KITE 18", "QUARTZ KITE 19")
    code(firm, first, vendor_id=firm.lyft)
    code(firm, second, vendor_id=firm.uber)
    shared, own = offered(firm, first), offered(firm, second)
    assert shared is not None
    assert own is not None
    assert shared.firm_wide == replace(shared.rule, client_id="")
    assert own.firm_wide == replace(own.rule, client_id="", vendor_id="")


def test_staff_are_offered_a_rule_for_the_client_alone(firm: Firm) -> None:
    first, _ = firm.add_lines("QUARTZ KITE 17", "QUARTZ KITE 18")
    code(firm, first, vendor_id=firm.lyft)
    offer = rule_offers.offer_rule(firm.hire(), firm.workspace, firm.checking, [first])
    assert rule_of(offer).client_id == firm.pine
    assert offer is not None
    assert offer.firm_wide is None


def test_where_an_own_vendor_is_all_there_is_only_the_client_can_have_the_rule(firm: Firm) -> None:
    with firm.workspace.database.writing() as tx:
        [kites] = charts.add_vendors(tx, [Vendor("", firm.pine, "K1", "Kites", "")])
    first, _ = firm.add_lines("QUARTZ KITE 17", "QUARTZ KITE 18")
    edit = Edit(first, 0, vendor_id=kites)
    reviewing.save_edits(firm.admin, firm.workspace, firm.checking, [edit])
    offer = offered(firm, first)
    assert rule_of(offer).vendor_id == kites
    assert offer is not None
    assert offer.firm_wide is None


def test_no_rows_no_offer(firm: Firm) -> None:
    assert offered(firm) is None
    assert offered(firm, "a row that is not there") is None


@pytest.mark.parametrize(
    ("description", "pattern"),
    [
        ("FACEBK *8QH2N fb.me/ads", "FACEBK"),
        ("AMZN Mktp US*2K4", "AMZN MKTP"),
        ("UBER   *TRIP HELP.UBER.COM", "UBER*TRIP"),
        ("LOWE'S #1234 PORTLAND OR", "LOWE'S"),
        ("SQ *BLUE BOTTLE 123", "BLUE BOTTLE"),
        ("Smith, Jones & Co LLP", "SMITH*JONES"),
        ("CAFÉ MÜNCHEN 12", "CAFÉ MÜNCHEN"),
        ("***", ""),
        ("", ""),
    ],
)
def test_the_pattern_is_the_payees_words_as_the_bank_writes_them(
    description: str, pattern: str
) -> None:
    assert telling_pattern(description) == pattern


@given(st.text(max_size=60))
@example("Müller,Söhne GmbH")
@example("#12,,,34")
@example(",")
def test_a_pattern_is_one_pattern_and_fits_its_description(description: str) -> None:
    pattern = telling_pattern(description)
    if not pattern:
        return
    assert parse_patterns(patterns_text((pattern,))) == (pattern,)
    assert RuleBook([Rule("r", 1, (pattern,))]).claims([("", description)])[0]
