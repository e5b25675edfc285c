"""Uploading a list on Clients, for tests."""

from streamlit.testing.v1 import AppTest

from tests.ui.pages import opened

VENDORS = b"Vendor Code,Vendor Name,Phone\nOWL,Night Owl Signs,1\n,No code,2\n"


def upload(
    app: AppTest, kind: str, data: bytes, owner: str = "", name: str = "list.csv"
) -> AppTest:
    """Open the import, say what the file is and for whom, and choose it."""
    opened(app, "clients", view="lists")
    app.segmented_control(key="firm_list_kind").set_value(kind).run()
    if kind != "clients":
        app.selectbox(key="firm_list_owner").set_value(owner).run()
    app.file_uploader[0].upload(name, data).run()
    assert not app.exception
    return app
