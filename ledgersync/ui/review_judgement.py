"""Which open rows need judgement: worked out once per state of the rows and of what was decided."""

from collections.abc import Mapping
from dataclasses import dataclass

import streamlit as st

from ledgersync.domain.judgement import (
    WORDS,
    ClientHistory,
    Finding,
    Findings,
    Reason,
    judge,
)
from ledgersync.domain.transactions import Transaction
from ledgersync.services import judging, pairing
from ledgersync.services.pairing import Proposals
from ledgersync.ui.review_choice import Choice
from ledgersync.ui.review_proposals import proposals_of
from ledgersync.ui.shell import Viewer

_PICTURE = "review_judgement_picture"

LOOK_WORDS: Mapping[Reason, str] = {reason: f"▲ {words}" for reason, words in WORDS.items()}
"""The reasons as the grid shows them: all in one colour, as each means the same: look here."""


@dataclass(frozen=True)
class _Picture:
    history: ClientHistory
    rows: tuple[Transaction, ...]
    proposals: Proposals
    findings: Findings


def judged_rows(viewer: Viewer, choice: Choice, rows: tuple[Transaction, ...]) -> Findings:
    """Why rows need judgement; that the viewer may see them was checked before."""
    known: _Picture | None = st.session_state.get(_PICTURE)
    before = known.history if known else None
    history = judging.client_history(viewer.actor, viewer.workspace, choice.client.id, before)
    found = proposals_of(viewer, choice)
    if known and known.history is history and known.rows is rows and known.proposals is found:
        return known.findings
    findings = judge(rows, history, pairing.by_row(found))
    st.session_state[_PICTURE] = _Picture(history, rows, found, findings)
    return findings


def look_words(findings: tuple[Finding, ...]) -> list[str]:
    return [LOOK_WORDS[finding.reason] for finding in findings]


def look_sentences(findings: tuple[Finding, ...]) -> str:
    """All reasons of a row with their figures, in one line."""
    return " · ".join(finding.sentence for finding in findings)
