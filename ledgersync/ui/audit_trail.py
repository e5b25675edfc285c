"""The audit trail on Settings: who did what, with filters, as a file, and checked on demand."""

import json
from collections.abc import Mapping
from datetime import date, datetime, time, timedelta

import pandas as pd
import streamlit as st

from ledgersync import clock
from ledgersync.services import audit_trail, key_care
from ledgersync.services.audit_trail import ID, AuditEntry, Trail, TrailFilter, Verdict
from ledgersync.ui.feedback import in_place
from ledgersync.ui.labels import told_apart
from ledgersync.ui.shell import Viewer
from ledgersync.ui.texts import counted, plain
from ledgersync.ui.times import for_table, when_words, zone

_VERDICT = "audit_verdict"


def audit_section(viewer: Viewer) -> None:
    """The section, for those who administer the app."""
    if not key_care.may_administer(viewer.actor, viewer.workspace):
        return
    st.header("Audit trail", anchor=False)
    st.write(
        "Who did what and when. Entries can only be added; each is bound to the one before and "
        "signed with the encryption key, so a later change shows."
    )
    _check(viewer)
    if st.toggle("Show the entries", key="audit_shown"):
        _entries(viewer)


@st.fragment
def _check(viewer: Viewer) -> None:
    if st.button("Verify the audit trail", icon=":material/verified_user:"):
        with in_place(), st.spinner("Checking every entry ..."):
            verdict = audit_trail.verify_trail(viewer.actor, viewer.workspace)
            st.session_state[_VERDICT] = (verdict, clock.now())
    if found := st.session_state.get(_VERDICT):
        _tell(*found)


def _tell(verdict: Verdict, when: datetime) -> None:
    if verdict.intact:
        words = f"Checked at {when_words(when)}: the trail is intact, {verdict_words(verdict)}."
        st.success(words, icon=":material/verified_user:")
    else:
        st.error(
            f"**{plain(verdict.bad)}** The {counted(verdict.entries, 'entry', 'entries')} before "
            "it are as they were. Compare with a backup from before, and find out who can write to "
            "the database.",
            icon=":material/gpp_bad:",
        )
    for warning in verdict.warnings:
        st.warning(plain(warning), icon=":material/warning:")


def verdict_words(verdict: Verdict) -> str:
    """How many entries there are and how they are secured, in a clause."""
    parts = [f"{counted(verdict.signed + verdict.covered, 'entry', 'entries')} signed"]
    if verdict.unsigned:
        parts.append(f"{verdict.unsigned:,} not signed")
    if verdict.unsure:
        parts.append(f"{verdict.unsure:,} checked without their key")
    if verdict.older:
        parts.append(f"{verdict.older:,} from before entries were bound to each other")
    return ", ".join(parts)


@st.fragment
def _entries(viewer: Viewer) -> None:
    with in_place():
        _filtered(viewer, _filter(viewer))


def _filtered(viewer: Viewer, wanted: TrailFilter) -> None:
    found = audit_trail.trail(viewer.actor, viewer.workspace, wanted)
    if not found.entries:
        st.info("No entry fits these filters.", icon=":material/filter_alt_off:")
        return
    st.caption(_count_words(found))
    st.dataframe(
        trail_frame(found),
        hide_index=True,
        placeholder="",
        height=420,
        column_config={
            "Entry": st.column_config.NumberColumn(width=64, format="localized"),
            "When": st.column_config.DatetimeColumn(format="MM/DD/YYYY HH:mm:ss", width=150),
            "Who": st.column_config.TextColumn(width=130),
            "Action": st.column_config.TextColumn(width=130),
            "Subject": st.column_config.TextColumn(width=110),
            "Which": st.column_config.TextColumn(width=220),
            "Detail": st.column_config.TextColumn(width=420),
            "Signed": st.column_config.TextColumn(width=70),
        },
        alt="Entries of the audit trail, the newest first",
    )
    st.download_button(
        "Download as CSV",
        lambda: audit_trail.trail_file(viewer.actor, viewer.workspace, wanted),
        file_name=f"audit-trail-{clock.now():%Y%m%d-%H%M%S}.csv",
        mime="text/csv",
        icon=":material/download:",
        on_click="ignore",
    )


def _filter(viewer: Viewer) -> TrailFilter:
    choices = audit_trail.trail_choices(viewer.actor, viewer.workspace)
    who, action, subject = st.columns(3)
    first, last, search = st.columns(3)
    people = told_apart((one, one.name, one.email or one.user_id) for one in choices.people)
    with who:
        person = st.selectbox(
            "Who",
            list(people),
            index=None,
            format_func=people.__getitem__,
            placeholder="Everybody",
            key="audit_who",
        )
    with action:
        done = st.selectbox(
            "Action", choices.actions, index=None, placeholder="All actions", key="audit_action"
        )
    with subject:
        thing = st.selectbox("Subject", choices.subjects, index=None, placeholder="All subjects")
    with first:
        since = st.date_input("From", value=None, format="MM/DD/YYYY", key="audit_from")
    with last:
        until = st.date_input("Until", value=None, format="MM/DD/YYYY", key="audit_until")
    with search:
        words = st.text_input(
            "Search", key="audit_search", placeholder="Words, names, codes, ids", max_chars=200
        )
    return TrailFilter(
        person=person.name if person else "",
        user_id=person.user_id if person else "",
        action=done or "",
        subject=thing or "",
        since=_midnight(since),
        until=_midnight(until, days=1),
        words=words,
    )


def _midnight(day: date | None, days: int = 0) -> datetime | None:
    """The beginning of a day on the reader's clock, or of a later one."""
    if day is None:
        return None
    return datetime.combine(day + timedelta(days), time(), zone()).astimezone()


def _count_words(found: Trail) -> str:
    total = counted(found.total, "entry", "entries")
    if found.total == len(found.entries):
        return total
    return f"The newest {len(found.entries):,} of {total}; the CSV file has them all"


def trail_frame(found: Trail) -> pd.DataFrame:
    """One row an entry, the newest first."""
    return pd.DataFrame([_row(entry, found.names) for entry in found.entries])


def named(text: str, names: Mapping[str, str]) -> str:
    """The text with every id that stands for something known replaced by its name."""
    return ID.sub(lambda id_: names.get(id_[0], id_[0]), text)


def _row(entry: AuditEntry, names: Mapping[str, str]) -> dict[str, object]:
    return {
        "Entry": entry.seq,
        "When": for_table(entry.at),
        "Who": entry.user_name,
        "Action": entry.action.capitalize(),
        "Subject": entry.subject,
        "Which": named(entry.subject_id, names),
        "Detail": named(detail_words(entry.detail), names),
        "Signed": entry.key_id or ("no" if entry.chain else "older"),
    }


def detail_words(detail: str) -> str:
    """What an entry holds, as people read it: "gl code: 6100 → 6250; vendor: none → Harbor"."""
    try:
        held = json.loads(detail)
    except ValueError:
        return detail
    if not isinstance(held, dict):
        return detail
    labels = {name: name.removesuffix("_id").replace("_", " ") for name in held}
    return "; ".join(f"{labels[name]}: {_value(value)}" for name, value in held.items())


def _value(value: object) -> str:
    match value:
        case [before, after] if not isinstance(before, list | dict):
            return f"{_value(before)} → {_value(after)}"
        case None | "" | [] | {}:
            return "none"
        case bool():
            return "yes" if value else "no"
        case str() | int() | float():
            return str(value)
        case _:
            return json.dumps(value)
