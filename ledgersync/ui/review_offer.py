"""After a correction: "Always do this?", with pattern, scope and what it would change."""

from dataclasses import dataclass, replace
from itertools import count

import streamlit as st

from ledgersync.domain.rules import MatchType, Rule, fold_pattern, parse_patterns, patterns_text
from ledgersync.services import rule_offers, rule_testing, rule_writing
from ledgersync.services.deciding import Saved
from ledgersync.services.rule_offers import RuleOffer
from ledgersync.ui import feedback
from ledgersync.ui.review_dialogs import Dialog
from ledgersync.ui.review_sheet import Sheet
from ledgersync.ui.rules_changes import remember
from ledgersync.ui.rules_trial import show_trial
from ledgersync.ui.shell import Viewer
from ledgersync.ui.texts import plain

_OFFER, _DECLINED, _OPEN = "review_rule_offer", "review_rule_declined", Dialog.RULE
_NUMBERS = count(1)
_LONGEST = 40
_TYPES = {
    MatchType.CONTAINS: "contains",
    MatchType.EXACT: "is exactly",
    MatchType.STARTS_WITH: "starts with",
    MatchType.ENDS_WITH: "ends with",
}


@dataclass(frozen=True, slots=True)
class _Open:
    """An offer that waits for an answer; `key` begins the keys of its widgets."""

    account_id: str
    offer: RuleOffer
    key: str


def note_correction(viewer: Viewer, account_id: str, saved: Saved) -> None:
    """Offer a rule where a person has just coded rows by hand; for callbacks."""
    corrected = [decision.transaction_id for decision in saved.kept if decision.coded]
    if not corrected:
        return
    offer = rule_offers.offer_rule(viewer.actor, viewer.workspace, account_id, corrected)
    if offer and _meaning(offer.rule) not in st.session_state.get(_DECLINED, ()):
        st.session_state[_OFFER] = _Open(account_id, offer, f"review_offer_{next(_NUMBERS)}")


def withdraw_offer() -> None:
    """Take back an offer that is answered, or whose correction is undone; for callbacks."""
    st.session_state.pop(_OFFER, None)
    _close()


def show_offer(sheet: Sheet) -> None:
    """The question of an open offer, in a line that is there anyway: the grid stays in place."""
    waiting: _Open | None = st.session_state.get(_OFFER)
    if waiting is None or waiting.account_id != sheet.choice.account.id:
        return
    st.button(
        question(waiting.offer.rule),
        icon=":material/lightbulb:",
        key="review_offer_open",
        help="Make a rule of your correction. You see first what it would change.",
        on_click=_open,
    )
    _not_now(waiting, "review_offer_decline")
    if st.session_state.get(_OPEN):
        _form(sheet, waiting)


def _not_now(waiting: _Open, key: str) -> bool:
    rule = waiting.offer.rule
    return st.button("Not now", key=key, type="tertiary", on_click=_decline, args=(rule,))


def _open() -> None:
    st.session_state[_OPEN] = True


def _close() -> None:
    st.session_state.pop(_OPEN, None)


def question(rule: Rule) -> str:
    """Such as "Always do this for FACEBK*?"; a star stands for anything around the words."""
    words = patterns_text(rule.patterns)
    short = words if len(words) <= _LONGEST else f"{words[: _LONGEST - 3]}..."
    before = "" if rule.match_type in {MatchType.STARTS_WITH, MatchType.EXACT} else "*"
    after = "" if rule.match_type in {MatchType.ENDS_WITH, MatchType.EXACT} else "*"
    return f"Always do this for {plain(f'{before}{short}{after}')}?"


@st.dialog("Always do this?", width="large", icon=":material/lightbulb:", on_dismiss=_close)
def _form(sheet: Sheet, waiting: _Open) -> None:
    """Pattern, scope and what it sets, with the rows that it would change."""
    with feedback.in_place():
        rule = _scope(sheet, waiting)
        how, what = st.columns([2, 3])
        match_type = how.selectbox(
            "If the description",
            list(_TYPES),
            index=list(_TYPES).index(rule.match_type),
            format_func=_TYPES.__getitem__,
            persist_state="page",
            key=f"{waiting.key}_type",
        )
        typed = what.text_input(
            "Pattern",
            value=patterns_text(rule.patterns),
            persist_state="page",
            key=f"{waiting.key}_pattern",
            max_chars=2000,
            help="Capitals don't matter, * stands for anything, a comma separates patterns.",
        )
        st.markdown(f"It sets **{plain(_sets(sheet, rule))}**.")
        with st.container(horizontal=True):
            saves = st.button("Save as rule", key=f"{waiting.key}_save", type="primary")
            if _not_now(waiting, f"{waiting.key}_decline"):
                st.rerun()
        draft = replace(rule, patterns=parse_patterns(typed), match_type=match_type)
        if saves:
            _save(sheet.viewer, draft)
        show_trial(rule_testing.test_rule(sheet.viewer.actor, sheet.viewer.workspace, draft))


def _scope(sheet: Sheet, waiting: _Open) -> Rule:
    """The offered rule, for whom the person wants it."""
    offer, client = waiting.offer, sheet.choice.client
    wide = st.radio(
        "For",
        [False, True] if offer.firm_wide else [False],
        format_func=lambda everybody: "All clients" if everybody else plain(client.name),
        persist_state="page",
        key=f"{waiting.key}_scope",
        horizontal=True,
    )
    if not wide or offer.firm_wide is None:
        return offer.rule
    if offer.rule.vendor_id and not offer.firm_wide.vendor_id:
        st.caption("The vendor is this client's own, so a rule for all clients leaves it out.")
    return offer.firm_wide


def _sets(sheet: Sheet, rule: Rule) -> str:
    vendor = sheet.vendors.get(rule.vendor_id, "")
    code = sheet.chart.get(rule.gl_code, rule.gl_code)
    named = [f"vendor {vendor}" if vendor else "", f"GL code {code}" if code else ""]
    return " and ".join(filter(None, named))


def _save(viewer: Viewer, draft: Rule) -> None:
    stored = rule_writing.save_rule(viewer.actor, viewer.workspace, draft)
    remember(viewer, stored.rule.number)
    feedback.keep_toast(f"Rule {stored.rule.number} is saved. Change or undo it on Rules.")
    withdraw_offer()
    st.rerun()


def _decline(rule: Rule) -> None:
    """Not again for this pattern and result while this session lasts."""
    declined = st.session_state.get(_DECLINED, frozenset())
    st.session_state[_DECLINED] = declined | {_meaning(rule)}
    withdraw_offer()


def _meaning(rule: Rule) -> tuple[str, ...]:
    patterns = sorted(fold_pattern(MatchType.CONTAINS, pattern) for pattern in rule.patterns)
    return (rule.client_id, rule.vendor_id, rule.gl_code, *patterns)
