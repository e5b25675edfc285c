"""Import: a statement file is previewed, its questions asked, confirmed, and undone."""

import pytest
from streamlit.testing.v1 import AppTest

from ledgersync.domain.clients import BankAccount
from ledgersync.domain.statements import owes
from ledgersync.services import changes, reviewing, statement_files
from ledgersync.ui.shell import Viewer
from tests.services.statement_samples import HARBOR, RENT, Given, account, ofx, whole
from tests.ui.conftest import CLIENT
from tests.ui.pages import HOSTILE, opened, param, press, shown

FIRST: Given = ("F8", "20261010", "-3.00", HOSTILE.replace("<b>", ""))


@pytest.fixture
def bank(viewer: Viewer) -> BankAccount:
    everyone = reviewing.list_clients(viewer.actor, viewer.workspace)
    client = next(client for client in everyone if client.name.startswith(CLIENT))
    accounts = reviewing.list_accounts(viewer.actor, viewer.workspace, client.id)
    return next(account for account in accounts if not owes(account.type))


def upload(app: AppTest, bank: BankAccount, data: bytes, name: str = "october.qfx") -> AppTest:
    opened(app, "import", client=bank.client_id, account=bank.id)
    app.file_uploader[0].upload(name, data).run()
    assert not app.exception
    return app


def imports_of(viewer: Viewer, bank: BankAccount) -> list[str]:
    listed = changes.list_changes(viewer.actor, viewer.workspace, bank.id)
    return [one.what for one in listed if one.file_name and not one.undone_at]


def test_a_file_is_previewed_confirmed_and_undone(
    app: AppTest, viewer: Viewer, bank: BankAccount
) -> None:
    opened(app, "import")
    assert "Choose a client to see its bank accounts." in shown(app)
    bad: Given = ("F9", "soon", "-1.00", "BAD")
    data = ofx(HARBOR, RENT, FIRST, bad, number=f"55{bank.mask}", balance="100.00")
    upload(app, bank, data, f"{HOSTILE}.qfx")
    assert param(app, "account") == bank.id
    text = shown(app).replace("**", "")
    assert "3 rows will go in. 1 rejected line will stay out." in text
    assert "10/01/2026 to 10/31/2026 · in $0.00 · out $915.50" in text
    assert "becomes the statement's closing balance" in text
    frame = app.dataframe[0].value
    assert list(frame["Result"]) == [["+ New"]] * 3 + [["✕ Rejected"]]
    assert frame["What to know"].iloc[3].startswith("The date 'soon")
    assert imports_of(viewer, bank) == []
    press(app, "Confirm Import")
    assert f"Imported {HOSTILE}.qfx into" in shown(app)
    assert "3 new, 0 already there, 1 rejected." in shown(app)
    assert "Review these days" in shown(app)
    assert imports_of(viewer, bank) == [f"Imported {HOSTILE}.qfx: 3 new"]
    upload(app, bank, data)
    assert "Nothing in this file is new." in shown(app)
    assert app.button(key="import_confirm").disabled
    app.file_uploader[0].set_value(None).run()
    upload(app, bank, ofx(RENT, ("F7", "20261020", "-8.00", "NEW")))
    press(app, "Confirm Import")
    press(app, "Undo this import")
    assert imports_of(viewer, bank) == [f"Imported {HOSTILE}.qfx: 3 new"]


def test_what_a_file_leaves_open_is_asked_first(app: AppTest, bank: BankAccount) -> None:
    upload(app, bank, whole(account([HARBOR], "111"), account([RENT, FIRST], "222")))
    assert not app.dataframe
    choice = next(box for box in app.selectbox if box.label.startswith("The file holds 2 accounts"))
    choice.set_value("222 CHECKING USD").run()
    assert len(app.dataframe[0].value) == 2

    csv = b"Date,Description,Amount\n10/02/2026,PARKING,4.00\n"
    upload(app, bank, csv, "card.csv")
    assert not app.dataframe
    for radio in app.radio:
        radio.set_value(radio.label.startswith("What")).run()
    assert list(app.dataframe[0].value["Amount"]) == ["-$4.00"]
    assert len(app.radio) == 2
    upload(app, bank, b"%PDF-1.7", "statement.pdf.csv")
    assert "The file is a PDF, which is not read here." in shown(app)


