"""Suggesting: open rows get a proposal with a reason, and people's decisions stay theirs."""

from dataclasses import replace
from typing import Any

import pytest
from pydantic import SecretStr
from sqlalchemy import text

from ledgersync.domain.decisions import Edit, Standing
from ledgersync.domain.rules import Rule
from ledgersync.domain.transactions import Method, Status, Transaction
from ledgersync.services import (
    client_records,
    coding_lists,
    knowledge,
    learned,
    reviewing,
    rule_writing,
    suggesting,
)
from ledgersync.services.feed_sessions import Step
from ledgersync.services.outside_advice import save_outside_ai
from ledgersync.services.suggesting import SuggestReport
from ledgersync.storage import learning, rules
from tests.bankfeed.feed_server import FeedServer
from tests.outside_ai.model_server import KEY, Asked, answering
from tests.services.conftest import Office
from tests.services.scripted_ledgersync import refusal, row


def suggest(office: Office) -> SuggestReport:
    ids = [account.id for account in office.accounts()]
    return suggesting.suggest(office.admin, office.workspace, ids)


def arrive(office: Office, *more: object, account: str = "A1") -> None:
    """New rows come in at LedgerSync and are loaded."""
    office.feed.rows.setdefault(account, []).extend(more)
    office.load()


def named(office: Office, source_id: str, account: str = "A1") -> Transaction:
    return next(r for r in office.rows(account) if r.source_id == source_id)


def write_rule(office: Office, *patterns: str, **values: object) -> Rule:
    rule = Rule("", 0, patterns, client_id=office.account().client_id, **values)  # type: ignore[arg-type]
    return rule_writing.save_rule(office.admin, office.workspace, rule, 0).rule


def test_a_vendor_s_name_brings_the_vendor_and_its_usual_code(loaded: Office) -> None:
    report = suggest(loaded)
    coffee = named(loaded, "t1")
    assert (coffee.vendor_name, coffee.gl_code) == ("Harbor Coffee", "6100")
    assert (coffee.method, coffee.suggested, coffee.status) == (
        Method.SEMANTIC,
        True,
        Status.TO_REVIEW,
    )
    assert "Harbor Coffee" in coffee.why
    assert "6100" in coffee.why
    assert 0.5 <= (coffee.confidence or 0) < 1
    assert report.by_method[Method.SEMANTIC] == 1


def test_what_nothing_is_known_of_stays_open(loaded: Office) -> None:
    report = suggest(loaded)
    fuel = named(loaded, "t2")
    assert (fuel.vendor_id, fuel.gl_code, fuel.method) == ("", "", Method.NONE)
    assert report.words() == "1 of 2 open rows have a suggestion"


def test_a_rule_goes_before_everything_else_and_names_itself(loaded: Office) -> None:
    rule = write_rule(loaded, "HARBOR COFFEE", gl_code="6200")
    suggest(loaded)
    coffee = named(loaded, "t1")
    assert (coffee.method, coffee.gl_code, coffee.rule_id) == (Method.RULE, "6200", rule.id)
    assert coffee.why == f"Rule {rule.number}: contains HARBOR COFFEE"


def test_a_gl_rule_leaves_the_vendor_to_whoever_knows_it(loaded: Office) -> None:
    write_rule(loaded, "HARBOR COFFEE", gl_code="6200")
    suggest(loaded)
    assert named(loaded, "t1").vendor_name == "Harbor Coffee"


def test_a_rule_is_followed_although_people_decided_otherwise_before(loaded: Office) -> None:
    arrive(loaded, *[row(f"s{n}", description="SHELL OIL 5521") for n in range(9)])
    for n in range(8):
        found = named(loaded, f"s{n}")
        loaded.save(Edit(found.id, found.version, gl_code="6200"))
    suggest(loaded)
    assert named(loaded, "s8").gl_code == "6200"
    rule = write_rule(loaded, "SHELL OIL", gl_code="6100")
    left = named(loaded, "s8")
    assert (left.method, left.rule_id, left.gl_code) == (Method.RULE, rule.id, "6100")
    assert left.confidence == pytest.approx(0.95)  # the habit is older than the rule


