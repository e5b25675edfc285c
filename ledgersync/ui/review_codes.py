"""Choosing a vendor or a GL code from a list by typing."""

from collections.abc import Callable, Mapping
from typing import Any

import streamlit as st


def code_box(
    label: str,
    key: str,
    labels: Mapping[str, str],
    *,
    chosen: str = "",
    disabled: bool = False,
    on_change: Callable[..., None] | None = None,
    args: tuple[Any, ...] = (),
) -> str | None:
    """A list that is searched by typing; `labels` are the codes' words, `chosen` one of them."""
    codes = list(labels)
    return st.selectbox(
        label,
        codes,
        index=codes.index(chosen) if chosen in labels else None,
        format_func=labels.__getitem__,
        key=key,
        placeholder="Type to search",
        disabled=disabled,
        on_change=on_change,
        args=args,
    )
