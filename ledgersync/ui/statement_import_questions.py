"""What a statement file leaves open: columns, how dates and signs are meant, and the account."""

from collections.abc import Mapping
from dataclasses import replace

import streamlit as st

from ledgersync.services.statement_files import (
    ColumnChoice,
    FileColumn,
    FilePreview,
    Question,
    Reading,
)
from ledgersync.ui.labels import told_apart
from ledgersync.ui.texts import plain

_QUESTIONS: dict[Question, tuple[str, dict[bool, str]]] = {
    Question.DAY_FIRST: (
        "The dates can be meant two ways. How does the file write them, as in {example}?",
        {False: "Month first", True: "Day first"},
    ),
    Question.POSITIVE_IS_OUT: (
        "What is an amount without a minus in this file, such as {example}?",
        {False: "Money in", True: "Money out"},
    ),
    Question.NEGATIVE_IS_IN: (
        "What is an amount with a minus in this file, such as {example}?",
        {False: "Money out", True: "Money in"},
    ),
}

_HELD: Mapping[str, str] = {
    "date": "Date",
    "description": "Description",
    "amount": "Amount",
    "debit": "Money out",
    "credit": "Money in",
}
_IN_ONE, _APART = "In one column", "Money out and money in apart"


def ask_reading(place: str, preview: FilePreview) -> Reading:
    """Ask what the file leaves open; what was answered stays on the page and can be changed."""
    columns = _ask_columns(place, preview.file.columns)
    key = f"import_questions_{place}"
    asked: dict[Question, str] = st.session_state.setdefault(key, {})
    asked |= {question: example for question, example in preview.file.questions if example}
    answers = {question: _ask(place, question, example) for question, example in asked.items()}
    return replace(Reading().answered(answers), columns=columns)


def _ask_columns(place: str, offered: tuple[FileColumn, ...]) -> ColumnChoice | None:
    """Ask which column holds what, where the file does not tell; None until all is said."""
    key = f"import_columns_{place}"
    columns: tuple[FileColumn, ...] = st.session_state.setdefault(key, offered) or offered
    if not columns:
        return None
    st.session_state[key] = columns
    st.write("The file does not tell in known words what its columns hold. Which one is which?")
    _show_columns(columns)
    amounts = st.radio(
        "The amounts stand", [_IN_ONE, _APART], horizontal=True, key=f"import_amounts_{place}"
    )
    moved = ("amount",) if amounts == _IN_ONE else ("debit", "credit")
    held = ("date", "description", *moved)
    chosen: dict[str, str] = {}
    for name, box in zip(held, st.columns(len(held)), strict=True):
        with box:
            chosen[name] = _choose_column(place, name, columns)
    titles = [title for title in chosen.values() if title]
    if len(set(titles)) < len(titles):
        st.warning("Two of these are the same column. Choose another one.", icon=":material/rule:")
        return None
    choice = ColumnChoice(**chosen)
    return choice if choice.whole else None


def _show_columns(columns: tuple[FileColumn, ...]) -> None:
    """The file's columns as they stand, with what is in their first rows."""
    rows = {column.title: column.examples for column in columns}
    st.dataframe(rows, hide_index=True)


def _choose_column(place: str, name: str, columns: tuple[FileColumn, ...]) -> str:
    chosen = st.selectbox(
        _HELD[name],
        [column.title for column in columns],
        index=None,
        key=f"import_column_{name}_{place}",
        placeholder="Choose a column",
    )
    return chosen or ""


def _ask(place: str, question: Question, example: str) -> bool | None:
    words, options = _QUESTIONS[question]
    chosen: bool | None = st.radio(
        words.format(example=plain(example)),
        list(options),
        index=None,
        format_func=options.__getitem__,
        horizontal=True,
        key=f"import_{question.value}_{place}",
    )
    return chosen


def ask_account(place: str, preview: FilePreview, reading: Reading) -> Reading:
    """Ask which of the file's accounts is meant, where it has several."""
    accounts = {account.id: account for account in preview.file.accounts}
    if len(accounts) <= 1:
        return reading
    labels = told_apart((id_, one.label(), id_) for id_, one in accounts.items())
    first = list(accounts).index(preview.chosen.id) if preview.chosen else None
    chosen = st.selectbox(
        f"The file holds {len(accounts)} accounts. Which one belongs to the bank account above?",
        list(accounts),
        index=first,
        format_func=labels.__getitem__,
        key=f"import_file_account_{place}",
        placeholder="Choose an account of the file",
    )
    return replace(reading, account=chosen)
