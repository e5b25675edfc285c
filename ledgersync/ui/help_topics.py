"""Help: what to do by symptom, what happens after connecting, and the import in Accounting CS."""

from collections.abc import Mapping

import streamlit as st

# Symptoms as people would say them, each with what to do, in order.
CONNECTING: Mapping[str, str] = {
    "A red X: LedgerSync did not accept the e-mail and password": (
        "1. Type both again; look for spaces, capital letters and a wrong domain.\n"
        "2. Log in at app.ledgersync.com with the same e-mail and password.\n"
        "3. If that fails too, use **Forgot Password** there, then enter the new password in "
        "Settings.\n\n"
        "The app tries once each time you press a button, never again by itself: LedgerSync "
        "locks an account after several wrong passwords."
    ),
    "A red X: the LedgerSync account is locked": (
        "Too many wrong passwords came in. Stop trying and wait some minutes, or use **Forgot "
        "Password** at app.ledgersync.com. Then press **Save Integration** once."
    ),
    "A red X: the subscription is inactive or suspended": (
        "E-mail and password are right, but LedgerSync does not serve the account. Log in at "
        "app.ledgersync.com and look at the subscription, or write to support@ledgersync.com."
    ),
    "A red X: signed in, but no clients": (
        "LedgerSync took the log-in and listed no client. The first sync can take 30-60 seconds: "
        "wait, then press **Refresh** in Settings. If none show, add a client in LedgerSync and "
        "connect a bank account for it."
    ),
    "A red X: LedgerSync could not be reached": (
        "1. Open app.ledgersync.com in the browser. If that fails as well, the internet connection "
        "or LedgerSync is down: wait, and press **Test again** or save again.\n"
        "2. Behind a company firewall or proxy, ask whoever runs it to allow the address that "
        "Settings shows under **Where the app looks for LedgerSync**.\n"
        "3. If the message speaks of a connection that can't be trusted, check this computer's "
        "date and time; a company proxy's certificate is named by `LEDGERSYNC_CA_BUNDLE`."
    ),
    "A red X: LedgerSync's answer was not understood": (
        "LedgerSync does not publish how its API is spoken to, so the app's profile of it is an "
        "assumption. If a web page came instead of an answer, the network may want its own "
        "sign-in first: open a browser. Otherwise the profile needs a correction by whoever runs "
        "the app; `ledgersync api probe` shows the names of the fields that LedgerSync sent "
        "beside those expected."
    ),
    "Green check mark, but no clients in the list": (
        "1. Press **Refresh** in Settings or **Refresh from LedgerSync** on Clients; the first "
        "sync can take 30-60 seconds.\n"
        "2. See at app.ledgersync.com that there are clients, and that they have connected "
        "banks.\n"
        "3. Disconnect in Settings and connect again. Nothing that was loaded is lost."
    ),
    "The connection keeps failing": (
        "Read the sentence beside the red X: it names what failed. If the same log-in works at "
        "app.ledgersync.com and fails here, send the message below to support@ledgersync.com, "
        "with what you see. An earlier connection that works stays in use when a new one fails."
    ),
    "Needs attention": (
        "LedgerSync no longer takes the stored password, mostly because it was changed there. "
        "Press **Update password** in Settings and enter the new one. Until then nothing new "
        "can be loaded; what was loaded can still be reviewed and exported."
    ),
    "Locked": (
        "The stored log-in is encrypted, and its key is not on this system or is another one. "
        "Settings names the key. Restore it from its recovery kit under **Encryption keys**, or "
        "enter e-mail and password again. Clients, transactions and decisions can be read "
        "meanwhile; nothing is overwritten."
    ),
    "The page looks old, or a button does nothing": (
        "Reload the page. If that doesn't help, clear the browser's cache and cookies for this "
        "address, close the browser and open it again. Everything is stored by the app, not by "
        "the browser, so nothing is lost."
    ),
}

