"""Encryption keys on Settings: where they are, the recovery kit, and bringing a key back."""

import pandas as pd
import streamlit as st

from ledgersync.services import key_care, key_rotation
from ledgersync.services.key_report import KeyPlace, KeyReport, key_report
from ledgersync.services.key_rotation import Rotation
from ledgersync.ui.feedback import in_place
from ledgersync.ui.secret_fields import KIT_TEXT, taken
from ledgersync.ui.shell import Viewer
from ledgersync.ui.texts import counted

_RESTORED = "restored_key"
_ROTATED, _RETIRED = "rotated_keys", "retired_key"


def keys_section(viewer: Viewer) -> None:
    """The section, for those who administer the app."""
    if not key_care.may_administer(viewer.actor, viewer.workspace):
        return
    st.header("Encryption keys", anchor=False)
    st.write(
        "The LedgerSync log-in is stored encrypted, and the audit trail is signed. The key to both "
        "is kept apart from the database, so that a copy of the data or a backup does not open it."
    )
    printable: tuple[str, ...] = ()
    with in_place():
        report = key_report(viewer.actor, viewer.workspace)
        printable = report.printable
        _overview(report)
    if rotated := st.session_state.pop(_ROTATED, None):
        _tell(rotated)
    if retired := st.session_state.pop(_RETIRED, ""):
        st.success(retired, icon=":material/check_circle:")
    with st.expander("Change the key", icon=":material/autorenew:"), in_place():
        _change(viewer)
    with st.expander("Recovery kit", icon=":material/print:"):
        _kit(viewer, printable)
    with st.expander("Restore a key", icon=":material/key:"):
        _restore(viewer)


def _overview(report: KeyReport) -> None:
    st.dataframe(
        pd.DataFrame([_row(place) for place in report.places]),
        hide_index=True,
        alt="Where encryption keys are looked for, in order",
    )
    if report.keys:
        st.dataframe(
            pd.DataFrame([{"Key": key.id, "State": key.state} for key in report.keys]),
            hide_index=True,
            column_config={"Key": st.column_config.TextColumn(width=80)},
            alt="Encryption keys and what each is for",
        )


def _change(viewer: Viewer) -> None:
    """A new key; and the old ones, as soon as nothing needs them."""
    st.write(
        "A new key is made and everything stored is sealed with it anew, as one step. Do this when "
        "somebody may have seen the key. Earlier backups still need the key of their time."
    )
    if st.button("Change the key now", key="rotate_keys"):
        with st.spinner("Sealing everything with a new key ..."):
            done = key_rotation.rotate_keys(viewer.actor, viewer.workspace)
        st.session_state[_ROTATED] = done
        st.rerun()
    old = [key.id for key in key_report(viewer.actor, viewer.workspace).keys if key.may_retire]
    if old:
        _retire(viewer, old)


def _retire(viewer: Viewer, old: list[str]) -> None:
    st.write(
        "Nothing stored needs these keys any more. Only a backup from a key's own time does: once "
        "the key is retired, it comes back from its recovery kit alone."
    )
    chosen = st.selectbox("Old key", old, key="old_key", width=320)
    kept = st.checkbox(
        f"I have the recovery kit of {chosen}, or need no backup from its time", key="kit_is_kept"
    )
    if st.button(f"Retire {chosen}", key="retire_key", disabled=not kept) and kept:
        done = key_rotation.retire_key(viewer.actor, viewer.workspace, chosen)
        where = f"It was taken out of: {', '.join(done.places)}." if done.places else ""
        st.session_state[_RETIRED] = f"Key {done.key_id} is retired. {where}".strip()
        st.rerun()


def _tell(done: Rotation) -> None:
    st.success(
        f"Key {done.key_id} is in use: {counted(done.found, 'stored value')} found, "
        f"{done.resealed} sealed anew and read back, none failed. Print its **Recovery kit** now: "
        "the one of the old key does not open what is stored from here on.",
        icon=":material/check_circle:",
    )


def _row(place: KeyPlace) -> dict[str, str]:
    return {
        "Place": place.source.capitalize(),
        "Keys": ", ".join(place.key_ids) or "none",
        "File": str(place.path or ""),
        "Note": place.note,
    }


def _kit(viewer: Viewer, printable: tuple[str, ...]) -> None:
    """The key shows only in the run of the click: the next one knows nothing of it."""
    st.write(
        "A page with the key in use, to print once and keep in a safe. With it, the stored log-in "
        "can be opened again after a move to another computer. Whoever has this page and a "
        "backup can read the LedgerSync password."
    )
    key_id = _kit_of(printable)
    alone = st.checkbox("I am alone at this screen and ready to print", key="kit_confirmed")
    asked = st.button("Show the recovery kit", disabled=not alone, key="show_kit")
    if asked and alone:
        with in_place():
            kit = key_care.recovery_kit(viewer.actor, viewer.workspace, key_id)
            st.code(kit, language=None)
            st.caption("Print this now: it goes away with your next click, and is not kept.")


def _kit_of(printable: tuple[str, ...]) -> str:
    """Which key's page, where an older one is still here; "" is the one in use."""
    if len(printable) < 2:  # noqa: PLR2004  nothing to choose
        return ""
    return str(
        st.selectbox(
            "Key",
            printable,
            key="kit_key",
            width=320,
            help="Backups from an older key's time need that key's own page.",
        )
    )


def _restore(viewer: Viewer) -> None:
    with st.form("restore_key", clear_on_submit=True, border=False):
        st.text_area(
            "Key id and the four rows from the recovery kit", key=KIT_TEXT, max_chars=10_000
        )
        sent = st.form_submit_button("Restore this key")
    if sent:
        kit = taken(KIT_TEXT)
        with in_place():
            key_id = key_care.restore_key(viewer.actor, viewer.workspace, kit)
            st.session_state[_RESTORED] = key_id
            st.rerun()
    if restored := st.session_state.pop(_RESTORED, ""):
        st.success(
            f"Key {restored} is back in place. Press **Test again** above.",
            icon=":material/check_circle:",
        )