def test_a_decision_counts_for_the_next_rows_at_once(loaded: Office) -> None:
    shells = [row(f"s{n}", f"2026-10-{n + 10}", -20.0 - n) for n in range(4)]
    for n, shell in enumerate(shells):
        shell["description"] = f"SHELL OIL 55{n}2"
    arrive(loaded, *shells)
    suggest(loaded)
    assert named(loaded, "s3").method is Method.NONE
    decided = [named(loaded, one) for one in ("t2", "s0", "s1")]
    for one in decided:
        saved = loaded.save(Edit(one.id, one.version, gl_code="6200"))
    left = named(loaded, "s3")
    assert (left.gl_code, left.method, left.suggested) == ("6200", Method.AI, True)
    assert left.id in saved.suggested_anew
    assert "6200" in left.why


def test_a_correction_of_a_correction_counts_too(loaded: Office) -> None:
    arrive(loaded, row("s1", description="SHELL OIL 5522"), row("s2", description="SHELL OIL 5"))
    suggest(loaded)
    for gl_code in ("6100", "6200"):
        for one in ("t2", "s1"):
            found = named(loaded, one)
            loaded.save(Edit(found.id, found.version, gl_code=gl_code))
    assert named(loaded, "s2").gl_code in {"6200", ""}


def test_learning_survives_a_restart_of_the_app(loaded: Office) -> None:
    arrive(loaded, row("s1", description="SHELL OIL 5522"), row("s2", description="SHELL OIL 5"))
    for one in ("t2", "s1"):
        found = named(loaded, one)
        loaded.save(Edit(found.id, found.version, gl_code="6200"))
    loaded.workspace.knowledge.drop(loaded.account().client_id)
    suggest(loaded)
    assert named(loaded, "s2").gl_code == "6200"


