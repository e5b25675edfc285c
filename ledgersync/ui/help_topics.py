"""Help: what to do by symptom, and what happens after connecting."""

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
        "Press **Update password** in Settings and enter the new one, or **Test again** when a "
        "locked or suspended account works again. Until then nothing new can be loaded, and the "
        "refused password is not sent again, because LedgerSync locks accounts; what was loaded "
        "can still be reviewed and exported."
    ),
    "Locked": (
        "The stored log-in is encrypted, and its key is not on this system or is another one. "
        "Settings names the key. Restore it from its recovery kit under **Encryption keys**, or "
        "enter e-mail and password again. Clients, transactions and decisions can be read "
        "meanwhile; nothing is overwritten."
    ),
    "The database is damaged, or a backup has to come back": (
        "1. Stop the app. Backups are in the folder that Settings shows under **Backups**; those "
        "made before an upgrade lie there too.\n"
        "2. Run `ledgersync restore FILE`. It checks the backup first, keeps a copy of what is "
        "there, and says so in one sentence if something does not fit; then nothing was touched.\n"
        "3. On a new computer the encryption key is missing: add `--without-key`, start the app, "
        "and type the recovery kit in Settings under **Encryption keys**."
    ),
    "The audit trail does not verify": (
        "Somebody changed the database past the app, or it was put back to an older state. The "
        "sentence names the first entry that is wrong; those before it are as they were. Keep the "
        "database as it is, compare with a backup from before, and find out who can write to it. "
        "A warning about entries that are not signed is no error: the encryption key was missing "
        "while they were written."
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
    "A bank is not on the feed": (
        "Download the account's transactions from the bank as OFX, QFX, QBO, QIF, CSV or Excel. "
        "Choose the file on the page Import. An account that LedgerSync does not list can be added "
        "there. The same file again adds nothing; where LedgerSync brought a row too, Review asks "
        "about the two, and neither is dropped. Changes on Review lists every import and can undo "
        "it."
    ),
    "Export is blocked": (
        "The checks before the export found what Accounting CS would refuse or post wrongly: a GL "
        "code that is missing or not in the client's chart, a vendor code that is not in the list, "
        "a date in the future, a split that does not add up, both legs of a transfer, an amount "
        "over 999,999,999.99. Press **Show** beside a finding to see its rows, correct them and "
        "export again. Where you know better, override with a reason; the reason is kept with the "
        "export. Only a split that does not add up can't be overridden."
    ),
    "A row may be listed twice, and it is exported already": (
        "A bank can list one purchase under two ids, in the feed and in a statement's file for "
        "example. Such rows are never dropped by themselves: below the table, the list of possible "
        "duplicates asks about them, before and after an export. If both are real, say so there. "
        "If they are one, take the second entry out in Accounting CS, unlock its row under "
        "**More** and exclude it."
    ),
    "There is nothing to export": (
        "Every row of the period is exported already, excluded, pending at the bank or still to "
        "review. Each row is exported once; the file is on Exports, to download again."
    ),
    "Excel shows odd codes or dates": (
        "Excel changes what it opens: in a CSV file, 100-00 can become a date and 0042 becomes "
        "42. The file itself is right. Import it into Accounting CS without opening and saving "
        "it in Excel, or use **Export to ACS Format** (.xlsx), where codes are stored as text. An "
        "apostrophe in front of a text that begins with = + - or @ keeps Excel from running it "
        "as a formula."
    ),
    "An export warns of the open period, the fiscal year or the GL mask": (
        "On **Clients**, under **Accounting CS**, is what the client is set to there: when its "
        "fiscal year ends, which period is open, the shape of its GL codes, and the undistributed "
        "account. If these are right, so is the warning: Accounting CS posts a date outside the "
        "open period to the current one. If the period was opened there, change it here too."
    ),
    "The journal file wants the bank account's GL account": (
        "Each line of a journal has the bank's own account on the other side. Choose it on "
        "**Clients**, under **Bank accounts**, beside the account's description."
    ),
    "A file was exported by mistake": (
        "If it was imported, remove its entries in Accounting CS first. Then open the export on "
        "**Exports** and press **Take back this export**: it says what happens to the rows before "
        "you give a reason. The rows can be changed and leave with the next export; the file and "
        "its record stay in the list, marked as taken back. An administrator does this."
    ),
    "A row changed after it was exported": (
        "**Exports** lists such rows with what left and what stands now. Accounting CS still has "
        "the earlier version: correct it there by hand. Or take the entry back there, tick "
        "the row on Review with **Export again rows that were exported before** and **Only the "
        "ticked rows**, and import the new file."
    ),
    "The file of an old export is gone": (
        "Files are kept for the number of days that **Settings** shows under **Export files**, at "
        "least 90. The record of the export stays. If the file is needed, export its rows again."
    ),
    "An account does not tie to its statement": (
        "Open **Statements** above the rows of Review: it names the rows that would explain the "
        "difference, days that are not loaded, and statements that overlap. Every row that the "
        "bank has posted counts, excluded ones too; pending ones and duplicates that were taken "
        "out do not. Where a statement is missing, type in its balance; the opening balance is "
        "that of the statement before."
    ),
    "A row can't be changed because its period is closed": (
        "Somebody closed these days when they tied and every row was reviewed. Reopen them under "
        "**Statements** on Review with a reason; who closed and who reopened stays on record."
    ),
}

