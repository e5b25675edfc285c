"""How a file gets into its receiver the first time: one page per layout, from its description."""

import pandas as pd
import streamlit as st

from ledgersync.services import exporting
from ledgersync.services.exporting import Layout
from ledgersync.ui import addresses

_CHOSEN = "import_guide_layout"
_PARAM = "layout"
_NOT_MAPPED = "not mapped"


def guides_section() -> None:
    """The guides on Help: choose a layout, read its page. The layout stands in the address."""
    st.header("Importing the file into Accounting CS", anchor=False)
    titles = {layout.name: layout.title for layout in exporting.layouts()}
    if (asked := addresses.asked(_PARAM, _CHOSEN)) in titles:
        st.session_state[_CHOSEN] = asked
    name = st.selectbox(
        "Which file do you want to import?",
        list(titles),
        format_func=lambda one: f"{titles[one]} ({one})",
        key=_CHOSEN,
        width=420,
    )
    addresses.keep(_PARAM, "" if name == next(iter(titles)) else name)
    show_guide(_layout(name))


def offer_guide(name: str) -> None:
    """A button that opens the guide of a layout beside the export; others can be chosen there."""
    if st.button(
        "How to import the file", icon=":material/menu_book:", type="tertiary", key="open_guide"
    ):
        _dialog(name)


@st.dialog("How to import the file", width="large", icon=":material/menu_book:")
def _dialog(name: str) -> None:
    titles = {layout.name: layout.title for layout in exporting.layouts()}
    chosen = st.selectbox(
        "File",
        list(titles),
        index=list(titles).index(name),
        format_func=lambda one: titles[one],
        key="guide_dialog_layout",
    )
    show_guide(_layout(chosen))


def show_guide(layout: Layout) -> None:
    """One page: the steps, where each column goes, what to look at, and what is our choice."""
    guide = layout.guide
    st.markdown(f"**The first time: {layout.title} into {guide.receiver}**")
    st.markdown("\n".join(f"{n}. {step}" for n, step in enumerate(guide.steps, start=1)))
    about = f", for step {guide.mapping_step}" if guide.mapping_step else ""
    st.markdown(f"**What each column is{about}**")
    st.table(mapping_frame(layout), border="horizontal", width="content")
    st.markdown("**What to look at**")
    st.markdown("\n".join(f"- {check}" for check in guide.checks))
    if guide.choices:
        st.info(_choices(layout), icon=":material/info:")


def mapping_frame(layout: Layout) -> pd.DataFrame:
    """A line a column: what it is called in the file and at the receiver, and what to know."""
    field = f"Field in {layout.guide.receiver}"
    if layout.format.is_records:
        field = "What it is"
    rows = [
        {
            "In the file": column.header.replace("*", r"\*"),
            field: column.field or _NOT_MAPPED,
            "Good to know": column.hint,
        }
        for column in layout.columns
    ]
    return pd.DataFrame(rows).set_index("In the file")


def _choices(layout: Layout) -> str:
    by = " by Thomson Reuters" if layout.guide.receiver == "Accounting CS" else ""
    listed = "\n".join(f"- {choice}" for choice in layout.guide.choices)
    return f"**Not documented{by}, so our choice:**\n{listed}"


def _layout(name: str) -> Layout:
    return next(layout for layout in exporting.layouts() if layout.name == name)
