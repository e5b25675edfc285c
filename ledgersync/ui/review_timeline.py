"""The timeline of loaded days, statements and closed periods, with gaps and overlaps marked."""

from collections.abc import Iterable
from datetime import timedelta

import streamlit as st

from ledgersync.domain.periods import Period
from ledgersync.domain.timelines import Timeline, timeline
from ledgersync.services.ties import AccountTie
from ledgersync.ui.texts import plain

_LOADED, _PAPER, _CLOSED = "Loaded", "Statements", "Closed"
# Middle tones that hold on white and on dark; signs and the words below say the same.
_TINTS = {_LOADED: "#4c8fd6", _PAPER: "#8a7bd1", _CLOSED: "#3f9c6d"}
_ROW, _BAR = 26, 14
_CHOSEN_MARK: dict[str, object] = {"type": "rect", "color": "#808495", "opacity": 0.16}
_BAR_MARK: dict[str, object] = {"type": "bar", "height": _BAR, "cornerRadius": 2, "clip": True}
_SIGN_MARK: dict[str, object] = {
    "type": "bar",
    "height": _BAR + 4,
    "fillOpacity": 0.25,
    "strokeWidth": 2,
    "strokeDash": [3, 2],
    "clip": True,
}
_SIGNS = {
    "field": "sign",
    "type": "nominal",
    "scale": {"domain": ["gap", "twice"], "range": ["#c9503c", "#d99a2b"]},
    "legend": None,
}
# Bars end some hours early, so that one after the other can be told apart.
_SEAM = timedelta(hours=14)


def show_timeline(found: AccountTie) -> None:
    """The chart, and in words what it shows of gaps and overlaps."""
    shown = timeline(found.tie.period, found.loaded, found.statements)
    said = shown.words()
    st.vega_lite_chart(_spec(found, shown), alt=f"Timeline. {' '.join(said)}")
    for sentence in said:
        st.caption(plain(sentence))


def _spec(found: AccountTie, shown: Timeline) -> dict[str, object]:
    closed = [c.period for c in found.closings if c.closed]
    rows = [_LOADED, _PAPER, *([_CLOSED] if closed else [])]
    axes = {**_across(shown.window), "y": _rows(rows)}
    bars = [
        *_spans(_LOADED, shown.loaded),
        *_spans(_PAPER, shown.statements),
        *_spans(_CLOSED, closed),
    ]
    signs = [
        *_spans(_LOADED, shown.not_loaded, "gap"),
        *_spans(_PAPER, shown.without_statement, "gap"),
        *_spans(_PAPER, shown.twice, "twice"),
    ]
    chosen = _spans("", [found.tie.period], "chosen period")
    return {
        "height": {"step": _ROW},
        "layer": [
            _layer(chosen, _CHOSEN_MARK, _across(shown.window)),
            _layer(bars, _BAR_MARK, {**axes, "color": _tints(rows)}),
            _layer(signs, _SIGN_MARK, {**axes, "stroke": _SIGNS, "fill": _SIGNS}),
        ],
        "resolve": {"scale": {"color": "independent", "fill": "independent"}},
    }


def _layer(
    spans: list[dict[str, str]], mark: dict[str, object], encoding: dict[str, object]
) -> dict[str, object]:
    about = [{"field": "days", "title": "Days"}, {"field": "sign", "title": "What"}]
    return {"data": {"values": spans}, "mark": mark, "encoding": {**encoding, "tooltip": about}}


def _across(window: Period) -> dict[str, object]:
    """From and to on one axis of days."""
    domain = [_moment(window.start), _moment(window.end + timedelta(days=1))]
    axis = {"format": "%b %-d", "tickCount": 6, "grid": False}
    x = {"field": "from", "type": "temporal", "title": None, "axis": axis}
    return {"x": {**x, "scale": {"domain": domain}}, "x2": {"field": "to"}}


def _rows(rows: list[str]) -> dict[str, object]:
    y = {"field": "row", "type": "nominal", "title": None}
    return {**y, "sort": rows, "scale": {"domain": rows}}


def _tints(rows: list[str]) -> dict[str, object]:
    scale = {"domain": rows, "range": [_TINTS[row] for row in rows]}
    return {"field": "row", "type": "nominal", "scale": scale, "legend": None}


def _spans(row: str, spans: Iterable[Period], sign: str = "") -> list[dict[str, str]]:
    return [
        {
            "row": row,
            "from": _moment(span.start),
            "to": f"{_end(span)}",
            "days": span.words(),
            "sign": sign or row.lower().removesuffix("s"),
        }
        for span in spans
    ]


def _moment(day: object) -> str:
    """A day's begin on the reader's own clock: a bare date would be read as one of Greenwich."""
    return f"{day}T00:00:00"


def _end(span: Period) -> str:
    return f"{span.end}T{24 - _SEAM.seconds // 3600:02d}:00:00"
