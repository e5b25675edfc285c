"""What a rule would do, in words and as the rows that show it."""

from collections.abc import Sequence

import pandas as pd
import streamlit as st

from ledgersync.services.rule_testing import Outcome, RuleTest, TriedRow
from ledgersync.ui.texts import counted, plain

_ROW_HEIGHT, _ROWS_SHOWN = 35, 10
_OUTCOMES = {
    Outcome.CHANGES: "→ Would change",
    Outcome.BY_HAND: "◆ By hand, stays",
    Outcome.SAME: "= Says so already",
    Outcome.TAKEN: "↑ Earlier rule decides",
    Outcome.LACKING: "⊘ Client lacks the code",
    Outcome.FITS: "· Fits",
}
_COLOURS = ["orange", "blue", "green", "gray", "red", "gray"]
_UNFINISHED = "Choose a vendor, a GL code or a split template to see what would change."
_CLIENTS_NAMED = 3


def show_trial(test: RuleTest) -> None:
    """The sentence, the remarks, and the rows."""
    st.markdown(f"**{headline(test)}** Tried on the last 12 months.")
    for remark in remarks(test):
        st.caption(f":material/info: {plain(remark)}")
    if test.rows:
        _rows(test)


def headline(test: RuleTest) -> str:
    """What the rule would change, in one sentence."""
    if not test.fits:
        return "No row has such a description."
    if _unfinished(test):
        return f"Fits {counted(test.fits, 'row')}."
    if not test.would_change:
        return f"Fits {counted(test.fits, 'row')} and would change none."
    words = f"Would change {counted(test.would_change, 'row')}"
    if not test.by_hand:
        return f"{words}."
    if test.would_change == 1:
        return f"{words}, coded by hand - it stays."
    part = "all" if test.by_hand == test.would_change else f"{test.by_hand:,}"
    return f"{words}, {part} of them coded by hand - those stay."


def remarks(test: RuleTest) -> list[str]:
    """What else there is to know: rows that say so already, earlier rules, lacking codes."""
    said = [_UNFINISHED] if _unfinished(test) else []
    if test.already_same:
        rows = counted(test.already_same, "row says", "rows say")
        said.append(f"{rows} so already.")
    said += [
        f"Rule {number} goes first on {counted(rows, 'row')}." for number, rows in test.shadowed_by
    ]
    if test.lacking:
        said.append(_lacking_words(test.lacking))
    return said


def _unfinished(test: RuleTest) -> bool:
    """Whether the rule says nothing yet of the rows that it fits."""
    return any(row.outcome is Outcome.FITS for row in test.rows[:1])


def trial_frame(rows: Sequence[TriedRow]) -> pd.DataFrame:
    """One row a transaction, those that would change first."""
    return pd.DataFrame(
        {
            "Outcome": [_OUTCOMES[row.outcome]],
            "Date": row.date,
            "Description": row.description,
            "Amount": row.amount / 100,
            "Now": row.now,
            "The rule says": row.rule_says,
            "Decided by": f"Rule {row.taken_by}" if row.taken_by else "",
            "Client": row.client_name,
            "Bank account": row.account_label,
        }
        for row in rows
    )


def _lacking_words(lacking: Sequence[tuple[str, int]]) -> str:
    names = ", ".join(name for name, _ in lacking[:_CLIENTS_NAMED])
    more = len(lacking) - _CLIENTS_NAMED
    others = f" and {counted(more, 'other client')}" if more > 0 else ""
    rows = counted(sum(count for _, count in lacking), "row")
    return (
        f"Not for {names}{others}: the vendor, GL code or split is not in their lists, "
        f"so the rule leaves {rows} of theirs alone."
    )


def _column_order(test: RuleTest) -> list[str]:
    """All columns, without those that would say nothing."""
    hidden = set() if test.shadowed_by else {"Decided by"}
    if _unfinished(test):
        hidden |= {"Outcome", "The rule says"}
    if len({row.client_name for row in test.rows}) == 1:
        hidden.add("Client")
    return [column for column in trial_frame(test.rows[:1]).columns if column not in hidden]


def _rows(test: RuleTest) -> None:
    if len(test.rows) < test.fits:
        st.caption(f"The first {len(test.rows):,} of {counted(test.fits, 'row')}:")
    make = st.column_config
    st.dataframe(
        trial_frame(test.rows),
        hide_index=True,
        column_order=_column_order(test),
        height=(min(len(test.rows), _ROWS_SHOWN) + 1) * _ROW_HEIGHT + 3,
        column_config={
            "Outcome": make.MultiselectColumn(
                options=list(_OUTCOMES.values()), color=_COLOURS, width=165
            ),
            "Date": make.DateColumn(format="MM/DD/YYYY", width=90),
            "Description": make.TextColumn(width=300),
            "Amount": make.NumberColumn(format="accounting", width=95),
            "Now": make.TextColumn(width=150),
            "The rule says": make.TextColumn(width=150),
            "Client": make.TextColumn(width=160),
            "Bank account": make.TextColumn(width=220),
        },
        alt="Rows of the last 12 months that fit the rule",
    )
