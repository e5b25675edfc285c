"""Rules: the list as it applies, one rule, the form with its test, warnings, and files."""

import re
from dataclasses import replace
from datetime import date

import pytest
from streamlit.testing.v1 import AppTest

from ledgersync import clock
from ledgersync.domain.actors import Actor, Role
from ledgersync.domain.charts import Vendor
from ledgersync.domain.rules import Rule
from ledgersync.services import reviewing, rule_files, rule_lists, rule_writing
from ledgersync.services.rule_testing import Outcome, RuleTest
from ledgersync.services.rule_writing import StoredRule
from ledgersync.services.workspace import Workspace
from ledgersync.storage import charts, clients, users
from ledgersync.ui import rules_trial
from ledgersync.ui.rules_trial import headline, remarks
from ledgersync.ui.shell import Viewer
from tests.ui.pages import HOSTILE, opened, param, press, shown, words


def stored(viewer: Viewer, number: int) -> StoredRule:
    entries = rule_lists.list_rules(viewer.actor, viewer.workspace).entries
    return next(e.stored for e in entries if e.stored.rule.number == number)


def numbers(viewer: Viewer) -> set[int]:
    entries = rule_lists.list_rules(viewer.actor, viewer.workspace).entries
    return {entry.stored.rule.number for entry in entries}


def client_id(viewer: Viewer, name: str) -> str:
    everyone = reviewing.list_clients(viewer.actor, viewer.workspace)
    return next(client.id for client in everyone if client.name.startswith(name))


def fill(app: AppTest, label: str, value: object) -> AppTest:
    """Choose or type in the field of that label, and let the page run."""
    fields = [*app.selectbox, *app.text_input, *app.number_input]
    field = next(field for field in fields if field.label == label)
    field.set_value(value).run()
    assert not app.exception
    return app


def on_tab(app: AppTest, tab: str) -> AppTest:
    app.session_state["rules_tab"] = tab
    return opened(app, "rules")


def number_of(viewer: Viewer, *patterns: str, client: str = "") -> int:
    """The number of the demo's rule that has these patterns, of that client or firm-wide."""
    owner = client_id(viewer, client) if client else ""
    entries = rule_lists.list_rules(viewer.actor, viewer.workspace).entries
    rules = [entry.stored.rule for entry in entries]
    [found] = [r for r in rules if r.client_id == owner and set(patterns) <= set(r.patterns)]
    return found.number


def test_the_rules_are_listed_as_they_apply(app: AppTest, viewer: Viewer) -> None:
    opened(app, "rules")
    table = app.dataframe[0].value
    assert list(table["place"]) == list(range(1, len(numbers(viewer)) + 1))
    is_firm_wide = table["scope"] == "The whole firm"
    assert is_firm_wide.is_monotonic_increasing
    assert 0 < is_firm_wide.sum() < len(table)
    table = table.set_index("number")
    delta = table.loc[number_of(viewer, "DELTA DENTAL", client="Alder")]
    assert delta["when"] == "contains DELTA DENTAL, money in"
    assert delta["sets"] == "Delta Dental, 4100"
    assert delta["hits"] > 20
    assert date(2026, 1, 1) < delta["last"] <= clock.today()
    assert "≠ Conflict" in table.loc[number_of(viewer, "AMAZON", client="Cobalt"), "warnings"]


def test_filters_leave_what_they_say(app: AppTest, viewer: Viewer) -> None:
    cobalt = client_id(viewer, "Cobalt")
    amazon = number_of(viewer, "AMAZON", client="Cobalt")
    servers = number_of(viewer, "AMAZON WEB SERVICES", client="Cobalt")
    entries = rule_lists.list_rules(viewer.actor, viewer.workspace).entries
    applying = {
        entry.stored.rule.number for entry in entries if entry.stored.rule.client_id in {"", cobalt}
    }
    opened(app, "rules")
    app.selectbox(key="rules_client").set_value(cobalt).run()
    assert set(app.dataframe[0].value["number"]) == applying
    app.text_input(key="rules_search").set_value("amzn 6250").run()
    assert list(app.dataframe[0].value["number"]) == [amazon]
    app.text_input(key="rules_search").set_value("no such thing").run()
    assert "No rule fits" in app.info[0].value
    app.text_input(key="rules_search").set_value("").run()
    app.toggle(key="rules_only").set_value(True).run()
    left = app.dataframe[0].value
    assert {amazon, servers} <= set(left["number"]) < applying
    assert all(len(warnings) for warnings in left["warnings"])