MATCHING: Mapping[str, str] = {
    "My vendor list is rejected, or some of its lines": (
        "1. Read the reason beside each line: **Clients > Import lists** shows it before anything "
        "changes. The good lines go in; the others can be corrected and imported later.\n"
        "2. *Default GL code is not in the chart*: import the chart of accounts first, for the "
        "same client or the whole firm, or correct the code. Zeros and dashes count: 100 is not "
        "100-00.\n"
        "3. *A number, a date or a formula*: Excel changed the code. Format the column as text, "
        "type the code again, save, and choose the file again.\n"
        "4. *No header*: the file needs one row with the columns Vendor Code and Vendor Name, "
        "within its first ten rows; their order and capitals don't matter.\n"
        "5. *On two lines*: keep one of them. A vendor with several distributions can bring one "
        "GL code by default."
    ),
    "A client of Accounting CS has no match": (
        "Matches are proposed by code, e-mail address and name, and only where nobody else fits. "
        "Choose the two under **By hand** on **Clients > Match clients**. A client that is matched "
        "already has to be taken back there first."
    ),
    "A rule does nothing": (
        "1. Open the rule on **Rules** and turn on **Show the rows that it fits**: each row says "
        "what happens to it, and which rule decides instead.\n"
        "2. *By hand, stays*: a person coded these rows. No rule changes them.\n"
        "3. *Earlier rule decides*: client rules go before firm-wide ones, then priority 10 to 1. "
        "Move the rule up, or give the other one a lower priority.\n"
        "4. *Client lacks the code*: the rule's vendor or GL code is not in that client's lists. "
        "Add it on Clients, or write the rule for the clients that have it.\n"
        "5. No rows at all: compare the pattern with the bank's own text on Review, sign by sign, "
        "and put * where it varies. A comma separates patterns. Look at the direction, the amounts "
        "and the bank account too, and whether the rule is on.\n\n"
        "Rules propose; a row counts as coded once a person has accepted it."
    ),
    "Suggestions are wrong or missing": (
        "1. Tick the row on Review and read why: it names the rule, the past rows or the vendor "
        "name behind the suggestion.\n"
        "2. A rule is wrong: correct it on **Rules**; open rows follow at once.\n"
        "3. A habit is wrong: correct the row. The next ones follow the correction. What should no "
        "longer be suggested can be stopped under **Rules > Learned**.\n"
        "4. Nothing is suggested: the client needs vendors or a chart, and rows that somebody "
        "reviewed; see on **Rules > Learned** that learning is on. A name that a bank shortens in "
        "its own way can be added there to its vendor's spellings.\n"
        "5. A vendor without a GL code: give it a default GL account on Clients.\n\n"
        "A row is left open rather than given a doubtful vendor."
    ),
    "A split does not add up, or its template does not fit": (
        "1. *The amount changed at the bank*: the row is under **Problems**. Tick it alone, press "
        "**Split**, place what is missing, and save.\n"
        "2. *The other lines come to more*: a fixed amount of the template is larger than this "
        "payment. Split the row by hand, or change the template on **Clients**, under **Splits**.\n"
        "3. A percentage rounds to the cent; the line that got the extra cent is named when the "
        "split is saved. Let one line take the rest, and a template fits every amount."
    ),
}


def troubleshooting() -> None:
    """Symptoms to open one by one."""
    st.header("Connecting", anchor=False)
    _topics(CONNECTING)
    st.header("Loading and exporting", anchor=False)
    _topics(WORKING)
    st.header("Lists, rules and suggestions", anchor=False)
    _topics(MATCHING)


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


def _topics(topics: Mapping[str, str]) -> None:
    for symptom, advice in topics.items():
        with st.expander(symptom):
            st.markdown(advice)
