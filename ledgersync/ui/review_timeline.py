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
_GAP, _TWICE, _PERIOD = "#c9503c", "#d99a2b", "#808495"
_ROW, _BAR = 26, 14
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
    bars = [
        *_spans(_LOADED, shown.loaded),
        *_spans(_PAPER, shown.statements),
        *_spans(_CLOSED, closed),
    ]
    marks = [
        *_spans(_LOADED, shown.not_loaded, "gap"),
        *_spans(_PAPER, shown.without_statement, "gap"),
        *_spans(_PAPER, shown.twice, "twice"),
    ]
    rows = [_LOADED, _PAPER, *([_CLOSED] if closed else [])]
    window = [_moment(shown.window.start), _moment(shown.window.end + timedelta(days=1))]
    x = {
        "field": "from",
        "type": "temporal",
        "title": None,
        "scale": {"domain": window},
        "axis": {"format": "%b %-d", "tickCount": 6, "grid": False},
    }
    y = {"field": "row", "type": "nominal", "title": None, "sort": rows, "scale": {"domain": rows}}
    place = {"x": x, "x2": {"field": "to"}}
    tints = {"domain": rows, "range": [_TINTS[row] for row in rows]}
    signs = {"domain": ["gap", "twice"], "range": [_GAP, _TWICE]}
    sign = {"field": "sign", "type": "nominal", "scale": signs, "legend": None}
    about = [{"field": "days", "title": "Days"}, {"field": "sign", "title": "What"}]
    return {
        "height": {"step": _ROW},
        "layer": [
            {
                "data": {"values": _spans("", [found.tie.period], "chosen period")},
                "mark": {"type": "rect", "color": _PERIOD, "opacity": 0.16},
                "encoding": {**place, "tooltip": about},
            },
            {
                "data": {"values": bars},
                "mark": {"type": "bar", "height": _BAR, "cornerRadius": 2, "clip": True},
                "encoding": {
                    **place,
                    "y": y,
                    "color": {"field": "row", "type": "nominal", "scale": tints, "legend": None},
                    "tooltip": about,
                },
            },
            {
                "data": {"values": marks},
                "mark": {
                    "type": "bar",
                    "height": _BAR + 4,
                    "fillOpacity": 0.25,
                    "strokeWidth": 2,
                    "strokeDash": [3, 2],
                    "clip": True,
                },
                "encoding": {
                    **place,
                    "y": y,
                    "stroke": sign,
                    "fill": sign,
                    "tooltip": about,
                },
            },
        ],
        "resolve": {"scale": {"color": "independent", "fill": "independent"}},
    }


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
