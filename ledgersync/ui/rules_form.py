"""The form for a new or changed rule, with a live test of what it would do."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import count
from typing import TYPE_CHECKING, Any

import streamlit as st

from ledgersync.domain.clients import Client
from ledgersync.domain.rules import (
    FIRST_PRIORITY,
    LAST_PRIORITY,
    Direction,
    MatchType,
    Rule,
    parse_patterns,
    patterns_text,
)
from ledgersync.domain.split_templates import shares_words
from ledgersync.errors import DatabaseUnavailable
from ledgersync.services import rule_lists, rule_testing, rule_writing
from ledgersync.services.rule_lists import RuleChoices
from ledgersync.services.rule_writing import StoredRule
from ledgersync.ui.feedback import in_place, show_error
from ledgersync.ui.labels import account_labels, client_labels, template_labels, vendor_labels
from ledgersync.ui.rules_changes import tell
from ledgersync.ui.rules_table import CHOSEN
from ledgersync.ui.rules_trial import show_trial
from ledgersync.ui.shell import Viewer
from ledgersync.ui.texts import plain

if TYPE_CHECKING:
    from streamlit.delta_generator import DeltaGenerator

Values = dict[str, Any]

_OPEN = "rules_form"
_FORMS = count(1)
_LARGEST = 1e12  # of dollars: beyond, a float can't hold the cents
_TYPES = {
    MatchType.CONTAINS: "contains",
    MatchType.EXACT: "is exactly",
    MatchType.STARTS_WITH: "starts with",
    MatchType.ENDS_WITH: "ends with",
}
_DIRECTIONS = {Direction.ANY: "In or out", Direction.IN: "Money in", Direction.OUT: "Money out"}
_PATTERN_HELP = (
    "Separate several by commas; one of them is enough. Capitals don't matter, and * stands for "
    "anything, also for a comma."
)
_NONE_YET = {True: "None yet: add one on Clients", False: "The firm has none of its own"}
_FIRST_STEPS = (
    "Type what the bank's description has in common: the rows that fit then show here, and what "
    "would change once a vendor, a GL code or a split template is chosen. Nothing is saved yet."
)


@dataclass(frozen=True, slots=True)
class RuleForm:
    """An opened form: the rule that it changes, None for a new one, and its widgets' keys."""

    stored: StoredRule | None
    rule: Rule
    key: str

    def named(self, field: str) -> str:
        return f"{self.key}_{field}"


def open_form(stored: StoredRule | None = None, client_id: str = "") -> None:
    """Open the form with the next run, for a rule or a new one; for callbacks."""
    rule = stored.rule if stored else Rule("", 0, (), client_id=client_id)
    st.session_state[_OPEN] = RuleForm(stored, rule, f"rule_form_{next(_FORMS)}")


def close_form() -> None:
    st.session_state.pop(_OPEN, None)


def show_form(viewer: Viewer, clients: Sequence[Client]) -> bool:
    """Show the form if it is open, and say whether it is."""
    form: RuleForm | None = st.session_state.get(_OPEN)
    if form is None:
        return False
    with st.container(border=True):
        title = f"Edit rule {form.rule.number}" if form.stored else "New rule"
        st.subheader(title, anchor=False)
        _fields(viewer, form, client_labels(clients))
    return True


@st.fragment
def _fields(viewer: Viewer, form: RuleForm, names: Mapping[str, str]) -> None:
    with in_place():
        who, how, what = st.columns([3, 2, 5])
        try:
            with who:
                client_id = _scope(form, _scopes(viewer, names))
            choices = rule_lists.rule_choices(viewer.actor, viewer.workspace, client_id)
        except DatabaseUnavailable as error:
            show_error(error)
            st.button("Try again", key=form.named("try_again"), icon=":material/refresh:")
            return
        values = {
            "client_id": client_id,
            **_description(form, how, what),
            **_result(form, choices),
            **_conditions(form, choices),
        }
        save = _buttons(form)
        if not save and not values["patterns"].strip():
            st.caption(f":material/lightbulb: {_FIRST_STEPS}")
            return
        patterns = parse_patterns(values.pop("patterns"))
        draft = replace(form.rule, patterns=patterns, **values)
        if save:
            _save(viewer, form, draft)
        show_trial(rule_testing.test_rule(viewer.actor, viewer.workspace, draft))


def _scopes(viewer: Viewer, names: Mapping[str, str]) -> dict[str, str]:
    """For whom a rule may be, by client id: "" is the firm, for administrators."""
    whole = rule_lists.may_write_for_firm(viewer.actor, viewer.workspace)
    return {**({"": "The whole firm"} if whole else {}), **names}


def _scope(form: RuleForm, names: Mapping[str, str]) -> str:
    options = list(names)
    chosen = st.selectbox(
        "For",
        options,
        index=options.index(form.rule.client_id) if form.rule.client_id in options else 0,
        format_func=names.__getitem__,
        persist_state="page",
        key=form.named("client"),
        help="A client's own rules go before firm-wide ones.",
    )
    return chosen or ""


