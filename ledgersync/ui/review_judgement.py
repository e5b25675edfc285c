"""Which open rows need judgement: worked out once per state of the rows and of what was decided."""

from collections.abc import Mapping
from dataclasses import dataclass

import streamlit as st

from ledgersync.domain.judgement import (
    WORDS,
    ClientHistory,
    Finding,
    Findings,
    Proposed,
    Reason,
    judge,
    near_duplicates,
)
from ledgersync.domain.transactions import Transaction
from ledgersync.services import judging
from ledgersync.ui.shell import Viewer

_PICTURE = "review_judgement_picture"

LOOK_WORDS: Mapping[Reason, str] = {reason: f"▲ {words}" for reason, words in WORDS.items()}
"""The reasons as the grid shows them: all in one colour, as each means the same: look here."""


@dataclass(frozen=True)
class _Picture:
    history: ClientHistory
    rows: tuple[Transaction, ...]
    findings: Findings


def judged_rows(viewer: Viewer, client_id: str, rows: tuple[Transaction, ...]) -> Findings:
    """Why rows need judgement; that the viewer may see them was checked before."""
    known: _Picture | None = st.session_state.get(_PICTURE)
    before = known.history if known else None
    history = judging.client_history(viewer.actor, viewer.workspace, client_id, before)
    if known and known.history is history and known.rows is rows:
        return known.findings
    findings = judge(rows, history, _proposed(rows))
    st.session_state[_PICTURE] = _Picture(history, rows, findings)
    return findings


def _proposed(rows: tuple[Transaction, ...]) -> Proposed:
    return Proposed(duplicates=near_duplicates(rows))


def look_words(findings: tuple[Finding, ...]) -> list[str]:
    return [LOOK_WORDS[finding.reason] for finding in findings]


def look_sentences(findings: tuple[Finding, ...]) -> str:
    """All reasons of a row with their figures, in one line."""
    return " · ".join(finding.sentence for finding in findings)
