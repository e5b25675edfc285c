"""What was learned, a row for each way that descriptions read; one of them in full below."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import pandas as pd
import streamlit as st

from ledgersync.domain.learned import LearnedChoice, LearnedText, reads_like
from ledgersync.domain.periods import this_month
from ledgersync.domain.searches import literally
from ledgersync.services import learned
from ledgersync.services.learned import LearnedPage, LearnedRow
from ledgersync.ui.learned_changes import stop, suggest_again
from ledgersync.ui.learned_link import LONGEST_SEARCH, SEARCH, TEXT
from ledgersync.ui.shell import Viewer, page
from ledgersync.ui.texts import counted, plain

if TYPE_CHECKING:
    from streamlit.elements.lib.column_types import ButtonColumnResult, ColumnConfig

_ORDER, _OPEN = "learned_order", "learned_open"
_MOST, _NEWEST = "Most rows", "Newest"
_ROWS_SHOWN, _ROW_HEIGHT, _HEADER_HEIGHT = 10, 35, 38
_CHOICES_SHOWN = 4
_NO_TEXT = "(no description)"


def show_texts(viewer: Viewer, found: LearnedPage) -> None:
    """The whole part: search, table, and the chosen text."""
    if not found.texts:
        _nothing_yet(found)
        return
    shown = _filtered(found)
    st.caption(
        f"{counted(len(shown), 'description')}, learned from {counted(found.rows, 'reviewed row')} "
        f"since {found.since:%m/%d/%Y}"
    )
    if not shown:
        st.info("Nothing that was learned has these words.", icon=":material/search_off:")
        return
    _table(shown)
    if text := _choose(shown):
        _in_full(viewer, found.client_id, text)


def texts_frame(texts: Sequence[LearnedText]) -> pd.DataFrame:
    """One row a text: what it teaches with its counts."""
    return pd.DataFrame(
        {
            "open": "Open",
            "text": text.descriptor or _NO_TEXT,
            "gl": _said(text.gl_codes),
            "vendor": _said(text.vendors),
            "rows": text.rows,
            "last": text.last_on,
        }
        for text in texts
    )


def _said(choices: Sequence[LearnedChoice]) -> str:
    """What was stopped, then the commonest choice that is still suggested."""
    live = [choice for choice in choices if not choice.stopped]
    said = [f"⊘ {choice.name} stopped" for choice in choices if choice.stopped]
    said += [choice.words for choice in live[:1]]
    said += [f"{len(live) - 1:,} more"] if len(live) > 1 else []
    return ", ".join(said)


def _nothing_yet(found: LearnedPage) -> None:
    st.info(
        "Nothing was learned for this client yet. Every row that somebody codes and reviews "
        f"teaches; it has none since {found.since:%m/%d/%Y}.",
        icon=":material/school:",
    )
    _review_link("Review this client", {"client": found.client_id})


def _filtered(found: LearnedPage) -> list[LearnedText]:
    with st.container(horizontal=True, vertical_alignment="bottom"):
        search = st.text_input(
            "Search what was learned",
            key=SEARCH,
            placeholder="Description, vendor, GL code",
            icon=":material/search:",
            max_chars=LONGEST_SEARCH,
            label_visibility="collapsed",
        )
        order = st.segmented_control(
            "Order", [_MOST, _NEWEST], key=_ORDER, default=_MOST, label_visibility="collapsed"
        )
    texts = [text for text in found.texts if reads_like(text, search)]
    return sorted(texts, key=lambda text: text.last_on, reverse=True) if order == _NEWEST else texts


def _table(texts: Sequence[LearnedText]) -> None:
    st.dataframe(
        texts_frame(texts),
        hide_index=True,
        height=min(len(texts), _ROWS_SHOWN) * _ROW_HEIGHT + _HEADER_HEIGHT,
        placeholder="",
        column_config=_columns(tuple(text.descriptor for text in texts)),
        alt="What was learned from reviewed rows, by description",
    )


def _columns(texts: tuple[str, ...]) -> "dict[str, ColumnConfig | ButtonColumnResult | None]":
    make = st.column_config
    return {
        "open": make.ButtonColumn(
            "Open", key=_OPEN, type="tertiary", width=60, on_click=_open, args=(texts,)
        ),
        "text": make.TextColumn(
            "Description", width=280, help="Without what differs from one purchase to the next"
        ),
        "gl": make.TextColumn("GL code", width=330),
        "vendor": make.TextColumn("Vendor", width=270),
        "rows": make.NumberColumn("Rows", format="localized", width=70),
        "last": make.DateColumn("Last", format="MM/DD/YYYY", width=95),
    }


def _open(texts: tuple[str, ...]) -> None:
    """Choose the text of the row whose button was pressed, as it was shown then."""
    st.session_state[TEXT] = texts[st.session_state[_OPEN]["row"]]


def _choose(texts: Sequence[LearnedText]) -> LearnedText | None:
    by_text = {text.descriptor: text for text in texts}
    if st.session_state.get(TEXT) not in by_text:
        st.session_state[TEXT] = None
    chosen = st.selectbox(
        "Description",
        list(by_text),
        format_func=lambda text: text or _NO_TEXT,
        index=None,
        placeholder="Choose a description to see its rows, and to stop a suggestion",
        key=TEXT,
    )
    return None if chosen is None else by_text[chosen]


def _in_full(viewer: Viewer, client_id: str, text: LearnedText) -> None:
    with st.container(border=True):
        st.subheader(plain(text.descriptor or _NO_TEXT), anchor=False)
        _choices(viewer, client_id, text.gl_codes)
        _choices(viewer, client_id, text.vendors)
        rows = learned.learned_rows(viewer.actor, viewer.workspace, client_id, text.row_ids)
        if rows:
            _rows(rows, text)
            _review_link("Show the newest on Review", _address(client_id, rows[0], text))


def _choices(viewer: Viewer, client_id: str, choices: Sequence[LearnedChoice]) -> None:
    """The commonest ones and what was stopped; the rest where it does not crowd them."""
    shown = [one for place, one in enumerate(choices) if place < _CHOICES_SHOWN or one.stopped]
    rest = [one for one in choices if one not in shown]
    for choice in shown:
        _choice(viewer, client_id, choice)
    if rest:
        kind = "GL code" if rest[0].stop.gl_code else "vendor"
        with st.expander(f"{counted(len(rest), f'more {kind}')} with fewer rows"):
            for choice in rest:
                _choice(viewer, client_id, choice)


def _choice(viewer: Viewer, client_id: str, choice: LearnedChoice) -> None:
    kind = "GL code" if choice.stop.gl_code else "Vendor"
    words = f"{kind} **{plain(choice.name)}** in {choice.rows:,} of {counted(choice.of, 'row')}"
    with st.container(horizontal=True, vertical_alignment="center"):
        sign = ":red[:material/block:] Stopped: " if choice.stopped else ""
        st.markdown(f"{sign}{words}, last on {choice.last_on:%m/%d/%Y}", width="stretch")
        st.button(
            "Suggest again" if choice.stopped else "Stop suggesting this",
            icon=":material/undo:" if choice.stopped else ":material/block:",
            key=f"learned_choice_{choice.stop.gl_code or choice.stop.vendor_id}",
            on_click=suggest_again if choice.stopped else stop,
            args=(viewer, client_id, choice.stop, choice.name),
        )


def _rows(rows: Sequence[LearnedRow], text: LearnedText) -> None:
    if len(rows) < text.rows:
        st.caption(f"The newest {len(rows):,} of {counted(text.rows, 'row')}:")
    make = st.column_config
    st.dataframe(
        rows_frame(rows),
        hide_index=True,
        height=min(len(rows), _ROWS_SHOWN) * _ROW_HEIGHT + _HEADER_HEIGHT,
        column_config={
            "Date": make.DateColumn(format="MM/DD/YYYY", width=90),
            "Description": make.TextColumn(width=300),
            "Amount": make.NumberColumn(format="accounting", width=95),
            "GL code": make.TextColumn(width=190),
            "Vendor": make.TextColumn(width=160),
            "Decided by": make.TextColumn(width=120),
            "Bank account": make.TextColumn(width=200),
        },
        alt="Reviewed rows that this was learned from",
    )


def rows_frame(rows: Sequence[LearnedRow]) -> pd.DataFrame:
    """One row a transaction."""
    return pd.DataFrame(
        {
            "Date": row.date,
            "Description": row.description,
            "Amount": row.amount / 100,
            "GL code": row.gl_label,
            "Vendor": row.vendor_name,
            "Decided by": row.decided_by,
            "Bank account": row.account_label,
        }
        for row in rows
    )


def _address(client_id: str, row: LearnedRow, text: LearnedText) -> dict[str, str]:
    """Where Review shows a row among those of its month that read like it."""
    month = this_month(row.date)
    there = row.description.lower()
    words = [word for word in text.descriptor.lower().split() if word in there]
    return {
        "client": client_id,
        "account": row.account_id,
        "start": month.start.isoformat(),
        "end": month.end.isoformat(),
        "search": literally(" ".join(words)[:LONGEST_SEARCH]),
    }


def _review_link(label: str, params: dict[str, str]) -> None:
    st.page_link(page("Review"), label=label, icon=":material/checklist:", query_params=params)
