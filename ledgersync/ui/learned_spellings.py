"""How vendors are spelt on statements: proposals, what is written down, and changing it."""

from collections.abc import Sequence
from hashlib import sha256

import pandas as pd
import streamlit as st

from ledgersync.domain.spellings import SpellingProposal, VendorSpellings
from ledgersync.services import spellings
from ledgersync.ui import feedback, labels
from ledgersync.ui.learned_changes import remember
from ledgersync.ui.shell import Viewer, page
from ledgersync.ui.texts import counted, plain

_VENDOR = "learned_vendor"
_PROPOSALS_SHOWN = 6
_ROWS_SHOWN, _ROW_HEIGHT, _HEADER_HEIGHT = 10, 35, 38
_ABOUT = (
    "A row whose description starts with one of a vendor's spellings is proposed that vendor - "
    "for example AMZN MKTP for Amazon. Well-known ones need not be written down."
)
_HELP = "Separate several by commas. Capitals, numbers and places don't matter."


def show_spellings(viewer: Viewer, client_id: str, stamp: str) -> None:
    """The whole part for a client; `stamp` changes with its reviewed rows."""
    listed = spellings.list_spellings(viewer.actor, viewer.workspace, client_id)
    st.caption(_ABOUT)
    if not listed:
        st.info("This client has no vendors yet.", icon=":material/store:")
        st.page_link(page("Clients"), label="Add them on Clients", icon=":material/groups:")
        return
    written = tuple((one.vendor.id, one.vendor.name, one.spellings) for one in listed)
    _proposals(viewer, client_id, listed, _proposed(viewer, client_id, stamp, written))
    _table([one for one in listed if one.spellings])
    _change(viewer, client_id, listed)


# As a resource: nobody changes it, and looking through all reviewed rows takes its time.
@st.cache_resource(max_entries=8, show_spinner="Looking for spellings in the reviewed rows ...")
def _proposed(
    _viewer: Viewer, client_id: str, stamp: str, written: tuple[object, ...]
) -> tuple[SpellingProposal, ...]:
    del stamp, written
    return spellings.propose_spellings(_viewer.actor, _viewer.workspace, client_id)


def vendor_label(one: VendorSpellings) -> str:
    """A vendor with its code, and whether it is the whole firm's."""
    name = labels.vendor_label(one.vendor)
    return name if one.vendor.client_id else f"{name}, whole firm"


def spellings_frame(listed: Sequence[VendorSpellings]) -> pd.DataFrame:
    """One row a vendor."""
    return pd.DataFrame(
        {"Vendor": vendor_label(one), "Spellings": ", ".join(one.spellings)} for one in listed
    )


def _proposals(
    viewer: Viewer,
    client_id: str,
    listed: Sequence[VendorSpellings],
    proposals: Sequence[SpellingProposal],
) -> None:
    if not proposals:
        return
    by_id = {one.vendor.id: one for one in listed}
    with st.container(border=True):
        st.markdown("**Proposed**, as people chose these vendors for such rows again and again")
        for place, one in enumerate(proposals[:_PROPOSALS_SHOWN]):
            _proposal(viewer, client_id, by_id[one.vendor_id], one, place)
        if len(proposals) > _PROPOSALS_SHOWN:
            more = counted(len(proposals) - _PROPOSALS_SHOWN, "more", "more")
            st.caption(f"{more} with fewer rows come after these.")


def _proposal(
    viewer: Viewer, client_id: str, seen: VendorSpellings, one: SpellingProposal, place: int
) -> None:
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown(
            f"**{plain(one.spelling)}** → {plain(vendor_label(seen))} "
            f":small[in {counted(one.rows, 'row')}, last on {one.last_on:%m/%d/%Y}]",
            width="stretch",
        )
        st.button(
            "Add spelling",
            icon=":material/add:",
            key=f"learned_propose_{place}",
            help=f"The newest row: {plain(one.example)}",
            on_click=_save,
            args=(viewer, client_id, seen, [*seen.spellings, one.spelling]),
        )


def _table(listed: Sequence[VendorSpellings]) -> None:
    if not listed:
        st.info("No spellings are written down yet.", icon=":material/spellcheck:")
        return
    st.dataframe(
        spellings_frame(listed),
        hide_index=True,
        height=min(len(listed), _ROWS_SHOWN) * _ROW_HEIGHT + _HEADER_HEIGHT,
        column_config={
            "Vendor": st.column_config.TextColumn(width=320),
            "Spellings": st.column_config.TextColumn(width=640),
        },
        alt="Vendors with their spellings on statements",
    )


def _change(viewer: Viewer, client_id: str, listed: Sequence[VendorSpellings]) -> None:
    by_id = {one.vendor.id: one for one in listed}
    names = labels.unique_labels((id_, vendor_label(one)) for id_, one in by_id.items())
    left, right = st.columns([2, 3])
    if st.session_state.get(_VENDOR) not in by_id:
        st.session_state[_VENDOR] = None
    chosen = left.selectbox(
        "Vendor",
        list(by_id),
        format_func=names.__getitem__,
        index=None,
        placeholder="Choose a vendor to change its spellings",
        persist_state="page",
        key=_VENDOR,
    )
    if chosen is None:
        return
    seen = by_id[chosen]
    key = f"learned_spellings_{_mark(seen)}"
    right.text_input(
        "Spellings",
        value=", ".join(seen.spellings),
        persist_state="page",
        key=key,
        placeholder="AMZN, AMAZON MKTP",
        help=_HELP,
        max_chars=2000,
        on_change=_take_typed,
        args=(viewer, client_id, seen, key),
    )
    if not seen.vendor.client_id:
        st.caption(":material/domain: A vendor of the whole firm: its spellings hold for all.")


def _mark(seen: VendorSpellings) -> str:
    """Another field for what is stored now, so that it never shows what no longer is."""
    return sha256(repr((seen.vendor.id, seen.spellings)).encode()).hexdigest()[:16]


def _take_typed(viewer: Viewer, client_id: str, seen: VendorSpellings, key: str) -> None:
    _save(viewer, client_id, seen, str(st.session_state[key]).split(","))


def _save(viewer: Viewer, client_id: str, seen: VendorSpellings, wanted: Sequence[str]) -> None:
    with feedback.kept():
        now = spellings.set_spellings(viewer.actor, viewer.workspace, seen, wanted)
        if now.spellings != seen.spellings:
            words = f"Spellings of {now.vendor.name}: {', '.join(now.spellings) or 'none'}."
            remember(client_id, words, lambda viewer: _put_back(viewer, now, seen))


def _put_back(viewer: Viewer, now: VendorSpellings, before: VendorSpellings) -> None:
    spellings.set_spellings(viewer.actor, viewer.workspace, now, before.spellings)