def test_what_was_used_last_is_kept(loaded: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(knowledge, "_LINES_KEPT", 0)
    cache, client_id = loaded.workspace.knowledge, loaded.account().client_id
    arrive(loaded, row("s1", description="SHELL OIL 5522"))
    one = named(loaded, "s1")
    loaded.save(Edit(one.id, one.version, gl_code="6200"))
    suggest(loaded)
    kept = cache.find(client_id)
    assert kept
    assert kept.lines == 1
    cache.keep(replace(kept, client_id="another"))
    assert cache.find(client_id) is None
    assert cache.find("another") is not None


def test_a_person_s_decision_is_never_touched(loaded: Office) -> None:
    coffee = named(loaded, "t1")
    loaded.save(Edit(coffee.id, 0, gl_code="6200"))
    write_rule(loaded, "HARBOR COFFEE", gl_code="6100")
    suggest(loaded)
    after = named(loaded, "t1")
    assert (after.gl_code, after.method, after.why) == (
        "6200",
        Method.MANUAL,
        f"Coded by {loaded.admin.name}",
    )


def test_what_a_person_emptied_stays_empty(loaded: Office) -> None:
    suggest(loaded)
    coffee = named(loaded, "t1")
    loaded.save(Edit(coffee.id, 0, vendor_id="", gl_code=""))
    suggest(loaded)
    after = named(loaded, "t1")
    assert (after.vendor_id, after.gl_code, after.suggested) == ("", "", False)


def test_marking_a_suggested_row_reviewed_keeps_its_codes_and_its_reason(loaded: Office) -> None:
    suggest(loaded)
    coffee = named(loaded, "t1")
    loaded.save(Edit(coffee.id, 0, standing=Standing.REVIEWED))
    after = named(loaded, "t1")
    assert (after.vendor_name, after.gl_code, after.status, after.suggested) == (
        "Harbor Coffee",
        "6100",
        Status.REVIEWED,
        False,
    )
    assert (after.method, after.why) == (Method.SEMANTIC, coffee.why)


def test_an_excluded_row_that_is_taken_back_has_its_suggestion_again(loaded: Office) -> None:
    suggest(loaded)
    coffee = named(loaded, "t1")
    loaded.save(Edit(coffee.id, 0, standing=Standing.EXCLUDED))
    assert named(loaded, "t1").status is Status.EXCLUDED
    loaded.save(Edit(coffee.id, 1, standing=Standing.TO_REVIEW))
    assert named(loaded, "t1").gl_code == "6100"


def test_asking_again_changes_nothing_that_has_not_changed(loaded: Office) -> None:
    suggest(loaded)
    version = loaded.account().data_version
    suggest(loaded)
    assert loaded.account().data_version == version


def test_rows_were_asked_about_until_something_new_is_known(loaded: Office) -> None:
    client_id, ids = loaded.account().client_id, [r.id for r in loaded.rows()]

    def asked() -> bool:
        return suggesting.were_asked(loaded.admin, loaded.workspace, client_id, ids)

    assert not asked()
    suggest(loaded)
    assert asked()
    write_rule(loaded, "NOTHING READS LIKE THIS", gl_code="6200")
    assert not asked()


def test_a_changed_rule_reaches_the_rows_it_touched_before_and_touches_now(loaded: Office) -> None:
    rule = write_rule(loaded, "SHELL", gl_code="6200")
    assert named(loaded, "t2").gl_code == "6200"
    with loaded.workspace.database.reading() as tx:
        [stored] = rules.live_rules(tx)
    rule_writing.delete_rule(loaded.admin, loaded.workspace, rule.id, stored.version)
    assert named(loaded, "t2").gl_code == ""


def test_other_clients_teach_what_this_client_s_chart_has(office: Office) -> None:
    others = {"C2": "B1", "C3": "B2", "C4": "B3"}
    for client, account in others.items():
        office.feed.clients[client] = [account]
        office.feed.rows[account] = [
            row(f"{account}-{n}", f"2026-10-{n + 1:02d}", description=f"ZENITH PARKING 4{n}")
            for n in range(10)
        ]
    office.feed.rows["A1"].append(row("t3", "2026-10-19", description="ZENITH PARKING 45"))
    office.sync()
    office.load()
    office.set_up()
    for taught in map(office.account, others.values()):
        client_records.add_gl_account(
            office.admin, office.workspace, taught.client_id, "6200", "Fuel"
        )
        edits = [Edit(r.id, 0, gl_code="6200") for r in office.rows(taught.source_id)]
        reviewing.save_edits(office.admin, office.workspace, taught.id, edits)
    suggest(office)
    parking = named(office, "t3")
    assert parking.gl_code == "6200"
    assert "clients" in parking.why


def test_a_client_whose_learning_is_off_learns_nothing(loaded: Office) -> None:
    arrive(loaded, row("s1", description="SHELL OIL 5522"), row("s2", description="SHELL OIL 5"))
    with loaded.workspace.database.writing() as tx:
        learning.set_learning(tx, loaded.account().client_id, off=True)
    for one in ("t2", "s1"):
        found = named(loaded, one)
        loaded.save(Edit(found.id, found.version, gl_code="6200"))
    suggest(loaded)
    assert named(loaded, "s2").gl_code == ""
    assert named(loaded, "t1").gl_code == "6100"


def test_rows_of_a_firm_without_any_lists_are_not_even_looked_at(office: Office) -> None:
    office.sync()
    office.load()
    assert suggest(office).rows == 0


def test_descriptors_of_earlier_decisions_are_filled_in(loaded: Office) -> None:
    loaded.code_all()
    with loaded.workspace.database.writing() as tx:
        tx.execute(text("UPDATE decisions SET descriptor = ''"))
    suggesting.keep_missing_descriptors(loaded.workspace)
    with loaded.workspace.database.reading() as tx:
        found = set(tx.execute(text("SELECT descriptor FROM decisions")).scalars())
    assert found == {"HARBOR COFFEE", "SHELL OIL"}


def test_a_row_that_has_vanished_at_ledgersync_is_not_suggested_for(loaded: Office) -> None:
    del loaded.feed.rows["A1"][0]
    loaded.load()
    assert suggest(loaded).rows == 1
    assert named(loaded, "t1").status is Status.PROBLEM


def test_a_new_vendor_is_suggested_at_once(loaded: Office) -> None:
    suggest(loaded)
    client = loaded.account().client_id
    client_records.add_vendor(loaded.admin, loaded.workspace, client, "Shell", "SHELL", "6200")
    assert named(loaded, "t2").vendor_name == "Shell"


def knows_fuel(asked: dict[str, Any]) -> dict[str, object] | None:
    """An outside model that codes whatever reads like Shell, and says nothing of the rest."""
    if "SHELL" not in str(asked):
        return None
    return {"question": asked["question"], "vendor": "", "gl": "6200", "confidence": 0.99}


def turn_on(office: Office, url: str, rows_per_run: int = 50) -> None:
    model, key = "small-model", SecretStr(KEY)
    save_outside_ai(office.admin, office.workspace, url, model, key, rows_per_run, enabled=True)


def second_client(office: Office) -> None:
    """Another client with a row that nothing is known of."""
    office.feed.clients["C2"] = ["B1"]
    office.feed.rows["B1"] = [row("b1", description="SHELL OIL 99")]
    office.sync()
    office.load()
    client = office.account("B1").client_id
    client_records.add_gl_account(office.admin, office.workspace, client, "6200", "Fuel")


def test_the_outside_model_is_asked_last_and_believed_with_care(loaded: Office) -> None:
    with FeedServer(answering(knows_fuel)) as model:
        turn_on(loaded, model.url)
        suggest(loaded)
    fuel, coffee = named(loaded, "t2"), named(loaded, "t1")
    assert (fuel.gl_code, fuel.method, fuel.suggested) == ("6200", Method.AI, True)
    assert (fuel.confidence or 1) <= 0.75
    assert "outside model" in fuel.why
    assert coffee.method is Method.SEMANTIC


def test_what_the_outside_model_said_outlives_other_changes_and_costs_no_second_question(
    loaded: Office,
) -> None:
    client = loaded.account().client_id
    with FeedServer(answering(knows_fuel)) as model:
        turn_on(loaded, model.url)
        suggest(loaded)
    client_records.add_vendor(loaded.admin, loaded.workspace, client, "Elm Bakery", "ELM", "")
    write_rule(loaded, "SHELL", gl_code="6100", lowest=99_999_00)
    assert (named(loaded, "t2").gl_code, named(loaded, "t2").method) == ("6200", Method.AI)
    assert suggest(loaded).sentences == ()  # nobody is there to be asked any more
    assert named(loaded, "t2").gl_code == "6200"


def test_what_the_outside_model_said_goes_with_its_code(loaded: Office) -> None:
    client = loaded.account().client_id
    with FeedServer(answering(knows_fuel)) as model:
        turn_on(loaded, model.url)
        suggest(loaded)
    chart = coding_lists.coding_list(loaded.admin, loaded.workspace, client).chart
    fuel = next(account for account in chart if account.code == "6200")
    coding_lists.delete_gl_account(loaded.admin, loaded.workspace, fuel)
    assert named(loaded, "t2").method is Method.NONE


def test_the_outside_model_says_nothing_for_a_client_whose_learning_is_off(loaded: Office) -> None:
    client = loaded.account().client_id
    with FeedServer(answering(knows_fuel)) as model:
        turn_on(loaded, model.url)
        suggest(loaded)
        assert named(loaded, "t2").gl_code == "6200"
        asked = len(model.calls)
        learned.set_learning(loaded.admin, loaded.workspace, client, on=False)
        suggest(loaded)
        assert len(model.calls) == asked
    assert named(loaded, "t2").method is Method.NONE


def test_an_outside_model_that_fails_costs_a_sentence_and_nothing_else(loaded: Office) -> None:
    with FeedServer(lambda _: refusal(500, "busy")) as model:
        turn_on(loaded, model.url)
        report = suggest(loaded)
    assert named(loaded, "t2").method is Method.NONE
    assert named(loaded, "t1").method is Method.SEMANTIC
    [sentence] = report.sentences
    assert "outside model" in sentence


def test_the_cap_on_questions_is_for_all_clients_of_a_run(loaded: Office) -> None:
    second_client(loaded)
    with FeedServer(answering(knows_fuel)) as model:
        turn_on(loaded, model.url, rows_per_run=1)
        report = suggest(loaded)
    assert sum(len(Asked(call).data["questions"]) for call in model.calls) == 1
    assert any("a run asks 1 at most" in sentence for sentence in report.sentences)


def test_a_model_that_failed_for_one_client_is_not_asked_for_the_next(loaded: Office) -> None:
    second_client(loaded)
    with FeedServer(lambda _: refusal(500, "busy")) as model:
        turn_on(loaded, model.url)
        suggest(loaded)
    assert len({call.body for call in model.calls}) == 1


def test_matching_tells_how_far_it_is(loaded: Office) -> None:
    second_client(loaded)
    steps: list[Step] = []
    ids = [account.id for account in loaded.accounts()]
    suggesting.suggest(loaded.admin, loaded.workspace, ids, steps.append)
    assert steps == [Step("Matching", done, 2) for done in range(3)]