def test_a_link_opens_a_rule_with_its_rows(app: AppTest, viewer: Viewer) -> None:
    number = number_of(viewer, "DELTA DENTAL", client="Alder")
    opened(app, "rules", rule=str(number))
    assert f"Rule {number}" in [heading.value for heading in app.subheader]
    assert param(app, "rule") == str(number)
    facts = app.table[0].value.to_csv()
    assert re.search(r"\d+ rows in the last 12 months, the last on \d\d/\d\d/2026", facts)
    next(t for t in app.toggle if "rows" in t.label).set_value(True).run()
    rows = app.dataframe[1].value
    assert set(rows["Client"]) == {"Alder Street Dental PC"}
    assert rows["Description"].str.contains("DELTA DENTAL").all()


def test_staff_look_at_a_firm_wide_rule_and_read_who_changes_it(
    app: AppTest, viewer: Viewer
) -> None:
    entries = rule_lists.list_rules(viewer.actor, viewer.workspace).entries
    wide = next(e.stored.rule for e in reversed(entries) if not e.stored.rule.client_id)
    with viewer.workspace.database.writing() as tx:
        users.change_user(tx, viewer.actor.user_id, role=Role.STAFF.value)
    opened(app, "rules", rule=str(wide.number))
    assert "Those for the whole firm are written by administrators" in shown(app)
    assert "This rule is for the whole firm, so only administrators change it" in shown(app)
    assert not {"Edit", "Delete", "Turn off"} & {button.label for button in app.button}
    next(t for t in app.toggle if "rows" in t.label).set_value(True).run()
    assert not app.error
    assert len(app.dataframe) > 1
    press(app, "New rule")
    scopes = next(field for field in app.selectbox if field.label == "For")
    assert "The whole firm" not in scopes.options


def test_staff_of_some_clients_read_whose_rows_were_counted(app: AppTest, viewer: Viewer) -> None:
    alder, me = client_id(viewer, "Alder"), viewer.actor.user_id
    assert "your clients' rows alone" not in shown(opened(app, "rules"))
    with viewer.workspace.database.writing() as tx:
        users.change_user(tx, me, role=Role.STAFF.value, all_clients=False)
        users.assign(tx, me, frozenset({alder}))
    assert "of your clients' rows alone, without what was coded" in shown(opened(app, "rules"))


def test_a_link_to_no_rule_opens_none(app: AppTest) -> None:
    opened(app, "rules", rule="99999")
    assert not app.subheader


def test_a_rule_is_turned_off_and_that_is_undone(app: AppTest, viewer: Viewer) -> None:
    press(opened(app, "rules", rule="4"), "Turn off")
    assert not stored(viewer, 4).rule.enabled
    assert "Rule 4 turned off." in shown(app)
    assert [toast.value for toast in app.toast] == ["Rule 4 turned off\\."]
    press(app, "Undo last change")
    assert stored(viewer, 4).rule.enabled
    assert "Undo last change" not in [button.label for button in app.button]


def test_a_deleted_rule_comes_back_with_undo(app: AppTest, viewer: Viewer) -> None:
    before = stored(viewer, 4).rule
    press(opened(app, "rules", rule="4"), "Delete")
    assert 4 not in numbers(viewer)
    assert 4 not in set(app.dataframe[0].value["number"])
    press(app, "Undo last change")
    assert stored(viewer, 4).rule == before
    assert app.selectbox(key="rules_chosen").value == 4  # it stands open again
    [toast] = app.toast
    assert toast.value.startswith("Undid\\: Rule 4 deleted")
    assert toast.value.endswith("1 rule as before\\.")


