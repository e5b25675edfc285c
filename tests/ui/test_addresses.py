"""Addresses: the browser's Back brings the choice before, and a click goes before the address."""

from streamlit.testing.v1 import AppTest

from ledgersync.services import reviewing
from ledgersync.ui.shell import Viewer
from tests.ui.pages import opened, param, shown


def test_back_on_rules_opens_the_rule_before(app: AppTest) -> None:
    opened(app, "rules", rule="3")
    app.selectbox(key="rules_chosen").set_value(4).run()
    assert param(app, "rule") == "4"
    app.query_params["rule"] = "3"
    app.run()
    assert app.selectbox(key="rules_chosen").value == 3
    assert param(app, "rule") == "3"
    app.selectbox(key="rules_chosen").set_value(4).run()
    assert app.selectbox(key="rules_chosen").value == 4


def test_back_on_clients_shows_the_part_and_the_client_before(app: AppTest, viewer: Viewer) -> None:
    one, other = reviewing.list_clients(viewer.actor, viewer.workspace)[:2]
    opened(app, "clients", client=one.id)
    app.selectbox(key="clients_client").set_value(other.id).run()
    app.query_params["client"] = one.id
    app.run()
    assert app.selectbox(key="clients_client").value == one.id
    app.button_group(key="clients_section").set_value("matching").run()
    assert "Accounting CS's clients are not here yet" in shown(app)
    del app.query_params["view"]
    app.run()
    assert app.selectbox(key="clients_client").value == one.id
