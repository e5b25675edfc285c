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
from ledgersync.ui.texts import plain

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
    findings = _judge(known, rows, history, found)
    st.session_state[_PICTURE] = _Picture(history, rows, found, findings)
    return findings


def _judge(
    known: _Picture | None,
    rows: tuple[Transaction, ...],
    history: ClientHistory,
    found: Proposals,
) -> Findings:
    """Judge the rows, of a picture that is known already only those on which something changed."""
    proposed = pairing.by_row(found)
    if known is None or known.proposals is not found:
        return judge(rows, history, proposed)
    news = known.history.changed_vendors(history)
    before = {row.id: row for row in known.rows}
    same = {row.id for row in rows if before.get(row.id) is row and row.vendor_id not in news}
    kept = {id_: findings for id_, findings in known.findings.items() if id_ in same}
    return {**kept, **judge((row for row in rows if row.id not in same), history, proposed)}


def look_words(findings: tuple[Finding, ...]) -> list[str]:
    return [LOOK_WORDS[finding.reason] for finding in findings]


def look_line(findings: tuple[Finding, ...]) -> str:
    """All reasons of a row with their figures, in one line of Markdown."""
    sentences = " · ".join(finding.sentence for finding in findings)
    return f":orange[▲] Needs a look: {plain(sentences)}"