def test_moving_changes_the_order_or_says_why_not(app: AppTest) -> None:
    press(opened(app, "rules", rule="9"), "Move up")
    order = list(app.dataframe[0].value["number"])
    assert order.index(9) < order.index(8)
    press(app, "Move up")
    assert "Rule 9 is the first of its list already." in app.error[0].value.replace("\\", "")


def test_a_new_rule_shows_what_it_would_change_before_it_is_saved(
    app: AppTest, viewer: Viewer
) -> None:
    press(opened(app, "rules"), "New rule")
    before = numbers(viewer)
    assert "Type what the bank's description has in common" in shown(app)
    fill(app, "For", client_id(viewer, "Alder"))
    fill(app, "Pattern", "staples")
    fits = app.dataframe[0].value
    assert f"Fits {len(fits)} rows. Tried on the last 12 months." in shown(app).replace("**", "")
    assert "Choose a vendor, a GL code or a split template" in shown(app)
    fill(app, "Set GL code", "6250")
    assert "Tried on the last 12 months." in shown(app)
    trial = app.dataframe[0].value
    assert trial["Description"].str.contains("STAPLES").all()
    assert len(trial) == len(fits)
    assert numbers(viewer) == before
    press(app, "Save rule")
    [number] = numbers(viewer) - before
    rule = stored(viewer, number).rule
    assert (rule.patterns, rule.gl_code) == (("staples",), "6250")
    assert f"Rule {number} added: contains staples." in shown(app)
    assert f"Rule {number}" in [heading.value for heading in app.subheader]
    press(app, "Undo last change")
    assert numbers(viewer) == before
    [toast] = app.toast
    assert toast.value.endswith("1 rule removed\\.")


def test_with_two_clients_of_one_name_a_rule_goes_to_the_chosen_one(
    app: AppTest, demo: Workspace, viewer: Viewer
) -> None:
    first, second = client_id(viewer, "Alder"), client_id(viewer, "Cobalt")
    with demo.database.writing() as tx:
        for id_ in (first, second):
            clients.change_client(tx, id_, name="Twin LLC")
        twins = [Vendor("", second, "", "Twin Supply", "") for _ in range(2)]
        _, vendor = charts.add_vendors(tx, twins)
        listed = clients.list_clients(tx)
    source = [one.source_id for one in listed if one.id in {first, second}]
    before = numbers(viewer)
    press(opened(app, "rules"), "New rule")
    scope = next(field for field in app.selectbox if field.label == "For")
    assert {f"Twin LLC [{one}]" for one in source} < set(scope.options)
    fill(app, "For", second)
    fill(app, "Pattern", "staples")
    fill(app, "Set vendor", vendor)
    press(app, "Save rule")
    [number] = numbers(viewer) - before
    rule = stored(viewer, number).rule
    assert (rule.client_id, rule.vendor_id) == (second, vendor)
    app.selectbox(key="rules_client").set_value(second).run()
    assert number in set(app.dataframe[0].value["number"])
    app.selectbox(key="rules_client").set_value(first).run()
    assert number not in set(app.dataframe[0].value["number"])


def test_a_rule_that_cannot_work_is_refused_in_the_form(app: AppTest, viewer: Viewer) -> None:
    before = numbers(viewer)
    press(opened(app, "rules"), "New rule")
    press(app, "Save rule")
    assert "There is no pattern." in shown(app)
    fill(app, "Pattern", "staples")
    press(app, "Save rule")
    assert "needs a vendor or a GL code" in shown(app)
    fill(app, "Lowest amount", 20.0)
    fill(app, "Highest amount", 10.0)
    fill(app, "Set GL code", "6250")
    assert "is above" in shown(app)
    assert numbers(viewer) == before
    press(app, "Cancel")
    assert "Save rule" not in [button.label for button in app.button]