WORKING: Mapping[str, str] = {
    "A load is incomplete or failed": (
        "Press **Load Transactions** again: what is stored stays, and nothing is doubled. "
        "Each bank account is written as a whole or left as it was, so one that failed does not "
        "touch the others. If the same account fails each time, look under Bank feeds on "
        "Overview: its bank may want a new log-in or a code at LedgerSync."
    ),
    "Rows were set aside": (
        "LedgerSync sent rows that can't be read, such as one without a date or with an amount "
        "that is no number. They are counted and shown with the reason; they are never guessed "
        "and are in no total or file. Compare with the bank's statement, and tell "
        "support@ledgersync.com the reason shown."
    ),
    "A bank feed is broken or needs a code": (
        "This is between LedgerSync and the bank. Open the account in LedgerSync, enter the "
        "bank's log-in or code, then load again here."
    ),
    "Export is blocked": (
        "Pre-flight found what Accounting CS would refuse or post wrongly: a GL code that is "
        "missing or not in the client's chart, a vendor code that is not in the list, an amount "
        "over 999,999,999.99. Correct the rows that it names and export again. Where you know "
        "better, override with a reason; the reason is kept with the export."
    ),
    "There is nothing to export": (
        "Every row of the period is exported already, excluded, pending at the bank or still to "
        "review. Each row leaves once; what left is on Exports, to download again."
    ),
    "Excel shows odd codes or dates": (
        "Excel changes what it opens: in a CSV file, 100-00 can become a date and 0042 becomes "
        "42. The file itself is right. Import it into Accounting CS without opening and saving "
        "it in Excel, or use **Export to ACS Format** (.xlsx), where codes are stored as text. An "
        "apostrophe in front of a text that begins with = + - or @ keeps Excel from running it "
        "as a formula."
    ),
}


def troubleshooting() -> None:
    """Symptoms to open one by one."""
    st.header("Connecting", anchor=False)
    _topics(CONNECTING)
    st.header("Loading and exporting", anchor=False)
    _topics(WORKING)


def after_connecting() -> None:
    """What a person can expect once the check mark is green."""
    st.header("What happens after connecting", anchor=False)
    st.markdown(
        "1. The app asks LedgerSync for your clients and their bank accounts, which can take "
        "30-60 seconds the first time.\n"
        "2. The clients fill the Client list on Review; a client's bank accounts fill the second "
        "list.\n"
        "3. You load transactions for a period, review them and export a file.\n"
        "4. The connection stays until you disconnect it or the password changes at LedgerSync; "
        "then Settings says **Needs attention**.\n\n"
        "E-mail and password are encrypted before they are stored, and are used only to fetch "
        "data from LedgerSync."
    )


def importing() -> None:
    """How the file gets into Accounting CS, with what is not documented marked as such."""
    st.header("Importing the file into Accounting CS", anchor=False)
    st.markdown(
        "1. Close the file if it is open in Excel, and leave it as it was downloaded: a blank row "
        "stops the import, and a password keeps Accounting CS out.\n"
        "2. In Accounting CS, choose **File > Import > Spreadsheet**.\n"
        "3. Choose the client, the data type for transactions, the file, and the worksheet "
        "**Transactions**. Tick **Omit row** for the header row.\n"
        "4. Map each column to the field of the same name. Accounting CS keeps the mapping as a "
        "template per client, so this is done once for each client: our columns never change "
        "their order or names.\n"
        "5. Look at the validation, then import."
    )
    st.markdown(
        "**Good to know**\n"
        "- The Bank Account column must equal the bank account's *Description* in Accounting CS. "
        "Set it on Clients, once for each bank account.\n"
        "- A row without a GL code would be posted to Undistributed without a word, or to the "
        "vendor's own distribution, so pre-flight blocks it.\n"
        "- A date in a closed period or a prior fiscal year is posted to the current period with "
        "a warning; a future date without a period is an error. The app does not check this "
        "yet.\n"
        "- Do not import the same file twice: no duplicate check is documented for Accounting "
        "CS. This app lets each row leave once."
    )
    st.info(
        "**Not documented by Thomson Reuters, so our choice:** money out with a check number is a "
        "Check, other money out is a Payment, money in is a Deposit; the total is always positive "
        "and the type carries the direction. How long texts may be is not documented either. Try "
        "the first file with one client, and compare the result with the bank.",
        icon=":material/info:",
    )


def _topics(topics: Mapping[str, str]) -> None:
    for symptom, advice in topics.items():
        with st.expander(symptom):
            st.markdown(advice)
