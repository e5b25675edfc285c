"""The filters of Exports: client, layout, by whom, when, and a search in what is known of each."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date

import streamlit as st

from ledgersync.services import exporting
from ledgersync.services.exporting import ExportBatch
from ledgersync.ui.times import for_table


@dataclass(frozen=True)
class ExportFilter:
    """What to let through; None and "" let everything through."""

    client: str | None = None
    layout: str | None = None
    by: str | None = None
    first: date | None = None
    last: date | None = None
    words: str = ""

    def lets_through(self, batch: ExportBatch, label: str) -> bool:
        """Whether a batch fits; `label` is what its bank account is called."""
        day = _day(batch)
        return (
            self.client in {None, batch.client_name}
            and self.layout in {None, batch.layout}
            and self.by in {None, batch.created_by}
            and (self.first or day) <= day <= (self.last or day)
            and all(word in _searchable(batch, label) for word in self.words.lower().split())
        )


def choose_filter(batches: Sequence[ExportBatch]) -> ExportFilter:
    """Show the filters and return what they let through."""
    titles = layout_titles()
    client, layout, by = st.columns(3)
    with client:
        names = (batch.client_name for batch in batches)
        chosen_client = _one_of("Client", names, "All clients", "exports_client")
    with layout:
        used = (batch.layout for batch in batches)
        chosen_layout = _one_of(
            "Layout", used, "All layouts", "exports_layout", lambda name: _title(titles, name)
        )
    with by:
        people = (batch.created_by for batch in batches)
        chosen_person = _one_of("By", people, "Everybody", "exports_by")
    first, last, search = st.columns(3)
    with first:
        since = _day_box("Exported from", "exports_from")
    with last:
        until = _day_box("Exported until", "exports_until")
    with search:
        words = st.text_input(
            "Search",
            key="exports_search",
            placeholder="File, account, number, reason",
        )
    return ExportFilter(chosen_client, chosen_layout, chosen_person, since, until, words)


def layout_titles() -> dict[str, str]:
    return {layout.name: layout.title for layout in exporting.layouts()}


def _one_of(
    label: str,
    values: Iterable[str],
    everything: str,
    key: str,
    words: Callable[[str], str] = str,
) -> str | None:
    return st.selectbox(
        label,
        sorted(set(values), key=str.lower),
        index=None,
        format_func=words,
        placeholder=everything,
        key=key,
    )


def _day_box(label: str, key: str) -> date | None:
    return st.date_input(label, value=None, format="MM/DD/YYYY", key=key)


def _title(titles: dict[str, str], name: str) -> str:
    return f"{titles[name]} ({name})" if name in titles else name


def _day(batch: ExportBatch) -> date:
    local = for_table(batch.created_at) or batch.created_at
    return local.date()


def _searchable(batch: ExportBatch, label: str) -> str:
    texts = (
        f"no. {batch.number}",
        batch.client_name,
        label,
        batch.file_name,
        batch.layout,
        batch.override_reason,
        batch.sha256,
    )
    return "\n".join(texts).lower()