def _description(form: RuleForm, how: "DeltaGenerator", what: "DeltaGenerator") -> Values:
    match_type = how.selectbox(
        "If the description",
        list(_TYPES),
        index=list(_TYPES).index(form.rule.match_type),
        format_func=_TYPES.__getitem__,
        persist_state="page",
        key=form.named("type"),
    )
    patterns = what.text_input(
        "Pattern",
        value=patterns_text(form.rule.patterns),
        placeholder="UBER, LYFT",
        persist_state="page",
        key=form.named("patterns"),
        max_chars=2000,
        help=_PATTERN_HELP,
    )
    return {"match_type": match_type, "patterns": patterns}


def _result(form: RuleForm, choices: RuleChoices) -> Values:
    left, middle, right = st.columns(3)
    vendors = {vendor.id: vendor for vendor in choices.vendors}
    chart = {gl.code: gl.label for gl in choices.chart}
    with left:
        vendor_id = _picked(
            form, "Set vendor", vendor_labels(choices.vendors), form.rule.vendor_id, choices
        )
    with middle:
        gl_code = _picked(form, "Set GL code", chart, form.rule.gl_code, choices)
    with right:
        template_id = _picked(
            form,
            "Or split by template",
            template_labels(choices.templates),
            form.rule.template_id,
            choices,
        )
    placed = gl_code or template_id
    if vendor_id and not placed and (default := vendors[vendor_id].default_gl):
        st.caption(f"The vendor brings its default GL code, {plain(chart.get(default, default))}.")
    if words := _template_words(choices, template_id):
        st.caption(f"Splits into {plain(words)}.")
    return {"vendor_id": vendor_id, "gl_code": gl_code, "template_id": template_id}


def _template_words(choices: RuleChoices, template_id: str) -> str:
    chosen = (one for one in choices.templates if one.id == template_id)
    return next((shares_words(one.shares) for one in chosen), "")


def _picked(
    form: RuleForm, label: str, options: Mapping[str, str], now: str, choices: RuleChoices
) -> str:
    """A choice that may stay empty; another client has other lists, and so another widget."""
    keys = list(options)
    chosen = st.selectbox(
        label,
        keys,
        index=keys.index(now) if now in options else None,
        format_func=lambda key: options[key],
        placeholder="Type to search" if options else _NONE_YET[bool(choices.client_id)],
        persist_state="page",
        key=form.named(f"{label}_{choices.client_id}"),
    )
    return chosen or ""


def _conditions(form: RuleForm, choices: RuleChoices) -> Values:
    rule = form.rule
    with st.container(horizontal=True):
        direction = st.selectbox(
            "Money",
            list(_DIRECTIONS),
            index=list(_DIRECTIONS).index(rule.direction),
            format_func=_DIRECTIONS.__getitem__,
            persist_state="page",
            key=form.named("direction"),
            width=150,
        )
        lowest = _amount(form, "Lowest amount", rule.lowest)
        highest = _amount(form, "Highest amount", rule.highest)
        account_id = _account(form, choices) if choices.accounts else ""
        priority = st.number_input(
            "Priority",
            LAST_PRIORITY,
            FIRST_PRIORITY,
            rule.priority,
            persist_state="page",
            key=form.named("priority"),
            help="10 goes first, 1 last. Equal ones: the more specific pattern, then the older.",
            width=150,
        )
    return {
        "direction": direction,
        "lowest": lowest,
        "highest": highest,
        "account_id": account_id,
        "priority": priority,
    }


def _amount(form: RuleForm, label: str, cents: int | None) -> int | None:
    typed = st.number_input(
        label,
        min_value=0.0,
        max_value=_LARGEST,
        value=None if cents is None else cents / 100,
        step=0.01,
        format="%.2f",
        placeholder="Any",
        persist_state="page",
        key=form.named(label),
        help="In dollars and without a sign; the amount itself is included.",
        width=170,
    )
    return None if typed is None else round(typed * 100)


def _account(form: RuleForm, choices: RuleChoices) -> str:
    labels = account_labels(choices.accounts)
    now = form.rule.account_id
    chosen = st.selectbox(
        "Bank account",
        list(labels),
        index=list(labels).index(now) if now in labels else None,
        format_func=labels.__getitem__,
        placeholder="Any",
        persist_state="page",
        key=form.named(f"account_{choices.client_id}"),
        width=300,
    )
    return chosen or ""


def _buttons(form: RuleForm) -> bool:
    """Whether the rule is to be saved now.

    Not by a callback: that would get the values of the run before, without what was typed last.
    """
    with st.container(horizontal=True):
        pressed = st.button(
            "Save rule", type="primary", icon=":material/save:", key=form.named("save")
        )
        if st.button("Cancel", key=form.named("cancel")):
            close_form()
            st.rerun()
    return pressed


def _save(viewer: Viewer, form: RuleForm, draft: Rule) -> None:
    version = form.stored.version if form.stored else 0
    after = rule_writing.save_rule(viewer.actor, viewer.workspace, draft, version)
    tell(viewer, after.rule.number)
    st.session_state[CHOSEN] = after.rule.number
    close_form()
    st.rerun()
