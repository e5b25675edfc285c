"""The offer of a rule after a correction: quiet, previewed, and never pressed on anybody."""

import pytest
from streamlit.testing.v1 import AppTest

from ledgersync.domain.rules import MatchType, Rule
from ledgersync.services import rule_lists, rule_writing
from ledgersync.services.rule_writing import StoredRule
from ledgersync.ui.review_offer import question
from ledgersync.ui.shell import Viewer
from tests.ui.pages import HOSTILE
from tests.ui.review_steps import Place, add_rows, edit, grid_ids, labels, open_review, place, words


@pytest.fixture
def half(viewer: Viewer) -> Place:
    """An account with four rows of a payee that nobody knows."""
    found = place(viewer, "Marigold", "3077")
    add_rows(found, *[f"QUARTZ KITE SHOP 00{n}7" for n in range(4)])
    return found


def correct(app: AppTest, where: Place, position: int = 0) -> str:
    """Code one of the new rows by hand; returns the code."""
    open_review(app, where, search="quartz kite")
    label = labels(app, "gl")[4]
    edit(app, {position: {"gl": label}})
    return label.split(" - ")[0]


def offer(app: AppTest) -> str:
    """The question that is on the page; "" when there is none."""
    found = [button.label for button in app.button if button.key == "review_offer_open"]
    return found[0].replace("\\", "") if found else ""


def press(app: AppTest, label: str) -> AppTest:
    """Press the last button of that label: the one in the dialog, where there is one."""
    [*_, button] = [one for one in app.button if one.label == label]
    button.click().run()
    assert not app.exception
    return app


def opened(app: AppTest) -> AppTest:
    app.button(key="review_offer_open").click().run()
    assert not app.exception
    return app


def pattern(app: AppTest) -> str:
    return str(next(one.value for one in app.text_input if one.label == "Pattern"))


def rules(viewer: Viewer) -> list[StoredRule]:
    return [one.stored for one in rule_lists.list_rules(viewer.actor, viewer.workspace).entries]


def test_a_correction_of_a_payee_that_comes_again_brings_the_question(
    app: AppTest, half: Place
) -> None:
    correct(app, half)
    assert offer(app) == "Always do this for QUARTZ*?"


def test_no_question_before_a_correction(app: AppTest, half: Place) -> None:
    open_review(app, half)
    assert offer(app) == ""


def test_the_form_shows_what_would_change_before_anything_is_saved(
    app: AppTest, half: Place
) -> None:
    before = rules(half.viewer)
    code = correct(app, half)
    opened(app)
    assert pattern(app) == "QUARTZ"
    assert "Fits 4 rows" in words(app)
    assert f"GL code {code} - " in words(app)
    [preview] = [table.value for table in app.dataframe if "The rule says" in table.value]
    assert set(preview["Description"]) == {f"QUARTZ KITE SHOP 00{n}7" for n in range(4)}
    assert rules(half.viewer) == before


def test_the_preview_follows_the_pattern(app: AppTest, half: Place) -> None:
    correct(app, half)
    opened(app)
    next(one for one in app.text_input if one.label == "Pattern").set_value("QUARTZ*0017").run()
    assert "Fits 1 row " in words(app)
    next(one for one in app.text_input if one.label == "Pattern").set_value(" , ").run()
    assert "There is no pattern." in words(app)


def test_saving_keeps_the_rule_for_this_client(app: AppTest, half: Place) -> None:
    before = {one.rule.id for one in rules(half.viewer)}
    code = correct(app, half)
    opened(app)
    press(app, "Save as rule")
    [rule] = [one.rule for one in rules(half.viewer) if one.rule.id not in before]
    assert (rule.client_id, rule.patterns, rule.gl_code) == (half.client.id, ("QUARTZ",), code)
    assert rule.match_type is MatchType.STARTS_WITH
    assert f"Rule {rule.number} is saved." in words(app)
    assert offer(app) == ""


def test_the_rule_codes_the_other_rows_at_once(app: AppTest, half: Place) -> None:
    code = correct(app, half)
    opened(app)
    press(app, "Save as rule")
    table = app.data_editor[0].value
    others = table.loc[grid_ids(app)[1:]]
    assert [list(status) for status in others["status"]] == [["◆ Suggested: Rule"]] * 3
    assert all(gl.startswith(code) for gl in others["gl"])


def test_a_rule_for_all_clients(app: AppTest, half: Place) -> None:
    before = {one.rule.id for one in rules(half.viewer)}
    correct(app, half)
    opened(app)
    scope = next(one for one in app.radio if one.label == "For")
    scope.set_value(True).run()
    press(app, "Save as rule")
    [rule] = [one.rule for one in rules(half.viewer) if one.rule.id not in before]
    assert rule.client_id == ""


def test_not_now_is_not_again_in_this_session(app: AppTest, half: Place) -> None:
    correct(app, half)
    press(app, "Not now")
    assert offer(app) == ""
    label = labels(app, "gl")[4]
    edit(app, {0: {"gl": label}, 1: {"gl": label}})
    assert offer(app) == ""


def test_another_code_is_another_question(app: AppTest, half: Place) -> None:
    correct(app, half)
    press(app, "Not now")
    one, other = labels(app, "gl")[4:6]
    edit(app, {0: {"gl": one}, 1: {"gl": other}})
    assert offer(app) == "Always do this for QUARTZ*?"


def test_the_form_too_can_be_left_with_not_now(app: AppTest, half: Place) -> None:
    correct(app, half)
    opened(app)
    press(app, "Not now")
    assert offer(app) == ""
    assert "It sets" not in words(app)


def test_a_deleted_rule_is_not_offered_again(app: AppTest, half: Place) -> None:
    rule = half.write_rule("QUARTZ KITE", gl_code=half.some_gl())
    viewer = half.viewer
    rule_writing.delete_rule(viewer.actor, viewer.workspace, rule.id, 1)
    correct(app, half)
    assert offer(app) == ""


def test_undoing_the_correction_withdraws_the_question(app: AppTest, half: Place) -> None:
    correct(app, half)
    app.button(key="review_undo_last").click().run()
    assert offer(app) == ""


def test_bulk_coding_of_one_payee_asks_too(app: AppTest, half: Place) -> None:
    open_review(app, half, search="quartz kite")
    edit(app, {0: {"tick": True}, 1: {"tick": True}})
    gl = labels(app, "gl")[4]
    app.button(key="review_codes_open").click().run()
    app.selectbox(key="review_bulk_gl").set_value(gl).run()
    app.button(key="review_set_codes").click().run()
    assert offer(app) == "Always do this for QUARTZ*?"


def test_the_question_belongs_to_its_account(app: AppTest, half: Place) -> None:
    correct(app, half)
    app.selectbox(key=f"review_account_{half.client.id}").select_index(1).run()
    assert offer(app) == ""


@pytest.mark.parametrize(
    ("match_type", "asked"),
    [
        (MatchType.CONTAINS, "*KITE*"),
        (MatchType.STARTS_WITH, "KITE*"),
        (MatchType.ENDS_WITH, "*KITE"),
        (MatchType.EXACT, "KITE"),
    ],
)
def test_stars_show_how_the_pattern_lies(match_type: MatchType, asked: str) -> None:
    label = question(Rule("", 0, ("KITE",), match_type))
    assert label.replace("\\", "") == f"Always do this for {asked}?"


def test_a_long_pattern_is_cut_and_markup_is_only_text() -> None:
    label = question(Rule("", 0, (HOSTILE,)))
    assert "](https" not in label
    assert "..." in label.replace("\\", "")