def test_what_the_columns_hold_is_asked_where_the_file_does_not_tell(
    app: AppTest, bank: BankAccount
) -> None:
    def choose(label: str, title: str) -> None:
        box = next(box for box in app.selectbox if box.label == label)
        box.set_value(title).run()

    text = f"When,What,Out,In\n10/28/2026,{HOSTILE},900.00,\n10/29/2026,WAGES,,25.00\n"
    upload(app, bank, text.encode(), "odd.csv")
    assert "does not tell in known words what its columns hold" in shown(app)
    choose("Date", "When")
    choose("Description", "What")
    choose("Amount", "What")
    assert "Two of these are the same column." in shown(app)
    assert list(app.dataframe[0].value["What"]) == [HOSTILE[:40], "WAGES"]
    assert len(app.dataframe) == 1
    app.radio[0].set_value("Money out and money in apart").run()
    choose("Money out", "Out")
    choose("Money in", "In")
    assert not app.exception
    assert list(app.dataframe[1].value["Amount"]) == ["-$900.00", "$25.00"]


def test_accounts_of_a_file_that_read_alike_are_told_apart(app: AppTest, bank: BankAccount) -> None:
    upload(app, bank, whole(account([HARBOR], "5553311"), account([RENT], "6663311")))
    choice = next(box for box in app.selectbox if box.label.startswith("The file holds 2 accounts"))
    assert len(set(choice.options)) == len(choice.options)
    choice.select_index(0).run()
    assert list(app.dataframe[0].value["Amount"]) == ["-$12.50"]


def test_an_account_that_is_not_on_the_feed_is_added_and_chosen(
    app: AppTest, bank: BankAccount
) -> None:
    opened(app, "import", client=bank.client_id)
    form = f"hand_account_{bank.client_id}"
    app.text_input(key=f"{form}_name").set_value(HOSTILE)
    app.text_input(key=f"{form}_mask").set_value("77")
    press(app, "Add bank account")
    chosen = param(app, "account")
    assert chosen != bank.id
    assert app.selectbox(key=f"import_account_{bank.client_id}").value == chosen
    opened(app, "review", client=bank.client_id, account=chosen)
    assert "Import a statement file to bring them in" in shown(app)
    assert "Load Transactions" not in [button.label for button in app.button]


def test_what_was_said_of_a_file_was_said_of_one_bank_account(
    app: AppTest, viewer: Viewer, bank: BankAccount
) -> None:
    upload(app, bank, whole(account([HARBOR], "111"), account([RENT, FIRST], "222")))
    choice = next(box for box in app.selectbox if box.label.startswith("The file holds 2 accounts"))
    choice.set_value("222 CHECKING USD").run()
    assert len(app.dataframe[0].value) == 2
    known = reviewing.list_accounts(viewer.actor, viewer.workspace, bank.client_id)
    other = next(one for one in known if one.id != bank.id)
    app.selectbox(key=f"import_account_{bank.client_id}").set_value(other.id).run()
    assert not app.dataframe


def test_a_file_stays_to_be_looked_at_again_when_the_account_changed_meanwhile(
    app: AppTest, viewer: Viewer, bank: BankAccount
) -> None:
    data = ofx(RENT, ("F6", "20261021", "-9.00", "NEWER"), number=f"55{bank.mask}")
    upload(app, bank, data)
    part = ofx(("F6", "20261021", "-9.00", "NEWER"), number=f"55{bank.mask}")
    colleague = statement_files.preview_file(
        viewer.actor, viewer.workspace, bank.id, "theirs.qfx", part
    )
    assert statement_files.confirm_file(viewer.actor, viewer.workspace, colleague).applied
    press(app, "Confirm Import")
    assert "the account changed since you looked" in shown(app)
    assert "1 row will go in." in shown(app).replace("**", "")