def test_editing_keeps_every_field(app: AppTest, viewer: Viewer) -> None:
    before = stored(viewer, 7)
    press(opened(app, "rules", rule="7"), "Edit")
    fill(app, "Priority", 8)
    press(app, "Save rule")
    after = stored(viewer, 7)
    assert after.rule == replace(before.rule, priority=8)
    assert (after.version, "Rule 7 changed: priority." in shown(app)) == (before.version + 1, True)


def test_a_colleagues_change_is_not_overwritten(app: AppTest, viewer: Viewer) -> None:
    press(opened(app, "rules", rule="7"), "Edit")
    seen = stored(viewer, 7)
    theirs = replace(seen.rule, gl_code="60500")
    rule_writing.save_rule(viewer.actor, viewer.workspace, theirs, seen.version)
    fill(app, "Priority", 8)
    press(app, "Save rule")
    assert "changed rule 7 in between" in shown(app)
    assert stored(viewer, 7).rule == theirs


def test_warnings_lead_to_their_rows_and_rules(app: AppTest, viewer: Viewer) -> None:
    servers = number_of(viewer, "AMAZON WEB SERVICES", client="Cobalt")
    amazon = number_of(viewer, "AMAZON", client="Cobalt")
    on_tab(app, "Warnings")
    first = app.dataframe[0].value.iloc[0]
    assert (list(first["kind"]), first["rule"]) == (["≠ Conflict"], servers)
    app.selectbox(key="rules_warning").set_value(0).run()
    assert set(app.dataframe[1].value["Client"]) == {"Cobalt Fern Software LLC"}
    press(app, f"Open rule {amazon}")
    assert f"Rule {amazon}" in [heading.value for heading in app.subheader]


def test_a_file_is_previewed_confirmed_and_taken_back(app: AppTest, viewer: Viewer) -> None:
    coffee = Rule("", 0, ("STARBUCKS RESERVE",), gl_code="6250")
    number = rule_writing.save_rule(viewer.actor, viewer.workspace, coffee).rule.number
    count = len(numbers(viewer))
    data = rule_files.export_rules(viewer.actor, viewer.workspace, "")
    data = data.replace(b"STARBUCKS RESERVE", b"STARBUCKS*RESERVE") + b",,,,,,,ZOOM,,,,,,9999\r\n"
    on_tab(app, "Import and export")
    app.file_uploader[0].upload("mine.csv", data, "text/csv").run()
    results = [result[0] for result in app.dataframe[0].value["Result"]]
    assert set(results) == {"= Unchanged", "± Changed", "✕ Rejected"}
    assert "1 rule will go in. 1 rejected line will stay out." in shown(app).replace("**", "")
    assert stored(viewer, number).rule.patterns == ("STARBUCKS RESERVE",)
    press(app, "Confirm Import")
    assert stored(viewer, number).rule.patterns == ("STARBUCKS*RESERVE",)
    assert "Imported mine.csv: 0 new, 1 changed, " in shown(app)
    press(app, "Undo this import")
    assert stored(viewer, number).rule.patterns == ("STARBUCKS RESERVE",)
    assert len(numbers(viewer)) == count
    assert "Imported mine.csv" not in shown(app)
    assert [toast.value for toast in app.toast] == ["1 rule is as before the import\\."]


