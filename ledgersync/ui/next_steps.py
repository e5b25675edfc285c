"""What to do next: the set-up checklist until it is complete, then the clients that wait."""

from dataclasses import dataclass

import streamlit as st

from ledgersync.domain.connections import Connection, ConnectionState
from ledgersync.domain.periods import Period
from ledgersync.services.overview import ClientStanding, FirmStanding
from ledgersync.ui.shell import page
from ledgersync.ui.standing_numbers import Number, client_link, number_link
from ledgersync.ui.texts import counted, plain

_SHOWN = 4


@dataclass(frozen=True)
class SetUpStep:
    """One step of setting up: what, where, and whether it is done."""

    words: str
    page: str
    done: bool


def set_up_steps(connection: Connection, firm: FirmStanding) -> tuple[SetUpStep, ...]:
    """From the first log-in to the first file; what was done once stays done."""
    connected = connection.state is ConnectionState.CONNECTED
    return (
        SetUpStep("Connect LedgerSync", "Settings", done=connected or bool(firm.clients)),
        SetUpStep("Clients are listed", "Clients", done=bool(firm.clients)),
        SetUpStep("Bring charts of accounts from Accounting CS", "Clients", firm.charts_ever),
        SetUpStep("Load transactions of a bank account", "Review", firm.transactions_ever > 0),
        SetUpStep("Review the first transactions", "Review", firm.reviewed_ever),
        SetUpStep("Export the first file", "Review", firm.exports_ever > 0),
    )


def set_up_list(steps: tuple[SetUpStep, ...]) -> None:
    """The checklist; the first step that is open is a link to where it is done."""
    done = sum(step.done for step in steps)
    with st.container(border=True):
        st.subheader(f"Set-up: {done} of {len(steps)} done", anchor=False)
        following = next((step for step in steps if not step.done), None)
        for step in steps:
            if step.done:
                st.markdown(f":green[:material/check_circle:] {step.words} - done")
            elif step is following:
                st.page_link(
                    page(step.page),
                    label=f"Next: **{step.words}**",
                    icon=":material/arrow_forward:",
                )
            else:
                st.markdown(f":gray[:material/radio_button_unchecked: {step.words}]")


def waiting(firm: FirmStanding) -> list[tuple[ClientStanding, str]]:
    """The clients that need work in the month, the most first, each with what it needs."""
    rows = [(client, _needs(client)) for client in firm.clients]
    needy = [(client, words) for client, words in rows if words]
    return sorted(needy, key=lambda row: _order(row[0]))


def waiting_list(firm: FirmStanding) -> None:
    """Links to the first of those clients; the table below has all."""
    rows = waiting(firm)
    st.subheader("What to do next", anchor=False)
    if not rows:
        words = "Nothing waits in this month: every row is exported or excluded."
        st.success(words, icon=":material/check_circle:")
        return
    for client, words in rows[:_SHOWN]:
        st.page_link(
            page("Review"),
            label=f"**{plain(client.name)}**: {words}",
            icon=":material/arrow_forward:",
            query_params=way(client, firm.period),
        )
    if more := rows[_SHOWN:]:
        st.caption(f"and {counted(len(more), 'more client')} in the table below")


def way(client: ClientStanding, period: Period) -> dict[str, str]:
    """The link to the first rows that wait: problems, then what is to review, then the rest."""
    for number in (Number.PROBLEMS, Number.TO_REVIEW):
        if getattr(client, number.value):
            return number_link(client, number, period)
    return client_link(client, period)


def _needs(client: ClientStanding) -> str:
    unloaded = client.accounts - client.loaded_accounts
    parts = [
        f"{counted(client.problems, 'problem')} to look at" if client.problems else "",
        f"{client.to_review:,} to review" if client.to_review else "",
        f"{client.reviewed:,} reviewed, ready to export" if client.reviewed else "",
        f"{counted(unloaded, 'account')} to load" if unloaded else "",
    ]
    return ", ".join(part for part in parts if part)


def _order(client: ClientStanding) -> tuple[int, int, int, str]:
    return (-client.problems, -client.to_review, -client.reviewed, client.name.lower())
