"""What a statement file leaves open: how its dates and signs are meant, and which account it is."""

from dataclasses import replace

import streamlit as st

from ledgersync.services.statement_files import FilePreview, Question, Reading
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
}


def ask_reading(place: str, preview: FilePreview) -> Reading:
    """Ask what the file leaves open; what was answered stays on the page and can be changed."""
    key = f"import_questions_{place}"
    asked: dict[Question, str] = st.session_state.setdefault(key, {})
    asked |= dict(preview.file.questions)
    answers = {question: _ask(place, question, example) for question, example in asked.items()}
    return Reading().answered(answers)


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
    first = list(accounts).index(preview.chosen.id) if preview.chosen else None
    chosen = st.selectbox(
        f"The file holds {len(accounts)} accounts. Which one belongs to the bank account above?",
        list(accounts),
        index=first,
        format_func=lambda key: accounts[key].label(),
        key=f"import_file_account_{place}",
        placeholder="Choose an account of the file",
    )
    return replace(reading, account=chosen)