def test_anybodys_changes_are_listed_with_an_undo_or_why_not(app: AppTest, viewer: Viewer) -> None:
    first = stored(viewer, 7)
    maria = Actor("maria", HOSTILE)
    with viewer.workspace.database.writing() as tx:
        users.add_user(tx, users.User("maria", HOSTILE, Role.ADMIN, disabled=False))
    second = rule_writing.save_rule(
        maria, viewer.workspace, replace(first.rule, priority=9), first.version
    )
    rule_writing.set_enabled(
        viewer.actor, viewer.workspace, second.rule.id, second.version, enabled=False
    )
    on_tab(app, "Changes")
    assert f"Rule 7 changed: priority**  \n:small[{HOSTILE}, " in shown(app)
    blocked = f"rule 7 was changed later by {viewer.actor.name}: Rule 7 turned off."
    assert f"Can't be undone: {blocked}" in shown(app)
    for expected in (replace(first.rule, priority=9), first.rule):
        press(app, "Undo")
        assert stored(viewer, 7).rule == expected
    assert f"Undone by {viewer.actor.name} " in shown(app)
    assert not [text for text in words(app) if "](https:" in text or "<b>" in text]
    for _ in range(2):
        assert "Rule 1 added: " not in shown(app)
        press(app, "Show older ones")
    assert "Rule 1 added: " in shown(app), "the demo's first"
    assert "Show older ones" not in [button.label for button in app.button]


def test_a_file_that_is_no_list_of_rules_is_refused_in_place(app: AppTest) -> None:
    on_tab(app, "Import and export")
    app.file_uploader[0].upload("mine.csv", b"Date,Amount\n1,2\n", "text/csv").run()
    assert "There is no column Patterns" in shown(app)
    assert "Confirm Import" not in [button.label for button in app.button]


def test_without_rules_the_page_gives_an_example_and_a_button(fresh_app: AppTest) -> None:
    opened(fresh_app, "rules")
    assert "No rules yet." in fresh_app.info[0].value
    press(fresh_app, "New rule")
    assert "Save rule" in [button.label for button in fresh_app.button]
    on_tab(fresh_app, "Warnings")
    assert "No warnings" in fresh_app.success[0].value


def test_texts_of_others_stay_text(app: AppTest, demo: Workspace, viewer: Viewer) -> None:
    client = client_id(viewer, "Alder")
    with demo.database.writing() as tx:
        clients.change_client(tx, client, name=HOSTILE)
    pattern = HOSTILE.replace("*", "")
    rule = Rule("", 0, (pattern,), client_id=client, gl_code="4100")
    number = rule_writing.save_rule(viewer.actor, demo, rule).rule.number
    opened(app, "rules", rule=str(number))
    facts = str(app.table[0].value.to_dict())
    assert pattern in facts.replace("\\", "").replace("\u2060", "").replace("u2060", "")
    assert not [text for text in (*words(app), facts) if "](https:" in text or "<b>" in text]


TEST = RuleTest(0, 0, 0, 0, (), (), ())


@pytest.mark.parametrize(
    ("test", "sentence"),
    [
        (TEST, "No row has such a description."),
        (replace(TEST, fits=3), "Fits 3 rows and would change none."),
        (replace(TEST, fits=3, would_change=1), "Would change 1 row."),
        (
            replace(TEST, fits=9, would_change=7, by_hand=2),
            "Would change 7 rows, 2 of them coded by hand - those stay.",
        ),
        (
            replace(TEST, fits=9, would_change=7, by_hand=7),
            "Would change 7 rows, all of them coded by hand - those stay.",
        ),
        (
            replace(TEST, fits=1, would_change=1, by_hand=1),
            "Would change 1 row, coded by hand - it stays.",
        ),
    ],
)
def test_what_a_rule_would_do_is_one_sentence(test: RuleTest, sentence: str) -> None:
    assert headline(test) == sentence


def test_remarks_name_earlier_rules_and_clients_without_the_code() -> None:
    lacking = (("Ash", 1), ("Elm", 2), ("Oak", 3), ("Yew", 4))
    test = replace(TEST, already_same=1, shadowed_by=((3, 12),), lacking=lacking)
    same, earlier, missing = remarks(test)
    assert (same, earlier) == ("1 row says so already.", "Rule 3 goes first on 12 rows.")
    assert missing.startswith(
        "Not for Ash, Elm, Oak and 1 other client: the vendor, GL code or split"
    )
    assert missing.endswith("leaves 10 rows of theirs alone.")


def test_every_outcome_has_words() -> None:
    assert set(rules_trial._OUTCOMES) == set(Outcome)
